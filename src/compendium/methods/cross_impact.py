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

import numpy as np
import pandas as pd

from compendium.errors import DataError

STRONGEST = 3
LARGEST_SPACE = 4_000_000  # configurations; beyond it enumeration is refused rather than endless
CHUNK = 1 << 16
TOLERANCE = 1e-9  # standardised judgements are fractions, so equal balances may differ by rounding
RULES = ("global", "incremental", "local")
KEYS = ["descriptor", "variant"]
CELL = ["source", "source-variant", "target", "target-variant"]


def variants(descriptors: pd.DataFrame) -> pd.MultiIndex:
    """The (descriptor, variant) pairs in the order of the rows; variants of a descriptor stand together.

    DataError where a column is missing, a variant is listed twice or a descriptor has fewer than two.
    """
    _need(descriptors, KEYS, "descriptors")
    repeated = descriptors[descriptors.duplicated(KEYS)]
    if len(repeated):
        raise DataError(f"descriptors: {_name(repeated.iloc[0][KEYS])} is listed twice; keep one row.")
    grouped = descriptors.groupby("descriptor", sort=False)["variant"]
    single = [name for name, given in grouped if len(given) < 2]
    if single:
        raise DataError(f"descriptors: {single[0]!r} has one variant only; give it another, or leave it out.")
    return pd.MultiIndex.from_tuples(
        [(name, variant) for name, given in grouped for variant in given], names=KEYS
    )


def impact_matrix(
    descriptors: pd.DataFrame, impacts: pd.DataFrame, strength: str = "strength"
) -> pd.DataFrame:
    """The matrix of all judgements; a pair that is not listed gets 0, no influence judged.

    `impacts` has the columns source, source-variant, target, target-variant and the one named by
    `strength`. DataError names the judgement whose variant is unknown, that is given twice, that
    acts on its own descriptor, or whose strength is not a whole number from -3 to 3.
    """
    _need(impacts, [*CELL, strength], "impacts")
    index = variants(descriptors)
    _check_judgements(impacts, index, strength)
    empty = pd.DataFrame(0.0, index=index, columns=index)
    cells = empty.to_numpy(copy=True)
    cells[_cells(empty, impacts)] = impacts[strength].to_numpy(dtype=int)
    return pd.DataFrame(cells.astype(int), index=index, columns=index)


def standardised(matrix: pd.DataFrame) -> pd.DataFrame:
    """The matrix with each judgement group shifted to sum to zero; orders of balances stay as they are."""
    check_matrix(matrix)
    means = matrix.T.groupby(level=0, sort=False).transform("mean").T
    return matrix - means


def group_sums(matrix: pd.DataFrame) -> pd.DataFrame:
    """The sum of each judgement group: source variants by target descriptors. Zero under the convention."""
    check_matrix(matrix)
    return matrix.T.groupby(level=0, sort=False).sum().T


def check_matrix(matrix: pd.DataFrame) -> None:
    """ValueError unless rows and columns are the same variants, all cells are numbers, and no descriptor
    acts on itself or has one variant only."""
    if matrix.shape[0] != matrix.shape[1] or not matrix.index.equals(matrix.columns):
        raise ValueError(
            f"matrix: {matrix.shape[0]} rows and {matrix.shape[1]} columns must be the same variants in the same "
            "order; build it with impact_matrix."
        )
    if not isinstance(matrix.index, pd.MultiIndex) or matrix.index.has_duplicates:
        raise ValueError("matrix: label rows and columns by (descriptor, variant), each pair once.")
    cells = matrix.to_numpy(dtype=float)
    if not np.isfinite(cells).all():
        raise ValueError("matrix: a cell is not a number; put 0 where no influence is judged.")
    names = matrix.index.get_level_values(0)
    counts = names.value_counts()
    if (counts < 2).any():
        raise ValueError(f"matrix: descriptor {counts.idxmin()!r} has one variant only; it needs two.")
    own = np.asarray(names)[:, None] == np.asarray(names)[None, :]
    if cells[own].any():
        row = int(np.argwhere((cells != 0) & own)[0, 0])
        raise ValueError(f"matrix: {names[row]!r} acts on itself; such cells must be 0.")


def balances(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Impact balances: a row per scenario, a column per variant (Weimer-Jehle 2006; manual, section 2.3.2)."""
    check_matrix(matrix)
    chosen = _positions(matrix, scenarios)
    return pd.DataFrame(
        _balances(matrix.to_numpy(dtype=float), chosen), index=scenarios.index, columns=matrix.index
    )


def deficits(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """How far the variant taken falls short of the highest balance: a row per scenario, a column per
    descriptor. Zero throughout means consistent."""
    check_matrix(matrix)
    chosen = _positions(matrix, scenarios)
    given = _balances(matrix.to_numpy(dtype=float), chosen)
    return pd.DataFrame(_deficits(given, chosen, _starts(matrix)), scenarios.index, _descriptors(matrix))


def leads(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """By how much the variant taken leads the next best: a row per scenario, a column per descriptor. Zero is a
    tie, a negative lead a deficit."""
    check_matrix(matrix)
    chosen = _positions(matrix, scenarios)
    given = _balances(matrix.to_numpy(dtype=float), chosen)
    return pd.DataFrame(_margins(given, chosen, _starts(matrix)), scenarios.index, _descriptors(matrix))


def scores(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Per scenario: `inconsistency` (the largest deficit of a descriptor), `margin` (the smallest lead of a
    descriptor; negative where inconsistent) and `total-impact` (the sum of the
    balances of the variants taken)."""
    check_matrix(matrix)
    chosen = _positions(matrix, scenarios)
    given = _balances(matrix.to_numpy(dtype=float), chosen)
    taken = np.take_along_axis(given, chosen, axis=1)
    return pd.DataFrame(
        {
            "inconsistency": _deficits(given, chosen, _starts(matrix)).max(axis=1),
            "margin": _margins(given, chosen, _starts(matrix)).min(axis=1),
            "total-impact": taken.sum(axis=1),
        },
        index=scenarios.index,
    )


def size(matrix: pd.DataFrame) -> int:
    """How many scenarios there are: the product of the numbers of variants."""
    return int(np.prod(_counts(matrix), dtype=object))


def consistent(matrix: pd.DataFrame, tolerance: float = 0) -> pd.DataFrame:
    """All scenarios whose inconsistency is at most `tolerance`, by full enumeration.

    Columns: the descriptors, then those of `scores`; the most consistent first, then by total impact
    (highest first), then in the order of the variants. A tie for the highest balance counts as
    consistent. ValueError where there are more than `LARGEST_SPACE` configurations.
    """
    check_matrix(matrix)
    if tolerance < 0:
        raise ValueError(f"tolerance: {tolerance} is below zero; 0 asks for consistent scenarios only.")
    cells, every = matrix.to_numpy(dtype=float), _configurations(matrix)
    found = _named(matrix, _enumerate(cells, every, _starts(matrix), tolerance))
    found = found.join(scores(matrix, found)) if len(found) else found.assign(**_no_scores())
    order = np.lexsort(
        (
            np.arange(len(found)),
            -found["total-impact"].to_numpy(dtype=float).round(9),
            found["inconsistency"].to_numpy(dtype=float).round(9),
        )
    )
    return found.iloc[order].reset_index(drop=True)


def succession(
    matrix: pd.DataFrame, start: pd.Series, rule: str = "global", limit: int = 1000
) -> pd.DataFrame:
    """The path from `start` (descriptor to variant) when inconsistent descriptors give way step by step.

    `global`: each inconsistent descriptor turns to its variant of highest balance (the first, where
    several are equal). `incremental`: each moves by one place towards it in the listed order of its
    variants. `local`: only the descriptor with the largest deficit turns (the first, where equal).
    A variant that ties for the highest balance is kept, so consistent scenarios are the fixed points.

    Columns: step, the descriptors, inconsistency, and `ends`: "consistent", or "cycle" where the last row
    repeats an earlier one, on the last row only. The rules go by their names in ScenarioWizard; what each does is
    as stated here.
    """
    check_matrix(matrix)
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r} is none of {', '.join(RULES)}.")
    cells, starts = matrix.to_numpy(dtype=float), _starts(matrix)
    path, ends = [_positions(matrix, start.to_frame().T)[0]], "limit"
    for _ in range(limit):
        following = _next(cells, path[-1], starts, rule)
        if (following == path[-1]).all():
            ends = "consistent"
            break
        path.append(following)
        if any((following == earlier).all() for earlier in path[:-1]):
            ends = "cycle"
            break
    states = _named(matrix, np.array(path))
    inconsistency = deficits(matrix, states).max(axis=1)
    last = [""] * (len(path) - 1) + [ends]
    framed = states.assign(inconsistency=inconsistency, ends=last)
    framed.insert(0, "step", range(len(path)))
    return framed


def basins(matrix: pd.DataFrame, rule: str = "global") -> pd.DataFrame:
    """Where all scenarios lead under a rule of succession: `reached` (position in `consistent(matrix)`, or -1
    for a cycle), `starts` (how many scenarios lead there) and `share` of all scenarios."""
    check_matrix(matrix)
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r} is none of {', '.join(RULES)}.")
    every = _configurations(matrix)
    cells, starts, sizes = matrix.to_numpy(dtype=float), _starts(matrix), _counts(matrix)
    steps = np.concatenate(
        [_next_all(cells, every[i : i + CHUNK], starts, rule) for i in range(0, len(every), CHUNK)]
    )
    follows = _codes(steps, starts, sizes)
    for _ in range(max(1, len(every).bit_length())):  # doubling: enough to walk as far as there are scenarios
        follows = follows[follows]
    fixed = (steps == every).all(axis=1)
    final = np.where(fixed[follows], follows, -1)
    known = _codes(
        _positions(matrix, consistent(matrix)[_descriptors(matrix).tolist()]), starts, sizes
    ).tolist()
    reached = pd.Series(final).map({-1: -1} | {code: i for i, code in enumerate(known)})
    counts = reached.value_counts().sort_index()
    return pd.DataFrame(
        {
            "reached": counts.index,
            "starts": counts.to_numpy(),
            "share": counts.to_numpy() / len(every),
        }
    )


def diagram(matrix: pd.DataFrame, scenario: pd.Series) -> pd.DataFrame:
    """The impact diagram of a scenario, a row per variant: descriptor, variant, balance, `taken` (the scenario
    takes it) and `highest` (no variant of the descriptor has a higher balance)."""
    given = balances(matrix, scenario.to_frame().T).iloc[0]
    best = given.groupby(level=0, sort=False).transform("max")
    names, taken = given.index.get_level_values(0), given.index.get_level_values(1)
    return pd.DataFrame(
        {
            "descriptor": names,
            "variant": taken,
            "balance": given.to_numpy(),
            "taken": [scenario[name] == variant for name, variant in given.index],
            "highest": (given >= best - TOLERANCE).to_numpy(),
        }
    )


def activity(matrix: pd.DataFrame) -> pd.DataFrame:
    """For each descriptor, `active` and `passive`: the sums of the absolute judgements that it gives and takes.
    Give the matrix as judged: the sums depend on the convention."""
    check_matrix(matrix)
    sizes = matrix.abs()
    return pd.DataFrame(
        {
            "active": sizes.sum(axis=1).groupby(level=0, sort=False).sum(),
            "passive": sizes.sum(axis=0).groupby(level=0, sort=False).sum(),
        }
    ).reset_index()


def path_of(descriptors: pd.DataFrame, column: str, places: list[str]) -> pd.DataFrame:
    """A path of scenarios from the places at which each variant is assumed to hold.

    `column` of `descriptors` lists places separated by semicolons; `places` gives their order. One row per
    place, a column per descriptor. DataError where a descriptor has no variant, or two, at a place.
    """
    _need(descriptors, [*KEYS, column], "descriptors")
    listed = descriptors[column].str.split(";")
    rows = []
    for place in places:
        holds = descriptors[[place in given for given in listed]]
        counts = holds["descriptor"].value_counts().reindex(descriptors["descriptor"].unique(), fill_value=0)
        if (counts != 1).any():
            wrong = counts[counts != 1].index[0]
            raise DataError(
                f"descriptors, column {column}: {wrong!r} has {counts[wrong]} variants at {place!r}; give it exactly one."
            )
        rows.append(dict(zip(holds["descriptor"], holds["variant"])))
    return pd.DataFrame(rows, index=pd.Index(places, name=column))


def path_support(matrix: pd.DataFrame, path: pd.DataFrame) -> pd.DataFrame:
    """Whether the matrix supports each change along a path of scenarios, judged in the scenario that is left.

    One row per change: `before` and `after` (labels of the path), descriptor, `from`, `to`, `lead` (balance of
    the new variant less that of the old one) and `reading`: supported, open (no lead) or resisted.
    """
    given = balances(matrix, path)
    rows = []
    for (before, old), (after, new) in zip(path.iloc[:-1].iterrows(), path.iloc[1:].iterrows()):
        for descriptor in path.columns[(old != new).to_numpy()]:
            lead = float(
                given.loc[before, (descriptor, new[descriptor])]
                - given.loc[before, (descriptor, old[descriptor])]
            )
            reading = "open" if abs(lead) <= TOLERANCE else "supported" if lead > 0 else "resisted"
            rows.append([before, after, descriptor, old[descriptor], new[descriptor], lead, reading])
    return pd.DataFrame(rows, columns=["before", "after", "descriptor", "from", "to", "lead", "reading"])


def path_ends(matrix: pd.DataFrame, path: pd.DataFrame, rule: str = "global") -> pd.DataFrame:
    """Where succession leads from each scenario of a path: `place`, `inconsistency`, `steps` taken and `reached`
    (position in `consistent(matrix)`, or -1 for a cycle)."""
    names = _descriptors(matrix).tolist()
    known = {tuple(row): i for i, row in enumerate(consistent(matrix)[names].to_numpy())}
    rows = []
    for place, scenario in path.iterrows():
        walked = succession(matrix, scenario, rule)
        last = walked.iloc[-1]
        reached = known[tuple(last[names])] if last["ends"] == "consistent" else -1
        rows.append([place, walked["inconsistency"].iloc[0], len(walked) - 1, reached])
    return pd.DataFrame(rows, columns=["place", "inconsistency", "steps", "reached"])


def drawn_shares(
    descriptors: pd.DataFrame,
    impacts: pd.DataFrame,
    scenarios: pd.DataFrame,
    draws: int = 1000,
    seed: int = 2019,
) -> pd.DataFrame:
    """How often scenarios stay consistent when every judgement is drawn anew within its range.

    Each draw takes for each judgement a whole number between `lowest` and `highest`, all equally likely and
    independent of each other; that is an assumption about our uncertainty, no probability of a future.
    Columns: the descriptors, `share` of the draws in which the scenario is consistent. DataError where
    a range is reversed or leaves out the strength.
    """
    _check_ranges(impacts)
    matrix = impact_matrix(descriptors, impacts)
    names = _descriptors(matrix).tolist()
    chosen, starts = _positions(matrix, scenarios), _starts(matrix)
    generator = np.random.default_rng(seed)
    low, high = impacts["lowest"].to_numpy(dtype=int), impacts["highest"].to_numpy(dtype=int)
    kept, cells, where = np.zeros(len(scenarios)), np.zeros(matrix.shape), _cells(matrix, impacts)
    for _ in range(draws):
        cells[where] = generator.integers(low, high + 1)
        given = _balances(cells, chosen)
        kept += _deficits(given, chosen, starts).max(axis=1) <= TOLERANCE
    return scenarios[names].reset_index(drop=True).assign(share=kept / draws)


def draw_counts(
    descriptors: pd.DataFrame, impacts: pd.DataFrame, draws: int = 200, seed: int = 2019
) -> pd.DataFrame:
    """How many scenarios are consistent in each draw (as in `drawn_shares`): columns `scenarios`, `draws`."""
    _check_ranges(impacts)
    matrix = impact_matrix(descriptors, impacts)
    generator = np.random.default_rng(seed)
    low, high = impacts["lowest"].to_numpy(dtype=int), impacts["highest"].to_numpy(dtype=int)
    found, cells, where = [], np.zeros(matrix.shape), _cells(matrix, impacts)
    every, starts = _configurations(matrix), _starts(matrix)
    for _ in range(draws):
        cells[where] = generator.integers(low, high + 1)
        found.append(len(_enumerate(cells, every, starts, 0)))
    counts = pd.Series(found).value_counts().sort_index()
    return pd.DataFrame({"scenarios": counts.index, "draws": counts.to_numpy()})


def drop_one(descriptors: pd.DataFrame, impacts: pd.DataFrame) -> pd.DataFrame:
    """What leaving out one judgement does to the set of consistent scenarios.

    One row per judgement (its cell, strength and status): `scenarios` that are consistent without it,
    `lost` of the full set and `new` ones.
    """
    matrix = impact_matrix(descriptors, impacts)
    every, starts = _configurations(matrix), _starts(matrix)
    full = set(map(tuple, _enumerate(matrix.to_numpy(dtype=float), every, starts, 0)))
    rows = []
    for row, column in zip(*_cells(matrix, impacts)):
        cells = matrix.to_numpy(dtype=float, copy=True)
        cells[row, column] = 0
        without = set(map(tuple, _enumerate(cells, every, starts, 0)))
        rows.append([len(without), len(full - without), len(without - full)])
    counts = pd.DataFrame(rows, columns=["scenarios", "lost", "new"], index=impacts.index)
    return impacts[[*CELL, "strength", "status"]].join(counts).reset_index(drop=True)


def with_status(descriptors: pd.DataFrame, impacts: pd.DataFrame, status: str) -> pd.DataFrame:
    """The consistent scenarios when only judgements of one status are kept (columns as in `consistent`)."""
    if status not in set(impacts["status"]):
        raise ValueError(f"status: no judgement is {status!r}; there are {sorted(set(impacts['status']))}.")
    return consistent(standardised(impact_matrix(descriptors, impacts[impacts["status"] == status])))


# Below, scenarios are integer arrays: a row per scenario, a column per descriptor, cells are positions of variants.


def _need(frame: pd.DataFrame, columns: list[str], table: str) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        raise DataError(f"{table}: the column {missing[0]!r} is missing; add it.")


def _name(pair) -> str:
    return ".".join(map(str, pair))


def _whole(given) -> bool:
    return isinstance(given, (int, float, np.number)) and float(given).is_integer()


def _check_judgements(impacts: pd.DataFrame, index: pd.MultiIndex, strength: str) -> None:
    known = set(index.get_level_values(0))
    for row in impacts[[*CELL, strength]].itertuples(index=False, name=None):
        source, target, given = row[:2], row[2:4], row[4]
        for side in (source, target):
            if side[0] not in known:
                raise DataError(
                    f"impacts: {side[0]!r} is no descriptor; correct it or add it to descriptors."
                )
            if side not in index:
                raise DataError(
                    f"impacts: {side[0]!r} has no variant {side[1]!r}; correct it or add it to descriptors."
                )
        if source[0] == target[0]:
            raise DataError(f"impacts: {_name(source)} acts on its own descriptor; leave that judgement out.")
        if not _whole(given) or abs(given) > STRONGEST:
            raise DataError(
                f"impacts, column {strength}: {given} of {_name(source)} on {_name(target)} is no whole number from "
                f"-{STRONGEST} to {STRONGEST}."
            )
    repeated = impacts[impacts.duplicated(CELL)]
    if len(repeated):
        cell = repeated.iloc[0][CELL].tolist()
        raise DataError(f"impacts: {_name(cell[:2])} on {_name(cell[2:])} is judged twice; keep one row.")


def _check_ranges(impacts: pd.DataFrame) -> None:
    _need(impacts, ["lowest", "highest"], "impacts")
    low, high, given = impacts["lowest"], impacts["highest"], impacts["strength"]
    wrong = impacts[(low > given) | (given > high) | (low < -STRONGEST) | (high > STRONGEST)]
    if len(wrong):
        cell = wrong.iloc[0][CELL].tolist()
        raise DataError(
            f"impacts: lowest to highest of {_name(cell[:2])} on {_name(cell[2:])} must hold its strength and lie within "
            f"-{STRONGEST} to {STRONGEST}."
        )


def _descriptors(matrix: pd.DataFrame) -> pd.Index:
    return matrix.index.get_level_values(0).unique()


def _counts(matrix: pd.DataFrame) -> np.ndarray:
    names = matrix.index.get_level_values(0)
    return names.value_counts().reindex(names.unique()).to_numpy()


def _starts(matrix: pd.DataFrame) -> np.ndarray:
    """Position of the first variant of each descriptor."""
    return np.concatenate([[0], np.cumsum(_counts(matrix))[:-1]])


def _positions(matrix: pd.DataFrame, scenarios: pd.DataFrame) -> np.ndarray:
    """Scenarios as positions of variants; ValueError names an unknown variant or a missing descriptor."""
    columns = []
    for name in _descriptors(matrix):
        if name not in scenarios:
            raise ValueError(f"scenarios: the descriptor {name!r} is missing; give a variant of each.")
        pairs = pd.MultiIndex.from_product([[name], scenarios[name]])
        found = matrix.index.get_indexer(pairs)
        if (found < 0).any():
            unknown = scenarios[name].iloc[int(np.argmin(found))]
            raise ValueError(f"scenarios: {name!r} has no variant {unknown!r}.")
        columns.append(found)
    return np.column_stack(columns)


def _named(matrix: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    labels = matrix.index.get_level_values(1).to_numpy()
    names = _descriptors(matrix)
    return pd.DataFrame(labels[chosen.reshape(-1, len(names))], columns=names.tolist())


def _no_scores() -> dict[str, np.ndarray]:
    return {name: np.zeros(0) for name in ("inconsistency", "margin", "total-impact")}


def _configurations(matrix: pd.DataFrame) -> np.ndarray:
    sizes = _counts(matrix)
    total = size(matrix)
    if total > LARGEST_SPACE:
        raise ValueError(
            f"matrix: {total} scenarios are more than {LARGEST_SPACE} and are not enumerated; merge descriptors or "
            "variants."
        )
    return np.column_stack(np.unravel_index(np.arange(total), sizes)) + _starts(matrix)


def _codes(chosen: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The number of each scenario in the order of enumeration."""
    return np.ravel_multi_index(tuple((chosen - starts).T), tuple(sizes))


def _balances(cells: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    total = np.zeros((len(chosen), len(cells)))
    for column in chosen.T:
        total += cells[column]
    return total


def _deficits(given: np.ndarray, chosen: np.ndarray, starts: np.ndarray) -> np.ndarray:
    best = np.maximum.reduceat(given, starts, axis=1)
    short = best - np.take_along_axis(given, chosen, axis=1)
    return np.where(short > TOLERANCE, short, 0.0)


def _margins(given: np.ndarray, chosen: np.ndarray, starts: np.ndarray) -> np.ndarray:
    others = given.copy()
    np.put_along_axis(others, chosen, -np.inf, axis=1)
    lead = np.take_along_axis(given, chosen, axis=1) - np.maximum.reduceat(others, starts, axis=1)
    return np.where(np.abs(lead) > TOLERANCE, lead, 0.0)


def _enumerate(cells: np.ndarray, every: np.ndarray, starts: np.ndarray, tolerance: float) -> np.ndarray:
    """The scenarios among `every` whose inconsistency is within the tolerance, a chunk at a time."""
    kept = []
    for i in range(0, len(every), CHUNK):
        chunk = every[i : i + CHUNK]
        worst = _deficits(_balances(cells, chunk), chunk, starts).max(axis=1)
        kept.append(chunk[worst <= tolerance + TOLERANCE])
    return np.concatenate(kept)


def _cells(matrix: pd.DataFrame, impacts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The rows and columns in which the judgements stand."""
    return (
        matrix.index.get_indexer(pd.MultiIndex.from_frame(impacts[CELL[:2]])),
        matrix.index.get_indexer(pd.MultiIndex.from_frame(impacts[CELL[2:]])),
    )


def _next(cells: np.ndarray, chosen: np.ndarray, starts: np.ndarray, rule: str) -> np.ndarray:
    return _next_all(cells, chosen[None, :], starts, rule)[0]


def _next_all(cells: np.ndarray, chosen: np.ndarray, starts: np.ndarray, rule: str) -> np.ndarray:
    """One step of succession for many scenarios."""
    given = _balances(cells, chosen)
    short = _deficits(given, chosen, starts)
    gives_way = short > TOLERANCE
    if rule == "local":
        largest = short.round(9).argmax(axis=1)
        gives_way &= np.arange(chosen.shape[1]) == largest[:, None]
    ends = [*starts[1:], cells.shape[0]]
    best = np.column_stack(
        [begin + given[:, begin:end].round(9).argmax(axis=1) for begin, end in zip(starts, ends)]
    )
    if rule == "incremental":
        best = chosen + np.sign(best - chosen)
    return np.where(gives_way, best, chosen)
