"""Claims under all specifications: bounds are exact, the grid is whole, verdicts are references."""

from dataclasses import replace
from itertools import product

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import with_cells
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import STUDY, tiny

from compendium import paths
from compendium.checks import register as register_checks
from compendium.checks.validation import validate
from compendium.claims import verdicts
from compendium.claims.evaluation import evaluate
from compendium.claims.functions import FUNCTIONS
from compendium.claims.rules import FAILS, HOLDS, OPEN, OUTSIDE
from compendium.cli import main as cli
from compendium.codings import package
from compendium.codings.formulas import parse_formula
from compendium.codings.package import DataError, Package
from compendium.codings.vocabulary import NOT_APPLICABLE, STATUSES
from compendium.pages import register, results
from compendium.readings.arrays import Readings
from compendium.readings.specifications import ENGINE, Grid, Specification

CASES = ["a", "b", "c"]
SAYING = [status for status in STATUSES if status != NOT_APPLICABLE]
CELL = st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.sampled_from(SAYING)), max_size=2)
MATRIX = st.fixed_dictionaries({(case, code): CELL for case in CASES for code in ("one", "two")})
FORMULAS = st.sampled_from(["one", "!one", "one+two", "one+!two", "!one+!two", "one=yes", "one=no+two"])
SPECIFICATIONS = st.builds(
    Specification,
    **{name: st.sampled_from(choice.values) for name, choice in ENGINE.items() if name != "documents"},
)


def made(matrix: dict, cases=CASES) -> Package:
    """A package of one document that speaks of all cases, with two codes and the given cells."""
    rows = [(case, code, *row) for (case, code), cell in matrix.items() for row in cell]
    rows += [(case, "name", "yes", "explicit") for case in cases]
    return tiny(rows, cases, ["one", "two", "name"])


def claim(**values) -> pd.DataFrame:
    """A register with one claim."""
    empty = dict.fromkeys(["cases", "first", "second", "value"], "")
    return pd.DataFrame([{"claim": "it", "source": "text", "study": STUDY, **empty, **values}])


def evaluated(data: Package, **values):
    return evaluate(data.replaced(claims=claim(**values)))


def literal_states(data: Package, formula: str, spec: Specification) -> list[dict]:
    """For each case, the literals of a formula with the truth values each may take."""
    known = Readings(data, list(data.cases["case"]), [spec])
    found = []
    for number in range(len(data.cases)):
        options = {}
        for literal in parse_formula(formula):
            sure, possible = (array[0, number] for array in known.literal(literal))
            options[literal] = [True] if sure else [False, True] if possible else [False]
        found.append(options)
    return found


@settings(max_examples=60)
@given(MATRIX, FORMULAS, SPECIFICATIONS)
def test_bounds_are_the_extremes_over_every_completion(matrix, formula, spec):
    """Brute force: fill every open literal of every case in all ways and count."""
    data = made(matrix)
    per_case = [
        {all(values) for values in product(*options.values())}
        for options in literal_states(data, formula, spec)
    ]
    totals = [sum(filling) for filling in product(*per_case)]
    _, low, high, total = evaluated(data, assessment="count", first=formula, value=">=1").at("it", spec)
    assert (low, high, total) == (min(totals), max(totals), len(CASES))


@settings(max_examples=60)
@given(MATRIX, FORMULAS, SPECIFICATIONS, st.sampled_from(["count", "share", "all", "none", "only"]))
def test_outcomes_are_those_of_every_completion(matrix, formula, spec, assessment):
    data = made(matrix)
    value = {"count": "=2", "share": "most"}.get(assessment, "")
    outcome, *_ = evaluated(data, assessment=assessment, first=formula, second="a", value=value).at(
        "it", spec
    )
    threshold = 0.5 if spec.words == "lenient" else 2 / 3
    judge = {
        "count": lambda truth: sum(truth) == 2,
        "share": lambda truth: (
            sum(truth) / 3 > threshold if spec.words == "lenient" else sum(truth) / 3 >= threshold - 1e-9
        ),
        "all": all,
        "none": lambda truth: not any(truth),
        "only": lambda truth: list(truth) == [True, False, False],
    }[assessment]
    per_case = [
        {all(values) for values in product(*options.values())}
        for options in literal_states(data, formula, spec)
    ]
    answers = {bool(judge(filling)) for filling in product(*per_case)}
    assert outcome == (HOLDS if answers == {True} else FAILS if answers == {False} else OPEN)


@settings(max_examples=100)
@given(MATRIX, SPECIFICATIONS, st.sampled_from([("one", "two"), ("one+two", "one+!two"), ("one", "one+two")]))
def test_more_compares_two_counts_over_every_completion(matrix, spec, formulas):
    """Formulas that share cells are filled together: the difference is counted per completion."""
    data = made(matrix)
    outcome, *_ = evaluated(data, assessment="more", first=formulas[0], second=formulas[1]).at("it", spec)
    fillings = []
    for one, two in zip(literal_states(data, "one", spec), literal_states(data, "two", spec)):
        fillings.append(
            [dict(zip(("one", "two"), values)) for values in product(*one.values(), *two.values())]
        )

    def count(filling, formula) -> int:
        return sum(
            all(cell[part.removeprefix("!")] != part.startswith("!") for part in formula.split("+"))
            for cell in filling
        )

    answers = set()
    for filling in product(*fillings):
        first, second = (count(filling, formula) for formula in formulas)
        answers.add(first > second or (spec.ties == "hold" and first == second))
    assert outcome == (HOLDS if answers == {True} else FAILS if answers == {False} else OPEN)


@settings(max_examples=60)
@given(MATRIX, st.sampled_from(CASES), st.sampled_from(["yes", "no"]), SPECIFICATIONS)
def test_more_information_never_widens_the_bounds(matrix, case, value, spec):
    """A statement put into an empty cell narrows what is possible, where silence is left open."""
    spec = replace(spec, silence="unknown")
    before = {**matrix, (case, "one"): []}
    after = {**matrix, (case, "one"): [(value, "explicit")]}
    _, low, high, _ = evaluated(made(before), assessment="count", first="one+two", value=">=1").at("it", spec)
    _, lower, higher, _ = evaluated(made(after), assessment="count", first="one+two", value=">=1").at(
        "it", spec
    )
    assert low <= lower <= higher <= high


@settings(max_examples=40)
@given(MATRIX, st.permutations(CASES))
def test_names_of_cases_change_nothing(matrix, order):
    renamed = {(f"case-{order.index(case)}", code): cell for (case, code), cell in matrix.items()}
    values = {"assessment": "share", "first": "one+!two", "value": "usually"}
    one, other = (
        evaluated(made(matrix), **values),
        evaluated(made(renamed, [f"case-{i}" for i in range(3)]), **values),
    )
    assert (one.outcome == other.outcome).all()


def test_the_grid_holds_every_combination_once_and_the_default_is_a_point_of_it(data):
    grid = Grid(data)
    points = grid.specifications
    assert list(grid.choices) == [
        "evidence",
        "silence",
        "conflict",
        "living-labs",
        "european",
        "words",
        "ties",
    ]
    assert len(points) == len(set(points)) == np.prod(grid.shape) == 480
    assert Specification() in points
    for number, spec in enumerate(points):
        assert np.ravel_multi_index(grid.position(spec), grid.shape) == number
        assert grid.at(spec.value(name) for name in grid.choices) == spec


def test_documents_are_a_choice_where_there_is_a_record():
    assert "documents" not in Grid(tiny()).choices
    package = tiny(documents={"text": "base", "letter": "record"})
    assert Grid(package).choices["documents"].values == ("base", "record")


def test_a_claim_is_held_against_its_own_document_and_where_it_counts_the_record():
    rows = [("c", "one", "yes", "explicit"), ("c", "one", "no", "explicit", "letter")]
    package = tiny(rows, documents={"text": "base", "other": "base", "letter": "record"})
    found = evaluated(package, assessment="all", first="one")
    assert found.at("it", Specification())[0] == HOLDS
    assert found.at("it", Specification(documents="record"))[0] == OPEN
    assert found.at("it", Specification(documents="record", conflict="reject"))[0] == FAILS
    against = tiny([*rows, ("c", "one", "no", "explicit", "other")], documents=package_roles(package))
    assert (evaluated(against, assessment="all", first="one").outcome == found.outcome).all()


def test_claims_are_not_held_under_documents_that_are_named_one_by_one():
    found = evaluated(tiny([("c", "one", "yes", "explicit")]), assessment="all", first="one")
    with pytest.raises(
        DataError, match="documents=text: claims are held under the base documents or the record"
    ):
        found.at("it", Specification(documents="text"))


def package_roles(package: Package) -> dict[str, str]:
    """The role of each document."""
    return dict(zip(package.corpus["source"], package.corpus["role"]))


def test_a_claim_counts_the_cases_of_which_its_code_can_be_asked():
    package = tiny([("c", "one", "yes", "explicit")], ["c", "d"], [{"code": "one", "asked-of": "kind!=mode"}])
    package = package.replaced(cases=package.cases.assign(kind=["cluster", "mode"]))
    found = evaluated(package, assessment="all", first="one")
    assert found.at("it", Specification()) == (HOLDS, 1, 1, 1)
    negated = evaluated(package, assessment="none", first="!one")
    assert negated.at("it", Specification()) == (HOLDS, 0, 0, 1)


@pytest.fixture(scope="module")
def real(data):
    return register.evaluated(data, Specification())


def test_collapsing_choices_loses_nothing(data, real):
    """Along a choice that is called irrelevant, nothing about a claim changes."""
    evaluation, table = real
    for number, name in enumerate(evaluation.claims):
        choices, outcomes = verdicts.collapsed(evaluation, number)
        assert outcomes.size == np.prod(
            [len(evaluation.grid.choices[choice].values) for choice in choices] or [1]
        )
        repeat = evaluation.outcome[number].size // outcomes.size
        for code in (HOLDS, OPEN, FAILS, OUTSIDE):
            assert (evaluation.outcome[number] == code).sum() == repeat * (outcomes == code).sum(), name


def test_the_smallest_flip_is_smallest_and_flips(data, real):
    evaluation, _ = real
    here, position = Specification(), evaluation.grid.position
    for number, name in enumerate(evaluation.claims):
        ways = verdicts.flips(evaluation, number, here)
        outcome = evaluation.at(name, here)[0]
        nearest = min(
            (
                sum(a != b for a, b in zip(position(spec), position(here)))
                for spec in evaluation.grid.specifications
                if evaluation.outcome[(number, *position(spec))] not in (outcome, OUTSIDE)
            ),
            default=0,
        )
        assert {way.count("=") for way in ways} <= {nearest}
        assert bool(ways) == bool(nearest)


def test_leaving_a_case_out_is_what_it_says(data, real):
    """Against data from which the case has been deleted."""
    evaluation, _ = real
    for case in ("tartu-smart-city-lab", "bristol"):
        tables = data.tables | {
            "cases": data.cases[data.cases["case"] != case],
            "codings": data.codings[data.codings["case"] != case],
        }
        less = evaluate(Package(data.folder, data.descriptor, tables))
        place = evaluation.cases.index(case)
        for number, name in enumerate(evaluation.claims):
            if evaluation.without[number, place] != OUTSIDE:
                assert less.at(name, Specification())[0] == evaluation.without[number, place], name


def stored_verdicts() -> pd.DataFrame:
    """The verdicts that the reference outputs hold."""
    executed = nbformat.read(paths.ANALYSIS / "claims.ipynb", as_version=4)
    return results.tables(results.records(executed))["claims"].set_index("claim")


def changed_verdicts(data: Package) -> list[str]:
    """Claims whose row differs from the reference outputs."""
    _, table = register.evaluated(data, Specification())
    stored, found = stored_verdicts(), table.astype(str).set_index("claim")
    assert list(stored.index) == list(found.index)
    return [name for name in found.index if not (found.loc[name] == stored.loc[name]).all()]


def test_verdicts_are_those_of_the_reference(data):
    assert changed_verdicts(data) == [], "run 'make reference' and review what changed"


@pytest.mark.parametrize(
    ("case", "code", "named"),
    [
        ("tartu-smart-city-lab", "citizens", "note-"),
        ("bristol", "residents", "brief-"),
        ("genoa-smart-city", "led-by", "unit-"),
    ],
)
def test_a_coding_that_is_gone_names_the_claims_it_changes(data, case, code, named):
    rows = (data.codings["case"] == case) & (data.codings["code"] == code)
    assert rows.any()
    changed = changed_verdicts(data.replaced(codings=data.codings[~rows]))
    assert changed and all(name.startswith(named) for name in changed), changed


def test_every_claim_has_one_verdict_and_a_reason_where_it_is_not_recomputed(data, real):
    _, table = real
    assert list(table["claim"]) == list(data.claims["claim"])
    assert set(table["verdict"]) <= set(verdicts.VERDICT_SIGNS)
    recomputed = data.claims["assessment"].isin(FUNCTIONS).to_numpy()
    assert (table.loc[recomputed, "outcome"] != "").all()
    assert (table.loc[~recomputed, "why"] != "").all()


def test_no_claim_is_reproduced_without_a_case(data):
    """With the cases of a study gone, its claims cannot be assessed; nothing holds of nothing."""
    left = data.cases[data.cases["study"] != "leadership"]
    codings = data.codings[data.codings["case"].isin(left["case"])]
    less = Package(data.folder, data.descriptor, data.tables | {"cases": left, "codings": codings})
    _, table = register.evaluated(less, Specification())
    about = data.claims.set_index("claim").query(
        "study == 'leadership' and assessment in ['all', 'none', 'stated', 'more']"
    )
    assert set(table.set_index("claim").loc[about.index, "verdict"]) == {"not-assessable"}


def test_a_new_case_and_a_new_document_change_no_claim_of_an_older_one(data):
    """A fifth city with a document of its own, and that document's word on Bristol: the brief's claims stay."""
    tables = dict(data.tables)

    def more(name, *rows):
        table = tables[name]
        blank = dict.fromkeys(table.columns, "")
        tables[name] = pd.concat([table, pd.DataFrame([blank | row for row in rows])], ignore_index=True)

    more("sources", {"source": "letter", "title": "Made up for a test", "file": "letter.txt"})
    more("passages", {"passage": "letter-all", "source": "letter", "letters": 9, "carries": "evidence"})
    more("cases", {"case": "fifth", "study": "leadership", "name": "Fifth", "kind": "city", "level": "city"})
    stated = {"passage": "letter-all", "status": "explicit"}
    codes = data.codebook[data.codebook["studies"].str.contains("leadership")]["code"]
    more("codings", *({"case": "fifth", "code": code, "value": "yes", **stated} for code in codes))
    more("codings", *({"case": "bristol", "code": code, "value": "yes", **stated} for code in codes))
    larger = Package(data.folder, data.descriptor, tables)
    before, after = evaluate(data), evaluate(larger)
    assert before.claims == after.claims
    assert (before.outcome == after.outcome).all()
    assert (before.low == after.low).all() and (before.total == after.total).all()
    spec = Specification()
    columns = ["claim", "verdict", "outcome", "low", "high", "total", "flip", "circular", "test", "fragile"]
    tables_of = [
        verdicts.summary(package_, found, spec, package_.claims)[columns]
        for package_, found in ((data, before), (larger, after))
    ]
    pd.testing.assert_frame_equal(*tables_of)


def test_an_empty_register_is_evaluated(data):
    empty = Package(data.folder, data.descriptor, data.tables | {"claims": data.claims.iloc[:0]})
    assert evaluate(empty).outcome.shape[0] == 0


def test_the_command_line_lists_and_explains(capsys, data, monkeypatch):
    monkeypatch.setattr(cli, "valid", lambda _: data)  # what is wrong with data is told elsewhere
    assert cli.main(["--data", str(data.folder), "claims"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in data.claims["claim"])
    name = data.claims.loc[data.claims["assessment"] == "share", "claim"].iloc[0]
    assert (
        cli.main(["--data", str(data.folder), "claims", "--claim", name, "--specification", "evidence=all"])
        == 0
    )
    explained = capsys.readouterr().out
    assert "Verdict:" in explained and "specifications" in explained
    assert cli.main(["--data", str(data.folder), "claims", "--claim", "nothing"]) == 1
    assert "no claim 'nothing'" in capsys.readouterr().err
    assert cli.main(["--data", str(data.folder), "claims", "--specification", "evidence=rumour"]) == 1
    assert "rumour" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"assessment": "divination"}, "assessment", "no function and no reason"),
        ({"first": "weather"}, "first", "'weather' is no code"),
        ({"first": "citizens=emperor"}, "first", "'emperor' is not a value"),
        ({"first": "citizens+citizens"}, "first", "each once"),
        ({"cases": "kind=castle"}, "cases", "chooses no case"),
        ({"cases": "atlantis"}, "cases", "'atlantis' is no case"),
        ({"passages": "note-nowhere"}, "passages", "'note-nowhere'"),
        ({"value": "plenty"}, "value", "'plenty' is no quantity word"),
        ({"study": ""}, "study", "name their study"),
        ({"assessment": "all", "value": "most"}, "value", "'all' makes no use of this column"),
        ({"assessment": "normative"}, "first", "'normative' makes no use of this column"),
        ({"assessment": "count", "value": "3"}, "value", "'3' is no comparison"),
        ({"assessment": "items", "first": "wishes", "value": "=3"}, "first", "'wishes' is no framework"),
        ({"assessment": "only", "second": "atlantis"}, "second", "'atlantis' is no case"),
        ({"assessment": "delivered", "first": "note-nowhere"}, "first", "'note-nowhere'"),
    ],
)
def test_a_defect_of_the_register_is_named(data, changes, column, words):
    damaged, row = with_cells(data, "claims", {"assessment": "share", "study": "clusters"}, changes)
    found = [p for p in register_checks.claims(damaged) if (p.row, p.column) == (row, column)]
    assert found and any(words in problem.message for problem in found), found


def test_a_claim_about_an_unknown_study_is_named(folder, table):
    opened = table("claims")
    opened.rows[0]["study"] = "weather"
    opened.save()
    assert [(p.row, p.column) for p in validate(folder)] == [(2, "study")]


def test_an_unknown_source_is_named(data):
    with pytest.raises(DataError, match="no source 'diary'"):
        register.evaluated(package.read(data.folder), Specification(), "diary")
