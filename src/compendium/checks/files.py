"""Checks of the files of a package: line ends, byte-order marks, the order of rows."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.codings import descriptor
from compendium.codings.package import Package
from compendium.codings.tables import KEYS


def file_form(package: Package) -> Iterator[Problem]:
    """Files that a spreadsheet wrote in another form, and tables that are out of order."""
    for name, resource in descriptor.tables(package.descriptor).items():
        content = package.file(name).read_bytes()
        if b"\r" in content:
            yield Problem(resource["path"], 0, "", "has Windows line ends; save it with LF line ends.")
        if content.startswith(b"\xef\xbb\xbf"):
            yield Problem(resource["path"], 0, "", "starts with a byte-order mark; save it as plain UTF-8.")
        key = list(KEYS.get(name, resource["schema"]["primaryKey"]))
        order = list(map(tuple, package.tables[name][key].astype(str).values))
        disordered = (row for row, pair in enumerate(zip(order, order[1:]), start=3) if pair[1] < pair[0])
        if row := next(disordered, None):
            yield Problem(resource["path"], row, ", ".join(key), "out of order; sort the table by its key.")
