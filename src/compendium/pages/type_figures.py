"""Figures of the ideal types and of the similarity of cases, in the style of all figures."""

from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from compendium.codings.package import Package
from compendium.pages.drawing import BAR, BLUE, INK, SKY, canvas, key, name_rows, row_heights, to_svg, wrapped
from compendium.pages.figures import ranges
from compendium.pages.maps import looks, numbered_points


def membership_intervals(
    table: pd.DataFrame, names: dict[str, str], dimensions: dict[str, str], name: str
) -> str:
    """Membership of each case in each dimension: a point where it is known, a bar where it is open.

    `table`: case, dimension, lower, upper (0 to 1). `names` and `dimensions` give readers' words.
    """
    cases = list(dict.fromkeys(table["case"]))
    labels = wrapped((names[case] for case in cases), 20)
    down = (len(dimensions) + 1) // 2
    height = 0.4 + down * (0.5 + row_heights(labels).sum())
    figure, panels = canvas(height, nrows=down, ncols=2, sharex=True, sharey=True, squeeze=False)
    for panel, (dimension, words) in zip(panels.flat, dimensions.items()):
        own = table[table["dimension"] == dimension].set_index("case").loc[cases]
        places = name_rows(panel, labels)
        known = (own["upper"] - own["lower"]).to_numpy() < 1e-9
        panel.axvline(0.5, color=INK, linewidth=0.6, linestyle=":")
        panel.barh(
            places[~known],
            (own["upper"] - own["lower"])[~known],
            left=own["lower"][~known],
            height=BAR,
            color=SKY,
            hatch="///",
            edgecolor=INK,
            linewidth=0.5,
            label="open",
        )
        style = {"color": BLUE, "markeredgecolor": INK, "markersize": 8}
        panel.plot(own["lower"][known], places[known], "o", label="known", **style)
        panel.set_title(fill(words, 24))
        panel.set_xlim(-0.08, 1.08)
        panel.set_xticks([0, 0.5, 1], ["out", "½", "in"])
    for panel in list(panels.flat)[len(dimensions) :]:
        panel.set_visible(False)
    figure.supxlabel("membership in the dimension")
    key(figure)
    return to_svg(figure, name)


def distance_matrix(distance: pd.DataFrame, both: pd.DataFrame, names: dict[str, str], name: str) -> str:
    """Below the diagonal the distance of each pair, above it the number of codes that both state.

    Both are square matrices of cases by cases; a pair without a common code has no distance.
    """
    count = len(distance)
    labels = wrapped((f"{number}  {names[case]}" for number, case in enumerate(distance.index, 1)), 22)
    heights = row_heights(labels)
    figure, axes = canvas(0.3 + heights.sum())
    shades = plt.get_cmap("cividis_r")
    for row, (y, height) in enumerate(zip(name_rows(axes, labels), heights)):
        for x in range(count):
            middle = {"ha": "center", "va": "center"}
            if x < row and not np.isnan(distance.iloc[row, x]):
                value = distance.iloc[row, x]
                corner = x - 0.5, y - height / 2 + 0.01
                axes.add_patch(plt.Rectangle(corner, 1, height - 0.02, color=shades(value)))
                shade = "white" if value > 0.55 else "black"
                axes.text(x, y, f"{value:.2f}".lstrip("0"), color=shade, **middle)
            elif x > row:
                shared = 0 if np.isnan(both.iloc[row, x]) else int(both.iloc[row, x])
                axes.text(x, y, str(shared), **middle)
    axes.set_xticks(range(count), [str(number) for number in range(1, count + 1)])
    axes.xaxis.tick_top()
    axes.set_xlim(-0.5, count - 0.5)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)
    return to_svg(figure, name)


def distance_intervals(pairs: pd.DataFrame, names: dict[str, str], name: str) -> str:
    """For each pair of cases the distance on what both state (a point) and what silence leaves open (a bar)."""
    frame = pd.DataFrame(
        {
            "label": [f"{names[row.first]} – {names[row.second]} ({row.both})" for row in pairs.itertuples()],
            "low": pairs["lower"].to_numpy(),
            "high": pairs["upper"].to_numpy(),
            "point": pairs["distance"].to_numpy(),
        }
    )
    words = {"point": "on what both state", "low": "left open by silence"}
    return ranges(frame, "distance: 0 the same, 1 nothing in common", words, name)


def case_map(
    package: Package,
    rows: pd.DataFrame,
    moved: pd.DataFrame,
    shares: list[float],
    names: dict[str, str],
    kinds: pd.Series,
    name: str,
) -> str:
    """Cases on the first two axes; thin lines lead to where each moves when one code is left out.

    `rows`: cases by axes; `moved`: case, left out, axis 1, axis 2; `shares`: of the inertia (0 to 1);
    `kinds`: the kind of each case.
    """
    rows, moved = rows.round(6), moved.round(6)  # beyond that, processors calculate differently
    figure, axes = canvas(5 + 0.1 * len(rows))
    axes.axhline(0, color=INK, linewidth=0.4, linestyle=":")
    axes.axvline(0, color=INK, linewidth=0.4, linestyle=":")
    for place in moved.itertuples():
        at = rows.loc[place.case]
        ends = [at.iloc[0], place[3]], [at.iloc[1], place[4]]
        axes.plot(*ends, color=INK, linewidth=0.5, alpha=0.5, zorder=1)
    axes.set_xlabel(f"axis 1 ({shares[0]:.0%} of the inertia)")
    axes.set_ylabel(f"axis 2 ({shares[1]:.0%} of the inertia)")
    axes.set_aspect("equal", adjustable="box")  # distances on a map are read in any direction
    sns.despine(ax=axes)
    kind, known = looks(package, "kinds", kinds)
    points = pd.DataFrame(
        {
            "x": rows.iloc[:, 0],
            "y": rows.iloc[:, 1],
            "name": [names[case] for case in rows.index],
            "kind": [kind[case] for case in rows.index],
        }
    )
    numbered_points(figure, points, known)
    return to_svg(figure, name)
