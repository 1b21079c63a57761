"""Ideal types: the property space, its corners, and what silent cells leave open."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import tiny

from compendium.codings.package import DataError
from compendium.methods import ideal_types
from compendium.readings.specifications import parse

SCALE = [0.0, 0.33, 0.67, 1.0]
INTERVALS = st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)).map(sorted)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(INTERVALS, min_size=width, max_size=width), min_size=2, max_size=3)
)


def made(cells) -> pd.DataFrame:
    """A table of memberships from intervals: a list of cases, each a list of (lower, upper)."""
    return pd.DataFrame(
        [
            (f"case{i}", f"d{j}", low, high)
            for i, row in enumerate(cells)
            for j, (low, high) in enumerate(row)
        ],
        columns=ideal_types.MEMBERSHIPS,
    )


def completions(row) -> list[tuple[float, ...]]:
    """Every filling of a case's intervals with the values of the scale that they contain."""
    return list(product(*([x for x in SCALE if low <= x <= high] for low, high in row)))


def by_hand(filling) -> dict[tuple[bool, ...], float]:
    """Membership of one filled case in every corner, as the definition says it."""
    return {
        inside: min(x if yes else 1 - x for x, yes in zip(filling, inside))
        for inside in product((True, False), repeat=len(filling))
    }


@given(TABLES)
def test_corner_bounds_are_the_extremes_over_all_completions(cells):
    found = ideal_types.corners(made(cells)).set_index(["case", "type"])
    names = [f"d{j}" for j in range(len(cells[0]))]
    for i, row in enumerate(cells):
        every = [by_hand(filling) for filling in completions(row)]
        for inside in every[0]:
            bounds = found.loc[(f"case{i}", ideal_types.corner_name(names, inside))]
            assert bounds["lower"] == pytest.approx(min(one[inside] for one in every))
            assert bounds["upper"] == pytest.approx(max(one[inside] for one in every))


@given(TABLES)
def test_a_case_sits_where_every_completion_puts_it(cells):
    """No value of the scale is on the crossover, so each completion has exactly one best corner."""
    found = ideal_types.placements(made(cells)).set_index("case")
    names = [f"d{j}" for j in range(len(cells[0]))]
    for i, row in enumerate(cells):
        best, firmness = set(), []
        for filling in completions(row):
            ranked = sorted(by_hand(filling).items(), key=lambda item: -item[1])
            best.add(ideal_types.corner_name(names, ranked[0][0]))
            firmness.append(ranked[0][1] - ranked[1][1])
        own = found.loc[f"case{i}"]
        assert own["possible"] == len(best)
        assert own["type"] == (best.pop() if len(best) == 1 else "")
        assert own["most"] == pytest.approx(max(firmness))
        assert own["least"] == pytest.approx(min(firmness) if own["type"] else 0)


@given(TABLES)
def test_cases_are_apart_where_no_completion_makes_them_alike(cells):
    found = ideal_types.pairs(made(cells)).set_index(["first", "second"])
    for i, k in combinations(range(len(cells)), 2):
        apart = {
            f"d{j}"
            for j, (one, other) in enumerate(zip(cells[i], cells[k]))
            if one[1] < other[0] or other[1] < one[0]
        }
        own = found.loc[(f"case{i}", f"case{k}")]
        assert set(filter(None, own["apart"].split(";"))) == apart
        assert own["identical"] == (cells[i] == cells[k])
        assert own["known"] == (cells[i] == cells[k] and all(low == high for low, high in cells[i]))


def test_the_crossover_belongs_to_no_corner():
    found = ideal_types.placements(made([[(0.5, 0.5)], [(1.0, 1.0)]])).set_index("case")
    assert found.loc["case0", "type"] == "" and found.loc["case0", "least"] == 0
    assert found.loc["case1", "type"] == "d0" and found.loc["case1", "least"] == 1


CODEBOOK = [
    {"code": "role", "multiple": True, "values": "member;partner;absent"},
    {"code": "gain", "multiple": False, "values": "yes;no"},
    {"code": "form", "multiple": False, "values": "a;b"},
]
RULES = pd.DataFrame(
    [
        ("d", "role", "member", 1.0),
        ("d", "role", "partner", 0.67),
        ("e", "gain", "yes", 1.0),
        ("e", "form", "a", 0.33),
    ],
    columns=ideal_types.RULE_COLUMNS,
)


def read(rows, spec="") -> pd.DataFrame:
    """Memberships of two cases, of which `c` has the given (code, value, status)."""
    package = tiny([("c", *row) for row in rows], ["c", "other"], CODEBOOK)
    cases = pd.DataFrame({"name": ["C", "O"]}, index=["c", "other"])
    return ideal_types.memberships(package, cases, RULES, parse(spec, package)).set_index(
        ["case", "dimension"]
    )


@pytest.mark.parametrize(
    ("rows", "spec", "dimension", "interval"),
    [
        ([], "", "d", (0, 1)),
        ([("role", "partner", "explicit")], "", "d", (0.67, 1)),  # a second role may go unsaid
        ([("role", "member", "explicit")], "", "d", (1, 1)),
        ([("role", "absent", "explicit")], "", "d", (0, 0)),
        ([("role", "member", "inferred")], "", "d", (0, 1)),
        ([("role", "member", "inferred")], "evidence=inferred", "d", (1, 1)),
        ([("role", "member", "contradicted")], "", "d", (0, 1)),
        ([("role", "member", "contradicted")], "conflict=accept", "d", (1, 1)),
        ([("role", "member", "contradicted")], "conflict=reject", "d", (0, 0)),
        ([], "silence=absent", "d", (0, 0)),
        ([("gain", "no", "explicit")], "", "e", (0, 0.33)),
        ([("gain", "no", "explicit"), ("form", "b", "explicit")], "", "e", (0, 0)),
        ([("form", "a", "explicit")], "", "e", (0.33, 1)),
    ],
)
def test_memberships_follow_what_is_counted(rows, spec, dimension, interval):
    own = read(rows, spec).loc[("c", dimension)]
    assert (own["lower"], own["upper"]) == interval


def test_a_basis_names_the_codes_that_state_something():
    found = read([("gain", "no", "explicit")])
    assert found.loc[("c", "e"), "basis"] == "gain"
    assert found.loc[("c", "d"), "basis"] == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rules: rules.drop(columns="value"), "column 'value' is missing"),
        (lambda rules: rules.assign(code="nonsense"), "'nonsense' is not in codebook.csv"),
        (lambda rules: rules.assign(value="nonsense"), "'nonsense' is not a value of the code 'role'"),
        (lambda rules: rules.assign(membership=1.5), "role=member is 1.5; use 0 to 1"),
        (lambda rules: rules.assign(membership=np.nan), "role=member is nan; use 0 to 1"),
        (lambda rules: rules.assign(membership=0.0), "dimension 'd' is constant"),
    ],
)
def test_bad_rules_are_named(change, message):
    package = tiny(codes=CODEBOOK)
    with pytest.raises(DataError, match=message):
        ideal_types.check_rules(package, change(RULES))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="upper"), "column 'upper' is missing"),
        (lambda table: table.head(1), "one case given"),
        (lambda table: table.assign(upper=1.2), "case0 in d0 is .* interval from 0 to 1"),
        (lambda table: table.assign(lower=0.9, upper=0.1), "lower first"),
        (lambda table: table.assign(lower=np.nan), "case0 in d0 is nan"),
        (lambda table: pd.concat([table, table]), "each dimension once"),
        (lambda table: table.iloc[:-1], "each dimension once"),
    ],
)
def test_bad_memberships_are_named(change, message):
    table = made([[(0.0, 1.0), (0.0, 0.0)], [(1.0, 1.0), (0.0, 1.0)]])
    with pytest.raises(DataError, match=message):
        ideal_types.corners(change(table))
