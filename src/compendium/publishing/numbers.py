"""Numbers and figures in prose, taken from what the studies published.

The role {result}`study:value`, with a format as in {result}`study:value|.0%` and a place to link to as in
{result}`study:value@studies/page#part`, inserts a number; with the format `no` or `none`, zero is said as
that word. It links to the page that computed it, and the page of prose ends with a list that says where
each number comes from. The directive
{study-figure} `study:figure` inserts a figure, {study-cards} `prefix` a card for each profile. What no study published is an error.
"""

from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from compendium import paths
from compendium.files import read_made
from compendium.pages import markup


class number(nodes.inline):
    """A number in the text, with the study and the name by which it was published."""


def told(env) -> dict:
    """What the studies published, by study; a page that uses it is read again when it changes."""
    env.note_dependency(str(paths.RESULTS))
    return read_made(paths.RESULTS)


def in_words(value, form: str) -> str:
    """A value as a format asks for it. Nothing counted can be said as the word that fits the sentence."""
    if form in ("no", "none"):
        return str(value) if value else form
    return format(value, form)


class ResultRole(SphinxRole):
    """Insert one published value, linked to its page; where nothing was counted there is no part to lead to."""

    def run(self):
        asked, _, target = self.text.partition("@")
        path, _, form = asked.partition("|")
        study, _, name = path.partition(":")
        value = told(self.env).get(study, {}).get("values", {}).get(name)
        if value is None:
            message = f"no result {path!r}; see _build/results.json"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        text = in_words(value, form)
        page, _, part = target.partition("#")
        link = addnodes.pending_xref(
            "",
            nodes.inline(text, text),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{page or f'studies/{study}'}",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        return [
            number("", "", link, classes=["result"], study=study, value=name, part=part if value else "")
        ], []


class StudyFigure(SphinxDirective):
    """Insert a figure that a study published, with its caption and a link to its page."""

    required_arguments = 1

    def run(self):
        study, _, name = self.arguments[0].partition(":")
        known = told(self.env).get(study, {}).get("figures", {}).get(name)
        if known is None:
            message = f"no figure {self.arguments[0]!r}; see _build/results.json"
            return [self.state.document.reporter.error(message, line=self.lineno)]
        path = paths.DOWNLOADS / f"{study}-{name}.svg"
        self.env.note_dependency(str(path))
        drawing = markup.figure(path.read_text("utf-8").strip(), known["caption"], known["alternative"])
        return [nodes.raw("", drawing, format="html")]


class StudyCards(SphinxDirective):
    """Insert a card for each profile that is named, or whose name begins so: its name, and how much is stated of the case."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        named = self.arguments[0].split()
        beginnings = tuple(name for name in named if name.endswith("-"))
        profiles = {
            study: source
            for study, source in told(self.env).items()
            if (study in named or study.startswith(beginnings)) and "stated" in source["values"]
        }
        if not profiles:
            message = f"no profile begins with {self.arguments[0]!r}; see _build/results.json"
            return [self.state.document.reporter.error(message, line=self.lineno)]
        return [study_cards("", profiles=profiles)]


class study_cards(nodes.General, nodes.Element):
    """Cards of profiles; their links depend on the page and so are made when it is written."""


def visit_study_cards(translator, node: study_cards) -> None:
    """Write the cards."""
    cards = "".join(
        markup.profile_card(
            translator.builder.get_relative_uri(translator.builder.current_docname, f"studies/{study}"),
            source["title"],
            source["values"],
        )
        for study, source in node["profiles"].items()
    )
    translator.body.append(f"<ul class='study-cards'>{cards}</ul>")
    raise nodes.SkipNode


def visit_number(translator, node: number) -> None:
    """Open a number: an inline element that names what it is."""
    data = {"data-number": f"{node['study']}:{node['value']}"}
    translator.body.append(translator.starttag(node, "span", "", **data))


def depart_number(translator, node: number) -> None:
    """Close a number."""
    translator.body.append("</span>")


def say_where_numbers_come_from(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Send numbers to the part of a page they ask for, and list all of them at the end of the text."""
    found = {}
    for node in doctree.findall(number):
        found.setdefault(f"{node['study']}:{node['value']}", node.astext())
        if node["part"]:
            for link in node.findall(nodes.reference):
                link["refuri"] = f"{link['refuri']}#{node['part']}"
    if not found:
        return
    known = read_made(paths.RESULTS)
    entries = "".join(_entry(app, docname, known, name, text) for name, text in found.items())
    listing = (
        "<details class='fold numbers'><summary>Where the numbers on this page come from</summary>"
        f"<ul>{entries}</ul></details>"
    )
    next(doctree.findall(nodes.section)).append(nodes.raw("", listing, format="html"))


def _entry(app: Sphinx, docname: str, known: dict, name: str, text: str) -> str:
    """What is counted, and the page, notebook and reading that the number comes from."""
    study, _, value = name.partition(":")
    source = known[study]
    page = app.builder.get_relative_uri(docname, f"studies/{study}")
    return (
        f"<li data-number='{escape(name)}'><b>{escape(text)}</b> {escape(value.replace('_', ' '))}: "
        f"computed on <a href='{page}'>{escape(source['title'])}</a> by "
        f"<code>analysis/{source['notebook']}.ipynb</code> with {escape(source['given'])}</li>"
    )


def setup(app: Sphinx) -> None:
    """Register role, directive, node and list."""
    app.add_role("result", ResultRole())
    app.add_directive("study-figure", StudyFigure)
    app.add_directive("study-cards", StudyCards)
    app.add_node(study_cards, html=(visit_study_cards, None))
    app.add_node(number, html=(visit_number, depart_number))
    app.connect("doctree-resolved", say_where_numbers_come_from)
