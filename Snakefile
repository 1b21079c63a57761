# Shares out the runs that are pending. `compendium plan` has decided which those are, by the content
# of all that they depend on, and has written them to _build/plan.json in chunks. One job runs a chunk, so
# that Papermill is started once for several runs; chunks stand in the plan because a job on a cluster
# reads this file again. No rule has an input that is there already, so no time of a file is ever compared.
import json

PLAN = json.load(open("_build/plan.json"))
PRODUCTS = {run["name"]: "_build/store/{key}/{name}.ipynb".format(**run) for run in PLAN["runs"]}


localrules:
    runs,


rule runs:
    input:
        [PRODUCTS[run] for chunk in PLAN["chunks"] for run in chunk],


for number, chunk in enumerate(PLAN["chunks"]):

    rule:
        name:
            f"studies_{number}"
        output:
            [PRODUCTS[run] for run in chunk],
        params:
            number=number,
        shell:
            "python -m compendium run --chunk {params.number}"
