"""Sets of a study as its texts leave them: present, absent or open in each case; and settings of the question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from compendium.codings.formulas import Filter, Formula, parse_set
from compendium.codings.package import Package
from compendium.errors import DataError
from compendium.readings.arrays import Readings
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN, select_cases
from compendium.readings.specifications import Specification


def set_states(
    package: Package, study: str, definitions: Mapping[str, str], spec: Specification
) -> pd.DataFrame:
    """States (present, absent, unknown) of sets in the cases that a specification keeps.

    `definitions`: set to its definition (see `formulas.parse_set`), a filter on any column of the table of cases
    among them; "" is what no code records: unknown in every case. Two sets may not rest on the same code, because
    open cells are filled set by set. Indexed by case.
    """
    cases = select_cases(package, study, spec)
    readings = Readings(package, cases.index, [spec])
    parsed = {name: _parsed(name, text, tuple(cases.columns)) for name, text in definitions.items()}
    _check_codes(package, parsed)
    columns = {}
    for name, meant in parsed.items():
        if meant is None:
            columns[name] = np.full(len(cases), UNKNOWN, dtype=object)
        elif isinstance(meant, Filter):
            columns[name] = np.where(meant.keeps(cases), PRESENT, ABSENT)
        else:
            sure, possible = readings.formula(definitions[name])
            columns[name] = np.where(sure[0], PRESENT, np.where(possible[0], UNKNOWN, ABSENT))
    return pd.DataFrame(columns, index=cases.index)


def _parsed(name: str, definition: str, columns: tuple[str, ...]) -> Formula | Filter | None:
    try:
        return parse_set(definition, columns)
    except DataError as error:
        raise DataError(f"set {name!r}: {error}") from None


def _check_codes(package: Package, sets: Mapping[str, Formula | Filter | None]) -> None:
    """Whether all codes are there, and each belongs to one set."""
    owner: dict[str, str] = {}
    for name, meant in sets.items():
        for literal in meant if isinstance(meant, tuple) else ():
            if literal.code not in package.values("codebook", "code"):
                raise DataError(f"set {name!r}: {literal.code!r} is not in the codebook.")
            if owner.setdefault(literal.code, name) != name:
                raise ValueError(f"sets {owner[literal.code]!r} and {name!r} both rest on {literal.code!r}.")


def state_counts(states: pd.DataFrame) -> pd.DataFrame:
    """For each set: cases in it, out of it, open; and whether it is known to vary."""
    rows = []
    for name in states.columns:
        counts = {state: int((states[name] == state).sum()) for state in (PRESENT, ABSENT, UNKNOWN)}
        known = counts[PRESENT] > 0 and counts[ABSENT] > 0
        never = counts[UNKNOWN] == 0 and not known
        rows.append({"set": name, **counts, "varies": "yes" if known else "no" if never else "not known to"})
    return pd.DataFrame(rows)


def cross_counts(states: pd.DataFrame, condition: str, outcome: str) -> pd.DataFrame:
    """Cases by what is known of a condition (rows) and of an outcome (columns), empty cells included."""
    order = [PRESENT, ABSENT, UNKNOWN]
    counts = pd.crosstab(states[condition], states[outcome]).reindex(index=order, columns=order, fill_value=0)
    return counts.rename_axis(index=None, columns=None)


def negated(states: pd.DataFrame, name: str) -> pd.DataFrame:
    """The states with one set turned into its negation, called `~name`; open cells stay open."""
    swapped = {PRESENT: ABSENT, ABSENT: PRESENT, UNKNOWN: UNKNOWN}
    return states.assign(**{f"~{name}": states[name].map(swapped)}).drop(columns=name)


def fillings(state: str) -> tuple[int, ...]:
    return {PRESENT: (1,), ABSENT: (0,), UNKNOWN: (0, 1)}[state]


def completed(states: pd.DataFrame) -> pd.DataFrame:
    """Memberships 0 and 1 from states without open cells; DataError that names an open one."""
    opened = np.argwhere((states == UNKNOWN).to_numpy())
    if len(opened):
        case, name = states.index[opened[0][0]], states.columns[opened[0][1]]
        raise DataError(f"set {name!r}, case {case!r}: open; use `tables_of`, which fills it every way.")
    return (states == PRESENT).astype(float)


@dataclass(frozen=True)
class Setting:
    """One way to put the question: states of the sets, cut-offs; `label` names it."""

    label: str
    states: pd.DataFrame
    incl_cut: float = 1.0
    n_cut: int = 1


def specifications_of(
    package: Package, study: str, definitions: Mapping[str, str], grid: Sequence[Specification]
) -> list[Setting]:
    """A setting per specification. What only bears on quantity words and ties is left aside."""
    kept = dict.fromkeys(replace(spec, words="lenient", ties="fail") for spec in grid)
    return [Setting(spec.differences(), set_states(package, study, definitions, spec)) for spec in kept]


def without_each(setting: Setting) -> list[Setting]:
    """The setting again without one case at a time."""
    return [
        replace(setting, label=f"without {case}", states=setting.states.drop(index=case))
        for case in setting.states.index
    ]
