"""All HTML that notebooks show is made from the templates beside this module.

Whatever a template is given is text and is escaped, unless it came out of a template itself.
"""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from compendium.codings.vocabulary import MARKS


class Joined(Extension):
    """Lines of a template are joined: how it is laid out serves those who read it, and is no part of a page."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template in one line."""
        return re.sub(r"\s*\n\s*", "", source)


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=[Joined],
    auto_reload=False,
)
TEMPLATES.globals["MARKS"] = MARKS
# The pieces that templates share: macros, so that each can also be had alone.
PIECES = TEMPLATES.get_template("pieces.html").module
TEMPLATES.globals |= {name: macro for name, macro in vars(PIECES).items() if not name.startswith("_")}


def render(template: str, **values) -> Markup:
    """The HTML that a template makes of some values."""
    return Markup(TEMPLATES.get_template(f"{template}.html").render(values))
