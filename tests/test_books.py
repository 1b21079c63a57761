"""The PDF and the EPUB: their parts one by one, and the files that were built."""

import os
import re
import shutil
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree, html
from pypdf import PdfReader

from compendium.publishing import books, browser, chapters, drawings, epub, packing, printed
from compendium.publishing.chapters import Chapter, Part
from compendium.workflow import planning

PAGES = {"index", "studies/claims", "studies/evidence-register", "method"}


def prepared(body: str, page: str = "studies/claims"):
    return chapters.prepared(html.fromstring(f"<div class='body'>{body}</div>"), page, PAGES)


def markup(element) -> str:
    return html.tostring(element, encoding="unicode")


def test_links_between_pages_of_web_and_book():
    for href, target in {
        "../method.html#signs": "book:method#signs",
        "evidence-register.html#a-passage": "book:studies/evidence-register#a-passage",
        "#here": "book:studies/claims#here",
        "../index.xhtml": "book:index",
        "../downloads/claims.csv": None,
        "https://example.org/a": "https://example.org/a",
    }.items():
        assert chapters.resolved(href, "studies/claims", PAGES) == target


def test_what_needs_a_screen_is_left_out():
    chapter = prepared(
        "<h1>Title</h1><script>1</script><p class='download'>Download</p><p class='site-only'>PDF</p>"
        "<p>Made here. <a href='../downloads/a.ipynb' download>Download it</a>.</p>"
        "<details><summary>The code</summary><div class='highlight'>x = 1</div></details>"
        "<details class='fold'><summary>More</summary><p>told</p></details>"
    )
    assert " ".join(chapter.text_content().split()) == "TitleMade here. Moretold"
    assert not list(chapter.iter("details", "script"))


EVIDENCE = (
    "<details class='evidence'><summary><span class='sign'>●</span> yes</summary><p><b>Stated.</b> A paraphrase.</p>"
    "<p class='place'>Note, “2”; passage <code>note-x</code></p></details>"
)


def test_a_section_that_only_a_screen_fills_is_left_out():
    body = prepared(
        "<section><h1>Explore</h1><section><h2>Choose</h2><div class='site-only'>Buttons.</div></section>"
        "<section><h2>Counts</h2><p>Some.</p></section></section>"
    )
    assert [heading.text for heading in body.iter("h1", "h2")] == ["Explore", "Counts"]


def test_evidence_stands_open_in_a_profile_and_leads_to_the_register_in_a_matrix():
    profile = prepared(f"<table><tr><th>asked</th><td>{EVIDENCE}</td></tr></table>")
    assert "A paraphrase." in profile.text_content()
    matrix = prepared(
        f"<table><caption>All</caption><tr><th>asked</th>{f'<td>{EVIDENCE}</td>' * 4}</tr></table>"
    )
    assert "A paraphrase." not in matrix.text_content()
    for chapter in (profile, matrix):
        assert chapter.xpath("//a/@href")[0] == "book:studies/evidence-register#note-x"
    assert chapters.MATRIX_NOTE in matrix.text_content()


def test_a_matrix_with_too_many_columns_becomes_several_that_lose_none():
    cells = "".join(f"<td>{number}{EVIDENCE}</td>" for number in range(11))
    tables = list(prepared(f"<table><tr><th>asked</th>{cells}</tr></table>").iter("table"))
    assert [chapters.columns(table) for table in tables] == [7, 6]
    assert [cell.text for table in tables for cell in table.iter("td")] == [str(n) for n in range(11)]
    assert all(table.find(".//th").text == "asked" for table in tables)


def test_long_words_in_tables_may_break_and_links_do_not_say_their_address_twice():
    chapter = prepared(
        "<table><tr><td>of leadership;partnerships <b>x</b> brief/the_case end</td></tr></table>"
        "<p><a href='https://doi.org/10.1/x'>doi:10.1/x</a><span class='link-target'> [https://doi.org/10.1/x]</span> "
        "<a href='https://example.org'>here</a><span class='link-target'> [https://example.org]</span></p>"
    )
    assert "leadership;<wbr>partnerships <b>x</b> brief/<wbr>the_<wbr>case end" in markup(chapter).replace(
        "</wbr>", ""
    )
    assert (
        chapter.text_content()
        == "of leadership;partnerships x brief/the_case enddoi:10.1/x here [https://example.org]"
    )


HATCHED = """<svg viewbox="0 0 9 9"><defs><pattern id="h" width="72" height="72"><rect fill="none"></rect>
<path d="M -36 36 L 36 -36 M 0 72 L 72 0" style="stroke: black"></path></pattern></defs><path></path>
<path d="M 10 10 L 200 10 L 200 20 z" style="fill: url(#h); stroke: black"></path></svg>"""


def test_hatching_becomes_lines_and_names_get_their_capitals():
    drawing = html.fromstring(HATCHED)
    drawings.prepare(drawing)
    assert drawing.get("viewBox") == "0 0 9 9"
    assert not list(drawing.iter("pattern"))
    assert all(path.get("d") for path in drawing.iter("path"))
    (surface,) = drawing.xpath(".//*[@clip-path='url(#h-1)']")
    lines = surface[0].get("d").split("M")[1:]
    assert len(lines) == len(set(lines)) > 2
    assert all(drawings.meet(drawings.box(f"M{line}"), (10, 10, 200, 20)) for line in lines)


def test_ids_are_unique_in_the_merged_page_and_links_follow_them():
    def chapter(page: str) -> Chapter:
        body = prepared(
            "<h1 id='a'>T</h1><p id='b'><a href='#a'>x</a> <a href='../method.html'>m</a></p>", page
        )
        return Chapter(page, "T", body)

    about = books.About("Title", "Subtitle", "Author", "en", "free", "1", datetime(2026, 1, 1, tzinfo=UTC))
    merged = printed.document(
        [Part("", [chapter("index")]), Part("T", list(map(chapter, ["method", "studies/claims"])))], about
    )
    ids = merged.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in merged.xpath("//a/@href")} <= set(ids)
    assert [heading.tag for heading in merged.iter("h1", "h2")] == ["h1", "h1", "h1", "h2"]


def test_a_packed_pdf_says_the_same_and_lasts():
    parts = [b"%PDF-1.4\n"]
    bodies = [
        b"<</Title (old)>>",
        b"<</Type /Catalog\n/Pages 3 0 R>>",
        b"<</Type /Pages\n/Kids [4 0 R]\n/Count 1>>",
        b"<</Type /Page\n/Parent 3 0 R\n/MediaBox [0 0 9 9]\n/Contents 5 0 R>>",
        b"<</Length 3>> stream\nq Q\nendstream",
    ]
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = sum(map(len, parts))
    parts.append(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets))
    parts.append(b"trailer\n<</Size 6\n/Root 2 0 R\n/Info 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    packed = packing.pack(b"".join(parts), {"Title": "Näher", "CreationDate": "D:20260101000000+00'00'"})
    assert packed == packing.pack(
        b"".join(parts), {"Title": "Näher", "CreationDate": "D:20260101000000+00'00'"}
    )
    reader = PdfReader(BytesIO(packed))
    assert reader.metadata.title == "Näher"
    assert reader.metadata.creation_date == datetime(2026, 1, 1, tzinfo=UTC)
    assert reader.pages[0].get_contents().get_data().strip() == b"q Q"
    with pytest.raises(ValueError, match="cross-reference table"):
        packing.pack(packed, {})


def test_the_date_is_that_of_the_release_and_the_identifier_that_of_the_version():
    assert books.release_date(None, "2026") == datetime(2026, 1, 1, tzinfo=UTC)
    assert books.release_date("86400", "2026") == datetime(1970, 1, 2, tzinfo=UTC)
    one, other = (
        books.About("t", "s", "a", "en", "free", version, books.release_date(None, "2026"))
        for version in "12"
    )
    assert one.identifier != other.identifier
    assert (
        one.identifier
        == books.About("t", "s", "a", "en", "free", "1", books.release_date("0", "2026")).identifier
    )


def test_only_books_that_are_there_are_offered(tmp_path):
    assert books.offered(tmp_path) == []
    (tmp_path / books.file("epub").name).write_bytes(b"1234")
    assert books.offered(tmp_path) == [("EPUB", tmp_path / books.file("epub").name, 4)]


def test_a_book_is_made_anew_only_where_something_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(books, "RECORDS", tmp_path / "bound")
    monkeypatch.setattr(books, "made_from", lambda: "one state")
    book = tmp_path / "a.epub"
    assert not books.up_to_date(book)
    books.keep(book, b"1", "one state")
    assert books.up_to_date(book)
    monkeypatch.setattr(books, "made_from", lambda: "another state")
    assert not books.up_to_date(book)


def test_the_archive_begins_with_its_type_and_is_the_same_every_time():
    archive = epub.packed({"a": b"1"})
    assert archive == epub.packed({"a": b"1"})
    assert archive[30:58] == b"mimetypeapplication/epub+zip"


def missing(reason: str) -> None:
    """Skip, or fail where the tools must be there."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    if not books.file("pdf").exists():
        missing("no PDF was built; 'make pdf' makes it, with Chromium")
    return PdfReader(books.file("pdf"))


@pytest.fixture(scope="module")
def contents(site) -> list[Part]:
    return chapters.bind()


@pytest.fixture(scope="module")
def ebook() -> Path:
    if not books.file("epub").exists():
        missing("no EPUB was built; 'make epub' makes it")
    return books.file("epub")


@pytest.fixture(scope="module")
def text(pdf) -> list[str]:
    """The words of each page of the PDF, as poppler or else pypdf reads them."""
    if shutil.which("pdftotext"):
        read = subprocess.run(
            ["pdftotext", "-raw", "-enc", "UTF-8", books.file("pdf"), "-"], capture_output=True, check=True
        )
        return [" ".join(page.split()) for page in read.stdout.decode().split("\f")]
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


@pytest.mark.site
def test_the_pdf_is_tagged_and_says_what_it_is(pdf):
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == books.about().title
    assert pdf.metadata.author == books.about().author
    assert pdf.metadata.creation_date == books.about().date


def outline_titles(entries) -> list[str]:
    titles = []
    for entry in entries:
        titles += outline_titles(entry) if isinstance(entry, list) else [" ".join(entry.title.split())]
    return titles


@pytest.mark.site
def test_every_chapter_is_in_the_outline_and_where_the_contents_say(pdf, contents, text):
    titles = outline_titles(pdf.outline)
    every = [chapter for part in contents for chapter in part.chapters]
    assert [chapter.title for chapter in every if chapter.title not in titles] == []
    pages = printed.page_numbers(books.file("pdf").read_bytes(), contents)
    listed = " ".join(text[: pages["index"] - 1])
    for chapter in every:
        number = pages[printed.anchor(chapter.page)]
        assert f"{chapter.title} {number}" in listed, (
            f"{chapter.title} is on page {number}, the contents say not"
        )
        assert chapter.title in text[number - 1], f"{chapter.title} is not on page {number}"


@pytest.mark.site
def test_every_page_has_its_number_and_the_size_of_paper(pdf, text, contents):
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages} == {(595, 842)}
    heads = ["", *(f"{part.caption} " for part in contents if part.caption)]
    unnumbered = [
        number
        for number, page in enumerate(text[: len(pdf.pages)], 1)
        if number > 2 and not page.startswith(tuple(f"{head}{number}" for head in heads))
    ]
    assert unnumbered == []


@pytest.mark.site
def test_type_was_not_shrunk_and_nothing_leaves_the_page(pdf):
    """The page number is set in 8 points: where Chromium shrank the book to fit something, it is not."""
    if not shutil.which("pdftotext"):
        missing("pdftotext is not on this machine (Debian: apt-get install poppler-utils)")
    command = ["pdftotext", "-bbox", "-f", "4", books.file("pdf"), "-"]
    boxes = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    edges = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(edges) <= 595 - 18 / 25.4 * 72 + 3
    numbers = re.findall(r'yMin="(8\d\d[\d.]*)" xMax="[\d.]+" yMax="([\d.]+)">\d+</word>', boxes)
    assert {round(float(bottom) - float(top)) for top, bottom in numbers} == {9}  # of DejaVu Sans in 8 points


@pytest.mark.site
def test_links_in_the_pdf_lead_somewhere(pdf):
    names = pdf.named_destinations.keys()
    links = [
        annotation.get_object()
        for page in pdf.pages
        for annotation in page.get("/Annots", ())
        if annotation.get_object()["/Subtype"] == "/Link"
    ]
    inside = [str(link["/Dest"]) for link in links if "/Dest" in link]
    assert len(inside) > 1000
    assert {name for name in inside if name not in names and f"/{name.lstrip('/')}" not in names} == set()
    assert not [link for link in links if "file:" in str(link.get("/A", {}).get("/URI", ""))]


@pytest.mark.site
def test_every_run_is_in_both_books(text, ebook):
    book = " ".join(text)
    with zipfile.ZipFile(ebook) as archive:
        names = archive.namelist()
        spine = epub_spine(archive)
    for run in planning.load()[0]:
        assert run.title in book
        assert f"book/studies-{run.name}.xhtml" in names
        assert f"studies-{run.name}.xhtml" in spine


def epub_spine(archive: zipfile.ZipFile) -> list[str]:
    """The files of the book in the order in which they are read."""
    package = etree.fromstring(archive.read("book/package.opf"))
    space = {"o": epub.OPF}
    files = {item.get("id"): item.get("href") for item in package.iterfind(".//o:item", space)}
    return [files[item.get("idref")] for item in package.iterfind(".//o:itemref", space)]


@pytest.mark.site
def test_every_page_is_in_the_spine_and_the_contents_of_the_epub(contents, ebook):
    every = [epub.file_of(chapter.page) for part in contents for chapter in part.chapters]
    with zipfile.ZipFile(ebook) as archive:
        assert [name for name in epub_spine(archive) if name in every] == every
        listed = etree.fromstring(archive.read("book/contents.xhtml")).xpath(
            "//h:nav[1]//h:a/@href", namespaces={"h": epub.XHTML}
        )
    assert listed == every


@pytest.mark.site
def test_epubcheck_finds_nothing(ebook):
    program, java = shutil.which("epubcheck"), shutil.which("java")
    if not program or not java:
        missing("epubcheck is not on this machine; install it (Debian: apt-get install epubcheck)")
    # Debian's program is an archive for Java, which not every machine starts by itself.
    command = [java, "-jar", program] if Path(program).read_bytes()[:2] == b"PK" else [program]
    found = subprocess.run([*command, "--failonwarnings", ebook], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr[-3000:]
    assert "0 errors / 0 warnings" in found.stdout


@pytest.mark.site
def test_two_builds_are_the_same(contents, pdf, ebook):
    merged = html.tostring(
        printed.document(contents, books.about(), printed.sheets()),
        encoding="unicode",
        doctype="<!DOCTYPE html>",
    )
    assert merged == printed.MERGED.read_text("utf-8")
    assert epub.packed(epub.files(contents, books.about())) == ebook.read_bytes()
    if browser.find() is None:
        missing(browser.MISSING)
    again = packing.pack(printed.printed(browser.find(), contents), printed.information(books.about()))
    built = books.file("pdf").read_bytes()
    assert zlib.crc32(again) == zlib.crc32(built), "the PDF differs from one build to the next"
