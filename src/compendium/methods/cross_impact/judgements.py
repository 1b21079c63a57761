"""Judgements: from the tables of descriptors and impacts to a cross-impact matrix."""

import numpy as np
import pandas as pd

from compendium.errors import DataError

STRONGEST = 3
KEYS = ["descriptor", "variant"]
CELL = ["source", "source-variant", "target", "target-variant"]


def variants(descriptors: pd.DataFrame) -> pd.MultiIndex:
    """The (descriptor, variant) pairs in the order of the rows; variants of a descriptor stand together.

    DataError where a column is missing, a variant is listed twice or a descriptor has fewer than two.
    """
    need(descriptors, KEYS, "descriptors")
    repeated = descriptors[descriptors.duplicated(KEYS)]
    if len(repeated):
        raise DataError(f"descriptors: {_name(repeated.iloc[0][KEYS])} is listed twice; keep one row.")
    grouped = descriptors.groupby("descriptor", sort=False)["variant"]
    single = [name for name, given in grouped if len(given) < 2]
    if single:
        raise DataError(f"descriptors: {single[0]!r} has one variant only; give it another, or leave it out.")
    return pd.MultiIndex.from_tuples(
        [(name, variant) for name, given in grouped for variant in given], names=KEYS
    )


def impact_matrix(
    descriptors: pd.DataFrame, impacts: pd.DataFrame, strength: str = "strength"
) -> pd.DataFrame:
    """The matrix of all judgements; a pair that is not listed gets 0, no influence judged.

    `impacts` has the columns source, source-variant, target, target-variant and the one named by
    `strength`. DataError names the judgement whose variant is unknown, that is given twice, that
    acts on its own descriptor, or whose strength is not a whole number from -3 to 3.
    """
    need(impacts, [*CELL, strength], "impacts")
    index = variants(descriptors)
    _check_judgements(impacts, index, strength)
    empty = pd.DataFrame(0.0, index=index, columns=index)
    cells = empty.to_numpy(copy=True)
    cells[places(empty, impacts)] = impacts[strength].to_numpy(dtype=int)
    return pd.DataFrame(cells.astype(int), index=index, columns=index)


def standardised(matrix: pd.DataFrame) -> pd.DataFrame:
    """The matrix with each judgement group shifted to sum to zero; orders of balances stay as they are."""
    check_matrix(matrix)
    means = matrix.T.groupby(level=0, sort=False).transform("mean").T
    return matrix - means


def group_sums(matrix: pd.DataFrame) -> pd.DataFrame:
    """The sum of each judgement group: source variants by target descriptors. Zero under the convention."""
    check_matrix(matrix)
    return matrix.T.groupby(level=0, sort=False).sum().T


def activity(matrix: pd.DataFrame) -> pd.DataFrame:
    """For each descriptor, `active` and `passive`: the sums of the absolute judgements that it gives and takes.
    Give the matrix as judged: the sums depend on the convention."""
    check_matrix(matrix)
    sizes = matrix.abs()
    return pd.DataFrame(
        {
            "active": sizes.sum(axis=1).groupby(level=0, sort=False).sum(),
            "passive": sizes.sum(axis=0).groupby(level=0, sort=False).sum(),
        }
    ).reset_index()


def check_matrix(matrix: pd.DataFrame) -> None:
    """ValueError unless rows and columns are the same variants, all cells are numbers, and no descriptor
    acts on itself or has one variant only."""
    if matrix.shape[0] != matrix.shape[1] or not matrix.index.equals(matrix.columns):
        raise ValueError(
            f"matrix: {matrix.shape[0]} rows and {matrix.shape[1]} columns must be the same variants in the same "
            "order; build it with impact_matrix."
        )
    if not isinstance(matrix.index, pd.MultiIndex) or matrix.index.has_duplicates:
        raise ValueError("matrix: label rows and columns by (descriptor, variant), each pair once.")
    cells = matrix.to_numpy(dtype=float)
    if not np.isfinite(cells).all():
        raise ValueError("matrix: a cell is not a number; put 0 where no influence is judged.")
    names = matrix.index.get_level_values(0)
    counts = names.value_counts()
    if (counts < 2).any():
        raise ValueError(f"matrix: descriptor {counts.idxmin()!r} has one variant only; it needs two.")
    own = np.asarray(names)[:, None] == np.asarray(names)[None, :]
    if cells[own].any():
        row = int(np.argwhere((cells != 0) & own)[0, 0])
        raise ValueError(f"matrix: {names[row]!r} acts on itself; such cells must be 0.")


def need(frame: pd.DataFrame, columns: list[str], table: str) -> None:
    """DataError where a table has not all of these columns."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise DataError(f"{table}: the column {missing[0]!r} is missing; add it.")


def _check_judgements(impacts: pd.DataFrame, index: pd.MultiIndex, strength: str) -> None:
    known = set(index.get_level_values(0))
    for row in impacts[[*CELL, strength]].itertuples(index=False, name=None):
        source, target, given = row[:2], row[2:4], row[4]
        for side in (source, target):
            if side[0] not in known:
                raise DataError(
                    f"impacts: {side[0]!r} is no descriptor; correct it or add it to descriptors."
                )
            if side not in index:
                raise DataError(
                    f"impacts: {side[0]!r} has no variant {side[1]!r}; correct it or add it to descriptors."
                )
        if source[0] == target[0]:
            raise DataError(f"impacts: {_name(source)} acts on its own descriptor; leave that judgement out.")
        if not _whole(given) or abs(given) > STRONGEST:
            raise DataError(
                f"impacts, column {strength}: {given} of {_name(source)} on {_name(target)} is no whole number from "
                f"-{STRONGEST} to {STRONGEST}."
            )
    repeated = impacts[impacts.duplicated(CELL)]
    if len(repeated):
        cell = repeated.iloc[0][CELL].tolist()
        raise DataError(f"impacts: {_name(cell[:2])} on {_name(cell[2:])} is judged twice; keep one row.")


def check_ranges(impacts: pd.DataFrame) -> None:
    """DataError unless each strength lies within its range from `lowest` to `highest`, and that within -3 to 3."""
    need(impacts, ["lowest", "highest"], "impacts")
    low, high, given = impacts["lowest"], impacts["highest"], impacts["strength"]
    wrong = impacts[(low > given) | (given > high) | (low < -STRONGEST) | (high > STRONGEST)]
    if len(wrong):
        cell = wrong.iloc[0][CELL].tolist()
        raise DataError(
            f"impacts: lowest to highest of {_name(cell[:2])} on {_name(cell[2:])} must hold its strength and lie within "
            f"-{STRONGEST} to {STRONGEST}."
        )


def places(matrix: pd.DataFrame, impacts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The rows and columns in which the judgements stand."""
    return (
        matrix.index.get_indexer(pd.MultiIndex.from_frame(impacts[CELL[:2]])),
        matrix.index.get_indexer(pd.MultiIndex.from_frame(impacts[CELL[2:]])),
    )


def _name(pair) -> str:
    return ".".join(map(str, pair))


def _whole(given) -> bool:
    return isinstance(given, (int, float, np.number)) and float(given).is_integer()
