"""The benchmark's reference notebook: 15 code cells, 6 seaborn figures drawn from rows, 4 tables of a pandas Styler.

An ordinary analyst's report that keeps to what a report may hold: pictures carry a description, the Styler escapes its
cells, whatever draws lots has a seed. `python benchmarks/reports.py` gives it, unchanged, to each way of running it.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROWS = 100_000
PARAMETERS = (
    'client: str = "sample"  # whose report\nperiod: str = "last-month"\nlocale: str = "en"\n'
    'source: str = ""\noptions: dict = {}'
)
SETUP = "import cxlab as cx\n\nr = cx.report(client, period, locale, source, options)"
LIBRARIES = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import scipy.stats
import seaborn as sns
from IPython.display import HTML, display

sns.set_theme(style="whitegrid")
rows = r.answers.to_pandas()
rows["week"] = rows["answered"].dt.day // 7


def shown(figure, alt):
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)


def table(frame, name):
    styled = frame.style.format(precision=2, escape="html").background_gradient(axis=None)
    return HTML(styled.to_html(table_uuid=name).replace("T_" + name, "t-" + name))"""
CELLS = (
    ("Overall", "r.show(cx.nps(r.answers))"),
    ("Times", "f, ax = plt.subplots(figsize=(8, 4))\nsns.histplot(rows, x='wait', hue='region', multiple='stack', "
     "kde=True, ax=ax)\nshown(f, 'Waiting times by region')"),
    ("Waiting", "f, ax = plt.subplots(figsize=(8, 4))\nsns.boxplot(rows, x='region', y='wait', hue='channel', ax=ax)\n"
     "shown(f, 'Waiting by region and channel')"),
    ("Means", "f, ax = plt.subplots(figsize=(8, 4))\nsns.barplot(rows, x='product', y='satisfaction', hue='channel', "
     "seed=1, ax=ax)\nshown(f, 'Satisfaction by product and channel')"),
    ("Regions in figures", "table(rows.groupby('region')[['recommend', 'satisfaction', 'wait']].describe()"
     ".T.unstack().round(2).T.head(16), 'regions')"),
    ("Weeks", "f, ax = plt.subplots(figsize=(8, 4))\nsns.lineplot(rows, x='week', y='satisfaction', hue='region', "
     "seed=1, ax=ax)\nshown(f, 'Satisfaction by week')"),
    ("Products in figures", "table(rows.pivot_table(index='product', columns='region', values='recommend'), "
     "'products')"),
    ("Where and what", "f, ax = plt.subplots(figsize=(8, 4))\nsns.heatmap(rows.pivot_table(index='product', "
     "columns='region', values='satisfaction'), annot=True, ax=ax)\nshown(f, 'Satisfaction by product and region')"),
    ("Channels in figures", "table(rows.pivot_table(index='channel', columns='week', values='wait'), 'channels')"),
    ("Points", "f, ax = plt.subplots(figsize=(8, 4))\nsns.pointplot(rows, x='region', y='recommend', hue='product', "
     "n_boot=200, seed=1, ax=ax)\nshown(f, 'Recommendation by region and product')"),
    ("Links", "table(rows[['recommend', 'satisfaction', 'wait', 'age']].corr(), 'links')"),
    ("A test", "print(round(scipy.stats.spearmanr(rows['wait'], rows['satisfaction']).statistic, 3))"),
)  # fmt: skip


def notebook() -> nbformat.NotebookNode:
    """The notebook: parameters, set-up, libraries, then a heading and a cell for each part."""
    cells = [
        new_markdown_cell("# Reference"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(SETUP, metadata={"tags": ["setup"]}),
        new_code_cell(LIBRARIES),
    ]
    for heading, source in CELLS:
        cells += [new_markdown_cell(f"## {heading}"), new_code_cell(source)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
    )


def data(path: Path) -> None:
    """A hundred thousand answers of one October, with regions, products, channels, scores and waiting times."""
    draw = np.random.default_rng(7)
    region = draw.integers(0, 4, ROWS)
    pd.DataFrame(
        {
            "answered": pd.Timestamp("2026-10-01") + pd.to_timedelta(draw.integers(0, 31 * 86400, ROWS), unit="s"),
            "region": np.array(["North", "East", "South", "West"])[region],
            "product": np.array(["Loan", "Card", "Account", "App", "Branch"])[draw.integers(0, 5, ROWS)],
            "channel": np.array(["Phone", "Chat", "Mail"])[draw.integers(0, 3, ROWS)],
            "age": draw.integers(18, 90, ROWS),
            "recommend": np.clip(draw.normal(7.5 + region / 4, 2.2, ROWS).round(), 0, 10).astype(int),
            "satisfaction": np.clip(draw.normal(3.8, 1.0, ROWS).round(), 1, 5).astype(int),
            "wait": draw.gamma(2.0, 60.0, ROWS),
        }
    ).to_parquet(path)
