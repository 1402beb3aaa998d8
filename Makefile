# `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check lab lint types docs bench setup clean

setup: $(READY)

$(READY): setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip setuptools
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/albdoctor demo

test: $(READY)
	$(BIN)/python -m pytest -q -m "not lab"

lab: $(READY)
	$(BIN)/albdoctor lab verify

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: $(READY)
	$(BIN)/python docs/generate.py

check: lint types
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest -q -m "not lab"
	$(BIN)/albdoctor lab verify

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
