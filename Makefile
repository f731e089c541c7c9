# Two commands do all the set-up: `make demo` and `make test`. Each may be interrupted and called again.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo test proof bench lint format types contracts checks clean

PORT ?= 8000
export PORT

DEMO = scripts/environment demo requirements-light.txt
TEST = scripts/environment test requirements.txt requirements-dev.txt

help: ## show this list
	@awk -F ":.*## " '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install, prepare and serve the bundled studies; PORT=8001 for another port
	@python=$$(scripts/find-python) && exec "$$python" scripts/demo.py

test: ## install what tests need and run them (up to 20 minutes)
	@scripts/test

proof: ## the long forms of the tests (hours; goes on where it was interrupted)
	@scripts/proof

bench: ## measure: answers per second, mixed models, the bootstrap, explainers (benchmarks/README.md)
	@python=$$($(TEST)) && export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		&& "$$python" -m benchmarks.bootstrap && "$$python" -m benchmarks.glmm && "$$python" -m benchmarks.explainers \
		&& exec "$$python" -m benchmarks.answers

lint: ## ruff: rules and format
	@python=$$($(TEST)) && "$$python" -m ruff check . && "$$python" -m ruff format --check --quiet . \
		|| { echo "lint failed: \`make format\` mends what can be mended by itself"; exit 1; }

format: ## let ruff mend and format
	@python=$$($(TEST)) && "$$python" -m ruff check --fix --quiet . ; "$$python" -m ruff format .

types: ## mypy
	@python=$$($(TEST)) && exec "$$python" -m mypy

contracts: ## who may know whom (import-linter)
	@python=$$($(TEST)) && exec "$$python" -c 'from importlinter.cli import lint_imports_command as run; run()'

checks: ## no migration missing; Django's checks for a deployment
	@python=$$($(TEST)) && DATABASE_URL=sqlite://:memory: "$$python" manage.py makemigrations --check --dry-run && scripts/check-deploy "$$python"

clean: ## delete environments and caches, never data/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
