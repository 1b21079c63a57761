"""The icons the theme ships, read from its own script, so that pages carry only those they show."""

import re
from pathlib import Path
from typing import NamedTuple

STYLES = {"fas": "fas", "fa-solid": "fas", "fa": "fas", "far": "far", "fa-regular": "far"} | dict.fromkeys(
    ("fab", "fa-brands"), "fab"
)
# An icon as the script writes it: name:[width,height,[aliases],"code point","path"].
ICON = re.compile(r'"?([a-z0-9-]+)"?:\[(\d+),(\d+),\[([^\]]*)\],"([0-9a-f]+)","([^"]+)"\]')
END_OF_STYLE = re.compile(r'\("(fa[srb])",')


class Icon(NamedTuple):
    """An outline in a box of its own measure."""

    width: int
    height: int
    path: str


class Icons(NamedTuple):
    """All icons, by style and name, and those of the solid style by code point."""

    named: dict[tuple[str, str], Icon]
    by_code: dict[str, Icon]


def script() -> Path:
    """Where the theme keeps its icons."""
    import pydata_sphinx_theme

    root = Path(pydata_sphinx_theme.__file__).parent
    return root / "theme" / "pydata_sphinx_theme" / "static" / "scripts" / "fontawesome.js"


def read(text: str) -> Icons:
    """The icons in the text of the script; an error where it holds none, as then the theme has changed."""
    named, by_code, pending = {}, {}, []
    found = sorted([*ICON.finditer(text), *END_OF_STYLE.finditer(text)], key=lambda match: match.start())
    for match in found:
        if match.re is ICON:
            pending.append(match)
            continue
        for name, width, height, aliases, code, path in (icon.groups() for icon in pending):
            icon = Icon(int(width), int(height), path)
            for known in (name, *re.findall(r'"([^"]+)"', aliases)):
                named.setdefault((match[1], known), icon)
            if match[1] == "fas":
                by_code.setdefault(code, icon)
        pending = []
    if not named:
        raise ValueError("no icons in the theme's script; does the theme ship them otherwise now?")
    return Icons(named, by_code)


def asked(classes: list[str]) -> tuple[str, str] | None:
    """Style and name of the icon that an element's classes ask for, or nothing."""
    style = next((STYLES[name] for name in classes if name in STYLES), None)
    sizes = {"fa-lg", "fa-sm", "fa-xs", "fa-xl", "fa-2x", "fa-fw", "fa-inverse", "fa-spin"}
    name = next((n for n in classes if n.startswith("fa-") and n not in STYLES and n not in sizes), None)
    return (style, name.removeprefix("fa-")) if style and name else None


def as_mask(icon: Icon) -> str:
    """An icon as a CSS image, to be filled with the colour of the text."""
    return (
        f"url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        f"viewBox='0 0 {icon.width} {icon.height}'%3E%3Cpath d='{icon.path}'/%3E%3C/svg%3E\")"
    )


def is_name(word: str) -> bool:
    """Whether a class asks for an icon, its style or its size; others say what the element is for."""
    return word.startswith("fa-") or word in STYLES
