"""The plan: which runs there are, what each may read, and the key of its result."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from compendium import paths
from compendium.codings import descriptor
from compendium.codings.package import Package
from compendium.codings.runs import Run, declared
from compendium.errors import DataError
from compendium.files import inside, read_record, write_files, write_text
from compendium.pages.results import dump, to_csv

# Small tables that say how others are meant; every run may read them.
SHARED = ("studies", "corpus", "scopes", "looked", "levels", "kinds", "themes")
LARGEST = 200  # runs in a chunk: a job of some minutes


def slice_tables(package: Package, run: Run) -> dict[str, pd.DataFrame]:
    """The rows that a run may read: its cases, their codings and evidence, the tables it names."""
    cases = package.cases[package.cases["case"].isin(run.cases)]
    codings = package.codings[package.codings["case"].isin(run.cases)]
    asked = set(cases["study"])
    kept = {
        "cases": cases,
        "codings": codings,
        "memos": package.memos[package.memos["case"].isin(run.cases)],
        "codebook": package.codebook[
            package.codebook["studies"].map(lambda names: bool(set(names.split(";")) & asked))
        ],
        "context": package.context[
            package.context["case"].isin({*run.cases} | ({""} if "context" in run.tables else set()))
        ],
        "sources": package.sources,
        **{name: package.tables[name] for name in SHARED},
    }
    for name, frame in package.tables.items():
        if name not in kept:
            kept[name] = frame if name in run.tables else frame.iloc[:0]
    if "passages" not in run.tables:
        used = {*codings["passage"], *kept["frameworks"]["passage"]}
        kept["passages"] = package.passages[package.passages["passage"].isin(used)]
    return kept


def slice_files(package: Package, run: Run) -> dict[str, str]:
    """The slice of a run as the files of a data package of its own."""
    resources = descriptor.tables(package.descriptor)
    tables = slice_tables(package, run)
    files = {resources[name]["path"]: to_csv(_as_written(tables[name])) for name in resources}
    others = [
        r for r in package.descriptor["resources"] if r["name"] not in resources and r["name"] in run.tables
    ]
    for resource in others:
        files[resource["path"]] = package.file(resource["name"]).read_text("utf-8")
    files[descriptor.FILE] = dump({**package.descriptor, "resources": [*resources.values(), *others]})
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
    """Digest of what all runs share: the library's code and templates, and the locked versions.

    What publishes the pages has no part in what they say.
    """
    digest, source = hashlib.sha256(), paths.ROOT / "src"
    library = [path for end in (".py", ".html") for path in source.rglob(f"*{end}")]
    for path in [*sorted(filter(_is_shared, library)), paths.ROOT / "requirements.lock"]:
        place = path.relative_to(paths.ROOT).as_posix()
        digest.update(place.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_shared(path: Path) -> bool:
    """Whether a file of the library has a part in what runs say."""
    room = path.relative_to(paths.ROOT / "src").parts[:2]
    return room[0] != "warm_kernels" and room not in (("compendium", "publishing"), ("compendium", "cli"))


def make_plan(package: Package) -> list[Run]:
    """All runs with their keys; writes their slices, leaving unchanged files untouched."""
    shared = environment_key()
    planned = []
    for run in declared(package):
        files = slice_files(package, run)
        write_files(inside(paths.SLICES, run.name), files)
        sources = notebook_sources(paths.ANALYSIS / f"{run.notebook}.ipynb")
        content = json.dumps([shared, sources, run.title, run.parameters, files], sort_keys=True)
        key = hashlib.sha256(content.encode()).hexdigest()[:20]
        weight = sum(map(len, files.values()))
        planned.append(replace(run, key=key, weight=weight))
    return planned


def chunks(pending: list[Run], jobs: int) -> list[list[str]]:
    """Shares of about equal weight, heavy runs first: one for each job, more where shares would be too large."""
    number = min(len(pending), max(jobs, -(-len(pending) // LARGEST)))
    names = [run.name for run in sorted(pending, key=lambda run: -run.weight)]
    return [names[first::number] for first in range(number)]


def save(planned: list[Run], jobs: int) -> int:
    """Write the plan for the workflow to read; how many runs are pending."""
    pending = [run for run in planned if not run.done()]
    for run in pending:
        run.product.unlink(missing_ok=True)  # Snakemake makes what is not there
    content = {"runs": [asdict(run) for run in planned], "chunks": chunks(pending, jobs)}
    write_text(paths.PLAN, dump(content))
    return len(pending)


def load() -> tuple[list[Run], list[list[str]]]:
    """The runs and chunks that `save` wrote."""
    content = read_record(paths.PLAN)
    try:
        return [Run(**entry) for entry in content["runs"]], content["chunks"]
    except (KeyError, TypeError):
        raise DataError("there is no plan, or it is damaged; 'compendium plan' makes it anew.") from None
