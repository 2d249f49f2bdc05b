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
# # Weights
#
# *Two in five customers live in Central, but only one in four answers comes from there.* Then the average of the
# answers is mostly the opinion of other regions. Weights give each answer the influence that its group has among all
# customers. This notebook shows what that repairs, what it costs, and what it cannot repair.

# %% tags=["setup"]
import cxlab as cx

columns = ["customer", "answered", "recommend", "region", "channel"]
rows = cx.read(cx.sample("harbour").select(columns), timezone="Europe/London")

# %% [markdown]
# ## Who answered?

# %%
cx.nps(rows, by="region", period="2026-10")

# %% [markdown]
# ## Who are the customers?
#
# The counts of a customer file, by region and by channel (made up, like the answers). Totals of both must be the same
# people; numbers that disagree are refused, since then one of them is wrong.

# %%
customers = {
    "region": {"Central": 8000, "Channel Islands": 100, "North": 4400, "Scotland": 900, "South": 4000, "Wales": 2600},
    "channel": {"app": 5000, "email": 9000, "SMS": 6000},
}

# %%
weighted = cx.rake(rows, customers, trim=5)
weighted.ledger

# %% [markdown]
# Raking turns the weights until the answers show both sets of counts at once. `trim=5` lets no answer count more than
# five times the average, since one customer should not speak for hundreds. The ledger shows the price: the
# **weighting efficiency** is the share of your answers that is left in effect.
#
# ## Before and after

# %%
before = cx.nps(rows, period="2026-10")
before

# %%
after = cx.nps(weighted, period="2026-10")
after

# %% [markdown]
# The metrics find the weight themselves and say so. The value moves to where it stands for the customers you have,
# and the interval follows the effective base:

# %%
after.to_pandas()[["n", "n_effective", "estimate", "low", "high", "note"]]

# %% [markdown]
# ## What weights cannot do
#
# They balance what you named, region and channel, and nothing else. If in every region the angry customers do not
# answer, the weighted score is as wrong as the plain one, with a tidy interval around it. Weights also cannot speak
# for a group from which nobody answered: a level without answers is an error here, not a silent zero.
