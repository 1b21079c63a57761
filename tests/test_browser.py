"""The built site in a real browser: nothing from elsewhere, nothing broken, usable by keyboard and phone."""

import os
import shutil
from dataclasses import asdict
from pathlib import Path
from urllib.parse import unquote

import pytest

from compendium import matrices, package, paths, studies
from compendium.claims import OUTCOMES, evaluate
from compendium.counting import bounds
from compendium.specifications import CHOICES, Specification

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
PROSE = [
    "index",
    "leadership",
    "partnerships",
    "clusters",
    "synthesis",
    "questions",
    "slurm",
    "method",
    "rerun",
    "glossary",
    "references",
]


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
    return PROSE + [f"studies/{study.study}" for study in studies.load()[0]]


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


def test_switches_show_what_python_computes(browser):
    """The default without touching anything; then other choices, each against the library."""
    data = package.read()
    evaluation = evaluate(data)
    tab = browser.new_page()
    tab.goto(address("studies/claims"))
    untouched = [select.input_value() for select in tab.locator("#switch select").all()]
    assert untouched == list(asdict(Specification()).values())
    for spec in (
        Specification(),
        Specification("all", "absent", "accept", "without", "without", "strict", "hold"),
        Specification(evidence="explicit", silence="absent"),
    ):
        for select, name in zip(tab.locator("#switch select").all(), CHOICES):
            select.select_option(getattr(spec, name))
        shown = dict(
            tab.eval_on_selector_all(
                "[data-claim]",
                "all => all.map(r => [r.dataset.claim, r.querySelector('.outcome').textContent])",
            )
        )
        assert shown == {name: OUTCOMES[evaluation.at(name, spec)[0]] for name in evaluation.claims}
        counts = matrices.states(
            data, ["citizens"], matrices.select_cases(data.cases, "clusters", spec).index, spec
        )["citizens"]
        low, high = bounds(counts)
        expected = f"{low if low == high else f'{low} to {high}'} of {len(counts)}"
        assert tab.locator("[data-sphere=citizens] .count").inner_text() == expected
    tab.close()


def test_without_javascript_the_default_specification_stands(browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address("studies/claims"))
    evaluation = evaluate(package.read())
    for name in evaluation.claims[:20]:
        shown = tab.locator(f"[data-claim={name}] .outcome").inner_text()
        assert shown == OUTCOMES[evaluation.at(name, Specification())[0]]
    assert tab.locator("#switch select").count() == 0
    context.close()
