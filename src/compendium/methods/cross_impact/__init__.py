"""Cross-impact balance analysis: which bundles of assumptions about the future support each other.

The method is Weimer-Jehle's (2006, Technological Forecasting and Social Change 73, 334-361; with the
manual of his program ScenarioWizard 4.1, 2013, sections 2.3.1 to 2.3.3). Factors of a system are *descriptors*,
each with two or more *variants*. A cross-impact *matrix* says how strongly each variant of one descriptor
furthers (positive) or hinders (negative) each variant of another. A *scenario* takes one variant of each
descriptor. The impact *balance* of a variant is the sum of what the variants of a scenario do to it. A
scenario is *consistent* when no descriptor has a variant with a higher balance than the one it takes.

A matrix is a square data frame; rows are sources and columns are targets, both labelled by the same
MultiIndex (descriptor, variant). Scenarios are data frames with a column per descriptor and a row per
scenario; their cells are variants. A *judgement group* is the cells of one source variant and one target
descriptor. Adding the same number to all cells of a judgement group changes no comparison of balances, hence
no consistency; the usual convention, kept by `standardised`, is that each group sums to zero.
"""

from compendium.methods.cross_impact.arrays import size
from compendium.methods.cross_impact.judgements import (
    CELL,
    KEYS,
    activity,
    check_matrix,
    group_sums,
    impact_matrix,
    standardised,
    variants,
)
from compendium.methods.cross_impact.paths import (
    RULES,
    basins,
    path_ends,
    path_of,
    path_support,
    succession,
)
from compendium.methods.cross_impact.robustness import draw_counts, drawn_shares, drop_one, with_status
from compendium.methods.cross_impact.scenarios import balances, consistent, deficits, diagram, leads, scores

__all__ = [
    "CELL",
    "KEYS",
    "RULES",
    "activity",
    "balances",
    "basins",
    "check_matrix",
    "consistent",
    "deficits",
    "diagram",
    "draw_counts",
    "drawn_shares",
    "drop_one",
    "group_sums",
    "impact_matrix",
    "leads",
    "path_ends",
    "path_of",
    "path_support",
    "scores",
    "size",
    "standardised",
    "succession",
    "variants",
    "with_status",
]
