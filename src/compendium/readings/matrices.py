"""Read codings under a specification: which cells are known, and what they say.

A cell (case × code) is `present`, `absent`, `unknown` or not applicable. Present means that a counted
coding gives a value; absent that a counted coding says so (value no, absent or none), or that the
specification reads silence as absence; not applicable that the code cannot be asked of the case.
"""

import numpy as np
import pandas as pd

from compendium.codings import corpus, coverage
from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import ABSENT, NEGATIVE, NOT_APPLICABLE, STRENGTH
from compendium.readings.arrays import Readings
from compendium.readings.specifications import Specification, kept

PRESENT, UNKNOWN = "present", "unknown"


def under(package: Package, spec: Specification) -> Package:
    """The package as a specification reads it: with the codings of the documents that count, and no others."""
    return package.remembered(("under", spec.documents), lambda: _under(package, spec))


def _under(package: Package, spec: Specification) -> Package:
    study = dict(zip(package.cases["case"], package.cases["study"]))
    roles = corpus.role_of(package)

    def counts(studies, documents) -> list[bool]:
        return [
            spec.counts_document(document, roles.get((one, document), ""))
            for one, document in zip(studies, documents)
        ]

    codings, looked = package.codings, package.looked
    studies = codings["case"].map(study)
    return package.replaced(
        codings=codings[counts(studies, corpus.documents_of(package, codings))],
        looked=looked[counts(looked["study"], looked["source"])],
    )


def select_cases(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    """The cases of `study` that a specification keeps, indexed by case, from near to far levels.

    Those of which no document speaks that counts are none of them: a study of base documents stays what it
    was when its record tells of another case.
    """
    ranks = dict(zip(package.levels["level"], package.levels["rank"]))
    cases = package.cases
    counting = under(package, spec)
    spoken = counting.remembered("spoken of", lambda: spoken_of(counting))
    chosen = cases[(cases["study"] == study) & kept(package, spec, cases) & cases["case"].isin(spoken)]
    chosen = chosen.assign(rank=chosen["level"].map(ranks)).sort_values(["rank", "case"])
    return chosen.drop(columns="rank").set_index("case")


def spoken_of(package: Package) -> set[str]:
    """The cases of which some document of the package speaks: it says or was asked something of them."""
    return {case for case, _ in coverage.looked(package)} | set(package.codings["case"])


def counted(codings: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """The codings that count as known, contradicted ones as the specification reads them."""
    return codings[codings["status"].isin(spec.counted)]


def states(package: Package, codes, cases, spec: Specification) -> pd.DataFrame:
    """Matrix of cell states: a row per case, a column per code, in the order given."""
    readings = Readings(package, cases, [spec])
    columns = {}
    for code in codes:
        sure, possible = readings.formula(code)
        states = np.where(sure[0], PRESENT, np.where(possible[0], UNKNOWN, ABSENT))
        columns[code] = np.where(readings.applies(code), states, NOT_APPLICABLE)
    return pd.DataFrame(columns, index=pd.Index(cases, name="case"), columns=pd.Index(codes, name="code"))


def joined(states) -> str:
    """The state of several cells as of one: what any shows is shown, and absent is what all that apply deny."""
    return next(
        (state for state in (PRESENT, UNKNOWN, ABSENT, NOT_APPLICABLE) if state in set(states)), UNKNOWN
    )


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


def strongest_status(package: Package, codes, cases) -> pd.DataFrame:
    """Matrix of the strongest status by which each cell is known, or why it is not; whatever a specification counts."""
    rank = {status: position for position, status in enumerate(STRENGTH)}
    cells = coverage.cells(package)
    best = cells.assign(rank=cells["status"].map(rank)).groupby(["case", "code"])["rank"].min().to_dict()
    return pd.DataFrame(
        [[STRENGTH[best[case, code]] for code in codes] for case in cases],
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
