"""Checks of what a package declares of its studies: codes, scopes, and the filters on cases in both."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.codings.formulas import parse_filter
from compendium.codings.package import Package, rows_of
from compendium.codings.runs import ALL, NONE
from compendium.errors import DataError
from compendium.readings.specifications import ENGINE

# What an address of the explorer says beside choices.
ADDRESSED = ("study", "cases", "codes", "theme", "claim")
MOST_SCOPES = 6  # each doubles the grid of readings


def codes(package: Package) -> Iterator[Problem]:
    """Codes of studies that are not there, and categories without values."""
    known = package.values("studies", "study")
    for row, code in rows_of(package.codebook):
        for study in sorted(set(code["studies"].split(";")) - known):
            yield Problem("codebook.csv", row, "studies", f"unknown study {study!r}.")
        if (code["type"] == "category") != bool(code["values"]):
            message = "a category needs its allowed values, and only a category has them."
            yield Problem("codebook.csv", row, "values", message)


def studies(package: Package) -> Iterator[Problem]:
    """Studies whose names have another meaning in runs.csv."""
    for row, study in rows_of(package.studies):
        if study["study"] in (ALL, NONE):
            message = f"{study['study']!r} has a meaning of its own in runs.csv; give the study another name."
            yield Problem("studies.csv", row, "study", message)


def scopes(package: Package) -> Iterator[Problem]:
    """Scopes that have the name of another choice, or two labels."""
    labels: dict[str, str] = {}
    for row, scope in rows_of(package.scopes):
        name, label = scope["scope"], scope["label"]
        if name in ENGINE or name in ADDRESSED:
            message = f"{name!r} has a meaning of its own in specifications or addresses; give the scope another name."
            yield Problem("scopes.csv", row, "scope", message)
        if labels.setdefault(name, label) != label:
            message = f"{name!r} is called {labels[name]!r} above; one scope has one label."
            yield Problem("scopes.csv", row, "label", message)
    if len(labels) > MOST_SCOPES:
        message = f"{len(labels)} scopes; there may be {MOST_SCOPES}, because each doubles the readings."
        yield Problem("scopes.csv", 0, "scope", message)


def filters_on_cases(package: Package) -> Iterator[Problem]:
    """Filters that are none, or name what is not there."""
    for table, column in (("codebook", "asked-of"), ("scopes", "filter")):
        for row, entry in rows_of(package.tables[table]):
            if message := filter_problem(package, entry[column]):
                yield Problem(f"{table}.csv", row, column, message)


def filter_problem(package: Package, text: str) -> str:
    """What is wrong with a filter on cases; "" where nothing is."""
    if not text:
        return ""
    try:
        chosen = parse_filter(text)
    except DataError as error:
        return str(error)
    table = f"{chosen.column}s"
    if table not in package.tables:
        return ""
    unknown = [value for value in chosen.values if value not in package.values(table, chosen.column)]
    return f"{', '.join(map(repr, unknown))}: not in {table}.csv." if unknown else ""
