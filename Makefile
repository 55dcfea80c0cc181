# Needs python3 (3.11 or newer, with venv), make and the package index; everything lands in .venv/ and .tools/.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
WORKERS ?= auto
PURE := oci filesystem insight
SPACE := $() $()

.DEFAULT_GOAL := help
.PHONY: help demo run test coverage check format screenshots bench clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: .venv/.installed  ## open the sample image, served by a registry of its own
	@$(BIN)/layerscope demo $(ARGS)

run: .venv/.installed  ## open an image: make run IMAGE=localhost:5000/hello-world-java
	@$(if $(IMAGE),,echo 'error: no image was named' >&2; echo 'hint: make run IMAGE=localhost:5000/hello-world-java' >&2; exit 2)
	@$(BIN)/layerscope '$(IMAGE)' $(ARGS)

test: .venv/.installed-dev  ## the tests, with the real components that can be had: make test ARGS=tests/oci
	@sh tests/setup_components.sh
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

coverage: .venv/.installed-dev  ## what the tests of the pure rooms run of them; less than the floor is an error
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --cov --cov-report= --cov-fail-under=0 $(PURE:%=tests/%)
	@$(BIN)/coverage report --include "$(subst $(SPACE),,$(PURE:%=layerscope/%/*,))"

check: .venv/.installed-dev  ## linter, formatting, types, import rules, plain English
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@PYTHONPATH=tests $(BIN)/python -m prose.check

format: .venv/.installed-dev  ## format the code, and fix what the linter can
	$(BIN)/ruff check --fix --exit-zero --quiet
	$(BIN)/ruff format

screenshots: .venv/.installed-dev  ## take the pictures in screenshots/ anew, from the running program
	$(BIN)/python screenshots/take.py

bench: .venv/.installed-dev  ## measure: make bench ARGS=start
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

clean:  ## remove all that was made here, .venv and .tools included
	rm -rf .venv .tools build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'error: `$(PYTHON)` is not a Python of 3.11 or newer that has venv' >&2; \
	  echo 'hint: apt-get install python3-venv, or make PYTHON=/path/to/python3' >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ .venv/.installed
