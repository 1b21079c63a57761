"""The picture by which messengers and social networks announce the book: its title and its verdicts."""

from pathlib import Path

from compendium import paths
from compendium.files import read_made
from compendium.publishing import books

FILE = "social-card.png"
WIDTH, HEIGHT = 1200, 630  # pixels, as the networks ask for
PARTS = {  # name of the published number, words, colour and hatching
    "reproduced": ("hold under every reading", "#0072B2", ""),
    "depends": ("depend on the reading", "#56B4E9", "//"),
    "undecided": ("are never shown, not excluded", "#009E73", "--"),
    "not_assessable": ("cannot be assessed", "#FFFFFF", ""),
}


def verdicts() -> dict[str, int]:
    """How many claims there are, and of each verdict that the picture shows."""
    values = read_made(paths.RESULTS).get("claims", {}).get("values", {})
    return {name: values[name] for name in ("claims", *PARTS) if name in values}


def alternative() -> str:
    """What the picture shows, in words."""
    counts = verdicts()
    shown = ", ".join(f"{counts[name]} {words}" for name, (words, *_) in PARTS.items() if name in counts)
    return f"{books.about().title}. Of {counts['claims']} claims, {shown}." if counts else books.about().title


def draw(path: Path) -> None:
    """Write the picture as PNG."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    counts = verdicts()
    recomputed = f"\n{counts['claims']} claims, recomputed under every reading." if counts else ""
    figure, axes = plt.subplots(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    figure.text(0.06, 0.78, books.about().title, fontsize=44, fontweight="bold")
    figure.text(
        0.06,
        0.66,
        f"{books.about().subtitle}.{recomputed}",
        fontsize=23,
        va="top",
    )
    left = 0
    for row, (name, (words, colour, hatch)) in enumerate(PARTS.items()):
        count = counts.get(name, 0)
        axes.barh(0, count, left=left, color=colour, hatch=hatch, edgecolor="black")
        left += count
        swatch = (0.06 + 0.46 * (row % 2), 0.16 - 0.09 * (row // 2))
        figure.patches.append(
            plt.Rectangle(
                swatch,
                0.03,
                0.045,
                transform=figure.transFigure,
                facecolor=colour,
                hatch=hatch,
                edgecolor="black",
            )
        )
        figure.text(swatch[0] + 0.04, swatch[1] + 0.008, f"{count} {words}", fontsize=20)
    axes.set_position((0.06, 0.28, 0.88, 0.16))
    axes.set_xlim(0, max(left, 1))
    axes.axis("off")
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
