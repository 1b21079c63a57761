"""Read a data package: the tables that datapackage.json describes, as data frames."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.codings import descriptor
from compendium.codings.descriptor import regular_file, tables
from compendium.codings.tables import TABLES, type_of
from compendium.errors import DataError


@dataclass(frozen=True)
class Package:
    """A data package in memory.

    Every table is a data frame of strings (integers and booleans where the schema says so).
    An empty cell is an empty string, never NaN. A table that the engine knows and the package does not have
    is there without rows; `has` tells.
    """

    folder: Path
    descriptor: dict
    tables: dict[str, pd.DataFrame]
    _memory: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def remembered(self, key: Hashable, make: Callable):
        """What `make` gives, worked out once for this package: it never changes."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def has(self, name: str) -> bool:
        """Whether the package itself brings a resource, a table or another."""
        return any(resource["name"] == name for resource in self.descriptor["resources"])

    def entry(self, table: str, key: str) -> dict:
        """The row of a table whose first column is `key`, by column; KeyError where there is none."""
        frame = self.tables[table]
        rows = self.remembered(
            ("entry", table), lambda: dict(zip(frame.iloc[:, 0], frame.to_dict("records")))
        )
        return rows[key]

    def values(self, table: str, column: str) -> frozenset:
        """The different cells of a column."""
        return self.remembered(("values", table, column), lambda: frozenset(self.tables[table][column]))

    def file(self, name: str) -> Path:
        """The file of a resource, a table or not; DataError where there is none that can be read."""
        resource = next((r for r in self.descriptor["resources"] if r["name"] == name), None)
        if resource is None:
            raise DataError(f"{descriptor.FILE}: no resource {name!r}; add it.")
        return regular_file(self.folder, resource["path"])

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(f"the data package has no table {name!r}") from None

    def replaced(self, **tables: pd.DataFrame) -> "Package":
        """The package with other tables in the place of its own."""
        return Package(self.folder, self.descriptor, self.tables | tables)

    def ranked(self, table: str) -> list[str]:
        """The ids of a vocabulary (a table with a rank) in the order of their ranks, then of their ids."""
        frame = self.tables[table]
        key = frame.columns[0]
        return list(frame.sort_values(["rank", key])[key])


def read_table(folder: Path, resource: dict) -> pd.DataFrame:
    """One table as strings, with integer and boolean columns converted."""
    path = regular_file(folder, resource["path"])
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for declared in resource["schema"]["fields"]:
        column = declared["name"]
        kind = type_of(resource["name"], column) or declared["type"]
        if kind == "integer":
            frame[column] = frame[column].astype(int)
        elif kind == "boolean":
            frame[column] = frame[column] == "true"
    return frame


def read(data=None) -> Package:
    """Read the data package in `data` (see `paths.data_folder`); it must be valid."""
    folder = paths.data_folder(data)
    described = descriptor.read(folder)
    own = {name: read_table(folder, r) for name, r in tables(described).items()}
    return Package(folder, described, {name: empty_table(name) for name in TABLES if name not in own} | own)


def empty_table(table: str) -> pd.DataFrame:
    """A table that the engine knows, without rows."""
    return pd.DataFrame({column: pd.Series(dtype=str) for column in TABLES[table]})


def codes_of(codebook: pd.DataFrame, study: str) -> pd.DataFrame:
    """The codes that apply to the cases of `study`."""
    return codebook[codebook["studies"].str.split(";").map(lambda names: study in names)]


def rows_of(frame: pd.DataFrame) -> Iterator[tuple[int, dict]]:
    """The rows of a table by column, each with its line in the file."""
    for index, row in zip(frame.index, frame.to_dict("records")):
        yield index + 2, row


def cases_of(package: Package, source: str) -> set[str]:
    """The cases that a document speaks of: some coding of theirs rests on one of its passages."""
    return package.remembered(("spoken of", source), lambda: _cases_of(package, source))


def _cases_of(package: Package, source: str) -> set[str]:
    own = package.passages.loc[package.passages["source"] == source, "passage"]
    return set(package.codings.loc[package.codings["passage"].isin(own), "case"])
