"""Figures of necessity and sufficiency, in the style of `figures`."""

from textwrap import fill

import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter

from compendium.figures import INK, _canvas, to_svg


def ranges(frame: pd.DataFrame, axis_label: str, name: str, percent: bool = False) -> str:
    """Ranges between 0 and 1, a line a row, as SVG.

    Columns: label; low and high (a thick line between two marks; NaN where the measure has no
    value); optionally point (a filled mark) and least and greatest (a thin line around the range).
    """
    figure, axes = _canvas(4.2, 0.9 + 0.46 * len(frame))
    positions = range(len(frame))
    if "least" in frame:
        axes.hlines(positions, frame["least"], frame["greatest"], color=INK, linewidth=1)
    axes.hlines(positions, frame["low"], frame["high"], color="#56B4E9", linewidth=7)
    for end, marker in (("low", "|"), ("high", "|")):
        axes.plot(frame[end], positions, marker, color=INK, markersize=11, markeredgewidth=1.6)
    if "point" in frame:
        axes.plot(frame["point"], positions, "o", color="#0072B2", markeredgecolor=INK, markersize=7)
    for y, low in enumerate(frame["low"]):
        if pd.isna(low):
            axes.text(0.5, y, "has no value", ha="center", va="center", style="italic")
    axes.set_yticks(positions, [_wrapped(label) for label in frame["label"]])
    axes.set_ylim(len(frame) - 0.5, -0.5)
    axes.set_xlim(-0.03, 1.03)
    if percent:
        axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel(axis_label)
    sns.despine(ax=axes)
    return to_svg(figure, name)


def _wrapped(label: str) -> str:
    """A label in short lines; its own line breaks are kept."""
    return "\n".join(fill(part, 30) for part in label.split("\n"))
