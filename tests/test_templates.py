"""What notebooks show is made by templates, in which all that comes from data stays text."""

import ast
import re

import hostile
import lxml.html
import pandas as pd
import pytest

from compendium import paths
from compendium.codings import tables
from compendium.methods import reporting
from compendium.pages import display, evidence, markup, profiles, register, reporting_figures, results
from compendium.readings.specifications import Specification
from compendium.workflow import planning

PAGES = paths.ROOT / "src" / "compendium" / "pages"
TAG = re.compile(r"<[a-z]+[ >]")


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """The HTML of all that is published."""
    published: list[str] = []
    monkeypatch.setattr(results, "publish", lambda html, **record: published.append(html))
    return published


@pytest.fixture(scope="module")
def strange(data):
    """The package with a hostile piece in every cell in which people write words."""
    found = {}
    for table in tables.TABLES:
        frame, columns = data.tables[table], hostile.free_columns(table).items()
        texts = {
            column: [hostile.written(number, place, form, cell) for number, cell in enumerate(frame[column])]
            for place, (column, form) in enumerate(columns)
        }
        found[table] = frame.assign(**texts)
    return data.replaced(**found)


def test_text_of_a_package_is_text_on_every_page(strange, shown):
    evaluation, table = register.evaluated(strange, Specification(), strange.claims["source"].iloc[0])
    register.show_claims(strange, evaluation, table)
    for case in strange.cases["case"].groupby(strange.cases["study"]).first():
        profile = profiles.profile(strange, case)
        display.finding(profiles.finding(profile))
        profiles.show_comparison(profile)
        profiles.show_context(profile)
        for theme, label, rows in profile.stated:
            display.table(theme, rows, label, html=profiles.evidence_view(strange, rows))
    for framework in strange.frameworks["framework"].unique():
        display.framework_table(strange, framework)
    view = evidence.view(evidence.uses(strange))
    display.table("register", strange.passages, hostile.PIECES[3], html=view, folded=True)
    cases = strange.cases.set_index("case")[lambda frame: frame["study"] == frame["study"].iloc[0]]
    codes = strange.codebook.loc[strange.codebook["studies"] == cases["study"].iloc[0], "code"][:20]
    display.coding_table("all", strange, cases, codes, hostile.PIECES[3])
    scored = reporting.scores(strange)
    items = reporting_figures.item_table(strange, scored[scored["standard"] == scored["standard"].iloc[0]])
    display.table("items", items[0], "Items", html=items[1])
    display.numbers(**{hostile.PIECES[0]: hostile.PIECES[3]})
    check(shown)


def test_text_around_a_drawing_and_in_a_card_is_text():
    for piece in hostile.PIECES:
        figure = markup.figure("<svg viewBox='0 0 1 1'></svg>", piece, piece)
        card = markup.profile_card(
            "a.html", piece, {"asked": 3, "stated": 1, "group": 1, "silent": 0, "uncoded": 0}
        )
        check([figure, card])
        assert lxml.html.fromstring(figure).find("svg").get("aria-label") == piece
        assert lxml.html.fromstring(card).find("a").text == piece


def check(shown: list[str]) -> None:
    """Nothing in the HTML is an element or an attribute that a text brought in."""
    assert shown
    for html in shown:
        page = lxml.html.fromstring(f"<div>{html}</div>")
        assert not page.xpath(f"//script | //img | //*[@class='{hostile.MARK}'] | //@onerror")
        assert not page.xpath("//a[starts-with(@href, 'javascript')]")


def test_a_cell_of_a_table_is_text_unless_a_template_made_it(shown):
    frame = pd.DataFrame(
        {"what": ["<b>", "a & b"], "link": [markup.passage_link("p-1"), "<i>"]}, dtype=object
    )
    display.table("t", frame, "T", html=frame)
    page = lxml.html.fromstring(shown[0])
    assert [cell.text_content() for cell in page.xpath("//tbody//th | //tbody//td")] == [
        *("<b>", "p-1"),
        *("a & b", "<i>"),
    ]
    assert page.xpath("//td/a/@href") == ["evidence-register.html#p-1"]


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.name)
def test_no_module_writes_html(path):
    """Drawings that another library made are taken apart by their beginning; everything else is for templates."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    found = {tag for text in texts if isinstance(text, str) for tag in TAG.findall(text)}
    assert found <= {"<svg ", "<metadata>"}


def test_what_runs_put_out_hangs_on_templates(tmp_path, monkeypatch):
    """So a template that is edited makes its pages anew."""
    template = tmp_path / "src" / "compendium" / "pages" / "templates" / "table.html"
    template.parent.mkdir(parents=True)
    (tmp_path / "requirements.lock").touch()
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    keys = set()
    for text in ("<table>", "<table class='data'>"):
        template.write_text(text)
        keys.add(planning.environment_key())
    assert len(keys) == 2
