"""Benchmarks: `make bench` prints a table and writes _build/bench.json.

Each entry has value (the median), min, max and runs. Ratios are taken side by side in one run; the
stock way is the one of a user without this project: the `papermill` command once for each notebook,
with the ordinary kernel. `--record` also writes data/benchmarks.csv, which the book shows.
"""

import argparse
import csv
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import psutil
from conftest import Table
from jupyter_client.manager import start_new_kernel
from project_copy import Project

from compendium import paths
from compendium.claims import evaluation
from compendium.codings import package
from compendium.codings.package import Package
from compendium.methods import qca
from compendium.readings.specifications import Grid
from compendium.workflow import execution

# What a figure must reach.
MARKS = {
    "notebook_speedup": (">=", 8),
    "book_speedup": (">=", 4),
    "noop_share": ("<=", 0.05),
    "one_change_share": ("<=", 0.25),
    "nbval_speedup": (">=", 4),
    "scaling_ratio": ("<=", 1.2),
    "kernel_memory_share": ("<=", 1 / 3),
    "claims_speedup": (">=", 100),
    "claims_growth": ("<=", 1.2),
}
LABELS = {
    "notebook_speedup": "one notebook: how many times faster than by the papermill command",
    "book_speedup": "whole book from clean: how many times faster than papermill in series",
    "noop_share": "a build with nothing to do, as a share of a clean one",
    "one_change_share": "a build after one changed coding, as a share of a clean one",
    "nbval_speedup": "nbval over all notebooks: how many times faster than with ordinary kernels",
    "scaling_ratio": "cost of a run among a thousand, against one among twenty",
    "kernel_memory_share": "private memory of a further kernel, as a share of an ordinary one's",
    "claims_speedup": "one specification in the single pass: how many times faster than a notebook",
    "claims_growth": "cost of a case among 10,000, against one among 1,000",
    "minimiser_40_10_seconds": "all minimal models of 40 simulated cases and 10 conditions, in seconds",
    "minimiser_11_15_seconds": "all minimal models of 11 simulated cases and 15 conditions, in seconds",
    "parent_memory_mb": "memory of the parent at most, in megabytes",
    "study_seconds": "one run, in seconds",
    "plan_seconds": "planning a run among a thousand, in seconds",
    "dag_seconds": "setting up the workflow for 10,000 runs, in seconds",
    "study_kilobytes": "slice and product of a run, in kilobytes",
}
RECORD = paths.ROOT / "data" / "benchmarks.csv"


def timed(function: Callable) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def summary(values: list[float]) -> dict:
    """Median, extremes and number of runs."""
    return {"value": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values)}


@contextmanager
def copy():
    """A temporary copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        yield project
        shutil.rmtree(project.runtime, ignore_errors=True)


def stock(notebook: Path, folder: Path, parameters: dict | None = None) -> None:
    """Run a notebook by the papermill command with the ordinary kernel."""
    given = [word for name, value in (parameters or {}).items() for word in ("-p", name, str(value))]
    command = ["papermill", str(notebook), os.devnull, "--kernel", "python3", "--cwd", str(folder), *given]
    subprocess.run([*command, "--no-progress-bar"], check=True, capture_output=True)


def notebook_speedup(runs: int) -> list[float]:
    """Stock against warm, for each notebook of analysis/; the parent is there, as in any run but the first."""
    ratios = []
    for path in sorted(paths.ANALYSIS.glob("*.ipynb")):
        execution.execute(path, {}, paths.ANALYSIS)
        for _ in range(runs):
            slow = timed(lambda path=path: stock(path, paths.ANALYSIS))
            ratios.append(slow / timed(lambda path=path: execution.execute(path, {}, paths.ANALYSIS)))
            print(f"  {path.stem}: {ratios[-1]:.1f} times faster than {slow:.1f} s", flush=True)
    return ratios


def builds(runs: int) -> dict[str, list[float]]:
    """Of a clean build: its speed against stock Papermill in series, and the share of smaller builds."""
    found: dict[str, list[float]] = {"book_speedup": [], "noop_share": [], "one_change_share": []}
    for _ in range(runs):
        with copy() as project:
            clean = timed(lambda project=project: project.make("book"))
            found["noop_share"].append(timed(lambda project=project: project.make("book")) / clean)
            change_one_coding(project)
            found["one_change_share"].append(timed(lambda project=project: project.make("book")) / clean)
            found["book_speedup"].append(stock_book(project) / clean)
            print(
                f"  clean build {clean:.1f} s", {key: round(v[-1], 3) for key, v in found.items()}, flush=True
            )
    return found


def stock_book(project: Project) -> float:
    """Seconds for the notebooks of the book by stock Papermill, one after the other, and for Sphinx."""
    begun = time.perf_counter()
    for run in project.plan():
        folder = project.root / "_build" / "store" / run["key"]
        stock(project.root / "analysis" / f"{run['notebook']}.ipynb", folder, run["parameters"])
    shutil.rmtree(project.root / "_build" / "html")
    (project.root / "_build" / "frame.json").unlink()
    environment = project.environment | {"PYTHONPATH": str(project.root / "src")}
    command = [sys.executable, "-m", "compendium", "site"]
    subprocess.run(command, cwd=project.root, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


def change_one_coding(project: Project) -> None:
    table = Table(project.root / "data" / "codings.csv")
    table.rows[table.find(case="bristol", code="private-sector")]["value"] = "partner"
    table.save()


def nbval_speedup(runs: int) -> list[float]:
    """nbval over all notebooks with the ordinary kernel against the project's, in one process each."""

    def validate(kernel: str) -> None:
        command = [
            "pytest",
            "--nbval",
            "--nbval-kernel-name",
            kernel,
            "-q",
            "-p",
            "no:cacheprovider",
            "analysis",
        ]
        subprocess.run(command, cwd=paths.ROOT, check=True, capture_output=True)

    validate(execution.KERNEL)
    return [
        timed(lambda: validate("python3")) / timed(lambda: validate(execution.KERNEL)) for _ in range(runs)
    ]


def scaling() -> dict[str, list[float]]:
    """Cost of a run among 1,000 and among 20: planning and running profiles of the cases, again and again."""
    costs = []
    for repetitions in (1, 46):
        with copy() as project:
            cost = sweep(project, repetitions)
        costs.append(cost)
        print(f"  {cost}", flush=True)
    ratio = sum(costs[1][part] for part in SPENT) / sum(costs[0][part] for part in SPENT)
    return {"scaling_ratio": [ratio], **{name: [value] for name, value in costs[1].items()}}


SPENT = ("plan_seconds", "study_seconds")


def sweep(project: Project, repetitions: int) -> dict[str, float]:
    """What a run costs when every case's profile is planned and run so many times."""
    lines = [f"sweep-{number:02},profile,,all,case,," for number in range(repetitions)]
    head = "run,notebook,title,cases,each,tables,specification"
    (project.root / "data" / "runs.csv").write_text("\n".join([head, *lines, ""]), "utf-8")
    environment = project.environment | {
        "PYTHONPATH": str(project.root / "src"),
        "COMPENDIUM_DATA": str(project.root / "data"),
        "WARM_KERNELS_OWNER": str(os.getpid()),
    }

    def command(*words: str) -> float:
        made = [sys.executable, "-m", "compendium", *words]
        call = partial(
            subprocess.run, made, cwd=project.root, env=environment, check=True, capture_output=True
        )
        return timed(call)

    command("plan")
    first, *others = (run["name"] for run in project.plan())
    command("run", first)  # the parent is there now
    starting = command("run", first)
    found = dict(zip(SPENT, ((command(word) - starting) / len(others) for word in ("plan", "run"))))
    files = [path for part in ("slices", "store") for path in (project.root / "_build" / part).rglob("*.*")]
    return found | {"study_kilobytes": sum(path.stat().st_size for path in files) / len(others) / 1000}


def dag_seconds(runs: int, number: int = 10_000) -> list[float]:
    """Seconds that Snakemake needs until it knows what to do for so many runs."""
    planned = [{"name": f"run-{n}", "key": f"{n:020x}"} for n in range(number)]
    shares = [[run["name"] for run in planned[first::50]] for first in range(50)]
    with copy() as project:
        (project.root / "_build").mkdir()
        content = json.dumps({"runs": planned, "chunks": shares})
        (project.root / "_build" / "plan.json").write_text(content, "utf-8")
        command = ["snakemake", "--dry-run", "--cores", "2", "--nolock", "--quiet", "all", "--", "runs"]
        call = partial(subprocess.run, command, cwd=project.root, check=True, capture_output=True)
        return [timed(call) for _ in range(runs)]


def private_memory(kernel: str, code: str) -> tuple[int, int]:
    """Bytes that belong to a kernel alone once `code` ran, and the most its parent process ever had."""
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        printed = []
        client.execute_interactive(
            f"{code}\nimport os; print(os.getpid(), os.getppid())",
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
        own, parent = map(int, "".join(printed).split())
        memory = psutil.Process(own).memory_full_info()
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{parent}/status").read_text())
        return memory.uss, int(peak[1]) * 1024
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def kernel_memory(runs: int) -> tuple[list[float], list[float]]:
    """Private memory of a further kernel against a cold one's; megabytes of the parent at most."""
    imports = "\n".join(f"import {module}" for module in execution.PRELOAD)
    shares, parents = [], []
    for _ in range(runs):
        warm, parent = private_memory(execution.KERNEL, imports)
        cold, _ = private_memory("python3", imports)
        shares.append(warm / cold)
        parents.append(parent / 1e6)
    return shares, parents


def enlarged(data: Package, times: int) -> Package:
    """The package with each case and its codings repeated: simulated size, the same statements."""
    copies = [
        (
            data.cases.assign(case=data.cases["case"] + f"-{n}"),
            data.codings.assign(case=data.codings["case"] + f"-{n}"),
        )
        for n in range(times)
    ]
    tables = data.tables | {
        "cases": pd.concat([c for c, _ in copies]),
        "codings": pd.concat([c for _, c in copies]),
    }
    return Package(data.folder, data.descriptor, tables)


def claims_speedup(data: Package, runs: int) -> list[float]:
    """How many times faster one specification is in the single pass than by running the notebook for it."""
    ratios = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            notebook = timed(
                lambda folder=folder: execution.execute(paths.ANALYSIS / "evaluation.ipynb", {}, Path(folder))
            )
        once = statistics.median(timed(lambda: evaluation.evaluate(data)) for _ in range(5)) / len(
            Grid(data).specifications
        )
        ratios.append(notebook / once)
    return ratios


def minimiser_seconds(cases: int, conditions: int, runs: int) -> list[float]:
    """Seconds to find all tied minimal models of simulated data, a new set of data each run."""
    seconds = []
    for seed in range(runs):
        data = qca.random_problem(cases, conditions, seed)
        table = qca.truth_table(data, data.columns[-1], list(data.columns[:-1]))
        seconds.append(timed(lambda table=table: qca.solve(table)))
    return seconds


def claims_growth(data: Package, runs: int) -> list[float]:
    """Cost per case with 10,000 cases against the cost per case with 1,000."""
    small, large = (enlarged(data, -(-size // len(data.cases))) for size in (1_000, 10_000))
    ratios = []
    for _ in range(runs):
        costs = [
            timed(lambda size=size: evaluation.evaluate(size)) / len(size.cases) for size in (small, large)
        ]
        ratios.append(costs[1] / costs[0])
    return ratios


def measure(runs: int) -> dict[str, dict]:
    """All benchmarks, each with value, min, max and runs."""
    data = package.read()
    found = {"claims_speedup": claims_speedup(data, runs), "claims_growth": claims_growth(data, runs)}
    found["minimiser_40_10_seconds"] = minimiser_seconds(40, 10, runs)
    found["minimiser_11_15_seconds"] = minimiser_seconds(11, 15, runs)
    found["kernel_memory_share"], found["parent_memory_mb"] = kernel_memory(runs)
    found["notebook_speedup"] = notebook_speedup(runs)
    found["nbval_speedup"] = nbval_speedup(runs)
    found |= builds(runs)
    found |= scaling()
    found["dag_seconds"] = dag_seconds(runs)
    return {key: summary(values) for key, values in found.items()}


def met(key: str, value: float) -> str:
    """Whether a figure reaches its mark."""
    if key not in MARKS:
        return "no mark"
    sign, mark = MARKS[key]
    return "reached" if (value >= mark if sign == ">=" else value <= mark) else "missed"


def machine() -> str:
    """The machine in a few words."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def record(measured: dict[str, dict]) -> None:
    """Write data/benchmarks.csv: the figures with mark, machine and day; reasons already given stay."""
    told = {row["benchmark"]: row for row in Table(RECORD).rows} if RECORD.exists() else {}
    columns = [
        "benchmark",
        "label",
        "value",
        "min",
        "max",
        "runs",
        "mark",
        "outcome",
        "machine",
        "measured",
        "reason",
    ]
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for key in sorted(measured):
            sign, mark = MARKS.get(key, ("", ""))
            writer.writerow(
                {
                    "benchmark": key,
                    "label": LABELS[key],
                    **{name: f"{measured[key][name]:.4g}" for name in ("value", "min", "max", "runs")},
                    "mark": f"{sign}{mark:.3g}" if sign else "",
                    "outcome": met(key, measured[key]["value"]),
                    "machine": machine(),
                    "measured": date.today().isoformat(),
                    "reason": told.get(key, {}).get("reason", ""),
                }
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--record", action="store_true", help="write data/benchmarks.csv, which the book shows"
    )
    options = parser.parse_args()
    os.environ.setdefault("WARM_KERNELS_OWNER", str(os.getpid()))
    measured = measure(options.runs)
    frame = pd.DataFrame(measured).T
    frame["mark"] = ["{} {:.3g}".format(*MARKS[key]) if key in MARKS else "" for key in frame.index]
    frame["outcome"] = [met(key, value) for key, value in frame["value"].items()]
    print(frame.to_string(float_format="{:.3f}".format))
    paths.BUILD.mkdir(exist_ok=True)
    (paths.BUILD / "bench.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    if options.record:
        record(measured)


if __name__ == "__main__":
    main()
