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
# # Change
#
# *The score fell by seven points. What happened?* There are three questions in this one. Did it really fall, or did
# the draw of the customers who answered change? Where did it fall? And did customers change their minds, or did we
# merely ask other customers than last month?

# %% tags=["setup"]
import cxlab as cx

rows = cx.read(cx.sample("harbour"), timezone="Europe/London")

# %% [markdown]
# ## Did it move?

# %%
months = cx.nps(rows, by=cx.period("answered", "month"), period="2026-09-01/2026-11-01")
months.compare("previous").say()

# %% [markdown]
# The interval is that of the *difference*. If it holds zero, a month like this happens without any cause, and a
# meeting about its causes would invent some.
#
# ## Was it one month or a longer story?
#
# A control chart shows what the score does when nothing special happens: the dashed limits come from its own ups and
# downs. A point outside them, or eight in a row on one side of the centre, is a signal. Most months are none, and
# that is worth knowing.

# %%
history = cx.nps(rows, by=cx.period("answered", "month"), period="2024-10-01/2026-11-01")
chart = cx.control_chart(history)
chart

# %%
chart.plot()

# %% [markdown]
# Both views are right, since they ask different things. The comparison asks whether *these two months* differ. The
# chart asks whether a month is unusual *for this series*: one drop within the customary noise is not. Look closer
# before you raise the alarm, and look closer before you give the all-clear.
#
# ## Where did it happen?
#
# `cx.change` splits the difference between two months into a part that comes from the **mix** (more answers from a
# region that always scores lower) and a part from **within** the regions (customers of a region answered
# differently). The parts add up to the total exactly.

# %%
moved = cx.change(rows, "nps", between=("2026-09", "2026-10"), mix="region")
moved.total

# %%
moved.segments.plot()

# %% [markdown]
# One region carries the fall; what the others did may well be chance. The same as a list, from the first month to the
# last:

# %%
moved.to_pandas()

# %% [markdown]
# ## What this does not say
#
# That the change *happened* in a region is not *why* it happened. The figures point to where to ask: read the
# comments of that region and that month, and talk to the people there.
#
# **Next**: *drivers* asks what goes together with satisfaction.
