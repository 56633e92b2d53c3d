# The verbs of the house. `make` alone lists them; each does its own set-up first.

SHELL := /bin/bash
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin
CITIES ?=
REAL ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check bench accuracy lock

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## virtual environment, locked packages, a browser; instant when nothing changed

$(READY): requirements.lock requirements-setup.lock pyproject.toml .ci/setup
	@.ci/setup
	@touch $@

demo: $(READY) ## crawl 50 pretend councils, check them, open the review desk (CITIES=3 for fewer)
	@$(RUN)/tcm demo $(if $(CITIES),--cities $(CITIES)) $(ARGS)

test: $(READY) ## every test, the fast ones first (ARGS="-k registry" for some)
	@.ci/test $(ARGS)

test-fast: $(READY) ## only the tests that need no server, no browser and no crawl process
	@.ci/fast $(ARGS)

check: $(READY) ## style, types, import floors, and whether every YAML and TOML file reads
	@failed=0; \
	for rule in "ruff format --check --quiet ." "ruff check --quiet ." mypy "lint-imports --no-logo" \
	  "python .ci/readable.py"; do \
	  echo "== $$rule"; $(RUN)/$$rule || failed=1; \
	done; exit $$failed

bench: $(READY) ## run the benchmarks (REAL=folder that holds recorded sites for those that need them)
	@.ci/bench "$(REAL)"

accuracy: $(READY) ## how often each check is right: measured on the labelled set, written into docs/accuracy.md
	@$(RUN)/python -m benchmarks.accuracy $(ARGS)

lock: $(READY) ## resolve both lock files anew, with hashes and without addresses
	@.ci/lock
