"""A few pages of the built site in a real browser, and what readers do there; links on all pages.

What every page must reach is asked in page_checks.py; test_site.py asks it of all pages.
"""

from urllib.parse import unquote, urlsplit

import browsing
import lxml.html
import page_checks
import pytest

from compendium import paths, studies

pytestmark = pytest.mark.browser


def sample() -> list[str]:
    """A page of each kind: the first one, prose with a list, a case, what is computed while one looks."""
    try:
        cases = [study.study for study in studies.load()[0] if study.study.startswith("city-")]
    except FileNotFoundError:  # nothing is planned yet
        return []
    return ["index.html", "references.html", f"studies/{cases[0]}.html", "studies/explorer.html"]


@pytest.fixture(scope="module")
def desk(browser):
    with page_checks.window(browser) as tab:
        yield tab


@pytest.fixture(scope="module")
def phone(browser):
    with page_checks.window(browser, page_checks.PHONE, "dark") as tab:
        yield tab


@pytest.mark.parametrize("page", sample())
def test_page(desk, phone, host, page):
    assert page_checks.examine(desk, host, page) == []
    assert page_checks.examine(phone, host, page) == []
    assert page_checks.walk(desk, host, page) == []
    assert page_checks.from_disk(desk, paths.HTML, page) == []


def anchors(page: lxml.html.HtmlElement) -> set[str]:
    """Where links on and to a page can lead."""
    return {*page.xpath("//@id"), *page.xpath("//a/@name"), "", "top"}


def test_links_and_downloads_lead_somewhere():
    """Every internal link of every page points to a file and, on a page of the book, to an anchor there."""
    found = sorted(paths.HTML.rglob("*.html"))
    parsed = {path: lxml.html.parse(str(path)).getroot() for path in found}
    ids = {path: anchors(page) for path, page in parsed.items()}
    broken = []
    for path, page in parsed.items():
        for _, name, link, _ in page.iterlinks():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or name not in ("href", "src", "action"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = ids.get(target)
            scripted = "=" in parts.fragment  # the state of a page that a script reads
            if not target.is_file() or (known and not scripted and unquote(parts.fragment) not in known):
                broken.append(f"{path.relative_to(paths.HTML)}: {link}")
    assert broken == []


def test_a_value_answers_how_it_is_known_by_keyboard(desk, host):
    page = desk.open(host, "studies/city-bristol.html")
    answer = page.locator("details.evidence .place").first
    page.locator("details.evidence summary").first.focus()
    assert not answer.is_visible()
    page.keyboard.press("Enter")
    assert answer.is_visible()
    assert "passage" in answer.inner_text()


def test_numbers_in_prose_link_to_the_page_that_computed_them(desk, host):
    page = desk.open(host, "index.html")
    number = page.locator(".result a").first
    assert number.inner_text().isdigit()
    number.click()
    assert "/studies/" in page.url


@pytest.mark.parametrize("place", ["host", "disk"])
def test_search_as_you_type_finds_pages_and_marks_the_words_there(desk, host, place):
    root = host if place == "host" else f"{paths.HTML.as_uri()}/"
    page = desk.open(root, "studies/city-bristol.html")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog[open]").wait_for()
    page.keyboard.type("leadership")
    found = page.locator("#search-results li a").first
    found.wait_for()
    if place == "host":  # a browser lets no page on disk read another
        page.locator("#search-results .context").first.wait_for()
    found.click()
    page.locator("article .highlighted").first.wait_for()
    marked = page.locator("article .highlighted").all_text_contents()
    assert {text.lower() for text in marked} == {"leadership"}
    assert page.locator("nav .highlighted").count() == 0
    page.get_by_role("button", name="Remove the marks").click()
    assert page.locator(".highlighted").count() == 0
    page.goto(f"{root}search.html?q=leadership")
    page.locator("#search-results li a").first.wait_for()
    assert desk.faults() == []


def test_code_can_be_copied(desk, host):
    page = desk.open(host, "studies/city-bristol.html")
    page_checks.open_everything(page)
    page.locator("button.copybtn").first.focus()
    page.keyboard.press("Enter")
    page.locator(".copybtn.success").wait_for()


def test_the_colour_scheme_is_shown_and_kept(desk, host):
    shown = "[...document.querySelectorAll('.theme-switch')].filter((e) => e.checkVisibility()).map((e) => e.dataset.mode)"
    page = desk.open(host, "index.html")
    assert page.evaluate(shown) == ["auto"]
    page.locator(".theme-switch-button").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(f"{host}method.html")
    assert page.evaluate(shown) == ["dark"]


BROKEN = """<!DOCTYPE html><html><head><title>Broken</title></head><body style="width: 2000px">
<img src="plan.png"><img src="x.png" alt="plan.png"><p id="a" style="color: #ddd">Pale</p><p id="a">Twice</p>
<button style="outline: none">Unseen</button><span tabindex="0" onfocus="this.blur()">Held</span>
<details><summary onclick="return false">Stuck</summary>Folded</details>
<dialog id="pst-search-dialog"><input></dialog>
<button class="search-button__button" onclick="document.querySelector('dialog').show()">Search</button>
<script src="http://localhost:1/elsewhere.js"></script></body></html>"""


def test_the_checks_see_what_is_wrong(desk, tmp_path):
    """Each check finds its defect on a page that is broken on purpose."""
    (tmp_path / "broken.html").write_text(BROKEN, "utf-8")
    with browsing.served(tmp_path) as root:
        page = desk.open(root, "broken.html")
        assert desk.foreign == ["http://localhost:1/elsewhere.js"]
        assert any("ERR_" in error for error in desk.errors)
        assert desk.bytes > 400
        rules = {found.partition(":")[0] for found in page_checks.violations(page)}
        assert {"image-alt", "color-contrast", "html-has-lang"} <= rules
        assert len(page_checks.images_without_text(page)) == 2
        assert page_checks.doubled_ids(page) == ["a"]
        assert page_checks.overflow(page, page_checks.DESK[0])
        assert page_checks.folds_out_of_order(page)
        dialog = page_checks.dialog_defects(page, ".search-button__button", "#pst-search-dialog")
        assert "Esc does not close #pst-search-dialog" in dialog
        page.evaluate("document.querySelector('dialog').close()")
        walked = page_checks.controls_out_of_reach(page)
        assert any(found.startswith("focus not visible: button") for found in walked)
