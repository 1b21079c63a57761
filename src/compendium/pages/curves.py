"""Specification curves as small drawings: a page holds hundreds, and a plotting library's are too heavy.

All specifications of a claim stand from left to right, equal results joined into a block. Above,
the block spans the share of cases from its least to its greatest value: filled where the claim
holds, hollow where it is open, dashed where it fails. Below, a row for each value of each choice
that matters is as dark as the part of the block that has the value.
"""

import numpy as np
import pandas as pd

from compendium.pages.templating import Markup, render
from compendium.readings.specifications import Grid

RESULT = ["outcome", "low", "high", "total"]
LEFT, WIDTH, TOP, ROW = 226, 190, 70, 15  # pixels: labels, plot, upper panel, row of a choice


def specification_curve(curve: pd.DataFrame, grid: Grid, alternative: str) -> Markup:
    """The curve of one claim as inline SVG. `curve` is as `verdicts.curve` gives it."""
    choices = [column for column in curve.columns if column not in RESULT]
    values = [(choice, value) for choice in choices for value in dict.fromkeys(curve[choice])]
    step = WIDTH / len(curve)
    texts = [(TOP + 13, "0 %"), (19, "100 %")]
    for y, (choice, value) in enumerate(values):
        first = value == curve[choice].iloc[0]  # a choice is named once, at its first value
        said = grid.answer(choice, value)
        texts.append((TOP + 31 + ROW * y, f"{grid.choices[choice].short}: {said}" if first else said))
    has = np.array([curve[choice] == value for choice, value in values])
    blocks = []
    shaded: dict[str, list[str]] = {}  # the boxes of the lower panel, by how dark they are
    begins = np.flatnonzero((curve[RESULT] != curve[RESULT].shift()).any(axis=1))
    for begin, end in zip(begins, [*begins[1:], len(curve)]):
        x, width = LEFT + step * begin, step * (end - begin)
        outcome, *bounds, total = curve[RESULT].iloc[begin]
        low, high = (min(bound / max(total, 1), 1) for bound in bounds)
        blocks.append((outcome, x, 10 + TOP * (1 - high) - 2, width, TOP * (high - low) + 4))
        for y, share in enumerate(has[:, begin:end].mean(axis=1)):
            if share:
                shaded.setdefault(f"{share:.2g}", []).append(_box(x, TOP + 21 + ROW * y, width, ROW - 3))
    return render(
        "curve",
        alternative=alternative,
        width=LEFT + WIDTH + 4,
        height=TOP + 24 + ROW * len(values),
        left=LEFT - 6,
        texts=texts,
        blocks=[(outcome, *(f"{number:.0f}" for number in box)) for outcome, *box in blocks],
        # One path for all boxes that are equally dark: as many elements as boxes would slow a page of curves.
        shaded={share: "".join(boxes) for share, boxes in shaded.items()},
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.0f} {y:.0f}h{width:.0f}v{height:.0f}h-{width:.0f}z"
