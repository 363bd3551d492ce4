# Two commands are all that a newcomer needs: `make run` and `make test`. Both make .venv/ first, where it isn't made.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint kill bench soak quarter obligations screenshots lock clean

PYTHON := .venv/bin/python
FOR := run

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:  ## make .venv/ (FOR=tests: with what the tests need); does nothing the second time
	@sh .ci/setup.sh $(FOR)

run: setup  ## open the counter of the demo station in the browser's reach
	@exec .venv/bin/kiosk run --demo

test: FOR = tests
test: setup  ## all tests (ARGS="-k parcels -n0" narrows them)
	$(PYTHON) -m pytest $(ARGS)

lint: FOR = tests
lint: setup  ## the linter and the import contracts
	$(PYTHON) -m ruff check .
	.venv/bin/lint-imports

# What takes long stands apart from the tests.
kill: FOR = tests
kill: setup  ## 100 rounds of clients at work and a process killed under them, and the control
	$(PYTHON) -m tests.journeys.kill $(ARGS)

bench: FOR = tests
bench: setup  ## the table of figures, beside the yardsticks of the same run
	$(PYTHON) -m tests.benchmarks $(ARGS)

soak: FOR = tests
soak: setup  ## every property test with 2000 examples in place of 60
	HYPOTHESIS_PROFILE=thorough $(PYTHON) -m pytest --timeout=0 -m 'not slow' $(ARGS)

quarter: FOR = tests
quarter: setup  ## a quarter of three stations and their county, three times with other seeds
	for seed in 1 2 3; do QUARTER_SEED=$$seed $(PYTHON) -m pytest -n0 tests/journeys/test_quarter.py $(ARGS) || exit 1; done

obligations: FOR = tests
obligations: setup  ## the page or slip of each served row of docs/obligations.md, from the demonstration
	$(PYTHON) -m tests.obligation_walk $(ARGS)

screenshots: FOR = tests
screenshots: setup  ## every page at both sizes
	$(PYTHON) -m tests.web.screenshots $(ARGS)

lock:  ## write the lock files anew from pyproject.toml (needs uv; UPGRADE=1 takes the newest of all)
	@sh .ci/lock.sh

clean:  ## remove what was made, .venv/ included
	rm -rf .venv build *.egg-info .pytest_cache .hypothesis .ruff_cache .import_linter_cache
