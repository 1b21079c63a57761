"""A Sphinx role for numbers in prose: {result}`study:value` or {result}`study:value|.0%`.

The number is read from the results of the build and links to the page that computed it, so
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
            refdomain="std",
            reftype="doc",
            reftarget=f"/studies/{study}",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        link += nodes.inline(text, text, classes=["result"])
        return [link], []


def setup(app: Sphinx) -> dict:
    """Register the role."""
    app.add_role("result", ResultRole())
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
