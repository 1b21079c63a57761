"""The plan: slices that hold only what a run may read, keys that change only with it."""

import json
from dataclasses import replace

import nbformat
import pandas as pd
import pytest

from compendium import paths
from compendium.codings import package, runs
from compendium.errors import DataError
from compendium.pages import profiles, results, speed
from compendium.workflow import assembly, execution, planning


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Build folders of a test's own."""
    for name in ("SLICES", "STORE", "PLAN", "RESULTS", "DOWNLOADS", "PAGES"):
        monkeypatch.setattr(paths, name, tmp_path / "build" / name.lower())
    return tmp_path / "build"


def keys(folder) -> dict[str, str]:
    return {run.name: run.key for run in planning.make_plan(package.read(folder))}


def test_every_case_has_a_profile_and_nothing_is_listed_twice(data):
    names = [run.name for run in runs.declared(data)]
    assert len(names) == len(set(names))
    assert {
        name.partition("-")[2] for name in names if name.startswith(("city-", "initiative-", "arrangement-"))
    } == set(data.cases["case"])


def test_a_slice_holds_its_own_case_only_and_is_a_package_itself(data, build):
    planned = {run.name: run for run in planning.make_plan(data)}
    own = package.read(paths.SLICES / "city-bristol")
    assert set(own.cases["case"]) == set(own.codings["case"]) == {"bristol"}
    assert set(own.context["case"]) == {"bristol"}
    assert set(own.passages["passage"]) == set(own.codings["passage"]) - {""}
    assert own.frameworks.empty
    assert planned["city-bristol"].parameters["case"] == "bristol"


def test_one_changed_coding_changes_its_profile_and_the_comparisons_only(folder, table, build):
    before = keys(folder)
    opened = table("codings")
    opened.rows[opened.find(case="bristol", code="private-sector")]["value"] = "partner"
    opened.save()
    after = keys(folder)
    changed = {name for name in before if before[name] != after[name]}
    profiles_changed = {name for name in changed if name.startswith(("city-", "initiative-", "arrangement-"))}
    assert profiles_changed == {"city-bristol"}
    assert "four-cities" in changed
    assert not {name for name in changed if name.startswith(("cluster-survey", "partnership-models"))}


def test_keys_are_the_same_for_the_same_input_and_unchanged_slices_stay_untouched(folder, build):
    before = keys(folder)
    times = {path: path.stat().st_mtime_ns for path in paths.SLICES.rglob("*.csv")}
    assert keys(folder) == before
    assert {path: path.stat().st_mtime_ns for path in paths.SLICES.rglob("*.csv")} == times


def test_outputs_of_a_notebook_do_not_enter_its_key(tmp_path):
    path = paths.ANALYSIS / "profile.ipynb"
    bare = nbformat.read(path, as_version=4)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(bare, tmp_path / "bare.ipynb")
    assert planning.notebook_sources(path) == planning.notebook_sources(tmp_path / "bare.ipynb")


def test_parameters_are_plain_text(data):
    """Papermill turns anything else than JSON scalars into text, silently."""
    for run in runs.declared(data):
        assert json.loads(json.dumps(run.parameters)) == run.parameters
        assert all(isinstance(value, str) and not value.startswith("/") for value in run.parameters.values())


def test_a_page_opens_with_its_finding_and_ends_with_how_it_was_made(data):
    run = next(run for run in runs.declared(data) if run.name == "four-cities")
    executed = nbformat.read(paths.ANALYSIS / "four-cities.ipynb", as_version=4)
    page = assembly.as_page(executed, run)
    assert page.cells[0].source == "# The four\\-city comparison"
    assert 'class="finding"' in page.cells[1].outputs[0].data["text/html"]
    assert page.cells[-1].source.startswith("## How this page was made")
    assert all(cell.metadata.tags == ["remove-input"] for cell in page.cells if cell.cell_type == "code")
    assert results.MEDIA_TYPE not in str(page)


def test_a_value_may_be_published_once_only():
    assert results.values([{"values": {"a": 1}}, {"values": {"b": 2}}]) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="'a' is published twice"):
        results.values([{"values": {"a": 1}}, {"values": {"a": 2}}])


def test_an_unknown_case_is_named(data):
    with pytest.raises(DataError, match="no case 'leeds'"):
        profiles.profile(data, "leeds")


@pytest.mark.parametrize("notebook", ["four-cities", "cluster-survey", "partnership-models"])
def test_stored_outputs_hold_every_coding(data, notebook):
    """The reference outputs show all codings of a study, so any changed cell needs a new reference."""
    executed = nbformat.read(paths.ANALYSIS / f"{notebook}.ipynb", as_version=4)
    shown = results.tables(results.records(executed))["codings"].set_index("asked")
    study = {"four-cities": "leadership", "cluster-survey": "clusters", "partnership-models": "partnerships"}[
        notebook
    ]
    cases = data.cases[data.cases["study"] == study].set_index("case")["name"]
    labels = data.codebook.set_index("code")["label"]
    own = data.codings[data.codings["case"].isin(cases.index)]
    for (case, code), rows in own.groupby(["case", "code"]):
        expected = "; ".join(f"{row.value} [{row.status}]".strip() for row in rows.itertuples())
        stored = shown.loc[labels[code], cases[case]]
        assert expected == stored, f"{case} × {code}: run 'make reference' and review what changed"


def test_chunks_share_the_studies_out_evenly(data):
    planned = [replace(run, weight=n) for n, run in enumerate(runs.declared(data))]
    shares = planning.chunks(planned, 2)
    assert sorted(sum(shares, [])) == sorted(run.name for run in planned)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    assert shares[0][0] == planned[-1].name, "heavy runs come first"
    assert planning.chunks([], 4) == []
    assert len(planning.chunks(planned[:1], 4)) == 1
    many = [replace(planned[0], name=f"study-{n}") for n in range(1000)]
    assert max(map(len, planning.chunks(many, 2))) <= planning.LARGEST


def test_claims_of_a_document_read_the_cases_they_speak_of(data):
    assert "bristol" in runs.spoken_of(data, "brief")
    assert "bristol" not in runs.spoken_of(data, "note")
    for source in data.sources["source"]:
        own = data.claims[data.claims["source"] == source]
        asked = data.cases.loc[data.cases["study"].isin(own["study"]), "case"]
        assert set(asked) <= runs.spoken_of(data, source)


def test_progress_counts_what_other_jobs_have_done(data):
    planned = runs.declared(data)
    progress = execution.Progress(planned)
    assert progress.after(planned[0]) == f"{len(planned) - 1} of {len(planned)} left"


def test_figures_are_told_as_multiples_of_their_marks():
    rows = [
        ["fast", "fast", "10", "8", "12", "3", ">=5", "reached", "", "", ""],
        ["small", "small", "0.5", "0.4", "1", "3", "<=0.25", "missed", "", "", ""],
        ["told", "told", "7", "7", "7", "1", "", "no mark", "", "", ""],
    ]
    columns = [
        "benchmark",
        "label",
        "value",
        "min",
        "max",
        "runs",
        "mark",
        "outcome",
        "machine",
        "measured",
        "reason",
    ]
    marks = speed.against_marks(speed.figures_of(pd.DataFrame(rows, columns=columns)))
    assert marks.to_dict("records") == [
        {"label": "fast", "value": 2.0, "low": 1.6, "high": 2.4, "outcome": "reached"},
        {"label": "small", "value": 0.5, "low": 0.25, "high": 0.625, "outcome": "missed"},
    ]
