"""Scores against the reporting standards: whole, tied to passages, and counted as they should be."""

import dataclasses
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium import paths
from compendium.codings import package
from compendium.codings.package import DataError, Package
from compendium.methods import reporting
from compendium.methods.reporting import NOT_APPLICABLE, NOT_REPORTED, ORDERED, PARTLY, REPORTED, SCORES
from compendium.pages import reporting_figures

# Hand-made: two documents, a standard with three items and one with one.
STANDARDS = pd.DataFrame(
    [("a-1", "A", 1), ("a-2", "A", 2), ("a-3", "A", 3), ("b-1", "B", 1)],
    columns=["item", "standard", "number"],
).assign(section="s", label="l", asks="q")
CELLS = [
    ("a-1", "x", REPORTED, "x-said", ""),
    ("a-2", "x", PARTLY, "x-said", "why"),
    ("a-3", "x", NOT_REPORTED, "", ""),
    ("b-1", "x", NOT_APPLICABLE, "", "why"),
    ("a-1", "y", NOT_REPORTED, "", ""),
    ("a-2", "y", NOT_APPLICABLE, "", "why"),
    ("a-3", "y", NOT_REPORTED, "", ""),
    ("b-1", "y", NOT_APPLICABLE, "", "why"),
]
# Cohen (1968), Psychological Bulletin 70(4), 213-220, table 1: 200 cases in three classes.
COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
COHEN_WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


def made(cells=CELLS, first=None, second=None) -> Package:
    """A package with the hand-made tables; both scorings are the settled one where none is given."""
    frame = pd.DataFrame(cells, columns=["item", "source", "score", "passage", "note"])
    settled = list(frame["score"])
    rescoring = pd.concat(
        frame[["item", "source"]].assign(scoring=name, score=given or settled)
        for name, given in (("first", first), ("second", second))
    )
    passages = pd.DataFrame([("x-said", "x"), ("y-said", "y")], columns=["passage", "source"])
    sources = pd.DataFrame({"source": ["x", "y"]})
    tables = {"standards": STANDARDS, "reporting": frame, "rescoring": rescoring}
    described = {"resources": [{"name": name} for name in tables]}
    return Package(None, described, {**tables, "passages": passages, "sources": sources})


def changed(place: int, **values: str) -> list[tuple]:
    """The hand-made cells with one row changed."""
    rows = [dict(zip(["item", "source", "score", "passage", "note"], row)) for row in CELLS]
    rows[place].update(values)
    return [tuple(row.values()) for row in rows]


@pytest.fixture(scope="module")
def own() -> Package:
    """The project's package, with the three tables read straight from their files."""
    found = package.read(paths.ROOT / "data")
    tables = {
        name: pd.read_csv(found.folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in reporting.TABLES
    }
    tables["standards"]["number"] = tables["standards"]["number"].astype(int)
    return dataclasses.replace(found, tables={**found.tables, **tables})


def test_the_standards_have_the_items_that_were_published(own):
    """COREQ: 32 items in domains of 8, 15 and 9 (Tong et al. 2007). SRQR: 21 items, 2 on title and
    abstract, 2 introduction, 11 methods, 2 results, 2 discussion, 2 other (O'Brien et al. 2014)."""
    ordered = own.standards.sort_values(["standard", "number"])
    sizes = ordered.groupby(["standard", "section"], sort=False).size()
    assert list(sizes["COREQ"]) == [8, 15, 9]
    assert list(sizes["SRQR"]) == [2, 2, 11, 2, 2, 2]
    for standard, prefix in (("COREQ", "coreq-"), ("SRQR", "srqr-s")):
        given = ordered[ordered["standard"] == standard]
        stated = given["item"].str.removeprefix(prefix).str.split("-").str[0].astype(int)
        assert list(stated) == list(given["number"]) == list(range(1, len(given) + 1))


def test_every_item_is_scored_once_for_every_document(own):
    scored = reporting.scores(own)
    assert len(scored) == len(own.standards) * len(own.sources)
    assert not scored.duplicated(["item", "source"]).any()
    assert len(own.rescoring) == 2 * len(scored)


def test_passages_belong_to_the_document_and_carry_evidence(own):
    passages = own.passages.set_index("passage")
    rests = own.reporting[own.reporting["passage"] != ""]
    assert len(rests)
    assert (passages.loc[rests["passage"], "source"].to_numpy() == rests["source"].to_numpy()).all()
    assert set(passages.loc[rests["passage"], "carries"]) == {"evidence"}


def test_the_tables_are_sorted_by_their_keys(own):
    keys = {
        "standards": ["item"],
        "reporting": ["item", "source"],
        "rescoring": ["scoring", "item", "source"],
    }
    for name, key in keys.items():
        rows = list(map(tuple, own.tables[name][key].to_numpy()))
        assert rows == sorted(rows), name


def test_what_both_scorings_say_alike_is_settled_so(own):
    """Rereading settles differences; it does not overturn what both scorings found."""
    pairs = reporting.both_scorings(own)
    alike = pairs[pairs["first"] == pairs["second"]]
    assert (alike["first"] == alike["settled"]).all()
    other = reporting.differences(own)
    assert len(other) == len(pairs) - len(alike) > 0
    assert [row.settled in (row.first, row.second) for row in other.itertuples()] == [True] * len(other)


def test_facts_that_were_checked_by_hand_in_the_documents(own):
    """The brief says how many were interviewed and who paid; the unit holds no study; only the
    note says its questions; nobody mentions ethics, software or conflicts of interest."""
    score = own.reporting.set_index(["item", "source"])["score"]
    assert score["coreq-12-sample-size", "brief"] == REPORTED
    assert score["srqr-s21-funding", "brief"] == PARTLY
    assert set(
        own.reporting[own.reporting["item"].str.startswith("coreq")].query("source == 'unit'")["score"]
    ) == {NOT_APPLICABLE}
    assert score["srqr-s4-purpose", "note"] == REPORTED
    never = set(reporting.never_reported(reporting.scores(own))["item"])
    assert {"srqr-s9-ethics", "coreq-27-software", "srqr-s20-conflicts"} <= never
    assert "srqr-s21-funding" not in never


def test_counts_and_shares_by_hand():
    counted = reporting.counts(reporting.scores(made())).set_index(["standard", "source"])
    assert counted.loc[("A", "x")].to_dict() == {
        "items": 3,
        REPORTED: 1,
        PARTLY: 1,
        NOT_REPORTED: 1,
        NOT_APPLICABLE: 0,
        "applicable": 3,
    }
    assert counted.loc[("A", "y"), "applicable"] == 2
    shares = reporting.shares(counted.reset_index()).set_index(["standard", "source"])
    assert shares.loc[("A", "x"), "least"] == pytest.approx(1 / 3)
    assert shares.loc[("A", "x"), "most"] == pytest.approx(2 / 3)
    assert shares.loc[("A", "y"), ["least", "most"]].tolist() == [0, 0]
    # Nothing of B applies: any share is possible among none, none is reported among all.
    assert shares.loc[("B", "x"), ["least", "most", "least of all", "most of all"]].tolist() == [0, 1, 0, 0]


def test_items_never_reported_by_hand():
    """a-1 is reported once; a-2 partly; a-3 by neither; b-1 applies to neither and so is not counted."""
    never = reporting.never_reported(reporting.scores(made()))
    assert list(never["item"]) == ["a-3"]
    assert list(never["applies to"]) == ["x; y"]


@given(st.lists(st.sampled_from(SCORES), min_size=1, max_size=12))
def test_shares_are_bounds_over_every_reading_of_partly(given_scores):
    """`least` and `most` are attained and never passed when each partly is read as yes or as no."""
    scored = pd.DataFrame({"score": given_scores}).assign(standard="A", source="x")
    row = reporting.shares(reporting.counts(scored)).iloc[0]
    sure, open_, applicable = (
        given_scores.count(REPORTED),
        given_scores.count(PARTLY),
        len(given_scores) - given_scores.count(NOT_APPLICABLE),
    )
    if applicable:
        possible = [(sure + more) / applicable for more in range(open_ + 1)]
        assert (row["least"], row["most"]) == pytest.approx((min(possible), max(possible)))
    assert row["least of all"] <= row["least"] + 1e-12 or not applicable
    assert 0 <= row["least of all"] <= row["most of all"] <= 1


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (changed(0, item="a-9"), "row 2, column item: 'a-9' is unknown here"),
        (changed(0, source="z"), "row 2, column source: 'z' is unknown here"),
        (changed(0, score="maybe"), "row 2, column score: 'maybe' is unknown here"),
        (changed(0, passage=""), "row 2, column passage: a-1 × x: 'reported' needs the passage"),
        (changed(1, passage=""), "column passage: a-2 × x: 'partly' needs the passage"),
        (changed(0, passage="x-unsaid"), "'x-unsaid' is not in passages.csv"),
        (changed(0, passage="y-said"), "'y-said' belongs to 'y'"),
        (changed(2, passage="x-said"), "column passage: a-3 × x: 'not-reported', but a passage"),
        (changed(3, passage="x-said"), "column passage: b-1 × x: 'not-applicable', but a passage"),
        (changed(1, note=""), "column note: a-2 × x: 'partly' needs a note"),
        (changed(3, note=""), "column note: b-1 × x: 'not-applicable' needs a note"),
        (CELLS + CELLS[:1], "a-1 × x is scored twice"),
        (CELLS[1:], "a-1 × x is not scored"),
    ],
)
def test_defects_are_named_with_place_and_remedy(cells, words):
    with pytest.raises(DataError, match=words):
        reporting.scores(made(cells))


def test_a_document_that_is_not_scored_is_left_out():
    """A document that joins a package need not be scored; one that is, is scored in full."""
    more = made()
    more.tables["sources"] = pd.concat([more.sources, pd.DataFrame({"source": ["later"]})], ignore_index=True)
    pd.testing.assert_frame_equal(reporting.scores(more), reporting.scores(made()))


def test_gaps_and_wrong_frames_are_refused():
    gap = made()
    gap.tables["standards"] = STANDARDS.assign(number=[1, 2, 4, 1])
    with pytest.raises(DataError, match="A is not numbered from 1"):
        reporting.scores(gap)
    once = made()
    once.tables["rescoring"] = once.rescoring[once.rescoring["scoring"] == "first"]
    with pytest.raises(DataError, match="needs first and second"):
        reporting.scores(once)
    with pytest.raises(ValueError, match="no column standard"):
        reporting.counts(pd.DataFrame({"score": [], "source": []}))
    with pytest.raises(ValueError, match="maybe in column score"):
        reporting.counts(pd.DataFrame({"score": ["maybe"], "source": "x", "standard": "A"}))


def spread(table: np.ndarray) -> tuple[list[str], list[str]]:
    """The two scorings that a square table of counts stands for."""
    first, second = [], []
    for (row, column), number in np.ndenumerate(table):
        first += [ORDERED[row]] * int(number)
        second += [ORDERED[column]] * int(number)
    return first, second


def test_kappa_against_published_digits():
    """Cohen (1968) prints .492 for kappa and .348 for weighted kappa of his table 1.

    Table, weights and both results were taken from two stored reproductions of the article (the
    examples of R's psych::cohen.kappa and a data set of R's DMAR), not from the article itself.
    """
    first, second = spread(COHEN)
    assert len(first) == 200
    assert round(reporting.kappa(first, second, ORDERED), 3) == 0.492
    assert round(reporting.kappa(first, second, ORDERED, COHEN_WEIGHTS), 3) == 0.348


PAIRS = st.lists(st.tuples(st.sampled_from(SCORES), st.sampled_from(SCORES)), min_size=2, max_size=30)


@given(PAIRS)
def test_kappa_follows_its_definition_and_does_not_care_who_is_first(pairs):
    first, second = map(list, zip(*pairs))
    found = reporting.kappa(first, second, SCORES)
    if len({*first, *second}) == 1:
        assert found is None
        return
    observed = np.mean([one == other for one, other in pairs])
    chance = sum(first.count(score) * second.count(score) for score in SCORES) / len(pairs) ** 2
    assert found == pytest.approx((observed - chance) / (1 - chance))
    assert found == pytest.approx(reporting.kappa(second, first, SCORES))


def test_kappa_refuses_what_cannot_be_compared():
    with pytest.raises(ValueError, match="1 and 2 scores"):
        reporting.kappa([REPORTED], [REPORTED, PARTLY], SCORES)
    with pytest.raises(ValueError, match="not-applicable is not on the scale"):
        reporting.kappa([NOT_APPLICABLE], [PARTLY], ORDERED)
    assert reporting.kappa([], [], SCORES) is None


def test_agreement_by_hand():
    """Of A and x (reported, partly, not reported) the second scoring turns partly into reported.

    Observed agreement 2/3, chance (1·2 + 1·0 + 1·1)/9 = 1/3, so kappa is 1/2. In steps of the scale
    the mean disagreement is 1/3 and (4/3 + 1 + 2/3)/3 = 1 by chance, so weighted kappa is 2/3.
    """
    settled = [row[2] for row in CELLS]
    second = [REPORTED if score == PARTLY else score for score in settled]
    found = reporting.agreement(made(second=second)).set_index(["standard", "source"])
    row = found.loc[("A", "x")]
    assert (row["cells"], row["same"], row["asked twice"], row["same of these"]) == (3, 2, 3, 2)
    assert row["kappa"] == row["kappa of these"] == pytest.approx(0.5)
    assert row["weighted kappa of these"] == pytest.approx(2 / 3)
    assert found.loc[("B", "x"), "kappa"] is None
    assert (found.loc[("all", "all"), "cells"], found.loc[("all", "all"), "same"]) == (8, 7)
    words = reporting.agreement_in_words(found.reset_index())
    assert set(words.query("standard == 'B'")["kappa"]) == {"not defined"}
    assert list(words.query("standard == 'A' and source == 'x'")["kappa"]) == ["0.50"]


def test_figures_say_every_score_without_colour(own):
    scored = reporting.scores(own)
    for standard, part in scored.groupby("standard"):
        svg = reporting_figures.score_strip(part, f"strip-{standard.lower()}")
        texts = [text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip()]
        for score, (sign, *_) in reporting_figures.SCORE_STYLES.items():
            assert texts.count(sign) == int((part["score"] == score).sum())
    counted = reporting.counts(scored)
    bars = reporting_figures.score_bars(counted, "bars")
    ElementTree.fromstring(bars)
    assert bars == reporting_figures.score_bars(counted, "bars")
    assert len({hatch for _, _, _, hatch in reporting_figures.SCORE_STYLES.values()}) == len(SCORES)


def test_the_table_of_items_shows_each_paraphrase_and_place(own):
    scored = reporting.scores(own)
    part = scored[scored["standard"] == "SRQR"]
    plain, html = reporting_figures.item_table(own, part)
    assert len(plain) == len(html) == part["number"].nunique()
    cell = html.loc[20, "brief"]
    assert own.entry("passages", "brief-funding")["paraphrase"] in cell.unescape()
    assert "#brief-funding" in cell
    assert plain.loc[20, "brief"].startswith("partly [brief-funding]")
