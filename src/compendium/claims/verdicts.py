"""From outcomes to verdicts: what a reader is told of a claim."""

from itertools import product

import numpy as np
import pandas as pd

from compendium.claims.evaluation import Evaluation, claimed_cases, evaluate
from compendium.claims.functions import DELIVERED, FUNCTIONS, REASONS
from compendium.claims.rules import DIFFERENCE, FAILS, HOLDS, OPEN, OUTCOMES, OUTSIDE
from compendium.codings.corpus import of_document
from compendium.codings.formulas import parse_formula
from compendium.codings.package import Package
from compendium.readings.arrays import Readings
from compendium.readings.specifications import DEFAULT, Specification, kept

# Sign and words of each verdict, in the order in which pages show them.
VERDICT_SIGNS = {
    "reproduced": ("✓", "holds under every reading"),
    "depends": ("±", "depends on the reading"),
    "undecided": ("○", "never shown, not excluded"),
    "deviates": ("✗", "fails under every reading"),
    "delivered": ("→", "announced and delivered"),
    "announced-not-delivered": ("…", "announced, not delivered"),
    "not-assessable": ("–", "cannot be assessed"),
}


def collapsed(evaluation: Evaluation, number: int) -> tuple[list[str], np.ndarray]:
    """The choices that matter to a claim, and its outcomes over those choices alone.

    A choice matters where it changes the outcome, the bounds or the number of cases anywhere.
    """
    outcome = evaluation.outcome[number]
    names = list(evaluation.grid.choices)
    counts = [array[number][..., None, None] for array in (evaluation.low, evaluation.high, evaluation.total)]
    layers = np.stack([outcome, *(np.broadcast_to(array, outcome.shape) for array in counts)])
    mattering = [
        axis for axis in range(outcome.ndim) if (layers != np.take(layers, [0], axis=axis + 1)).any()
    ]
    index = tuple(slice(None) if axis in mattering else 0 for axis in range(outcome.ndim))
    return [names[axis] for axis in mattering], outcome[index]


def flips(evaluation: Evaluation, number: int, spec: Specification) -> list[str]:
    """The smallest sets of choices that change the outcome of a claim, seen from `spec`.

    Each is text such as `evidence=all, silence=absent`; empty where no specification changes it.
    """
    outcome, here = evaluation.outcome[number], evaluation.grid.position(spec)
    places = np.array(list(np.ndindex(outcome.shape)))
    flipped = places[(outcome != outcome[here]).ravel() & (outcome != OUTSIDE).ravel()]
    if not len(flipped):
        return []
    distance = (flipped != np.array(here)).sum(axis=1)
    choices = list(evaluation.grid.choices.values())
    return [
        ", ".join(
            f"{choices[axis].name}={choices[axis].values[value]}"
            for axis, value in enumerate(place)
            if value != here[axis]
        )
        for place in flipped[distance == distance.min()]
    ]


def verdict(outcomes: np.ndarray) -> str:
    """Verdict of a recomputed claim from its outcomes over the grid.

    reproduced: holds under every specification; depends: holds under some; undecided: holds
    under none, but silence leaves it open under some; deviates: fails under every one.
    """
    applicable = outcomes[outcomes != OUTSIDE]
    if not applicable.size:
        return "not-assessable"
    if (applicable == HOLDS).all():
        return "reproduced"
    if (applicable == FAILS).all():
        return "deviates"
    return "depends" if (applicable == HOLDS).any() else "undecided"


SAID = ("claim", "source", "kind", "asserts")
FOUND = (
    *("why", "outcome", "low", "high", "total", "holds", "open", "fails"),
    *("choices", "flip", "test", "fragile", "circular", "verdict"),
)


def summary(
    package: Package, evaluation: Evaluation, spec: Specification, register: pd.DataFrame
) -> pd.DataFrame:
    """One row per claim of `register` (rows of claims.csv): its verdict over the grid, and its outcome under `spec`.

    Columns: claim, source, kind, asserts, why (for what cannot be recomputed), outcome, low, high, total
    (counts under `spec`), holds, open, fails (specifications, after choices that cannot matter are
    collapsed), choices (those that matter), flip, test, fragile (cases whose absence changes the outcome
    under the default specification), circular, verdict.
    """
    rows = [
        {name: getattr(claim, name) for name in SAID}
        | dict.fromkeys(FOUND, "")
        | _found(package, claim, evaluation, spec)
        for claim in register.itertuples()
    ]
    return pd.DataFrame(rows, columns=[*SAID, *FOUND])


def _found(package: Package, claim, evaluation: Evaluation, spec: Specification) -> dict:
    """What is to be said of one claim."""
    if claim.assessment == DELIVERED:
        found = bool(claim.first)
        return {
            "verdict": "delivered" if found else "announced-not-delivered",
            "why": f"delivered in {claim.first}" if found else "the text does not hold it",
        }
    if claim.assessment not in FUNCTIONS:
        return {"verdict": "not-assessable", "why": REASONS[claim.assessment]}
    function = FUNCTIONS[claim.assessment]
    number = evaluation.claims.index(claim.claim)
    choices, outcomes = collapsed(evaluation, number)
    outcome, low, high, total = evaluation.at(claim.claim, spec)
    default = evaluation.outcome[(number, *evaluation.grid.position(DEFAULT))]
    changed = (evaluation.without[number] != OUTSIDE) & (evaluation.without[number] != default)
    ways = flips(evaluation, number, spec)
    return {
        "verdict": verdict(outcomes),
        "why": "no case of the data is one that it speaks of" if (outcomes == OUTSIDE).all() else "",
        "outcome": OUTCOMES[outcome],
        "low": low,
        "high": high,
        "total": total,
        **{OUTCOMES[code]: int((outcomes == code).sum()) for code in (HOLDS, OPEN, FAILS)},
        "choices": ", ".join(choices),
        "flip": ways[0] if ways else "",
        "circular": own_evidence(package, claim, outcome, spec),
        "test": exact_test(package, claim, spec) if function.rule(claim.value).quantity == DIFFERENCE else "",
        "fragile": ", ".join(np.array(evaluation.cases)[changed]) if not function.single else "",
    }


def own_evidence(package: Package, claim, outcome: int, spec: Specification) -> str:
    """Outcome of a claim when codings that rest on its own passages are left aside.

    Empty where that changes nothing: then the claim does not lean on itself. Statements on a
    single case are always their own evidence and are not asked.
    """
    function = FUNCTIONS[claim.assessment]
    if function.single:
        return ""
    codes = {literal.code for text in function.formulas(claim) for literal in parse_formula(text)}
    own = package.codings["passage"].isin(claim.passages.split(";")) & package.codings["code"].isin(codes)
    if not own.any():
        return ""
    register = package.claims[package.claims["claim"] == claim.claim]
    without = evaluate(package, register, aside=own).at(claim.claim, spec)[0]
    return OUTCOMES[without] if without != outcome else ""


def exact_test(package: Package, claim, spec: Specification) -> str:
    """Exact McNemar test (McNemar 1947, by statsmodels) of a claim that compares two counts.

    Over the cases of the claim in which `spec` decides both formulas; text with their number and p.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    known = package.remembered(
        ("told", claim.source, spec),
        lambda: Readings(of_document(package, claim.source), package.cases["case"], [spec]),
    )
    mask = claimed_cases(package, claim, known) & kept(package, spec, package.cases).to_numpy()
    (sure, possible), (sure_second, possible_second) = known.formula(claim.first), known.formula(claim.second)
    decided = ((sure == possible) & (sure_second == possible_second))[0] & mask
    first, second = sure[0][decided], sure_second[0][decided]
    table = [[int((a & b).sum()) for b in (second, ~second)] for a in (first, ~first)]
    return f"{int(decided.sum())} cases decide both; exact McNemar test p = {mcnemar(table, exact=True).pvalue:.2f}"


def curve(evaluation: Evaluation, claim: str) -> pd.DataFrame:
    """The specification curve of a claim: a row per specification over the choices that matter,
    ordered by outcome and bounds. Columns: those choices, outcome, low, high, total."""
    number = evaluation.claims.index(claim)
    choices, _ = collapsed(evaluation, number)
    answers = {name: choice.values for name, choice in evaluation.grid.choices.items()}
    fixed = [values if name in choices else values[:1] for name, values in answers.items()]
    rows = []
    for combination in product(*fixed):
        spec = evaluation.grid.at(combination)
        outcome, low, high, total = evaluation.at(claim, spec)
        if outcome != OUTSIDE:
            rows.append(
                {
                    **{name: spec.value(name) for name in choices},
                    "outcome": OUTCOMES[outcome],
                    "low": low,
                    "high": high,
                    "total": total,
                }
            )
    frame = pd.DataFrame(rows)
    order = {OUTCOMES[code]: place for place, code in enumerate((FAILS, OPEN, HOLDS))}
    frame = frame.assign(rank=frame["outcome"].map(order)).sort_values(
        ["rank", "low", "high", "total"], kind="stable"
    )
    return frame.drop(columns="rank").reset_index(drop=True)
