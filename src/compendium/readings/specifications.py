"""Specifications: complete sets of defensible choices about how codings are read.

The engine knows choices about evidence, silence, conflict, documents and words. Which cases are in is a choice
that the data declare, as scopes of a study. `Grid` holds the choices that a package has, and all their combinations.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from compendium.codings import formulas
from compendium.codings.package import Package
from compendium.codings.vocabulary import BASE, RECORD
from compendium.errors import DataError

# Each level of `evidence` adds statuses to the one before it.
EVIDENCE = {
    "explicit": {"explicit"},
    "group": {"explicit", "group"},
    "residual": {"explicit", "group", "residual"},
    "inferred": {"explicit", "group", "residual", "inferred"},
    "all": {"explicit", "group", "residual", "inferred", "label", "target"},
}
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True)
class Choice:
    """A question that a specification answers. `answers` says each value in a reader's words."""

    name: str
    question: str
    answers: dict[str, str]
    meaning: str
    short: str
    scope: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The possible answers, as a specification names them."""
        return tuple(self.answers)


COUNTING = (
    Choice(
        "evidence",
        "Which statements count?",
        {
            "explicit": "on the case only",
            "group": "also on its group",
            "residual": "also on “all the others”",
            "inferred": "also our inferences",
            "all": "also labels and addressees",
        },
        "Which statuses count as known: explicit only; plus statements about a named group; "
        "plus residual sentences; plus our inferences; or all, labels and addressees included.",
        "counts",
    ),
    Choice(
        "silence",
        "If the text is silent",
        {"unknown": "leave it open", "absent": "count it as no"},
        "What a cell without counted evidence means: unknown, or absent.",
        "silence",
    ),
    Choice(
        "conflict",
        "If the text says two things",
        {"unknown": "leave it open", "accept": "accept each", "reject": "reject each"},
        "How a cell is read in which the text says two things: unknown, "
        "every stated value accepted, or every stated value rejected.",
        "conflict",
    ),
)
DOCUMENTS = Choice(
    "documents",
    "Which documents count?",
    {BASE: "the base documents only", RECORD: "also the record"},
    "Whether only the documents count whose comparison a study reproduces, or its further documents too.",
    "documents",
)
WORDING = (
    Choice(
        "words",
        "“Most”, “usually” and the like",
        {"lenient": "in their least meaning", "strict": "strictly"},
        "How much a quantity word asks for, such as most or usually: its least meaning, or a strict one.",
        "words",
    ),
    Choice(
        "ties",
        "A tie counts as more",
        {"fail": "no", "hold": "yes"},
        "Whether two equal counts satisfy a statement that one is greater.",
        "tie",
    ),
)
ENGINE = {choice.name: choice for choice in (*COUNTING, DOCUMENTS, *WORDING)}

# What a quantity word asks of a share, leniently and strictly: a comparison and a threshold.
# The words have no agreed thresholds; that is why both readings are in the grid.
WORDS = {
    "all": {"lenient": (">=", 1.0), "strict": (">=", 1.0)},
    "almost-always": {"lenient": (">=", 0.75), "strict": (">=", 0.9)},
    "usually": {"lenient": (">", 0.5), "strict": (">=", 0.75)},
    "most": {"lenient": (">", 0.5), "strict": (">=", 2 / 3)},
    "many": {"lenient": (">=", 1 / 3), "strict": (">", 0.5)},
    "common": {"lenient": (">=", 1 / 3), "strict": (">", 0.5)},
    "some": {"lenient": (">", 0.0), "strict": (">", 0.0)},
    "few": {"lenient": ("<", 0.5), "strict": ("<=", 0.25)},
    "none": {"lenient": ("<=", 0.0), "strict": ("<=", 0.0)},
}


@dataclass(frozen=True)
class Specification:
    """One answer to each question. The defaults count what base documents state and leave silence open.

    `documents` is base, record (which includes the base), or ids of documents joined by plus signs; `without`
    names the scopes whose cases are left out.
    """

    evidence: str = "group"
    silence: str = "unknown"
    conflict: str = "unknown"
    documents: str = BASE
    without: tuple[str, ...] = ()
    words: str = "lenient"
    ties: str = "fail"

    def __post_init__(self):
        wrong = [
            f"{name}={getattr(self, name)!r} (use {', '.join(choice.values)})"
            for name, choice in ENGINE.items()
            if name != "documents" and getattr(self, name) not in choice.values
        ]
        if wrong:
            raise DataError("Specification: unknown choice " + "; ".join(wrong) + ".")

    @property
    def counted(self) -> set[str]:
        """The statuses that count as known, contradictions included where they are accepted."""
        return EVIDENCE[self.evidence] | ({"contradicted"} if self.conflict == "accept" else set())

    def value(self, choice: str) -> str:
        """The answer to a question; for a scope, with or without its cases."""
        return getattr(self, choice) if choice in ENGINE else WITHOUT if choice in self.without else WITH

    def having(self, choice: str, value: str) -> "Specification":
        """The same with another answer to one question."""
        if choice in ENGINE:
            return replace(self, **{choice: value})
        others = {*self.without} - {choice} | ({choice} if value == WITHOUT else set())
        return replace(self, without=tuple(sorted(others)))

    def counts_document(self, document: str, role: str) -> bool:
        """Whether a document counts that has this role (base or record) in the study of a case."""
        if self.documents in (BASE, RECORD):
            return role == BASE or (role == RECORD and self.documents == RECORD)
        return document in self.documents.split("+")

    def differences(self) -> str:
        """The answers that differ from the default, as text; 'default' where none does."""
        names = [field.name for field in fields(self) if field.name != "without"]
        own = [f"{name}={self.value(name)}" for name in names if self.value(name) != DEFAULT.value(name)]
        return ", ".join([*own, *(f"{scope}={WITHOUT}" for scope in self.without)]) or "default"


DEFAULT = Specification()


def scopes(package: Package) -> tuple[Choice, ...]:
    """The scopes that a package declares, as choices, each once in the order of their ranks."""
    rows = package.scopes.sort_values(["rank", "scope"]).drop_duplicates("scope")
    return tuple(
        Choice(
            row.scope,
            row.label,
            {WITH: WITH, WITHOUT: WITHOUT},
            f"Whether these cases are in: {row.label}.",
            row.label,
            scope=True,
        )
        for row in rows.itertuples()
    )


def kept(package: Package, spec: Specification, cases: pd.DataFrame) -> pd.Series:
    """Which rows of a table of cases (columns study, kind, level) a specification leaves in: booleans."""
    mask = pd.Series(True, index=cases.index)
    for row in package.scopes[package.scopes["scope"].isin(spec.without)].itertuples():
        mask &= (cases["study"] != row.study) | formulas.keeps(row.filter, cases)
    return mask


class Grid:
    """The choices that a package has, and every combination of their values, the last varying fastest."""

    def __init__(self, package: Package):
        record = (RECORD,) if RECORD in package.values("corpus", "role") else ()
        counting = (*COUNTING, DOCUMENTS) if record else COUNTING
        self.counting = tuple(choice.name for choice in counting)
        self.scopes = tuple(choice.name for choice in scopes(package))
        self.choices = {choice.name: choice for choice in (*counting, *scopes(package), *WORDING)}
        self.shape = tuple(len(choice.values) for choice in self.choices.values())

    @property
    def case_shape(self) -> tuple[int, ...]:
        """The shape of what depends on what counts and on which cases are in, but not on the meaning of words."""
        return self.shape[: len(self.counting) + len(self.scopes)]

    def position(self, spec: Specification) -> tuple[int, ...]:
        """Place of a specification in the grid, an index for each choice; DataError where it has none."""
        if spec.documents not in DOCUMENTS.values:
            raise DataError(
                f"documents={spec.documents}: claims are held under the base documents or the record; use "
                f"{' or '.join(DOCUMENTS.values)}."
            )
        return tuple(choice.values.index(spec.value(name)) for name, choice in self.choices.items())

    def at(self, values: Iterable[str]) -> Specification:
        """The specification with these answers, one for each choice in order."""
        return self._with(self.choices, values)

    @staticmethod
    def _with(names: Iterable[str], values: Iterable[str]) -> Specification:
        spec = DEFAULT
        for name, value in zip(names, values):
            spec = spec.having(name, value)
        return spec

    def _combined(self, names: tuple[str, ...]) -> tuple[Specification, ...]:
        answers = (self.choices[name].values for name in names)
        return tuple(self._with(names, values) for values in product(*answers))

    @cached_property
    def specifications(self) -> tuple[Specification, ...]:
        """Every combination."""
        return self._combined(tuple(self.choices))

    @cached_property
    def readings(self) -> tuple[Specification, ...]:
        """One specification for each combination of what counts."""
        return self._combined(self.counting)

    @cached_property
    def wordings(self) -> tuple[Specification, ...]:
        """One specification for each combination of what words mean."""
        return self._combined(tuple(choice.name for choice in WORDING))

    def scope_cases(self, package: Package) -> np.ndarray:
        """Scopes by cases: which cases of the package each combination of scopes leaves in."""
        return np.array(
            [kept(package, spec, package.cases).to_numpy() for spec in self._combined(self.scopes)]
        )

    def answer(self, choice: str, value: str) -> str:
        """An answer in a reader's words."""
        return answer(self.choices[choice], value)

    def in_words(self, changes: str) -> str:
        """Changes such as `evidence=all, silence=absent` in a reader's words."""
        pairs = (change.split("=") for change in changes.split(", ") if change)
        return "; ".join(
            f"{self.choices[name].question.rstrip('?')}: {self.answer(name, value)}" for name, value in pairs
        )

    def table(self) -> pd.DataFrame:
        """The questions a specification answers: choice, possible values, default, meaning."""
        return pd.DataFrame(
            [
                {
                    "choice": choice.name,
                    "values": ", ".join(choice.values),
                    "default": DEFAULT.value(choice.name),
                    "meaning": choice.meaning,
                }
                for choice in self.choices.values()
            ]
        )

    def describe(self, spec: Specification) -> pd.DataFrame:
        """The choices of a specification as a table for readers: choice, here, default."""
        shown = self.choices | ({} if spec.documents == BASE else {DOCUMENTS.name: DOCUMENTS})
        return pd.DataFrame(
            [
                {
                    "choice": choice.question,
                    "here": answer(choice, spec.value(name)),
                    "default": answer(choice, DEFAULT.value(name)),
                }
                for name, choice in shown.items()
            ]
        )


def answer(choice: Choice, value: str) -> str:
    """An answer in a reader's words; named documents are said by their ids."""
    return choice.answers.get(value) or f"these only: {value.replace('+', ', ')}"


def words() -> pd.DataFrame:
    """Quantity words and the shares they ask for, leniently and strictly."""
    return pd.DataFrame(
        [
            {
                "word": word.replace("-", " "),
                **{reading: f"{sign} {share:.0%}" for reading, (sign, share) in both.items()},
            }
            for word, both in WORDS.items()
        ]
    )


def parse(text: str, package: Package) -> Specification:
    """A specification from 'choice=value,choice=value'; what is not named keeps its default.

    DataError where the package has no such choice, value or document.
    """
    choices = ENGINE | {choice.name: choice for choice in scopes(package)}
    spec = DEFAULT
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, separator, value = (piece.strip() for piece in part.partition("="))
        if not separator or name not in choices:
            raise DataError(f"Specification: {part!r} is not choice=value; choices are {', '.join(choices)}.")
        documents = name == DOCUMENTS.name and value not in DOCUMENTS.values
        allowed = package.values("sources", "source") if documents else choices[name].values
        for one in value.split("+") if documents else [value]:
            if one not in allowed:
                known = ", ".join([*choices[name].values, *(sorted(allowed) if documents else ())])
                raise DataError(f"Specification: unknown choice {name}={one!r} (use {known}).")
        spec = spec.having(name, value)
    return spec
