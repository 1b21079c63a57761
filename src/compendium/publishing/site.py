"""Write the site with Jupyter Book: pages that did not change are left as they are."""

import hashlib
import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path

from compendium import paths
from compendium.errors import DataError, is_of_disk
from compendium.files import read_record, write_files, write_text
from compendium.pages.results import dump
from compendium.publishing import books, social
from compendium.publishing.addresses import addresses
from compendium.workflow import freshness, prose

DOCTREES = paths.BUILD / ".doctrees"  # parsed pages
FRAME = paths.BUILD / "frame.json"
# What every parsed page depends on beside the book's own settings, and what every written page does beside that.
OF_ALL_PARSED = [
    "requirements.lock",
    "src/compendium/publishing",
    "src/compendium/pages/markup.py",
    "src/compendium/pages/templating.py",
    "src/compendium/pages/templates",
]
OF_ALL_WRITTEN = ["book/_static", "book/_templates", "book/_extra", "CITATION.cff"]


def build() -> int:
    """Bring the site up to date; 0 where it is, 1 where Sphinx warned.

    Sphinx works in one process: reading in parallel is not allowed by all extensions, and writing in
    parallel was no faster for a book of this size.
    """
    now, card = frame(), social.verdicts()
    before = forget_outdated(now)
    result = run_sphinx("html", paths.HTML, DOCTREES)
    if result == 0:
        files = [
            *paths.DOWNLOADS.iterdir(),
            *prose.folder().glob("*.md"),
            *(path for _, path, _ in books.offered()),
        ]
        write_files(paths.HTML / "downloads", {path.name: path.read_bytes() for path in files})
        if before.get("card") != card or not (paths.HTML / social.FILE).exists():
            social.draw(paths.HTML / social.FILE)
        write_text(FRAME, dump(now | {"card": card, "site": freshness.outputs()}))
    return result


def run_sphinx(builder: str, folder: Path, doctrees: Path, **settings) -> int:
    """Have a Sphinx builder write the pages to a folder; 0 where it did, 1 where it warned.

    `settings` are added to the configuration of the book.
    """
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    source = prose.folder()
    own = {
        "external_toc_path": str(prose.contents()),
        "latex_individualpages": False,  # Jupyter Book asks for it, whatever it builds
        "nitpicky": True,
        **settings,
    }
    config, _ = get_final_config(
        user_yaml=prose.config(), cli_config=own, sourcedir=source, use_external_toc=True
    )
    # Jupyter Book's own way of calling Sphinx prints a part of the traceback where a disk is full.
    with patch_docutils(), docutils_namespace():
        try:
            app = Sphinx(
                source,
                None,
                folder,
                doctrees,
                builder,
                confoverrides=config,
                status=None,
                warningiserror=True,
                keep_going=True,
            )
            app.build()
        except OSError as error:
            error.filename = error.filename or str(
                folder
            )  # the system does not name a file for which no room is
            raise
        except SphinxError as error:
            cause = getattr(error, "orig_exc", None)  # what an extension of ours met
            raise cause if is_of_disk(cause) else DataError(f"{error.category}: {error}") from error
    return app.statuscode


def frame() -> dict:
    """What Sphinx does not see to make pages outdated: it rewrites those whose own source changed."""
    settings = [prose.config(), prose.contents(), prose.folder() / "references.bib"]
    return {
        "parsed": digest([*settings, *OF_ALL_PARSED]),
        "written": digest(OF_ALL_WRITTEN),
        "titles": titles(),
        "addresses": asdict(addresses()),
        "preview": social.alternative() if addresses().site else "",
        "site": freshness.outputs(),
    }


def forget_outdated(now: dict) -> dict:
    """Remove parsed pages, and the site, where more than pages changed since the last good build; gives its record.

    A site that is not as that build left it is written anew, so that no page stays damaged.
    Titles stand in the navigation of every page, and the page of a study that is gone would stay. The
    record is gone until the build succeeds: one that was killed or warned is done anew from the start.
    """
    before = read_record(FRAME)
    FRAME.unlink(missing_ok=True)
    if before.get("parsed") != now["parsed"]:
        shutil.rmtree(DOCTREES, ignore_errors=True)
    if any(before.get(name) != value for name, value in now.items()):
        shutil.rmtree(paths.HTML, ignore_errors=True)
    return before


def digest(names: list[str | Path]) -> str:
    """One digest of the contents of files and folders of the project."""
    found = hashlib.sha256()
    for name in names:
        place = paths.ROOT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix != ".pyc":
                found.update(str(path.relative_to(paths.ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def titles() -> dict[str, str]:
    """The title of each page, by the path of its source."""
    source = prose.folder()
    pages = {path: first_line(path) for path in sorted(source.glob("*.md"))}
    for path in sorted(prose.pages().glob("*.ipynb")):
        pages[path] = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
    return {str(path.relative_to(source)): title for path, title in pages.items()}


def first_line(page: Path) -> str:
    """The heading of a page of prose."""
    found = re.search(r"^# .*$", page.read_text("utf-8"), re.MULTILINE)
    return found[0] if found else ""
