"""From executed notebooks to pages, downloads, and the numbers that the prose inserts."""

import csv
import io
import json
import re
from html import escape
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from compendium import paths
from compendium.codings.runs import Run
from compendium.errors import DataError
from compendium.files import write_files, write_text
from compendium.pages import results
from compendium.pages.markup import as_markdown


def as_page(notebook: nbformat.NotebookNode, run: Run) -> nbformat.NotebookNode:
    """The notebook as a page: titled, its finding first, its code together at the end, folded."""
    page = nbformat.from_dict(notebook)
    heading, _, introduction = page.cells[0].source.partition("\n")
    if not heading.startswith("# "):
        raise ValueError(f"analysis/{run.notebook}.ipynb: the first cell must open with a '# ' heading")
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    making = _making(run, [cell.source for cell in code])
    for cell in code:
        cell.metadata["tags"] = ["remove-input"]
        cell.outputs = [output for output in cell.outputs if not _only_for_prose(output)]
        for output in cell.outputs:
            _offer_download(output, run.name)
    shown = [cell for cell in page.cells[1:] if cell.cell_type == "markdown" or cell.outputs]
    finding = [cell for cell in shown if 'class="finding"' in str(cell.get("outputs"))][:1]
    page.cells = [
        new_markdown_cell(f"# {as_markdown(run.title)}"),
        *finding,
        new_markdown_cell(introduction.strip()),
        *(cell for cell in shown if cell not in finding),
        new_markdown_cell(making),
    ]
    for number, cell in enumerate(page.cells):
        cell.id = f"cell-{number}"
    return page


def given(run: Run) -> str:
    """The parameters by which a run differs from its notebook, in words."""
    own = [f"{name} = {value}" for name, value in run.parameters.items() if name != "data"]
    return ", ".join(own) or "its default parameters"


def _making(run: Run, sources: list[str]) -> str:
    """The section that says how a page was made: run, parameters, notebook, code."""
    source = "\n\n".join(sources)
    return (
        f"## How this page was made\n\nThe notebook `analysis/{run.notebook}.ipynb` made this page"
        f" with {given(run)}. "
        f"<a href='../downloads/{run.name}.ipynb' download>Download the executed notebook</a>.\n\n"
        f":::{{dropdown}} The code\n```python\n{source}\n```\n:::"
    )


def _only_for_prose(output: nbformat.NotebookNode) -> bool:
    """Whether an output does nothing but pass numbers to the prose."""
    return set(output.get("data", {}).get(results.MEDIA_TYPE, {"shown": 1})) == {"values"}


def _offer_download(output: nbformat.NotebookNode, run: str) -> None:
    """Link a published table or figure to its files, and scripts to their data; the record stays behind."""
    record = output.get("data", {}).pop(results.MEDIA_TYPE, {})
    links = [
        f"<a href='../downloads/{run}-{record[kind]}.{suffix}' download "
        f"aria-label='Download {escape(record['caption'], quote=True)} as {suffix.upper()}'>{suffix.upper()}</a>"
        for kind, suffixes in (("table", ("csv", "json")), ("figure", ("csv", "svg")))
        if kind in record
        for suffix in suffixes
    ]
    if links:
        note = FORMULA_NOTE if holds_formulas(record.get("csv", "")) else ""
        output.data["text/html"] += f"<p class='download'>Download {', '.join(links)}{note}</p>"
    if "scripts" in record:
        names = (f"../downloads/{run}-data.js", *(f"../{script}" for script in record["scripts"]))
        output.data["text/html"] += "".join(f"<script defer src='{name}'></script>" for name in names)


FORMULA_NOTE = ". Some cells begin like a formula of a spreadsheet; they are words: import the CSV with all columns as text."
NUMBER = re.compile(r"[+-]?(\d[\d,]*)?(\.\d+)?(e[+-]?\d+)?\s*%?", re.IGNORECASE)


def holds_formulas(text: str) -> bool:
    """Whether a spreadsheet would take a cell of a CSV text for a formula; programs read the cells as they are."""
    return any(
        cell.lstrip()[:1] in ("=", "+", "-", "@")
        and cell.strip() != "-"
        and not NUMBER.fullmatch(cell.strip())
        for row in csv.reader(io.StringIO(text))
        for cell in row
        if cell.strip()
    )


def downloads(run: str, published: list[dict]) -> dict[str, str]:
    """The files a run offers: each table as CSV and JSON, each figure as SVG and its data as CSV,
    the data of scripts.

    Where a table and a figure share a name, the CSV is the table's.
    """
    files = {}
    for record in published:
        if "table" in record:
            files[f"{run}-{record['table']}.csv"] = record["csv"]
            rows = list(csv.DictReader(io.StringIO(record["csv"])))
            files[f"{run}-{record['table']}.json"] = results.dump(rows)
        if "figure" in record:
            files[f"{run}-{record['figure']}.svg"] = record["svg"] + "\n"
            files.setdefault(f"{run}-{record['figure']}.csv", record["csv"])
        if "scripts" in record:
            # A script can be loaded from a folder on disk, where a page may not fetch data.
            content = json.dumps(record["content"], separators=(",", ":"), ensure_ascii=False)
            files[f"{run}-data.js"] = f"window.compendiumData = {content};\n"
    return files


def told_of(run: Run, published: list[dict]) -> dict:
    """What the prose may take from a run: where it comes from, its finding, values and figures."""
    findings = [record["finding"] for record in published if "finding" in record]
    return {
        "title": run.title,
        "notebook": run.notebook,
        "given": given(run),
        "finding": findings[0] if findings else "",
        "values": results.values(published),
        "figures": {
            record["figure"]: {name: record[name] for name in ("caption", "alternative")}
            for record in published
            if "figure" in record
        },
    }


def _offer(offered: dict[str, str], files: dict[str, str]) -> None:
    """Add files to those that the site offers; DataError where one of that name is offered already."""
    if doubled := sorted(offered.keys() & files.keys()):
        raise DataError(f"two runs offer a file {doubled[0]!r}; give one of them another name in runs.csv.")
    offered |= files


def assemble(planned: list[Run], cards: dict[str, str], folder: Path = paths.PAGES) -> None:
    """Write pages (to `folder`), downloads, numbers and cards of all runs; drop those of runs that are gone."""
    pages, offered, told = {}, {}, {}
    for run in planned:
        notebook = nbformat.read(run.product, as_version=4)
        published = results.records(notebook)
        pages[f"{run.name}.ipynb"] = nbformat.writes(as_page(notebook, run)) + "\n"
        executed = {f"{run.name}.ipynb": run.product.read_text("utf-8")}
        _offer(offered, downloads(run.name, published) | executed)
        told[run.name] = told_of(run, published)
    write_files(folder, pages)
    write_files(paths.DOWNLOADS, offered)
    write_text(paths.RESULTS, results.dump(told))
    write_text(paths.CARDS, results.dump(cards))
