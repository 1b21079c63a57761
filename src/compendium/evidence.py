"""The evidence register: passages, and what rests on each of them."""

from html import escape

import pandas as pd

from compendium.package import Package


def uses(package: Package) -> pd.DataFrame:
    """All passages with the number of codings and of list items that rest on each."""
    codings = package.codings["passage"].value_counts()
    items = package.frameworks["passage"].value_counts()
    return package.passages.assign(
        **{
            "codings": package.passages["passage"].map(codings).fillna(0).astype(int),
            "list items": package.passages["passage"].map(items).fillna(0).astype(int),
        }
    )


def view(register: pd.DataFrame) -> pd.DataFrame:
    """The register as a reader sees it: ids that can be linked to, fingerprints folded."""
    return pd.DataFrame(
        [
            {
                "passage": f"<span id='{row['passage']}'><code>{row['passage']}</code></span>",
                "section": escape(row["section"]),
                "in our words": escape(row["paraphrase"])
                + f"<details class='evidence'><summary>fingerprint</summary><p>{row['letters']} letters, SHA-256 <code class='digest'>{row['sha256']}</code></p></details>",
                "codings": row["codings"],
                "list items": row["list items"],
            }
            for _, row in register.iterrows()
        ]
    )
