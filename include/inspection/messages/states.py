"""Where each message stands at a moment: closed in time or late, open, near its limit, late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from include.inspection.messages.settings import MessageSettings
from include.inspection.messages.working_days import CalendarUnknown, WorkingDays
from include.inspection.model import Message, Registry
from include.inspection.times import beijing


class State(StrEnum):
    CLOSED_IN_TIME = "closed_in_time"
    CLOSED_LATE = "closed_late"
    OPEN = "open"
    NEAR = "near"
    LATE = "late"
    UNKNOWN = "unknown"  # the calendar of a year that is needed is not known


STATES = {
    State.CLOSED_IN_TIME: "按期办结",
    State.CLOSED_LATE: "超期办结",
    State.OPEN: "办理中",
    State.NEAR: "临近办理期限",
    State.LATE: "超期未办结",
    State.UNKNOWN: "无法计算期限",
}


@dataclass(frozen=True)
class MessageState:
    """A valid message at a moment. Days are Beijing days.

    ``working_days`` is how many it took or has taken so far, the day of receipt not counted; ``left`` how many of its
    limit are left, negative where it is over: a limit of three ends with the fourth working day. ``last_day`` is the
    last working day within the limit, None where it lies in a year without a calendar. All three are None where the
    days until now cannot be counted; then ``reason`` says so.
    """

    message: Message
    state: State
    last_day: date | None
    working_days: int | None
    left: int | None
    reason: str = ""

    @property
    def closed(self) -> bool:
        return self.state in (State.CLOSED_IN_TIME, State.CLOSED_LATE)


def message_states(
    messages: Iterable[Message],
    now: datetime,
    calendar: WorkingDays,
    settings: MessageSettings | None = None,
) -> list[MessageState]:
    """The valid ones of ``messages`` that had come by ``now``, in their order. What was closed later is still open."""
    settings = settings or MessageSettings.load()
    return [
        _state(item, now, calendar, settings) for item in messages if item.valid and item.received_at <= now
    ]


def near_or_late(registry: Registry, now: datetime) -> list[MessageState]:
    """Open messages that are late, near their limit, or without a calendar to count by; the most urgent first."""
    states = message_states(registry.messages, now, WorkingDays(registry.holidays))
    wanted = [item for item in states if item.state in (State.LATE, State.NEAR) or _open_unknown(item, now)]
    return sorted(
        wanted,
        key=lambda item: (
            item.left if item.left is not None else 999,
            item.message.received_at,
            item.message.message_id,
        ),
    )


def _open_unknown(item: MessageState, now: datetime) -> bool:
    closed = item.message.closed_at
    return item.state is State.UNKNOWN and (closed is None or closed > now)


def _state(item: Message, now: datetime, calendar: WorkingDays, settings: MessageSettings) -> MessageState:
    closed = item.closed_at if item.closed_at is not None and item.closed_at <= now else None
    start, limit = item.received_at, settings.close_within
    if settings.transfer_within and item.transferred_at is not None and item.transferred_at <= now:
        start, limit = item.transferred_at, settings.transfer_within
    first, end = beijing(start).date(), beijing(closed or now).date()
    try:
        taken = calendar.between(beijing(item.received_at).date(), end)
        left = limit - calendar.between(first, end)
    except CalendarUnknown as error:
        return MessageState(item, State.UNKNOWN, None, None, None, str(error))
    if closed:
        state = State.CLOSED_IN_TIME if left >= 0 else State.CLOSED_LATE
    elif left < 0:
        state = State.LATE
    else:
        state = State.NEAR if left <= settings.near_within else State.OPEN
    return MessageState(item, state, _last_day(calendar, first, limit), taken, left)


def _last_day(calendar: WorkingDays, first: date, limit: int) -> date | None:
    """For people to read; it may lie in a year that is not known yet."""
    try:
        return calendar.after(first, limit)
    except CalendarUnknown:
        return None
