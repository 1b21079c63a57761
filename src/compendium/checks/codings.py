"""Checks of codings, codebook, passages and studies: what a schema cannot say."""

from collections.abc import Callable, Iterator

from compendium import paths
from compendium.checks.problems import Problem
from compendium.codings import descriptor
from compendium.codings.package import SILENT, Package, codes_of, rows_of
from compendium.codings.runs import by_row
from compendium.codings.tables import KEYS
from compendium.errors import DataError
from compendium.files import inside
from compendium.readings.specifications import parse

NOTE_NEEDED = {"inferred", "label", "contradicted", "residual", "target", "not-applicable"}
NO_VALUE = {SILENT, "not-applicable"}


def _file_form(package: Package) -> Iterator[Problem]:
    for name, resource in descriptor.tables(package.descriptor).items():
        content = package.file(name).read_bytes()
        if b"\r" in content:
            yield Problem(resource["path"], 0, "", "has Windows line ends; save it with LF line ends.")
        if content.startswith(b"\xef\xbb\xbf"):
            yield Problem(resource["path"], 0, "", "starts with a byte-order mark; save it as plain UTF-8.")
        key = list(KEYS.get(name, resource["schema"]["primaryKey"]))
        frame = package.tables[name]
        order = list(map(tuple, frame[key].astype(str).values))
        for row, (before, after) in enumerate(zip(order, order[1:]), start=3):
            if after < before:
                yield Problem(
                    resource["path"], row, ", ".join(key), "out of order; sort the table by its key."
                )
                break


def _coding_cells(package: Package) -> Iterator[Problem]:
    studies = dict(zip(package.cases["case"], package.cases["study"]))
    for row, coding in rows_of(package.codings):
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
        code = package.entry("codebook", coding["code"])
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
    for row, case in rows_of(package.cases):
        for code in codes_of(package.codebook, case["study"])["code"]:
            if (case["case"], code) not in coded:
                yield Problem(
                    "cases.csv",
                    row,
                    "case",
                    f"{case['case']!r} has no coding for {code!r}; add a row to codings.csv, with status silent if the text does not say.",
                )


def _codebook(package: Package) -> Iterator[Problem]:
    known = package.values("studies", "study")
    for row, code in rows_of(package.codebook):
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
    for row, case in rows_of(package.cases):
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
    for row, passage in rows_of(package.passages):
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


def _run_rows(package: Package) -> Iterator[Problem]:
    known = {*package.values("studies", "study"), "all", "none"}
    resources = {resource["name"] for resource in package.descriptor["resources"]}
    for row, run in rows_of(package.runs):
        if run["cases"] not in known:
            yield Problem(
                "runs.csv",
                row,
                "cases",
                f"{run['cases']!r} is no study of studies.csv; use {', '.join(sorted(known))}.",
            )
        if not inside(paths.ANALYSIS, f"{run['notebook']}.ipynb").is_file():
            yield Problem("runs.csv", row, "notebook", f"there is no analysis/{run['notebook']}.ipynb.")
        if run["each"] != "case" and not run["title"]:
            yield Problem("runs.csv", row, "title", "empty, but a page needs a title; fill it.")
        for table in filter(None, run["tables"].split(";")):
            if table not in resources:
                yield Problem(
                    "runs.csv", row, "tables", f"there is no resource {table!r} in datapackage.json."
                )
        try:
            parse(run["specification"])
        except DataError as error:
            yield Problem("runs.csv", row, "specification", str(error))


def _runs(package: Package) -> Iterator[Problem]:
    """Two runs of one name: they would share a page, and one of them would be gone in silence."""
    first: dict[str, int] = {}
    for row, run in by_row(package):
        if (before := first.setdefault(run.name, row)) != row:
            yield Problem(
                "runs.csv",
                row,
                "run",
                f"asks for a page {run.name!r}, as row {before} does; give one of them another name.",
            )


DATA_CHECKS: tuple[Callable[[Package], Iterator[Problem]], ...] = (
    _file_form,
    _coding_cells,
    _coding_groups,
    _completeness,
    _codebook,
    _case_levels,
    _unused_passages,
    _run_rows,
    _runs,
)
