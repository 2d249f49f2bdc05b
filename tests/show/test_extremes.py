"""Figures of names of 80 letters, of one segment and of thirty, of intervals without width, and of no data at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from show import made_up as made
from show.test_figures import assert_words_have_room, words_in

from cxlab.compare.chart import control_chart
from cxlab.estimate import Estimate, Estimates
from cxlab.show.canvas import shade
from cxlab.show.change import Step, waterfall
from cxlab.show.figures import flow, importance, plot
from cxlab.show.picture import Figure
from cxlab.show.scale import scale
from cxlab.show.theme import Theme, contrast, mix
from cxlab.show.trend import trend

LONG = {
    "en": "The northern mountain districts, the islands, the border towns and the far coast",
    "fa": "استان‌های کوهستانی و مرزی غرب و جنوب غربی کشور به همراه جزیره‌ها و بندرهای دورافتاده",
}
BANDS = {"detractors": 0.2, "passives": 0.3, "promoters": 0.5}
Value = Callable[[float], tuple[float | None, float | None, float | None]]


def wide(x: float) -> tuple[float | None, float | None, float | None]:
    return x, x - 0.02, x + 0.02


def point(x: float) -> tuple[float | None, float | None, float | None]:
    return x, x, x


def missing(_: float) -> tuple[float | None, float | None, float | None]:
    return None, None, None


def drawn(names: list[str], theme: Theme, value: Value, periods: int = 4) -> dict[str, Figure]:
    """Every kind of figure of these names; `value` gives estimate and limits of a number from 0 to 1."""

    def one(x: float, metric: str = "distribution", **segment: object) -> Estimate:
        numbers = value(x)
        empty = numbers[0] is None
        return made.one(
            *numbers, 0 if empty else 400, unit="share", metric=metric, notes=made.NO_DATA if empty else (), **segment
        )

    months = [f"2026-{at + 1:02d}" for at in range(periods)]
    each = [(at / 10 + 0.3 if len(names) < 5 else 0.3 + at / 100, name) for at, name in enumerate(names)]
    few = each[:4]
    series = Estimates([one(0.4, period=month) for month in months], by=["period"])
    weights = Estimates([one(x, "drivers", driver=name) for x, name in few], axis="driver")
    marks = Estimates([one(1 - x, "csat", driver=name) for x, name in few], axis="driver")
    figures = {
        "forest": plot(Estimates([one(x, "csat", region=name) for x, name in each], by=["region"]), theme=theme),
        "trend": plot(series, theme=theme, kind="trend"),
        "multiples": plot(
            Estimates([one(x, "csat", region=n, period=m) for x, n in each for m in months], by=["region", "period"]),
            theme=theme, kind="multiples",
        ),
        "diverging": plot(
            Estimates(
                [one(x, region=n, band=b) for _, n in each for b, x in BANDS.items()], by=["region"], axis="band"
            ),
            theme=theme, kind="diverging",
        ),
        "distribution": plot(Estimates([one(x, point=name) for x, name in few], axis="point"), theme=theme),
        "curve": plot(
            Estimates(
                [one(x - at / 1000, "retention_curve", plan=n, at=at) for x, n in few for at in (30, 60)],
                by=["plan"], axis="at",
            ),
            theme=theme,
        ),
        "heat": plot(
            Estimates([one(x, "csat", region=n, team=t) for x, n in few for t in names[:3]], by=["region", "team"]),
            theme=theme, kind="heat",
        ),
        "importance": importance(weights, marks, theme),
    }  # fmt: skip
    if periods > 1:
        counts = [made.one(value(0.4)[0], None, None, 0, unit="count", notes=made.NO_DATA, period=m) for m in months]
        figures["flow"] = flow(*[Estimates(counts, by=["period"])] * 3, theme)
    if value is not missing:
        parts = [Step(name, *map(float, value(x))) for x, name in each]  # type: ignore[arg-type]
        ends = Step("A", 0.3, 0.2, 0.4), Step("B", 0.3 + sum(x for x, _ in each), 0.2, 0.9)
        figures["change"] = waterfall(ends[0], parts, ends[1], theme, metric="csat", unit="share")
    return figures


@pytest.mark.parametrize("code", ["en", "fa"])
@pytest.mark.parametrize("names", [1, 3], ids=["one", "three"])
@pytest.mark.parametrize("value", [wide, point])
def test_very_long_names_stay_in_their_place(code: str, names: int, value: Value) -> None:
    for name, figure in drawn([f"{at} {LONG[code]}" for at in range(names)], Theme(code), value).items():
        try:
            assert_words_have_room(figure)
        except AssertionError as error:
            raise AssertionError(name) from error
        assert LONG[code] in figure.alt() or name in ("trend", "flow"), "what is cut in the drawing is told in full"


@pytest.mark.parametrize("code", ["en", "fa"])
def test_thirty_segments_and_one_period_are_drawn(code: str) -> None:
    names = [f"S{at}" for at in range(30)]
    for name, figure in drawn(names, Theme(code), wide, periods=1).items():
        assert_words_have_room(figure)
        if name in ("forest", "multiples", "diverging", "change"):
            assert {f"S{at}" for at in range(30)} <= {text.strip("\u200f") for text in words_in(figure)}


@pytest.mark.parametrize(("code", "said"), [("en", "no data"), ("vi", "không có dữ liệu"), ("fa", "بدون داده")])
def test_a_figure_of_no_data_says_so_in_the_drawing(code: str, said: str) -> None:
    for name, figure in drawn(["A", "B"], Theme(code), missing).items():
        if name != "heat":  # its cells are hatched, which the note explains
            assert said in [text.strip("\u200f") for text in words_in(figure)], name
        assert said in figure.alt()
        assert figure.png()


def test_shares_that_all_are_one_end_the_scale_at_one() -> None:
    assert scale([1.0, 1.0], "share").ticks == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert scale([0.0, 0.0], "share").high == 1.0


def test_a_hollow_mark_is_explained_under_every_figure_that_has_one() -> None:
    few = [made.one(0.3, 0.2, 0.4, 20, unit="share", metric="distribution", point=at) for at in range(3)]
    up, along = made.drivers()
    small = Estimates([made.one(3.0, 2.5, 3.5, 20, unit="scale points", metric="rating", driver=e.segment["driver"])
                       for e in along], axis="driver")  # fmt: skip
    figures = [plot(made.histories()), plot(Estimates(few, axis="point")), importance(up, small, Theme())]
    assert [figure.note for figure in figures] == ["Hollow: a base under 30."] * 3


@pytest.mark.parametrize("brand", ["#5E2750", "#1B1F24", "#0A6B5A"])
def test_the_number_in_a_cell_has_the_ink_that_can_be_read(brand: str) -> None:
    for white in range(11):
        ground = mix(brand, white / 10)
        assert contrast(shade(ground), ground) >= 3.8, (brand, white)


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
@pytest.mark.parametrize("shares", [(0.93, 0.07, 0.0), (0.0, 0.0, 1.0), (0.64, 0.18, 0.18)], ids=["none", "all", "few"])
def test_the_heads_of_two_camps_have_room_where_one_of_them_is_nearly_empty(
    code: str, shares: tuple[float, float, float]
) -> None:
    bands = dict(zip(BANDS, shares, strict=True))
    found = [
        made.one(x, x, x, 400, unit="share", region=n, band=b) for n in ("North", "South") for b, x in bands.items()
    ]
    assert_words_have_room(plot(Estimates(found, by=["region"], axis="band"), theme=Theme(code), kind="diverging"))


@pytest.mark.parametrize("code", ["en", "fa"])
@pytest.mark.parametrize("values", [(100.0,) * 3, (100.0, 0.0, 100.0), (98.0, 99.0, 100.0), (-100.0,) * 3])
def test_the_last_value_of_a_trend_stays_in_the_drawing(code: str, values: tuple[float, ...]) -> None:
    each = [
        made.one(x, max(-100.0, x - 4), min(100.0, x + 4), 400, period=f"2026-{m:02d}") for m, x in enumerate(values, 1)
    ]
    series = Estimates(each, by=["period"], axis="period")
    for chart in (None, control_chart(series)):
        assert_words_have_room(trend(series, Theme(code), chart=chart))


def test_the_signs_of_a_latin_name_keep_their_side_in_a_persian_drawing() -> None:
    names = ["$x {y}", "North", "Names that are far too long to be drawn", "شمال"]
    said = words_in(drawn(names, Theme("fa"), wide)["diverging"])
    assert {"\u200f\u200e$x {y}\u200e", "\u200fNorth", "\u200fشمال"} <= set(said)
    assert any(text.endswith("…\u200e") for text in said)
