"""The city as a cluster of clusters, with which the note ends: what it would take to show one."""

from dataclasses import replace
from itertools import combinations

import pandas as pd

from compendium.codings.package import Package
from compendium.methods import networks
from compendium.readings import matrices
from compendium.readings.specifications import Specification

STUDY = "clusters"
CONDITIONS = (
    "Two local initiatives in one country, the least that two in one city asks for",
    "An initiative that links clusters to each other",
    "The same inside a single city",
    "An initiative called a partnership of clusters in any sense",
    "Two initiatives named in one passage (no tie, but where one could be read)",
)
CONNECTING = ("inter-cluster-partnership", "cluster-partnership")


def conditions(package: Package, spec: Specification) -> pd.DataFrame:
    """What a city as a cluster of clusters would need to be shown, and what the note shows of it.

    One row per condition: condition, shown, of, known by. Ties between named clusters are asked by no
    code, so what is counted are the codings that come nearest; the table says what each can carry.
    """
    cases = networks.chosen_cases(package, spec, STUDY)
    same, near = _local_pairs(cases)
    kinds = matrices.counted(package.codings, spec)
    kinds = kinds[(kinds["code"] == "kind") & kinds["case"].isin(cases.index)]
    connecting = kinds[kinds["value"].isin(CONNECTING)]
    across = kinds[kinds["value"] == CONNECTING[0]]
    inside = int((cases.loc[across["case"].unique(), "level"] == "local").sum())
    mentions = networks.co_mentions(package, replace(spec, evidence="explicit"), STUDY)
    together = int((mentions["passages"] > 0).sum())
    every, pairs = f"{len(cases)} initiatives", f"{len(mentions)} pairs of initiatives"
    local, by_country = f"{near} pairs of local initiatives", "the level and the country of each case"
    by_passage = "the passages that codings of both rest on"
    linking, called = across["case"].nunique(), connecting["case"].nunique()
    facts = [
        (same, local, by_country),
        (linking, every, _known(across)),
        (inside, every, "the level of those cases"),
        (called, every, _known(connecting)),
        (together, pairs, by_passage),
    ]
    rows = [(condition, *fact) for condition, fact in zip(CONDITIONS, facts)]
    return pd.DataFrame(rows, columns=["condition", "shown", "of", "known by"])


def _local_pairs(cases: pd.DataFrame) -> tuple[int, int]:
    """How many pairs of local initiatives are in one country, and how many pairs of them there are."""
    local = cases.loc[(cases["level"] == "local") & (cases["country"] != ""), "country"]
    near = list(combinations(local, 2))
    return sum(one == other for one, other in near), len(near)


def _known(rows: pd.DataFrame) -> str:
    return "; ".join(sorted({f"{row.status} ({row.passage})" for row in rows.itertuples()})) or "nothing"
