"""What documents report of how they were made, against reporting standards.

Standards such as those of Tong, Sainsbury and Craig (2007, International Journal for Quality in Health
Care 19(6), 349-357) for interviews and focus groups, and of O'Brien, Harris, Beckman, Reed and Cook (2014,
Academic Medicine 89(9), 1245-1251) for qualitative research of any kind, say what a reader should be told;
neither is a measure of quality, and neither defines a score. The scale below is the compendium's own.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compendium.checks.reporting import CHECKS, NOT_APPLICABLE, NOT_REPORTED, PARTLY, REPORTED, SCORES
from compendium.codings.package import DataError, Package

ORDERED = (NOT_REPORTED, PARTLY, REPORTED)  # the scores that can be more or less
TABLES = ("standards", "reporting", "rescoring")
CELL = ["item", "source"]


def scores(package: Package) -> pd.DataFrame:
    """Every item of every standard for every document that is scored, as settled.

    One row per item and source: item, standard, number, section, label, asks, source, score,
    passage, note; by standard, document (in the order of sources.csv) and number.
    DataError with every defect of the tables where there is one.
    """
    found = [problem for check in CHECKS for problem in check(package)]
    if found:
        raise DataError("\n".join(map(str, found)))
    order = {source: place for place, source in enumerate(package.sources["source"])}
    joined = package.standards.merge(package.reporting, on="item")
    joined = joined.assign(place=joined["source"].map(order))
    ordered = joined.sort_values(["standard", "place", "number"], kind="stable")
    return ordered.drop(columns="place").reset_index(drop=True)


def counts(scored: pd.DataFrame, by: Sequence[str] = ("standard", "source")) -> pd.DataFrame:
    """How many items have which score.

    `scored` has a column score and the columns of `by`. One row per group, in the order of
    first appearance: the columns of `by`, items, one column per score, applicable (items less
    those that do not apply). ValueError where a column is missing or a score is not of the scale.
    """
    absent = [column for column in (*by, "score") if column not in scored]
    if absent:
        raise ValueError(f"scored: no column {', '.join(absent)}; take the frame that scores() gives.")
    unknown = sorted(set(scored["score"]) - set(SCORES))
    if unknown:
        raise ValueError(f"scored: {', '.join(unknown)} in column score; use {', '.join(SCORES)}.")
    rows = []
    for group, given in scored.groupby(list(by), sort=False):
        number = {score: int((given["score"] == score).sum()) for score in SCORES}
        applicable = len(given) - number[NOT_APPLICABLE]
        rows.append({**dict(zip(by, group)), "items": len(given), **number, "applicable": applicable})
    return pd.DataFrame(rows, columns=[*by, "items", *SCORES, "applicable"])


def shares(counted: pd.DataFrame) -> pd.DataFrame:
    """Share of items that are reported, with bounds, from the frame that counts() gives.

    `least` counts partly as not reported, `most` as reported; both among the applicable items.
    `least of all` and `most of all` do so among all items, those that do not apply counted as not
    reported. Shares run from 0 to 1; with no applicable item anything is possible, so 0 to 1.
    These are bounds over readings of "partly", no confidence limits: the items are no sample.
    """
    reported, partly = counted[REPORTED], counted[REPORTED] + counted[PARTLY]
    asked, empty = counted["applicable"].where(counted["applicable"] > 0, 1), counted["applicable"] == 0
    keys = [column for column in counted if column not in ("items", *SCORES, "applicable")]
    return counted[[*keys, "items", "applicable"]].assign(
        **{
            "least": reported / asked,
            "most": (partly / asked).mask(empty, 1.0),
            "least of all": reported / counted["items"],
            "most of all": partly / counted["items"],
        }
    )


def never_reported(scored: pd.DataFrame) -> pd.DataFrame:
    """Items of which no document to which they apply reports even a part.

    Columns item, standard, number, label, asks, applies to (documents, separated by semicolons).
    An item that applies to no document is not among them: nothing was asked.
    """
    rows = []
    for _, given in scored.groupby("item", sort=False):
        asked = given[given["score"] != NOT_APPLICABLE]
        if len(asked) and (asked["score"] == NOT_REPORTED).all():
            row = given.iloc[0][["item", "standard", "number", "label", "asks"]].to_dict()
            rows.append({**row, "applies to": "; ".join(asked["source"])})
    return pd.DataFrame(rows, columns=["item", "standard", "number", "label", "asks", "applies to"])


def kappa(
    first: Sequence[str], second: Sequence[str], scale: Sequence[str], disagreement=None
) -> float | None:
    """Cohen's kappa of two scorings of the same cells (Cohen 1960); computed by statsmodels.

    `scale` names the possible scores. `disagreement`, a square array over the scale with zeros on
    its diagonal, weighs the disagreements (Cohen 1968); without it all weigh the same. None where
    kappa is not defined, because both scorings give one and the same score to every cell or there is
    no cell. ValueError where the scorings differ in length or give a score that is not on the scale.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    if len(first) != len(second):
        raise ValueError(f"first, second: {len(first)} and {len(second)} scores; score the same cells.")
    strange = sorted({*first, *second} - set(scale))
    if strange:
        raise ValueError(f"first, second: {', '.join(strange)} is not on the scale {', '.join(scale)}.")
    if len({*first, *second}) < 2:
        return None
    place = {score: number for number, score in enumerate(scale)}
    table = np.zeros((len(scale), len(scale)))
    np.add.at(table, ([place[score] for score in first], [place[score] for score in second]), 1)
    weights = None if disagreement is None else np.asarray(disagreement)
    return float(cohens_kappa(table, weights=weights, return_results=False))


def both_scorings(package: Package) -> pd.DataFrame:
    """The two scorings side by side: standard, number, label, item, source, first, second, settled."""
    settled = scores(package).rename(columns={"score": "settled"})
    wide = package.rescoring.pivot(index=CELL, columns="scoring", values="score").reset_index()
    joined = settled.merge(wide, on=CELL)
    return joined[["standard", "number", "label", *CELL, "first", "second", "settled", "note"]]


def agreement(package: Package) -> pd.DataFrame:
    """How far the two scorings agree before they were settled, by standard and document, and in all.

    Columns standard, source, cells, same (cells), kappa (over the four scores); asked twice (cells
    that both scorings find applicable), same of these, kappa of these, weighted kappa of these
    (linear weights along not reported, partly, reported). A kappa that is not defined is None.
    The second count matters: agreeing that an item does not apply is easy and raises the first.
    """
    pairs = both_scorings(package)
    groups = [(*key, given) for key, given in pairs.groupby(["standard", "source"], sort=False)]
    rows = [_agreement(*group) for group in (*groups, ("all", "all", pairs))]
    return pd.DataFrame(rows, dtype=object)


def _agreement(standard: str, source: str, pairs: pd.DataFrame) -> dict:
    asked = pairs[(pairs[["first", "second"]] != NOT_APPLICABLE).all(axis=1)]
    steps = np.abs(np.subtract.outer(range(len(ORDERED)), range(len(ORDERED))))
    return {
        "standard": standard,
        "source": source,
        "cells": len(pairs),
        "same": int((pairs["first"] == pairs["second"]).sum()),
        "kappa": kappa(list(pairs["first"]), list(pairs["second"]), SCORES),
        "asked twice": len(asked),
        "same of these": int((asked["first"] == asked["second"]).sum()),
        "kappa of these": kappa(list(asked["first"]), list(asked["second"]), ORDERED),
        "weighted kappa of these": kappa(list(asked["first"]), list(asked["second"]), ORDERED, steps),
    }


def agreement_in_words(found: pd.DataFrame) -> pd.DataFrame:
    """The frame that agreement() gives, kappas with two decimals, or as words where not defined."""
    return found.map(
        lambda cell: "not defined" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else cell
    )


def differences(package: Package) -> pd.DataFrame:
    """Cells that the two scorings score differently, with what was settled and its note."""
    pairs = both_scorings(package)
    return pairs[pairs["first"] != pairs["second"]].reset_index(drop=True)
