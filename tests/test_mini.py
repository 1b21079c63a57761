"""A whole small compendium that has nothing to do with ours: choirs of a valley (see tests/mini)."""

import json
import shutil
from pathlib import Path

import pytest

from compendium import paths
from compendium.checks.validation import validate
from compendium.cli import main as cli
from compendium.codings import coverage, package
from compendium.codings.runs import declared, left_out
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, UNCODED

MINI = paths.ROOT / "tests" / "mini"


@pytest.fixture
def mini() -> package.Package:
    """The package of the choirs."""
    return package.read(MINI)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


def without(folder: Path, *tables: str) -> package.Package:
    """A package that lacks some of its tables."""
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    described["resources"] = [r for r in described["resources"] if r["name"] not in tables]
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    return package.read(folder)


def test_it_is_valid_and_says_that_it_was_written_for_tests(mini):
    assert validate(MINI) == []
    for source in mini.sources.itertuples():
        text = (MINI / "texts" / source.file).read_text("utf-8")
        assert "written for the tests" in text and "CC0" in text
        assert "Written for the tests" in source.note and "CC0" in source.licence


def test_a_package_that_asks_for_no_runs_gets_all_that_suit_any_package(mini):
    names = {run.name: run for run in declared(mini)}
    cases, sources = set(mini.cases["case"]), set(mini.sources["source"])
    assert names.keys() == {
        "comparison-choirs",
        *(f"case-{case}" for case in cases),
        "claims",
        *(f"claims-of-{source}" for source in sources),
        "explorer",
        "coding-agreement",
        "evidence-register",
        "data-dictionary",
    }
    assert names["comparison-choirs"].title == "The choirs compared: Choirs of a valley"
    assert left_out(mini) == {}


def test_runs_whose_tables_are_absent_are_left_out_and_the_plan_says_so(copy, capsys, monkeypatch, tmp_path):
    without(copy, "recodings")
    for name in ("PLAN", "SLICES", "DATES", "STORE"):
        monkeypatch.setattr(paths, name, tmp_path / "build" / name.lower())
    monkeypatch.setattr("compendium.workflow.execution.prepare_kernels", lambda: None)
    assert cli.main(["--data", str(copy), "plan"]) == 0
    said = capsys.readouterr().out
    assert "Left out: coding-agreement, because the package has no recodings." in said
    assert left_out(without(copy, "claims")) == {
        "claims": ["claims"],
        "claims-of": ["claims"],
        "coding-agreement": ["recodings"],
    }


def test_its_passages_are_found_in_the_texts_that_it_ships(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COMPENDIUM_TEXTS", str(tmp_path))
    assert cli.main(["--data", str(MINI), "verify"]) == 0
    assert "24 passages of 2 sources found" in capsys.readouterr().out
    assert cli.main(["--data", str(MINI), "verify", "--texts", str(tmp_path)]) == 1, (
        "what is asked for counts"
    )


def test_a_text_that_may_not_be_passed_on_or_is_a_link_is_not_read_from_the_package(
    copy, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("COMPENDIUM_TEXTS", str(tmp_path / "none"))
    text = copy / "texts" / "survey.txt"
    text.rename(tmp_path / "elsewhere.txt")
    text.symlink_to(tmp_path / "elsewhere.txt")
    assert cli.main(["--data", str(copy), "verify"]) == 1
    assert "no copy of source 'survey'" in capsys.readouterr().err
    text.unlink()
    shutil.copy(MINI / "texts" / "survey.txt", text)
    assert cli.main(["--data", str(copy), "verify"]) == 0
    table = copy / "sources.csv"
    table.write_text(table.read_text("utf-8").replace(",true,", ",false,"), "utf-8")
    assert cli.main(["--data", str(copy), "verify"]) == 1
    assert "no copy of source 'minutes'" in capsys.readouterr().err


def test_its_cells_are_silent_uncoded_or_not_asked_as_its_tables_say(mini):
    unstated = coverage.unstated(mini)
    assert unstated["elm", "chair"] == NOT_APPLICABLE, "asked-of leaves out school choirs"
    assert unstated["alder", "members"] == SILENT
    assert unstated["bridge", "income"] == SILENT, "the minutes speak of it, and were read for money"
    assert unstated["alder", "income"] == UNCODED, "nobody looked for money in the survey"
    assert coverage.unstated(mini, "ben")["alder", "hall"] == UNCODED, "ben looked for singers only"
