"""The plan: which studies there are, what each may read, and the key of its result."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from os.path import relpath
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.files import inside, read_record, write_files, write_text
from compendium.package import DESCRIPTOR, DataError, Package, table_resources
from compendium.results import dump, to_csv

LARGEST = 200  # studies in a chunk: a job of some minutes


@dataclass(frozen=True)
class Study:
    """A notebook with one set of parameters."""

    study: str
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
        return inside(paths.STORE / self.key, f"{self.study}.ipynb")

    def done(self) -> bool:
        """Whether the store holds the executed notebook: one that is cut off, or none at all, is run again."""
        cells = read_record(self.product).get("cells")
        return (
            isinstance(cells, list)
            and bool(cells)
            and all(isinstance(c, dict) and "source" in c for c in cells)
        )


def declared(package: Package) -> list[Study]:
    """The studies that studies.csv declares, one for each case or source where it says so."""
    found = []
    for row in package.studies.itertuples():
        chosen = package.cases if row.cases == "all" else package.cases[package.cases["study"] == row.cases]
        cases, tables = tuple(chosen["case"]), tuple(filter(None, row.tables.split(";")))
        given = {"specification": row.specification} if row.specification else {}
        if row.each == "case":
            found += [
                _study(
                    f"{row.study}-{case.case}",
                    row.notebook,
                    case.name,
                    (case.case,),
                    tables,
                    {"case": case.case},
                )
                for case in chosen.itertuples()
            ]
        elif row.each == "source":
            found += [
                _study(
                    f"{row.study}-{source.source}",
                    row.notebook,
                    f"{row.title}: {source.title}",
                    tuple(case for case in cases if case in spoken_of(package, source.source)),
                    tables,
                    {"source": source.source, **given},
                )
                for source in package.sources.itertuples()
            ]
        else:
            found.append(_study(row.study, row.notebook, row.title, cases, tables, given))
    return found


def spoken_of(package: Package, source: str) -> set[str]:
    """The cases that a source's claims, and what stands against them, speak of."""
    own = package.claims[package.claims["source"] == source]
    against = package.tensions[package.tensions[["first", "second"]].isin(set(own["claim"])).any(axis=1)]
    asked = package.cases.loc[package.cases["study"].isin(own["study"]), "case"]
    return {*asked, *";".join(against["cases"]).split(";")}


def _study(name: str, notebook: str, title: str, cases, tables, parameters: dict) -> Study:
    data = relpath(paths.SLICES / name, paths.STORE / "key")  # as seen from the notebook in the store
    return Study(name, notebook, title, cases, tables, {"data": data, **parameters})


def slice_tables(package: Package, study: Study) -> dict[str, pd.DataFrame]:
    """The rows that a study may read: its cases, their codings and evidence, the tables it names."""
    cases = package.cases[package.cases["case"].isin(study.cases)]
    codings = package.codings[package.codings["case"].isin(study.cases)]
    asked = set(cases["study"])
    kept = {
        "cases": cases,
        "codings": codings,
        "codebook": package.codebook[
            package.codebook["studies"].map(lambda names: bool(set(names.split(";")) & asked))
        ],
        "context": package.context[
            package.context["case"].isin({*study.cases} | ({""} if "context" in study.tables else set()))
        ],
        "sources": package.sources,
    }
    for name, frame in package.tables.items():
        if name not in kept:
            kept[name] = frame if name in study.tables else frame.iloc[:0]
    if "passages" not in study.tables:
        used = {*codings["passage"], *kept["frameworks"]["passage"]}
        kept["passages"] = package.passages[package.passages["passage"].isin(used)]
    return kept


def slice_files(package: Package, study: Study) -> dict[str, str]:
    """The slice of a study as the files of a data package of its own."""
    resources = table_resources(package.descriptor)
    tables = slice_tables(package, study)
    files = {resources[name]["path"]: to_csv(_as_written(tables[name])) for name in resources}
    others = [
        r for r in package.descriptor["resources"] if r["name"] not in resources and r["name"] in study.tables
    ]
    for resource in others:
        files[resource["path"]] = (package.folder / resource["path"]).read_text("utf-8")
    files[DESCRIPTOR] = dump({**package.descriptor, "resources": [*resources.values(), *others]})
    return files


def _as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as its file has it: booleans as true and false."""
    booleans = frame.select_dtypes("bool").columns
    return frame.assign(**{column: frame[column].map({True: "true", False: "false"}) for column in booleans})


def notebook_sources(path: Path) -> list:
    """What a notebook does, without what it once put out: kind, tags and source of each cell."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [[cell["cell_type"], cell["metadata"].get("tags", []), "".join(cell["source"])] for cell in cells]


def environment_key() -> str:
    """Digest of what all studies share: the library's code and the locked versions.

    What publishes the pages has no part in what they say.
    """
    digest = hashlib.sha256()
    library = paths.ROOT / "src" / "compendium"
    for path in [
        *sorted(p for p in library.rglob("*.*") if p.suffix != ".pyc" and p.parent.name != "publishing"),
        paths.ROOT / "requirements.lock",
    ]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def make_plan(package: Package) -> list[Study]:
    """All studies with their keys; writes their slices, leaving unchanged files untouched."""
    shared = environment_key()
    planned = []
    for study in declared(package):
        files = slice_files(package, study)
        write_files(inside(paths.SLICES, study.study), files)
        sources = notebook_sources(paths.ANALYSIS / f"{study.notebook}.ipynb")
        content = json.dumps([shared, sources, study.title, study.parameters, files], sort_keys=True)
        key = hashlib.sha256(content.encode()).hexdigest()[:20]
        weight = sum(map(len, files.values()))
        planned.append(replace(study, key=key, weight=weight))
    return planned


def chunks(pending: list[Study], jobs: int) -> list[list[str]]:
    """Shares of about equal weight, heavy studies first: one for each job, more where shares would be too large."""
    number = min(len(pending), max(jobs, -(-len(pending) // LARGEST)))
    names = [study.study for study in sorted(pending, key=lambda study: -study.weight)]
    return [names[first::number] for first in range(number)]


def save(planned: list[Study], jobs: int) -> int:
    """Write the plan for the workflow to read; how many studies are to run."""
    pending = [study for study in planned if not study.done()]
    for study in pending:
        study.product.unlink(missing_ok=True)  # Snakemake makes what is not there
    content = {"studies": [asdict(study) for study in planned], "chunks": chunks(pending, jobs)}
    write_text(paths.PLAN, dump(content))
    return len(pending)


def load() -> tuple[list[Study], list[list[str]]]:
    """The studies and chunks that `save` wrote."""
    content = read_record(paths.PLAN)
    try:
        return [Study(**entry) for entry in content["studies"]], content["chunks"]
    except (KeyError, TypeError):
        raise DataError("there is no plan, or it is damaged; 'compendium plan' makes it anew.") from None
