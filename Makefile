# make book    build the book; make test    check everything; make help    the rest
SHELL := /bin/bash
PYTHON ?= python3
DATA ?= data
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
VENV := .venv
READY := $(VENV)/ready
# The environment holds what it was made from: content decides whether it is made anew, times do not.
MADE_FROM := $(shell cat requirements.lock pyproject.toml src/warm_kernels/pyproject.toml | cksum)
TOOLS := tests/node_modules/.package-lock.json

export COMPENDIUM_DATA := $(if $(filter /%,$(firstword $(DATA))),$(DATA),$(CURDIR)/$(DATA))
export PYTHONPATH := $(CURDIR)/src
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export JUPYTER_PREFER_ENV_PATH := 1
export PYTHONHASHSEED := 0
# One thread a notebook: the cores are shared out among notebooks, and sums come out the same anywhere.
export OMP_NUM_THREADS := 1
export GOTO_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export NUMEXPR_NUM_THREADS := 1
# The parent of warm kernels ends with this make.
ifndef WARM_KERNELS_OWNER
export WARM_KERNELS_OWNER := $(shell echo $$PPID@$$(uname -n))
endif

.PHONY: anew help book pdf epub runs check test lint unit kernels nbval pipeline browser test-site test-slurm bench validate verify reference serve lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/'

book: $(READY) ## build the book at _build/html/index.html
	@$(BUILD) book
	@echo "The book is at $(CURDIR)/_build/html/index.html"

pdf: $(READY) ## the whole book as one PDF (needs Chromium)
	@$(BUILD) pdf

epub: $(READY) ## the whole book as an EPUB
	@$(BUILD) epub

# The runs are shared out among as many jobs; with a profile, those are jobs of a cluster.
PROFILE ?=
JOBS ?= $(CORES)
BUILD = python -m compendium.cli.builds --cores $(CORES) --jobs $(JOBS) --profile "$(PROFILE)"

runs: $(READY)
	@$(BUILD) runs

check: lint unit ## the quick look: style, and the tests that build nothing

# Notebooks and copies of the project need neither each other nor a quiet machine; readers in a browser do.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=line)
test: check book ## check, whole pipeline, nbval, kernels, browser
	$(MAKE) --jobs=2 $(SYNC) pipeline nbval kernels
	$(MAKE) browser

lint: $(READY) ## check the style of the code
	ruff check . && ruff format --check . && lint-imports

unit: $(READY) ## unit and property tests, and every anchor where the texts are there
	pytest tests -m "not kernels and not pipeline and not browser and not site and not slurm" -n $(CORES) --dist worksteal

kernels: $(READY) ## how kernels start, end and are kept apart
	pytest tests src/warm_kernels/tests -m kernels

NBVAL = pytest --nbval -n $(CORES) --dist loadfile -q -p no:cacheprovider
nbval: runs ## every notebook against its stored outputs, with ordinary and with warm kernels
	$(NBVAL) --nbval-kernel-name python3 analysis
	$(NBVAL) --nbval-kernel-name compendium analysis
	$(NBVAL) --nbval-kernel-name compendium $$(python -m compendium products)

# With COPIES="pipeline or slurm" the workflow through Slurm is tried too, on the same copies.
COPIES ?= pipeline
pipeline: $(READY) $(TOOLS) ## the whole pipeline in temporary copies
	pytest tests -m "$(COPIES)"

test-slurm: $(READY) ## the workflow through a real Slurm of one node (needs root)
	pytest tests -m slurm

browser: book $(TOOLS) ## a few pages of the built site in a real browser
	pytest tests -m browser

# One page of each kind and the heaviest, or with PAGES=all every page, in every window and by Lighthouse.
# Lighthouse measures time and a print must come out the same twice, so nothing else runs beside them.
test-site: book pdf epub $(TOOLS) ## the site (PAGES=all: every page of it), the PDF and the EPUB in the tools that check them
	$(MAKE) book
	pytest tests/test_books.py -m site
	pytest tests/test_browser.py -k links
	pytest tests/test_site.py -k "not lighthouse" -n $(CORES) --dist worksteal
	pytest tests/test_site.py -k lighthouse

bench: $(READY) ## measure speed; prints a table and writes _build/bench.json
	python tests/bench.py $(if $(RECORD),--record)

validate: $(READY) ## check the data package
	python -m compendium validate

verify: $(READY) ## check every anchor against your copies of the texts
	python -m compendium verify

reference: $(READY) ## renew the stored outputs of the notebooks in analysis/
	python -m compendium reference

serve: book ## show the book on this machine
	python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

lock: ## resolve the locked versions anew (needs uv)
	uv pip compile pyproject.toml --extra test --extra cluster --extra pdf --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --output-file requirements.lock

clean: ## delete everything that was built
	rm -rf _build book/studies .snakemake

$(TOOLS): tests/package-lock.json tests/.npmrc
	@if command -v npm >/dev/null; then cd tests && npm ci --no-progress --loglevel=error; \
	else echo "There is no npm here; what it would bring (axe-core, Lighthouse, the HTML checker) is not tested."; fi

$(READY): $(if $(findstring $(MADE_FROM),$(shell cat $(READY) 2>/dev/null)),,anew)
	@echo "Setting up the environment in $(VENV) (once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say PYTHON=python3.12, for example."; exit 1; }
	@PYTHONPATH= $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable src/warm_kernels --editable .
	@$(VENV)/bin/python -m compendium kernel >/dev/null
	@echo "$(MADE_FROM)" > $@
