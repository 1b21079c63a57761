"""The comparisons that the notebooks show: data frames in, data frames out."""

import pandas as pd

from compendium.codings import coverage
from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, STRENGTH
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


def agreement(package: Package) -> pd.DataFrame:
    """Agreement of two independent codings, by study.

    Share of cells with the same values (codes with fixed vocabulary or numbers only), also
    among those that not both left silent, share with the same statuses, and Cohen's kappa of
    the strongest status (Cohen 1960, by statsmodels).
    """
    from statsmodels.stats.inter_rater import cohens_kappa, to_table

    book = package.codebook.set_index("code")["type"]
    study = package.cases.set_index("case")["study"]
    given = coverage.recoded_cells(package)
    given = given[given["status"] != NOT_APPLICABLE]  # nobody was asked
    cells = given.groupby(["coder", "case", "code"])[["value", "status"]].agg(
        lambda each: tuple(sorted(set(each)))
    )
    first, second = cells.loc["first"], cells.loc["second"]
    both = first.join(second, lsuffix="_first", rsuffix="_second").reset_index()
    both["study"] = both["case"].map(study)
    rows = []
    for name, group in both.groupby("study"):
        fixed = group[group["code"].map(book) != "text"]
        found = fixed[~fixed[["status_first", "status_second"]].isin([(SILENT,)]).all(axis=1)]
        pairs = (
            group[["status_first", "status_second"]]
            .map("+".join)
            .apply(lambda column: column.map(_first_status))
        )
        kappa = cohens_kappa(to_table(pairs.to_numpy())[0]).kappa
        rows.append(
            {
                "study": name,
                "cells": len(group),
                "with fixed values": len(fixed),
                "same values": float((fixed["value_first"] == fixed["value_second"]).mean()),
                "something found": len(found),
                "same values, something found": float((found["value_first"] == found["value_second"]).mean()),
                "same status": float((group["status_first"] == group["status_second"]).mean()),
                "kappa of status": float(kappa),
            }
        )
    return pd.DataFrame(rows)


def coding_differences(package: Package) -> pd.DataFrame:
    """Cells in which two codings differ, with what was settled; of free text only the statuses are compared."""
    types = package.codebook.set_index("code")["type"]
    given = coverage.recoded_cells(package)
    given = given.assign(said=given["value"] + " [" + given["status"] + "]")
    given["compared"] = given["said"].where(given["code"].map(types) != "text", given["status"])
    cells = given.groupby(["coder", "case", "code"])[["said", "compared"]].agg(
        lambda each: "; ".join(sorted(each))
    )
    first, second = cells.loc["first"], cells.loc["second"]
    differ = first["compared"] != second["compared"]
    both = pd.DataFrame({"first": first["said"], "second": second["said"]})[differ].reset_index()
    final = coverage.cells(package)
    final = final.assign(said=final["value"] + " [" + final["status"] + "]")
    settled = final.groupby(["case", "code"])["said"].agg(lambda said: "; ".join(sorted(set(said))))
    return both.merge(settled.rename("settled").reset_index(), on=["case", "code"])


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


def _first_status(joined: str) -> int:
    """Number of the strongest status among those joined by plus signs."""
    return min(STRENGTH.index(status) for status in joined.split("+"))
