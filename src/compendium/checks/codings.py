"""Checks of codings: what a schema cannot say of a row, and of the rows that one document gives one cell."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.codings import coverage
from compendium.codings.corpus import documents_of, roles_of
from compendium.codings.package import Package, rows_of
from compendium.codings.vocabulary import NOT_APPLICABLE

NOTE_NEEDED = {"inferred", "label", "contradicted", "residual", "target", NOT_APPLICABLE}
Found = Iterator[tuple[str, str]]  # column and message


def coding_rows(package: Package) -> Iterator[Problem]:
    """What is wrong with single rows: a status without what it needs, a value or a code that is not allowed."""
    asked = coverage.asked(package)
    documents, roles = documents_of(package, package.codings), roles_of(package, package.codings)
    for (row, coding), document, role in zip(rows_of(package.codings), documents, roles):
        code, cell = package.entry("codebook", coding["code"]), (coding["case"], coding["code"])
        found = [*_status(coding), *_value(coding, code), *_asked(coding, code, asked.get(cell))]
        if coding["passage"] and not role:
            study = package.entry("cases", coding["case"])["study"]
            found.append(
                ("passage", f"rests on {document!r}, which is no document of {study}; add it to corpus.csv.")
            )
        for column, message in found:
            yield Problem("codings.csv", row, column, message)


def _status(coding: dict) -> Found:
    status, value = coding["status"], coding["value"]
    if not coding["passage"]:
        yield "passage", f"a coding with status {status!r} needs the passage it rests on."
    if status != NOT_APPLICABLE and not value:
        yield (
            "value",
            f"a coding with status {status!r} needs a value; what a text does not say needs no row.",
        )
    if status == NOT_APPLICABLE and value:
        yield "value", "not-applicable, but has a value; empty it or change the status."
    if status in NOTE_NEEDED and not coding["note"]:
        yield "note", f"a coding with status {status!r} needs a note that says why."


def _value(coding: dict, code: dict) -> Found:
    value, allowed = coding["value"], code["values"].split(";")
    if value and code["type"] == "category" and value not in allowed:
        yield "value", f"{value!r} is not a value of {coding['code']!r}; allowed are {', '.join(allowed)}."
    if value and code["type"] == "number" and not value.removeprefix("-").replace(".", "", 1).isdigit():
        yield "value", f"{value!r} is not a number, but {coding['code']!r} asks for one."


def _asked(coding: dict, code: dict, asked: bool | None) -> Found:
    """`asked` is None where the code belongs to another study."""
    if asked is None:
        yield "code", f"{coding['code']!r} is not asked of {coding['case']!r} (codebook.csv, column studies)."
    if asked is False:
        yield (
            "code",
            f"{coding['code']!r} is asked where {code['asked-of']} only (codebook.csv, column asked-of).",
        )


def coding_groups(package: Package) -> Iterator[Problem]:
    """What is wrong with what one document says of one cell; documents may contradict each other."""
    multiple = package.codebook.set_index("code")["multiple"]
    codings = package.codings.assign(document=documents_of(package, package.codings).fillna(""))
    for (case, code, _), group in codings.groupby(["case", "code", "document"]):
        for column, message in _group(set(group["value"]), set(group["status"]), multiple[code]):
            yield Problem("codings.csv", group.index[0] + 2, column, f"{case} × {code}: {message}")


def _group(values: set[str], statuses: set[str], multiple: bool) -> Found:
    if len(values) > 1 and NOT_APPLICABLE in statuses:
        yield "status", "not-applicable beside a value; keep one of them."
    if len(values) > 1 and not multiple and statuses != {"contradicted"}:
        yield (
            "value",
            "several values where one is allowed; if the text says both, give each the status 'contradicted'.",
        )
    if "contradicted" in statuses and len(values) < 2:
        yield "status", "contradicted, but only one value; add the other statement."
