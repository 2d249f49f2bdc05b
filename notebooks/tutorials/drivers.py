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
# # Drivers
#
# *What should we improve first?* Surveys ask for satisfaction overall and for its parts: how easy it was, how good
# the quality was. Parts that go together with satisfaction are called drivers. The name promises too much, so this
# notebook also says what the figures cannot tell.

# %% tags=["setup"]
import cxlab as cx

scales = {"satisfaction": (1, 5), "quality": (1, 5), "effort": (1, 7)}
rows = cx.read(cx.sample("harbour"), timezone="Europe/London", scale=scales)

# %% [markdown]
# ## How much goes with each?
#
# Customers who find it easy also find the quality good, so their effects overlap and a plain regression credits them
# in an arbitrary way. `cx.drivers` takes the average over every order in which the parts could enter (the method of
# Lindeman, Merenda and Gold). The shares add up to 100% of what can be explained at all.

# %%
found = cx.drivers(rows, outcome="satisfaction", drivers=["effort", "quality"], scale=scales)
found

# %% [markdown]
# ## How much can be explained at all?
#
# A share of a small cake is small. R squared is the part of the ups and downs of satisfaction that goes with all
# drivers together; the rest is other things, and chance.

# %%
print(f"R squared is {found.r_squared:.2f}")

# %% [markdown]
# ## How are we doing on them?
#
# Improvement is worth most where much goes with a driver *and* its score leaves room. Put both next to each other
# before deciding.

# %%
cx.csat(rows, "quality", scale=(1, 5), period="2026-10")

# %%
cx.ces(rows, scale=(1, 7), easy="high", variant="top", period="2026-10")

# %% [markdown]
# ## The same for one region
#
# With fewer answers the intervals widen, and often the order of the drivers is no longer known. A ranking without
# intervals hides this.

# %%
wales = rows.filter(region="Wales")
cx.drivers(wales, outcome="satisfaction", drivers=["effort", "quality"], scale=scales)

# %% [markdown]
# ## What this does not say
#
# These are associations among people who answered. A customer in a good mood marks everything higher; a delayed
# parcel spoils ease, quality and satisfaction at once. That a driver has 54% does not mean that raising it raises
# satisfaction. For that one changes something for some customers, by lot, and compares.
