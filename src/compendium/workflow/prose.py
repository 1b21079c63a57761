"""What Sphinx reads: for the project's own data package its prose, for any other pages that are made."""

import os
from pathlib import Path

from compendium import paths
from compendium.codings import descriptor
from compendium.files import read_record

CONFIG, CONTENTS, STUDIES = "_config.yml", "_toc.yml", "studies"


def is_own(data: str | os.PathLike | None = None) -> bool:
    """Whether a data package is the project's own, or a copy of it: its name says so."""
    own = read_record(paths.ROOT / "data" / descriptor.FILE).get("name")
    return read_record(paths.data_folder(data) / descriptor.FILE).get("name") == own


def folder(data: str | os.PathLike | None = None) -> Path:
    """The folder that Sphinx reads."""
    return paths.BOOK if is_own(data) else paths.MADE


def pages(data: str | os.PathLike | None = None) -> Path:
    """Where executed notebooks become pages."""
    return folder(data) / STUDIES


def config(data: str | os.PathLike | None = None) -> Path:
    """The configuration of the book."""
    return (paths.ROOT if is_own(data) else paths.MADE) / CONFIG


def contents(data: str | os.PathLike | None = None) -> Path:
    """The table of contents of the book."""
    return (paths.ROOT if is_own(data) else paths.MADE) / CONTENTS
