"""What was looked for, and where: silence follows from it and is never typed.

A cell (case × code) without a coding is `not-applicable` where the codebook does not ask its code of such a
case, `silent` where a document that speaks of the case was read for the code, else `uncoded`: nobody looked.
"""

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from compendium.codings import formulas
from compendium.codings.package import Package, cases_of, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, UNCODED

Cell = tuple[str, str]  # case and code


def asked(package: Package) -> dict[Cell, bool]:
    """Every cell of every study, and whether its code can be asked of its case (codebook.csv, column asked-of)."""
    return package.remembered("asked", lambda: _asked(package))


def _asked(package: Package) -> dict[Cell, bool]:
    cells = {}
    for study, cases in package.cases.groupby("study"):
        book = codes_of(package.codebook, study)
        for rule, codes in book.groupby("asked-of")["code"]:
            asks = list(zip(cases["case"], formulas.keeps(rule, cases)))
            cells |= {(case, code): bool(yes) for code in codes for case, yes in asks}
    return cells


def looked(package: Package, coder: str = "") -> dict[Cell, set[str]]:
    """The documents in which each cell was looked for (looked.csv), by one coder or by anybody."""
    return package.remembered(("looked", coder), lambda: _looked(package, coder))


def _looked(package: Package, coder: str) -> dict[Cell, set[str]]:
    found = defaultdict(set)
    for row in package.looked.to_dict("records"):
        if coder in ("", row["coder"]):
            for cell in _cells_of(package, row):
                found[cell].add(row["source"])
    return dict(found)


def _cells_of(package: Package, row: dict) -> Iterator[Cell]:
    """The cells for which somebody read a document: of the cases that are named, or that it speaks of."""
    spoken = set(row["cases"].split(";")) if row["cases"] else cases_of(package, row["source"])
    book = codes_of(package.codebook, row["study"])
    themes = set(row["themes"].split(";")) if row["themes"] else set(book["theme"])
    for case in package.cases.loc[package.cases["study"] == row["study"], "case"]:
        if case in spoken:
            yield from ((case, code) for code in book.loc[book["theme"].isin(themes), "code"])


def unstated(package: Package, coder: str = "") -> dict[Cell, str]:
    """What every cell is for as long as no coding says more: silent, uncoded or not applicable."""
    found = looked(package, coder)
    return {
        cell: NOT_APPLICABLE if not yes else SILENT if found.get(cell) else UNCODED
        for cell, yes in asked(package).items()
    }


def cells(package: Package) -> pd.DataFrame:
    """The codings, and a row without value for each cell that has none; its status says why.

    Columns and order are those of codings.csv; a row without value has the memo of its cell as its note.
    """
    memos = dict(zip(zip(package.memos["case"], package.memos["code"]), package.memos["memo"]))
    return filled(
        package.codings, unstated(package), lambda cell: {"passage": "", "note": memos.get(cell, "")}
    )


def recoded_cells(package: Package) -> pd.DataFrame:
    """The independent codings as `cells` gives the settled ones: coder, case, code, value, status."""
    parts = []
    for coder, codings in package.recodings.groupby("coder"):
        parts.append(filled(codings, unstated(package, coder), lambda _, coder=coder: {"coder": coder}))
    return pd.concat(parts, ignore_index=True) if parts else package.recodings


def filled(codings: pd.DataFrame, without: dict[Cell, str], more) -> pd.DataFrame:
    """Codings with a row for each cell of `without` that has none; `more` gives the columns beside the common ones."""
    known = set(zip(codings["case"], codings["code"]))
    rows = [
        {"case": case, "code": code, "value": "", "status": status, **more((case, code))}
        for (case, code), status in without.items()
        if (case, code) not in known
    ]
    order = [name for name in ("case", "code", "value", "passage", "status") if name in codings.columns]
    both = pd.concat([codings, pd.DataFrame(rows, columns=codings.columns)], ignore_index=True)
    return both.sort_values(order, kind="stable", ignore_index=True)
