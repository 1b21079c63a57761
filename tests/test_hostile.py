"""A whole book made of a hostile package: every page, search, card, print and archive shows its words, and does nothing else."""

import subprocess
import zipfile

import browsing
import hostile
import page_checks
import pytest
from conftest import Table
from lxml import etree
from project_copy import Project

pytestmark = pytest.mark.pipeline
DOING = (
    "//*[contains(@class, 'hostile') or @onerror or @onload or contains(@href, 'javascript:') or "
    "contains(@src, 'javascript:')] | //script[contains(text(), 'hostile')]"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A copy whose data hold hostile pieces in every cell for words, built to site, EPUB and the page that is printed."""
    browsing.chromium()
    made = Project(tmp_path_factory.mktemp("hostile"))
    for place in (made.root, made.root / "book"):
        (place / "private.txt").write_text(hostile.CANARY)
    hostile.poison(made.root / "data")
    made.make("epub")
    # What is printed is one page of HTML. To print it, twice, takes minutes and tells no more.
    subprocess.run(
        [
            made.root / ".venv" / "bin" / "python",
            "-c",
            "from compendium.publishing import printed; printed.source()",
        ],
        cwd=made.root,
        env=made.environment
        | {"PYTHONPATH": str(made.root / "src"), "COMPENDIUM_DATA": str(made.root / "data")},
        check=True,
    )
    return made


@pytest.fixture(scope="module")
def html(project):
    return project.root / "_build" / "html"


def test_nothing_of_it_is_an_element_or_a_file_of_somebody_else(project, html):
    files = [path for path in html.rglob("*") if path.is_file()]
    assert [path.name for path in files if hostile.CANARY.encode() in path.read_bytes()] == []
    pages = {path.name: etree.parse(path, etree.HTMLParser()) for path in files if path.suffix == ".html"}
    assert {name: found for name, page in pages.items() if (found := page.xpath(DOING))} == {}


def plain(text: str) -> str:
    """Words in one line, with the quotes and dashes of a typewriter: the book sets those of a printer."""
    return " ".join(text.translate(str.maketrans("“”‘’", "\"\"''")).replace("–", "--").split())


def test_titles_and_contents_read_as_they_were_written(project, html):
    names = {row["case"]: row["name"] for row in Table(project.root / "data" / "cases.csv").rows}
    for run in project.plan():
        if run["notebook"] == "profile":
            page = etree.parse(html / "studies" / f"{run['name']}.html", etree.HTMLParser())
            (heading,) = page.xpath("//h1/text()[1]")
            (entry,) = page.xpath("//nav[contains(@class, 'bd-docs-nav')]//li[contains(@class, 'active')]/a")
            written = plain(names[run["parameters"]["case"]])
            assert plain(heading) == plain("".join(entry.itertext())) == written
            assert page.findtext(".//title").startswith(heading)


def test_the_pages_do_nothing_in_a_browser(browser, html):
    """One page of each kind with all folds open, the search for what was written, the cards, the explorer."""
    with browsing.served(html) as host, page_checks.window(browser) as tab:
        for page in browsing.looked_at(html):
            opened = tab.open(host, page)
            page_checks.open_everything(opened)
            assert opened.evaluate(
                f"[typeof window.{hostile.MARK}, document.querySelectorAll('.{hostile.MARK}').length]"
            ) == [
                "undefined",
                0,
            ], page
            assert tab.faults() == [], page
        for words in ("<script>window.hostile=1</script>", "class=hostile>", "All verdicts"):
            opened = tab.open(host, f"search.html?q={words.replace('<', '%3C').replace('>', '%3E')}")
            opened.wait_for_timeout(1500)
            assert opened.evaluate(
                f"[typeof window.{hostile.MARK}, document.querySelectorAll('.{hostile.MARK}').length]"
            ) == [
                "undefined",
                0,
            ], words
        opened = tab.open(host, "studies/explorer.html")
        assert page_checks.card_defects(opened) == []
        assert opened.evaluate(f"typeof window.{hostile.MARK}") == "undefined"


def test_the_bound_books_show_words(project):
    books = project.root / "_build" / "books"
    (epub,) = books.glob("*.epub")
    with zipfile.ZipFile(epub) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert hostile.CANARY.encode() not in content
            if name.endswith((".xhtml", ".opf", ".xml")):
                tree = etree.fromstring(content)
                assert not tree.xpath(
                    "//*[@class='hostile' or @onerror or starts-with(@href, 'javascript')]"
                ), name
    printed = etree.parse(project.root / "_build" / "print" / "index.html", etree.HTMLParser())
    assert printed.xpath(DOING) == []
    assert hostile.CANARY not in "".join(printed.getroot().itertext())
    assert "window.hostile=1" in "".join(printed.find("body").itertext())


def test_downloads_keep_the_words_and_warn_where_a_spreadsheet_would_calculate(project, html):
    assert "begin like a formula" in (html / "studies" / "claims.html").read_text("utf-8")
    offered = Table(html / "downloads" / "claims-tensions.csv").rows
    assert offered == Table(project.root / "data" / "tensions.csv").rows
    assert any(row["how"].startswith("=cmd") for row in offered)


def test_nothing_was_written_elsewhere(project):
    names = {path.name for path in project.root.iterdir()}
    assert names <= {
        *(
            "_build",
            "_config.yml",
            "_toc.yml",
            "analysis",
            "book",
            "data",
            "src",
            "profiles",
            ".venv",
            ".snakemake",
        ),
        *(
            "requirements.lock",
            "Snakefile",
            "Makefile",
            "CITATION.cff",
            "CONTRIBUTING.md",
            "pyproject.toml",
            "private.txt",
        ),
    }
    assert (project.root / "private.txt").read_text() == hostile.CANARY
