"""The descriptor of a data package, held to what the engine relies on before any file is opened.

A package may come from anybody, so nothing in its descriptor is followed: a resource is a regular file of
the package's own folder, its schema stands in the descriptor itself, and what checks the tables is given
no more than names, types, vocabularies and keys.
"""

import json
import stat
from collections import Counter
from pathlib import Path

from compendium.errors import DataError
from compendium.files import inside

FILE = "datapackage.json"
LARGEST = 10_000_000  # bytes of a descriptor
TYPES = ("string", "integer", "number", "boolean", "date")
COLUMN = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
TEXT = {"type": "string", "minLength": 1, "maxLength": 10_000}
LINE = {"type": "string", "pattern": r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]+$", "maxLength": 300}
TITLED = {
    "type": "array",
    "items": {"type": "object", "required": ["title"], "properties": {"title": LINE}},
}
COLUMNS = {"type": "array", "items": TEXT, "minItems": 1}
# What the engine reads of a descriptor; everything else in it is for other programs.
SCHEMA = {
    "type": "object",
    "required": ["name", "title", "version", "resources"],
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z0-9]+([._-][a-z0-9]+)*$", "maxLength": 80},
        "title": LINE,
        "version": LINE,
        "description": TEXT,
        "created": {"type": "string", "pattern": "^[0-9]{4}"},
        "contributors": TITLED,
        "licenses": TITLED,
        "resources": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["name", "path"],
                "properties": {
                    "name": {"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80},
                    "path": {
                        "type": "string",
                        "pattern": r"^[A-Za-z0-9_-]+\.(csv|json|geojson)$",
                        "maxLength": 100,
                    },
                    "description": TEXT,
                    "encoding": {"enum": ["utf-8", "UTF-8", "utf8"]},
                    "data": False,
                    "compression": False,
                    "schema": {"$ref": "#/$defs/schema"},
                },
                "if": {"required": ["schema"]},
                "then": {"required": ["description"], "properties": {"path": {"pattern": r"\.csv$"}}},
            },
        },
    },
    "$defs": {
        "schema": {
            "type": "object",
            "required": ["fields", "primaryKey"],
            "properties": {
                "fields": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 200,
                    "items": {
                        "type": "object",
                        "required": ["name", "type", "description"],
                        "properties": {
                            "name": {"type": "string", "pattern": COLUMN, "maxLength": 80},
                            "type": {"enum": list(TYPES)},
                            "description": TEXT,
                            "format": {"const": "default"},
                            "constraints": {
                                "type": "object",
                                "properties": {
                                    "required": {"type": "boolean"},
                                    "unique": {"type": "boolean"},
                                    "enum": {"type": "array", "items": TEXT, "minItems": 1},
                                    "minimum": {"type": "number"},
                                    "maximum": {"type": "number"},
                                },
                            },
                        },
                    },
                },
                "primaryKey": COLUMNS,
                "foreignKeys": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["fields", "reference"],
                        "properties": {
                            "fields": COLUMNS,
                            "reference": {
                                "type": "object",
                                "required": ["resource", "fields"],
                                "properties": {"resource": {"type": "string"}, "fields": COLUMNS},
                            },
                        },
                    },
                },
            },
        }
    },
}
REMEDIES = {
    "name": "write small letters and digits, with . _ or - between them",
    "title": "write it in one line of at most 300 characters",
    "version": "write it in one line",
    "path": "a resource is a file beside the descriptor (letters, digits, _ and -, then .csv, .json or .geojson)",
    "data": "put the rows into a CSV file beside the descriptor",
    "schema": "the schema of a table stands in the descriptor itself",
    "encoding": "tables are read as UTF-8",
}


def read(folder: Path) -> dict:
    """The parsed descriptor of `folder`; DataError where it is missing, no regular file or no JSON object."""
    path = regular_file(folder, FILE)
    if path.stat().st_size > LARGEST:
        raise DataError(
            f"{path}: more than {LARGEST:,} bytes; a descriptor describes, it does not hold data."
        )
    try:
        content = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: line {error.lineno} is not JSON ({error.msg}).") from None
    except (
        ValueError,
        RecursionError,
    ) as error:  # no UTF-8, a number of thousands of digits, a thousand brackets
        raise DataError(f"{path}: cannot be read as JSON ({type(error).__name__}: {error!s:.80}).") from None
    if not isinstance(content, dict):
        raise DataError(f"{path}: is not a JSON object.")
    return content


def regular_file(folder: Path, name: str) -> Path:
    """The path of a file of the package; DataError where it is missing, a link, or not an ordinary file."""
    path = inside(folder, name)
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        remedy = f"Point DATA at a folder with a {FILE}." if name == FILE else "Add it, or drop its resource."
        raise DataError(f"{path}: not found. {remedy}") from None
    if not stat.S_ISREG(mode):
        what = "a link" if stat.S_ISLNK(mode) else "not an ordinary file"
        raise DataError(f"{path}: is {what}; put the file itself into the package.")
    return path


def problems(folder: Path, described: dict) -> list[str]:
    """What is wrong with a descriptor, each with its place and what to do; nothing has been opened yet."""
    from jsonschema import Draft202012Validator  # a kernel that reads a slice need not wait for it

    found = [_message(error) for error in Draft202012Validator(SCHEMA).iter_errors(described)]
    return sorted(set(found)) or [
        *_doubled(described),
        *_unknown_columns(described),
        *_no_files(folder, described),
    ]


def _message(error) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path]
    place = "".join(steps).lstrip(".") or "the descriptor"
    last = next((step for step in reversed(error.absolute_path) if isinstance(step, str)), "")
    remedy = f"; {REMEDIES[last]}" if last in REMEDIES else ""
    return f"{place}: {error.message:.200}{remedy}."


def _doubled(described: dict) -> list[str]:
    found = []
    for key in ("name", "path"):
        counts = Counter(resource[key].casefold() for resource in described["resources"])
        found += [
            f"two resources with the {key} {value!r}; tell them apart."
            for value, n in counts.items()
            if n > 1
        ]
    for name, resource in tables(described).items():
        counts = Counter(field["name"] for field in resource["schema"]["fields"])
        found += [f"{name}: two fields {field!r}; delete one." for field, n in counts.items() if n > 1]
    return found


def _unknown_columns(described: dict) -> list[str]:
    """Keys that name fields or tables which are not there."""
    known = {
        name: {field["name"] for field in r["schema"]["fields"]} for name, r in tables(described).items()
    }
    asked = [
        *((name, set(r["schema"]["primaryKey"])) for name, r in tables(described).items()),
        *((name, set(key["fields"])) for name, r in tables(described).items() for key in foreign_keys(r)),
        *(
            (key["reference"]["resource"] or name, set(key["reference"]["fields"]))
            for name, r in tables(described).items()
            for key in foreign_keys(r)
        ),
    ]
    return [
        f"a key asks for {', '.join(sorted(wanted - known.get(name, set())))} of {name!r}, which has no such field."
        for name, wanted in asked
        if not wanted <= known.get(name, set())
    ]


def _no_files(folder: Path, described: dict) -> list[str]:
    found = []
    for resource in described["resources"]:
        try:
            regular_file(folder, resource["path"])
        except DataError as error:
            found.append(str(error))
    return found


def tables(described: dict) -> dict[str, dict]:
    """The resources of a descriptor that are tables, by name."""
    return {r["name"]: r for r in described["resources"] if "schema" in r}


def foreign_keys(resource: dict) -> list[dict]:
    """The foreign keys of a table."""
    return resource["schema"].get("foreignKeys", [])
