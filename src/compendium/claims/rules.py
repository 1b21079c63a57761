"""What a claim asks of what has been counted, as data.

A rule names a quantity and what it is compared with. The explorer is given the same rules and judges the cases
that a reader chooses by them, so that nothing but this form is known in two places.
"""

from dataclasses import dataclass

import numpy as np

from compendium.codings.formulas import SIGNS
from compendium.readings.specifications import Specification

FAILS, OPEN, HOLDS, OUTSIDE = -1, 0, 1, 2
OUTCOMES = {HOLDS: "holds", OPEN: "open", FAILS: "fails", OUTSIDE: "does not apply"}
COUNT, SHARE, DIFFERENCE = "count", "share", "difference"
PLACES = 9  # decimals to which shares are compared, since those of small counts meet 2/3 and the like exactly


@dataclass(frozen=True)
class Counts:
    """Bounds over all completions of the silent cells, as arrays of one shape.

    Of `total` cases, at least `low` and at most `high` are so. `least` and `greatest` bound how many more that
    are than are so in another respect; they are there for claims that compare two counts.
    """

    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray | None = None
    greatest: np.ndarray | None = None

    @property
    def arrays(self) -> list[np.ndarray]:
        """All that is there, in order."""
        given = (self.total, self.low, self.high, self.least, self.greatest)
        return [array for array in given if array is not None]

    def bounds(self, quantity: str) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value of a quantity."""
        if quantity == DIFFERENCE:
            return self.least, self.greatest
        if quantity == COUNT:
            return self.low, self.high
        low, high = (np.round(end / np.maximum(self.total, 1), PLACES) for end in (self.low, self.high))
        return low, high


@dataclass(frozen=True)
class Rule:
    """A quantity, and the sign and number it is held against.

    These may hang on a choice of the specification: `asks` has them by its answers, and under "" where they
    hang on none. A rule `of_none` can be asked where there is no case at all.
    """

    quantity: str
    asks: dict[str, tuple[str, float]]
    choice: str = ""
    of_none: bool = False

    def outcome(self, counts: Counts, spec: Specification) -> np.ndarray:
        """Whether it holds in all completions, in some or in none; or does not apply."""
        sign, number = self.asks[spec.value(self.choice) if self.choice else ""]
        low, high = counts.bounds(self.quantity)
        at_low, at_high = (SIGNS[sign](end, number) for end in (low, high))
        some = (low <= number) & (number <= high) if sign == "=" else at_low | at_high
        outcome = np.where(at_low & at_high, HOLDS, np.where(some, OPEN, FAILS))
        return np.where((counts.total == 0) & (not self.of_none), OUTSIDE, outcome).astype(np.int8)
