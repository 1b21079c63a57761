"""How far the consistent scenarios hang on single judgements, on their strengths and on their status."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compendium.methods.cross_impact import arrays
from compendium.methods.cross_impact.judgements import CELL, check_ranges, impact_matrix, places, standardised
from compendium.methods.cross_impact.scenarios import consistent


def drawn_shares(
    descriptors: pd.DataFrame,
    impacts: pd.DataFrame,
    scenarios: pd.DataFrame,
    draws: int = 1000,
    seed: int = 2019,
) -> pd.DataFrame:
    """How often scenarios stay consistent when every judgement is drawn anew within its range.

    Each draw takes for each judgement a whole number between `lowest` and `highest`, all equally likely and
    independent of each other; that is an assumption about our uncertainty, no probability of a future.
    Columns: the descriptors, `share` of the draws in which the scenario is consistent. DataError where
    a range is reversed or leaves out the strength.
    """
    check_ranges(impacts)
    matrix = impact_matrix(descriptors, impacts)
    names = arrays.descriptors(matrix).tolist()
    chosen, starts = arrays.positions(matrix, scenarios), arrays.starts(matrix)
    kept = np.zeros(len(scenarios))
    for cells in _drawn(matrix, impacts, draws, seed):
        given = arrays.balances(cells, chosen)
        kept += arrays.deficits(given, chosen, starts).max(axis=1) <= arrays.TOLERANCE
    return scenarios[names].reset_index(drop=True).assign(share=kept / draws)


def draw_counts(
    descriptors: pd.DataFrame, impacts: pd.DataFrame, draws: int = 200, seed: int = 2019
) -> pd.DataFrame:
    """How many scenarios are consistent in each draw (as in `drawn_shares`): columns `scenarios`, `draws`."""
    check_ranges(impacts)
    matrix = impact_matrix(descriptors, impacts)
    every, starts = arrays.configurations(matrix), arrays.starts(matrix)
    found = [len(arrays.within(cells, every, starts, 0)) for cells in _drawn(matrix, impacts, draws, seed)]
    counts = pd.Series(found).value_counts().sort_index()
    return pd.DataFrame({"scenarios": counts.index, "draws": counts.to_numpy()})


def _drawn(matrix: pd.DataFrame, impacts: pd.DataFrame, draws: int, seed: int) -> Iterator[np.ndarray]:
    """The cells of a matrix, again and again with all judgements drawn anew; each draw overwrites the last."""
    generator = np.random.default_rng(seed)
    low, high = impacts["lowest"].to_numpy(dtype=int), impacts["highest"].to_numpy(dtype=int)
    cells, where = np.zeros(matrix.shape), places(matrix, impacts)
    for _ in range(draws):
        cells[where] = generator.integers(low, high + 1)
        yield cells


def drop_one(descriptors: pd.DataFrame, impacts: pd.DataFrame) -> pd.DataFrame:
    """What leaving out one judgement does to the set of consistent scenarios.

    One row per judgement (its cell, strength and status): `scenarios` that are consistent without it,
    `lost` of the full set and `new` ones.
    """
    matrix = impact_matrix(descriptors, impacts)
    every, starts = arrays.configurations(matrix), arrays.starts(matrix)
    full = set(map(tuple, arrays.within(matrix.to_numpy(dtype=float), every, starts, 0)))
    rows = []
    for row, column in zip(*places(matrix, impacts)):
        cells = matrix.to_numpy(dtype=float, copy=True)
        cells[row, column] = 0
        without = set(map(tuple, arrays.within(cells, every, starts, 0)))
        rows.append([len(without), len(full - without), len(without - full)])
    counts = pd.DataFrame(rows, columns=["scenarios", "lost", "new"], index=impacts.index)
    return impacts[[*CELL, "strength", "status"]].join(counts).reset_index(drop=True)


def with_status(descriptors: pd.DataFrame, impacts: pd.DataFrame, status: str) -> pd.DataFrame:
    """The consistent scenarios when only judgements of one status are kept (columns as in `consistent`)."""
    if status not in set(impacts["status"]):
        raise ValueError(f"status: no judgement is {status!r}; there are {sorted(set(impacts['status']))}.")
    return consistent(standardised(impact_matrix(descriptors, impacts[impacts["status"] == status])))
