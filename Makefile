# `make` alone prints this list.
.DELETE_ON_ERROR:
.PHONY: help setup test demo lab lint types format lock bench coverage kills batch-200 engines clean

PYTHON_BIN := .venv/bin/python
# More words for pytest: make test ARGS="tests/rows -k persian"
ARGS ?=
# One thread each: two test processes share the cores, and sums come out in one order.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

help:  ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

setup:  ## .venv with the locked packages (all other targets call it)
	@sh ./setup.sh

test: setup  ## all tests (make test ARGS="tests/rows" for some)
	@$(PYTHON_BIN) -m pytest -n 2 -m "not slow" $(ARGS)

demo: setup  ## the sample reports of three clients, HTML and PDF
	@.venv/bin/cxlab demo

lab: setup  ## JupyterLab on the notebooks
	@.venv/bin/cxlab lab

lint: setup  ## style and common mistakes
	@$(PYTHON_BIN) -m ruff check .
	@$(PYTHON_BIN) -m ruff format --check .

types: setup  ## static types
	@$(PYTHON_BIN) -m mypy

format: setup  ## put sources and notebooks in the house's form
	@$(PYTHON_BIN) -m ruff check --fix .
	@$(PYTHON_BIN) -m ruff format .
	@find notebooks -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*' -exec $(PYTHON_BIN) -m jupytext --quiet --sync {} +
	@find notebooks -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*' -exec $(PYTHON_BIN) .ci/strip_notebooks.py {} +

lock: setup  ## resolve requirements.lock anew (needs the package index)
	@env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_FIND_LINKS \
	  .venv/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest \
	  --upgrade --generate-hashes --only-binary :all: --no-emit-index-url --no-emit-find-links --no-annotate --quiet \
	  --custom-compile-command "make lock" --output-file requirements.lock

bench: setup  ## speed and scale, as ratios
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(PYTHON_BIN) "$$file"; done

coverage: setup  ## slow tests, then docs/coverage.md anew (ARGS="--profile full" for ten times the samples)
	@$(PYTHON_BIN) -m pytest -n 2 -m slow
	@$(PYTHON_BIN) -m benchmarks.coverage $(ARGS)

kills: setup  ## 50 kills of a running batch, each resumed and compared byte for byte
	@CXLAB_KILLS=50 $(PYTHON_BIN) -m pytest tests/report/test_faults.py $(ARGS)

batch-200: setup  ## 200 clients, three of them ill: reports, reasons, memory
	@$(PYTHON_BIN) benchmarks/batch200.py

engines: setup  ## the same answers on PostgreSQL, Ibis, PySpark (needs Java) and Dask, installed in build/engines
	@$(PYTHON_BIN) -m venv build/engines
	@$(PYTHON_BIN) -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	  > "$$(build/engines/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/locked.pth"
	@build/engines/bin/python -m pip install --quiet --disable-pip-version-check \
	  "psycopg[binary]>=3.2" "ibis-framework[duckdb]>=11" "pyspark>=4" "dask[dataframe]"
	@build/engines/bin/python -m pytest -p no:cacheprovider tests/rows/test_postgres.py tests/rows/test_engines.py $(ARGS)

clean:  ## remove what was built, not .venv
	@rm -rf build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
