.DEFAULT_GOAL := help
.PHONY: help demo up test check fix lock

embedded := @deploy/venv.sh requirements-embedded.txt && exec .venv/bin
dev := @deploy/venv.sh requirements-dev.txt && .venv/bin

help: ## what can be made here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a small school with its outside world, in one process and with no account anywhere
	$(embedded)/parta demo

up: ## your own school in one process, as .env says
	$(embedded)/parta up

test: ## every test, on a real Postgres and a real RabbitMQ
	$(dev)/pytest

check: ## format, lint, types and who may import whom
	$(dev)/ruff format --check --quiet . && .venv/bin/ruff check --quiet . && .venv/bin/mypy && .venv/bin/lint-imports

fix: ## what can be put right by itself: format and lint
	$(dev)/ruff format . && .venv/bin/ruff check --fix .

lock: ## renew requirements*.txt from requirements*.in
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && python3 -m venv "$$tools" && "$$tools/bin/pip" install -qq uv && \
	lock() { "$$tools/bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-header "$$@"; } && \
	lock --upgrade requirements.in -o requirements.txt && \
	cp requirements.txt requirements-embedded.txt && lock requirements-embedded.in -o requirements-embedded.txt && \
	cp requirements-embedded.txt requirements-dev.txt && lock requirements-dev.in -o requirements-dev.txt
