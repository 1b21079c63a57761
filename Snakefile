# The workflow. `compendium plan` has validated the data, cut each study's slice and written
# _build/plan.json before this file is read; a study whose content key is in the store is done.
import json
import os

PLAN = json.load(open("_build/plan.json"))
STORE = "_build/store/{key}/{study}.ipynb"
PRODUCTS = [STORE.format(**study) for study in PLAN]
PENDING = [study for study in PLAN if not os.path.exists(STORE.format(**study))]
# One job runs a chunk of studies, so that Papermill is started once for several of them.
CHUNKS = {str(number): PENDING[number :: 2 * workflow.cores] for number in range(2 * workflow.cores)}
CHUNKS = {number: chunk for number, chunk in CHUNKS.items() if chunk}


rule book:
    input:
        "_build/book.done",


# The output holds a digest of all pages: Snakemake compares small inputs by content, so an empty
# stamp would look unchanged to the rule that builds the site.
rule assemble:
    input:
        PRODUCTS,
        "_build/plan.json",
    output:
        "_build/assembled.json",
    shell:
        "python -m compendium assemble"


# From parsed pages that are kept, the site is written anew: Sphinx would neither copy a changed
# style sheet alone nor take away the page of a study that is gone. It does not see either that
# the contents file changed, so parsed pages go with that one.
rule html:
    input:
        "_build/assembled.json",
        "_config.yml",
        "_toc.yml",
        [f"book/{page}.md" for page in glob_wildcards("book/{page,[^/]+}.md").page],
        "book/references.bib",
        "book/_static/compendium.css",
        "src/compendium/sphinx_extension.py",
        "requirements.lock",
    output:
        touch("_build/book.done"),
    shell:
        "cmp -s _toc.yml _build/toc.yml || rm -rf _build/.doctrees; cp _toc.yml _build/toc.yml; "
        "rm -rf _build/html && jupyter-book build book --config _config.yml --toc '{workflow.basedir}/_toc.yml' --path-output . -W -n --keep-going"


for number, chunk in CHUNKS.items():

    rule:
        name:
            f"studies_{number}"
        output:
            [STORE.format(**study) for study in chunk],
        params:
            names=" ".join(study["study"] for study in chunk),
        shell:
            "python -m compendium run {params.names}"
