"""Checks of the register of claims: functions, what each of their columns holds, passages, tensions."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.claims.evaluation import chosen_cases
from compendium.claims.functions import DELIVERED, FUNCTIONS, REASONS, Holds, columns_of
from compendium.codings.formulas import is_filter, parse_comparison, parse_formula
from compendium.codings.package import DataError, Package, cases_of, codes_of, rows_of
from compendium.readings.specifications import WORDS

Found = Iterator[tuple[str, str]]  # column and message
COLUMNS = ("cases", "first", "second", "value")  # what they mean hangs on the function


def claims(package: Package) -> Iterator[Problem]:
    for row, claim in rows_of(package.claims):
        for column, message in _claim(package, claim):
            yield Problem("claims.csv", row, column, message)


def _claim(package: Package, claim: dict) -> Found:
    assessment, known = claim["assessment"], [*FUNCTIONS, DELIVERED, *REASONS]
    columns = columns_of(assessment)
    if assessment not in known:
        yield "assessment", f"{assessment!r} is no function and no reason; use {', '.join(known)}."
    else:
        for column in COLUMNS:
            if claim[column] and column not in columns:
                yield column, f"{assessment!r} makes no use of this column; leave it empty."
    if "cases" in columns and not claim["study"]:
        yield "study", f"{assessment!r} is about cases; name their study."
        columns = {}  # what stands there has no meaning without it
    for column, holds in {"passages": Holds.PASSAGES, **columns}.items():
        yield from CHECKS[holds](package, claim, column)


def _passages(package: Package, claim: dict, column: str) -> Found:
    for name in _listed(claim[column]):
        if name not in package.values("passages", "passage"):
            yield column, f"{name!r} is not in passages.csv; correct it or add it there."


def _list(package: Package, claim: dict, column: str) -> Found:
    if claim[column] not in package.values("frameworks", "framework"):
        yield column, f"{claim[column]!r} is no framework of frameworks.csv."


def _comparison(package: Package, claim: dict, column: str) -> Found:
    try:
        parse_comparison(claim[column])
    except DataError as error:
        yield column, str(error)


def _word(package: Package, claim: dict, column: str) -> Found:
    if claim[column] not in WORDS:
        yield column, f"{claim[column]!r} is no quantity word; use {', '.join(WORDS)}."


def _chosen(package: Package, claim: dict, column: str) -> Found:
    wanted, study = claim[column], claim["study"]
    if not is_filter(wanted):
        yield from _named(package, claim, column)
    elif not chosen_cases(package, claim["source"], study, wanted).any():
        yield column, f"{wanted!r} chooses no case of the {study} study."


def _named(package: Package, claim: dict, column: str) -> Found:
    source, study = claim["source"], claim["study"]
    known = package.remembered(
        ("spoken of in", study, source),
        lambda: cases_of(package, source) & {*package.cases.loc[package.cases["study"] == study, "case"]},
    )
    for name in _listed(claim[column]):
        if name not in known:
            yield column, f"{name!r} is no case of the {study} study that {source} speaks of."


def _formula(package: Package, claim: dict, column: str) -> Found:
    study = claim["study"]
    book = package.remembered(
        ("book", study), lambda: codes_of(package.codebook, study).set_index("code").to_dict("index")
    )
    try:
        literals = parse_formula(claim[column])
    except DataError as error:
        yield column, str(error)
        return
    wanted = [literal.code for literal in literals if literal.value and not literal.negated]
    for literal in literals:
        if literal.code not in book:
            yield column, f"{literal.code!r} is no code that is asked of {study} cases."
            continue
        allowed = book[literal.code]["values"]
        if literal.value and allowed and literal.value not in allowed.split(";"):
            yield column, f"{literal.value!r} is not a value of {literal.code!r}."
        if wanted.count(literal.code) > 1 and not book[literal.code]["multiple"]:
            yield column, f"{literal.code!r} can have one value only, but the formula asks for several."


def _listed(text: str) -> list[str]:
    return [name for name in text.split(";") if name]


CHECKS = {
    Holds.CHOSEN: _chosen,
    Holds.NAMED: _named,
    Holds.FORMULA: _formula,
    Holds.COMPARISON: _comparison,
    Holds.WORD: _word,
    Holds.LIST: _list,
    Holds.PASSAGES: _passages,
}


def tensions(package: Package) -> Iterator[Problem]:
    known = set(package.cases["case"])
    for row, tension in rows_of(package.tensions):
        for name in filter(None, tension["cases"].split(";")):
            if name not in known:
                yield Problem("tensions.csv", row, "cases", f"{name!r} is not in cases.csv.")
