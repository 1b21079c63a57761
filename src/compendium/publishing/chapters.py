"""The pages of the book as chapters to be bound: nothing folded, nothing to click that paper has not.

Sphinx writes every page once, and PDF and EPUB are both made of these. Links between pages have the
form `book:page#id`, so that each book can turn them into its own.
"""

import pickle
import posixpath
import re
import shutil
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

from compendium import paths
from compendium.errors import DataError
from compendium.publishing import books, drawings, site

PAGES = paths.BUILD / "chapters"
DOCTREES = paths.BUILD / ".doctrees-chapters"
LINK = "book:"
REGISTER = "studies/evidence-register"  # where every passage is explained
# A table with more columns has no room for paraphrases in its cells, or for all its columns.
ROOMY, WIDE = 3, 7
MATRIX_NOTE = (
    "Each value leads to its passage in the evidence register; the page of the case says how it is known."
)
# Longer words may break in tables, after one of these signs.
LONG = 12
JOINTS = re.compile(r"(?<=\w[;,/_.=|-])(?=\w)")
PROSE = 15  # a cell with more words wants a column of some width
# The names of the passages in folded evidence.
PASSAGES = ".//details[@class='evidence']/p[@class='place']/code"


@dataclass(frozen=True)
class Chapter:
    """One page: its name as in the contents, its title, and a `section` element that holds all of it."""

    page: str
    title: str
    body: HtmlElement


@dataclass(frozen=True)
class Part:
    """Chapters under one caption of the contents; what stands before the first caption has none."""

    caption: str
    chapters: list[Chapter]


def bind() -> list[Part]:
    """All chapters in the order of the contents; DataError where Sphinx warned."""
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.rmtree(DOCTREES, ignore_errors=True)
    # The pages have just been read for the site. A copy keeps what this build adds out of that one.
    shutil.copytree(site.DOCTREES, DOCTREES)
    about = books.about()
    settings = {
        "version": about.version,
        "epub_basename": "pages",
        "epub_copyright": about.licence,
        "epub_show_urls": "inline",  # paper has no links
        "epub_use_index": False,
        "suppress_warnings": ["epub.unknown_project_files"],
    }
    if site.run_sphinx("epub", PAGES, DOCTREES, **settings):
        raise DataError("Sphinx warned while it wrote the pages for PDF and EPUB.")
    contents = contents_of(DOCTREES)
    every = [page for _, pages in contents for page in pages]
    return [Part(caption, [chapter(page, every) for page in pages]) for caption, pages in contents]


def contents_of(doctrees: Path) -> list[tuple[str, list[str]]]:
    """Caption and pages of each part of the contents, in order; first the page the book opens with."""
    from sphinx.addnodes import toctree

    root = "index"
    with (doctrees / f"{root}.doctree").open("rb") as file:
        found = [
            (tree["caption"] or "", list(tree["includefiles"])) for tree in pickle.load(file).findall(toctree)
        ]
    return [("", [root]), *found]


def chapter(page: str, pages: Iterable[str]) -> Chapter:
    """Read a page that Sphinx wrote, and make it ready for binding."""
    parser = html.HTMLParser(encoding="utf-8")
    tree = html.parse(str(PAGES / f"{page}.xhtml"), parser)
    (body,) = tree.getroot().find_class("body")
    return Chapter(page, body.xpath("string(.//h1)").strip(), prepared(body, page, set(pages)))


def prepared(body: HtmlElement, page: str, pages: set[str]) -> HtmlElement:
    """A copy of the body of a page as a chapter: see the steps."""
    chapter = deepcopy(body)
    chapter.tag, chapter.tail = "section", None
    chapter.attrib.clear()
    for drawing in list(chapter.iter("svg")):
        drawings.prepare(drawing)
    drop_what_needs_a_screen(chapter)
    drop_bare_headings(chapter)
    caption_openly(chapter)
    for table in list(chapter.iter("table")):
        if columns(table) > ROOMY and table.xpath(PASSAGES):
            shorten_evidence(table)
            split_columns(table)
        elif columns(table) > WIDE:
            table.classes.add("wide")
    link_evidence(chapter)
    unfold(chapter)
    raise_curves(chapter)
    link_cards(chapter)
    drop_repeated_addresses(chapter)
    for cell in list(chapter.iter("td", "th")):
        if len(cell.text_content().split()) > PROSE and not cell.find_class("value"):
            cell.classes.add("prose")
        let_long_words_break(cell)
    resolve_links(chapter, page, pages)
    drop_wrappers(chapter)
    return chapter


def drop_what_needs_a_screen(chapter: HtmlElement) -> None:
    """Remove scripts, downloads, controls, folded code, and what is marked as for the site only."""
    needless = [*chapter.iter("script", "style", "button", "input", "select")]
    for name in ("site-only", "download", "numbers", "headerlink", "toctree-wrapper"):
        needless += chapter.find_class(name)
    needless += [fold for fold in chapter.iter("details") if fold.find_class("highlight")]
    needless += [link for link in chapter.iter("a") if "download" in link.attrib]
    for element in needless:
        if "download" in element.attrib and (element.tail or "").startswith("."):
            element.tail = element.tail[1:]  # its sentence was the link
        if element.getparent() is not None:
            element.drop_tree()


def drop_bare_headings(chapter: HtmlElement) -> None:
    """Remove sections of which nothing but the heading is left."""
    for section in reversed(list(chapter.iter("section"))):
        heading = "".join(section.xpath("string((h1 | h2 | h3 | h4)[1])").split())
        bare = "".join(section.text_content().split()) == heading
        if bare and section.getparent() is not None and not section.xpath(".//table | .//svg | .//img"):
            section.drop_tree()


def caption_openly(chapter: HtmlElement) -> None:
    """Show the captions of tables instead of the lines above them that stand in for them on the site."""
    shown = set()
    for caption in chapter.iter("caption"):
        caption.attrib.pop("class", None)
        shown.add(caption.text_content())
    for line in chapter.find_class("table-caption"):
        if line.text_content() in shown:
            line.drop_tree()


def columns(table: HtmlElement) -> int:
    """How many columns a table has."""
    return max((len(row) for row in table.iter("tr")), default=0)


def shorten_evidence(table: HtmlElement) -> None:
    """Of each folded piece of evidence leave the value, linked to the passages it stands on."""
    for fold in dict.fromkeys(next(passage.iterancestors("details")) for passage in table.xpath(PASSAGES)):
        summary = fold.find("summary")
        summary.tag = "p"
        link_value(summary, *(passage.text_content() for passage in fold.xpath("./p[@class='place']/code")))
        fold.getparent().replace(fold, with_tail(summary, fold.tail))
        summary.set("class", "value")
    note = html.Element("span", {"class": "table-note"})
    note.text = f" {MATRIX_NOTE}"
    for caption in table.findall("caption"):
        caption.append(note)


def link_value(summary: HtmlElement, passage: str, *others: str) -> None:
    """Link the value behind its sign to a passage, and a number behind it to each further one.

    The sign stays outside: it is set in another typeface, and whether a browser joins the two pieces
    of such a link on paper is not the same in every run.
    """
    link = html.Element("a", href=f"{LINK}{REGISTER}#{passage}")
    *_, sign = summary
    link.text, sign.tail = (sign.tail or "").strip(), " "
    summary.append(link)
    for number, other in enumerate(others, start=2):
        further = html.Element("a", href=f"{LINK}{REGISTER}#{other}")
        further.text, link.tail = f"({number})", " "
        summary.append(further)
        link = further


def split_columns(table: HtmlElement) -> None:
    """Make several tables of one with too many columns; each repeats the first column and the caption."""
    count = columns(table)
    pieces = -(-(count - 1) // (WIDE - 1))
    width = -(-(count - 1) // pieces)
    for first in range(1 + (pieces - 1) * width, 1, -width):
        table.addnext(columns_only(table, first, first + width))
    table.getparent().replace(table, with_tail(columns_only(table, 1, 1 + width), table.tail))


def columns_only(table: HtmlElement, first: int, end: int) -> HtmlElement:
    """A copy of a table with its first column and those from `first` to before `end`."""
    piece = deepcopy(table)
    piece.tail = None
    for row in piece.iter("tr"):
        for cell in [*row[1:first], *row[end:]]:
            row.remove(cell)
    return piece


def link_evidence(chapter: HtmlElement) -> None:
    """Link the passage that an answer names to where the register explains it."""
    for name in chapter.xpath(PASSAGES):
        link = html.Element("a", href=f"{LINK}{REGISTER}#{name.text_content()}")
        name.getparent().replace(name, with_tail(link, name.tail))
        link.append(with_tail(name, None))


def with_tail(element: HtmlElement, tail: str | None) -> HtmlElement:
    element.tail = tail
    return element


def wrap_content(parent: HtmlElement, first: HtmlElement) -> None:
    """Move all that stands in `parent` into its first child."""
    first.text, parent.text = parent.text, None
    for element in list(parent)[1:]:
        first.append(element)


def unfold(chapter: HtmlElement) -> None:
    """Turn every fold into a block whose summary is its first paragraph."""
    for fold in list(chapter.iter("details")):
        summary = fold.find("summary")
        fold.tag = "div"
        fold.attrib.pop("open", None)
        if summary is None:
            continue
        caption = fold.find(".//caption")
        if caption is not None and caption.text_content().startswith(summary.text_content()):
            summary.drop_tree()  # the caption says the same
        else:
            summary.tag = "p"
            summary.set("class", "summary")


def raise_curves(chapter: HtmlElement) -> None:
    """Put the curve of a claim before its facts, so that they can stand beside it."""
    for curve in chapter.xpath(".//div[@class='claim']//svg[@class='curve']"):
        claim = next(curve.iterancestors("dl")).getparent()
        curve.drop_tree()
        claim.insert(1, curve)


def link_cards(chapter: HtmlElement) -> None:
    """Let the title of a card be its link, instead of a sheet that lies over the card."""
    for card in chapter.find_class("sd-card"):
        links, titles = card.find_class("sd-stretched-link"), card.find_class("sd-card-title")
        if links and titles:
            titles[0].insert(0, html.Element("a", href=links[0].get("href")))
            wrap_content(titles[0], titles[0][0])
            links[0].drop_tree()


def drop_repeated_addresses(chapter: HtmlElement) -> None:
    """Remove the address that Sphinx writes after a link where the text of the link holds it already."""
    for address in chapter.find_class("link-target"):
        link = address.getprevious()
        said = link.text_content().removeprefix("doi:") if link is not None else ""
        if said and said in address.text_content():
            address.drop_tree()


def let_long_words_break(cell: HtmlElement) -> None:
    """Allow long words, such as ids and addresses, to break after the signs that join their parts."""
    for element in list(cell.iter(html.etree.Element)):
        breakable(element, element.text or "", 0)
        if element is not cell:
            parent = element.getparent()
            breakable(parent, element.tail or "", parent.index(element) + 1)


def breakable(parent: HtmlElement, text: str, place: int) -> None:
    """Put break opportunities into a text that stands in `parent` before its child number `place`."""
    if all(len(word) <= LONG for word in text.split()):
        return
    first, *others = JOINTS.split(text)
    if place:
        parent[place - 1].tail = first
    else:
        parent.text = first
    for offset, piece in enumerate(others):
        parent.insert(place + offset, with_tail(html.Element("wbr"), piece))


def resolve_links(chapter: HtmlElement, page: str, pages: set[str]) -> None:
    """Turn links between pages into `book:page#id`; take links to anything else of the site away."""
    for link in [link for link in chapter.iter("a") if "href" in link.attrib]:
        target = resolved(link.get("href"), page, pages)
        if target is None:
            link.drop_tag()
        else:
            link.attrib.pop("title", None)
            link.set("href", target)


def resolved(href: str, page: str, pages: set[str]) -> str | None:
    """The target of a link on `page`; None where neither book nor web has it."""
    target, _, fragment = href.partition("#")
    if ":" in target:
        return href
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) if target else page
    name = place.removesuffix(".xhtml").removesuffix(".html")
    if name not in pages:
        return None
    return f"{LINK}{name}#{fragment}" if fragment else f"{LINK}{name}"


def drop_wrappers(chapter: HtmlElement) -> None:
    """Remove the boxes around notebook outputs and scrolling tables."""
    for name in ("cell", "cell_output", "output", "table-scroll"):
        for box in chapter.find_class(name):
            box.drop_tag()
    for element in chapter.iter(html.etree.Element):
        element.attrib.pop("tabindex", None)
