"""Orders and networks: known counts, a published two-mode network, and bounds against all completions."""

from itertools import permutations, product
from math import factorial

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium.codings.package import DataError, Package
from compendium.methods import networks
from compendium.methods.networks import NOT_ASKED
from compendium.pages import network_figures
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import Specification
from smart_cities import meta_cluster, partnership_forms
from smart_cities.partnership_forms import covers, incomparable, linear_extensions, order, positions


def lattice(*sizes: int) -> nx.DiGraph:
    """The product of chains, ordered component by component."""
    points = list(product(*map(range, sizes)))
    pairs = [
        (one, other)
        for one in points
        for other in points
        if one != other and all(a <= b for a, b in zip(one, other))
    ]
    return order(pairs, points)


@st.composite
def acyclic_pairs(draw) -> tuple[list[tuple[int, int]], int]:
    """Pairs that run upwards in a hidden ranking, over a few elements."""
    number = draw(st.integers(1, 6))
    hidden = draw(st.permutations(range(number)))
    drawn = draw(st.lists(st.tuples(st.integers(0, number - 1), st.integers(0, number - 1)), max_size=8))
    return [(hidden[min(pair)], hidden[max(pair)]) for pair in drawn if pair[0] != pair[1]], number


@pytest.mark.parametrize(
    ("sizes", "count"), [((2, 2), 2), ((2, 2, 2), 48), ((2, 2, 3), 2452), ((3, 3), 42), ((2, 5), 42)]
)
def test_linear_extensions_against_published_counts(sizes, count):
    """2, 48, 2452: OEIS A114714 (2 x 2 x n lattice); 3 x 3 and 2 x 5: standard Young tableaux by the
    hook length formula, 9!/(5*4*4*3*3*3*2*2*1) = 42 and the Catalan number 42 (Stanley 1999, Enumerative
    Combinatorics 2, 7.21)."""
    assert linear_extensions(lattice(*sizes)) == count


def test_linear_extensions_of_chains_antichains_zigzags_and_trees():
    """A chain has one, an antichain n!; a zigzag (fence) the Euler numbers 1, 1, 2, 5, 16, 61, 272
    (Stanley 2010, A survey of alternating permutations); a rooted forest n! over the product of the
    sizes of its subtrees (Knuth 1973, The Art of Computer Programming 3, 5.1.4, exercise 20)."""
    for n in range(1, 7):
        assert linear_extensions(order([(i, i + 1) for i in range(n - 1)], range(n))) == 1
        assert linear_extensions(order([], range(n))) == factorial(n)
    for n, euler in enumerate([1, 1, 2, 5, 16, 61, 272], start=1):
        fence = [(i, i + 1) if i % 2 == 0 else (i + 1, i) for i in range(n - 1)]
        assert linear_extensions(order(fence, range(n))) == euler
    assert linear_extensions(order([(0, 1), (0, 2)], range(7))) == factorial(7) // 3


@given(acyclic_pairs())
@settings(max_examples=60)
def test_order_counts_and_positions_agree_with_trying_every_ranking(drawn):
    pairs, number = drawn
    closed = order(pairs, range(number))
    fitting = [
        ranking
        for ranking in permutations(range(number))
        if all(ranking.index(low) < ranking.index(high) for low, high in pairs)
    ]
    assert linear_extensions(closed) == len(fitting)
    always = {
        (a, b)
        for a, b in permutations(range(number), 2)
        if all(ranking.index(a) < ranking.index(b) for ranking in fitting)
    }
    assert set(closed.edges) == always  # the closure holds all that every ranking agrees on, and no more
    assert len(incomparable(closed)) == number * (number - 1) // 2 - len(always)
    assert set(order(covers(closed), range(number)).edges) == always
    for row in positions(closed).itertuples():
        places = [ranking.index(row.element) + 1 for ranking in fitting]
        assert (row.lowest, row.highest) == (min(places), max(places))
        assert row.mean == pytest.approx(sum(places) / len(places))


@given(acyclic_pairs(), st.data())
@settings(max_examples=40)
def test_a_pair_against_the_order_is_refused_and_the_circle_named(drawn, data):
    pairs, number = drawn
    closed = order(pairs, range(number))
    if not closed.edges:
        return
    low, high = data.draw(st.sampled_from(sorted(closed.edges)))
    with pytest.raises(ValueError, match="circle") as error:
        order([*pairs, (high, low)], range(number))
    assert str(high) in str(error.value) and str(low) in str(error.value)


def test_bad_pairs_are_named():
    with pytest.raises(ValueError, match="'a' < 'a'|a < a"):
        order([("a", "a")], ["a"])
    with pytest.raises(ValueError, match="'x' is not among"):
        order([("a", "x")], ["a"])
    with pytest.raises(ValueError, match="at most 18"):
        linear_extensions(order([], range(19)))


def test_the_unit_orders_two_pairs_at_most_hand_checked(data):
    """One arrangement is called informal; one is the example of more formal ones; of one more it is inferred."""
    counts = partnership_forms.decided(data).set_index("evidence")
    assert counts["ordered"].to_dict() == {"explicit": 0, "group": 1, "residual": 1, "inferred": 2, "all": 2}
    cases = int((data.cases["study"] == "partnerships").sum())
    assert (counts["ordered"] + counts["incomparable"] == cases * (cases - 1) // 2).all()
    assert counts.loc["group", "rankings"] == factorial(cases) // 2
    assert counts.loc["inferred", "rankings"] == factorial(cases) // 3
    table = partnership_forms.pair_table(data, Specification(evidence="inferred"))
    stated = table[table["relation"] == "less formal than"]
    assert set(stated["one"]) == {"Informal partnership"}
    assert set(stated["known by"]) == {"group", "inferred"}
    assert set(";".join(stated["passages"]).split(";")) <= set(data.passages["passage"])


def test_an_arrangement_on_both_rungs_is_an_error_that_names_it(data):
    found = data.codings[data.codings["code"] == "formality"]
    case = found.loc[found["value"] == "informal", "case"].iloc[0]
    extra = found[(found["case"] == case)].assign(value="more-formal")
    damaged = Package(
        data.folder, data.descriptor, data.tables | {"codings": pd.concat([data.codings, extra])}
    )
    with pytest.raises(DataError, match=case):
        partnership_forms.formality_pairs(damaged, Specification())


def test_governance_answers_are_those_of_the_codings(data):
    table = partnership_forms.answers(data)
    assert (table[["stated", "otherwise", "silent"]].sum(axis=1) == table["asked"]).all()
    codes = set(data.codebook.loc[data.codebook["theme"] == "questions", "code"])
    own = data.codings[data.codings["code"].isin(codes) & (data.codings["value"] != "")]
    unit = table[table["study"] == "partnerships"]
    assert len(unit) == len(codes)
    answered = own.drop_duplicates(["case", "code"])
    assert int((unit["stated"] + unit["otherwise"]).sum()) == len(answered)
    by_case = partnership_forms.answers_by_case(data)
    assert by_case["asked"].sum() == table["asked"].sum()
    assert set(by_case["case"]) == set(data.cases["name"])


# Davis, Gardner and Gardner (1941), Deep South, p. 148: women by social events, as in networkx.
ATTENDED = [8, 7, 8, 7, 4, 4, 4, 3, 4, 4, 4, 6, 7, 8, 5, 2, 2, 2]
WERE_THERE = [3, 3, 6, 4, 8, 8, 10, 14, 12, 5, 4, 6, 3, 3]


def southern_women() -> pd.DataFrame:
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    return pd.DataFrame(
        [[PRESENT if graph.has_edge(w, e) else ABSENT for e in events] for w in women],
        index=pd.Index(women, name="case"),
        columns=pd.Index(events, name="actor"),
    )


def test_the_southern_women_have_their_published_degrees_and_common_events():
    """Row and column sums as published; common events by counting the published table by hand."""
    table = southern_women()
    degrees = networks.centralities(table)
    assert degrees.loc[degrees["kind"] == "case", "degree_least"].tolist() == ATTENDED
    assert degrees.loc[degrees["kind"] == "actor", "degree_most"].tolist() == WERE_THERE
    assert (degrees["harmonic_least"] == degrees["harmonic_most"]).all()
    together = networks.ties(table, "case").set_index(["first", "second"])["least"]
    assert together["Evelyn Jefferson", "Laura Mandeville"] == 6
    assert together["Evelyn Jefferson", "Theresa Anderson"] == 7
    assert together["Olivia Carleton", "Flora Price"] == 2
    assert together["Evelyn Jefferson", "Olivia Carleton"] == 1
    assert together["Laura Mandeville", "Olivia Carleton"] == 0


def test_centralities_do_not_hang_on_the_order_in_which_names_are_met():
    """To the last digit: names decide the order of a set, and sums of fractions differ by their order."""
    table = southern_women()
    found = networks.centralities(table)["harmonic_least"].tolist()
    for number in range(20):
        renamed = table.rename(
            index=lambda name, n=number: f"{n} {name}", columns=lambda name, n=number: f"{n} {name}"
        )
        assert networks.centralities(renamed)["harmonic_least"].tolist() == found


STATES = st.sampled_from([PRESENT, ABSENT, UNKNOWN, NOT_ASKED])


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(STATES, min_size=n, max_size=n), min_size=1, max_size=3)
    )
)
@settings(max_examples=40)
def test_bounds_over_silence_hold_for_every_completion_and_are_reached(cells):
    table = pd.DataFrame(
        cells, index=[f"c{i}" for i in range(len(cells))], columns=list("xyz"[: len(cells[0])])
    )
    holes = [(r, c) for r in table.index for c in table.columns if table.loc[r, c] == UNKNOWN][:5]
    frozen = table.copy()  # holes beyond the first five are closed, so that all completions can be tried
    for r in table.index:
        for c in table.columns:
            if table.loc[r, c] == UNKNOWN and (r, c) not in holes:
                frozen.loc[r, c] = ABSENT
    bounds, pairs = networks.centralities(frozen), networks.ties(frozen)
    seen_degrees, seen_ties = [], []
    for filling in product([PRESENT, ABSENT], repeat=len(holes)):
        full = frozen.copy()
        for (r, c), state in zip(holes, filling):
            full.loc[r, c] = state
        found = networks.centralities(full)
        for measure in ("degree", "harmonic"):
            value = found[f"{measure}_least"]
            assert (bounds[f"{measure}_least"] <= value + 1e-12).all()
            assert (value <= bounds[f"{measure}_most"] + 1e-12).all()
        seen_degrees.append(found["degree_least"].to_numpy())
        seen_ties.append(networks.ties(full)["least"].to_numpy())
    assert (pd.DataFrame(seen_degrees).min().to_numpy() == bounds["degree_least"]).all()
    assert (pd.DataFrame(seen_degrees).max().to_numpy() == bounds["degree_most"]).all()
    if len(pairs):
        assert (pd.DataFrame(seen_ties).min().to_numpy() == pairs["least"]).all()
        assert (pd.DataFrame(seen_ties).max().to_numpy() == pairs["most"]).all()


def test_absent_not_stated_and_not_asked_are_kept_apart(data):
    table = networks.incidence(data, Specification())
    counts = networks.coverage(table)
    states = ["named", "said to be absent", "not stated", "not asked"]
    assert (counts[states].sum(axis=1) == len(data.cases)).all()
    # Hand-checked: the Latvian cluster is said to have entrepreneurs and research organisations only.
    shut = table.index[(table == ABSENT).any(axis=1)]
    assert list(data.cases.set_index("case").loc[shut, "name"]) == ["Cluster Smart City (ViP)"]
    silent = networks.incidence(data, Specification(silence="absent"))
    assert UNKNOWN not in set(silent.to_numpy().ravel())
    assert ((table == NOT_ASKED) == (silent == NOT_ASKED)).all().all()
    actors = networks.incidence(data, Specification(), "partnerships", "actors")
    assert set(actors.columns) == set(data.codebook.loc[data.codebook["theme"] == "parties", "code"])


def test_wrong_arguments_are_named(data):
    with pytest.raises(ValueError, match="study: 'moon'"):
        networks.incidence(data, Specification(), "moon")
    with pytest.raises(ValueError, match="nodes: 'people'"):
        networks.incidence(data, Specification(), nodes="people")
    with pytest.raises(ValueError, match="of: 'all'"):
        networks.ties(southern_women(), "all")


def test_the_meta_cluster_is_shown_by_no_city_of_the_note(data):
    """Hand-checked: one initiative links clusters, at European level; no two local ones share a country."""
    table = meta_cluster.conditions(data, Specification())
    assert table["shown"].tolist()[:4] == [0, 1, 0, 2]
    counted = networks.co_mentions(data, Specification(evidence="explicit"), "clusters")
    assert table["shown"].iloc[4] == (counted["passages"] > 0).sum() < len(counted)


def test_figures_are_drawn_and_are_the_same_twice(data):
    spec = Specification(evidence="inferred")
    closed = partnership_forms.formality_order(data, spec)
    labels = data.cases.set_index("case")["name"].to_dict()
    drawn = [network_figures.hasse(closed, {}, labels, "ladder") for _ in range(2)]
    assert drawn[0] == drawn[1] and "Genoa Smart City" in drawn[0]
    table = networks.incidence(data, spec)
    assert "not asked" in network_figures.incidence_matrix(table, [labels[c] for c in table.index], "who")
    named = networks.coverage(table).set_index("actor")["named"]
    assert "industry (" in network_figures.tie_map(networks.ties(table), named, "ties")
