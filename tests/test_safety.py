"""A package that somebody sends: nothing in it leads out of its folder, runs, or is more than text on a page."""

import json
import os
import re
import shutil
import unicodedata
from pathlib import Path

import hostile
import pytest
from conftest import with_cells
from hypothesis import given
from hypothesis import strategies as st

from compendium import files, paths
from compendium.checks import forms, problems
from compendium.checks.validation import content_problems, validate
from compendium.cli import main as cli
from compendium.codings import descriptor, tables
from compendium.errors import DataError
from compendium.pages import markup
from compendium.publishing import page_facts
from compendium.workflow import assembly

NAMES = [(t, c) for t, columns in tables.TABLES.items() for c, f in columns.items() if f.startswith("name")]
ALL = [(t, c) for t, columns in tables.TABLES.items() for c in columns]
BAD_NAMES = [
    "../../../victim",
    "a/b",
    "a\\b",
    ".",
    "..",
    "A",
    "a b",
    "-a",
    "a-",
    "é",
    "a\nb",
    "x" * 81,
    "<b>",
    "a;b/c",
]
CONTROLS = ["\0", "\x07", "\x1b[2J", "\x7f", "\x85", "\u202e", "\u2066", "\ufffe", "\U0010ffff", "\ud800"]


@pytest.mark.parametrize("table, column", NAMES)
def test_what_names_something_is_a_plain_id(table, column):
    """Ids become file names, addresses and anchors, in each column of each table."""
    for cell in BAD_NAMES:
        assert forms.cell_problem(table, column, cell), cell
    assert forms.cell_problem(
        table, column, "x" * 80 if (table, column) not in forms.VOCABULARIES else ""
    ) in (
        "",
        "empty, but required; fill it.",
    )


@pytest.mark.parametrize("table, column", ALL)
def test_no_cell_holds_control_characters_or_turns_the_direction(table, column):
    for sign in CONTROLS:
        assert "delete it" in forms.cell_problem(table, column, f"a{sign}b"), ascii(sign)
    assert "100,000" in forms.cell_problem(table, column, "x" * 10_000_000)


@pytest.mark.parametrize(
    "table, column", [("cases", "name"), ("runs", "title"), ("sources", "title"), ("codebook", "label")]
)
def test_names_and_titles_stand_in_one_line(table, column):
    for sign in "\n\u2028\u2029":
        assert "line break" in forms.cell_problem(table, column, f"a{sign}b")
    assert forms.cell_problem(table, column, "שלום Łódź 22@Barcelona 😀") == ""


@given(st.text(max_size=90))
def test_whatever_passes_as_an_id_is_safe_as_a_file_an_address_and_an_anchor(text):
    if forms.cell_problem("cases", "case", text) == "":
        assert os.path.basename(text) == text and text not in ("", ".", "..")
        assert text.isascii() and text.lower() == text and len(text.encode()) <= 80
        assert not set(text) & set(" \"'<>&/\\#?%:;`$")


@given(st.text(max_size=60))
def test_whatever_passes_as_a_line_can_be_seen(text):
    if forms.cell_problem("cases", "name", text) == "":
        kinds = {unicodedata.category(sign) for sign in text if sign != "\t"}
        assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
        assert not {unicodedata.bidirectional(sign) for sign in text} & {
            "LRO",
            "RLO",
            "LRE",
            "RLE",
            "LRI",
            "RLI",
            "FSI",
        }


def test_an_address_leads_to_the_web():
    for cell in (
        "javascript:alert(1)",
        " JavaScript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.b/c",
    ):
        assert "web address" in forms.cell_problem("context", "url", cell), cell
    for cell in ("https://a.org/b?c=d:e", "http://a.org", "owner/repository, file 7"):
        assert forms.cell_problem("context", "url", cell) == ""


OWN = {"descriptors": ["water-city"]}  # columns that this package adds for a page of its own


def test_the_project_has_every_column_that_the_engine_knows_and_no_other_but_its_own():
    """The descriptor of this package and the engine's own list say the same, types and keys included."""
    declared = descriptor.tables(json.loads((paths.ROOT / "data" / descriptor.FILE).read_text("utf-8")))
    every = {name: resource["schema"]["fields"] for name, resource in declared.items()}
    known = {
        name: [f for f in fields if f["name"] not in OWN.get(name, ())] for name, fields in every.items()
    }
    names = {name: [field["name"] for field in fields] for name, fields in known.items()}
    assert names == {name: list(columns) for name, columns in tables.TABLES.items()}
    for name, fields in known.items():
        assert tuple(declared[name]["schema"]["primaryKey"]) == tables.KEYS[name]
        for field in fields:
            assert field["type"] == tables.type_of(name, field["name"]), (name, field["name"])
            required = field.get("constraints", {}).get("required", False)
            assert required == (not tables.TABLES[name][field["name"]].endswith("?")), (name, field["name"])


# ---------------------------------------------------------------- descriptors


def described(folder: Path) -> dict:
    return json.loads((folder / descriptor.FILE).read_text("utf-8"))


def save(folder: Path, content: dict) -> None:
    (folder / descriptor.FILE).write_text(json.dumps(content), "utf-8")


def _resource(content: dict, **values) -> dict:
    content["resources"][0] |= values
    return content


DESCRIPTORS = {
    "a path that leaves the folder": lambda d: _resource(d, path="../sources.csv"),
    "an absolute path": lambda d: _resource(d, path="/etc/passwd"),
    "a remote address": lambda d: _resource(d, path="https://127.0.0.1:1/sources.csv"),
    "several paths": lambda d: _resource(d, path=["sources.csv", "cases.csv"]),
    "rows in the descriptor": lambda d: _resource(d, data=[["source"], ["brief"]]),
    "a schema from elsewhere": lambda d: _resource(d, schema="https://127.0.0.1:1/schema.json"),
    "a packed table": lambda d: _resource(d, compression="zip"),
    "another program's format": lambda d: _resource(d, path="sources.sql"),
    "another encoding": lambda d: _resource(d, encoding="utf-7"),
    "two resources of one name": lambda d: {**d, "resources": [*d["resources"], d["resources"][0]]},
    "no resources": lambda d: {**d, "resources": []},
    "a resource that is none": lambda d: {**d, "resources": ["sources.csv"]},
    "no title": lambda d: {k: v for k, v in d.items() if k != "title"},
    "a schema without key": lambda d: _resource(d, schema={"fields": d["resources"][0]["schema"]["fields"]}),
    "a key that is no field": lambda d: _resource(
        d, schema=d["resources"][0]["schema"] | {"primaryKey": ["no"]}
    ),
    "a field without a type": lambda d: _resource(
        d, schema=d["resources"][0]["schema"] | {"fields": [{"name": "source", "description": "x"}]}
    ),
    "a title that is a list": lambda d: {**d, "title": ["x"]},
}


@pytest.mark.parametrize("attack", DESCRIPTORS)
def test_a_descriptor_that_asks_for_more_than_its_own_files_is_refused(folder, attack, monkeypatch):
    import socket

    def refuse(*_, **__):
        pytest.fail("something was asked for over the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    save(folder, DESCRIPTORS[attack](described(folder)))
    found = validate(folder)
    assert found and all(problem.file == descriptor.FILE for problem in found), found


@pytest.mark.parametrize("name", [descriptor.FILE, "cases.csv", "outlines.geojson"])
@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "socket", "nothing"])
def test_only_regular_files_are_read(folder, tmp_path, name, kind):
    path, elsewhere = folder / name, tmp_path / "elsewhere"
    shutil.move(path, elsewhere)
    make = {
        "link": lambda: path.symlink_to(elsewhere),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "socket": lambda: _socket(path),
        "nothing": lambda: None,
    }
    make[kind]()
    (problem,) = validate(folder)
    assert name in problem.message, problem
    with pytest.raises(DataError, match=re.escape(name)):
        descriptor.regular_file(folder, name)


def _socket(path: Path) -> None:
    os.mknod(path, 0o140600)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", "[" * 100_000, '{"a": ' + "9" * 5000 + "}", "\0", "null"],
    ids=lambda text: text[:8],
)
def test_what_is_no_descriptor_is_told_in_a_line(folder, content):
    (folder / descriptor.FILE).write_text(content, "utf-8")
    (problem,) = validate(folder)
    assert "\n" not in str(problem) and len(str(problem)) < 400
    (folder / descriptor.FILE).write_bytes(b"\xff\xfe{}")
    assert len(validate(folder)) == 1


def test_a_pattern_that_never_ends_is_not_run(folder):
    content = described(folder)
    for resource in content["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            field.setdefault("constraints", {})["pattern"] = "(([a-z0-9 .-])*)*!"
    save(folder, content)
    assert validate(folder) == []


def test_a_descriptor_that_asks_for_nothing_leaves_the_engine_its_own_checks(folder, table):
    """Types, keys and constraints dropped: what the engine relies on is found wrong all the same."""
    content = described(folder)
    for resource in content["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            field.pop("constraints", None)
            field["type"] = "string"
        if "schema" in resource:
            resource["schema"].pop("foreignKeys", None)
            resource["schema"]["primaryKey"] = [resource["schema"]["fields"][-1]["name"]]
    save(folder, content)
    for name, where, values in (
        ("passages", {"passage": "brief-bristol"}, {"letters": "many"}),
        ("codings", {"case": "bristol", "code": "private-sector"}, {"case": "leeds"}),
        ("runs", {"run": "four-cities"}, {"run": "../../../victim"}),
    ):
        opened = table(name)
        opened.rows[opened.find(**where)].update(values)
        opened.save()
    opened = table("cases")
    opened.rows.append(dict(opened.rows[-1]))
    opened.save()
    found = {(problem.file, problem.column) for problem in validate(folder)}
    assert found >= {
        ("passages.csv", "letters"),
        ("codings.csv", "case"),
        ("runs.csv", "run"),
        ("cases.csv", ""),
    }


def test_cells_that_no_table_can_hold_are_told_with_row_and_column(folder, table, capsys):
    opened = table("cases")
    opened.rows[2]["name"] = "a\x1b[2Jb"
    opened.rows[3]["name"] = "one\ntwo"
    opened.rows[4]["name"] = "x" * 10_000_000
    opened.save()
    assert cli.main(["--data", str(folder), "plan"]) == 1
    told = capsys.readouterr().err
    assert "\x1b" not in told and len(told) < 2000
    for row in ("row 4, column name", "row 5, column name", "row 6, column name"):
        assert row in told, told
    (folder / "cases.csv").write_bytes(b"case,study\n\xff\n")
    assert any("not UTF-8" in problem.message for problem in validate(folder))


# ---------------------------------------------------------------- runs and files


def test_a_notebook_of_the_package_is_never_a_notebook_of_the_project(data, folder):
    shutil.copy(paths.ANALYSIS / "speed.ipynb", folder / "own.ipynb")
    for notebook in ("../data/own", str(folder / "own")):
        assert forms.cell_problem("runs", "notebook", notebook)
    damaged, row = with_cells(data, "runs", {"run": "four-cities"}, {"notebook": "own"})
    assert ("runs.csv", row, "notebook") in [(p.file, p.row, p.column) for p in content_problems(damaged)]


def test_two_runs_of_one_name_are_refused(folder, table):
    """A row for a page that the row for each case makes too: one of them would be gone in silence."""
    opened = table("runs")
    opened.rows.append({**opened.rows[0], "run": "city-bristol"})
    opened.rows.sort(key=lambda row: row["run"])
    opened.save()
    row = opened.find(run="city-bristol") + 2
    (problem,) = validate(folder)
    assert (problem.file, problem.row) == ("runs.csv", row)
    assert "'city-bristol', as row" in problem.message


def test_two_runs_that_offer_a_file_of_one_name_are_refused():
    offered = {"a-b-c.csv": "1"}
    with pytest.raises(DataError, match=r"'a-b-c.csv'"):
        assembly._offer(offered, {"a-b-c.csv": "2"})
    assert offered == {"a-b-c.csv": "1"}


def test_the_plan_of_a_hostile_package_touches_no_strangers_file(folder, table, tmp_path, monkeypatch):
    """With the pattern dropped from its descriptor, a run's name led to any folder, which was emptied."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "letter.txt").write_text("mine")
    for name in ("SLICES", "STORE", "PLAN", "DATES"):
        monkeypatch.setattr(paths, name, tmp_path / "build" / "a" / name.lower())
    content = described(folder)
    for resource in content["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            field.pop("constraints", None)
    save(folder, content)
    opened = table("runs")
    opened.rows[0]["run"] = "../../../victim"
    opened.save()
    assert cli.main(["--data", str(folder), "plan"]) == 1
    assert [path.name for path in victim.iterdir()] == ["letter.txt"]
    with pytest.raises(DataError):
        files.write_files(files.inside(paths.SLICES, "../../../victim"), {"cases.csv": ""})
    assert [path.name for path in victim.iterdir()] == ["letter.txt"]


# ---------------------------------------------------------------- text is text


@pytest.mark.parametrize("piece", hostile.PIECES)
def test_a_heading_from_data_reads_as_the_data(piece):
    """Parsed by the book's own Markdown, in a heading: one text, no mark, role, directive or HTML."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.myst_role import myst_role_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for plugin in (myst_role_plugin, colon_fence_plugin, deflist_plugin, dollarmath_plugin, attrs_plugin):
        parser.use(plugin)
    opening, inline, closing = parser.parse(f"# {markup.as_markdown(piece)}")
    assert opening.tag == closing.tag == "h1"
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children) == " ".join(piece.split())


@given(st.text(max_size=40))
def test_any_text_reads_as_itself_in_a_heading(text):
    from markdown_it import MarkdownIt

    words = " ".join(text.replace("\0", "").split())
    if words:
        _, inline, _ = MarkdownIt("commonmark").parse(f"# {markup.as_markdown(words)}")
        assert "".join(child.content for child in inline.children) == words


@pytest.mark.parametrize("piece", hostile.PIECES)
def test_a_citation_stays_one_entry_of_a_bibliography(piece):
    entry = page_facts.bibtex("index", piece, "", "")
    (title,) = re.findall(r"^  title = \{\{(.*)\}\},$", entry, re.MULTILINE)
    assert title.count("{") == title.count("}")
    assert not re.search(r"(?<!\\)[&%$#_]", title)
    assert set(re.findall(r"\\([a-z]+)", title)) <= {
        "textbackslash",
        "textasciitilde",
        "textasciicircum",
        "textbraceleft",
        "textbraceright",
    }


def test_labels_of_figures_are_words():
    """A dollar sign begins no mathematics, and what looks like a tag or a colour of the drawing stays."""
    from lxml import etree

    from compendium.pages import drawing

    words = ["$\\frac{1}{2}$", 'x id="y" href="#z"', "#010203", "<b class=hostile>", "😀 שלום"]
    figure, axes = drawing.canvas(2)
    axes.set_yticks(range(len(words)), words)
    drawn = etree.fromstring(drawing.to_svg(figure, "name"))
    shown = {"".join(element.itertext()) for element in drawn.iter("{*}text")}
    assert set(words) <= shown
    assert not drawn.xpath("//*[local-name()='b']")


def test_a_download_says_where_a_spreadsheet_would_calculate():
    for cell in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", " =x"):
        assert assembly.holds_formulas(f'a,b\n1,"{cell}"\n'), cell
    for cell in ("-", "-1.5", "+3", "-1,234.5", "1e-5", "-2.5e-05", "words = more", "", "12 %"):
        assert not assembly.holds_formulas(f'a,b\n1,"{cell}"\n'), cell


def test_messages_hold_nothing_that_a_terminal_obeys():
    message = str(problems.Problem("a\x1b[31m.csv", 1, "x\r", "\u202ecell\x07"))
    assert message == "a\\x1b[31m.csv, row 1, column x\\r: \\u202ecell\\x07"
