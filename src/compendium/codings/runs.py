"""The runs that a package asks for: notebooks, each with one set of parameters, one page a run."""

from collections.abc import Iterator
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from compendium import paths
from compendium.codings.package import Package, cases_of, rows_of
from compendium.files import inside, read_record


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
    """The runs that runs.csv declares, one for each case or source where it says so."""
    return [run for _, run in by_row(package)]


def by_row(package: Package) -> Iterator[tuple[int, Run]]:
    """The declared runs, each with the line of runs.csv that asks for it."""
    for line, row in rows_of(package.runs):
        for run in _of_row(package, row):
            yield line, run


def _of_row(package: Package, row: dict) -> Iterator[Run]:
    chosen = package.cases if row["cases"] == "all" else package.cases[package.cases["study"] == row["cases"]]
    cases, tables = tuple(chosen["case"]), tuple(filter(None, row["tables"].split(";")))
    given = {"specification": row["specification"]} if row["specification"] else {}
    name, notebook, title = row["run"], row["notebook"], row["title"]
    if row["each"] == "case":
        for case in chosen.itertuples():
            parameters = {"case": case.case}
            yield _run_of(f"{name}-{case.case}", notebook, case.name, (case.case,), tables, parameters)
    elif row["each"] == "source":
        for source in package.sources.itertuples():
            about = spoken_of(package, source.source)
            spoken = tuple(case for case in cases if case in about)
            parameters = {"source": source.source, **given}
            heading = f"{title}: {source.title}"
            yield _run_of(f"{name}-{source.source}", notebook, heading, spoken, tables, parameters)
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
