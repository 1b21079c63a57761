"""Which document a coding comes from, and what part that document has in the study of its case."""

import pandas as pd

from compendium.codings.package import Package
from compendium.codings.vocabulary import BASE, NEGATIVE, RECORD


def documents_of(package: Package, codings: pd.DataFrame) -> pd.Series:
    """The document of each coding: that of its passage."""
    return codings["passage"].map(dict(zip(package.passages["passage"], package.passages["source"])))


def roles_of(package: Package, codings: pd.DataFrame) -> pd.Series:
    """The role (base or record) that the document of each coding has in the study of its case; "" where none."""
    study = codings["case"].map(dict(zip(package.cases["case"], package.cases["study"])))
    roles = role_of(package)
    pairs = zip(study, documents_of(package, codings))
    return pd.Series([roles.get(pair, "") for pair in pairs], index=codings.index, dtype=object)


def role_of(package: Package) -> dict[tuple[str, str], str]:
    """The role of each document in each study, by study and document."""
    return dict(zip(zip(package.corpus["study"], package.corpus["source"]), package.corpus["role"]))


def disagreements(package: Package, study: str) -> pd.DataFrame:
    """The codings of a study's cells about which documents disagree, with their document (source).

    Documents disagree where one says yes and another no, or where they give values of which a case can have but one.
    """
    cases = package.cases.loc[package.cases["study"] == study, "case"]
    said = package.codings[package.codings["case"].isin(cases) & (package.codings["value"] != "")]
    said = said.assign(source=documents_of(package, said))
    multiple = package.codebook.set_index("code")["multiple"]

    def disagree(cell: pd.DataFrame) -> bool:
        values = cell.groupby("source")["value"].agg(frozenset)
        if not multiple[cell["code"].iloc[0]]:
            return values.nunique() > 1
        return values.map(lambda given: given <= NEGATIVE).nunique() > 1

    cells = [cell for _, cell in said.groupby(["case", "code"]) if disagree(cell)]
    return pd.concat(cells, ignore_index=True) if cells else said.iloc[:0]


def of_document(package: Package, source: str) -> Package:
    """The package as the claims of one document are held against it: that document as the base, and the record.

    Other base documents are left out, so that what they say neither bears out nor contradicts its claims.
    """
    return package.remembered(("of document", source), lambda: _of_document(package, source))


def _of_document(package: Package, source: str) -> Package:
    corpus = package.corpus
    others = corpus[(corpus["role"] == RECORD) & (corpus["source"] != source)]
    own = pd.DataFrame({"study": package.studies["study"], "source": source, "role": BASE})
    left = {source, *others["source"]}
    return package.replaced(
        corpus=pd.concat([own, others], ignore_index=True),
        codings=package.codings[documents_of(package, package.codings).isin(left)],
        looked=package.looked[package.looked["source"].isin(left)],
    )
