"""The comparisons that the notebooks show: data frames in, data frames out."""

import pandas as pd

from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT
from compendium.readings import matrices
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import DEFAULT, Specification

SPHERES = ("science", "industry", "government", "citizens")


def stated_shares(package: Package, study: str) -> pd.DataFrame:
    """How much the text says of each case of a study.

    One row per case: name, asked (number of codes that can be asked of it), stated (of the case itself), group
    (only said of a group it belongs to), inferred (any other status that gives a value), silent.
    """
    cases = matrices.select_cases(package, study, DEFAULT)
    codes = sorted(codes_of(package.codebook, study)["code"])
    statuses = matrices.strongest_status(package, codes, cases.index)
    stated, group = (statuses == "explicit").sum(axis=1), (statuses == "group").sum(axis=1)
    silent = (statuses == SILENT).sum(axis=1)
    asked = (statuses != NOT_APPLICABLE).sum(axis=1)
    shares = pd.DataFrame(
        {
            "name": cases["name"],
            "asked": asked,
            "stated": stated,
            "group": group,
            "inferred": asked - stated - group - silent,
            "silent": silent,
        }
    )
    return shares.reset_index()


def dimensions(package: Package, cases: pd.DataFrame) -> pd.DataFrame:
    """For each dimension on which the cases are said to differ: how often that is asserted,
    and for how many cases the text describes the dimension, by strength."""
    themes = matrices.theme_codes(package, "leadership", "difference")
    names = [code.removeprefix("differs-") for code in themes if code.startswith("differs-")]
    codings = package.codings[package.codings["case"].isin(cases.index)]
    rows = []
    for name in names:
        described = codings[codings["code"] == f"described-{name}"]
        asserted = codings[(codings["code"] == f"differs-{name}") & (codings["value"] == "yes")]
        explicit = set(described.loc[described["status"] == "explicit", "case"])
        inferred = set(described["case"]) - explicit
        rows.append(
            {
                "dimension": matrices.labels(package, [f"described-{name}"])[0].removesuffix(": description"),
                "said to differ": asserted["case"].nunique(),
                "described": len(explicit),
                "only inferable": len(inferred),
                "not described": len(cases) - len(explicit) - len(inferred),
            }
        )
    return pd.DataFrame(rows)


def helix(package: Package, cases: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """The helix that the authors give each case beside the one its described spheres make.

    `described` is quadruple, triple or fewer where the counted cells decide it, else a range.
    `reading` says whether label and description agree, differ, or leave it open.
    """
    found = matrices.states(package, SPHERES, cases.index, spec)
    labels = package.codings[(package.codings["code"] == "helix-label") & (package.codings["value"] != "")]
    rows = []
    for case in cases.index:
        given = labels[labels["case"] == case]
        least = helix_of(found.loc[case] == PRESENT)
        most = helix_of(found.loc[case].isin([PRESENT, UNKNOWN]))
        label = " / ".join(sorted(set(given["value"])))
        rows.append(
            {
                "case": cases.loc[case, "name"],
                **found.loc[case].to_dict(),
                "label": label or "none given",
                "label known by": " / ".join(sorted(set(given["status"]))) or SILENT,
                "described": least if least == most else f"{least} to {most}",
                "reading": _reading(label, least, most),
            }
        )
    return pd.DataFrame(rows)


def helix_of(spheres: pd.Series) -> str:
    """The helix that a set of present spheres makes: quadruple, triple, or fewer than three."""
    if spheres[["science", "industry", "government"]].all():
        return "quadruple" if spheres["citizens"] else "triple"
    return "fewer"


def _reading(label: str, least: str, most: str) -> str:
    order = ["fewer", "triple", "quadruple"]
    if not label:
        return "no label"
    if least == most:
        return "agrees" if label == least else "differs"
    possible = order[order.index(least) : order.index(most) + 1]
    return "open" if label in possible else "differs"


def direction_counts(package: Package, cases: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """How many cases each direction has, from the counted codings of both direction codes."""
    found = matrices.values(package, ["direction-argued", "direction-by-group"], cases.index, spec)
    both = found["direction-argued"] + found["direction-by-group"]
    rows = [
        {
            "direction": "city to cluster only",
            "cases": sum(set(given) == {"city-to-cluster"} for given in both),
        },
        {
            "direction": "cluster to city only",
            "cases": sum(set(given) == {"cluster-to-city"} for given in both),
        },
        {"direction": "both directions", "cases": sum(len(set(given)) > 1 for given in both)},
        {"direction": "not decided", "cases": sum(not given for given in both)},
    ]
    return pd.DataFrame(rows)


def ladder(package: Package, cases: pd.DataFrame) -> pd.DataFrame:
    """Arrangements on the ladder of formality, in the order of the rungs that the text sets."""
    rungs = {"informal": 0, "more-formal": 1}
    codings = package.codings[(package.codings["code"] == "formality") & (package.codings["value"] != "")]
    placed = codings.drop_duplicates("case").set_index("case")
    frame = pd.DataFrame(
        [
            {
                "label": cases.loc[case, "name"],
                "rung": rungs[placed.loc[case, "value"]] if case in placed.index else -1,
                "placed by": placed.loc[case, "status"] if case in placed.index else SILENT,
                "named": cases.loc[case, "kind"] != "model",
            }
            for case in cases.index
        ]
    )
    return frame.sort_values(["rung", "label"], kind="stable").reset_index(drop=True)


def ladder_in_words(rungs: pd.DataFrame) -> pd.DataFrame:
    """The ladder as a reader's table: arrangement, rung, how it is known, whether a case is named."""
    words = {0: "informal", 1: "more formal", -1: "not placed"}
    return pd.DataFrame(
        {
            "arrangement": rungs["label"],
            "rung": rungs["rung"].map(words),
            "known by": rungs["placed by"],
            "a case is named": rungs["named"].map({True: "yes", False: "no"}),
        }
    )


def lists(package: Package) -> pd.DataFrame:
    """Every list that the documents set out: its document, number of items, and what is missing."""
    items = package.frameworks.merge(package.passages[["passage", "source"]], on="passage")
    grouped = items.groupby(["source", "framework"], sort=True)
    return grouped.agg(
        items=("item", "size"),
        attributed=("status", lambda given: int((given == "attributed").sum())),
        missing=("status", lambda given: int((given == "announced-not-delivered").sum())),
    ).reset_index()


def sphere_presence(package: Package, spec: Specification) -> pd.DataFrame:
    """For each study and actor sphere: cases in which the sphere is present, absent, unknown."""
    book = package.codebook[package.codebook["sphere"] != ""]
    rows = []
    for study in package.cases["study"].unique():
        cases = matrices.select_cases(package, study, spec)
        for sphere, group in book[book["studies"] == study].groupby("sphere"):
            found = matrices.states(package, list(group["code"]), cases.index, spec)
            joined = found.apply(matrices.joined, axis=1)
            rows.append(
                {
                    "study": study,
                    "sphere": sphere,
                    **{state: int((joined == state).sum()) for state in (PRESENT, UNKNOWN, ABSENT)},
                }
            )
    return pd.DataFrame(rows)


def context_table(package: Package, cases: pd.DataFrame, indicators: list[str]) -> pd.DataFrame:
    """Context facts of some cases, a row per fact, in the order of the indicators."""
    facts = package.context[
        package.context["case"].isin(cases.index) & package.context["indicator"].isin(indicators)
    ]
    facts = facts.assign(rank=facts["indicator"].map(indicators.index), case=facts["case"].map(cases["name"]))
    facts = facts.sort_values(["rank", "period", "case"], kind="stable")
    return facts[["label", "case", "period", "value", "unit", "source", "licence", "note"]]


def places(package: Package, cases: pd.DataFrame) -> pd.DataFrame:
    """Host places from the context: name, level, latitude and longitude (degrees), numbered for a map."""
    facts = package.context[package.context["indicator"].isin(["latitude", "longitude"])]
    wide = facts.pivot_table(index="case", columns="indicator", values="value", aggfunc="first").astype(float)
    found = cases[["name", "level"]].join(wide, how="inner").reset_index()
    return found.assign(label=[str(number) for number in range(1, len(found) + 1)])[
        ["label", "name", "level", "latitude", "longitude", "case"]
    ]
