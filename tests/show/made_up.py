"""Made-up answers for the figures and tables: every shape and every state that they have to show."""

from __future__ import annotations

import pandas as pd

from cxlab.estimate import Difference, Differences, Estimate, Estimates, Facts
from cxlab.metric import About, Variant
from cxlab.units import POINTS, SHARE, Unit

FACTS = {
    "scale": "0 to 10",
    "base": "answers of 0 to 10",
    "exclusions": "blank and declared codes",
    "window": "2026-10",
    "zone": "Asia/Ho_Chi_Minh",
}
NO_DATA, HIDDEN, FULL = ("no data",), ("suppressed: n < 10",), ("population value",)
LONG = "Vùng núi và các tỉnh biên giới phía Tây xa xôi"


def _about(
    name: str,
    label: tuple[str, str, str],
    unit: Unit | None,
    kind: str,
    counted: str = "answers",
    better: str = "higher",
) -> About:
    words = dict(zip(("en", "vi", "fa"), label, strict=True))
    return About(
        name, words, counted, better, (Variant("scored", "", unit, kind),), "made up", unit_of_analysis=counted
    )


# The names of the metrics as they are today: the golden files must not change when another metric is added or renamed.
CATALOGUE = {
    about.name: about
    for about in (
        _about("nps", ("Net Promoter Score", "Chỉ số NPS", "شاخص خالص مروجان"), POINTS, "nps"),
        _about("csat", ("Customer satisfaction", "Mức hài lòng của khách hàng", "رضایت مشتری"), SHARE, "share"),
        _about("rating", ("Rating", "Điểm đánh giá", "امتیاز"), None, "mean"),
        _about("distribution", ("Answers", "Câu trả lời", "پاسخ‌ها"), SHARE, "share"),
        _about("retention_curve", ("Retention", "Tỷ lệ giữ chân", "ماندگاری"), SHARE, "curve", "customers"),
        _about("request_volume", ("Requests", "Số yêu cầu", "درخواست‌ها"), None, "count", "tickets"),
        _about("drivers", ("Importance", "Mức quan trọng", "اهمیت"), SHARE, "model"),
        _about("service_level", ("Service level", "Mức dịch vụ", "سطح خدمت"), SHARE, "share", "calls"),
        _about(
            "first_response_time",
            ("First response time", "Thời gian phản hồi đầu tiên", "زمان نخستین پاسخ"),
            None,
            "quantile_time",
            "tickets",
            "lower",
        ),
    )
}


def one(
    value: float | None,
    low: float | None,
    high: float | None,
    n: int | None,
    *,
    unit: str = "points",
    metric: str = "nps",
    variant: str = "scored",
    notes: tuple[str, ...] = (),
    **segment: object,
) -> Estimate:
    """One estimate of a segment."""
    return Estimate(
        id=f"{metric}.{variant}[{segment}]",
        metric=metric,
        variant=variant,
        estimate=value,
        low=low,
        high=high,
        level=0.95,
        n=n,
        n_effective=n,
        unit=unit,
        method="score",
        segment=Facts(segment),
        definition=Facts(FACTS | ({"at": "days"} if "at" in segment else {})),
        notes=notes,
    )


def gap(
    difference: float | None,
    low: float | None,
    high: float | None,
    verdict: str,
    *,
    versus: str = "2026-09",
    unit: str = "points",
    metric: str = "nps",
    better: str = "higher",
    detectable: float | None = 7.1,
    n: int = 520,
    n_versus: int = 1298,
    **segment: object,
) -> Difference:
    """One difference of a segment."""
    return Difference(
        segment=Facts(segment or {"period": "2026-10"}),
        versus=versus,
        metric=metric,
        variant="scored",
        unit=unit,
        n=n,
        n_versus=n_versus,
        difference=difference,
        low=low,
        high=high,
        level=0.95,
        p_value=0.2 if verdict == "unclear" else 0.001,
        detectable=detectable,
        verdict=verdict,
        better=better,
    )


WHOLE = one(36.2, 32.7, 39.6, 1818)
FULLY = one(0.811, None, None, 21480, unit="share", metric="service_level", notes=FULL, period="2026-10")


def regions(first: str = "North") -> Estimates:
    """Six regions, one of them small, one without data, one hidden."""
    rows = [
        one(46.5, 40.1, 52.4, 520, region=first),
        one(16.7, 9.5, 23.7, 468, region="Central"),
        one(43.7, 36.5, 50.3, 430, region=LONG),
        one(33.3, 1.4, 57.9, 24, region="Overseas"),
        one(None, None, None, 0, notes=NO_DATA, region="Moon"),
        one(None, None, None, None, notes=HIDDEN, region="Mars"),
    ]
    return Estimates(rows, by=["region"])


def months(calendar: str = "gregorian", count: int = 12, empty: int | None = 4) -> Estimates:
    """A year of months to October 2026 (Mehr 1405), one of them without data."""
    values = [27.5, 27.9, 27.1, 26.3, 26.9, 26.2, 27.5, 29.2, 26.8, 27.1, 28.4, 36.2]
    first = 1404 * 12 + 7 if calendar == "jalali" else 2025 * 12 + 10
    keys = [f"{(first + at) // 12}-{(first + at) % 12 + 1:02d}" for at in range(count)]
    rows = [
        one(None, None, None, 0, notes=NO_DATA, period=key)
        if at == empty
        else one(values[at], values[at] - 3.5, values[at] + 3.5, 900 + at, period=key)
        for at, key in enumerate(keys)
    ]
    return Estimates(rows, by=["period"])


class Chart:
    """A control chart with a signal in its last month."""

    def to_pandas(self) -> pd.DataFrame:
        signal = [False] * 11 + [True]
        return pd.DataFrame({"value": 0.0, "centre": 26.9, "low": 23.8, "high": 30.1, "signal": signal})


def bands() -> Estimates:
    """Detractors, passives and promoters of three regions, the last one small."""
    rows = []
    for region, shares, n in (
        ("North", (13, 27, 60), 520),
        ("Central", (24, 35, 41), 468),
        ("Overseas", (17, 33, 50), 24),
    ):
        for band, share in zip(("detractors", "passives", "promoters"), shares, strict=True):
            low, high = share / 100 - 0.03, share / 100 + 0.03
            rows.append(one(share / 100, low, high, n, unit="share", metric="distribution", region=region, band=band))
    return Estimates(rows, by=["region"], axis="band")


def points() -> Estimates:
    """The shares of the answers 0 to 10."""
    shares = [0.02, 0.01, 0.02, 0.02, 0.03, 0.06, 0.05, 0.12, 0.2, 0.18, 0.29]
    rows = [
        one(s, max(0.0, s - 0.02), s + 0.02, 1818, unit="share", metric="distribution", point=at)
        for at, s in enumerate(shares)
    ]
    return Estimates(rows, axis="point")


def staying(*plans: str) -> Estimates:
    """Who stays after 30, 60 ... 360 days, of one group or of several plans."""
    rows = []
    for at, plan in enumerate(plans or ("",)):
        for month in range(1, 13):
            share = 1 - (0.1 - 0.02 * at) * month**0.7
            segment = ({"plan": plan} if plan else {}) | {"at": 30 * month}
            rows.append(one(share, share - 0.02, share + 0.02, 900, unit="share", metric="retention_curve", **segment))
    return Estimates(rows, by=["plan"] if plans else [], axis="at")


def hours() -> Estimates:
    """Requests by weekday and hour, with one empty cell."""
    rows = [
        one(None, None, None, 0, unit="count", metric="request_volume", notes=NO_DATA, weekday=day, hour=hour)
        if (day, hour) == ("Sun", 3)
        else one(
            20.0 + hour,
            15.0 + hour,
            25.0 + hour,
            20 + hour,
            unit="count",
            metric="request_volume",
            weekday=day,
            hour=hour,
        )
        for day in ("Mon", "Tue", "Sun")
        for hour in range(8)
    ]
    return Estimates(rows, by=["weekday", "hour"])


def histories() -> Estimates:
    """Months of four regions, the last one small."""
    rows = [
        one(
            20.0 + 5 * at + month % 3,
            14.0 + 5 * at,
            26.0 + 5 * at,
            25 if at == 3 else 200,
            region=region,
            period=f"2026-{month:02d}",
        )
        for at, region in enumerate(("North", "Central", "South", "Overseas"))
        for month in range(1, 11)
    ]
    return Estimates(rows, by=["region", "period"])


def desk() -> tuple[Estimates, Estimates, Estimates]:
    """What came in, what was done and what stayed open in ten months."""
    series = []
    for start, step in ((900.0, 12.0), (880.0, 9.0), (140.0, 22.0)):
        rows = [
            one(start + step * at, None, None, 900, unit="count", metric="request_volume", period=f"2026-{at + 1:02d}")
            for at in range(10)
        ]
        series.append(Estimates(rows, by=["period"]))
    return series[0], series[1], series[2]


def drivers() -> tuple[Estimates, Estimates]:
    """How much four drivers matter, and how they do."""
    weights = {"waiting": 0.34, "courtesy": 0.22, "price": 0.13, "delivery": 0.31}
    marks = {"waiting": 3.1, "courtesy": 4.4, "price": 3.6, "delivery": 4.0}
    up = [one(x, x - 0.05, x + 0.05, 800, unit="share", metric="drivers", driver=name) for name, x in weights.items()]
    along = [
        one(x, x - 0.1, x + 0.1, 800, unit="scale points", metric="rating", driver=name) for name, x in marks.items()
    ]
    return Estimates(up, axis="driver"), Estimates(along, axis="driver")


def rests(first: str = "North") -> Differences:
    """Each region against the rest."""
    rows = [
        gap(14.5, 6.1, 22.4, "higher", versus="rest", region=first),
        gap(-26.3, -34.0, -18.2, "lower", versus="rest", region="Central"),
        gap(9.9, -0.5, 19.3, "unclear", versus="rest", region=LONG),
        gap(-3.0, -40.0, 30.0, "unclear", versus="rest", region="Overseas", n=24),
    ]
    return Differences(rows, by=["region"], to="rest", adjust="simultaneous")


def pairs() -> Differences:
    """Two pairs of regions that differ, and one that does not."""
    rows = [
        gap(29.9, 15.0, 40.0, "higher", versus="Central", region="North"),
        gap(-27.0, -38.0, -14.0, "lower", versus=LONG, region="Central"),
        gap(13.0, -20.0, 40.0, "unclear", versus="Overseas", region="North"),
    ]
    return Differences(rows, by=["region"], to="pairs", adjust="simultaneous")
