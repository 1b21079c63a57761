"""Counts and shares that say what silence leaves open."""

import pandas as pd

from compendium.codings.vocabulary import NOT_APPLICABLE
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN

LEVEL = 0.95


def exact_interval(count: int, total: int) -> tuple[float, float]:
    """Clopper-Pearson interval of a share at the 95 % level (Clopper and Pearson 1934)."""
    if total == 0:
        return (0.0, 1.0)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, total, alpha=1 - LEVEL, method="beta")
    return (float(low), float(high))


def bounds(states: pd.Series) -> tuple[int, int]:
    """Smallest and largest count of present cells over all completions of the unknown ones."""
    present = int((states == PRESENT).sum())
    return present, present + int((states == UNKNOWN).sum())


def count_states(matrix: pd.DataFrame) -> pd.DataFrame:
    """One row per column of a state matrix: present, absent, unknown, cases (of which it can be asked), bounds, interval.

    `low` and `high` are the Clopper-Pearson limits of the share of present cells (0 to 1): the
    lower limit of the smallest count and the upper limit of the largest one, so they cover
    both the small number of cases and what the texts leave unsaid.
    """
    rows = []
    for code in matrix.columns:
        states = matrix.loc[matrix[code] != NOT_APPLICABLE, code]
        least, most = bounds(states)
        rows.append(
            {
                "code": code,
                "present": least,
                "absent": int((states == ABSENT).sum()),
                "unknown": most - least,
                "cases": len(states),
                "low": exact_interval(least, len(states))[0],
                "high": exact_interval(most, len(states))[1],
            }
        )
    return pd.DataFrame(rows, columns=["code", "present", "absent", "unknown", "cases", "low", "high"])


def tally(values: pd.Series) -> pd.Series:
    """How many cases have each value, from a series of value tuples; most frequent first."""
    counts = values.explode().dropna().value_counts()
    return (
        counts.rename_axis(None)
        .sort_index(kind="stable")
        .sort_values(ascending=False, kind="stable")
        .astype(int)
    )
