# make run and make test do all the set-up on a new machine; make help lists the other targets.

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# Four processes for two cores. Each test module runs in one process, so that it loads the content once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder
# In CI, a run of all tests on SQLite fails where less than 95 % of the code runs in it.
COVERAGE = $(if $(CI),$(if $(TESTS),,--cov --cov-report=term --cov-fail-under=95))
# Numbers of passages for the measurements of the search.
SIZES ?= 1000 100000
CHANGES ?= 100
MINUTES ?= 20
BENCHMARK = $(BIN)/python -m benchmarks.search --sizes $(SIZES)
# Number of records for the measurements of back-ups.
RECORDS ?= 100000
# Numbers of terms and statements for the measurements of growth, and seconds after which one is stopped.
GROWTH ?= 119x36 1000x1000 5000x5000 20000x5000
LIMIT ?= 60
GROWING = $(BIN)/python -m benchmarks.growth --sizes $(GROWTH) --limit $(LIMIT)
# The revision with which the time of pages is compared.
AGAINST ?= main
# Number of random requests.
REQUESTS ?= 100000
# The catalogues of the project, and those of this installation (LOCALE_DIR).
CATALOGUES := $(patsubst %.po,%.mo,$(foreach folder,locale $(LOCALE_DIR),$(wildcard $(folder)/*/LC_MESSAGES/*.po)))

# Packages of which make lock takes the newest releases that pyproject.toml allows: UPGRADE="django babel".
UPGRADED = $(addprefix --upgrade-package ,$(UPGRADE))

# The file that make sbom writes.
SBOM ?= sbom.cdx.json

# On a developer's machine the portal is shown as its readers see it;
# make run DEBUG=true adds Django's debug pages, and a restart whenever code changes.
PORT ?= 8000
DEBUG ?= false

.PHONY: help run test check test-sqlite test-postgresql test-latest bench bench-failures bench-growth bench-rendering bench-editions bench-search bench-backup fuzz lint format messages messages-compile messages-check messages-list verify superuser lock licences configuration sbom audit clean
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

run: $(VENV)/portal $(CATALOGUES) ## install, migrate, load the content and serve it (PORT=8000)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_content
	@$(MANAGE) search_index --check --verbosity 0 2>/dev/null || $(MANAGE) search_index --stale --verbosity 0
	@$(MANAGE) mention_index --check --verbosity 0 2>/dev/null || $(MANAGE) mention_index --stale --verbosity 0
	@echo "The portal is at http://localhost:$(PORT)/ (stop it with Ctrl+C)."
	@$(if $(filter true,$(DEBUG)), \
		DEBUG=true DJANGO_RUNSERVER_HIDE_WARNING=true $(MANAGE) runserver --skip-checks $(PORT), \
		DEBUG=false PORT=$(PORT) VENV=$(VENV) scripts/serve)

test: $(VENV)/development $(CATALOGUES) ## run all tests on SQLite and on PostgreSQL
	@$(MAKE) --no-print-directory test-sqlite test-postgresql

check: $(VENV)/development $(CATALOGUES) ## run the quick tests, on SQLite: after each change
	@$(PYTEST) -m "not whole_site" $(TESTS)

test-sqlite: $(VENV)/development $(CATALOGUES) ## run the tests on SQLite (TESTS="tests/goals -k list")
	@$(PYTEST) $(COVERAGE) $(TESTS)

test-postgresql: $(VENV)/development $(CATALOGUES) ## run the tests on a temporary PostgreSQL
	@$(BIN)/python -m tests.with_postgresql $(PYTEST) $(TESTS)

# Always in a fresh environment, since new releases come without a change of any file here.
test-latest: $(VENV)/portal $(CATALOGUES) ## run the quick tests with the newest releases of all dependencies
	@echo "Installing the newest releases of all dependencies, whatever pyproject.toml allows."
	@$(BIN)/python -m venv --clear $(VENV)-latest
	@$(BIN)/python scripts/newest_releases.py requirements > $(VENV)-latest/requirements.txt
	@$(VENV)-latest/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement $(VENV)-latest/requirements.txt
	@$(BIN)/python scripts/newest_releases.py differences $(VENV)-latest
	@$(PYTEST:$(BIN)/%=$(VENV)-latest/bin/%) -m "not whole_site" \
		--deselect tests/test_project.py::test_licences_are_those_of_what_is_locked $(TESTS)

bench: $(VENV)/development ## measure the cost of pages and the time until changes are seen (needs nginx and wrk)
	@$(BIN)/python -m benchmarks.serving
	@$(BIN)/python -m benchmarks.proxy --encrypted
	@$(BIN)/python -m benchmarks.spreading --changes $(CHANGES)

bench-failures: $(VENV)/development ## let servers, disks and clocks fail, and report lost data (MINUTES=20)
	@$(BIN)/python -m benchmarks.trials
	@$(BIN)/python -m benchmarks.endurance --minutes $(MINUTES)

bench-search: $(VENV)/development ## measure the search on both databases (SIZES="1000 100000")
	@results=$$(mktemp -d) && trap 'rm -rf "$$results"' EXIT && \
		DATABASE_URL= $(BENCHMARK) --results "$$results" && \
		$(BIN)/python -m tests.with_postgresql $(BENCHMARK) --results "$$results"

bench-growth: $(VENV)/development ## measure pages and saves as content grows, on both databases (GROWTH="119x36 1000x1000")
	@DATABASE_URL= $(GROWING); on_sqlite=$$?; \
		$(BIN)/python -m tests.with_postgresql $(GROWING) && exit $$on_sqlite

bench-rendering: $(VENV)/development $(CATALOGUES) ## compare the time of pages and searches with another revision (AGAINST=main)
	@$(BIN)/python -m benchmarks.rendering --against $(AGAINST)

bench-editions: $(VENV)/development $(CATALOGUES) ## compare the cost of pages and searches with one edition and with two
	@DATABASE_URL= $(BIN)/python -m benchmarks.editions

bench-backup: $(VENV)/development ## measure back-ups between the databases (RECORDS=100000)
	@$(BIN)/python -m tests.with_postgresql $(BIN)/python -m benchmarks.backup --records $(RECORDS)

fuzz: $(VENV)/development ## send random requests, signed out and in each role (REQUESTS=100000)
	@FUZZ_REQUESTS=$(REQUESTS) $(BIN)/python -m pytest -n0 --hypothesis-show-statistics tests/portal/test_fuzz.py

lint: $(VENV)/development ## check format, style, imports and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

format: $(VENV)/development ## correct format and style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: $(VENV)/portal ## update locale/ from the texts in code and templates, check and compile it
	@command -v xgettext >/dev/null || { echo "make messages needs GNU gettext: apt-get install gettext"; exit 1; }
	@$(MANAGE) makemessages $(addprefix --locale ,$(notdir $(wildcard locale/*)))
	@$(MAKE) --no-print-directory messages-compile
	@$(MANAGE) check_messages

messages-check: $(VENV)/portal ## check the translations of the interface (FILES="django.po")
	@$(MANAGE) check_messages $(FILES)

messages-compile: $(VENV)/portal $(CATALOGUES) ## compile the translations of the interface

messages-list: $(VENV)/portal $(CATALOGUES) ## list where each text of the interface is shown (FILE=messages.html)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_content --verbosity 0
	@$(MANAGE) messages_in_context $(or $(FILE),messages.html)

verify: $(VENV)/portal ## compare the content with the documents, word for word
	@$(MANAGE) verify_content

superuser: $(VENV)/portal ## make an account for the administration
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createsuperuser

lock: $(VENV)/development ## lock the dependencies of pyproject.toml with their hashes (UPGRADE="django babel")
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links $(UPGRADED) pyproject.toml --output-file requirements/portal.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links $(UPGRADED) --group dev --constraints requirements/portal.txt \
		pyproject.toml --output-file requirements/development.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links $(UPGRADED) --group pyproject.toml:audit \
		--output-file requirements/audit.txt

licences: $(VENV)/development ## write docs/licences.md, after make lock
	@$(BIN)/python scripts/licences.py

configuration: $(VENV)/development ## write docs/configuration.md from the settings
	@$(BIN)/python scripts/configuration.py

audit: $(VENV)-audit/ready ## look for known vulnerabilities of the dependencies and faults in the code
	@$(VENV)-audit/bin/python scripts/audit.py

sbom: $(VENV)-audit/ready ## write the bill of materials of a running portal (CycloneDX): SBOM=sbom.cdx.json
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/python -m venv --without-pip "$$folder" && \
		$(BIN)/python -m pip --python "$$folder" install --quiet --disable-pip-version-check \
			--require-hashes --requirement requirements/portal.txt && \
		$(VENV)-audit/bin/cyclonedx-py environment --output-reproducible --validate \
			--pyproject pyproject.toml --output-file $(SBOM) "$$folder/bin/python"
	@echo "The bill of materials is in $(SBOM)."

clean: ## remove the environment and all built files, but not the data
	@rm -rf $(VENV) $(VENV)-audit $(VENV)-latest $(CATALOGUES) .pytest_cache .ruff_cache .import_linter_cache .mypy_cache

$(VENV)/bin/python:
	@python=$$(PYTHON="$(PYTHON)" scripts/find-python) && \
		echo "Making an environment with $$($$python --version)." && $$python -m venv --clear $(VENV)

$(VENV)/portal: requirements/portal.txt | $(VENV)/bin/python
	@echo "Installing the dependencies of the portal."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(VENV)/development: requirements/development.txt | $(VENV)/bin/python
	@echo "Installing the dependencies of its development."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@ $(VENV)/portal

# In an environment of their own: these tools need a hundred packages that nothing else needs.
$(VENV)-audit/ready: requirements/audit.txt | $(VENV)/bin/python
	@echo "Installing the tools of the audit."
	@$(BIN)/python -m venv --clear $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

%.mo: %.po | $(VENV)/bin/python
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $@)))
