"""Figures in one style, as SVG that takes the page's text colour and so works in the dark."""

import io
import json
import re
import textwrap

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from compendium.display import STATUS_SIGNS
from compendium.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.package import Package
from compendium.verdicts import VERDICT_SIGNS

# Okabe and Ito's palette, which stays apart under the common colour-vision deficiencies.
COLOURS = {
    "explicit": "#0072B2",
    "group": "#56B4E9",
    "residual": "#009E73",
    "inferred": "#E69F00",
    "target": "#CC79A7",
    "label": "#D55E00",
    "contradicted": "#8A2BE2",
    "silent": "none",
    "not-applicable": "#999999",
    "absent": "#333333",
}
INK = "#010203"  # stands for the page's text colour and is replaced by it in the SVG

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "compendium",
    "font.family": "DejaVu Sans",
    "font.size": 10,
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


def to_svg(figure, name: str) -> str:
    """The figure as SVG text: no timestamp, ids that are unique to `name`, text in page colour."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # A style sheet inside the page would reach every other drawing on it.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    return svg.replace(INK, "currentColor").strip()


def _canvas(width: float, height: float):
    sns.set_theme(style="ticks", rc=STYLE)
    return plt.subplots(figsize=(width, height))


def status_matrix(statuses: pd.DataFrame, rows: list[str], columns: list[str], name: str) -> str:
    """A grid of how each cell is known: colour and sign together. `statuses`: cases by codes."""
    figure, axes = _canvas(2.4 + 0.62 * len(columns), 0.9 + 0.42 * len(rows))
    for y, case in enumerate(statuses.index):
        for x, code in enumerate(statuses.columns):
            status = statuses.loc[case, code]
            axes.add_patch(
                plt.Rectangle(
                    (x - 0.46, y - 0.44),
                    0.92,
                    0.88,
                    facecolor=COLOURS[status],
                    alpha=0.55,
                    edgecolor=INK,
                    linewidth=0.4,
                )
            )
            axes.text(x, y, STATUS_SIGNS[status][0], ha="center", va="center", fontsize=11)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True, top=True)
    return to_svg(figure, name)


def _stack(table: pd.DataFrame, styles: dict[str, tuple[str, str, str]], axis_label: str, name: str) -> str:
    """Stacked horizontal bars: a bar a row, a part a column, counts written into the parts.

    `styles` gives colour, hatching and legend text of each column, so parts differ without colour.
    """
    figure, axes = _canvas(6.4, 1.2 + 0.42 * len(table))
    left = pd.Series(0, index=table.index)
    longest = table[list(styles)].sum(axis=1).max()
    for column, (colour, hatch, words) in styles.items():
        axes.barh(
            table.index,
            table[column],
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
            label=words,
            height=0.7,
        )
        for y, (start, width) in enumerate(zip(left, table[column])):
            if width > 0.03 * longest:  # a thinner part has no room for its count; the table has it
                axes.text(start + width / 2, y, str(width), ha="center", va="center", **COUNT_LABEL)
        left = left + table[column]
    axes.invert_yaxis()
    axes.set_xlim(0, int(left.max()))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(axis_label)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    sns.despine(ax=axes)
    return to_svg(figure, name)


COUNT_LABEL = {
    "fontweight": "bold",
    "color": "black",
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
}


def share_bars(counts: pd.DataFrame, labels: list[str], name: str) -> str:
    """Counts of present, not stated and absent cells, a bar a code."""
    styles = {
        PRESENT: ("#0072B2", "", "present"),
        UNKNOWN: ("none", "///", "not stated"),
        ABSENT: ("#D55E00", "xx", "absent"),
    }
    return _stack(counts.set_axis(labels), styles, "number of cases", name)


def interval_bars(counts: pd.DataFrame, labels: list[str], name: str) -> str:
    """Share of present cells: bounds over silence as a thick line, exact interval as a thin one."""
    figure, axes = _canvas(6.4, 0.9 + 0.42 * len(labels))
    cases = counts["cases"]
    positions = range(len(labels))
    axes.hlines(positions, counts["low"], counts["high"], color=INK, linewidth=1)
    axes.hlines(
        positions,
        counts[PRESENT] / cases,
        (counts[PRESENT] + counts[UNKNOWN]) / cases,
        color="#56B4E9",
        linewidth=7,
    )
    axes.plot(counts[PRESENT] / cases, positions, "o", color="#0072B2", markersize=7)
    axes.set_yticks(positions, labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1))
    axes.set_xlabel("share of cases in which the text shows it")
    sns.despine(ax=axes)
    return to_svg(figure, name)


def tally_bars(counts: pd.Series, axis_label: str, name: str) -> str:
    """How often each value occurs: a horizontal bar a value, its count written beside it."""
    figure, axes = _canvas(6.4, 0.8 + 0.3 * len(counts))
    sns.barplot(
        x=counts.values,
        y=[str(value).replace("-", " ") for value in counts.index],
        color="#56B4E9",
        edgecolor=INK,
        linewidth=0.6,
        ax=axes,
    )
    for y, count in enumerate(counts):
        axes.text(count + 0.08, y, str(count), va="center")
    axes.set_xlabel(axis_label)
    axes.set_ylabel("")
    axes.xaxis.get_major_locator().set_params(integer=True)
    sns.despine(ax=axes)
    return to_svg(figure, name)


def stated_bars(shares: pd.DataFrame, name: str) -> str:
    """Stated, inferred and silent cells of each case. Columns: name, stated, group, inferred, silent."""
    styles = {
        "stated": ("#0072B2", "", "stated of the case"),
        "group": ("#56B4E9", "\\\\", "said of a group"),
        "inferred": ("#E69F00", "..", "inferred, labelled or contested"),
        "silent": ("none", "///", "not stated"),
    }
    return _stack(shares.set_index("name"), styles, "number of codes asked", name)


VERDICT_STYLES = {
    "reproduced": ("#0072B2", ""),
    "depends": ("#56B4E9", "///"),
    "undecided": ("#009E73", "--"),
    "deviates": ("#D55E00", "xx"),
    "delivered": ("#CC79A7", "\\\\"),
    "announced-not-delivered": ("#E69F00", ".."),
    "not-assessable": ("none", ""),
}


def verdict_bars(counts: pd.DataFrame, name: str) -> str:
    """Verdicts of each document. `counts`: documents by verdicts."""
    styles = {verdict: (*style, VERDICT_SIGNS[verdict][1]) for verdict, style in VERDICT_STYLES.items()}
    return _stack(counts, styles, "number of claims", name)


MARKERS = {"local": "o", "regional": "s", "national": "D", "european": "^", "city": "o"}
MARKER_COLOURS = {
    "local": "#0072B2",
    "regional": "#E69F00",
    "national": "#009E73",
    "european": "#CC79A7",
    "city": "#0072B2",
}


def europe_map(package: Package, places: pd.DataFrame, name: str) -> str:
    """A map with a numbered marker per place. `places`: label, level, latitude, longitude (degrees)."""
    outlines = json.loads((package.folder / "outlines.geojson").read_text("utf-8"))
    figure, axes = _canvas(6.6, 6.2)
    for country in outlines["features"]:
        for polygon in country["geometry"]["coordinates"]:
            for ring in polygon:
                axes.fill(*zip(*ring), facecolor="#99999930", edgecolor="#999999", linewidth=0.5)
    for level, group in places.groupby("level", sort=False):
        axes.scatter(
            group["longitude"],
            group["latitude"],
            marker=MARKERS[level],
            s=130,
            color=MARKER_COLOURS[level],
            edgecolor=INK,
            linewidth=0.8,
            label=level,
            zorder=3,
        )
    for row in places.itertuples():
        axes.annotate(
            row.label,
            (row.longitude, row.latitude),
            xytext=(8, 6),
            textcoords="offset points",
            fontsize=10,
            fontweight="bold",
            zorder=4,
        )
    axes.set_aspect(1.7)  # 1 / cos(54°): a degree of longitude is that much shorter there
    axes.set_xlim(-11, 32)
    axes.set_ylim(35, 63)
    axes.axis("off")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3, title="level")
    return to_svg(figure, name)


def ladder(steps: pd.DataFrame, name: str) -> str:
    """Rungs of formality. Columns: label, rung (higher is more formal; -1 not placed), named (bool)."""
    figure, axes = _canvas(6.8, 1.0 + 0.55 * len(steps))
    axes.axvline(-0.5, color=INK, linewidth=0.5, linestyle=":")
    for y, row in enumerate(steps.itertuples()):
        axes.plot(
            row.rung,
            y,
            "o" if row.named else "D",
            markersize=11,
            markerfacecolor="#0072B2" if row.named else "none",
            markeredgecolor=INK,
        )
    axes.set_yticks(range(len(steps)), steps["label"])
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_xticks([-1, 0, 1], ["not placed\nby the text", "informal", "more formal"])
    axes.set_xlim(-1.5, 1.5)
    sns.despine(ax=axes)
    return to_svg(figure, name)


def mark_dots(marks: pd.DataFrame, name: str) -> str:
    """How many times better than its mark each figure is, on a logarithmic scale; a line from least to best.

    Columns: label, value, low, high, outcome. A filled circle reaches its mark, a hollow square misses it.
    """
    figure, axes = _canvas(4.2, 0.9 + 0.52 * len(marks))
    positions = range(len(marks))
    axes.hlines(positions, marks["low"], marks["high"], color=INK, linewidth=1.2)
    for outcome, (colour, marker, fill) in {
        "reached": ("#0072B2", "o", "#0072B2"),
        "missed": ("#D55E00", "s", "none"),
    }.items():
        chosen = marks[marks["outcome"] == outcome]
        axes.plot(
            chosen["value"],
            chosen.index,
            marker,
            color=colour,
            markerfacecolor=fill,
            markersize=8,
            markeredgewidth=2,
            label=outcome,
        )
    axes.axvline(1, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xscale("log")
    axes.set_yticks(positions, [textwrap.fill(label, 36) for label in marks["label"]])
    axes.set_ylim(len(marks) - 0.5, -0.5)
    axes.set_xlabel("times better than the mark (dashed)")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    sns.despine(ax=axes)
    return to_svg(figure, name)
