# 网检 – every command of the house. `make` alone lists them.
# Python 3.11 and make are all that a machine needs; everything else is installed into .venv.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PY := .venv/bin/python
READY := .venv/.ready

# No locale is assumed.
export PYTHONUTF8 := 1
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# What the user gives reaches the program through the environment and is never pasted into a recipe:
# spaces, quotes, $ and ; in a folder's name are only characters.
ARGUMENTS := REGISTRY ROUND AS_OF PROFILE RULES COVERAGE REVIEW OUT ALLOW_NET FILE SITE FROM TO PAGES ROUNDS SITES DAYS
$(foreach name,$(ARGUMENTS),$(eval export ARG_$(name) := $$(value $(name))))
unexport $(ARGUMENTS)

.PHONY: help demo inspect rejudge history probes rules up test review-demo daily-demo simulate accuracy bench bench-probes check fix clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: $(READY) ## inspect the made-up city on a real Airflow: [AS_OF=] [OUT=out]
	@$(PY) -m include.embedded demo --as-of="$$ARG_AS_OF" --out="$$ARG_OUT"

inspect: $(READY) ## inspect your own lists: REGISTRY=DIR [ROUND=] [AS_OF=] [PROFILE=] [RULES=] [COVERAGE=] [REVIEW=3d] [OUT=out] [ALLOW_NET=]
	@$(PY) -m include.embedded inspect --registry="$$ARG_REGISTRY" --round="$$ARG_ROUND" --as-of="$$ARG_AS_OF" \
	  --profile="$$ARG_PROFILE" --rules="$$ARG_RULES" --coverage="$$ARG_COVERAGE" --review="$$ARG_REVIEW" \
	  --out="$$ARG_OUT" --allow-net="$$ARG_ALLOW_NET"

rejudge: $(READY) ## judge a stored round again, without the network: ROUND= [RULES=] [REGISTRY=decisions of DIR] [REVIEW=3d]
	@$(PY) -m include.embedded rejudge --round="$$ARG_ROUND" --rules="$$ARG_RULES" --registry="$$ARG_REGISTRY" \
	  --review="$$ARG_REVIEW"

history: $(READY) ## import the figures of earlier notices, so that the first period can be compared: FILE=notices.jsonl
	@$(PY) -m include.embedded history --file="$$ARG_FILE"

probes: $(READY) ## print and draw the availability probes of one site: SITE= [FROM=2026-11-01] [TO=] [OUT=out]
	@$(PY) -m include.embedded probes --site="$$ARG_SITE" --from="$$ARG_FROM" --to="$$ARG_TO" --out="$$ARG_OUT"

rules: $(READY) ## check rule files and print them as tables: [RULES=]
	@$(PY) -m include.inspection.rules.table "$$ARG_RULES"

up: $(READY) ## Airflow with its UI, the object store and the schedules, until Ctrl-C: [ALLOW_NET=]
	@$(PY) -m include.embedded up --allow-net="$$ARG_ALLOW_NET"

test: $(READY) ## run the tests
	@$(PY) -m pytest -q -n auto --dist loadfile

review-demo: $(READY) ## a quarter with people in it on a real Airflow: review, appeal, recheck, next quarter (minutes)
	@INSPECTION_REVIEW_DEMO=1 $(PY) -m pytest -q -s tests/embedded/test_review_run.py

daily-demo: $(READY) ## a day of probe, patrol, digest and messages on a real Airflow (minutes)
	@INSPECTION_DAILY_DEMO=1 $(PY) -m pytest -q -s tests/embedded/test_daily_run.py

simulate: $(READY) ## a quarter of the made-up city day by day, against what is declared (minutes): [SITES=] [DAYS=]
	@$(PY) -m tests.simulation --sites="$$ARG_SITES" --days="$${ARG_DAYS:-0}"

accuracy: .venv/.bench-ready ## precision and recall of the extraction on the labelled set, beside other libraries
	@$(PY) -m tests.accuracy.measure --compare

bench: .venv/.bench-ready ## measure speed against Scrapy and a bare loop (minutes): [PAGES=5000] [ROUNDS=3]
	@$(PY) -m bench --pages="$${ARG_PAGES:-5000}" --rounds="$${ARG_ROUNDS:-3}"

bench-probes: $(READY) ## measure one probe round over 14,000 loopback sites, a tenth slow or dead (3 minutes)
	@$(PY) -m bench.probes

check: $(READY) ## lint, format and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

fix: $(READY) ## mend what lint and format can mend by themselves
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

clean: ## remove caches and the virtual environment; var/ and out/ hold results and stay
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -not -path './var/*' -exec rm -rf {} +

$(READY): requirements.txt requirements-dev.txt constraints.txt
	@for candidate in python3.11 python3 python; do \
	  if "$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
	    python=$$candidate; break; fi; done; \
	if [ -z "$${python:-}" ]; then \
	  echo 'Python 3.11 with its venv module is needed, as python3.11 or python3 on the PATH.' >&2; \
	  echo 'On Debian or Ubuntu: apt install python3.11 python3.11-venv' >&2; exit 1; fi; \
	echo "Installing into .venv (a few minutes the first time) …"; \
	"$$python" -m venv .venv
	@$(PY) -m pip install -q -r requirements.txt -r requirements-dev.txt -c constraints.txt
	@touch $@

.venv/.bench-ready: $(READY) requirements-bench.txt
	@$(PY) -m pip install -q -r requirements-bench.txt -c constraints.txt
	@touch $@
