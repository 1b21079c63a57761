"""The built site in a real browser: nothing from elsewhere, nothing broken, usable by keyboard and phone."""

import os
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from compendium import paths, studies

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        reason = "no Chromium on this machine; install it (Debian: apt-get install chromium) to test the site"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


def pages() -> list[str]:
    """All prose pages, and every study of the plan."""
    prose = [page.stem for page in sorted(paths.BOOK.glob("*.md"))]
    return prose + [f"studies/{study.study}" for study in studies.load()[0]]


def address(page: str) -> str:
    return (paths.HTML / f"{page}.html").as_uri()


MEASURES = """() => ({
    width: document.documentElement.scrollWidth,
    ids: [...document.querySelectorAll('[id]')].map(e => e.id),
    links: [...new Set([...document.querySelectorAll('a[href]')].map(a => a.href))],
    alternatives: [...document.querySelectorAll('figure.chart svg')].map(e => e.getAttribute('aria-label') || '')
        .concat([...document.querySelectorAll('article img')].map(e => e.alt)),
})"""


@pytest.fixture(scope="module", params=[(1366, "light"), (320, "dark")], ids=["desktop-light", "phone-dark"])
def visits(browser, request) -> dict[str, dict]:
    """What each page looks like at one width and colour scheme, and what went wrong on the way."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    wrong = []
    tab.on(
        "request",
        lambda sent: wrong.append(sent.url) if not sent.url.startswith(("file:", "data:")) else None,
    )
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    found = {}
    for page in pages():
        wrong.clear()
        tab.goto(address(page))
        found[page] = tab.evaluate(MEASURES) | {"allowed": width, "wrong": list(wrong)}
    context.close()
    return found


def test_no_request_to_another_host_and_no_error(visits):
    assert {page: visit["wrong"] for page, visit in visits.items() if visit["wrong"]} == {}


def test_nothing_overflows_sideways(visits):
    assert {page: visit["width"] for page, visit in visits.items() if visit["width"] > visit["allowed"]} == {}


def test_ids_are_unique(visits):
    doubled = {
        page: {name for name in visit["ids"] if visit["ids"].count(name) > 1}
        for page, visit in visits.items()
    }
    assert {page: names for page, names in doubled.items() if names} == {}


def test_figures_have_a_text_alternative(visits):
    assert [
        page for page, visit in visits.items() if any(len(text) < 20 for text in visit["alternatives"])
    ] == []


def test_links_and_downloads_lead_somewhere(visits):
    """Every internal link of every page points to a file and, on a page of the book, to an anchor there."""
    ids = {address(page): set(visit["ids"]) for page, visit in visits.items()}
    broken = []
    for page, visit in visits.items():
        for link in visit["links"]:
            target, _, fragment = link.partition("#")
            if not target.startswith("file:"):
                continue
            file = Path(unquote(target.removeprefix("file://")))
            if not file.is_file() or (fragment and target in ids and unquote(fragment) not in ids[target]):
                broken.append(f"{page}: {link}")
    assert broken == []


def test_a_value_answers_how_it_is_known_by_keyboard(browser):
    tab = browser.new_page()
    tab.goto(address("studies/city-bristol"))
    value = tab.locator("details.evidence summary").first
    value.focus()
    answer = tab.locator("details.evidence .place").first
    assert not answer.is_visible()
    tab.keyboard.press("Enter")
    assert answer.is_visible()
    assert "passage" in answer.inner_text()
    tab.close()


def test_numbers_in_prose_link_to_the_page_that_computed_them(browser):
    tab = browser.new_page()
    tab.goto(address("index"))
    number = tab.locator(".result a").first
    assert number.inner_text().isdigit()
    number.click()
    assert "/studies/" in tab.url
    tab.close()
