"""What stands below each page: how to cite it, when it changed, its source, where to contest it, where to run it."""

import re
from html import escape, unescape
from urllib.parse import quote

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from compendium import paths
from compendium.files import read_made
from compendium.publishing import books, social
from compendium.publishing.addresses import addresses, launch_links
from compendium.publishing.cards import shortened
from compendium.workflow import prose

DESCRIPTION = 155  # characters that search engines show
CONTEST = "contribute"  # the page that says how to contest a value, where a book has it


def facts(app: Sphinx, page: str, title: str) -> dict:
    """What the template of the facts shows of a page."""
    where, known, own = addresses(), read_made(paths.RESULTS), prose.is_own()
    study = known.get(page.removeprefix("studies/")) if page.startswith("studies/") else None
    date = dates().get(page, "")
    source = f"analysis/{study['notebook']}.ipynb" if study else f"book/{page}.md"
    own_copy = f"downloads/{page.removeprefix('studies/')}.{'ipynb' if study else 'md'}"
    return {
        "date": date,
        "version": books.about().version,
        "source": f"{where.repository}/blob/HEAD/{source}" if where.repository and (study or own) else "",
        "own_copy": own_copy,
        "issue": f"{where.repository}/issues/new?title={quote(page, safe='')}" if where.repository else "",
        "contest": CONTEST if CONTEST in app.env.found_docs else "",
        "launch": launch_links(where.repository, study["notebook"]) if study else {},
        "citation": citation(title, date),
        "bibtex": bibtex(page, title, date, f"{where.site}{page}.html" if where.site else ""),
    }


def cited() -> tuple[str, list[str]]:
    """Title and authors by which the book is cited: those of CITATION.cff where it is the project's own."""
    if not prose.is_own():
        return books.about().title, [books.about().author]
    record = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text("utf-8"))
    return record["title"], [author["name"] for author in record["authors"]]


def citation(title: str, date: str) -> str:
    """A page as it may be cited in a text."""
    book, authors = cited()
    changed = f", last changed {date}" if date else ""
    return f"{', '.join(authors)}: “{title}”. In: {book}, version {books.about().version}{changed}."


def bibtex(page: str, title: str, date: str, address: str) -> str:
    """A page as an entry of a bibliography in BibTeX: a part of a book that has a title of its own."""
    book, authors = cited()
    fields = {
        "author": " and ".join(f"{{{for_latex(author)}}}" for author in authors),
        "title": f"{{{for_latex(title)}}}",
        "booktitle": f"{{{for_latex(book)}}}",
        "year": date[:4],
        "version": books.about().version,
        "note": f"Last changed {date}" if date else "",
        "url": address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@incollection{{compendium-{page.replace('/', '-')},", *lines, "}"])


LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
LATEX |= {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # BibTeX counts those with a backslash too
LATEX |= {sign: f"\\{sign}" for sign in "&%$#_"}


def for_latex(text: str) -> str:
    """Text whose signs LaTeX does not take for commands, and BibTeX not for the end of a field."""
    return "".join(LATEX.get(sign, sign) for sign in text)


def add_facts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Give the template what it shows, and the page a description for search engines and previews."""
    if doctree is None or app.builder.name != "html":
        return
    title = unescape(re.sub(r"<[^>]*>", "", context["title"]))
    context["facts"] = facts(app, page, title)
    context["metatags"] += preview(page, title, app.env.metadata[page]["description"])


def preview(page: str, title: str, description: str) -> str:
    """Tags for search engines, and for the previews that messengers and social networks show."""
    site = addresses().site
    tags = [
        ("name", "description", description),
        ("property", "og:type", "article"),
        ("property", "og:site_name", cited()[0]),
        ("property", "og:title", title),
        ("property", "og:description", description),
        ("name", "twitter:card", "summary_large_image"),
        ("property", "og:url", f"{site}{page}.html" if site else ""),
        ("property", "og:image", f"{site}{social.FILE}" if site else ""),
        ("property", "og:image:alt", social.alternative() if site else ""),
    ]
    filled = ((kind, name, escape(content, quote=True)) for kind, name, content in tags if content)
    return "".join(f'<meta {kind}="{name}" content="{content}">\n' for kind, name, content in filled)


def describe(app: Sphinx, doctree) -> None:
    """Note a page's description, which is its finding or first paragraph, and its date."""
    page = app.env.docname
    known = read_made(paths.RESULTS).get(page.removeprefix("studies/"), {})
    first = next(doctree.findall(nodes.paragraph), None)
    text = known.get("finding") or (first.astext() if first else "")
    app.env.metadata[page]["description"] = shortened(text, DESCRIPTION)
    app.env.metadata[page]["date"] = dates().get(page, "")


def dated_anew(app: Sphinx, env, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Pages whose last change is another day than when they were read."""
    known = dates()
    return [page for page in env.found_docs if env.metadata[page].get("date", "") != known.get(page, "")]


def dates() -> dict[str, str]:
    """The day of the last change of each page, by its name."""
    return read_made(paths.DATES)


class OfferedBooks(SphinxDirective):
    """Offer the PDF and the EPUB of the book, where they have been made."""

    def run(self):
        for kind in books.LABELS:
            self.env.note_dependency(str(books.file(kind)))  # one that is not there yet may come
        links = [
            f"<a href='downloads/{path.name}' download>{label} ({size / 1e6:.1f} MB)</a>"
            for label, path, size in books.offered()
        ]
        if not links:
            return []
        offer = f"<p class='offered-books site-only'>The whole book to take along: {', '.join(links)}.</p>"
        return [nodes.raw("", offer, format="html")]


def setup(app: Sphinx) -> None:
    """Register the directive and the hooks."""
    app.add_directive("offered-books", OfferedBooks)
    app.connect("env-get-outdated", dated_anew)
    app.connect("doctree-read", describe)
    app.connect("html-page-context", add_facts)
