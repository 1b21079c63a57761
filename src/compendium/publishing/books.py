"""What the PDF and the EPUB have in common: their names, and what they say about themselves."""

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from compendium import __version__, paths
from compendium.files import read_record, write_bytes, write_text
from compendium.pages.results import dump
from compendium.workflow import freshness

RECORDS = paths.BUILD / "bound"  # per book, what it was made from
BOUND = {"pdf": paths.PDF, "epub": paths.EPUB}
LABELS = {".pdf": "PDF", ".epub": "EPUB"}
SUBTITLE = "Three published documents, coded as evidence and recomputed"
NOTE = (
    "What the pages on the web fold away stands open here. The code of the notebooks, the data files and "
    "what can be chosen are there, not here."
)


@dataclass(frozen=True)
class About:
    """What both books say of themselves; `date` is that of the release, never that of the build."""

    title: str
    author: str
    language: str
    licence: str
    version: str
    date: datetime

    @property
    def imprint(self) -> list[str]:
        """What stands below the title."""
        return [SUBTITLE, f"{self.author}, version {self.version}", self.licence, NOTE]

    @property
    def identifier(self) -> str:
        """The same for all builds of one version."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self.author} {self.version}')}"


def about() -> About:
    """Title, author, language and licence from the configuration of the book, version from the library."""
    config = yaml.safe_load((paths.ROOT / "_config.yml").read_text("utf-8"))
    return About(
        config["title"],
        config["author"],
        config["sphinx"]["config"]["language"],
        re.sub(r"<[^>]*>", "", config["html"]["extra_footer"]).strip(),
        __version__,
        release_date(os.environ.get("SOURCE_DATE_EPOCH"), str(config["copyright"])),
    )


def release_date(epoch: str | None, year: str) -> datetime:
    """The date given in seconds since 1970, else the first day of the year of the copyright."""
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime(int(year), 1, 1, tzinfo=UTC)


def offered(folder: Path = paths.BOOKS) -> list[tuple[str, Path, int]]:
    """The books that are there to be downloaded: label, file, size in bytes."""
    files = (path for path in (paths.PDF, paths.EPUB) if (folder / path.name).is_file())
    return [(LABELS[path.suffix], folder / path.name, (folder / path.name).stat().st_size) for path in files]


def made_from() -> str:
    """What a book made now would be made from."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return f"{freshness.inputs(paths.data_folder())} {epoch}"


def up_to_date(book: Path) -> bool:
    """Whether a book is as it was made, and nothing has changed since."""
    known = read_record(RECORDS / f"{book.name}.json")
    return book.is_file() and known == state(book.read_bytes(), made_from())


def state(content: bytes, begun: str) -> dict[str, str]:
    """What a book that is up to date is recognised by."""
    return {"inputs": begun, "content": hashlib.sha256(content).hexdigest()}


def keep(book: Path, content: bytes, begun: str) -> None:
    """Write a book, and what it was made from when that began: what changed since is not in it yet."""
    write_bytes(book, content)
    write_text(RECORDS / f"{book.name}.json", dump(state(content, begun)))
