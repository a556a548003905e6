# Everything a checkout needs: Python 3.11 or later, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test lint bench lock clean

help:
	@echo "make demo    install and run a small sweep, offline"
	@echo "make test    install and run the tests"
	@echo "make lint    formatting, lint, layers, types"
	@echo "make bench   speed, as ratios measured side by side"
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

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

bench: $(READY)
	@$(BIN)/python -m benchmarks

# Pin what is installed now, by version alone.
lock: $(READY)
	@$(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check | grep -v ' @ ' > requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist
