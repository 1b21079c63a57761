"""Figures that any page may show: grids of signs, bars, ranges."""

from math import ceil

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from compendium.claims.verdicts import VERDICT_SIGNS
from compendium.codings.vocabulary import MARKS
from compendium.pages.drawing import (
    BAR,
    BLUE,
    CHARACTER,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    PINK,
    RED,
    SKY,
    WIDTH,
    YELLOW,
    axis_words,
    canvas,
    key,
    name_rows,
    row_canvas,
    row_heights,
    to_svg,
    wrapped,
)
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN

COLOURS = {
    "explicit": BLUE,
    "group": SKY,
    "residual": GREEN,
    "inferred": ORANGE,
    "target": PINK,
    "label": RED,
    "contradicted": YELLOW,
    "silent": "none",
    "uncoded": "none",
    "not-applicable": GREY,
    "absent": INK,
}
COUNT_LABEL = {
    "fontweight": "bold",
    "color": "black",
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
}


def sign_grid(table: pd.DataFrame, rows, columns, styles: dict, name: str) -> str:
    """A grid of cells, each a sign on a tint of its colour, under a key of the signs that occur.

    `styles` gives colour, hatching, sign and words of each value in `table`; a value without a sign
    is known by its hatching. `rows` and `columns` are the readers' names.
    """
    rows, heads, upright = _labels(rows, columns)
    present = set(table.to_numpy().ravel())
    lines = _lines(
        [f"{sign or '▨'} {said}" for value, (*_, sign, said) in styles.items() if value in present]
    )
    high = max(_longest([head]) if upright else head.count("\n") + 1 for head in heads)
    high *= CHARACTER / 72 if upright else LINE
    heights = row_heights(rows)
    figure, axes = canvas(0.2 + high + LINE * len(lines) + heights.sum())
    for y, height, cells in zip(name_rows(axes, rows), heights, table.to_numpy()):
        for x, value in enumerate(cells):
            colour, hatch, sign, _ = styles[value]
            box = Rectangle((x - 0.47, y - height / 2 + 0.01), 0.94, height - 0.02, hatch=hatch)
            box.set(facecolor=colour, alpha=0.4, edgecolor=INK, linewidth=0.4)
            axes.add_patch(box)
            axes.text(x, y, sign, ha="center", va="center", fontsize=11)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_xticks(range(len(columns)), heads, rotation=90 if upright else 0)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)
    figure.suptitle("\n".join(lines), x=0, ha="left")
    return to_svg(figure, name)


def _longest(labels) -> int:
    """Characters of the longest line among labels."""
    return max(len(line) for label in labels for line in str(label).split("\n"))


def _labels(rows, columns) -> tuple[list[str], list[str], bool]:
    """Wrapped names of rows and columns of a grid, and whether those of the columns stand upright.

    They do where a word of theirs is wider than its column however narrow the names of the rows are.
    """
    width = WIDTH * 72 / CHARACTER - 2  # characters that names of rows and all columns share
    words = max(_longest(str(head).split()) for head in columns)
    for most in (max(14, int(width - len(columns) * (words + 1))), 14):
        names = wrapped(rows, most)
        room = (width - _longest(names)) / len(columns)
        if words + 0.3 <= room:
            return names, wrapped(columns, int(room)), False
    names = wrapped(rows, 28)
    lines = max(1, int((width - _longest(names)) / len(columns) * CHARACTER / (72 * LINE)))
    return names, [_upright(str(head), lines) for head in columns], True


def _upright(head: str, lines: int) -> str:
    """A head in at most so many lines, as short as they then can be."""
    tries = (wrapped([head], most)[0] for most in range(14, len(head) + 15))
    return next(tried for tried in tries if tried.count("\n") < lines)


def _lines(words: list[str]) -> list[str]:
    """Entries of a key in lines that are no wider than a figure."""
    lines = [""]
    for entry in words:
        joined = f"{lines[-1]}\u2003{entry}".strip()
        lines = [*lines[:-1], joined] if len(joined) * CHARACTER < WIDTH * 72 else [*lines, entry]
    return lines


def status_matrix(statuses: pd.DataFrame, rows: list[str], columns: list[str], name: str) -> str:
    """A grid of how each cell is known. `statuses`: cases by codes; the more numerous stand in rows."""
    styles = {status: (COLOURS[status], "", *sign) for status, sign in MARKS.items()}
    if len(columns) > len(rows):
        return sign_grid(statuses.T, columns, rows, styles, name)
    return sign_grid(statuses, rows, columns, styles, name)


def stack(table: pd.DataFrame, styles: dict[str, tuple[str, str, str]], axis_label: str, name: str) -> str:
    """Stacked horizontal bars: a bar a row, a part a column, counts written into the parts.

    `styles` gives colour, hatching and words of each column, so parts differ without colour.
    """
    figure, axes, places = row_canvas(table.index, 1.0)
    left = np.zeros(len(table), dtype=int)
    longest = table[list(styles)].sum(axis=1).max()
    for column, (colour, hatch, words) in styles.items():
        widths = table[column].to_numpy()
        axes.barh(
            places,
            widths,
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
            label=words,
            height=BAR,
        )
        for y, start, width in zip(places, left, widths):
            # A thinner part has no room for its count; the table has it.
            if width > (0.03 if width < 10 else 0.06) * longest:
                axes.text(start + width / 2, y, str(width), ha="center", va="center", **COUNT_LABEL)
        left = left + widths
    axes.set_xlim(0, int(left.max()))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axis_words(axes, axis_label)
    key(figure)
    return to_svg(figure, name)


def share_bars(counts: pd.DataFrame, labels: list[str], name: str) -> str:
    """Counts of present, not stated and absent cells, a bar a code."""
    styles = {
        PRESENT: (BLUE, "", "present"),
        UNKNOWN: ("none", "///", "not stated"),
        ABSENT: (RED, "xx", "absent"),
    }
    return stack(counts.set_axis(labels), styles, "number of cases", name)


def ranges(frame: pd.DataFrame, axis_label: str, words: dict[str, str], name: str, percent=False) -> str:
    """Ranges between 0 and 1, a row each.

    Columns: label; low and high (a thick line between two marks; NaN where the measure has no
    value); optionally point (a filled mark) and least and greatest (a thin line around the range).
    `words` says what point, low (the thick line) and least (the thin one) mean.
    """
    figure, axes, places = row_canvas(frame["label"])
    if "least" in frame:
        axes.hlines(places, frame["least"], frame["greatest"], color=INK, linewidth=1, label=words["least"])
    axes.hlines(places, frame["low"], frame["high"], color=SKY, linewidth=7, label=words["low"])
    for end in ("low", "high"):
        axes.plot(frame[end], places, "|", color=INK, markersize=10, markeredgewidth=1.4)
    if "point" in frame:
        dot = {"color": BLUE, "markeredgecolor": INK, "markersize": 7, "label": words["point"]}
        axes.plot(frame["point"], places, "o", **dot)
    for y in places[frame["low"].isna().to_numpy()]:
        axes.text(0.5, y, "has no value", ha="center", va="center", style="italic")
    axes.set_xlim(-0.03, 1.03)
    axis_words(axes, axis_label, percent)
    key(figure, axes.get_legend_handles_labels()[0][::-1])  # the mark first, then what surrounds it
    return to_svg(figure, name)


def interval_bars(counts: pd.DataFrame, labels: list[str], name: str) -> str:
    """Share of present cells: bounds over silence as a thick line, exact interval as a thin one."""
    frame = pd.DataFrame(
        {
            "label": labels,
            "point": (counts[PRESENT] / counts["cases"]).to_numpy(),
            "low": (counts[PRESENT] / counts["cases"]).to_numpy(),
            "high": ((counts[PRESENT] + counts[UNKNOWN]) / counts["cases"]).to_numpy(),
            "least": counts["low"].to_numpy(),
            "greatest": counts["high"].to_numpy(),
        }
    )
    words = {"point": "stated", "low": "left open by silence", "least": "exact 95 % interval"}
    return ranges(frame, "share of cases in which the text shows it", words, name, percent=True)


def tally_bars(counts: pd.Series, axis_label: str, name: str) -> str:
    """How often each value occurs: a horizontal bar a value, its count written beside it."""
    figure, axes, places = row_canvas([str(value).replace("-", " ") for value in counts.index], 0.4)
    axes.barh(places, counts, color=SKY, edgecolor=INK, linewidth=0.6, height=BAR)
    for y, count in zip(places, counts):
        axes.annotate(str(count), (count, y), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_xticks([])
    sns.despine(ax=axes, left=True, bottom=True)
    axis_words(axes, axis_label)
    return to_svg(figure, name)


def stated_bars(shares: pd.DataFrame, name: str) -> str:
    """Stated, inferred and silent cells of each case. Columns: name, stated, group, inferred, silent."""
    styles = {
        "stated": (BLUE, "", "stated of the case"),
        "group": (SKY, "\\\\", "said of a group"),
        "inferred": (ORANGE, "||", "inferred or contested"),
        "silent": ("none", "///", "not stated"),
    }
    return stack(shares.set_index("name"), styles, "number of codes asked", name)


VERDICT_COLOURS = {
    "reproduced": BLUE,
    "depends": SKY,
    "undecided": GREEN,
    "deviates": RED,
    "delivered": PINK,
    "announced-not-delivered": ORANGE,
    "not-assessable": "none",
}


def verdict_bars(counts: pd.DataFrame, name: str) -> str:
    """Verdicts as shares of each document, counts beside the bars. `counts`: documents by verdicts."""
    across = min(3, len(counts))
    down = ceil(len(counts) / across)
    labels = wrapped((VERDICT_SIGNS[verdict][1] for verdict in VERDICT_COLOURS), 14)
    height = down * (0.6 + row_heights(labels).sum()) + 0.3
    figure, panels = canvas(height, nrows=down, ncols=across, sharex=True, sharey=True, squeeze=False)
    shares = counts.div(counts.sum(axis=1), axis=0)
    for panel, (document, given) in zip(panels.flat, counts.iterrows()):
        own = shares.loc[document, list(VERDICT_COLOURS)]
        places, style = name_rows(panel, labels), {"edgecolor": INK, "linewidth": 0.6, "height": BAR}
        panel.barh(places, own, color=VERDICT_COLOURS.values(), **style)
        for y, verdict in zip(places, VERDICT_COLOURS):
            at = {"xytext": (3, 0), "textcoords": "offset points", "va": "center"}
            panel.annotate(str(given[verdict]), (own[verdict], y), **at)
        panel.set_title(f"{document}\n{given.sum()} claims")
        panel.set_xlim(0, shares.to_numpy().max() * 1.4)
        panel.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for panel in list(panels.flat)[len(counts) :]:
        panel.set_visible(False)
    figure.supxlabel("share of the document’s claims; their number beside the bar")
    return to_svg(figure, name)


def mark_dots(marks: pd.DataFrame, name: str) -> str:
    """How many times better than its mark each figure is, on a logarithmic scale; a line from least to best.

    Columns: label, value, low, high, outcome. A filled circle reaches its mark, a hollow square misses it.
    """
    figure, axes, places = row_canvas(marks["label"], most=32)
    axes.hlines(places, marks["low"], marks["high"], color=INK, linewidth=1.2)
    for outcome, colour, marker, fill_colour in [("reached", BLUE, "o", BLUE), ("missed", RED, "s", "none")]:
        chosen = (marks["outcome"] == outcome).to_numpy()
        style = {"markerfacecolor": fill_colour, "markersize": 7, "markeredgewidth": 2}
        axes.plot(marks["value"][chosen], places[chosen], marker, color=colour, label=outcome, **style)
    axes.axvline(1, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator([0.1, 0.3, 1, 3, 10, 30, 100, 300]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("times better than\nthe mark (dashed)")
    key(figure)
    return to_svg(figure, name)
