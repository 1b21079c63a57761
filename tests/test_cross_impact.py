"""Cross-impact balances: the published example to the printed digits, then what must hold of any matrix."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from cross_impact_examples import (
    GLOBAL,
    GLOBAL_ROWS,
    GLOBAL_SOLUTIONS,
    PRINTED_BALANCES,
    PRINTED_SCENARIOS,
    SOMEWHERELAND,
    SOMEWHERELAND_ROWS,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium import paths
from compendium.errors import DataError
from compendium.methods import cross_impact
from compendium.methods.cross_impact import arrays
from compendium.pages import impact_figures


def square(rows: str, structure: dict[str, list[str]]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([(d, v) for d, given in structure.items() for v in given])
    cells = [list(map(int, line.split())) for line in rows.strip().splitlines()]
    return pd.DataFrame(cells, index=index, columns=index)


@pytest.fixture(scope="module")
def somewhereland() -> pd.DataFrame:
    return square(SOMEWHERELAND_ROWS, SOMEWHERELAND)


def as_scenarios(lines: str) -> pd.DataFrame:
    return pd.DataFrame([line.split() for line in lines.strip().splitlines()], columns=list(SOMEWHERELAND))


def test_somewhereland_follows_the_convention(somewhereland):
    assert not cross_impact.group_sums(somewhereland).to_numpy().any()
    assert (cross_impact.standardised(somewhereland) == somewhereland).all(axis=None)


def test_balances_of_the_manual(somewhereland):
    tested = as_scenarios("A2 B1 C3 D1 E1 F1")
    assert cross_impact.balances(somewhereland, tested).iloc[0].tolist() == PRINTED_BALANCES
    # D alone contradicts: its balance is -7 for D1 and 7 for D2 (same section of the manual).
    assert cross_impact.deficits(somewhereland, tested).iloc[0].tolist() == [0, 0, 0, 14, 0, 0]
    shown = cross_impact.diagram(somewhereland, tested.iloc[0])
    assert shown["balance"].tolist() == PRINTED_BALANCES
    wrong = shown[shown["taken"] & ~shown["highest"]]
    assert wrong[["descriptor", "variant"]].to_numpy().tolist() == [["D", "D1"]]


def test_the_ten_consistent_scenarios_of_somewhereland(somewhereland):
    assert cross_impact.size(somewhereland) == 486
    found = cross_impact.consistent(somewhereland)[list(SOMEWHERELAND)]
    assert set(map(tuple, found.to_numpy())) == set(map(tuple, as_scenarios(PRINTED_SCENARIOS).to_numpy()))
    assert len(found) == 10


def test_solutions_that_scenariowizard_wrote():
    """The set and the total impact scores as the program printed them; its other columns are not explained in
    the file and not compared."""
    found = cross_impact.consistent(square(GLOBAL_ROWS, GLOBAL))
    printed = {"".join(row[list(GLOBAL)]): row["total-impact"] for _, row in found.iterrows()}
    assert printed == GLOBAL_SOLUTIONS


@st.composite
def matrices(draw) -> pd.DataFrame:
    counts = draw(st.lists(st.integers(2, 4), min_size=2, max_size=4))
    index = pd.MultiIndex.from_tuples([(f"d{i}", f"v{j}") for i, n in enumerate(counts) for j in range(n)])
    cells = np.array(
        draw(
            st.lists(
                st.lists(st.integers(-3, 3), min_size=len(index), max_size=len(index)),
                min_size=len(index),
                max_size=len(index),
            )
        )
    )
    names = np.asarray(index.get_level_values(0))
    cells[names[:, None] == names[None, :]] = 0
    return pd.DataFrame(cells, index=index, columns=index)


def by_hand(matrix: pd.DataFrame, tolerance: float = 0) -> dict[tuple, tuple[float, float]]:
    """Scenarios within the tolerance, with inconsistency and total impact, in plain Python."""
    structure: dict[str, list[str]] = {}
    for name, variant in matrix.index:
        structure.setdefault(name, []).append(variant)
    cells = {(s, t): float(matrix.loc[s, t]) for s in matrix.index for t in matrix.columns}
    found = {}
    for taken in product(*structure.values()):
        pairs = list(zip(structure, taken))
        worst, total = 0.0, 0.0
        for name, variant in pairs:
            sums = {v: sum(cells[s, (name, v)] for s in pairs) for v in structure[name]}
            worst, total = max(worst, max(sums.values()) - sums[variant]), total + sums[variant]
        if worst <= tolerance:
            found[taken] = (worst, total)
    return found


@settings(max_examples=40)
@given(matrices(), st.integers(0, 3))
def test_enumeration_finds_what_plain_python_finds(matrix, tolerance):
    found = cross_impact.consistent(matrix, tolerance)
    names = list(matrix.index.get_level_values(0).unique())
    listed = {tuple(row[names]): (row["inconsistency"], row["total-impact"]) for _, row in found.iterrows()}
    assert listed == by_hand(matrix, tolerance)
    assert found["inconsistency"].is_monotonic_increasing


@settings(max_examples=25)
@given(matrices(), st.sampled_from(cross_impact.RULES))
def test_consistent_scenarios_are_the_fixed_points_of_succession(matrix, rule):
    names = list(matrix.index.get_level_values(0).unique())
    structure = [matrix.index[matrix.index.get_level_values(0) == name].get_level_values(1) for name in names]
    good = by_hand(matrix)
    for taken in list(product(*structure))[:25]:
        walked = cross_impact.succession(matrix, pd.Series(taken, index=names), rule)
        assert (len(walked) == 1) == (taken in good)
        if walked["ends"].iloc[-1] == "consistent":
            assert tuple(walked[names].iloc[-1]) in good
        else:
            assert walked["ends"].iloc[-1] == "cycle"
            last = tuple(walked[names].iloc[-1])
            assert last in set(map(tuple, walked[names].iloc[:-1].to_numpy()))


@settings(max_examples=40)
@given(matrices(), st.data())
def test_shifting_a_judgement_group_changes_no_consistency(matrix, data):
    names = list(matrix.index.get_level_values(0).unique())
    source = data.draw(st.sampled_from(list(matrix.index)))
    target = data.draw(st.sampled_from([name for name in names if name != source[0]]))
    shifted = matrix.astype(float).copy()
    cells = shifted.to_numpy(copy=True)
    columns = np.asarray(matrix.columns.get_level_values(0)) == target
    cells[matrix.index.get_loc(source), columns] += data.draw(st.integers(-5, 5))
    shifted = pd.DataFrame(cells, matrix.index, matrix.columns)

    def found(given: pd.DataFrame) -> set:
        return set(map(tuple, cross_impact.consistent(given)[names].to_numpy()))

    assert found(shifted) == found(matrix) == found(cross_impact.standardised(matrix))
    assert np.allclose(cross_impact.standardised(shifted), cross_impact.standardised(matrix))
    assert np.allclose(cross_impact.group_sums(cross_impact.standardised(matrix)), 0)


@settings(max_examples=25)
@given(matrices(), st.sampled_from(cross_impact.RULES))
def test_basins_agree_with_walking_from_every_scenario(matrix, rule):
    names = list(matrix.index.get_level_values(0).unique())
    structure = [matrix.index[matrix.index.get_level_values(0) == name].get_level_values(1) for name in names]
    every = pd.DataFrame(list(product(*structure)), columns=names).head(64)
    found = cross_impact.basins(matrix, rule).set_index("reached")["starts"]
    assert found.sum() == cross_impact.size(matrix)
    if len(every) == cross_impact.size(matrix):
        walked = cross_impact.path_ends(matrix, every, rule)["reached"].value_counts()
        assert walked.sort_index().to_dict() == found.to_dict()


def test_the_three_rules_differ_as_described(somewhereland):
    start = as_scenarios("A2 B1 C1 D1 E3 F1").iloc[0]
    names = list(SOMEWHERELAND)
    short = cross_impact.deficits(somewhereland, start.to_frame().T).iloc[0]
    step = {
        rule: cross_impact.succession(somewhereland, start, rule)[names].iloc[1]
        for rule in cross_impact.RULES
    }
    turned = {rule: set(start.index[start != after]) for rule, after in step.items()}
    assert turned["global"] == turned["incremental"] == set(short.index[short > 0])
    assert turned["local"] == {short.idxmax()}
    moves = [
        abs(int(after[1]) - int(before[1])) for before, after in zip(start, step["incremental"]) if before
    ]
    assert max(moves) == 1 < max(abs(int(a[1]) - int(b[1])) for b, a in zip(start, step["global"]))


def test_a_cycle_is_called_a_cycle():
    index = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]])
    chase = pd.DataFrame([[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]], index=index, columns=index)
    assert cross_impact.consistent(chase).empty  # a follows b, b avoids a
    for rule in cross_impact.RULES:
        walked = cross_impact.succession(chase, pd.Series({"a": "x", "b": "x"}), rule)
        assert walked["ends"].tolist() == [""] * (len(walked) - 1) + ["cycle"]
    assert cross_impact.basins(chase)["reached"].tolist() == [-1]


DESCRIPTORS = pd.DataFrame(
    [("a", "x", "1;2"), ("a", "y", "3"), ("b", "x", "1"), ("b", "y", "2;3")],
    columns=["descriptor", "variant", "path"],
)
IMPACTS = pd.DataFrame(
    [
        ("a", "x", "b", "x", 2, 1, 3, "stated"),
        ("a", "y", "b", "y", 1, -1, 1, "own"),
        ("b", "y", "a", "y", 2, 2, 2, "own"),
    ],
    columns=[*cross_impact.CELL, "strength", "lowest", "highest", "status"],
)


def changed(**cells) -> pd.DataFrame:
    return IMPACTS.assign(**{name.replace("_", "-"): values for name, values in cells.items()})


@pytest.mark.parametrize(
    ("impacts", "says"),
    [
        (changed(source=["a", "c", "b"]), "'c' is no descriptor"),
        (changed(target_variant=["x", "z", "y"]), "'b' has no variant 'z'"),
        (changed(target=["b", "a", "a"]), "a.y acts on its own descriptor"),
        (changed(strength=[4, 1, 2]), "4 of a.x on b.x is no whole number from -3 to 3"),
        (changed(strength=[0.5, 1, 2]), "0.5 of a.x"),
        (pd.concat([IMPACTS, IMPACTS.head(1)]), "a.x on b.x is judged twice"),
        (IMPACTS.drop(columns="target"), "the column 'target' is missing"),
    ],
)
def test_bad_judgements_are_named(impacts, says):
    with pytest.raises(DataError, match=says):
        cross_impact.impact_matrix(DESCRIPTORS, impacts)


def test_bad_descriptors_are_named():
    with pytest.raises(DataError, match="'b' has one variant only"):
        cross_impact.variants(DESCRIPTORS.head(3))
    with pytest.raises(DataError, match="a.x is listed twice"):
        cross_impact.variants(pd.concat([DESCRIPTORS, DESCRIPTORS.head(1)]))
    with pytest.raises(DataError, match="'a' has 0 variants at '4'"):
        cross_impact.path_of(DESCRIPTORS, "path", ["1", "4"])
    with pytest.raises(DataError, match="must hold its strength"):
        cross_impact.drawn_shares(DESCRIPTORS, changed(highest=[1, 1, 2]), pd.DataFrame())


def test_bad_matrices_are_named():
    matrix = cross_impact.impact_matrix(DESCRIPTORS, IMPACTS)
    with pytest.raises(ValueError, match="4 rows and 3 columns"):
        cross_impact.check_matrix(matrix.iloc[:, :3])
    with pytest.raises(ValueError, match="'b' has one variant only"):
        cross_impact.check_matrix(matrix.iloc[:3, :3])
    with pytest.raises(ValueError, match="'a' acts on itself"):
        cross_impact.check_matrix(matrix + 1)
    with pytest.raises(ValueError, match="not a number"):
        cross_impact.check_matrix(matrix.astype(float).replace(0.0, np.nan))
    with pytest.raises(ValueError, match="'b' has no variant 'q'"):
        cross_impact.balances(matrix, pd.DataFrame({"a": ["x"], "b": ["q"]}))
    with pytest.raises(ValueError, match="'b' is missing"):
        cross_impact.balances(matrix, pd.DataFrame({"a": ["x"]}))
    with pytest.raises(ValueError, match="none of global"):
        cross_impact.succession(matrix, pd.Series({"a": "x", "b": "x"}), "sideways")
    with pytest.raises(ValueError, match="below zero"):
        cross_impact.consistent(matrix, -1)
    with pytest.raises(ValueError, match="no judgement is 'heard'"):
        cross_impact.with_status(DESCRIPTORS, IMPACTS, "heard")


def test_a_space_too_large_is_refused():
    index = pd.MultiIndex.from_product([[f"d{i:02}" for i in range(40)], ["x", "y"]])
    empty = pd.DataFrame(0, index=index, columns=index)
    assert cross_impact.size(empty) == 2**40
    with pytest.raises(ValueError, match="are not enumerated"):
        cross_impact.consistent(empty)


def test_more_scenarios_than_one_chunk_are_enumerated():
    """Descriptors without judgements beside one pair that support each other: the count is known in closed form."""
    index = pd.MultiIndex.from_product([[f"d{i:02}" for i in range(17)], ["x", "y"]])
    cells = np.zeros((34, 34), dtype=int)
    cells[[0, 1, 2, 3], [2, 3, 0, 1]] = 1
    matrix = pd.DataFrame(cells, index=index, columns=index)
    assert cross_impact.size(matrix) == 2 * arrays.CHUNK
    assert len(cross_impact.consistent(matrix)) == 2**16


def test_paths_drops_draws_and_sums_by_hand():
    matrix = cross_impact.impact_matrix(DESCRIPTORS, IMPACTS)
    path = cross_impact.path_of(DESCRIPTORS, "path", ["1", "2", "3"])
    assert path.to_numpy().tolist() == [["x", "x"], ["x", "y"], ["y", "y"]]
    support = cross_impact.path_support(matrix, path)
    # Leaving x.x, b.y is 2 behind b.x; leaving x.y, a.y is 2 ahead of a.x.
    assert support[["descriptor", "lead", "reading"]].to_numpy().tolist() == [
        ["b", -2, "resisted"],
        ["a", 2, "supported"],
    ]
    assert cross_impact.activity(matrix).to_numpy().tolist() == [["a", 3, 2], ["b", 2, 3]]

    full = cross_impact.consistent(matrix)[["a", "b"]]
    assert sorted(map(tuple, full.to_numpy())) == [("x", "x"), ("y", "y")]
    # x,x holds in every draw (1 to 3, never less than 0); y,y holds when a.y on b.y is drawn 0 or 1 of -1, 0, 1.
    shares = cross_impact.drawn_shares(DESCRIPTORS, IMPACTS, full, draws=3000)
    found = {(row["a"], row["b"]): row["share"] for _, row in shares.iterrows()}
    assert found["x", "x"] == 1
    assert abs(found["y", "y"] - 2 / 3) < 0.03
    counts = cross_impact.draw_counts(DESCRIPTORS, IMPACTS, draws=50)
    assert counts["draws"].sum() == 50

    dropped = cross_impact.drop_one(DESCRIPTORS, IMPACTS)
    # Only a.y on b.y keeps y,x out: without it both variants of b are level there.
    assert dropped[["scenarios", "lost", "new"]].to_numpy().tolist() == [[2, 0, 0], [3, 0, 1], [2, 0, 0]]
    kept = cross_impact.with_status(DESCRIPTORS, IMPACTS, "stated")
    assert set(map(tuple, kept[["a", "b"]].to_numpy())) == {("x", "x"), ("y", "x"), ("y", "y")}


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = paths.ROOT / "data"
    texts = {"keep_default_na": False}
    return (
        pd.read_csv(folder / "descriptors.csv", dtype=str, **texts),
        pd.read_csv(folder / "impacts.csv", **texts),
    )


def test_the_judgements_of_the_compendium_hold_together(tables, data):
    descriptors, impacts = tables
    matrix = cross_impact.impact_matrix(descriptors, impacts)
    assert 6 <= descriptors["descriptor"].nunique() <= 9
    assert descriptors.groupby("descriptor").size().between(2, 4).all()
    assert (impacts["strength"] != 0).all()
    assert (impacts["lowest"] <= impacts["strength"]).all() and (
        impacts["strength"] <= impacts["highest"]
    ).all()
    assert impacts["lowest"].ge(-3).all() and impacts["highest"].le(3).all()
    assert impacts["reason"].ne("").all()
    note = set(data.passages.loc[data.passages["source"] == "note", "passage"])
    assert set(impacts.loc[impacts["status"] == "stated", "passage"]) <= note  # stated means: by the note
    assert set(impacts["passage"]) | set(descriptors["passage"]) <= set(data.passages["passage"]) | {""}
    assert descriptors.equals(descriptors.sort_values(cross_impact.KEYS, ignore_index=True))
    assert impacts.equals(impacts.sort_values(cross_impact.CELL, ignore_index=True))
    places = sorted(
        data.frameworks.loc[data.frameworks["framework"] == "water-city-states", "item"].str[0].unique()
    )
    path = cross_impact.path_of(descriptors, "water-city", [place for place in places if place.isdigit()])
    assert len(path) == 6
    found = cross_impact.consistent(cross_impact.standardised(matrix))
    names = list(descriptors["descriptor"].unique())
    assert set(map(tuple, found[names].to_numpy())) == set(by_hand(matrix))


def test_figures_say_what_they_show(tables):
    descriptors, impacts = tables
    matrix = cross_impact.standardised(cross_impact.impact_matrix(descriptors, impacts))
    names = list(descriptors["descriptor"].unique())
    found = cross_impact.consistent(matrix)
    svg = impact_figures.tableau(found[names], cross_impact.leads(matrix, found), matrix.index, "tableau")
    assert svg.startswith("<svg") and "currentColor" in svg and svg.count("citizens: willing") == 1
    alternative = impact_figures.describe_tableau(found[names])
    assert alternative.count("Scenario ") == len(found)
    shown = cross_impact.diagram(matrix, found[names].iloc[0])
    assert "taken by the scenario" in impact_figures.impact_diagram(shown, "impact-diagram")
