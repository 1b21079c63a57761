"""One defect of the data."""

from dataclasses import dataclass

from compendium.errors import printable


@dataclass(frozen=True, order=True)
class Problem:
    """One defect of the data: where it is and what to do."""

    file: str
    row: int  # line of the file, the header being line 1; 0 where the whole file is meant
    column: str
    message: str

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "")
        return printable(f"{place}{f', column {self.column}' if self.column else ''}: {self.message}")
