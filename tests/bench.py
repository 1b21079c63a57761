"""Benchmarks: `make bench` prints a table and writes _build/bench.json.

Ratios are taken side by side in one run; each entry has value, min, max and runs.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import pandas as pd

from compendium import claims, execution, package, paths
from compendium.package import Package
from compendium.specifications import grid


def seconds(function, runs: int) -> list[float]:
    """Durations of several runs."""
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        function()
        found.append(time.perf_counter() - begun)
    return found


def summary(values: list[float]) -> dict:
    """Median, extremes and number of runs."""
    return {"value": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values)}


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


def claims_against_notebooks(data: Package, runs: int = 5) -> list[float]:
    """How many times faster one specification is in the single pass than by running the notebook for it."""
    ratios = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            (notebook,) = seconds(
                lambda folder=folder: execution.execute(paths.ANALYSIS / "claims.ipynb", {}, Path(folder)), 1
            )
        once = statistics.median(seconds(lambda: claims.evaluate(data), 5)) / len(grid())
        ratios.append(notebook / once)
    return ratios


def growth(data: Package, runs: int = 5) -> list[float]:
    """Cost per case with 10,000 cases against the cost per case with 1,000."""
    small, large = (enlarged(data, -(-size // len(data.cases))) for size in (1_000, 10_000))
    ratios = []
    for _ in range(runs):
        costs = [
            seconds(lambda size=size: claims.evaluate(size), 1)[0] / len(size.cases)
            for size in (small, large)
        ]
        ratios.append(costs[1] / costs[0])
    return ratios


def main() -> None:
    data = package.read()
    measured = {
        "claims_speedup": summary(claims_against_notebooks(data)),
        "claims_growth": summary(growth(data)),
    }
    must = {"claims_speedup": "at least 100", "claims_growth": "at most 1.2"}
    print(pd.DataFrame(measured).T.assign(must=must).to_string(float_format="{:.2f}".format))
    paths.BUILD.mkdir(exist_ok=True)
    (paths.BUILD / "bench.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
