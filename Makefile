# What a person wants to do here. Everything sets itself up first; what is set up already takes no time.

PYTHON ?= python3
STACK ?=
FAST ?=
BIN := .venv/bin
READY := .venv/.ready
MODELS := .venv-models/bin
READY_MODELS := .venv-models/.ready
DATA ?= $(CIFAR10)
WITH_DATA = $(if $(DATA),--data "$(DATA)")
CIFAR := $(MODELS)/python -m models.cifar10
# What `make test FAST=1` leaves out: the engine, the control plane, and the suite that repeats over every cloud.
TESTS = not cluster$(if $(FAST), and not engine and not every_cloud)
# Whoever runs out of tests takes over some that another core has yet to run; what they share is made once a core.
ON_ALL_CORES = --numprocesses auto --dist worksteal
LOCK = $$(command -v uv || echo .lepton/uv/bin/uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --extra dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-cluster check fix engine bench goldens lock clean model-test model-demo bench-model

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: engine ## Bring all regions up on the embedded clouds, at once (one of them: STACK=us-east)
	@$(BIN)/lepton demo $(STACK)

test: $(if $(FAST),$(READY),engine) ## Run the tests (the quick ones alone: FAST=1; one by hand: .venv/bin/pytest tests/…)
	@command -v rclone >/dev/null || echo "note: no rclone here, so the model fetcher's tests are skipped (Debian: apt-get install rclone)"
	@command -v chromium >/dev/null || echo "note: no chromium here, so nobody looks at the page of evidence (Debian: apt-get install chromium)"
	@command -v promtool >/dev/null || echo "note: no promtool here, so the alerts are not tried (Debian: apt-get install prometheus)"
	@command -v amtool >/dev/null || echo "note: no amtool here, so the routes of alerts are not tried (Debian: apt-get install prometheus-alertmanager)"
	@$(BIN)/pytest $(ON_ALL_CORES) -m "$(TESTS)"

test-cluster: $(READY) ## Run the tests on a real Kubernetes control plane, built first (about 15 minutes, once)
	@$(BIN)/lepton control-plane
	@$(BIN)/pytest tests/cluster

check: $(READY) ## Check format, style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(READY) ## Format, and correct what can be corrected by itself
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

engine: $(READY) ## Find the Pulumi engine, or get one
	@$(BIN)/lepton engine

bench: engine ## Measure, and print the table of ratios
	@$(BIN)/python -m benchmarks

goldens: engine ## Renew every generated file: golden lists, recordings, dashboards, pages
	@$(BIN)/python -m tools.goldens

model-test: $(READY_MODELS) ## Run the tests of the models
	@$(MODELS)/pytest $(ON_ALL_CORES) models

model-demo: $(READY_MODELS) ## Train the small network, evaluate, export and ask it (DATA=where CIFAR-10 is; else downloaded)
	@$(CIFAR) train demo $(WITH_DATA)
	@$(CIFAR) evaluate demo $(WITH_DATA)
	@rm -rf .lepton/models/demo/exported
	@$(CIFAR) export demo $(WITH_DATA) --to .lepton/models/demo/exported
	@$(CIFAR) pictures demo $(WITH_DATA)
	@$(CIFAR) classify --export .lepton/models/demo/exported/1 $(addprefix .lepton/models/demo/examples/,cat.png ship.png truck.png)

bench-model: $(READY_MODELS) ## Measure the training loop against the bare compiled step
	@$(MODELS)/python -m models.benchmark

lock: $(READY) ## Renew the lock files from pyproject.toml and models/pyproject.toml
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) models/pyproject.toml -o requirements-models.lock

clean: ## Remove what simulated runs and tools left; the environment and the engine stay
	rm -rf .lepton/sim .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml tools/setup
	@PYTHON=$(PYTHON) tools/setup infra
	@touch $@

$(READY_MODELS): requirements-models.lock models/pyproject.toml tools/setup
	@PYTHON=$(PYTHON) tools/setup models
	@touch $@
