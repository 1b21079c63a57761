"""Ideal types: the property space, its corners, and what silent cells leave open."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium.codings.package import DataError, Package
from compendium.methods import ideal_types
from compendium.readings import matrices
from compendium.readings.specifications import Specification, parse

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


CODEBOOK = pd.DataFrame(
    [["role", True, "member;partner;absent"], ["gain", False, "yes;no"], ["form", False, "a;b"]],
    columns=["code", "multiple", "values"],
)
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
    codings = pd.DataFrame([("c", *row) for row in rows], columns=["case", "code", "value", "status"])
    package = Package(None, {}, {"codings": codings, "codebook": CODEBOOK})
    cases = pd.DataFrame({"name": ["C", "O"]}, index=["c", "other"])
    return ideal_types.memberships(package, cases, RULES, parse(spec)).set_index(["case", "dimension"])


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
    found = read([("gain", "no", "explicit"), ("role", "", "silent")])
    assert found.loc[("c", "e"), "basis"] == "gain"
    assert found.loc[("c", "d"), "basis"] == ""


@pytest.mark.parametrize("space", ideal_types.SPACES)
def test_declared_rules_fit_the_codebook_and_the_dimensions(data, space):
    table = ideal_types.rules(space)
    ideal_types.check_rules(data, table)
    assert list(dict.fromkeys(table["dimension"])) == list(ideal_types.SPACES[space].dimensions)
    assert not table.duplicated(["dimension", "code", "value"]).any()


@pytest.mark.parametrize("space", ideal_types.SPACES)
@pytest.mark.parametrize("evidence", ["explicit", "group", "residual", "inferred"])
def test_more_evidence_never_takes_a_statement_back(data, space, evidence):
    """Each level adds statuses: what is certain stays certain, and what was open can only narrow.

    One thing may lift an upper bound: a statement that the case takes part outranks one that it does
    not, as in every matrix of the compendium (one cluster is absent by a residual sentence, and an addressee).
    """
    order = ["explicit", "group", "residual", "inferred", "all"]
    study, table = ideal_types.SPACES[space].study, ideal_types.rules(space)
    cases = matrices.select_cases(data, study, Specification())
    less = ideal_types.memberships(data, cases, table, Specification(evidence))
    more = ideal_types.memberships(data, cases, table, Specification(order[order.index(evidence) + 1]))
    assert (more["lower"] >= less["lower"]).all()
    assert (more["upper"] <= np.maximum(less["upper"], more["lower"])).all()


def test_label_distance_is_the_distance_to_the_labelled_corner(data):
    spec = Specification()
    cases = matrices.select_cases(data, "clusters", spec)
    table = ideal_types.memberships(data, cases, ideal_types.rules("helix"), spec)
    found = ideal_types.label_distances(data, table, spec)
    corners = ideal_types.corners(table).set_index(["case", "type"])
    spheres = list(ideal_types.SPACES["helix"].dimensions)
    for row in found.itertuples():
        corner = ideal_types.corner_name(spheres, [True, True, True, row.label == "quadruple"])
        assert row.lower == pytest.approx(1 - corners.loc[(row.case, corner), "upper"])
        assert row.upper == pytest.approx(1 - corners.loc[(row.case, corner), "lower"])
        assert (row.reading == "differs") == (row.lower > 0.5)


def test_silence_read_as_absence_places_every_case(data):
    table = ideal_types.across_evidence(data, "leadership", ideal_types.rules("gain"), Specification())
    closed = table[table["silence"] == "absent"]
    assert (closed["placed"] == closed["cases"]).all()
    assert len(table) == 10 and table["cases"].eq(4).all()


def test_the_summary_of_spaces_agrees_with_each(data):
    spec = Specification()
    cases = matrices.select_cases(data, "clusters", spec)
    found = ideal_types.across_spaces(data, cases, "clusters", spec).set_index("space")
    assert len(found) == 2
    for name in ("helix", "aims"):
        table = ideal_types.memberships(data, cases, ideal_types.rules(name), spec)
        own = found.loc[ideal_types.SPACES[name].title]
        assert own["placed"] == (ideal_types.placements(table)["type"] != "").sum()
        assert own["apart"] == (ideal_types.pairs(table)["apart"] != "").sum()
        assert own["types"] == ideal_types.corners(table)["type"].nunique()


def test_a_space_is_chosen_by_the_data(data):
    assert ideal_types.chosen_space(data, "") == "gain"
    only = Package(None, {}, {"cases": data.cases[data.cases["study"] == "clusters"]})
    assert ideal_types.chosen_space(only, "") == "helix"
    with pytest.raises(ValueError, match="space='colour' is not declared"):
        ideal_types.chosen_space(data, "colour")
    with pytest.raises(DataError, match="no case of the study 'leadership'"):
        ideal_types.chosen_space(only, "gain")
    with pytest.raises(ValueError, match="space='colour'"):
        ideal_types.rules("colour")


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
    package = Package(None, {}, {"codebook": CODEBOOK})
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


def test_one_case_cannot_be_compared(data):
    cases = matrices.select_cases(data, "leadership", Specification()).head(1)
    with pytest.raises(DataError, match="1 case given"):
        ideal_types.memberships(data, cases, ideal_types.rules("gain"), Specification())
