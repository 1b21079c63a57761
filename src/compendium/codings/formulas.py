"""The small languages of the tables, each parsed in this place alone.

A formula (`science+citizens=member+!investors`) says what must hold of a case; a filter (`kind!=model`,
`kind=school|model`) which cases are meant; a comparison (`>=2`) what is asked of a number; a definition of a set
is a formula, or a filter that is marked as one (`case:kind=model`). What has been parsed is kept: the same
text stands in many rows and is asked for many times.
"""

import operator
import re
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from compendium.errors import DataError

COLUMNS = ("kind", "level", "country")  # of cases.csv, in which a filter may look where nothing else is said
OF_CASE = "case:"  # begins a definition that is a filter
SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}
parsed = lru_cache(maxsize=None)


def _refused(text: str, what: str, form: str) -> DataError:
    return DataError(f"{text!r} is no {what}; write {form}.")


# ---------------------------------------------------------------- formulas over codes


@dataclass(frozen=True)
class Literal:
    """A code that is present, or has a value, or (negated) does not."""

    code: str
    value: str
    negated: bool

    @property
    def cell(self) -> tuple[str, str]:
        """What the literal is about, whether or not it is negated."""
        return self.code, self.value


Formula = tuple[Literal, ...]


@parsed
def parse_formula(text: str) -> Formula:
    """The literals of a formula, all of which must hold. A code may stand again with another value.

    DataError where literals exclude or repeat each other: bounds are exact because a silent cell may fill
    each literal on its own.
    """
    literals = tuple(map(_literal, text.split("+")))
    codes = [literal.code for literal in literals]
    excluded = {literal.code for literal in literals if literal.negated and not literal.value}
    repeated = len({literal.cell for literal in literals}) < len(literals)
    if not all(codes) or repeated or any(codes.count(code) > 1 for code in excluded):
        raise _refused(
            text, "formula", "codes with plus signs between them, each once, and none that excludes another"
        )
    return literals


def _literal(text: str) -> Literal:
    name, _, value = text.strip().removeprefix("!").partition("=")
    return Literal(name, value, text.strip().startswith("!"))


# ---------------------------------------------------------------- filters on cases


@dataclass(frozen=True)
class Filter:
    """Cases whose `column` has one of `values`, or, `excluded`, none of them."""

    column: str
    excluded: bool
    values: tuple[str, ...]

    def keeps(self, cases: pd.DataFrame) -> pd.Series:
        """Which rows of a table of cases it keeps: booleans."""
        return cases[self.column].isin(self.values) ^ self.excluded


def _filter(text: str, columns: tuple[str, ...]) -> Filter | None:
    """The filter that a text is; None where it is none."""
    found = re.fullmatch(rf"({'|'.join(map(re.escape, columns))})(!?=)([^|;=]+(?:\|[^|;=]+)*)", text)
    return Filter(found[1], found[2] == "!=", tuple(found[3].split("|"))) if found else None


@parsed
def parse_filter(text: str, columns: tuple[str, ...] = COLUMNS) -> Filter:
    """The filter that a text says. DataError where it is none."""
    found = _filter(text, columns)
    if found is None:
        raise _refused(
            text,
            "filter on cases",
            f"a column ({', '.join(columns)}), = or !=, and values with | between them, such as kind!=model",
        )
    return found


@parsed
def is_filter(text: str) -> bool:
    """Whether a text is a filter, as against a list of cases."""
    return _filter(text, COLUMNS) is not None


def keeps(text: str, cases: pd.DataFrame) -> pd.Series:
    """Which rows of a table of cases a filter keeps, all where it is empty: booleans."""
    return parse_filter(text).keeps(cases) if text else pd.Series(True, index=cases.index)


# ---------------------------------------------------------------- comparisons and sets


@parsed
def parse_comparison(text: str) -> tuple[str, int]:
    """Sign and number of a comparison. DataError where it is none."""
    found = re.fullmatch(rf"({'|'.join(SIGNS)})(\d+)", text)
    if found is None:
        raise _refused(text, "comparison", "a sign and a number, such as =3 or >=2")
    return found[1], int(found[2])


def parse_set(text: str, columns: tuple[str, ...]) -> Formula | Filter | None:
    """The definition of a set: a formula, a filter on these columns, or None for an empty text.

    DataError where it is none of them.
    """
    if text.startswith(OF_CASE):
        return parse_filter(text.removeprefix(OF_CASE), columns)
    return parse_formula(text) if text else None
