"""Check a data package: every problem at once, each with file, row, column and what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.claims import DELIVERED, FUNCTIONS, REASONS, chosen_cases, parse_comparison
from compendium.package import SILENT, DataError, Package, codes_of, descriptor, read, table_resources
from compendium.readings import parse_formula
from compendium.specifications import WORDS, parse

NOTE_NEEDED = {"inferred", "label", "contradicted", "residual", "target", "not-applicable"}
NO_VALUE = {SILENT, "not-applicable"}


@dataclass(frozen=True, order=True)
class Problem:
    """One defect of the data: where it is and what to do."""

    file: str
    row: int  # line of the file, the header being line 1; 0 where the whole file is meant
    column: str
    message: str

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "")
        return f"{place}{f', column {self.column}' if self.column else ''}: {self.message}"


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
    return sorted({problem for check in CHECKS for problem in check(package)})


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


def _rows(frame: pd.DataFrame) -> Iterator[tuple[int, pd.Series]]:
    for index, row in frame.iterrows():
        yield index + 2, row


def _file_form(package: Package) -> Iterator[Problem]:
    for name, resource in table_resources(package.descriptor).items():
        content = (package.folder / resource["path"]).read_bytes()
        if b"\r" in content:
            yield Problem(resource["path"], 0, "", "has Windows line ends; save it with LF line ends.")
        if content.startswith(b"\xef\xbb\xbf"):
            yield Problem(resource["path"], 0, "", "starts with a byte-order mark; save it as plain UTF-8.")
        key = resource["schema"]["primaryKey"]
        frame = package.tables[name]
        order = list(map(tuple, frame[key].astype(str).values))
        for row, (before, after) in enumerate(zip(order, order[1:]), start=3):
            if after < before:
                yield Problem(
                    resource["path"], row, ", ".join(key), "out of order; sort the table by its key."
                )
                break


def _coding_cells(package: Package) -> Iterator[Problem]:
    studies = package.cases.set_index("case")["study"]
    book = package.codebook.set_index("code")
    for row, coding in _rows(package.codings):
        file, (value, status) = "codings.csv", (coding["value"], coding["status"])
        if status == SILENT and (value or coding["passage"]):
            yield Problem(
                file,
                row,
                "status",
                "silent, but a value or passage stands beside it; empty them or change the status.",
            )
        if status != SILENT and not coding["passage"]:
            yield Problem(
                file, row, "passage", f"a coding with status {status!r} needs the passage it rests on."
            )
        if status not in NO_VALUE and not value:
            yield Problem(file, row, "value", f"a coding with status {status!r} needs a value.")
        if status == "not-applicable" and value:
            yield Problem(
                file, row, "value", "not-applicable, but has a value; empty it or change the status."
            )
        if status in NOTE_NEEDED and not coding["note"]:
            yield Problem(file, row, "note", f"a coding with status {status!r} needs a note that says why.")
        code = book.loc[coding["code"]]
        if studies[coding["case"]] not in code["studies"].split(";"):
            yield Problem(
                file,
                row,
                "code",
                f"{coding['code']!r} is not asked of {studies[coding['case']]} cases (codebook.csv, column studies).",
            )
        allowed = code["values"].split(";")
        if value and code["type"] == "category" and value not in allowed:
            yield Problem(
                file,
                row,
                "value",
                f"{value!r} is not a value of {coding['code']!r}; allowed are {', '.join(allowed)}.",
            )
        if value and code["type"] == "number" and not value.removeprefix("-").replace(".", "", 1).isdigit():
            yield Problem(
                file, row, "value", f"{value!r} is not a number, but {coding['code']!r} asks for one."
            )


def _coding_groups(package: Package) -> Iterator[Problem]:
    multiple = package.codebook.set_index("code")["multiple"]
    for (case, code), group in package.codings.groupby(["case", "code"]):
        row, values, statuses = group.index[0] + 2, set(group["value"]), set(group["status"])
        cell = f"{case} × {code}"
        if len(group) > 1 and statuses & NO_VALUE:
            yield Problem(
                "codings.csv",
                row,
                "status",
                f"{cell}: silent or not-applicable beside a value; keep one of them.",
            )
        if len(values) > 1 and not multiple[code] and statuses != {"contradicted"}:
            yield Problem(
                "codings.csv",
                row,
                "value",
                f"{cell}: several values where one is allowed; if the text says both, give each the status 'contradicted'.",
            )
        if "contradicted" in statuses and len(values) < 2:
            yield Problem(
                "codings.csv",
                row,
                "status",
                f"{cell}: contradicted, but only one value; add the other statement.",
            )


def _completeness(package: Package) -> Iterator[Problem]:
    coded = set(map(tuple, package.codings[["case", "code"]].values))
    for row, case in _rows(package.cases):
        for code in codes_of(package.codebook, case["study"])["code"]:
            if (case["case"], code) not in coded:
                yield Problem(
                    "cases.csv",
                    row,
                    "case",
                    f"{case['case']!r} has no coding for {code!r}; add a row to codings.csv, with status silent if the text does not say.",
                )


def _codebook(package: Package) -> Iterator[Problem]:
    known = set(package.descriptor_enum("cases", "study"))
    for row, code in _rows(package.codebook):
        for study in sorted(set(code["studies"].split(";")) - known):
            yield Problem("codebook.csv", row, "studies", f"unknown study {study!r}.")
        if (code["type"] == "category") != bool(code["values"]):
            yield Problem(
                "codebook.csv",
                row,
                "values",
                "a category needs its allowed values, and only a category has them.",
            )


def _case_levels(package: Package) -> Iterator[Problem]:
    levels = package.codings[(package.codings["code"] == "level") & (package.codings["value"] != "")]
    stated = levels.groupby("case")["value"].agg(set)
    for row, case in _rows(package.cases):
        if case["case"] in stated.index and case["level"] not in stated[case["case"]]:
            yield Problem(
                "cases.csv",
                row,
                "level",
                f"{case['level']!r}, but codings.csv has {', '.join(sorted(stated[case['case']]))}.",
            )


def _unused_passages(package: Package) -> Iterator[Problem]:
    used = {
        passage
        for name, column in (
            ("codings", "passage"),
            ("frameworks", "passage"),
            ("citations", "passage"),
            ("claims", "passages"),
        )
        for cell in package.tables[name][column]
        for passage in cell.split(";")
    }
    for row, passage in _rows(package.passages):
        name, prose = passage["passage"], passage["carries"] == "prose"
        if name not in used and not prose:
            yield Problem(
                "passages.csv",
                row,
                "passage",
                f"{name!r} is used by no coding, list item or claim; use it, call it prose or delete it.",
            )
        if name in used and prose:
            yield Problem(
                "passages.csv",
                row,
                "carries",
                f"{name!r} is called prose, but something rests on it; call it evidence.",
            )


def _claims(package: Package) -> Iterator[Problem]:
    passages, frameworks = set(package.passages["passage"]), set(package.frameworks["framework"])
    for row, claim in _rows(package.claims):
        assessment = claim["assessment"]

        def problem(column: str, message: str, row=row) -> Problem:
            return Problem("claims.csv", row, column, message)

        for name in claim["passages"].split(";"):
            if name not in passages:
                yield problem("passages", f"{name!r} is not in passages.csv; correct it or add it there.")
        if assessment in REASONS:
            continue
        if assessment == DELIVERED:
            yield from (
                problem("first", f"{name!r} is not in passages.csv.")
                for name in filter(None, claim["first"].split(";"))
                if name not in passages
            )
        elif assessment not in FUNCTIONS:
            yield problem(
                "assessment",
                f"{assessment!r} is no function and no reason; use {', '.join([*FUNCTIONS, DELIVERED, *REASONS])}.",
            )
        elif assessment == "items":
            if claim["first"] not in frameworks:
                yield problem("first", f"{claim['first']!r} is no framework of frameworks.csv.")
        elif not claim["study"]:
            yield problem("study", f"{assessment!r} is about cases; name their study.")
        else:
            yield from _claim_formulas(package, claim, problem)
        if assessment in ("cases", "items", "count"):
            yield from _attempt(lambda claim=claim: parse_comparison(claim["value"]), "value", problem)
        if assessment == "share" and claim["value"] not in WORDS:
            yield problem("value", f"{claim['value']!r} is no quantity word; use {', '.join(WORDS)}.")


def _claim_formulas(package: Package, claim: pd.Series, problem: Callable) -> Iterator[Problem]:
    """Problems of the cases and formulas of one claim."""
    if claim["cases"] and not chosen_cases(package.cases, claim["study"], claim["cases"]).any():
        yield problem("cases", f"{claim['cases']!r} chooses no case of the {claim['study']} study.")
    if not claim["cases"].startswith(("kind", "level")):
        known = set(package.cases.loc[package.cases["study"] == claim["study"], "case"])
        yield from (
            problem("cases", f"{name!r} is no case of the {claim['study']} study.")
            for name in filter(None, claim["cases"].split(";"))
            if name not in known
        )
    book = codes_of(package.codebook, claim["study"]).set_index("code")
    formulas = {
        "count": ["first"],
        "share": ["first"],
        "all": ["first"],
        "none": ["first"],
        "only": ["first"],
        "stated": ["first"],
        "more": ["first", "second"],
    }
    for column in formulas.get(claim["assessment"], []):
        try:
            literals = parse_formula(claim[column])
        except DataError as error:
            yield problem(column, str(error))
            continue
        wanted = [literal.code for literal in literals if literal.value and not literal.negated]
        for code in sorted(
            {code for code in wanted if wanted.count(code) > 1} & set(book.index[~book["multiple"]])
        ):
            yield problem(column, f"{code!r} can have one value only, but the formula asks for several.")
        for literal in literals:
            if literal.code not in book.index:
                yield problem(column, f"{literal.code!r} is no code that is asked of {claim['study']} cases.")
            elif (
                literal.value
                and book.loc[literal.code, "values"]
                and literal.value not in book.loc[literal.code, "values"].split(";")
            ):
                yield problem(column, f"{literal.value!r} is not a value of {literal.code!r}.")
    if claim["assessment"] == "only":
        known = set(package.cases["case"])
        yield from (
            problem("second", f"{name!r} is no case.")
            for name in claim["second"].split(";")
            if name not in known
        )


def _attempt(check: Callable, column: str, problem: Callable) -> Iterator[Problem]:
    try:
        check()
    except DataError as error:
        yield problem(column, str(error))


def _tensions(package: Package) -> Iterator[Problem]:
    known = set(package.cases["case"])
    for row, tension in _rows(package.tensions):
        for name in filter(None, tension["cases"].split(";")):
            if name not in known:
                yield Problem("tensions.csv", row, "cases", f"{name!r} is not in cases.csv.")


def _studies(package: Package) -> Iterator[Problem]:
    known = {*package.descriptor_enum("cases", "study"), "all"}
    resources = {resource["name"] for resource in package.descriptor["resources"]}
    for row, study in _rows(package.studies):
        if study["cases"] not in known:
            yield Problem(
                "studies.csv",
                row,
                "cases",
                f"{study['cases']!r} is no study of cases.csv; use {', '.join(sorted(known))}.",
            )
        if not (paths.ANALYSIS / f"{study['notebook']}.ipynb").exists():
            yield Problem("studies.csv", row, "notebook", f"there is no analysis/{study['notebook']}.ipynb.")
        for table in filter(None, study["tables"].split(";")):
            if table not in resources:
                yield Problem(
                    "studies.csv", row, "tables", f"there is no resource {table!r} in datapackage.json."
                )
        try:
            parse(study["specification"])
        except DataError as error:
            yield Problem("studies.csv", row, "specification", str(error))


CHECKS: tuple[Callable[[Package], Iterator[Problem]], ...] = (
    _file_form,
    _coding_cells,
    _coding_groups,
    _completeness,
    _codebook,
    _case_levels,
    _unused_passages,
    _claims,
    _tensions,
    _studies,
)
