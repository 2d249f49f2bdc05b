"""Receipts in R: the lines were run in R 4.2.2, whose answers stand here; long tables are held against brute force."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx

TALK = pa.table({"talk": [200, 300, 250, 900, 120], "hold": [20, 0, 10, 5, 60]})
QUEUE = pa.table(
    {"offered": [100, 120, 90], "answered": [80, 100, 85], "abandoned": [20, 20, 5], "wait_seconds": [2400, 1800, 900]}
)
CUSTOMERS = pa.table(
    {
        "started": [date(2025, 1, 1)] * 4 + [date(2026, 10, 5)],
        "ended": [date(2026, 10, 9), None, None, None, None],
        "revenue_start": [100.0, 50, 80, 70, 0],
        "revenue_end": [0.0, 60, 70, 70, 20],
    }
)
SHOPS = pa.table({"satisfaction": [5, 1] * 6, "shop": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6]})


def in_r(answer: cx.Estimates) -> list[str]:
    return [line.strip() for line in str(answer.receipt()).split("In R:\n")[1].splitlines()]


def vector(lines: list[str], name: str) -> list[float]:
    """The numbers of a vector that the lines define."""
    found = re.search(rf"\b{name} <- (?:rep\()?c\(([^)]*)\)", "\n".join(lines))
    assert found is not None
    return [float(one) for one in found[1].split(",")]


def limits(answer: cx.Estimates) -> tuple[float | None, float | None, float | None]:
    return answer[0].estimate, answer[0].low, answer[0].high


class TestAsInR:
    def test_a_mean_time_by_halls_transform(self) -> None:
        answer = cx.handle_time(TALK)
        assert limits(answer) == pytest.approx((373, 123.961872467, 1606.812638791))
        assert in_r(answer) == [
            "n <- 5; s <- c(0, 361780, 137966220) / n  # means of (x - 373) to the powers 1 to 3",
            "m <- 373 + s[1]; v <- s[2] - s[1]^2",
            "m",
            "A <- (s[3] - 3 * s[1] * s[2] + 2 * s[1]^3) / v^1.5 / sqrt(n); "
            "root <- function(x) sign(x) * abs(x)^(1 / 3)",
            "h <- function(u) if (abs(A) < 1e-8) u else 3 / A * (root(1 + A * (u - A / 6)) - 1)",
            "t <- qt(0.975, n - 1); pmax(0, m - sqrt(v / (n - 1)) * c(h(t), h(-t)))",
        ]

    def test_a_mean_time_by_t(self) -> None:
        answer = cx.handle_time(TALK, method="t")
        assert limits(answer) == pytest.approx((373, 0, 746.41896473))
        assert in_r(answer)[-1] == "t <- qt(0.975, n - 1); pmax(0, m - sqrt(v / (n - 1)) * c(t, -t))"

    def test_a_mean_of_one_has_no_limits_to_find(self) -> None:
        assert in_r(cx.handle_time(TALK.slice(0, 1)))[-1] == "m"

    def test_a_mean_from_queue_totals(self) -> None:
        answer = cx.speed_of_answer(QUEUE)
        assert limits(answer) == pytest.approx((19.2452830189, 0, 41.8940518))
        assert in_r(answer) == [
            "n <- 3; y <- 5100; x <- 265; yy <- 9810000; yx <- 448500; xx <- 23625",
            "y / x",
            "r <- y / x; e <- sqrt((yy - 2 * r * yx + r^2 * xx) * n / (n - 1)) / abs(x)",
            "pmin(pmax(r + c(-1, 1) * qt(0.975, n - 1) * e, 0.0), Inf)",
        ]

    def test_what_is_left_of_a_ratio(self) -> None:
        answer = cx.retention_rate(CUSTOMERS, period="2026-10", variant="revenue_net")
        assert limits(answer) == pytest.approx((0.666666666667, 0, 1.61373012841))
        lines = in_r(answer)
        assert lines[1] == "1 - rev(y / x)"
        assert lines[3] == "1 - rev(pmin(pmax(r + c(-1, 1) * qt(0.975, n - 1) * e, -Inf), 1.0))"

    def test_what_is_left_of_a_share_is_the_share_of_the_others(self) -> None:
        answer = cx.retention_rate(CUSTOMERS, period="2026-10", method="clopper_pearson")
        assert limits(answer) == pytest.approx((0.75, 0.194120449683, 0.993690536790))
        assert in_r(answer)[0] == "k <- c(1, 3); x <- c(0, 1)"

    def test_clusters_that_are_worth_all_their_rows_keep_their_quantile(self) -> None:
        # R's own test of a share would take the normal quantile: 0.2538 to 0.7462.
        answer = cx.csat(SHOPS, scale=(1, 5), cluster="shop", method="wilson")
        assert answer[0].n_effective == 12
        assert limits(answer) == pytest.approx((0.5, 0.202043501229, 0.797956498771))
        assert "z <- qt(0.975, 5)" in in_r(answer)[2]

    def test_clusters_that_are_worth_all_their_rows_keep_their_error(self) -> None:
        # Each shop has one of both: no spread between them but what the last two add.
        answer = cx.csat(SHOPS, scale=(1, 5), cluster="shop", method="t")
        assert "sqrt(v / (n - 1))" not in in_r(answer)[-1]
        reach = float(re.findall(r"z \* ([\d.]+)\)", in_r(answer)[-1])[0]) * 2.570581835636
        assert (answer[0].low, answer[0].high) == pytest.approx((0.5 - reach, 0.5 + reach))


def survival(t: list[float], d: list[float], g: list[float]) -> list[float]:
    """Kaplan and Meier by hand."""
    left, share, found = sum(d) + sum(g), 1.0, []
    for died, gone in zip(d, g, strict=True):
        share *= 1 - died / left
        left -= died + gone
        found.append(share)
    return found


cases = st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=40, max_size=160)


class TestLongTables:
    @settings(max_examples=60, deadline=None)
    @given(cases, st.sampled_from([1, 30, 45, 89]))
    def test_a_curve_is_drawn_together_and_stays_the_same_at_its_time(
        self, rows: list[tuple[int, bool]], at: int
    ) -> None:
        table = pa.table({"months": [one for one, _ in rows], "left": [left for _, left in rows]})
        answer = cx.retention_curve(table, duration="months", event="left", at=[at])
        if answer[0].estimate is None:
            return
        lines = in_r(answer)
        t, d, g = (vector(lines, name) for name in ("t", "d", "g"))
        assert sum(d) + sum(g) == len(rows)
        seen = [share for when, share in zip(t, survival(t, d, g), strict=True) if when <= at]
        assert (seen[-1] if seen else 1.0) == pytest.approx(answer[0].estimate)

    @settings(max_examples=60, deadline=None)
    @given(cases, st.sampled_from(["median", 0.25, 0.8]))
    def test_a_censored_quantile_too(self, rows: list[tuple[int, bool]], statistic: str | float) -> None:
        start = datetime(2026, 1, 1)
        table = pa.table(
            {
                "opened": [start + timedelta(minutes=90 - one) for one, _ in rows],
                "resolved": [start + timedelta(minutes=90) if done else None for _, done in rows],
            }
        )
        rows_read = cx.read(table, timezone="UTC")
        answer = cx.resolution_time(rows_read, statistic=statistic, as_of=start + timedelta(minutes=90))
        if answer[0].estimate is None:
            return
        lines = in_r(answer)
        t, d, g = (vector(lines, name) for name in ("t", "d", "g"))
        share = 0.5 if statistic == "median" else float(statistic)
        reached = [when for when, alive in zip(t, survival(t, d, g), strict=True) if alive <= 1 - share + 1e-9]
        assert min(reached) == answer[0].estimate

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.integers(0, 500), min_size=1, max_size=200), st.sampled_from([0.1, 0.5, 0.9]))
    def test_a_quantile_of_many_values(self, waits: list[int], q: float) -> None:
        answer = cx.speed_of_answer(pa.table({"outcome": ["answered"] * len(waits), "wait": waits}), statistic=q)
        lines = in_r(answer)
        values, counts = re.findall(r"c\(([^)]*)\)", lines[0])
        x = np.repeat([float(one) for one in values.split(",")], [int(one) for one in counts.split(",")])
        assert len(x) == len(waits)
        assert len(set(x)) <= 30
        assert np.quantile(x, q, method="inverted_cdf") == answer[0].estimate

    def test_thousands_of_closed_cases_are_few_steps(self) -> None:
        table = pa.table({"months": range(1, 5001), "left": [one % 500 != 0 for one in range(1, 5001)]})
        answer = cx.retention_curve(table, duration="months", event="left", at=[2600])
        lines = in_r(answer)
        assert vector(lines, "t") == [499, 999, 1499, 1999, 2499, 2600, 5000]
        assert lines[0].endswith("# events between which nobody drops out are one step")
        assert lines[2] == "summary(fit, times = 2600, extend = TRUE)$surv"
