"""Small packages in memory, made up for tests: one study, and a passage for each document."""

from collections.abc import Iterable

import pandas as pd

from compendium.codings.package import Package, empty_table
from compendium.codings.tables import TABLES

STUDY = "study"
ROLES = {"text": "base"}
EMPTY = {name: empty_table(name) for name in TABLES}


def tiny(
    rows: Iterable[tuple] = (),
    cases: Iterable[str] = ("c",),
    codes: Iterable[str | dict] = ("one",),
    documents: dict[str, str] | None = None,
    **tables: pd.DataFrame,
) -> Package:
    """A package with codings given as (case, code, value, status) or with a document as a fifth.

    `codes` are ids, or rows of the codebook that say more; `documents` gives each document its role. Every
    document speaks of every case and was read for every code, unless `looked` is among `tables`, which stand
    in the place of what is made here.
    """
    documents, cases = documents or ROLES, list(cases)
    first = next(iter(documents))
    codings = [(*row, first) if len(row) == 4 else row for row in rows]
    made = {
        "studies": [{"study": STUDY, "rank": 1, "title": "A study", "case": "case", "cases": "cases"}],
        "sources": [{"source": name, "title": name} for name in documents],
        "passages": [{"passage": f"{name}-all", "source": name} for name in documents],
        "corpus": [{"study": STUDY, "source": name, "role": role} for name, role in documents.items()],
        "looked": [
            {"source": name, "study": STUDY, "coder": "first", "cases": ";".join(cases)} for name in documents
        ],
        "cases": [
            {"case": name, "study": STUDY, "name": name, "kind": "cluster", "level": "local"}
            for name in cases
        ],
        "codebook": [
            {"studies": STUDY, "theme": "theme", "multiple": True, "type": "text"}
            | (code if isinstance(code, dict) else {"code": code})
            for code in codes
        ],
        "codings": [
            {"case": case, "code": code, "value": value, "status": status, "passage": f"{document}-all"}
            for case, code, value, status, document in codings
        ],
    }
    frames = {
        name: pd.DataFrame([dict.fromkeys(TABLES[name], "") | row for row in rows])
        for name, rows in made.items()
        if rows
    }
    return Package(None, {"resources": []}, EMPTY | frames | tables)
