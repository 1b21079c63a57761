"""Models that survive: in which share of completions and settings each comes out."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import pandas as pd

from compendium.methods.qca.completions import Tables, tables_of
from compendium.methods.qca.minimisation import LIMIT
from compendium.methods.qca.sets import NEARLY
from compendium.methods.qca.solutions import expected, minimal, models
from compendium.methods.qca.states import Setting


def survival(
    settings: Sequence[Setting],
    outcome: str,
    conditions: Sequence[str],
    kind: str = "parsimonious",
    expectations: Mapping[str, int] | None = None,
    limit: int = LIMIT,
    table_limit: int = 200_000,
    sample: int = 2_000,
) -> pd.DataFrame:
    """Each minimal model with the share of completions and settings in which it comes out.

    All settings weigh the same, and within a setting all completions. One row per model: model;
    share: mean over settings of the share of completions in which it is among the minimal models; alone:
    the same, where it is the only one; reference: its share in the first setting; low, high: its smallest
    and greatest share in a setting; settings, always: in how many it comes out at all, in every completion. The frame's attrs say the number of settings, of those
    computed exactly, and of completions. Tied models make shares add up to more than 1. Settings
    whose states are alike are computed once; `table_limit` and `sample` as in `tables_of`. TooManyModels as in
    `minimisation.cover`.
    """
    present, absent = expected(expectations, conditions)
    names = list(conditions)

    @cache
    def tied(positives: frozenset[int], negatives: frozenset[int]) -> tuple[str, ...]:
        solved = minimal(positives, negatives, len(names), kind, present, absent, limit=limit)
        return tuple(models(solved, names))

    counted = _tables(settings, outcome, names, table_limit, sample)
    shares, alone = _shares(counted, tied), _shares(counted, tied, alone=True)
    nowhere = [0.0] * len(settings)
    rows = [_row(model, given, alone.get(model, nowhere)) for model, given in shares.items()]
    frame = pd.DataFrame(rows).sort_values(["share", "model"], ascending=[False, True], ignore_index=True)
    frame.attrs.update(
        settings=len(settings),
        exact=sum(tables.exact for tables in counted),
        different=len(set(map(id, counted))),
        completions=sum(tables.completions for tables in counted),
    )
    return frame


def _tables(
    settings: Sequence[Setting], outcome: str, conditions: list[str], limit: int, sample: int
) -> list[Tables]:
    """The tables of each setting; the same object for settings whose states and cut-offs are alike."""
    known: dict[tuple, Tables] = {}
    found = []
    for setting in settings:
        sets = setting.states[[*conditions, outcome]]
        key = (setting.incl_cut, setting.n_cut, tuple(sets.index), tuple(map(tuple, sets.to_numpy())))
        if key not in known:
            known[key] = tables_of(sets, outcome, conditions, setting.incl_cut, setting.n_cut, limit, sample)
        found.append(known[key])
    return found


def _shares(
    counted: Sequence[Tables], tied: Callable[..., tuple[str, ...]], alone: bool = False
) -> dict[str, list[float]]:
    """For each model its share of the completions of each setting; with `alone`, where no other ties with it."""
    shares: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(counted))
    for position, tables in enumerate(counted):
        for rows, ways in tables.weights.items():
            found = tied(*rows)
            for model in found if len(found) == 1 or not alone else ():
                shares[model][position] += ways / tables.completions
    return dict(shares)


def _row(model: str, given: list[float], alone: list[float]) -> dict:
    return {
        "model": model,
        "share": sum(given) / len(given),
        "alone": sum(alone) / len(alone),
        "reference": given[0],
        "low": min(given),
        "high": max(given),
        "settings": sum(share > 0 for share in given),
        "always": sum(share > 1 - NEARLY for share in given),
    }


def by_setting(
    settings: Sequence[Setting], outcome: str, conditions: Sequence[str], model: str, **options
) -> pd.DataFrame:
    """How one model fares in each setting, and which comes out most often there.

    Columns: setting, completions, exact (whether all were counted), models (different ones),
    share (of `model`), most frequent, its share. Options as in `survival`.
    """
    rows = []
    for setting in settings:
        found = survival([setting], outcome, conditions, **options)
        shares = dict(zip(found["model"], found["share"]))
        rows.append(
            {
                "setting": setting.label,
                "completions": found.attrs["completions"],
                "exact": bool(found.attrs["exact"]),
                "models": len(found),
                "share": shares.get(model, 0.0),
                "most frequent": found.loc[0, "model"],
                "its share": found.loc[0, "share"],
            }
        )
    return pd.DataFrame(rows)
