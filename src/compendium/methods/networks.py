"""Who is named together: cases and actors as a network of two kinds of node.

A case is tied to an actor where a counted coding gives the actor a role in it. The network is one of
naming in a text: no tie says that two actors ever met. Two-mode networks and their projections as in
Borgatti and Everett (1997, Social Networks 19, 243-269).
"""

from itertools import combinations
from math import fsum

import networkx as nx
import pandas as pd
from networkx.algorithms import bipartite

from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE
from compendium.errors import DataError
from compendium.readings import matrices
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import Specification

NOT_ASKED = "not asked"  # the codebook of the case's study has no code for it
NODES = ("spheres", "actors")


def chosen_cases(package: Package, spec: Specification, study: str = "all") -> pd.DataFrame:
    """The cases of one study, or of all, that a specification keeps, indexed by case."""
    known = list(package.cases["study"].unique())
    if study not in ("all", *known):
        raise ValueError(f"study: {study!r} is unknown; use all, {', '.join(known)}.")
    wanted = known if study == "all" else [study]
    return pd.concat([matrices.select_cases(package, name, spec) for name in wanted])


def incidence(
    package: Package, spec: Specification, study: str = "all", nodes: str = "spheres"
) -> pd.DataFrame:
    """Cases by actors: present, absent, unknown or not asked.

    `nodes` is spheres (the vocabulary that studies share) or actors (the codes themselves, which
    differ from study to study). A sphere is present where any of its codes is, absent where all are.
    """
    if nodes not in NODES:
        raise ValueError(f"nodes: {nodes!r} is unknown; use {' or '.join(NODES)}.")
    cases = chosen_cases(package, spec, study)
    parts = []
    for _, group in cases.groupby("study", sort=False):
        book = codes_of(package.codebook, group["study"].iloc[0])
        book = book[book["sphere"] != ""].set_index("code")
        found = matrices.states(package, list(book.index), group.index, spec)
        if nodes == "spheres":
            spheres = book["sphere"].to_dict()
            found = found.T.groupby(spheres).agg(matrices.joined).T
        parts.append(found)
    joined = pd.concat(parts).fillna(NOT_ASKED).replace(NOT_APPLICABLE, NOT_ASKED)
    if joined.empty:
        raise DataError(
            "no case and no actor is left: check specification, and column sphere of codebook.csv."
        )
    return joined.rename_axis(index="case", columns="actor")


def bipartite_graph(table: pd.DataFrame, most: bool = False) -> nx.Graph:
    """The two-mode graph of an incidence table; with `most`, unknown cells count as ties as well.

    Nodes are ('case', id) and ('actor', id), so that equal ids cannot fall together.
    """
    graph = nx.Graph()
    graph.add_nodes_from((("case", case) for case in table.index), bipartite=0)
    graph.add_nodes_from((("actor", actor) for actor in table.columns), bipartite=1)
    tied = {PRESENT, UNKNOWN} if most else {PRESENT}
    for case, row in table.iterrows():
        graph.add_edges_from((("case", case), ("actor", actor)) for actor in row.index[row.isin(tied)])
    return graph


def ties(table: pd.DataFrame, of: str = "actor") -> pd.DataFrame:
    """Pairs of actors (or of cases) by how often they are named together: first, second, least, most.

    The weight of the one-mode projection: cases that name both actors, or actors named in both cases.
    `least` counts stated ties, `most` unknown ones as well: for one pair, the bounds over all
    completions. Cells that were not asked count in neither.
    """
    if of not in ("actor", "case"):
        raise ValueError(f"of: {of!r} is unknown; use actor or case.")
    names = table.columns if of == "actor" else table.index
    kept = [(of, name) for name in names]
    low, high = (
        bipartite.weighted_projected_graph(bipartite_graph(table, most), kept) for most in (False, True)
    )
    rows = [
        (
            one,
            other,
            *(graph.get_edge_data((of, one), (of, other), {"weight": 0})["weight"] for graph in (low, high)),
        )
        for one, other in combinations(names, 2)
    ]
    return pd.DataFrame(rows, columns=["first", "second", "least", "most"])


def centralities(table: pd.DataFrame) -> pd.DataFrame:
    """Degree and harmonic centrality of every node of the two-mode graph, with bounds over silence.

    Columns kind, node, degree_least, degree_most, harmonic_least, harmonic_most (0 to 1). A further tie
    raises both and never lowers them, so the graph without and the graph with all unknown ties bound
    them. (Closeness and betweenness may fall with a further tie and have no such bounds; harmonic
    centrality: Boldi and Vigna 2014, Internet Mathematics 10, 222-262.)
    """
    low, high = (bipartite_graph(table, most) for most in (False, True))
    near = [_harmonic(graph) for graph in (low, high)]
    others = max(len(low) - 1, 1)
    return pd.DataFrame(
        [
            {
                "kind": node[0],
                "node": node[1],
                "degree_least": low.degree(node),
                "degree_most": high.degree(node),
                "harmonic_least": near[0][node] / others,
                "harmonic_most": near[1][node] / others,
            }
            for node in low
        ]
    )


def _harmonic(graph: nx.Graph) -> dict:
    """For each node the sum of the inverse distances to all others that it reaches.

    Summed exactly: networkx adds them up in the order of a set, and the last digit then changes from run to run.
    """
    return {
        node: fsum(
            1 / steps for steps in nx.single_source_shortest_path_length(graph, node).values() if steps
        )
        for node in graph
    }


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """For each actor: cases in which it is named, said to be absent, not stated, not asked."""
    return pd.DataFrame(
        [
            {
                "actor": actor,
                "named": int((table[actor] == PRESENT).sum()),
                "said to be absent": int((table[actor] == ABSENT).sum()),
                "not stated": int((table[actor] == UNKNOWN).sum()),
                "not asked": int((table[actor] == NOT_ASKED).sum()),
            }
            for actor in table.columns
        ]
    )


def gaps(table: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """For each case, in words: actors named, said to be absent, not stated. `names`: reader's names by case."""

    def listed(row: pd.Series, state: str) -> str:
        return ", ".join(str(actor).replace("-", " ") for actor in row.index[row == state]) or "none"

    return pd.DataFrame(
        [
            {
                "case": names[case],
                "named": listed(row, PRESENT),
                "said to be absent": listed(row, ABSENT),
                "not stated": listed(row, UNKNOWN),
            }
            for case, row in table.iterrows()
        ]
    )


def tie_evidence(package: Package, table: pd.DataFrame) -> pd.DataFrame:
    """Every coding that names an actor in a case: case, sphere, actor, role, status, passage."""
    book = package.codebook[package.codebook["sphere"] != ""].set_index("code")
    rows = package.codings[
        package.codings["code"].isin(book.index)
        & package.codings["case"].isin(table.index)
        & (package.codings["value"] != "")
    ]
    names = package.cases.set_index("case")["name"]
    return pd.DataFrame(
        {
            "case": rows["case"].map(names),
            "sphere": rows["code"].map(book["sphere"]),
            "actor": rows["code"].map(book["label"]),
            "role": rows["value"],
            "known by": rows["status"],
            "passage": rows["passage"],
        }
    ).reset_index(drop=True)


def co_mentions(package: Package, spec: Specification, study: str) -> pd.DataFrame:
    """Pairs of cases whose counted codings rest on a common passage: first, second, passages (number).

    To be spoken of in one passage is not to be tied: most such passages sort or compare the cases.
    """
    cases = chosen_cases(package, spec, study)
    rows = matrices.counted(package.codings, spec)
    rows = rows[rows["case"].isin(cases.index) & (rows["passage"] != "")]
    own = rows.groupby("case")["passage"].agg(set).to_dict()
    found = [
        (one, other, len(own.get(one, set()) & own.get(other, set())))
        for one, other in combinations(cases.index, 2)
    ]
    return pd.DataFrame(found, columns=["first", "second", "passages"])
