"""Qualitative comparative analysis: calibration, truth tables, necessity, sufficiency.

Sets are columns with memberships from 0 to 1, a row a case; a negated set is written with a
tilde, a term joins sets by `*`, a model joins terms by ` + `. Rows of a truth table are numbered
as the R package QCA does, the first condition counting most (Duşa 2019, QCA with R).

Cells that a text leaves open are never filled: `tables_of` counts the truth tables of all
completions, and `survival` says in which share of them a model comes out.
"""

from compendium.methods.qca.completions import (
    Tables,
    fit_bounds,
    fit_range,
    possible_rows,
    tables_of,
)
from compendium.methods.qca.fit import necessity, necessity_fit, sufficiency_fit
from compendium.methods.qca.sets import TAUTOLOGY, calibrate, check, crisp, membership, random_problem
from compendium.methods.qca.solutions import (
    KINDS,
    NO_OUTCOME,
    model_text,
    models,
    robustness,
    solution_fit,
    solve,
    term_text,
)
from compendium.methods.qca.states import (
    Setting,
    completed,
    cross_counts,
    negated,
    set_states,
    specifications_of,
    state_counts,
    without_each,
)
from compendium.methods.qca.survivors import by_setting, survival
from compendium.methods.qca.truth_tables import diversity, truth_table
from compendium.methods.qca.wording import for_readers

__all__ = [
    "KINDS",
    "NO_OUTCOME",
    "TAUTOLOGY",
    "Setting",
    "Tables",
    "by_setting",
    "calibrate",
    "check",
    "completed",
    "crisp",
    "cross_counts",
    "diversity",
    "fit_bounds",
    "fit_range",
    "for_readers",
    "membership",
    "model_text",
    "models",
    "necessity",
    "necessity_fit",
    "negated",
    "possible_rows",
    "random_problem",
    "robustness",
    "set_states",
    "solution_fit",
    "solve",
    "specifications_of",
    "state_counts",
    "sufficiency_fit",
    "survival",
    "tables_of",
    "term_text",
    "truth_table",
    "without_each",
]
