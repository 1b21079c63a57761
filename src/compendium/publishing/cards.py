"""Cards: what a link leads to, in a few words, for readers who point at it.

One file holds the cards of the whole site. A page loads it when a reader first points at a link, as a
script, because a page that is opened from a folder on disk may not fetch data.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from compendium import paths
from compendium.codings.package import Package
from compendium.files import read_made, write_text

FILE = "cards.js"
LONGEST = 320  # characters


def of_evidence(package: Package) -> dict[str, str]:
    """A card for each passage (its paraphrase and place) and each claim, by page and anchor."""
    passages = {
        f"studies/evidence-register#{row.passage}": f"{row.paraphrase} (“{row.section}”)"
        for row in package.passages.itertuples()
    }
    claims = {
        f"studies/claims-of-{row.source}#{row.claim}": row.asserts for row in package.claims.itertuples()
    }
    return passages | claims


def of_pages(app: Sphinx) -> dict[str, str]:
    """A card for each page: the finding of a study, the first paragraph of prose."""
    known = read_made(paths.RESULTS)
    found = {f"studies/{study}": source["finding"] for study, source in known.items()}
    for docname in app.env.found_docs:
        if docname not in found:
            first = next(app.env.get_doctree(docname).findall(nodes.paragraph), None)
            found[docname] = first.astext() if first else ""
    return {page: text for page, text in found.items() if text}


def of_terms(app: Sphinx) -> dict[str, str]:
    """A card for each term of a glossary: its definition."""
    objects = app.env.get_domain("std").get_objects()
    pages = sorted({docname for _, _, kind, docname, _, _ in objects if kind == "term"})
    return {
        f"{page}#{anchor}": next(item.findall(nodes.definition)).astext()
        for page in pages
        for item in app.env.get_doctree(page).findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
        for anchor in term["ids"]
    }


def of_citations(app: Sphinx) -> dict[str, str]:
    """A card for each entry of the bibliography.

    An entry may hold its text twice: the extension adds it each time a page is resolved in one process.
    """
    pages = sorted({page for page in app.env.found_docs if page.endswith("references")})
    return {
        f"{page}#{anchor}": next(citation.findall(nodes.paragraph)).astext()
        for page in pages
        for citation in app.env.get_and_resolve_doctree(page, app.builder).findall(nodes.citation)
        for anchor in citation["ids"]
    }


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the cards of the site, once its pages are written."""
    if error or app.builder.name != "html":
        return
    found = of_pages(app) | of_terms(app) | of_citations(app)
    found |= read_made(paths.CARDS)
    cards = {place: shortened(text) for place, text in sorted(found.items())}
    content = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
    write_text(Path(app.outdir) / FILE, f"window.compendiumCards = {content};\n")


def shortened(text: str, longest: int = LONGEST) -> str:
    """Text of at most so many characters, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def setup(app: Sphinx) -> None:
    """Register the hook."""
    app.connect("build-finished", write)
