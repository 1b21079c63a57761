"""What the book adds to Sphinx: numbers in prose, and pages without scripts they do not need.

The role {result}`study:value` or {result}`study:value|.0%` inserts a number. The number is read from the results of the build and links to the page that computed it, so
prose cannot drift from data. An unknown study or value is a warning, which fails the build.
"""

import json

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


def setup(app: Sphinx) -> dict:
    """Register the role and the hook."""
    app.add_role("result", ResultRole())
    app.connect("html-page-context", drop_needless_files, priority=900)  # after those who add files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
