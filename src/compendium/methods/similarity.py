"""Which cases resemble which, as far as the texts state it.

Cases are compared code by code and only where both are stated (Gower 1971: a comparison that cannot
be made has weight 0). A code that may have several values is compared by the Jaccard distance of the
stated sets (Jaccard 1901), a code with one value by equality, a number by its difference over the
range. What is not stated is never a category of its own: it widens the bounds of the distance, which
are taken over all completions of the silent cells. A cell that states something is read as stating
all of its values; that is an assumption, and the compendium's own.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from compendium.codings import vocabulary
from compendium.codings.package import Package, codes_of
from compendium.errors import DataError
from compendium.readings import matrices
from compendium.readings.specifications import Specification

ZERO = 1e-12
NOT_APPLICABLE = frozenset()  # of a cell: the question does not arise. A silent cell is None.


def chosen_study(package: Package, study: str) -> str:
    """`study`, or where it is empty the one with the most cases; DataError where it has none."""
    counts = package.cases["study"].value_counts()
    if not study and len(counts):
        return counts.sort_index().idxmax()
    if study not in counts:
        known = ", ".join(sorted(counts.index)) or "none"
        raise DataError(f"study={study!r}: the data has no such cases; it has {known}.")
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
    statuses = matrices.strongest_status(package, list(used["code"]), cases.index)
    found = pd.DataFrame(index=given.index, columns=given.columns, dtype=object)
    for row in used.itertuples():
        for case in given.index:
            values = given.loc[case, row.code]
            if row.kind == "number":
                values = [_number(case, row.code, value) for value in values]
            silent = NOT_APPLICABLE if statuses.loc[case, row.code] == vocabulary.NOT_APPLICABLE else None
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


def _open_width(one, other, span: tuple[float, float] | None, vocabulary: frozenset, several: bool) -> float:
    """`widest`, or for numbers the same within the stated range, which Gower's measure takes as given."""
    if span is None:
        return widest(one, other, vocabulary, several)
    stated = one if one is not None else other
    if stated is None:
        return 1.0
    low, high = span
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
            if one is None or other is None:
                several = bool(about.loc[code, "multiple"])
                open_widths.append(_open_width(one, other, ranges.get(code), words[code], several))
            else:
                stated.append(code_distance(one, other, np.ptp(ranges[code]) if code in ranges else None))
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


def stated_of_all(given: pd.DataFrame) -> list[str]:
    """The codes that every case states."""
    return [code for code in given.columns if given[code].map(bool).all()]
