"""Folder names come from code: whatever a client is called, its reports stay in a folder under the root."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlab.errors import PlanError
from cxlab.report import folders


def test_every_nasty_name_is_refused_or_one_folder_under_the_root(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    names = json.loads(shared("nasty/nasty_names.json").read_text(encoding="utf-8"))
    refused = 0
    for _, name in names["single"]:
        try:
            folder = folders.client_folder(name)
        except PlanError:
            refused += 1
            continue
        (tmp_path / folder).mkdir()
        assert (tmp_path / folder).resolve().parent == tmp_path.resolve()
        assert len(folder.encode()) <= 255
    assert 0 < refused < len(names["single"])
    for _, one, other in names["must_not_share_a_folder"]:
        assert folders.client_folder(one) != folders.client_folder(other)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused_or_a_plain_name(name: str) -> None:
    try:
        folder = folders.client_folder(name)
    except PlanError:
        return
    assert folder == name or folder[-11] == "-"
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(folder) <= 51


def test_a_fit_id_is_its_own_folder_and_two_spellings_of_one_name_share() -> None:
    assert folders.client_folder("acme-2") == "acme-2"
    assert folders.client_folder("a" * 40) == "a" * 40
    assert folders.client_folder("a" * 41) != "a" * 41
    assert folders.client_folder("Đông") == folders.client_folder(unicodedata.normalize("NFD", "Đông"))


INVISIBLE = ["a\nb", "a\u202eb", "a\u200bb", "a\x00", "a\udcffb", "a\u2028b", "a\ufe0f", "a\u3164", "a\u2800b"]


@pytest.mark.parametrize("name", ["", " ", "acme ", *INVISIBLE])
def test_what_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(PlanError):
        folders.client_folder(name)


def test_periods_and_plans() -> None:
    assert folders.period_folder("2026-10-01/2026-11-01") == "2026-10-01_2026-11-01"
    for key in ("../x", "2026/../10", "", ".", "2026-10\n"):
        with pytest.raises(PlanError):
            folders.period_folder(key)
    assert folders.plan_folder(Path("reports/sfo_2017.yaml")) == "sfo_2017"
    for name in (".hidden.yaml", "a b.yaml", "-x.yaml", "{x}.yaml"):
        with pytest.raises(PlanError):
            folders.plan_folder(Path(name))
    assert folders.output_root(Path("/x/reports/monthly.yaml")) == Path("/x/reports")
    assert folders.output_root(Path("/x/monthly.yaml")) == Path("/x/reports")
