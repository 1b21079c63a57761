"""Figures in one style and one width, as SVG that takes the page's text colour and so works in the dark."""

import io
import json
import re
import warnings
from math import ceil
from textwrap import fill

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter
from matplotlib.transforms import Bbox

from compendium.claims.verdicts import VERDICT_SIGNS
from compendium.codings.package import Package
from compendium.codings.vocabulary import MARKS
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN

matplotlib.rcdefaults()  # a matplotlibrc in the working folder comes before all that can be set outside

# Okabe and Ito's palette, which stays apart under the common colour-vision deficiencies.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
PINK, RED, YELLOW, GREY = "#CC79A7", "#D55E00", "#F0E442", "#999999"
INK = "#010203"  # stands for the page's text colour and is replaced by it in the SVG
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

# Inches. A phone of 390 pixels shows this width at four fifths, and type of 9 points with 9 pixels.
WIDTH = 4.7
LINE = 0.155  # a line of type
BAR = 0.19  # a bar
CHARACTER = 5.3  # points, the mean of a character of type
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "compendium",
    "text.parse_math": False,  # labels come from data: a dollar sign is a dollar sign
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.handlelength": 1.5,
    "legend.columnspacing": 1.4,
    "figure.titlesize": 9,
    "figure.labelsize": 9,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.5,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
}
COUNT_LABEL = {
    "fontweight": "bold",
    "color": "black",
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
}


def canvas(height: float, **panels):
    """A figure of the book's width, its height in inches, and its axes."""
    sns.set_theme(style="ticks", rc=STYLE)
    return plt.subplots(figsize=(WIDTH, height), layout="constrained", **panels)


def to_svg(figure, name: str) -> str:
    """The figure as SVG text: no timestamp, ids that are unique to `name`, text in page colour.

    It keeps its width, so that type has one size all over the book, and is cropped in height.
    """
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # The reader's browser has the letters that the font at hand lacks, see svg.fonttype.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.draw_without_rendering()
        drawn = figure.get_tightbbox()
        box = Bbox.from_extents(min(drawn.x0, 0), drawn.y0 - 0.05, max(drawn.x1, WIDTH), drawn.y1 + 0.05)
        figure.savefig(buffer, format="svg", bbox_inches=box, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # A style sheet inside the page would reach every other drawing on it.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    ids: dict[str, str] = {}
    return re.sub(r"<[^!>][^>]*>", lambda tag: _of_page(tag[0], name, ids), svg).strip()


def _of_page(tag: str, name: str, ids: dict[str, str]) -> str:
    """A tag of a drawing with ids that are unique to `name`, in the page's colour; words between tags stay.

    The ids are numbers: matplotlib's own are digests of coordinates to the last bit, which processors
    calculate differently.
    """
    tag = re.sub(
        r'((?:\bid|href)="#?|url\(#)([^")]+)',
        lambda found: found[1] + ids.setdefault(found[2], f"{name}-{len(ids) + 1}"),
        tag,
    )
    tag = tag.replace("font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif")
    return tag.replace(INK, "currentColor")


def wrapped(labels, most: int = 26) -> list[str]:
    """Labels in lines of at most so many characters; their own line breaks and long words are kept."""
    return [
        "\n".join(fill(part, most, break_long_words=False) for part in str(label).split("\n"))
        for label in labels
    ]


def row_heights(labels: list[str], least: float = 0.26) -> np.ndarray:
    """Inches that each row needs for its wrapped label."""
    return np.array([max(least, 0.07 + LINE * (label.count("\n") + 1)) for label in labels])


def name_rows(axes, labels: list[str]) -> np.ndarray:
    """Name the rows of axes from top to bottom, and give their middles, in inches from the top.

    The names stand for the axis, which has no line.
    """
    heights = row_heights(labels)
    middles = np.cumsum(heights) - heights / 2
    axes.set_yticks(middles, labels)
    axes.set_ylim(heights.sum(), 0)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, left=True)
    return middles


def row_canvas(labels, extra: float = 0.9, most: int = 26):
    """Figure, axes and middles of named rows; `extra` inches are for axis and key."""
    labels = wrapped(labels, most)
    figure, axes = canvas(extra + row_heights(labels).sum())
    return figure, axes, name_rows(axes, labels)


def axis_words(axes, words: str, percent: bool = False) -> None:
    """Name the horizontal axis in lines that are no wider than it."""
    axes.set_xlabel(fill(words, 34))
    if percent:
        axes.xaxis.set_major_formatter(PercentFormatter(1))


def key(figure, entries=None, place: str = "outside upper left", columns: int = 0) -> None:
    """The key of a figure, in as many columns as fit; `entries` are handles, else those of the axes."""
    entries = entries or figure.axes[0].get_legend_handles_labels()[0]
    if not entries:
        return
    longest = max(len(entry.get_label()) for entry in entries)
    fitting = columns or max(1, min(len(entries), int(WIDTH * 72 / CHARACTER) // (longest + 5)))
    figure.legend(handles=entries, loc=place, ncols=fitting, borderaxespad=0)


def mark(marker: str, words: str, **style) -> Line2D:
    """An entry of a key that is a marker."""
    return Line2D([], [], marker=marker, linestyle="none", label=words, **style)


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


# Marker and colour of groups on maps, by the rank of the group.
LOOKS = (("o", SKY), ("s", ORANGE), ("D", GREEN), ("^", PINK))


def looks(
    package: Package, vocabulary: str, groups: pd.Series
) -> tuple[pd.Series, dict[str, tuple[str, str]]]:
    """The labels of groups (ids of a vocabulary), and the marker and colour of each label."""
    entries = [package.entry(vocabulary, group) for group in dict.fromkeys(groups)]
    labels = {entry[vocabulary.removesuffix("s")]: entry["label"] for entry in entries}
    return groups.map(labels), {entry["label"]: LOOKS[entry["rank"] % len(LOOKS)] for entry in entries}


def europe_map(package: Package, places: pd.DataFrame, name: str) -> str:
    """A map with a numbered marker per place, and the names by number under it.

    `places`: label (the number), name, level, latitude, longitude (degrees).
    """
    outlines = json.loads(package.file("outlines").read_text("utf-8"))
    figure, axes = canvas(6.6)
    for country in outlines["features"]:
        for polygon in country["geometry"]["coordinates"]:
            for ring in polygon:
                axes.fill(*zip(*ring), facecolor="#99999930", edgecolor=GREY, linewidth=0.5)
    axes.set_aspect(1.7)  # 1 / cos(54°): a degree of longitude is that much shorter there
    axes.set_xlim(-11, 32)
    axes.set_ylim(35, 62)
    axes.axis("off")
    level, known = looks(package, "levels", places["level"])
    numbered_points(figure, places.assign(level=level)[["longitude", "latitude", "name", "level"]], known)
    return to_svg(figure, name)


def numbered_points(figure, points: pd.DataFrame, known: dict[str, tuple[str, str]]) -> None:
    """Draw numbered markers into the figure's axes, a key of their names under it, one of groups above.

    `points` has four columns: two coordinates, name, group; `known`: marker and colour by group.
    """
    names = []
    for number, (x, y, name, group) in enumerate(points.itertuples(index=False, name=None), 1):
        marker, colour = known[group]
        style = {"color": colour, "markeredgecolor": "black", "zorder": 3}
        figure.axes[0].plot(x, y, marker, markersize=13, **style)
        middle = {"ha": "center", "va": "center_baseline", "fontweight": "bold", "zorder": 4}
        figure.axes[0].text(x, y, str(number), color="black", **middle)
        names.append(mark(marker, f"{number}  {fill(name, 24)}", markersize=6, **style))
    key(figure, names, "outside lower left", columns=2)
    style = {"markeredgecolor": "black", "markersize": 8}
    groups = {group: known[group] for group in dict.fromkeys(points.iloc[:, 3])}
    key(figure, [mark(m, group, color=c, **style) for group, (m, c) in groups.items()])


def ladder(steps: pd.DataFrame, name: str) -> str:
    """Rungs of formality. Columns: label, rung (higher is more formal; -1 not placed), named (bool)."""
    figure, axes, places = row_canvas(steps["label"], 1.0)
    axes.axvline(-0.5, color=INK, linewidth=0.5, linestyle=":")
    named = steps["named"].to_numpy()
    for chosen, marker, fill_colour, words in [
        (named, "o", BLUE, "a named example"),
        (~named, "D", "none", "a model without a case"),
    ]:
        style = {"markersize": 9, "markerfacecolor": fill_colour, "markeredgecolor": INK}
        axes.plot(steps["rung"][chosen], places[chosen], marker, label=words, **style)
    axes.set_xticks([-1, 0, 1], ["not placed\nby the text", "informal", "more\nformal"])
    axes.set_xlim(-1.5, 1.5)
    key(figure)
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
