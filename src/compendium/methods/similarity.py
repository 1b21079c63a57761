"""Which cases resemble which, as far as the texts state it.

Cases are compared code by code and only where both are stated (Gower 1971: a comparison that cannot
be made has weight 0). A code that may have several values is compared by the Jaccard distance of the
stated sets (Jaccard 1901), a code with one value by equality, a number by its difference over the
range. What is not stated is never a category of its own: it widens the bounds of the distance, which
are taken over all completions of the silent cells. A cell that states something is read as stating
all of its values; that is an assumption, and the compendium's own.

The map is a specific, or subset, multiple correspondence analysis: the categories of silence, and
those that fewer than two cases share, stay out of the analysis while the margins of the complete
table are kept (Greenacre and Pardo 2006; Le Roux and Rouanet 2010, on specific MCA). It has a price:
where one case is silent, the two still differ by what the other states, so a case that is described
less lies apart. `silence_on_axes` measures how far that makes the map.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from compendium.codings.package import DataError, Package, codes_of
from compendium.readings import matrices
from compendium.readings.specifications import Specification

STUDIES = ("clusters", "leadership")  # of which cases are compared
SHARED = 2  # a category of one case only cannot show that cases resemble each other
LARGEST_FLOOR = 1 / 3  # of the inertia that two axes hold whatever the data; the compendium's own
ZERO = 1e-12
NOT_APPLICABLE = frozenset()  # of a cell: the question does not arise. A silent cell is None.


def chosen_study(package: Package, study: str) -> str:
    """`study`, or where it is empty the first of `STUDIES` that has cases; DataError where none has."""
    found = [name for name in STUDIES if name in set(package.cases["study"])]
    if not study and found:
        return found[0]
    if study not in set(package.cases["study"]):
        raise DataError(f"study={study!r}: the data has no such cases; it has {', '.join(found) or 'none'}.")
    return study


def codes(package: Package, study: str, cases: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """The codes of a study, and whether cases can be compared on them: code, label, kind, multiple, why not.

    `kind` is category or number. `why not` is empty for the codes that are compared; others are free
    text, numbers that fewer than two cases state with different figures, or say the same of every
    case, which tells nothing about who resembles whom. DataError for fewer than two cases, and for a
    specification that reads silence as absence: that would make silence a category.
    """
    if spec.silence == "absent":
        raise DataError(
            "similarity: silence=absent makes silence a category of its own; use silence=unknown."
        )
    if len(cases) < 2:
        raise DataError(f"similarity: {len(cases)} case given; comparing needs two or more.")
    book = codes_of(package.codebook, study)
    missing = {"code", "label", "type", "values", "multiple"} - set(book.columns)
    if missing:
        raise DataError(f"codebook: the column {sorted(missing)[0]!r} is missing.")
    found = book[["code", "label", "type", "multiple"]].rename(columns={"type": "kind"})
    stated = matrices.values(package, list(found["code"]), cases.index, spec)
    found["why not"] = [_set_aside(row.kind, stated[row.code]) for row in found.itertuples()]
    return found.reset_index(drop=True)


def _set_aside(kind: str, stated: pd.Series) -> str:
    values = set(stated)
    if kind == "text":
        return "free text"
    if kind == "number" and len(values - {()}) < 2:
        return "fewer than two different numbers"
    return "the same for every case" if len(values) == 1 and values != {()} else ""


def cells(package: Package, table: pd.DataFrame, cases: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """Cases by compared codes: frozensets of the counted values; None silent, empty where not applicable.

    `table` is that of `codes`. Numbers are floats in their sets. DataError where nothing is left to compare.
    """
    used = table[table["why not"] == ""]
    if used.empty:
        raise DataError("similarity: no code is left to compare: all are free text or constant.")
    given = matrices.values(package, list(used["code"]), cases.index, spec)
    beside = package.codings[package.codings["status"] == "not-applicable"]
    outside = set(zip(beside["case"], beside["code"]))
    found = pd.DataFrame(index=given.index, columns=given.columns, dtype=object)
    for row in used.itertuples():
        for case in given.index:
            values = given.loc[case, row.code]
            if row.kind == "number":
                values = [_number(case, row.code, value) for value in values]
            silent = NOT_APPLICABLE if (case, row.code) in outside else None
            found.at[case, row.code] = frozenset(values) if values else silent
    return found


def _number(case: str, code: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise DataError(f"codings: {case}, {code}: {value!r} is not a number.") from None


def vocabularies(package: Package, table: pd.DataFrame) -> dict[str, frozenset]:
    """The values that a silent cell could hold, by code; empty for numbers."""
    values = package.codebook.set_index("code")["values"]
    used = table[table["why not"] == ""]
    return {code: frozenset(filter(None, values[code].split(";"))) for code in used["code"]}


def jaccard(one: frozenset, other: frozenset) -> float:
    """Distance of two sets, 0 to 1: 1 minus the share of common members in all (Jaccard 1901)."""
    if not one | other:
        raise ValueError("jaccard: both sets are empty; a silent cell is None and is not compared.")
    return 1 - len(one & other) / len(one | other)


def code_distance(one: frozenset, other: frozenset, span: float | None) -> float:
    """Distance of two stated cells, 0 to 1: Jaccard, or for numbers the difference over `span`."""
    if span is None:
        return jaccard(one, other)
    return abs(np.mean(sorted(one)) - np.mean(sorted(other))) / span


def widest(one: frozenset | None, other: frozenset | None, vocabulary: frozenset, several: bool) -> float:
    """The greatest distance that completions of one or two silent cells of a category code can reach."""
    stated = one if one is not None else other
    if len(vocabulary | (stated or frozenset())) < 2:
        return 0.0
    if stated is None or vocabulary - stated:
        return 1.0
    # The stated set is the whole vocabulary, so the other cell can only hold part of it.
    return 1 - 1 / len(stated) if several else 1.0


def _widest_number(one, other, low: float, high: float) -> float:
    """The same for numbers, within the stated range, which Gower's measure takes as given."""
    stated = one if one is not None else other
    if stated is None:
        return 1.0
    at = float(np.mean(sorted(stated)))
    return max(at - low, high - at) / (high - low)


def _range(column: pd.Series) -> tuple[float, float]:
    numbers = [number for cell in column if cell for number in cell]
    if len(set(numbers)) < 2:
        raise DataError(f"similarity: the code {column.name!r} is constant: a range of 0 compares nothing.")
    return min(numbers), max(numbers)


def compare(given: pd.DataFrame, table: pd.DataFrame, words: dict[str, frozenset]) -> pd.DataFrame:
    """Every pair of cases: first, second, asked, both, distance, lower, upper.

    `given` is that of `cells`, `table` that of `codes`, `words` that of `vocabularies`. `asked` is the
    number of codes that apply to both cases, `both` that of codes which both state, `distance` the
    mean over the latter (Gower 1971; None where both state nothing together). `lower` and `upper` bound the mean
    over all asked codes, whatever the silent cells hold.
    """
    if len(given) < 2:
        raise DataError(f"similarity: {len(given)} case given; comparing needs two or more.")
    about = table.set_index("code")
    lost = [code for code in given.columns if code not in about.index]
    if lost:
        raise DataError(f"similarity: the code {lost[0]!r} of the cells is missing from the table of codes.")
    ranges = {code: _range(given[code]) for code in given.columns if about.loc[code, "kind"] == "number"}
    rows = []
    for first, second in combinations(given.index, 2):
        stated, open_widths = [], []
        for code in given.columns:
            one, other = given.at[first, code], given.at[second, code]
            if NOT_APPLICABLE in (one, other):
                continue
            low, high = ranges.get(code, (0.0, 0.0))
            if one is not None and other is not None:
                stated.append(code_distance(one, other, high - low if code in ranges else None))
            elif code in ranges:
                open_widths.append(_widest_number(one, other, low, high))
            else:
                open_widths.append(widest(one, other, words[code], bool(about.loc[code, "multiple"])))
        asked = len(stated) + len(open_widths)
        rows.append(
            {
                "first": first,
                "second": second,
                "asked": asked,
                "both": len(stated),
                "distance": float(np.mean(stated)) if stated else None,
                "lower": sum(stated) / asked if asked else None,
                "upper": (sum(stated) + sum(open_widths)) / asked if asked else None,
            }
        )
    return pd.DataFrame(rows)


def square(pairs: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column of `compare` as a symmetric matrix of cases by cases, missing on the diagonal."""
    cases = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))
    found = pd.DataFrame(np.nan, index=cases, columns=cases)
    for row in pairs.to_dict("records"):
        value = np.nan if row[column] is None else row[column]
        found.loc[row["first"], row["second"]] = found.loc[row["second"], row["first"]] = value
    return found


def neighbours(pairs: pd.DataFrame) -> pd.DataFrame:
    """The nearest case of each case: case, nearest, distance, both, possible, decided.

    Nearest on the codes that both state, the one with more such codes first, all where they tie
    (joined by semicolons). `possible` counts the cases whose bounds do not rule them out as the
    nearest one; `decided` says that there is one only.
    """
    distance, both = square(pairs, "distance"), square(pairs, "both")
    lower, upper = square(pairs, "lower"), square(pairs, "upper")
    rows = []
    for case in distance.index:
        known = distance.loc[case].dropna()
        best = known[np.isclose(known, known.min())].index if len(known) else []
        best = [other for other in best if both.loc[case, other] == both.loc[case, best].max()]
        possible = int((lower.loc[case].drop(case) <= upper.loc[case].drop(case).min() + ZERO).sum())
        rows.append(
            {
                "case": case,
                "nearest": ";".join(best),
                "distance": float(known.min()) if len(known) else None,
                "both": int(both.loc[case, best[0]]) if best else 0,
                "possible": possible,
                "decided": possible == 1,
            }
        )
    return pd.DataFrame(rows)


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


def stated_of_all(given: pd.DataFrame) -> list[str]:
    """The codes that every case states."""
    return [code for code in given.columns if given[code].map(bool).all()]
