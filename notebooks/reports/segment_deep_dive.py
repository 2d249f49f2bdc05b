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

# %% tags=["parameters"]
client: str = "sample"  # id of the client in the plan
period: str = "last-month"  # 2026-10, 2026-Q3, 1405-08 or last-month
locale: str = "en"  # en, vi or fa
source: str = ""  # one file, for a look without a plan
options: dict = {}  # what the plan says to metrics, by their names

# %% tags=["setup"]
import cxlab as cx

r = cx.report(client, period, locale, source, options)

# %% tags=["hide-cell"]
r.page.opening("answers")

# %%
measures = r.page.measures("nps", "csat", "ces")
lead = measures[0]
r.page.executive(measures, r.page.rests(lead), kind="segments")

# %%
r.page.section("segments", r.page.segments(lead), r.page.spread(lead), about=lead)

# %%
r.page.section("change", r.page.change(lead), r.page.moves(lead), about=lead)

# %%
r.page.section("drivers", r.page.drivers("satisfaction", "effort", "quality"), about="csat")

# %% tags=["appendix"]
r.page.quality()

# %% tags=["appendix"]
r.page.definitions()

# %% tags=["appendix"]
r.page.figures()

# %% tags=["appendix"]
r.page.colophon()
