# `make run` serves the product, `make test` passes every test; both set up what they need first.
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STATIC := backend/fieldsync/web/static/index.html
export PYTHON PIP_DISABLE_PIP_VERSION_CHECK := 1

RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready
NODE_READY := node_modules/.ready
PEERS_READY := .bench/.ready

FRONTEND := $(shell find frontend -type f -not -path 'frontend/src/gql/*' 2>/dev/null) \
            package.json codegen.ts tsconfig.json schema.graphql

.PHONY: run test test-servers test-kill check fix schema release-schema migration bench peers bench-sim build lock clean
.DELETE_ON_ERROR:

run: $(RUN_READY) $(STATIC) ## set up and serve on http://127.0.0.1:$(PORT)
	@exec $(BIN)/fieldsync serve --demo --port $(PORT)

test: $(TEST_READY) $(STATIC) ## set up and pass every test: Python (SQLite and PostgreSQL), TypeScript, browser
	$(BIN)/pytest backend/tests -n 2
	npm test --silent
	$(BIN)/pytest e2e

SERVER_TESTS := sides/test_carddav_contract.py sides/test_calendars_on_servers.py sides/test_bulk.py \
                engine/test_kinds.py engine/test_real_servers.py
test-servers: $(TEST_READY) ## what holds on every mail server, on SOGo and Cyrus from Debian's packages (as root)
	@tools/debian-packages cyrus-imapd cyrus-caldav sasl2-bin sogo postgresql memcached
	FIELDSYNC_TEST_SERVERS=1 $(BIN)/pytest $(addprefix backend/tests/,$(SERVER_TESTS)) -k "sogo or cyrus"

test-kill: $(TEST_READY) ## kill workers at random moments while people edit, for a minute on SQLite and one on PostgreSQL
	FIELDSYNC_KILL_SECONDS=60 $(BIN)/pytest backend/tests/engine/test_kill_under_load.py

check: $(TEST_READY) $(NODE_READY) ## everything that reads the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/fieldsync schema --check
	$(BIN)/fieldsync schema --since schema.released.graphql
	npm run check --silent

fix: $(TEST_READY) $(NODE_READY) ## format, and repair what can be repaired by rule
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	npm run fix --silent

schema: $(TEST_READY) ## write schema.graphql from the code
	$(BIN)/fieldsync schema --output schema.graphql

release-schema: $(TEST_READY) ## part of a release: from now on programs may rely on the schema as it is
	$(BIN)/fieldsync schema --bare --output schema.released.graphql

migration: $(TEST_READY) ## make migration name="what it does": from the difference between tables and history
	$(BIN)/python tools/new_migration.py "$(name)"

BENCH_PACKAGES := syncevolution cyrus-imapd cyrus-caldav sasl2-bin
bench: $(TEST_READY) $(STATIC) $(PEERS_READY) ## measure the API and the sync beside others, large and many mailboxes, and what rights cost
	@tools/debian-packages $(BENCH_PACKAGES) || echo "Measuring without them."
	$(BIN)/python bench/graphql/run.py
	$(BIN)/python bench/sync/run.py
	$(BIN)/python bench/sync/large.py
	$(BIN)/python bench/sync/mailboxes.py
	$(BIN)/python bench/rights/run.py

peers: $(PEERS_READY) ## only set up what the benchmarks compare with, in .bench

bench-sim: $(TEST_READY) ## ten thousand simulated days, spread over the cores; see docs/reliability.md
	$(BIN)/python bench/simulation/run.py

build: $(TEST_READY) $(STATIC) ## dist/*.whl, page included
	$(BIN)/python -m hatchling build --target wheel

lock: $(TEST_READY) ## resolve the Python dependencies anew
	tools/lock

clean: ## everything that can be made again; the data folder stays
	rm -rf $(VENV) .bench node_modules dist backend/fieldsync/web/static frontend/src/gql test-results
	rm -rf .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@python=$$(tools/check-machine) && echo "Setting up $(VENV) with $$python" && { "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; }

# The locks carry hashes and no addresses: pip takes packages from wherever this machine gets them.
$(RUN_READY): requirements/run.lock pyproject.toml | $(BIN)/python
	@tools/check-machine >/dev/null
	@echo "Installing Python packages"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): requirements/test.lock $(RUN_READY)
	@echo "Installing Python packages for tests"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/test.lock
	@touch $@

# Not `npm ci`: it refuses a lock without the packages of platforms that the registry of its writer did not have.
$(NODE_READY): package-lock.json .npmrc
	@tools/check-machine >/dev/null
	@echo "Installing Node packages"
	@npm install --no-save --loglevel=error
	@touch $@

$(STATIC): $(FRONTEND) $(NODE_READY)
	@echo "Building the page"
	@npm run build --silent >node_modules/.build.log 2>&1 || { cat node_modules/.build.log; exit 1; }
	@touch $@

GRAPHQL_PEERS := $(addprefix bench/graphql/peers/package,.json -lock.json)
$(PEERS_READY): bench/requirements-peers.lock $(GRAPHQL_PEERS) .npmrc | $(BIN)/python
	@echo "Installing the programs to compare with"
	@$(BIN)/python -m venv .bench
	@.bench/bin/python -m pip install --quiet --require-hashes --requirement $<
	@mkdir -p .bench/graphql && cp $(GRAPHQL_PEERS) .npmrc .bench/graphql/
	@cd .bench/graphql && npm install --no-save --loglevel=error
	@touch $@
