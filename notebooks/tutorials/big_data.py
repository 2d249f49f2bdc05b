# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: kernelspec,jupytext,-jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Big data
#
# *My table has a hundred million rows.* Then do not load it. Every metric here needs only a **tally**: how many
# answers there are of each kind in each segment. The engine that holds the data counts; a few numbers come back, and
# the intervals are made from these. This notebook uses a file and DuckDB; the lines are the same for a large table.

# %% tags=["setup"]
import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

import cxlab as cx

# %% [markdown]
# ## A table on disk

# %%
folder = Path(tempfile.mkdtemp())
pq.write_table(cx.sample("harbour"), folder / "answers.parquet")
rows = cx.read(folder / "answers.parquet", timezone="Europe/London")
rows.columns

# %% [markdown]
# Nothing has been read yet but the names of the columns. `cx.read` is lazy: rows are read when a metric asks, and
# only the columns that it needs.

# %%
cx.nps(rows, by="region", period="2026-10")

# %% [markdown]
# ## A table in a database
#
# A DuckDB relation, a Polars, pandas or PyArrow frame is used where it is. DuckDB reads files larger than the memory.

# %%
answers = duckdb.read_parquet(str(folder / "answers.parquet"))
there = cx.read(answers, timezone="Europe/London")
cx.nps(there, by="region", period="2026-10")

# %% [markdown]
# The same figures, to the last digit, whichever engine counted.
#
# ## What comes back
#
# This is all that left the database: the tally of each segment. It would be no larger for a hundred million rows.
# Without a customer id in the table, each row counts as an answer of its own.

# %%
narrow = cx.read(cx.sample("harbour").select(["recommend", "region"]))
print(cx.nps(narrow, by="region").receipt())

# %% [markdown]
# ## Less to count
#
# Ask for the period you need, and filter before you ask: both happen in the engine. Store large tables as Parquet,
# which holds each column by itself; a CSV file has to be read from end to end each time.

# %%
cx.nps(there.filter(channel="app"), period="2026-Q3")

# %% [markdown]
# ## Large numbers, honest intervals
#
# With a million answers the interval is narrow, and still it covers only the chance of the draw. Who was asked, who
# answered and what the question meant are not repaired by numbers. If your table holds *all* the cases there were,
# say `population="all"`: then there is no draw, and no interval.

# %%
cx.nps(there, population="all", period="2026-10")
