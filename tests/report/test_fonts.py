"""Fonts: every character of a page can be drawn, or the page is refused."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from cxlab.errors import ReportError
from cxlab.report import fonts

SENTENCES = {
    "en": "Net Promoter Score −6.0 to 12.8 points; “higher”, 82.4% … €, £ and ₫",
    "vi": "Khách hàng ở miền Trung: Ặ ỹ ử Ữ, 36,2 điểm — “chưa rõ”",
    "fa": "شاخص خالص مروجان ۳۶٫۲، ‎−۶٫۰ واحد؛ ۹۵٪ «می‌کنند» گزارش ژرف چه",
}


def faces(css: str) -> list[TTFont]:
    """The fonts inside the rules."""
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)", css)
    return [TTFont(io.BytesIO(base64.b64decode(data))) for data in found]


@pytest.mark.parametrize("language", SENTENCES)
def test_subset_holds_every_character_of_the_page(language: str) -> None:
    covered = set().union(*(set(font.getBestCmap()) for font in faces(fonts.face_rules(SENTENCES[language]))))
    assert {char for char in SENTENCES[language] if ord(char) not in covered | fonts.UNDRAWN} == set()


def test_subset_is_small_and_the_same_every_time() -> None:
    latin = fonts.REPERTOIRES[0]
    again = [fonts._subset("Be Vietnam Pro", 400, latin, True) for _ in range(2)]
    assert again[0] == again[1]
    rules = fonts.face_rules(SENTENCES["fa"])
    assert len(rules) < 200_000
    assert len(faces(rules)) == 4


def test_pages_of_a_language_share_one_subset() -> None:
    assert fonts.face_rules("North 1") == fonts.face_rules("South 2")
    assert fonts.face_rules("North 1") != fonts.face_rules("miền Bắc")


def test_joining_forms_of_persian_survive_the_subset() -> None:
    arabic = faces(fonts.face_rules(SENTENCES["fa"]))[2]
    features = {record.FeatureTag for record in arabic["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina"} <= features


def test_a_character_without_a_glyph_is_named_with_its_place() -> None:
    with pytest.raises(ReportError, match=r"'漢' \(U\+6F22 CJK UNIFIED IDEOGRAPH-6F22\) in cell 3: 'Hà Nội 漢'"):
        fonts.check([("cell 3", "Hà Nội 漢")])


def test_a_segment_that_no_font_can_draw_is_named_with_its_column_and_may_be_renamed() -> None:
    segments = [{"region": "Hà Nội", "period": "2026-10"}, {"region": None}, {"region": "東京 Tokyo"}]
    with pytest.raises(ReportError) as caught:
        fonts.check_segments(segments, {})
    assert caught.value.seen == "'東' (U+6771 CJK UNIFIED IDEOGRAPH-6771) in the column 'region', value '東京 Tokyo'"
    assert 'names: {region: {values: {"東京 Tokyo": "..."}}}' in caught.value.todo
    fonts.check_segments(segments, {"region": {"values": {"東京 Tokyo": "Tokyo"}}})
    with pytest.raises(ReportError, match="U\\+1F600 GRINNING FACE"):
        fonts.check_segments([{"mood": "\U0001f600"}], {})


HANDED_OVER = """
import os, sys
from cxlab.report import fonts, parent
parent._begin_fonts("fa", os.open(os.devnull, os.O_RDONLY))()
given, text = fonts.made(), sys.stdin.read()
print(len(fonts._kept))
for packed in (True, False):
    fonts.face_rules(text, packed)
print(fonts.made() == given)
key, font = next(iter(fonts._kept.items()))
print(fonts._subset(*key) == font)
"""


def test_every_language_of_the_house_can_be_drawn() -> None:
    fonts.check(SENTENCES.items())


def test_a_warm_process_makes_no_subset_for_a_page_of_any_language() -> None:
    for language, sentence in SENTENCES.items():
        fonts.prepare(language)
        made = fonts.made()
        for packed in (True, False):
            fonts.face_rules(sentence, packed)
        assert fonts.made() == made


def test_fonts_made_by_another_process_are_those_that_this_one_would_make() -> None:
    # In a process of its own, as the parent of reports is: one in which engines have run threads is not safe to fork.
    done = subprocess.run([sys.executable, "-c", HANDED_OVER], input=SENTENCES["fa"], capture_output=True, text=True,
                          encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"}, check=False)  # fmt: skip
    # Two families at two weights, for screen and paper; then that nothing had to be made anew, and one compared.
    assert (done.stdout.split(), done.stderr) == (["8", "True", "True"], "")
