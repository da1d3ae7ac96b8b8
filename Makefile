# syncd. `make` lists the commands.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
export PYTHON

environment := .venv
bin := $(environment)/bin
# The environment is up to date when this file is newer than what it was made from.
installed := $(environment)/.installed
# So many tests run at a time: one more than most machines have cores, for some wait for daemons and clocks.
# `make test ARGS="-k undo"` passes anything on to pytest.
WORKERS ?= 3
ARGS ?=
pytest := $(bin)/python -m pytest -n $(WORKERS) --dist worksteal

.PHONY: help
help: ## list these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

$(installed): pyproject.toml requirements.lock deploy/environment.sh deploy/find-python.sh
	@SYNCD_GOAL="$(firstword $(MAKECMDGOALS))" sh deploy/environment.sh $(environment) requirements.lock
	@touch $(installed)

.PHONY: install
install: $(installed) ## make .venv and install syncd into it, from the lock

.PHONY: demo
demo: $(installed) ## a dirty CRM goes in, a clean one comes out; runs until Ctrl-C
	@$(bin)/syncd demo $(ARGS)

.PHONY: sandbox
sandbox: $(installed) ## only the simulated CRM
	@$(bin)/syncd sandbox $(ARGS)

.PHONY: test
test: $(installed) ## all tests, on SQLite and PostgreSQL
	@$(pytest) $(ARGS)

.PHONY: check
check: format-check lint types layers check-tests check-house ## everything the build runs, in its order

.PHONY: format
format: $(installed) ## put the code into its form, and fix what can be fixed safely
	@$(bin)/ruff format .
	@$(bin)/ruff check --fix --quiet .

.PHONY: format-check
format-check: $(installed) ## is the code in its form?
	@$(bin)/ruff format --check .

.PHONY: lint
lint: $(installed) ## ruff, all rules
	@$(bin)/ruff check .

.PHONY: types
types: $(installed) ## mypy, strict
	@$(bin)/mypy

.PHONY: layers
layers: $(installed) ## who may import whom
	@$(bin)/lint-imports

.PHONY: check-tests
check-tests: $(installed) ## all tests but those of the house
	@$(pytest) --ignore=tests/house $(ARGS)

.PHONY: check-house
check-house: $(installed) ## do the documents, the schemas and the code say the same?
	@$(bin)/python -m pytest tests/house

.PHONY: docs
docs: $(installed) ## write the documents' tables, the schemas and the defaults anew from the code
	@$(bin)/python -m syncd.settings config
	@$(bin)/python docs/tables.py

.PHONY: soak
soak: $(installed) ## the tests that take minutes: a thousand kills on each CRM
	@$(pytest) -m soak $(ARGS)

.PHONY: simulate
simulate: $(installed) ## random schedules against the simulated CRMs; ARGS="--seed 17 --trace" replays one
	@$(bin)/python -m tests.simulation $(ARGS)

.PHONY: scale
scale: $(installed) ## matching on Spark says what matching here says; installs Spark, needs Java 17
	@sh deploy/environment.sh $(environment) deploy/scale.lock
	@$(bin)/python -m pytest -m soak tests/matching/test_spark.py $(ARGS)

.PHONY: coverage
coverage: $(installed) ## which lines no test runs
	@$(bin)/coverage run -m pytest $(ARGS)
	@$(bin)/coverage report

.PHONY: bench
bench: $(installed) ## measure speed, calls and memory
	@for script in benchmarks/*.py; do \
		[ -e "$$script" ] || { echo "there is nothing in benchmarks/"; exit 1; }; \
		echo "== $$script"; $(bin)/python "$$script" $(ARGS) || exit 1; \
	done

.PHONY: audit
audit: $(installed) ## is a weakness known of a pinned package? needs the network, and is no part of the build
	@sh deploy/audit.sh $(bin) requirements.lock

.PHONY: mutate
mutate: $(installed) ## which small mistakes in the write path would no test notice? takes hours; ARGS="--sample 50"
	@nice $(bin)/python tests/mutation.py $(ARGS)

.PHONY: image-steps
image-steps: ## what the Dockerfile does, proved without Docker in a clean place
	@sh deploy/image/prove.sh

.PHONY: lock
lock: ## pin every dependency anew, with hashes (needs uv); ARGS=--upgrade takes newer ones
	@sh deploy/lock.sh $(ARGS)

.PHONY: clean
clean: ## remove what make and the tools left behind
	@rm -rf $(environment) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
