"""How claims are recomputed: one object for each function that a row of claims.csv may name.

An object says all that anybody must know of its function: which columns it uses and what these hold (for the
checks), how it is said (for the register), what it counts and what it asks of the counts (for the evaluation
and the explorer). To add a function is to add an object here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from compendium.claims.rules import COUNT, DIFFERENCE, PLACES, SHARE, Rule
from compendium.codings.formulas import parse_comparison
from compendium.codings.package import Package
from compendium.readings.arrays import Readings
from compendium.readings.specifications import WORDS


class Holds(Enum):
    """What a column of claims.csv holds."""

    CHOSEN = auto()  # which cases of its study are counted: a filter, ids, or nothing for all
    NAMED = auto()  # ids of cases
    FORMULA = auto()
    COMPARISON = auto()
    WORD = auto()  # a quantity word
    LIST = auto()  # a list of frameworks.csv
    PASSAGES = auto()


def _asks(quantity: str, sign: str, number: float) -> Callable[[str], Rule]:
    """The same is asked whatever stands in the column `value`."""
    return lambda value: Rule(quantity, {"": (sign, number)})


def _compared(of_none: bool = False) -> Callable[[str], Rule]:
    """The count is compared as the column `value` says."""
    return lambda value: Rule(COUNT, {"": parse_comparison(value)}, of_none=of_none)


def _worded(value: str) -> Rule:
    """The share is what a quantity word means in a reading."""
    asks = {answer: (sign, round(share, PLACES)) for answer, (sign, share) in WORDS[value].items()}
    return Rule(SHARE, asks, choice="words")


def _more(value: str) -> Rule:
    return Rule(DIFFERENCE, {"fail": (">", 0), "hold": (">=", 0)}, choice="ties")


# Cells: for readings by cases, whether each case is surely and possibly so; and, where two formulas are
# compared, the least and the greatest difference between them.
Cells = tuple[np.ndarray, ...]


def _satisfying(known: Readings, claim) -> Cells:
    return known.formula(claim.first)


def _satisfying_two(known: Readings, claim) -> Cells:
    return *known.formula(claim.first), *known.difference(claim.first, claim.second)


def _as_named(known: Readings, claim) -> Cells:
    """Whether each case is as the claim has it: named and so, or not named and not so."""
    sure, possible = known.formula(claim.first)
    named = np.isin(known.cases, claim.second.split(";"))
    return np.where(named, sure, ~possible), np.where(named, possible, ~sure)


def _every(known: Readings, claim) -> Cells:
    every = np.ones((len(known), len(known.cases)), dtype=bool)
    return every, every


def _delivered_items(package: Package, claim) -> int:
    items = package.frameworks[package.frameworks["framework"] == claim.first]
    return int((items["status"] != "announced-not-delivered").sum())


@dataclass(frozen=True)
class Function:
    """One way to recompute a claim.

    `words` says it to readers, with the columns in braces, and {thresholds} for what a quantity word asks.
    `columns` has the columns it uses, `rule` makes of the column `value` what is asked. `cells` says what is
    counted in each case, `beside` what is counted beside cases. A function on a `single` case asks what the
    text shows of it: no case can be left out, and the sentence itself is the evidence.
    """

    words: str
    columns: Mapping[str, Holds]
    rule: Callable[[str], Rule]
    cells: Callable[[Readings, object], Cells] = _satisfying
    beside: Callable[[Package, object], int] = lambda package, claim: 0
    single: bool = False

    @property
    def on_cases(self) -> bool:
        """Whether it is about the cases of a study."""
        return "cases" in self.columns

    def formulas(self, claim) -> list[str]:
        """The formulas of a claim."""
        return [getattr(claim, name) for name, holds in self.columns.items() if holds is Holds.FORMULA]


CASES = {"cases": Holds.CHOSEN}
OF_FORMULA = {**CASES, "first": Holds.FORMULA}
FUNCTIONS = {
    "cases": Function(
        "Counts {cases} and asks whether the number is {value}.",
        {**CASES, "value": Holds.COMPARISON},
        _compared(of_none=True),
        _every,
    ),
    "items": Function(
        "Counts the items of the list “{first}” and asks whether the number is {value}.",
        {"first": Holds.LIST, "value": Holds.COMPARISON},
        _compared(),
        _every,
        beside=_delivered_items,
    ),
    "count": Function(
        "Counts {cases} with {first} and asks whether the number is {value}.",
        {**OF_FORMULA, "value": Holds.COMPARISON},
        _compared(),
    ),
    "share": Function(
        "Asks whether {value} of {cases} have {first}: a share of {thresholds}.",
        {**OF_FORMULA, "value": Holds.WORD},
        _worded,
    ),
    "all": Function(
        "Asks whether all of {cases} have {first}.",
        OF_FORMULA,
        _asks(SHARE, ">=", 1),
    ),
    "none": Function(
        "Asks whether none of {cases} has {first}.",
        OF_FORMULA,
        _asks(COUNT, "=", 0),
    ),
    "more": Function(
        "Asks whether more of {cases} have {first} than have {second}.",
        {**OF_FORMULA, "second": Holds.FORMULA},
        _more,
        _satisfying_two,
    ),
    "only": Function(
        "Asks whether, of {cases}, {second} and no others have {first}.",
        {**OF_FORMULA, "second": Holds.NAMED},
        _asks(SHARE, ">=", 1),
        _as_named,
    ),
    "stated": Function(
        "Asks whether the text itself shows {first} for {cases}.",
        OF_FORMULA,
        _asks(SHARE, ">=", 1),
        single=True,
    ),
}

# What is not recomputed: announcements, which name the passages that deliver them, and claims that say why not.
DELIVERED = "delivered"
REASONS = {
    "no-evidence": "the text gives no evidence that could be recounted",
    "normative": "it says what should be",
    "attributed": "it is reported from literature",
    "forecast": "it speaks of the future",
    "definition": "it is a definition",
    "missing-material": "it needs material that the text does not hold",
    "causal": "it is a causal statement that the cases cannot test",
}


def columns_of(assessment: str) -> Mapping[str, Holds]:
    """The columns of claims.csv that an assessment uses beside those of every claim; none where it is unknown."""
    if assessment == DELIVERED:
        return {"first": Holds.PASSAGES}
    return FUNCTIONS[assessment].columns if assessment in FUNCTIONS else {}
