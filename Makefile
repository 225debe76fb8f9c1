PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Images of containers often forbid Python to keep what it has compiled: then each of hundreds of processes compiles it again.
unexport PYTHONDONTWRITEBYTECODE

# What a run needs, and what changing the suite needs as well, each with its own lock.
STAMP := $(VENV)/.ready
DEVELOPERS := $(VENV)/.ready-dev

# What `make report` renders, and where to: of several folders of results each is an environment of one report.
REPORTS ?= reports
RESULTS ?= $(REPORTS)/allure-results
RENDERER := report/node_modules/.ready
LINTERS := tests/linters/node_modules/.ready

.PHONY: help setup develop conformance demo pictures report test prove field linters mutants attempts bench docs lint lock clean

help:
	@echo "make conformance  check the embedded reference provider against the page, and write reports/"
	@echo "make demo         the same against a provider that deviates, to see what a report looks like"
	@echo "make report       render Allure results as one HTML file; needs Node.js 20 or newer"
	@echo "make pictures     draw the pictures of the README again; needs Node.js and Chromium"
	@echo "make test         the self-tests, then conformance of the embedded provider"
	@echo "make prove        the suite on every fault and every allowed reading: what it notices"
	@echo "make field        the suite on servers in several frameworks: what it finds, misses and reports wrongly"
	@echo "make linters      install the validators in JavaScript that make test uses if they are there"
	@echo "make mutants      small changes of the oracles (PART=core: of what carries safety and verdicts): whether a test notices (SAMPLE=200 for some, QUICK=1 without whole runs)"
	@echo "make attempts     10,000 made-up requests that must not leave, in every spelling: whether the interlock lets one out"
	@echo "make bench        what a run costs, as ratios measured side by side (PARTS='probing latency' for some of them)"
	@echo "make docs         write docs/clauses.md, from the clauses, their cases, oracles and faults"
	@echo "make lint         ruff and mypy, and linters of what CI platforms read"
	@echo "make develop      what the commands from test on need, besides what a run needs; they call it"
	@echo "make lock         lock the dependencies again: of a run, and of the developers"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(STAMP)

develop: $(DEVELOPERS)

$(DEVELOPERS): $(STAMP) requirements-dev.lock
	$(PIP) --no-compile --require-hashes --requirement requirements-dev.lock
	touch $(DEVELOPERS)

conformance: setup
	$(BIN)/timp-conformance run --target embedded

# It is meant to find something: any exit code but 1 is a failure of the demonstration.
demo: setup
	@$(BIN)/timp-conformance run --target embedded --reports-dir reports/demo \
		--reading allocation-object.quantity-encoding=both \
		--fault quantity-shipped-as-string --fault accepts-date-02-30 --fault sum-exceeds-by-one \
		--fault answers-only-first-line --fault missing-allow; test $$? -eq 1

# Both pictures of the README, from what `make demo` prints and writes.
pictures: develop $(RENDERER)
	FORCE_COLOR=1 COLUMNS=100 $(MAKE) --no-print-directory demo > reports/demo.txt
	$(MAKE) --no-print-directory report REPORTS=reports/demo
	$(BIN)/python -m bench.pictures < reports/demo.txt

# The suite needs none of this; REPORTS=reports/demo renders the demonstration.
report: $(RENDERER)
	node report/render.mjs $(REPORTS) $(RESULTS)

$(RENDERER): report/package.json report/package-lock.json
	npm ci --prefix report --no-progress
	touch $(RENDERER)

# Validators in JavaScript for what the suite publishes; without them their tests are skipped, and say so.
linters: $(LINTERS)

$(LINTERS): tests/linters/package.json tests/linters/package-lock.json
	npm ci --prefix tests/linters --no-progress
	touch $(LINTERS)

# Tests wait for answers and processes: one more of them than there are processors keeps these busy.
WORKERS ?= $(shell expr 1 + $$(getconf _NPROCESSORS_ONLN))

test: develop
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q
	$(BIN)/timp-conformance prove --sample
	$(BIN)/timp-conformance run --target embedded

# Every fault and every allowed reading, in some minutes; then every fault of the second provider, all rows of readings, more
# hostile servers, a scan for secrets in what runs on all faults write, twenty runs behind a gateway that loses answers,
# hostile answers and files with their memory, and recordings of runs on a hundred faults.
prove: develop
	$(BIN)/timp-conformance prove
	EVERY_FAULT=1 $(BIN)/python -m pytest -n auto -q tests/selftest/test_second_provider.py tests/selftest/test_readings.py \
		tests/selftest/test_canary_spellings.py tests/selftest/transport/test_hostile.py tests/selftest/test_repeated_runs.py \
		tests/selftest/commands/test_judge.py
	$(BIN)/python -m tests.selftest.hostile_table

# Needs Node.js for the servers in JavaScript; without it they are listed as not run. SERVERS='name name' for some.
field: develop
	! command -v npm >/dev/null || npm ci --prefix tests/field --no-progress
	$(BIN)/python -m tests.field $(SERVERS)
	$(BIN)/python -m tests.field.in_front
	$(BIN)/python -m tests.field.reach

# All of them take hours; a sample of some hundred says how good the tests are.
mutants: develop
	$(BIN)/python -m tests.mutants $(or $(PART),oracles) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(QUICK),--quick)

# All parts take about six minutes; nothing else should run meanwhile.
bench: develop
	$(BIN)/python -m bench $(PARTS)

attempts: develop
	TIMP_ATTEMPTS=10000 $(BIN)/python -m pytest -q tests/selftest/transport/test_interlock.py

docs: setup
	$(BIN)/timp-conformance explain --write docs

lint: develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows docs/ci/github-workflow.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci docs/ci/gitlab-ci.yml
	$(BIN)/zizmor --quiet --offline --pedantic action.yml docs/ci/github-workflow.yml
	test ! -x $(BIN)/shellcheck || $(BIN)/shellcheck .ci/run docs/ci/new-order

lock: develop
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --extra dev --extra redis --output-file requirements-dev.lock

COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --no-annotate --python-version 3.11 --extra build pyproject.toml

clean:
	rm -rf $(VENV) report/node_modules tests/linters/node_modules .hypothesis .mypy_cache .ruff_cache
