"""A whole small compendium that has nothing to do with ours: choirs of a valley (see tests/mini)."""

import json
import re
import shutil
from pathlib import Path

import hostile
import lxml.html
import pandas as pd
import pytest
from conftest import Table

from compendium import paths
from compendium.checks.validation import validate
from compendium.cli import main as cli
from compendium.codings import agreement, corpus, coverage, package
from compendium.codings.runs import declared, left_out
from compendium.codings.tables import TABLES
from compendium.codings.vocabulary import MARKS, NOT_APPLICABLE, SILENT, UNCODED

MINI = paths.ROOT / "tests" / "mini"


@pytest.fixture
def mini() -> package.Package:
    """The package of the choirs."""
    return package.read(MINI)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


def without(folder: Path, *tables: str) -> package.Package:
    """A package that lacks some of its tables."""
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    described["resources"] = [r for r in described["resources"] if r["name"] not in tables]
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    return package.read(folder)


def test_it_is_valid_and_says_that_it_was_written_for_tests(mini):
    assert validate(MINI) == []
    for source in mini.sources.itertuples():
        text = (MINI / "texts" / source.file).read_text("utf-8")
        assert "written for the tests" in text and "CC0" in text
        assert "Written for the tests" in source.note and "CC0" in source.licence


def test_a_package_that_asks_for_no_runs_gets_all_that_suit_any_package(mini):
    names = {run.name: run for run in declared(mini)}
    cases, sources = set(mini.cases["case"]), set(mini.sources["source"])
    assert names.keys() == {
        "comparison-choirs",
        *(f"case-{case}" for case in cases),
        "claims",
        *(f"claims-of-{source}" for source in sources),
        "explorer",
        "coding-agreement",
        "evidence-register",
        "data-dictionary",
    }
    assert names["comparison-choirs"].title == "The choirs compared: Choirs of a valley"
    assert left_out(mini) == {}


def test_runs_whose_tables_are_absent_are_left_out_and_the_plan_says_so(copy, capsys, monkeypatch, tmp_path):
    without(copy, "recodings")
    for name in ("PLAN", "SLICES", "DATES", "STORE"):
        monkeypatch.setattr(paths, name, tmp_path / "build" / name.lower())
    monkeypatch.setattr("compendium.workflow.execution.prepare_kernels", lambda: None)
    assert cli.main(["--data", str(copy), "plan"]) == 0
    said = capsys.readouterr().out
    assert "Left out: coding-agreement, because the package has no recodings." in said
    assert left_out(without(copy, "claims")) == {
        "claims": ["claims"],
        "claims-of": ["claims"],
        "coding-agreement": ["recodings"],
    }


def test_its_passages_are_found_in_the_texts_that_it_ships(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COMPENDIUM_TEXTS", str(tmp_path))
    assert cli.main(["--data", str(MINI), "verify"]) == 0
    assert "24 passages of 2 sources found" in capsys.readouterr().out
    assert cli.main(["--data", str(MINI), "verify", "--texts", str(tmp_path)]) == 1, (
        "what is asked for counts"
    )


def test_a_text_that_may_not_be_passed_on_or_is_a_link_is_not_read_from_the_package(
    copy, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("COMPENDIUM_TEXTS", str(tmp_path / "none"))
    text = copy / "texts" / "survey.txt"
    text.rename(tmp_path / "elsewhere.txt")
    text.symlink_to(tmp_path / "elsewhere.txt")
    assert cli.main(["--data", str(copy), "verify"]) == 1
    assert "no copy of source 'survey'" in capsys.readouterr().err
    text.unlink()
    shutil.copy(MINI / "texts" / "survey.txt", text)
    assert cli.main(["--data", str(copy), "verify"]) == 0
    table = copy / "sources.csv"
    table.write_text(table.read_text("utf-8").replace(",true,", ",false,"), "utf-8")
    assert cli.main(["--data", str(copy), "verify"]) == 1
    assert "no copy of source 'minutes'" in capsys.readouterr().err


def test_its_cells_are_silent_uncoded_or_not_asked_as_its_tables_say(mini):
    unstated = coverage.unstated(mini)
    assert unstated["elm", "chair"] == NOT_APPLICABLE, "asked-of leaves out school choirs"
    assert unstated["alder", "members"] == SILENT
    assert unstated["bridge", "income"] == SILENT, "the minutes speak of it, and were read for money"
    assert unstated["alder", "income"] == UNCODED, "nobody looked for money in the survey"
    assert coverage.unstated(mini, "ben")["alder", "hall"] == UNCODED, "ben looked for singers only"


def test_a_page_may_not_lead_to_one_that_no_run_makes(copy):
    described = json.loads((copy / "datapackage.json").read_text("utf-8"))
    fields = [{"name": name, "type": "string", "description": name} for name in TABLES["runs"]]
    schema = {"fields": fields, "primaryKey": ["run"]}
    described["resources"].append(
        {"name": "runs", "path": "runs.csv", "description": "Runs.", "schema": schema}
    )
    (copy / "datapackage.json").write_text(json.dumps(described), "utf-8")
    rows = [",".join(TABLES["runs"]), "claims,claims,All verdicts,all,,claims,,"]
    (copy / "runs.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (problem,) = validate(copy)
    assert str(problem).startswith("runs.csv, row 2, column notebook: its page leads to 'explorer'")
    rows.append("explorer,explorer,Explore,all,,,,")
    (copy / "runs.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert validate(copy) == []


def test_two_coders_must_have_looked_for_the_same_cell(copy):
    table = copy / "recodings.csv"
    rows = [row for row in table.read_text("utf-8").splitlines() if not row.startswith("ben,")]
    table.write_text("\n".join(rows) + "\n", "utf-8")
    looked = copy / "looked.csv"
    kept = [row for row in looked.read_text("utf-8").splitlines() if ",ben," not in row]
    looked.write_text("\n".join(kept) + "\n", "utf-8")
    (problem,) = validate(copy)
    assert str(problem).startswith("recodings.csv, column coder: no two coders looked for the same cell")


def test_agreement_is_measured_over_what_both_looked_for(mini):
    (row,) = agreement.agreement(mini).to_dict("records")
    # Four codes of singers and five choirs, less the question that a school choir is not asked.
    assert (row["cells"], row["with fixed values"]) == (19, 10)
    assert row["same values"] == 1 and row["same status"] == pytest.approx(17 / 19)
    differ = agreement.differences(mini)
    assert list(zip(differ["case"], differ["code"])) == [("cedar", "chair"), ("dale", "audition")]


def test_every_two_coders_are_compared_by_name_where_there_are_three(mini):
    third = mini.recodings[mini.recodings["coder"] == "ben"].assign(coder="cleo")
    looked = mini.looked[mini.looked["coder"] == "ben"].assign(coder="cleo")
    three = mini.replaced(
        recodings=pd.concat([mini.recodings, third], ignore_index=True),
        looked=pd.concat([mini.looked, looked], ignore_index=True),
    )
    found = agreement.agreement(three).set_index("coders")["same status"]
    assert list(found.index) == ["ada and ben", "ada and cleo", "ben and cleo"]
    assert found["ben and cleo"] == 1 > found["ada and ben"] == found["ada and cleo"]


def test_documents_that_disagree_are_told_apart(mini):
    said = corpus.disagreements(mini, "choirs")
    assert list(zip(said["case"], said["code"], said["source"], said["value"])) == [
        ("bridge", "rent", "survey", "no"),
        ("bridge", "rent", "minutes", "yes"),
        ("dale", "audition", "survey", "no"),
        ("dale", "audition", "minutes", "yes"),
    ], "that both documents count forty members is no disagreement"


# What would speak of our own documents, studies or cases. Nothing else in the pages of the choirs may have
# these words; there is no exception so far, as neither a licence nor a name there holds one.
OURS = re.compile(
    r"\b(city|cities|smart\w*|clusters?|briefs?|living.labs?|europe\w*|three documents|bristol|birmingham"
    r"|manchester|partnerships?|helix)\b",
    re.IGNORECASE,
)


@pytest.fixture
def site(small) -> Path:
    """The site of the choirs, built in a copy of the project as a user builds it."""
    return small.root / "_build" / "html"


def read(page: Path) -> str:
    """What a page says, without what it draws."""
    body = lxml.html.parse(str(page)).getroot().body
    for drawing in body.xpath(".//svg | .//script"):
        drawing.drop_tree()
    return " ".join(body.text_content().split())


@pytest.mark.pipeline
def test_its_book_is_built_without_a_warning(built_small):
    assert "WARNING" not in built_small.output and "Left out" not in built_small.output


@pytest.mark.pipeline
def test_its_book_has_the_pages_of_its_package_and_no_others(site, mini):
    made = {path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts}
    runs = {f"studies/{run.name}.html" for run in declared(mini)}
    assert made == runs | {"index.html", "reading.html", "404.html", "genindex.html", "search.html"}


@pytest.mark.pipeline
def test_nothing_in_its_book_speaks_of_our_documents(site):
    texts = [*site.rglob("*.html"), site / "cards.js", *site.glob("downloads/*.csv")]
    spoken = {
        f"{path.relative_to(site)}: {found[0]}"
        for path in texts
        for found in OURS.finditer(path.read_text("utf-8"))
    }
    assert spoken == set()


@pytest.mark.pipeline
def test_its_first_page_is_made_of_what_the_package_holds(site, mini):
    text = read(site / "index.html")
    assert mini.descriptor["title"] in text and mini.descriptor["description"] in text
    assert "5 choirs, of which 7 things are asked" in text
    assert "the record, which counts only where a reading says so, is Minutes of the round table" in text
    assert "Of 7: 3 stated of the case" in text, "how much is stated of each choir"
    for source in mini.sources.itertuples():
        assert source.title in text and source.licence in text
    assert "holds under every reading" in text, "the claims, by verdict"
    assert f"In: {mini.descriptor['title']}, version {mini.descriptor['version']}" in text
    how = read(site / "reading.html")
    for mark in MARKS.values():
        assert mark.sign in how and mark.words in how
    assert "School choirs" in how, "the scope is one of the choices"


@pytest.mark.pipeline
def test_its_pages_show_what_nobody_looked_for_and_which_document_says_what(site):
    profile = read(site / "studies" / "case-alder.html")
    assert "nobody looked for: 1" in profile
    assert "not looked for in any document" in profile
    compared = read(site / "studies" / "comparison-choirs.html")
    assert MARKS[UNCODED].words in compared and MARKS[NOT_APPLICABLE].words in compared
    table = lxml.html.parse(str(site / "studies" / "comparison-choirs.html")).getroot()
    rows = table.xpath("//table[contains(caption, 'which says what')]//tbody/tr")
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert [cell[:3] for cell in cells[:2]] == [
        ["Bridge Singers", "Rent", "Five choirs of the valley: a survey"],
        ["Bridge Singers", "Rent", "Minutes of the round table of the choirs"],
    ]
    assert "stated no" in cells[0][3] and "stated yes" in cells[1][3]


@pytest.mark.pipeline
def test_its_explorer_offers_its_scope_and_its_documents(site):
    script = (site / "downloads" / "explorer-data.js").read_text("utf-8")
    content = json.loads(script.partition("= ")[2].rstrip().rstrip(";"))
    choices = {choice["name"]: choice["values"] for choice in content["choices"]}
    assert choices["school-choirs"] == ["with", "without"]
    assert choices["documents"] == ["base", "record"]


@pytest.mark.pipeline
def test_a_lean_package_of_somebody_else_builds_and_its_words_are_words(small):
    """Neither claims nor recodings nor scopes, and every text of it wants to be more than text."""
    lean = Path(shutil.copytree(MINI, small.root / "lean"))
    without(lean, "claims", "recodings", "scopes")
    passages, used = (
        Table(lean / "passages.csv"),
        {row["passage"] for row in Table(lean / "codings.csv").rows},
    )
    for row in passages.rows:
        row["carries"] = "evidence" if row["passage"] in used else "prose"
    passages.save()
    hostile.poison(lean)
    title, file = " ".join(hostile.PIECES[:8]), lean / "datapackage.json"
    told = {name: [{"title": title}] for name in ("contributors", "licenses")}
    described = json.loads(file.read_text("utf-8")) | told
    file.write_text(json.dumps(described | {"name": "lean", "title": title, "description": title}), "utf-8")
    output = small.make("book", "DATA=lean", "CORES=2")
    assert "Left out: claims, because the package has no claims." in output
    site = small.root / "_build" / "html"
    made = {path.name for path in (site / "studies").glob("*.html")}
    assert "comparison-choirs.html" in made and not {name for name in made if "claims" in name}
    for path in site.rglob("*.html"):
        page = lxml.html.parse(str(path)).getroot()
        assert page.find_class(hostile.MARK) == [], path
        assert not page.xpath("//script[contains(text(), 'window.hostile')]"), path
    heading = lxml.html.parse(str(site / "index.html")).getroot().xpath("//h1")[0].text_content()
    quotes = dict.fromkeys(map(ord, "\"'“”‘’"))  # typography turns them
    assert heading.rstrip("#").translate(quotes) == title.translate(quotes)
