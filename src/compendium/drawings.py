"""Drawings of the pages made ready for books: valid as XML, and light when a browser prints them.

A browser prints a hatched surface as an image of it, and each pale rectangle as a layer; hundreds of
them are most of a PDF. They are drawn with lines and plain colours here, and look the same.
"""

from collections.abc import Iterator
from copy import deepcopy
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
)
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
    """Give names back the capitals that a parser of HTML takes from them."""
    for element in drawing.iter(Element):
        element.tag = CAPITALS.get(element.tag, element.tag)
        for name in set(element.attrib) & CAPITALS.keys():
            element.set(CAPITALS[name], element.attrib.pop(name))


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
    for x, y in tiles(path.get("d"), float(pattern.get("width")), float(pattern.get("height"))):
        tile = Element("g", transform=f"translate({x:g} {y:g})")
        tile.extend(map(deepcopy, lines))
        surface.append(tile)
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


def tiles(path: str, width: float, height: float) -> Iterator[tuple[float, float]]:
    """Where copies of a tile must stand to cover a path of absolute coordinates."""
    numbers = [float(word) for word in path.split() if not word.isalpha()]
    across, down = numbers[::2], numbers[1::2]
    columns = range(int(min(across) // width), int(max(across) // width) + 1)
    rows = range(int(min(down) // height), int(max(down) // height) + 1)
    return ((column * width, row * height) for column, row in product(columns, rows))
