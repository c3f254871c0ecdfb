# Every target builds what it needs first: the environment from the hashed lock, the model from
# the user's cache. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo serve test fuzz bench lint model train lock sbom clean

# As the command line has it for itself.
export OPENBLAS_NUM_THREADS ?= 1

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_DATA ?= demo-data
TRAIN ?=
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

help: ## List the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
	@echo "Installing the locked requirements into $(VENV) (a minute or two)"
	@$(PYTHON) -m venv $(VENV)
	@# The lock names everything, so pip need not resolve: older pips refuse an extra of a locked
	@# package as unpinned once that package has a newer release.
	@$(PIP) install --require-hashes --no-deps --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

model: $(STAMP) ## Fetch the embedded model into the user's cache, once for all clones.
	@$(BIN)/summarizer model pull

demo: model ## Summarize the sample tickets with the embedded model and verify the audit store.
	@$(BIN)/summarizer summarize samples --model embedded --data-dir $(DEMO_DATA)
	@echo
	@$(BIN)/summarizer audit verify --data-dir $(DEMO_DATA)

serve: model ## Serve the API and the pages on 127.0.0.1:8000 with the embedded model and a key per role.
	@$(BIN)/summarizer serve --development-keys --samples --model embedded --data-dir $(DEMO_DATA)

# By file: what the tests of a file share is set up once.
test: lint ## Run lint, types, import contracts and every test, on two cores.
	@$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: $(STAMP) ## Run every property with many new random examples (five minutes).
	@$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=search

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP) ## Measure, print ratios and write benchmarks/results.json.
	@$(BIN)/python -m benchmarks

$(VENV)/.training: $(STAMP) training/requirements.lock
	@$(PIP) install --require-hashes --no-deps --requirement training/requirements.lock
	@touch $@

# The hash seed fixes the order of sets in Faker and wordfreq, one thread the order of the sums.
train: $(VENV)/.training ## Train the name model anew, on a CPU, in under an hour.
	@PYTHONHASHSEED=0 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m training.train $(TRAIN)

lock: $(STAMP) ## Lock the requirements anew, with hashes and without index addresses.
	@$(BIN)/uv pip compile pyproject.toml --extra aws --extra evaluation --extra otel --group dev --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet \
		--output-file requirements.lock
	@# What the image installs: no tool of development, and the versions that were tested.
	@$(BIN)/uv pip compile pyproject.toml --extra aws --extra otel --constraint requirements.lock --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet \
		--output-file deploy/requirements.lock
	@$(BIN)/uv pip compile --group build --constraint requirements.lock --generate-hashes \
		--universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet \
		--output-file deploy/build.lock
	@$(BIN)/uv pip compile --group training --constraint requirements.lock --generate-hashes \
		--universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet \
		--output-file training/requirements.lock

sbom: $(STAMP) ## Write the bill of materials and the licences of the image into out/.
	@$(BIN)/python -m deploy.sbom out

clean: ## Remove the environment and what the demo wrote.
	rm -rf $(VENV) $(DEMO_DATA)
