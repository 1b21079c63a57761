"""The book as a tagged PDF: all chapters as one page of HTML, printed by Chromium."""

import sys
from copy import deepcopy
from io import BytesIO

from lxml import html
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, E
from pypdf import PdfReader

from compendium import paths
from compendium.codings import package
from compendium.errors import DataError
from compendium.files import write_bytes, write_text
from compendium.publishing import books, browser, chapters, cover, packing
from compendium.publishing.chapters import LINK, Chapter, Part

MERGED = paths.BUILD / "print" / "index.html"
STYLES = (
    chapters.PAGES / "_static" / "pygments.css",
    paths.BOOK / "_print" / "book.css",
    paths.BOOK / "_print" / "print.css",
)
COVER = "cover.png"
HOW = {"tagged": True, "outline": True, "prefer_css_page_size": True, "print_background": True}
PATIENCE = 600_000  # milliseconds that printing may take on a busy machine
FILL_IN = """numbers => Object.entries(numbers).forEach(([name, number]) =>
    { document.querySelector(`nav a[href="#${name}"] .number`).textContent = number })"""
PRINTABLE = {"width": 657, "height": 990}  # pixels: A4 without the margins of print.css
# Tables whose words do not fit into their columns may break them.
TIGHTEN = """width => [...document.querySelectorAll('table')]
    .filter(e => e.getBoundingClientRect().right > width + 1).forEach(e => e.classList.add('tight'))"""
# What is too wide for the page even so, where it stands, and how it begins.
TOO_WIDE = """width => [...document.querySelectorAll('table, pre, svg, p, h1, h2, h3, h4')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => `${e.closest('.chapter')?.id}: ${e.tagName} ${e.textContent.trim().slice(0, 50)}`)"""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def build() -> int:
    """Bring the PDF up to date; 0 where it is, 1 where there is no browser."""
    if books.up_to_date(books.file("pdf")):
        return 0
    program = browser.find()
    if program is None:
        print(browser.MISSING, file=sys.stderr)
        return 1
    begun, parts = books.made_from(), source()
    books.keep(books.file("pdf"), packing.pack(printed(program, parts), information(books.about())), begun)
    return 0


def source() -> list[Part]:
    """Write the merged page that is printed, and its cover; gives the parts of the book."""
    parts, about = chapters.bind(), books.about()
    merged = html.tostring(document(parts, about, sheets()), encoding="unicode", doctype="<!DOCTYPE html>")
    write_text(MERGED, merged)
    write_bytes(MERGED.with_name(COVER), cover.png(package.read(), about))
    return parts


def printed(program: str, parts: list[Part]) -> bytes:
    """The PDF that the browser makes of the merged page.

    It is printed twice: the page numbers of the contents are known only then. DataError where
    something is wider than the paper: Chromium would shrink the type of the whole book until it fits.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=browser.FLAGS)
        tab = opened.new_page(color_scheme="light", viewport=PRINTABLE)
        tab.emulate_media(media="print")
        tab.set_default_timeout(PATIENCE)
        tab.goto(MERGED.as_uri())
        tab.evaluate(TIGHTEN, PRINTABLE["width"])
        if wide := tab.evaluate(TOO_WIDE, PRINTABLE["width"]):
            raise DataError("too wide for the page of the PDF; shorten a word there:\n" + "\n".join(wide))
        tab.evaluate(FILL_IN, page_numbers(tab.pdf(**HOW), parts))
        content = tab.pdf(**HOW)
        opened.close()
    return content


def sheets() -> str:
    """The style sheets of the printed book, as one."""
    return "\n".join(path.read_text("utf-8") for path in STYLES)


def document(parts: list[Part], about: books.About, style: str = "") -> HtmlElement:
    """The whole book as one page: title, contents, parts."""
    style = f"{style}\n{running_heads(parts)}"
    return E.html(
        {"lang": about.language},
        E.head(E.meta(charset="utf-8"), E.title(about.title), E.style(style)),
        E.body(title_page(about), contents(parts), *(part_section(*part) for part in enumerate(parts))),
    )


def running_heads(parts: list[Part]) -> str:
    """A style of page for each part, with its caption at the top."""
    rules = []
    for number, part in enumerate(parts):
        caption = part.caption.replace("\\", "\\\\").replace('"', '\\"')
        rules.append(
            f'@page part-{number} {{ @top-left {{ content: "{caption}" }} }} .part-{number} {{ page: part-{number} }}'
        )
    return "\n".join(rules)


def title_page(about: books.About) -> HtmlElement:
    """The cover, and a page with what the book says of itself."""
    return E.section(
        E.div(CLASS("cover"), E.img(src=COVER, alt=f"Cover: {about.title}")),
        E.div(CLASS("title-page"), E.p(about.title, CLASS("book-title")), *map(E.p, about.imprint)),
    )


def contents(parts: list[Part]) -> HtmlElement:
    """The table of contents, with room for the page numbers."""

    def entry(chapter: Chapter, title: str) -> HtmlElement:
        return E.a(
            E.span(title, CLASS("entry")),
            E.span("000", CLASS("number")),
            href=f"#{anchor(chapter.page)}",
        )

    def entries(part: Part) -> HtmlElement:
        opening, rest = opening_and_rest(part)
        caption = [entry(opening, part.caption)] if opening else [part.caption] if part.caption else []
        pages = E.ol(*(E.li(entry(chapter, chapter.title)) for chapter in rest))
        return E.li(*(E.span(shown, CLASS("caption")) for shown in caption), pages)

    return E.nav(E.h1("Contents"), E.ol(*map(entries, parts)))


def opening_and_rest(part: Part) -> tuple[Chapter | None, list[Chapter]]:
    """The chapter that opens a part under the same title, which is not said twice; and the others."""
    first, *others = part.chapters
    return (first, others) if first.title == part.caption else (None, part.chapters)


def part_section(number: int, part: Part) -> HtmlElement:
    """A part with its chapters; their headings stand one level below its caption."""
    opening, rest = opening_and_rest(part)
    depth = 1 if part.caption else 0
    first = [placed(opening, 0)] if opening else [E.h1(part.caption)] if part.caption else []
    return E.section(CLASS(f"part part-{number}"), *first, *(placed(chapter, depth) for chapter in rest))


def placed(chapter: Chapter, depth: int) -> HtmlElement:
    """A chapter whose ids and links hold in the whole book, its headings `depth` levels down."""
    section = deepcopy(chapter.body)
    section.set("class", "chapter")
    for element in section.iter(html.etree.Element):
        if element.tag in HEADINGS:
            element.tag = f"h{min(6, int(element.tag[1]) + depth)}"
        for name, value in element.attrib.items():
            element.set(name, book_wide(name, value, chapter.page))
    section.set("id", anchor(chapter.page))
    return section


def book_wide(name: str, value: str, page: str) -> str:
    """An attribute of an element of `page` whose ids are made unique in the book."""
    if name in ("id", "for"):
        return anchor(page, value)
    if name in ("aria-labelledby", "aria-describedby", "headers"):
        return " ".join(anchor(page, name) for name in value.split())
    if value.startswith(LINK):
        return f"#{anchor(*value.removeprefix(LINK).split('#'))}"
    if name.endswith("href") and value.startswith("#"):
        return f"#{anchor(page, value[1:])}"
    return value.replace("url(#", f"url(#{anchor(page, '')}")


def anchor(page: str, name: str | None = None) -> str:
    """The id that a page, or an id on that page, has in the whole book."""
    return page.replace("/", "-") + ("" if name is None else f"--{name}")


def page_numbers(pdf: bytes, parts: list[Part]) -> dict[str, int]:
    """The page on which each chapter begins, by its anchor: where the links to it lead."""
    reader = PdfReader(BytesIO(pdf))
    places = reader.named_destinations
    anchors = (anchor(chapter.page) for part in parts for chapter in part.chapters)
    return {name: reader.get_destination_page_number(places[f"/{name}"]) + 1 for name in anchors}


def information(about: books.About) -> dict[str, str]:
    """What the PDF says of itself: the date is that of the release, not of the build."""
    date = f"D:{about.date:%Y%m%d%H%M%S}+00'00'"
    return {"Title": about.title, "Author": about.author, "CreationDate": date, "ModDate": date}
