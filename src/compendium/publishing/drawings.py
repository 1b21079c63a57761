"""Drawings in pages: their names with capitals, and what books need to be valid as XML and light in print.

A browser prints a hatched surface as an image of it, and each pale rectangle as a layer; hundreds of
them are most of a PDF. They are drawn with lines and plain colours here, and look the same.
"""

from itertools import product

from lxml.etree import Element
from lxml.html import HtmlElement

# HTML has no capitals in names, SVG has.
SVG_TAGS = ("clipPath", "linearGradient", "radialGradient", "textPath", "foreignObject")
SVG_ATTRIBUTES = (
    "viewBox",
    "preserveAspectRatio",
    "patternUnits",
    "patternContentUnits",
    "patternTransform",
    "gradientUnits",
    "gradientTransform",
    "clipPathUnits",
    "maskUnits",
    "markerWidth",
    "markerHeight",
    "markerUnits",
    "refX",
    "refY",
    "textLength",
    "lengthAdjust",
    "startOffset",
    "spreadMethod",
)
Box = tuple[float, float, float, float]
CAPITALS = {name.lower(): name for name in (*SVG_TAGS, *SVG_ATTRIBUTES)}


def prepare(drawing: HtmlElement) -> None:
    """Change an `svg` element in place: see the steps."""
    restore_capitals(drawing)
    for path in drawing.xpath(".//path[not(@d)]"):
        path.drop_tree()
    for rectangle in drawing.xpath(".//rect[@opacity]"):
        rectangle.set("fill-opacity", rectangle.attrib.pop("opacity"))
    draw_hatching(drawing)


def restore_capitals(drawing: HtmlElement) -> None:
    """Give names back the capitals that a parser of HTML takes from them; attributes keep their order."""
    for element in drawing.iter(Element):
        element.tag = CAPITALS.get(element.tag, element.tag)
        if not CAPITALS.keys().isdisjoint(element.attrib):
            given = [(CAPITALS.get(name, name), value) for name, value in element.attrib.items()]
            element.attrib.clear()
            element.attrib.update(given)


def draw_hatching(drawing: HtmlElement) -> None:
    """Replace surfaces that are filled with a pattern by the pattern's own lines, clipped to the surface."""
    patterns = {f"url(#{pattern.get('id')})": pattern for pattern in drawing.iter("pattern")}
    hatched = [(path, declarations(path)) for path in drawing.xpath(".//path[@style]")]
    for number, (path, style) in enumerate(hatched):
        if style.get("fill") in patterns:
            pattern = patterns[style["fill"]]
            clip = f"{pattern.get('id')}-{number}"
            path.getparent().replace(path, hatching(path, style, pattern, clip))
    for pattern in patterns.values():
        pattern.drop_tree()


def hatching(path: HtmlElement, style: dict[str, str], pattern: HtmlElement, clip: str) -> HtmlElement:
    """A group in place of `path`: its ground, the lines of the pattern, its outline."""
    ground, *lines = pattern
    group = Element("g", {name: path.get(name) for name in ("clip-path", "transform") if name in path.attrib})
    if "opacity" in style:
        group.set("opacity", style.pop("opacity"))
    outline = "; ".join(f"{name}: {value}" for name, value in (style | {"fill": "none"}).items())
    mask = Element("clipPath", id=clip)
    mask.append(Element("path", d=path.get("d")))
    surface = Element("g", {"clip-path": f"url(#{clip})"})
    size = float(pattern.get("width")), float(pattern.get("height"))
    for line in lines:
        surface.append(
            Element("path", d=covering(line.get("d"), size, box(path.get("d"))), style=line.get("style"))
        )
    group.append(mask)
    group.append(Element("path", d=path.get("d"), style=f"fill: {ground.get('fill')}; stroke: none"))
    group.append(surface)
    group.append(Element("path", d=path.get("d"), style=outline))
    group.tail = path.tail
    return group


def declarations(element: HtmlElement) -> dict[str, str]:
    """The style of an element, by property."""
    pairs = (entry.partition(":") for entry in element.get("style", "").split(";") if entry.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def box(path: str) -> Box:
    """Left, top, right and bottom of a path of absolute coordinates."""
    numbers = [float(word) for word in path.split() if not word.isalpha()]
    across, down = numbers[::2], numbers[1::2]
    return min(across), min(down), max(across), max(down)


def covering(tile: str, size: tuple[float, float], area: Box) -> str:
    """The path of a tile, repeated over an area; pieces that lie outside of it, or double, are left out."""
    width, height = size
    columns = range(int(area[0] // width), int(area[2] // width) + 1)
    rows = range(int(area[1] // height), int(area[3] // height) + 1)
    pieces = [f"M {piece}" for piece in tile.split("M") if piece.strip()]
    moved = (
        shifted(piece, column * width, row * height)
        for column, row in product(columns, rows)
        for piece in pieces
    )
    return " ".join(dict.fromkeys(piece for piece in moved if meet(box(piece), area)))


def shifted(path: str, across: float, down: float) -> str:
    """A path of absolute coordinates, moved."""
    words, by = [], [across, down]
    for word in path.split():
        if word.isalpha():
            words.append(word)
        else:
            words.append(f"{float(word) + by[0]:.6g}")
            by.reverse()
    return " ".join(words)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have anything in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
