"""The engine names nothing of this compendium: no id of its data, and none of the words for its documents and cases."""

import ast
import re

import pytest

from compendium import paths
from compendium.codings import runs
from compendium.codings.tables import TABLES

ENGINE = paths.ROOT / "src" / "compendium"
BOOK = paths.ROOT / "book"
# Library, templates and scripts.
PLACES = sorted(
    [
        *ENGINE.rglob("*.py"),
        *ENGINE.rglob("templates/*"),
        *(path for name in ("_templates", "_extra", "_static") for path in (BOOK / name).rglob("*.*")),
    ]
)
WORDS = re.compile(
    r"\b(brief|units?|city|cities|clusters?|living[ -]labs?|european|the note)\b", re.IGNORECASE
)
TITLES = ("European Journal of Operational Research",)  # of literature
# The first column of these tables, and what else names a row: ids that belong to this data alone.
IDS = {
    "studies": ("study",),
    "sources": ("source",),
    "levels": ("level",),
    "kinds": ("kind",),
    "themes": ("theme",),
    "cases": ("case",),
    "codebook": ("code",),
    "frameworks": ("framework", "item"),
    "runs": ("run",),
    "claims": ("claim",),
    "passages": ("passage",),
    "tensions": ("tension",),
    "standards": ("item", "standard"),
    "descriptors": ("descriptor", "variant"),
    "aims": ("aim",),
    "context": ("indicator",),
}
# What the engine names itself: its tables and columns, and the runs and notebooks that suit any package.
OWN = {
    *TABLES,
    *(column for columns in TABLES.values() for column in columns),
    *(name for row in runs.DEFAULT for name in row[:2]),
}
# Ids of this data that are also words of the methods and of English; nothing else is excepted.
ENGLISH = {
    *("actors", "types"),
    *("latitude", "longitude"),  # what a map is given
    *("conditions", "coverage", "inclusion", "model"),  # comparative analysis
    *("balance", "limit", "local", "share"),  # cross-impact analysis, and the search for models
    *("apart", "circular", "difference"),  # of two cases, a claim, two counts
    *("content", "fields", "figure", "finding", "object", "pages", "resources"),  # of records and descriptors
    *("analysis", "project", "transport"),  # a folder, what Sphinx calls a book, how a kernel is reached
    "differences",  # of a specification
}
# Where one of the words is English: what stands there, and why.
PHRASES = {
    "the note of the coding": "the column `note`",
    '"unit"': "a column of context.csv",
    "fact.unit": "the same",
}


def ids(data) -> set[str]:
    """Every id that this data gives to something of its own."""
    tables = {name: data.tables[name] for name in IDS}
    return {cell for name, columns in IDS.items() for column in columns for cell in tables[name][column]}


def strings(text: str) -> set[str]:
    """The string constants of a module."""
    return {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_it_has_no_word_for_the_documents_and_cases_of_this_compendium(path):
    text = path.read_text("utf-8")
    for phrase in (*TITLES, *PHRASES):
        text = text.replace(phrase, "")
    assert not [found[0] for found in WORDS.finditer(text)]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_it_has_no_id_of_the_data(path, data):
    """Ids of several words are looked for everywhere, ids of one word where they stand as a string."""
    text = path.read_text("utf-8")
    names = ids(data) - ENGLISH - OWN
    said = set(re.findall(r"[\w-]+", text))
    if path.suffix == ".py":
        assert not names & strings(text)
    assert not {name for name in names & said if "-" in name}


def test_the_words_that_are_allowed_are_needed(data):
    used = set().union(*(strings(path.read_text("utf-8")) for path in PLACES if path.suffix == ".py"))
    assert ids(data) & used - OWN >= ENGLISH
    said = "".join(path.read_text("utf-8") for path in PLACES)
    assert [phrase for phrase in PHRASES if phrase not in said] == []
