# Everything a newcomer needs. `make run` and `make test` set up .venv themselves; the second time they find it ready.

VENV   ?= .venv
# Arguments of `ecosim run`, as in: make run ARGS="scale=toy policy=exposure_floor"
ARGS   ?=
# Tests run in this many processes.
JOBS   ?= 2
# The interpreter that makes .venv: the first below that works, is 3.11 or newer and can make environments.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$python" && break; done)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow soak lint format bench bench-million docs patterns economy robustness traffic-support rankers \
	brand-mix matthew-effect homogenization dose-response clean

help:           ## say what can be made
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 14

setup: $(VENV)/.ready-dev ## make .venv with everything needed to work on ecosim

run: $(VENV)/.ready ## run the default baseline to its table, figures and report (ARGS="scale=toy" changes it)
	$(BIN)/ecosim run $(ARGS)

test: $(VENV)/.ready-dev ## run the tests, but not the slow ones
	$(BIN)/python -m pytest -n $(JOBS)

test-slow: $(VENV)/.ready-dev ## run the slow tests: paired replications of what must come out
	$(BIN)/python -m pytest -m slow

soak: $(VENV)/.ready-dev ## live three years, be killed at random, crash workers, draw settings (some 25 minutes)
	$(BIN)/python -m pytest -m soak -o log_cli=true

lint: $(VENV)/.ready-dev ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.ready-dev ## put imports and layout in order
	$(BIN)/ruff check --fix-only --select I .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-dev ## measure speed and memory, alone and beside others (some 5 minutes); renews docs/performance.md
	$(BIN)/python -m benchmarks

bench-million: $(VENV)/.ready-dev ## measure a month of scale=million (some 7 minutes, 4 GB); renews docs/performance.md
	$(BIN)/python -m benchmarks --million

docs: $(VENV)/.ready-dev ## write the generated tables of docs/ anew, after settings, levers, measures or stages changed
	$(BIN)/python docs/make_tables.py

patterns: $(VENV)/.ready-dev ## run the study of what must come out (10 seeds; some 35 minutes), with its figure
	$(BIN)/python -m experiments.patterns.study

economy: $(VENV)/.ready-dev ## run the study of what must come out of the economy (10 seeds; some 20 minutes)
	$(BIN)/python -m experiments.economy.study

robustness: $(VENV)/.ready-dev ## ask which findings survive other strategies of creators (4 seeds; some 15 minutes)
	$(BIN)/ecosim compare experiment=robustness out=runs/robustness
	$(BIN)/python -m experiments.robustness.analyse runs/robustness

traffic-support: $(VENV)/.ready-dev ## compare support by traffic and by money at equal cost (5 seeds; some 25 minutes)
	$(BIN)/ecosim compare experiment=traffic_support out=runs/traffic_support
	$(BIN)/python -m experiments.traffic_support.analyse runs/traffic_support

rankers: $(VENV)/.ready-dev ## compare the five rankers: what each costs, and who pays (5 seeds; some 8 minutes)
	$(BIN)/ecosim compare experiment=rankers out=runs/rankers
	$(BIN)/python -m experiments.rankers.analyse runs/rankers

brand-mix: $(VENV)/.ready-dev ## compare how brands split their fees over tiers (10 seeds; some 7 minutes)
	$(BIN)/ecosim compare experiment=brand_mix out=runs/brand_mix
	$(BIN)/python -m experiments.brand_mix.analyse runs/brand_mix

matthew-effect: $(VENV)/.ready-dev ## ask what makes attention concentrate, and whether it goes back (5 seeds; some 20 minutes)
	$(BIN)/python -m experiments.matthew_effect.analyse

homogenization: $(VENV)/.ready-dev ## ask what copying costs, and how one hit's wave goes (5 seeds; some 20 minutes)
	$(BIN)/python -m experiments.homogenization.analyse

dose-response: $(VENV)/.ready-dev ## ask how every policy's effect grows with its dose (5 seeds; some 20 minutes)
	$(BIN)/python -m experiments.dose_response.analyse

clean:          ## remove caches and builds; keeps .venv and runs
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .numba_cache .coverage
	find ecosim tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with the venv module was found. Install one" \
		"(on Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml | $(BIN)/python
	@echo "Installing ecosim into $(VENV) (a minute or two, once) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(BIN)/python
	@echo "Installing ecosim and its tools into $(VENV) (a minute or two, once) ..."
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.ready
