"""A plan is read as it was typed, or refused with file and line."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cxlab.errors import PlanError
from cxlab.report import plan, plan_text

CONTRACT = """\
notebook: client_survey            # one notebook per plan
formats: [html, pdf]
locale: en
level: 0.95
compare: previous
privacy: {smallest_base: 10, comments: false}
small_base: 30
variants: {service_level: abandon_negative}
clients:
  - id: acme                       # text
    name: Acme Ltd
    locale: vi
    timezone: Asia/Ho_Chi_Minh
    calendar: gregorian            # or jalali
    week_start: monday
    hours: {mon: "08:00-17:30"}
    holidays: holidays/vn.csv
    currency: VND
    brand: {colour: "#0b6e4f", logo: brands/acme.png}
    segments: [region, product]
    answers: {source: data/acme.csv, columns: {recommend: NETPRO}, missing: {recommend: [11]}, weight: WEIGHT,
      filter: {tenant: acme}}
    tickets: {source: "env:ACME_DB", table: tickets}      # secrets by name
periods: ["2026-10"]
"""
LEAST = "notebook: n\nclients:\n  - id: {id}\nperiods: [2026-10]\n"


def load(folder: Path, text: str) -> plan.Plan:
    path = folder / "monthly.yaml"
    path.write_text(text, encoding="utf-8")
    return plan.load(path).plan


def test_the_plan_of_the_contract(tmp_path: Path) -> None:
    found = load(tmp_path, CONTRACT)
    client = found.clients[0]
    assert (found.level, found.small_base, found.privacy.smallest_base, found.privacy.comments) == (0.95, 30, 10, False)
    assert found.variants == {"service_level": "abandon_negative"}
    assert (client.hours, client.brand.colour, client.week_start) == ({"mon": "08:00-17:30"}, "#0b6e4f", "monday")
    assert list(client.tables()) == ["answers", "tickets"]
    assert client.answers is not None
    assert (client.answers.missing, client.answers.filter) == ({"recommend": [11]}, {"tenant": "acme"})
    assert found.periods == ["2026-10"]


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    found = load(tmp_path, "notebook: n\nclients: [{id: a}]\n")
    assert found.model_dump(include={"formats", "locale", "level", "compare", "small_base", "variants", "periods"}) == {
        "formats": ["html", "pdf"], "locale": "en", "level": 0.95, "compare": "previous", "small_base": 30,
        "variants": {}, "periods": [],
    }  # fmt: skip
    assert found.privacy == plan.Privacy(smallest_base=10, comments=False)


@pytest.mark.parametrize(
    "typed",
    [
        "007",
        "1_000",
        "1e5",
        "۱۲۳",
        "None",
        "nan",
        "NO",
        "012",
        "12:30",
        "1405-08",
        "2026-10-01",
        "7",
        "true",
        "null",
        "0x1F",
    ],
)
def test_an_id_is_the_text_that_was_typed(tmp_path: Path, typed: str) -> None:
    assert load(tmp_path, LEAST.format(id=typed)).clients[0].id == typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [("11", 11), ("-3", -3), ("1.5", 1.5), ("true", True), ("007", "007"), ("1_000", "1_000"), ("1.50", "1.50"),
     ("12:30", "12:30"), ("NO", "NO"), ("1e5", "1e5"), ("'11'", "11"), ("nan", "nan"), ("۹", "۹")],
)  # fmt: skip
def test_values_of_no_declared_type_are_numbers_only_when_nothing_is_lost(
    tmp_path: Path, typed: str, value: object
) -> None:
    text = f"notebook: n\nclients:\n  - id: a\n    answers: {{source: a.csv, filter: {{tenant: {typed}}}}}\n"
    table = load(tmp_path, text).clients[0].answers
    assert table is not None
    assert (table.filter["tenant"], type(table.filter["tenant"])) == (value, type(value))


@pytest.mark.parametrize(
    ("typed", "instead", "line", "said"),
    [
        ("small_base: 30", "smal_base: 30", 7, "Did you mean 'small_base'?"),
        ("{smallest_base", "{smalest_base", 6, "Did you mean 'smallest_base'?"),
        ("weight:", "wieght:", 21, "Did you mean 'weight'?"),
        ("  - id: acme  ", "  - idd: acme  ", 10, "Did you mean 'id'?"),
        ("notebook:", "notebok:", 1, "Did you mean 'notebook'?"),
        ("name: Acme Ltd", "name:", 11, "has no value"),
        ("level: 0.95", "level: 95%", 4, "Here stands a number"),
        ("level: 0.95", "level: 95", 4, "'level' must be less than 1"),
        ("level: 0.95", "level: '0.95'", 4, "without quotation marks"),
        ("small_base: 30", "small_base: 3_0", 7, "Here stands a number"),
        ("comments: false", "comments: no", 6, "Write true or false"),
        ("[html, pdf]", "[html, htlm]", 2, "Did you mean 'html'?"),
        ("[html, pdf]", "[html, html]", 2, "twice"),
        ("[html, pdf]", "html", 2, "is a list"),
        ("locale: en", "locale: de", 3, "is not one of its values"),
        ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Min", 13, "Did you mean 'Asia/Ho_Chi_Minh'?"),
        ("calendar: gregorian", "calendar: julian", 14, "'gregorian' or 'jalali'"),
        ("08:00-17:30", "8-17", 16, "Opening hours"),
        ("mon:", "monday:", 16, "Did you mean 'mon'?"),
        ("currency: VND", "currency: dong", 18, "three letters"),
        ("#0b6e4f", "green", 19, "six hexadecimal digits"),
        ('"env:ACME_DB"', "postgresql://me:secret@db/x", 23, "an address with a password"),
        ('"env:ACME_DB"', '"env:ACME DB"', 23, "environment variable"),
        ('["2026-10"]', '["2026-13"]', 24, "no such month"),
        ('["2026-10"]', "[2026-10, 2026-10]", 24, "twice"),
        ("data/acme.csv", "*data", 21, "no anchors and aliases"),
        ("data/acme.csv", "!!str data", 21, "no tags"),
        ("locale: en", "locale: en\nlocale: vi", 3, "stands twice"),
        ("formats: [html, pdf]", "formats: [html, pdf", 3, "not valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_by_name_file_and_line(
    tmp_path: Path, typed: str, instead: str, line: int, said: str
) -> None:
    assert typed in CONTRACT
    with pytest.raises(PlanError) as error:
        load(tmp_path, CONTRACT.replace(typed, instead, 1))
    assert said in str(error.value)
    assert f"monthly.yaml, line {line}" in str(error.value) or f"monthly.yaml, lines {line} and" in str(error.value)
    assert "secret@" not in str(error.value)


@pytest.mark.parametrize(("first", "second"), [("acme", "ACME"), ("Straße", "STRASSE"), ("Ａcme", "Acme"), ("x", "x")])
def test_two_clients_may_not_fold_to_one_name(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(PlanError, match="Two clients would share one"):
        load(tmp_path, f"notebook: n\nclients:\n  - id: {first}\n  - id: {second}\n")


def test_evil_and_bomb_are_refused_before_anything_grows(shared: Callable[[str], Path]) -> None:
    code = "import sys; from cxlab.report import plan_text; from pathlib import Path; plan_text.read(Path(sys.argv[1]))"
    for name, said in (("params_evil.yaml", "A plan has no tags"), ("params_bomb.yaml", "no anchors and aliases")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(shared(f"nasty/{name}"))], capture_output=True, text=True, timeout=40,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)), check=False,
        )  # fmt: skip
        assert said in done.stderr
        assert f"{name}, line 1" in done.stderr
    assert not Path("pwn_yaml").exists()


def test_size_depth_and_encoding_have_limits(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    for content, said in (
        (b"a: " + b"x" * plan_text.LARGEST, "too large"),
        (b"a: " + b"[" * 20 + b"]" * 20, "nested too deeply"),
        (b"a: b\nc: \xff\n", "line 2"),
        (b"a: \x00", "not valid YAML"),
        (b"- a\n", "mapping"),
        (b"", "mapping"),
    ):
        path.write_bytes(content)
        with pytest.raises(PlanError, match=said):
            plan_text.read(path)


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).resolve().parents[2] / "docs" / "plan.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(json.dumps(plan.schema()))


def test_a_plan_calls_columns_and_values_by_names_that_people_read(tmp_path: Path) -> None:
    named = '{region: "Vùng", LANG: {column: "Ngôn ngữ", values: {"1": "tiếng Anh"}}}'
    found = load(tmp_path, f"notebook: n\nclients: [{{id: a, names: {named}}}]\n").clients[0].names
    assert found["region"].column == "Vùng"
    assert (found["LANG"].column, found["LANG"].values) == ("Ngôn ngữ", {"1": "tiếng Anh"})
    with pytest.raises(PlanError, match="colunm"):
        load(tmp_path, "notebook: n\nclients: [{id: a, names: {region: {colunm: x}}}]\n")
