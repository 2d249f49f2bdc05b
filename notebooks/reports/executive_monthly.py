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
names = ["nps", "csat", "first_response_time", "first_contact_resolution", "service_level", "churn_rate"]
others = ["resolution_time", "backlog", "abandonment_rate", "ces", "repeat_rate", "on_time_rate"]
others += ["complaint_rate", "complaint_resolution_time", "iqs", "employee_turnover"]
times = {"first_response_time": {"clock": r.clock}, "resolution_time": {"clock": r.clock}}
measures = r.page.measures(*names, *others, **times, repeat_rate={"within": "30 days"})
lead = measures[0]
r.page.executive(measures, r.page.rests(lead), kind="executive")

# %%
r.page.section("trend", r.page.trends(measures))

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
