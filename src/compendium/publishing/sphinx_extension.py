"""What the book adds to Sphinx, and what it takes away: the one extension that _config.yml names."""

import logging
from html import escape
from importlib import resources
from pathlib import Path

from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.builders import html
from sphinx.search import IndexBuilder

from compendium import __version__
from compendium.errors import is_of_disk
from compendium.publishing import cards, for_hosts, numbers, outdated, page_facts


def drop_needless_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Keep each script and style once, and none of Thebe, which would run code on another host."""
    for kind in ("script_files", "css_files"):
        kept = {}
        for file in context.get(kind, []):
            name = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"
            if "thebe" not in name.lower():
                kept.setdefault(name, file)
        context[kind] = list(kept.values())


OF_THE_BOOK = ("docstitle", "root_title", "shorttitle", "project", "author", "copyright")


def escape_title(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The theme gives its print view the title as plain text, and that view takes it for HTML.

    So do other parts of it with the title of the book and its author, which come from the data.
    """
    if "pagetitle" in context:
        context["pagetitle"] = escape(context["pagetitle"])
    for name in OF_THE_BOOK:
        if isinstance(context.get(name), str):
            context[name] = Markup.escape(context[name])  # what escapes it leaves that as it is


class TitlesInHtml(IndexBuilder):
    """The search index with the titles of sections as HTML: Sphinx's script writes them into the page as such."""

    def feed(self, docname: str, filename: str, title: str, doctree) -> None:
        super().feed(docname, filename, title, doctree)
        self._all_titles[docname] = [(escape(found), place) for found, place in self._all_titles[docname]]


def bring_style_early(app: Sphinx) -> None:
    """Copy MyST-NB's style sheet before pages are written, not after: its checksum stands in each page,
    and a page that is rewritten later would otherwise differ from its neighbours."""
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    style = resources.files("myst_nb.static") / "mystnb.css"
    for name, _ in app.registry.css_files:
        if name.startswith("mystnb."):
            (static / name).write_bytes(style.read_bytes())


def reread_pages_with_index_entries(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Pages that define terms: Sphinx keeps the search index of pages it leaves alone, but not their terms."""
    return [page for page, entries in env.get_domain("index").entries.items() if entries]


class StopWhereTheDiskDoes(logging.Filter):
    """Sphinx warns of each page that it could not write; where the disk is full, once is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        for error in filter(is_of_disk, record.args or ()):
            error.filename = error.filename or str(record.args[0])
            raise error
        return True


def setup(app: Sphinx) -> dict:
    """Register the parts and the hooks."""
    for part in (outdated, numbers, cards, page_facts, for_hosts):
        part.setup(app)
    html.IndexBuilder = TitlesInHtml
    app.connect("html-page-context", escape_title, priority=900)  # after the theme, which sets it
    for handler in logging.getLogger("sphinx").handlers:
        handler.addFilter(StopWhereTheDiskDoes())
    app.connect("builder-inited", bring_style_early)
    app.connect("env-get-outdated", reread_pages_with_index_entries)
    app.connect("html-page-context", drop_needless_files, priority=900)  # after those who add files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
