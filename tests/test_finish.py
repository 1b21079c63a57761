"""The finishing of pages and sheets, on pieces of what theme and extensions put out."""

import lxml.html
import pytest

from compendium.publishing import finish, icons, styles

SITE = finish.Setting(
    icons=icons.Icons({("fas", "sun"): icons.Icon(8, 9, "M0 0")}, {"f185": icons.Icon(8, 9, "M0 0")}),
    sheets=("_static/basic.css", "_static/theme.css"),
    version="v1",
    sizes={"_images/plan.png": (400, 200)},
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="a"><title>Bristol</title>
<link rel="stylesheet" href="../_static/theme.css?v=1"><link rel="stylesheet" href="own.css">
<link rel="stylesheet" href="../_static/basic.css"><meta name="viewport" content="b">
<script src="../_static/documentation_options.js"></script><script src="../_static/sphinx_highlight.js"></script>
<script src="../_static/scripts/fontawesome.js"></script><script src="../_static/copybutton.js"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'x < y';</script><script src="../searchindex.js"></script>
<script src="../_static/searchtools.js"></script></head>
<body><main role="main"><article>{body}</article></main></body></html>"""


def finished(body: str, name: str = "studies/city"):
    return lxml.html.document_fromstring(finish.finish(PAGE.replace("{body}", body), name, SITE))


def test_one_sheet_stands_for_those_it_holds():
    sheets = [link.get("href") for link in finished("<p>Text</p>").xpath("//link[@rel='stylesheet']")]
    assert sheets == ["../_static/site.css?v=v1", "own.css"]


def test_scripts_wait_in_order_and_needless_ones_go():
    scripts = finished("<p>Text</p>").xpath("//script")
    assert [script.get("src", script.get("type")) for script in scripts] == [
        "../_static/documentation_options.js",
        "module",
        "../_static/searchtools.js",
        "../_static/sphinx_highlight.js",
    ]
    assert all(script.get("defer") or script.get("type") == "module" for script in scripts)
    assert scripts[1].text == "DOCUMENTATION_OPTIONS.pagename = 'x < y';"


def test_light_or_dark_is_settled_before_the_page_is_drawn():
    (script,) = finished("<script>document.documentElement.dataset.mode = 'auto';</script>").xpath(
        "//article/script"
    )
    assert script.text == finish.SCHEME


def test_scripts_stay_where_something_needs_them():
    page = finished("<div class='highlight'><pre>code</pre></div>", "search")
    names = [script.get("src", "") for script in page.xpath("//script")]
    assert "../_static/copybutton.js" in names
    assert "../searchindex.js" in names
    assert names.index("../_static/sphinx_highlight.js") < names.index("../_static/searchtools.js")


def test_a_page_without_a_description_is_described_by_its_title():
    assert finished("").xpath("string(//meta[@name='description']/@content)") == "Bristol"


def test_icons_become_outlines_and_keep_what_else_they_are():
    page = finished(
        "<button title='Mode'><i class='theme-switch fas fa-sun fa-lg' data-mode='light'></i>!</button>"
    )
    (drawn,) = page.xpath("//svg")
    assert (drawn.get("class"), drawn.get("data-mode"), drawn.get("aria-hidden")) == (
        "icon theme-switch",
        "light",
        "true",
    )
    assert drawn.tail == "!"


def test_controls_are_named_by_their_words_or_their_title():
    page = finished("<button title='Go'></button><button title='Go' aria-label='Walk'>Run</button>")
    silent, worded = page.xpath("//button")
    assert (silent.get("aria-label"), silent.get("type")) == ("Go", "button")
    assert (worded.get("aria-label"), worded.get("title")) == (None, None)


def test_the_bibliography_is_a_list_of_items():
    page = finished(
        "<div role='list' class='citation-list'><a name='x'></a><div class='citation' role='doc-biblioentry'>One</div></div>"
    )
    (entries,) = page.find_class("citation-list")
    assert [entry.get("role") for entry in entries] == ["listitem"]
    assert page.xpath("//a[@name='x']")


def test_a_head_without_words_is_a_cell():
    page = finished("<table><tr><th scope='col'><p></p></th><th>A</th></tr></table>")
    assert [(cell.tag, cell.get("scope")) for cell in page.xpath("//tr/*")] == [("td", None), ("th", None)]


@pytest.mark.parametrize(("given", "size"), [("", ("400", "200")), ("width='100'", ("100", "50"))])
def test_images_say_how_large_they_are(given, size):
    (image,) = finished(f"<img src='../_images/plan.png' alt='A plan' {given}>").xpath("//img")
    assert (image.get("width"), image.get("height")) == size


def test_finishing_twice_changes_nothing():
    body = "<i class='fas fa-sun'></i><table><tr><th></th></tr></table>"
    once = finish.finish(PAGE.replace("{body}", body), "studies/city", SITE)
    assert finish.finish(once, "studies/city", SITE) == once


CSS = """@charset "utf-8";/*! kept */ /* gone: } */
.used, .unused > a, a:not(.unused) { color: var(--ink); content: "}" }
:root{--ink:red;--blot:blue;--pst-icon-sun:"\\f185"}
@media print{.unused{color:red}} @media screen{#id .used{top:0}} @keyframes spin{from{top:0}}
.used:before{content:var(--pst-icon-sun);font:var(--fa-font-solid)}
@font-face{font-family:Font Awesome\\ 6 Free;src:url(x.woff2)} .used{background:url(img/a.png)}"""


def test_rules_that_nothing_uses_go():
    kept = styles.trim(CSS, {"used", "id"})
    assert ".unused > a" not in kept and "@media print" not in kept
    assert '.used,a:not(.unused){color: var(--ink);content: "}"}' in kept
    assert "@media screen{#id .used{top:0}}" in kept and "@keyframes spin" in kept
    assert "--blot" not in styles.without_unused_variables(kept, set())
    assert "--blot" in styles.without_unused_variables(kept, {"--blot"})
    assert styles.notices(CSS) == ["/*! kept */"]


def test_icons_before_text_need_no_font():
    drawn = styles.without_icon_fonts(CSS, SITE.icons)
    assert "@font-face" not in drawn and "--fa-font" not in drawn
    assert '--pst-icon-sun:url("data:image/svg+xml' in drawn
    assert 'content:"";mask-image:var(--pst-icon-sun)' in drawn


def test_sheets_are_joined_with_what_they_import():
    whole = styles.bundle(
        [("styles/a.css", '@import "../b.css";a{background:url(i.png)}')], {"b.css": "b{top:0}"}.get
    )
    assert whole == "b{top:0}a{background:url(styles/i.png)}"


def test_the_theme_ships_the_icons_it_asks_for():
    known = icons.read(icons.script().read_text("utf-8"))
    asked = {
        ("fas", name) for name in ("sun", "moon", "circle-half-stroke", "magnifying-glass", "bars", "search")
    }
    assert asked <= known.named.keys()
    assert known.named["fas", "search"] == known.named["fas", "magnifying-glass"]
    assert known.named["fas", "sun"] != known.named["far", "sun"]
    with pytest.raises(ValueError, match="no icons"):
        icons.read("nothing here")


def test_files_nothing_asks_for_are_removed(tmp_path):
    for name in ("_static/kept.js", "_static/gone/deep.map", "_static/gone.js", "other.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    finish.prune(tmp_path, {"_static/kept.js"})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["_static", "kept.js", "other.js"]


def test_only_code_is_an_output_that_the_theme_measures():
    page = finished("<div class='output text_html'><p>A</p></div><div class='output'><pre>B</pre></div>")
    assert [element.get("class") for element in page.xpath("//article/div")] == ["shown text_html", "output"]
