# make demo     migrate the demo backup and show the result
# make test     run the tests
# make install  make .venv from the lock file
# make lint     ruff and mypy
# make docs     write .env.example and the README's table of settings anew
# make bench    compare the copying of images with s5cmd and rclone
# make lock     make the lock file anew from pyproject.toml

PYTHON ?= python3
BIN := .venv/bin
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

bench: install
	$(BIN)/python -m bench.images

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
