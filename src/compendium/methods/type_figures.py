"""Figures of the ideal types and of the similarity of cases, in the style of `figures`."""

from textwrap import wrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from compendium.figures import INK, STYLE, _canvas, to_svg

KNOWN, OPEN = "#0072B2", "#56B4E9"
# Marker and colour by kind of case, so that a kind never hangs on colour alone.
KINDS = {"cluster": ("o", "#0072B2"), "living-lab": ("s", "#E69F00"), "city": ("o", "#0072B2")}
OTHER_KIND = ("D", "#009E73")


def membership_intervals(
    table: pd.DataFrame, names: dict[str, str], dimensions: dict[str, str], name: str
) -> str:
    """Membership of each case in each dimension: a point where it is known, a bar where it is open.

    `table`: case, dimension, lower, upper (0 to 1). `names` and `dimensions` give readers' words.
    """
    cases = list(dict.fromkeys(table["case"]))
    labels = ["\n".join(wrap(names[case], 26)) for case in cases]
    sns.set_theme(style="ticks", rc=STYLE)
    # Two panels a row keep the text legible on a phone.
    down = (len(dimensions) + 1) // 2
    figure, panels = plt.subplots(
        down, 2, sharex=True, sharey=True, figsize=(6.4, down * (0.8 + 0.34 * len(cases))), squeeze=False
    )
    for panel, (dimension, words) in zip(panels.flat, dimensions.items()):
        own = table[table["dimension"] == dimension].set_index("case").loc[cases]
        places = np.arange(len(cases))
        known = (own["upper"] - own["lower"]).to_numpy() < 1e-9
        panel.axvline(0.5, color=INK, linewidth=0.6, linestyle=":")
        panel.barh(
            places[~known],
            (own["upper"] - own["lower"])[~known],
            left=own["lower"][~known],
            height=0.5,
            color=OPEN,
            alpha=0.6,
            hatch="///",
            edgecolor=INK,
            linewidth=0.5,
        )
        panel.plot(own["lower"][known], places[known], "o", color=KNOWN, markeredgecolor=INK, markersize=8)
        panel.set_title(words, fontsize=10)
        panel.set_xlim(-0.06, 1.06)
        panel.set_xticks([0, 0.5, 1], ["out", "½", "in"])
        panel.set_yticks(places, labels, fontsize=8)
        panel.set_ylim(len(cases) - 0.5, -0.5)
    for panel in list(panels.flat)[len(dimensions) :]:
        panel.set_visible(False)
    sns.despine(fig=figure)
    figure.tight_layout()
    return to_svg(figure, name)


def distance_matrix(distance: pd.DataFrame, both: pd.DataFrame, names: dict[str, str], name: str) -> str:
    """Below the diagonal the distance of each pair, above it the number of codes that both state.

    Both are square matrices of cases by cases; a pair without a common code has no distance.
    """
    count = len(distance)
    labels = [
        f"{number}  " + "\n".join(wrap(names[case], 24)) for number, case in enumerate(distance.index, 1)
    ]
    figure, axes = _canvas(6.4, 0.9 + 0.42 * count)
    shades = plt.get_cmap("cividis_r")
    for y in range(count):
        for x in range(count):
            if x < y and not np.isnan(distance.iloc[y, x]):
                value = distance.iloc[y, x]
                axes.add_patch(plt.Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=shades(value)))
                shade = "white" if value > 0.55 else "black"
                axes.text(x, y, f"{value:.2f}".lstrip("0"), ha="center", va="center", fontsize=8, color=shade)
            elif x > y:
                shared = 0 if np.isnan(both.iloc[y, x]) else int(both.iloc[y, x])
                axes.text(x, y, str(shared), ha="center", va="center", fontsize=8)
    axes.set_xticks(range(count), [str(number) for number in range(1, count + 1)])
    axes.xaxis.tick_top()
    axes.set_yticks(range(count), labels, fontsize=8)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True, top=True)
    return to_svg(figure, name)


def distance_intervals(pairs: pd.DataFrame, names: dict[str, str], name: str) -> str:
    """For each pair of cases the distance on what both state (a point) and what silence leaves open (a bar)."""
    labels = [f"{names[row.first]} – {names[row.second]} ({row.both})" for row in pairs.itertuples()]
    figure, axes = _canvas(6.4, 0.9 + 0.36 * len(pairs))
    places = range(len(pairs))
    axes.hlines(places, pairs["lower"], pairs["upper"], color=OPEN, linewidth=7)
    axes.plot(pairs["distance"], places, "o", color=KNOWN, markeredgecolor=INK, markersize=8)
    axes.set_yticks(places, labels)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("distance: 0 the same, 1 nothing in common")
    sns.despine(ax=axes)
    return to_svg(figure, name)


def case_map(
    rows: pd.DataFrame,
    moved: pd.DataFrame,
    shares: list[float],
    names: dict[str, str],
    kinds: dict[str, str],
    name: str,
) -> str:
    """Cases on the first two axes; thin lines lead to where each moves when one code is left out.

    `rows`: cases by axes; `moved`: case, left out, axis 1, axis 2; `shares`: of the inertia (0 to 1).
    """
    figure, axes = _canvas(6.4, 5.2 + 0.2 * len(rows))
    axes.axhline(0, color=INK, linewidth=0.4, linestyle=":")
    axes.axvline(0, color=INK, linewidth=0.4, linestyle=":")
    for place in moved.itertuples():
        at = rows.loc[place.case]
        axes.plot([at.iloc[0], place[3]], [at.iloc[1], place[4]], color="#999999", linewidth=0.6, zorder=1)
    for kind in dict.fromkeys(kinds[case] for case in rows.index):
        own = rows[[kinds[case] == kind for case in rows.index]]
        marker, colour = KINDS.get(kind, OTHER_KIND)
        axes.scatter(
            own.iloc[:, 0],
            own.iloc[:, 1],
            marker=marker,
            s=90,
            color=colour,
            edgecolor=INK,
            linewidth=0.7,
            label=kind.replace("-", " "),
            zorder=3,
        )
    for number, case in enumerate(rows.index, 1):
        axes.annotate(
            str(number),
            tuple(rows.loc[case].iloc[:2]),
            xytext=(7, 5),
            textcoords="offset points",
            fontweight="bold",
            zorder=4,
        )
    axes.set_xlabel(f"axis 1 ({shares[0]:.0%} of the inertia)")
    axes.set_ylabel(f"axis 2 ({shares[1]:.0%})")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    axes.set_aspect("equal", adjustable="box")  # distances on a map are read in any direction
    key = "\n".join(f"{number}  {names[case]}" for number, case in enumerate(rows.index, 1))
    axes.annotate(
        key,
        (0, 0),
        xytext=(0, -46),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=8.5,
    )
    sns.despine(ax=axes)
    return to_svg(figure, name)
