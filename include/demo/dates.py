"""Dates of the city: everything counts back from the monitoring point; nothing is random."""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")


def monitoring_point(text: str) -> datetime:
    """An aware moment from ISO text; Beijing time unless it carries an offset."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_back(day: date, length: int | str) -> int:
    """How many days before ``day`` a declared length lies: ``13`` days, ``6mo`` or ``6mo+1``."""
    if isinstance(length, int):
        return length
    months, _, extra = length.partition("mo")
    return (day - months_before(day, int(months))).days + int(extra or 0)


def seed(*parts: object) -> int:
    """The same number for the same words, on every machine."""
    return zlib.crc32("|".join(map(str, parts)).encode())


def pick(choices: Sequence[T], *parts: object) -> T:
    return choices[seed(*parts) % len(choices)]


def office_hour(day: date, *parts: object) -> datetime:
    """A moment between 8:00 and 9:29 of that day, Beijing time."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=BEIJING) + timedelta(minutes=seed(*parts) % 90)
