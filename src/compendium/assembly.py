"""From executed notebooks to pages: titles, folded code, downloads, and the numbers for the prose."""

from html import escape

import nbformat

from compendium import paths, results
from compendium.studies import Study, write_files, write_text

FOLDED = {"parameters": "hide-cell", "injected-parameters": "hide-cell"}


def as_page(notebook: nbformat.NotebookNode, study: Study) -> nbformat.NotebookNode:
    """The notebook as a page: its first heading becomes the study's title, its code is folded."""
    page = nbformat.from_dict(notebook)
    heading, separator, rest = page.cells[0].source.partition("\n")
    if not heading.startswith("# "):
        raise ValueError(f"analysis/{study.notebook}.ipynb: the first cell must open with a '# ' heading")
    page.cells[0].source = f"# {study.title}{separator}{rest}"
    for cell in page.cells:
        if cell.cell_type == "code":
            tags = list(cell.metadata.get("tags", []))
            fold = next((FOLDED[tag] for tag in tags if tag in FOLDED), "hide-input")
            cell.metadata["tags"] = sorted({*tags, fold})
            for output in cell.outputs:
                _offer_download(output, study.study)
    return page


def _offer_download(output: nbformat.NotebookNode, study: str) -> None:
    """Link a published table or figure to its file; the record itself is not for the page."""
    record = output.get("data", {}).pop(results.MEDIA_TYPE, {})
    for kind, suffix in (("table", "csv"), ("figure", "svg")):
        if kind in record:
            name = f"{study}-{record[kind]}.{suffix}"
            label = f"Download: {record['caption']} ({suffix.upper()})"
            output.data["text/html"] += f"<p class='download'><a href='../downloads/{name}' download aria-label='{escape(label, quote=True)}'>{suffix.upper()}</a></p>"


def downloads(study: str, published: list[dict]) -> dict[str, str]:
    """The files a study offers: each table as CSV, each figure as SVG."""
    files = {}
    for record in published:
        if "table" in record:
            files[f"{study}-{record['table']}.csv"] = record["csv"]
        if "figure" in record:
            files[f"{study}-{record['figure']}.svg"] = record["svg"] + "\n"
    return files


def assemble(planned: list[Study]) -> None:
    """Write pages, downloads and the numbers of all studies; drop those of studies that are gone."""
    pages, offered, numbers = {}, {}, {}
    for study in planned:
        notebook = nbformat.read(study.product, as_version=4)
        published = results.records(notebook)
        pages[f"{study.study}.ipynb"] = nbformat.writes(as_page(notebook, study)) + "\n"
        offered |= downloads(study.study, published)
        numbers[study.study] = results.values(published)
    write_files(paths.PAGES, pages)
    write_files(paths.DOWNLOADS, offered)
    write_text(paths.RESULTS, results.dump(numbers))
