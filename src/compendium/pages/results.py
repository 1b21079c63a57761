"""What a notebook publishes: shown to the reader, and kept as data in the notebook's outputs.

Each table, figure and number is displayed together with a record of the media type below.
The executed notebook is so the only thing a study produces: pages, downloads and the numbers
in the prose are read from it, and nbval holds every record against its reference.
"""

import io
import json
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:  # a notebook that publishes need not wait for it
    from nbformat import NotebookNode

MEDIA_TYPE = "application/vnd.compendium+json"


def publish(html: str, **record) -> None:
    """Show `html` to the reader and keep `record` beside it."""
    from IPython.display import display

    display({"text/html": html, MEDIA_TYPE: record}, raw=True)


def to_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text with LF line ends, numbers in their shortest form."""
    return frame.to_csv(index=False, lineterminator="\n")


def records(notebook: "NotebookNode") -> list[dict]:
    """All records that an executed notebook published, in the order of its cells."""
    return [
        output["data"][MEDIA_TYPE]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if MEDIA_TYPE in output.get("data", {})
    ]


def values(published: list[dict]) -> dict[str, object]:
    """The numbers and words of a study by name; a name may be published once only."""
    found: dict[str, object] = {}
    for record in published:
        for name, value in record.get("values", {}).items():
            if name in found:
                raise ValueError(f"the value {name!r} is published twice")
            found[name] = value
    return found


def tables(published: list[dict]) -> dict[str, pd.DataFrame]:
    """The published tables of a study by name."""
    return {
        record["table"]: pd.read_csv(io.StringIO(record["csv"]), dtype=str, keep_default_na=False)
        for record in published
        if "table" in record
    }


def dump(content: object) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
