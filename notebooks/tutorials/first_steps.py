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
# # First steps
#
# You have answers from customers and somebody asks: *how are we doing, and how sure are we?* This notebook goes from
# a table of answers to one defensible figure: a number with its **base** (how many answers), its **definition** (what
# was counted) and its **interval** (how far the number may be off because only some customers answered).
#
# Run the cells one after the other with Shift+Enter. The data are made up, and the same every time.

# %% tags=["setup"]
import cxlab as cx

rows = cx.read(cx.sample("harbour"), timezone="Europe/London", scale={"satisfaction": (1, 5)})

# %% [markdown]
# ## What is in the table?
#
# `cx.read` opens a file, a folder, a database table or a frame that you already have. `timezone` says where midnight
# is, so that "October" means the same days to you and to the customer. `scale` says which answers could be given: a
# file cannot tell whether a 5 was the best mark or the middle one.

# %%
rows.head(4)

# %% [markdown]
# Columns are found by the part they play: `recommend` is the 0 to 10 question, `answered` the time of the answer.
# Your own file will call them something else; then you say `cx.read("survey.csv", columns={"recommend": "Q7_NPS"})`.
#
# ## How likely are customers to recommend us?

# %%
nps = cx.nps(rows, period="2026-10")
nps

# %% [markdown]
# Read the line from left to right. **Base**: the answers that counted. **Value**: the share of promoters (9 or 10)
# less the share of detractors (0 to 6), in points from −100 to 100. **95% interval**: the range of values that these
# answers are compatible with.
#
# What the interval means: if you asked again and again in the same way, about 95 of 100 such intervals would hold the
# true value of *everybody you could have asked*. What it does not mean: it knows nothing of customers who never
# answer, or of a question that was put badly. An interval is the least that a figure may be off, not the most.

# %%
nps.say()

# %% [markdown]
# The same in Vietnamese and Persian; numbers, percent signs and dates follow the language.

# %%
nps.say("vi")

# %%
nps.say("fa")

# %% [markdown]
# ## Does it depend on how one counts?
#
# Two people who count "the same" often get different figures, since a name like NPS has several definitions. Here are
# all that these data admit. In a report, name the one you use and stay with it.

# %%
nps.variants()

# %% [markdown]
# ## Where does the number come from?
#
# A receipt shows the rows that were read and dropped, the tally behind the figure, the formula, and a few lines of R
# with which somebody else can check it.

# %%
nps.receipt()

# %% [markdown]
# ## How did it move?
#
# `by=` cuts the table. Here it is cut into months; the figure follows from the cut, you do not choose a chart.

# %%
monthly = cx.nps(rows, by=cx.period("answered", "month"))
monthly.plot()

# %% [markdown]
# Where the ribbon of one month overlaps the next generously, the line may have moved by chance alone. Whether it did
# is the business of the tutorial *change*.
#
# ## Other questions
#
# Every metric is asked in the same way. CSAT is the share of customers who chose one of the two best marks.

# %%
cx.csat(rows, period="2026-10")

# %% [markdown]
# What else there is, with the table each metric needs, its unit and its definitions:

# %%
cx.metrics()[["name", "table", "unit", "variants"]]

# %% [markdown]
# ## Look around
#
# The explorer asks the same questions with the mouse or the keyboard, and shows the line of code that gives what you
# see. Copy that line into a cell of its own when you want to keep the answer.

# %%
cx.explore(rows)

# %% [markdown]
# **Next**: *segments* compares groups of customers without fooling yourself; *your_own_report* makes a page for
# others.
