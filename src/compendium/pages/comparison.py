"""The cases of a study beside each other, theme by theme, under one reading."""

import pandas as pd

from compendium.codings.corpus import disagreements
from compendium.codings.package import Package, codes_of
from compendium.pages import display, figures, results
from compendium.pages.templating import render
from compendium.readings import matrices
from compendium.readings.counting import bounds, count_states
from compendium.readings.specifications import Specification


def tally(package: Package, study: str, spec: Specification) -> dict[str, int]:
    """How many cases and codes there are, and how many cells the reading shows, denies, and leaves open."""
    cases = matrices.select_cases(package, study, spec)
    codes = list(codes_of(package.codebook, study)["code"])
    found = matrices.states(package, codes, cases.index, spec).stack()
    least, most = bounds(found)
    return {
        "cases": len(cases),
        "codes": len(codes),
        "present": least,
        "absent": int((found == matrices.ABSENT).sum()),
        "open": most - least,
    }


def show_themes(package: Package, study: str, spec: Specification) -> None:
    """For each theme: how each cell is known, how many cases show each code, and what each case shows."""
    cases = matrices.select_cases(package, study, spec)
    others = package.entry("studies", study)["cases"]
    for theme in package.ranked("themes"):
        if codes := matrices.theme_codes(package, study, theme):
            label = package.entry("themes", theme)["label"]
            results.publish(render("theme", theme=theme, title=label[:1].upper() + label[1:]))
            _show_known(package, cases, codes, theme, f"How each thing asked under “{label}” is known")
            counts = count_states(matrices.states(package, codes, cases.index, spec))
            display.table(
                f"counts-{theme}",
                display.rounded(counts.assign(code=matrices.labels(package, codes))),
                f"How many {others} show it, with the exact 95 % interval of the share, silence included",
            )
            display.coding_table(
                f"codings-{theme}", package, cases, codes, f"What is said of the {others}, cell by cell"
            )


def _show_known(package: Package, cases: pd.DataFrame, codes: list[str], theme: str, caption: str) -> None:
    """The grid of signs of one theme."""
    names, labels = list(cases["name"]), matrices.labels(package, codes)
    statuses = matrices.marks(package, codes, cases.index)
    display.figure(
        f"known-{theme}",
        figures.status_matrix(statuses, names, labels, f"known-{theme}"),
        caption,
        display.describe_statuses(statuses, names, labels),
        statuses.reset_index(),
    )


def show_disagreements(package: Package, study: str) -> None:
    """The cells of a study about which documents disagree, and which document says what, whatever a reading counts."""
    said = disagreements(package, study)
    if said.empty:
        results.publish(render("words", words="No two documents disagree about a cell."))
        return
    names = package.cases.set_index("case")["name"]
    labels = package.codebook.set_index("code")["label"]
    titles = package.sources.set_index("source")["title"]
    shown = pd.DataFrame(
        {
            "case": said["case"].map(names),
            "asked": said["code"].map(labels),
            "document": said["source"].map(titles),
            "value": said["value"],
            "status": said["status"],
        }
    )
    view = shown[["case", "asked", "document"]].copy()
    view["says"] = [display.evidence(package, [row]) for row in said.to_dict("records")]
    display.table("disagreements", shown, "Where documents disagree, and which says what", html=view)
