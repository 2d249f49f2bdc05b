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
# # Your own metric
#
# *We count as delighted who gives the highest mark, nothing less.* Every house has such a figure. A metric is one
# function in one file. Marked with `@metric` it gets what all the others have: cuts, periods, weights, intervals,
# comparisons, tables, figures and sentences.

# %% tags=["setup"]
import os
import sys
import tempfile

import cxlab as cx

sys.path.insert(0, tempfile.mkdtemp())
os.chdir(sys.path[0])

# %% [markdown]
# ## The file
#
# The mark states the facts: the name in three languages, the table, the column of its time, which way is better, and
# the variants, each with its formula in words, its unit and its kind (which decides the interval). The function says
# what counts: here each point of the scale is put into class 1 or class 0. `mean_of_classes` does the counting.

# %%
# %%writefile delight.py
from cxlab.metric import Variant, metric
from cxlab.metrics.answers import mean_of_classes
from cxlab.units import SHARE

NAMES = {"en": "Delighted customers", "vi": "Khách hàng rất hài lòng", "fa": "مشتریان بسیار راضی"}
HIGHEST = Variant("highest", "answers at the highest point / answers", SHARE, "share")
FACTS = {"table": "answers", "time": "answered", "cluster": "customer", "weight": "weight"}


@metric(label=NAMES, better="higher", variants=[HIGHEST], source="our handbook", **FACTS)
def delight(rows, score="satisfaction", *, scale=(1, 5), ask):
    """Share of answers at the highest point of the scale, 0 to 1."""
    classes = [int(point == scale[1]) for point in range(scale[0], scale[1] + 1)]
    return mean_of_classes(rows, score, scale, ask, classes, [0.0, 1.0], 1.0, SHARE)


__all__ = ["delight"]

# %% [markdown]
# ## Asked like all the others

# %%
import delight as ours

rows = cx.read(cx.sample("harbour"), timezone="Europe/London")
by_region = ours.delight(rows, by="region", period="2026-10")
by_region

# %%
by_region.compare(to="rest").plot()

# %%
ours.delight(rows, by=cx.period("answered", "month")).plot()

# %% [markdown]
# The keywords that every metric has came with the mark:

# %%
help(ours.delight)

# %% [markdown]
# ## Is it right?
#
# Test it by hand before anybody believes it: a few answers whose figure you can work out yourself, no answers at all,
# and a value that is off the scale. Of four answers, two are at the top:

# %%
ours.delight([5, 5, 4, 1])

# %%
ours.delight([]).to_pandas()[["n", "estimate", "low", "high", "note"]]

# %% [markdown]
# No answers are "no data", never a zero. A 7 on a scale of 1 to 5 is an error that names the row, not a silent gap.
#
# ## To make it one of the house
#
# In this notebook the metric is known by its plain name. Put the file into `cxlab/metrics/` of a checkout, and it
# appears in `cx.metrics()`, in plans and in reports under its names in three languages; the tests of the house then
# try it with all the inputs that the other metrics have to survive. `CONTRIBUTING.md` says how.
