"""The whole pipeline in temporary copies: from nothing to a book, resumed, changed, and repeated."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Table
from project_copy import Project, ran

from compendium.codings import tables

pytestmark = pytest.mark.pipeline


def products(project: Project) -> list[Path]:
    """The executed notebooks in the store."""
    return list(project.root.glob("_build/store/*/*.ipynb"))


def begin(project: Project, enough: int) -> subprocess.Popen:
    """Start the runs, and return in the middle, as soon as there are enough products."""
    process, begun = project.start("runs", "CORES=2"), time.monotonic()
    while len(products(project)) < enough:
        assert time.monotonic() - begun < 300 and process.poll() is None, process.communicate()[0]
        time.sleep(0.2)
    return process


def test_from_nothing_to_a_book(small, tmp_path):
    """A first build is killed in the middle; the next one goes on where it was, and the book is whole:
    not a byte of it differs from that of a build that went through."""
    resumed = Project(tmp_path, small.root / small.package)
    process = begin(resumed, 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert resumed.left_behind() == []
    done = {path.stem for path in products(resumed)}
    output = resumed.make("book", "CORES=2")
    assert not done & set(ran(output))
    plan = resumed.plan()
    assert resumed.left_behind() == []
    assert done | set(ran(output)) == {run["name"] for run in plan}
    assert str(resumed.root / "_build" / "html" / "index.html") in output
    for run in plan:
        assert (resumed.root / "_build" / "html" / "studies" / f"{run['name']}.html").exists()
    assert resumed.products() == small.products()
    assert resumed.site(exact=True) == small.site(exact=True)


def test_nothing_changed_runs_nothing(project):
    before = project.products()
    output = project.make("book")
    assert "Nothing has changed" in output
    assert ran(output) == []
    output = project.make("runs")
    assert "0 to do" in output
    assert ran(output) == []
    assert project.products() == before


def test_ctrl_c_leaves_nothing_behind(small):
    lost = sorted(products(small))[::4]
    for path in lost:
        path.unlink()
    left = len(products(small))
    process = begin(small, left + 1)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert small.left_behind() == []
    done = len(products(small)) - left
    assert len(ran(small.make("runs"))) == len(lost) - done


def test_a_page_that_was_lost_comes_back(small):
    site = small.site()
    (small.root / "_build" / "html" / "reading.html").unlink()
    output = small.make("book")
    assert ran(output) == []
    assert small.site() == site


def test_where_the_addresses_are_known_pages_lead_to_sources_issues_and_notebooks(project):
    """Links, previews and the sitemap that need an address; without one the site has none of them."""
    site = project.site()
    assert not {"sitemap.xml", "robots.txt"} & set(site)
    known = {
        "COMPENDIUM_SITE": "https://example.org/book",
        "COMPENDIUM_REPOSITORY": "https://github.com/owner/name",
    }
    assert ran(project.make("book", **known)) == []
    html = project.root / "_build" / "html"
    page = (html / "studies" / "claims.html").read_text("utf-8")
    assert "https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab/tree/analysis/claims.ipynb" in page
    assert "https://colab.research.google.com/github/owner/name/blob/HEAD/analysis/claims.ipynb" in page
    assert "https://github.com/owner/name/blob/HEAD/analysis/claims.ipynb" in page
    prose = (html / "method.html").read_text("utf-8")
    assert "https://github.com/owner/name/blob/HEAD/book/method.md" in prose
    assert "https://github.com/owner/name/issues/new" in prose
    assert 'content="https://example.org/book/social-card.png"' in prose
    assert (html / "social-card.png").exists()
    listed = (html / "sitemap.xml").read_text("utf-8")
    for page in ("index", "method", *(f"studies/{entry['name']}" for entry in project.plan())):
        assert f"<loc>https://example.org/book/{page}.html</loc>" in listed
    project.make("book")
    assert project.site() == site, "nothing of the addresses stays"


def test_one_changed_coding_reruns_what_depends_on_it(project):
    table = Table(project.root / "data" / "codings.csv")
    table.rows[table.find(case="bristol", code="private-sector")]["value"] = "partner"
    table.save()
    again = set(ran(project.make("book")))
    page = (project.root / "_build" / "html" / "studies" / "city-bristol.html").read_text("utf-8")
    assert "developer</summary>" not in page, "the site shows the changed value"
    assert {name for name in again if name.startswith(("city-", "initiative-", "arrangement-"))} == {
        "city-bristol"
    }
    assert "four-cities" in again
    unrelated = ("cluster-survey", "partnership-models", "claims-of-note", "claims-of-unit")
    assert not {name for name in again if name.startswith(unrelated)}
    updated = project.site()
    shutil.rmtree(project.root / "_build" / "html")
    (project.root / "_build" / "frame.json").unlink()
    project.make("book")
    assert project.site() == updated, "a site that was brought up to date is the one written from nothing"
    check = subprocess.run(
        [
            project.root / ".venv" / "bin" / "pytest",
            "--nbval",
            "--nbval-current-env",
            "-q",
            "-p",
            "no:cacheprovider",
            "analysis/four-cities.ipynb",
        ],
        cwd=project.root,
        env=project.environment
        | {"PYTHONPATH": str(project.root / "src"), "COMPENDIUM_DATA": str(project.root / "data")},
        capture_output=True,
        text=True,
    )
    assert check.returncode == 1, "nbval must fail until the reference outputs are made anew\n" + check.stdout


# A city that the brief does not speak of, with a document of its own; made up for this test.
FIFTH = {
    "sources": {"source": "letter", "title": "A letter", "publisher": "Nobody", "licence": "CC0"}
    | {"redistributable": "true", "reference": "letter", "file": "letter.txt"},
    "corpus": {"study": "leadership", "source": "letter", "role": "record"},
    "looked": {"source": "letter", "study": "leadership", "coder": "first", "date": "2026-01-01"},
    "passages": {"passage": "letter-all", "source": "letter", "section": "All", "letters": "9"}
    | {
        "sha256": "0" * 64,
        "carries": "evidence",
        "paraphrase": "The council of the fifth city leads a project.",
    },
    "cases": {
        "case": "fifth",
        "study": "leadership",
        "name": "A fifth city",
        "kind": "city",
        "level": "city",
    },
    "codings": {"case": "fifth", "code": "led-by", "value": "city-government", "status": "explicit"}
    | {"passage": "letter-all"},
}


def test_a_fifth_city_with_a_document_of_its_own(project):
    """As many rows as there are facts: a page more, and nothing that the base documents bear is another."""
    other = project.root / "mine"
    shutil.copytree(project.root / "data", other)
    for name, row in FIFTH.items():
        table = Table(other / f"{name}.csv")
        table.rows.append(dict.fromkeys(table.columns, "") | row)
        keys = tables.KEYS[name]
        table.rows.sort(key=lambda row, keys=keys: [row[key] for key in keys])
        table.save()
    bibliography = project.root / "book" / "references.bib"
    bibliography.write_text(
        bibliography.read_text("utf-8") + "\n@misc{letter, title={A letter}, year={2026}}\n"
    )
    before = project.site()
    output = project.make("book", "DATA=mine")
    assert "city-fifth" in ran(output)
    assert "four-cities" in ran(output), "it reads the cases of its study"
    html = project.root / "_build" / "html"
    profile = (html / "studies" / "city-fifth.html").read_text("utf-8")
    assert "A fifth city" in profile and "The council of the fifth city leads a project." in profile
    asked = Table(other / "codebook.csv").rows
    codes = [row["code"] for row in asked if "leadership" in row["studies"].split(";")]
    assert f"not stated: {len(codes) - 1}." in profile, "all but who leads, which the letter says"
    after = project.site()
    same = [
        name for name in before if re.search(r"(four-cities-[a-z-]+|-claims|claims-verdicts)\.csv$", name)
    ]
    assert len(same) > 10
    assert [name for name in same if before[name] != after[name]] == []
    assert "Which documents count?" in (html / "downloads" / "explorer-data.js").read_text("utf-8")


def test_a_failing_notebook(project):
    """What cannot run is told with its cell, and the rest still runs."""
    notebook = project.root / "analysis" / "coding-agreement.ipynb"
    broken = json.loads(notebook.read_text("utf-8"))
    broken["cells"][-1]["source"] = ["raise RuntimeError('broken on purpose')"]
    notebook.write_text(json.dumps(broken), "utf-8")
    process = project.start("runs")
    output, _ = process.communicate(timeout=600)
    assert process.returncode != 0
    assert "coding-agreement: FAILED in cell" in output
    assert "RuntimeError: broken on purpose" in output
    assert "broken on purpose" in (project.root / "_build" / "logs" / "coding-agreement.log").read_text(
        "utf-8"
    )
