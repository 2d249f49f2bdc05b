"""Personal data in free text: the collected cases, and what must not be taken for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cxlab.words.private import kinds_in


def test_the_collected_cases(shared: Callable[[str], Path]) -> None:
    lines = shared("nasty/pii_cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    assert len(cases) >= 20
    assert [case["case"] for case in cases if bool(kinds_in(case["text"])) != case["pii"]] == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("mail lan.nguyen+cx@example.com please", ("mail address",)),
        ("lan [at] example.com", ("mail address",)),
        ("from 192.168.10.254", ("IP address",)),
        ("+49 30 1234567", ("telephone",)),
        ("4111 1111 1111 1111", ("card number",)),
        ("CCCD 001099012345", ("identity number",)),
        ("Ms. Lan Nguyen was rude", ("name",)),
        ("آقای رضایی خوب بود", ("name",)),
    ],
)
def test_kinds(text: str, kinds: tuple[str, ...]) -> None:
    assert kinds_in(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "", "good", "2026-10-05 10:00:00", "05/10/2026 10:00", "1.250.000.000 đồng", "order 4111 1111 1111 1112",
        "version 1.2.3.4.5", "9/10", "chị ơi rất tốt", "12345678", "Mr. nobody",
    ],
)  # fmt: skip
def test_none(text: str) -> None:
    assert kinds_in(text) == ()
