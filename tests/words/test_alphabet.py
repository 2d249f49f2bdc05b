"""Names stand where a reader of the language looks for them."""

from __future__ import annotations

import pytest

from cxlab.words.alphabet import alphabetical


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("vi", ["2 bánh", "An Giang", "Ăn uống", "Âm thanh", "Bắc", "Da", "Dầu", "Đá", "Đồng bằng sông Cửu Long",
                "email", "Hòa", "Hoà Bình", "Huế", "Nam", "Ô tô", "Ơn", "Tay", "Táy", "Tây Nguyên", "Ti vi", "Ủy ban",
                "Ưu đãi"]),
        ("fa", ["آبادان", "اصفهان", "بوشهر", "پارس", "تهران", "جلفا", "چابهار", "ری", "ژاله", "سمنان", "کرمان", "گیلان",
                "لار", "یزد", "Shiraz"]),
        ("en", ["+65", "18-24", "Banks", "café", "Café bar", "Éire", "etc", "IT", "manufacture", "Retail", "تهران"]),
    ],
)  # fmt: skip
def test_names_are_in_the_order_of_the_alphabet(code: str, names: list[str]) -> None:
    assert sorted(set(names), key=lambda name: alphabetical(name, code)) == names
