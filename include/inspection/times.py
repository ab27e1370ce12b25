"""Windows that count back from the monitoring point, and the two clocks: Beijing for offices, UTC in storage.

Rules of counting (both ends count):

* a window of N days is the monitoring day and the N - 1 days before it, as in published notices
  (point 2021-03-21, two weeks: 2021-03-08 to 2021-03-21);
* a window of N months reaches from day to day (six months before 20 November reach to 20 May, that day
  included; where the month is shorter, to its last day).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

#: How far two machines' clocks may be apart: a monitoring point that is not further ahead is not in the future.
CLOCK_TOLERANCE = timedelta(minutes=5)

_SPAN = re.compile(r"([1-9][0-9]{0,3})(d|mo|y)")
_ROUND = re.compile(r"(20[0-9]{2})Q([1-4])(?:-[A-Za-z0-9]{1,16})?")
_BARE_DAY = re.compile(r"[0-9W-]+")


def parse_as_of(text: str) -> datetime:
    """The monitoring point from text; Beijing time unless it carries an offset.

    The point is a moment: a bare date, which could mean the day's beginning or its end, is refused.
    Raises ValueError that says what is expected.
    """
    expected = "请写成 2024-12-31T10:00（北京时间）或带时区的 ISO 8601 时间"
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"监测时间点“{text}”无法识别：{expected}") from None
    if _BARE_DAY.fullmatch(text.strip()):
        raise ValueError(f"监测时间点“{text}”没有时刻：{expected}")
    if not 2000 <= moment.year < 2100:
        raise ValueError(f"监测时间点“{text}”的年份不在 2000 至 2099 之间：{expected}")
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment


def beijing(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, as storage has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def months_before(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Span:
    """A length of time of a rule: ``14d``, ``6mo`` or ``1y``."""

    text: str

    def __post_init__(self) -> None:
        if not _SPAN.fullmatch(self.text):
            raise ValueError(f"时间长度“{self.text}”无法识别：请写成 14d、6mo 或 1y")

    def first_day(self, as_of: datetime) -> date:
        """The first day of the window that ends on the monitoring day, both ends counted."""
        match = _SPAN.match(self.text)
        assert match is not None
        number, unit = int(match[1]), match[2]
        today = beijing(as_of).date()
        if unit == "d":
            return today - timedelta(days=number - 1)
        return months_before(today, number * (12 if unit == "y" else 1))

    def days_before(self, as_of: datetime) -> int:
        """How many days the window holds, the monitoring day among them."""
        return (beijing(as_of).date() - self.first_day(as_of)).days + 1

    def before(self, day: date) -> date:
        """The day that lies this span before ``day``: three months before 20 November is 20 August."""
        match = _SPAN.match(self.text)
        assert match is not None
        number, unit = int(match[1]), match[2]
        return (
            day - timedelta(days=number)
            if unit == "d"
            else months_before(day, number * (12 if unit == "y" else 1))
        )

    @property
    def label(self) -> str:
        match = _SPAN.match(self.text)
        assert match is not None
        return f"{match[1]}{ {'d': '天', 'mo': '个月', 'y': '年'}[match[2]] }"


def quarter_of(as_of: datetime) -> str:
    day = beijing(as_of).date()
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


@dataclass(frozen=True)
class Period:
    """A quarter by its round name (``2024Q4``; a suffix such as ``2024Q4-2`` tells rounds of it apart)."""

    round: str

    def __post_init__(self) -> None:
        if not _ROUND.fullmatch(self.round):
            raise ValueError(f"轮次“{self.round}”无法识别：请写成 2024Q4，同一季度多轮时写成 2024Q4-2")

    @property
    def year(self) -> int:
        return int(self.round[:4])

    @property
    def quarter(self) -> int:
        return int(self.round[5])

    @property
    def first_day(self) -> date:
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        month = self.quarter * 3
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def suffix(self) -> str:
        return self.round[7:]

    @property
    def series(self) -> str:
        """What tells rounds apart that never belong together: a suffix that is not a number (``demo``)."""
        return "" if self.suffix.isdigit() else self.suffix

    @property
    def number(self) -> int:
        """Which round of its quarter: ``2024Q4`` is the first, ``2024Q4-2`` the second."""
        return int(self.suffix) if self.suffix.isdigit() else 1

    @property
    def base(self) -> str:
        """The quarter alone: ``2024Q4``."""
        return self.round[:6]

    @property
    def previous(self) -> str:
        """The quarter before: ``2024Q3``."""
        return f"{self.year}Q{self.quarter - 1}" if self.quarter > 1 else f"{self.year - 1}Q4"

    def admits(self, moment: datetime) -> bool:
        """Whether a monitoring point may belong to the quarter: within it, or in the month of drafting after it."""
        return self.first_day <= beijing(moment).date() <= self.last_day + timedelta(days=31)

    @property
    def label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.quarter - 1]}季度"
