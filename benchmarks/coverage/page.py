"""The page of the documentation: what was run, what was found, and what nobody has simulated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.coverage.cells import Table

TITLES = {
    "4.1": "NPS, one sample",
    "4.2": "Scale means",
    "4.3": "Shares",
    "4.4": "Differences",
    "4.5": "Paired change",
    "4.6": "Customers who answer more than once",
    "4.7": "Raked answers",
    "4.8": "Times",
    "4.9": "Rates, ratios and open cases",
    "4.10": "Segments, splits, shrinkage, charts, AUC",
    "levels": "Other levels than 95 %",
}
# Methods that the choice was made against and that this project does not ship, so that nothing of its own could be run.
NOT_RUN = {
    "4.1": "MOVER on Wilson limits, profile likelihood, BCa bootstrap.",
    "4.2": "BCa bootstrap.",
    "4.3": "Mid-p. `agresti_coull` adds z² answers; published figures are of the form that adds four.",
    "4.4": "Profile likelihood, adjusted Wald for a difference, Welch's t, Agresti-Caffo, Miettinen-Nurminen. `wald` "
    "and `adjusted_wald` stand here as MOVER makes a difference of them, which is another interval than the usual one.",
    "4.6": "Bootstrap of customers.",
    "4.7": "Re-raked bootstrap, calibration residuals without leverage, weights grossed up to the population.",
    "4.8": "Bootstrap-t, BCa, Cox's lognormal interval, the interval of the log mean; for quantiles Maritz-Jarrett and "
    "the percentile bootstrap.",
    "4.9": "Mid-p, log-scale Wald and exact conditional limits of a ratio, Greenwood limits, plain and log-log.",
    "4.10": "Benjamini-Hochberg and unadjusted Welch tests, naive empirical Bayes, the p chart, DeLong without the "
    "logit scale, bootstraps.",
}
KNOWN = {
    ("4.2", "score, width on 1..5", "n = 5"): (
        "The exact value is 2.066: all 126 tables, and a plain nested search for each limit, agree to 12 digits."
    ),
    ("4.2", "score, width on 1..5", "n = 50"): (
        "200,000 samples per shape give .619, and the limits agree with a plain nested search; the coverage is as "
        "published, so the published width is too large."
    ),
    ("4.10", "AUC 0.999", "50 stay, 10 leave"): (
        "Only .125 of such samples are not told apart completely, so no limits of this kind can cover .136 of the time."
    ),
}
LIMITS = (
    "Other levels than 95 % were run for the NPS and for shares only, and had no published figure to meet.",
    "Repeated answers: one model of customers (latent normal), three answers each on average.",
    "Raking: two margins of three categories; at 50 answers a cell, even a margin, can be empty.",
    "All pairs of segments: only without any true difference. How often a true difference is found was not measured.",
    "Taken from the literature and not simulated by anyone here: limits of a median with open cases (a single design "
    "is tested), customer lifetime value, key drivers, odds ratios, the omnibus test, engagement ratios, the net flow "
    "of a backlog, bands around a whole survival curve, joint limits for all channels of a mix.",
    "Where both ends of a scale are unseen and far from the answers (paired change, bell shapes of ten answers or "
    "fewer) the score interval covers more than it says, and is that much wider.",
    "For shares next to 0 or 1 the score interval covers .90 to .93 at its worst, however many answers there are. "
    "`clopper_pearson` is the one to take where 95 % has to be guaranteed.",
    "The AUC of a score that tells stayers and leavers apart nearly always has limits that are far too short.",
)


def page(tables: Sequence[Table], profile: str, times: float) -> str:
    """The whole page; the same text for the same numbers."""
    cells = [cell for table in tables for cell in table.cells]
    held = [cell for cell in cells if cell.figure is not None]
    verdicts = [cell.verdict for cell in held]
    lines = [
        "# Coverage: how often the intervals hold the truth",
        "",
        f"Made by `python -m benchmarks.coverage --profile {profile}`; do not edit. Every number comes from this "
        "project's own code, on designs whose truth is known: by enumeration where a table says exact or enumerated, "
        f"by seeded simulation otherwise, with {'' if times == 1 else f'{times:g} times '}as many samples as the "
        "published figure beside it rests on.",
        "",
        "A cell reads: measured here (published figure ± allowed difference). Exact cells may differ by .002, "
        "which is not repeated in each, simulated ones by three standard errors of both simulations and the rounding "
        "of the figure. `≥` is a floor: the lowest over random shapes depends on which shapes were drawn. A cell "
        "without a bracket has no published figure. An interval that does not exist covers nothing. Nominal level "
        "95 %, unless said otherwise.",
        "",
        f"{len(cells)} cells, {len(held)} with a figure to meet: {verdicts.count('pass')} meet it, "
        f"{verdicts.count('known')} do not and it is known why, {verdicts.count('FAIL')} fail.",
        "",
    ]
    lines += _unmet(tables)
    for section, title in TITLES.items():
        lines += [f"## {section if section != 'levels' else 'Further'}: {title}", ""]
        lines += [table.markdown() for table in tables if table.section == section]
        if section in NOT_RUN:
            lines += [f"Not run, because not shipped: {NOT_RUN[section]}", ""]
    lines += ["## What this does not show", "", *(f"- {limit}" for limit in LIMITS), ""]
    return "\n".join(lines)


def _unmet(tables: Iterable[Table]) -> list[str]:
    found = [(table, cell) for table in tables for cell in table.cells if not cell.passed]
    if not found:
        return []
    lines = [
        f"- {table.section}, {table.title}: {cell.row}, {cell.column}: {cell.short().strip('*')}. {cell.known}".strip()
        for table, cell in found
    ]
    return ["Cells that do not meet their figure:", "", *lines, ""]
