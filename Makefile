# Three commands: `make demo`, `make explore` and `make test`. All set up .venv from the pinned requirements first.
# A second call finds the stamps and starts at once.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
DEMO_HOME ?= data/demo
SPREAD := -n auto --dist loadfile --no-loadscope-reorder
PYTEST := $(BIN)/python -m pytest $(SPREAD)

BENCHES := crawl crawl_log extract read warehouse orchestrate
.PHONY: help demo explore test all-tests test-fast test-search coverage ui bench bench-accuracy bench-carriers bench-fuzz bench-differential clean lock lint types

help:  ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

$(VENV)/.runtime: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found; call make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@$(PIP) install --require-hashes -r requirements-bench.txt
	@touch $@

demo: $(VENV)/.runtime  ## Crawl the embedded sites into data/demo and show what came in
	@$(BIN)/gongkai demo

test: lint  ## Lint, types, all tests
	@$(MAKE) --no-print-directory --jobs=2 types all-tests

all-tests: $(VENV)/.dev
	@$(PYTEST)

test-fast: $(VENV)/.dev  ## The unit tests that are not slow, 75 seconds on two cores
	@$(PYTEST) -m "not slow" tests/unit

test-search: $(VENV)/.dev  ## The property tests with fresh examples; call it again and again
	@HYPOTHESIS_PROFILE=search $(PYTEST) $$(grep -rl --include='*.py' '^@given' tests)

coverage: $(VENV)/.dev  ## All tests with branch coverage, printed by module
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(SPREAD); $(BIN)/coverage combine --quiet; $(BIN)/coverage report

lint: $(VENV)/.dev  ## Style, format, complexity, import contracts, dependencies, dead code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --quiet --check .
	@out=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$out"; exit 1; }
	@out=$$($(BIN)/deptry --no-ansi . 2>&1) || { echo "$$out"; exit 1; }
	@$(BIN)/vulture

types: $(VENV)/.dev  ## mypy, strict; on tests and benchmarks too
	@$(BIN)/mypy

explore: $(VENV)/.runtime  ## The pages on the demo data: every figure beside its source
	@$(BIN)/gongkai explore --demo

ui: $(VENV)/.runtime  ## The Dagster UI on the demo data
	@$(BIN)/gongkai ui --demo

bench: $(VENV)/.bench  ## The benchmarks; results go to bench/RESULTS.md
	@for name in $(BENCHES); do echo "== bench.$$name"; $(BIN)/python -m bench.$$name; done
	@$(BIN)/python -m bench.scale --reports 2000 10000 --cluster 400

bench-accuracy: $(VENV)/.dev  ## 5,000 factory reports read and held against what they print
	@$(BIN)/python -m bench.accuracy

bench-differential: $(VENV)/.dev  ## 1,000 pages through the reader and through Chromium (20 minutes)
	@$(BIN)/python -m bench.differential

bench-carriers: $(VENV)/.dev  ## 50 reports in each carrier through the reader (an hour: pictures are recognised)
	@$(BIN)/python -m bench.carriers

bench-fuzz: $(VENV)/.dev  ## 50,000 mutated documents through the reader (hours)
	@$(BIN)/python -m bench.fuzz

lock: $(VENV)/.dev  ## Pin the dependencies again
	@$(BIN)/pip-compile $(LOCK) --extra build --extra ocr --extra render --output-file requirements.txt pyproject.toml
	@$(BIN)/pip-compile $(LOCK) $(DEV) --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	@$(BIN)/pip-compile $(LOCK) $(DEV) --extra bench --constraint requirements-dev.txt --output-file requirements-bench.txt pyproject.toml

DEV := --extra dev --extra cluster --extra s3

LOCK := --quiet --generate-hashes --allow-unsafe --no-strip-extras --no-header \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean:  ## Remove the environment, the demo data and the caches
	rm -rf $(VENV) $(DEMO_HOME) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
