"""What the PDF and the EPUB have in common: their names, and what they say about themselves."""

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml

from compendium import paths
from compendium.codings import descriptor
from compendium.files import inside, read_record, write_bytes, write_text
from compendium.pages.results import dump
from compendium.workflow import freshness, prose

RECORDS = paths.BUILD / "bound"  # per book, what it was made from
LABELS = {"pdf": "PDF", "epub": "EPUB"}
NOTE = (
    "What the pages on the web fold away stands open here. The code of the notebooks, the data files and "
    "what can be chosen are there, not here."
)


@dataclass(frozen=True)
class About:
    """What both books say of themselves; `date` is that of the release, never that of the build."""

    title: str
    subtitle: str
    author: str
    language: str
    licence: str
    version: str
    date: datetime

    @property
    def imprint(self) -> list[str]:
        """What stands below the title."""
        return [self.subtitle, f"{self.author}, version {self.version}", self.licence, NOTE]

    @property
    def identifier(self) -> str:
        """The same for all builds of one version."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self.author} {self.version}')}"


def about() -> About:
    """What the book says of itself: by its configuration, and by the descriptor of its data package.

    The first sentence of what the descriptor says of the package stands below the title.
    """
    return _about(paths.data_folder(), prose.config(), os.environ.get("SOURCE_DATE_EPOCH"))


@cache  # asked for on every page
def _about(data: Path, configured: Path, epoch: str | None) -> About:
    config, described = yaml.safe_load(configured.read_text("utf-8")), descriptor.read(data)
    return About(
        config["title"],
        described.get("description", described["title"]).partition(". ")[0].rstrip("."),
        config["author"],
        config["sphinx"]["config"]["language"],
        re.sub(r"<[^>]*>", "", config["html"]["extra_footer"]).strip(),
        described["version"],
        release_date(epoch, str(config["copyright"])),
    )


def release_date(epoch: str | None, year: str) -> datetime:
    """The date given in seconds since 1970, else the first day of the year of the copyright."""
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime(int(year), 1, 1, tzinfo=UTC)


def offered(folder: Path = paths.BOOKS) -> list[tuple[str, Path, int]]:
    """The books that are there to be downloaded: label, file, size in bytes."""
    files = {label: folder / file(kind).name for kind, label in LABELS.items()}
    return [(label, path, path.stat().st_size) for label, path in files.items() if path.is_file()]


def file(kind: str) -> Path:
    """Where the book lies as `pdf` or `epub`."""
    name = read_record(paths.data_folder() / descriptor.FILE).get("name", "book")
    return inside(paths.BOOKS, f"{name}.{kind}")


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
