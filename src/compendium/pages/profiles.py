"""A profile of one case: what its text states, what it leaves unsaid, and the context beside it."""

from dataclasses import dataclass

import pandas as pd

from compendium.codings import coverage
from compendium.codings.package import DataError, Package, codes_of
from compendium.codings.vocabulary import NOT_APPLICABLE, SILENT, UNCODED, WITHOUT
from compendium.pages import display
from compendium.pages.templating import render


@dataclass(frozen=True)
class Profile:
    """What is known of one case. `stated` holds, by theme (id and label), the codings that are not silent."""

    name: str
    study: str
    others: str  # what cases of its study are called
    stated: list[tuple[str, str, pd.DataFrame]]
    silent: pd.DataFrame
    uncoded: pd.DataFrame
    context: pd.DataFrame
    counts: dict[str, int]


def profile(package: Package, case: str) -> Profile:
    """The profile of `case`; DataError where the package has no such case."""
    chosen = package.cases[package.cases["case"] == case]
    if chosen.empty:
        raise DataError(f"cases.csv has no case {case!r}; it has {', '.join(package.cases['case'])}.")
    book = codes_of(package.codebook, chosen.iloc[0]["study"])
    cells = coverage.cells(package)
    codings = cells[cells["case"] == case].merge(book[["code", "theme", "label"]], on="code")
    asked = codings[(codings["status"] != NOT_APPLICABLE) | (codings["passage"] != "")]
    known = asked[~asked["status"].isin(WITHOUT)]
    silent, uncoded = (asked[asked["status"] == why] for why in (SILENT, UNCODED))
    themes = [
        (theme, package.entry("themes", theme)["label"], known[known["theme"] == theme])
        for theme in package.ranked("themes")
        if theme in set(known["theme"])
    ]
    explicit, group = (set(known.loc[known["status"] == status, "code"]) for status in ("explicit", "group"))
    counts = {
        "asked": asked["code"].nunique(),
        "stated": len(explicit),
        "group": len(group - explicit),
        "not_silent": known["code"].nunique(),
        "silent": silent["code"].nunique(),
        "uncoded": len(uncoded),
    }
    facts = package.context[package.context["case"] == case]
    facts = facts[~facts["indicator"].isin(["latitude", "longitude"])]  # for the map, not to read
    study = chosen.iloc[0]["study"]
    others = package.entry("studies", study)["cases"]
    return Profile(
        chosen.iloc[0]["name"],
        study,
        others,
        themes,
        _with_memos(silent),
        _with_memos(uncoded),
        facts,
        counts,
    )


def _with_memos(silent: pd.DataFrame) -> pd.DataFrame:
    """What is silent, with what was noted of it where anything was."""
    table = silent[["theme", "label", "note"]].rename(columns={"note": "memo"})
    return table if table["memo"].any() else table.drop(columns="memo")


def finding(case: Profile) -> str:
    """The profile in one sentence."""
    counts = case.counts
    other = counts["not_silent"] - counts["stated"] - counts["group"]
    nobody = f"; nobody looked for: {counts['uncoded']}" if counts["uncoded"] else ""
    return (
        f"Of {counts['asked']} things asked of {case.name}, the text states {counts['stated']} of the case itself and "
        f"{counts['group']} of a group it belongs to. Inferred, contested or following from “all the others”: {other}; "
        f"not stated: {counts['silent']}{nobody}."
    )


def show_comparison(case: Profile) -> None:
    """Link to the explorer, where the case stands beside the others of its study."""
    display.results.publish(render("comparison", case=case))


def evidence_view(package: Package, codings: pd.DataFrame) -> pd.DataFrame:
    """One row per code: its label, and each of its codings as HTML that answers how it is known."""
    answers = [
        {"asked": label, "answer": display.evidence(package, rows.to_dict("records"))}
        for label, rows in codings.groupby("label", sort=False)
    ]
    return pd.DataFrame(answers, dtype=object)


def show_context(case: Profile) -> None:
    """Show the context facts of a profile, each with its source folded behind it."""
    if case.context.empty:
        display.results.publish(render("words", words="No context is recorded for this case."))
        return
    columns = ["label", "value", "unit", "period", "source", "url", "licence", "accessed", "note"]
    view = pd.DataFrame(
        [
            {
                "fact": fact.label,
                "value": f"{fact.value} {'' if fact.unit == 'date' else fact.unit}".strip(),
                "when": fact.period,
                "source": render("context", fact=fact),
            }
            for fact in case.context.itertuples()
        ],
        dtype=object,
    )
    display.table(
        "context", case.context[columns], "Context beside this case", html=view, folded=len(view) > 12
    )
