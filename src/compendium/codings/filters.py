"""Filters on cases, such as `kind!=model` or `level=local|city`: which rows of cases.csv they keep."""

import re
from dataclasses import dataclass

import pandas as pd

from compendium.errors import DataError

COLUMNS = ("kind", "level", "country")


@dataclass(frozen=True)
class Filter:
    """Cases whose `column` has one of `values`, or, `excluded`, none of them."""

    column: str
    excluded: bool
    values: tuple[str, ...]

    def keeps(self, cases: pd.DataFrame) -> pd.Series:
        """Which rows of a table of cases it keeps: booleans."""
        return cases[self.column].isin(self.values) ^ self.excluded


def parse(text: str) -> Filter | None:
    """The filter that a text says; None for an empty text, which keeps all. DataError where it is none."""
    if not text:
        return None
    if (found := is_filter(text)) is None:
        raise DataError(
            f"{text!r} is no filter on cases; write a column ({', '.join(COLUMNS)}), = or !=, and values "
            "with | between them, such as kind!=model."
        )
    return Filter(found[1], found[2] == "!=", tuple(found[3].split("|")))


def is_filter(text: str) -> re.Match | None:
    """Whether a text is a filter, as against a list of cases."""
    return re.fullmatch(rf"({'|'.join(COLUMNS)})(!?=)([^|;=]+(?:\|[^|;=]+)*)", text)


def keeps(text: str, cases: pd.DataFrame) -> pd.Series:
    """Which rows of a table of cases a filter keeps, all where it is empty: booleans."""
    chosen = parse(text)
    return chosen.keeps(cases) if chosen else pd.Series(True, index=cases.index)
