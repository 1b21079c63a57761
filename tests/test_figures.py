"""Every figure of the notebooks: narrow enough for a phone, legible, told in words, its data beside it."""

import csv
import io
import re

import nbformat
import pandas as pd
import pytest

from compendium import paths
from compendium.codings import coverage
from compendium.pages import display, drawing, results
from compendium.workflow import assembly

WIDEST, SMALLEST = 380, 8  # points


def published() -> dict[str, dict]:
    """The records of all figures in the stored outputs of the notebooks."""
    return {
        f"{path.stem}: {record['figure']}": record
        for path in sorted(paths.ANALYSIS.glob("*.ipynb"))
        for record in results.records(nbformat.read(path, as_version=4))
        if "figure" in record
    }


FIGURES = published()


@pytest.mark.parametrize("name", FIGURES)
def test_a_phone_shows_it_without_scrolling(name):
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', FIGURES[name]["svg"])[1])
    assert width <= WIDEST


@pytest.mark.parametrize("name", FIGURES)
def test_its_type_is_legible(name):
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", FIGURES[name]["svg"])]
    assert len(sizes) == FIGURES[name]["svg"].count("<text")
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", FIGURES)
def test_words_made_from_its_data_stand_for_it(name):
    alternative = FIGURES[name]["alternative"]
    cells = {cell for row in csv.reader(io.StringIO(FIGURES[name]["csv"])) for cell in row if len(cell) > 2}
    assert len(alternative) >= 40
    assert re.search(r"\d", alternative) or any(cell in alternative for cell in cells)


@pytest.mark.parametrize("name", FIGURES)
def test_its_data_is_published(name):
    assert len(list(csv.DictReader(io.StringIO(FIGURES[name]["csv"])))) > 0


def test_a_figure_offers_its_data_unless_a_table_of_its_name_does():
    figure = {"figure": "one", "svg": "<svg/>", "csv": "figure\n"}
    table = {"table": "one", "csv": "table\n1\n"}
    assert assembly.downloads("s", [figure])["s-one.csv"] == "figure\n"
    for order in ([figure, table], [table, figure]):
        assert assembly.downloads("s", order)["s-one.csv"] == "table\n1\n"


def test_names_of_rows_never_touch():
    labels = drawing.wrapped(["one", "two words that are longer than a line of a name can be", "three"])
    heights = drawing.row_heights(labels)
    assert heights[1] > heights[0] == heights[2]
    assert heights[1] > (labels[1].count("\n") + 1) * drawing.LINE


def test_a_value_is_shown_once_with_all_that_is_known_of_it(data):
    city = data.codings[(data.codings["status"] == "explicit") & (data.codings["value"] != "")].iloc[0]
    twice = [city.to_dict(), city.to_dict() | {"status": "inferred"}]
    html = display.evidence(data, twice)
    assert html.count("<details") == 1 and html.count("class='place'") == 2
    assert "our inference" in html and data.entry("passages", city["passage"])["paraphrase"][:20] in html


def test_a_silent_cell_shows_its_sign(data):
    cells = coverage.cells(data)
    for status, words in (("silent", "not stated"), ("not-applicable", "does not apply")):
        shown = display.evidence(data, [cells[cells["status"] == status].iloc[0].to_dict()])
        assert f"sign-{status}" in shown and words in shown


def test_cells_of_a_table_carry_the_name_of_their_column(monkeypatch):
    shown = []
    monkeypatch.setattr(display.results, "publish", lambda html, **record: shown.append(html))
    display.table("t", pd.DataFrame({"who": ["a"], "stated & said": [1], "third": [2], "fourth": [3]}), "T")
    assert 'data-label="Stated &amp; said"' in shown[0] and "class='data wide'" in shown[0]
