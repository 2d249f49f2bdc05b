"""Interval methods as a few lines of R, for a client's statistician who wants to see the same figure."""

from __future__ import annotations

import math

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
    `plain` says that the rows are drawn one by one and all count alike, so that R's own tests hold.
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
