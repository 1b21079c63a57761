"""Qualitative comparative analysis: calibration, truth tables, necessity, sufficiency.

Sets are columns with memberships from 0 to 1, a row a case; a negated set is written with a
tilde, a term joins sets by `*`, a model joins terms by ` + `. Rows of a truth table are numbered
as the R package QCA does, the first condition counting most (Duşa 2019, QCA with R).

Cells that a text leaves open are never filled: `tables_of` counts the truth tables of all
completions, and `survival` says in which share of them a model comes out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pandas as pd

from compendium.codings.package import DataError, Package
from compendium.methods import minimisation
from compendium.methods.minimisation import LIMIT, Minimum, Model, Term
from compendium.readings.arrays import Readings, parse_formula
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN, select_cases
from compendium.readings.specifications import Specification

NEARLY = 1e-9  # memberships are decimals; a sum of them may miss a cut-off by rounding
TAUTOLOGY = "(true of every case)"
NO_OUTCOME = "(no row has the outcome)"
KINDS = ("conservative", "parsimonious", "intermediate")
SEED = 20190041


# Calibration


def calibrate(
    values: Iterable[float], out: float, crossover: float, full: float, log_odds: float | None = None
):
    """Memberships by the direct method (Ragin 2008, ch. 5): logistic between three anchors.

    `out`, `crossover`, `full`: the values of full non-membership, of most doubt (0.5) and of full
    membership, rising or falling. `log_odds` at the outer anchors: ln(0.95/0.05) by default, so
    that memberships there are 0.05 and 0.95; Ragin's own tables round it to 3. Returns an array.
    """
    if not (out < crossover < full or out > crossover > full):
        raise ValueError(f"anchors {out}, {crossover}, {full}: must rise or fall strictly.")
    given = np.asarray(list(values), dtype=float)
    if not np.isfinite(given).all():
        raise DataError("calibration: a value is missing; leave the case out or give its bounds.")
    scale = np.log(0.95 / 0.05) if log_odds is None else log_odds
    rising = np.sign(full - out)
    distance = (given - crossover) * rising
    span = np.where(distance > 0, abs(full - crossover), abs(crossover - out))
    return 1 / (1 + np.exp(-scale * distance / span))


def crisp(values: Iterable[float], threshold: float):
    """Memberships 0 and 1: 1 where a value reaches the threshold."""
    given = np.asarray(list(values), dtype=float)
    if not np.isfinite(given).all():
        raise DataError("calibration: a value is missing; leave the case out or give its bounds.")
    return (given >= threshold).astype(float)


# Checks


def check(data: pd.DataFrame, outcome: str, conditions: Sequence[str], only_crisp: bool = False) -> None:
    """DataError that names the set and the trouble, unless the sets can be analysed."""
    conditions = list(conditions)
    doubled = sorted({name for name in conditions if conditions.count(name) > 1})
    if doubled:
        raise DataError(f"condition {doubled[0]!r} is named twice; name each once.")
    if not conditions:
        raise DataError("no conditions; name at least one.")
    if outcome in conditions:
        raise DataError(f"outcome {outcome!r} is among the conditions; take it out.")
    missing = [name for name in [*conditions, outcome] if name not in data.columns]
    if missing:
        raise DataError(
            f"set {missing[0]!r} is not a column; columns are {', '.join(map(str, data.columns))}."
        )
    if len(data) < 2:
        raise DataError(f"{len(data)} case: a comparison needs two at least.")
    if not data.index.is_unique:
        raise DataError(f"case {data.index[data.index.duplicated()][0]!r} stands twice; a row is a case.")
    for name in [*conditions, outcome]:
        values = pd.to_numeric(data[name], errors="coerce").to_numpy(dtype=float)
        wrong = ~((values >= 0) & (values <= 1))
        if wrong.any():
            case = data.index[wrong][0]
            raise DataError(
                f"set {name!r}, case {case!r}: {data.loc[case, name]!r} is not between 0 and 1; calibrate it."
            )
        if only_crisp and not np.isin(values, (0, 1)).all():
            case = data.index[~np.isin(values, (0, 1))][0]
            raise DataError(
                f"set {name!r}, case {case!r}: {data.loc[case, name]!r} is not 0 or 1; a crisp set is needed."
            )
        if name != outcome and (values == values[0]).all():
            raise DataError(
                f"condition {name!r} has the same membership in every case: it can explain nothing; leave it out."
            )


# Terms and models as text


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


def membership(data: pd.DataFrame, expression: str) -> np.ndarray:
    """Memberships of the cases in a set, term or model: fuzzy and is the least, or the greatest."""
    if expression == TAUTOLOGY:
        return np.ones(len(data))
    terms = []
    for term in expression.split("+"):
        literals = []
        for literal in term.split("*"):
            name = literal.strip().removeprefix("~")
            if name not in data.columns:
                raise DataError(f"{expression!r}: {name!r} is not a column.")
            values = data[name].to_numpy(dtype=float)
            literals.append(1 - values if literal.strip().startswith("~") else values)
        terms.append(np.minimum.reduce(literals))
    return np.maximum.reduce(terms)


# Parameters of fit


def _ratio(part: float, whole: float) -> float:
    """NaN where the ratio is not defined, because no case is in the set that it is taken of."""
    return float(part / whole) if whole > NEARLY else float("nan")


def sufficiency_fit(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Inclusion, PRI and coverage of X as sufficient for Y (Ragin 2006; Schneider and Wagemann 2012, ch. 5, 9).

    NaN where a ratio is not defined. PRI is 0 where X lies as much in Y as in its negation.
    """
    both, neither = np.minimum(x, y).sum(), np.minimum.reduce([x, y, 1 - y]).sum()
    pri = _ratio(both - neither, x.sum() - neither)
    return {
        "inclusion": _ratio(both, x.sum()),
        "pri": 0.0 if np.isnan(pri) and x.sum() > NEARLY else pri,
        "coverage": _ratio(both, y.sum()),
    }


def necessity_fit(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Inclusion, relevance (RoN) and coverage of X as necessary for Y (Schneider and Wagemann 2012, ch. 9).

    NaN where a ratio is not defined. A relevance near 0 means that X is trivially necessary,
    because nearly every case is in it.
    """
    both = np.minimum(x, y)
    return {
        "inclusion": _ratio(both.sum(), y.sum()),
        "relevance": _ratio((1 - x).sum(), (1 - both).sum()),
        "coverage": _ratio(both.sum(), x.sum()),
    }


def necessity(
    data: pd.DataFrame, outcome: str, conditions: Sequence[str], disjunctions: bool = True
) -> pd.DataFrame:
    """Fit as necessary: each condition, its negation, and the disjunctions of two of these.

    One row per set: set, inclusion, relevance, coverage (0 to 1). DataError as in `check`.
    """
    check(data, outcome, conditions)
    literals = [sign + name for sign in ("", "~") for name in conditions]
    sets = list(literals)
    if disjunctions:
        sets += [
            f"{one} + {other}"
            for one, other in combinations(literals, 2)
            if one.removeprefix("~") != other.removeprefix("~")
        ]
    y = data[outcome].to_numpy(dtype=float)
    return pd.DataFrame([{"set": name, **necessity_fit(membership(data, name), y)} for name in sets])


# Truth tables


def truth_table(
    data: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    incl_cut: float = 1.0,
    n_cut: int = 1,
    incl_cut0: float | None = None,
    complete: bool = False,
) -> pd.DataFrame:
    """The truth table (Ragin 2008, ch. 7), a row per configuration, indexed by its number.

    Columns: the conditions (0 or 1); out: `1` where inclusion reaches `incl_cut`, `C` where it
    lies between `incl_cut0` and that, else `0`, and `?` for a logical remainder, a configuration
    with fewer than `n_cut` cases; n: cases with a membership above 0.5; incl and pri; contradictory:
    whether its cases differ in the outcome (above and below 0.5); cases. Remainders without any
    case are left out unless `complete`. DataError as in `check`, or where a case has a membership
    of just 0.5, which belongs to no configuration.
    """
    check(data, outcome, conditions)
    if not 0 < incl_cut <= 1 or n_cut < 1:
        raise ValueError(
            f"incl_cut={incl_cut}, n_cut={n_cut}: use a share above 0 and up to 1, and 1 case or more."
        )
    if incl_cut0 is not None and not 0 <= incl_cut0 <= incl_cut:
        raise ValueError(f"incl_cut0={incl_cut0}: must lie between 0 and incl_cut={incl_cut}.")
    conditions = list(conditions)
    values = data[conditions].to_numpy(dtype=float)
    halves = np.argwhere(values == 0.5)
    if len(halves):
        case, name = data.index[halves[0][0]], conditions[halves[0][1]]
        raise DataError(f"set {name!r}, case {case!r}: 0.5 is neither in nor out; calibrate it to one side.")
    if complete and len(conditions) > 16:
        raise ValueError(
            f"{len(conditions)} conditions: the complete table is too long; leave `complete` out."
        )
    y = data[outcome].to_numpy(dtype=float)
    weights = 1 << np.arange(len(conditions))[::-1]
    corner = (values > 0.5) @ weights
    shown = range(1 << len(conditions)) if complete else sorted(set(corner.tolist()))
    rows = []
    for row in shown:
        bits = (row & weights) > 0
        x = np.where(bits, values, 1 - values).min(axis=1)
        inside = corner == row
        n, fit = int(inside.sum()), sufficiency_fit(x, y)
        out = "?"
        if n >= n_cut:
            reached = fit["inclusion"] >= incl_cut - NEARLY
            between = incl_cut0 is not None and fit["inclusion"] >= incl_cut0 - NEARLY
            out = "1" if reached else "C" if between else "0"
        rows.append(
            {
                **dict(zip(conditions, bits.astype(int).tolist())),
                "out": out,
                "n": n,
                "incl": fit["inclusion"] if n else float("nan"),
                "pri": fit["pri"] if n else float("nan"),
                "contradictory": bool((y[inside] > 0.5).any() and (y[inside] < 0.5).any()),
                "cases": ", ".join(map(str, data.index[inside])),
            }
        )
    index = pd.Index([row + 1 for row in shown], name="row")
    table = pd.DataFrame(rows, index=index)
    table.attrs["conditions"] = conditions
    return table


def diversity(table: pd.DataFrame, conditions: Sequence[str]) -> dict[str, int]:
    """How much of the property space the cases fill: possible, observed, contradictory, remainders."""
    observed = int((table["out"] != "?").sum())
    return {
        "possible": 2 ** len(conditions),
        "observed": observed,
        "contradictory": int((table["contradictory"] & (table["out"] != "?")).sum()),
        "remainders": 2 ** len(conditions) - observed,
    }


# Solutions


def _expected(expectations: Mapping[str, int] | None, conditions: Sequence[str]) -> tuple[int, int]:
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
    return _solve(
        positives, negatives, len(conditions), kind, *_expected(expectations, conditions), **options
    )


def _solve(positives, negatives, conditions: int, kind: str, present: int, absent: int, **options) -> Minimum:
    if kind == "conservative":
        return minimisation.conservative(positives, conditions, **options)
    if kind == "parsimonious":
        return minimisation.parsimonious(positives, negatives, conditions, **options)
    if kind == "intermediate":
        return minimisation.intermediate(positives, negatives, conditions, present, absent, **options)
    raise ValueError(f"kind={kind!r}: use {', '.join(KINDS)}.")


def models(found: Minimum, conditions: Sequence[str]) -> list[str]:
    """The models of a solution as text, in its order; a note where there is none."""
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
                "unique": _ratio(total - np.minimum(others, y).sum(), y.sum()),
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

    def found(sets: pd.DataFrame, incl_cut: float, n_cut: int) -> str:
        try:
            table = truth_table(sets, outcome, conditions, incl_cut, n_cut)
            return " | ".join(models(solve(table, kind, **options), list(conditions)))
        except DataError as error:
            return f"not analysed: {error}"

    settings = [
        ("reference", f"inclusion {incl_cuts[0]:g}, cases {n_cuts[0]}", data, incl_cuts[0], n_cuts[0])
    ]
    settings += [("inclusion cut-off", f"{cut:g}", data, cut, n_cuts[0]) for cut in incl_cuts[1:]]
    settings += [("case cut-off", f"{cut}", data, incl_cuts[0], cut) for cut in n_cuts[1:]]
    settings += [
        ("calibration", name, sets, incl_cuts[0], n_cuts[0]) for name, sets in (recalibrated or {}).items()
    ]
    if leave_out:
        settings += [
            ("without a case", str(case), data.drop(index=case), incl_cuts[0], n_cuts[0])
            for case in data.index
        ]
    rows = [{"change": c, "setting": s, "models": found(*rest)} for c, s, *rest in settings]
    frame = pd.DataFrame(rows)
    return frame.assign(same=frame["models"] == frame.loc[0, "models"])


# Sets of a study, with what the text leaves open


def set_states(
    package: Package, study: str, definitions: Mapping[str, str], spec: Specification
) -> pd.DataFrame:
    """States (present, absent, unknown) of sets in the cases that a specification keeps.

    `definitions`: set to its definition: a formula of codes (see `readings.parse_formula`),
    `case:column=value|value` for a column of the table of cases, or "" for what no code records:
    unknown in every case. Two sets may not rest on the same code, because open cells are filled
    set by set. Indexed by case.
    """
    cases = select_cases(package, study, spec)
    readings = Readings(package, cases.index, [spec])
    owner: dict[str, str] = {}
    columns = {}
    for name, definition in definitions.items():
        if definition == "":
            columns[name] = np.full(len(cases), UNKNOWN, dtype=object)
        elif definition.startswith("case:"):
            column, _, wanted = definition.removeprefix("case:").partition("=")
            if column not in cases.columns:
                raise DataError(f"set {name!r}: the table of cases has no column {column!r}.")
            columns[name] = np.where(cases[column].isin(wanted.split("|")), PRESENT, ABSENT)
        else:
            for literal in parse_formula(definition):
                if literal.code not in set(package.codebook["code"]):
                    raise DataError(f"set {name!r}: {literal.code!r} is not in the codebook.")
                if owner.setdefault(literal.code, name) != name:
                    raise ValueError(
                        f"sets {owner[literal.code]!r} and {name!r} both rest on {literal.code!r}."
                    )
            sure, possible = readings.formula(definition)
            columns[name] = np.where(sure[0], PRESENT, np.where(possible[0], UNKNOWN, ABSENT))
    return pd.DataFrame(columns, index=cases.index)


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


def fit_bounds(states: pd.DataFrame, condition: str, outcome: str) -> pd.DataFrame:
    """Exact least and greatest fit of a condition for an outcome over all completions.

    One row per measure: measure (necessity inclusion, relevance, coverage of the necessary
    condition; sufficiency inclusion, coverage), low, high (0 to 1), undefined: share of the
    completions in which it has no value, because no case is in the set it is taken of. Both low
    and high are NaN where that is all of them.
    """
    tables = {(0, 0, 0, 0): 1}  # cases with both, condition only, outcome only, neither
    for x, y in zip(states[condition], states[outcome]):
        after: dict[tuple[int, ...], int] = defaultdict(int)
        for counts, ways in tables.items():
            for filled in product(_fillings(x), _fillings(y)):
                place = {(1, 1): 0, (1, 0): 1, (0, 1): 2, (0, 0): 3}[filled]
                after[tuple(count + (i == place) for i, count in enumerate(counts))] += ways
        tables = after
    measures = {
        "necessity: inclusion": lambda a, b, c, d: (a, a + c),
        "necessity: relevance": lambda a, b, c, d: (c + d, b + c + d),
        "necessity: coverage": lambda a, b, c, d: (a, a + b),
        "sufficiency: inclusion": lambda a, b, c, d: (a, a + b),
        "sufficiency: coverage": lambda a, b, c, d: (a, a + c),
    }
    total = sum(tables.values())
    rows = []
    for name, measure in measures.items():
        ratios = [(measure(*counts), ways) for counts, ways in tables.items()]
        given = [part / whole for (part, whole), _ in ratios if whole]
        none = sum(ways for (_, whole), ways in ratios if not whole)
        low, high = (min(given), max(given)) if given else (float("nan"), float("nan"))
        rows.append({"measure": name, "low": low, "high": high, "undefined": none / total})
    return pd.DataFrame(rows)


def fit_range(settings: Sequence["Setting"], condition: str, outcome: str) -> pd.DataFrame:
    """Bounds as in `fit_bounds` in the first setting, and the widest over all of them.

    Columns: measure, low, high, undefined (of the first setting), least, greatest (of all).
    """
    bounds = [fit_bounds(setting.states, condition, outcome) for setting in settings]
    joined = pd.concat(bounds).groupby("measure", sort=False)
    return bounds[0].assign(least=joined["low"].min().to_numpy(), greatest=joined["high"].max().to_numpy())


def _fillings(state: str) -> tuple[int, ...]:
    return {PRESENT: (1,), ABSENT: (0,), UNKNOWN: (0, 1)}[state]


@dataclass(frozen=True)
class Tables:
    """The truth tables of the completions of some states, each with its weight.

    `weights`: (positive rows, negative rows) to the number of completions with them; rows count
    from 0. `completions` is their number where `exact`, else the size of the sample drawn.
    """

    weights: Mapping[tuple[frozenset[int], frozenset[int]], int]
    completions: int
    exact: bool


def tables_of(
    states: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    incl_cut: float = 1.0,
    n_cut: int = 1,
    limit: int = 200_000,
    sample: int = 2_000,
    seed: int = SEED,
) -> Tables:
    """Every truth table that some completion of the open cells gives, with how many give it.

    Crisp sets. Exact by adding case after case, without listing the completions; where that needs
    more than `limit` different tables, a sample of `sample` completions with a fixed seed instead,
    and the result says so. A row with cases of both outcomes counts by its inclusion.
    """
    if outcome in conditions:
        raise DataError(f"outcome {outcome!r} is among the conditions; take it out.")
    missing = [name for name in [*conditions, outcome] if name not in states.columns]
    if missing:
        raise DataError(f"set {missing[0]!r} is not a column.")
    cases = [_places(states.loc[case], outcome, conditions) for case in states.index]
    counted = _exact_tables(cases, incl_cut, n_cut, limit)
    exact = counted is not None
    if counted is None:
        counted = _sampled_tables(cases, sample, seed)
    weights: dict[tuple[frozenset[int], frozenset[int]], int] = defaultdict(int)
    for rows, ways in counted.items():
        weights[_outcomes(rows, incl_cut, n_cut)] += ways
    return Tables(dict(weights), sum(counted.values()), exact)


def _places(case: pd.Series, outcome: str, conditions: Sequence[str]) -> list[tuple[int, int]]:
    """Where a case may stand: (row, outcome) for each filling of its open cells."""
    rows = [
        int("".join(map(str, bits)), 2) for bits in product(*(_fillings(case[name]) for name in conditions))
    ]
    return [(row, y) for row in rows for y in _fillings(case[outcome])]


def _exact_tables(cases, incl_cut: float, n_cut: int, limit: int):
    """Tables as sorted tuples of (row, without the outcome, with it), with their numbers; None beyond limit."""
    # With these cut-offs a row's outcome hangs on who is in it, not on how many: fewer tables to tell apart.
    enough = n_cut if incl_cut == 1 and n_cut == 1 else len(cases)
    tables: dict[frozenset, int] = {frozenset(): 1}
    for places in cases:
        after: dict[frozenset, int] = defaultdict(int)
        for table, ways in tables.items():
            for row, y in places:
                after[_with(table, row, y, enough)] += ways
        if len(after) > limit:
            return None
        tables = after
    return {_rows(table): ways for table, ways in tables.items()}


def _with(table: frozenset, row: int, y: int, enough: int) -> frozenset:
    """A table, a set of (row, outcome, number), with one more case, counted up to `enough`."""
    number = 1
    while (row, y, number) in table and number < enough:
        number += 1
    return table | {(row, y, number)}


def _rows(table: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    """(row, cases without the outcome, cases with it) from a set that numbers the cases."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row, y, number in table:
        counts[row][y] = max(counts[row][y], number)
    return tuple((row, *counts[row]) for row in sorted(counts))


def _sampled_tables(cases, sample: int, seed: int):
    generator = np.random.default_rng(seed)
    counted: dict[tuple, int] = defaultdict(int)
    for _ in range(sample):
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for places in cases:
            row, y = places[generator.integers(len(places))]
            counts[row][y] += 1
        counted[tuple((row, *counts[row]) for row in sorted(counts))] += 1
    return counted


def _outcomes(rows, incl_cut: float, n_cut: int) -> tuple[frozenset[int], frozenset[int]]:
    positive, negative = set(), set()
    for row, without, having in rows:
        if without + having >= n_cut:
            share = having / (without + having)
            (positive if share >= incl_cut - NEARLY else negative).add(row)
    return frozenset(positive), frozenset(negative)


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
    share: mean over settings of the share of completions in which it is among the minimal models;
    alone: the same, where it is the only one; reference: its share in the first setting; low,
    high: its smallest and greatest share in a setting; settings: in how many it comes out at all,
    always: in how many in every completion. The frame's attrs say the number of settings, of those
    computed exactly, and of completions. Tied models make shares add up to more than 1. Settings
    whose states are alike are computed once; `table_limit` and `sample` as in `tables_of`. TooManyModels as in `minimisation.cover`.
    """
    present, absent = _expected(expectations, conditions)
    names = list(conditions)

    @cache
    def found(positives: frozenset[int], negatives: frozenset[int]) -> tuple[str, ...]:
        solved = _solve(positives, negatives, len(names), kind, present, absent, limit=limit)
        return tuple(models(solved, names))

    shares: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(settings))
    alone: dict[str, float] = defaultdict(float)
    known: dict[tuple, Tables] = {}
    exact = completions = 0
    for position, setting in enumerate(settings):
        sets = setting.states[[*names, outcome]]
        key = (setting.incl_cut, setting.n_cut, tuple(sets.index), tuple(map(tuple, sets.to_numpy())))
        if key not in known:
            known[key] = tables_of(sets, outcome, names, setting.incl_cut, setting.n_cut, table_limit, sample)
        counted = known[key]
        exact += counted.exact
        completions += counted.completions
        for (positives, negatives), ways in counted.weights.items():
            tied = found(positives, negatives)
            for model in tied:
                shares[model][position] += ways / counted.completions
            if len(tied) == 1:
                alone[tied[0]] += ways / counted.completions / len(settings)
    rows = [
        {
            "model": model,
            "share": sum(given) / len(settings),
            "alone": alone[model],
            "reference": given[0],
            "low": min(given),
            "high": max(given),
            "settings": sum(share > 0 for share in given),
            "always": sum(share > 1 - NEARLY for share in given),
        }
        for model, given in shares.items()
    ]
    frame = pd.DataFrame(rows).sort_values(["share", "model"], ascending=[False, True], ignore_index=True)
    frame.attrs.update(settings=len(settings), exact=exact, different=len(known), completions=completions)
    return frame


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


def possible_rows(states: pd.DataFrame, outcome: str, conditions: Sequence[str]) -> pd.DataFrame:
    """The truth table that silence leaves: for each configuration, who is sure or may be in it.

    Columns: the conditions, sure (cases certainly in it, with `+` or `−` where the outcome is
    known), possible (cases that some completion puts there), remainder: `always` where no
    completion fills it, `never` where every one does, else `depends`. Rows number from 1.
    """
    where = {case: _places(states.loc[case], outcome, conditions) for case in states.index}
    sign = {PRESENT: " (+)", ABSENT: " (−)", UNKNOWN: ""}
    rows = []
    for row in range(1 << len(conditions)):
        sure = [c for c, places in where.items() if all(place == row for place, _ in places)]
        may = [c for c, places in where.items() if any(place == row for place, _ in places) and c not in sure]
        bits = [row >> (len(conditions) - 1 - i) & 1 for i in range(len(conditions))]
        rows.append(
            {
                **dict(zip(conditions, bits)),
                "sure": ", ".join(case + sign[states.loc[case, outcome]] for case in sure),
                "possible": len(may),
                "remainder": "never" if sure else "depends" if may else "always",
            }
        )
    return pd.DataFrame(rows, index=pd.Index(range(1, len(rows) + 1), name="row"))


def negated(states: pd.DataFrame, name: str) -> pd.DataFrame:
    """The states with one set turned into its negation, called `~name`; open cells stay open."""
    swapped = {PRESENT: ABSENT, ABSENT: PRESENT, UNKNOWN: UNKNOWN}
    return states.assign(**{f"~{name}": states[name].map(swapped)}).drop(columns=name)


def for_readers(frame: pd.DataFrame) -> pd.DataFrame:
    """Two decimals (a small share is not shown as none), yes and no, and a dash where there is no value."""
    shown = frame.copy()
    for column in shown.columns:
        if pd.api.types.is_bool_dtype(shown[column]):
            shown[column] = shown[column].map({True: "yes", False: "no"})
        elif pd.api.types.is_float_dtype(shown[column]):
            shown[column] = shown[column].map(_decimals, na_action=None)
    return shown


def _decimals(value: float) -> str:
    if pd.isna(value):
        return "–"
    return "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def completed(states: pd.DataFrame) -> pd.DataFrame:
    """Memberships 0 and 1 from states without open cells; DataError that names an open one."""
    opened = np.argwhere((states == UNKNOWN).to_numpy())
    if len(opened):
        case, name = states.index[opened[0][0]], states.columns[opened[0][1]]
        raise DataError(f"set {name!r}, case {case!r}: open; use `tables_of`, which fills it every way.")
    return (states == PRESENT).astype(float)


def random_problem(cases: int, conditions: int, seed: int) -> pd.DataFrame:
    """SIMULATED crisp data for benchmarks and tests, no observation of anything.

    `cases` rows in different configurations; columns C01, C02 … and OUT, which is 1 in half of
    the rows, rounded down. The frame's attrs say that it is simulated.
    """
    if cases > 2**conditions:
        raise ValueError(f"{cases} cases do not fit into {2**conditions} configurations.")
    generator = np.random.default_rng(seed)
    rows = generator.choice(2**conditions, size=cases, replace=False)
    names = [f"C{i + 1:02}" for i in range(conditions)]
    bits = rows[:, None] >> np.arange(conditions)[::-1] & 1
    frame = pd.DataFrame(
        bits.astype(float), columns=names, index=[f"simulated {i + 1}" for i in range(cases)]
    )
    frame["OUT"] = generator.permutation([1.0] * (cases // 2) + [0.0] * (cases - cases // 2))
    frame.attrs["simulated"] = True
    return frame
