"""Paths of scenarios: where succession leads, and whether a matrix supports the steps of a given path."""

import numpy as np
import pandas as pd

from compendium.errors import DataError
from compendium.methods.cross_impact import arrays
from compendium.methods.cross_impact.judgements import KEYS, check_matrix, need
from compendium.methods.cross_impact.scenarios import balances, consistent, deficits

RULES = ("global", "incremental", "local")


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
    cells, starts = matrix.to_numpy(dtype=float), arrays.starts(matrix)
    path, ends = [arrays.positions(matrix, start.to_frame().T)[0]], "limit"
    for _ in range(limit):
        following = arrays.following(cells, path[-1], starts, rule)
        if (following == path[-1]).all():
            ends = "consistent"
            break
        path.append(following)
        if any((following == earlier).all() for earlier in path[:-1]):
            ends = "cycle"
            break
    states = arrays.named(matrix, np.array(path))
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
    every = arrays.configurations(matrix)
    cells, starts, sizes = matrix.to_numpy(dtype=float), arrays.starts(matrix), arrays.counts(matrix)
    steps = np.concatenate(
        [
            arrays.all_following(cells, every[i : i + arrays.CHUNK], starts, rule)
            for i in range(0, len(every), arrays.CHUNK)
        ]
    )
    follows = arrays.codes(steps, starts, sizes)
    for _ in range(max(1, len(every).bit_length())):  # doubling: enough to walk as far as there are scenarios
        follows = follows[follows]
    fixed = (steps == every).all(axis=1)
    final = np.where(fixed[follows], follows, -1)
    known = arrays.codes(
        arrays.positions(matrix, consistent(matrix)[arrays.descriptors(matrix).tolist()]), starts, sizes
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


def path_of(descriptors: pd.DataFrame, column: str, places: list[str]) -> pd.DataFrame:
    """A path of scenarios from the places at which each variant is assumed to hold.

    `column` of `descriptors` lists places separated by semicolons; `places` gives their order. One row per
    place, a column per descriptor. DataError where a descriptor has no variant, or two, at a place.
    """
    need(descriptors, [*KEYS, column], "descriptors")
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
            reading = "open" if abs(lead) <= arrays.TOLERANCE else "supported" if lead > 0 else "resisted"
            rows.append([before, after, descriptor, old[descriptor], new[descriptor], lead, reading])
    return pd.DataFrame(rows, columns=["before", "after", "descriptor", "from", "to", "lead", "reading"])


def path_ends(matrix: pd.DataFrame, path: pd.DataFrame, rule: str = "global") -> pd.DataFrame:
    """Where succession leads from each scenario of a path: `place`, `inconsistency`, `steps` taken and `reached`
    (position in `consistent(matrix)`, or -1 for a cycle)."""
    names = arrays.descriptors(matrix).tolist()
    known = {tuple(row): i for i, row in enumerate(consistent(matrix)[names].to_numpy())}
    rows = []
    for place, scenario in path.iterrows():
        walked = succession(matrix, scenario, rule)
        last = walked.iloc[-1]
        reached = known[tuple(last[names])] if last["ends"] == "consistent" else -1
        rows.append([place, walked["inconsistency"].iloc[0], len(walked) - 1, reached])
    return pd.DataFrame(rows, columns=["place", "inconsistency", "steps", "reached"])
