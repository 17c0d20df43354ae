# What one types to work on Gisement. Each target is explained by the comment behind its name.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench fix

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## make the environment in .venv; does nothing when it is up to date

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gisement needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@echo "Making the environment in .venv (about a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group test --group check
	@touch $@

run: setup ## serve the demo zone on http://127.0.0.1:8000 (Ctrl-C stops everything)
	@exec $(BIN)/python -m marketplace demo

test: setup ## run the whole suite; ARGS="-k pallet" chooses
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

check: setup ## lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure, beside the floor of this machine
	$(BIN)/python -m tests.bench $(ARGS)

fix: setup ## mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.events_catalogue
