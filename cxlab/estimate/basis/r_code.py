"""The score engine as a few lines of R, for a client's statistician who wants to see the same figure."""

from __future__ import annotations

_SCORE = """
q <- k / sum(k); n <- {size:.10g}; z <- qnorm({tail:g}); m <- sum(q * x)
law <- function(mu) {{  # the law on the scale that has mean mu and is most likely given the answers
  d <- x - mu; f <- function(a) sum(q * d / (1 + a * d))
  i <- c(-1 / (max(x) - mu), 1 / (mu - min(x))) * (1 - 1e-12)
  a <- if (f(i[1]) * f(i[2]) < 0) uniroot(f, i, tol = 1e-14)$root else i[which.min(abs(c(f(i[1]), f(i[2]))))]
  p <- q / (1 + a * d); e <- if (mu < m) 1 else length(p); p[e] <- p[e] + 1 - sum(p); p
}}
gap <- function(mu, side) {{
  p <- law(mu); d <- x - mu; V <- sum(p * d^2)
  (m - mu) / sqrt(V / n) - sum(p * d^3) / V^1.5 * (z^2 - 1) / (6 * sqrt(n)) - side * z
}}
e <- 1e-9 * diff(range(x))
low <- if (m > min(x)) uniroot(gap, c(min(x) + e, m - e), side = 1, tol = 1e-12)$root else min(x)
high <- if (m < max(x)) uniroot(gap, c(m + e, max(x) - e), side = -1, tol = 1e-12)$root else max(x)
{factor:g} * c(low, high)
"""


def score_in_r(level: float, size: float, factor: float) -> list[str]:
    """Lines of R that find the score limits by nested root search from counts `k` at points `x`."""
    return _SCORE.format(size=size, tail=(1 + level) / 2, factor=factor).strip().splitlines()
