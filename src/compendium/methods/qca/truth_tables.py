"""Truth tables of calibrated sets."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compendium.errors import DataError
from compendium.methods.qca.fit import sufficiency_fit
from compendium.methods.qca.sets import NEARLY, check


def truth_table(
    data: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    incl_cut: float = 1.0,
    n_cut: int = 1,
    incl_cut0: float | None = None,
    complete: bool = False,
) -> pd.DataFrame:
    """The truth table (Ragin 2008, ch. 7), a row per configuration, indexed by its number.

    Columns: the conditions (0 or 1); out: `1` where inclusion reaches `incl_cut`, `C` where it lies between
    `incl_cut0` and that, else `0`, and `?` for a logical remainder, a configuration with fewer than `n_cut`
    cases; n: cases with a membership above 0.5; incl and pri; contradictory: whether its cases differ in the
    outcome (above and below 0.5); cases. Remainders without any case are left out unless `complete`.
    DataError as in `check`, or where a case has a membership of just 0.5, which belongs to no configuration.
    """
    conditions = list(conditions)
    check(data, outcome, conditions)
    _check_cuts(incl_cut, n_cut, incl_cut0)
    _check_places(data, conditions, complete)
    values, y = data[conditions].to_numpy(dtype=float), data[outcome].to_numpy(dtype=float)
    weights = 1 << np.arange(len(conditions))[::-1]
    corner = (values > 0.5) @ weights
    shown = range(1 << len(conditions)) if complete else sorted(set(corner.tolist()))
    rows = []
    for row in shown:
        bits, inside = (row & weights) > 0, corner == row
        found = _configuration(bits, inside, values, y)
        rows.append(
            {
                **dict(zip(conditions, bits.astype(int).tolist())),
                "out": _out(found["incl"], incl_cut, incl_cut0) if found["n"] >= n_cut else "?",
                **found,
                "cases": ", ".join(map(str, data.index[inside])),
            }
        )
    table = pd.DataFrame(rows, index=pd.Index([row + 1 for row in shown], name="row"))
    table.attrs["conditions"] = conditions
    return table


def _configuration(bits: np.ndarray, inside: np.ndarray, values: np.ndarray, y: np.ndarray) -> dict:
    """Number, inclusion and PRI of the cases of a configuration, and whether they differ in the outcome."""
    n, fit = int(inside.sum()), sufficiency_fit(np.where(bits, values, 1 - values).min(axis=1), y)
    return {
        "n": n,
        "incl": fit["inclusion"] if n else float("nan"),
        "pri": fit["pri"] if n else float("nan"),
        "contradictory": bool((y[inside] > 0.5).any() and (y[inside] < 0.5).any()),
    }


def _out(inclusion: float, incl_cut: float, incl_cut0: float | None) -> str:
    """The outcome of a configuration that has cases enough."""
    if inclusion >= incl_cut - NEARLY:
        return "1"
    return "C" if incl_cut0 is not None and inclusion >= incl_cut0 - NEARLY else "0"


def _check_cuts(incl_cut: float, n_cut: int, incl_cut0: float | None) -> None:
    if not 0 < incl_cut <= 1 or n_cut < 1:
        raise ValueError(
            f"incl_cut={incl_cut}, n_cut={n_cut}: use a share above 0 and up to 1, and 1 case or more."
        )
    if incl_cut0 is not None and not 0 <= incl_cut0 <= incl_cut:
        raise ValueError(f"incl_cut0={incl_cut0}: must lie between 0 and incl_cut={incl_cut}.")


def _check_places(data: pd.DataFrame, conditions: list[str], complete: bool) -> None:
    """Whether each case belongs to one configuration, and all of them can be listed where that is asked for."""
    halves = np.argwhere(data[conditions].to_numpy(dtype=float) == 0.5)
    if len(halves):
        case, name = data.index[halves[0][0]], conditions[halves[0][1]]
        raise DataError(f"set {name!r}, case {case!r}: 0.5 is neither in nor out; calibrate it to one side.")
    if complete and len(conditions) > 16:
        raise ValueError(
            f"{len(conditions)} conditions: the complete table is too long; leave `complete` out."
        )


def diversity(table: pd.DataFrame, conditions: Sequence[str]) -> dict[str, int]:
    """How much of the property space the cases fill: possible, observed, contradictory, remainders."""
    observed = int((table["out"] != "?").sum())
    return {
        "possible": 2 ** len(conditions),
        "observed": observed,
        "contradictory": int((table["contradictory"] & (table["out"] != "?")).sum()),
        "remainders": 2 ** len(conditions) - observed,
    }
