"""What silence leaves open: truth tables, fit and models against a list of all completions."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium.errors import DataError
from compendium.methods import qca
from compendium.methods.qca import minimisation
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import Grid, Specification

STATES = st.sampled_from([PRESENT, ABSENT, UNKNOWN])


@st.composite
def open_states(draw):
    cases = draw(st.integers(2, 5))
    cells = draw(st.lists(st.tuples(STATES, STATES, STATES), min_size=cases, max_size=cases))
    return pd.DataFrame(cells, columns=["A", "B", "Y"], index=[f"c{i}" for i in range(cases)])


def completions(states: pd.DataFrame):
    """Every filling of the open cells, one after the other."""
    cells = [
        {PRESENT: (1.0,), ABSENT: (0.0,), UNKNOWN: (0.0, 1.0)}[state] for state in states.to_numpy().ravel()
    ]
    for filled in product(*cells):
        yield pd.DataFrame(np.reshape(filled, states.shape), columns=states.columns, index=states.index)


def tables_by_listing(states, incl_cut, n_cut):
    counts: dict = {}
    for data in completions(states):
        rows = (2 * data["A"] + data["B"]).astype(int)
        grouped = data["Y"].groupby(rows).agg(["size", "mean"])
        kept = grouped[grouped["size"] >= n_cut]
        yes = frozenset(kept.index[kept["mean"] >= incl_cut - 1e-9])
        key = (yes, frozenset(kept.index) - yes)
        counts[key] = counts.get(key, 0) + 1
    return counts


@settings(max_examples=40)
@given(open_states(), st.sampled_from([(1.0, 1), (1.0, 2), (0.5, 1)]))
def test_tables_are_those_of_all_completions(states, cuts):
    found = qca.tables_of(states, "Y", ["A", "B"], *cuts)
    assert found.exact
    assert found.weights == tables_by_listing(states, *cuts)


def test_beyond_the_limit_a_seeded_sample_says_that_it_is_one():
    states = pd.DataFrame(UNKNOWN, index=list("abcdef"), columns=["A", "B", "Y"])
    exact = qca.tables_of(states, "Y", ["A", "B"])
    sampled = qca.tables_of(states, "Y", ["A", "B"], limit=5, sample=4000)
    assert (exact.exact, exact.completions) == (True, 2**18)
    assert (sampled.exact, sampled.completions) == (False, 4000)
    assert sampled == qca.tables_of(states, "Y", ["A", "B"], limit=5, sample=4000)
    assert sampled.weights.keys() <= exact.weights.keys()
    for key, ways in exact.weights.items():  # within five standard errors
        share = ways / exact.completions
        error = math.sqrt(share * (1 - share) / 4000)
        assert abs(sampled.weights.get(key, 0) / 4000 - share) < 5 * error + 1e-3
    asked = [qca.Setting("s", states)], "Y", ["A", "B"]
    assert qca.survival(*asked).attrs["exact"] == 1
    assert qca.survival(*asked, table_limit=5).attrs["exact"] == 0


@settings(max_examples=20)
@given(open_states())
def test_bounds_of_fit_are_the_extremes_over_all_completions(states):
    found = qca.fit_bounds(states, "A", "Y").set_index("measure")
    filled = list(completions(states[["A", "Y"]]))
    for relation, fit, names in (
        ("necessity", qca.necessity_fit, ("inclusion", "relevance", "coverage")),
        ("sufficiency", qca.sufficiency_fit, ("inclusion", "coverage")),
    ):
        for name in names:
            figures = [fit(data["A"].to_numpy(), data["Y"].to_numpy())[name] for data in filled]
            given_ = [value for value in figures if not math.isnan(value)]
            row = found.loc[f"{relation}: {name}"]
            assert row["undefined"] == pytest.approx(1 - len(given_) / len(figures))
            if given_:
                assert (row["low"], row["high"]) == pytest.approx((min(given_), max(given_)))
            else:
                assert math.isnan(row["low"])


@settings(max_examples=20)
@given(open_states(), st.sampled_from(qca.KINDS))
def test_survival_is_the_share_of_completions_in_which_a_model_comes_out(states, kind):
    found = qca.survival([qca.Setting("s", states)], "Y", ["A", "B"], kind, {"A": 1}).set_index("model")
    counts: dict[str, int] = {}
    for (positives, negatives), ways in tables_by_listing(states, 1.0, 1).items():
        call = {
            "conservative": lambda p, n: minimisation.conservative(p, 2),
            "parsimonious": lambda p, n: minimisation.parsimonious(p, n, 2),
            "intermediate": lambda p, n: minimisation.intermediate(p, n, 2, 0b10, 0),
        }[kind]
        for model in qca.models(call(positives, negatives), ["A", "B"]):
            counts[model] = counts.get(model, 0) + ways
    total = 2 ** int((states == UNKNOWN).sum().sum())
    assert dict(found["share"]) == pytest.approx({model: ways / total for model, ways in counts.items()})


def test_survival_over_settings_weighs_them_alike():
    known = pd.DataFrame({"A": [PRESENT, ABSENT], "Y": [PRESENT, ABSENT]}, index=["a", "b"])
    opened = known.assign(Y=[PRESENT, UNKNOWN])
    found = qca.survival([qca.Setting("known", known), qca.Setting("open", opened)], "Y", ["A"])
    first = found.set_index("model").loc["A"]
    assert (first["share"], first["reference"], first["low"], first["high"]) == (0.75, 1, 0.5, 1)
    assert (first["settings"], first["always"]) == (2, 1)
    assert found.set_index("model").loc[qca.TAUTOLOGY, "share"] == 0.25
    assert found.attrs["settings"] == 2
    each = qca.by_setting(
        [qca.Setting("known", known), *qca.without_each(qca.Setting("x", opened))], "Y", ["A"], "A"
    )
    assert list(each["setting"]) == ["known", "without a", "without b"]
    assert list(each["share"]) == [1, 0, 0]


def test_possible_rows_say_who_is_sure_and_who_may_be_in_them():
    states = pd.DataFrame(
        {"A": [PRESENT, UNKNOWN, ABSENT], "B": [PRESENT, PRESENT, UNKNOWN], "Y": [PRESENT, ABSENT, UNKNOWN]},
        index=["a", "b", "c"],
    )
    rows = qca.possible_rows(states, "Y", ["A", "B"])
    assert list(rows["sure"]) == ["", "", "", "a (+)"]
    assert list(rows["possible"]) == [1, 2, 0, 1]
    assert list(rows["remainder"]) == ["depends", "depends", "always", "never"]


def test_negation_leaves_open_cells_open():
    states = pd.DataFrame({"A": [PRESENT, ABSENT, UNKNOWN]}, index=list("abc"))
    assert list(qca.negated(states, "A")["~A"]) == [ABSENT, PRESENT, UNKNOWN]


def test_the_question_of_the_note_cannot_be_answered_from_its_cases(data):
    """Every case is an innovative ecosystem by selection, and no code says whether a city became smart."""
    sets = {"ECO": "case:kind=cluster|living-lab", "SMART": ""}
    states = qca.set_states(data, "clusters", sets, Specification())
    counts = qca.state_counts(states).set_index("set")
    assert counts.loc["ECO", PRESENT] == len(states) == 11
    assert counts.loc["SMART", UNKNOWN] == 11
    cross = qca.cross_counts(states, "ECO", "SMART")
    assert cross.loc[PRESENT, UNKNOWN] == 11
    assert cross.to_numpy().sum() == 11
    bounds = qca.fit_bounds(states, "ECO", "SMART").set_index("measure")
    assert tuple(bounds.loc["sufficiency: inclusion", ["low", "high"]]) == (0, 1)
    assert tuple(bounds.loc["necessity: inclusion", ["low", "high"]]) == (1, 1)
    assert tuple(bounds.loc["necessity: relevance", ["low", "high"]]) == (0, 0)


def test_sets_of_a_study_are_read_under_a_specification(data):
    sets = {"LAB": "case:kind=living-lab", "GOV": "government", "CIT": "citizens"}
    found = qca.specifications_of(data, "clusters", sets, Grid(data).specifications)
    assert len(found) == 5 * 2 * 3 * 2 * 2
    assert found[0].states.equals(qca.set_states(data, "clusters", sets, Specification(evidence="explicit")))
    labs = qca.set_states(data, "clusters", sets, Specification())
    assert (labs.loc[labs["LAB"] == PRESENT, "CIT"] == PRESENT).all()
    for bad, words in (
        ({"A": "case:colour=red"}, "set 'A': 'colour=red' is no filter"),
        ({"A": "colour"}, "'colour' is not in the codebook"),
    ):
        with pytest.raises(DataError, match=words):
            qca.set_states(data, "clusters", bad, Specification())
    with pytest.raises(ValueError, match="both rest on 'citizens'"):
        qca.set_states(data, "clusters", {"A": "citizens", "B": "science+citizens"}, Specification())
