"""The figures of a period's messages, and what the messages of a year cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.inspection.draft import rate
from include.inspection.messages.settings import MessageSettings
from include.inspection.messages.states import MessageState, State, message_states
from include.inspection.messages.working_days import WorkingDays
from include.inspection.model import Message, Registry
from include.inspection.times import Period, beijing, months_before


def count_messages(registry: Registry, period: Period, as_of: datetime, decimals: int) -> dict[str, Any]:
    """Figures of the messages received within the period up to the monitoring point (both ends counted).

    ``closed`` and ``closed_in_time`` count valid messages closed by then, ``rate`` is closed of valid;
    ``in_time_rate`` is closed in time of those whose time has run (closed, or open beyond their limit);
    ``average_working_days`` (after the day of receipt) and ``average_days`` (24 hours each) are of the closed ones,
    one decimal, half up. What hangs on a calendar that is unknown is None.
    """
    received = _received(registry, period.first_day, period.last_day, as_of)
    states = message_states(received, as_of, WorkingDays(registry.holidays))
    closed = [item for item in states if _closed_at(item.message, as_of)]
    known = all(item.state is not State.UNKNOWN for item in closed)
    in_time = sum(item.state is State.CLOSED_IN_TIME for item in closed) if known else None
    late = sum(item.state is State.LATE for item in states)
    all_known = all(item.state is not State.UNKNOWN for item in states)
    return {
        "received": len(received),
        "valid": len(states),
        "closed": len(closed),
        "closed_in_time": in_time,
        "rate": rate(len(closed), len(states), decimals),
        "late": late if all_known else None,
        "in_time_rate": rate(in_time, len(closed) + late, decimals)
        if in_time is not None and all_known
        else None,
        "average_working_days": _average([item.working_days or 0 for item in closed]) if known else None,
        "average_days": _average([_days_open(item.message) for item in closed]),
        # No list is not the same as an empty one.
        **({} if registry.messages_given else {"given": False}),
    }


def _received(registry: Registry, first: date, last: date, as_of: datetime) -> list[Message]:
    return [
        item
        for item in registry.messages
        if first <= beijing(item.received_at).date() <= last and item.received_at <= as_of
    ]


def _closed_at(item: Message, as_of: datetime) -> datetime | None:
    return item.closed_at if item.closed_at is not None and item.closed_at <= as_of else None


def _days_open(item: Message) -> Decimal:
    assert item.closed_at is not None
    return Decimal((item.closed_at - item.received_at) // _SECOND) / 86_400


_SECOND = datetime(2000, 1, 1, 0, 0, 1) - datetime(2000, 1, 1)


def _average(values: Sequence[int | Decimal]) -> str | None:
    if not values:
        return None
    mean = sum((Decimal(value) for value in values), Decimal(0)) / len(values)
    return str(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Deduction:
    """Points that the annual table takes for one message, and why, in Chinese."""

    message_id: str
    site_code: str
    points: Decimal
    reason: str


def annual_deductions(
    registry: Registry, first_day: date, last_day: date, as_of: datetime
) -> list[Deduction]:
    """What the annual table takes for the valid messages received from ``first_day`` to ``last_day``, both counted.

    A message that is open beyond its limit at ``as_of`` was never closed; one that is open within it costs nothing
    yet. "After a month" is later than the same day of the next month. A message whose limit cannot be counted, for
    want of a calendar, stands with 0 points and the reason.
    """
    settings = MessageSettings.load()
    messages = _received(registry, first_day, last_day, as_of)
    states = message_states(messages, as_of, WorkingDays(registry.holidays), settings)
    rows = (_deduction(item, as_of, settings) for item in states)
    return [row for row in rows if row is not None]


def _deduction(item: MessageState, as_of: datetime, settings: MessageSettings) -> Deduction | None:
    message = item.message
    received, closed = beijing(message.received_at).date(), _closed_at(message, as_of)

    def row(points: float, reason: str) -> Deduction:
        return Deduction(message.message_id, message.site_code, Decimal(str(points)), reason)

    if closed is not None:
        day = beijing(closed).date()
        if months_before(day, settings.closed_late_months) <= received:
            return None
        months = settings.closed_late_months
        return row(settings.closed_late_points, f"{received} 收到，{day} 办结，超过{months}个月")
    if item.state is State.LATE:
        return row(settings.never_closed_points, f"{received} 收到，至 {beijing(as_of).date()} 仍未办结")
    if item.state is State.UNKNOWN:
        return row(0, f"{received} 收到，尚未办结；{item.reason}")
    return None
