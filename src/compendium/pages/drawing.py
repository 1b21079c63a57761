"""What all figures share: one style, one width, and SVG that takes the page's text colour and so works in the dark."""

import io
import re
import warnings
from textwrap import fill

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from matplotlib.transforms import Bbox

matplotlib.rcdefaults()  # a matplotlibrc in the working folder comes before all that can be set outside

# Okabe and Ito's palette, which stays apart under the common colour-vision deficiencies.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"


PINK, RED, YELLOW, GREY = "#CC79A7", "#D55E00", "#F0E442", "#999999"
INK = "#010203"  # stands for the page's text colour and is replaced by it in the SVG


# Inches. A phone of 390 pixels shows this width at four fifths, and type of 9 points with 9 pixels.
WIDTH = 4.7


LINE = 0.155  # a line of type
BAR = 0.19  # a bar
CHARACTER = 5.3  # points, the mean of a character of type
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "compendium",
    "text.parse_math": False,  # labels come from data: a dollar sign is a dollar sign
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.handlelength": 1.5,
    "legend.columnspacing": 1.4,
    "figure.titlesize": 9,
    "figure.labelsize": 9,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.5,
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


def canvas(height: float, **panels):
    """A figure of the book's width, its height in inches, and its axes."""
    sns.set_theme(style="ticks", rc=STYLE)
    return plt.subplots(figsize=(WIDTH, height), layout="constrained", **panels)


def to_svg(figure, name: str) -> str:
    """The figure as SVG text: no timestamp, ids that are unique to `name`, text in page colour.

    It keeps its width, so that type has one size all over the book, and is cropped in height.
    """
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # The reader's browser has the letters that the font at hand lacks, see svg.fonttype.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.draw_without_rendering()
        drawn = figure.get_tightbbox()
        box = Bbox.from_extents(min(drawn.x0, 0), drawn.y0 - 0.05, max(drawn.x1, WIDTH), drawn.y1 + 0.05)
        figure.savefig(buffer, format="svg", bbox_inches=box, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # A style sheet inside the page would reach every other drawing on it.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    ids: dict[str, str] = {}
    return re.sub(r"<[^!>][^>]*>", lambda tag: _of_page(tag[0], name, ids), svg).strip()


def _of_page(tag: str, name: str, ids: dict[str, str]) -> str:
    """A tag of a drawing with ids that are unique to `name`, in the page's colour; words between tags stay.

    The ids are numbers: matplotlib's own are digests of coordinates to the last bit, which processors
    calculate differently.
    """
    tag = re.sub(
        r'((?:\bid|href)="#?|url\(#)([^")]+)',
        lambda found: found[1] + ids.setdefault(found[2], f"{name}-{len(ids) + 1}"),
        tag,
    )
    tag = tag.replace("font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif")
    return tag.replace(INK, "currentColor")


def wrapped(labels, most: int = 26) -> list[str]:
    """Labels in lines of at most so many characters; their own line breaks and long words are kept."""
    return [
        "\n".join(fill(part, most, break_long_words=False) for part in str(label).split("\n"))
        for label in labels
    ]


def row_heights(labels: list[str], least: float = 0.26) -> np.ndarray:
    """Inches that each row needs for its wrapped label."""
    return np.array([max(least, 0.07 + LINE * (label.count("\n") + 1)) for label in labels])


def name_rows(axes, labels: list[str]) -> np.ndarray:
    """Name the rows of axes from top to bottom, and give their middles, in inches from the top.

    The names stand for the axis, which has no line.
    """
    heights = row_heights(labels)
    middles = np.cumsum(heights) - heights / 2
    axes.set_yticks(middles, labels)
    axes.set_ylim(heights.sum(), 0)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, left=True)
    return middles


def row_canvas(labels, extra: float = 0.9, most: int = 26):
    """Figure, axes and middles of named rows; `extra` inches are for axis and key."""
    labels = wrapped(labels, most)
    figure, axes = canvas(extra + row_heights(labels).sum())
    return figure, axes, name_rows(axes, labels)


def axis_words(axes, words: str, percent: bool = False) -> None:
    """Name the horizontal axis in lines that are no wider than it."""
    axes.set_xlabel(fill(words, 34))
    if percent:
        axes.xaxis.set_major_formatter(PercentFormatter(1))


def key(figure, entries=None, place: str = "outside upper left", columns: int = 0) -> None:
    """The key of a figure, in as many columns as fit; `entries` are handles, else those of the axes."""
    entries = entries or figure.axes[0].get_legend_handles_labels()[0]
    if not entries:
        return
    longest = max(len(entry.get_label()) for entry in entries)
    fitting = columns or max(1, min(len(entries), int(WIDTH * 72 / CHARACTER) // (longest + 5)))
    figure.legend(handles=entries, loc=place, ncols=fitting, borderaxespad=0)


def mark(marker: str, words: str, **style) -> Line2D:
    """An entry of a key that is a marker."""
    return Line2D([], [], marker=marker, linestyle="none", label=words, **style)
