"""Figures of a cross-impact balance analysis: the scenario tableau and the impact diagram; and its cells as HTML."""

import pandas as pd

from compendium.pages.drawing import BAR, BLUE, INK, axis_words, key, row_canvas, to_svg
from compendium.pages.markup import passage_link


def tableau(scenarios: pd.DataFrame, leads: pd.DataFrame, order: pd.MultiIndex, name: str) -> str:
    """Which variants each scenario takes: a row per variant, a column per scenario, numbered from 1.

    `scenarios` and `leads` have a column per descriptor; `order` lists the (descriptor, variant) rows. A filled
    circle leads all other variants of its descriptor, a hollow one ties with another.
    """
    figure, axes, places = _variant_rows(order)
    rows = dict(zip(order, places))
    for filled, label in [(True, "ahead of the other variants"), (False, "level with another variant")]:
        points = [
            (x, rows[descriptor, scenarios[descriptor].iloc[x]])
            for descriptor in scenarios
            for x in range(len(scenarios))
            if (leads[descriptor].iloc[x] > 0) == filled
        ]
        axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            "o" if filled else "D",
            color=BLUE,
            markerfacecolor=BLUE if filled else "none",
            markersize=8 if filled else 6.5,
            markeredgewidth=1.5,
            label=label,
        )
    axes.set_xticks(range(len(scenarios)), [str(x + 1) for x in range(len(scenarios))])
    axes.set_xlim(-0.6, len(scenarios) - 0.4)
    axes.set_xlabel("scenario")
    key(figure)
    return to_svg(figure, name)


def impact_diagram(balances: pd.DataFrame, name: str) -> str:
    """The balance of each variant in one scenario. Columns: descriptor, variant, balance, taken (bool)."""
    figure, axes, places = _variant_rows(pd.MultiIndex.from_frame(balances[["descriptor", "variant"]]))
    for taken, colour, hatch, label in [
        (True, BLUE, "", "taken by the scenario"),
        (False, "none", "////", "not taken"),
    ]:
        chosen = (balances["taken"] == taken).to_numpy()
        axes.barh(
            places[chosen],
            balances["balance"][chosen],
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
            height=BAR,
            label=label,
        )
    axes.axvline(0, color=INK, linewidth=0.8)
    axis_words(axes, "impact balance: hindered (−) or supported (+) by the rest")
    key(figure)
    return to_svg(figure, name)


def describe_tableau(scenarios: pd.DataFrame) -> str:
    """A text alternative for the tableau: the variants of each scenario in words."""
    return " ".join(
        f"Scenario {number}: "
        + ", ".join(f"{descriptor} {_words(variant)}" for descriptor, variant in row.items())
        + "."
        for number, (_, row) in enumerate(scenarios.iterrows(), start=1)
    )


def linked(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as HTML in which each passage leads to its entry in the evidence register."""
    return frame.assign(passage=[passage_link(passage) for passage in frame["passage"]])


def _words(variant: str) -> str:
    return variant.replace("-", " ")


def _variant_rows(order: pd.MultiIndex):
    """Figure, axes and middles of rows named by descriptor and variant, a thin line between descriptors."""
    names = order.get_level_values(0)
    labels = [f"{descriptor}: {_words(variant)}" for descriptor, variant in order]
    figure, axes, places = row_canvas(labels, most=33)
    for y in range(1, len(order)):
        if names[y] != names[y - 1]:
            axes.axhline((places[y] + places[y - 1]) / 2, color=INK, linewidth=0.4, linestyle=":")
    return figure, axes, places
