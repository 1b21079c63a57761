"""Parameters of fit: how far a set is necessary or sufficient for an outcome."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from compendium.methods.qca.sets import NEARLY, check, membership


def ratio(part: float, whole: float) -> float:
    """NaN where the ratio is not defined, because no case is in the set that it is taken of."""
    return float(part / whole) if whole > NEARLY else float("nan")


def sufficiency_fit(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Inclusion, PRI and coverage of X as sufficient for Y (Ragin 2006; Schneider and Wagemann 2012, ch. 5, 9).

    NaN where a ratio is not defined. PRI is 0 where X lies as much in Y as in its negation.
    """
    both, neither = np.minimum(x, y).sum(), np.minimum.reduce([x, y, 1 - y]).sum()
    pri = ratio(both - neither, x.sum() - neither)
    return {
        "inclusion": ratio(both, x.sum()),
        "pri": 0.0 if np.isnan(pri) and x.sum() > NEARLY else pri,
        "coverage": ratio(both, y.sum()),
    }


def necessity_fit(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Inclusion, relevance (RoN) and coverage of X as necessary for Y (Schneider and Wagemann 2012, ch. 9).

    NaN where a ratio is not defined. A relevance near 0 means that X is trivially necessary,
    because nearly every case is in it.
    """
    both = np.minimum(x, y)
    return {
        "inclusion": ratio(both.sum(), y.sum()),
        "relevance": ratio((1 - x).sum(), (1 - both).sum()),
        "coverage": ratio(both.sum(), x.sum()),
    }


def necessity(
    data: pd.DataFrame, outcome: str, conditions: Sequence[str], disjunctions: bool = True
) -> pd.DataFrame:
    """Fit as necessary: each condition, its negation, and the disjunctions of two of these.

    One row per set: set, inclusion, relevance, coverage (0 to 1). DataError as in `check`.
    """
    check(data, outcome, conditions)
    literals = [sign + name for sign in ("", "~") for name in conditions]
    sets = list(literals)
    if disjunctions:
        sets += [
            f"{one} + {other}"
            for one, other in combinations(literals, 2)
            if one.removeprefix("~") != other.removeprefix("~")
        ]
    y = data[outcome].to_numpy(dtype=float)
    return pd.DataFrame([{"set": name, **necessity_fit(membership(data, name), y)} for name in sets])
