"""How far coders agree who coded the same documents independently of each other."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from compendium.codings import coverage
from compendium.codings.package import Package
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, STRENGTH, UNCODED


def pairs(package: Package) -> list[tuple[str, str]]:
    """Every two coders who looked for the same cells."""
    asked = _asked(package)
    cells = {coder: set(zip(own["case"], own["code"])) for coder, own in asked.groupby("coder")}
    return [both for both in combinations(sorted(cells), 2) if cells[both[0]] & cells[both[1]]]


def _asked(package: Package) -> pd.DataFrame:
    """The independent codings, and silence, of the cells that each coder was asked and looked for."""
    given = coverage.recoded_cells(package)
    return given[~given["status"].isin((NOT_APPLICABLE, UNCODED))]


def _side_by_side(package: Package, cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """For every two coders their names, and what each made of the cells of both (columns `_first`, `_second`)."""
    for first, second in pairs(package):
        both = pd.merge(
            cells.loc[first],
            cells.loc[second],
            left_index=True,
            right_index=True,
            suffixes=("_first", "_second"),
        )
        yield f"{first} and {second}", both.reset_index()


def agreement(package: Package) -> pd.DataFrame:
    """Agreement of every two coders, by study.

    Share of cells with the same values (codes with fixed vocabulary or numbers only), also
    among those that not both left silent, share with the same statuses, and Cohen's kappa of
    the strongest status (Cohen 1960, by statsmodels).
    """
    study = package.cases.set_index("case")["study"]
    cells = _asked(package).groupby(["coder", "case", "code"])[["value", "status"]]
    rows = [
        {"coders": coders, "study": name, **_shares(package, group)}
        for coders, both in _side_by_side(package, cells.agg(lambda each: tuple(sorted(set(each)))))
        for name, group in both.groupby(both["case"].map(study))
    ]
    return _without_needless_names(pd.DataFrame(rows))


def _shares(package: Package, group: pd.DataFrame) -> dict:
    """In what share of some cells two coders agree."""
    types = package.codebook.set_index("code")["type"]
    fixed = group[group["code"].map(types) != "text"]
    found = fixed[~fixed[["status_first", "status_second"]].isin([(SILENT,)]).all(axis=1)]
    return {
        "cells": len(group),
        "with fixed values": len(fixed),
        "same values": float((fixed["value_first"] == fixed["value_second"]).mean()),
        "something found": len(found),
        "same values, something found": float((found["value_first"] == found["value_second"]).mean()),
        "same status": float((group["status_first"] == group["status_second"]).mean()),
        "kappa of status": _kappa(group[["status_first", "status_second"]].map(_strongest)),
    }


def _strongest(statuses: tuple[str, ...]) -> int:
    """Number of the strongest of some statuses."""
    return min(map(STRENGTH.index, statuses))


def _kappa(statuses: pd.DataFrame) -> float:
    """Cohen's kappa of two columns; it has no value where both are the same throughout."""
    from statsmodels.stats.inter_rater import cohens_kappa, to_table

    if len(set(statuses.to_numpy().ravel())) < 2:
        return float("nan")
    return float(cohens_kappa(to_table(statuses.to_numpy())[0]).kappa)


def differences(package: Package) -> pd.DataFrame:
    """Cells in which two coders differ, with what was settled; of free text only the statuses are compared."""
    types = package.codebook.set_index("code")["type"]
    given = _asked(package)
    given = given.assign(said=given["value"] + " [" + given["status"] + "]")
    given["compared"] = given["said"].where(given["code"].map(types) != "text", given["status"])
    cells = given.groupby(["coder", "case", "code"])[["said", "compared"]]
    parts = [
        both[both["compared_first"] != both["compared_second"]].assign(coders=coders)
        for coders, both in _side_by_side(package, cells.agg(lambda each: "; ".join(sorted(each))))
    ]
    differ = pd.concat(parts).rename(columns={"said_first": "first", "said_second": "second"})
    final = coverage.cells(package)
    final = final.assign(said=final["value"] + " [" + final["status"] + "]")
    settled = final.groupby(["case", "code"])["said"].agg(lambda said: "; ".join(sorted(set(said))))
    both = differ.merge(settled.rename("settled").reset_index(), on=["case", "code"])
    return _without_needless_names(both[["coders", "case", "code", "first", "second", "settled"]])


def _without_needless_names(table: pd.DataFrame) -> pd.DataFrame:
    """A table without its column of coders where there are but two."""
    return table if table["coders"].nunique() > 1 else table.drop(columns="coders")
