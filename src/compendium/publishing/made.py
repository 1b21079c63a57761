"""The pages and the contents that are made for a package which brings no prose of its own.

The project's prose speaks of the project's own documents. A package of another name gets a first page, a
page that says how to read the book, and contents, all made of what it holds; static files, templates and
scripts are the project's. Everything lies below `_build`, where Sphinx reads it.
"""

from collections.abc import Iterable
from pathlib import Path

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from compendium import paths
from compendium.claims.verdicts import VERDICT_SIGNS
from compendium.codings.package import Package, codes_of
from compendium.codings.runs import Run
from compendium.codings.vocabulary import MARKS
from compendium.files import read_made, write_files
from compendium.pages.explorer import study_names
from compendium.pages.markup import as_markdown
from compendium.readings.specifications import DEFAULT, Grid
from compendium.workflow import prose

COPIED = ("_static", "_templates", "_extra")
# The part of the contents in which a notebook is looked for that is not about one study.
CLAIMS, START, KNOWING = "The claims, recomputed", "Start here", "How we know"
PARTS = {"claims": CLAIMS, "claims-of-source": CLAIMS, "explorer": START}


def write(package: Package, planned: list[Run]) -> None:
    """Write all that Sphinx reads beside the pages of the runs."""
    pages = Environment(
        loader=PackageLoader("compendium.publishing"),
        undefined=StrictUndefined,
        finalize=_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shown = _shown(package, planned)
    made = {f"{name}.md": pages.get_template(f"{name}.md").render(shown) for name in ("index", "reading")}
    made |= {
        prose.CONFIG: _yaml(config(package)),
        prose.CONTENTS: _yaml(contents(package, planned)),
        "references.bib": "",
    }
    write_files(paths.MADE, made)
    for name in COPIED:
        for folder in (paths.BOOK / name, *filter(Path.is_dir, (paths.BOOK / name).rglob("*"))):
            files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
            write_files(paths.MADE / folder.relative_to(paths.BOOK), files)


def _text(value: object) -> object:
    """What a template shows is text of a page, unless it was made to be more."""
    return value if isinstance(value, Markup) else as_markdown(str(value))


def _yaml(content: dict) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def config(package: Package) -> dict:
    """The configuration of the book: the project's, with what the descriptor of the package says of it."""
    own = yaml.safe_load((paths.ROOT / prose.CONFIG).read_text("utf-8"))
    described = package.descriptor
    terms = "; ".join(licence["title"] for licence in described.get("licenses", ())) or "no terms stated"
    own["title"] = described["title"]
    own["author"] = "; ".join(who["title"] for who in described.get("contributors", ())) or described["title"]
    own["copyright"] = described.get("created", "")[:4] or own["copyright"]
    own["html"]["extra_footer"] = f"<p>{Markup.escape(f'Text and codings: {terms}. Code: MIT.')}</p>"
    own["sphinx"]["config"]["redirects"] = {}  # of pages that have moved in the project's book
    return own


def contents(package: Package, planned: list[Run]) -> dict:
    """The contents: how to begin, a part for each study, the claims, and how we know."""
    parts: dict[str, list[str]] = {START: ["reading"]}
    titles = {study: package.entry("studies", study)["title"] for study in package.ranked("studies")}
    for caption in (*titles.values(), CLAIMS, KNOWING):
        parts.setdefault(caption, [])
    for run in planned:
        study = study_of(package, run)
        caption = titles[study] if study else PARTS.get(run.notebook, KNOWING)
        parts[caption].append(f"{prose.STUDIES}/{run.name}")
    return {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": caption, "chapters": [{"file": page} for page in pages]}
            for caption, pages in parts.items()
            if pages
        ],
    }


def study_of(package: Package, run: Run) -> str:
    """The study that a run is about; "" where it is about claims, documents, or several studies."""
    if run.notebook in PARTS or not run.cases or "source" in run.parameters:
        return ""
    if "study" in run.parameters:
        return run.parameters["study"]
    studies = {package.entry("cases", case)["study"] for case in run.cases}
    whole = set(run.cases) == set(package.cases["case"]) and "case" not in run.parameters
    return studies.pop() if len(studies) == 1 and not whole else ""


def _shown(package: Package, planned: list[Run]) -> dict:
    """What the templates show."""
    grid = Grid(package)
    return {
        "title": package.descriptor["title"],
        "description": package.descriptor.get("description", ""),
        "sources": package.sources.to_dict("records"),
        "studies": [_study(package, study, planned) for study in study_names(package)],
        "claims": _claims(package, planned),
        "others": [_page(run) for run in planned if not study_of(package, run)],
        "marks": MARKS.values(),
        "choices": [
            {"question": choice.question, "answers": choice.answers.values(), "meaning": choice.meaning}
            | {"default": grid.answer(name, DEFAULT.value(name))}
            for name, choice in grid.choices.items()
        ],
        "verdicts": VERDICT_SIGNS.values() if len(package.claims) else (),
    }


def _page(run: Run) -> dict:
    return {"title": run.title, "name": Markup(run.name)}


def _study(package: Package, study: str, planned: list[Run]) -> dict:
    """A study: its words, its documents, its pages, and the profiles of its cases."""
    row = package.entry("studies", study)
    own = [run for run in planned if study_of(package, run) == study]
    corpus = package.corpus[package.corpus["study"] == study]
    return {
        "title": row["title"],
        "number": int((package.cases["study"] == study).sum()),
        "cases": row["cases"],
        "case": row["case"],
        "codes": len(codes_of(package.codebook, study)),
        **{
            role: [
                package.entry("sources", name)["title"]
                for name in corpus.loc[corpus["role"] == role, "source"]
            ]
            for role in ("base", "record")
        },
        "pages": [_page(run) for run in own if "case" not in run.parameters],
        "profiles": Markup(" ".join(run.name for run in own if run.notebook == "profile")),
    }


def _claims(package: Package, planned: list[Run]) -> list[dict]:
    """Each verdict with how many claims of each document have it, as roles that insert published numbers."""
    told = read_made(paths.RESULTS)
    every = next((run for run in planned if run.notebook == "claims"), None)
    if every is None:
        return []
    homes = {run.parameters["source"]: run.name for run in planned if run.notebook == "claims-of-source"}
    published = told[every.name]["values"]
    return [
        {"sign": sign, "words": words, "counts": [*_counts(published, every.name, homes, verdict)]}
        for verdict, (sign, words) in VERDICT_SIGNS.items()
        if published.get(verdict.replace("-", "_"))
    ]


def _counts(published: dict, run: str, homes: dict[str, str], verdict: str) -> Iterable[dict]:
    """How many claims of each document have a verdict."""
    for source, home in homes.items():
        value = f"{source}_{verdict.replace('-', '_')}"
        if published.get(value):
            place = f"@{prose.STUDIES}/{home}#{verdict}"
            yield {"source": source, "number": Markup(f"{{result}}`{run}:{value}{place}`")}
