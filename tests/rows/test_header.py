"""Names are folded and made unique; personal columns are known in three languages, and questions are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlab.errors import ReadError
from cxlab.rows.header import arrange, demand_names, fold_name
from cxlab.rows.ledger import Ledger
from cxlab.rows.personal import is_personal


@pytest.mark.parametrize(
    "name",
    [
        "name", "Email", "E-mail Address", "IPAddress", "IP Address", "RecipientLastName", "RecipientEmail",
        "LocationLatitude", "Requester email", "Customer's name", "customer_phone", "Mobile number", "lat", "user_ip",
        "Số điện thoại", "SĐT", "Tên khách hàng", "Họ và tên", "ho ten", "Kinh độ", "Địa chỉ IP",
        "نام خانوادگی", "ایمیل", "شماره تلفن همراه", "نام مشتري", "آدرس آی\u200cپی", "طول جغرافیایی",
        "What is your name?", "Contact details | Email Address",
    ],
)  # fmt: skip
def test_personal_headers(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "Product name", "score", "client_id", "PhoneService", "latency", "hosting", "Was the e-mail helpful?", "agent",
        "employee", "channel", "Group name", "نام محصول", "Tên sản phẩm", "username_hash", "telephone_minutes",
        "region",
    ],
)  # fmt: skip
def test_other_headers(name: str) -> None:
    assert not is_personal(name)


def test_names_are_composed_and_trimmed() -> None:
    assert fold_name("\ufeff\u00a0Đie\u0302\u0309m ") == "Điểm"
    assert fold_name("a\u00a0b") == "a b"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["a", "A", "a_2", "b", "", "column 1"]), min_size=1, max_size=8))
def test_names_used_differ_even_without_case(names: list[str]) -> None:
    header = arrange(names, Ledger())
    used = [column.name.casefold() for column in header.columns]
    assert len(set(used)) == len(names)
    assert [column.original for column in header.columns] == names


def test_a_first_row_without_names_is_no_header() -> None:
    for names in (["", " "], ["1", "2.5", "2026-01-01"]):
        with pytest.raises(ReadError, match="no header"):
            demand_names(names, "a.csv")
    demand_names(["2026", "score"], "a.csv")
