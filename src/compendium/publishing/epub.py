"""The book as an EPUB 3: a file for each chapter, contents, cover, and what it says of itself."""

import io
import zipfile
from copy import deepcopy
from functools import partial

from lxml import etree
from lxml.builder import ElementMaker
from lxml.html import HtmlElement

from compendium import paths
from compendium.codings import package
from compendium.publishing import books, chapters, cover
from compendium.publishing.chapters import LINK, Chapter, Part

XHTML, SVG = "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"
OPS, XLINK = "http://www.idpf.org/2007/ops", "http://www.w3.org/1999/xlink"
OPF, DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"
CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"
H = ElementMaker(namespace=XHTML, nsmap={None: XHTML, "epub": OPS})
P = ElementMaker(namespace=OPF, nsmap={None: OPF, "dc": DC})
D = ElementMaker(namespace=DC, nsmap={"dc": DC})
STYLES = [
    chapters.PAGES / "_static" / "pygments.css",
    paths.BOOK / "_print" / "book.css",
    paths.BOOK / "_print" / "epub.css",
]
TYPE = f"{{{OPS}}}type"
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry of the archive: when it was packed says nothing
ACCESSIBILITY = [
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityFeature", "readingOrder"),
    ("accessibilityHazard", "none"),
    ("accessibilitySummary", "All figures have text alternatives and stand beside the table they show."),
]


def build() -> int:
    """Bring the EPUB up to date."""
    if not books.up_to_date(books.file("epub")):
        begun = books.made_from()
        books.keep(books.file("epub"), packed(files(chapters.bind(), books.about())), begun)
    return 0


def files(parts: list[Part], about: books.About) -> dict[str, bytes]:
    """All files of the book but the type of the archive, by their place in it."""
    style = "\n".join(path.read_text("utf-8") for path in STYLES)
    pages = {
        file_of(chapter.page): page(chapter.title, about, [as_xhtml(body_of(chapter))])
        for part in parts
        for chapter in part.chapters
    }
    front = {
        "cover.xhtml": page(about.title, about, [cover_image(about)]),
        "title.xhtml": page(about.title, about, title_page(about)),
        "contents.xhtml": page("Contents", about, contents(parts)),
    }
    content = {
        "book.css": style.encode(),
        "cover.png": cover.png(package.read(), about),
        **{name: serialised(tree) for name, tree in (front | pages).items()},
    }
    document = manifest(about, [*front, *pages], front | pages)
    return {
        "META-INF/container.xml": serialised(container()),
        "book/package.opf": serialised(document),
        **{f"book/{name}": file for name, file in content.items()},
    }


def file_of(page: str) -> str:
    """The file of a page; all lie in one folder, so that links need no way up."""
    return f"{page.replace('/', '-')}.xhtml"


def body_of(chapter: Chapter) -> HtmlElement:
    """The body of a chapter with links from file to file."""
    body = deepcopy(chapter.body)
    for element in body.iter("a"):
        if element.get("href", "").startswith(LINK):
            name, _, fragment = element.get("href").removeprefix(LINK).partition("#")
            element.set("href", file_of(name) + (f"#{fragment}" if fragment else ""))
    return body


def as_xhtml(element: HtmlElement, namespace: str = XHTML) -> etree._Element:
    """An element of HTML as one of XHTML: with namespaces, and without attributes XHTML does not know."""
    namespace = SVG if element.tag == "svg" else namespace
    made = etree.Element(f"{{{namespace}}}{element.tag}", nsmap={None: namespace})
    made.text, made.tail = element.text, element.tail
    for name, value in element.attrib.items():
        if name.startswith("xlink:"):
            made.set(f"{{{XLINK}}}{name.removeprefix('xlink:')}", value)
        elif not name.startswith("xmlns"):
            made.set(name, value)
    made.extend(map(partial(as_xhtml, namespace=namespace), element.iterchildren(etree.Element)))
    return made


def page(title: str, about: books.About, body: list[etree._Element]) -> etree._Element:
    """A file of the book."""
    head = H.head(H.title(title), H.link(rel="stylesheet", type="text/css", href="book.css"))
    tree = H.html(head, H.body(*body), lang=about.language)
    tree.set("{http://www.w3.org/XML/1998/namespace}lang", about.language)
    return tree


def cover_image(about: books.About) -> etree._Element:
    image = H.img(src="cover.png", alt=f"Cover: {about.title}", style="max-width: 100%; max-height: 100%")
    return H.section(H.div(image, style="text-align: center"), {TYPE: "cover"})


def title_page(about: books.About) -> list[etree._Element]:
    return [H.section(H.h1(about.title), *map(H.p, about.imprint), {TYPE: "titlepage"})]


def contents(parts: list[Part]) -> list[etree._Element]:
    """The contents that readers show beside the text, and the landmarks of the book."""

    def link(chapter: Chapter) -> etree._Element:
        return H.li(H.a(chapter.title, href=file_of(chapter.page)))

    entries = []
    for part in parts:
        links = list(map(link, part.chapters))
        entries += [H.li(H.span(part.caption), H.ol(*links))] if part.caption else links
    first = parts[0].chapters[0]
    marks = [("cover", "cover.xhtml", "Cover"), ("toc", "contents.xhtml", "Contents")]
    marks.append(("bodymatter", file_of(first.page), first.title))
    landmarks = H.ol(*(H.li(H.a({TYPE: kind}, name, href=file)) for kind, file, name in marks))
    return [
        H.nav(H.h1("Contents"), H.ol(*entries), {TYPE: "toc", "id": "toc", "role": "doc-toc"}),
        H.nav(H.h2("Landmarks"), landmarks, {TYPE: "landmarks", "hidden": "hidden"}),
    ]


def manifest(about: books.About, order: list[str], trees: dict[str, etree._Element]) -> etree._Element:
    """The package document: what the book is, which files it has, in which order they are read."""

    def properties(name: str) -> dict[str, str]:
        found = ["nav"] * (name == "contents.xhtml")
        found += ["svg"] * (next(trees[name].iter(f"{{{SVG}}}svg"), None) is not None)
        return {"properties": " ".join(found)} if found else {}

    def key(name: str) -> str:
        return name.replace(".", "-") if name[0].isalpha() else f"page-{name.replace('.', '-')}"

    items = [
        P.item(properties(name), id=key(name), href=name, **{"media-type": "application/xhtml+xml"})
        for name in order
    ]
    items.append(P.item(id="style", href="book.css", **{"media-type": "text/css"}))
    items.append(
        P.item(id="cover-image", href="cover.png", properties="cover-image", **{"media-type": "image/png"})
    )
    metadata = P.metadata(
        D.identifier(about.identifier, id="identifier"),
        D.title(about.title),
        D.language(about.language),
        D.creator(about.author),
        D.publisher(about.author),
        D.description(about.subtitle),
        D.rights(about.licence),
        D.date(f"{about.date:%Y-%m-%d}"),
        P.meta(f"{about.date:%Y-%m-%dT%H:%M:%SZ}", property="dcterms:modified"),
        *(P.meta(value, property=f"schema:{name}") for name, value in ACCESSIBILITY),
        P.meta(name="cover", content="cover-image"),  # for readers of EPUB 2
    )
    return P.package(
        metadata,
        P.manifest(*items),
        P.spine(*(P.itemref(idref=key(name)) for name in order)),
        {"version": "3.0", "unique-identifier": "identifier"},
    )


def container() -> etree._Element:
    """Where in the archive the package document is."""
    make = ElementMaker(namespace=CONTAINER, nsmap={None: CONTAINER})
    root = make.rootfile({"full-path": "book/package.opf", "media-type": "application/oebps-package+xml"})
    return make.container(make.rootfiles(root), version="1.0")


def serialised(tree: etree._Element) -> bytes:
    etree.cleanup_namespaces(tree, keep_ns_prefixes=["epub"] if tree.tag.endswith("html") else None)
    doctype = "<!DOCTYPE html>" if tree.tag == f"{{{XHTML}}}html" else None
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True, doctype=doctype)


def packed(content: dict[str, bytes]) -> bytes:
    """The archive: its type first and uncompressed, every entry with the same date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", EPOCH), "application/epub+zip")
        for name, file in content.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file, compresslevel=9)
    return buffer.getvalue()
