"""Fixtures that several tests share."""

import csv
import os
import shutil
from pathlib import Path

import browsing
import pandas as pd
import pytest
from hypothesis import settings
from project_copy import Project

from compendium import paths
from compendium.codings import package
from compendium.publishing.browser import FLAGS

# How long an example takes says how busy the machine is, not whether the property holds.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def data():
    """The project's data package."""
    return package.read(paths.ROOT / "data")


@pytest.fixture(scope="session")
def texts() -> Path:
    """The folder with the documents. Without them the test is skipped, unless REQUIRE_TEXTS says no."""
    folder = paths.texts_folder()
    if folder.is_dir() and any(folder.iterdir()):
        return folder
    reason = f"the documents are not in {folder}; two of them may not be passed on, so bring your own copies"
    if os.environ.get("REQUIRE_TEXTS"):
        pytest.fail(f"REQUIRE_TEXTS is set, but {reason}")
    pytest.skip(reason)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the data package that a test may damage."""
    return Path(shutil.copytree(paths.ROOT / "data", tmp_path / "data"))


class Table:
    """A CSV table of a copied data package, to be changed row by row."""

    def __init__(self, path: Path):
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.columns, self.rows = reader.fieldnames, list(reader)

    def find(self, **wanted: str) -> int:
        """Position of the first row with these values."""
        return next(i for i, row in enumerate(self.rows) if wanted.items() <= row.items())

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


@pytest.fixture
def table(folder):
    """Open a table of the copied data package by name."""
    return lambda name: Table(folder / f"{name}.csv")


def with_cells(data: package.Package, name: str, where: dict, values: dict) -> tuple[package.Package, int]:
    """The package with other values in the first row of a table that matches; the row's line in the file."""
    frame = data.tables[name].copy()
    position = frame[(frame[list(where)] == pd.Series(where)).all(axis=1)].index[0]
    frame.loc[position, list(values)] = list(values.values())
    return package.Package(data.folder, data.descriptor, data.tables | {name: frame}), position + 2


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Project:
    """A copy of the project with the book built in it, once for all tests; ask for `project` instead."""
    copy = Project(tmp_path_factory.mktemp("built"))
    copy.make("book", "CORES=2")
    copy.keep()
    return copy


@pytest.fixture
def project(built) -> Project:
    """A copy of the project with its book, as if it had just been built; a test may do with it what it likes."""
    built.restore()
    return built


@pytest.fixture(scope="session")
def built_small(tmp_path_factory) -> Project:
    """A copy with the book of the small compendium in tests/mini; ask for `small` instead."""
    copy = Project(tmp_path_factory.mktemp("small"), paths.ROOT / "tests" / "mini")
    copy.output = copy.make("book", "CORES=2")
    copy.keep()
    return copy


@pytest.fixture
def small(built_small) -> Project:
    """As `project`, with a small book that is built in seconds: for what does not hang on what the book says."""
    built_small.restore()
    return built_small


@pytest.fixture(scope="session")
def browser():
    """A Chromium. Without one the test is skipped, unless REQUIRE_BROWSER says no."""
    program = browsing.chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    assert (paths.HTML / "index.html").exists(), "there is no site; say `make book`"
    return paths.HTML


@pytest.fixture(scope="session")
def host(site):
    """The address of the built site on a host of this machine."""
    with browsing.served(site) as address:
        yield address
