# Everything a user types. Python >= 3.11, git and make are all that must be there before.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
DATASET ?=
VERSION ?= v1
MODE ?= incremental

.PHONY: run test test-peers check ui bench install clean

# The values reach the command through the environment, so that no shell reads them as code.
export SOURCE DATASET VERSION MODE MODEL

# Without bytecode each process compiles the whole project anew, half a second of every start.
unexport PYTHONDONTWRITEBYTECODE

run: $(VENV)/.run
ifdef SOURCE
	@$(BIN)/listing run "$$DATASET@$$VERSION" --source "$$SOURCE" --mode "$$MODE" $(if $(MODEL),--model "$$MODEL")
else ifneq ($(DATASET),)
	@$(BIN)/listing run "$$DATASET@$$VERSION" --mode "$$MODE" $(if $(MODEL),--model "$$MODEL")
else
	@$(BIN)/listing sample
endif

test: $(VENV)/.dev
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	LISTING_DAGSTER=$$(mktemp -d) $(BIN)/dagster definitions validate -w workspace.yaml

ui: $(VENV)/.run
	@$(BIN)/listing ui

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

install: $(VENV)/.run

clean:
	rm -rf $(VENV) $(PEERS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# A mark for each set of packages; made again when pyproject.toml or the pins change.
$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing the pinned packages (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing the pinned packages and the test tools (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

# Opt-in: the chain over a server of other makers, which has an environment of its own, and exports
# opened by the tools that they are for.
test-peers: $(VENV)/.tools $(PEERS)/.done
	$(BIN)/python -m pytest -m peers -n 0 tests/peers tests/peers_exports

$(VENV)/.tools: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,tools]'
	@touch $@

$(PEERS)/.done: tests/peers/requirements.txt | $(BIN)/python
	@echo "installing the peers' pinned packages (once; torch is large) …"
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
