"""HTML for readers: findings, tables, and cells that answer "how do you know?"."""

import pandas as pd

from compendium.codings import coverage
from compendium.codings.package import Package
from compendium.codings.vocabulary import MARKS, SILENT, WITHOUT
from compendium.pages import markup, results
from compendium.pages.templating import Markup, render


def legend(statuses=MARKS) -> None:
    """Show a line that explains the signs of the given statuses."""
    given = set(statuses)
    results.publish(render("legend", statuses=[status for status in MARKS if status in given]))


def finding(text: str, **values) -> None:
    """Show the finding a page opens with, and publish the values it rests on."""
    results.publish(render("finding", text=text), finding=text, values=values)


def numbers(**values) -> None:
    """Publish numbers that the prose of the book inserts; shown folded."""
    results.publish(render("numbers", values=values), values=values)


def table(
    name: str,
    frame: pd.DataFrame,
    caption: str,
    html: pd.DataFrame | None = None,
    folded: bool = False,
) -> None:
    """Show a table and publish it as CSV under `name`; a long one may be folded.

    `frame` is the data; `html` is the reader's view where that is another, its cells text or what a
    template made. The first column names the rows.
    """
    view = frame if html is None else html
    shown = render(
        "table",
        caption=caption,
        heads=[str(column)[:1].upper() + str(column)[1:] for column in view.columns],
        rows=view.itertuples(index=False, name=None),
        folded=folded,
    )
    results.publish(shown, table=name, caption=caption, csv=results.to_csv(frame))


def take_away(name: str, frame: pd.DataFrame, caption: str) -> None:
    """Publish a table as files only, where the page has said all that is in it."""
    results.publish(
        render("take-away", caption=caption),
        table=name,
        caption=caption,
        csv=results.to_csv(frame),
    )


def figure(name: str, svg: str, caption: str, alternative: str, data: pd.DataFrame) -> None:
    """Show a figure (inline SVG) with caption and text alternative; publish it with the data behind it."""
    results.publish(
        markup.figure(svg, caption, alternative),
        figure=name,
        caption=caption,
        alternative=alternative,
        svg=svg,
        csv=results.to_csv(data),
    )


def readable(package: Package, code: str, value: str) -> str:
    """A value as a reader sees it: ids of a vocabulary without hyphens, names and words as they are."""
    return value.replace("-", " ") if package.entry("codebook", code)["type"] == "category" else value


def evidence(package: Package, codings: list[dict]) -> Markup:
    """The codings of one cell, each value once, with its answer to "how do you know?": status, paraphrase, place.

    A cell without a coding (see `coverage.cells`) says why it has none.
    """
    said: dict[str, list[dict]] = {}
    for coding in codings:
        if coding["passage"]:
            said.setdefault(coding["value"], []).append(coding)
    values = [
        {
            "words": readable(package, rows[0]["code"], value) or "does not apply",
            "statuses": list(dict.fromkeys(row["status"] for row in rows)),
            "codings": [row | _place(package, row["passage"]) for row in rows],
        }
        for value, rows in said.items()
    ]
    return render("cell", said=values, why=codings[0]["status"])


def _place(package: Package, name: str) -> dict:
    """A passage, and the title of its document."""
    passage = package.entry("passages", name)
    return {"passage": passage, "source": package.entry("sources", passage["source"])["title"]}


def by_cell(codings: pd.DataFrame) -> dict[tuple[str, str], list[dict]]:
    """The rows of codings.csv by case and code."""
    cells: dict[tuple[str, str], list[dict]] = {}
    for row in codings.to_dict("records"):
        cells.setdefault((row["case"], row["code"]), []).append(row)
    return cells


def coding_table(
    name: str, package: Package, cases: pd.DataFrame, codes, caption: str, folded: bool = False
) -> None:
    """Show all codings of some cases, a row per code; the CSV has statuses in words, the page signs."""
    labels = package.codebook.set_index("code")["label"]
    cells = by_cell(coverage.cells(package))

    def plain(rows: list[dict]) -> str:
        return "; ".join(f"{row['value']} [{row['status']}]".strip() for row in rows)

    def grid(cell) -> pd.DataFrame:
        rows = [
            {
                "asked": labels[code],
                **{
                    name: cell(cells[case, code])
                    for case, name in cases["name"].items()
                    if (case, code) in cells
                },
            }
            for code in codes
        ]
        return pd.DataFrame(rows, dtype=object).fillna("")

    view = grid(lambda rows: evidence(package, rows))
    table(name, grid(plain), caption, html=view, folded=folded)


def value_table(name: str, package: Package, cases: pd.DataFrame, codes, caption: str) -> None:
    """Show the values of some codes, a row per case; on the page each says how it is known."""
    cells = by_cell(coverage.cells(package))
    labels = package.codebook.set_index("code")["label"]

    def plain(rows: list[dict]) -> str:
        said: dict[str, dict[str, None]] = {}  # each value with its statuses, each once, in order
        for row in rows:
            if row["passage"]:
                said.setdefault(row["value"], {})[row["status"]] = None
        texts = [f"{value} [{', '.join(given)}]" for value, given in said.items()]
        return "; ".join(texts) or MARKS[rows[0]["status"]].words

    def grid(cell) -> pd.DataFrame:
        rows = [
            {"case": cases.loc[case, "name"], **{labels[code]: cell(cells[case, code]) for code in codes}}
            for case in cases.index
        ]
        return pd.DataFrame(rows, dtype=object)

    view = grid(lambda rows: evidence(package, rows))
    table(name, grid(plain), caption, html=view)


def _authors(package: Package, items: pd.DataFrame) -> str:
    """The documents that a list is taken from, each by its id, joined in words."""
    sources = package.passages.set_index("passage")["source"]
    return " and ".join(f"the {source}" for source in dict.fromkeys(sources[items["passage"]]))


def framework_table(package: Package, framework: str, folded: bool = True) -> None:
    """Show one list of a document: its items in our words, with figure, status and passage."""
    items = package.frameworks[package.frameworks["framework"] == framework]
    if items.empty:
        raise ValueError(f"no framework {framework!r} in frameworks.csv")
    columns = ["label", "value", "status", "passage", "note"]
    view = pd.DataFrame(
        {
            "item": items["label"] + items["value"].map(lambda value: f" ({value})" if value else ""),
            "known by": items["status"].str.replace("-", " "),
            "where it stands": items["passage"].map(markup.passage_link),
            "note": items["note"],
        },
        dtype=object,
    )
    view = view.loc[:, view.ne("").any()]  # an empty column tells nothing
    table(
        f"framework-{framework}",
        items[columns],
        f"{framework.replace('-', ' ').capitalize()}, as listed by {_authors(package, items)}",
        html=view,
        folded=folded,
    )


def describe_statuses(statuses: pd.DataFrame, names: list[str], labels: list[str]) -> str:
    """A text alternative for a grid of statuses, cases by codes: which codes of each case are known, and how."""
    parts = []
    for name, (_, cells) in zip(names, statuses.iterrows()):
        known = [
            f"{label} ({MARKS[status].words})"
            for label, status in zip(labels, cells)
            if status not in WITHOUT
        ]
        unknown = [
            f"{int((cells == why).sum())} of {len(cells)} {words}"
            for why, (_, words) in WITHOUT.items()
            if why == SILENT or (cells == why).any()
        ]
        parts.append(f"{name}: {', '.join([*known, *unknown])}")
    return ". ".join(parts) + "."


def describe_rows(frame: pd.DataFrame) -> str:
    """A text alternative for a chart: each row of its data in words."""
    first, *others = frame.columns
    return (
        ". ".join(
            f"{row[first]}: " + ", ".join(f"{column} {row[column]}" for column in others)
            for _, row in frame.iterrows()
        )
        + "."
    )


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose fractions have two decimals."""
    return frame.round(dict.fromkeys(frame.select_dtypes("float"), 2))


def short(cell: object) -> str:
    """A cell as readers want it: numbers with three digits that count and separated thousands, text as it is."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return str(cell)
    if cell and abs(cell) < 100 and cell != int(cell):
        return f"{cell:.3g}"
    return f"{cell:,.0f}"
