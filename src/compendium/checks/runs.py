"""Checks of runs: notebooks, cases, tables and specifications that are there, names that differ, links that lead."""

import json
import re
from collections.abc import Iterator
from functools import cache

from compendium import paths
from compendium.checks.problems import Problem
from compendium.codings.package import Package, rows_of
from compendium.codings.runs import ALL, NONE, by_row
from compendium.codings.tables import TABLES
from compendium.errors import DataError
from compendium.files import inside
from compendium.readings.specifications import parse


def run_rows(package: Package) -> Iterator[Problem]:
    """Rows of runs.csv that ask for what is not there."""
    for row, run in rows_of(package.runs):
        for column, message in _wrong(package, run):
            yield Problem("runs.csv", row, column, message)


def _wrong(package: Package, run: dict) -> Iterator[tuple[str, str]]:
    known = {*package.values("studies", "study"), ALL, NONE}
    if run["cases"] not in known:
        yield "cases", f"{run['cases']!r} is no study of studies.csv; use {', '.join(sorted(known))}."
    if not inside(paths.ANALYSIS, f"{run['notebook']}.ipynb").is_file():
        yield "notebook", f"there is no analysis/{run['notebook']}.ipynb."
    if run["each"] not in ("case", "study") and not run["title"]:
        yield "title", "empty, but a page needs a title; fill it."
    resources = {resource["name"] for resource in package.descriptor["resources"]} | set(TABLES)
    for column in ("tables", "optional"):
        for table in filter(None, run[column].split(";")):
            if table not in resources:
                yield (
                    column,
                    f"there is no resource {table!r} in datapackage.json, and the engine knows none.",
                )
    try:
        parse(run["specification"], package)
    except DataError as error:
        yield "specification", str(error)


def links(package: Package) -> Iterator[Problem]:
    """Notebooks whose prose leads to pages that no run makes."""
    runs = list(by_row(package))
    made = {run.name for _, run in runs}
    for row, notebook in dict.fromkeys((row, run.notebook) for row, run in runs):
        for name in sorted(_led_to(notebook) - made):
            message = (
                f"its page leads to {name!r}, which no run makes; add a run of that name, or drop this one."
            )
            yield Problem("runs.csv", row, "notebook", message)


@cache  # the notebooks are the engine's, and stay as they are
def _led_to(notebook: str) -> frozenset[str]:
    """The pages to which the prose of a notebook leads."""
    path = inside(paths.ANALYSIS, f"{notebook}.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"] if path.is_file() else []
    prose = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return frozenset(re.findall(r"\]\(([\w-]+)\.ipynb[)#]", prose))


def run_names(package: Package) -> Iterator[Problem]:
    """Two runs of one name: they would share a page, and one of them would be gone in silence."""
    first: dict[str, int] = {}
    for row, run in by_row(package):
        if (before := first.setdefault(run.name, row)) != row:
            message = f"asks for a page {run.name!r}, as row {before} does; give one of them another name."
            yield Problem("runs.csv", row, "run", message)
