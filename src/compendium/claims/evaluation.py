"""Recompute the claims of the documents under every specification, in one pass.

A claim names a function, the cases it speaks of, and one or two formulas. A function turns
what is known into an interval of the count it is about and an outcome: the claim holds in all
completions of the silent cells, in some (open), or in none (fails).
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from compendium.codings import filters
from compendium.codings.corpus import of_document
from compendium.codings.package import DataError, Package, cases_of
from compendium.readings.arrays import Readings
from compendium.readings.specifications import DEFAULT, WORDING, WORDS, Grid, Specification

FAILS, OPEN, HOLDS, OUTSIDE = -1, 0, 1, 2
OUTCOMES = {HOLDS: "holds", OPEN: "open", FAILS: "fails", OUTSIDE: "does not apply"}
COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}


@dataclass(frozen=True)
class Counts:
    """What a function is given: arrays of one shape. `low` and `high` bound the cases that satisfy
    the first formula over all completions; the differences bound how many more that are than satisfy
    the second formula."""

    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    least_difference: np.ndarray
    greatest_difference: np.ndarray


# A function answers for arrays of counts: does the claim hold in all completions, and in some?


def _compare(counts: Counts, value: str, words: str, ties: str) -> tuple[np.ndarray, np.ndarray]:
    sign, number = parse_comparison(value)
    if sign == "=":
        return (counts.low == number) & (counts.high == number), (counts.low <= number) & (
            number <= counts.high
        )
    ends = [COMPARISONS[sign](end, number) for end in (counts.low, counts.high)]
    return ends[0] & ends[1], ends[0] | ends[1]


def _share(counts: Counts, value: str, words: str, ties: str) -> tuple[np.ndarray, np.ndarray]:
    sign, threshold = WORDS[value][words]
    # Rounded, because shares of small counts meet thresholds such as 2/3 exactly.
    shares = [np.round(end / np.maximum(counts.total, 1), 9) for end in (counts.low, counts.high)]
    ends = [COMPARISONS[sign](share, round(threshold, 9)) for share in shares]
    return ends[0] & ends[1], ends[0] | ends[1]


def _all(counts: Counts, value: str, words: str, ties: str) -> tuple[np.ndarray, np.ndarray]:
    return counts.low == counts.total, counts.high == counts.total


def _none(counts: Counts, value: str, words: str, ties: str) -> tuple[np.ndarray, np.ndarray]:
    return counts.high == 0, counts.low == 0


def _more(counts: Counts, value: str, words: str, ties: str) -> tuple[np.ndarray, np.ndarray]:
    greater = operator.ge if ties == "hold" else operator.gt
    return greater(counts.least_difference, 0), greater(counts.greatest_difference, 0)


FUNCTIONS: dict[str, Callable] = {
    "cases": _compare,
    "items": _compare,
    "count": _compare,
    "share": _share,
    "all": _all,
    "none": _none,
    "more": _more,
    "only": _all,  # on whether each case is as the claim has it: named and so, or not named and not so
    "stated": _all,
}
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


def parse_comparison(value: str) -> tuple[str, int]:
    """Sign and number of a comparison such as `>=2`; DataError where it is none."""
    found = re.fullmatch(r"(>=|<=|>|<|=)(\d+)", value)
    if found is None:
        raise DataError(f"{value!r} is no comparison such as =3 or >=2.")
    return found[1], int(found[2])


def chosen_cases(package: Package, source: str, study: str, wanted: str) -> np.ndarray:
    """Which rows of the cases a claim speaks of: those of its document in a study, of a kind or level, or a list.

    Cases that its document does not speak of are none of them, so that a new case changes no older claim.
    """
    cases = package.cases
    mask = (cases["study"] == study).to_numpy() & cases["case"].isin(cases_of(package, source)).to_numpy()
    if filters.is_filter(wanted):
        return mask & filters.keeps(wanted, cases).to_numpy()
    return mask & cases["case"].isin(wanted.split(";")).to_numpy() if wanted else mask


@dataclass(frozen=True)
class Evaluation:
    """All recomputable claims under every specification.

    `outcome` has the shape claims x choices (one axis a choice, in the order of the grid); `low`,
    `high` and `total` have the axes up to the scopes. `without` holds, for the default
    specification, the outcome of each claim when a case is left out (claims x cases of all studies;
    OUTSIDE where the claim does not speak of the case).
    """

    grid: Grid
    claims: list[str]
    cases: list[str]
    outcome: np.ndarray
    low: np.ndarray
    high: np.ndarray
    total: np.ndarray
    without: np.ndarray

    def at(self, claim: str, spec: Specification) -> tuple[int, int, int, int]:
        """Outcome, least and greatest count, and number of cases of a claim under a specification."""
        number, place = self.claims.index(claim), self.grid.position(spec)
        scope = (number, *place[: len(self.grid.case_shape)])
        return (
            int(self.outcome[(number, *place)]),
            int(self.low[scope]),
            int(self.high[scope]),
            int(self.total[scope]),
        )


def evaluate(
    package: Package, register: pd.DataFrame | None = None, aside: pd.Series | None = None
) -> Evaluation:
    """Evaluate every claim that names a function, under the full grid of specifications at once.

    `register` holds rows of claims.csv; without it, all are evaluated. `aside` marks codings that are left
    out (see `Readings`).
    """
    register = package.claims if register is None else register
    register = register[register["assessment"].isin(FUNCTIONS)]
    grid = Grid(package)
    known = readings_of_documents(package, register["source"], grid, aside)
    inside = grid.scope_cases(package)
    evaluated = [
        _evaluate_claim(package, claim, known[claim.source], grid, inside) for claim in register.itertuples()
    ]
    shapes = (grid.shape, *[grid.case_shape] * 3, (len(package.cases),))
    stacked = [
        np.array([parts[number] for parts in evaluated]).reshape(len(evaluated), *shape)
        for number, shape in enumerate(shapes)
    ]
    return Evaluation(grid, list(register["claim"]), list(package.cases["case"]), *stacked)


def readings_of_documents(
    package: Package, sources, grid: Grid, aside: pd.Series | None = None
) -> dict[str, Readings]:
    """For each document what its own codings, and the record, say of all cases under every reading."""
    return {
        source: Readings(of_document(package, source), package.cases["case"], grid.readings, aside)
        for source in sorted(set(sources))
    }


def claimed_cases(package: Package, claim, known: Readings) -> np.ndarray:
    """Which rows of the cases a claim counts: those it speaks of and of which its formulas can be asked."""
    mask = chosen_cases(package, claim.source, claim.study, claim.cases)
    for formula in formulas(claim):
        mask = mask & known.applies(formula)
    return mask


def formulas(claim) -> list[str]:
    """The formulas of a claim."""
    if claim.assessment in ("items", "cases"):
        return []
    return [claim.first, claim.second] if claim.assessment == "more" else [claim.first]


def _evaluate_claim(package: Package, claim, known: Readings, grid: Grid, scope_cases: np.ndarray):
    """Outcome, low, high, total and leave-one-out outcomes of one claim."""
    first, difference = satisfied(package, claim, known)
    inside = scope_cases & claimed_cases(package, claim, known)
    weights = inside.T.astype(float)
    total = np.broadcast_to(inside.sum(axis=1), (len(known), len(inside))).astype(float)
    counts = Counts(total, *(array @ weights for array in (*first, *difference)))
    if claim.assessment == "items":
        number = float(item_count(package, claim.first))
        counts = Counts(np.full_like(total, number), *[np.full_like(total, number)] * 4)
    words, ties = (choice.values for choice in WORDING)
    outcome = np.stack([[_outcome(claim, counts, word, tie) for tie in ties] for word in words])
    # from words, ties, readings, scopes to the order of the choices
    outcome = outcome.transpose(2, 3, 0, 1).reshape(grid.shape)
    shaped = [array.reshape(grid.case_shape) for array in (counts.low, counts.high, counts.total)]
    return outcome, *shaped, _without(claim, grid, counts, first, difference, inside)


def satisfied(package: Package, claim, known: Readings):
    """`sure` and `possible` of the first formula, and the bounds of its difference to the second, as floats."""
    shape = (len(known), len(package.cases))
    nothing = (np.zeros(shape), np.zeros(shape))
    if claim.assessment == "items":
        return nothing, nothing
    if claim.assessment == "cases":
        return (np.ones(shape), np.ones(shape)), nothing
    sure, possible = known.formula(claim.first)
    if claim.assessment == "only":
        named = package.cases["case"].isin(claim.second.split(";")).to_numpy()
        sure, possible = np.where(named, sure, ~possible), np.where(named, possible, ~sure)
    difference = known.difference(claim.first, claim.second) if claim.assessment == "more" else nothing
    return (sure.astype(float), possible.astype(float)), tuple(array.astype(float) for array in difference)


def item_count(package: Package, framework: str) -> int:
    """How many items of a list the text delivers."""
    items = package.frameworks[package.frameworks["framework"] == framework]
    return int((items["status"] != "announced-not-delivered").sum())


def _outcome(claim, counts: Counts, words: str, ties: str) -> np.ndarray:
    always, sometimes = FUNCTIONS[claim.assessment](counts, claim.value, words, ties)
    outcome = np.where(always, HOLDS, np.where(sometimes, OPEN, FAILS))
    empty = (counts.total == 0) & (claim.assessment != "cases")
    return np.where(empty, OUTSIDE, outcome).astype(np.int8)


def _without(claim, grid: Grid, counts: Counts, first, difference, inside: np.ndarray) -> np.ndarray:
    """Outcomes under the default specification when each case in turn is left out."""
    reading = grid.readings.index(DEFAULT)
    scope = 0  # nothing is left out
    whole = [
        array[reading, scope]
        for array in (
            counts.total,
            counts.low,
            counts.high,
            counts.least_difference,
            counts.greatest_difference,
        )
    ]
    if claim.assessment == "items":
        return np.full(inside.shape[1], OUTSIDE, dtype=np.int8)
    own = inside[scope].astype(float)
    parts = [own, *(array[reading] * own for array in (*first, *difference))]
    left = Counts(*(all_ - part for all_, part in zip(whole, parts)))
    outcome = _outcome(claim, left, DEFAULT.words, DEFAULT.ties)
    return np.where(inside[scope], outcome, OUTSIDE).astype(np.int8)
