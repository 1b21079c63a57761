"""Ideal types: how far each case belongs to each corner of a declared property space.

A property space (Barton 1955; Lazarsfeld and Barton 1951) crosses a few dimensions; each of its
corners is an ideal type. Fuzzy-set ideal-type analysis (Kvist 1999, 2007; Hudson and Kühner 2009)
gives each case a membership from 0 (fully out) to 1 (fully in) in each dimension; negation is 1 - x
and membership in a corner is the minimum over the dimensions (Zadeh 1965).

Two things are particular here. A membership follows from what a text states, never from how surely
it is known: whether a status counts is a choice of the specification (a degree of membership is not
a degree of confidence: Ragin 2008). And where no counted coding speaks, the membership is an
interval, lower to upper over all completions of the silent cells, not a number in the middle.

Which spaces are crossed, and which values make a case a member how far, is declared by whoever asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from compendium.codings.package import Package
from compendium.errors import DataError
from compendium.readings import matrices
from compendium.readings.arrays import Literal, Readings
from compendium.readings.specifications import EVIDENCE, Specification

HALF = 0.5  # the crossover: neither in nor out (Ragin 2008)
TOLERANCE = 1e-9
MEMBERSHIPS = ["case", "dimension", "lower", "upper"]
RULE_COLUMNS = ["dimension", "code", "value", "membership"]


@dataclass(frozen=True)
class Space:
    """A declared property space: the study it is for, its dimensions in words, where it is from, and its rules.

    A rule says which value of which code makes a case a member of which dimension, and how far:
    (dimension, code, value, membership from 0 to 1).
    """

    study: str
    title: str
    dimensions: dict[str, str]
    origin: str
    rules: Sequence[tuple[str, str, str, float]]

    @property
    def rule_table(self) -> pd.DataFrame:
        """The rules, a row each: dimension, code, value, membership."""
        return pd.DataFrame(self.rules, columns=RULE_COLUMNS)


def check_rules(package: Package, table: pd.DataFrame) -> None:
    """DataError where rules cannot be read from the codebook; the message names the row or the column.

    Columns as in `Space.rule_table`. Each code and value must be in the codebook, each membership within 0 and 1,
    and each dimension must let some value make a case a member: a dimension that is 0 throughout
    is constant and crosses with nothing.
    """
    missing = [column for column in RULE_COLUMNS if column not in table.columns]
    if missing:
        raise DataError(
            f"rules: the column {missing[0]!r} is missing; columns are {', '.join(RULE_COLUMNS)}."
        )
    book = package.codebook.set_index("code")["values"]
    for row in table.itertuples():
        if row.code not in book.index:
            raise DataError(f"rules: the code {row.code!r} is not in codebook.csv.")
        if row.value not in book[row.code].split(";"):
            raise DataError(f"rules: {row.value!r} is not a value of the code {row.code!r} in codebook.csv.")
        if not 0 <= row.membership <= 1:
            raise DataError(
                f"rules: the membership of {row.code}={row.value} is {row.membership}; use 0 to 1."
            )
    for dimension, given in table.groupby("dimension", sort=False):
        if given["membership"].max() <= 0:
            raise DataError(
                f"rules: the dimension {dimension!r} is constant: no value makes a case a member of it."
            )


def memberships(
    package: Package, cases: pd.DataFrame, table: pd.DataFrame, spec: Specification
) -> pd.DataFrame:
    """Membership of each case in each dimension, as an interval over the completions of silent cells.

    Returns a row per case and dimension: case, dimension, lower, upper (0 to 1), basis (the codes of
    the dimension of which a counted coding states a value, joined by semicolons; empty where none does).
    A dimension is the union of its rules: the maximum (Zadeh 1965). A value that can only be added,
    because the code may have several, leaves the upper bound open; a text that denies a value closes it.
    """
    if len(cases) < 2:
        raise DataError(f"ideal types: {len(cases)} case given; comparing needs two or more.")
    check_rules(package, table)
    readings = Readings(package, cases.index, [spec])
    stated = matrices.values(package, sorted(set(table["code"])), cases.index, spec)
    rows = []
    for dimension, given in table.groupby("dimension", sort=False):
        lower, upper = _union(readings, given)
        for number, case in enumerate(cases.index):
            basis = [code for code in given["code"].unique() if stated.loc[case, code]]
            rows.append((case, dimension, lower[number], upper[number], ";".join(basis)))
    return pd.DataFrame(rows, columns=[*MEMBERSHIPS, "basis"])


def _union(readings: Readings, given: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper membership of each case under the only reading: maxima over the rules."""
    lower, upper = np.zeros(len(readings.cases)), np.zeros(len(readings.cases))
    for row in given.itertuples():
        sure, possible = readings.literal(Literal(row.code, row.value, negated=False))
        lower = np.maximum(lower, row.membership * sure[0])
        upper = np.maximum(upper, row.membership * possible[0])
    return lower, upper


def check_memberships(table: pd.DataFrame) -> None:
    """DataError where memberships are not intervals within 0 and 1, one for each case and dimension."""
    missing = [column for column in MEMBERSHIPS if column not in table.columns]
    if missing:
        raise DataError(
            f"memberships: the column {missing[0]!r} is missing; columns are {', '.join(MEMBERSHIPS)}."
        )
    if table["case"].nunique() < 2:
        raise DataError("memberships: one case given; comparing needs two or more.")
    bad = table[~((table["lower"] >= 0) & (table["upper"] <= 1) & (table["lower"] <= table["upper"]))]
    if len(bad):
        row = bad.iloc[0]
        raise DataError(
            f"memberships: {row['case']} in {row['dimension']} is {row['lower']} to {row['upper']}; "
            "an interval from 0 to 1 is needed, lower first."
        )
    if (
        table.duplicated(["case", "dimension"]).any()
        or table.groupby("case")["dimension"].nunique().nunique() > 1
    ):
        raise DataError("memberships: give each case each dimension once.")


def bounds(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lower and upper memberships as matrices of cases by dimensions, in the order given."""
    check_memberships(table)
    cases, dimensions = list(dict.fromkeys(table["case"])), list(dict.fromkeys(table["dimension"]))
    found = [
        table.pivot(index="case", columns="dimension", values=side).loc[cases, dimensions]
        for side in ("lower", "upper")
    ]
    return found[0], found[1]


def corner_name(dimensions: Sequence[str], inside: Iterable[bool]) -> str:
    """A corner in words, such as `commercial, not social`."""
    return ", ".join(name if yes else f"not {name}" for name, yes in zip(dimensions, inside))


def corners(table: pd.DataFrame) -> pd.DataFrame:
    """Membership of each case in each corner: case, type, lower, upper.

    The minimum over the dimensions, 1 - x where the corner negates one (Kvist 1999, 2007). Bounds are
    exact: each dimension is in the minimum once, so the extremes are reached at the same completion.
    """
    low, high = bounds(table)
    rows = []
    for inside in product((True, False), repeat=low.shape[1]):
        lower, upper = _corner(low.to_numpy(), high.to_numpy(), inside)
        name = corner_name(list(low.columns), inside)
        rows += [(case, name, lower[i], upper[i]) for i, case in enumerate(low.index)]
    found = pd.DataFrame(rows, columns=["case", "type", "lower", "upper"])
    order = {case: number for number, case in enumerate(low.index)}
    return found.sort_values("case", key=lambda column: column.map(order), kind="stable", ignore_index=True)


def _corner(low: np.ndarray, high: np.ndarray, inside: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper membership of cases (rows) in a corner given as in or out for each dimension."""
    yes = np.array(inside)
    lower = np.where(yes, low, 1 - high).min(axis=1)
    return lower, np.where(yes, high, 1 - low).min(axis=1)


def placements(table: pd.DataFrame) -> pd.DataFrame:
    """Where each case sits: case, type, possible types, decided dimensions, least and most firmness.

    A case sits in the corner whose membership is above one half; there is at most one (Ragin 2008).
    `type` is empty where some completion puts the case elsewhere or on the crossover. `possible` is
    the number of corners in which some completion puts it. Firmness is the membership in the best
    corner minus that in the second-best one: the second-best flips the weakest dimension, so it is
    2 min(max(x, 1 - x)) - 1; `least` and `most` are its extremes over the completions. `least` is set
    to 0 where completions put the case into different corners: then nothing is firm.
    """
    low, high = bounds(table)
    rows = []
    for case in low.index:
        lower, upper = low.loc[case].to_numpy(), high.loc[case].to_numpy()
        inside, outside = lower > HALF + TOLERANCE, upper < HALF - TOLERANCE
        decided = inside | outside
        weakest = np.where(inside, lower, np.where(outside, 1 - upper, HALF)).min()
        strongest = np.maximum(upper, 1 - lower).min()
        reach = (upper > HALF + TOLERANCE).astype(int) + (lower < HALF - TOLERANCE)
        rows.append(
            {
                "case": case,
                "type": corner_name(list(low.columns), inside) if decided.all() else "",
                "possible": int(np.prod(reach)),
                "decided": int(decided.sum()),
                "least": round(2 * weakest - 1, 10),
                "most": round(2 * strongest - 1, 10),
            }
        )
    return pd.DataFrame(rows)


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Which pairs of cases the stated memberships tell apart: first, second, apart, identical, known.

    `apart` names the dimensions on which the two intervals do not meet, so that no completion can
    make the cases alike there. `identical` says that all intervals are the same, and `known` that all
    are points besides: intervals that are the same because the text is silent on both are no likeness.
    """
    low, high = bounds(table)
    rows = []
    for one, other in combinations(low.index, 2):
        parted = (low.loc[one] > high.loc[other] + TOLERANCE) | (low.loc[other] > high.loc[one] + TOLERANCE)
        same = np.allclose(low.loc[one], low.loc[other]) and np.allclose(high.loc[one], high.loc[other])
        known = same and np.allclose(low.loc[one], high.loc[one])
        rows.append((one, other, ";".join(low.columns[parted]), bool(same), bool(known)))
    return pd.DataFrame(rows, columns=["first", "second", "apart", "identical", "known"])


def label_distances(
    package: Package, table: pd.DataFrame, spec: Specification, code: str, labelled: Mapping[str, Mapping]
) -> pd.DataFrame:
    """Distance between the label that the authors give a case and what they describe of it.

    `code` is the code of the label; `labelled` maps each label to its corner: dimension to whether
    it is in. The dimensions of `table` are codes. One row per case: case, label, known by, lower, upper,
    reading, same passage. The distance is 1 minus the membership in the labelled corner, as an interval,
    missing (None) without a label. `reading`: agrees (below one half whatever the silent cells hold),
    differs (above it), open, or no label. `same passage` names the dimensions known only from the passages
    that give the label: there, agreement is no independent evidence. Every label counts; `spec` decides
    which codings of the dimensions do. DataError where a case has two labels.
    """
    low, high = bounds(table)
    labels = package.codings[(package.codings["code"] == code) & (package.codings["value"] != "")]
    described = matrices.counted(package.codings, spec)
    rows = []
    for case in low.index:
        own = labels[labels["case"] == case]
        label = _one_label(case, own)
        lower, upper = (
            _distance(low.loc[[case]], high.loc[[case]], labelled[label]) if label else (None, None)
        )
        places = described[described["case"] == case].groupby("code")["passage"].agg(set)
        same = [name for name in low.columns if name in places and places[name] <= set(own["passage"])]
        rows.append(
            {
                "case": case,
                "label": label,
                "known by": ";".join(sorted(set(own["status"]))),
                "lower": lower,
                "upper": upper,
                "reading": _reading(lower, upper),
                "same passage": ";".join(same),
            }
        )
    return pd.DataFrame(rows)


def _distance(low: pd.DataFrame, high: pd.DataFrame, corner: Mapping[str, bool]) -> tuple[float, float]:
    """Least and greatest distance of one case (rows of one) to a corner."""
    inside = [corner[dimension] for dimension in low.columns]
    least, most = _corner(low.to_numpy(), high.to_numpy(), inside)
    return 1 - float(most[0]), 1 - float(least[0])


def _one_label(case: str, own: pd.DataFrame) -> str:
    values = sorted(set(own["value"]))
    if len(values) > 1:
        code = own["code"].iloc[0]
        raise DataError(f"{code}: {case} has {len(values)} labels; a distance needs one.")
    return values[0] if values else ""


def _reading(lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return "no label"
    if upper < HALF - TOLERANCE:
        return "agrees"
    return "differs" if lower > HALF + TOLERANCE else "open"


def across_evidence(package: Package, study: str, table: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """How much the placement hangs on what counts: a row per level of evidence and reading of silence.

    Columns: evidence, silence, cases, placed (in one type whatever is silent), types (different types
    among them), pairs, apart (pairs told apart on a dimension), identical (pairs with the same intervals),
    known (pairs that are so and have no silent dimension). The other choices are those of `spec`.
    """
    rows = []
    for silence, evidence in product(("unknown", "absent"), EVIDENCE):
        other = replace(spec, evidence=evidence, silence=silence)
        cases = matrices.select_cases(package, study, other)
        found = memberships(package, cases, table, other)
        types = placements(found)["type"]
        types = types[types != ""]
        rows.append(
            {
                "evidence": evidence,
                "silence": silence,
                "cases": len(cases),
                "placed": len(types),
                "types": types.nunique(),
                **_pair_counts(found),
            }
        )
    return pd.DataFrame(rows)


def across_spaces(
    package: Package, cases: pd.DataFrame, spaces: Iterable[Space], spec: Specification
) -> pd.DataFrame:
    """Several spaces side by side: space, types, cases, and placed and pairs as in `across_evidence`."""
    rows = []
    for space in spaces:
        found = memberships(package, cases, space.rule_table, spec)
        rows.append(
            {
                "space": space.title,
                "types": 2 ** len(space.dimensions),
                "cases": len(cases),
                "placed": int((placements(found)["type"] != "").sum()),
                **_pair_counts(found),
            }
        )
    return pd.DataFrame(rows)


def _pair_counts(found: pd.DataFrame) -> dict[str, int]:
    """How many pairs of cases there are, and how many the memberships tell apart or not."""
    compared = pairs(found)
    return {
        "pairs": len(compared),
        "apart": int((compared["apart"] != "").sum()),
        "identical": int(compared["identical"].sum()),
        "known": int(compared["known"].sum()),
    }
