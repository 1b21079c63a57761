"""HTML and Markdown that notebooks, pages and prose share; text from data becomes text of a page here."""

import re
from html import escape


def as_markdown(text: str) -> str:
    """Text as Markdown that reads as just this text, in one line: no mark, role, directive or HTML in it.

    A backslash takes the meaning from each ASCII sign that could have one (CommonMark, section 2.4).
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def figure(svg: str, caption: str, alternative: str) -> str:
    """A drawing with its caption and, for those who do not see it, what it shows."""
    label = escape(alternative, quote=True)
    drawing = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return f"<figure class='chart'>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def passage_link(passage: str) -> str:
    """The id of a passage, as a link to its entry in the register of evidence; "" where there is none."""
    return f"<a href='evidence-register.html#{passage}'><code>{passage}</code></a>" if passage else ""


def profile_card(address: str, name: str, counts: dict[str, int]) -> str:
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
    bar = "".join(
        f"<span class='{kind}' style='flex-grow:{number}'></span>" for kind, number, _ in parts if number
    )
    words = ", ".join(f"{number} {meaning}" for _, number, meaning in parts)
    return (
        f"<li><a href='{address}'>{escape(name)}</a><span class='bar' aria-hidden='true'>{bar}</span>"
        f"<span class='words'>Of {asked}: {words}.</span></li>"
    )
