# make run    set up whatever is missing, then start the app
# make test   set up whatever is missing, then check and test everything
#
# Everything goes into .venv: the system's Python stays as it is. A stamp is as new as the
# list it was made from, so that a second run starts at once.

VENV ?= .venv
STAMPS := $(VENV)/.stamps
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --progress-bar on

export VENV

.PHONY: run test lint pictures examples setup setup-dev clean

run: setup
	@exec $(BIN)/streamlit run app.py

test: setup-dev
	@scripts/check

lint: setup-dev
	@scripts/check --lint

pictures: setup-dev
	@$(BIN)/python scripts/screenshots.py

examples: setup
	@$(BIN)/python scripts/document.py

setup: $(STAMPS)/packages $(STAMPS)/requirements

setup-dev: setup $(STAMPS)/packages-test $(STAMPS)/requirements-dev

$(BIN)/python:
	@python=$$(scripts/find-python) && echo "Making $(VENV) with $$python" && \
		"$$python" -m venv --clear $(VENV)

$(STAMPS): | $(BIN)/python
	@mkdir -p $@

$(STAMPS)/requirements: requirements.txt | $(STAMPS)
	@echo "Installing Python packages: this takes some minutes, once"
	@$(PIP) -r $<
	@touch $@

$(STAMPS)/requirements-dev: requirements-dev.txt $(STAMPS)/requirements | $(STAMPS)
	@$(PIP) -r $<
	@touch $@

$(STAMPS)/packages: packages.txt | $(STAMPS)
	@if scripts/install-packages $<; then touch $@; \
	else $(BIN)/python scripts/have_sound.py && touch $@; fi

$(STAMPS)/packages-test: packages-test.txt | $(STAMPS)
	@scripts/install-packages $<
	@touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
