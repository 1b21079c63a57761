# The workflow. `compendium plan` has validated the data, cut each study's slice and written
# _build/plan.json before this file is read: the studies, and the chunks in which those are run
# whose content key is not in the store yet. One job runs a chunk, so that Papermill is started once
# for several studies; chunks stand in the plan because a job on a cluster reads this file again.
import json

PLAN = json.load(open("_build/plan.json"))
PRODUCTS = {study["study"]: "_build/store/{key}/{study}.ipynb".format(**study) for study in PLAN["studies"]}


localrules:
    book,
    assemble,
    html,


rule book:
    input:
        "_build/book.done",


# The output holds a digest of all pages: Snakemake compares small inputs by content, so an empty
# stamp would look unchanged to the rule that builds the site.
rule assemble:
    input:
        PRODUCTS.values(),
        "_build/plan.json",
    output:
        "_build/assembled.json",
    shell:
        "python -m compendium assemble"


rule html:
    input:
        "_build/assembled.json",
        "_build/building-from.json",  # written by `compendium.freshness check` where any input changed
    output:
        touch("_build/book.done"),
    shell:
        "python -m compendium site"


for number, chunk in enumerate(PLAN["chunks"]):

    rule:
        name:
            f"studies_{number}"
        output:
            [PRODUCTS[study] for study in chunk],
        params:
            number=number,
        shell:
            "python -m compendium run --chunk {params.number}"
