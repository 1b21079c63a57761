"""The field's own closed vocabularies, each once: how a value is known, and what a cell without a value is."""

from typing import NamedTuple


class Mark(NamedTuple):
    """How something is shown: a sign, and the words for it, so that meaning never hangs on colour."""

    sign: str
    words: str


SILENT, UNCODED, NOT_APPLICABLE, ABSENT = "silent", "uncoded", "not-applicable", "absent"

# How a value is known. `not-applicable` stands in a coding only where the text itself says so.
STATUSES = {
    "explicit": Mark("●", "stated"),
    "group": Mark("◉", "said of a group"),
    "residual": Mark("◍", "follows from “all others”"),
    "inferred": Mark("◐", "our inference"),
    "target": Mark("◇", "named as addressee"),
    "label": Mark("▣", "authors’ label only"),
    "contradicted": Mark("✕", "text says two things"),
    NOT_APPLICABLE: Mark("–", "does not apply"),
}
# What a value is known by.
KNOWN = frozenset(STATUSES) - {NOT_APPLICABLE}
# What a cell without a coding is. It is derived, and never typed.
WITHOUT = {SILENT: Mark("·", "not stated"), UNCODED: Mark("?", "not looked for")}
# Everything that may stand in a cell of a page.
MARKS = {
    **{status: mark for status, mark in STATUSES.items() if status != NOT_APPLICABLE},
    **WITHOUT,
    NOT_APPLICABLE: STATUSES[NOT_APPLICABLE],
    ABSENT: Mark("∅", "said to be absent"),
}
# From the strongest to the weakest.
STRENGTH = (
    "explicit",
    "contradicted",
    "group",
    "residual",
    "inferred",
    "label",
    "target",
    NOT_APPLICABLE,
    SILENT,
    UNCODED,
)
# The parts a document may have in a study.
BASE, RECORD = "base", "record"
# Values by which a text says that something is not there.
NEGATIVE = frozenset({"no", "absent", "none"})
