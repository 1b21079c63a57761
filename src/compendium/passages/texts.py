"""Read a reader's own copy of a source: plain text, web page or PDF."""

from pathlib import Path

from compendium.errors import DataError

FOLDER = "texts"  # in a package, the texts that it ships


def find(folder: Path, source: str, file: str) -> Path | None:
    """The copy of a source in `folder`: named by its id or like the original file, any suffix."""
    stems = {source, Path(file).stem}
    found = [path for path in sorted(folder.glob("*")) if path.stem in stems and path.is_file()]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise DataError(f"{folder}: {names} are all copies of source {source!r}; keep one.")
    return found[0] if found else None


def shipped(package: Path, source) -> Path | None:
    """The text of a source (a row of sources.csv) that a package itself brings, where it may be passed on.

    A package may come from anybody: a link, which would lead out of it, is not followed.
    """
    folder = package / FOLDER
    if not source.redistributable or folder.is_symlink() or not folder.is_dir():
        return None
    found = find(folder, source.source, source.file)
    return None if found is None or found.is_symlink() else found


def read(path: Path) -> str:
    """The text of a .txt, .md, .html or .pdf file; DataError for any other kind."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{path}: cannot read {path.suffix or 'a file without suffix'}; use {', '.join(READERS)}."
        )
    return reader(path)


def _plain(path: Path) -> str:
    return path.read_text("utf-8")


def _html(path: Path) -> str:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for element in page(["script", "style", "sup"]):  # footnote marks are no letters of the text
        element.decompose()
    return page.get_text()


def _pdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


READERS = {".txt": _plain, ".md": _plain, ".html": _html, ".htm": _html, ".pdf": _pdf}
