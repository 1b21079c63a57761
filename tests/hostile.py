"""Texts that somebody might write into a package to have a page do what its author wants. Material for tests only."""

from conftest import Table

from compendium.codings import tables

# Each shows, if it is taken for more than text, as an element or a variable by the name MARK, or as the CANARY.
MARK = "hostile"
CANARY = "canary-of-a-private-file"
PIECES = [
    f"<script>window.{MARK}=1</script>",
    f"<img src=x onerror=window.{MARK}=1 class={MARK}>",
    f"</title></td></svg><b class={MARK}>",
    f"\"'><i class={MARK}>",
    f"[a](javascript:window.{MARK}=1)",
    f"{{raw}}`<u class={MARK}>`",
    "{include}`private.txt`",
    "{{ 7*191 }}{% raw %}",
    "{result}`nowhere:x` {doc}`no`",
    ":doc:`no` |no| no_ [no]_ [^1]",
    "*a* **b** `c` ~~d~~ # e",
    "$\\frac{1}{2}$ $$x$$ \\(y\\)",
    "\\input{private.txt} ^ ~ & % #",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "&lt;b&gt; &#60; &amp;",
    "https://example.org/?a=1&b=<c>",
    "]]> --> */ */} `",
    "${jndi} %s {0} {name}",
    "\u05e9\u05dc\u05d5\u05dd \U0001f600 e\u0301",
]
# In a text that may have line breaks, what begins a line of Markdown has more ways.
BLOCK = "\n\n```{include} ../private.txt\n```\n\n# A heading\n:::{raw} html\n<b class=hostile>\n:::\n"


def free_columns(table: str) -> dict[str, str]:
    """The columns of a table in which people write words, with their form."""
    return {
        column: form.rstrip("?")
        for column, form in tables.TABLES[table].items()
        if form.rstrip("?") in ("line", "text") and (table, column) not in MEANING
    }


# One-line columns whose cells the engine takes apart: they hold formulas, values and quantities, no words.
MEANING = {
    *(("claims", column) for column in ("quantity", "cases", "first", "second", "value")),
    *(("aims", column) for column in ("shown", "named")),
    *(("benchmarks", column) for column in ("mark", "outcome")),
    ("codebook", "asked-of"),
    ("scopes", "filter"),
    ("codings", "value"),
    ("recodings", "value"),
    ("frameworks", "value"),
    ("context", "value"),
    ("context", "period"),
    ("citations", "listed"),
    ("runs", "specification"),
    ("sources", "year"),
}


# Columns in which rows of one id have to say the same.
SAME = {("scopes", "label"): "scope"}


def written(number: int, column: int, form: str, cell: str) -> str:
    """A cell with a hostile piece beside its words; over the rows of a column each piece comes in turn.

    What a spreadsheet would take for a formula stands first, everything else last.
    """
    piece = PIECES[(number + 3 * column) % len(PIECES)]
    words = f"{piece} {cell}" if piece[0] in "=@" else f"{cell} {piece}"
    return words.strip() + (BLOCK if form == "text" and number % 7 == 0 else "")


def poison(folder) -> None:
    """Write hostile pieces into every cell of a package in which people write words."""
    for name in tables.TABLES:
        if not (folder / f"{name}.csv").exists():
            continue
        table = Table(folder / f"{name}.csv")
        for column, (field, form) in enumerate(free_columns(name).items()):
            ids = [row.get(SAME.get((name, field)), str(number)) for number, row in enumerate(table.rows)]
            for row, one in zip(table.rows, ids):
                row[field] = written(ids.index(one), column, form, row[field])
        table.save()
