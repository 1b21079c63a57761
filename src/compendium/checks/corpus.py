"""Checks of the documents of a study, and of what was looked for in them."""

from collections.abc import Iterator

from compendium.checks.problems import Problem
from compendium.codings import agreement
from compendium.codings.corpus import role_of
from compendium.codings.package import Package, codes_of, rows_of
from compendium.codings.vocabulary import BASE


def corpus(package: Package) -> Iterator[Problem]:
    """Studies without a base document: nothing of them would count by default."""
    based = {study for (study, _), role in role_of(package).items() if role == BASE}
    for row, study in rows_of(package.studies):
        if study["study"] not in based and study["study"] in package.values("cases", "study"):
            message = f"{study['study']!r} has cases, but no base document; add one to corpus.csv."
            yield Problem("studies.csv", row, "study", message)


def looked(package: Package) -> Iterator[Problem]:
    """Rows of looked.csv that name documents, themes or cases that their study does not have."""
    documents, cases = role_of(package), dict(zip(package.cases["case"], package.cases["study"]))
    for row, entry in rows_of(package.looked):
        study = entry["study"]
        themes = set(codes_of(package.codebook, study)["theme"])
        if (study, entry["source"]) not in documents:
            message = f"{entry['source']!r} is no document of {study}; add it to corpus.csv."
            yield Problem("looked.csv", row, "source", message)
        for theme in sorted(set(filter(None, entry["themes"].split(";"))) - themes):
            yield Problem("looked.csv", row, "themes", f"no code of {study} has the theme {theme!r}.")
        for case in filter(None, entry["cases"].split(";")):
            if cases.get(case) != study:
                yield Problem("looked.csv", row, "cases", f"{case!r} is no case of {study}.")


def coders(package: Package) -> Iterator[Problem]:
    """Codings of coders of whom looked.csv does not say what they read: their silence would mean nothing."""
    known, told = package.values("looked", "coder"), set()
    for row, coding in rows_of(package.recodings):
        if coding["coder"] not in known and coding["coder"] not in told:
            told.add(coding["coder"])
            message = f"looked.csv does not say what {coding['coder']!r} read; add it there."
            yield Problem("recodings.csv", row, "coder", message)


def pairs_of_coders(package: Package) -> Iterator[Problem]:
    """Independent codings that cannot be held against each other."""
    if package.has("recodings") and not agreement.pairs(package):
        message = "no two coders looked for the same cell; add the codings of another, or drop the table."
        yield Problem("recodings.csv", 0, "coder", message)


def memos(package: Package) -> Iterator[Problem]:
    """Memos of cells that are coded; what is to be said of a coding is its note."""
    coded = set(zip(package.codings["case"], package.codings["code"]))
    for row, memo in rows_of(package.memos):
        if (memo["case"], memo["code"]) in coded:
            message = f"{memo['case']} × {memo['code']} is coded; make the memo the note of the coding."
            yield Problem("memos.csv", row, "memo", message)
