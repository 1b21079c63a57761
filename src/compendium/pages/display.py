"""HTML for readers: findings, tables, and cells that answer "how do you know?"."""

from html import escape

import pandas as pd

from compendium.codings import coverage
from compendium.codings.package import Package
from compendium.codings.vocabulary import MARKS, SILENT, WITHOUT
from compendium.pages import markup, results


def sign(status: str) -> str:
    """The sign of a status, with its words for screen readers."""
    mark, words = MARKS[status]
    return f'<span class="sign sign-{status}" title="{words}">{mark}<span class="visually-hidden"> {words}</span></span>'


def legend(statuses=MARKS) -> None:
    """Show a line that explains the signs of the given statuses."""
    entries = (f"<li>{sign(status)} {MARKS[status][1]}</li>" for status in MARKS if status in set(statuses))
    results.publish(f'<ul class="legend" aria-label="How values are known">{"".join(entries)}</ul>')


def finding(text: str, **values) -> None:
    """Show the finding a page opens with, and publish the values it rests on."""
    results.publish(f'<p class="finding">{escape(text)}</p>', finding=text, values=values)


def numbers(**values) -> None:
    """Publish numbers that the prose of the book inserts; shown folded."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in values.items()
    )
    results.publish(
        f"<details class='numbers'><summary>Numbers this page passes to the prose</summary><table><tbody>{rows}</tbody></table></details>",
        values=values,
    )


def table(
    name: str,
    frame: pd.DataFrame,
    caption: str,
    html: pd.DataFrame | None = None,
    folded: bool = False,
) -> None:
    """Show a table and publish it as CSV under `name`; a long one may be folded.

    `frame` is the data; `html` holds cells that are already HTML where the reader's view has
    more than text. The first column names the rows.
    """
    if html is None:
        html = frame.map(lambda cell: escape(str(cell)))
    heads = [escape(str(column)[:1].upper() + str(column)[1:], quote=True) for column in html.columns]
    # Each cell names its column, because a phone shows a row of a wide table as a card without heads.
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    body = "".join(
        f"<tr><th scope='row'>{cells[0]}</th>"
        + "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(heads[1:], cells[1:]))
        + "</tr>"
        for cells in html.itertuples(index=False, name=None)
    )
    wide = len(heads) > 3 or (len(heads) > 2 and "<details" in body)
    shape = "data wide" if wide else "data"
    heading = "" if folded else f"<p class='table-caption' aria-hidden='true'>{escape(caption)}</p>"
    shown = (
        f"{heading}<div class='table-scroll' role='region' aria-label='{escape(caption, quote=True)}' tabindex='0'>"
        f"<table class='{shape}'><caption class='visually-hidden'>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    results.publish(
        f"<details class='fold'><summary>{escape(caption)}</summary>{shown}</details>" if folded else shown,
        table=name,
        caption=caption,
        csv=results.to_csv(frame),
    )


def take_away(name: str, frame: pd.DataFrame, caption: str) -> None:
    """Publish a table as files only, where the page has said all that is in it."""
    results.publish(
        f"<p class='table-caption'>{escape(caption)}</p>",
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


def evidence(package: Package, codings: list[dict]) -> str:
    """The codings of one cell, each value once, with its answer to "how do you know?": status, paraphrase, place.

    A cell without a coding (see `coverage.cells`) says why it has none.
    """
    said: dict[str, list[dict]] = {}
    for coding in codings:
        if coding["passage"]:
            said.setdefault(coding["value"], []).append(coding)
    if not said:
        why = codings[0]["status"]
        return f"{sign(why)} <span class='silent'>{MARKS[why].words}</span>"
    return "".join(
        f"<details class='evidence'><summary>{_signs(rows)} {_words(package, rows[0])}</summary>"
        f"{''.join(_answer(package, row) for row in rows)}</details>"
        for rows in said.values()
    )


def _signs(codings: list[dict]) -> str:
    """The signs of all statuses by which a value is known, each once."""
    return "".join(map(sign, dict.fromkeys(coding["status"] for coding in codings)))


def _words(package: Package, coding: dict) -> str:
    return escape(readable(package, coding["code"], coding["value"])) or "does not apply"


def _answer(package: Package, coding: dict) -> str:
    passage = package.entry("passages", coding["passage"])
    source = package.entry("sources", passage["source"])["title"]
    note = f"<p><b>Note.</b> {escape(coding['note'])}</p>" if coding["note"] else ""
    return (
        f"<p><b>{MARKS[coding['status']][1].capitalize()}.</b> {escape(passage['paraphrase'])}</p>{note}"
        f"<p class='place'>{escape(source)}, “{escape(passage['section'])}”; passage <code>{coding['passage']}</code></p>"
    )


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

    def grid(cell, text) -> pd.DataFrame:
        rows = [
            {
                "asked": text(labels[code]),
                **{
                    name: cell(cells[case, code])
                    for case, name in cases["name"].items()
                    if (case, code) in cells
                },
            }
            for code in codes
        ]
        return pd.DataFrame(rows).fillna("")

    view = grid(lambda rows: evidence(package, rows), escape)
    table(name, grid(plain, str), caption, html=view, folded=folded)


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

    def grid(cell, text) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "case": text(cases.loc[case, "name"]),
                    **{labels[code]: cell(cells[case, code]) for code in codes},
                }
                for case in cases.index
            ]
        )

    view = grid(lambda rows: evidence(package, rows), escape)
    table(name, grid(plain, str), caption, html=view)


def _authors(package: Package, items: pd.DataFrame) -> str:
    """The documents that a list is taken from, as `the note and the unit`."""
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
            "item": items["label"].map(escape)
            + items["value"].map(lambda value: f" ({escape(value)})" if value else ""),
            "known by": items["status"].str.replace("-", " "),
            "where it stands": items["passage"].map(
                lambda name: f"<a href='evidence-register.html#{name}'><code>{name}</code></a>"
            ),
            "note": items["note"].map(escape),
        }
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
        return escape(str(cell))
    if cell and abs(cell) < 100 and cell != int(cell):
        return f"{cell:.3g}"
    return f"{cell:,.0f}"
