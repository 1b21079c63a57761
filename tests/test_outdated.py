"""Which pages Sphinx reads again: by content, whatever the times of files say."""

import os

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSION = "compendium.publishing.outdated"


@pytest.fixture
def book(tmp_path):
    """A book of three pages, of which one takes in another file; gives what a build read and wrote."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.rst").write_text("Book\n====\n\n.. toctree::\n\n   one\n   two\n")
    (source / "one.rst").write_text("One\n===\n\nThe first word.\n")
    (source / "two.rst").write_text("Two\n===\n\n.. literalinclude:: taken.txt\n")
    (source / "taken.txt").write_text("taken in\n")

    def build() -> tuple[set[str], set[str]]:
        before = {path: path.stat().st_ino for path in tmp_path.glob("out/*.html")}
        read, written = set(), set()
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                source,
                None,
                tmp_path / "out",
                tmp_path / "doctrees",
                "html",
                confoverrides={"extensions": [EXTENSION]},
                status=None,
                warningiserror=True,
            )
            app.connect("env-before-read-docs", lambda app, env, pages: read.update(pages))
            app.connect("html-page-context", lambda app, page, *_: written.add(page))
            app.build()
        assert app.statuscode == 0
        assert before.keys() <= set(tmp_path.glob("out/*.html"))
        return read, written & {"index", "one", "two"}

    assert build()[0] == {"index", "one", "two"}
    return build


def touch(folder, year: int) -> None:
    """Date all files of a folder to a year."""
    time = (year - 1970) * 365.25 * 86400
    for path in folder.rglob("*"):
        os.utime(path, (time, time))


@pytest.mark.parametrize("year", [1970, 1990, 2050])
def test_only_what_changed_is_read_again_whatever_its_time(book, tmp_path, year):
    touch(tmp_path, year)
    assert book() == (set(), set())
    page = tmp_path / "source" / "one.rst"
    page.write_text(page.read_text().replace("first", "other"))
    touch(tmp_path, year)
    assert book()[0] == {"one"}
    assert "The other word." in (tmp_path / "out" / "one.html").read_text()
    assert book() == (set(), set())
    (tmp_path / "source" / "taken.txt").write_text("another\n")
    touch(tmp_path, year)
    assert book()[0] == {"two"}
    assert "another" in (tmp_path / "out" / "two.html").read_text()


def test_a_source_of_the_same_content_is_not_read_again(book, tmp_path):
    for path in (tmp_path / "source").iterdir():
        path.write_text(path.read_text())
    assert book() == (set(), set())


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_what_sphinx_keeps_of_a_page_is_made_anew_where_it_is_damaged(book, tmp_path, content):
    kept = tmp_path / "doctrees" / "one.doctree"
    kept.write_bytes(kept.read_bytes()[:-20] if content is None else content)
    assert book()[0] == {"one"}
    assert book() == (set(), set())


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_a_damaged_memory_of_all_pages_means_reading_all(book, tmp_path, content):
    memory = tmp_path / "doctrees" / "environment.pickle"
    memory.write_bytes(memory.read_bytes()[:-20] if content is None else content)
    assert book()[0] == {"index", "one", "two"}


def test_a_page_that_is_gone_is_written_again(book, tmp_path):
    touch(tmp_path, 1969)
    (tmp_path / "out" / "one.html").unlink()
    assert book() == (set(), {"index", "one"}), "Sphinx writes the page of contents along"
