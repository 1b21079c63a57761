"""Scenarios as integer arrays: a row per scenario, a column per descriptor, cells are positions of variants.

`cells` is a cross-impact matrix as an array; `starts` holds the position of the first variant of each descriptor.
"""

import numpy as np
import pandas as pd

LARGEST_SPACE = 4_000_000  # configurations; beyond it enumeration is refused rather than endless
CHUNK = 1 << 16
TOLERANCE = 1e-9  # standardised judgements are fractions, so equal balances may differ by rounding


def descriptors(matrix: pd.DataFrame) -> pd.Index:
    """The names of the descriptors, in the order of the matrix."""
    return matrix.index.get_level_values(0).unique()


def counts(matrix: pd.DataFrame) -> np.ndarray:
    """How many variants each descriptor has."""
    names = matrix.index.get_level_values(0)
    return names.value_counts().reindex(names.unique()).to_numpy()


def starts(matrix: pd.DataFrame) -> np.ndarray:
    """Position of the first variant of each descriptor."""
    return np.concatenate([[0], np.cumsum(counts(matrix))[:-1]])


def size(matrix: pd.DataFrame) -> int:
    """How many scenarios there are: the product of the numbers of variants."""
    return int(np.prod(counts(matrix), dtype=object))


def positions(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> np.ndarray:
    """Scenarios as positions of variants; ValueError names an unknown variant or a missing descriptor."""
    columns = []
    for name in descriptors(matrix):
        if name not in scenarios:
            raise ValueError(f"scenarios: the descriptor {name!r} is missing; give a variant of each.")
        pairs = pd.MultiIndex.from_product([[name], scenarios[name]])
        found = matrix.index.get_indexer(pairs)
        if (found < 0).any():
            unknown = scenarios[name].iloc[int(np.argmin(found))]
            raise ValueError(f"scenarios: {name!r} has no variant {unknown!r}.")
        columns.append(found)
    return np.column_stack(columns)


def named(matrix: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """Scenarios as variants by name, a column per descriptor; the opposite of `positions`."""
    labels = matrix.index.get_level_values(1).to_numpy()
    names = descriptors(matrix)
    return pd.DataFrame(labels[chosen.reshape(-1, len(names))], columns=names.tolist())


def configurations(matrix: pd.DataFrame) -> np.ndarray:
    """Every scenario; ValueError where there are more than `LARGEST_SPACE`."""
    sizes = counts(matrix)
    total = size(matrix)
    if total > LARGEST_SPACE:
        raise ValueError(
            f"matrix: {total} scenarios are more than {LARGEST_SPACE} and are not enumerated; merge descriptors or "
            "variants."
        )
    return np.column_stack(np.unravel_index(np.arange(total), sizes)) + starts(matrix)


def codes(chosen: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The number of each scenario in the order of enumeration."""
    return np.ravel_multi_index(tuple((chosen - starts).T), tuple(sizes))


def balances(cells: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Impact balances: scenarios by variants."""
    total = np.zeros((len(chosen), len(cells)))
    for column in chosen.T:
        total += cells[column]
    return total


def deficits(given: np.ndarray, chosen: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How far each variant taken falls short of the highest balance: scenarios by descriptors; `given`: balances."""
    best = np.maximum.reduceat(given, starts, axis=1)
    short = best - np.take_along_axis(given, chosen, axis=1)
    return np.where(short > TOLERANCE, short, 0.0)


def margins(given: np.ndarray, chosen: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """By how much each variant taken leads the next best: scenarios by descriptors; `given`: balances."""
    others = given.copy()
    np.put_along_axis(others, chosen, -np.inf, axis=1)
    lead = np.take_along_axis(given, chosen, axis=1) - np.maximum.reduceat(others, starts, axis=1)
    return np.where(np.abs(lead) > TOLERANCE, lead, 0.0)


def within(cells: np.ndarray, every: np.ndarray, starts: np.ndarray, tolerance: float) -> np.ndarray:
    """The scenarios among `every` whose inconsistency is within the tolerance, a chunk at a time."""
    kept = []
    for i in range(0, len(every), CHUNK):
        chunk = every[i : i + CHUNK]
        worst = deficits(balances(cells, chunk), chunk, starts).max(axis=1)
        kept.append(chunk[worst <= tolerance + TOLERANCE])
    return np.concatenate(kept)


def following(cells: np.ndarray, chosen: np.ndarray, starts: np.ndarray, rule: str) -> np.ndarray:
    """One step of succession for one scenario (a row)."""
    return all_following(cells, chosen[None, :], starts, rule)[0]


def all_following(cells: np.ndarray, chosen: np.ndarray, starts: np.ndarray, rule: str) -> np.ndarray:
    """One step of succession for many scenarios."""
    given = balances(cells, chosen)
    short = deficits(given, chosen, starts)
    gives_way = short > TOLERANCE
    if rule == "local":
        largest = short.round(9).argmax(axis=1)
        gives_way &= np.arange(chosen.shape[1]) == largest[:, None]
    ends = [*starts[1:], cells.shape[0]]
    best = np.column_stack(
        [begin + given[:, begin:end].round(9).argmax(axis=1) for begin, end in zip(starts, ends)]
    )
    if rule == "incremental":
        best = chosen + np.sign(best - chosen)
    return np.where(gives_way, best, chosen)
