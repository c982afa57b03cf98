# Everything starts here. It needs only make and Python 3.11, 3.12 or 3.13 with venv; no root, no server, no container.

SHELL := /bin/sh
PY := .venv/bin/python
PYTEST_ARGS ?=
CHAOS_ARGS ?=
BENCH_ARGS ?=
USABLE := import sys, venv, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PIP := $(PY) -m pip install --disable-pip-version-check --no-input --quiet --require-hashes
SERVERS := postfix rspamd opendkim dnsmasq-base libmail-dkim-perl
PATIENCE := 60
APT := apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10
# Kept bytecode halves the time until the first test, and that of every process which a test or the demo starts.
export PYTHONDONTWRITEBYTECODE :=
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast lint format bench chaos reset backup restore verify clean lock browser servers loop

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run.stamp ## everything on this machine, with demo data; Ctrl-C ends it
	@exec $(PY) -m service.local --end-with-parent

test: .venv/dev.stamp browser servers lint ## all checks and all tests
	$(PY) -m pytest -n 2 --dist loadgroup -m "not client" $(PYTEST_ARGS)

test-fast: .venv/dev.stamp ## every rule without a database, and the core with one, in a minute
	$(PY) -m pytest -n 2 -m "not slow and not browser and not chaos and not client" $(PYTEST_ARGS)

loop: .venv/dev.stamp ## Thunderbird answers an invitation through two real mail servers
	@$(MAKE) --no-print-directory servers SERVERS="$(SERVERS) thunderbird" PATIENCE=600
	$(PY) -m pytest tests/loop -n 0 -rs $(PYTEST_ARGS)

lint: .venv/dev.stamp ## style, import contracts, types
	$(PY) -m ruff check --no-cache .
	$(PY) -m ruff format --check .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PY) -m basedpyright

format: .venv/dev.stamp ## put the code into our form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .venv/dev.stamp ## the figures of docs/performance.md, measured here, each beside its own limit
	$(PY) -m benchmarks $(BENCH_ARGS)

chaos: .venv/dev.stamp ## five minutes in which everything is killed under load, and every message counted
	$(PY) -m benchmarks.chaos $(CHAOS_ARGS)

reset: .venv/run.stamp ## delete the demo's data
	@$(PY) -m service.local --reset

backup: .venv/run.stamp ## everything that the demo holds, to FILE or into backups/
	@$(PY) -m service.local --backup $(FILE)

restore: .venv/run.stamp ## fill an empty data folder from FILE; MOVED=1 where nothing has worked on it since, ENDED=… when it stopped
	@if [ -z "$(FILE)" ]; then echo "Say which file: make restore FILE=backups/plenary-….dump" >&2; exit 1; fi
	@$(PY) -m service.local --restore "$(FILE)" $(if $(MOVED),--moved) $(if $(ENDED),--ended "$(ENDED)")

verify: .venv/run.stamp ## prove the evidence of the demo that runs
	@$(PY) -m service.local --verify

clean: ## delete what was installed and cached; the demo's data stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: ## pin the newest packages that pyproject.toml allows (needs uv)
	$(COMPILE) --upgrade --extra pdf --extra local --output-file locks/run.txt
	$(COMPILE) --upgrade --extra pdf --constraint locks/run.txt --output-file locks/serve.txt
	$(COMPILE) --upgrade --extra pdf --extra local --extra dev --constraint locks/run.txt --output-file locks/dev.txt
	$(COMPILE:pyproject.toml=locks/pretix.in) --upgrade --output-file locks/pretix.txt

browser:
	@if command -v chromium-headless-shell >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		install="apt-get install -y -qq --no-install-recommends"; export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null >/dev/null && $$install chromium-headless-shell </dev/null >/dev/null && exit 0; \
		command -v chromium >/dev/null || $$install chromium </dev/null >/dev/null; \
	elif ! command -v chromium >/dev/null; then \
		echo "The browser tests need Chromium. Install it (on Debian: apt-get install chromium-headless-shell), then run make test again." >&2; \
		exit 1; \
	fi

# What tests ask for a second opinion. Without it they are left out: a slow mirror fails nothing. Nor is anything installed
# where an init system would start these servers at once, and at every boot.
servers:
	@if dpkg -s $(SERVERS) >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -d /run/systemd/system ]; then \
		echo "Installing what the tests of mail need …"; export DEBIAN_FRONTEND=noninteractive; \
		{ timeout $(PATIENCE) $(APT) update && \
		timeout $(PATIENCE) $(APT) install -y --no-install-recommends --download-only $(SERVERS) && \
		$(APT) install -y --no-install-recommends --no-download $(SERVERS); } </dev/null >/dev/null 2>&1 && exit 0; \
	fi; \
	echo "Tests that need a real mail server are left out. On Debian, as root: apt-get install --no-install-recommends $(SERVERS)" >&2

.venv/made.stamp:
	@if [ -x $(PY) ] && $(PY) -c "$(USABLE)" 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	for python in python3 python3.13 python3.12 python3.11; do \
		if $$python -c "$(USABLE)" 2>/dev/null; then \
			echo "Making .venv with $$($$python --version) …"; \
			$$python -m venv --clear .venv && touch $@ && exit 0; \
		fi; \
	done; \
	echo "Plenary needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt-get install python3-venv)." >&2; exit 1

.venv/run.stamp: .venv/made.stamp locks/run.txt
	@echo "Installing what Plenary needs …"
	@$(PIP) -r locks/run.txt
	@touch $@

# What the benchmarks measure us beside, with an environment of its own: nothing else needs or sees it.
.venv/pretix.stamp: .venv/made.stamp locks/pretix.txt
	@echo "Installing pretix for its benchmark …"
	@$(PY) -m venv --clear .venv/pretix
	@$(PIP:$(PY)=.venv/pretix/bin/python) -r locks/pretix.txt
	@touch $@

.venv/dev.stamp: .venv/made.stamp locks/dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) -r locks/dev.txt
	@touch .venv/run.stamp $@
