"""What is asked of an open page, each question a function that gives what is wrong with it, in words.

The questions know no page of the book. `tab` is a page of Playwright that shows one; every list is empty
where all is well.
"""

import contextlib
import os
import re
from functools import cache
from itertools import product

from browsing import tool
from playwright.sync_api import Error

DESK, PHONE = (1366, 900), (390, 844)
WINDOWS = tuple(product((DESK, PHONE), ("light", "dark")))
NARROW = 320
WEIGHT = 250_000  # bytes a page may load, compressed
LARGE = 5_000  # elements
SMALLEST = 12  # pixels of type, but in figures, which shrink with their page
HEAVIER = {"studies/explorer.html": 350_000}

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe-core asks of colours. The dark scheme changes nothing else, so nothing else is asked of it again.
COLOURS = ["color-contrast", "link-in-text-block"]
OPENED = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
# Cards open while the element they belong to has the focus, or at Enter; the open one has this class.
OPEN_CARD = ".card-open"
CARD_OWNERS = (
    ".result a",
    "a[href*='evidence-register.html#']",
    "a[href*='glossary.html#']",
    "a[href*='references.html#']",
    "button[aria-expanded]",
)
AXE = """async ([within, rules]) => {
    const found = await axe.run(within, { resultTypes: ['violations'], runOnly: rules });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
}"""
# Everything that can have the focus, but for what is hidden; of radio buttons the browser stops at one a group.
CONTROLS = """(() => {
    const focusable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
    const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
    const seen = new Set();
    return [...document.querySelectorAll(focusable)].filter((e) => {
        if (e.tabIndex < 0 || e.disabled || !shown(e) || e.closest('[inert]')) return false;
        const group = e.type === 'radio' ? `${e.name}` : null;
        if (group !== null && seen.has(group)) return false;
        seen.add(group);
        return true;
    });
})()"""
# Notes the look of each control without focus, and at each focus whether anything the eye can see has changed.
WATCH = """() => {
    const still = document.createElement('style');
    still.textContent = '* { transition: none !important; animation: none !important; }';
    document.head.append(still);
    const look = (e) => {
        const s = getComputedStyle(e);
        const outline = s.outlineStyle === 'none' || s.outlineWidth === '0px' ? 'none'
            : `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor}`;
        return [outline, s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.textDecorationThickness].join('|');
    };
    document.activeElement?.blur();
    window.controls = CONTROLS;
    window.unfocused = new Map(window.controls.map((e) => [e, look(e)]));
    window.reached = new Set();
    window.unseen = new Set();
    document.addEventListener('focusin', ({ target }) => {
        window.reached.add(target);
        const before = window.unfocused.get(target);
        const unchanged = before !== undefined && before === look(target);
        const parentShows = [target.parentElement, target.closest('form, label')].some(
            (e) => e && getComputedStyle(e).outlineStyle !== 'none' && e.matches(':focus-within'));
        if (unchanged && !parentShows) window.unseen.add(target);
    });
    return window.controls.length;
}""".replace("CONTROLS", CONTROLS)
NAMED = "(e) => `${e.tagName.toLowerCase()}${e.id ? '#' + e.id : ''}.${[...e.classList].join('.')} “${(e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 40)}”`"
IMAGES = """() => [...document.querySelectorAll('img, svg[role=img], [role=img]')].map((e) => ({
    html: e.outerHTML.slice(0, 80),
    decorative: e.tagName === 'IMG' && e.getAttribute('alt') === '' && e.getAttribute('role') === 'presentation',
    text: (e.getAttribute('aria-label') || e.getAttribute('alt') || e.querySelector('title')?.textContent
        || (e.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')).trim(),
}))"""
SMALL = """(smallest) => [...document.querySelectorAll('body *')].filter((e) => {
    const size = parseFloat(getComputedStyle(e).fontSize);  // at 0 the words are for those who listen
    return size > 0 && size < smallest && !e.closest('svg') && e.checkVisibility({ visibilityProperty: true })
        && [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
})"""
FILE_NAME = r".*\.(png|svg|jpe?g|gif|webp|avif)$"


@cache
def _axe_script() -> str:
    return tool("axe-core/axe.min.js").read_text("utf-8")


def violations(tab, within: str = "body") -> list[str]:
    """What axe-core finds in a part of the page, as rule and element; in the dark, of what the dark changes."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate(_axe_script())
    dark = tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"type": "rule", "values": COLOURS} if dark else {"type": "tag", "values": RULES}
    return tab.evaluate(AXE, ["html" if within == "body" else within, rules])


def come_near_everything(tab) -> None:
    """Scroll through the page and back, so that what waits until a reader comes near is there."""
    tab.evaluate(
        """async () => {
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
                scrollTo(0, y);
                await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
            }
            scrollTo(0, 0);
        }"""
    )


def open_everything(tab) -> None:
    """Open all folds, so that what they hold is looked at too."""
    tab.evaluate(OPENED)


def overflow(tab, width: int) -> list[str]:
    """Whether the page is wider than its window."""
    wide = tab.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide in a window of {width}"] if wide > width else []


def images_without_text(tab) -> list[str]:
    """Images that say nothing to those who do not see them, or no more than a file name."""
    return [
        image["html"]
        for image in tab.evaluate(IMAGES)
        if not image["decorative"] and (not image["text"] or re.fullmatch(FILE_NAME, image["text"], re.I))
    ]


def small_type(tab) -> list[str]:
    """Words outside figures that are set too small to read."""
    found = tab.evaluate(f"(smallest) => ({SMALL})(smallest).map({NAMED})", SMALLEST)
    return [f"type below {SMALLEST} px: {name}" for name in found]


def doubled_ids(tab) -> list[str]:
    """Ids that more than one element has, also those that scripts made."""
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    return sorted({name for name in ids if ids.count(name) > 1}) if len(ids) != len(set(ids)) else []


def controls_out_of_reach(tab) -> list[str]:
    """Walk through the page by Tab: controls that are not reached, or whose focus cannot be seen, or that
    do not let go of it."""
    tab.bring_to_front()
    count = tab.evaluate(WATCH)
    for _ in range(count + 15):
        tab.keyboard.press("Tab")
    missed = tab.evaluate(f"window.controls.filter((e) => !window.reached.has(e)).map({NAMED})")
    unseen = tab.evaluate(f"[...window.unseen].map({NAMED})")
    tab.keyboard.press("Shift+Tab")
    before = tab.evaluate_handle("document.activeElement")
    tab.keyboard.press("Shift+Tab")
    held = tab.evaluate("(before) => document.activeElement === before && before !== document.body", before)
    return (
        [f"not reached: {name}" for name in missed]
        + [f"focus not visible: {name}" for name in unseen]
        + (["the focus does not move back"] if held else [])
    )


def folds_out_of_order(tab) -> list[str]:
    """Folds of each kind that Enter does not open or close."""
    wrong = []
    firsts = tab.evaluate_handle(
        """() => [...new Map([...document.querySelectorAll('summary')].filter((e) => e.checkVisibility())
            .map((e) => [e.parentElement.className, e])).values()]"""
    )
    for handle in firsts.get_properties().values():
        summary = handle.as_element()
        was_open = summary.evaluate("(e) => e.parentElement.open")
        states = []
        for _ in range(2):
            summary.focus()
            tab.keyboard.press("Enter")
            states.append(summary.evaluate("(e) => e.parentElement.open"))
        if states != [not was_open, was_open]:
            wrong.append(f"fold does not follow Enter: {summary.evaluate(NAMED)}")
    return wrong


def dialog_defects(tab, button: str, dialog: str, inside: str | None = None) -> list[str]:
    """A dialog that is opened by Enter on its button, holds the focus while open, closes by Esc and gives
    the focus back; what axe-core finds in it while it is open. `inside` is typed first.

    Not every page has every dialog: nothing is wrong where the button is missing."""
    opener = tab.locator(f"{button}:visible").first
    if not opener.count():
        return []
    opener.focus()
    tab.keyboard.press("Enter")
    if not tab.evaluate(f"document.querySelector('{dialog}').open"):
        field = "document.activeElement.matches('main input[type=search]')"  # the page has a field of its own
        return [] if tab.evaluate(field) else [f"{button} does not open {dialog}"]
    wrong = []
    if not tab.evaluate(f"document.querySelector('{dialog}').contains(document.activeElement)"):
        wrong.append(f"{dialog} does not take the focus")
    if inside:
        tab.keyboard.type(inside)
        if tab.locator(f"{dialog} #search-results").count():
            tab.locator(f"{dialog} #search-results li").first.wait_for(timeout=20_000)
            tab.wait_for_load_state("networkidle")
    # Dialogs are the same from page to page, and axe takes in the whole page before it looks at a part of it:
    # of large pages this is asked only where all is.
    if os.environ.get("PAGES") or tab.evaluate("document.querySelectorAll('*').length") < LARGE:
        wrong += [f"{dialog}: {found}" for found in violations(tab, dialog)]
    tab.keyboard.press("Escape")
    tab.wait_for_timeout(100)
    if tab.evaluate(f"document.querySelector('{dialog}').open"):
        wrong.append(f"Esc does not close {dialog}")
    elif not opener.evaluate("(e) => document.activeElement === e"):
        wrong.append(f"{dialog} does not give the focus back")
    return wrong


def card_defects(tab) -> list[str]:
    """Cards: whether the first of each kind opens, what axe-core finds in it, and whether Esc closes it."""
    wrong = []
    for owner in CARD_OWNERS:
        element = tab.locator(f"article {owner}:visible").first
        if not element.count():
            continue
        element.focus()
        tab.keyboard.press("Shift")  # as after Tab: the focus shows
        if element.evaluate("(e) => e.tagName !== 'A'"):
            tab.keyboard.press("Enter")
        try:
            tab.locator(OPEN_CARD).wait_for(timeout=5_000)
        except Error:
            wrong.append(f"no card opens at {owner}")
            continue
        wrong += [f"card of {owner}: {found}" for found in violations(tab, OPEN_CARD)]
        tab.keyboard.press("Escape")
        if tab.locator(OPEN_CARD).count():
            wrong.append(f"Esc does not close the card of {owner}")
    return wrong


def switch_defects(tab) -> list[str]:
    """The colour scheme that does not follow Enter on its button.

    The page for what is not found is none of the theme's: it follows the reader's system.
    """
    if not tab.locator("html[data-content_root]").count():
        return []
    mode = "document.documentElement.dataset.mode"
    before = tab.evaluate(mode)
    tab.locator(".theme-switch-button:visible").first.focus()
    tab.keyboard.press("Enter")
    return ["the colour scheme does not follow its button"] if tab.evaluate(mode) == before else []


class Tab:
    """A tab in a window of its own, that notes what goes over the line and what goes wrong.

    It serves for many pages: a new one for each would cost more than the checks. Nothing is kept from one
    page to the next: no file in the cache, no word in the browser's storage, no opened fold.
    """

    def __init__(self, browser, size: tuple[int, int] = DESK, scheme: str = "light"):
        width, height = self.size = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            has_touch=size == PHONE,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.own = ""
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.bytes = 0
        self.page.on("request", self._sent)
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        line = self.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.on("Network.loadingFinished", self._loaded)

    def _sent(self, request) -> None:
        if not request.url.startswith(("data:", "blob:", "about:", self.own)):
            self.foreign.append(request.url)

    def _loaded(self, done: dict) -> None:
        self.bytes += int(done["encodedDataLength"])

    def open(self, root: str, page: str):
        """Go to a page below `root`, as for the first time, and wait until it has all it asks for."""
        width, height = self.size
        self.page.set_viewport_size({"width": width, "height": height})
        if self.page.url.startswith(("http:", "file:")):
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.own = "about:"
        self.page.goto("about:blank")
        self.own, self.bytes = root, 0
        self.foreign.clear()
        self.errors.clear()
        answer = self.page.goto(root + page)
        assert answer is None or answer.ok, f"there is no page {page}; say `make book`"
        self.page.wait_for_load_state("networkidle")
        return self.page

    def faults(self) -> list[str]:
        """What went over the line or wrong since the page was opened."""
        return [f"from elsewhere: {address}" for address in self.foreign] + self.errors


@contextlib.contextmanager
def window(browser, *arguments):
    """A tab that is closed in the end; see Tab for the arguments."""
    tab = Tab(browser, *arguments)
    try:
        yield tab
    finally:
        tab.context.close()


def look(tab, phone: bool, as_it_comes: bool) -> list[str]:
    """What is wrong with an open page in one window: as it comes, then with all that can be opened."""
    wrong = violations(tab) if as_it_comes else []
    if phone:
        wrong += dialog_defects(tab, ".primary-toggle", "#pst-primary-sidebar-modal")
        wrong += dialog_defects(tab, ".secondary-toggle", "#pst-secondary-sidebar-modal")
    else:
        wrong += dialog_defects(tab, ".search-button__button", "#pst-search-dialog", "city")
    wrong += card_defects(tab)
    open_everything(tab)
    come_near_everything(tab)  # what is far away has only the size it had before all was opened
    wrong += violations(tab) + small_type(tab)
    if phone:
        tab.set_viewport_size({"width": NARROW, "height": 640})
        wrong += overflow(tab, NARROW)
    return wrong


def examine(tab: Tab, host: str, page: str, as_it_comes: bool = False) -> list[str]:
    """All that is wrong with a page of the site in one window."""
    opened = tab.open(host, page)
    come_near_everything(opened)
    weight, allowed = tab.bytes, HEAVIER.get(page, WEIGHT)
    wrong = [f"weighs {weight} bytes"] if weight > allowed else []
    wrong += images_without_text(opened) + doubled_ids(opened)
    return wrong + look(opened, tab.size == PHONE, as_it_comes) + tab.faults()


def walk(tab: Tab, host: str, page: str) -> list[str]:
    """What is wrong with a page for those who have no mouse."""
    opened = tab.open(host, page)
    come_near_everything(opened)
    return controls_out_of_reach(opened) + folds_out_of_order(opened) + switch_defects(opened)


def from_disk(tab: Tab, site, page: str) -> list[str]:
    """What goes wrong with a page that is opened from the reader's own disk."""
    tab.open(f"{site.as_uri()}/", page)
    return tab.faults()
