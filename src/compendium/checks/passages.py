"""Checks of passages: something rests on each, or it is prose."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.codings.package import Package, rows_of

# The columns that name passages on which something rests.
RESTING = (
    ("codings", "passage"),
    ("frameworks", "passage"),
    ("citations", "passage"),
    ("claims", "passages"),
)


def unused_passages(package: Package) -> Iterator[Problem]:
    """Passages called evidence on which nothing rests, and prose on which something does."""
    used = {
        passage
        for name, column in RESTING
        for cell in package.tables[name][column]
        for passage in cell.split(";")
    }
    for row, passage in rows_of(package.passages):
        name, prose = passage["passage"], passage["carries"] == "prose"
        if name not in used and not prose:
            message = (
                f"{name!r} is used by no coding, list item or claim; use it, call it prose or delete it."
            )
            yield Problem("passages.csv", row, "passage", message)
        if name in used and prose:
            message = f"{name!r} is called prose, but something rests on it; call it evidence."
            yield Problem("passages.csv", row, "carries", message)
