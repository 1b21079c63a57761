"""Ideal types: how far each case belongs to each corner of a declared property space.

A property space (Barton 1955; Lazarsfeld and Barton 1951) crosses a few dimensions; each of its
corners is an ideal type. Fuzzy-set ideal-type analysis (Kvist 1999, 2007; Hudson and Kühner 2009)
gives each case a membership from 0 (fully out) to 1 (fully in) in each dimension; negation is 1 - x
and membership in a corner is the minimum over the dimensions (Zadeh 1965).

Two things are particular here. A membership follows from what a text states, never from how surely
it is known: whether a status counts is a choice of the specification (a degree of membership is not
a degree of confidence: Ragin 2008). And where no counted coding speaks, the membership is an
interval, lower to upper over all completions of the silent cells, not a number in the middle.

The spaces and the memberships of values (`RULES`) are the compendium's own reconstruction. The
leadership brief says that it used ideal types; it names none, and no case's type is in its text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from compendium.codings.package import DataError, Package
from compendium.readings import matrices
from compendium.readings.arrays import Literal, Readings
from compendium.readings.specifications import EVIDENCE, Specification

HALF = 0.5  # the crossover: neither in nor out (Ragin 2008)
TOLERANCE = 1e-9
MEMBERSHIPS = ["case", "dimension", "lower", "upper"]
RULE_COLUMNS = ["dimension", "code", "value", "membership"]


@dataclass(frozen=True)
class Space:
    """A declared property space: the study it is for, its dimensions in words, and where it is from."""

    study: str
    title: str
    dimensions: dict[str, str]
    origin: str


SPACES = {
    "gain": Space(
        "leadership",
        "commercial and social gain",
        {"commercial": "commercial gain", "social": "social gain"},
        "The axis on which the abstract of the study's published follow-up concludes (Nicholds, Gibney, "
        "Mabey and Hart 2017); the four corners are the compendium's own.",
    ),
    "orientation": Space(
        "leadership",
        "orientation to business and to community",
        {"business": "business orientation", "community": "community orientation"},
        "The brief's own suggestion that smart leadership balances business and community needs; the "
        "corners are the compendium's own.",
    ),
    "actors": Space(
        "leadership",
        "actors named in the initiative",
        {
            "public": "local authority",
            "private": "private sector",
            "third": "third sector",
            "residents": "residents",
        },
        "The four holders of resources that the brief's conclusion lists; the corners are the compendium's own.",
    ),
    "helix": Space(
        "clusters",
        "the four spheres of the helix models",
        {
            "science": "science",
            "industry": "industry",
            "government": "government",
            "citizens": "citizens",
        },
        "The spheres of the triple and the quadruple helix as the research note defines them.",
    ),
    "aims": Space(
        "clusters",
        "commercial and social aims",
        {"commercial": "commercial aims", "social": "social aims"},
        "The axis of the space of gain, read from the stated aims; the corners are the compendium's own.",
    ),
}

# Roles, from directing an initiative to being reached by it. The order follows the definitions in the
# codebook; the numbers are the compendium's own: working in it from inside is full membership, working
# with it from outside is more in than out, being served by it is more out than in.
ROLES = {
    **dict.fromkeys(("lead", "founder", "owner", "member", "developer"), 1.0),
    **dict.fromkeys(("partner", "contributor"), 0.67),
    "addressee": 0.33,
}


def _role(dimension: str, code: str) -> list[tuple[str, str, str, float]]:
    return [(dimension, code, value, membership) for value, membership in ROLES.items()]


def _each(
    dimension: str, code: str, membership: float, values: Sequence[str]
) -> list[tuple[str, str, str, float]]:
    return [(dimension, code, value, membership) for value in values]


# Which values of which codes make a case a member of a dimension, and how far.
RULES = {
    "gain": [
        ("commercial", "business-benefit", "yes", 1.0),
        ("commercial", "beneficiary", "businesses", 1.0),
        ("social", "community-benefit", "yes", 1.0),
        *_each("social", "beneficiary", 1.0, ["service-users", "public", "residents"]),
    ],
    "orientation": [
        ("business", "business-benefit", "yes", 1.0),
        ("business", "beneficiary", "businesses", 1.0),
        ("business", "driver", "market-opportunity", 1.0),
        ("business", "domain", "green-business", 1.0),
        *_each("business", "domain", 0.67, ["innovation", "skills"]),
        ("community", "community-benefit", "yes", 1.0),
        *_each("community", "beneficiary", 1.0, ["service-users", "public", "residents"]),
        ("community", "driver", "service-demand", 1.0),
        *_each("community", "domain", 1.0, ["health", "social-care", "community-services"]),
        *_each("community", "domain", 0.67, ["engagement", "housing", "education", "regeneration"]),
    ],
    "actors": [
        *_role("public", "local-authority"),
        *_role("private", "private-sector"),
        *_role("third", "third-sector"),
        *_role("residents", "residents"),
    ],
    "helix": [row for sphere in SPACES["helix"].dimensions for row in _role(sphere, sphere)],
    "aims": [
        *_each("commercial", "aims", 1.0, ["business-innovation", "export", "market-position"]),
        *_each("commercial", "aims", 1.0, ["competitiveness", "growth"]),
        *_each("commercial", "aims", 0.67, ["jobs-and-wealth", "product-testing", "deployment"]),
        *_each("social", "aims", 1.0, ["community-services", "public-space", "sustainable-city"]),
        *_each("social", "aims", 0.67, ["jobs-and-wealth", "education", "ict-skills", "co-creation"]),
    ],
}

# The helix that a label names, as a corner of the space of spheres. The note sets the quadruple helix
# apart from the triple one by the citizens, so a triple helix is read as one without them.
HELIX_CORNERS = {
    "triple": {"science": True, "industry": True, "government": True, "citizens": False},
    "quadruple": {"science": True, "industry": True, "government": True, "citizens": True},
}


def spaces_of(package: Package) -> list[str]:
    """Names of the declared spaces whose study has cases in the package."""
    return [name for name, space in SPACES.items() if space.study in set(package.cases["study"])]


def chosen_space(package: Package, space: str) -> str:
    """`space`, or the first declared one that has cases where it is empty; ValueError for any other."""
    found = spaces_of(package)
    if not space and found:
        return found[0]
    if space not in SPACES:
        raise ValueError(f"space={space!r} is not declared; use one of {', '.join(SPACES)}.")
    if space not in found:
        raise DataError(f"space={space!r}: the data has no case of the study {SPACES[space].study!r}.")
    return space


def rules(space: str) -> pd.DataFrame:
    """The declared rules of a space: dimension, code, value, membership (0 to 1); the compendium's own."""
    if space not in SPACES:
        raise ValueError(f"space={space!r} is not declared; use one of {', '.join(SPACES)}.")
    return pd.DataFrame(RULES[space], columns=RULE_COLUMNS)


def check_rules(package: Package, table: pd.DataFrame) -> None:
    """DataError where rules cannot be read from the codebook; the message names the row or the column.

    Columns as in `rules`. Each code and value must be in the codebook, each membership within 0 and 1,
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


def label_distances(package: Package, table: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """Distance between the helix label that the authors give a case and the spheres they describe.

    One row per case: case, label, known by, lower, upper, reading, same passage. The distance is 1
    minus the membership in the labelled corner, as an interval, missing (None) without a label.
    `reading`: agrees (below one half whatever the silent cells hold), differs (above it), open, or no
    label. `same passage` names the spheres known only from the passages that give the label: there,
    agreement is no independent evidence. Every label counts, whatever its status; which codings of
    spheres count is decided by `spec`.
    """
    low, high = bounds(table)
    rows = []
    labels = package.codings[(package.codings["code"] == "helix-label") & (package.codings["value"] != "")]
    spheres = matrices.counted(package.codings, spec)
    for case in low.index:
        own = labels[labels["case"] == case]
        values = sorted(set(own["value"]))
        if len(values) > 1:
            raise DataError(f"helix-label: {case} has {len(values)} labels; a distance needs one.")
        lower = upper = None
        if values:
            inside = [HELIX_CORNERS[values[0]][dimension] for dimension in low.columns]
            least, most = _corner(low.loc[[case]].to_numpy(), high.loc[[case]].to_numpy(), inside)
            lower, upper = 1 - float(most[0]), 1 - float(least[0])
        rest = spheres[(spheres["case"] == case) & spheres["code"].isin(low.columns)]
        places = rest.groupby("code")["passage"].agg(set)
        rows.append(
            {
                "case": case,
                "label": values[0] if values else "",
                "known by": ";".join(sorted(set(own["status"]))),
                "lower": lower,
                "upper": upper,
                "reading": _reading(lower, upper),
                "same passage": ";".join(
                    code for code in low.columns if code in places and places[code] <= set(own["passage"])
                ),
            }
        )
    return pd.DataFrame(rows)


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
    known (pairs that are so and have no silent dimension).
    The other choices are those of `spec`.
    """
    rows = []
    for silence, evidence in product(("unknown", "absent"), EVIDENCE):
        other = replace(spec, evidence=evidence, silence=silence)
        cases = matrices.select_cases(package, study, other)
        found = memberships(package, cases, table, other)
        placed, compared = placements(found), pairs(found)
        rows.append(
            {
                "evidence": evidence,
                "silence": silence,
                "cases": len(cases),
                "placed": int((placed["type"] != "").sum()),
                "types": placed.loc[placed["type"] != "", "type"].nunique(),
                "pairs": len(compared),
                "apart": int((compared["apart"] != "").sum()),
                "identical": int(compared["identical"].sum()),
                "known": int(compared["known"].sum()),
            }
        )
    return pd.DataFrame(rows)


def across_spaces(package: Package, cases: pd.DataFrame, study: str, spec: Specification) -> pd.DataFrame:
    """Every declared space of a study: placed and pairs as in `across_evidence`."""
    rows = []
    for name, space in SPACES.items():
        if space.study != study:
            continue
        found = memberships(package, cases, rules(name), spec)
        compared = pairs(found)
        rows.append(
            {
                "space": space.title,
                "types": 2 ** len(space.dimensions),
                "cases": len(cases),
                "placed": int((placements(found)["type"] != "").sum()),
                "pairs": len(compared),
                "apart": int((compared["apart"] != "").sum()),
                "identical": int(compared["identical"].sum()),
                "known": int(compared["known"].sum()),
            }
        )
    return pd.DataFrame(rows)
