"""Scenarios: their impact balances, and which of them are consistent."""

import numpy as np
import pandas as pd

from compendium.methods.cross_impact import arrays
from compendium.methods.cross_impact.judgements import check_matrix


def balances(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Impact balances: a row per scenario, a column per variant (Weimer-Jehle 2006; manual, section 2.3.2)."""
    check_matrix(matrix)
    chosen = arrays.positions(matrix, scenarios)
    return pd.DataFrame(
        arrays.balances(matrix.to_numpy(dtype=float), chosen), index=scenarios.index, columns=matrix.index
    )


def deficits(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """How far the variant taken falls short of the highest balance: a row per scenario, a column per
    descriptor. Zero throughout means consistent."""
    check_matrix(matrix)
    chosen = arrays.positions(matrix, scenarios)
    given = arrays.balances(matrix.to_numpy(dtype=float), chosen)
    return pd.DataFrame(
        arrays.deficits(given, chosen, arrays.starts(matrix)), scenarios.index, arrays.descriptors(matrix)
    )


def leads(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """By how much the variant taken leads the next best: a row per scenario, a column per descriptor. Zero is a
    tie, a negative lead a deficit."""
    check_matrix(matrix)
    chosen = arrays.positions(matrix, scenarios)
    given = arrays.balances(matrix.to_numpy(dtype=float), chosen)
    return pd.DataFrame(
        arrays.margins(given, chosen, arrays.starts(matrix)), scenarios.index, arrays.descriptors(matrix)
    )


def scores(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Per scenario: `inconsistency` (the largest deficit of a descriptor), `margin` (the smallest lead of a
    descriptor; negative where inconsistent) and `total-impact` (the sum of the
    balances of the variants taken)."""
    check_matrix(matrix)
    chosen = arrays.positions(matrix, scenarios)
    given = arrays.balances(matrix.to_numpy(dtype=float), chosen)
    taken = np.take_along_axis(given, chosen, axis=1)
    return pd.DataFrame(
        {
            "inconsistency": arrays.deficits(given, chosen, arrays.starts(matrix)).max(axis=1),
            "margin": arrays.margins(given, chosen, arrays.starts(matrix)).min(axis=1),
            "total-impact": taken.sum(axis=1),
        },
        index=scenarios.index,
    )


def consistent(matrix: pd.DataFrame, tolerance: float = 0) -> pd.DataFrame:
    """All scenarios whose inconsistency is at most `tolerance`, by full enumeration.

    Columns: the descriptors, then those of `scores`; the most consistent first, then by total impact
    (highest first), then in the order of the variants. A tie for the highest balance counts as
    consistent. ValueError where there are more than `LARGEST_SPACE` configurations.
    """
    check_matrix(matrix)
    if tolerance < 0:
        raise ValueError(f"tolerance: {tolerance} is below zero; 0 asks for consistent scenarios only.")
    cells, every = matrix.to_numpy(dtype=float), arrays.configurations(matrix)
    found = arrays.named(matrix, arrays.within(cells, every, arrays.starts(matrix), tolerance))
    found = found.join(scores(matrix, found)) if len(found) else found.assign(**_no_scores())
    order = np.lexsort(
        (
            np.arange(len(found)),
            -found["total-impact"].to_numpy(dtype=float).round(9),
            found["inconsistency"].to_numpy(dtype=float).round(9),
        )
    )
    return found.iloc[order].reset_index(drop=True)


def _no_scores() -> dict[str, np.ndarray]:
    return {name: np.zeros(0) for name in ("inconsistency", "margin", "total-impact")}


def diagram(matrix: pd.DataFrame, scenario: pd.Series) -> pd.DataFrame:
    """The impact diagram of a scenario, a row per variant: descriptor, variant, balance, `taken` (the scenario
    takes it) and `highest` (no variant of the descriptor has a higher balance)."""
    given = balances(matrix, scenario.to_frame().T).iloc[0]
    best = given.groupby(level=0, sort=False).transform("max")
    names, taken = given.index.get_level_values(0), given.index.get_level_values(1)
    return pd.DataFrame(
        {
            "descriptor": names,
            "variant": taken,
            "balance": given.to_numpy(),
            "taken": [scenario[name] == variant for name, variant in given.index],
            "highest": (given >= best - arrays.TOLERANCE).to_numpy(),
        }
    )
