"""Interval methods as a few lines of R, for a client's statistician who wants to see the same figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

Floats = np.ndarray
_LONG = 30  # values that a receipt shows one by one
_MOST = 200  # steps of a curve beyond which its lines could not be read

_HEAD = """
q <- k / sum(k); n <- {size:.12g}; z <- {z}; m <- sum(q * x); v <- sum(q * (x - m)^2)
inside <- function(limits) {factor:g} * pmin(pmax(limits, min(x)), max(x))
"""
_SCORE = """
law <- function(mu) {{  # the law on the scale that has mean mu and is most likely given the answers
  d <- x - mu; f <- function(a) sum(q * d / (1 + a * d))
  i <- c(-1 / (max(x) - mu), 1 / (mu - min(x))) * (1 - 1e-12)
  a <- if (f(i[1]) * f(i[2]) < 0) uniroot(f, i, tol = 1e-14)$root else i[which.min(abs(c(f(i[1]), f(i[2]))))]
  p <- q / (1 + a * d); e <- if (mu < m) 1 else length(p); p[e] <- p[e] + 1 - sum(p); p
}}
gap <- function(mu, side) {{  # above 0 where a mean is refused
  p <- law(mu); d <- x - mu; V <- sum(p * d^2)
  side * ((m - mu) / sqrt(V / n) - {skewness}) - z
}}
limit <- function(end, side) {{  # the first mean that is not refused, coming from the end of the scale
  if (m == end) return(end)
  mu <- m + (end - m) * 10^-seq(1e-10, 9, length.out = 2000); ok <- which(sapply(mu, gap, side) <= 0)[1]
  if (ok == 1) end else uniroot(gap, mu[c(ok - 1, ok)], side = side, tol = 1e-13)$root
}}
{factor:g} * c(limit(min(x), 1), limit(max(x), -1))
"""
_SKEWNESS = "sum(p * d^3) / V^1.5 * (z^2 - 1) / (6 * sqrt(n))"
_ADJUSTED = """
a <- c(.75, rep(1.5 / (length(x) - 2), length(x) - 2), .75); p <- (n * q + a) / (n + 3); M <- sum(p * x)
l <- M + c(-1, 1) * z * sqrt(sum(p * (x - M)^2) / (n + 3)); inside(c(min(l[1], m), max(l[2], m)))
"""
_JEFFREYS = """
c(if (m > 0) qbeta(pnorm(-z), m * n + .5, n - m * n + .5) else 0,
  if (m < 1) qbeta(pnorm(z), m * n + .5, n - m * n + .5) else 1)
"""
_COULL = """
p <- (m * n + z^2 / 2) / (n + z^2); inside(p + c(-1, 1) * z * sqrt(p * (1 - p) / (n + z^2)))
"""
_LINES = {
    "score": _SCORE,
    "tango": _SCORE,
    "wald": "inside(m + c(-1, 1) * z * sqrt(v / n))",
    "t": "inside(m + c(-1, 1) * z * {error})",
    "adjusted_wald": _ADJUSTED,
    "jeffreys": _JEFFREYS,
    "agresti_coull": _COULL,
    "wilson": "(m * n + z^2 / 2 + c(-1, 1) * z * sqrt(n * m * (1 - m) + z^2 / 4)) / (n + z^2)",
    "clopper_pearson": "c(qbeta(pnorm(-z), m * n, n - m * n + 1), qbeta(pnorm(z), m * n + 1, n - m * n))",
}
_TESTS = {
    "wilson": "prop.test(k[2], sum(k), conf.level = {level:g}, correct = FALSE)$conf.int",
    "clopper_pearson": "binom.test(k[2], sum(k), conf.level = {level:g})$conf.int",
}


def limits_in_r(
    method: str, level: float, *, size: float, df: float, variance: float, factor: float, plain: bool
) -> list[str]:
    """Lines of R that find the limits from counts `k` at points `x`; none where base R has no short way.

    `size` is the effective size, `df` the degrees of freedom of the critical value, `variance` the design variance.
    `plain` says that the rows are drawn one by one and all count alike, so that R's own tests and errors hold: a design
    may be worth as many rows as it has, and still have an error and a quantile of its own.
    """
    if method not in _LINES or not math.isfinite(size) or size <= 0:
        return []
    if plain and method in _TESTS:
        return [_TESTS[method].format(level=level)]
    tail = f"{(1 + level) / 2:.12g}"
    text = (_HEAD + _LINES[method]).format(
        size=size,
        z=f"qt({tail}, {df:.12g})" if math.isfinite(df) else f"qnorm({tail})",
        factor=factor,
        skewness=_SKEWNESS if method == "score" else "0",
        error="sqrt(v / (n - 1))" if plain else f"{math.sqrt(variance):.12g}",
    )
    return [line for line in text.splitlines() if line]


def mean_in_r(n: float, shift: float, sums: Sequence[float], method: str, level: float, least: float) -> list[str]:
    """Lines of R for a mean time and its limits (`hall` or `t`), from sums of (value - shift) to the powers 1, 2, 3."""
    lines = [
        f"n <- {n:.15g}; s <- c({_numbers(sums)}) / n  # means of (x - {shift:.15g}) to the powers 1 to 3",
        f"m <- {shift:.15g} + s[1]; v <- s[2] - s[1]^2",
        "m",
    ]
    if n < 2:
        return lines
    tail = f"{(1 + level) / 2:.12g}"
    step = "t"
    if method == "hall":
        lines.append(
            "A <- (s[3] - 3 * s[1] * s[2] + 2 * s[1]^3) / v^1.5 / sqrt(n); root <- function(x) sign(x) * abs(x)^(1 / 3)"
        )
        lines.append("h <- function(u) if (abs(A) < 1e-8) u else 3 / A * (root(1 + A * (u - A / 6)) - 1)")
        step = "h(t)"
    turned = "h(-t)" if method == "hall" else "-t"
    floor = f"pmax({least:.15g}, " if math.isfinite(least) else "("
    lines.append(f"t <- qt({tail}, n - 1); {floor}m - sqrt(v / (n - 1)) * c({step}, {turned}))")
    return lines


def ratio_in_r(sums: Mapping[str, float], level: float, bounds: tuple[float, float], spread: bool) -> list[str]:
    """Lines of R for a ratio of sums y / x over n units with its linearised limits, where the units show a spread."""
    given = "; ".join(f"{name} <- {value:.17g}" for name, value in sums.items())
    lines = [given, "y / x"]
    if spread:
        low, high = (str(end).replace("inf", "Inf") for end in bounds)
        lines.append("r <- y / x; e <- sqrt((yy - 2 * r * yx + r^2 * xx) * n / (n - 1)) / abs(x)")
        lines.append(f"pmin(pmax(r + c(-1, 1) * qt({(1 + level) / 2:.12g}, n - 1) * e, {low}), {high})")
    return lines


def quantile_in_r(values: Floats, counts: Floats, q: float, found: float) -> list[str]:
    """Lines of R for a quantile; in a long table all that is shorter or longer stands at the value next to it."""
    remark = ""
    if len(values) > _LONG:
        at = int(np.searchsorted(values, found))
        kept = [i for i in (at - 1, at, at + 1) if 0 <= i < len(values)]
        groups = np.clip(np.arange(len(values)), kept[0], kept[-1])
        counts, values = np.bincount(groups, weights=counts)[kept], values[kept]
        remark = "  # what is shorter or longer stands at the value next to it"
    return [f"x <- rep(c({_numbers(values)}), c({_numbers(counts)})){remark}", f"quantile(x, {q:g}, type = 1)"]


def curve_in_r(table: tuple[Floats, Floats, Floats], what: str, at: float, found: float) -> list[str]:
    """Lines of R's survival package for S(t), 1 - S(t) or a quantile, from times, events and open cases.

    A long table is drawn together where that leaves the curve at the figure as it is: events between which nobody drops
    out are one step, and what comes after the figure only has to be at risk.
    """
    remark = ""
    if len(table[0]) > _LONG:
        table = _together(*table, float(found) if what == "quantile" else at, split=what == "quantile")
        remark = "  # events between which nobody drops out are one step"
    if not 0 < len(table[0]) <= _MOST:
        return []
    t, d, g = (f"c({_numbers(values)})" for values in table)
    lines = [
        f"library(survival); t <- {t}; d <- {d}; g <- {g}{remark}",
        "fit <- survfit(Surv(rep(t, d + g), rep(rep(1:0, length(t)), c(rbind(d, g)))) ~ 1)",
    ]
    if what == "quantile":
        return [*lines, f"min(fit$time[fit$surv <= {1 - at:.15g} + 1e-9])"]
    return [*lines, f"{'1 - ' if what == 'failure' else ''}summary(fit, times = {at:.15g}, extend = TRUE)$surv"]


def turned_in_r(lines: Sequence[str]) -> list[str]:
    """Lines of R for 1 minus what these lines print, the limits the other way round."""
    return [line if "<-" in line else f"1 - rev({line})" for line in lines]


def _together(when: Floats, died: Floats, gone: Floats, until: float, split: bool) -> tuple[Floats, Floats, Floats]:
    """The table with a row for each run of events; with `split` that at `until` stands alone. Later cases are open."""
    rows: list[list[float]] = []
    for t, d, g in zip(when[when <= until], died, gone, strict=False):
        new = not rows or (d and (rows[-1][2] or (split and t == until)))
        if new:
            rows.append([t, d, g])
        else:
            rows[-1] = [t if d else rows[-1][0], rows[-1][1] + d, rows[-1][2] + g]
    later = when > until
    if later.any():
        rows.append([when[-1], 0.0, died[later].sum() + gone[later].sum()])
    merged = np.array(rows, dtype=float).reshape(-1, 3).T
    return merged[0], merged[1], merged[2]


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.15g}" for value in values)
