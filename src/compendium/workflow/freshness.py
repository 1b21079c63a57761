"""Whether the book still is what its inputs make of it, by content: times of files say nothing.

Nothing but the standard library is imported here, so that a build that has nothing to do says so at once.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path

from compendium import paths
from compendium.files import read_record, write_text

RECORD = paths.BUILD / "built-from.json"
FILES = (
    "_config.yml",
    "_toc.yml",
    "requirements.lock",
    "Snakefile",
    "Makefile",
    "CITATION.cff",
    "CONTRIBUTING.md",
)
FOLDERS = ("analysis", "book", "src")
SETTINGS = ("COMPENDIUM_SITE", "COMPENDIUM_REPOSITORY")


def inputs(data: Path, *others: Path) -> str:
    """Digest of the names and contents of all that the book is made from, and of other folders."""
    settings = [str(data), commit(), *(os.environ.get(name, "") for name in SETTINGS)]
    files = [paths.ROOT / name for name in FILES]
    for folder in [data, *(paths.ROOT / name for name in FOLDERS), *others]:
        files += walk(folder)
    return digest(files, "\0".join(settings))


def digest(files: list[Path], about: str = "") -> str:
    """One digest of the names and contents of files."""
    found = hashlib.sha256(about.encode())
    for path in files:
        # What is no regular file, as a pipe or a link to nothing, has no content that could be read.
        content = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        found.update(os.fsencode(os.path.relpath(path, paths.ROOT)) + b"\0" + content)
    return found.hexdigest()


def commit() -> str:
    """What git has checked out, for the dates on the pages; empty outside git."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=paths.ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()


def walk(folder: Path) -> list[Path]:
    """The files below a folder, but for what is generated or hidden there."""
    found = []
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(n for n in folders if not n.startswith((".", "__")) and here / n != paths.PAGES)
        found += [here / name for name in sorted(names) if not name.startswith(".")]
    return found


def outputs() -> str:
    """Digest of the site: whether any of its files was changed, damaged or lost."""
    return digest(walk(paths.HTML))


def state() -> dict[str, str]:
    """What a finished build is recognised by; the site offers the bound books that are there."""
    return {"inputs": inputs(paths.data_folder(), paths.BOOKS), "outputs": outputs()}


def nothing_changed(now: dict[str, str]) -> bool:
    """Whether the book is as its last build left it, and so is all that it was made from."""
    return read_record(RECORD) == now


def record(begun: dict[str, str]) -> None:
    """Note that a build is done, with the state when it began: an input that changed since is not in the book yet."""
    write_text(RECORD, json.dumps({**begun, "outputs": outputs()}))
