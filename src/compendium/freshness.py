"""Whether the book still is what its inputs make of it; `python -m compendium.freshness check` or `record`.

Nothing but the standard library is imported here, so that a build that has nothing to do says so at once.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from compendium import paths

RECORD = paths.BUILD / "built-from.json"
BEGUN = paths.BUILD / "building-from.json"  # the inputs when the last build began
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
    digest = hashlib.sha256("\0".join(settings).encode())
    files = [paths.ROOT / name for name in FILES]
    for folder in [data, *(paths.ROOT / name for name in FOLDERS), *others]:
        files += walk(folder)
    for path in files:
        content = hashlib.sha256(path.read_bytes()).digest()
        digest.update(os.fsencode(os.path.relpath(path, paths.ROOT)) + b"\0" + content)
    return digest.hexdigest()


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
    """Digest of the names, sizes and times of the files of the site: whether any was changed or lost."""
    files = ((path, path.stat()) for path in walk(paths.HTML))
    listing = [[str(path.relative_to(paths.HTML)), facts.st_size, facts.st_mtime_ns] for path, facts in files]
    return hashlib.sha256(json.dumps(listing).encode()).hexdigest()


def state() -> dict[str, str]:
    """What a finished build is recognised by; the site offers the bound books that are there."""
    return {"inputs": inputs(paths.data_folder(), paths.BOOKS), "outputs": outputs()}


def recorded() -> dict[str, str]:
    """The state at the end of the last build; empty where there was none."""
    try:
        return json.loads(RECORD.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def main(task: str) -> int:
    if task == "record":
        # What was there when the build began: an input that changed meanwhile is not in the book yet.
        begun = json.loads(BEGUN.read_text("utf-8"))
        RECORD.write_text(json.dumps({"inputs": begun, "outputs": outputs()}), "utf-8")
        return 0
    now = state()
    if recorded() == now:
        print("Nothing has changed since the book was built.")
        return 0
    paths.BUILD.mkdir(exist_ok=True)
    BEGUN.write_text(json.dumps(now["inputs"]), "utf-8")
    # The stamp says that the site is whole; where a page is gone it is not, and is written again.
    if recorded().get("outputs") != now["outputs"]:
        paths.BOOK_DONE.unlink(missing_ok=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
