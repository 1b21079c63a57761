"""All readings of the codings at once, as arrays.

A reading is the part of a specification that says what counts: evidence, silence, conflict.
For readings r and cases c, two boolean arrays say what is known of a formula: `sure[r, c]`,
it holds whatever fills the silent cells; `possible[r, c]`, it holds for some filling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from compendium.codings.package import DataError, Package
from compendium.readings.specifications import STATUSES, Specification

NEGATIVE = {"no", "absent", "none"}  # values by which a text says that something is not there
_STATUS = {status: number for number, status in enumerate(STATUSES)}


@dataclass(frozen=True)
class Literal:
    """A code that is present, or has a value, or (negated) does not."""

    code: str
    value: str
    negated: bool

    @property
    def cell(self) -> tuple[str, str]:
        """What the literal is about, whether or not it is negated."""
        return self.code, self.value


def parse_formula(text: str) -> tuple[Literal, ...]:
    """The literals of a formula such as `science+citizens=member+!investors`, all of which must hold.

    A code may stand again with another value. DataError where literals exclude or repeat each
    other: bounds are exact because a silent cell may fill each literal on its own.
    """
    literals = []
    for part in text.split("+"):
        name, _, value = part.strip().removeprefix("!").partition("=")
        literals.append(Literal(name, value, part.strip().startswith("!")))
    named = [(literal.code, literal.value) for literal in literals]
    codes = [literal.code for literal in literals]
    excluded = {literal.code for literal in literals if literal.negated and not literal.value}
    if not all(codes) or len(named) != len(set(named)) or any(codes.count(code) > 1 for code in excluded):
        raise DataError(
            f"formula {text!r}: join literals by plus signs, each once, and none that excludes another."
        )
    return tuple(literals)


class Readings:
    """The codings of some cases, ready to be read under many specifications."""

    def __init__(self, package: Package, cases: Sequence[str], readings: Sequence[Specification]):
        self.cases = list(cases)
        self._multiple = package.codebook.set_index("code")["multiple"]
        position = pd.Series(range(len(self.cases)), index=self.cases)
        codings = package.codings[package.codings["case"].isin(position.index)]
        self._case = position[codings["case"]].to_numpy(dtype=int)
        self._status = codings["status"].map(_STATUS).to_numpy(dtype=int)
        self._value = codings["value"].to_numpy(dtype=object)
        self._rows = codings.reset_index(drop=True).groupby("code").indices
        self._counted = np.zeros((len(readings), len(STATUSES)), dtype=np.uint8)
        for number, reading in enumerate(readings):
            self._counted[number, [_STATUS[status] for status in reading.counted]] = 1
        self._absent = np.array([reading.silence == "absent" for reading in readings])[:, None]
        self._reject = np.array([reading.conflict == "reject" for reading in readings])[:, None]

    def __len__(self) -> int:
        """Number of readings."""
        return len(self._counted)

    def literal(self, literal: Literal) -> tuple[np.ndarray, np.ndarray]:
        """`sure` and `possible` of one literal: boolean arrays of readings by cases."""
        rows = self._rows.get(literal.code, np.array([], dtype=int))
        case, status, value = self._case[rows], self._status[rows], self._value[rows]
        negative = np.isin(value.astype(str), list(NEGATIVE))
        given = value != ""
        yes = (value == literal.value) if literal.value else given & ~negative
        # Another value says no only where a case can have but one.
        no = negative if not literal.value or self._multiple[literal.code] else given
        present = self._any(case, status, yes)
        denied = self._any(case, status, no & ~yes) | self._has(case, status, "not-applicable")
        contested = self._has(case, status, "contradicted")
        undecided = np.where(contested, self._reject, self._absent)
        sure, possible = present, present | ~(denied | undecided)
        return (~possible, ~sure) if literal.negated else (sure, possible)

    def formula(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """`sure` and `possible` of a formula: boolean arrays of readings by cases."""
        parts = [self.literal(literal) for literal in parse_formula(text)]
        return np.logical_and.reduce([part[0] for part in parts]), np.logical_and.reduce(
            [part[1] for part in parts]
        )

    def difference(self, first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value, per reading and case, of first minus second (each 1 where it holds).

        The literals of both are filled together, so formulas that share cells are compared exactly.
        """
        formulas = parse_formula(first), parse_formula(second)
        cells = list(dict.fromkeys(literal.cell for formula in formulas for literal in formula))
        known = {cell: self.literal(Literal(*cell, negated=False)) for cell in cells}
        least = np.full((len(self), len(self.cases)), 2)
        greatest = -least
        for values in product((False, True), repeat=len(cells)):
            filling = dict(zip(cells, values))
            if any(filling[cell] and not filling.get((cell[0], ""), True) for cell in cells):
                continue  # a code that has a value is present
            fits = np.logical_and.reduce([known[c][1] if filling[c] else ~known[c][0] for c in cells])
            one, other = (all(filling[x.cell] != x.negated for x in formula) for formula in formulas)
            least = np.where(fits, np.minimum(least, one - other), least)
            greatest = np.where(fits, np.maximum(greatest, one - other), greatest)
        return least, greatest

    def _any(self, case: np.ndarray, status: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Readings by cases: whether a chosen row has a status that the reading counts."""
        found = np.zeros((len(self.cases), len(STATUSES)), dtype=np.uint8)
        found[case[chosen], status[chosen]] = 1
        return (self._counted @ found.T) > 0

    def _has(self, case: np.ndarray, status: np.ndarray, wanted: str) -> np.ndarray:
        """Cases with a row of a status, whatever the reading."""
        found = np.zeros(len(self.cases), dtype=bool)
        found[case[status == _STATUS[wanted]]] = True
        return found
