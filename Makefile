# make run and make test do all the set-up on a fresh machine; make help lists the rest.

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# Some more processes than there are cores, each with whole modules, which load the content once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadscope
# Passages to measure the search with.
SIZES ?= 1000 100000
CHANGES ?= 100
MINUTES ?= 20
BENCHMARK = $(BIN)/python -m benchmarks.search --sizes $(SIZES)
# Records to measure back-ups with.
RECORDS ?= 100000
# Requests that nobody meant.
REQUESTS ?= 100000
# Those of the project, and those that an installation keeps for itself.
CATALOGUES := $(patsubst %.po,%.mo,$(foreach folder,locale $(LOCALE_DIR),$(wildcard $(folder)/*/LC_MESSAGES/*.po)))

# Where make sbom writes to.
SBOM ?= sbom.cdx.json

# On a developer's machine the portal is shown as its readers see it;
# make run DEBUG=true adds Django's debug pages, and a restart whenever code changes.
PORT ?= 8000
DEBUG ?= false

.PHONY: help run test check test-sqlite test-postgresql bench bench-failures bench-search bench-backup fuzz lint format messages messages-compile messages-check messages-list verify superuser lock licences sbom audit clean
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

run: $(VENV)/portal $(CATALOGUES) ## install, migrate, load the content and serve it (PORT=8000)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_content
	@$(MANAGE) search_index --check --verbosity 0 2>/dev/null || $(MANAGE) search_index --stale --verbosity 0
	@echo "The portal is at http://localhost:$(PORT)/ (stop it with Ctrl+C)."
	@$(if $(filter true,$(DEBUG)), \
		DEBUG=true DJANGO_RUNSERVER_HIDE_WARNING=true $(MANAGE) runserver --skip-checks $(PORT), \
		DEBUG=false PORT=$(PORT) VENV=$(VENV) scripts/serve)

test: $(VENV)/development $(CATALOGUES) ## run all tests on SQLite and on PostgreSQL
	@$(MAKE) --no-print-directory test-sqlite test-postgresql

check: $(VENV)/development $(CATALOGUES) ## run the quick tests, on SQLite: what to run all day
	@$(PYTEST) -m "not whole_site" $(TESTS)

test-sqlite: $(VENV)/development $(CATALOGUES) ## run the tests on SQLite (TESTS="tests/goals -k list")
	@$(PYTEST) $(TESTS)

test-postgresql: $(VENV)/development $(CATALOGUES) ## run the tests on a private PostgreSQL
	@$(BIN)/python -m tests.with_postgresql $(PYTEST) $(TESTS)

bench: $(VENV)/development ## measure what pages cost and how fast changes spread (needs nginx and wrk)
	@$(BIN)/python -m benchmarks.serving
	@$(BIN)/python -m benchmarks.proxy --encrypted
	@$(BIN)/python -m benchmarks.spreading --changes $(CHANGES)

bench-failures: $(VENV)/development ## let servers, disks and clocks fail, and say what was lost (MINUTES=20)
	@$(BIN)/python -m benchmarks.trials
	@$(BIN)/python -m benchmarks.endurance --minutes $(MINUTES)

bench-search: $(VENV)/development ## measure the search on both databases (SIZES="1000 100000")
	@results=$$(mktemp -d) && trap 'rm -rf "$$results"' EXIT && \
		DATABASE_URL= $(BENCHMARK) --results "$$results" && \
		$(BIN)/python -m tests.with_postgresql $(BENCHMARK) --results "$$results"

bench-backup: $(VENV)/development ## measure back-ups between the databases (RECORDS=100000)
	@$(BIN)/python -m tests.with_postgresql $(BIN)/python -m benchmarks.backup --records $(RECORDS)

fuzz: $(VENV)/development ## ask whatever nobody meant, as nobody and as each role (REQUESTS=100000)
	@FUZZ_REQUESTS=$(REQUESTS) $(BIN)/python -m pytest -n0 --hypothesis-show-statistics tests/portal/test_fuzz.py

lint: $(VENV)/development ## check layout, style and imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

format: $(VENV)/development ## settle layout and style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: $(VENV)/portal ## update locale/ from the texts in code and templates, check and build it
	@command -v xgettext >/dev/null || { echo "make messages needs GNU gettext: apt-get install gettext"; exit 1; }
	@$(MANAGE) makemessages $(addprefix --locale ,$(notdir $(wildcard locale/*)))
	@$(MAKE) --no-print-directory messages-compile
	@$(MANAGE) check_messages

messages-check: $(VENV)/portal ## check the translations of the interface (FILES="django.po")
	@$(MANAGE) check_messages $(FILES)

messages-compile: $(VENV)/portal $(CATALOGUES) ## build the translations of the interface

messages-list: $(VENV)/portal $(CATALOGUES) ## list where each text of the interface is shown (FILE=messages.html)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_content --verbosity 0
	@$(MANAGE) messages_in_context $(or $(FILE),messages.html)

verify: $(VENV)/portal ## prove the content against the documents
	@$(MANAGE) verify_content

superuser: $(VENV)/portal ## make an account for the administration
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createsuperuser

lock: $(VENV)/development ## lock the dependencies of pyproject.toml with their hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements/portal.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group dev --constraints requirements/portal.txt \
		pyproject.toml --output-file requirements/development.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group pyproject.toml:audit \
		--output-file requirements/audit.txt

licences: $(VENV)/development ## write docs/licences.md, after make lock
	@$(BIN)/python scripts/licences.py

audit: $(VENV)-audit/ready ## look for known holes in the dependencies and for mistakes in the code
	@$(VENV)-audit/bin/python scripts/audit.py

sbom: $(VENV)-audit/ready ## write the bill of materials of a running portal (CycloneDX): SBOM=sbom.cdx.json
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/python -m venv --without-pip "$$folder" && \
		$(BIN)/python -m pip --python "$$folder" install --quiet --disable-pip-version-check \
			--require-hashes --requirement requirements/portal.txt && \
		$(VENV)-audit/bin/cyclonedx-py environment --output-reproducible --validate \
			--pyproject pyproject.toml --output-file $(SBOM) "$$folder/bin/python"
	@echo "The bill of materials is in $(SBOM)."

clean: ## remove the environment and what was built, but not the data
	@rm -rf $(VENV) $(VENV)-audit $(CATALOGUES) .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@python=$$(PYTHON="$(PYTHON)" scripts/find-python) && \
		echo "Making an environment with $$($$python --version)." && $$python -m venv --clear $(VENV)

$(VENV)/portal: requirements/portal.txt | $(VENV)/bin/python
	@echo "Installing what the portal needs."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(VENV)/development: requirements/development.txt | $(VENV)/bin/python
	@echo "Installing what its developers need."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@ $(VENV)/portal

# Apart from the others: these tools bring a hundred packages that nothing else needs.
$(VENV)-audit/ready: requirements/audit.txt | $(VENV)/bin/python
	@echo "Installing what an audit needs."
	@$(BIN)/python -m venv --clear $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

%.mo: %.po | $(VENV)/bin/python
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $@)))
