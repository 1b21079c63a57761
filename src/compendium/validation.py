"""Check a data package: every problem at once, each with file, row, column and what to do."""

from collections.abc import Iterator
from pathlib import Path

from compendium import paths
from compendium.claim_checks import CLAIM_CHECKS
from compendium.data_checks import DATA_CHECKS
from compendium.package import DataError, descriptor, read, table_resources
from compendium.problems import Problem


def validate(data=None) -> list[Problem]:
    """All problems of the data package in `data`; an empty list where it is sound.

    The schema is checked first (types, required cells, vocabularies, keys); what the codings
    mean together is checked only for tables that fit their schema.
    """
    folder = paths.data_folder(data)
    try:
        described = descriptor(folder)
    except DataError as error:
        return [Problem("datapackage.json", 0, "", str(error))]
    problems = sorted(set(schema_problems(folder)))
    if problems:
        return problems
    missing = [f"{name}.csv" for name in REQUIRED if name not in table_resources(described)]
    if missing:
        return [Problem("datapackage.json", 0, "resources", f"no table {name}; add it.") for name in missing]
    package = read(folder)
    return sorted({problem for check in (*DATA_CHECKS, *CLAIM_CHECKS) for problem in check(package)})


REQUIRED = (
    "sources",
    "passages",
    "cases",
    "codebook",
    "codings",
    "frameworks",
    "claims",
    "tensions",
    "citations",
    "context",
    "studies",
)


def schema_problems(folder: Path) -> Iterator[Problem]:
    """What the Frictionless schema of the package finds."""
    from frictionless import FrictionlessException
    from frictionless import Package as DataPackage

    try:
        report = DataPackage(str(folder / "datapackage.json")).validate()
    except FrictionlessException as error:
        reasons = [reason.message for reason in error.reasons] or [error.error.message]
        yield from (Problem("datapackage.json", 0, "", reason) for reason in reasons)
        return
    for error in report.errors:
        yield Problem("datapackage.json", 0, "", error.message)
    for task in report.tasks:
        file = Path(task.place).name
        for error in task.errors:
            yield Problem(file, getattr(error, "row_number", 0), *_column_and_message(error))


def _column_and_message(error) -> tuple[str, str]:
    """The column of a schema error, and what is wrong and to be done in plain words."""
    if error.type == "foreign-key":
        cells, table = ", ".join(error.field_cells), error.reference_name
        return ", ".join(error.field_names), f"{cells!r} is not in {table}.csv; correct it or add it there."
    if error.type == "primary-key":
        return "", f"a second row with the same key ({error.note}); delete one or tell them apart."
    if error.type in ("constraint-error", "type-error"):
        if error.note == 'constraint "required" is "True"':
            return error.field_name, "empty, but required; fill it."
        return (
            error.field_name,
            f"{error.cell!r} does not fit the schema: {error.note}; see datapackage.json.",
        )
    return getattr(error, "field_name", ""), error.message
