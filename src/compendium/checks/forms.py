"""What the engine relies on in every cell, whatever a package's own descriptor says.

A package may come from anybody. Ids become file names, addresses and anchors; titles become headings;
figures take labels. So each column of each table that the engine knows has a form (`codings.tables`), and
cells are held to it before anything else is read from them. What a descriptor adds (types, vocabularies, keys) is
checked on top, by its own schema.
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from compendium.checks.problems import Problem
from compendium.checks.reporting import SCORES
from compendium.codings import descriptor
from compendium.codings.tables import KEYS, REFERENCES, REQUIRED, TABLES, type_of
from compendium.codings.vocabulary import BASE, RECORD, STATUSES

LONGEST_NAME = 80  # two of them and a suffix are a file name on any system
LONGEST_CELL = 100_000  # characters; a page of a book has some three thousand

# Words by which the engine decides what to do.
VOCABULARIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("codings", "status"): tuple(STATUSES),
    ("recodings", "status"): tuple(STATUSES),
    ("passages", "carries"): ("evidence", "prose"),
    ("codebook", "type"): ("category", "number", "text"),
    ("frameworks", "status"): ("explicit", "attributed", "announced-not-delivered"),
    ("corpus", "role"): (BASE, RECORD),
    ("runs", "each"): ("case", "source", "study"),
    ("reporting", "score"): SCORES,
    ("rescoring", "score"): SCORES,
    ("descriptors", "status"): ("own", "stated"),
    ("impacts", "status"): ("own", "stated"),
    ("benchmarks", "outcome"): ("reached", "missed", "no mark"),
}

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")
FILE = re.compile(r"[\w(),+-][\w(),. +-]*")
SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:(?!//)|(?!https?://)[A-Za-z][A-Za-z0-9+.-]*://")
# Signs that turn the direction of what follows them: a reader would see other words than stand there.
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _name(cell: str) -> str:
    if not NAME.fullmatch(cell):
        return "is no id; use small letters, digits and single hyphens between them"
    return f"is an id of more than {LONGEST_NAME} characters; shorten it" if len(cell) > LONGEST_NAME else ""


def _names(cell: str) -> str:
    parts = cell.split(";")
    wrong = next((reason for part in parts if (reason := _name(part))), "")
    return f"holds {next(p for p in parts if _name(p))!r:.60}, which {wrong}" if wrong else ""


def _address(cell: str) -> str:
    return "is no web address; begin it with https:// or http://" if SCHEME.match(cell) else _line(cell)


def _line(cell: str) -> str:
    return "has a line break; write it in one line" if any(sign in cell for sign in "\n\u2028\u2029") else ""


def _fits(pattern: str, remedy: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda cell: "" if compiled.fullmatch(cell) else remedy


# What is wrong with a cell of each form, with the remedy; "" where nothing is.
FORMS: dict[str, Callable[[str], str]] = {
    "name": _name,  # an id: small letters, digits, hyphens
    "names": _names,  # several ids, separated by semicolons
    "key": _fits(
        rf"(?=.{{1,{LONGEST_NAME}}}$){KEY.pattern}", "is no key; use letters, digits and . _ - between them"
    ),
    "file": _fits(FILE.pattern, "is no plain file name; name a file without its folder"),
    "line": _line,  # words in one line
    "text": lambda _: "",  # words; line breaks are white space
    "address": _address,
    "digest": _fits(r"[0-9a-f]{64}", "is no SHA-256; 'compendium anchor' prints it"),
    "country": _fits(r"[A-Z]{2}", "is no country code; use the two capitals of ISO 3166-1"),
}


def table_list_problems(described: dict) -> Iterator[Problem]:
    """Tables and columns that the engine relies on and a (checked) descriptor does not have."""
    present = descriptor.tables(described)
    for table in REQUIRED:
        if table not in present:
            yield Problem(descriptor.FILE, 0, "resources", f"no table {table}.csv; add it.")
    for table, resource in present.items():
        fields = {field["name"] for field in resource["schema"]["fields"]}
        for column in TABLES.get(table, {}):
            if column not in fields:
                yield Problem(
                    descriptor.FILE, 0, table, f"no field {column!r}; add it, and to {resource['path']}."
                )


def bare(folder: Path, described: dict) -> dict:
    """A descriptor and the rows for the program that checks types and keys: nothing in it can be followed or run.

    Types, keys and references of tables that the engine knows are the engine's. A pattern is not passed
    on: it can be written so that it never ends.
    """
    present = descriptor.tables(described)
    return {
        "name": "package",
        "resources": [_bare_table(folder, name, r, present) for name, r in present.items()],
    }


CONSTRAINTS = ("required", "unique", "enum", "minimum", "maximum")


def _bare_table(folder: Path, name: str, resource: dict, present: dict[str, dict]) -> dict:
    schema = resource["schema"]
    fields = [
        {
            "name": field["name"],
            "type": type_of(name, field["name"]) or field["type"],
            "constraints": {k: v for k, v in field.get("constraints", {}).items() if k in CONSTRAINTS},
        }
        for field in schema["fields"]
    ]
    known = [
        (list(own), table, list(other)) for own, table, other in REFERENCES.get(name, ()) if table in present
    ]
    declared = [
        (key["fields"], key["reference"]["resource"], key["reference"]["fields"])
        for key in descriptor.foreign_keys(resource)
    ]
    return {
        "name": name,
        "data": rows(folder / resource["path"]),
        "schema": {
            "fields": fields,
            "primaryKey": list(KEYS.get(name, schema["primaryKey"])),
            "foreignKeys": [
                {"fields": own, "reference": {"resource": table, "fields": other}}
                for own, table, other in [*known, *(key for key in declared if key not in known)]
            ],
        },
    }


def reading_problems(folder: Path, described: dict) -> Iterator[Problem]:
    """Tables that cannot be read at all."""
    for resource in descriptor.tables(described).values():
        yield from unreadable(folder / resource["path"])


def cell_problems(folder: Path, described: dict) -> Iterator[Problem]:
    """What is wrong with the cells of the tables in `folder`."""
    for name, resource in descriptor.tables(described).items():
        yield from table_problems(folder / resource["path"], name)


def rows(path: Path) -> list[list[str]]:
    """The rows of a table, its head included, with commas between cells and double quotes around them."""
    csv.field_size_limit(sys.maxsize)  # a longer cell is a problem to be told, not an exception
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def table_problems(path: Path, table: str) -> Iterator[Problem]:
    """What is wrong with the cells of one table: signs that no text needs, and cells that miss their form."""
    header, *body = rows(path) or [[]]
    for number, row in enumerate(body, start=2):
        for column, cell in zip(header, row):
            if message := cell_problem(table, column, cell):
                yield Problem(path.name, number, column, message)


def unreadable(path: Path) -> Iterator[Problem]:
    """Whether a table is no CSV in UTF-8 at all."""
    try:
        rows(path)
    except UnicodeDecodeError as error:
        yield Problem(
            path.name, 0, "", f"is not UTF-8 ({error.reason}, byte {error.start}); save it as UTF-8."
        )
    except csv.Error as error:
        yield Problem(path.name, 0, "", f"is no CSV ({error}); look for a quote too many.")


def cell_problem(table: str, column: str, cell: str) -> str:
    """What is wrong with one cell, and what to do; "" where nothing is."""
    if len(cell) > LONGEST_CELL:
        return f"{len(cell):,} characters; a cell may have {LONGEST_CELL:,}."
    if wrong := forbidden(cell):
        return f"holds {wrong}, which no text needs; delete it."
    form = TABLES.get(table, {}).get(column, "text?")
    if not cell:
        return "" if form.endswith("?") else "empty, but required; fill it."
    if form.rstrip("?") in FORMS and (reason := FORMS[form.rstrip("?")](cell)):
        return f"{shown(cell)} {reason}."
    allowed = VOCABULARIES.get((table, column), ())
    if allowed and cell not in allowed:
        return f"{shown(cell)} is unknown here; use {', '.join(allowed)}."
    return ""


def forbidden(text: str) -> str:
    """The first sign in a text that no text needs, by its name; "" where there is none.

    Control characters (but tabs and line feeds), what is no character, and signs that turn the direction of reading.
    """
    for sign in text:
        if sign in "\t\n" or " " <= sign <= "~":
            continue
        if unicodedata.category(sign) in ("Cc", "Cs") or sign in TURNING or ord(sign) & 0xFFFE == 0xFFFE:
            return f"the sign {unicodedata.name(sign, f'U+{ord(sign):04X}')}"
    return ""


def shown(cell: str) -> str:
    """A cell as a message shows it: short, and with nothing that a terminal obeys."""
    return repr(cell if len(cell) <= 60 else cell[:57] + "...")
