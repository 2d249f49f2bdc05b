"""Figures: the right kind, drawn the same twice, told by their numbers, in the direction of their language."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path

import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from show import made_up as made
from show.gallery import figures

import cxlab as cx
from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.show import theme as look
from cxlab.show.canvas import DPI, Canvas
from cxlab.show.figures import fitting, flow, plot, plot_differences
from cxlab.show.importance import importance
from cxlab.show.picture import Figure
from cxlab.show.spoken import Spoken
from cxlab.show.theme import Theme

KINDS = (
    "forest",
    "single",
    "trend",
    "distribution",
    "diverging",
    "change",
    "curve",
    "curves",
    "heat",
    "multiples",
    "differences",
    "importance",
    "flow",
)
GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
CHOSEN = [("forest", "en"), ("trend", "fa"), ("diverging", "vi"), ("change", "en")]
EVERY = [(name, code) for code in ("en", "vi", "fa") for name in KINDS]


def drawn_words(figure: Figure) -> list[matplotlib.text.Text]:
    """Every text that a figure draws, as it is drawn."""
    with figure.theme.drawing():
        canvas = Canvas(figure.theme, figure.height)
        figure.draw(canvas)
        return [text for text in canvas.figure.findobj(matplotlib.text.Text) if text.get_text()]


def words_in(figure: Figure) -> list[str]:
    return [text.get_text() for text in drawn_words(figure)]


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)


def test_the_cuts_choose_the_figure() -> None:
    chosen = {
        "forest": made.regions(),
        "trend": made.months(),
        "distribution": made.points(),
        "diverging": made.bands(),
        "curve": made.staying("Basic", "Plus"),
        "multiples": made.histories(),
    }
    assert {kind: fitting(estimates) for kind, estimates in chosen.items()} == {kind: kind for kind in chosen}
    assert fitting(Estimates([made.WHOLE])) == "forest"
    assert fitting(made.months()[:1]) == "forest"


@pytest.mark.parametrize(("name", "code"), [("trend", "fa"), ("forest", "en")])
def test_the_same_numbers_give_the_same_bytes(name: str, code: str) -> None:
    first, again = figures(code)[name], figures.__wrapped__(code)[name]
    assert first.png() == again.png()
    assert first.svg() == again.svg()
    assert "<dc:date>" not in first.svg()


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_is_one_column_wide_and_light(name: str) -> None:
    data = figures("en")[name].png()
    image = Image.open(io.BytesIO(data))
    assert image.width in (744, 745)
    assert image.mode == "P"
    assert len(image.getcolors() or []) <= 128
    assert not image.info.keys() & {"Software", "date", "Creation Time"}
    assert 1_000 < len(data) < 24_000


def test_few_colours_keep_the_pair_that_says_better_and_worse() -> None:
    image = Image.open(io.BytesIO(figures("en")["diverging"].png())).convert("RGB")
    seen = {colour for _, colour in image.getcolors(1 << 20) or []}
    for colour in (look.BETTER, look.WORSE, look.BETTER_BACK, look.WORSE_BACK):
        wanted = np.array([255 * part for part in look.rgb(colour)])
        assert min(np.abs(np.array(one) - wanted).max() for one in seen) <= 5, colour


@pytest.mark.parametrize(("name", "code"), CHOSEN)
def test_chosen_pictures_look_as_they_did(name: str, code: str) -> None:
    """tests/show/gallery.py writes the pictures; those in golden/pictures were looked at. Antialiasing may differ."""
    seen, known = pixels(figures(code)[name].png()), pixels((GOLDEN / f"{name}-{code}.png").read_bytes())
    assert seen.shape == known.shape
    assert np.abs(seen - known).mean() < 1.0
    assert (np.abs(seen - known).max(axis=2) > 60).mean() < 0.01


@pytest.mark.parametrize("name", KINDS)
def test_persian_figures_are_persian(name: str) -> None:
    for text in words_in(figures("fa")[name]):
        assert all(line.startswith("\u200f") for line in text.split("\n") if line), text
        assert not re.search("[0-9%?,;-]", text), text


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_names_stand_at_the_start_edge_and_the_number_line_does_not_turn(code: str) -> None:
    figure = figures(code)["forest"]
    with figure.theme.drawing():
        canvas = Canvas(figure.theme, figure.height)
        figure.draw(canvas)
    places = {text.get_text().strip("\u200f"): text.get_position()[0] for text in canvas.figure.texts}
    middle = canvas.figure.axes[0].get_position()
    assert (places["North"] > middle.x1) == (code == "fa")
    low, high = canvas.figure.axes[0].get_xlim()
    assert low < high


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_every_figure_is_told_in_every_language(name: str, code: str) -> None:
    figure = figures(code)[name]
    alt = figure.alt()
    assert figure.subtitle in alt
    assert re.search(r"\d|[۰-۹]", alt)
    assert len(alt) < 3000
    if name != "trend":  # the Persian one has Persian months
        assert figure.alt("en") == figures("en")[name].alt()


def test_a_reader_without_sight_gets_every_number() -> None:
    series = Estimates(
        [made.one(20.0 + i, 15.0 + i, 25.0 + i, 400, period=f"20{20 + i // 12}-{i % 12 + 1:02}") for i in range(40)],
        by=["period"],
    )
    alt = plot(series).alt()
    for i in range(40):
        assert f" {20 + i}.0 points" in alt
        assert f" ({15 + i}.0 to {25 + i}.0)" in alt
    cells = [made.one(20.0 + i, 15.0, 25.0, 400, unit="count", weekday=day, hour=i) for day in "MT" for i in range(24)]
    field = plot(Estimates(cells, by=["weekday", "hour"]), kind="heat").alt()
    assert field.count("(15 to 25)") == 3, "which draws no intervals: the first (the lowest), the highest, the last"
    assert "small base" not in figures("en")["heat"].alt(), "nor what is small"


SOURCES = {
    "forest": [made.regions(), [made.WHOLE]],
    "trend": [made.months()],
    "distribution": [made.points()],
    "diverging": [made.bands()],
    "curve": [made.staying()],
    "multiples": [made.histories()],
    "importance": list(made.drivers()),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_interval_that_is_drawn_is_told_and_what_a_hollow_point_means(name: str) -> None:
    figure = figures("en")[name]
    spoken = Spoken(figure.theme.words)
    for e in (e for estimates in SOURCES[name] for e in estimates):
        said = f" {spoken.value(e)} ({spoken.limits(e)})" if e.estimate is not None else spoken.state(e)
        small = ": small base" if spoken.hollow(e) and e.estimate is not None else ""
        assert re.search(re.escape(f"{said}{small}") + "[;.]", figure.alt()), said


def test_both_intervals_of_a_driver_are_told_and_a_part_that_is_unclear() -> None:
    alt = figures("en")["importance"].alt()
    assert "waiting · Importance 34.0% (29.0 to 39.0); waiting · Rating 3.10 scale points (3.00 to 3.20)" in alt
    assert "Central +1.4 (−1.4 to 4.0): unclear; October" in figures("en")["change"].alt()


NUMBER = re.compile(r"[+\u2212]?[0-9\u06f0-\u06f9][0-9\u06f0-\u06f9.,\u066b\u066c]*")


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_every_number_that_is_drawn_but_those_of_the_axis_is_told(name: str, code: str) -> None:
    figure, told = figures(code)[name], []
    alt = NUMBER.findall(figure.alt())
    values = [text for text in drawn_words(figure) if not (text.get_color() == look.INK_3 and alone(text.get_text()))]
    for text in values:
        # A share in whole percent stands for the one with decimals that is told.
        told += [
            any(one == number or one.startswith((f"{number}.", f"{number},", f"{number}\u066b")) for one in alt)
            for number in NUMBER.findall(text.get_text())
        ]
    assert all(told), (name, [text.get_text() for text in values])


def alone(text: str) -> bool:
    return NUMBER.fullmatch(re.sub(r"[%\u066a\s\u061c\u200e\u200f\u2066-\u2069]", "", text)) is not None


def test_differences_are_told_one_by_one_with_their_verdicts() -> None:
    alt = figures("en")["differences"].alt()
    assert "North +14.5 points (6.1 to 22.4): higher" in alt
    assert alt.count(": unclear") + alt.count(": small base") == 2


def test_a_comparison_has_the_same_title_as_a_figure_and_as_a_table() -> None:
    table = pd.DataFrame({"recommend": [10] * 40 + [0] * 40 + [9] * 3, "region": ["A"] * 40 + ["B"] * 40 + ["C"] * 3})
    found = cx.nps(table, by="region").compare(to="rest")
    assert found.plot().title == found.table().title
    assert "out of 2 comparisons" in found.plot().title
    assert found.plot().alt().count("small base") == 1


def test_alternative_texts_are_the_numbers() -> None:
    alt = figures("en")["forest"].alt()
    for said in (
        "from 16.7 points (Central) to 46.5 points (North)",
        "Central 16.7 points (9.5 to 23.7)",
        "Moon no data",
        "Mars not shown",
    ):
        assert said in alt
    assert "Oct 2026: signal" in figures("en")["trend"].alt()
    assert "مهر ۱۴۰۵: نشانه" in figures("fa")["trend"].alt()
    assert "North +14.5 points (6.1 to 22.4)" in figures("en")["differences"].alt()
    assert "Mix +0.8 (0.1 to 1.6)" in figures("en")["change"].alt()
    assert "Detractors 24.0% (21.0 to 27.0)" in figures("en")["diverging"].alt()


def test_a_month_without_data_breaks_the_line() -> None:
    figure = plot(made.months(empty=4))
    with figure.theme.drawing():
        canvas = Canvas(figure.theme, figure.height)
        figure.draw(canvas)
    series = [line for line in canvas.figure.axes[0].lines if len(line.get_xdata()) == 12]
    assert np.isnan(np.asarray(series[0].get_ydata(), dtype=float)[4])
    assert "A gap: no data." in figure.note


def test_what_is_hidden_is_a_word_and_never_a_zero() -> None:
    words = words_in(plot(made.regions()[4:]))
    assert "no data" in words
    assert "not shown" in words
    numbers = [word for word in words if re.fullmatch("[0-9.]+", word)]
    assert numbers == ["0.00", "0.25", "0.50", "0.75", "1.00"]  # the ticks of an empty scale


def test_a_small_base_is_hollow_and_the_note_says_so() -> None:
    assert plot(made.regions()).note == "Hollow: a base under 30."
    assert plot(made.regions()[:3]).note == ""
    assert plot(made.regions(), small_base=10).note == ""


def test_differences_of_one_kind_name_the_other_once() -> None:
    figure = plot_differences(made.rests())
    assert figure.subtitle.endswith("against the rest")
    assert "North" in words_in(figure)
    assert plot_differences(made.pairs()).alt().count("\u2212") >= 2


@pytest.mark.parametrize(
    "payload", ["<script>x()</script>", '"><img src=x onerror=y()>', "$\\frac{1}{0}$ costs $5", "a\u202eb\n\nc"]
)
def test_names_from_the_data_are_never_live(payload: str) -> None:
    figure = plot(made.regions(payload))
    html = figure.html()
    assert "<script" not in html
    assert "onerror=y()>" not in html
    assert html.count("<img") == 1
    drawn = "".join(words_in(figure))
    assert "\u202e" not in drawn
    assert figure.png()


def test_the_block_is_the_markup_of_the_report() -> None:
    html = plot(made.points(), number=3, title="Most answer nine or ten").html()
    assert "<figcaption><h3>Figure 3. Most answer nine or ten</h3><p>Share of answers with 95% intervals</p>" in html
    assert re.search(r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="Share of answers', html)
    assert '<p class="base">Base: 1,818 answers.</p></figure>' in html
    bundle = plot(made.points())._repr_mimebundle_()
    assert "<figure" in bundle["text/html"]
    assert 'src="data:image/svg+xml;base64,' in plot(made.points()).html(vector=True)


def test_what_is_counted_in_full_has_no_band() -> None:
    figure = plot(Estimates([made.FULLY], by=["period"]))
    assert figure.subtitle == "Service level, counted in full"


def test_a_pale_or_alarming_brand_is_drawn_in_ink() -> None:
    image = Image.open(io.BytesIO(plot(made.regions(), theme=Theme(brand=look.WORSE)).png())).convert("RGB")
    seen = np.array([colour for _, colour in image.getcolors(1 << 20) or []])
    assert np.abs(seen - np.array([0xC4, 0x50, 0x0B])).max(axis=1).min() > 40


def places_of_words(figure: Figure) -> tuple[list[tuple[str, float, float, float, float]], float]:
    """Every text of a figure with its left, lower, right and upper edge in millimetres, and the figure's width."""
    with figure.theme.drawing():
        canvas = Canvas(figure.theme, figure.height)
        figure.draw(canvas)
        drawer, found = FigureCanvasAgg(canvas.figure).get_renderer(), []
        for text in canvas.figure.findobj(matplotlib.text.Text):
            if text.get_text().strip():
                box = text.get_window_extent(drawer)
                found.append((text.get_text(), *(x / (DPI * look.MM) for x in box.extents)))
    return found, canvas.width


def assert_words_have_room(figure: Figure) -> None:
    """No word leaves the drawing or stands on another; a millimetre of a text's height is air above its letters."""
    placed, width = places_of_words(figure)
    for said, left, low, right, high in placed:
        assert left > -0.1, said
        assert right < width + 0.1, said
        assert low > -0.6, said
        assert high < figure.height + 0.6, said
    for (one, *a), (other, *b) in itertools.combinations(placed, 2):
        across, up = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        assert across < 0.3 or up < 1.0, (one, other)


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_words_of_a_figure_stand_beside_each_other_and_on_the_paper(name: str, code: str) -> None:
    assert_words_have_room(figures(code)[name])


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_wide_ticks_at_the_ends_of_an_axis_are_not_cut(code: str) -> None:
    weights, _ = made.drivers()
    marks = [made.one(72.5 + at, 68.4, 77.4, 800, unit="points", metric="csat", driver=e.segment["driver"])
             for at, e in enumerate(weights)]  # fmt: skip
    assert_words_have_room(importance(weights, Estimates(marks, axis="driver"), Theme(code)))


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_a_signal_low_on_the_axis_is_named_over_its_line(code: str) -> None:
    class Chart:
        def to_pandas(self) -> pd.DataFrame:
            signal = [False] * 11 + [True]
            return pd.DataFrame({"value": 0.0, "centre": 44.0, "low": 36.4, "high": 51.7, "signal": signal})

    values = [40.0 + at % 5 * 3.0 for at in range(11)] + [35.1]
    items = [made.one(x, x - 4.0, x + 4.0, 900, period=f"{2025 + (at + 9) // 12}-{(at + 9) % 12 + 1:02d}")
             for at, x in enumerate(values)]  # fmt: skip
    assert_words_have_room(plot(Estimates(items, by=["period"]), theme=Theme(code), chart=Chart()))


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_signals_side_by_side_are_all_told_and_named_where_there_is_room(code: str) -> None:
    class Chart:
        def to_pandas(self) -> pd.DataFrame:
            signal = [at in (0, 1, 2, 3, 4, 5, 8, 9, 11) for at in range(12)]
            return pd.DataFrame({"value": 0.0, "centre": 44.0, "low": 36.4, "high": 51.7, "signal": signal})

    values = [47.0 - at * 0.6 for at in range(12)]
    items = [made.one(x, x - 4.0, x + 4.0, 900, period=f"{2025 + (at + 9) // 12}-{(at + 9) % 12 + 1:02d}")
             for at, x in enumerate(values)]  # fmt: skip
    drawn = plot(Estimates(items, by=["period"]), theme=Theme(code), chart=Chart())
    assert_words_have_room(drawn)
    said = Spoken(Theme(code).words)
    assert all(said.segment(items[at]) in drawn.alt() for at in (0, 1, 2, 3, 4, 5, 8, 9, 11))


@pytest.mark.parametrize(("code", "title"), [
    ("en", "Detractors: from 13.0% (North) to 24.0% (Central)"),
    ("vi", "Người phản đối: từ 13,0% (North) đến 24,0% (Central)"),
    ("fa", "بدگویان: از ۱۳٫۰٪ (North) تا ۲۴٫۰٪ (Central)"),
])  # fmt: skip
def test_the_title_of_two_camps_begins_with_the_one_it_speaks_of(code: str, title: str) -> None:
    figure = figures(code)["diverging"]
    assert re.sub("[\u200e\u200f\u061c\u2066-\u2069]", "", figure.title) == title
    assert figure.title in figure.alt()


def test_more_than_four_curves_are_refused() -> None:
    with pytest.raises(DefinitionError, match="More than 4 curves"):
        plot(made.staying("a", "b", "c", "d", "e"))


def test_a_column_of_times_has_one_unit_and_one_number_of_decimals() -> None:
    times = [made.one(x, x - 600, x + 600, 90, unit="seconds", metric="first_response_time", region=name)
             for x, name in ((6900.0, "a"), (7200.0, "b"), (9000.0, "c"))]  # fmt: skip
    figure = plot(Estimates(times, by=["region"]))
    drawn = words_in(figure)
    assert {"1.9", "2.0", "2.5"} <= set(drawn)
    assert "1.8 to 2.2" in drawn
    assert figure.subtitle.endswith("in hours")
    assert figure.title == "First response time: from 1.9 hours (a) to 2.5 hours (c)"


def test_the_real_way_from_answers_to_figure_table_and_sentence() -> None:
    import cxlab as cx

    answer = cx.nps([10] * 60 + [8] * 25 + [3] * 15)
    assert "Net Promoter Score: 45.0 points" in answer.plot().alt()
    assert answer.table().records()[0]["estimate"] == pytest.approx(45.0)
    assert str(answer.table()) in answer._repr_html_()
    assert answer.say("vi").startswith("Chỉ số NPS là 45,0 điểm")


def test_backlog_has_a_panel_and_a_scale_of_its_own() -> None:
    figure = figures("en")["flow"]
    with figure.theme.drawing():
        canvas = Canvas(figure.theme, figure.height)
        figure.draw(canvas)
    above, below = canvas.figure.axes
    assert above.get_ylim()[0] == below.get_ylim()[0] == 0
    assert above.get_ylim()[1] > 1000 > below.get_ylim()[1]
    assert figure.alt().endswith("Oct 2026 · Came in 1,008; Oct 2026 · Resolved 961; Oct 2026 · Open 338.")
    with pytest.raises(DefinitionError, match="the same periods"):
        flow(made.desk()[0], made.desk()[1], made.desk()[2][:3], Theme())


@pytest.mark.parametrize(("last", "note"), [(0.88, "The scale runs from 85% to 100%."), (0.3, "")])
def test_a_curve_that_stays_high_shows_its_range_and_says_so(last: float, note: str) -> None:
    shares = [1 - (1 - last) * i / 4 for i in range(1, 5)]
    steps = [made.one(x, x - 0.01, 1.0, 900, unit="share", at=90 * i) for i, x in enumerate(shares, 1)]
    found = Estimates(steps, by=[], axis="at")
    assert plot(found, kind="curve").note == note
