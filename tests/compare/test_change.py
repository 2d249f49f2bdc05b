"""Change split in two, by public calls: R's figures, exact sums, pairs of the same customers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxlab as cx

BETWEEN = ("2026-04", "2026-07")


def answers(period: str, segment: str, counts: tuple[int, int, int]) -> pd.DataFrame:
    scores = [0] * counts[0] + [8] * counts[1] + [10] * counts[2]
    when = pd.Timestamp(f"{period}-15T12:00", tz="UTC")
    return pd.DataFrame({"recommend": scores, "segment": segment, "answered": when})


def mixed(shared: Callable[[str], Path]) -> pd.DataFrame:
    table = pd.read_csv(shared("reference/data/nps_mix_shift.csv"))
    parts = []
    for row in table.itertuples():
        n = 2 * row.n  # twice as many answers, so that every score is that of whole answers
        net = round(n * row.score / 100)
        low = (n - net) // 4
        counts = (low, n - net - 2 * low, net + low)
        parts.append(answers({"Q1": "2026-04", "Q2": "2026-07"}[row.pop], row.segment, counts))
    return pd.concat(parts)


def test_mix_and_within_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/decomposition.json").read_text())["cases"]
    rates = {(r["factor"], r["pop"]): r["rate"] for r in next(c for c in cases if c["id"] == "nps_mix_cc")["output"]}
    own = cx.change(mixed(shared), "nps", between=BETWEEN, mix="segment")
    assert own.start[0].estimate == pytest.approx(rates["crude", "Q1"])
    assert own.end[0].estimate == pytest.approx(rates["crude", "Q2"])
    assert own.within[0].estimate == pytest.approx(rates["score", "Q2"] - rates["score", "Q1"])
    assert own.mix[0].estimate == pytest.approx(rates["segment_struct", "Q2"] - rates["segment_struct", "Q1"])
    assert own.total[0].low < own.total[0].estimate < own.total[0].high


def test_the_parts_add_up_to_the_change() -> None:
    rng = np.random.default_rng(4)
    frames = [
        answers(period, segment, tuple(rng.integers(0, 30, 3)))
        for period in BETWEEN
        for segment in ("a", "b", "c", "d")
        if (period, segment) not in (("2026-04", "c"), ("2026-07", "d"))
    ]
    table = pd.concat([*frames, answers("2026-04", None, (3, 2, 5))])
    for ask, keywords in ((cx.nps, {}), (cx.rating, {"score": "recommend", "scale": (0, 10)})):
        own = cx.change(table, ask, between=BETWEEN, mix="segment", **keywords)
        gap = own.end[0].estimate - own.start[0].estimate
        assert own.total[0].estimate == pytest.approx(gap)
        assert own.mix[0].estimate + own.within[0].estimate == pytest.approx(gap, abs=1e-9)
        assert sum(one.estimate for one in own.segments) == pytest.approx(gap, abs=1e-9)
        rows = own.to_pandas()
        assert list(rows.name) == ["2026-04", "mix", "a", "b", "c", "d", "none", "2026-07"]
        parts = rows[rows.part.isin(["mix", "within"])]
        assert float(parts.estimate.sum()) == pytest.approx(gap, abs=1e-9)
        assert float(rows.n[rows.part == "within"].sum()) == own.total[0].n
        new = [one for one in own.segments if one.segment["segment"] == "c" and one.segment["part"] == "within"]
        assert new[0].estimate == 0, "a new segment has nothing to change from"


def test_a_period_without_answers_has_no_change() -> None:
    own = cx.change(answers("2026-04", "a", (1, 2, 3)), "nps", between=BETWEEN, mix="segment")
    assert (own.total[0].estimate, own.mix[0].low, own.within[0].note) == (None, None, "no data")
    assert own.end[0].estimate is None


def twice(first: list[int], second: list[int]) -> pd.DataFrame:
    one = pd.DataFrame({"recommend": first, "customer": range(len(first)), "answered": "2026-04-10"})
    two = pd.DataFrame({"recommend": second, "customer": range(len(second)), "answered": "2026-07-10"})
    return pd.concat([one, two]).assign(answered=lambda t: pd.to_datetime(t.answered, utc=True), g="all")


def test_the_same_customers_are_paired() -> None:
    from cxlab.interval.score import limits

    first, second = [0, 0, 8, 10, 10, 8, 0, 10] * 3, [8, 0, 10, 10, 10, 8, 10, 8] * 3
    own = cx.change(twice(first, second), "nps", between=BETWEEN, mix="g")
    value = {0: -1, 8: 0, 10: 1}
    gaps = np.array([value[b] - value[a] for a, b in zip(first, second, strict=True)])
    counts = [[(gaps == x).sum() for x in (-2, -1, 0, 1, 2)]]
    low, high = limits(counts, [-2, -1, 0, 1, 2], 1.959963984540054)
    (paired,) = own.paired
    assert paired.estimate == pytest.approx(100 * gaps.mean())
    assert (paired.low, paired.high) == (pytest.approx(100 * low[0]), pytest.approx(100 * high[0]))
    assert paired.n == 24
    assert (own.total[0].low, own.total[0].high) == (paired.low, paired.high), "everybody is in a pair"


@pytest.mark.parametrize(("n", "published"), [(20, 0.985), (50, 0.947), (200, 0.951)])
def test_coverage_of_paired_change(n: int, published: float) -> None:
    """METHODS 4.5, typical shape, 60 % of the customers unchanged, 6,000 samples."""
    from cxlab.interval.score import limits

    rng, runs = np.random.default_rng(n), 3000
    shape, later = np.array([0.2, 0.3, 0.5]), np.array([0.23, 0.3, 0.47])
    first = rng.choice(3, (runs, n), p=shape)
    second = np.where(rng.random((runs, n)) < 0.6, first, rng.choice(3, (runs, n), p=later))
    counts = np.stack([(second - first == gap).sum(axis=1) for gap in range(-2, 3)], axis=1)
    low, high = limits(counts, [-2, -1, 0, 1, 2], 1.959963984540054)
    truth = 0.4 * float((later - shape) @ [-1, 0, 1])
    covered = np.mean((low <= truth + 1e-9) & (truth - 1e-9 <= high))
    assert covered == pytest.approx(published, abs=3 * np.sqrt(published * (1 - published) * (1 / runs + 1 / 6000)))


def test_some_of_the_same_customers_are_shown_beside() -> None:
    table = twice([0, 10, 8, 10, 9, 3], [10, 10, 8, 0, 9, 9])
    extra = table.assign(customer=lambda t: t.customer + 100)
    more = pd.concat([table, extra[extra.answered.dt.month == 4], table.iloc[[0]]])
    own = cx.change(more, "nps", between=BETWEEN, mix="g")
    assert own.paired[0].n == 5
    assert any("1 customers with several" in note for note in own.paired[0].notes)
    assert own.total[0].note == "customers stand in both periods"
    assert own.total[0].estimate == pytest.approx(own.end[0].estimate - own.start[0].estimate)


def test_delta_limits_cover() -> None:
    """METHODS 4.10 at n = 300: the mix .946, the within .953 of 1,000 samples; here 40 by the public call."""
    rng = np.random.default_rng(7)
    mixes = (0.4, 0.3, 0.15, 0.1, 0.05), (0.25, 0.3, 0.2, 0.15, 0.1)
    shapes = (
        [(0.1, 0.2, 0.7), (0.2, 0.3, 0.5), (0.3, 0.3, 0.4), (0.5, 0.3, 0.2), (0.6, 0.3, 0.1)],
        [(0.1, 0.25, 0.65), (0.2, 0.3, 0.5), (0.25, 0.3, 0.45), (0.5, 0.3, 0.2), (0.6, 0.3, 0.1)],
    )
    means = [np.array([100 * (p[2] - p[0]) for p in shape]) for shape in shapes]
    (wa, wb), (ya, yb) = (np.array(w) for w in mixes), means
    truth = ((wb - wa) @ (ya + yb) / 2, (yb - ya) @ (wa + wb) / 2)
    hits = np.zeros(2)
    for _ in range(40):
        frames = []
        for period, mix, shape in zip(BETWEEN, mixes, shapes, strict=True):
            sizes = rng.multinomial(300, mix)
            frames += [answers(period, "abcde"[i], tuple(rng.multinomial(n, shape[i]))) for i, n in enumerate(sizes)]
        own = cx.change(pd.concat(frames), "nps", between=BETWEEN, mix="segment")
        for i, one in enumerate((own.mix[0], own.within[0])):
            hits[i] += one.low <= truth[i] <= one.high
    assert (hits / 40 > 0.95 - 3 * 0.035).all(), hits / 40
