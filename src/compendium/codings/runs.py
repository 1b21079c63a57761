"""The runs that a package asks for: notebooks, each with one set of parameters, one page a run."""

from collections.abc import Iterator
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
    cases = tuple(chosen["case"])
    also = [table for table in _named(row["optional"]) if package.has(table)]
    tables = tuple(dict.fromkeys([*_named(row["tables"]), *also]))
    given = {"specification": row["specification"]} if row["specification"] else {}
    name, notebook, title = row["run"], row["notebook"], row["title"]
    if row["each"] == "case":
        for case in chosen.itertuples():
            parameters = {"case": case.case}
            yield _run_of(f"{name}-{case.case}", notebook, case.name, (case.case,), tables, parameters)
    elif row["each"] == "source":
        claimed = package.sources["source"].isin(package.values("claims", "source"))
        for source in package.sources[claimed].itertuples():
            about = spoken_of(package, source.source)
            spoken = tuple(case for case in cases if case in about)
            parameters = {"source": source.source, **given}
            heading = f"{title}: {source.title}"
            yield _run_of(f"{name}-{source.source}", notebook, heading, spoken, tables, parameters)
    elif row["each"] == "study":
        for study in package.studies.sort_values(["rank", "study"]).itertuples():
            own = tuple(chosen.loc[chosen["study"] == study.study, "case"])
            heading = f"{title or f'The {study.cases} compared'}: {study.title}"
            if own:
                parameters = {"study": study.study, **given}
                yield _run_of(f"{name}-{study.study}", notebook, heading, own, tables, parameters)
    else:
        yield _run_of(name, notebook, title, cases, tables, given)


def spoken_of(package: Package, source: str) -> set[str]:
    """The cases that a source, and what stands against its claims, speak of."""
    own = package.claims[package.claims["source"] == source]
    against = package.tensions[package.tensions[["first", "second"]].isin(set(own["claim"])).any(axis=1)]
    return {*cases_of(package, source), *";".join(against["cases"]).split(";")}


def _run_of(name: str, notebook: str, title: str, cases, tables, parameters: dict) -> Run:
    data = relpath(paths.SLICES / name, paths.STORE / "key")  # as seen from the notebook in the store
    return Run(name, notebook, title, cases, tables, {"data": data, **parameters})
