"""A profile of one case: what its text states, what it leaves unsaid, and the context beside it."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from compendium import display
from compendium.package import SILENT, DataError, Package, codes_of


@dataclass(frozen=True)
class Profile:
    """What is known of one case. `stated` holds, by theme, the codings that are not silent."""

    name: str
    stated: list[tuple[str, pd.DataFrame]]
    silent: pd.DataFrame
    context: pd.DataFrame
    counts: dict[str, int]


def profile(package: Package, case: str) -> Profile:
    """The profile of `case`; DataError where the package has no such case."""
    chosen = package.cases[package.cases["case"] == case]
    if chosen.empty:
        raise DataError(f"cases.csv has no case {case!r}; it has {', '.join(package.cases['case'])}.")
    book = codes_of(package.codebook, chosen.iloc[0]["study"])
    codings = package.codings[package.codings["case"] == case].merge(
        book[["code", "theme", "label"]], on="code"
    )
    known, silent = codings[codings["status"] != SILENT], codings[codings["status"] == SILENT]
    themes = [
        (theme, known[known["theme"] == theme])
        for theme in package.descriptor_enum("codebook", "theme")
        if theme in set(known["theme"])
    ]
    counts = {
        "asked": len(book),
        "stated": known.loc[known["status"].isin(["explicit", "group"]), "code"].nunique(),
        "not_silent": known["code"].nunique(),
        "silent": silent["code"].nunique(),
    }
    facts = package.context[package.context["case"] == case]
    return Profile(chosen.iloc[0]["name"], themes, silent[["theme", "label"]], facts, counts)


def finding(case: Profile) -> str:
    """The profile in one sentence."""
    other = case.counts["not_silent"] - case.counts["stated"]
    return (
        f"{case.name}: of {case.counts['asked']} things asked, the text states {case.counts['stated']}, "
        f"{other} more can only be inferred or are contested, and {case.counts['silent']} are not stated."
    )


def evidence_view(package: Package, codings: pd.DataFrame) -> pd.DataFrame:
    """One row per code: its label, and each of its codings as HTML that answers how it is known."""
    return pd.DataFrame(
        [
            {
                "asked": escape(label),
                "answer": "".join(display.evidence(package, row) for _, row in rows.iterrows()),
            }
            for label, rows in codings.groupby("label", sort=False)
        ]
    )


def show_context(case: Profile) -> None:
    """Show the context facts of a profile, each with its source folded behind it."""
    if case.context.empty:
        display.results.publish("<p>No context is recorded for this case.</p>")
        return
    columns = ["label", "value", "unit", "period", "source", "url", "licence", "accessed", "note"]
    view = pd.DataFrame(
        [
            {
                "fact": escape(fact.label),
                "value": escape(f"{fact.value} {fact.unit}".strip()),
                "when": escape(fact.period),
                "source": f"<details class='evidence'><summary>{escape(fact.source)}</summary><p>{escape(fact.url)}</p><p>{escape(fact.licence)}. Read {fact.accessed}.</p>"
                + (f"<p><b>Note.</b> {escape(fact.note)}</p>" if fact.note else "")
                + "</details>",
            }
            for fact in case.context.itertuples()
        ]
    )
    display.table(
        "context", case.context[columns], "Context beside this case", html=view, folded=len(view) > 12
    )
