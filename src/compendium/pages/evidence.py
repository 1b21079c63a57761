"""The evidence register: passages, and what rests on each of them."""

import pandas as pd

from compendium.codings.package import Package
from compendium.pages.templating import PIECES, render

RESTING = ("codings", "list items", "claims", "citations")


def uses(package: Package) -> pd.DataFrame:
    """All passages with the number of codings, list items, claims and citations that rest on each."""
    cited = package.claims["passages"].str.split(";").explode()
    columns = (package.codings["passage"], package.frameworks["passage"], cited, package.citations["passage"])
    return package.passages.assign(
        **{
            name: package.passages["passage"].map(column.value_counts()).fillna(0).astype(int)
            for name, column in zip(RESTING, columns, strict=True)
        }
    )


def coverage(package: Package) -> pd.DataFrame:
    """For each section of each document: its passages, and what rests on them.

    Columns: source, section, passages, prose (passages that carry nothing), codings, list items,
    claims. A test holds that the passages together cover every letter of the documents.
    """
    register = uses(package).assign(prose=package.passages["carries"] == "prose")
    grouped = register.groupby(["source", "section"], sort=True)
    found = grouped.agg(passages=("passage", "size"), prose=("prose", "sum"))
    return found.join(grouped[list(RESTING)].sum()).reset_index()


def _in_words(counts: dict[str, int]) -> str:
    """Counts as `2 codings, 1 claim`; what is not there is not named."""
    parts = [f"{count} {name if count > 1 else name[:-1]}" for name, count in counts.items() if count]
    return ", ".join(parts) or "nothing"


def view(register: pd.DataFrame) -> pd.DataFrame:
    """The register as a reader sees it: ids that can be linked to, fingerprints folded."""
    return pd.DataFrame(
        [
            {
                "passage": PIECES.place(row["passage"]),
                "section": row["section"],
                "in our words": render("passage", **row),
                "rests on it": _in_words({name: row[name] for name in RESTING}),
            }
            for row in register.to_dict("records")
        ],
        dtype=object,
    )
