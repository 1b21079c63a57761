"""What the repository promises about itself."""

import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from compendium import paths
from compendium.codings import package
from compendium.publishing.browser import NAMES

WORD = re.compile(r"[^\W\d_]+")
RUN = 10


def tracked() -> list[Path]:
    """Text files under version control; in a copy without it, those that it would not ignore."""
    try:
        command = ["git", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=True).stdout
        files = [paths.ROOT / name.decode() for name in listed.split(b"\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        files = []
    files = files or unignored(paths.ROOT)
    return [path for path in files if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def unignored(root: Path) -> list[Path]:
    """The files below a folder that its .gitignore, a list of names of folders, does not name."""
    ignored = [".git", *(root / ".gitignore").read_text("utf-8").replace("/\n", "\n").split()]
    found = []
    for place, folders, names in os.walk(root):
        within = {name: (Path(place) / name).relative_to(root).as_posix() for name in [*folders, *names]}
        kept = {name for name, path in within.items() if not any(matches(path, line) for line in ignored)}
        folders[:] = sorted(kept.intersection(folders))
        found += [Path(place) / name for name in sorted(kept.intersection(names))]
    return found


def matches(path: str, ignored: str) -> bool:
    """Whether a path is the one that a line of .gitignore gives, or ends with the name that it gives."""
    return fnmatch(path if "/" in ignored else path.rpartition("/")[2], ignored.removeprefix("/"))


def test_without_version_control_the_same_files_are_looked_at(tmp_path):
    for name in (
        "README.md",
        ".ci/run",
        "a/b.py",
        "book/studies/x.ipynb",
        "a/__pycache__/b.pyc",
        ".git/HEAD",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    shutil.copy2(paths.ROOT / ".gitignore", tmp_path)
    found = {path.relative_to(tmp_path).as_posix() for path in unignored(tmp_path)}
    assert found == {"README.md", ".ci/run", "a/b.py", ".gitignore"}


def runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(re.sub(r"https?://\S+", " ", text))]
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_no_sentence_of_a_source_is_in_the_repository(data, texts):
    """Ten words in a row of a document are a quotation; its reference list is a fact and may repeat."""
    from compendium.passages.texts import find, read

    own = [
        read(find(texts, row.source, row.file)).split("## 6 References")[0]
        for row in data.sources.itertuples()
    ]
    known = set().union(*map(runs, own))
    copied = {
        str(path.relative_to(paths.ROOT)): found
        for path in tracked()
        if path.suffix != ".bib" and (found := runs(path.read_text("utf-8")) & known)  # titles may repeat
    }
    assert not copied


def test_no_index_host_and_no_machine_path_is_in_the_repository():
    hosts = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.", "deb." + "debian"]
    roots = ["work", "root", "tmp", "home"]
    forbidden = re.compile("|".join(map(re.escape, hosts)) + r"|(?<![\w.])/(?:" + "|".join(roots) + ")/")
    found = [
        f"{path.relative_to(paths.ROOT)}: {match.group()}"
        for path in tracked()
        for match in forbidden.finditer(path.read_text("utf-8"))
    ]
    assert not found


def locked() -> dict[str, str]:
    """Names and versions of the lock."""
    text = (paths.ROOT / "requirements.lock").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", text, re.MULTILINE))


def test_the_lock_has_a_hash_for_everything_and_no_address():
    text = (paths.ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_what_pyproject_asks_for_is_locked():
    import tomllib

    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[=<>]", requirement)[0] for requirement in asked}
    assert names <= set(locked())


def test_conda_users_get_the_locked_versions():
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text("utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert pip == ["--requirement requirements.lock"]
    pinned = dict(entry.split("=") for entry in conda if "=" in entry)
    assert pinned.keys() == {"python"}, (
        "all but Python comes from the lock, so that there is one list of versions"
    )


WORKFLOW = paths.ROOT / ".github" / "workflows" / "book.yml"


def steps(job: str) -> list[dict]:
    """The steps of a job of the workflow."""
    return yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"][job]["steps"]


def test_what_the_checks_need_is_installed_from_one_list():
    """Both places call the script that has the list, before anything that needs it."""
    commands = [step.get("run", step.get("uses")) for step in steps("book")]
    here = [line for line in (paths.ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line]
    for every in (commands, here):
        assert not [command for command in every if "apt-get" in command]
        first = next(n for n, command in enumerate(every) if re.search(r"\bmake\b", command))
        assert ".ci/install" in every[:first]
        assert every.index("make test-site") > first


def test_every_package_that_a_skipped_test_asks_for_is_installed():
    script = (paths.ROOT / ".ci" / "install").read_text("utf-8")
    installed = {
        name for names in re.findall(r'^need (".*?"|\S+)', script, re.M) for name in names.strip('"').split()
    }
    sources = "".join(path.read_text("utf-8") for path in (paths.ROOT / "tests").glob("*.py"))
    asked = re.findall(r"apt-get install ([a-z -]+)", sources) + re.findall(
        r'program\("\w+", "(.*?)"\)', sources
    )
    names = {name for names in asked for name in names.split()}
    assert (
        {"chromium", "epubcheck", "poppler-utils", "default-jre-headless", "npm", "munge"}
        <= names
        <= installed
    )
    assert set(NAMES) <= set(re.search("need chromium (.*)", script)[1].split())


def test_the_site_is_looked_at_before_it_is_published():
    commands = [step.get("run", step.get("uses")).partition("@")[0] for step in steps("book")]
    assert commands.index("make test") < commands.index("make test-site")
    assert commands.index("make test-site") < commands.index("actions/upload-pages-artifact")
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert set(workflow["jobs"]["publish"]["needs"]) == {"check", "book"}


def test_every_action_is_pinned_and_keeps_no_credentials():
    lines = WORKFLOW.read_text("utf-8").splitlines()
    used = [line for line in lines if "uses:" in line]
    assert [
        line for line in used if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
    ] == []
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    every = [step for job in jobs.values() for step in job["steps"]]
    assert len(used) == len([step for step in every if "uses" in step])
    checkouts = [step for step in every if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs) - 1, "all but the one that publishes"
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_citation_file_says_what_is_needed():
    import tomllib

    citation = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license", "type"} <= citation.keys()
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (
        citation["version"] == project["version"] == package.read(paths.ROOT / "data").descriptor["version"]
    )


def test_no_list_of_cases_stands_outside_the_data(data):
    """Workflow, contents page and library read the cases from data/cases.csv."""
    names = [case for case in data.cases["case"] if case not in set(data.codebook["code"])]
    places = [paths.ROOT / name for name in ("Makefile", "Snakefile", "_toc.yml", "_config.yml")]
    places += [*(paths.ROOT / "src").rglob("*.py")]
    found = [
        f"{path.name}: {case}"
        for path in places
        for case in names
        if re.search(rf"\b{case}\b", path.read_text("utf-8"))
    ]
    allowed = {"public-private-partnership", "public-private-people-partnership"}
    assert not [entry for entry in found if entry.split(": ")[1] not in allowed]


@pytest.mark.parametrize("path", sorted(paths.BOOK.glob("*.md")), ids=lambda path: path.name)
def test_prose_takes_its_numbers_from_results(path):
    """No count is typed where an analysis computes it: digits in prose belong to names and code only."""
    text = path.read_text("utf-8")
    text = re.sub(r"```.*?```|`[^`]*`|\{[^}]*\}|\([^)]*\)|::+.*", "", text, flags=re.DOTALL | re.MULTILINE)
    numbers = re.findall(r"(?<![\w.-])\d+(?:\.\d+)?", text)
    assert set(numbers) <= {"3.11", "4.0", "2019", "256"}, numbers
