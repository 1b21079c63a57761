"""Check a data package: every problem at once, each with file, row, column and what to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

from compendium import paths
from compendium.checks import codebook, codings, corpus, files, forms, passages, register, reporting, runs
from compendium.checks.problems import Problem
from compendium.codings import descriptor
from compendium.codings.package import Package, read
from compendium.errors import DataError

Check = Callable[[Package], Iterator[Problem]]
# What is asked of tables that fit their schema. Filters come first: without them nothing can be read.
CHECKS: tuple[Check, ...] = (
    files.file_form,
    codebook.studies,
    codebook.codes,
    codebook.scopes,
    corpus.corpus,
    corpus.looked,
    corpus.coders,
    corpus.pairs_of_coders,
    corpus.memos,
    codings.coding_rows,
    codings.coding_groups,
    passages.unused_passages,
    register.claims,
    register.tensions,
    *reporting.CHECKS,
    runs.run_rows,
    runs.run_names,
    runs.links,
)


def validate(data=None) -> list[Problem]:
    """All problems of the data package in `data`; an empty list where it is sound.

    A package may come from anybody, so its descriptor is checked before anything that it names is opened,
    then the cells, then what the schema says of them (types, required cells, vocabularies, keys); what the
    codings mean together is checked only for tables that fit their schema.
    """
    folder = paths.data_folder(data)
    try:
        described = descriptor.read(folder)
    except DataError as error:
        return [Problem(descriptor.FILE, 0, "", str(error))]
    for check in (_descriptor_problems, forms.reading_problems, _table_problems):
        if problems := sorted(set(check(folder, described))):
            return problems
    return content_problems(read(folder))


def valid(data=None) -> Package:
    """The data package in `data`; DataError with all its problems where it is not sound."""
    if problems := validate(data):
        count = f"{len(problems)} problem(s) in {paths.data_folder(data)}; nothing was run."
        raise DataError("\n".join([*map(str, problems), count]))
    return read(data)


def _descriptor_problems(folder: Path, described: dict) -> Iterator[Problem]:
    wrong = descriptor.problems(folder, described)
    yield from (Problem(descriptor.FILE, 0, "", message) for message in wrong)
    if not wrong:
        yield from forms.table_list_problems(described)


def _table_problems(folder: Path, described: dict) -> Iterator[Problem]:
    yield from forms.cell_problems(folder, described)
    yield from schema_problems(folder, described)


def content_problems(package: Package) -> list[Problem]:
    """What is wrong with tables that fit their schema: with what the codings and claims mean together."""
    for checks in ((codebook.filters_on_cases,), CHECKS):
        if problems := sorted({problem for check in checks for problem in check(package)}):
            return problems
    return []


def schema_problems(folder: Path, described: dict) -> Iterator[Problem]:
    """What Frictionless finds wrong with the tables, held to the schema of the package and the engine's own."""
    from frictionless import FrictionlessException
    from frictionless import Package as DataPackage

    try:
        report = DataPackage.from_descriptor(forms.bare(folder, described)).validate()
    except FrictionlessException as error:
        reasons = [reason.message for reason in error.reasons] or [error.error.message]
        yield from (Problem(descriptor.FILE, 0, "", reason) for reason in reasons)
        return
    for error in report.errors:
        yield Problem(descriptor.FILE, 0, "", error.message)
    files = {name: resource["path"] for name, resource in descriptor.tables(described).items()}
    for task in report.tasks:
        file = files[task.name]
        for error in task.errors:
            yield Problem(file, getattr(error, "row_number", None) or 0, *_column_and_message(error))


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
