"""Figures and cells of the page on reporting: sign, hatching and words beside every colour."""

from html import escape

import matplotlib.pyplot as plt
import pandas as pd

from compendium import figures
from compendium.methods.reporting import NOT_APPLICABLE, NOT_REPORTED, PARTLY, REPORTED
from compendium.package import Package

# Sign, words, colour and hatching of each score.
SCORE_STYLES = {
    REPORTED: ("●", "reported", "#0072B2", ""),
    PARTLY: ("◐", "partly reported", "#56B4E9", "\\\\"),
    NOT_REPORTED: ("○", "not reported", "none", "///"),
    NOT_APPLICABLE: ("–", "does not apply", "#999999", "xx"),
}


def score_bars(counted: pd.DataFrame, name: str) -> str:
    """Scores of each standard and document, a bar each, as SVG. `counted`: as reporting.counts gives it."""
    styles = {score: (colour, hatch, words) for score, (_, words, colour, hatch) in SCORE_STYLES.items()}
    labels = counted["standard"] + ", " + counted["source"]
    with plt.rc_context({"hatch.linewidth": 0.5}):
        return figures._stack(counted.set_axis(labels), styles, "number of items", name)


def score_strip(scored: pd.DataFrame, name: str) -> str:
    """Items by documents as SVG: a cell each, with the sign of its score on a tint of its colour.

    `scored` has the items of one standard only: number, label, source, score. Items run down,
    so that labels stay legible on a narrow screen.
    """
    grid = scored.pivot(index=["number", "label"], columns="source", values="score")
    grid = grid[list(dict.fromkeys(scored["source"]))]
    figure, axes = figures._canvas(3.3, 0.6 + 0.25 * len(grid))
    for y, cells in enumerate(grid.to_numpy()):
        for x, score in enumerate(cells):
            sign, _, colour, _ = SCORE_STYLES[score]
            box = plt.Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=colour, alpha=0.45)
            box.set(edgecolor=figures.INK, linewidth=0.4)
            axes.add_patch(box)
            axes.text(x, y, sign, ha="center", va="center", fontsize=10)
    axes.set_xlim(-0.5, grid.shape[1] - 0.5)
    axes.set_ylim(len(grid) - 0.5, -0.5)
    axes.set_xticks(range(grid.shape[1]), grid.columns)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(grid)), [f"{_short(label)}  {number}" for number, label in grid.index])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figures.to_svg(figure, name)


def _short(label: str, most: int = 42) -> str:
    """A label cut at a word, so that the grid keeps its room; the tables have it whole."""
    if len(label) <= most:
        return label
    return label[: most + 1].rsplit(" ", 1)[0].rstrip(",") + " …"


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


def legend() -> str:
    """The signs of the scores with their words, as one line of text."""
    return ", ".join(f"{sign} {words}" for sign, words, _, _ in SCORE_STYLES.values())


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
        title = f"{item['number']} {escape(item['label'])}"
        view = {cell["source"]: _view(package, cell) for cell in cells}
        html.append({"item": title, "asks": escape(item["asks"]), **view})
    return pd.DataFrame(plain), pd.DataFrame(html)


def _plain(cell: dict) -> str:
    place = f" [{cell['passage']}]" if cell["passage"] else ""
    return f"{cell['score']}{place}" + (f" {cell['note']}" if cell["note"] else "")


def _view(package: Package, cell: dict) -> str:
    sign, words, _, _ = SCORE_STYLES[cell["score"]]
    shown = f'<span class="sign" aria-hidden="true">{sign}</span> {words}'
    note = f"<p><b>Note.</b> {escape(cell['note'])}</p>" if cell["note"] else ""
    if not cell["passage"]:
        return f"<details class='evidence'><summary>{shown}</summary>{note}</details>" if note else shown
    passage = package.entry("passages", cell["passage"])
    source = package.entry("sources", passage["source"])["title"]
    return (
        f"<details class='evidence'><summary>{shown}</summary><p>{escape(passage['paraphrase'])}</p>{note}"
        f"<p class='place'>{escape(source)}, “{escape(passage['section'])}”; passage "
        f"<a href='evidence-register.html#{cell['passage']}'><code>{cell['passage']}</code></a></p></details>"
    )
