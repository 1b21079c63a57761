"""Sets: calibration, what must hold before sets are analysed, and membership in what is made of them."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from compendium.errors import DataError

NEARLY = 1e-9  # memberships are decimals; a sum of them may miss a cut-off by rounding
TAUTOLOGY = "(true of every case)"


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
