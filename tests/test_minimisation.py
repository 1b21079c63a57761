"""The minimiser against an oracle that lists every model, a mixed-integer solver, and ties made by hand."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qca_examples import CRISP

from compendium.methods import qca
from compendium.methods.qca import minimisation


def cubes(conditions: int) -> list[tuple[int, int]]:
    """Every term over some conditions."""
    return [
        (care, values)
        for care in range(1 << conditions)
        for values in range(1 << conditions)
        if values & ~care == 0
    ]


def oracle(positives, allowed, conditions: int) -> set[frozenset]:
    """All sums of prime implicants with the fewest terms, by trying every set of terms."""
    if not positives:
        return set()  # nothing to explain
    rows = range(1 << conditions)
    terms = {
        term: {row for row in rows if row & term[0] == term[1]}
        for term in cubes(conditions)
        if all(row in allowed for row in rows if row & term[0] == term[1])
    }
    primes = [t for t, held in terms.items() if not any(held < other for other in terms.values())]
    for size in range(1, len(primes) + 1):
        found = {
            frozenset(chosen)
            for chosen in combinations(primes, size)
            if positives <= set(chain.from_iterable(terms[term] for term in chosen))
        }
        if found:
            return found
    return set()


def as_sets(found: minimisation.Minimum) -> set[frozenset]:
    assert len(set(found.models)) == len(found.models) == found.number
    return {frozenset(model) for model in found.models}


@pytest.mark.parametrize("conditions", [1, 2, 3])
def test_every_truth_table_of_up_to_three_conditions(conditions):
    """All tables with rows that have the outcome, have it not, or are remainders: every tied model, no other."""
    rows = 1 << conditions
    seen: dict[frozenset, set] = {}
    for table in product("10?", repeat=rows):
        positives = {row for row in range(rows) if table[row] == "1"}
        negatives = {row for row in range(rows) if table[row] == "0"}
        simple = minimisation.parsimonious(positives, negatives, conditions)
        assert as_sets(simple) == oracle(positives, set(range(rows)) - negatives, conditions)
        key = frozenset(positives)
        if key not in seen:
            seen[key] = oracle(positives, positives, conditions)
            assert as_sets(minimisation.conservative(positives, conditions)) == seen[key]


@settings(max_examples=25)
@given(st.lists(st.sampled_from("1100?"), min_size=16, max_size=16))
def test_random_truth_tables_of_four_conditions(table):
    positives = {row for row in range(16) if table[row] == "1"}
    negatives = {row for row in range(16) if table[row] == "0"}
    found = minimisation.parsimonious(positives, negatives, 4)
    assert as_sets(found) == oracle(positives, set(range(16)) - negatives, 4)


@st.composite
def problems(draw):
    conditions = draw(st.integers(3, 7))
    rows = draw(st.lists(st.integers(0, 2**conditions - 1), min_size=2, max_size=12, unique=True))
    cut = draw(st.integers(1, len(rows) - 1))
    expected = draw(st.tuples(st.integers(0, 2**conditions - 1), st.integers(0, 2**conditions - 1)))
    return conditions, set(rows[:cut]), set(rows[cut:]), expected[0], expected[1] & ~expected[0]


@settings(max_examples=60)
@given(problems())
def test_every_model_covers_all_that_has_the_outcome_and_nothing_that_has_not(problem):
    conditions, positives, negatives, present, absent = problem
    everything = set(range(1 << conditions))
    found = {
        "conservative": minimisation.conservative(positives, conditions),
        "parsimonious": minimisation.parsimonious(positives, negatives, conditions),
        "intermediate": minimisation.intermediate(positives, negatives, conditions, present, absent),
        "irredundant": minimisation.parsimonious(positives, negatives, conditions, scope="irredundant"),
    }
    for kind, solution in found.items():
        assert solution.models
        for model in solution.models:
            held = [{row for row in everything if minimisation.covers(term, row)} for term in model]
            assert positives <= set().union(*held)
            assert not negatives & set().union(*held)
            if kind == "conservative":
                assert set().union(*held) == positives
            for left_out in range(len(model)):  # no term can be dropped
                assert not positives <= set().union(*held[:left_out], *held[left_out + 1 :])
    assert set(found["parsimonious"].models) <= set(found["irredundant"].models)


@settings(max_examples=40)
@given(problems())
def test_an_intermediate_solution_lies_between_the_two_others(problem):
    """Each intermediate term lies within a parsimonious prime implicant, and holds only granted rows."""
    conditions, positives, negatives, present, absent = problem
    simple = minimisation.maximal_cubes(positives, negatives, conditions)
    for model in minimisation.intermediate(positives, negatives, conditions, present, absent).models:
        for term in model:
            assert any(minimisation.contains(prime, term) for prime in simple)
    bare = minimisation.intermediate(positives, negatives, conditions, 0, 0)
    assert set(bare.models) == set(minimisation.conservative(positives, conditions).models)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 63), max_size=6))
def test_minimal_hitting_sets_against_all_masks(sets):
    hitting = [mask for mask in range(64) if all(mask & wanted for wanted in sets)]
    minimal = {mask for mask in hitting if not any(other != mask and other & ~mask == 0 for other in hitting)}
    found = minimisation.minimal_hitting_sets(sets)
    assert set(found) == minimal
    assert len(found) == len(minimal)


def ties(pairs: int) -> tuple[set[int], set[int], int]:
    """A constructed problem with 2**pairs models, derivable by hand.

    A negative row is all zeros. Positive row i has ones in conditions 2i and 2i+1 only. So each row
    needs a term, no positive row shares a one with another, and only the two literals of its pair,
    alone, tell it from the negative row: two terms to choose from, in each of the pairs.
    """
    return {3 << 2 * i for i in range(pairs)}, {0}, 2 * pairs


def test_constructed_ties_and_the_limit_on_them():
    """Independent of the code: two interchangeable conditions per row make two to the power of the rows."""
    positives, negatives, conditions = ties(4)
    found = minimisation.parsimonious(positives, negatives, conditions)
    assert found.number == len(found.models) == 2**4
    assert {frozenset(model) for model in found.models} == {
        frozenset((1 << 2 * i + choice, 1 << 2 * i + choice) for i, choice in enumerate(choices))
        for choices in product((0, 1), repeat=4)
    }
    with pytest.raises(minimisation.TooManyModels, match="more than 15"):
        minimisation.parsimonious(positives, negatives, conditions, limit=15)
    part = minimisation.parsimonious(positives, negatives, conditions, limit=15, partial=True)
    assert not part.complete
    assert len(part.models) == 15
    assert part.number > 15


@pytest.mark.parametrize(("cases", "conditions"), [(40, 10), (11, 15)])
def test_large_simulated_problems_are_solved_with_all_ties(cases, conditions):
    """Simulated: the cover is checked against a mixed-integer solver that knows nothing of this code."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    data = qca.random_problem(cases, conditions, seed=7)
    assert data.attrs["simulated"]
    names = list(data.columns[:-1])
    table = qca.truth_table(data, "OUT", names)
    positives = [row - 1 for row in table.index[table["out"] == "1"]]
    found = qca.solve(table)
    assert found.complete
    assert found.number == len(set(found.models)) > 1
    chart = np.array([[minimisation.covers(prime, row) for prime in found.primes] for row in positives])
    best = milp(
        np.ones(len(found.primes)),
        constraints=LinearConstraint(chart.astype(float), 1),
        integrality=np.ones(len(found.primes)),
        bounds=Bounds(0, 1),
    )
    assert {len(model) for model in found.models} == {round(best.fun)}
    assert qca.random_problem(cases, conditions, seed=7).equals(data)
    assert not qca.random_problem(cases, conditions, seed=8).equals(data)


def test_degenerate_tables():
    assert qca.models(minimisation.parsimonious([1], [], 2), ["A", "B"]) == [qca.TAUTOLOGY]
    assert qca.models(minimisation.parsimonious([], [1], 2), ["A", "B"]) == [qca.NO_OUTCOME]
    assert list(qca.membership(CRISP, qca.TAUTOLOGY)) == [1] * 18
    with pytest.raises(ValueError, match="both positive and negative"):
        minimisation.parsimonious([1], [1], 2)
    with pytest.raises(ValueError, match="does not exist"):
        minimisation.conservative([4], 2)
    with pytest.raises(ValueError, match="no model to fit"):
        qca.solution_fit(CRISP, "SURV", qca.NO_OUTCOME)
