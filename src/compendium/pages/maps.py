"""Maps: places by longitude and latitude, or cases by any two coordinates, numbered and named under the drawing."""

import json
from math import cos, radians
from textwrap import fill

import pandas as pd

from compendium.codings.package import Package
from compendium.pages.drawing import GREEN, GREY, ORANGE, PINK, SKY, canvas, key, mark, to_svg

# Marker and colour of groups on maps, by the rank of the group.
LOOKS = (("o", SKY), ("s", ORANGE), ("D", GREEN), ("^", PINK))


def looks(
    package: Package, vocabulary: str, groups: pd.Series
) -> tuple[pd.Series, dict[str, tuple[str, str]]]:
    """The labels of groups (ids of a vocabulary), and the marker and colour of each label."""
    entries = [package.entry(vocabulary, group) for group in dict.fromkeys(groups)]
    labels = {entry[vocabulary.removesuffix("s")]: entry["label"] for entry in entries}
    return groups.map(labels), {entry["label"]: LOOKS[entry["rank"] % len(LOOKS)] for entry in entries}


def place_map(
    package: Package,
    places: pd.DataFrame,
    name: str,
    longitudes: tuple[float, float],
    latitudes: tuple[float, float],
    true_at: float,
) -> str:
    """A map with a numbered marker per place, and the names by number under it.

    `places`: label (the number), name, level, latitude, longitude (degrees). What is shown lies between two
    longitudes and two latitudes (degrees); east-west and north-south have one scale at the latitude `true_at`.
    """
    outlines = json.loads(package.file("outlines").read_text("utf-8"))
    figure, axes = canvas(6.6)
    for country in outlines["features"]:
        for polygon in country["geometry"]["coordinates"]:
            for ring in polygon:
                axes.fill(*zip(*ring), facecolor="#99999930", edgecolor=GREY, linewidth=0.5)
    axes.set_aspect(round(1 / cos(radians(true_at)), 1))  # a degree of longitude is that much shorter
    axes.set_xlim(*longitudes)
    axes.set_ylim(*latitudes)
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
