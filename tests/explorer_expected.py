"""What the library says of a view of the explorer, for the model and the page to be held against."""

import pandas as pd

from compendium.claims import verdicts
from compendium.claims.evaluation import Evaluation
from compendium.claims.rules import OUTCOMES, OUTSIDE
from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import ABSENT, NOT_APPLICABLE
from compendium.readings import matrices
from compendium.readings.counting import count_states
from compendium.readings.specifications import Specification, kept

WORDS = {
    matrices.PRESENT: "shown",
    matrices.UNKNOWN: "open",
    ABSENT: "absent",
    NOT_APPLICABLE: "not-applicable",
}
NAMED = ("evidence", "silence", "conflict", "words", "ties")
SPECIFICATIONS = [
    Specification(),
    Specification(
        "all", "absent", "accept", without=("european", "living-labs"), words="strict", ties="hold"
    ),
    Specification(evidence="explicit", silence="absent"),
    Specification(evidence="residual", conflict="reject", without=("european",), words="strict"),
]


def address(study: str, spec: Specification | None = None, **more: str) -> str:
    """The address of a view, its default choices said as well."""
    wanted = {"study": study, **choices(spec or Specification()), **more}
    return "#" + "&".join(f"{name}={value}" for name, value in wanted.items())


def choices(spec: Specification) -> dict[str, str]:
    """The choices of a specification by name; of the scopes those that are left out."""
    return {name: spec.value(name) for name in NAMED} | dict.fromkeys(spec.without, "without")


def cases_of(data: Package, study: str) -> list[str]:
    """All cases of a study."""
    return list(data.cases.loc[data.cases["study"] == study, "case"])


def without_cases(data: Package, dropped: set[str]) -> Package:
    """The package as if some cases had never been coded."""
    return data.replaced(
        **{name: data.tables[name][~data.tables[name]["case"].isin(dropped)] for name in ("cases", "codings")}
    )


def states(data: Package, study: str, spec: Specification) -> pd.DataFrame:
    """The cells of a study as a reading has them, a row per case that it keeps."""
    own = data.cases[data.cases["study"] == study]
    codes = list(codes_of(data.codebook, study)["code"])
    return matrices.states(data, codes, list(own.loc[kept(data, spec, own), "case"]), spec)


def counts(found: pd.DataFrame) -> list[tuple]:
    """Of cells: each code with least and greatest count, number of cases, and ends of the interval."""
    return [
        (row.code, row.present, row.present + row.unknown, row.cases, row.low, row.high)
        for row in count_states(found).itertuples()
    ]


def agreement(found: pd.DataFrame) -> list[list[list[int]]]:
    """For each two cases: on how many codes they come out the same, of how many that both decide."""
    rows = found.to_numpy().tolist()
    return [[_agreement(one, other) for other in rows] for one in rows]


def _agreement(one: list[str], other: list[str]) -> list[int]:
    decided = [pair for pair in zip(one, other) if not {matrices.UNKNOWN, NOT_APPLICABLE} & {*pair}]
    return [sum(first == second for first, second in decided), len(decided)]


def claims(data: Package, evaluation: Evaluation, study: str, spec: Specification) -> list[dict]:
    """What comes out, at a specification and over all, for the claims that a study shows: its own and those on lists."""
    register = data.claims[data.claims["claim"].isin(evaluation.claims)]
    shown = register[(register["study"] == study) | (register["assessment"] == "items")]["claim"]
    return [_claim(evaluation, claim, spec) for claim in shown]


def _claim(evaluation: Evaluation, claim: str, spec: Specification) -> dict:
    outcome, low, high, total = evaluation.at(claim, spec)
    return {
        "claim": claim,
        "outcome": OUTCOMES[outcome],
        "low": low,
        "high": high,
        "total": total,
        "changed": outcome != evaluation.at(claim, Specification())[0],
        "verdict": verdicts.verdict(evaluation.outcome[evaluation.claims.index(claim)]),
    }


def curve(evaluation: Evaluation, claim: str) -> list[dict]:
    """The specification curve of a claim; empty where it applies nowhere."""
    applies = (evaluation.outcome[evaluation.claims.index(claim)] != OUTSIDE).any()
    return verdicts.curve(evaluation, claim).to_dict("records") if applies else []
