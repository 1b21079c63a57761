"""The last hand on every page: lighter, valid, and usable by everyone.

Sphinx hands each page, once rendered, through `FinishingLoader`, so a page is finished as it is written and
a build that writes one page finishes one. Nothing here knows a page of the book: what is changed is what the
theme and the extensions put on any page. At the end of a build their style sheets become one, without the
rules that no page uses, and files that no page asks for are removed.
"""

import hashlib
import re
import struct
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml.builder import E
from lxml.etree import Comment
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

from compendium import __version__
from compendium.publishing import drawings, icons, styles

SHEET = "_static/site.css"
# Scripts no page needs: the icon font, Bootstrap (its tooltips are titles again, its one button is ours),
# and Thebe, which runs code on another host.
NEEDLESS = ("fontawesome", "bootstrap.js", "thebe", "kernelName")
# Scripts some pages need: what their names or texts have in common, and what must be on such a page.
NEEDED_FOR = {
    "design-tabs": [".//*[contains(@class, 'sd-tab-set')]"],
    "toggle": [
        ".//*[contains(concat(' ', @class, ' '), ' toggle ')]",
        ".//*[contains(@class, 'admonition') and contains(concat(' ', @class, ' '), ' dropdown ')]",
    ],
    "clipboard": [".//*[contains(@class, 'highlight')]//pre"],
    "copybutton": [".//*[contains(@class, 'highlight')]//pre"],
}
# The theme's own sheets, which its templates name; all others are known to the builder.
THEME_SHEETS = ["_static/styles/theme.css", "_static/styles/pydata-sphinx-theme.css"]
DIALOGS = {
    "pst-search-dialog": "Search",
    "pst-primary-sidebar-modal": "All pages",
    "pst-secondary-sidebar-modal": "On this page",
}
# The theme decides on light or dark once it is loaded, and every element is styled anew; this is in time.
SCHEME = """
    {
      const root = document.documentElement;
      let mode = root.dataset.theme;
      try { mode = localStorage.getItem("mode") || mode; } catch { /* storage may be forbidden */ }
      const dark = mode === "dark" || (mode !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
      root.dataset.mode = mode;
      root.dataset.theme = dark ? "dark" : "light";
    }
  """


class Setting(NamedTuple):
    """What finishing a page must know of its site."""

    icons: icons.Icons
    sheets: tuple[str, ...]  # paths of the sheets that the one sheet holds, below the site
    version: str  # of the one sheet
    sizes: dict[str, tuple[int, int]]  # width and height of each image, by its path below the site


class FinishingLoader(BuiltinTemplateLoader):
    """Sphinx's templates, but each page of a site in HTML is finished once it is rendered."""

    def init(self, builder, theme=None, dirs=None) -> None:
        super().init(builder, theme, dirs)
        self._builder = builder

    def render(self, template: str, context: dict) -> str:
        text = super().render(template, context)
        if self._builder.name != "html" or not text.lstrip()[:15].lower().startswith("<!doctype html"):
            return text
        return finish(text, context["pagename"], setting(self._builder))


@cache
def known_icons() -> icons.Icons:
    """The icons of the theme, read once a build."""
    return icons.read(icons.script().read_text("utf-8"))


def setting(builder) -> Setting:
    """The setting of all pages of a build; made anew where images were found since the last page."""
    sheets = sheet_names(builder)
    return Setting(known_icons(), sheets, sheet_version(builder.outdir, sheets), image_sizes(builder))


def sheet_names(builder) -> tuple[str, ...]:
    """The style sheets every page has, in their order."""
    named = [str(sheet.filename).partition("?")[0] for sheet in builder._css_files]
    return tuple(dict.fromkeys(n for n in [*THEME_SHEETS, *named] if n.startswith("_static/")))


@cache
def sheet_version(site: Path, sheets: tuple[str, ...]) -> str:
    """A digest of the sheets as they came and of what trims them; browsers then take the one sheet anew.

    The sheet itself is known only once all pages are written, when this already stands in them.
    """
    digest = hashlib.sha256(Path(styles.__file__).read_bytes() + Path(__file__).read_bytes())
    for name in sheets:
        path = Path(site) / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:8]


def image_sizes(builder) -> dict[str, tuple[int, int]]:
    """Width and height of the images that Sphinx has met, by the path they get below the site."""
    found = {}
    for source, name in builder.images.items():
        if size := image_size(Path(builder.srcdir) / source):
            found[f"{builder.imagedir}/{name}"] = size
    return found


@cache
def image_size(path: Path) -> tuple[int, int] | None:
    """Width and height of a PNG or SVG image in pixels; nothing for others or where it does not say."""
    if path.suffix == ".png":
        return struct.unpack(">II", path.read_bytes()[16:24])
    if path.suffix == ".svg":
        box = lxml.html.fromstring(path.read_bytes()).xpath("//*[local-name()='svg']/@viewbox")
        if box:
            *_, width, height = re.split(r"[\s,]+", box[0].strip())
            return round(float(width)), round(float(height))
    return None


# --- one page ---------------------------------------------------------------------------------------------


def finish(text: str, name: str, site: Setting) -> str:
    """A rendered page as readers get it. `name` is the page's name in Sphinx, as `studies/claims`."""
    page = lxml.html.document_fromstring(text.lstrip())
    finish_head(page, name, site)
    draw_icons(page, site.icons)
    name_controls(page)
    mend_landmarks(page)
    mend_lists_and_tables(page)
    size_images(page, name, site)
    calm_outputs(page)
    for drawing in page.iter("svg"):
        drawings.restore_capitals(drawing)
    return lxml.html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode") + "\n"


def calm_outputs(page) -> None:
    """Rename outputs that are prose, tables and figures: they bring their own boxes for what is wide.

    The theme's script measures each output as the page opens, which has a browser lay out all of a long
    page at once; on a phone that takes seconds.
    """
    for output in page.find_class("output"):
        if not output.xpath(".//pre"):
            output.set("class", " ".join("shown" if c == "output" else c for c in classes(output)))


def remove(element) -> None:
    """Take an element away, and leave the text that follows it."""
    element.drop_tree()


def classes(element) -> list[str]:
    """The classes of an element."""
    return (element.get("class") or "").split()


def words(element) -> str:
    """The text in an element, its white space as single blanks."""
    return " ".join(element.text_content().split())


def finish_head(page, name: str, site: Setting) -> None:
    """One viewport, one sheet, a description, and scripts that do not hold up the page."""
    head = page.head
    for comment in list(page.iter(Comment)):
        remove(comment)
    for meta in head.xpath("meta[@name='viewport'][position() > 1] | meta[starts-with(@name, 'docsearch')]"):
        remove(meta)
    for link in head.xpath("link[@rel='preload' and @as='script']"):
        remove(link)
    one_sheet(head, name, site)
    lighten_scripts(page, name)
    if not head.xpath("meta[@name='description']"):  # pages that Sphinx makes have none of their own
        head.insert(1, E.meta(name="description", content=words(head.find("title"))))


def below_site(reference: str, name: str) -> str:
    """The path below the site that a reference on a page leads to."""
    return normpath(join(dirname(name), unquote(urlsplit(reference).path)))


def one_sheet(head, name: str, site: Setting) -> None:
    """Put the one sheet where the first of those stood that it holds."""
    links = [
        link
        for link in head.xpath("link[@rel='stylesheet']")
        if below_site(link.get("href"), name) in site.sheets
    ]
    if links:
        reference = f"{relpath(SHEET, dirname(name) or '.')}?v={site.version}"
        links[0].addprevious(E.link(rel="stylesheet", href=reference))
    for link in links:
        remove(link)


def lighten_scripts(page, name: str) -> None:
    """Drop the scripts this page has no use for, and let the others wait until it is read.

    The search index is large, and is fetched by our script once somebody searches; only the page of results
    needs it at once. The script that marks words found must come after the one that searches: it else marks
    them itself, in the navigation too. On the page of results, which marks nothing, it must come before: the
    search begins as soon as the index is there, and asks it.
    """
    needless = [*NEEDLESS, *_unneeded(page)]
    for script in page.xpath("//script"):
        if script.get("type") == "application/ld+json":
            continue
        if "dataset.mode" in (script.text or ""):
            script.text = SCHEME
            continue
        said = f"{script.get('src', '')} {script.get('type', '')} {script.text or ''}"
        if any(word in said for word in needless) or "searchindex.js" in said and name != "search":
            remove(script)
        elif script.get("src"):
            script.set("defer", "defer")
        elif "DOCUMENTATION_OPTIONS." in said:
            script.set("type", "module")  # a classic script would run before those it adds to
    for marking in page.head.xpath("script[contains(@src, 'sphinx_highlight')]"):
        searching = page.head.xpath("script[contains(@src, 'searchtools')]")
        if name == "search" and searching:
            searching[0].addprevious(marking)
        else:
            page.head.append(marking)


def _unneeded(page) -> list[str]:
    """The marks of scripts that serve elements which the page does not have."""
    return [mark for mark, paths in NEEDED_FOR.items() if not any(page.xpath(path) for path in paths)]


def draw_icons(page, known: icons.Icons) -> None:
    """Replace each element that asks for an icon of the font by its outline, hidden from screen readers."""
    for element in page.xpath("//i[contains(@class, 'fa')] | //span[contains(@class, 'fa-')]"):
        wanted = icons.asked(classes(element))
        if wanted not in known.named:
            continue
        icon = known.named[wanted]
        drawn = E.svg(
            E.path(d=icon.path, fill="currentColor"),
            {"class": " ".join(["icon", *(c for c in classes(element) if not icons.is_name(c))])},
            {key: value for key, value in element.items() if key.startswith("data-")},
            viewBox=f"0 0 {icon.width} {icon.height}",
            **{"aria-hidden": "true"},
        )
        drawn.tail = element.tail
        element.getparent().replace(element, drawn)


def name_controls(page) -> None:
    """Each control has a name that agrees with what is written on it."""
    for button in page.xpath("//button | //a[@data-bs-toggle]"):
        title = button.attrib.pop("data-bs-title", None) or button.get("title") or button.get("aria-label")
        for name in ("data-bs-toggle", "data-bs-placement"):
            button.attrib.pop(name, None)
        if button.tag == "button" and not button.get("type"):
            button.set("type", "button")
        if words(button):  # its text is its name
            button.attrib.pop("aria-label", None)
            button.attrib.pop("title", None)
        elif title:
            button.set("title", title)
            button.set("aria-label", title)
    for name, label in DIALOGS.items():
        for dialog in page.xpath(f"//dialog[@id='{name}']"):
            dialog.set("aria-label", label)
    for index in page.xpath("//form[contains(@class, 'bd-search')]"):
        index.set("role", "search")


def mend_landmarks(page) -> None:
    """Everything stands in a landmark, each kind of landmark once; one heading of the first rank a page."""
    for main in page.xpath("//main[@role='main']"):
        del main.attrib["role"]
    for logo in page.xpath("//*[contains(@class, 'navbar-brand')]/.."):
        logo.set("role", "banner")
    for header in page.xpath("//header[@id='pst-header'][not(*)]"):  # scripts ask for it, readers do not
        header.set("hidden", "hidden")
    for aside in page.xpath("//aside[@id='bd-header-version-warning']/.."):
        remove(aside)
    for footer in page.xpath("//footer[not(*)][not(normalize-space())]"):
        remove(footer)
    for heading in page.xpath("//*[@id='jb-print-docs-body']//*[self::h1 or self::h2]"):
        heading.set("class", f"print-{heading.tag}")
        heading.tag = "p"


def mend_lists_and_tables(page) -> None:
    """Lists hold items only; a head that says nothing is an ordinary cell."""
    for entry in page.xpath("//*[@role='doc-biblioentry']"):
        entry.set("role", "listitem")
    for stray in page.xpath("//*[contains(@class, 'citation-list')]/*[not(@role='listitem')]"):
        following = stray.getnext()
        if following is not None:
            stray.tail = None
            following.insert(0, stray)
    for head in page.xpath("//th[not(normalize-space())][not(.//img)]"):
        head.tag = "td"
        head.attrib.pop("scope", None)


def size_images(page, name: str, site: Setting) -> None:
    """Images say how large they are, so that the text does not jump when they arrive."""
    for image in page.xpath("//img[@src][not(@width and @height)]"):
        size = site.sizes.get(below_site(image.get("src"), name))
        if size:
            width, height = size
            given = image.get("width")
            if given and given.isdigit():
                width, height = int(given), round(height * int(given) / width)
            image.set("width", str(width))
            image.set("height", str(height))
        if not image.get("loading"):
            image.set("loading", "lazy")


# --- the site ---------------------------------------------------------------------------------------------


def finish_site(app: Sphinx, error: Exception | None) -> None:
    """Write the one sheet, and remove what no page asks for."""
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    documents = [lxml.html.parse(str(path)) for path in sorted(site.rglob("*.html")) if _is_page(path, site)]
    write_sheet(site, sheet_names(app.builder), documents)
    prune(site, asked_for(site) | (own_files(app) - set(sheet_names(app.builder))))


def _is_page(path: Path, site: Path) -> bool:
    """Whether a file is a page; the theme leaves pieces of templates among its static files."""
    return "_static" not in path.relative_to(site).parts


def own_files(app: Sphinx) -> set[str]:
    """The static files of the book itself, which its scripts may ask for; extensions name theirs in full."""
    folders = [
        Path(app.confdir) / name for name in app.config.html_static_path if not Path(name).is_absolute()
    ]
    return {
        f"_static/{path.relative_to(f).as_posix()}"
        for f in folders
        for path in f.rglob("*")
        if path.is_file()
    }


def write_sheet(site: Path, sheets: tuple[str, ...], documents: list) -> None:
    """The one sheet: what the others hold, without what none of the pages and scripts can use."""
    scripts = "".join((site / name).read_text("utf-8") for name in own_scripts(site))
    used = set(re.findall(r"[\w-]+", scripts))
    variables = set(re.findall(r"--[\w-]+", scripts))
    for document in documents:
        for kind in ("class", "id"):
            used.update(word for value in document.xpath(f"//@{kind}") for word in value.split())
        for text in document.xpath("//@*[contains(., 'var(')] | //style/text()"):
            variables.update(styles.USED_VARIABLE.findall(text))
    texts = {name: (site / name).read_text("utf-8") for name in sheets if (site / name).exists()}
    whole = styles.bundle(
        [(relpath(name, "_static"), text) for name, text in texts.items()],
        lambda name: (site / "_static" / name).read_text("utf-8"),
    )
    css = styles.trim(styles.without_icon_fonts(whole, known_icons()), used)
    css = styles.without_unused_variables(css, variables)
    licences = "\n".join(line for text in texts.values() for line in styles.notices(text))
    (site / SHEET).write_text(f"{licences}\n{css}\n", "utf-8")


def own_scripts(site: Path) -> list[str]:
    """The scripts whose words may be classes: not those that go, nor the prose and numbers in others."""
    names = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.js"))]
    prose = ("searchindex", "downloads/", "cards.js")
    return [name for name in names if not any(word in name for word in (*NEEDLESS, *prose))]


def asked_for(site: Path) -> set[str]:
    """The files below the site that its pages and its sheet name."""
    found = {SHEET}
    for path in site.rglob("*.html"):
        if _is_page(path, site):
            name = path.relative_to(site).as_posix()
            found.update(
                below_site(link, name) for *_, link, _ in lxml.html.parse(str(path)).getroot().iterlinks()
            )
    sheet = (site / SHEET).read_text("utf-8")
    return found | {f"_static/{name}" for _, name in styles.LOCAL_URL.findall(sheet)}


def prune(site: Path, kept: set[str]) -> None:
    """Remove static files that nothing asks for, and the folders this leaves empty."""
    static = site / "_static"
    for path in sorted(static.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(site).as_posix() not in kept:
            path.unlink()


def setup(app: Sphinx) -> dict:
    """Finish pages and site; `template_bridge` in _config.yml must name FinishingLoader."""
    app.connect("build-finished", finish_site, priority=950)  # after those who write files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
