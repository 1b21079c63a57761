"""The cover of the books: every cell of the compendium as a square, coloured by how it is known."""

import io
import textwrap

import matplotlib.pyplot as plt

from compendium.codings import coverage
from compendium.codings.package import Package
from compendium.pages.figures import COLOURS
from compendium.publishing import books

WIDTH, HEIGHT, DOTS = 6.0, 9.0, 200  # inches, and dots an inch
COLUMNS = 36
INK = "#111111"


def png(package: Package, about: books.About) -> bytes:
    """The cover as an image of 1200 by 1800 dots; the same data give the same bytes."""
    figure = plt.figure(figsize=(WIDTH, HEIGHT), facecolor="white")
    axes = figure.add_axes((0.08, 0.06, 0.84, 0.56))
    statuses = coverage.cells(package)["status"]
    rows = -(-len(statuses) // COLUMNS)
    for place, status in enumerate(statuses):
        y, x = divmod(place, COLUMNS)
        face = COLOURS[status]
        edge = {"edgecolor": "#bbbbbb" if face == "none" else "none", "linewidth": 0.4}
        axes.add_patch(plt.Rectangle((x + 0.1, y + 0.1), 0.8, 0.8, facecolor=face, **edge))
    axes.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    axes.axis("off")
    with plt.rc_context({"font.family": "DejaVu Sans"}):
        figure.text(0.08, 0.93, textwrap.fill(about.title, 14), size=36, weight="bold", va="top", color=INK)
        figure.text(0.08, 0.71, textwrap.fill(about.subtitle, 40), size=13, va="top", color=INK)
        figure.text(0.08, 0.025, f"{about.author}, version {about.version}", size=10, color=INK)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()
