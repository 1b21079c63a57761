"""Similarity of cases: distances with bounds, and the map that leaves silence out."""

from itertools import product

import numpy as np
import pandas as pd
import prince
import pytest
import scipy.spatial
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jaccard as scipy_jaccard

from compendium.codings.package import DataError, Package
from compendium.methods import correspondence, similarity
from compendium.readings import matrices
from compendium.readings.specifications import Specification

WORDS = {"one": frozenset("ab"), "many": frozenset("xyz")}
CODES = pd.DataFrame(
    [("one", "category", False, ""), ("many", "category", True, ""), ("year", "number", False, "")],
    columns=["code", "kind", "multiple", "why not"],
)
SETS = [frozenset(chosen) for chosen in ("x", "y", "z", "xy", "xz", "yz", "xyz")]
ONE = [frozenset("a"), frozenset("b")]
ROW = st.tuples(st.sampled_from([None, *ONE]), st.sampled_from([None, *SETS]))
TABLES = st.lists(ROW, min_size=2, max_size=3)


def table(rows, columns=("one", "many")) -> pd.DataFrame:
    """Cells of cases from rows of frozensets or None."""
    found = pd.DataFrame(index=[f"case{i}" for i in range(len(rows))], columns=list(columns), dtype=object)
    for i, row in enumerate(rows):
        for code, cell in zip(columns, row):
            found.at[f"case{i}", code] = cell
    return found


@given(TABLES)
def test_bounds_hold_and_are_reached_by_completions(rows):
    """Brute force over every filling of the silent cells."""
    found = similarity.compare(table(rows), CODES, WORDS)
    for row in found.itertuples():
        pair = [rows[int(name[4:])] for name in (row.first, row.second)]
        choices = [[cell] if cell else full for case in pair for cell, full in zip(case, (ONE, SETS))]
        means = []
        for one, many, other_one, other_many in product(*choices):
            means.append((similarity.jaccard(one, other_one) + similarity.jaccard(many, other_many)) / 2)
        assert row.lower == pytest.approx(min(means))
        assert row.upper == pytest.approx(max(means))


@given(TABLES)
def test_distances_are_between_bounds_symmetric_and_zero_for_equals(rows):
    found = similarity.compare(table(rows), CODES, WORDS)
    turned = similarity.compare(table(rows[::-1]), CODES, WORDS)
    assert sorted(found["upper"].round(9)) == sorted(turned["upper"].round(9))
    for row in found.itertuples():
        first, second = (rows[int(name[4:])] for name in (row.first, row.second))
        both = sum(bool(one and other) for one, other in zip(first, second))
        assert row.both == both and row.asked == 2
        assert (row.distance is None or np.isnan(row.distance)) == (both == 0)
        if both == 2:
            assert row.lower == pytest.approx(row.distance) == pytest.approx(row.upper)
            assert (row.distance < 1e-9) == (first == second)


@given(st.sampled_from(SETS), st.sampled_from(SETS))
def test_jaccard_agrees_with_scipy(one, other):
    words = sorted(WORDS["many"])
    vectors = [[word in chosen for word in words] for chosen in (one, other)]
    assert similarity.jaccard(one, other) == pytest.approx(scipy_jaccard(*vectors))


def test_silence_is_no_agreement_and_no_category():
    """Two cases about which the same is silent are not alike for it: their distance is unknown."""
    found = similarity.compare(table([(None, None), (None, None)]), CODES, WORDS).iloc[0]
    assert found["both"] == 0 and found["distance"] is None
    assert (found["lower"], found["upper"]) == (0, 1)
    assert list(correspondence.indicator(table([(None, SETS[0]), (ONE[0], None)])).columns) == [
        ("many", "x"),
        ("one", "a"),
    ]


def test_numbers_are_compared_over_their_range():
    """Gower 1971: 1 - |difference| / range is the similarity, here as a distance."""
    rows = [(frozenset([2000.0]),), (frozenset([2010.0]),), (frozenset([2005.0]),), (None,)]
    found = similarity.compare(table(rows, ["year"]), CODES, {"year": frozenset()}).set_index(
        ["first", "second"]
    )
    assert found.loc[("case0", "case1"), "distance"] == 1
    assert found.loc[("case0", "case2"), "distance"] == 0.5
    assert found.loc[("case2", "case3"), "upper"] == 0.5  # within the stated range
    assert found.loc[("case0", "case3"), "upper"] == 1


def test_a_code_that_does_not_apply_is_not_asked():
    rows = [(ONE[0], similarity.NOT_APPLICABLE), (ONE[0], SETS[0])]
    found = similarity.compare(table(rows), CODES, WORDS).iloc[0]
    assert (found["asked"], found["both"], found["distance"]) == (1, 1, 0)


def test_the_nearest_case_is_decided_only_where_bounds_rule_the_others_out():
    pairs = pd.DataFrame(
        [("a", "b", 4, 4, 0.1, 0.1, 0.2), ("a", "c", 4, 4, 0.5, 0.4, 0.6), ("b", "c", 4, 1, 0.0, 0.0, 0.9)],
        columns=["first", "second", "asked", "both", "distance", "lower", "upper"],
    )
    found = similarity.neighbours(pairs).set_index("case")
    assert found.loc["a", ["nearest", "possible", "decided"]].tolist() == ["b", 1, True]
    assert found.loc["b", ["nearest", "possible", "decided"]].tolist() == ["c", 2, False]
    assert found.loc["c", ["nearest", "possible", "decided"]].tolist() == ["b", 2, False]


# Correspondence analysis

SMOKE = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]],
    index=["SM", "JM", "SE", "JE", "SC"],
    columns=["none", "light", "medium", "heavy"],
)


def test_smoking_staff_of_greenacre():
    """Greenacre 1984, Theory and Applications of Correspondence Analysis, chapter 3: artificial data
    on staff and smoking; figures as printed by summary(ca(smoke)) of the R package ca (Nenadić and
    Greenacre 2007). Coordinates are printed in thousandths, the sign of an axis is arbitrary."""
    found = correspondence.correspondence(SMOKE)
    assert [f"{inertia:.6f}" for inertia in found.inertias] == ["0.074759", "0.010017", "0.000414"]
    assert f"{found.total:.6f}" == "0.085190"
    assert [f"{share:.1%}" for share in found.inertias / found.total] == ["87.8%", "11.8%", "0.5%"]
    printed_rows = [(-66, -194), (259, -243), (-381, -11), (233, 58), (-201, 79)]
    printed_columns = [(-393, -30), (99, 141), (196, 7), (294, -198)]
    for coordinates, printed in ((found.rows, printed_rows), (found.columns, printed_columns)):
        ours = (coordinates.iloc[:, :2] * 1000).round().astype(int)
        signs = np.sign(ours.iloc[0].to_numpy() * np.array(printed[0]))
        assert (ours * signs).to_numpy().tolist() == [list(pair) for pair in printed]


def test_smoking_staff_agrees_with_prince():
    ours, theirs = correspondence.correspondence(SMOKE), prince.CA(n_components=3).fit(SMOKE)
    assert np.allclose(ours.inertias, theirs.eigenvalues_)
    assert np.allclose(ours.rows.abs(), theirs.row_coordinates(SMOKE).abs())
    assert np.allclose(ours.columns.abs(), theirs.column_coordinates(SMOKE).abs())


def test_adjusted_inertias_of_greenacre():
    """Attitudes to science (ISSP 1993, four questions of five answers): inertias printed by the R
    package ca for the indicator matrix, 0.457379, 0.430966 and 0.321926, and for the Burt matrix,
    0.209196, 0.185732 and 0.103636 (Greenacre, Unifying the geometry of simple and multiple
    correspondence analysis, slides, CARME). The inertias of the Burt matrix are the squares of those of
    the indicator matrix, and what is adjusted is the same function of either (Greenacre 2006). Only
    the axes printed there are used; the share in Greenacre's total would need all sixteen."""
    indicator, burt = np.array([0.457379, 0.430966, 0.321926]), np.array([0.209196, 0.185732, 0.103636])
    assert (indicator**2).round(6) == pytest.approx(burt, abs=1.5e-6)
    found = correspondence.adjusted_inertias(indicator, questions=4)
    assert found["adjusted"].to_numpy() == pytest.approx(
        (4 / 3) ** 2 * (np.sqrt(burt) - 1 / 4) ** 2, abs=2e-6
    )


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.sampled_from("ab")] * 2, st.sampled_from("abc")), min_size=5, max_size=8))
def test_complete_cells_give_the_mca_of_prince(rows):
    cells = table([[frozenset(value) for value in row] for row in rows], ["q1", "q2", "q3"])
    frame = cells.map(lambda cell: next(iter(cell)))
    if (frame.nunique() < 2).any():
        return
    ours = correspondence.specific_mca(correspondence.indicator(cells), 3, shared=1)
    theirs = prince.MCA(n_components=7, one_hot=True).fit(frame)
    known = theirs.eigenvalues_[theirs.eigenvalues_ > 1e-9]
    assert np.allclose(ours.inertias, known)
    assert ours.total == pytest.approx((ours.columns.shape[0] - 3) / 3)  # (J - Q) / Q, Greenacre 2017


def test_adjusted_shares_of_complete_data_agree_with_prince_and_with_the_burt_matrix():
    """Greenacre's total is the mean inertia of the tables off the diagonal of the Burt matrix: summed here
    by hand from chi-square statistics (Greenacre 2017, on joint and adjusted analyses)."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({f"q{j}": rng.choice(list("abc"), 40) for j in range(4)})
    cells = table([[frozenset(value) for value in row] for row in frame.to_numpy()], frame.columns)
    found = correspondence.specific_mca(correspondence.indicator(cells), 4, shared=1)
    adjusted = correspondence.adjusted_inertias(found.inertias, 4, categories=len(found.columns))
    inertias = []
    for one in frame:
        for other in frame:
            if one != other:
                counts = pd.crosstab(frame[one], frame[other]).to_numpy() / 40
                expected = np.outer(counts.sum(1), counts.sum(0))
                inertias.append(((counts - expected) ** 2 / expected).sum())
    assert adjusted["greenacre"].to_numpy() == pytest.approx(adjusted["adjusted"] / np.mean(inertias))
    assert adjusted["benzecri"].sum() == pytest.approx(1)
    theirs = prince.MCA(n_components=len(adjusted), correction="greenacre").fit(frame)
    assert adjusted["greenacre"].to_numpy() * 100 == pytest.approx(
        theirs.percentage_of_variance_[: len(adjusted)], rel=1e-6
    )


@given(st.lists(st.tuples(*[st.sampled_from([None, *ONE])] * 3), min_size=4, max_size=6))
def test_stated_and_silent_categories_share_out_the_inertia(rows):
    """Greenacre and Pardo 2006: subsets of the categories, on the margins of the whole, add up to it."""
    cells = table(rows, ["q1", "q2", "q3"])
    stated = correspondence.indicator(cells)
    try:
        part = correspondence.specific_mca(stated, 3, shared=1)
    except DataError:
        return
    silent = pd.DataFrame(
        {code: cells[code].map(lambda cell: float(cell is None)) for code in cells}, index=cells.index
    )
    whole = pd.concat([stated.set_axis(["=".join(pair) for pair in stated.columns], axis=1), silent], axis=1)
    whole = whole.loc[:, whole.sum() > 0]
    masses = whole.sum() / (len(cells) * 3)
    shares, expected = whole / (len(cells) * 3), np.outer(np.full(len(cells), 1 / len(cells)), masses)
    inertia = ((shares - expected) ** 2 / expected).sum()
    assert part.total == pytest.approx(inertia[["=".join(pair) for pair in stated.columns]].sum())
    assert part.total <= inertia.sum() + 1e-12
    assert inertia.sum() == pytest.approx(whole.shape[1] / 3 - 1)


def test_the_price_of_silence_in_the_map():
    """Le Roux and Rouanet 2010: where both choose an analysed category their squared distance on the
    question is 1/f + 1/f', where one is silent 1/f, and 0 where both are; over the number of questions."""
    rows = [
        (ONE[0], ONE[0]),
        (ONE[1], ONE[0]),
        (None, ONE[1]),
        (None, ONE[1]),
        (ONE[0], None),
        (ONE[1], None),
    ]
    found = correspondence.specific_mca(correspondence.indicator(table(rows, ["q1", "q2"])), 2)
    places = found.rows.to_numpy()
    squared = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    share = 1 / 3  # each of the four categories is that of two of six cases
    assert squared[0, 1] == pytest.approx((2 / share) / 2)
    assert squared[2, 3] == pytest.approx(0)
    assert squared[0, 4] == pytest.approx((1 / share) / 2)


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.1, 5),
    st.floats(0, 6.28),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_procrustes_undoes_moves_and_agrees_with_scipy(seed, scale, angle, shift):
    rng = np.random.default_rng(seed)
    one, other = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back, disparity = correspondence.procrustes(one, scale * one @ turn + np.array(shift))
    assert np.allclose(back, one) and disparity == pytest.approx(0, abs=1e-9)
    assert correspondence.procrustes(one, other)[1] == pytest.approx(scipy.spatial.procrustes(one, other)[2])


@pytest.fixture(scope="module")
def survey(data):
    spec = Specification()
    cases = matrices.select_cases(data, "clusters", spec)
    codes = similarity.codes(data, "clusters", cases, spec)
    return cases, codes, similarity.cells(data, codes, cases, spec)


def test_the_survey_compares_stated_cells_only(data, survey):
    cases, codes, given = survey
    pairs = similarity.compare(given, codes, similarity.vocabularies(data, codes))
    assert len(pairs) == len(cases) * (len(cases) - 1) / 2
    assert (pairs["both"] < pairs["asked"]).all() and (pairs["lower"] <= pairs["upper"]).all()
    values = set(
        correspondence.indicator(correspondence.categories_only(given, codes)).columns.get_level_values(
            "value"
        )
    )
    assert not values & {"silent", "", "unknown", "not stated"}


def test_stability_leaves_out_every_case_and_every_code(survey):
    _, codes, given = survey
    shown = correspondence.categories_only(given, codes)
    table, moved = correspondence.stability(shown)
    assert list(table["left out"]) == [*shown.index, *shown.columns]
    assert table["disparity"].dropna().between(0, 1).all()
    # A code without a category that cases share is not on the map, so nothing moves without it.
    shared = correspondence.specific_mca(correspondence.indicator(shown), shown.shape[1]).columns.index
    absent = set(shown.columns) - set(shared.get_level_values("code"))
    still = table.set_index("left out").loc[sorted(absent), "disparity"]
    assert len(still) and still.to_numpy(dtype=float) == pytest.approx(0, abs=1e-9)
    assert set(moved["case"]) == set(shown.index)


def test_a_study_is_chosen_by_the_data(data):
    assert similarity.chosen_study(data, "") == "clusters"
    only = Package(None, {}, {"cases": data.cases[data.cases["study"] == "leadership"]})
    assert similarity.chosen_study(only, "") == "leadership"
    with pytest.raises(DataError, match="study='clusters': the data has no such cases; it has leadership"):
        similarity.chosen_study(only, "clusters")


def test_a_map_of_four_points_is_refused():
    assert correspondence.floor(4) == pytest.approx(2 / 3)
    assert not correspondence.mappable(4) and not correspondence.mappable(6) and correspondence.mappable(7)
    assert correspondence.floor(2) == 1
    with pytest.raises(ValueError, match="cases=1"):
        correspondence.floor(1)


def test_bad_input_is_named(data):
    cases = matrices.select_cases(data, "leadership", Specification())
    with pytest.raises(DataError, match="1 case given"):
        similarity.codes(data, "leadership", cases.head(1), Specification())
    with pytest.raises(DataError, match="silence=absent makes silence a category"):
        similarity.codes(data, "leadership", cases, Specification(silence="absent"))
    broken = Package(None, {}, {**data.tables, "codebook": data.codebook.drop(columns="values")})
    with pytest.raises(DataError, match="column 'values' is missing"):
        similarity.codes(broken, "leadership", cases, Specification())
    with pytest.raises(DataError, match="1 case given"):
        similarity.compare(table([(ONE[0], SETS[0])]), CODES, WORDS)
    with pytest.raises(DataError, match="code 'many' of the cells is missing"):
        similarity.compare(table([(ONE[0], SETS[0])] * 2), CODES.head(1), WORDS)
    years = table([(frozenset([2000.0]),), (frozenset([2000.0]),)], ["year"])
    with pytest.raises(DataError, match="code 'year' is constant"):
        similarity.compare(years, CODES, {"year": frozenset()})
    with pytest.raises(DataError, match="no code is left"):
        similarity.cells(data, CODES.assign(**{"why not": "free text"}), cases, Specification())
    with pytest.raises(ValueError, match="both sets are empty"):
        similarity.jaccard(frozenset(), frozenset())
    with pytest.raises(DataError, match="a count is negative"):
        correspondence.correspondence(-SMOKE)
    with pytest.raises(DataError, match="none that is empty"):
        correspondence.correspondence(SMOKE.assign(pipe=0))
    with pytest.raises(DataError, match="outside 0 to 1"):
        correspondence.specific_mca(SMOKE, 1)
    with pytest.raises(DataError, match="1 case given"):
        correspondence.specific_mca(SMOKE.head(1) / 50, 1)
    with pytest.raises(DataError, match="all constant"):
        correspondence.specific_mca(correspondence.indicator(table([(ONE[0], SETS[0])] * 3)), 2)
    with pytest.raises(ValueError, match="questions=1"):
        correspondence.adjusted_inertias(np.array([0.5]), 1)
    with pytest.raises(ValueError, match="shapes"):
        correspondence.procrustes(np.eye(2), np.eye(3))
    with pytest.raises(ValueError, match="all points coincide"):
        correspondence.procrustes(np.eye(2), np.ones((2, 2)))
