# Every target sets up what it needs; `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
MODEL ?= demo
LIMIT ?= 16
FULL ?=
CPU ?=
unexport PYTHONDONTWRITEBYTECODE  # or every process that a test starts compiles the package anew

.PHONY: demo test main-path lint format bench train-demo docs picture clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(if $(CPU),$(BIN)/python -m pip install --quiet $(shell grep '^torch==' constraints.txt) \
		--index-url https://download.pytorch.org/whl/cpu)

$(VENV)/.installed-local: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[local]'
	touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[local,dev]'
	touch $@

demo: $(VENV)/.installed-local  ## all 32 tasks on embedded data and model, in part; FULL=1: every sample; CPU=1: small torch
	$(BIN)/multitrust run --model $(MODEL) $(if $(FULL),,--limit $(LIMIT))

test: $(VENV)/.installed-dev lint main-path  ## lint, the main path, then all tests, with the lines they run
	$(BIN)/python -m pytest -p tests.line_coverage --numprocesses 3 --dist worksteal

main-path: $(VENV)/.installed-dev  ## what README.md says first, from the wheel in a fresh environment
	$(BIN)/python -m tests.main_path

lint: $(VENV)/.installed-dev  ## formatting, lint, types and the import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy src tests training benchmarks
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev  ## ratios measured in one run; nothing is asserted
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/resume.py
	$(BIN)/python benchmarks/kills.py
	$(BIN)/python benchmarks/stalls.py
	$(BIN)/python benchmarks/chaos.py
	$(BIN)/python benchmarks/disk_full.py
	$(BIN)/python benchmarks/hf.py
	$(BIN)/python benchmarks/hf.py --large --prompts 64 --repeats 3
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/help_time.py
	$(BIN)/python benchmarks/closed_answers.py

train-demo: $(VENV)/.installed-dev  ## train the embedded model from nothing
	$(BIN)/python -m training

docs: $(VENV)/.installed-dev  ## write the generated parts of docs/ anew
	$(BIN)/python -m docs.generate
	$(BIN)/python docs/task_pages.py

picture: $(VENV)/.installed-dev  ## run the demo and take docs/report.png of its report; needs Chromium
	$(BIN)/python -m docs.report_picture

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
