# `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SITE := build/site-env
PYTEST := $(BIN)/python -m pytest -q -n auto
UNIT := not lab and not process and not sweep
# Many processes start here: what one of them has compiled, the next ones need not, whatever the machine prefers.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lab generated lint types docs site bench setup locked lock package zipapp beside audit clean

setup: $(READY)

$(READY): setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip setuptools
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

# Exactly the versions and bytes that requirements.lock names, as CI has them.
locked:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

# Universal: it holds for every Python from 3.11 on and every platform. What is pinned stays unless `make lock UPGRADE=--upgrade`.
lock:
	test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet uv; }
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
		--custom-compile-command 'make lock' --extra dev setup.cfg --output-file requirements.lock
	sed -i '2a # for CPython 3.11 and up on any platform (resolved by uv with environment markers, on Linux x86-64).' requirements.lock
	sed -n 's/^requires = \["\(.*\)"\]/\1/p' pyproject.toml | build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-annotate --constraint requirements.lock --custom-compile-command 'make lock' --extra iac \
		setup.cfg - --output-file requirements.scan.lock
	sed -i '2a # the part of requirements.lock that a scan needs, and what builds the package: action/install.sh takes it.' \
		requirements.scan.lock
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
		--custom-compile-command 'make lock' docs/site/requirements.in --output-file docs/site/requirements.txt

package: $(READY)
	$(BIN)/python scripts/build_release.py --prove
	$(BIN)/python -m scripts.zipapp --prove

# One file for machines like this one, with every package in it: dist/albdoctor-VERSION-linux-MACHINE.pyz.
zipapp: $(READY)
	$(BIN)/python -m scripts.zipapp dist

# Installs checkov, Prowler and Cloud Custodian, albdoctor beside each: hundreds of packages, so not a part of CI.
beside: $(READY)
	bash scripts/beside.sh

# Needs the advisory database, which CI does not reach.
audit:
	test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit && build/audit/bin/python -m pip install --quiet pip-audit; }
	build/audit/bin/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip

demo: $(READY)
	$(BIN)/albdoctor demo

test: $(READY)
	$(PYTEST) -m "$(UNIT)"

lab: $(READY)
	$(PYTEST) -m "not ($(UNIT))" --ignore=tests/lab/test_scenarios.py
	$(BIN)/albdoctor lab verify

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: $(READY)
	$(BIN)/python docs/generate.py
	$(BIN)/python scripts/licenses.py

# The pages of docs/ and the guides as a site in build/site, to be opened as a file or put on any server.
site: $(READY) $(SITE)/.ready
	$(BIN)/python scripts/site.py $(SITE)/bin/zensical build/site
	$(BIN)/python scripts/check_links.py build/site

$(SITE)/.ready: docs/site/requirements.txt
	test -x $(SITE)/bin/python || $(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --require-hashes --requirement docs/site/requirements.txt
	touch $@

# Goals that are missed are shown and stop nothing; benchmarks/README.md says what each measures.
bench: $(READY)
	$(BIN)/python benchmarks/all.py

check: lint types generated test lab

generated: $(READY)
	$(BIN)/python docs/generate.py --check
	$(BIN)/python scripts/licenses.py --check

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
