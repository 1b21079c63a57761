"""Maps of cases by what is stated of them: correspondence analysis, and how far a map can be trusted.

The map is a specific, or subset, multiple correspondence analysis: the categories of silence, and
those that fewer than two cases share, stay out of the analysis while the margins of the complete
table are kept (Greenacre and Pardo 2006; Le Roux and Rouanet 2010, on specific MCA). It has a price:
where one case is silent, the two still differ by what the other states, so a case that is described
less lies apart. `silence_on_axes` measures how far that makes the map.

Cells of cases by codes are as `similarity.cells` gives them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from compendium.errors import DataError

SHARED = 2  # a category of one case only cannot show that cases resemble each other
LARGEST_FLOOR = 1 / 3  # of the inertia that two axes hold whatever the data; the compendium's own
ZERO = 1e-12


@dataclass(frozen=True)
class Map:
    """A correspondence map: principal coordinates of rows and columns (one column per axis), inertias
    of the axes, the total inertia of the categories analysed, and the number of questions (codes)."""

    rows: pd.DataFrame
    columns: pd.DataFrame
    inertias: np.ndarray
    total: float
    questions: int


def indicator(given: pd.DataFrame) -> pd.DataFrame:
    """Cases by (code, value): the share of each value in what a cell states, 0 elsewhere.

    A cell with several values is split evenly among them (fuzzy coding: Aşan and Greenacre 2011), so each stated
    code has the same weight. Rows of a silent code are 0 throughout; no column stands for silence.
    Numbers have no categories and are left out by the caller.
    """
    pairs = sorted(
        {(code, value) for code in given.columns for cell in given[code] if cell for value in cell}
    )
    found = pd.DataFrame(
        0.0, index=given.index, columns=pd.MultiIndex.from_tuples(pairs, names=["code", "value"])
    )
    for case in given.index:
        for code in given.columns:
            cell = given.at[case, code]
            for value in cell or ():
                found.loc[case, (code, value)] = 1 / len(cell)
    return found


def correspondence(table: pd.DataFrame) -> Map:
    """Correspondence analysis of a table of counts (Greenacre 2017): rows, columns, inertias.

    DataError for a negative count, an empty row or column, or fewer than two of either.
    """
    counts = table.to_numpy(dtype=float)
    if (counts < 0).any():
        raise DataError("correspondence analysis: a count is negative; use 0 or more.")
    if min(counts.shape) < 2 or (counts.sum(0) <= 0).any() or (counts.sum(1) <= 0).any():
        raise DataError(
            "correspondence analysis: needs two rows and columns or more, and none that is empty."
        )
    shares = counts / counts.sum()
    return _decompose(table, shares, shares.sum(axis=1), shares.sum(axis=0), questions=1)


def specific_mca(table: pd.DataFrame, questions: int, shared: int = SHARED) -> Map:
    """Specific MCA of an `indicator` table: the categories that `shared` cases or more have.

    `questions` is the number of codes of the complete table; each gives a case the mass 1 / questions,
    of which an unstated code simply uses none. Row masses are 1 / cases; column masses are those of the
    complete table. With nothing silent and `shared` of 1 this is ordinary MCA of the indicator matrix.
    DataError where fewer than two cases or categories are left, or where all of them are constant.
    """
    if len(table) < 2:
        raise DataError(f"map: {len(table)} case given; comparing needs two or more.")
    if not ((table >= 0) & (table <= 1)).all(axis=None):
        raise DataError("map: the indicator table has values outside 0 to 1.")
    active = table.loc[:, (table > 0).sum(axis=0) >= shared]
    if active.shape[1] < 2 or np.allclose(active, active.iloc[0]):
        raise DataError(f"map: fewer than two categories that {shared} cases share, or all constant.")
    shares = active.to_numpy() / (len(table) * questions)
    return _decompose(active, shares, np.full(len(table), 1 / len(table)), shares.sum(axis=0), questions)


def _decompose(table, shares, row_mass, column_mass, questions: int) -> Map:
    """Principal coordinates from the singular values of the standardised residuals."""
    expected = np.outer(row_mass, column_mass)
    left, values, right = np.linalg.svd((shares - expected) / np.sqrt(expected), full_matrices=False)
    kept = values**2 > ZERO
    left, values, right = left[:, kept], values[kept], right[kept]
    # The sign of an axis is arbitrary; the largest coordinate is made positive, so runs agree.
    signs = np.sign(left[np.abs(left).round(9).argmax(axis=0), range(left.shape[1])])
    axes = [f"axis {number}" for number in range(1, len(values) + 1)]
    rows = pd.DataFrame(left * signs * values / np.sqrt(row_mass)[:, None], table.index, axes)
    columns = pd.DataFrame(right.T * signs * values / np.sqrt(column_mass)[:, None], table.columns, axes)
    return Map(rows, columns, values**2, float((values**2).sum()), questions)


def adjusted_inertias(found: np.ndarray, questions: int, categories: int | None = None) -> pd.DataFrame:
    """Inertias of an indicator matrix and their corrected shares: axis, inertia, adjusted, benzecri, greenacre.

    Axes with an inertia above 1 / questions only: (Q / (Q - 1))² (inertia - 1 / Q)². `benzecri` is the
    share in the sum of the adjusted ones (Benzécri 1979), an optimistic figure; `greenacre` the share in
    the average off-diagonal inertia of the Burt matrix (Greenacre 1993, 2006), a more cautious one. The
    latter needs the inertias of every axis, and holds for complete, disjunctive data: give the number of
    `categories` there, else the column is missing (None). ValueError for fewer than two questions.
    """
    if questions < 2:
        raise ValueError(f"questions={questions}: adjusting inertias needs two or more.")
    inertias = np.asarray(found, dtype=float)
    factor = questions / (questions - 1)
    above = inertias[inertias > 1 / questions]
    adjusted = (factor * (above - 1 / questions)) ** 2
    greenacre = None
    if categories is not None:
        greenacre = adjusted / (factor * ((inertias**2).sum() - (categories - questions) / questions**2))
    return pd.DataFrame(
        {
            "axis": range(1, len(above) + 1),
            "inertia": above,
            "adjusted": adjusted,
            "benzecri": adjusted / adjusted.sum(),
            "greenacre": greenacre,
        }
    )


def floor(cases: int) -> float:
    """The least share of the inertia that the first two axes of so many cases can hold: 2 / (cases - 1)."""
    if cases < 2:
        raise ValueError(f"cases={cases}: a map needs two or more.")
    return min(1.0, 2 / (cases - 1))


def mappable(cases: int) -> bool:
    """Whether a map of so many cases can say anything: two axes must not fill a third whatever is stated."""
    return floor(cases) <= LARGEST_FLOOR


def silence_on_axes(found: Map, given: pd.DataFrame) -> list[float]:
    """For each of the first two axes, its squared correlation with the number of codes stated of a case."""
    stated = given.map(bool).sum(axis=1).loc[found.rows.index]
    if stated.nunique() < 2:
        return [0.0] * min(2, found.rows.shape[1])
    return [float(np.corrcoef(stated, found.rows[axis])[0, 1] ** 2) for axis in found.rows.columns[:2]]


def procrustes(reference: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """`other` moved, turned and scaled onto `reference`, and what stays apart, 0 (same) to 1 (unrelated).

    Gower 1975; Gower and Dijksterhuis 2004. Both have a row per point and the same number of columns.
    ValueError where shapes differ or all points of one coincide.
    """
    if reference.shape != other.shape:
        raise ValueError(f"procrustes: shapes {reference.shape} and {other.shape} differ.")
    centre = reference.mean(axis=0)
    one, two = reference - centre, other - other.mean(axis=0)
    sizes = (one**2).sum(), (two**2).sum()
    if min(sizes) <= ZERO:
        raise ValueError("procrustes: all points coincide, so there is nothing to turn.")
    left, values, right = np.linalg.svd(two.T @ one)
    turned = two @ (left @ right) * (values.sum() / sizes[1]) + centre
    return turned, float(max(0.0, 1 - values.sum() ** 2 / (sizes[0] * sizes[1])))


def stability(given: pd.DataFrame, shared: int = SHARED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How the map of two axes moves when a case or a code is left out.

    Returns a table: left out, kind (case or code), disparity (Procrustes, 0 same to 1 unrelated; None
    where what is left has no two axes); and the positions of the cases without each code, moved onto
    the map: case, left out, axis 1, axis 2.
    """
    reference = specific_mca(indicator(given), given.shape[1], shared).rows.iloc[:, :2]
    if reference.shape[1] < 2:
        raise DataError("map: the cases differ along one axis only; there is no plane to test.")
    rows, moved = [], []
    for kind, names in (("case", given.index), ("code", given.columns)):
        for name in names:
            less = given.drop(index=name) if kind == "case" else given.drop(columns=name)
            turned, disparity = _again(reference, less, shared)
            rows.append({"left out": name, "kind": kind, "disparity": disparity})
            if kind == "code" and turned is not None:
                moved += [(case, name, *place) for case, place in zip(less.index, turned)]
    return pd.DataFrame(rows), pd.DataFrame(moved, columns=["case", "left out", "axis 1", "axis 2"])


def _again(reference: pd.DataFrame, less: pd.DataFrame, shared: int):
    try:
        other = specific_mca(indicator(less), less.shape[1], shared).rows.iloc[:, :2]
    except DataError:
        return None, None
    if other.shape[1] < 2:
        return None, None
    return procrustes(reference.loc[less.index].to_numpy(), other.to_numpy())


def categories_only(given: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The cells of category codes that at least one case states: what a map can show."""
    numbers = set(table.loc[table["kind"] == "number", "code"])
    return given[[code for code in given.columns if code not in numbers and given[code].map(bool).any()]]
