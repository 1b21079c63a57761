"""The command line: compendium validate, verify, anchor, plan, run, claims, products, assemble, site, pdf, epub, reference, kernel."""

import argparse
import csv
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pandas as pd

from compendium import errors, files, paths
from compendium.checks.validation import valid
from compendium.codings import package
from compendium.codings.runs import left_out
from compendium.errors import DataError
from compendium.pages import results
from compendium.passages import anchors, texts
from compendium.publishing import cards, history, made
from compendium.readings.specifications import parse
from compendium.workflow import assembly, execution, locks, planning, prose


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 where it succeeded, 1 where something is wrong with the input."""
    parser = argparse.ArgumentParser(prog="compendium", description=__doc__)
    parser.add_argument("--data", help="folder of the data package (default: COMPENDIUM_DATA, else data/)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("validate", help="check the data package")
    verify = commands.add_parser("verify", help="check every anchor against the texts")
    verify.add_argument(
        "--texts",
        help="folder with copies of the sources (default: what the package ships, then COMPENDIUM_TEXTS, else texts/)",
    )
    commands.add_parser("anchor", help="print letters and SHA-256 of the passage given on standard input")
    plan = commands.add_parser("plan", help="validate, slice the data and write the plan of runs")
    plan.add_argument("--jobs", type=int, default=1, help="how many jobs shall share the runs")
    run = commands.add_parser("run", help="carry out planned runs that are not done")
    run.add_argument("runs", nargs="*", help="their names (default: all)")
    run.add_argument("--chunk", type=int, help="number of a chunk of the plan, instead of names")
    claims = commands.add_parser("claims", help="list the verdicts on all claims, or explain one")
    claims.add_argument("--claim", help="id of a claim to explain")
    claims.add_argument(
        "--specification",
        default="",
        help="choices that differ from the default, as choice=value,choice=value",
    )
    commands.add_parser("products", help="list the executed notebooks of the plan")
    commands.add_parser("assemble", help="turn executed notebooks into pages")
    commands.add_parser("site", help="write the site from the pages")
    commands.add_parser("pdf", help="write the whole book as a PDF, from the site that was built")
    commands.add_parser("epub", help="write the whole book as an EPUB, from the site that was built")
    reference = commands.add_parser(
        "reference", help="run the notebooks in analysis/ in place, for nbval to compare with"
    )
    reference.add_argument("notebooks", nargs="*", help="their names, without suffix (default: all)")
    commands.add_parser("kernel", help="install the project's Jupyter kernel into this environment")
    options = parser.parse_args(arguments)
    return errors.reported(lambda: _command(options))


def _command(options) -> int:
    """Do the command, alone in this folder where it writes what others read.

    A chunk of a plan is run for a build that holds the lock, maybe on another machine.
    """
    free = options.command not in WRITING or getattr(options, "chunk", None) is not None
    with nullcontext() if free else locks.alone():
        return COMMANDS[options.command](options)


def _validate(options) -> int:
    valid(options.data)
    return 0


def _verify(options) -> int:
    data = valid(options.data)
    failures = []
    for source in data.sources.itertuples():
        shipped = None if options.texts else texts.shipped(data.folder, source)
        folder = paths.texts_folder(options.texts)
        copy = shipped or texts.find(folder, source.source, source.file)
        if copy is None:
            failures.append(
                f"{folder}: no copy of source {source.source!r} (name it {source.source}.txt, .html or .pdf)."
            )
            continue
        own = data.passages[data.passages["source"] == source.source]
        failures += anchor_failures(data, own, anchors.letters(texts.read(copy)), copy.name)
    for failure in failures:
        print(failure, file=sys.stderr)
    if not failures:
        print(f"{len(data.passages)} passages of {len(data.sources)} sources found, each exactly once.")
    return int(bool(failures))


def anchor_failures(data: package.Package, passages: pd.DataFrame, stream: str, text: str) -> list[str]:
    """A line for each passage that a letter stream does not hold exactly once, with its codings."""
    counts = anchors.count_matches(stream, passages)
    lines = []
    for passage, count in counts[counts != 1].items():
        uses = data.codings[data.codings["passage"] == passage]
        codings = ", ".join(f"{case} × {code}" for case, code in zip(uses["case"], uses["code"])) or "none"
        found = "not found" if count == 0 else f"found {count} times"
        lines.append(
            f"{text}: passage {passage!r} {found}; codings that rest on it: {codings}. Check its letters and sha256 in passages.csv."
        )
    return lines


def _anchor(options) -> int:
    length, digest = anchors.fingerprint(sys.stdin.read())
    csv.writer(sys.stdout, lineterminator="\n").writerow([length, digest])
    return 0


def _plan(options) -> int:
    data = valid(options.data)
    planned = planning.make_plan(data)
    pending = planning.save(planned, options.jobs)
    tables = Path(os.path.relpath(paths.data_folder(options.data), paths.ROOT)).as_posix()
    own = prose.is_own(options.data)
    dates = history.page_dates(planned, history.last_changes(), tables, own)
    files.write_text(paths.DATES, results.dump(dates))
    if pending:
        execution.prepare_kernels()
    print(f"{len(planned)} runs, {pending} to do.")
    for run, lacking in left_out(data).items():
        print(f"Left out: {run}, because the package has no {', '.join(lacking)}.")
    return 0


def _run(options) -> int:
    planned, chunks = planning.load()
    known = {run.name: run for run in planned}
    names = dict.fromkeys(options.runs or known)
    if options.chunk is not None:
        if options.chunk not in range(len(chunks)):
            raise DataError(f"the plan has {len(chunks)} chunk(s), no number {options.chunk}.")
        names = dict.fromkeys(chunks[options.chunk])
    if unknown := sorted(set(names) - set(known)):
        raise DataError(f"the plan has no run {', '.join(unknown)}; 'compendium plan' makes it anew.")
    chosen = [known[name] for name in names if not known[name].done()]
    return int(bool(execution.carry_out_all(chosen, planned)))


def _claims(options) -> int:
    from compendium.pages import register

    data = valid(options.data)
    spec = parse(options.specification, data)
    if options.claim is not None and options.claim not in data.values("claims", "claim"):
        raise DataError(f"claims.csv has no claim {options.claim!r}; 'compendium claims' lists them.")
    evaluation, table = register.evaluated(data, spec)
    if options.claim is None:
        shown = table[["claim", "verdict", "outcome", "low", "high", "total", "holds", "open", "fails"]]
        print(f"Outcome and counts under the specification: {spec.differences()}")
        print(shown.to_string(index=False))
        return 0
    row = table.set_index("claim", drop=False).loc[options.claim]
    print(register.explanation(data, evaluation, row, spec))
    return 0


def _products(options) -> int:
    print(*(run.product.relative_to(paths.ROOT) for run in planning.load()[0]), sep="\n")
    return 0


def _assemble(options) -> int:
    planned, _ = planning.load()
    if lacking := [run.name for run in planned if not run.done()]:
        raise DataError(
            f"{len(lacking)} planned runs are not done ({lacking[0]} is one); 'make book' runs them."
        )
    data = package.read(options.data)
    assembly.assemble(planned, cards.of_evidence(data), prose.pages(options.data))
    if not prose.is_own(options.data):
        made.write(data, planned)
    return 0


def _site(options) -> int:
    from compendium.publishing import site  # Sphinx takes a second to import

    return site.build()


def _pdf(options) -> int:
    from compendium.publishing import printed

    return printed.build()


def _epub(options) -> int:
    from compendium.publishing import epub

    return epub.build()


def _reference(options) -> int:
    from papermill.exceptions import PapermillExecutionError

    os.environ["COMPENDIUM_DATA"] = str(valid(options.data).folder)
    every = {path.stem: path for path in sorted(paths.ANALYSIS.glob("*.ipynb"))}
    if unknown := sorted(set(options.notebooks) - set(every)):
        raise DataError(f"analysis/ has no notebook {', '.join(unknown)}.")
    for path in (every[name] for name in options.notebooks or every):
        try:
            executed = execution.execute(path, {}, paths.ANALYSIS)
        except PapermillExecutionError as error:
            raise DataError(
                f"analysis/{path.name}: fails {execution.where(error)}; it was left as it is."
            ) from None
        changed = files.write_text(path, nbformat.writes(executed) + "\n")
        print(f"{path.relative_to(paths.ROOT)}: {'new outputs' if changed else 'unchanged'}", flush=True)
    return 0


def _kernel(options) -> int:
    print(execution.install_kernel())
    return 0


COMMANDS = {
    "validate": _validate,
    "verify": _verify,
    "anchor": _anchor,
    "plan": _plan,
    "run": _run,
    "claims": _claims,
    "products": _products,
    "assemble": _assemble,
    "site": _site,
    "pdf": _pdf,
    "epub": _epub,
    "reference": _reference,
    "kernel": _kernel,
}
WRITING = (
    "plan",
    "run",
    "assemble",
    "site",
    "pdf",
    "epub",
    "reference",
)  # into _build, book/studies or analysis
