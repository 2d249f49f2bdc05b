"""Colours keep the contrasts that the look promises, and drawing leaves matplotlib as it was."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlab.errors import DefinitionError
from cxlab.show import theme as look
from cxlab.show.theme import Theme, contrast, distance, mix

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}")


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # #767676 is the lightest grey that passes 4.5:1 on white (WCAG 2.2, understanding 1.4.3).
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#FFFFFF") < 4.5


@pytest.mark.parametrize(
    ("colour", "promised"),
    [
        (look.INK, 16.6),
        (look.INK_2, 8.0),
        (look.INK_3, 5.1),
        (look.RULE, 1.4),
        (look.BRAND, 11.2),
        (look.BETTER, 6.6),
        (look.WORSE, 4.7),
        (look.BETTER_BACK, 2.6),
        (look.WORSE_BACK, 2.2),
    ],
)
def test_the_palette_has_the_contrasts_on_white_that_it_was_chosen_for(colour: str, promised: float) -> None:
    assert contrast(colour, look.WHITE) == pytest.approx(promised, abs=0.07)


def test_distance_is_that_of_lab() -> None:
    assert distance("#FFFFFF", "#000000") == pytest.approx(100, abs=0.01)
    # Red and green of sRGB in Lab are (53.24, 80.09, 67.20) and (87.73, -86.18, 83.18) (Lindbloom).
    assert distance("#FF0000", "#00FF00") == pytest.approx(170.58, abs=0.05)


@settings(max_examples=60, deadline=None)
@given(COLOURS)
def test_no_brand_says_good_or_bad_and_all_its_marks_can_be_seen(brand: str) -> None:
    theme = Theme(brand=brand)
    assert min(distance(theme.series, look.BETTER), distance(theme.series, look.WORSE)) >= look.NEAR
    assert contrast(theme.series, look.WHITE) >= look.TEXT_CONTRAST
    assert contrast(theme.mid, look.WHITE) >= look.MARK_CONTRAST


def test_a_brand_that_looks_like_a_verdict_gives_way_to_ink() -> None:
    assert Theme(brand="#C04A10").series == look.INK
    assert Theme(brand="#FFE08A").series == look.INK
    assert Theme(brand=look.BRAND).series == look.BRAND


def test_white_is_mixed_in() -> None:
    assert (mix("#000000", 0), mix("#000000", 1), mix("#000000", 0.5)) == ("#000000", "#FFFFFF", "#808080")


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    before = _settings()
    with Theme("fa").drawing():
        assert mpl.rcParams["font.size"] == 8.0
    assert _settings() == before
    with pytest.raises(RuntimeError), Theme().drawing():
        raise RuntimeError
    assert _settings() == before


def _settings() -> dict[str, object]:
    return {name: mpl.rcParams[name] for name in mpl.rcParams if not name.startswith("backend")}


def test_a_colour_is_six_digits() -> None:
    with pytest.raises(DefinitionError, match="#RRGGBB"):
        Theme(brand="plum")
