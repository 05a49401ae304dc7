# Everything here works in a fresh clone on a bare Python 3.11 or newer: the first target that needs
# it makes .venv and installs into it. `make` alone lists the targets.

PYTHON ?= python3
PYTEST_ARGS ?=
BENCH_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

# One stamp per extra: what is installed is installed again when pyproject.toml changes.
RUN := $(VENV)/.installed-run
TEST := $(VENV)/.installed-test
DEV := $(VENV)/.installed-dev
# `run` is clinmap without an extra; dev holds test, and test holds run.
HELD_BY_test := $(RUN)
HELD_BY_dev := $(TEST) $(RUN)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SECONDARY:
.PHONY: help demo test check install format format-check lint types contracts wheel docs bench fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

demo: $(RUN) ## build the demonstration study into demo-output/
	$(BIN)/clinmap demo --out demo-output

test: $(TEST) ## run the tests (more options: make test PYTEST_ARGS="-k wheel")
	$(BIN)/python -m pytest -n 2 --dist loadgroup -q $(PYTEST_ARGS)

check: format-check lint types contracts test ## everything that CI checks

install: $(DEV) ## make .venv with all tools of development

format: $(DEV) ## format the code and sort the imports
	$(BIN)/ruff check --select I --fix --quiet .
	$(BIN)/ruff format .

format-check: $(DEV) ## is the code formatted?
	$(BIN)/ruff format --check .

lint: $(DEV) ## ruff
	$(BIN)/ruff check .

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

contracts: $(DEV) ## who may import whom
	$(BIN)/lint-imports --no-logo

wheel: $(TEST) ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

docs: $(RUN) ## write the reference pages into docs/reference/
	$(BIN)/clinmap docs --out docs/reference

bench: $(TEST) ## measure it beside what else there is, and write docs/performance.md (BENCH_ARGS="--only xpt")
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

fuzz: $(TEST) ## damage 10,000 raw files, change 2,000 raw values, plant 400 faults (an hour or two)
	$(BIN)/python -m tests.fuzz --files 10000 --findings fuzz-findings
	$(BIN)/python -m tests.fuzz --mutations 2000
	$(BIN)/python -m tests.faults --specifications 200
	$(BIN)/python -m tests.faults --datasets 200

clean: ## remove what the targets above made
	rm -rf $(VENV) build dist demo-output
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "clinmap needs Python 3.11 or newer, and '$(PYTHON)' is not that (it is: $$($(PYTHON) --version 2>&1))."; \
	  echo "Name another one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; } >&2
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@touch $@

$(VENV)/.installed-%: pyproject.toml | $(VENV)/.created
	@echo "Installing clinmap and what it needs into $(VENV) (for: $*); this takes about a minute ..."
	@$(PIP) install --editable ".$(if $(filter run,$*),,[$*])"
	@touch $@ $(HELD_BY_$*)
