# Nothing here installs outside .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check gate bench campaign format fuzz clean

demo: .venv/.ready
	$(BIN)/symattn enumerate --n 7

test: .venv/.ready-dev
	$(BIN)/python -m pytest -q -n 2

check: gate test

gate: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fuzz: .venv/.ready-dev
	$(BIN)/python -m tests.fuzz -max_total_time=300

bench: .venv/.ready-dev
	$(BIN)/python -m bench

campaign: .venv/.ready-dev
	$(BIN)/python -m tests.campaign --count 2000 --write docs/theory/campaign.md

format: .venv/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
