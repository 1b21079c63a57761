"""Checks of the register of claims: functions, formulas, cases, passages, tensions."""

from collections.abc import Iterator
from functools import partial

from compendium.checks.problems import Problem
from compendium.claims.evaluation import (
    DELIVERED,
    FUNCTIONS,
    REASONS,
    chosen_cases,
    parse_comparison,
)
from compendium.codings import filters
from compendium.codings.package import DataError, Package, cases_of, codes_of, rows_of
from compendium.readings.arrays import parse_formula
from compendium.readings.specifications import WORDS

# Columns of claims.csv in which a function expects a formula, and functions that compare a number.
FORMULAS = dict.fromkeys(("count", "share", "all", "none", "only", "stated"), ("first",)) | {
    "more": ("first", "second")
}
COMPARING = ("cases", "items", "count")
Found = Iterator[tuple[str, str]]  # column and message


def claims(package: Package) -> Iterator[Problem]:
    studies = set(package.claims["study"])
    books = {study: codes_of(package.codebook, study).set_index("code").to_dict("index") for study in studies}
    spoken = {source: cases_of(package, source) for source in package.values("sources", "source")}
    cases = {
        (source, study): about & set(package.cases.loc[package.cases["study"] == study, "case"])
        for source, about in spoken.items()
        for study in studies
    }
    checks = (_passages, _assessment, _value, partial(_cases, cases), partial(_formulas, books))
    for row, claim in rows_of(package.claims):
        for check in checks:
            for column, message in check(package, claim):
                yield Problem("claims.csv", row, column, message)


def _passages(package: Package, claim: dict) -> Found:
    known = package.values("passages", "passage")
    columns = ["passages", "first"] if claim["assessment"] == DELIVERED else ["passages"]
    for column in columns:
        for name in filter(None, claim[column].split(";")):
            if name not in known:
                yield column, f"{name!r} is not in passages.csv; correct it or add it there."


def _assessment(package: Package, claim: dict) -> Found:
    known = [*FUNCTIONS, DELIVERED, *REASONS]
    if claim["assessment"] not in known:
        yield "assessment", f"{claim['assessment']!r} is no function and no reason; use {', '.join(known)}."
    if claim["assessment"] == "items" and claim["first"] not in package.values("frameworks", "framework"):
        yield "first", f"{claim['first']!r} is no framework of frameworks.csv."


def _value(package: Package, claim: dict) -> Found:
    if claim["assessment"] in COMPARING:
        try:
            parse_comparison(claim["value"])
        except DataError as error:
            yield "value", str(error)
    if claim["assessment"] == "share" and claim["value"] not in WORDS:
        yield "value", f"{claim['value']!r} is no quantity word; use {', '.join(WORDS)}."


def _cases(cases: dict[tuple[str, str], set[str]], package: Package, claim: dict) -> Found:
    """Whether the cases of a claim, and those it names as the only ones, are there."""
    if claim["assessment"] not in {*FORMULAS, "cases"}:
        return
    study, wanted = claim["study"], claim["cases"]
    if not study:
        yield "study", f"{claim['assessment']!r} is about cases; name their study."
        return
    known, by_attribute = cases[claim["source"], study], filters.is_filter(wanted)
    if by_attribute and not chosen_cases(package, claim["source"], study, wanted).any():
        yield "cases", f"{wanted!r} chooses no case of the {study} study."
    named = [] if by_attribute else [("cases", wanted)]
    named += [("second", claim["second"])] if claim["assessment"] == "only" else []
    for column, text in named:
        for name in filter(None, text.split(";")):
            if name not in known:
                yield column, f"{name!r} is no case of the {study} study that {claim['source']} speaks of."


def _formulas(books: dict[str, dict[str, dict]], package: Package, claim: dict) -> Found:
    book = books[claim["study"]]
    for column in FORMULAS.get(claim["assessment"], ()):
        try:
            literals = parse_formula(claim[column])
        except DataError as error:
            yield column, str(error)
            continue
        wanted = [literal.code for literal in literals if literal.value and not literal.negated]
        for literal in literals:
            if literal.code not in book:
                yield column, f"{literal.code!r} is no code that is asked of {claim['study']} cases."
                continue
            allowed = book[literal.code]["values"]
            if literal.value and allowed and literal.value not in allowed.split(";"):
                yield column, f"{literal.value!r} is not a value of {literal.code!r}."
            if wanted.count(literal.code) > 1 and not book[literal.code]["multiple"]:
                yield column, f"{literal.code!r} can have one value only, but the formula asks for several."


def tensions(package: Package) -> Iterator[Problem]:
    known = set(package.cases["case"])
    for row, tension in rows_of(package.tensions):
        for name in filter(None, tension["cases"].split(";")):
            if name not in known:
                yield Problem("tensions.csv", row, "cases", f"{name!r} is not in cases.csv.")
