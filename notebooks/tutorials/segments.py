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
# # Segments
#
# *Which region is worse than the others?* The tempting answer is to sort the regions and point at the last one. There
# is always a last one, even if all regions are equally good. This notebook asks instead: which differences are larger
# than chance would make them, and for which do we simply not know?

# %% tags=["setup"]
import cxlab as cx

rows = cx.read(cx.sample("harbour"), timezone="Europe/London", scale={"satisfaction": (1, 5)})

# %% [markdown]
# ## What does each region say?

# %%
regions = cx.nps(rows, by="region", period="2026-10")
regions

# %% [markdown]
# Look at the bases before the values. Three answers from the Channel Islands give a fine score and an interval that
# spans almost everything: the score says nothing. A hollow point marks a base that is too small to judge.
#
# ## Who differs from the rest?
#
# Do not compare two intervals by eye. Intervals that overlap may belong to groups that differ, and with many groups
# some pair will be far apart by luck. `compare` takes the difference itself, gives it an interval, and widens the
# intervals so that **all** the verdicts together hold at 95%.

# %%
against_rest = regions.compare(to="rest")
against_rest

# %% [markdown]
# Each region is compared with everybody outside it. There are three verdicts and no fourth: *higher*, *lower*, and
# *unclear*. Unclear is not "no difference". It means that these answers cannot tell; the sentences say what would.

# %%
against_rest.say()

# %%
against_rest.plot()

# %% [markdown]
# ## Which regions differ from each other?
#
# With letters, as market researchers write it: behind a region stand the letters of those that it clearly beats.

# %%
regions.table(compare=True)

# %% [markdown]
# ## How many answers would we need?
#
# The smallest difference that two groups of 200 answers each would show in four out of five attempts, and the answers
# per group that it takes to see ten points. Ask this *before* a survey: afterwards it is too late to collect them.

# %%
print(f"200 answers each show a difference of {cx.detectable(200):.0f} points")
print(f"10 points need {cx.sample_size('nps', difference=10):,} answers in each group")

# %% [markdown]
# ## Two cuts at once
#
# A list of columns cuts by all of them. More cells mean fewer answers in each, and wider intervals; that is the
# price, and it is shown.

# %%
cx.csat(rows, by=["region", "channel"], period="2026-Q3").suppress(30).to_pandas().head(8)

# %% [markdown]
# `suppress(30)` hides every cell with fewer than 30 answers, and the next smallest one where a hidden figure could be
# worked out from the total. Do this before you show segments of few people to others: with a base of three, a
# colleague may know who they are.
#
# **Next**: *change* asks the same of two months.
