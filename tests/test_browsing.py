"""Which pages of the site are looked at one by one."""

import json

import browsing
import pytest

from compendium import paths

WEIGHTS = {"index.html": 3, "method.html": 5, "search.html": 1, "studies/a.html": 2}
WEIGHTS |= {"studies/b.html": 7, "studies/c.html": 8, "studies/d.html": 9, "studies/e.html": 4}
STUDIES = {"a": "profile", "b": "survey", "c": "survey", "d": "survey", "e": "profile"}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of pages of these weights, and what is known of its studies."""
    monkeypatch.delenv("PAGES", raising=False)
    for name, folder in (("RESULTS", "results.json"), ("BOOK", "book")):
        monkeypatch.setattr(paths, name, tmp_path / folder)
    paths.RESULTS.write_text(json.dumps({study: {"notebook": made} for study, made in STUDIES.items()}))
    for name in ("book/index.md", "book/method.md", *(f"html/{page}" for page in WEIGHTS)):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x" * WEIGHTS.get(name.removeprefix("html/"), 0))
    (tmp_path / "html" / "moved.html").write_text('<meta http-equiv="refresh">')
    return tmp_path / "html"


def test_the_heaviest_pages_and_one_of_each_other_kind_are_looked_at(site):
    """Of the surveys three, as those are the heaviest; of profiles and prose one; the search is like no other."""
    found = browsing.looked_at(site)
    assert found == ["index.html", "search.html", *(f"studies/{name}.html" for name in "abcd")]


def test_every_page_is_looked_at_where_one_asks_for_all(site, monkeypatch):
    monkeypatch.setenv("PAGES", "all")
    assert browsing.looked_at(site) == sorted(WEIGHTS)
    monkeypatch.setenv("PAGES", "al")
    with pytest.raises(pytest.UsageError, match="not 'al'"):
        browsing.looked_at(site)
