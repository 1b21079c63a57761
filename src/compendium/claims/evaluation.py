"""Recompute the claims of the documents under every specification, in one pass.

A claim names a function, the cases it speaks of, and one or two formulas. A function turns
what is known into an interval of the count it is about and an outcome: the claim holds in all
completions of the silent cells, in some (open), or in none (fails).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from compendium.claims.functions import FUNCTIONS, Cells
from compendium.claims.rules import OUTSIDE, Counts, Rule
from compendium.codings import formulas
from compendium.codings.corpus import of_document
from compendium.codings.package import Package, cases_of
from compendium.readings.arrays import Readings
from compendium.readings.specifications import DEFAULT, Grid, Specification


def chosen_cases(package: Package, source: str, study: str, wanted: str) -> np.ndarray:
    """Which rows of the cases a claim speaks of: those of its document in a study, of a kind or level, or a list.

    Cases that its document does not speak of are none of them, so that a new case changes no older claim.
    """
    cases = package.cases
    mask = (cases["study"] == study).to_numpy() & cases["case"].isin(cases_of(package, source)).to_numpy()
    if formulas.is_filter(wanted):
        return mask & formulas.keeps(wanted, cases).to_numpy()
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
    function = FUNCTIONS[claim.assessment]
    if not function.on_cases:
        return np.zeros(len(package.cases), dtype=bool)
    mask = chosen_cases(package, claim.source, claim.study, claim.cases)
    for formula in function.formulas(claim):
        mask = mask & known.applies(formula)
    return mask


def _evaluate_claim(package: Package, claim, known: Readings, grid: Grid, scope_cases: np.ndarray):
    """Outcome, low, high, total and leave-one-out outcomes of one claim."""
    function = FUNCTIONS[claim.assessment]
    rule, beside = function.rule(claim.value), function.beside(package, claim)
    inside = scope_cases & claimed_cases(package, claim, known)
    cells = tuple(array.astype(float) for array in function.cells(known, claim))
    total = np.broadcast_to(inside.sum(axis=1), (len(known), len(inside))).astype(float)
    counts = Counts(total + beside, *(array @ inside.T.astype(float) + beside for array in cells))
    # The meaning of words is what varies fastest in the grid.
    outcome = np.stack([rule.outcome(counts, spec) for spec in grid.wordings], axis=-1).reshape(grid.shape)
    shaped = [array.reshape(grid.case_shape) for array in (counts.low, counts.high, counts.total)]
    return outcome, *shaped, _without(rule, grid, counts, cells, inside)


def _without(rule: Rule, grid: Grid, counts: Counts, cells: Cells, inside: np.ndarray) -> np.ndarray:
    """Outcomes under the default specification when each case in turn is left out."""
    reading = grid.readings.index(DEFAULT)
    scope = 0  # nothing is left out
    own = inside[scope].astype(float)
    whole = [array[reading, scope] for array in counts.arrays]
    parts = [own, *(array[reading] * own for array in cells)]
    left = Counts(*(all_ - part for all_, part in zip(whole, parts, strict=True)))
    return np.where(inside[scope], rule.outcome(left, DEFAULT), OUTSIDE).astype(np.int8)
