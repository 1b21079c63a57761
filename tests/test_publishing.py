"""What is added to pages when they are published: dates, citations, addresses, cards, sitemap."""

import shutil
import subprocess
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium import __version__, paths
from compendium.codings import package
from compendium.codings.runs import Run
from compendium.publishing import cards, for_hosts, history, numbers, page_facts
from compendium.publishing.addresses import Addresses, addresses, launch_links
from compendium.workflow import assembly, planning

PROGRAMS = "/usr/bin:/bin"


@pytest.fixture
def repository(tmp_path):
    """A git repository with two commits of known dates."""
    if shutil.which("git", path=PROGRAMS) is None:
        pytest.skip("git is not on this machine to make one with")

    def git(*arguments, date="2020-01-01"):
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            env={"PATH": PROGRAMS, "GIT_COMMITTER_DATE": f"{date}T12:00:00Z", "HOME": str(tmp_path)},
        )

    git("init", "--quiet")
    for date, name in (("2020-01-01", "a.txt"), ("2021-06-05", "b é.txt")):
        (tmp_path / name).write_text("x", "utf-8")
        git("add", ".")
        git("commit", "--quiet", "-m", name, date=date)
    return tmp_path


def test_each_file_has_the_date_of_its_last_commit(repository):
    assert history.last_changes(repository) == {"a.txt": "2020-01-01", "b é.txt": "2021-06-05"}


def test_how_somebody_likes_git_to_log_changes_no_date(repository, monkeypatch):
    expected = history.last_changes(repository)
    (repository / "home").mkdir()
    (repository / "home" / ".gitconfig").write_text(
        "[log]\nshowRoot = false\nshowSignature = true\ndiffMerges = separate\nfollow = true\ndecorate = full\ndate = relative\n"
        "[color]\nui = always\n[core]\nquotePath = true\npager = false\n[diff]\nnoprefix = true\n"
    )
    monkeypatch.setenv("HOME", str(repository / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert history.last_changes(repository) == expected


def test_outside_version_control_there_are_no_dates(tmp_path):
    assert history.last_changes(tmp_path) == {}


def test_a_run_is_as_young_as_its_notebook_or_the_tables_it_reads():
    run = Run("city-x", "profile", "X", ("x",), ("claims",), {})
    changes = {
        "analysis/profile.ipynb": "2020-01-01",
        "data/claims.csv": "2022-02-02",
        "data/tensions.csv": "2023-03-03",
        "book/index.md": "2021-01-01",
    }
    assert history.page_dates([run], changes, "my-data")["studies/city-x"] == "2020-01-01"
    dates = history.page_dates([run], changes)
    assert dates["studies/city-x"] == "2022-02-02"
    assert dates["index"] == "2021-01-01"
    assert "method" not in dates


def test_addresses_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("COMPENDIUM_SITE", "https://example.org/book")
    monkeypatch.setenv("COMPENDIUM_REPOSITORY", "https://example.org/owner/name.git")
    assert addresses() == Addresses("https://example.org/book/", "https://example.org/owner/name")
    monkeypatch.delenv("COMPENDIUM_SITE")
    monkeypatch.delenv("COMPENDIUM_REPOSITORY")
    assert addresses() == Addresses()


def test_notebooks_are_launched_only_where_the_repository_is_known():
    assert launch_links("", "claims") == {}
    links = launch_links("https://example.org/owner/name", "claims")
    assert all("owner/name" in link and link.endswith("analysis/claims.ipynb") for link in links.values())
    assert (paths.ANALYSIS / "claims.ipynb").exists()


def test_a_page_is_cited_with_title_version_and_date():
    text = page_facts.bibtex("studies/claims", "Every claim", "2026-01-02", "https://example.org/claims.html")
    assert text.startswith("@incollection{compendium-studies-claims,")
    assert text.count("{") == text.count("}")
    for part in ("{Every claim}", __version__, "year = {2026}", "https://example.org/claims.html"):
        assert part in text
    assert "url" not in page_facts.bibtex("index", "T", "", "")
    assert r"title = {{R\&D, 5\% more}}" in page_facts.bibtex("index", "R&D, 5% more", "", "")
    assert __version__ in page_facts.citation("Every claim", "2026-01-02")


@settings(max_examples=200)
@given(st.text(alphabet="ab ,", max_size=400), st.integers(5, 200))
def test_what_is_shortened_is_never_too_long_and_begins_as_it_did(text, longest):
    short = cards.shortened(text, longest)
    assert len(short) <= longest
    assert " ".join(text.split()).startswith(short.removesuffix(" …"))


def test_a_page_is_read_again_when_its_date_has_changed(monkeypatch):
    monkeypatch.setattr(page_facts, "dates", lambda: {"old": "2020-01-01", "new": "2026-01-01"})
    read = {"old": {"date": "2020-01-01"}, "new": {"date": "2025-01-01"}, "undated": {"date": ""}}
    env = SimpleNamespace(found_docs=set(read), metadata=read)
    assert page_facts.dated_anew(None, env, set(), set(), set()) == ["new"]


def test_nothing_counted_is_said_in_the_word_that_fits():
    assert [numbers.in_words(0, "none"), numbers.in_words(0, "no"), numbers.in_words(3, "none")] == [
        "none",
        "no",
        "3",
    ]
    assert numbers.in_words(0.5, ".0%") == "50%"


def test_a_preview_names_no_address_that_is_not_known(monkeypatch):
    monkeypatch.delenv("COMPENDIUM_SITE", raising=False)
    tags = page_facts.preview("index", 'A "title"', "What & why")
    assert 'content="A &quot;title&quot;"' in tags and "What &amp; why" in tags
    assert "og:image" not in tags and "og:url" not in tags


def test_the_sitemap_lists_every_page_with_its_date():
    text = for_hosts.sitemap("https://example.org/a&b/", ["index", "studies/x"], {"studies/x": "2026-01-02"})
    root = ElementTree.fromstring(text)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert [entry.findtext(f"{space}loc") for entry in root] == [
        "https://example.org/a&b/index.html",
        "https://example.org/a&b/studies/x.html",
    ]
    assert [entry.findtext(f"{space}lastmod") for entry in root] == [None, "2026-01-02"]


def test_the_page_for_what_is_not_found_starts_its_links_at_the_root_of_the_host():
    assert 'href="/book/index.html"' in for_hosts.not_found("https://example.org/book/")
    assert 'href="index.html"' in for_hosts.not_found("")


def test_every_passage_and_claim_has_a_card():
    data = package.read(paths.ROOT / "data")
    found = cards.of_evidence(data)
    assert len(found) == len(data.passages) + len(data.claims)
    assert all(found.values())


@pytest.mark.parametrize("length", [0, 10, cards.LONGEST, cards.LONGEST + 1, 5000])
def test_a_card_is_short_and_cut_between_words(length):
    text = ("word " * length)[:length]
    short = cards.shortened(text)
    assert len(short) <= cards.LONGEST + 2
    assert short.removesuffix(" …").split() == text.split()[: len(short.removesuffix(" …").split())]


def test_what_is_told_of_a_run_names_its_notebook_and_reading(data):
    known = {run.name: assembly.told_of(run, []) for run in planning.declared(data)}
    assert all((paths.ANALYSIS / f"{source['notebook']}.ipynb").exists() for source in known.values())
    assert known["cluster-survey-stated-only"]["given"] == "specification = evidence=explicit"
