"""The catalogue of metrics as a frame, from the facts that each metric states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxlab.metric.facts import ADMISSIBLE, About
from cxlab.metric.mark import catalogue

if TYPE_CHECKING:
    import pandas as pd


def metrics() -> pd.DataFrame:
    """Every metric, one row each: name, label in three languages, table, unit, better, variants, methods, source.

    >>> metrics().set_index("name").loc["nps", "unit"]
    'points'
    """
    import pandas as pd

    return pd.DataFrame([row(about) for about in catalogue().values()])


def row(about: About) -> dict[str, str]:
    """The facts of one metric in words."""
    units = dict.fromkeys(unit for variant in about.variants for unit in variant.units)
    methods = dict.fromkeys(method for variant in about.variants for method in ADMISSIBLE[variant.kind])
    return {
        "name": about.name,
        **{f"label_{language}": about.label[language] for language in ("en", "vi", "fa")},
        "table": about.table,
        "unit": ", ".join(units),
        "better": about.better,
        "variants": ", ".join(variant.name for variant in about.variants),
        "methods": ", ".join(methods),
        "source": about.source,
    }


def records() -> list[dict[str, Any]]:
    """The catalogue for other programs: one record for each metric, its variants with their formulas."""
    return [
        {
            "name": about.name,
            "label": dict(about.label),
            "table": about.table,
            "unit": row(about)["unit"],
            "better": about.better,
            "variants": {variant.name: variant.formula for variant in about.variants},
            "source": about.source,
        }
        for about in catalogue().values()
    ]


def markdown() -> str:
    """The catalogue as a page of the documentation: every metric, then its variants with their formulas."""
    lines = [
        "# Catalogue of metrics",
        "",
        "Made from the facts that each metric states; `cxlab metrics` and `cx.metrics()` show the same.",
        "",
        "| metric | table | unit | better | variants, default first | interval methods, default first | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for about in catalogue().values():
        facts = row(about)
        names = ", ".join(f"`{name}`" for name in facts["variants"].split(", "))
        methods = ", ".join(f"`{name}`" for name in facts["methods"].split(", "))
        cells = (f"`{about.name}`", about.table, facts["unit"], about.better, names, methods, about.source)
        lines.append("| " + " | ".join(cells) + " |")
    for about in catalogue().values():
        labels = " · ".join(about.label[language] for language in ("en", "vi", "fa"))
        lines += ["", f"## {about.name}", "", labels, "", "| variant | formula | unit | kind |", "|---|---|---|---|"]
        for variant in about.variants:
            units = ", ".join(variant.units)
            lines.append(f"| `{variant.name}` | {variant.formula} | {units} | {variant.kind} |")
    return "\n".join(lines) + "\n"
