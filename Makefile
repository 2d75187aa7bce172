# SPDX-License-Identifier: Apache-2.0
#
# Thin on purpose: the work is in scripts/. Each target installs what it misses and says so.

PREFIX ?= /usr/local
DESTDIR ?=
export PREFIX DESTDIR

.DEFAULT_GOAL := help
.PHONY: help run example test bench lint install uninstall

help: ## Say what each target does
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## Build, start the daemon with a demo desk, print the link to its console
	@scripts/setup run
	@scripts/run-desk

example: ## Build, record an example bot, verify, and show what to try next
	@scripts/setup run
	@scripts/run-example

test: ## Run all that CI runs (the same as scripts/check)
	@scripts/setup test
	@scripts/check

bench: ## Measure recording and verifying, beside structlog
	@scripts/setup bench
	@scripts/bench

lint: ## Run the quick checks only: format, shell, sizes, layers
	@scripts/setup lint
	@scripts/check lint

install: ## Install daybook, its completions and man page under PREFIX (/usr/local)
	@scripts/setup build
	@scripts/install

uninstall: ## Remove exactly what install put there
	@scripts/uninstall
