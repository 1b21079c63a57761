"""A few pages of the built site in a real browser, and what readers do there; links on all pages.

What every page must reach is asked in page_checks.py; test_site.py asks it of all pages.
"""

import base64
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browsing
import lxml.html
import page_checks
import pytest

from compendium import paths

pytestmark = pytest.mark.browser


# A page of each kind: the first one, prose with a list, a case, what is computed while one looks.
SAMPLE = ["index.html", "references.html", "studies/city-bristol.html", "studies/explorer.html"]


@pytest.fixture(scope="module")
def desk(browser):
    with page_checks.window(browser) as tab:
        yield tab


@pytest.fixture(scope="module")
def phone(browser):
    with page_checks.window(browser, page_checks.PHONE, "dark") as tab:
        yield tab


@pytest.mark.parametrize("page", SAMPLE)
def test_page(desk, phone, host, page):
    assert page_checks.examine(desk, host, page) == []
    assert page_checks.examine(phone, host, page) == []
    assert page_checks.walk(desk, host, page) == []
    assert page_checks.from_disk(desk, paths.HTML, page) == []


def test_a_page_is_opened_as_for_the_first_time(desk, host, site):
    """Also where another page, from disk, was opened in between: what one test chose, no other sees."""
    desk.open(host, "index.html").evaluate("localStorage.mode = 'dark'; sessionStorage.word = 'city'")
    desk.open(f"{site.as_uri()}/", "404.html")
    page = desk.open(host, "404.html")
    assert page.evaluate("[localStorage.mode ?? '', sessionStorage.word ?? '']") == ["", ""]


def anchors(page: lxml.html.HtmlElement) -> set[str]:
    """Where links on and to a page can lead."""
    return {*page.xpath("//@id"), *page.xpath("//a/@name"), "", "top"}


def test_links_and_downloads_lead_somewhere(site):
    """Every internal link of every page points to a file and, on a page of the book, to an anchor there."""
    found = sorted(site.rglob("*.html"))
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
                broken.append(f"{path.relative_to(site)}: {link}")
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


def has_focus(element) -> bool:
    return element.evaluate("(element) => element === document.activeElement")


# A link of each kind that has a card, on a page that has such a link, and words of its card.
HINTS = {
    "number": ("index.html", ".result a", "computed on"),
    "term": ("claims.html", "a[href*='glossary.html#term-claim']", "A statement of a document"),
    "citation": ("method.html", "a[href*='references.html#']", "Specification curve analysis"),
    "passage": ("studies/actor-network.html", "a[href*='evidence-register.html#']", "innovative ecosystems"),
    "page": ("claims.html", "a[href='studies/claims.html']:has(> .std-doc)", "can be recomputed"),
}


@pytest.mark.parametrize("kind", HINTS)
def test_a_link_says_what_it_leads_to(desk, host, kind):
    """Its card opens at the pointer and at the focus; it is text alone, which every reader reaches."""
    name, link, words = HINTS[kind]
    page = desk.open(host, name)
    owner, card = page.locator(f"article {link}").first, page.get_by_role("tooltip")
    owner.hover()
    card.wait_for()
    page.mouse.move(0, 0)
    card.wait_for(state="detached")
    owner.focus()
    page.keyboard.press("Shift")  # as after Tab: the focus shows
    card.wait_for()
    assert words in card.inner_text()
    assert owner.get_attribute("aria-describedby") == card.get_attribute("id")
    assert card.locator("a, button").count() == 0


@pytest.mark.parametrize("kind", [kind for kind in HINTS if kind != "page"])
def test_the_first_tap_shows_the_card_and_the_second_follows_the_link(phone, host, kind):
    name, link, words = HINTS[kind]
    page = phone.open(host, name)
    page_checks.open_everything(page)
    page_checks.come_near_everything(page)  # so that nothing moves below the finger
    owner = page.locator(f"article {link}").first
    address = owner.evaluate("(link) => link.href")
    owner.tap()
    page.get_by_role("tooltip").wait_for()
    assert words in page.get_by_role("tooltip").inner_text()
    assert page.url == host + name
    owner.tap()
    page.wait_for_url(address)


def test_an_answer_keeps_the_focus_until_it_is_closed(desk, host):
    page = desk.open(host, "studies/explorer.html")
    page_checks.come_near_everything(page)
    buttons = page.locator("#the-matrix td button")
    owner, following = buttons.nth(0), buttons.nth(1)
    card = page.get_by_role("dialog", name="How do we know?")
    owner.click()
    page.locator("article a[href*='claims-of-']").first.hover()
    page.wait_for_timeout(600)  # a hint would have opened, and what closes by itself would be gone
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    assert card.count() == 1
    assert has_focus(card)
    owner.click()
    assert card.count() == 0
    assert has_focus(owner)
    page.keyboard.press("Enter")
    for _ in range(card.locator("a, button").count()):
        page.keyboard.press("Tab")
    assert has_focus(card.get_by_role("button", name="Close"))
    page.keyboard.press("Tab")
    assert card.count() == 0
    assert has_focus(following)
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert has_focus(following)


DIALOGS = {
    "search": ("desk", ".search-button__button", "#pst-search-dialog"),
    "pages": ("phone", ".primary-toggle", "#pst-primary-sidebar-modal"),
    "contents": ("phone", ".secondary-toggle", "#pst-secondary-sidebar-modal"),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_opens(request, host, name):
    window, button, dialog = DIALOGS[name]
    page = request.getfixturevalue(window).open(host, "index.html")
    page.locator(f"{button}:visible").first.wait_for()
    assert page_checks.dialog_defects(page, button, dialog) == []


def test_after_a_search_the_reader_is_where_she_was(desk, host):
    """The button that was used before has nothing to do with it."""
    page = desk.open(host, "index.html")
    page.locator(".theme-switch-button").first.click()
    link = page.locator("article a[href]:visible").nth(3)
    link.focus()
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert has_focus(link)


def test_a_citation_can_be_copied(desk, host):
    page = desk.open(host, "index.html")
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page_checks.open_everything(page)
    page.get_by_role("button", name="Copy BibTeX").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@incollection{")
    assert copied == page.locator(".cite pre").text_content()


# The drawing that a picture is most like, both drawn small on white.
NEAREST = """async ([picture, drawings]) => {
    const drawn = async (address) => {
        const image = Object.assign(new Image(), { src: address });
        await image.decode();
        const pen = Object.assign(document.createElement('canvas'), { width: 64, height: 64 }).getContext('2d');
        pen.fillStyle = 'white';
        pen.fillRect(0, 0, 64, 64);
        pen.drawImage(image, 0, 0, 64, 64);
        return pen.getImageData(0, 0, 64, 64).data;
    };
    const wanted = await drawn(picture);
    const distance = async (address) =>
        (await drawn(address)).reduce((sum, value, i) => sum + Math.abs(value - wanted[i]), 0);
    const distances = await Promise.all(drawings.map(distance));
    return drawings[distances.indexOf(Math.min(...distances))];
}"""


@pytest.mark.parametrize("name", ["trade-offs", "reporting-quality"])
def test_each_figure_is_saved_as_the_picture_it_is(desk, host, name):
    """On pages that show several figures one after the other."""
    page = desk.open(host, f"studies/{name}.html")
    links = page.locator(".download a[href$='.svg']")
    drawings = links.evaluate_all("(links) => links.map((link) => link.href)")
    assert len(drawings) > 2
    for drawing, button in zip(drawings, page.locator(".download button").all(), strict=True):
        with page.expect_download() as saved:
            button.click()
        assert saved.value.suggested_filename == f"{Path(drawing).stem}.png"
        picture = base64.b64encode(saved.value.path().read_bytes()).decode()
        assert page.evaluate(NEAREST, [f"data:image/png;base64,{picture}", drawings]) == drawing


BROKEN = """<!DOCTYPE html><html data-content_root="./"><head><title>Broken</title></head>
<body style="width: 2000px"><img src="plan.png"><img src="x.png" alt="plan.png">
<p id="a" style="color: #ddd">Pale</p><p id="a">Twice</p><p style="font-size: 8px">Small</p>
<button style="outline: none">Unseen</button><button class="theme-switch-button">Same</button>
<article><p class="result"><a href="#a">7</a></p>
<button aria-expanded="false" onclick="document.querySelector('.card-open').hidden = false">Why?</button></article>
<p class="card-open" hidden><img src="x.png"></p><details><summary onclick="return false">Stuck</summary>Folded</details>
<dialog id="pst-search-dialog"><input></dialog>
<button class="search-button__button" onclick="document.querySelector('dialog').show()">Search</button>
<button onkeydown="event.preventDefault()">Trap</button><button>Beyond</button>
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
        assert len(page_checks.images_without_text(page)) == 3
        assert len(page_checks.small_type(page)) == 1
        assert page_checks.doubled_ids(page) == ["a"]
        assert page_checks.overflow(page, page_checks.DESK[0])
        assert page_checks.folds_out_of_order(page)
        assert page_checks.switch_defects(page)
        cards = page_checks.card_defects(page)
        assert cards[0] == "no card opens at .result a"
        assert cards[1].startswith("card of button[aria-expanded]: image-alt")
        assert cards[-1] == "Esc does not close the card of button[aria-expanded]"
        dialog = page_checks.dialog_defects(page, ".search-button__button", "#pst-search-dialog")
        assert "Esc does not close #pst-search-dialog" in dialog
        walked = page_checks.controls_out_of_reach(desk.open(root, "broken.html"))
        assert any(found.startswith("focus not visible: button. “Unseen”") for found in walked)
        assert any(found.startswith("not reached: button. “Beyond”") for found in walked)
        assert "the focus does not move back" in walked
