"""The three clients of the sample: who they are, and what there is to find in their data. Nobody of them exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

# From a little before the 24 months, so that 24 Persian months (1403-08 to 1405-07) are complete too.
FIRST, LAST = date(2024, 10, 1), date(2026, 11, 5)
NOW = datetime(2026, 11, 6, 9, tzinfo=UTC)  # the morning after, when reports of the month are made


@dataclass(frozen=True)
class Client:
    """One made-up client, under the names that a plan gives to its fields."""

    id: str
    name: str
    locale: str
    timezone: str
    calendar: str
    week_start: str
    currency: str
    segments: tuple[str, ...]
    hours: Mapping[str, str]
    colour: str
    names: Mapping[str, str] = field(default_factory=dict)  # what its reports call the columns
    sample: bool = True


@dataclass(frozen=True)
class Story:
    """What a report on one client's last full month must find, and what it must not claim.

    From local midnight of `starts` on, first responses in `region` take `slower` times as long, and its NPS falls by
    about `fall` points; `ends` closes the month (half open). Everything else stays as it was. `unclear` has some 20 to
    40 answers a month, too few to say anything; `suppressed` has fewer than 10, too few to show.
    """

    period: str
    starts: date
    ends: date
    region: str
    fall: float
    slower: float
    unclear: str
    suppressed: str


def _hours(days: str, open_: str, **others: str) -> Mapping[str, str]:
    return MappingProxyType({**dict.fromkeys(days.split(), open_), **others})


CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        client.id: client
        for client in (
            Client(
                id="harbour",
                name="Harbour Outdoor",
                locale="en",
                timezone="Europe/London",
                calendar="gregorian",
                week_start="monday",
                currency="GBP",
                segments=("region", "product"),
                hours=_hours("mon tue wed thu fri", "08:00-18:00", sat="09:00-13:00"),
                colour="#1F5C4D",
            ),
            Client(
                id="songhan",
                name="Sông Hàn Điện máy",
                locale="vi",
                timezone="Asia/Ho_Chi_Minh",
                calendar="gregorian",
                week_start="monday",
                currency="VND",
                segments=("region", "product"),
                hours=_hours("mon tue wed thu fri", "08:00-17:30", sat="08:00-12:00"),
                colour="#8A1F3D",
                names=MappingProxyType({"region": "Vùng", "product": "Ngành hàng"}),
            ),
            Client(
                id="niloofar",
                name="فروشگاه نیلوفر",
                locale="fa",
                timezone="Asia/Tehran",
                calendar="jalali",
                week_start="saturday",
                currency="IRR",
                segments=("region", "product"),
                hours=_hours("sat sun mon tue wed", "08:00-17:00", thu="08:00-13:00"),
                colour="#5E3A7E",
                names=MappingProxyType({"region": "استان", "product": "گروه کالا"}),
            ),
        )
    }
)

_OCTOBER = ("2026-10", date(2026, 10, 1), date(2026, 11, 1))
_MEHR = ("1405-07", date(2026, 9, 23), date(2026, 10, 23))

STORY: Mapping[str, Story] = MappingProxyType(
    {
        "harbour": Story(*_OCTOBER, "Central", 25.0, 5.0, unclear="Scotland", suppressed="Channel Islands"),
        "songhan": Story(*_OCTOBER, "Miền Trung", 25.0, 5.0, unclear="Tây Nguyên", suppressed="Côn Đảo"),
        "niloofar": Story(*_MEHR, "اصفهان", 25.0, 5.0, unclear="یزد", suppressed="ایلام"),
    }
)
