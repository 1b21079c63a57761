"""The data dictionary: the descriptor of the data package as tables to read."""

import pandas as pd

from compendium.codings import coverage, descriptor
from compendium.codings.package import Package
from compendium.codings.vocabulary import STATUSES, WITHOUT


def tables(package: Package) -> pd.DataFrame:
    """One row per table: its file, number of rows, key and description."""
    return pd.DataFrame(
        [
            {
                "table": name,
                "rows": len(package.tables[name]),
                "key": ", ".join(resource["schema"]["primaryKey"]),
                "what it holds": resource["description"],
            }
            for name, resource in descriptor.tables(package.descriptor).items()
        ]
    )


def columns(package: Package, table: str) -> pd.DataFrame:
    """One row per column of a table: name, type, whether it must be filled, its meaning and limits."""
    schema = descriptor.tables(package.descriptor)[table]["schema"]
    targets = {
        key["fields"][0]: f"{key['reference']['resource']}.{key['reference']['fields'][0]}"
        for key in schema.get("foreignKeys", [])
    }
    rows = []
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        vocabulary = ", ".join(limits.get("enum", ())) or (
            f"a {targets[field['name']]}" if field["name"] in targets else ""
        )
        rows.append(
            {
                "column": field["name"],
                "type": field["type"],
                "required": "yes" if limits.get("required") else "no",
                "allowed": vocabulary,
                "meaning": field["description"],
            }
        )
    return pd.DataFrame(rows)


def statuses(package: Package) -> pd.DataFrame:
    """One row per status, and per kind of cell without a coding: sign, short words, and how many there are."""
    counts = coverage.cells(package)["status"].value_counts()
    return pd.DataFrame(
        [
            {"status": status, "sign": mark, "meaning": words, "codings": int(counts.get(status, 0))}
            for status, (mark, words) in (STATUSES | WITHOUT).items()
        ]
    )
