"""The runs that a package asks for: notebooks, each with one set of parameters, one page a run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.codings.package import Package, cases_of, rows_of
from compendium.codings.tables import TABLES
from compendium.files import inside, read_record

ALL, NONE = "all", "none"  # the cases of a run that are no study's
# What a package that asks for nothing gets: every notebook that suits any package. Columns as in runs.csv.
DEFAULT = (
    ("comparison", "comparison", "", ALL, "study", "passages", "", ""),
    ("case", "profile", "", ALL, "case", "", "", ""),
    ("claims", "claims", "All verdicts", ALL, "", "claims", "passages;tensions;citations;frameworks", ""),
    (
        "claims-of",
        "claims-of-source",
        "Claims",
        ALL,
        "source",
        "claims",
        "passages;tensions;frameworks",
        "",
    ),
    ("explorer", "explorer", "Explore", ALL, "", "", "claims;frameworks", ""),
    ("coding-agreement", "coding-agreement", "How far two codings agree", ALL, "", "recodings", "", ""),
    (
        "evidence-register",
        "evidence-register",
        "Evidence register",
        ALL,
        "",
        "passages",
        "frameworks;claims;citations",
        "",
    ),
    (
        "data-dictionary",
        "data-dictionary",
        "Data dictionary",
        ALL,
        "",
        "sources;passages",
        ";".join(TABLES),
        "",
    ),
)


@dataclass(frozen=True)
class Run:
    """A notebook with one set of parameters."""

    name: str
    notebook: str
    title: str
    cases: tuple[str, ...]
    tables: tuple[str, ...]
    parameters: dict[str, str]
    key: str = ""
    weight: int = 0  # characters of its slice, a hint to how long it takes

    @property
    def product(self) -> Path:
        """The executed notebook in the store."""
        return inside(paths.STORE / self.key, f"{self.name}.ipynb")

    def done(self) -> bool:
        """Whether the store holds the executed notebook: one that is cut off, or none at all, is run again."""
        cells = read_record(self.product).get("cells")
        return (
            isinstance(cells, list)
            and bool(cells)
            and all(isinstance(c, dict) and "source" in c for c in cells)
        )


def declared(package: Package) -> list[Run]:
    """The runs that a package asks for and has the tables of, one for each case, source or study where it says so."""
    return [run for _, run in by_row(package)]


def left_out(package: Package) -> dict[str, list[str]]:
    """The runs that are asked for and not planned, each with the tables that the package does not have."""
    needed = {row["run"]: _named(row["tables"]) for row in asked_for(package).to_dict("records")}
    return {
        run: lacking
        for run, tables in needed.items()
        if (lacking := [table for table in tables if not package.has(table)])
    }


def asked_for(package: Package) -> pd.DataFrame:
    """The rows of runs.csv; where a package has no such table, the runs that suit any."""
    return package.runs if package.has("runs") else pd.DataFrame(DEFAULT, columns=list(TABLES["runs"]))


def _named(cell: str) -> list[str]:
    return list(filter(None, cell.split(";")))


def by_row(package: Package) -> Iterator[tuple[int, Run]]:
    """The runs of a package, each with the line of runs.csv that asks for it."""
    lacking = left_out(package)
    for line, row in rows_of(asked_for(package)):
        if row["run"] not in lacking:
            for run in _of_row(package, row):
                yield line, run


def _of_row(package: Package, row: dict) -> Iterator[Run]:
    chosen = package.cases if row["cases"] == ALL else package.cases[package.cases["study"] == row["cases"]]
    also = [table for table in _named(row["optional"]) if package.has(table)]
    tables = tuple(dict.fromkeys([*_named(row["tables"]), *also]))
    given = {"specification": row["specification"]} if row["specification"] else {}
    for one, title, cases, parameters in EACH[row["each"]](package, row["title"], chosen, tables):
        name = "-".join(filter(None, (row["run"], one)))
        yield _run_of(name, row["notebook"], title, tuple(cases), tables, parameters | given)


# What a row asks for is one run or several; each is told by its id, title, cases and parameters.
Asked = Iterator[tuple[str, str, Iterable[str], dict[str, str]]]


def _once(package: Package, title: str, chosen: pd.DataFrame, tables: tuple[str, ...]) -> Asked:
    yield "", title, chosen["case"], {}


def _each_case(package: Package, title: str, chosen: pd.DataFrame, tables: tuple[str, ...]) -> Asked:
    for case in chosen.itertuples():
        yield case.case, case.name, [case.case], {"case": case.case}


def _each_source(package: Package, title: str, chosen: pd.DataFrame, tables: tuple[str, ...]) -> Asked:
    """A run for each document; where it is about claims, for each that makes any."""
    for source in package.sources.itertuples():
        if "claims" not in tables or source.source in package.values("claims", "source"):
            about = spoken_of(package, source.source)
            cases = [case for case in chosen["case"] if case in about]
            yield source.source, f"{title}: {source.title}", cases, {"source": source.source}


def _each_study(package: Package, title: str, chosen: pd.DataFrame, tables: tuple[str, ...]) -> Asked:
    """A run for each study that has cases."""
    for study in package.studies.sort_values(["rank", "study"]).itertuples():
        cases = chosen.loc[chosen["study"] == study.study, "case"]
        if len(cases):
            heading = f"{title or f'The {study.cases} compared'}: {study.title}"
            yield study.study, heading, cases, {"study": study.study}


EACH = {"": _once, "case": _each_case, "source": _each_source, "study": _each_study}


def spoken_of(package: Package, source: str) -> set[str]:
    """The cases that a source, and what stands against its claims, speak of."""
    own = package.claims[package.claims["source"] == source]
    against = package.tensions[package.tensions[["first", "second"]].isin(set(own["claim"])).any(axis=1)]
    return {*cases_of(package, source), *";".join(against["cases"]).split(";")}


def _run_of(name: str, notebook: str, title: str, cases, tables, parameters: dict) -> Run:
    data = relpath(paths.SLICES / name, paths.STORE / "key")  # as seen from the notebook in the store
    return Run(name, notebook, title, cases, tables, {"data": data, **parameters})
