"""Reading codings under a specification, and counting what they leave open."""

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import tiny

from compendium.codings.package import DataError, Package
from compendium.codings.vocabulary import ABSENT, NEGATIVE, NOT_APPLICABLE, SILENT, STATUSES, UNCODED
from compendium.readings import counting, matrices
from compendium.readings.arrays import Readings
from compendium.readings.matrices import PRESENT, UNKNOWN
from compendium.readings.specifications import BASE, ENGINE, EVIDENCE, RECORD, Specification, parse
from smart_cities.comparisons import SPHERES, helix, helix_of

SAYING = [status for status in STATUSES if status != NOT_APPLICABLE]
STATES = st.lists(st.sampled_from([PRESENT, ABSENT, UNKNOWN]), min_size=1, max_size=8)
ROWS = st.lists(
    st.tuples(st.sampled_from(["member", "partner", "absent", "no"]), st.sampled_from(SAYING)),
    min_size=1,
    max_size=4,
)
SPECIFICATIONS = st.builds(
    Specification, **{name: st.sampled_from(choice.values) for name, choice in ENGINE.items()}
)
DOCUMENTS = {"text": BASE, "letter": RECORD}


def state(rows, spec: Specification) -> str:
    """State of a cell whose rows are given as (value, status), and the document where it is not the base."""
    return matrices.states(cell(rows), ["one"], ["c"], spec).iloc[0, 0]


def cell(rows) -> Package:
    """A package with one cell."""
    return tiny([("c", "one", *row) for row in rows], documents=DOCUMENTS)


def states(rows, *specs: Specification) -> list[str]:
    """The states of one cell under several specifications, in one go."""
    sure, possible = Readings(cell(rows), ["c"], specs).formula("one")
    return [PRESENT if s else UNKNOWN if p else ABSENT for s, p in zip(sure[:, 0], possible[:, 0])]


def oracle(rows, spec: Specification) -> str:
    """The same, spelled out for one cell: what the array code must agree with."""
    accepted = EVIDENCE[spec.evidence] | ({"contradicted"} if spec.conflict == "accept" else set())
    values = {value for value, status in rows if status in accepted and value}
    statuses = {status for _, status in rows}
    if values - NEGATIVE:
        return PRESENT
    if NOT_APPLICABLE in statuses:
        return NOT_APPLICABLE
    if values:
        return ABSENT
    if "contradicted" in statuses:
        return ABSENT if spec.conflict == "reject" else UNKNOWN
    return ABSENT if spec.silence == "absent" else UNKNOWN


@given(
    st.one_of(
        st.lists(st.tuples(st.sampled_from(["member", "absent"]), st.sampled_from(SAYING)), max_size=4),
        st.just([("", NOT_APPLICABLE)]),
    ),
    SPECIFICATIONS,
)
def test_arrays_read_a_cell_as_its_definition_does(rows, spec):
    assert state(rows, spec) == oracle(rows, spec)


@given(STATES)
def test_bounds_are_the_extremes_over_all_completions(states):
    series = pd.Series(states)
    open_cells = [i for i, state in enumerate(states) if state == UNKNOWN]
    totals = []
    for filling in product([PRESENT, ABSENT], repeat=len(open_cells)):
        full = series.copy()
        full.iloc[open_cells] = list(filling)
        totals.append(int((full == PRESENT).sum()))
    assert counting.bounds(series) == (min(totals), max(totals))


@given(ROWS, SPECIFICATIONS)
def test_silence_read_as_absence_only_decides_open_cells(rows, spec):
    before, after = states(rows, replace(spec, silence="unknown"), replace(spec, silence="absent"))
    assert after == before or (before, after) == (UNKNOWN, ABSENT)


@given(ROWS, SPECIFICATIONS)
def test_more_evidence_never_takes_a_present_cell_away(rows, spec):
    found = states(rows, *(replace(spec, evidence=level) for level in EVIDENCE))
    first = found.index(PRESENT) if PRESENT in found else len(found)
    assert set(found[first:]) <= {PRESENT}


@given(ROWS, SPECIFICATIONS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, spec, random):
    shuffled = random.sample(rows, len(rows))
    assert states(rows, spec) == states(shuffled, spec)


def test_each_level_of_evidence_holds_the_one_before():
    levels = list(EVIDENCE.values())
    assert all(before < after for before, after in zip(levels, levels[1:]))


def test_contradictions_are_read_as_the_specification_says():
    rows = [("member", "contradicted"), ("absent", "contradicted")]
    read = states(rows, *(Specification(conflict=choice) for choice in ENGINE["conflict"].values))
    assert read == [UNKNOWN, PRESENT, ABSENT]


def test_specifications_are_read_and_unknown_choices_are_refused(data):
    assert parse("", data) == Specification()
    assert parse("evidence=all, silence=absent", data) == Specification(evidence="all", silence="absent")
    assert parse("evidence=all", data).differences() == "evidence=all"
    assert parse("living-labs=without,european=without", data).without == ("european", "living-labs")
    assert parse("living-labs=without,living-labs=with", data) == Specification()
    assert parse("documents=brief+note", data).documents == "brief+note"
    assert Specification().differences() == "default"
    for text, words in [
        ("evidence=rumour", "rumour"),
        ("weather=good", "choices are"),
        ("evidence", "not choice=value"),
        ("documents=diary", "diary"),
        ("living-labs=perhaps", "perhaps"),
    ]:
        with pytest.raises(DataError, match=words):
            parse(text, data)


@settings(max_examples=40)
@given(ROWS, SPECIFICATIONS)
def test_the_record_says_nothing_where_only_base_documents_count(rows, spec):
    """What a record adds changes no cell as long as it does not count."""
    beside = [*rows, ("owner", "explicit", "letter"), ("no", "explicit", "letter")]
    base, record = replace(spec, documents=BASE), replace(spec, documents="letter")
    alone = [row[:2] for row in beside[len(rows) :]]
    assert states(beside, base) == states(rows, base)
    assert states(beside, record) == states(alone, base)


@pytest.mark.parametrize(
    ("conflict", "expected"), [("unknown", UNKNOWN), ("accept", PRESENT), ("reject", ABSENT)]
)
def test_documents_that_disagree_are_a_conflict(conflict, expected):
    rows = [("member", "explicit"), ("absent", "explicit", "letter")]
    assert state(rows, Specification(documents=RECORD, conflict=conflict)) == expected
    assert state(rows, Specification(conflict=conflict)) == PRESENT
    agreeing = [("member", "explicit"), ("owner", "explicit", "letter")]
    assert state(agreeing, Specification(documents=RECORD, conflict=conflict)) == PRESENT


def test_what_nobody_looked_for_is_never_read_as_silence():
    read = tiny(cases=["c", "d"])
    looked = read.looked.assign(cases="c")
    package = read.replaced(looked=looked)
    assert matrices.strongest_status(package, ["one"], ["c", "d"])["one"].tolist() == [SILENT, UNCODED]
    states = matrices.states(package, ["one"], ["c", "d"], Specification(silence="absent"))
    assert states["one"].tolist() == [ABSENT, UNKNOWN]


def test_a_code_is_asked_of_the_cases_that_its_rule_names():
    package = tiny(cases=["c", "d"], codes=[{"code": "one", "asked-of": "kind!=mode"}])
    package = package.replaced(cases=package.cases.assign(kind=["cluster", "mode"]))
    for silence in ("unknown", "absent"):
        states = matrices.states(package, ["one"], ["c", "d"], Specification(silence=silence))
        assert states["one"]["d"] == NOT_APPLICABLE
        assert counting.count_states(states).loc[0, "cases"] == 1
    assert matrices.strongest_status(package, ["one"], ["c", "d"])["one"].tolist() == [SILENT, NOT_APPLICABLE]


def test_exact_interval_against_published_digits():
    """Clopper-Pearson limits as tabulated by Newcombe (1998), table I: 81/263, 15/148, 0/20, 1/29."""
    published = {
        (81, 263): (0.2527, 0.3676),
        (15, 148): (0.0578, 0.1617),
        (0, 20): (0.0, 0.1684),
        (1, 29): (0.0009, 0.1776),
    }
    for (count, total), limits in published.items():
        assert counting.exact_interval(count, total) == pytest.approx(limits, abs=5e-5)
    assert counting.exact_interval(0, 0) == (0.0, 1.0)


def test_a_state_matrix_counts_to_its_cases():
    matrix = pd.DataFrame({"a": [PRESENT, UNKNOWN, ABSENT], "b": [PRESENT, PRESENT, PRESENT]})
    counts = counting.count_states(matrix)
    assert (counts[["present", "absent", "unknown"]].sum(axis=1) == counts["cases"]).all()
    assert counts.set_index("code").loc["b", "high"] == 1.0


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ({"science", "industry", "government", "citizens"}, "quadruple"),
        ({"science", "industry", "government"}, "triple"),
        ({"science", "industry", "citizens"}, "fewer"),
        (set(), "fewer"),
    ],
)
def test_the_helix_of_a_set_of_spheres(present, expected):
    assert helix_of(pd.Series({sphere: sphere in present for sphere in SPHERES})) == expected


def test_the_note_names_three_clusters_as_quadruple_and_one_of_them_shows_all_four(data):
    """Hand-checked in the text: only the Estonian description names all four spheres."""
    spec = Specification(without=("living-labs",), evidence="all")
    cases = matrices.select_cases(data, "clusters", spec)
    found = helix(data, cases, spec).set_index("case")
    named = found[found["label"] == "quadruple"]
    assert len(named) == 3
    strict = helix(data, cases, Specification(without=("living-labs",))).set_index("case")
    assert list(strict.index[strict["described"] == "quadruple"]) == ["Smart City Lab Cluster"]


def test_no_cases_can_be_read_too():
    """A scope may leave out all cases of a study, and nobody may have coded those that are left."""
    package = tiny([("c", "one", "member", "explicit")], codes=["one", "two"])
    assert matrices.states(package, ["one", "two"], [], Specification()).shape == (0, 2)
    assert matrices.states(package, ["one"], ["d"], Specification()).to_numpy().tolist() == [[UNKNOWN]]


def test_leaving_cases_out(data):
    everything = matrices.select_cases(data, "clusters", Specification())
    clusters = matrices.select_cases(data, "clusters", Specification(without=("living-labs",)))
    inland = matrices.select_cases(data, "clusters", Specification(without=("european",)))
    assert set(everything.index) - set(clusters.index) == set(
        everything.index[everything["kind"] == "living-lab"]
    )
    assert set(everything.index) - set(inland.index) == set(
        everything.index[everything["level"] == "european"]
    )
