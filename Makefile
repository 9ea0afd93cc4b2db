# The course and its tests. Every target first sets up what it needs, once: a virtual environment
# in $(VENV) with this folder installed in it. After that, only a change of pyproject.toml is work.
#
#   make lab PYTHON=python3.13        which Python, if not the first that is new enough
#   make test ARGS="-k frames -x"     what pytest is told; make lab ARGS=--no-browser, JupyterLab
#   make soak ARGS="--seconds 10 --seed 7"
#   make notebooks NOTEBOOKS=notebooks/03_read_and_write_frames.ipynb
#   make bench ARGS=--quick

VENV ?= .venv
BIN := $(VENV)/bin
NOTEBOOKS ?= $(wildcard notebooks/*.ipynb)
ARGS ?=

CANDIDATES := $(or $(PYTHON),python3 python python3.14 python3.13 python3.12 python3.11)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
TOO_OLD = wsdemo needs Python 3.11 or newer, and none of these is: $(CANDIDATES). \
	Name one: make lab PYTHON=/path/to/python3.12
# Looked for when it is needed only, and quietly: a name may be a shim with nothing behind it.
FOUND = $(shell for python in $(CANDIDATES); do \
	"$$python" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo "$$python"; break; }; done)

.PHONY: help lab test notebooks bench format soak picture clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | \
	while IFS='|' read -r target words; do printf '%-16s %s\n' "$$target" "$$words"; done

lab: $(VENV)/.ready-lab ## open the course in JupyterLab, at its first notebook
	@exec $(BIN)/python -m wsdemo.cli lab $(ARGS) notebooks

test: $(VENV)/.ready-test ## run the linters, the type checker, every test and every notebook
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest $(ARGS)

notebooks: $(VENV)/.ready-test ## run the notebooks and write their outputs, in normal form
	$(BIN)/python -m ruff format $(NOTEBOOKS)
	$(BIN)/python -m tests.course $(ARGS) $(NOTEBOOKS)

bench: $(VENV)/.ready-bench ## measure what servers cost, ours and others'; ARGS=--quick for two minutes
	@exec $(BIN)/python -m wsdemo.cli bench $(ARGS)

format: $(VENV)/.ready-test ## put the code, notebooks included, into the form that `make test` wants
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

soak: $(VENV)/.ready-test ## let good and bad clients come and go for a minute, and see what is left
	$(BIN)/python -m tests.soak $(ARGS)

picture: $(VENV)/.ready-test ## take the picture of the wire view in the README anew
	$(BIN)/python -m tests.browser.picture .github/wire.png

clean: ## remove what make and the tools have made; the learner's own work stays
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find wsdemo tests notebooks -name __pycache__ -prune -exec rm -rf {} +

# --- setting up ------------------------------------------------------------------------------

# uv takes a tenth of pip's time. Where it is missing it is fetched into the environment; where
# that fails, or where uv does not reach the packages that pip is set up to reach, pip does it.
# The system's certificates are those that pip trusts: a company's own among them.
export UV_SYSTEM_CERTS := 1
install = uv=$$(command -v uv || command -v $(BIN)/uv) && \
	"$$uv" pip install --quiet --python $(BIN)/python -e "$(1)" || { \
	echo "Without uv, then: with pip."; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e "$(1)"; }

$(VENV)/.ready-lab: pyproject.toml | $(BIN)/python
	@echo "Installing the course and JupyterLab into $(VENV) (once, about half a minute) ..."
	@$(call install,.)
	@touch $@

$(VENV)/.ready-test: pyproject.toml | $(BIN)/python
	@echo "Installing the course and its tools into $(VENV) (once, about a minute) ..."
	@$(call install,.[test])
	@touch $@ $(VENV)/.ready-lab

# What goes to standard output is the report, which may be JSON.
$(VENV)/.ready-bench: pyproject.toml | $(BIN)/python
	@echo "Installing the course and the bench's peers into $(VENV) (once, about a minute) ..." >&2
	@{ $(call install,.[bench]) } >&2
	@touch $@ $(VENV)/.ready-lab

$(BIN)/python:
	@$(if $(FOUND),,$(error $(TOO_OLD)))if command -v uv >/dev/null; \
	then uv venv --quiet --seed --allow-existing --python "$(FOUND)" $(VENV); \
	else "$(FOUND)" -m venv $(VENV) && \
	{ $(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true; }; fi
