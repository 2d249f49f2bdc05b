"""What a fork parent does before its first fork: load what reports need, and do each first thing once.

It never opens data and never asks polars anything: a child of a process that has used polars waits for ever.
"""

from __future__ import annotations

import gc
import io
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

LIBRARIES = (
    "numpy", "pandas", "pyarrow.parquet", "scipy.stats", "duckdb", "narwhals", "matplotlib.pyplot", "seaborn",
    "pyarrow.acero", "pyarrow.dataset", "pandas.io.formats.style", "narwhals.group_by",
    "nbformat", "papermill", "papermill.execute", "IPython.core.interactiveshell", "matplotlib_inline.backend_inline",
    "nbconvert",
    "nbconvert.exporters.templateexporter", "weasyprint", "icu4py.messageformat", "xlsxwriter",
)  # fmt: skip
# All modules of these: a report uses most of them, and each that a child must load it loads for itself alone.
WHOLE = (
    "cxlab.rows", "cxlab.words", "cxlab.tally", "cxlab.interval", "cxlab.estimate", "cxlab.metrics", "cxlab.compare",
    "cxlab.show", "narwhals._arrow", "narwhals._duckdb", "IPython.core.magics",
)  # fmt: skip
OURS = (
    "cxlab.report.cells", "cxlab.report.run", "cxlab.report.render", "cxlab.report.job", "cxlab.report.page",
    "cxlab.report.executive", "cxlab.report.appendix", "cxlab.report.workbook", "IPython.core.completer",
    "IPython.core.crashhandler", "IPython.core.application", "IPython.core.logger", "sqlite3",
    "matplotlib_inline.config",
)  # fmt: skip
# What a page is laid out of lives until it is written: to look for garbage among it took a fifth of the time.
SELDOM = (2_000_000, 10, 10)
LEFT_OUT = ("cxlab.show.explorer",)  # it is for people in front of a notebook, and loads widgets


def warm() -> None:
    """Load libraries, catalogue and templates, draw one small thing, then freeze it all."""
    gc.disable()  # nothing of what is loaded here is ever garbage
    for name in (*LIBRARIES, *OURS, *WHOLE):
        import_module(name)
    for package in WHOLE:
        for found in iter_modules(import_module(package).__path__, f"{package}."):
            if found.name not in LEFT_OUT:
                import_module(found.name)
    from cxlab.metric import catalogue

    catalogue()
    _draw()
    _keep()


@cache
def speak(language: str) -> None:
    """Make the fonts of a language and print a small page in it, once: a second of work that its reports then share."""
    from cxlab.report import fonts

    fonts.prepare(language)
    _print_page(language)
    _keep()


def _keep() -> None:
    gc.freeze()  # a collection in a child would otherwise touch, and so copy, every page it shares with us
    gc.set_threshold(*SELDOM)
    gc.enable()


def _draw() -> None:
    import matplotlib as mpl
    import numpy as np
    import seaborn as sns
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    figure, (left, right) = plt.subplots(1, 2)
    sns.barplot(x=["a", "b"], y=[1, 2], ax=left)
    sns.heatmap(np.eye(2), annot=True, ax=right)
    figure.suptitle("Warm, ấm, گرم")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
    mpl.rcParams.update({name: value for name, value in before.items() if name != "backend"})


def _print_page(language: str) -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from cxlab.report import render
    from cxlab.report.meta import Meta

    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    output = new_output("execute_result", data={"text/html": table, "text/plain": "1"}, execution_count=1)
    cells = [new_markdown_cell("# Page\n\n## Part"), new_code_cell("1", execution_count=1, outputs=[output])]
    notebook, meta = new_notebook(cells=cells), Meta.of({"locale": language}, title="Page")
    render.html(notebook, meta)
    render.pdf(render.html(notebook, meta, on_paper=True))
