"""Rank aims under a reader's weights, and say what the weights decide.

What is ranked is how much the documents show of an aim, never how good the aim is. The aims are those
that a document lists (`aims.csv`); each criterion is a count over codings or lists; the weights are the
reader's. Additive weighting; the share of weights under which an aim comes first is its acceptability
(Lahdelma, Hokkanen and Salminen 1998, European Journal of Operational Research 106, 137-143; all
ranks: Lahdelma and Salminen 2001, Operations Research 49, 444-454).
"""

from itertools import combinations
from math import comb, isfinite

import numpy as np
import pandas as pd

from compendium.codings.formulas import parse_formula
from compendium.codings.package import DataError, Package
from compendium.readings import matrices
from compendium.readings.arrays import Readings
from compendium.readings.specifications import Specification, kept

CRITERIA = {
    "cases": "cases whose description shows the aim, of all cases",
    "levels": "levels ({levels}) with such a case, of all levels",
    "documents": "documents that show it in a case or name it in another list, of all documents",
    "lists": "other lists that name it, of the other lists that name any of the aims ranked",
}
NORMALISATIONS = ("share", "min-max", "rank")
TIE = 1e-9  # totals closer than this are equal: they differ by rounding only
FINEST = 100


def meanings(package: Package) -> dict[str, str]:
    """What each criterion counts, in words that name the levels of the data from near to far."""
    ranked = package.levels.sort_values(["rank", "level"]).groupby("rank")["label"].agg(" or ".join)
    return {name: words.format(levels=", ".join(ranked)) for name, words in CRITERIA.items()}


def parse_weights(text: str) -> pd.Series:
    """Weights by criterion, summing to 1, from 'criterion=weight,criterion=weight'; zero is allowed.

    A criterion without a number weighs 1. ValueError names the part that is no weight of a criterion.
    """
    given: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, separator, number = (piece.strip() for piece in part.partition("="))
        if name not in CRITERIA:
            raise ValueError(
                f"weights: {part!r} is not criterion=weight; criteria are {', '.join(CRITERIA)}."
            )
        number = number if separator else "1"
        if name in given:
            raise ValueError(f"weights: {name!r} is given twice; keep one.")
        try:
            given[name] = float(number)
        except ValueError:
            raise ValueError(f"weights: {number!r} for {name!r} is not a number.") from None
        if not isfinite(given[name]) or given[name] < 0:
            raise ValueError(f"weights: {name!r} is {number}; use a number of at least 0.")
    if not sum(given.values()):
        raise ValueError("weights: none is above 0; give at least one criterion a weight, e.g. 'cases=1'.")
    if not isfinite(sum(given.values())):
        raise ValueError("weights: their sum is too large; use smaller numbers.")
    weights = pd.Series(given, dtype=float)
    return weights / weights.sum()


def aims(package: Package, framework: str) -> pd.DataFrame:
    """The aims of one list of a document, indexed by aim; DataError where a reference leads nowhere.

    Columns `shown` (formulas, any of which shows the aim in a case) and `named` (framework, item) are
    tuples. No two aims of a list may rest on the same cell: only then are bounds over silence exact.
    """
    table = package.tables.get("aims", pd.DataFrame(columns=["framework"]))
    found = table[table["framework"] == framework]
    if found.empty:
        known = ", ".join(sorted(set(table["framework"]))) or "none"
        raise DataError(f"aims.csv, column framework: no aims for {framework!r}; there are {known}.")
    found = found.set_index("aim").assign(
        shown=found.set_index("aim")["shown"].map(_parts),
        named=found.set_index("aim")["named"].map(
            lambda text: tuple(tuple(part.partition("/")[::2]) for part in _parts(text))
        ),
    )
    _check_names(package, found)
    _check_cells(package, found)
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _check_names(package: Package, found: pd.DataFrame) -> None:
    items = set(zip(package.frameworks["framework"], package.frameworks["item"]))
    for aim, row in found.iterrows():
        for name in [(row["framework"], row["item"]), *row["named"]]:
            if name not in items:
                raise DataError(f"aims.csv, aim {aim!r}: frameworks.csv has no item {'/'.join(name)!r}.")


def _check_cells(package: Package, found: pd.DataFrame) -> None:
    book = package.codebook.set_index("code")
    owner: dict[tuple[str, str], str] = {}
    for aim, row in found.iterrows():
        for formula in row["shown"]:
            literals = parse_formula(formula)
            literal = literals[0]
            if len(literals) > 1 or literal.negated or not literal.value:
                raise DataError(f"aims.csv, aim {aim!r}: {formula!r} is not one code=value.")
            if literal.code not in book.index:
                raise DataError(f"aims.csv, aim {aim!r}: the codebook has no code {literal.code!r}.")
            if literal.value not in _parts(book.loc[literal.code, "values"]):
                raise DataError(
                    f"aims.csv, aim {aim!r}: {literal.value!r} is no value of the code {literal.code!r}."
                )
            # A code with one value per case ties its values together, so the code is the cell.
            cell = (literal.code, literal.value if book.loc[literal.code, "multiple"] else "")
            if owner.setdefault(cell, aim) != aim:
                raise DataError(f"aims.csv: {aim!r} and {owner[cell]!r} both rest on {formula!r}; keep one.")


def evidence(package: Package, framework: str, spec: Specification) -> pd.DataFrame:
    """What the documents show of each aim: a row per aim, by how many of what.

    Columns label, note, and for each criterion `least` and `most` (cases, levels: over all completions
    of what is not stated; documents, lists: the same), and `of_...`, the most there could be.
    """
    found = aims(package, framework)
    cases = package.cases[kept(package, spec, package.cases)].set_index("case")
    ranks = dict(zip(package.levels["level"], package.levels["rank"]))
    level = cases["level"].map(ranks)  # equal ranks are one
    readings = Readings(package, cases.index, [spec])
    counted = matrices.counted(package.codings, spec)
    rows = []
    for aim, row in found.iterrows():
        sure, possible = _shown(readings, row["shown"], spec)
        rows.append(
            {
                "aim": aim,
                "label": row["label"],
                "cases_least": int(sure.sum()),
                "cases_most": int(possible.sum()),
                "levels_least": level[sure].nunique(),
                "levels_most": level[possible].nunique(),
                "documents_least": len(_documents(package, counted, row, cases.index)),
                "lists_least": len(_lists(row)),
                "note": row["note"],
            }
        )
    frame = pd.DataFrame(rows).set_index("aim")
    return frame.assign(
        documents_most=frame["documents_least"],
        lists_most=frame["lists_least"],
        of_cases=len(cases),
        of_levels=level.nunique(),
        of_documents=len(package.sources),
        of_lists=max(len(set().union(*map(_lists, found.to_dict("records")))), 1),
    )


def _shown(readings: Readings, formulas, spec: Specification) -> tuple[np.ndarray, np.ndarray]:
    """Cases in which any formula surely or possibly holds. An aim without a code may hold in each."""
    if not formulas:
        none = np.zeros(len(readings.cases), dtype=bool)
        return none, none | (spec.silence == "unknown")
    parts = [readings.formula(formula) for formula in formulas]
    return tuple(np.logical_or.reduce([part[side][0] for part in parts]) for side in (0, 1))


def _lists(aim) -> set[str]:
    """The lists that name an aim."""
    return {name for name, _ in aim["named"]}


def _documents(package: Package, counted: pd.DataFrame, aim, cases) -> set[str]:
    """The documents that show an aim in a case or name it in a list."""
    source = package.passages.set_index("passage")["source"]
    item = package.frameworks.set_index(["framework", "item"])["passage"]
    own = counted[counted["case"].isin(cases)]
    cells = own["code"] + "=" + own["value"]
    shown = own.loc[cells.isin(aim["shown"]), "passage"]
    return {source[item[name]] for name in aim["named"]} | set(source[shown])


def scores(counts: pd.DataFrame, criteria, normalise: str = "share", which: str = "least") -> pd.DataFrame:
    """Aims by criteria, each from 0 to 1. `which`: least counts only what is stated, most all it could be.

    share: count by the most there could be. min-max: 0 for the aim with the fewest, 1 for that with the
    most (0 for all where they are equal). rank: share of the other aims with a smaller count, ties half.
    """
    if normalise not in NORMALISATIONS:
        raise ValueError(f"normalise: {normalise!r} is unknown; use {', '.join(NORMALISATIONS)}.")
    unknown = [name for name in criteria if name not in CRITERIA]
    if unknown:
        raise ValueError(f"criteria: {', '.join(unknown)} unknown; use {', '.join(CRITERIA)}.")
    columns = {}
    for name in criteria:
        count = counts[f"{name}_{which}"].astype(float)
        if normalise == "share":
            columns[name] = count / counts[f"of_{name}"]
        elif normalise == "min-max":
            span = count.max() - count.min()
            columns[name] = (count - count.min()) / (span or 1)
        else:
            columns[name] = (count.rank(method="average") - 1) / max(len(count) - 1, 1)
    return pd.DataFrame(columns, index=counts.index)


def totals(table: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Weighted sum of the scores of each aim; weights by criterion, brought to sum 1."""
    return table[list(weights.index)] @ (weights / weights.sum())


def ranks(table: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Rank of each aim: 1 plus the number of aims whose total is greater; equal totals share a rank."""
    total = totals(table, weights).to_numpy()
    return pd.Series(1 + _greater(total[None, :])[0], index=table.index)


def _greater(total: np.ndarray) -> np.ndarray:
    """For each row and aim, how many aims have a greater total: weights by aims in and out."""
    return np.array([(total > total[:, [i]] + TIE).sum(axis=1) for i in range(total.shape[1])]).T


def weight_grid(number: int, resolution: int) -> np.ndarray:
    """Weights spread evenly over all weights: rows that sum to 1, `number` columns, none on the edge.

    Each of the C(resolution + number - 1, number - 1) rows stands for a cell of the same size.
    """
    if not 1 <= resolution <= FINEST:
        raise ValueError(f"resolution: {resolution} is not from 1 to {FINEST}.")
    rows = np.zeros((1, 0), dtype=int)
    for _ in range(number - 1):
        left = resolution - rows.sum(axis=1)
        rows = np.array([[*row, i] for row, rest in zip(rows, left) for i in range(rest + 1)])
    last = resolution - rows.sum(axis=1, keepdims=True)
    grid = (np.hstack([rows, last]) + 1 / number) / (resolution + 1)
    assert len(grid) == comb(resolution + number - 1, number - 1)
    return grid


def acceptability(table: pd.DataFrame, resolution: int = 60) -> pd.DataFrame:
    """Rank acceptability: aims by ranks, the share of all weights under which an aim has the rank.

    Every weighting counts the same. Aims that tie share the better rank, so the shares of a rank may
    sum to more than 1; those of an aim sum to 1.
    """
    grid = weight_grid(table.shape[1], resolution)
    found = 1 + _greater(grid @ table.to_numpy().T)
    columns = range(1, len(table) + 1)
    return pd.DataFrame({rank: (found == rank).mean(axis=0) for rank in columns}, index=table.index)


def first_bounds(counts: pd.DataFrame, criteria, resolution: int = 60) -> pd.DataFrame:
    """Share of all weights under which an aim comes first (alone or equal), with bounds over silence.

    Scores are shares of the most there could be, so that filling a silent cell moves one aim only.
    `least`: under every filling; `stated`: counting what is stated; `most`: under some filling.
    """
    low, high = (scores(counts, criteria, which=which).to_numpy() for which in ("least", "most"))
    grid = weight_grid(len(list(criteria)), resolution)
    stated, best = grid @ low.T, grid @ high.T
    rows = []
    for i in range(len(counts)):
        others = [j for j in range(len(counts)) if j != i]
        rival = stated[:, others].max(axis=1, initial=-1)
        strongest = best[:, others].max(axis=1, initial=-1)
        rows.append(
            {
                "least": float((stated[:, i] >= strongest - TIE).mean()),
                "stated": float((stated[:, i] >= rival - TIE).mean()),
                "most": float((best[:, i] >= rival - TIE).mean()),
            }
        )
    return pd.DataFrame(rows, index=counts.index)


def first_regions(table: pd.DataFrame) -> pd.DataFrame:
    """For two criteria, exactly: from which to which weight of the first criterion an aim comes first.

    Each aim's total is a line over the weight; where it is at least as high as every other line is an
    interval, found from the pairwise inequalities. One row per aim that comes first somewhere:
    aim, from, to (an aim that only ties at one weight has from = to).
    """
    if table.shape[1] != 2:
        raise ValueError(f"criteria: exact regions need two criteria, not {table.shape[1]}.")
    first, second = (table[column].to_numpy() for column in table.columns)
    rows = []
    for i, aim in enumerate(table.index):
        start, end = 0.0, 1.0
        for j in range(len(table)):
            at_none, slope = second[i] - second[j], (first[i] - first[j]) - (second[i] - second[j])
            if abs(slope) <= TIE:
                end = end if at_none >= -TIE else -1.0  # parallel and below: nowhere
            elif slope > 0:
                start = max(start, -at_none / slope)
            else:
                end = min(end, -at_none / slope)
        if start <= end + TIE:
            rows.append({"aim": aim, "from": min(start, end), "to": max(start, end)})
    return pd.DataFrame(rows, columns=["aim", "from", "to"])


def turning_points(table: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """For each criterion: how far its weight can move, the others in proportion, until ranks change.

    The nearest weight below and above at which two aims swap, found exactly where their totals meet
    (one-way analysis of weights, as in Triantaphyllou and Sanchez 1997, Decision Sciences 28, 151-194).
    Columns criterion, weight, below, above (NaN: never), pair_below, pair_above (labels of aims).
    """
    weights = weights / weights.sum()
    rows = []
    for name in weights.index:
        here = float(weights[name])
        others = weights.drop(name)
        rest = others / others.sum() if others.sum() else pd.Series(1 / max(len(others), 1), others.index)
        met = _meetings(table[name].to_numpy(), (table[list(rest.index)] @ rest).to_numpy(), table.index)
        below = max((found for found in met if found[0] < here - TIE), default=(np.nan, ""))
        above = min((found for found in met if found[0] > here + TIE), default=(np.nan, ""))
        rows.append(
            {
                "criterion": name,
                "weight": here,
                "below": below[0],
                "pair_below": below[1],
                "above": above[0],
                "pair_above": above[1],
            }
        )
    return pd.DataFrame(rows)


def _meetings(own: np.ndarray, rest: np.ndarray, names) -> list[tuple[float, str]]:
    """Weights from 0 to 1 of a criterion at which the totals of two aims are equal, and which two."""
    found = []
    for i, j in combinations(range(len(own)), 2):
        gap, slope = rest[i] - rest[j], (own[i] - own[j]) - (rest[i] - rest[j])
        if abs(slope) > TIE and -TIE <= -gap / slope <= 1 + TIE:
            found.append((float(min(max(-gap / slope, 0), 1)), f"{names[i]} / {names[j]}"))
    return found


def trade_offs(
    package: Package, framework: str, counts: pd.DataFrame, criteria, resolution: int = 60
) -> pd.DataFrame:
    """For each trade-off: the share of weights under which the documents show more of its first side.

    Columns item, first, second, first_leads, equal, second_leads (counting what is stated; sum 1), and
    first_least, first_most, the bounds of first_leads over silence, and second_least, the lower bound of
    second_leads. DataError where a side is missing.
    """
    found = aims(package, framework)
    grid = weight_grid(len(list(criteria)), resolution)
    low, high = (grid @ scores(counts, criteria, which=which).to_numpy().T for which in ("least", "most"))
    place = {aim: number for number, aim in enumerate(counts.index)}
    rows = []
    for item, sides in found.groupby("item"):
        named = {row["side"]: aim for aim, row in sides.iterrows()}
        if set(named) != {"first", "second"} or len(sides) != 2:
            raise DataError(f"aims.csv, item {item!r}: a trade-off needs one first and one second side.")
        a, b = place[named["first"]], place[named["second"]]
        ahead, behind = low[:, a] > low[:, b] + TIE, low[:, b] > low[:, a] + TIE
        rows.append(
            {
                "item": item,
                "first": counts.loc[named["first"], "label"],
                "second": counts.loc[named["second"], "label"],
                "first_leads": float(ahead.mean()),
                "equal": float((~ahead & ~behind).mean()),
                "second_leads": float(behind.mean()),
                "first_least": float((low[:, a] > high[:, b] + TIE).mean()),
                "first_most": float((high[:, a] > low[:, b] + TIE).mean()),
                "second_least": float((low[:, b] > high[:, a] + TIE).mean()),
            }
        )
    return pd.DataFrame(rows)


def winners(table: pd.DataFrame, resolution: int = 60) -> pd.DataFrame:
    """For each weighting of the grid, its weights by criterion and the aim that comes first.

    Where several do, `first` joins them by a plus sign, in the order of the table.
    """
    grid = weight_grid(table.shape[1], resolution)
    total = grid @ table.to_numpy().T
    top = total >= total.max(axis=1, keepdims=True) - TIE
    names = ["+".join(table.index[row]) for row in top]
    return pd.DataFrame(grid, columns=table.columns).assign(first=names)
