# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything stays inside .build: the venv, the built collection, the caches. "make help" lists the targets.
PYTHON ?=
PYTEST_ARGS ?=
WORKERS ?=
DURATIONS ?= 60
MATRIX_PARTS ?=
SECONDS ?= 600
SEED ?=
FAULTS ?=
ONLY ?=
WHAT ?=
AGAIN ?=
DUMPS ?=
TAG ?=
FLEET_SIZES ?=
export PYTHON

BUILD := $(CURDIR)/.build
COPY := $(BUILD)/ansible_collections/cao/faktura
INSTALLED := $(BUILD)/installed
RUN := "$(BUILD)/venv/bin/python"
# Sessions of nox, as antsibull-nox.toml and noxfile.py have them.
CHECK := $(RUN) tools/check.py
# Two workers, as two cores have room for them; WORKERS=0 runs tests one by one. What "make test test-all" has run as
# main paths is not run again.
AT_ONCE = -n $(or $(WORKERS),2) --durations $(DURATIONS)
INTEGRATION = FAKTURA_COLLECTIONS_PATH="$(INSTALLED)" $(RUN) -m pytest -p no:cacheprovider $(AT_ONCE) tests/integration
ANY_PYTHON = $(or $(PYTHON),$(shell command -v python3))

# Nothing of the caller's Python or Ansible settings may leak into what is built and checked here.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PYTHONDONTWRITEBYTECODE := 1
# Ansible refuses a locale that is not UTF-8, or that this machine does not have.
export LC_ALL := C.UTF-8
MAKEFLAGS += --no-print-directory

.PHONY: help demo test test-all lint types docs package release changelog sanity import paths unit integration
.PHONY: matrix fleet torture bench compare pictures
.PHONY: build install clean
.PHONY: ready-demo ready-test ready-importer ready-pictures ready-servers
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: ready-demo ## analyse, restore, change and enforce a demo backup on a private MariaDB
	@$(RUN) tools/build_tree.py install
	@$(RUN) tests/support/demo_run.py "$(INSTALLED)"

test: lint types docs import unit paths ## what a change can break in common use, in minutes
	@echo "make test: lint, types, docs, import, unit and the main paths passed; make test-all runs everything"

test-all: lint types docs package sanity unit integration ## everything that has to be green
	@echo "make test-all: lint, types, docs, package, sanity, unit and integration passed"

lint: build ## ruff, yamllint, ansible-lint, licences, action group
	@$(CHECK) formatters codeqa yamllint antsibull-nox-config license-check extra-checks ansible-lint

types: build ## mypy, strict
	@$(CHECK) typing

docs: build ## check the documents and build their site in .build/docs
	@$(CHECK) docs-check
	@$(RUN) tools/docs.py

package: build ready-importer ## build the tarball and import it as Ansible Galaxy does
	@$(CHECK) build-import-check

release: build ready-importer ## the tarball of a release: twice the same bytes, imported as Galaxy does, tried in an empty place
	@$(RUN) tools/release.py $(if $(TAG),--tag "$(TAG)")

changelog: build ## write CHANGELOG.md and CHANGELOG.rst for the version of galaxy.yml
	@PATH="$(BUILD)/venv/bin:$$PATH" antsibull-changelog release --update-existing --reload-plugins

import: build ## ansible-test sanity, as far as it reads modules and plugins, with this Python
	@$(RUN) tools/sanity.py --test import --test validate-modules

sanity: build ## ansible-test sanity, with every Python that is here
	@$(RUN) tools/sanity.py

unit: build ## unit tests and the coverage of the private packages
	cd "$(COPY)" && $(RUN) -m pytest tests/unit $(AT_ONCE) --cov --cov-report=term $(PYTEST_ARGS)

paths: install ## the main paths on a private MariaDB
	$(INTEGRATION) -m main $(PYTEST_ARGS)

integration: install ## real playbooks against a private MariaDB
	$(INTEGRATION) $(if $(filter test paths,$(MAKECMDGOALS)),-m "not main") $(PYTEST_ARGS)

matrix: install ready-servers ## every server, ansible-core and Python: MATRIX_PARTS="servers cores" ONLY=mysql-9.7 WHAT=backup
	@$(RUN) tools/matrix.py "$(INSTALLED)" $(MATRIX_PARTS) --only "$(ONLY)" --what "$(WHAT)" \
		--faults "$(or $(FAULTS),200)" --seed "$(SEED)" $(if $(AGAIN),--again)

torture: install ready-servers ## cut runs off at random points, then fuzz the readers: SECONDS=600 or FAULTS=200, SEED=4711
	@$(RUN) tests/support/torture.py "$(INSTALLED)" --seconds "$(SECONDS)" --faults "$(FAULTS)" --seed "$(SEED)" --only "$(ONLY)"
	@cd "$(COPY)" && SECONDS="$(SECONDS)" SEED="$(SEED)" $(RUN) tests/torture/fuzz.py

fleet: install ## 125, 250 and 500 Mandanten on four servers, beside a ping of the same hosts
	@$(RUN) tools/fleet.py "$(INSTALLED)" $(FLEET_SIZES)

compare: install ## a folder of dumps by the client and by the collection, side by side: DUMPS=folder
	@$(RUN) tools/compare.py "$(INSTALLED)" "$(DUMPS)" "$(BUILD)/compare.json"

bench: install ## how fast it is
	FAKTURA_COLLECTIONS_PATH="$(INSTALLED)" $(RUN) bench/run.py

pictures: install ready-pictures ## make docs/images again: playbooks in a terminal, and a report
	@$(RUN) tests/support/pictures.py "$(INSTALLED)"

build: ready-test
	@$(RUN) tools/build_tree.py

install: ready-test ## build the tarball and install it into .build/installed
	@$(RUN) tools/build_tree.py install

clean: ## remove everything that was built
	@rm -rf "$(BUILD)" tests/output 2>/dev/null || \
	{ echo "Some of it belongs to another user, perhaps from a run with sudo. Remove it with: sudo make clean"; exit 1; }

ready-demo ready-test ready-importer ready-pictures ready-servers: ready-%:
	@test -n "$(ANY_PYTHON)" || { echo "Python is missing; on Debian: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(ANY_PYTHON) tools/prepare.py $*
