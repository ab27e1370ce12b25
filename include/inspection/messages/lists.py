"""The lists of this part: the platform's export of messages, and the calendar of a year that the library lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from include.inspection.messages.settings import MessageSettings
from include.inspection.messages.working_days import why_incomplete
from include.inspection.model import Holiday, Message, Problem
from include.inspection.registry.office_lists import (
    MAX_NAME,
    Refused,
    choice_of,
    day_of,
    moment_of,
    read_list,
    subject_id_of,
    text_of,
    yes_no_of,
)
from include.inspection.registry.tables import Row
from include.inspection.times import beijing

#: An export often has the platform's own title above its header.
_TITLE_LINES = 3
_DAY_KINDS = {"放假": True, "休息": True, "off": True, "补班": False, "上班": False, "work": False}


def read_messages(
    folder: Path,
    columns: Mapping[str, str],
    required: Sequence[str],
    problems: list[Problem],
    now: datetime | None,
) -> list[Message]:
    """The messages of the list or export ``messages``; refused rows go to ``problems`` with line and field.

    A time more than a day after ``now`` is refused: the day leaves room for an export that is younger than the run.
    """
    settings = MessageSettings.load()
    return read_list(
        folder,
        "messages",
        {**settings.columns, **columns},
        required,
        lambda row: _message(row, now, settings),
        problems,
        key=lambda item: item.message_id,
        ignored=settings.ignored_columns,
        title_lines=_TITLE_LINES,
    )


def _message(row: Row, now: datetime | None, settings: MessageSettings) -> Message:
    received = moment_of(row, "received_at", must=True)
    transferred, closed = moment_of(row, "transferred_at"), moment_of(row, "closed_at")
    assert received is not None
    for field, moment in (("received_at", received), ("transferred_at", transferred), ("closed_at", closed)):
        if moment is not None and now is not None and moment > now + timedelta(days=1):
            raise Refused(field, f"时间晚于读取名单的时间 {beijing(now):%Y-%m-%d %H:%M}：请核对")
        if moment is not None and moment < received:
            raise Refused(field, f"{'转办' if field == 'transferred_at' else '办结'}时间早于收到时间：请核对")
    said = bool(row.values.get("valid"))
    valid = yes_no_of(row, "valid") if said else True
    text = text_of(row, "status", limit=MAX_NAME)
    if text:
        status = settings.status(text)
        if status is None:
            raise Refused("status", f"不认识的状态：请填 {'、'.join(settings.status_names)}")
        if said and valid and not status.valid:
            raise Refused("status", f"状态是“{status.name}”，“是否属实”却是“是”：请核对")
        valid = valid and status.valid
        if valid and status.closed and closed is None:
            raise Refused("closed_at", f"状态是“{status.name}”，却没有办结时间：请补上")
        if not status.closed:
            closed = None  # the time of a step that did not end the message
    code, message_id = text_of(row, "site_code"), subject_id_of(row, "message_id")
    return Message(message_id, code, received, valid, closed, transferred, text)


def read_holidays(
    folder: Path, columns: Mapping[str, str], required: Sequence[str], problems: list[Problem]
) -> list[Holiday]:
    """Days off and make-up days of whole years; a year that is cut short would be counted wrong and is left out."""
    listed = read_list(
        folder, "holidays", columns, required, _holiday, problems, key=lambda item: item.day.isoformat()
    )
    whole = []
    for year in sorted({item.day.year for item in listed}):
        if reason := why_incomplete(year, listed):
            problems.append(Problem("holidays", None, "day", str(year), reason))
        else:
            whole += [item for item in listed if item.day.year == year]
    return whole


def _holiday(row: Row) -> Holiday:
    day = day_of(row, "day")
    if day is None:
        raise Refused("day", "不能为空：请填写")
    off = bool(choice_of(row, "kind", _DAY_KINDS, must=True))
    if not off and day.weekday() < 5:
        raise Refused("day", "补班的日期应为周六或周日：请核对")
    return Holiday(day, off)
