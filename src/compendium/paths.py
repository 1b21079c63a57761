"""Where things are. Nothing but paths."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANALYSIS = ROOT / "analysis"
BOOK = ROOT / "book"
PAGES = BOOK / "studies"  # executed notebooks as pages of the project's own book; git-ignored
BUILD = ROOT / "_build"
SLICES = BUILD / "slices"  # per study, the data it may read
STORE = BUILD / "store"  # per content key, what a study produced
PLAN = BUILD / "plan.json"
MADE = BUILD / "made"  # what Sphinx reads for a package that has no prose
RESULTS = BUILD / "results.json"
LOGS = BUILD / "logs"
CARDS = BUILD / "cards.json"  # what passages and claims say, for readers who point at a link
DATES = BUILD / "dates.json"  # when each page last changed
DOWNLOADS = BUILD / "downloads"  # tables and figures that the site offers
HTML = BUILD / "html"
BOOKS = BUILD / "books"


def data_folder(data: str | os.PathLike | None = None) -> Path:
    """Folder of the data package: the argument, else COMPENDIUM_DATA, else the project's own."""
    return Path(data or os.environ.get("COMPENDIUM_DATA") or ROOT / "data").resolve()


def texts_folder(texts: str | os.PathLike | None = None) -> Path:
    """Folder with the reader's own copies of the sources: the argument, else COMPENDIUM_TEXTS."""
    return Path(texts or os.environ.get("COMPENDIUM_TEXTS") or ROOT / "texts").resolve()
