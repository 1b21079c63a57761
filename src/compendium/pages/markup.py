"""HTML and Markdown that notebooks, pages and prose share."""

import re

from compendium.pages.templating import PIECES, Markup, render


def as_markdown(text: str) -> str:
    """Text as Markdown that reads as just this text, in one line: no mark, role, directive or HTML in it.

    A backslash takes the meaning from each ASCII sign that could have one (CommonMark, section 2.4).
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def figure(svg: str, caption: str, alternative: str) -> Markup:
    """A drawing with its caption and, for those who do not see it, what it shows."""
    drawing = svg.partition("<svg ")[2]
    return render("figure", drawing=Markup(drawing), caption=caption, alternative=alternative)


def passage_link(passage: str) -> Markup:
    """The id of a passage, as a link to its entry in the register of evidence; "" where there is none."""
    return PIECES.passage_link(passage)


def profile_card(address: str, name: str, counts: dict[str, int]) -> Markup:
    """A case with a bar of what is stated of it, of its group, otherwise known, not stated, and not looked for."""
    asked = counts["asked"]
    other = asked - counts["stated"] - counts["group"] - counts["silent"] - counts["uncoded"]
    parts = (
        ("stated", counts["stated"], "stated of the case"),
        ("group", counts["group"], "said of a group"),
        ("other", other, "inferred or contested"),
        ("silent", counts["silent"], "not stated"),
        *((("uncoded", counts["uncoded"], "not looked for"),) if counts["uncoded"] else ()),
    )
    return render("profile-card", address=address, name=name, asked=asked, parts=parts)
