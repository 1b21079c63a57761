"""Read codings under a specification: which cells are known, and what they say.

A cell (case × code) is `present`, `absent` or `unknown`. Present means that a counted coding
gives a value; absent that a counted coding says so (value no, absent or none), or that the
specification reads silence as absence.
"""

import numpy as np
import pandas as pd

from compendium.codings.package import Package, codes_of
from compendium.readings.arrays import NEGATIVE, Readings
from compendium.readings.specifications import Specification

PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"


def select_cases(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    """The cases of `study` that a specification keeps, indexed by case, from near to far levels."""
    ranks = dict(zip(package.levels["level"], package.levels["rank"]))
    cases = package.cases
    kept = cases[(cases["study"] == study) & spec.keeps(cases)]
    kept = kept.assign(rank=kept["level"].map(ranks)).sort_values(["rank", "case"])
    return kept.drop(columns="rank").set_index("case")


def counted(codings: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """The codings that count as known, contradicted ones as the specification reads them."""
    return codings[codings["status"].isin(spec.counted)]


def states(package: Package, codes, cases, spec: Specification) -> pd.DataFrame:
    """Matrix of cell states: a row per case, a column per code, in the order given."""
    readings = Readings(package, cases, [spec])
    columns = {}
    for code in codes:
        sure, possible = readings.formula(code)
        columns[code] = np.where(sure[0], PRESENT, np.where(possible[0], UNKNOWN, ABSENT))
    return pd.DataFrame(columns, index=pd.Index(cases, name="case"), columns=pd.Index(codes, name="code"))


def values(package: Package, codes, cases, spec: Specification) -> pd.DataFrame:
    """Matrix of the counted values of each cell, as sorted tuples (empty where none counts)."""
    rows = counted(package.codings, spec)
    found = rows.groupby(["case", "code"])["value"].agg(lambda given: tuple(sorted(set(given))))
    lookup = found.to_dict()
    return pd.DataFrame(
        [[lookup.get((case, code), ()) for code in codes] for case in cases],
        index=pd.Index(cases, name="case"),
        columns=pd.Index(codes, name="code"),
    )


STRENGTH = (
    "explicit",
    "contradicted",
    "group",
    "residual",
    "inferred",
    "label",
    "target",
    "not-applicable",
    "silent",
)


def strongest_status(package: Package, codes, cases) -> pd.DataFrame:
    """Matrix of the strongest status by which each cell is known; independent of a specification."""
    rank = {status: position for position, status in enumerate(STRENGTH)}
    ranked = package.codings.assign(rank=package.codings["status"].map(rank))
    best = ranked.groupby(["case", "code"])["rank"].min().to_dict()
    return pd.DataFrame(
        [[STRENGTH[best.get((case, code), rank["silent"])] for code in codes] for case in cases],
        index=pd.Index(cases, name="case"),
        columns=pd.Index(codes, name="code"),
    )


def marks(package: Package, codes, cases) -> pd.DataFrame:
    """Like `strongest_status`, but `absent` where all that is said of a cell is that it is not so."""
    found = strongest_status(package, codes, cases)
    said = (
        package.codings[package.codings["value"] != ""].groupby(["case", "code"])["value"].agg(set).to_dict()
    )
    for case in found.index:
        for code in found.columns:
            if (case, code) in said and said[case, code] <= NEGATIVE:
                found.loc[case, code] = ABSENT
    return found


def theme_codes(package: Package, study: str, *themes: str) -> list[str]:
    """Codes of a study, those of the named themes only, in the order of the themes."""
    book = codes_of(package.codebook, study)
    return [code for theme in themes for code in book[book["theme"] == theme]["code"]]


def labels(package: Package, codes) -> list[str]:
    """Reader's names of codes."""
    names = package.codebook.set_index("code")["label"]
    return [names[code] for code in codes]
