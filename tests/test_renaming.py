"""The engine knows no study, level, kind or document: under other names all comes out the same."""

import re

import pandas as pd
import pytest

from compendium.checks.validation import content_problems
from compendium.codings import runs
from compendium.codings.package import Package
from compendium.codings.tables import REFERENCES
from compendium.pages import dictionary, evidence, explorer, profiles, register
from compendium.readings.specifications import DEFAULT, parse

PREFIX = "zz-"  # keeps the order of ids
RENAMED = {"studies": "study", "levels": "level", "kinds": "kind", "sources": "source"}
# Columns that name rows of these tables without being keys of their own: lists, filters, and runs of a study.
MORE = {("codebook", "studies"): "studies", ("runs", "cases"): "studies"}
FILTERS = (("claims", "cases"), ("scopes", "filter"), ("codebook", "asked-of"))


def references(table: str) -> list[tuple[str, str]]:
    """Where the ids of a table stand: tables and columns."""
    key = RENAMED[table]
    found = [(table, key)]
    for name, keys in REFERENCES.items():
        found += [(name, own[0]) for own, other, _ in keys if other == table and len(own) == 1]
    return found + [place for place, other in MORE.items() if other == table]


@pytest.fixture(scope="module")
def renamed(data) -> Package:
    """The project's package with another id for every study, level, kind and document."""
    tables = {name: frame.copy() for name, frame in data.tables.items()}
    for table, key in RENAMED.items():
        ids = set(data.tables[table][key])
        for name, column in references(table):
            tables[name][column] = tables[name][column].map(lambda cell, ids=ids: _list(cell, ids))
    for name, column in FILTERS:
        tables[name][column] = tables[name][column].map(_filter)
    return Package(data.folder, data.descriptor, tables)


def _list(cell: str, ids: set[str]) -> str:
    return ";".join(PREFIX + part if part in ids else part for part in cell.split(";"))


def _filter(text: str) -> str:
    found = re.fullmatch(r"((?:kind|level)!?=)(.+)", text)
    return found[1] + "|".join(PREFIX + value for value in found[2].split("|")) if found else text


def back(found):
    """What was found, with the ids that the project's package has."""
    if isinstance(found, dict):
        return {back(key): back(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [back(value) for value in found]
    return found.replace(PREFIX, "") if isinstance(found, str) else found


def frames(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other.map(back), check_dtype=False)


def test_every_reference_is_renamed(data, renamed):
    assert content_problems(renamed) == []
    for table, key in RENAMED.items():
        assert set(renamed.tables[table][key]) == {PREFIX + name for name in data.tables[table][key]}


def test_claims_and_their_words_are_the_same(data, renamed):
    (evaluation, table), (other, renamed_table) = (
        register.evaluated(package, DEFAULT) for package in (data, renamed)
    )
    frames(table, renamed_table)
    assert (evaluation.outcome == other.outcome).all()
    for one, same in zip(data.claims.itertuples(), renamed.claims.itertuples()):
        assert register.in_words(data, one) == register.in_words(renamed, same)


def test_the_explorer_and_the_profiles_are_the_same(data, renamed):
    assert back(explorer.content(renamed)) == back(explorer.content(data))
    for case in data.cases["case"]:
        one, same = (profiles.profile(package, case) for package in (data, renamed))
        assert profiles.finding(one) == profiles.finding(same)
        frames(one.silent, same.silent)


def test_the_register_of_evidence_and_the_runs_are_the_same(data, renamed):
    frames(evidence.uses(data), evidence.uses(renamed))
    frames(dictionary.statuses(data), dictionary.statuses(renamed))
    one, same = (runs.declared(package) for package in (data, renamed))
    assert [run.name for run in one] == [back(run.name) for run in same]
    assert parse("living-labs=without", data) == parse("living-labs=without", renamed)
