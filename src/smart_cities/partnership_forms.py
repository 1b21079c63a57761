"""Forms of partnership: what the texts order, what they leave unordered, and which questions they answer.

A ladder is a partial order: some pairs are ordered, the others are incomparable, and every ranking that
respects the ordered pairs (a linear extension) is as good as any other (Davey and Priestley 2002,
Introduction to Lattices and Order, chapter 1; positions over all linear extensions as in Brüggemann and
Patil 2011, Ranking and Prioritization for Multi-indicator Systems).
"""

from collections.abc import Hashable, Iterable
from itertools import combinations

import networkx as nx
import pandas as pd

from compendium.codings.package import DataError, Package, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, STRENGTH
from compendium.readings import matrices
from compendium.readings.specifications import DEFAULT, EVIDENCE, Specification

RUNGS = ("informal", "more-formal")  # the two that the unit compares, the less formal first
LARGEST = 18  # elements; the exact count visits every down-set, up to 2 to that power

# Codes of other studies that answer a governance question in the same words. Who leads is not who
# decides, so led-by stands for no question; no code beside those asks for the other questions.
BRIDGES = {"answers-funding-source": "funding", "answers-legal-framework": "legal-form"}


def order(pairs: Iterable[tuple[Hashable, Hashable]], elements: Iterable[Hashable]) -> nx.DiGraph:
    """The transitive closure of pairs (lower, higher) over `elements`, as a directed graph.

    ValueError names an element that is not among `elements`, or a cycle (antisymmetry fails).
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(elements)
    for lower, higher in pairs:
        unknown = [name for name in (lower, higher) if name not in graph]
        if unknown:
            raise ValueError(f"pairs: {unknown[0]!r} is not among the elements.")
        graph.add_edge(lower, higher)
    try:
        cycle = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return nx.transitive_closure_dag(graph)
    path = " < ".join(map(str, [*(edge[0] for edge in cycle), cycle[-1][1]]))
    raise ValueError(f"pairs: they run in a circle, {path}; an order cannot. Remove one of them.")


def covers(closed: nx.DiGraph) -> list[tuple[Hashable, Hashable]]:
    """The pairs of a Hasse diagram: those that follow from no other two."""
    return sorted(nx.transitive_reduction(closed).edges)


def incomparable(closed: nx.DiGraph) -> list[tuple[Hashable, Hashable]]:
    """Pairs that the order leaves open, each once, in the order of the elements."""
    return [
        (one, other)
        for one, other in combinations(closed.nodes, 2)
        if not closed.has_edge(one, other) and not closed.has_edge(other, one)
    ]


def _down_sets(closed: nx.DiGraph) -> tuple[list, dict[int, int], dict[int, int]]:
    """Elements, and for each down-set (a bit mask) the number of ways to build it and to complete it."""
    names = list(closed.nodes)
    if len(names) > LARGEST:
        raise ValueError(f"elements: {len(names)} are too many to count exactly; use at most {LARGEST}.")
    below = [sum(1 << names.index(lower) for lower in closed.predecessors(name)) for name in names]
    layers = [{0: 1}]
    for _ in names:
        grown: dict[int, int] = {}
        for mask, ways in layers[-1].items():
            for number, needed in enumerate(below):
                if not mask >> number & 1 and needed & mask == needed:
                    grown[mask | 1 << number] = grown.get(mask | 1 << number, 0) + ways
        layers.append(grown)
    built = {mask: ways for layer in layers for mask, ways in layer.items()}
    finish = {(1 << len(names)) - 1: 1}
    for layer in reversed(layers[:-1]):
        for mask in layer:
            finish[mask] = sum(
                finish[mask | 1 << number]
                for number, needed in enumerate(below)
                if not mask >> number & 1 and needed & mask == needed
            )
    return names, built, finish


def linear_extensions(closed: nx.DiGraph) -> int:
    """How many rankings without ties respect the order: an exact count, over its down-sets."""
    return _down_sets(closed)[2][0]


def positions(closed: nx.DiGraph) -> pd.DataFrame:
    """Where each element can stand over all linear extensions: element, lowest, highest, mean (from 1)."""
    names, built, finish = _down_sets(closed)
    rows = []
    for number, name in enumerate(names):
        ways: dict[int, int] = {}
        for mask, count in built.items():
            after = mask | 1 << number
            if after != mask and after in built:
                place = mask.bit_count() + 1
                ways[place] = ways.get(place, 0) + count * finish[after]
        mean = sum(place * count for place, count in ways.items()) / finish[0]
        rows.append({"element": name, "lowest": min(ways), "highest": max(ways), "mean": mean})
    return pd.DataFrame(rows, columns=["element", "lowest", "highest", "mean"])


def formality_pairs(package: Package, spec: Specification) -> pd.DataFrame:
    """Pairs of arrangements that the unit orders by formality under a specification.

    An arrangement that is called informal stands below each that is called more formal. A row a pair:
    lower, higher, status (the weaker of the two), passages (of both, joined by a semicolon). DataError
    where one arrangement is counted on both rungs.
    """
    rows = matrices.counted(package.codings, spec)
    rows = rows[(rows["code"] == "formality") & rows["value"].isin(RUNGS)]
    rank = rows["status"].map(STRENGTH.index)
    rows = rows.assign(rank=rank).sort_values(["case", "rank"], kind="stable")
    both = rows.groupby("case")["value"].nunique()
    if (both > 1).any():
        raise DataError(
            f"codings.csv, code formality: {', '.join(both.index[both > 1])} is coded on both rungs. "
            "Give it the status contradicted, and leave conflict=unknown."
        )
    best = rows.drop_duplicates("case")
    lower, higher = (best[best["value"] == rung] for rung in RUNGS)
    pairs = lower.merge(higher, how="cross", suffixes=("", "_higher"))
    return pd.DataFrame(
        {
            "lower": pairs["case"],
            "higher": pairs["case_higher"],
            "status": [STRENGTH[max(one, other)] for one, other in zip(pairs["rank"], pairs["rank_higher"])],
            "passages": [
                ";".join(dict.fromkeys(both)) for both in zip(pairs["passage"], pairs["passage_higher"])
            ],
        },
        columns=["lower", "higher", "status", "passages"],
    )


def formality_order(package: Package, spec: Specification) -> nx.DiGraph:
    """The order by formality over all arrangements of the unit."""
    cases = matrices.select_cases(package, "partnerships", spec)
    pairs = formality_pairs(package, spec)
    return order(zip(pairs["lower"], pairs["higher"]), cases.index)


def decided(package: Package) -> pd.DataFrame:
    """How much of the ladder is decided as more kinds of statement count.

    One row per level of evidence: evidence, pairs, ordered, incomparable, rankings (linear extensions),
    all rankings (without any order).
    """
    rows = []
    for level in EVIDENCE:
        closed = formality_order(package, Specification(evidence=level))
        open_pairs = len(incomparable(closed))
        rows.append(
            {
                "evidence": level,
                "pairs": closed.number_of_edges() + open_pairs,
                "ordered": closed.number_of_edges(),
                "incomparable": open_pairs,
                "rankings": linear_extensions(closed),
                "all rankings": linear_extensions(nx.create_empty_copy(closed)),
            }
        )
    return pd.DataFrame(rows)


def pair_table(package: Package, spec: Specification) -> pd.DataFrame:
    """Every pair of arrangements with what the text decides of it: one, relation, other, known by, passages."""
    names = matrices.select_cases(package, "partnerships", spec)["name"]
    stated = formality_pairs(package, spec)
    found = {(row.lower, row.higher): row for row in stated.itertuples()}
    rows = []
    for pair in combinations(names.index, 2):
        lower, higher = pair if pair in found else pair[::-1] if pair[::-1] in found else pair
        row = found.get((lower, higher))
        rows.append(
            {
                "one": names[lower],
                "relation": "less formal than" if row else "not compared with",
                "other": names[higher],
                "known by": row.status if row else SILENT,
                "passages": row.passages if row else "",
            }
        )
    frame = pd.DataFrame(rows, columns=["one", "relation", "other", "known by", "passages"])
    return frame.sort_values("relation", kind="stable").reset_index(drop=True)


def question_statuses(package: Package) -> pd.DataFrame:
    """How each governance question is answered for each case of every study.

    One row per case and question that the codebook asks of it: study, case, question (the code of the
    unit), code (that asks it there), status (the strongest; silent where nothing is stated). Where the
    code is not the question's own, a stated legal form answers by inference only.
    """
    questions = matrices.theme_codes(package, "partnerships", "questions")
    rows = []
    for study in package.cases["study"].unique():
        cases = matrices.select_cases(package, study, DEFAULT)
        known = set(codes_of(package.codebook, study)["code"])
        for question in questions:
            code = question if question in known else BRIDGES.get(question, "")
            if code not in known:
                continue
            for case, status in matrices.strongest_status(package, [code], cases.index)[code].items():
                if status == NOT_APPLICABLE:
                    continue
                inferred = code == "legal-form" and status != SILENT
                rows.append((study, case, question, code, "inferred" if inferred else status))
    return pd.DataFrame(rows, columns=["study", "case", "question", "code", "status"])


def answers(package: Package) -> pd.DataFrame:
    """Per study and governance question: cases asked, and how many are answered in which way.

    Columns study, question (label), asked, stated (of the case or its group), otherwise (inferred or
    weaker), silent.
    """
    found = question_statuses(package)
    label = package.codebook.set_index("code")["label"]
    stated = found["status"].isin(EVIDENCE["group"])
    silent = found["status"] == SILENT
    found = found.assign(stated=stated, silent=silent, otherwise=~stated & ~silent, asked=True)
    table = found.groupby(["study", "question"], sort=False)[["asked", "stated", "otherwise", "silent"]].sum()
    table = table.reset_index()
    return table.assign(question=table["question"].map(label))


def answers_by_case(package: Package) -> pd.DataFrame:
    """Per case: study, name, governance questions asked of it, stated, otherwise known, silent."""
    found = question_statuses(package)
    names = package.cases.set_index("case")["name"]
    stated = found["status"].isin(EVIDENCE["group"])
    silent = found["status"] == SILENT
    found = found.assign(stated=stated, silent=silent, otherwise=~stated & ~silent, asked=True)
    table = found.groupby(["study", "case"], sort=False)[["asked", "stated", "otherwise", "silent"]].sum()
    table = table.reset_index()
    return table.assign(case=table["case"].map(names))[
        ["case", "study", "asked", "stated", "otherwise", "silent"]
    ]
