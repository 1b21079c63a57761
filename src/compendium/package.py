"""Read a data package: the tables that datapackage.json describes, as data frames."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.errors import DataError

DESCRIPTOR = "datapackage.json"
SILENT = "silent"


@dataclass(frozen=True)
class Package:
    """A data package in memory.

    Every table is a data frame of strings (integers and booleans where the schema says so).
    An empty cell is an empty string, never NaN: absence is typed by the status of a coding.
    """

    folder: Path
    descriptor: dict
    tables: dict[str, pd.DataFrame]
    _entries: dict[str, dict[str, dict]] = field(default_factory=dict, init=False, repr=False)

    def entry(self, table: str, key: str) -> dict:
        """The row of a table whose first column is `key`, by column; KeyError where there is none."""
        if table not in self._entries:
            frame = self.tables[table]
            self._entries[table] = dict(zip(frame.iloc[:, 0], frame.to_dict("records")))
        return self._entries[table][key]

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(f"the data package has no table {name!r}") from None

    def descriptor_enum(self, table: str, field: str) -> tuple[str, ...]:
        """The vocabulary that the descriptor declares for a field."""
        fields = table_resources(self.descriptor)[table]["schema"]["fields"]
        declared = next(entry for entry in fields if entry["name"] == field)
        return tuple(declared.get("constraints", {}).get("enum", ()))


def descriptor(folder: Path) -> dict:
    """The parsed datapackage.json of `folder`; DataError where it is missing or not JSON."""
    path = folder / DESCRIPTOR
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: not found. Point DATA at a folder with a {DESCRIPTOR}.") from None
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: line {error.lineno} is not JSON ({error.msg}).") from None


def table_resources(described: dict) -> dict[str, dict]:
    """The resources of a descriptor that are tables, by name."""
    return {r["name"]: r for r in described["resources"] if "schema" in r}


def read_table(folder: Path, resource: dict) -> pd.DataFrame:
    """One table as strings, with integer and boolean fields converted."""
    frame = pd.read_csv(folder / resource["path"], dtype=str, keep_default_na=False)
    for column in resource["schema"]["fields"]:
        if column["type"] == "integer":
            frame[column["name"]] = frame[column["name"]].astype(int)
        elif column["type"] == "boolean":
            frame[column["name"]] = frame[column["name"]] == "true"
    return frame


def read(data=None) -> Package:
    """Read the data package in `data` (see `paths.data_folder`); it must be valid."""
    folder = paths.data_folder(data)
    described = descriptor(folder)
    tables = {name: read_table(folder, resource) for name, resource in table_resources(described).items()}
    return Package(folder, described, tables)


def codes_of(codebook: pd.DataFrame, study: str) -> pd.DataFrame:
    """The codes that apply to the cases of `study`."""
    return codebook[codebook["studies"].str.split(";").map(lambda names: study in names)]
