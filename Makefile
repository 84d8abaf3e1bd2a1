.DEFAULT_GOAL := help
.PHONY: help demo up test test-rabbit4 faults soak quality bench check fix lock

embedded := @deploy/venv.sh requirements-embedded.txt && exec .venv/bin
dev := @deploy/venv.sh requirements-dev.txt && .venv/bin

help: ## what can be made here
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a small school with its outside world, in one process and with no account anywhere
	$(embedded)/parta demo

up: ## your own school in one process, as .env says
	$(embedded)/parta up

test: ## every test, on a real Postgres, RabbitMQ and nginx; two side by side
	$(dev)/pytest -n 2 --dist loadfile

test-rabbit4: ## what speaks to RabbitMQ, on 4.0 in a folder of its own (debootstrap); as root
	@deploy/venv.sh requirements-dev.txt && RABBITMQ_URL= PARTA_TEST_RABBITMQ_ROOT=/var/cache/parta/rabbitmq-4 \
	.venv/bin/pytest tests/shared/test_transport_contract.py tests/shared/test_envelopes.py tests/support_tests tests/deploy tests/journeys/test_captured_review.py tests/journeys/test_distributed_people.py tests/faults

faults: ## break everything, see the promises kept: some 20 minutes; FULL=1 an hour; SEED=… ONLY=F1,F4
	$(dev)/python -m tests.faults $(if $(FULL),--full) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

soak: ## the bot at work for ten minutes: is its memory flat, are its tables bounded? MINUTES=60
	$(dev)/python -m tests.soak $(if $(MINUTES),--minutes $(MINUTES))

quality: ## how well letters are read, beside labels: precision and recall of each field; MISSES=1
	$(dev)/python -m tests.mail.quality $(if $(MISSES),--misses)

bench: .venv-bench/installed ## each headline figure, beside what people would use instead; ONLY=consumer,relay OUT=file.json
	@.venv-bench/bin/python -m bench

.venv-bench/installed: bench/requirements.txt
	@echo "bench: installing what Parta is measured beside into .venv-bench …"
	$(dev)/python -m venv --clear .venv-bench && \
	PIP_ROOT_USER_ACTION=ignore .venv-bench/bin/pip install -qq --disable-pip-version-check --require-hashes -r $< && touch $@

check: ## format, lint, types and who may import whom
	$(dev)/ruff format --check --quiet . && .venv/bin/ruff check --quiet . && .venv/bin/mypy && .venv/bin/lint-imports

fix: ## what can be put right by itself: format and lint
	$(dev)/ruff format . && .venv/bin/ruff check --fix .

lock: ## renew requirements*.txt from requirements*.in
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && python3 -m venv "$$tools" && "$$tools/bin/pip" install -qq uv && \
	lock() { "$$tools/bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-header "$$@"; } && \
	lock --upgrade requirements.in -o requirements.txt && \
	cp requirements.txt requirements-embedded.txt && lock requirements-embedded.in -o requirements-embedded.txt && \
	cp requirements-embedded.txt requirements-dev.txt && lock requirements-dev.in -o requirements-dev.txt && \
	cp requirements-dev.txt bench/requirements.txt && lock bench/requirements.in -o bench/requirements.txt
