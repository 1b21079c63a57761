"""When pages last changed, by version control."""

import subprocess
from pathlib import Path

from compendium import paths
from compendium.codings.runs import Run


def last_changes(root: Path = paths.ROOT) -> dict[str, str]:
    """The date (ISO) of the last commit of each file, by its path below `root`; empty outside git."""
    plain = ["core.quotepath=off", "log.showRoot=true", "log.showSignature=false", "log.diffMerges=off"]
    settings = [word for setting in plain for word in ("-c", setting)]  # before those of the user
    command = ["git", *settings, "log", "--format=%x00%cs", "--name-only", "--relative"]
    try:
        log = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    for commit in filter(None, log.split("\0")):
        date, *files = commit.split("\n")
        for name in filter(None, files):
            found.setdefault(name, date)
    return found


def page_dates(
    planned: list[Run], changes: dict[str, str], data: str = "data", own: bool = True
) -> dict[str, str]:
    """The date of each page by its name: of its source, and for a run of the tables that it reads.

    `data` is the folder of the tables as seen from the root of the repository; `own` says that the prose is
    the project's, and not made of those tables.
    """
    always = ("cases", "codings", "looked", "codebook")
    sources = {path.stem: [f"book/{path.name}"] for path in paths.BOOK.glob("*.md") if own}
    for run in planned:
        tables = {*always, *run.tables}
        files = [f"analysis/{run.notebook}.ipynb", *(f"{data}/{table}.csv" for table in sorted(tables))]
        sources[f"studies/{run.name}"] = files
    dates = {page: [changes[name] for name in files if name in changes] for page, files in sources.items()}
    return {page: max(found) for page, found in sorted(dates.items()) if found}
