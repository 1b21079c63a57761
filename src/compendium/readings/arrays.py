"""All readings of the codings at once, as arrays.

A reading is the part of a specification that says what counts: evidence, silence, conflict, documents.
For readings r and cases c, two boolean arrays say what is known of a formula: `sure[r, c]`,
it holds whatever fills the open cells; `possible[r, c]`, it holds for some filling.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from compendium.codings import corpus, coverage
from compendium.codings.formulas import Literal, parse_formula
from compendium.codings.package import Package
from compendium.codings.vocabulary import NEGATIVE, NOT_APPLICABLE, STATUSES
from compendium.readings.specifications import Specification

_STATUS = {status: number for number, status in enumerate(STATUSES)}


class Readings:
    """The codings of some cases, ready to be read under many specifications.

    `aside` marks codings (rows of codings.csv) that are left out as if they had not been found: their cells
    were looked for all the same.
    """

    def __init__(
        self,
        package: Package,
        cases: Sequence[str],
        readings: Sequence[Specification],
        aside: pd.Series | None = None,
    ):
        self.cases = list(cases)
        self._multiple = package.codebook.set_index("code")["multiple"]
        self._place = {case: number for number, case in enumerate(self.cases)}
        left = package.codings["case"].isin(self.cases)
        if aside is not None:
            left &= ~aside.reindex(left.index, fill_value=False)
        codings = package.codings[left]
        self._case = codings["case"].map(self._place).to_numpy(dtype=int)
        self._status = codings["status"].map(_STATUS).to_numpy(dtype=int)
        self._value = codings["value"].to_numpy(dtype=object)
        self._rows = codings.reset_index(drop=True).groupby("code").indices
        self._asked, self._looked = coverage.asked(package), coverage.looked(package)
        self._note_documents(package, codings, readings)
        self._statuses = np.zeros((len(readings), len(STATUSES)), dtype=np.uint8)
        for number, reading in enumerate(readings):
            self._statuses[number, [_STATUS[status] for status in reading.counted]] = 1
        self._absent = np.array([reading.silence == "absent" for reading in readings])[:, None]
        self._reject = np.array([reading.conflict == "reject" for reading in readings])[:, None]
        self._accept = np.array([reading.conflict == "accept" for reading in readings])[:, None]

    def _note_documents(self, package: Package, codings: pd.DataFrame, readings) -> None:
        """Number what codings come from, documents in their roles; note which of them each reading counts."""
        study = dict(zip(package.cases["case"], package.cases["study"]))
        roles = corpus.role_of(package)
        origins = list(zip(corpus.documents_of(package, codings), corpus.roles_of(package, codings)))
        places = {origin: number for number, origin in enumerate(dict.fromkeys(origins))}
        looked = {
            (document, roles.get((study[case], document), ""))
            for (case, _), documents in self._looked.items()
            for document in documents
        }
        for origin in sorted(looked - set(places)):
            places[origin] = len(places)
        self._origin = np.array([places[origin] for origin in origins], dtype=int)
        self._origins = {
            (case, document): places[document, roles.get((study[case], document), "")]
            for (case, _), documents in self._looked.items()
            for document in documents
        }
        self._documents = np.array(
            [[reading.counts_document(*origin) for origin in places] for reading in readings], dtype=np.uint8
        ).reshape(len(readings), len(places))

    def __len__(self) -> int:
        """Number of readings."""
        return len(self._statuses)

    def applies(self, text: str) -> np.ndarray:
        """Which cases the codes of a formula can be asked of, and none is said not to apply to: booleans."""
        applies = np.ones(len(self.cases), dtype=bool)
        for code in dict.fromkeys(literal.code for literal in parse_formula(text)):
            rows = self._rows.get(code, np.array([], dtype=int))
            applies &= np.array([self._asked.get((case, code), True) for case in self.cases], dtype=bool)
            applies[self._case[rows[self._status[rows] == _STATUS[NOT_APPLICABLE]]]] = False
        return applies

    def literal(self, literal: Literal) -> tuple[np.ndarray, np.ndarray]:
        """`sure` and `possible` of one literal: boolean arrays of readings by cases.

        Where documents that count disagree (one says yes, another no), the cell is read as a conflict.
        """
        rows = self._rows.get(literal.code, np.array([], dtype=int))
        value = self._value[rows]
        negative = np.isin(value.astype(str), list(NEGATIVE))
        given = value != ""
        yes = (value == literal.value) if literal.value else given & ~negative
        # Another value says no only where a case can have but one.
        no = negative if not literal.value or self._multiple[literal.code] else given
        affirmed, denied = self._counted(rows[yes]), self._counted(rows[no & ~yes])
        contested = self._contested(rows)
        disputed = _disputed(affirmed, denied)
        present, absent = affirmed.any(axis=2), denied.any(axis=2)
        undecided = np.where(contested, self._reject, self._absent & self._silent(literal.code))
        sure = present & (~disputed | self._accept)
        possible = np.where(disputed, ~self._reject, present | ~(absent | undecided))
        applies = self.applies(literal.code)
        sure, possible = (~possible, ~sure) if literal.negated else (sure, possible)
        return sure & applies, possible & applies

    def formula(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """`sure` and `possible` of a formula: boolean arrays of readings by cases."""
        parts = [self.literal(literal) for literal in parse_formula(text)]
        return np.logical_and.reduce([part[0] for part in parts]), np.logical_and.reduce(
            [part[1] for part in parts]
        )

    def difference(self, first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value, per reading and case, of first minus second (each 1 where it holds).

        The literals of both are filled together, so formulas that share cells are compared exactly.
        """
        formulas = parse_formula(first), parse_formula(second)
        cells = list(dict.fromkeys(literal.cell for formula in formulas for literal in formula))
        known = {cell: self.literal(Literal(*cell, negated=False)) for cell in cells}
        least = np.full((len(self), len(self.cases)), 2)
        greatest = -least
        for values in product((False, True), repeat=len(cells)):
            filling = dict(zip(cells, values))
            if any(filling[cell] and not filling.get((cell[0], ""), True) for cell in cells):
                continue  # a code that has a value is present
            fits = np.logical_and.reduce([known[c][1] if filling[c] else ~known[c][0] for c in cells])
            one, other = (all(filling[x.cell] != x.negated for x in formula) for formula in formulas)
            least = np.where(fits, np.minimum(least, one - other), least)
            greatest = np.where(fits, np.maximum(greatest, one - other), greatest)
        return least, greatest

    def _counted(self, rows: np.ndarray) -> np.ndarray:
        """Readings by cases by documents: whether one of some rows has a status and a document that count."""
        found = np.zeros((len(self.cases), self._documents.shape[1], len(STATUSES)), dtype=np.uint8)
        found[self._case[rows], self._origin[rows], self._status[rows]] = 1
        by_status = np.einsum("rs,cds->rcd", self._statuses, found) > 0
        return by_status & (self._documents[:, None, :] > 0)

    def _contested(self, rows: np.ndarray) -> np.ndarray:
        """Readings by cases: whether a document that counts says two things, whatever is made of that."""
        rows = rows[self._status[rows] == _STATUS["contradicted"]]
        found = np.zeros((len(self.cases), self._documents.shape[1]), dtype=np.uint8)
        found[self._case[rows], self._origin[rows]] = 1
        return (self._documents @ found.T) > 0

    def _silent(self, code: str) -> np.ndarray:
        """Readings by cases: whether some document that counts was read for a code.

        So it is, too, where the code is none of the study of the case: no document could hold it.
        """
        found = np.zeros((len(self.cases), self._documents.shape[1]), dtype=np.uint8)
        for number, case in enumerate(self.cases):
            for document in self._looked.get((case, code), ()):
                found[number, self._origins[case, document]] = 1
        outside = np.array([(case, code) not in self._asked for case in self.cases], dtype=bool)
        return (self._documents @ found.T > 0) | outside


def _disputed(affirmed: np.ndarray, denied: np.ndarray) -> np.ndarray:
    """Readings by cases: whether one document affirms what another denies (arrays with documents last)."""
    either = affirmed | denied
    several = either.sum(axis=2) > 1
    return several & affirmed.any(axis=2) & denied.any(axis=2)
