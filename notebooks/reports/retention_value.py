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
r.page.opening("customers")

# %%
names = ["churn_rate", "retention_rate", "repeat_rate", "engagement", "referral_rate", "on_time_rate"]
measures = r.page.measures(*names, instead="retention_curve", repeat_rate={"within": "30 days"})
lead = measures[0]
r.page.executive(measures, r.page.rests(lead), kind="retention")

# %%
r.page.section("trend", r.page.trends(measures))

# %%
r.page.section("curve", r.page.curve([30, 90, 180, 365]), about="retention_curve")

# %%
r.page.section("value", r.page.value(), about="clv_model")

# %%
r.page.section("segments", r.page.segments(lead), about=lead)

# %% tags=["appendix"]
r.page.quality()

# %% tags=["appendix"]
r.page.definitions()

# %% tags=["appendix"]
r.page.figures()

# %% tags=["appendix"]
r.page.colophon()
