"""Weights and ranks: acceptability worked out by hand, ranks that only the ratio of weights moves,
bounds that hold for every completion, and parameters that are refused by name.

No published SMAA figures are reproduced: none was found whose criteria are given without random
measurement. Two-criteria cases worked out analytically stand in their place.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium.codings.package import DataError, Package
from compendium.methods import weighting
from compendium.pages import network_figures
from compendium.readings.specifications import Specification

FACTORS, TRADE_OFFS = "wellbeing-factors", "wellbeing-trade-offs"
CRITERIA = ["cases", "documents", "lists"]


@pytest.fixture(scope="module")
def aimed(data) -> Package:
    """The data package with its table of aims, read from the file until the descriptor has it."""
    if "aims" in data.tables:
        return data
    table = pd.read_csv(data.folder / "aims.csv", dtype=str, keep_default_na=False)
    return Package(data.folder, data.descriptor, data.tables | {"aims": table})


def with_aim(package: Package, aim: str, **changed: str) -> Package:
    table = package.aims.set_index("aim")
    for column, value in changed.items():
        table.loc[aim, column] = value
    return Package(package.folder, package.descriptor, package.tables | {"aims": table.reset_index()})


def table(*rows, columns=("cases", "lists")) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), index=list("abcdefg"[: len(rows)]))


# The two extreme points and a compromise: a(1, 0), b(0, 1), c(0.6, 0.6). With w on the first criterion the
# totals are w, 1 - w, 0.6: a leads above 0.6, b below 0.4, c between; c is never last.
COMPROMISE = table((1.0, 0.0), (0.0, 1.0), (0.6, 0.6))


def test_first_regions_of_a_compromise_worked_out_by_hand():
    found = weighting.first_regions(COMPROMISE).set_index("aim")
    assert found.loc["a"].tolist() == pytest.approx([0.6, 1.0])
    assert found.loc["b"].tolist() == pytest.approx([0.0, 0.4])
    assert found.loc["c"].tolist() == pytest.approx([0.4, 0.6])


def test_acceptability_of_a_compromise_worked_out_by_hand():
    """With w on the first criterion, a is first above 0.6, second from 0.5 to 0.6, third below; b mirrors a."""
    found = weighting.acceptability(COMPROMISE, resolution=99)
    expected = pd.DataFrame({1: [0.4, 0.4, 0.2], 2: [0.1, 0.1, 0.8], 3: [0.5, 0.5, 0.0]}, index=list("abc"))
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), abs=0.01)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1)


def test_acceptability_with_three_criteria_and_symmetry_is_a_third_each():
    square = pd.DataFrame(np.eye(3), index=list("abc"), columns=CRITERIA)
    shares = weighting.acceptability(square, resolution=58)[1]  # no point of this grid lies on a tie
    assert shares.to_numpy() == pytest.approx([1 / 3] * 3, abs=0.02)
    # Area by hand: a (1, 0, 0) against d (0.5, 0.5, 0.5) leads where its weight is above one half,
    # a triangle of a quarter of the simplex.
    against = pd.DataFrame([[1, 0, 0], [0.5, 0.5, 0.5]], index=list("ad"), columns=CRITERIA)
    assert weighting.acceptability(against, 60).loc["a", 1] == pytest.approx(0.25, abs=0.01)


def test_an_aim_that_is_dominated_is_never_first_and_a_dominant_one_always():
    found = weighting.acceptability(table((0.9, 0.9), (0.5, 0.8)), 50)
    assert found[1].tolist() == [1.0, 0.0]
    assert weighting.first_regions(table((0.9, 0.9), (0.5, 0.8)))["aim"].tolist() == ["a"]


@given(st.integers(1, 4), st.integers(1, 12))
def test_the_grid_of_weights_is_even(number, resolution):
    grid = weighting.weight_grid(number, resolution)
    assert grid.sum(axis=1) == pytest.approx(1)
    assert (grid > 0).all()
    assert len(np.unique(grid.round(9), axis=0)) == len(grid)
    assert grid.mean(axis=0) == pytest.approx(1 / number)


UNIT = st.integers(0, 10).map(lambda tenth: tenth / 10)
SCORES = st.lists(st.tuples(UNIT, UNIT, UNIT), min_size=2, max_size=5).map(
    lambda rows: table(*rows, columns=CRITERIA)
)
WEIGHTS = st.tuples(*[st.integers(0, 20)] * 3).filter(any).map(lambda w: pd.Series(w, CRITERIA, dtype=float))


@given(SCORES, WEIGHTS, st.floats(0.001, 1000))
def test_ranks_depend_on_the_ratio_of_weights_only(scores, weights, factor):
    assert weighting.ranks(scores, weights).equals(weighting.ranks(scores, weights * factor))
    text = ",".join(f"{name}={value}" for name, value in weights.items())
    scaled = ",".join(f"{name}={value * factor!r}" for name, value in weights.items())
    assert weighting.parse_weights(text).to_numpy() == pytest.approx(
        weighting.parse_weights(scaled).to_numpy()
    )


@given(SCORES, WEIGHTS)
def test_ranks_agree_with_counting_greater_totals(scores, weights):
    exact = {
        aim: sum(int(round(row[c] * 10)) * int(weights[c]) for c in CRITERIA)
        for aim, row in scores.iterrows()
    }
    expected = [1 + sum(other > own for other in exact.values()) for own in exact.values()]
    assert weighting.ranks(scores, weights).tolist() == expected


@given(SCORES, WEIGHTS)
@settings(max_examples=60)
def test_between_turning_points_the_ranking_stays(scores, weights):
    weights = weights / weights.sum()
    first = weighting.ranks(scores, weights)
    # A tie at the very weights given may break with any move; strict pairs must stay.
    strict = [(i, j) for i in first.index for j in first.index if first[i] < first[j]]
    for row in weighting.turning_points(scores, weights).fillna({"below": 0.0, "above": 1.0}).itertuples():
        for limit in (row.below, row.above):
            halfway = _moved(weights, row.criterion, (row.weight + limit) / 2)
            changed = weighting.ranks(scores, halfway)
            assert all(changed[i] < changed[j] for i, j in strict)


def _moved(weights: pd.Series, name: str, value: float) -> pd.Series:
    others = weights.drop(name)
    rest = others / others.sum() if others.sum() else pd.Series(1 / len(others), others.index)
    return pd.concat([rest * (1 - value), pd.Series({name: value})])[weights.index]


def test_a_turning_point_worked_out_by_hand():
    """a(1, 0) and b(0, 1) swap where both weigh the same; from 0.7 that lies below, and nothing above."""
    found = weighting.turning_points(table((1.0, 0.0), (0.0, 1.0)), pd.Series({"cases": 0.7, "lists": 0.3}))
    row = found.set_index("criterion").loc["cases"]
    assert row["below"] == pytest.approx(0.5) and row["pair_below"] == "a / b" and np.isnan(row["above"])


def counts(rows) -> pd.DataFrame:
    """Evidence of a made-up kind: rows of (cases at least, cases at most, lists), of five each."""
    frame = pd.DataFrame(rows, columns=["cases_least", "cases_most", "lists_least"])
    return frame.assign(lists_most=frame["lists_least"], of_cases=5, of_lists=5)


INTERVALS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)).map(
        lambda t: (min(t[0], t[1]), max(t[0], t[1]), t[2])
    ),
    min_size=2,
    max_size=3,
)


@given(INTERVALS)
@settings(max_examples=40)
def test_bounds_hold_for_every_completion(rows):
    criteria, resolution = ["cases", "lists"], 20
    bounds = weighting.first_bounds(counts(rows), criteria, resolution)
    assert (bounds["least"] <= bounds["stated"]).all() and (bounds["stated"] <= bounds["most"]).all()
    grid = weighting.weight_grid(2, resolution)
    always, ever = (np.full((len(grid), len(rows)), start) for start in (True, False))
    for filling in product(*(range(low, high + 1) for low, high, _ in rows)):
        full = counts([(value, value, row[2]) for value, row in zip(filling, rows)])
        scores = weighting.scores(full, criteria)
        total = grid @ scores.to_numpy().T
        first = total >= total.max(axis=1, keepdims=True) - weighting.TIE
        shares = weighting.acceptability(scores, resolution)[1].to_numpy()
        assert shares == pytest.approx(first.mean(axis=0))
        assert (bounds["least"].to_numpy() <= shares + 1e-12).all()
        assert (shares <= bounds["most"].to_numpy() + 1e-12).all()
        always, ever = always & first, ever | first
    assert bounds["least"].to_numpy() == pytest.approx(always.mean(axis=0))
    assert bounds["most"].to_numpy() == pytest.approx(ever.mean(axis=0))


def test_normalisations_worked_out_by_hand():
    made = counts([(1, 1, 0), (3, 3, 0), (3, 3, 0)])
    by = {name: weighting.scores(made, ["cases", "lists"], name) for name in weighting.NORMALISATIONS}
    assert by["share"]["cases"].tolist() == pytest.approx([0.2, 0.6, 0.6])
    assert by["min-max"]["cases"].tolist() == [0, 1, 1]
    assert by["min-max"]["lists"].tolist() == [0, 0, 0]
    assert by["rank"]["cases"].tolist() == [0, 0.75, 0.75]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("beauty=1", "beauty"),
        ("cases:1", "not criterion=weight"),
        ("cases=", "not a number"),
        ("cases=much", "'much'"),
        ("cases=-1", "at least 0"),
        ("cases=inf", "inf"),
        ("cases=nan", "nan"),
        ("cases=1,cases=2", "twice"),
        ("cases=0,lists=0", "none is above 0"),
        ("", "none is above 0"),
        ("cases=1e308,lists=1e308", "too large"),
    ],
)
def test_weights_that_are_none_are_refused_by_name(text, words):
    with pytest.raises(ValueError, match=words):
        weighting.parse_weights(text)


def test_a_criterion_without_a_number_weighs_one():
    assert weighting.parse_weights("cases, lists=3").to_dict() == {"cases": 0.25, "lists": 0.75}


def test_criteria_name_the_levels_of_the_data_from_near_to_far(data):
    levels = pd.DataFrame(
        [("all", 2, "the world"), ("town", 0, "town"), ("village", 0, "village"), ("land", 1, "country")],
        columns=["level", "rank", "label"],
    )
    made = Package(None, {}, {"levels": levels})
    assert weighting.meanings(made)["levels"].startswith("levels (town or village, country, the world) with")
    assert weighting.meanings(made).keys() == weighting.meanings(data).keys() == weighting.CRITERIA.keys()


def test_other_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="normalise: 'z-score'"):
        weighting.scores(counts([(1, 1, 1)]), ["cases"], "z-score")
    with pytest.raises(ValueError, match="criteria: beauty"):
        weighting.scores(counts([(1, 1, 1)]), ["beauty"])
    with pytest.raises(ValueError, match="resolution: 0"):
        weighting.weight_grid(2, 0)
    with pytest.raises(ValueError, match="need two criteria, not 3"):
        weighting.first_regions(table((1, 1, 1), columns=CRITERIA))


def test_the_aims_are_the_items_of_the_note(aimed):
    """Each factor is one aim, each trade-off two; what they point to exists (else DataError)."""
    for framework, sides in ((FACTORS, 1), (TRADE_OFFS, 2)):
        items = set(aimed.frameworks.loc[aimed.frameworks["framework"] == framework, "item"])
        assert weighting.aims(aimed, framework).groupby("item").size().to_dict() == dict.fromkeys(
            items, sides
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"named": "no-list/health"}, "no-list/health"),
        ({"item": "wealth"}, "wealth"),
        ({"shown": "domain=cheese"}, "'cheese' is no value"),
        ({"shown": "mood=good"}, "no code 'mood'"),
        ({"shown": "domain"}, "not one code=value"),
        ({"shown": "fields=culture"}, "both rest on"),
    ],
)
def test_an_aim_that_points_nowhere_is_an_error_that_names_it(aimed, changed, words):
    with pytest.raises(DataError, match=words):
        weighting.aims(with_aim(aimed, "factor-health", **changed), FACTORS)


def test_a_list_without_aims_and_a_trade_off_with_one_side_are_named(aimed):
    with pytest.raises(DataError, match="'happiness'"):
        weighting.aims(aimed, "happiness")
    lame = with_aim(aimed, "pole-sprawl", side="second")
    with pytest.raises(DataError, match="sprawl-density"):
        found = weighting.evidence(lame, TRADE_OFFS, Specification())
        weighting.trade_offs(lame, TRADE_OFFS, found, CRITERIA)


def test_evidence_is_counted_from_the_codings(aimed):
    """Health, hand-counted from the codings: stated of Birmingham, Lombardy and the regional and national group."""
    spec = Specification()
    found = weighting.evidence(aimed, FACTORS, spec)
    own = aimed.codings[
        (aimed.codings["code"] + "=" + aimed.codings["value"]).isin(
            ["domain=health", "fields=health", "fields=wellness"]
        )
    ]
    stated = own[own["status"].isin(["explicit", "group"])]
    assert found.loc["factor-health", "cases_least"] == stated["case"].nunique()
    assert found.loc["factor-health", "documents_least"] == 2  # the note and, for Birmingham, the brief
    assert (found["cases_least"] <= found["cases_most"]).all()
    assert found.loc["factor-equality", "cases_least"] == 0
    closed = weighting.evidence(aimed, FACTORS, Specification(silence="absent"))
    assert (closed["cases_least"] == closed["cases_most"]).all()
    assert closed["cases_least"].equals(found["cases_least"])


def test_nothing_but_its_own_list_names_sprawl_density_or_authenticity(aimed):
    found = weighting.evidence(aimed, TRADE_OFFS, Specification(evidence="all", conflict="accept"))
    empty = found[(found["cases_least"] == 0) & (found["lists_least"] == 0)]
    assert set(empty.index) == {"pole-sprawl", "pole-density", "pole-authenticity"}


def test_trade_offs_share_out_all_weights(aimed):
    found = weighting.evidence(aimed, TRADE_OFFS, Specification())
    shares = weighting.trade_offs(aimed, TRADE_OFFS, found, CRITERIA, 30)
    assert shares[["first_leads", "equal", "second_leads"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert (shares["first_least"] <= shares["first_leads"]).all()
    assert (shares["first_leads"] <= shares["first_most"]).all()
    even = shares.set_index("item").loc["sprawl-density"]
    assert even["equal"] == 1 and (even["first_least"], even["first_most"]) == (0, 1)


def test_figures_are_drawn(aimed):
    found = weighting.evidence(aimed, TRADE_OFFS, Specification())
    scores = weighting.scores(found, CRITERIA)
    own, names = weighting.parse_weights("cases=1,lists=2"), found["label"].to_dict()
    assert "Quality of life" in network_figures.weight_map(weighting.winners(scores, 20), own, names, "map")
    two = weighting.winners(scores[["cases", "lists"]], 20)
    assert "all weight on lists" in network_figures.weight_map(two, own, names, "line")
    with pytest.raises(ValueError, match="two or three criteria"):
        network_figures.weight_map(weighting.winners(scores[["cases"]], 20), own, names, "point")
    shares = weighting.trade_offs(aimed, TRADE_OFFS, found, CRITERIA, 20)
    assert "Urban sprawl" in network_figures.trade_off_bars(shares, "sides")
    bounds = weighting.first_bounds(found, CRITERIA, 20)
    assert "100%" in network_figures.first_bars(bounds, list(found["label"]), "first")
