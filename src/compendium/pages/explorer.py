"""What the explorer page needs: the codings under every reading, packed for a script to add up.

Nothing is read or judged in the browser. What each reading makes of a formula for a case is
computed here and shipped as one character; the page adds characters up over the chosen cases.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from compendium.claims.evaluation import claimed_cases, readings_of_documents
from compendium.claims.functions import FUNCTIONS
from compendium.claims.rules import OUTCOMES
from compendium.claims.verdicts import VERDICT_SIGNS
from compendium.codings.package import Package, codes_of
from compendium.codings.vocabulary import ABSENT, MARKS, NOT_APPLICABLE
from compendium.pages import display, register, results
from compendium.pages.templating import render
from compendium.readings import matrices
from compendium.readings.arrays import Readings
from compendium.readings.counting import count_states, exact_interval
from compendium.readings.specifications import DEFAULT, WITHOUT, Grid, Specification, kept

# The page's scripts, below book/_extra, in the order in which they are loaded.
SCRIPTS = [f"explorer/{name}.js" for name in ("model", "elements", "choices", "cells", "claims", "page")]


class Patterns:
    """Texts of one character a reading, each kept once and known by its number."""

    def __init__(self):
        self.numbers: dict[str, int] = {}

    def of(self, array: np.ndarray) -> list[int]:
        """The numbers of the columns of an array of digits (readings by cases)."""
        texts = ("".join(map(str, column)) for column in array.astype(int).T)
        return [self.numbers.setdefault(text, len(self.numbers)) for text in texts]


def content(package: Package) -> dict:
    """Everything the page computes with, as JSON-ready data.

    `patterns` holds, a character a reading (a combination of the choices marked `reading`, the last of them
    fastest), 0 absent, 1 open, 2 present, 3 not applicable; for the `differences` of
    claims that compare two counts, 3 (least + 1) + greatest + 1. What claims ask is a rule (`claims.rules`). A choice marked `scope` says whether the cases that name it in `outside` are in.
    """
    grid = Grid(package)
    known = Readings(package, package.cases["case"], grid.readings)
    patterns = Patterns()
    studies = [_study(package, grid, known, patterns, study) for study in study_names(package)]
    recomputed = package.claims[package.claims["assessment"].isin(FUNCTIONS)]
    told = readings_of_documents(package, recomputed["source"], grid)
    claims = [_claim(package, told[claim.source], patterns, claim) for claim in recomputed.itertuples()]
    largest = max(len(study["cases"]) for study in studies)
    return {
        "choices": [  # a list, because their order is that of the grid
            {
                "name": name,
                "question": choice.question,
                "values": choice.values,
                "answers": [*choice.answers.values()],
                "initial": DEFAULT.value(name),
                "reading": name in grid.counting,
                "scope": choice.scope,
            }
            for name, choice in grid.choices.items()
        ],
        "outcomes": {str(code): word for code, word in OUTCOMES.items()},
        "verdicts": {verdict: list(sign) for verdict, sign in VERDICT_SIGNS.items()},
        "statuses": {status: list(sign) for status, sign in MARKS.items()},
        "studies": studies,
        "claims": claims,
        "passages": _passages(package),
        "patterns": list(patterns.numbers),
        "intervals": [
            [[round(end, 4) for end in exact_interval(count, total)] for count in range(total + 1)]
            for total in range(largest + 1)
        ],
    }


def study_names(package: Package) -> list[str]:
    """The studies that have cases, in the order in which readers meet them."""
    present = set(package.cases["study"])
    return [study for study in package.ranked("studies") if study in present]


def _study(package: Package, grid: Grid, known: Readings, patterns: Patterns, study: str) -> dict:
    cases = package.cases[package.cases["study"] == study]
    book = codes_of(package.codebook, study)
    inside = np.isin(known.cases, cases["case"])
    marks = matrices.marks(package, book["code"], cases["case"])
    cells = display.by_cell(package.codings)
    left = {scope: kept(package, DEFAULT.having(scope, WITHOUT), cases) for scope in grid.scopes}
    return {
        "study": study,
        "title": package.entry("studies", study)["title"],
        "cases": [
            {
                "case": case.case,
                "name": case.name,
                "outside": [scope for scope in grid.scopes if not left[scope][case.Index]],
            }
            for case in cases.itertuples()
        ],
        "codes": [
            {
                "code": code.code,
                "theme": code.theme,
                "label": code.label,
                "definition": code.definition,
                "states": patterns.of(_states_of(known, code.code)[:, inside]),
                "marks": list(marks[code.code]),  # keys of `statuses`
                "codings": [
                    [_coding(package, row) for row in cells.get((case, code.code), [])]
                    for case in cases["case"]
                ],
            }
            for code in book.itertuples(index=False)
        ],
    }


def _states_of(known: Readings, code: str) -> np.ndarray:
    """Digits of the states of a code: as `_digits`, and 3 where it cannot be asked of a case."""
    return np.where(known.applies(code), _digits(*known.formula(code)), 3)


def _digits(sure: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """0 where a formula is excluded, 1 where it is open, 2 where it holds."""
    return sure.astype(int) + possible.astype(int)


def _coding(package: Package, row: dict) -> list[str]:
    value = display.readable(package, row["code"], row["value"])
    return [value, row["status"], row["passage"], row["note"]]


def _claim(package: Package, known: Readings, patterns: Patterns, claim) -> dict:
    """A claim with its rule, the cases it speaks of and, for each, the pattern of what is known."""
    function, inside = FUNCTIONS[claim.assessment], claimed_cases(package, claim, known)
    sure, possible, *differences = (array[:, inside].astype(int) for array in function.cells(known, claim))
    return {
        "claim": claim.claim,
        "source": claim.source,
        "study": claim.study if function.on_cases else "",
        "asserts": claim.asserts,
        "how": register.in_words(package, claim),
        "rule": asdict(function.rule(claim.value)),
        "beside": function.beside(package, claim),  # what is counted and is no case
        "cases": list(package.cases["case"][inside]),
        "cells": patterns.of(_digits(sure, possible)),
        "differences": patterns.of(_packed(*differences)) if differences else [],
    }


def _packed(least: np.ndarray, greatest: np.ndarray) -> np.ndarray:
    """One digit for the least and the greatest of a difference."""
    return 3 * (least + 1) + greatest + 1


def _passages(package: Package) -> dict[str, list[str]]:
    """Paraphrase, section and document of each passage that a coding rests on."""
    titles = package.sources.set_index("source")["title"]
    used = package.passages[package.passages["passage"].isin(package.codings["passage"])]
    return {row.passage: [row.paraphrase, row.section, titles[row.source]] for row in used.itertuples()}


def state_table(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    """What a reading makes of each cell of a study, in words: a row per code, a column per case."""
    names = package.cases.set_index("case")["name"]
    found = _states(package, study, spec).rename(index=names)
    words = {
        matrices.PRESENT: "shown",
        matrices.UNKNOWN: "open",
        ABSENT: "said to be absent",
        NOT_APPLICABLE: "does not apply",
    }
    table = found.replace(words).T.set_axis(matrices.labels(package, found.columns))
    return table.rename_axis(index="asked", columns=None).reset_index()


def count_table(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    """How many cases show each code, with the exact interval: see `counting.count_states`."""
    counts = count_states(_states(package, study, spec))
    return counts.assign(code=matrices.labels(package, counts["code"])).round({"low": 2, "high": 2})


def case_table(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    """How many codes each case shows, is said not to have, and leaves open."""
    names = package.cases.set_index("case")["name"]
    counts = count_states(_states(package, study, spec).T)
    return counts.assign(case=counts["code"].map(names))[["case", "present", "absent", "unknown"]]


def _states(package: Package, study: str, spec: Specification) -> pd.DataFrame:
    cases = matrices.select_cases(package, study, spec)
    return matrices.states(package, list(codes_of(package.codebook, study)["code"]), cases.index, spec)


PLAIN = {
    "matrix": (state_table, "what the default reading makes of each cell"),
    "counts": (count_table, "cases that show each code, with the exact 95 % interval of the share"),
    "compared": (case_table, "codes that each case shows, is said not to have, or leaves open"),
}


def show_plain(package: Package, part: str) -> None:
    """Show one part of the page (a key of PLAIN) under the default reading, a table per study."""
    make, caption = PLAIN[part]
    for study in study_names(package):
        display.table(
            f"{part}-{study}",
            make(package, study, DEFAULT),
            f"{package.entry('studies', study)['title']}: {caption}",
        )


def show_claims(package: Package) -> None:
    """Show what comes out for each recomputed claim under the default reading, and over all readings."""
    if package.claims.empty:
        results.publish(render("words", words="No claim is recorded."))
        return
    _, claims = register.evaluated(package, DEFAULT)
    columns = ["claim", "asserts", "verdict", "outcome", "low", "high", "total"]
    display.table(
        "claims", claims.loc[claims["outcome"] != "", columns], "The claims under the default reading"
    )


def tally(package: Package) -> dict[str, int]:
    """How many cells of all studies there are, and are present, absent and unknown, under the default reading."""
    counts = [
        count_states(_states(package, study, DEFAULT))[["present", "absent", "unknown"]].sum()
        for study in study_names(package)
    ]
    total = {name: int(number) for name, number in sum(counts).items()}
    return {"cells": sum(total.values()), **total}


def publish(package: Package) -> None:
    """Pass the data to the page's scripts, and give it a place to put its controls."""
    results.publish(
        render("explorer"),
        scripts=SCRIPTS,
        content=content(package),
    )
