# Two commands are all there is: `make run` starts the portal with its demo, `make test` tests everything.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
PORT ?= 8000
BENCH ?=
FAST ?=
start = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found in PATH." >&2; exit 1; }; \
	PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE= exec $(PYTHON) -m scripts.

.PHONY: run test check bench setup lock
.NOTPARALLEL:

run:   ## set up, then start queue, web, workers and beat; PORT=8000
	$(start)run $(PORT)

test:  ## everything: checks, units, services on both databases, a real queue, a real browser; FAST=1: what a change touches
	$(start)test $(FAST)

check: ## linters, types, layers, templates, migrations, deployment settings
	$(start)check

bench: ## ours beside the named peer: BENCH=upload, …
	$(start)bench $(BENCH)

setup: ## only the set-up
	$(start)setup

lock:  ## pin and hash again what requirements/*.in ask for
	$(start)lock
