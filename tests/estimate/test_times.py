"""Mean times of segments that lie on scales of their own: no segment changes another's limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxlab as cx


def calls(**teams: np.ndarray) -> pd.DataFrame:
    """Calls of some teams with these seconds of talk."""
    parts = [pd.DataFrame({"team": team, "talk": seconds}) for team, seconds in teams.items()]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(call=np.arange(len(frame)), hold=0.0, wrap=0.0)


def test_times_of_years_elsewhere_leave_the_digits_of_seconds() -> None:
    """Around a shift common to both the cubes of the seconds were lost, and limits were a tenth as wide."""
    seconds = np.random.default_rng(1).gamma(3, 20, 200)
    alone = cx.handle_time(calls(a=seconds))[0]
    for far in (1e5, 1e7, 1e9):
        beside = cx.handle_time(calls(a=seconds, b=np.linspace(far, 3 * far, 50)), by="team")[0]
        assert (beside.estimate, beside.low, beside.high) == pytest.approx(
            (alone.estimate, alone.low, alone.high), rel=1e-9
        )


@pytest.mark.parametrize("method", ["hall", "t"])
def test_a_union_of_segments_has_the_limits_of_its_rows(method: str) -> None:
    random = np.random.default_rng(2)
    parts = {"a": random.gamma(3, 20, 30), "b": random.gamma(2, 300, 7), "c": random.lognormal(9, 1, 12)}
    frame = calls(**parts)
    union = cx.handle_time(frame, by="team", method=method).basis().pool([[0, 1, 2], [1], [0, 2]])
    whole = cx.handle_time(frame, method=method)[0]
    low, high = union.shown(0.95)
    assert (union.estimate[0], low[0], high[0]) == pytest.approx((whole.estimate, whole.low, whole.high), rel=1e-10)
    third = np.concatenate([parts["a"], parts["c"]])
    assert union.estimate[2] == pytest.approx(third.mean())
    if method == "t":
        reach = stats.t.ppf(0.975, 41) * third.std(ddof=1) / np.sqrt(42)
        assert (low[2], high[2]) == pytest.approx((max(third.mean() - reach, 0), third.mean() + reach))


def test_a_rest_of_one_answer_has_no_limits_and_harms_no_other() -> None:
    """Its degrees of freedom are none; a t quantile of none is beyond all numbers."""
    frame = pd.DataFrame({"region": list("aaaaaabcc"), "recommend": [10, 3, 8, 9, 0, 10, 9, None, None]})
    for adjust in ("simultaneous", "holm", "none"):
        found = cx.nps(frame, by="region", method="t").compare(to="rest", adjust=adjust)
        assert [one.verdict for one in found] == ["unclear"] * 3
        assert found[0].difference == pytest.approx(100 / 6 - 100)
