"""What benchmarks say: how far each is from its mark, and what many runs would cost."""

import pandas as pd

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HOUR = 3600


def figures_of(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """The table with value, min and max as numbers, indexed by benchmark."""
    numbers = benchmarks[["value", "min", "max"]].astype(float)
    return benchmarks.assign(**numbers).set_index("benchmark", drop=False)


def against_marks(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """How many times better than its mark each figure is: 1 at the mark, more where it is reached.

    One row for each benchmark that has a mark, best first. Columns: label, value, low, high (the
    value and its extremes as multiples of the mark), outcome.
    """
    marked = benchmarks[benchmarks["mark"] != ""]
    rows = []
    for row in marked.itertuples():
        sign, mark = row.mark[:2], float(row.mark[2:])
        times = [figure / mark if sign == ">=" else mark / figure for figure in (row.value, row.min, row.max)]
        rows.append(
            {
                "label": row.label,
                "value": times[0],
                "low": min(times),
                "high": max(times),
                "outcome": row.outcome,
            }
        )
    return pd.DataFrame(rows).sort_values("value", ascending=False, ignore_index=True)


def goals(benchmarks: pd.DataFrame) -> pd.Series:
    """The mark of each figure in words; empty where it has none."""
    return benchmarks["mark"].str.replace(">=", "at least ").str.replace("<=", "at most ")


def in_words(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """The figures as a reader takes them in: what, figure, spread and number of runs, mark with its outcome, reason."""
    low, high = (
        [format(end, ",.0f" if end >= 100 else ".3g") for end in benchmarks[name]] for name in ("min", "max")
    )
    mark = goals(benchmarks)
    return pd.DataFrame(
        {
            "what": benchmarks["label"],
            "median": benchmarks["value"],
            "runs": [
                f"{runs}: {least} to {most}" for runs, least, most in zip(benchmarks["runs"], low, high)
            ],
            "mark": (mark + ": " + benchmarks["outcome"]).where(benchmarks["mark"] != "", ""),
            "reason": benchmarks["reason"],
        }
    )


def costs(benchmarks: pd.DataFrame, cores: int = 2) -> pd.DataFrame:
    """What so many runs cost by the figures measured: arithmetic, not measurement.

    One row for each of SIZES. Columns: runs; planning and setting up (hours, by one process, which
    grow with the number of runs); running (hours on `cores` cores); on 100 cores; gigabytes.
    """
    value = benchmarks["value"]
    rows = []
    for runs in SIZES:
        running = runs * value["study_seconds"] / HOUR
        rows.append(
            {
                "runs": runs,
                "planning, hours": runs * value["plan_seconds"] / HOUR,
                "setting up the workflow, hours": runs / 10_000 * value["dag_seconds"] / HOUR,
                f"running on {cores} cores, hours": running / cores,
                "running on 100 cores, hours": running / 100,
                "gigabytes": runs * value["study_kilobytes"] / 1e6,
            }
        )
    return pd.DataFrame(rows)
