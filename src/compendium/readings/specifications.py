"""Specifications: complete sets of defensible choices about how codings are read."""

from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from itertools import product

import pandas as pd

from compendium.errors import DataError

STATUSES = (
    "explicit",
    "group",
    "residual",
    "inferred",
    "target",
    "label",
    "contradicted",
    "silent",
    "not-applicable",
)

# Each level of `evidence` adds statuses to the one before it.
EVIDENCE = {
    "explicit": {"explicit"},
    "group": {"explicit", "group"},
    "residual": {"explicit", "group", "residual"},
    "inferred": {"explicit", "group", "residual", "inferred"},
    "all": {"explicit", "group", "residual", "inferred", "label", "target"},
}

CHOICES = {
    "evidence": tuple(EVIDENCE),
    "silence": ("unknown", "absent"),
    "conflict": ("unknown", "accept", "reject"),
    "living_labs": ("with", "without"),
    "european": ("with", "without"),
    "words": ("lenient", "strict"),
    "ties": ("fail", "hold"),
}

# The same choices as questions and answers for readers.
QUESTIONS = {
    "evidence": "Which statements count?",
    "silence": "If the text is silent",
    "conflict": "If the text says two things",
    "living_labs": "Living labs",
    "european": "European initiatives",
    "words": "“Most”, “usually” and the like",
    "ties": "A tie counts as more",
}
ANSWERS = {
    "evidence": (
        "on the case only",
        "also on its group",
        "also on “all the others”",
        "also our inferences",
        "also labels and addressees",
    ),
    "silence": ("leave it open", "count it as no"),
    "conflict": ("leave it open", "accept each", "reject each"),
    "living_labs": ("with", "without"),
    "european": ("with", "without"),
    "words": ("in their least meaning", "strictly"),
    "ties": ("no", "yes"),
}

MEANINGS = {
    "evidence": "Which statuses count as known: explicit only; plus statements about a named group; "
    "plus residual sentences; plus our inferences; or all, labels and addressees included.",
    "silence": "What a cell without counted evidence means: unknown, or absent.",
    "conflict": "How a cell is read in which the text says two things: unknown, "
    "every stated value accepted, or every stated value rejected.",
    "living_labs": "Whether living labs are among the cases.",
    "european": "Whether initiatives at the European level are among the cases.",
    "words": "How much a quantity word asks for, such as most or usually: its least meaning, or a strict one.",
    "ties": "Whether two equal counts satisfy a statement that one is greater.",
}

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
    """One choice for each question. The defaults count what is stated and leave silence open."""

    evidence: str = "group"
    silence: str = "unknown"
    conflict: str = "unknown"
    living_labs: str = "with"
    european: str = "with"
    words: str = "lenient"
    ties: str = "fail"

    def __post_init__(self):
        wrong = [
            f"{name}={getattr(self, name)!r} (use {', '.join(allowed)})"
            for name, allowed in CHOICES.items()
            if getattr(self, name) not in allowed
        ]
        if wrong:
            raise DataError("Specification: unknown choice " + "; ".join(wrong) + ".")

    @property
    def counted(self) -> set[str]:
        """The statuses that count as known, contradictions included where they are accepted."""
        return EVIDENCE[self.evidence] | ({"contradicted"} if self.conflict == "accept" else set())

    def keeps(self, cases: pd.DataFrame) -> pd.Series:
        """Which rows of a table of cases (columns kind and level) are among the cases: booleans."""
        labs, european = cases["kind"] == "living-lab", cases["level"] == "european"
        return ~(labs & (self.living_labs == "without")) & ~(european & (self.european == "without"))

    def differences(self) -> str:
        """The choices that differ from the default, as text; 'default' where none does."""
        default = asdict(Specification())
        own = [f"{name}={value}" for name, value in asdict(self).items() if value != default[name]]
        return ", ".join(own) or "default"


def answer(choice: str, value: str) -> str:
    """A value of a choice in a reader's words."""
    return ANSWERS[choice][CHOICES[choice].index(value)]


def in_words(changes: str) -> str:
    """Changes such as `evidence=all, silence=absent` in a reader's words."""
    pairs = (change.split("=") for change in changes.split(", ") if change)
    return "; ".join(f"{QUESTIONS[name].rstrip('?')}: {answer(name, value)}" for name, value in pairs)


def describe(spec: Specification) -> pd.DataFrame:
    """The choices of a specification as a table for readers: choice, here, default."""
    default = asdict(Specification())
    return pd.DataFrame(
        [
            {"choice": QUESTIONS[name], "here": answer(name, value), "default": answer(name, default[name])}
            for name, value in asdict(spec).items()
        ]
    )


def choices() -> pd.DataFrame:
    """The questions a specification answers: choice, possible values, default, meaning."""
    default = asdict(Specification())
    return pd.DataFrame(
        [
            {"choice": name, "values": ", ".join(values), "default": default[name], "meaning": MEANINGS[name]}
            for name, values in CHOICES.items()
        ]
    )


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


@cache
def grid() -> tuple[Specification, ...]:
    """Every combination of choices, the last choice varying fastest."""
    return tuple(Specification(*values) for values in product(*CHOICES.values()))


def parse(text: str) -> Specification:
    """A specification from 'choice=value,choice=value'; what is not named keeps its default."""
    known = {field.name for field in fields(Specification)}
    given = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, separator, value = (piece.strip() for piece in part.partition("="))
        if not separator or name not in known:
            raise DataError(f"Specification: {part!r} is not choice=value; choices are {', '.join(CHOICES)}.")
        given[name] = value
    return replace(Specification(), **given)
