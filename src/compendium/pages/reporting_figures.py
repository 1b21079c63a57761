"""Figures and cells of the page on reporting: sign, hatching and words beside every colour."""

import pandas as pd

from compendium.codings.package import Package
from compendium.methods.reporting import NOT_APPLICABLE, NOT_REPORTED, PARTLY, REPORTED
from compendium.pages import drawing, figures
from compendium.pages.templating import Markup, render

# Sign, words, colour and hatching of each score.
SCORE_STYLES = {
    REPORTED: ("●", "reported", drawing.BLUE, ""),
    PARTLY: ("◐", "partly reported", drawing.SKY, "\\\\"),
    NOT_REPORTED: ("○", "not reported", "none", "///"),
    NOT_APPLICABLE: ("–", "does not apply", drawing.GREY, "xx"),
}


def score_bars(counted: pd.DataFrame, name: str) -> str:
    """Scores of each standard and document, a bar each, as SVG. `counted`: as reporting.counts gives it."""
    styles = {score: (colour, hatch, words) for score, (_, words, colour, hatch) in SCORE_STYLES.items()}
    labels = counted["standard"] + ", " + counted["source"]
    return figures.stack(counted.set_axis(labels), styles, "number of items", name)


def score_strip(scored: pd.DataFrame, name: str) -> str:
    """Items by documents as SVG: a cell each, with the sign of its score on a tint of its colour.

    `scored` has the items of one standard only: number, label, source, score. Items run down,
    so that labels stay legible on a narrow screen.
    """
    grid = scored.pivot(index=["number", "label"], columns="source", values="score")
    grid = grid[list(dict.fromkeys(scored["source"]))]
    styles = {score: (colour, "", sign, words) for score, (sign, words, colour, _) in SCORE_STYLES.items()}
    rows = [f"{number}  {label}" for number, label in grid.index]
    return figures.sign_grid(grid, rows, list(grid.columns), styles, name)


def describe_counts(counted: pd.DataFrame) -> str:
    """A text alternative: the counts of each standard and document in words."""
    parts = [
        f"{row['standard']}, {row['source']}: "
        + ", ".join(f"{row[score]} {words}" for score, (_, words, _, _) in SCORE_STYLES.items())
        for row in counted.to_dict("records")
    ]
    return ". ".join(parts) + "."


def describe_strip(scored: pd.DataFrame) -> str:
    """A text alternative for a strip: for each document, the numbers of the items with each score."""
    parts = []
    for source, given in scored.groupby("source", sort=False):
        said = [
            f"{words}: {', '.join(map(str, given.loc[given['score'] == score, 'number'])) or 'none'}"
            for score, (_, words, _, _) in SCORE_STYLES.items()
        ]
        parts.append(f"{source}, items " + "; ".join(said))
    return ". ".join(parts) + "."


def item_table(package: Package, scored: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The items of one standard, a row each, a column per document: as data, and as HTML.

    In the HTML each cell answers "how do you know?" with paraphrase, place and note.
    """
    plain, html = [], []
    for _, given in scored.groupby("number", sort=True):
        item = given.iloc[0]
        head = {"number": item["number"], "item": item["label"], "asks": item["asks"]}
        cells = given.to_dict("records")
        plain.append({**head, **{cell["source"]: _plain(cell) for cell in cells}})
        view = {cell["source"]: _view(package, cell) for cell in cells}
        html.append({"item": f"{item['number']} {item['label']}", "asks": item["asks"], **view})
    return pd.DataFrame(plain), pd.DataFrame(html, dtype=object)


def _plain(cell: dict) -> str:
    place = f" [{cell['passage']}]" if cell["passage"] else ""
    return f"{cell['score']}{place}" + (f" {cell['note']}" if cell["note"] else "")


def _view(package: Package, cell: dict) -> Markup:
    sign, words, _, _ = SCORE_STYLES[cell["score"]]
    passage = package.entry("passages", cell["passage"]) if cell["passage"] else None
    source = package.entry("sources", passage["source"])["title"] if passage else ""
    return render("score", sign=sign, words=words, note=cell["note"], passage=passage, source=source)
