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
r.page.opening("tickets")

# %%
times = {"first_response_time": {"clock": r.clock}, "resolution_time": {"clock": r.clock}}
names = ["first_response_time", "resolution_time", "first_contact_resolution", "backlog"]
calls = ["service_level", "abandonment_rate", "speed_of_answer", "handle_time"]
measures = r.page.measures(*names, *calls, "resolution_rate", **times)
lead = measures[0]
r.page.executive(measures, r.page.rests(lead), kind="support")

# %%
r.page.section("trend", r.page.trends(measures))

# %%
r.page.section("segments", r.page.segments(lead), about=lead)

# %%
r.page.section("moves", r.page.moves(lead), about=lead)

# %%
r.page.section("channels", r.page.shares("contacts_by_channel"), about="contacts_by_channel")

# %% tags=["appendix"]
r.page.quality()

# %% tags=["appendix"]
r.page.definitions()

# %% tags=["appendix"]
r.page.figures()

# %% tags=["appendix"]
r.page.colophon()
