"""The whole pipeline in a temporary copy: from nothing to a book, resumed, changed, and repeated."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Table

from compendium import paths

pytestmark = pytest.mark.pipeline
COPIED = ["Makefile", "Snakefile", "pyproject.toml", "requirements.lock", "_config.yml", "_toc.yml"]
FOLDERS = ["analysis", "book", "data", "src"]


class Project:
    """A copy of the project that shares this one's environment."""

    def __init__(self, root):
        self.root = root
        for name in COPIED:
            shutil.copy2(paths.ROOT / name, root / name)
        for name in FOLDERS:
            shutil.copytree(
                paths.ROOT / name, root / name, ignore=shutil.ignore_patterns("studies", "__pycache__")
            )
        (root / ".venv").symlink_to(paths.ROOT / ".venv")
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["make", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def make(self, *arguments: str) -> str:
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=900)
        assert process.returncode == 0, output
        return output

    def plan(self) -> list[dict]:
        """The planned studies."""
        return json.loads((self.root / "_build" / "plan.json").read_text("utf-8"))["studies"]

    def site(self) -> dict[str, str]:
        """Digest of every file of the site."""
        html = self.root / "_build" / "html"
        files = {str(path.relative_to(html)): path for path in html.rglob("*") if path.is_file()}
        return {name: hashlib.sha256(content_of(path)).hexdigest() for name, path in files.items()}

    def products(self) -> dict[str, str]:
        """Digest of every file that the build calculated."""
        made = {
            f"store/{s['study']}": self.root / "_build" / "store" / s["key"] / f"{s['study']}.ipynb"
            for s in self.plan()
        }
        files = {str(p.relative_to(self.root)): p for p in (self.root / "_build" / "downloads").rglob("*.*")}
        files |= made | {"results.json": self.root / "_build" / "results.json"}
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def content_of(path: Path) -> bytes:
    """A file of the site; of the search index, not the words that Sphinx keeps with no page to them."""
    content = path.read_bytes()
    if path.name != "searchindex.js":
        return content
    index = json.loads(content.removeprefix(b"Search.setIndex(").removesuffix(b")"))
    index["terms"] = {word: pages for word, pages in index["terms"].items() if pages != []}
    return json.dumps(index).encode()


def ran(output: str) -> list[str]:
    """Names of the studies that a build ran, from its progress lines."""
    return [line.split("] ")[1].split(":")[0] for line in output.splitlines() if line.startswith("[")]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return Project(tmp_path_factory.mktemp("copy"))


def test_from_nothing_to_a_book(project):
    """A first build is killed in the middle; the next one goes on where it was, and the book is whole."""
    process = project.start("studies", "CORES=2")
    begun = time.monotonic()
    while len(list(project.root.glob("_build/store/*/*.ipynb"))) < 5:
        assert time.monotonic() - begun < 300 and process.poll() is None, process.communicate()[0]
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    done = {path.stem for path in project.root.glob("_build/store/*/*.ipynb")}
    output = project.make("book", "CORES=2")
    assert not done & set(ran(output))
    plan = project.plan()
    assert done | set(ran(output)) == {study["study"] for study in plan}
    assert str(project.root / "_build" / "html" / "index.html") in output
    for study in plan:
        assert (project.root / "_build" / "html" / "studies" / f"{study['study']}.html").exists()


def test_nothing_changed_runs_nothing(project):
    before = project.products()
    output = project.make("book")
    assert "Nothing has changed" in output
    assert ran(output) == []
    output = project.make("studies")
    assert "0 to run" in output
    assert ran(output) == []
    assert project.products() == before


def test_two_clean_builds_give_the_same_files(project):
    before, site = project.products(), project.site()
    shutil.rmtree(project.root / "_build")
    project.make("book")
    assert project.products() == before
    assert project.site() == site


def test_a_page_that_was_lost_comes_back(project):
    site = project.site()
    (project.root / "_build" / "html" / "method.html").unlink()
    output = project.make("book")
    assert ran(output) == []
    assert project.site() == site


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
    unrelated = ("cluster-survey", "partnership", "claims-of-note", "claims-of-unit")
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


def test_another_data_package_and_a_failing_notebook(project):
    """DATA names another package; what cannot run is told with its cell, and the rest still runs."""
    other = project.root / "mine"
    shutil.copytree(project.root / "data", other)
    cases = Table(other / "cases.csv")
    position = cases.find(case="vip-latvia")
    cases.rows[position]["name"] = "A cluster of my own"
    cases.save()
    output = project.make("studies", "DATA=mine")
    assert "initiative-vip-latvia" in ran(output)
    profile = json.loads(
        (project.root / "book" / "studies" / "initiative-vip-latvia.ipynb").read_text("utf-8")
    )
    assert "".join(profile["cells"][0]["source"]) == "# A cluster of my own"

    notebook = project.root / "analysis" / "coding-agreement.ipynb"
    broken = json.loads(notebook.read_text("utf-8"))
    broken["cells"][-1]["source"] = ["raise RuntimeError('broken on purpose')"]
    notebook.write_text(json.dumps(broken), "utf-8")
    process = project.start("studies")
    output, _ = process.communicate(timeout=600)
    assert process.returncode != 0
    assert "coding-agreement: FAILED in cell" in output
    assert "RuntimeError: broken on purpose" in output
    assert "broken on purpose" in (project.root / "_build" / "logs" / "coding-agreement.log").read_text(
        "utf-8"
    )
