"""What the book adds to Sphinx: numbers in prose, and pages without scripts they do not need.

The role {result}`study:value` or {result}`study:value|.0%` inserts a number. The number is read from the results of the build and links to the page that computed it, so
prose cannot drift from data. An unknown study or value is a warning, which fails the build.
"""

import json
from importlib import resources
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from compendium import __version__, paths


class ResultRole(SphinxRole):
    """Insert one published value, linked to its page."""

    def run(self):
        path, _, form = self.text.partition("|")
        study, _, name = path.partition(":")
        self.env.note_dependency(str(paths.RESULTS))
        value = json.loads(paths.RESULTS.read_text("utf-8")).get(study, {}).get(name)
        if value is None:
            return [], [
                self.inliner.reporter.error(f"no result {path!r}; see _build/results.json", line=self.lineno)
            ]
        text = format(value, form)
        link = addnodes.pending_xref(
            "",
            nodes.inline(text, text),
            refdomain="std",
            reftype="doc",
            reftarget=f"/studies/{study}",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        return [nodes.inline("", "", link, classes=["result"])], []


def drop_needless_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Keep each script and style once, and none of Thebe, which would run code on another host."""
    for kind in ("script_files", "css_files"):
        kept = {}
        for file in context.get(kind, []):
            name = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"
            if "thebe" not in name.lower():
                kept.setdefault(name, file)
        context[kind] = list(kept.values())


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


def setup(app: Sphinx) -> dict:
    """Register the role and the hook."""
    app.add_role("result", ResultRole())
    app.connect("builder-inited", bring_style_early)
    app.connect("env-get-outdated", reread_pages_with_index_entries)
    app.connect("html-page-context", drop_needless_files, priority=900)  # after those who add files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
