# Two commands for everyone: `make run` and `make test`. The rest is for people who work on Maestro.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check pytest test-clients test-slow services test-whoosh3 eval bench scaffold-matrix docs format lock clean

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
CLIENTS := .clients

# The same hashed locks either way; byte-code is compiled at once, since the first start is what people feel.
ifdef UV
VENV = uv venv -q --allow-existing --python $(PYTHON) .venv
INSTALL = VIRTUAL_ENV=.venv uv pip install -q --compile-bytecode
else
VENV = $(PYTHON) -m venv .venv
INSTALL = $(BIN)/python -m pip install -q --disable-pip-version-check
endif

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make run PYTHON=python3.12"; exit 1; }
	@$(VENV)
	@touch $@

.venv/run: .venv/python requirements.lock pyproject.toml
	@test -e .venv/test || $(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/python requirements-dev.lock pyproject.toml
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ .venv/run

run: .venv/run ## Install, and show the main jobs through a real MCP client
	@$(BIN)/fastapi-maestro demo

test: .venv/test check pytest ## Every check and every test

check: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/basedpyright

pytest: .venv/test
	$(BIN)/python -m pytest -n auto

$(CLIENTS)/installed: tests/clients/package.json
	@mkdir -p $(CLIENTS) && cp tests/clients/package.json $(CLIENTS)/
	@if npm --version >/dev/null 2>&1 && npm install --prefix $(CLIENTS) --no-package-lock --no-audit --no-fund --loglevel=error; \
	  then touch $@; else echo "npm is not there or cannot reach its registry: independent clients are skipped"; fi

test-clients: .venv/test $(CLIENTS)/installed ## Independent MCP clients from npm
	MAESTRO_CLIENTS=$(CURDIR)/$(CLIENTS) $(BIN)/python -m pytest tests/clients -m clients -rs -v

test-slow: .venv/test ## Long fault runs and crash runs
	$(BIN)/python -m pytest -m slow -n auto

services: ## PostgreSQL, Redis and nginx for the tests that want real ones (Debian; says why where it cannot)
	@command -v nginx redis-server >/dev/null 2>&1 && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 && timeout 120 apt-get update -qq >/dev/null 2>&1; \
	    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq postgresql redis-server nginx-light >/dev/null 2>&1; } || \
	  echo "PostgreSQL, Redis and nginx cannot be installed here: the tests that need them are skipped"

.whoosh3/whoosh:
	@$(INSTALL) --no-deps --target .whoosh3 whoosh3==3.54.0

test-whoosh3: .venv/test .whoosh3/whoosh ## The index tests on plan B: the same names from another distribution, first on the path
	@# A background refresh is a process that heeds no PYTHONPATH, so it would index with the other one.
	PYTHONPATH=.whoosh3 $(BIN)/python -m pytest tests/indexer -n auto --deselect \
	  tests/indexer/test_background.py::test_it_brings_the_vault_and_is_told_by_the_status

eval: .venv/test ## Score the search on the development queries
	$(BIN)/python tests/eval/run_eval.py

.bench/tantivy: .venv/test
	@$(INSTALL) --target .bench tantivy==0.27.0 || echo "tantivy cannot be installed: its rows are left out"

bench: .venv/test .bench/tantivy ## Measure against named peers: one table, and figures.json beside it
	@PYTHONPATH=.bench $(BIN)/python tests/bench/run.py

scaffold-matrix: .venv/test ## Every scaffold pattern and option in pairs, through every check
	$(BIN)/python tests/bench/scaffold/matrix.py

docs: .venv/test ## Write the generated blocks of README and the golden surface
	$(BIN)/python tests/generated.py --write

format: .venv/test ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Renew the locks (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --group build -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what these targets made
	rm -rf .venv .whoosh3 .bench $(CLIENTS) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
