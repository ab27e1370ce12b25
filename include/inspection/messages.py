"""我为政府网站找错 messages of a period: received, valid, closed, closed in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar

from include.inspection.config import ConfigFile
from include.inspection.draft import rate
from include.inspection.model import Message, Registry
from include.inspection.times import Period, beijing

LIMITS_FILE = Path(__file__).resolve().parents[1] / "rules" / "messages.yaml"
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["close_within_working_days"],
    "properties": {"close_within_working_days": {"type": "integer", "minimum": 1, "maximum": 60}},
}


class CalendarUnknown(ValueError):
    """The State Council's calendar of that year is not known to the calendar library."""


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``. Raises CalendarUnknown."""
    day, count = start, 0
    while day < end:
        day += timedelta(days=1)
        try:
            count += chinese_calendar.is_workday(day)
        except NotImplementedError:
            raise CalendarUnknown(
                f"节假日安排里没有 {day.year} 年：请升级 chinesecalendar，或等该年安排公布"
            ) from None
    return count


def count_messages(registry: Registry, period: Period, as_of: datetime, decimals: int) -> dict[str, Any]:
    """Figures of the messages received within the period up to the monitoring point (both ends counted).

    ``closed`` and ``closed_in_time`` count valid messages closed by then; ``closed_in_time`` is None where the
    calendar of a year is unknown.
    """
    limit: int = ConfigFile(LIMITS_FILE, _SCHEMA).data["close_within_working_days"]
    received = [
        item
        for item in registry.messages
        if period.first_day <= beijing(item.received_at).date() <= period.last_day
        and item.received_at <= as_of
    ]
    valid = [item for item in received if item.valid]
    closed = [item for item in valid if item.closed_at is not None and item.closed_at <= as_of]
    try:
        in_time: int | None = sum(_working_days(item) <= limit for item in closed)
    except CalendarUnknown:
        in_time = None
    return {
        "received": len(received),
        "valid": len(valid),
        "closed": len(closed),
        "closed_in_time": in_time,
        "rate": rate(len(closed), len(valid), decimals),
    }


def _working_days(message: Message) -> int:
    assert message.closed_at is not None
    return working_days_between(beijing(message.received_at).date(), beijing(message.closed_at).date())
