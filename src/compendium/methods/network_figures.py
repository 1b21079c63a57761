"""Figures of orders, networks and weights, in the style of the other figures."""

from textwrap import fill

import networkx as nx
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from compendium.figures import COUNT_LABEL, INK, _canvas, _stack, to_svg
from compendium.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.methods.networks import NOT_ASKED

WIDTH = 6.4
CELLS = {
    PRESENT: ("#0072B2", "●", "named"),
    ABSENT: ("#D55E00", "∅", "said to be absent"),
    UNKNOWN: ("none", "·", "not stated"),
    NOT_ASKED: ("#999999", "", "not asked of this study"),
}
# Okabe and Ito's palette with a marker and a letter each, so that no aim hangs on colour.
AIMS = (
    ("#0072B2", "o"),
    ("#E69F00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#56B4E9", "v"),
    ("#D55E00", "P"),
    ("#F0E442", "X"),
    ("#999999", "*"),
)


def hasse(closed: nx.DiGraph, stated: dict, labels: dict, name: str) -> str:
    """A Hasse diagram: higher stands above; elements that no pair touches stand apart below a line.

    `stated`: the status of each covering pair; solid lines are said, dashed ones inferred.
    """
    apart = [node for node in closed if not closed.degree(node)]
    joined = closed.subgraph([node for node in closed if closed.degree(node)])
    layers = list(nx.topological_generations(nx.transitive_reduction(joined)))
    place = {
        node: ((x + 1) / (len(layer) + 1), float(y))
        for y, layer in enumerate(layers)
        for x, node in enumerate(sorted(layer))
    }
    rows = -(-len(apart) // 2)
    for number, node in enumerate(apart):
        place[node] = (0.25 + 0.5 * (number % 2), -0.9 - 0.55 * (number // 2))
    figure, axes = _canvas(WIDTH, 1.0 + 1.1 * len(layers) + 0.6 * rows)
    for lower, higher in nx.transitive_reduction(joined).edges:
        said = stated.get((lower, higher)) in ("explicit", "group", "residual")
        axes.plot(
            *zip(place[lower], place[higher]),
            color=INK,
            linewidth=1.4,
            linestyle="-" if said else "--",
            zorder=1,
        )
    for node, (x, y) in place.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": "#56B4E9" if node in joined else "white"}
        axes.text(
            x,
            y,
            fill(str(labels[node]), 26),
            ha="center",
            va="center",
            fontsize=9,
            color="black",
            bbox=box | {"edgecolor": INK},
        )
    if apart:
        axes.axhline(-0.45, color=INK, linewidth=0.6, linestyle=":")
        axes.text(0, -0.43, "not compared with any other", fontsize=8, va="bottom")
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(-1.25 - 0.55 * max(rows - 1, 0), len(layers) - 0.5)
    axes.axis("off")
    return to_svg(figure, name)


def incidence_matrix(table: pd.DataFrame, rows: list[str], name: str) -> str:
    """Which actors each case names: colour and sign together. `table`: cases by actors, states."""
    figure, axes = _canvas(4.6, 1.4 + 0.34 * len(rows))
    for y, case in enumerate(table.index):
        for x, actor in enumerate(table.columns):
            colour, sign, _ = CELLS[table.loc[case, actor]]
            asked = table.loc[case, actor] != NOT_ASKED
            axes.add_patch(
                _box(axes, x, y, colour, 0.55 if asked else 0.12, "" if asked else "////"),
            )
            axes.text(x, y, sign, ha="center", va="center", fontsize=10)
    axes.set_xlim(-0.5, table.shape[1] - 0.5)
    axes.set_ylim(len(rows) + 0.9, -0.5)
    heads = [str(actor).replace("-", " ") for actor in table.columns]
    axes.set_xticks(range(table.shape[1]), heads, rotation=40, ha="left", rotation_mode="anchor", fontsize=9)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), [fill(row, 34) for row in rows], fontsize=8)
    axes.tick_params(length=0)
    legend = "     ".join(f"{sign or '▨'} {words}" for _, sign, words in CELLS.values())
    axes.text(0.5, -0.01, legend, transform=axes.transAxes, ha="center", fontsize=8)
    sns.despine(ax=axes, left=True, bottom=True, top=True)
    return to_svg(figure, name)


def _box(axes, x: float, y: float, colour: str, alpha: float, hatch: str):
    return Rectangle(
        (x - 0.46, y - 0.44),
        0.92,
        0.88,
        facecolor=colour,
        alpha=alpha,
        hatch=hatch,
        edgecolor=INK,
        linewidth=0.4,
    )


def tie_map(ties: pd.DataFrame, named: pd.Series, name: str) -> str:
    """Actors on a circle, joined where cases name both; lines thicken with the number, which they carry.

    `ties`: first, second, least. `named`: cases that name each actor, by actor.
    """
    order = list(named.index)
    angle = {actor: np.pi / 2 - 2 * np.pi * i / len(order) for i, actor in enumerate(order)}
    place = {actor: (np.cos(a), np.sin(a)) for actor, a in angle.items()}
    figure, axes = _canvas(WIDTH, 5.2)
    drawn = ties[ties["least"] > 0]
    for row in drawn.itertuples():
        (x, y), (u, v) = place[row.first], place[row.second]
        axes.plot([x, u], [y, v], color="#0072B2", alpha=0.5, linewidth=0.7 * row.least, zorder=1)
        # Off the middle, where all lines cross.
        axes.text(
            x + 0.36 * (u - x),
            y + 0.36 * (v - y),
            str(row.least),
            fontsize=8,
            ha="center",
            va="center",
            **COUNT_LABEL,
        )
    for actor, (x, y) in place.items():
        tied = bool(named[actor])
        axes.plot(
            x,
            y,
            "o" if tied else "X",
            markersize=9 + 0.8 * int(named[actor]),
            markerfacecolor="#E69F00" if tied else "white",
            markeredgecolor=INK,
            zorder=2,
        )
        axes.text(
            1.2 * x,
            1.17 * y,
            f"{actor.replace('-', ' ')} ({named[actor]})",
            fontsize=9,
            ha="left" if x > 0.2 else "right" if x < -0.2 else "center",
            va="center",
        )
    axes.set_xlim(-1.9, 1.9)
    axes.set_ylim(-1.3, 1.3)
    axes.set_aspect("equal")
    axes.axis("off")
    return to_svg(figure, name)


def question_bars(counts: pd.DataFrame, name: str) -> str:
    """Governance questions by how they are answered. Columns question, stated, otherwise, silent."""
    styles = {
        "stated": ("#0072B2", "", "stated"),
        "otherwise": ("#E69F00", "..", "inferred"),
        "silent": ("none", "///", "not stated"),
    }
    return _stack(counts.set_index("question"), styles, "number of arrangements", name)


def first_bars(bounds: pd.DataFrame, labels: list[str], name: str) -> str:
    """Share of all weights under which an aim comes first: dot as stated, line over silence.

    `bounds`: least, stated, most, from 0 to 1, a row an aim.
    """
    figure, axes = _canvas(WIDTH, 0.9 + 0.42 * len(labels))
    positions = range(len(labels))
    axes.hlines(positions, bounds["least"], bounds["most"], color="#56B4E9", linewidth=7)
    axes.plot(bounds["stated"], positions, "o", color="#0072B2", markeredgecolor=INK, markersize=8)
    axes.set_yticks(positions, [fill(label, 30) for label in labels], fontsize=9)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    _percent(axes, "share of all weights under which it comes first")
    return to_svg(figure, name)


def trade_off_bars(table: pd.DataFrame, name: str) -> str:
    """For each trade-off the share of weights that favour its first side, from the second to the first.

    Columns first, second, first_leads, equal, first_least, first_most. An open diamond: always equal.
    """
    figure, axes = _canvas(WIDTH, 1.0 + 0.7 * len(table))
    for y, row in enumerate(table.itertuples()):
        axes.hlines(y, row.first_least, row.first_most, color="#56B4E9", linewidth=7)
        equal = row.equal == 1
        axes.plot(
            0.5 if equal else row.first_leads,
            y,
            "D" if equal else "o",
            color="white" if equal else "#0072B2",
            markeredgecolor=INK,
            markersize=8,
        )
        axes.text(0, y - 0.28, row.second, ha="left", va="bottom", fontsize=9)
        axes.text(1, y - 0.28, row.first, ha="right", va="bottom", fontsize=9)
    axes.set_yticks([])
    axes.set_ylim(len(table) - 0.5, -0.8)
    _percent(axes, "share of all weights that favour the right-hand side")
    sns.despine(ax=axes, left=True)
    return to_svg(figure, name)


def _percent(axes, label: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel(label)
    sns.despine(ax=axes)


def weight_map(found: pd.DataFrame, weights: pd.Series, labels: dict, name: str) -> str:
    """Which aim comes first under which weights; a cross at the reader's own weights.

    `found`: columns of two or three criteria (weights that sum to 1) and `first`. Three criteria make a
    triangle with a criterion at each corner, two a line.
    """
    criteria = [column for column in found.columns if column != "first"]
    if len(criteria) not in (2, 3):
        raise ValueError(f"criteria: a map of weights needs two or three criteria, not {len(criteria)}.")
    corners = np.array([(0, 0), (1, 0), (0.5, 0.87)][: len(criteria)])
    figure, axes = _canvas(WIDTH, 5.4 if len(criteria) == 3 else 2.4)
    seen = sorted(found["first"].unique())
    for number, first in enumerate(seen):
        spots = found.loc[found["first"] == first, criteria].to_numpy() @ corners
        colour, marker = AIMS[number % len(AIMS)]
        words = " = ".join(labels[aim] for aim in first.split("+"))
        axes.plot(*spots.T, marker, color=colour, markersize=4, linestyle="none", label=words)
        axes.text(*spots.mean(axis=0), fill(words, 18), fontsize=9, ha="center", va="center", **COUNT_LABEL)
    own = weights.reindex(criteria).fillna(0).to_numpy() @ corners
    axes.plot(*own, "+", color=INK, markersize=13, markeredgewidth=3, label="the weights given")
    for corner, criterion in zip(corners, criteria):
        below = corner[1] == 0
        axes.text(
            *corner + (0, -0.05 if below else 0.04),
            f"all weight on {criterion}",
            fontsize=9,
            ha=("left", "right", "center")[criteria.index(criterion)],
            va="top" if below else "bottom",
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.12, 0.98 if len(criteria) == 3 else 0.3)
    axes.axis("off")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=1, fontsize=8)
    return to_svg(figure, name)
