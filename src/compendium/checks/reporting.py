"""Checks of reporting standards and scores: items numbered, every document that is scored scored in full, scores supported."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from compendium.checks.problems import Problem
from compendium.codings.package import Package, rows_of

REPORTED, PARTLY, NOT_REPORTED, NOT_APPLICABLE = "reported", "partly", "not-reported", "not-applicable"
SCORES = (REPORTED, PARTLY, NOT_REPORTED, NOT_APPLICABLE)
CODERS = {"first", "second"}


def standards(package: Package) -> Iterator[Problem]:
    """Standards whose items are not numbered from 1."""
    for standard, given in package.standards.groupby("standard"):
        if sorted(given["number"]) != list(range(1, len(given) + 1)):
            message = f"{standard} is not numbered from 1 without gaps; number it."
            yield Problem("standards.csv", given.index[0] + 2, "number", message)


def scored(package: Package) -> list[str]:
    """The documents that are scored, in the order of sources.csv: a document need not be."""
    return [source for source in package.sources["source"] if source in package.values("reporting", "source")]


def reporting(package: Package) -> Iterator[Problem]:
    """Scores of what is unknown or missing, and scores without what they rest on."""
    yield from _grid(package, package.reporting, "reporting.csv", "")
    sources = dict(zip(package.passages["passage"], package.passages["source"]))
    for row, score in rows_of(package.reporting):
        for column, message in _support(score, sources):
            yield Problem("reporting.csv", row, column, f"{score['item']} × {score['source']}: {message}")


def rescoring(package: Package) -> Iterator[Problem]:
    """What is wrong with the two independent scorings, where there are any."""
    if package.has("rescoring") and set(package.rescoring["scoring"]) != CODERS:
        yield Problem("rescoring.csv", 0, "scoring", "needs first and second, and nothing else.")
    for scoring, given in package.rescoring.groupby("scoring"):
        yield from _grid(package, given, "rescoring.csv", f"scoring {scoring!r}: ")


def _grid(package: Package, given: pd.DataFrame, file: str, which: str) -> Iterator[Problem]:
    """Every item for every document that is scored, once, with a score of the scale."""
    known = {"item": set(package.standards["item"]), "source": set(package.sources["source"])}
    known |= {"score": set(SCORES)}
    for row, entry in rows_of(given):
        for column, allowed in known.items():
            if entry[column] not in allowed:
                yield Problem(file, row, column, f"{which}{entry[column]!r} is unknown here; correct it.")
    cells = Counter(zip(given["item"], given["source"]))
    for (item, source), number in sorted(cells.items()):
        if number > 1:
            yield Problem(file, 0, "item", f"{which}{item} × {source} is scored twice; delete one row.")
    for source in scored(package):
        for item in package.standards["item"]:
            if (item, source) not in cells:
                yield Problem(file, 0, "item", f"{which}{item} × {source} is not scored; add the row.")


def _support(row: dict, sources: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Whether a score has the passage, or the words in column note, that it needs: column and message."""
    score, passage = row["score"], row["passage"]
    if score in (REPORTED, PARTLY) and not passage:
        yield "passage", f"{score!r} needs the passage it rests on."
    if score in (NOT_REPORTED, NOT_APPLICABLE) and passage:
        yield "passage", f"{score!r}, but a passage stands beside it; empty it or change the score."
    if passage and passage not in sources:
        yield "passage", f"{passage!r} is not in passages.csv; correct it or add it there."
    elif passage and sources[passage] != row["source"]:
        yield "passage", f"{passage!r} belongs to {sources[passage]!r}; take one of this document."
    if score in (PARTLY, NOT_APPLICABLE) and not row["note"]:
        yield "note", f"{score!r} needs a note that says why."


CHECKS = (standards, reporting, rescoring)
