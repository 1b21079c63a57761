"""Figures of the forms of partnership: the ladder of formality, and the questions of governance."""

import pandas as pd

from compendium.pages.drawing import BLUE, INK, ORANGE, key, row_canvas, to_svg
from compendium.pages.figures import stack


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


def question_bars(counts: pd.DataFrame, name: str) -> str:
    """Governance questions by how they are answered. Columns question, stated, otherwise, silent."""
    styles = {
        "stated": (BLUE, "", "stated"),
        "otherwise": (ORANGE, "||", "inferred"),
        "silent": ("none", "///", "not stated"),
    }
    ordered = counts.sort_values(["stated", "otherwise"], ascending=False, kind="stable")
    return stack(ordered.set_index("question"), styles, "number of arrangements", name)
