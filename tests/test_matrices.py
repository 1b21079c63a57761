"""Reading codings under a specification, and counting what they leave open."""

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium.codings.package import DataError, Package
from compendium.readings import counting, matrices
from compendium.readings.arrays import NEGATIVE
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import CHOICES, EVIDENCE, STATUSES, Specification, parse
from smart_cities.comparisons import SPHERES, helix, helix_of

STATES = st.lists(st.sampled_from([PRESENT, ABSENT, UNKNOWN]), min_size=1, max_size=8)
ROWS = st.lists(
    st.tuples(st.sampled_from(["member", "partner", "absent", "no"]), st.sampled_from(STATUSES[:7])),
    min_size=1,
    max_size=4,
)
SPECIFICATIONS = st.builds(
    Specification, **{name: st.sampled_from(values) for name, values in CHOICES.items()}
)
CODEBOOK = pd.DataFrame([["one", True], ["two", False]], columns=["code", "multiple"])


def made(rows) -> Package:
    """A package with codings (case, code, value, status) and nothing else."""
    codings = pd.DataFrame(rows, columns=["case", "code", "value", "status"])
    return Package(None, {}, {"codings": codings, "codebook": CODEBOOK})


def state(rows, spec: Specification) -> str:
    """State of a cell whose rows are given as (value, status)."""
    package = made([("c", "one", *row) for row in rows])
    return matrices.states(package, ["one"], ["c"], spec).iloc[0, 0]


def oracle(rows, spec: Specification) -> str:
    """The same, spelled out for one cell: what the array code must agree with."""
    accepted = EVIDENCE[spec.evidence] | ({"contradicted"} if spec.conflict == "accept" else set())
    values = {value for value, status in rows if status in accepted and value}
    statuses = {status for _, status in rows}
    if values - NEGATIVE:
        return PRESENT
    if values or "not-applicable" in statuses:
        return ABSENT
    if "contradicted" in statuses:
        return ABSENT if spec.conflict == "reject" else UNKNOWN
    return ABSENT if spec.silence == "absent" else UNKNOWN


@given(
    st.lists(st.tuples(st.sampled_from(["member", "absent", ""]), st.sampled_from(STATUSES)), max_size=4),
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
    before = state(rows, replace(spec, silence="unknown"))
    after = state(rows, replace(spec, silence="absent"))
    assert after == before or (before, after) == (UNKNOWN, ABSENT)


@given(ROWS, SPECIFICATIONS)
def test_more_evidence_never_takes_a_present_cell_away(rows, spec):
    levels = list(EVIDENCE)
    states = [state(rows, replace(spec, evidence=level)) for level in levels]
    first = states.index(PRESENT) if PRESENT in states else len(states)
    assert set(states[first:]) <= {PRESENT}


@given(ROWS, SPECIFICATIONS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, spec, random):
    shuffled = random.sample(rows, len(rows))
    assert state(rows, spec) == state(shuffled, spec)


def test_each_level_of_evidence_holds_the_one_before():
    levels = list(EVIDENCE.values())
    assert all(before < after for before, after in zip(levels, levels[1:]))


def test_contradictions_are_read_as_the_specification_says():
    rows = [("member", "contradicted"), ("absent", "contradicted")]
    read = {choice: state(rows, Specification(conflict=choice)) for choice in CHOICES["conflict"]}
    assert read == {"unknown": UNKNOWN, "accept": PRESENT, "reject": ABSENT}


def test_the_default_is_a_point_of_the_grid_and_unknown_choices_are_refused():
    assert parse("") == Specification()
    assert parse("evidence=all, silence=absent") == Specification(evidence="all", silence="absent")
    assert parse("evidence=all").differences() == "evidence=all"
    assert Specification().differences() == "default"
    for text, words in [
        ("evidence=rumour", "rumour"),
        ("weather=good", "choices are"),
        ("evidence", "not choice=value"),
    ]:
        with pytest.raises(DataError, match=words):
            parse(text)


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
    spec = Specification(living_labs="without", evidence="all")
    cases = matrices.select_cases(data, "clusters", spec)
    found = helix(data, cases, spec).set_index("case")
    named = found[found["label"] == "quadruple"]
    assert len(named) == 3
    strict = helix(data, cases, Specification(living_labs="without")).set_index("case")
    assert list(strict.index[strict["described"] == "quadruple"]) == ["Smart City Lab Cluster"]


def test_no_cases_can_be_read_too():
    """A scope may leave out all cases of a study, and nobody may have coded those that are left."""
    package = made([("c", "one", "member", "explicit")])
    assert matrices.states(package, ["one", "two"], [], Specification()).shape == (0, 2)
    assert matrices.states(package, ["one"], ["d"], Specification()).to_numpy().tolist() == [[UNKNOWN]]


def test_leaving_cases_out(data):
    everything = matrices.select_cases(data, "clusters", Specification())
    clusters = matrices.select_cases(data, "clusters", Specification(living_labs="without"))
    inland = matrices.select_cases(data, "clusters", Specification(european="without"))
    assert set(everything.index) - set(clusters.index) == set(
        everything.index[everything["kind"] == "living-lab"]
    )
    assert set(everything.index) - set(inland.index) == set(
        everything.index[everything["level"] == "european"]
    )
