"""The engine names nothing of this compendium: no id of its data, and none of the words for its documents and cases."""

import ast
import re

import pytest

from compendium import paths

ENGINE = paths.ROOT / "src" / "compendium"
# The rooms that are held to it.
PLACES = sorted(
    [
        *(ENGINE / "methods").rglob("*.py"),
        *(ENGINE / "pages").glob("*figures.py"),
        ENGINE / "pages" / "drawing.py",
        ENGINE / "pages" / "maps.py",
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
# Ids of this data that are also words of the methods, or names of the engine's own tables and columns.
ENGLISH = {
    *("actors", "aim", "aims", "kind", "level", "levels", "note", "sources", "types"),  # tables and columns
    *("latitude", "longitude", "name", "reference"),  # columns of what a map and a notebook are given
    *("conditions", "coverage", "inclusion", "model"),  # comparative analysis
    *("balance", "limit", "local", "share"),  # cross-impact analysis, and the search for models
    "apart",  # of two cases
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


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_it_has_no_word_for_the_documents_and_cases_of_this_compendium(path):
    text = path.read_text("utf-8")
    for title in TITLES:
        text = text.replace(title, "")
    assert not [found[0] for found in WORDS.finditer(text)]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_it_has_no_id_of_the_data(path, data):
    """Ids of several words are looked for everywhere, ids of one word where they stand as a string."""
    text = path.read_text("utf-8")
    names = ids(data) - ENGLISH
    said = set(re.findall(r"[\w-]+", text))
    assert not names & strings(text)
    assert not {name for name in names & said if "-" in name}


def test_the_words_that_are_allowed_are_needed(data):
    used = set().union(*(strings(path.read_text("utf-8")) for path in PLACES))
    assert ids(data) & used >= ENGLISH
