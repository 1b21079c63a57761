"""What is asked of an open page, each question a function that gives what is wrong with it, in words.

The questions know no page of the book. `tab` is a page of Playwright that shows one; every list is empty
where all is well.
"""

from functools import cache

from browsing import tool

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPENED = """() => {
    document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
    // Hover cards show while the element they belong to has the focus or this class.
    document.querySelectorAll('[data-card], .has-card').forEach((card) => card.classList.add('card-open'));
}"""
AXE = """async ([within, tags]) => {
    const found = await axe.run(within, { resultTypes: ['violations'], runOnly: tags });
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
    window.repeated = 0;
    document.addEventListener('focusin', ({ target }) => {
        if (window.reached.has(target)) window.repeated += 1;
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
FILE_NAME = r".*\.(png|svg|jpe?g|gif|webp|avif)$"


@cache
def _axe_script() -> str:
    return tool("axe-core/axe.min.js").read_text("utf-8")


def violations(tab, within: str = "body") -> list[str]:
    """What axe-core finds in a part of the page, as rule and element."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate(_axe_script())
    return tab.evaluate(AXE, ["html" if within == "body" else within, RULES])


def open_everything(tab) -> None:
    """Open folds and cards, so that what they hold is looked at too."""
    tab.evaluate(OPENED)


def overflow(tab, width: int) -> list[str]:
    """Whether the page is wider than its window."""
    wide = tab.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide in a window of {width}"] if wide > width else []


def images_without_text(tab) -> list[str]:
    """Images that say nothing to those who do not see them, or no more than a file name."""
    import re

    return [
        image["html"]
        for image in tab.evaluate(IMAGES)
        if not image["decorative"] and (not image["text"] or re.fullmatch(FILE_NAME, image["text"], re.I))
    ]


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


def dialog_defects(tab, button: str, dialog: str) -> list[str]:
    """A dialog that is opened by Enter on its button, holds the focus while open, closes by Esc and gives
    the focus back; what axe-core finds in it while it is open."""
    opener = tab.locator(f"{button}:visible").first
    if not opener.count():
        return [f"no {button} to be seen"]
    opener.focus()
    tab.keyboard.press("Enter")
    if not tab.evaluate(f"document.querySelector('{dialog}').open"):
        return [f"{button} does not open {dialog}"]
    wrong = [f"{dialog}: {found}" for found in violations(tab, dialog)]
    if not tab.evaluate(f"document.querySelector('{dialog}').contains(document.activeElement)"):
        wrong.append(f"{dialog} does not take the focus")
    tab.keyboard.press("Escape")
    tab.wait_for_timeout(50)
    if tab.evaluate(f"document.querySelector('{dialog}').open"):
        wrong.append(f"Esc does not close {dialog}")
    if not opener.evaluate("(e) => document.activeElement === e"):
        wrong.append(f"{dialog} does not give the focus back")
    return wrong


class Watch:
    """What goes over the line and what goes wrong while pages are loaded in a tab."""

    def __init__(self, tab, *allowed: str):
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.bytes = 0
        schemes = ("data:", "blob:", "about:", *allowed)
        tab.on("request", lambda sent: sent.url.startswith(schemes) or self.foreign.append(sent.url))
        tab.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        line = tab.context.new_cdp_session(tab)
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda done: self._count(done["encodedDataLength"]))

    def _count(self, length: float) -> None:
        self.bytes += int(length)
