"""Every defect of the data gets a message with file, row, column and what to do; all at once."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Table, with_cells

from compendium import paths
from compendium.checks.validation import content_problems, validate
from compendium.cli import main as cli


def test_the_project_data_is_sound(data):
    assert validate(data.folder) == []


def damage(table, file, where, **values):
    """Change the first row of a table that matches; its line in the file."""
    opened = table(file)
    position = opened.find(**where)
    opened.rows[position].update(values)
    opened.save()
    return position + 2


EXPLICIT = {"case": "bristol", "code": "private-sector"}
EXPLICIT_CODE = {"code": "private-sector"}

# What a schema finds, each in a row of its own, so that one package can have them all.
MISFITS = {
    "an unknown case": (
        "codings",
        {"case": "bristol", "code": "private-sector"},
        {"case": "leeds"},
        "case",
        "'leeds' is not in cases.csv",
    ),
    "an unknown code": (
        "codings",
        {"case": "bristol", "code": "residents"},
        {"code": "weather"},
        "code",
        "weather",
    ),
    "an unknown passage": (
        "codings",
        {"case": "bristol", "code": "schools"},
        {"passage": "brief-leeds"},
        "passage",
        "brief-leeds",
    ),
    "an unknown status": (
        "codings",
        {"case": "bristol", "code": "stage"},
        {"status": "certain"},
        "status",
        "certain",
    ),
    "a typed silence": (
        "codings",
        {"case": "manchester", "code": "stage"},
        {"status": "silent"},
        "status",
        "'silent' is unknown here",
    ),
    "an empty required cell": ("cases", {"case": "bristol"}, {"name": ""}, "name", "empty, but required"),
    "a fingerprint that is none": (
        "passages",
        {"passage": "brief-bristol"},
        {"sha256": "abc"},
        "sha256",
        "no SHA-256",
    ),
}
DEFECTS = {
    "a value outside the vocabulary": ("codings", EXPLICIT, {"value": "emperor"}, "value", "allowed are"),
    "a coding without passage": ("codings", EXPLICIT, {"passage": ""}, "passage", "needs the passage"),
    "a coding without value": ("codings", EXPLICIT, {"value": ""}, "value", "needs a value"),
    "a code of another study": (
        "codings",
        {"case": "bristol", "code": "stage"},
        {"code": "members"},
        "code",
        "column studies",
    ),
    "a code that cannot be asked": (
        "codings",
        {"case": "informal-partnership", "code": "formality"},
        {"code": "founded", "value": "2010"},
        "code",
        "asked where kind!=model only",
    ),
    "a passage of a document that is none of the study": (
        "codings",
        EXPLICIT,
        {"passage": "unit-bristol-board"},
        "passage",
        "'unit', which is no document of leadership",
    ),
    "a study without a base document": (
        "corpus",
        {"study": "clusters"},
        {"role": "record"},
        None,
        "no base document",
    ),
    "a reading of a document that is none of the study": (
        "looked",
        {"source": "brief"},
        {"study": "clusters"},
        "source",
        "'brief' is no document of clusters",
    ),
    "a theme that nobody codes": ("looked", {"source": "brief"}, {"themes": "weather"}, "themes", "weather"),
    "a case of another study": ("looked", {"source": "brief"}, {"cases": "eip-scc"}, "cases", "eip-scc"),
    "a memo of a coded cell": (
        "memos",
        {"case": "peterborough"},
        {"code": "stage"},
        "memo",
        "make the memo the note",
    ),
    "a filter that is none": ("codebook", EXPLICIT_CODE, {"asked-of": "big ones"}, "asked-of", "no filter"),
    "a filter on an unknown kind": (
        "scopes",
        {"scope": "living-labs"},
        {"filter": "kind=castle"},
        "filter",
        "castle",
    ),
    "a scope with the name of a choice": (
        "scopes",
        {"scope": "living-labs"},
        {"scope": "words"},
        "scope",
        "words",
    ),
    "a scope that an address would take for a study": (
        "scopes",
        {"scope": "living-labs"},
        {"scope": "study"},
        "scope",
        "another name",
    ),
    "a scope with two labels": (
        "scopes",
        {"scope": "european", "study": "partnerships"},
        {"label": "Others"},
        "label",
        "one label",
    ),
    "an inference without a note": (
        "codings",
        {"case": "bristol", "status": "inferred"},
        {"note": ""},
        "note",
        "says why",
    ),
    "a lonely contradiction": ("codings", EXPLICIT, {"status": "contradicted"}, "status", "only one value"),
    "a number that is none": (
        "codings",
        {"case": "different-angle-cluster", "code": "founded"},
        {"value": "soon"},
        "value",
        "not a number",
    ),
    "a category without values": (
        "codebook",
        {"code": "private-sector"},
        {"values": ""},
        "values",
        "allowed values",
    ),
    "an unknown notebook": (
        "runs",
        {"run": "four-cities"},
        {"notebook": "nowhere"},
        "notebook",
        "nowhere",
    ),
    "an unknown choice": (
        "runs",
        {"run": "cluster-survey"},
        {"specification": "evidence=rumour"},
        "specification",
        "rumour",
    ),
    "an unknown resource": ("runs", {"run": "four-cities"}, {"tables": "wishes"}, "tables", "wishes"),
}


@pytest.fixture(scope="module")
def misfits(tmp_path_factory) -> list:
    """The problems of a package with all misfits."""
    folder = Path(shutil.copytree(paths.ROOT / "data", tmp_path_factory.mktemp("misfits") / "data"))
    for name, where, values, _, _ in MISFITS.values():
        damage(lambda name: Table(folder / f"{name}.csv"), name, where, **values)
    return validate(folder)


@pytest.mark.parametrize("defect", MISFITS)
def test_a_cell_that_does_not_fit_is_named_with_its_place(misfits, data, defect):
    name, where, values, column, words = MISFITS[defect]
    _, row = with_cells(data, name, where, values)
    assert any(
        (problem.file, problem.row) == (f"{name}.csv", row)
        and column in problem.column
        and words in problem.message
        for problem in misfits
    ), misfits


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_named_with_its_place(data, defect):
    name, where, values, column, words = DEFECTS[defect]
    damaged, row = with_cells(data, name, where, values)
    found = content_problems(damaged)
    assert any(
        (column is None or (problem.file, problem.row, problem.column) == (f"{name}.csv", row, column))
        and words in problem.message
        for problem in found
    ), found


def test_all_problems_come_at_once(folder, table):
    rows = [
        damage(table, "codings", {"case": case, "code": "initiative"}, value="")
        for case in ("bristol", "manchester")
    ]
    damage(table, "codebook", {"code": "private-sector"}, values="")
    found = validate(folder)
    assert {problem.file for problem in found} == {"codings.csv", "codebook.csv"}
    assert set(rows) <= {problem.row for problem in found}


def test_several_values_where_one_is_allowed(folder, table):
    opened = table("codings")
    position = opened.find(case="genoa-smart-city", code="formality")
    opened.rows.insert(position, {**opened.rows[position], "value": "informal"})
    opened.save()
    assert any("several values where one is allowed" in problem.message for problem in validate(folder))


def test_a_duplicate_row(folder, table):
    opened = table("cases")
    opened.rows.append(dict(opened.rows[-1]))
    opened.save()
    assert any(
        problem.file == "cases.csv" and problem.row == len(opened.rows) + 1 for problem in validate(folder)
    )


def test_levels_of_cases_are_those_that_the_documents_state(data):
    """Of this compendium: its cases.csv repeats what the code `level` says."""
    levels = data.codings[data.codings["code"] == "level"].groupby("case")["value"].agg(set)
    stated = data.cases[data.cases["case"].isin(levels.index)]
    assert [case.case for case in stated.itertuples() if case.level not in levels[case.case]] == []
    assert len(stated) == 18


def test_a_passage_nobody_uses(folder, table):
    opened = table("passages")
    opened.rows.append({**opened.rows[-1], "passage": "unit-zz"})
    opened.save()
    assert [(p.file, p.row) for p in validate(folder)] == [("passages.csv", len(opened.rows) + 1)]


def test_a_table_out_of_order_or_with_windows_line_ends(folder, table):
    opened = table("cases")
    opened.rows.reverse()
    opened.save()
    assert any("out of order" in problem.message for problem in validate(folder))
    path = folder / "cases.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert any("Windows line ends" in problem.message for problem in validate(folder))


def test_a_missing_table_and_a_broken_descriptor(folder):
    (folder / "codings.csv").unlink()
    assert any("codings.csv" in str(problem) for problem in validate(folder))
    descriptor = folder / "datapackage.json"
    described = json.loads(descriptor.read_text("utf-8"))
    described["resources"] = [r for r in described["resources"] if r["name"] != "runs"]
    descriptor.write_text(json.dumps(described), "utf-8")
    assert validate(folder)
    descriptor.write_text("{", "utf-8")
    assert "is not JSON" in str(validate(folder)[0])
    descriptor.unlink()
    assert "not found" in str(validate(folder)[0])


def test_the_build_stops_before_anything_runs(folder, table, capsys):
    damage(table, "codings", EXPLICIT, value="emperor")
    assert cli.main(["--data", str(folder), "plan"]) == 1
    errors = capsys.readouterr().err
    assert "codings.csv, row" in errors
    assert "nothing was run" in errors
