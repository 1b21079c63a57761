"""The register of claims as a reader sees it: a fold for each claim."""

import pandas as pd

from compendium.claims import verdicts
from compendium.claims.evaluation import Evaluation, evaluate
from compendium.claims.functions import DELIVERED, FUNCTIONS, REASONS, Holds
from compendium.codings.formulas import is_filter, parse_filter, parse_formula
from compendium.codings.package import DataError, Package
from compendium.pages import curves, results
from compendium.pages.templating import Markup, render
from compendium.readings.counting import exact_interval
from compendium.readings.specifications import WORDS, Grid, Specification


def in_words(package: Package, claim) -> str:
    """How a claim is assessed, in a sentence."""
    if claim.assessment == DELIVERED:
        return "An announcement: the register names the passages that deliver it, if any do."
    if claim.assessment in REASONS:
        return f"Not recomputed: {REASONS[claim.assessment]}."
    function = FUNCTIONS[claim.assessment]
    said = {name: IN_WORDS[holds](package, claim, name) for name, holds in function.columns.items()}
    thresholds = " or ".join(
        f"{sign} {share:.0%} ({reading})" for reading, (sign, share) in WORDS.get(claim.value, {}).items()
    )
    return function.words.format(thresholds=thresholds, **said)


def cases_in_words(package: Package, study: str, wanted: str) -> str:
    """The cases that a claim speaks of: all of a study, some kinds or levels, or named ones."""
    everyone = f"the {package.entry('studies', study)['cases']}"
    if is_filter(wanted):
        return f"{everyone} whose {filter_in_words(package, wanted)}"
    names = package.cases.set_index("case")["name"]
    return ", ".join(names[case] for case in wanted.split(";")) if wanted else everyone


def filter_in_words(package: Package, text: str) -> str:
    """A filter on cases with the labels of its values."""
    chosen = parse_filter(text)
    table = f"{chosen.column}s"
    labels = [
        package.entry(table, value)["label"] if table in package.tables else value for value in chosen.values
    ]
    return f"{chosen.column} is {'not ' if chosen.excluded else ''}{' or '.join(labels)}"


def formula_in_words(package: Package, formula: str) -> str:
    """A formula with the labels of its codes."""
    labels = package.codebook.set_index("code")["label"]
    parts = [
        f"{'no ' if literal.negated else ''}{labels[literal.code].lower()}{f' “{literal.value}”' if literal.value else ''}"
        for literal in parse_formula(formula)
    ]
    return " and ".join(parts)


# What a column of a claim says, in words.
IN_WORDS = {
    Holds.CHOSEN: lambda package, claim, name: cases_in_words(package, claim.study, getattr(claim, name)),
    Holds.FORMULA: lambda package, claim, name: formula_in_words(package, getattr(claim, name)),
    Holds.NAMED: lambda package, claim, name: getattr(claim, name).replace(";", ", "),
    Holds.WORD: lambda package, claim, name: getattr(claim, name).replace("-", " "),
    Holds.LIST: lambda package, claim, name: getattr(claim, name).replace("-", " "),
    Holds.COMPARISON: lambda package, claim, name: getattr(claim, name),
}


def result_in_words(claim, row: pd.Series) -> str:
    """What came out under the chosen specification."""
    if row["outcome"] in ("", "does not apply"):
        return row["outcome"]
    count = _span(row["low"], row["high"])
    if not FUNCTIONS[claim.assessment].formulas(claim):  # then it is a number of nothing else
        return f"{count}: {row['outcome']}."
    if row["test"]:
        return f"The first count is {count} of {row['total']}: {row['outcome']}. {row['test']}: a figure on these cases, not on a population."
    interval = ""
    if row["total"] > 1:
        low, high = exact_interval(row["low"], row["total"])[0], exact_interval(row["high"], row["total"])[1]
        interval = f" Exact 95 % interval of the share, silence included: {low:.0%} to {high:.0%}; the cases are chosen, no population is inferred."
    return f"{count} of {row['total']}: {row['outcome']}.{interval}"


def fold(package: Package, evaluation: Evaluation, claim, row: pd.Series, svg: str) -> Markup:
    """One claim as a fold that can be linked to."""
    recomputed = claim.assessment in FUNCTIONS
    return render(
        "claim",
        claim=claim,
        row=row.to_dict(),
        sign=verdicts.VERDICT_SIGNS[row["verdict"]],
        passages=[package.entry("passages", name) for name in claim.passages.split(";")],
        how=in_words(package, claim),
        delivered=claim.assessment == DELIVERED,
        recomputed=recomputed,
        result=result_in_words(claim, row) if recomputed else "",
        choices=_choices_in_words(evaluation.grid, row),
        flip=evaluation.grid.in_words(row["flip"]),
        svg=svg,
        tensions=_tensions(package, claim.claim),
    )


def _choices_in_words(grid: Grid, row: pd.Series) -> str:
    """The questions that matter to a claim; "" where none does."""
    names = filter(None, row["choices"].split(", "))
    return ", ".join(grid.choices[name].question.lower().rstrip("?") for name in names)


def tensions_of(package: Package, claim: str) -> pd.DataFrame:
    """The tensions that a claim stands in."""
    return package.tensions[(package.tensions["first"] == claim) | (package.tensions["second"] == claim)]


def explanation(package: Package, evaluation: Evaluation, row: pd.Series, spec: Specification) -> str:
    """One claim for the terminal: what it asserts, how it is assessed, what came out, what flips it."""
    claim = next(package.claims[package.claims["claim"] == row["claim"]].itertuples())
    lines = [
        f"{claim.claim} ({claim.kind}; {claim.source}: {claim.passages})",
        claim.asserts,
        in_words(package, claim),
        f"Verdict: {verdicts.VERDICT_SIGNS[row['verdict']][1]}." + (f" {row['why']}." if row["why"] else ""),
    ]
    if claim.assessment in FUNCTIONS:
        lines.append(f"Under this specification: {result_in_words(claim, row)}")
        lines.append(
            f"Holds in {row['holds']}, open in {row['open']}, fails in {row['fails']} specifications. Choices that matter: {row['choices'] or 'none'}."
        )
        lines += [
            f"Flips with: {way}"
            for way in verdicts.flips(evaluation, evaluation.claims.index(claim.claim), spec)
        ]
        lines += [f"The default result changes without: {row['fragile']}"] if row["fragile"] else []
    lines += [f"Tension: {how}" for how in tensions_of(package, claim.claim)["how"]]
    return "\n".join([*lines, *([f"Note: {claim.note}"] if claim.note else [])])


def _tensions(package: Package, claim: str) -> list[dict]:
    """What stands against a claim: how, the other claim with its document, and the names of the cases."""
    found = []
    for row in tensions_of(package, claim).itertuples():
        other = row.second if row.first == claim else row.first
        source = package.entry("claims", other)["source"] if other else ""
        cases = [package.entry("cases", case)["name"] for case in filter(None, row.cases.split(";"))]
        found.append({"how": row.how, "other": other, "source": source, "cases": cases})
    return found


def show_claims(package: Package, evaluation: Evaluation, table: pd.DataFrame) -> None:
    """Show the folds of the claims in `table` (see `verdicts.summary`), grouped by verdict."""
    claims = {claim.claim: claim for claim in package.claims.itertuples()}
    for verdict in verdicts.VERDICT_SIGNS:
        chosen = table[table["verdict"] == verdict]
        if chosen.empty:
            continue
        folds = [
            fold(package, evaluation, claims[row["claim"]], row, _curve_svg(evaluation, row))
            for _, row in chosen.iterrows()
        ]
        words = verdicts.VERDICT_SIGNS[verdict][1]
        results.publish(render("claims", verdict=verdict, words=words, folds=folds))


def _curve_svg(evaluation: Evaluation, row: pd.Series) -> str:
    """The specification curve of a claim that holds under some readings; the explorer draws those of all others."""
    if row["verdict"] != "depends" or not row["flip"]:
        return ""
    return curves.specification_curve(
        verdicts.curve(evaluation, row["claim"]), evaluation.grid, _curve_in_words(row)
    )


def _curve_in_words(row: pd.Series) -> str:
    return f"Specification curve: the claim holds in {row['holds']}, is open in {row['open']} and fails in {row['fails']} specifications."


def evaluated(package: Package, spec: Specification, source: str = "") -> tuple[Evaluation, pd.DataFrame]:
    """The evaluation and the summary under `spec` of all claims, or of those of one source."""
    if source and source not in set(package.sources["source"]):
        raise DataError(
            f"sources.csv has no source {source!r}; it has {', '.join(package.sources['source'])}."
        )
    chosen = package.claims[package.claims["source"] == source] if source else package.claims
    evaluation = evaluate(package, chosen)
    return evaluation, verdicts.summary(package, evaluation, spec, chosen)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
