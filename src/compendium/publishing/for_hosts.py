"""Files that hosts and search engines ask for: the page for what is not found, the sitemap, robots.txt."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from sphinx.application import Sphinx

from compendium import paths
from compendium.files import write_text
from compendium.publishing import books, page_facts
from compendium.publishing.addresses import addresses


def not_found(site: str) -> str:
    """The page that a host shows for an address that leads nowhere.

    It is shown at any depth, so its links start at the root of the host where the site's address is known.
    """
    template = (paths.BOOK / "_templates" / "404.html").read_text("utf-8")
    return Template(template).substitute(
        home=escape(urlsplit(site).path, quote=True), title=escape(books.about().title)
    )


def sitemap(site: str, pages: list[str], dates: dict[str, str]) -> str:
    """All pages with the day of their last change, as search engines want it: whole addresses.

    The Sphinx extension for this lists only the pages that the last build has written.
    """
    entries = "".join(
        f"<url><loc>{escape(site)}{page}.html</loc>"
        + (f"<lastmod>{dates[page]}</lastmod>" if page in dates else "")
        + "</url>\n"
        for page in sorted(pages)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the files beside the pages; sitemap and robots.txt only where the site's address is known."""
    if error or app.builder.name != "html":
        return
    site, folder = addresses().site, Path(app.outdir)
    write_text(folder / "404.html", not_found(site))
    if site:
        pages = list(app.env.found_docs)
        write_text(folder / "sitemap.xml", sitemap(site, pages, page_facts.dates()))
        write_text(folder / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site}sitemap.xml\n")


def setup(app: Sphinx) -> None:
    """Register the hook."""
    app.connect("build-finished", write)
