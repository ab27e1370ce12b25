"""Working days by the State Council's calendar, with make-up days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import chinese_calendar

from include.inspection.model import Holiday

#: Days off of every year whose day in the solar calendar is fixed: a list without them is cut short.
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


class CalendarUnknown(ValueError):
    """The State Council's calendar of that year is known neither to the library nor to the office's list."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"节假日安排里没有 {year} 年：请升级 chinesecalendar，或把该年放假和补班的日期写入名单 holidays.csv"
        )
        self.year = year


class WorkingDays:
    """The calendar. A year that ``listed`` holds is taken whole from there and never from the library."""

    def __init__(self, listed: Iterable[Holiday] = ()) -> None:
        self._listed = {item.day: item.off for item in listed}
        self._years = {day.year for day in self._listed}

    def is_working(self, day: date) -> bool:
        """Raises CalendarUnknown."""
        if day.year in self._years:
            off = self._listed.get(day)
            return day.weekday() < 5 if off is None else not off
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            raise CalendarUnknown(day.year) from None

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; 0 where ``end`` is not later. Raises CalendarUnknown."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def after(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``. Raises CalendarUnknown."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day


def why_incomplete(year: int, listed: Iterable[Holiday]) -> str:
    """Why these days cannot be the whole calendar of ``year``, in Chinese; empty where they can."""
    off = {item.day for item in listed if item.off and item.day.year == year}
    missing = [date(year, month, day) for month, day in _ALWAYS_OFF if date(year, month, day) not in off]
    if missing:
        days = "、".join(day.isoformat() for day in missing)
        return f"{year} 年的放假日期不全（缺 {days}），该年未采用：请写入国务院办公厅公布的全部放假和补班日期"
    return ""
