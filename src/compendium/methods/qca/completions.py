"""What holds over all completions of open cells: truth tables, rows and fit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from compendium.errors import DataError
from compendium.methods.qca.sets import NEARLY
from compendium.methods.qca.states import Setting, fillings
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN

SEED = 20190041


@dataclass(frozen=True)
class Tables:
    """The truth tables of the completions of some states, each with its weight.

    `weights`: (positive rows, negative rows) to the number of completions with them; rows count
    from 0. `completions` is their number where `exact`, else the size of the sample drawn.
    """

    weights: Mapping[tuple[frozenset[int], frozenset[int]], int]
    completions: int
    exact: bool


def tables_of(
    states: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    incl_cut: float = 1.0,
    n_cut: int = 1,
    limit: int = 200_000,
    sample: int = 2_000,
    seed: int = SEED,
) -> Tables:
    """Every truth table that some completion of the open cells gives, with how many give it.

    Crisp sets. Exact by adding case after case, without listing the completions; where that needs
    more than `limit` different tables, a sample of `sample` completions with a fixed seed instead,
    and the result says so. A row with cases of both outcomes counts by its inclusion.
    """
    if outcome in conditions:
        raise DataError(f"outcome {outcome!r} is among the conditions; take it out.")
    missing = [name for name in [*conditions, outcome] if name not in states.columns]
    if missing:
        raise DataError(f"set {missing[0]!r} is not a column.")
    cases = [_places(states.loc[case], outcome, conditions) for case in states.index]
    counted = _exact_tables(cases, incl_cut, n_cut, limit)
    exact = counted is not None
    if counted is None:
        counted = _sampled_tables(cases, sample, seed)
    weights: dict[tuple[frozenset[int], frozenset[int]], int] = defaultdict(int)
    for rows, ways in counted.items():
        weights[_outcomes(rows, incl_cut, n_cut)] += ways
    return Tables(dict(weights), sum(counted.values()), exact)


def _places(case: pd.Series, outcome: str, conditions: Sequence[str]) -> list[tuple[int, int]]:
    """Where a case may stand: (row, outcome) for each filling of its open cells."""
    rows = [
        int("".join(map(str, bits)), 2) for bits in product(*(fillings(case[name]) for name in conditions))
    ]
    return [(row, y) for row in rows for y in fillings(case[outcome])]


def _exact_tables(cases, incl_cut: float, n_cut: int, limit: int):
    """Tables as sorted tuples of (row, without the outcome, with it), with their numbers; None beyond limit."""
    # With these cut-offs a row's outcome hangs on who is in it, not on how many: fewer tables to tell apart.
    enough = n_cut if incl_cut == 1 and n_cut == 1 else len(cases)
    tables: dict[frozenset, int] = {frozenset(): 1}
    for places in cases:
        after: dict[frozenset, int] = defaultdict(int)
        for table, ways in tables.items():
            for row, y in places:
                after[_with(table, row, y, enough)] += ways
        if len(after) > limit:
            return None
        tables = after
    return {_rows(table): ways for table, ways in tables.items()}


def _with(table: frozenset, row: int, y: int, enough: int) -> frozenset:
    """A table, a set of (row, outcome, number), with one more case, counted up to `enough`."""
    number = 1
    while (row, y, number) in table and number < enough:
        number += 1
    return table | {(row, y, number)}


def _rows(table: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    """(row, cases without the outcome, cases with it) from a set that numbers the cases."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row, y, number in table:
        counts[row][y] = max(counts[row][y], number)
    return tuple((row, *counts[row]) for row in sorted(counts))


def _sampled_tables(cases, sample: int, seed: int):
    generator = np.random.default_rng(seed)
    counted: dict[tuple, int] = defaultdict(int)
    for _ in range(sample):
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for places in cases:
            row, y = places[generator.integers(len(places))]
            counts[row][y] += 1
        counted[tuple((row, *counts[row]) for row in sorted(counts))] += 1
    return counted


def _outcomes(rows, incl_cut: float, n_cut: int) -> tuple[frozenset[int], frozenset[int]]:
    positive, negative = set(), set()
    for row, without, having in rows:
        if without + having >= n_cut:
            share = having / (without + having)
            (positive if share >= incl_cut - NEARLY else negative).add(row)
    return frozenset(positive), frozenset(negative)


def possible_rows(states: pd.DataFrame, outcome: str, conditions: Sequence[str]) -> pd.DataFrame:
    """The truth table that silence leaves: for each configuration, who is sure or may be in it.

    Columns: the conditions, sure (cases certainly in it, with `+` or `−` where the outcome is
    known), possible (cases that some completion puts there), remainder: `always` where no
    completion fills it, `never` where every one does, else `depends`. Rows number from 1.
    """
    where = {case: _places(states.loc[case], outcome, conditions) for case in states.index}
    sign = {PRESENT: " (+)", ABSENT: " (−)", UNKNOWN: ""}
    rows = []
    for row in range(1 << len(conditions)):
        sure = [c for c, places in where.items() if all(place == row for place, _ in places)]
        may = [c for c, places in where.items() if any(place == row for place, _ in places) and c not in sure]
        bits = [row >> (len(conditions) - 1 - i) & 1 for i in range(len(conditions))]
        rows.append(
            {
                **dict(zip(conditions, bits)),
                "sure": ", ".join(case + sign[states.loc[case, outcome]] for case in sure),
                "possible": len(may),
                "remainder": "never" if sure else "depends" if may else "always",
            }
        )
    return pd.DataFrame(rows, index=pd.Index(range(1, len(rows) + 1), name="row"))


def fit_bounds(states: pd.DataFrame, condition: str, outcome: str) -> pd.DataFrame:
    """Exact least and greatest fit of a condition for an outcome over all completions.

    One row per measure: measure (necessity inclusion, relevance, coverage of the necessary
    condition; sufficiency inclusion, coverage), low, high (0 to 1), undefined: share of the
    completions in which it has no value, because no case is in the set it is taken of. Both low
    and high are NaN where that is all of them.
    """
    tables = {(0, 0, 0, 0): 1}  # cases with both, condition only, outcome only, neither
    for x, y in zip(states[condition], states[outcome]):
        after: dict[tuple[int, ...], int] = defaultdict(int)
        for counts, ways in tables.items():
            for filled in product(fillings(x), fillings(y)):
                place = {(1, 1): 0, (1, 0): 1, (0, 1): 2, (0, 0): 3}[filled]
                after[tuple(count + (i == place) for i, count in enumerate(counts))] += ways
        tables = after
    measures = {
        "necessity: inclusion": lambda a, b, c, d: (a, a + c),
        "necessity: relevance": lambda a, b, c, d: (c + d, b + c + d),
        "necessity: coverage": lambda a, b, c, d: (a, a + b),
        "sufficiency: inclusion": lambda a, b, c, d: (a, a + b),
        "sufficiency: coverage": lambda a, b, c, d: (a, a + c),
    }
    total = sum(tables.values())
    rows = []
    for name, measure in measures.items():
        ratios = [(measure(*counts), ways) for counts, ways in tables.items()]
        given = [part / whole for (part, whole), _ in ratios if whole]
        none = sum(ways for (_, whole), ways in ratios if not whole)
        low, high = (min(given), max(given)) if given else (float("nan"), float("nan"))
        rows.append({"measure": name, "low": low, "high": high, "undefined": none / total})
    return pd.DataFrame(rows)


def fit_range(settings: Sequence[Setting], condition: str, outcome: str) -> pd.DataFrame:
    """Bounds as in `fit_bounds` in the first setting, and the widest over all of them.

    Columns: measure, low, high, undefined (of the first setting), least, greatest (of all).
    """
    bounds = [fit_bounds(setting.states, condition, outcome) for setting in settings]
    joined = pd.concat(bounds).groupby("measure", sort=False)
    return bounds[0].assign(least=joined["low"].min().to_numpy(), greatest=joined["high"].max().to_numpy())
