# parchemin: everything starts here. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_OUT ?= demo-out
T ?= tests
export UV_SYSTEM_CERTS ?= 1
export PYTHONUTF8 ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo serve test soak coverage lint fix docs bench system rules requirements translations reference clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up: nothing but Python 3.11+, make and git is needed -------------------------------------
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=... names it)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installer: $(BIN)/python requirements/bootstrap.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt || echo "uv is not to be had: pip will do, slower"
	@touch $@

$(VENV)/.run: $(VENV)/.installer requirements/run.txt pyproject.toml
	@sh requirements/install.sh $(BIN) requirements/run.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@sh requirements/install.sh $(BIN) requirements/dev.txt
	@touch $@

translations: $(VENV)/.run
	@$(BIN)/python -m app.translations.build

# --- what people do -------------------------------------------------------------------------------
demo: $(VENV)/.run translations  ## issue a convocation, share, verify, revoke; then serve it on http://127.0.0.1:8000
	@$(BIN)/parchemin demo --out $(DEMO_OUT)

serve: $(VENV)/.run translations  ## serve with the settings of the environment (PARCHEMIN_*)
	@$(BIN)/parchemin serve

test: $(VENV)/.dev translations  ## run every test but the long ones (T=tests/unit/keys runs a part)
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not soak" $(T)

soak: $(VENV)/.dev translations  ## run the long tests: fuzz, kill, decades, load
	@$(BIN)/python -m pytest -q -m soak $(T)

COVERED := proofs keys verifier schemas
coverage: $(VENV)/.dev translations  ## fail unless every branch of proofs, keys, verifier and schemas is taken by a test
	@COVERAGE_FILE=var/coverage $(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not soak" $(COVERED:%=--cov=%) --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100 $(COVERED:%=tests/unit/%) tests/contracts tests/hostile

lint: $(VENV)/.dev  ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

fix: $(VENV)/.dev  ## let ruff mend what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(VENV)/.dev reference  ## write the generated reference pages and build the site into var/site
	@sh requirements/install.sh $(BIN) requirements/docs.txt
	@$(BIN)/mkdocs build --quiet --strict --site-dir var/site

reference: $(VENV)/.run
	@$(BIN)/python -m app.reference

bench: $(VENV)/.dev translations  ## measure: ratios within one run, ours against the raw operation and peers
	@for bench in tests/bench/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

rules: $(VENV)/.dev  ## list each rule R… and the tests that name it
	@$(BIN)/python tests/rules.py

system:  ## install the Debian packages that tests use (as root), or print the command
	@sh requirements/system.sh

requirements: $(VENV)/.installer  ## compile requirements/*.in into hashed *.txt
	@for name in bootstrap run dev docs; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:  ## remove what this Makefile made
	@rm -rf $(VENV) $(DEMO_OUT) .mypy_cache .ruff_cache .pytest_cache
