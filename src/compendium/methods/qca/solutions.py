"""Solutions: the minimal models of a truth table, their fit, and whether they outlast other cut-offs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from compendium.errors import DataError
from compendium.methods.qca import minimisation
from compendium.methods.qca.fit import ratio, sufficiency_fit
from compendium.methods.qca.minimisation import Minimum, Model, Term
from compendium.methods.qca.sets import TAUTOLOGY, membership
from compendium.methods.qca.truth_tables import truth_table

NO_OUTCOME = "(no row has the outcome)"
KINDS = ("conservative", "parsimonious", "intermediate")


def expected(expectations: Mapping[str, int] | None, conditions: Sequence[str]) -> tuple[int, int]:
    """Masks of conditions that are expected to contribute when present, and when absent."""
    unknown = set(expectations or {}) - set(conditions)
    if unknown:
        raise ValueError(f"expectation for {sorted(unknown)[0]!r}, which is not a condition.")
    masks = {1: 0, 0: 0}
    for name, direction in (expectations or {}).items():
        if direction not in masks:
            raise ValueError(f"expectation {name}={direction!r}: use 1 (when present) or 0 (when absent).")
        masks[direction] |= 1 << (len(conditions) - 1 - list(conditions).index(name))
    return masks[1], masks[0]


def solve(
    table: pd.DataFrame,
    kind: str = "parsimonious",
    expectations: Mapping[str, int] | None = None,
    **options,
) -> Minimum:
    """All minimal models of a truth table: conservative, parsimonious or intermediate.

    Rows marked `1` are explained, rows marked `0` or `C` excluded, `?` are remainders.
    `expectations`: condition to 1 or 0, for the intermediate solution (which joins the models of
    all pairs of conservative and parsimonious ones). Options as in `minimisation.cover`.
    """
    conditions = table.attrs.get("conditions") or list(table.columns[: list(table.columns).index("out")])
    positives = frozenset(int(row) - 1 for row in table.index[table["out"] == "1"])
    negatives = frozenset(int(row) - 1 for row in table.index[table["out"].isin(["0", "C"])])
    return minimal(
        positives, negatives, len(conditions), kind, *expected(expectations, conditions), **options
    )


def minimal(
    positives, negatives, conditions: int, kind: str, present: int, absent: int, **options
) -> Minimum:
    """The minimal models of rows given by number, counted from 0; `present`, `absent` as `expected` gives them."""
    if kind == "conservative":
        return minimisation.conservative(positives, conditions, **options)
    if kind == "parsimonious":
        return minimisation.parsimonious(positives, negatives, conditions, **options)
    if kind == "intermediate":
        return minimisation.intermediate(positives, negatives, conditions, present, absent, **options)
    raise ValueError(f"kind={kind!r}: use {', '.join(KINDS)}.")


def term_text(term: Term, conditions: Sequence[str]) -> str:
    """A term such as `DEV*~URB`."""
    care, values = term
    last = len(conditions) - 1
    parts = [
        ("" if values >> (last - i) & 1 else "~") + name
        for i, name in enumerate(conditions)
        if care >> (last - i) & 1
    ]
    return "*".join(parts) or TAUTOLOGY


def model_text(model: Model, conditions: Sequence[str]) -> str:
    """A model such as `DEV*~URB + STB`: terms with fewer literals first, then by condition."""
    ordered = sorted(model, key=lambda term: (term[0].bit_count(), [-x for x in term]))
    return " + ".join(term_text(term, conditions) for term in ordered)


def models(found: Minimum, conditions: Sequence[str]) -> list[str]:
    """The models of a solution as text, in its order; `NO_OUTCOME` where there is none."""
    return [model_text(model, conditions) for model in found.models] or [NO_OUTCOME]


def solution_fit(data: pd.DataFrame, outcome: str, model: str) -> pd.DataFrame:
    """Fit of a model and of each of its terms as sufficient, the model last.

    Columns: term, inclusion, pri, coverage (raw), unique (what the term alone covers; empty, NaN,
    for the model), cases (members of the term, above 0.5).
    """
    if model == NO_OUTCOME:
        raise ValueError("there is no model to fit: no row of the truth table has the outcome.")
    y = data[outcome].to_numpy(dtype=float)
    terms = [term.strip() for term in model.split(" + ")]
    members = [membership(data, term) for term in terms]
    total = np.minimum(np.maximum.reduce(members), y).sum()
    rows = []
    for i, (term, x) in enumerate(zip(terms, members)):
        others = np.maximum.reduce([np.zeros(len(y)), *(m for j, m in enumerate(members) if j != i)])
        rows.append(
            {
                "term": term,
                **sufficiency_fit(x, y),
                "unique": ratio(total - np.minimum(others, y).sum(), y.sum()),
                "cases": ", ".join(map(str, data.index[x > 0.5])),
            }
        )
    whole = np.maximum.reduce(members)
    rows.append(
        {
            "term": "the model",
            **sufficiency_fit(whole, y),
            "unique": float("nan"),
            "cases": ", ".join(map(str, data.index[whole > 0.5])),
        }
    )
    return pd.DataFrame(rows)


def robustness(
    data: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    incl_cuts: Sequence[float] = (1.0,),
    n_cuts: Sequence[int] = (1,),
    leave_out: bool = True,
    recalibrated: Mapping[str, pd.DataFrame] | None = None,
    kind: str = "parsimonious",
    **options,
) -> pd.DataFrame:
    """The models under other cut-offs, other calibrations, and without one case at a time.

    The first of `incl_cuts` and of `n_cuts` is the reference. One row per change: change, setting,
    models (all tied ones, separated by a bar), same (whether they are those of the reference).
    A change under which the sets cannot be analysed says why in place of models.
    """

    def found(**setting) -> str:
        try:
            table = truth_table(outcome=outcome, conditions=conditions, **setting)
            return " | ".join(models(solve(table, kind, **options), list(conditions)))
        except DataError as error:
            return f"not analysed: {error}"

    first = {"data": data, "incl_cut": incl_cuts[0], "n_cut": n_cuts[0]}
    settings = [
        ("reference", f"inclusion {incl_cuts[0]:g}, cases {n_cuts[0]}", {}),
        *(("inclusion cut-off", f"{cut:g}", {"incl_cut": cut}) for cut in incl_cuts[1:]),
        *(("case cut-off", f"{cut}", {"n_cut": cut}) for cut in n_cuts[1:]),
        *(("calibration", name, {"data": sets}) for name, sets in (recalibrated or {}).items()),
    ]
    if leave_out:
        settings += [("without a case", str(case), {"data": data.drop(index=case)}) for case in data.index]
    rows = [
        {"change": change, "setting": setting, "models": found(**first | other)}
        for change, setting, other in settings
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(same=frame["models"] == frame.loc[0, "models"])
