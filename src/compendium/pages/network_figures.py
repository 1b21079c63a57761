"""Figures of orders, networks and weights, in the style of the other figures."""

from textwrap import fill

import networkx as nx
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Circle

from compendium.methods.networks import NOT_ASKED
from compendium.pages.drawing import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PINK,
    RED,
    SKY,
    YELLOW,
    axis_words,
    canvas,
    key,
    mark,
    to_svg,
)
from compendium.pages.figures import ranges, sign_grid
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN

CELLS = {
    PRESENT: (BLUE, "", "●", "named"),
    ABSENT: (RED, "", "∅", "said to be absent"),
    UNKNOWN: ("none", "", "·", "not stated"),
    NOT_ASKED: ("none", "////", "", "not asked of this study"),
}
# A marker beside each colour, so that no aim hangs on colour.
AIMS = (
    (BLUE, "o"),
    (ORANGE, "s"),
    (GREEN, "^"),
    (PINK, "D"),
    (SKY, "v"),
    (RED, "P"),
    (YELLOW, "X"),
    (GREY, "*"),
)


def hasse(closed: nx.DiGraph, stated: dict, labels: dict, name: str) -> str:
    """A Hasse diagram: higher stands above; elements that no pair touches stand apart below a line.

    `stated`: the status of each covering pair; solid lines are said, dashed ones inferred.
    """
    apart = [node for node in closed if not closed.degree(node)]
    joined = nx.transitive_reduction(closed.subgraph([node for node in closed if closed.degree(node)]))
    layers = list(nx.topological_generations(joined))
    place, rows = _layered(layers) | _in_two_columns(apart), -(-len(apart) // 2)
    figure, axes = canvas(0.6 + 0.9 * len(layers) + 0.6 * rows)
    for lower, higher in joined.edges:
        said = stated.get((lower, higher)) in ("explicit", "group", "residual")
        axes.plot(
            *zip(place[lower], place[higher]),
            color=INK,
            linewidth=1.4,
            linestyle="-" if said else "--",
            zorder=1,
        )
    for node, (x, y) in place.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": SKY if node in joined else "none"}
        axes.text(
            x,
            y,
            fill(str(labels[node]), 22),
            ha="center",
            va="center",
            color="black" if node in joined else INK,
            bbox=box | {"edgecolor": INK},
        )
    if apart:
        axes.axhline(-0.45, color=INK, linewidth=0.6, linestyle=":")
        axes.text(0, -0.43, "not compared with any other", va="bottom")
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(-1.25 - 0.55 * max(rows - 1, 0), len(layers) - 0.5)
    axes.axis("off")
    return to_svg(figure, name)


def _layered(layers: list[list]) -> dict:
    """Where the elements of each layer stand, from the lowest layer up."""
    return {
        node: ((x + 1) / (len(layer) + 1), float(y))
        for y, layer in enumerate(layers)
        for x, node in enumerate(sorted(layer))
    }


def _in_two_columns(apart: list) -> dict:
    """Where the elements stand that no pair touches, below all layers."""
    return {
        node: (0.25 + 0.5 * (number % 2), -0.9 - 0.55 * (number // 2)) for number, node in enumerate(apart)
    }


def incidence_matrix(table: pd.DataFrame, rows: list[str], name: str) -> str:
    """Which actors each case names: colour and sign together. `table`: cases by actors, states."""
    heads = [str(actor).replace("-", " ") for actor in table.columns]
    return sign_grid(table, rows, heads, CELLS, name)


def tie_map(ties: pd.DataFrame, named: pd.Series, name: str) -> str:
    """Pairs of actors as a triangle: the area of a circle, and its number, count the cases that name both.

    The ring around it is what the texts leave possible. Each actor's row runs left of its name, its
    column down from it. `ties`: first, second, least, most. `named`: cases that name each actor, by actor.
    """
    order = {actor: number for number, actor in enumerate(named.index)}
    figure, axes = canvas(0.6 + 0.36 * len(order))
    largest = max(ties["most"].max(), 1)
    for row in ties.itertuples():
        x, y = sorted((order[row.first], order[row.second]))
        for cases, style in [
            (row.most, {"fill": False, "edgecolor": INK, "linewidth": 0.6}),
            (row.least, {"facecolor": SKY, "alpha": 0.4}),
        ]:
            axes.add_patch(Circle((x, y), 0.48 * np.sqrt(cases / largest), **style))
        if row.least:
            axes.text(x, y, str(row.least), ha="center", va="center", fontweight="bold")
    for actor, place in order.items():
        axes.text(place - 0.35, place, f"{actor.replace('-', ' ')} ({named[actor]})", va="center")
        axes.hlines(place + 0.5, -0.5, place + 0.5, color=INK, linewidth=0.3, alpha=0.5)
        axes.vlines(place + 0.5, place + 0.5, len(order) - 0.5, color=INK, linewidth=0.3, alpha=0.5)
    axes.set_xlim(-0.5, len(order) + 2.5)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.axis("off")
    entries = [
        mark("o", "cases that name both", color=SKY, alpha=0.4, markersize=9),
        mark("o", "cases that could", markerfacecolor="none", markeredgecolor=INK, markersize=9),
    ]
    key(figure, entries)
    return to_svg(figure, name)


def first_bars(bounds: pd.DataFrame, labels: list[str], name: str) -> str:
    """Share of all weights under which an aim comes first: dot as stated, line over silence.

    `bounds`: least, stated, most, from 0 to 1, a row an aim; drawn from the greatest to the least.
    """
    frame = bounds.assign(label=labels).sort_values(["stated", "most"], ascending=False, kind="stable")
    frame = frame.rename(columns={"least": "low", "most": "high", "stated": "point"})
    words = {"point": "as stated", "low": "left open by silence"}
    return ranges(frame, "share of all weights under which it comes first", words, name, percent=True)


def trade_off_bars(table: pd.DataFrame, name: str) -> str:
    """For each trade-off the share of weights that favour its first side, from the second to the first.

    Columns first, second, first_leads, equal, first_least, first_most. An open diamond: always equal.
    """
    figure, axes = canvas(1.0 + 0.5 * len(table))
    for y, row in enumerate(table.itertuples()):
        axes.hlines(y, row.first_least, row.first_most, color=SKY, linewidth=7)
        equal = row.equal == 1
        style = {"color": "white" if equal else BLUE, "markeredgecolor": INK, "markersize": 8}
        axes.plot(0.5 if equal else row.first_leads, y, "D" if equal else "o", **style)
        axes.text(0, y - 0.2, row.second, ha="left", va="bottom")
        axes.text(1, y - 0.2, row.first, ha="right", va="bottom")
    axes.set_yticks([])
    axes.set_ylim(len(table) - 0.6, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axis_words(axes, "share of all weights that favour the right-hand side", percent=True)
    sns.despine(ax=axes, left=True)
    entries = [
        mark("o", "as stated", color=BLUE, markeredgecolor=INK, markersize=8),
        mark("D", "equal under all weights", color="white", markeredgecolor=INK, markersize=8),
        mark("_", "left open by silence", color=SKY, markeredgewidth=6, markersize=14),
    ]
    key(figure, entries)
    return to_svg(figure, name)


def weight_map(found: pd.DataFrame, weights: pd.Series, labels: dict, name: str) -> str:
    """Which aim comes first under which weights; a cross at the reader's own weights.

    `found`: columns of two or three criteria (weights that sum to 1) and `first`. Three criteria make a
    triangle with a criterion at each corner, two a line.
    """
    criteria = [column for column in found.columns if column != "first"]
    if len(criteria) not in (2, 3):
        raise ValueError(f"criteria: a map of weights needs two or three criteria, not {len(criteria)}.")
    corners = np.array([(0, 0), (1, 0), (0.5, 0.87)][: len(criteria)])
    figure, axes = canvas(5.4 if len(criteria) == 3 else 2.2)
    seen = sorted(found["first"].unique())
    for number, first in enumerate(seen):
        spots = found.loc[found["first"] == first, criteria].to_numpy() @ corners
        colour, marker = AIMS[number % len(AIMS)]
        words = " = ".join(labels[aim] for aim in first.split("+"))
        axes.plot(*spots.T, marker, color=colour, markersize=4, linestyle="none", label=words)
    own = weights.reindex(criteria).fillna(0).to_numpy() @ corners
    axes.plot(
        *own, "+", color=INK, markersize=13, markeredgewidth=3, linestyle="none", label="the weights given"
    )
    for corner, criterion in zip(corners, criteria):
        below = corner[1] == 0
        axes.text(
            *corner + (0, -0.05 if below else 0.04),
            f"all weight on {criterion}",
            ha=("left", "right", "center")[criteria.index(criterion)],
            va="top" if below else "bottom",
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.12, 0.98 if len(criteria) == 3 else 0.3)
    axes.axis("off")
    axes.set_aspect("equal")
    key(figure, columns=1)
    return to_svg(figure, name)
