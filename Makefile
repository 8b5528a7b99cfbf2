# What people type. `make` alone lists it; `make run` and `make test` need Python 3.11 or newer and set up the rest.

.DEFAULT_GOAL := help
.PHONY: help run test check kill week hostile bench format lock clean

UV ?= uv
# PYTHON=/path/to/python chooses an interpreter; else the first of these that starts and is new enough.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
# The stages that decide what people get to see: `make check` wants their branches tested.
DECIDING := normalise dedup match alert charset.py text.py model
COVERED := 90
# ... by their own tests: what the others happen to run proves little, and counting lines doubles their time.
DECISIONS := $(foreach stage,$(DECIDING),$(wildcard tests/$(stage) tests/test_$(stage)))
# Whole suites run on all cores; an idle process takes over the tests another still has ahead. Eight PostgreSQL servers are
# enough for a machine of any size. A file or two run faster without: .venv/bin/python -m pytest tests/match
PARALLEL := -n auto --maxprocesses 8 --dist worksteal

# The same output whether make is called by a person or by a test. An activated environment of another project is none of
# ours.
MAKEFLAGS += --no-print-directory
unexport VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export UV_PROJECT_ENVIRONMENT := .venv

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: .venv/.ready ## the daemon, with config/monitor.yaml; Ctrl-C stops it
	@exec .venv/bin/news-monitor run

test: .venv/.ready ## the tests
	@.venv/bin/python -m pytest $(PARALLEL)

check: .venv/.ready ## the whole gate: format, lint, types, imports, tests, coverage
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --strict monitor
	.venv/bin/lint-imports
	@echo "The tests, with branches counted in $(DECISIONS)"
	@NEWS_MONITOR_TEST_COUNTED="$(DECISIONS)" .venv/bin/python -m pytest $(PARALLEL) --cov --cov-report=
	@for stage in $(DECIDING); do \
	  echo "Branch coverage of monitor/$$stage, at least $(COVERED) %:"; \
	  case $$stage in *.py) files=monitor/$$stage ;; *) files="monitor/$$stage/*" ;; esac; \
	  .venv/bin/coverage report --include="$$files" --fail-under=$(COVERED) || exit 1; \
	done

kill: .venv/.ready ## the long drills: kill -9 at 200 moments and each named point, 6 hours without a mail server
	@NEWS_MONITOR_TEST_KILLS=200 .venv/bin/python -m pytest tests/flow/test_kill.py tests/flow/test_delivery_outage.py -s

week: .venv/.ready ## the long weeks: 400 stories over the nights in which clocks are changed, every message foretold
	@NEWS_MONITOR_TEST_STORIES=400 .venv/bin/python -m pytest tests/flow/test_week_invariants.py

hostile: .venv/.ready ## the long test of damaged feeds: 10,000 of them
	@NEWS_MONITOR_TEST_BODIES=10000 .venv/bin/python -m pytest tests/ingest/feeds/test_hostile_bodies.py

bench: .venv/.ready ## feeds, languages, rules, articles, ten thousand sources and deliveries, against their peers (half an hour)
	@status=0; for one in readers languages rules articles sources delays; do PYTHONPATH=tests .venv/bin/python -m bench.$$one || status=1; done; exit $$status

format: .venv/.ready ## put the code into the project's format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ## write uv.lock and both requirements files from pyproject.toml (needs uv; upgrade first with uv lock --upgrade)
	$(UV) lock
	$(UV) export --quiet --frozen --no-emit-project --no-dev --output-file requirements.txt
	$(UV) export --quiet --frozen --no-emit-project --output-file requirements-dev.txt

clean: ## remove what was built; var/ (the database) stays
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- Setting up ----------------------------------------------------------------------------------------------------
# .venv/.ready is written last and holds the folder it was made for. An environment without it (interrupted), of another
# folder (moved, copied) or of a Python that is gone does not count and is made anew; a changed lock only updates it.

READY := $(shell [ "$$(cat .venv/.ready 2>/dev/null)" = "$(CURDIR)" ] && .venv/bin/python -c '' 2>/dev/null && echo yes)
ifndef READY
.PHONY: .venv/.ready
endif

# Interpreters and uv are started, not looked up: a pyenv shim is on PATH also for what is not there. The base of the
# interpreter is taken because `python3` may be that of the very .venv that is about to be replaced.
find_python = $(shell for python in $(PYTHONS); do "$$python" -c \
  'import sys; print(sys._base_executable) if sys.version_info >= (3, 11) else sys.exit(1)' 2>/dev/null && break; done)
find_uv = $(shell $(UV) --version 2>/dev/null)
find_venv = $(shell "$(BASE)" -c 'import ensurepip, venv; print(ensurepip.version())' 2>/dev/null)
find_pip = $(if $(READY),$(shell .venv/bin/python -m pip --version 2>/dev/null))

.venv/.ready: pyproject.toml uv.lock requirements-dev.txt
	$(eval BASE := $(find_python))$(if $(BASE),,$(error news-monitor needs Python 3.11 or newer and \
	  found none (tried: $(PYTHONS)): install one, or name yours with PYTHON=/path/to/python))
	$(eval HOW := $(if $(find_uv),uv,pip))$(if $(find_uv)$(find_pip)$(find_venv),,$(error $(BASE) cannot make virtual \
	  environments: on Debian and Ubuntu, sudo apt install $(notdir $(BASE))-venv adds what it lacks))
	@echo 'Setting up .venv with $(HOW), for $(BASE) (only when dependencies change) ...' >&2
	@$(if $(READY),rm -f $@,rm -rf .venv)
	@$(set_up_with_$(HOW))
	@echo '$(CURDIR)' >$@

# Nothing but the package index is asked: no interpreter is downloaded.
# Compiled once here, or every start of the program compiles all it imports (1.3 s instead of 3.1 s).
set_up_with_uv = $(UV) sync --quiet --frozen --compile-bytecode --no-python-downloads --python "$(BASE)"
# Every file is checked against its hash. langdetect comes as source only and is built in an environment of its own.
set_up_with_pip = $(if $(find_pip),,"$(BASE)" -m venv --clear .venv &&) \
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --use-pep517 -r requirements-dev.txt && \
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
