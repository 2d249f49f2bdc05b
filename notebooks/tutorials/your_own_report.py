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

# %% [markdown] tags=["hide-cell"]
# # Your own report
#
# A report is a notebook that calls and does not compute. This one is a report already: its code and its hidden cells
# (those tagged `hide-cell`, like this one) stay out of the page. Run it, save it, then choose *File > Save and Export
# Notebook As > Cx-html* or *Cx-pdf*. (The menu has them when the lab was opened with `cxlab lab`.)
#
# The first code cell holds the five parameters that a plan fills in for every client. Keep their names.

# %% tags=["parameters"]
client: str = "sample"  # id of the client in the plan
period: str = "last-month"  # 2026-10, 2026-Q3, 1405-08 or last-month
locale: str = "en"  # en, vi or fa
source: str = ""  # one file, for a look without a plan
options: dict = {}  # what the plan says to metrics, by their names

# %% [markdown] tags=["hide-cell"]
# The second cell brings the data. By hand `client="sample"` is a made-up shop; in a run it is each client of the plan
# in turn, and only that client's rows. Change `locale` above to `"vi"` or `"fa"` and run again: all words of the page
# follow.

# %% tags=["setup"]
import cxlab as cx

r = cx.report(client, period, locale, source, options)

# %% [markdown] tags=["hide-cell"]
# ## The first page
#
# `r.page` has the parts of a page. Measures are asked of this period, of the one before, and of the history, once.
# What the data do not give is left out and said in the appendix.

# %%
measures = r.page.measures("nps", "csat")
r.page.executive(measures, r.page.rests("nps"))

# %% [markdown] tags=["hide-cell"]
# ## Sections
#
# A section is a head and the parts under it, one to a cell, so that you see each by itself and can move it.

# %%
r.page.section("trend")

# %%
r.page.trends(measures)

# %%
r.page.section("segments", about="nps")

# %%
r.page.segments("nps", "region")

# %% [markdown] tags=["hide-cell"]
# ## Something of your own
#
# Whatever you ask goes through `r.show`: it hides small bases, uses the report's language and colour, numbers the
# figure, writes its alternative text, and notes it for the list of figures. A bare table of data does none of this.

# %%
r.show(cx.nps(r.answers, by="channel"), kind="figure")

# %% [markdown] tags=["hide-cell"]
# ## Where the figures come from
#
# Cells tagged `appendix` move to the end.

# %% tags=["appendix"]
r.page.quality()

# %% tags=["appendix"]
r.page.definitions()

# %% tags=["appendix"]
r.page.colophon()

# %% [markdown] tags=["hide-cell"]
# ## For one file, and for many clients
#
# From a command line: `cxlab report your_own_report.ipynb --source survey.csv --client acme --period 2026-10`. For
# many clients write a plan, a short YAML file that names them, and say `cxlab run plan.yaml --period 2026-10`. Every
# client gets the same notebook, a process of its own, and a page only if all of it could be made.
