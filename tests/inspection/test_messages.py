"""我为政府网站找错: counts of a period and working days by the State Council's calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
import yaml

from include.inspection.config import ConfigError
from include.inspection.messages import (
    CalendarUnknown,
    State,
    WorkingDays,
    annual_deductions,
    count_messages,
    message_states,
    near_or_late,
)
from include.inspection.messages.settings import SETTINGS_FILE, MessageSettings
from include.inspection.model import Holiday, Message, Registry
from include.inspection.times import Period, parse_as_of

AS_OF = "2024-12-31T10:00"


def moment(text: str) -> datetime:
    return parse_as_of(text)


def message(received: str, closed: str | None = None, valid: bool = True) -> Message:
    return Message(f"m-{received}-{closed}", "", moment(received), valid, moment(closed) if closed else None)


def counts(*messages: Message, round_name: str = "2024Q4", as_of: str = AS_OF, decimals: int = 0):
    return count_messages(Registry(messages=messages), Period(round_name), moment(as_of), decimals)


def figures(*messages: Message, **given):
    found = counts(*messages, **given)
    return tuple(found[key] for key in ("received", "valid", "closed", "closed_in_time", "rate"))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024-12-02", "2024-12-02", 0),
        ("2024-12-02", "2024-12-05", 3),
        ("2024-12-06", "2024-12-09", 1),  # Friday to Monday
        ("2024-09-30", "2024-10-08", 1),  # National Day week
        ("2024-09-28", "2024-09-30", 2),  # Sunday 29 September 2024 is a working day
        ("2024-12-05", "2024-12-02", 0),
    ],
)
def test_working_days(start, end, days):
    assert WorkingDays().between(date.fromisoformat(start), date.fromisoformat(end)) == days


def test_a_year_without_a_calendar_is_told():
    with pytest.raises(CalendarUnknown, match="2090 年"):
        WorkingDays().between(date(2090, 1, 1), date(2090, 1, 2))


def test_no_messages():
    assert figures() == (0, 0, 0, 0, None)


def test_all_closed_in_time():
    assert figures(
        *[message(f"2024-11-{day:02d}T09:00", f"2024-11-{day + 1:02d}T09:00") for day in range(4, 10)]
    ) == (
        6,
        6,
        6,
        6,
        "100%",
    )


def test_both_ends_of_the_quarter_in_beijing():
    inside = [message("2024-09-30T16:00Z"), message("2024-12-31T09:59")]
    outside = [message("2024-09-30T15:59Z"), message("2025-01-01T00:00")]
    assert figures(*inside, *outside)[0] == 2
    # Drafted in January, the rest of the last day counts, January does not.
    assert figures(message("2024-12-31T23:59"), *outside, as_of="2025-01-10T10:00")[0] == 1


def test_what_came_or_was_closed_after_the_monitoring_point_is_not_known_yet():
    assert figures(message("2024-12-31T10:00:01"))[0] == 0
    assert figures(message("2024-12-31T10:00"))[0] == 1
    assert figures(message("2024-12-30T10:00", "2024-12-31T10:00"))[2] == 1
    assert figures(message("2024-12-30T10:00", "2024-12-31T10:00:01"))[2] == 0


def test_invalid_messages_are_received_and_no_more():
    assert figures(
        message("2024-11-04T09:00", "2024-11-05T09:00", valid=False), message("2024-11-04T09:00")
    ) == (
        2,
        1,
        0,
        0,
        "0%",
    )


def test_three_working_days_are_in_time_and_four_are_not():
    monday = "2024-12-02T09:00"
    assert figures(message(monday, "2024-12-05T23:00"))[3] == 1
    assert figures(message(monday, "2024-12-06T00:00"))[3] == 0
    assert figures(message("2024-12-06T09:00", "2024-12-11T09:00"))[3] == 1, "the weekend does not count"


def test_rates_are_rounded_half_up():
    done = message("2024-11-04T09:00", "2024-11-05T09:00")
    left = message("2024-11-04T09:00")
    assert figures(done, left, left)[4] == "33%"
    assert figures(done, *[left] * 7, decimals=1)[4] == "12.5%"
    assert figures(done, *[left] * 7)[4] == "13%"


def test_an_unknown_calendar_leaves_that_figure_open_and_the_others_stand():
    old = message("2099-11-04T09:00", "2099-11-05T09:00")
    assert figures(old, round_name="2099Q4", as_of="2099-12-31T10:00") == (1, 1, 1, None, "100%")


def test_average_time_and_the_rate_in_time():
    in_time = message("2024-12-02T09:00", "2024-12-03T15:00")  # 1 working day, 1.25 days
    late = message("2024-12-02T09:00", "2024-12-12T09:00")  # 8 working days, 10 days
    open_late = message("2024-12-03T09:00")
    open_yet = message("2024-12-30T09:00")
    found = counts(in_time, late, open_late, open_yet)
    assert (found["closed"], found["closed_in_time"], found["late"]) == (2, 1, 1)
    assert found["in_time_rate"] == "33%", "what is within its limit has not failed it"
    assert (found["average_working_days"], found["average_days"]) == ("4.5", "5.6")
    none = counts()
    assert (none["in_time_rate"], none["average_working_days"], none["average_days"]) == (None, None, None)


def test_an_unknown_calendar_leaves_open_what_hangs_on_it():
    old = message("2099-11-04T09:00", "2099-11-05T09:00")
    found = counts(old, round_name="2099Q4", as_of="2099-12-31T10:00")
    assert (found["in_time_rate"], found["average_working_days"], found["average_days"]) == (
        None,
        None,
        "1.0",
    )


# --- where a message stands

MONDAY = "2024-12-02T09:00"


def standing(item: Message, now: str, **more) -> tuple[State, int | None]:
    (found,) = message_states([item], moment(now), WorkingDays(), **more)
    return found.state, found.left


@pytest.mark.parametrize(
    ("now", "state", "left"),
    [
        ("2024-12-02T10:00", State.OPEN, 3),
        ("2024-12-03T10:00", State.OPEN, 2),
        ("2024-12-04T10:00", State.NEAR, 1),
        ("2024-12-05T23:59", State.NEAR, 0),
        ("2024-12-06T00:00", State.LATE, -1),
        ("2024-12-08T10:00", State.LATE, -1),
    ],
)
def test_a_message_nears_its_limit_and_passes_it(now, state, left):
    assert standing(message(MONDAY), now) == (state, left)


def test_a_weekend_after_the_last_day_is_no_further_working_day():
    wednesday = message("2024-12-04T09:00")
    assert standing(wednesday, "2024-12-08T10:00") == (State.NEAR, 1)  # Sunday; Thursday and Friday are gone
    assert standing(message("2024-12-03T09:00"), "2024-12-08T10:00") == (State.NEAR, 0)
    assert standing(message("2024-12-03T09:00"), "2024-12-09T10:00") == (State.LATE, -1)


def test_the_list_for_warnings_has_the_most_urgent_first_and_only_what_is_open():
    late, near = message("2024-11-25T09:00"), message("2024-12-03T09:00")
    others = [
        message("2024-11-25T10:00", "2024-11-26T09:00"),
        message("2024-11-25T11:00", valid=False),
        message("2024-12-05T09:00"),  # came today
        message("2024-12-06T09:00"),  # not yet come
    ]
    found = near_or_late(Registry(messages=(near, *others, late)), moment("2024-12-05T18:00"))
    assert [(item.message, item.state, item.last_day) for item in found] == [
        (late, State.LATE, date(2024, 11, 28)),
        (near, State.NEAR, date(2024, 12, 6)),
    ]


def test_closed_after_the_moment_is_open_at_it():
    item = message(MONDAY, "2024-12-10T09:00")
    assert standing(item, "2024-12-09T09:00")[0] is State.LATE
    assert standing(item, "2024-12-10T09:00")[0] is State.CLOSED_LATE


def test_the_limit_of_a_transferred_message_counts_from_the_transfer_where_it_is_set():
    item = replace(message(MONDAY), transferred_at=moment("2024-12-04T09:00"))
    assert standing(item, "2024-12-05T09:00") == (State.NEAR, 0)
    strict = replace(MessageSettings.load(), transfer_within=1)
    assert standing(item, "2024-12-05T09:00", settings=strict) == (State.NEAR, 0)
    assert standing(item, "2024-12-06T09:00", settings=strict) == (State.LATE, -1)
    moved = replace(item, transferred_at=moment("2024-12-11T09:00"))
    assert standing(moved, "2024-12-11T10:00", settings=strict) == (State.NEAR, 1)


# --- a year without a calendar


def year_2090(*more: Holiday) -> list[Holiday]:
    fixed = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)]
    return [Holiday(date(2090, month, day), off=True) for month, day in fixed] + list(more)


def test_only_the_days_that_are_counted_need_a_calendar():
    """The days until now: not those of the limit, which may end in the next year."""
    december = message("2090-12-30T09:00")
    calendar = WorkingDays(year_2090())
    (found,) = message_states([december], moment("2090-12-31T10:00"), calendar)
    assert (found.state, found.working_days, found.last_day) == (State.OPEN, 0, None)
    unknown = message("2090-01-02T09:00")
    (found,) = near_or_late(Registry(messages=(unknown,)), moment("2090-01-09T10:00"))
    assert found.state is State.UNKNOWN and "2090 年" in found.reason and "holidays.csv" in found.reason


def test_the_office_s_list_fills_the_gap():
    item = message("2090-09-29T09:00")  # a Friday
    worked = Holiday(date(2090, 9, 30), off=False)  # the Saturday after it
    registry = Registry(messages=(item,), holidays=tuple(year_2090(worked)))
    (found,) = near_or_late(registry, moment("2090-10-05T10:00"))  # a Thursday; 1 to 3 October are off
    assert (found.state, found.working_days, found.last_day) == (State.NEAR, 3, date(2090, 10, 5))


def test_a_listed_year_is_taken_whole_from_the_list():
    plain = WorkingDays([Holiday(date(2024, 1, 1), off=True)])
    assert plain.is_working(date(2024, 10, 4)) and not plain.is_working(date(2024, 9, 29))
    assert not WorkingDays().is_working(date(2024, 10, 4)) and WorkingDays().is_working(date(2024, 9, 29))
    assert WorkingDays([Holiday(date(2024, 1, 1), off=True)]).is_working(date(2023, 1, 28)), (
        "the library's year"
    )


# --- the annual table


def deductions(*messages: Message, now: str = "2024-12-31T10:00"):
    found = annual_deductions(Registry(messages=messages), date(2024, 1, 1), date(2024, 12, 31), moment(now))
    return [(item.message_id, item.points) for item in found]


def test_never_closed_costs_three_and_closed_after_a_month_two():
    never = message("2024-03-01T09:00")
    month, longer = (
        message("2024-10-20T09:00", "2024-11-20T23:00"),
        message("2024-10-20T09:00", "2024-11-21T00:00"),
    )
    others = [
        message("2024-12-30T09:00"),  # open within its limit
        message("2024-03-01T10:00", valid=False),
        message("2023-12-31T23:00"),  # of the year before
        message("2024-05-06T09:00", "2024-05-20T09:00"),  # late, within a month
    ]
    assert deductions(never, month, longer, *others) == [
        (never.message_id, Decimal(3)),
        (longer.message_id, Decimal(2)),
    ]


def test_a_month_that_is_shorter_ends_with_its_last_day():
    assert deductions(message("2024-01-31T09:00", "2024-02-29T09:00")) == []
    assert len(deductions(message("2024-01-31T09:00", "2024-03-01T09:00"))) == 1


def test_a_message_without_a_calendar_costs_nothing_and_is_shown():
    (found,) = annual_deductions(
        Registry(messages=(message("2090-03-01T09:00"),)),
        date(2090, 1, 1),
        date(2090, 12, 31),
        moment("2090-12-31T10:00"),
    )
    assert found.points == 0 and "2090 年" in found.reason


# --- the settings


def test_settings_are_checked_by_field_and_line(tmp_path):
    data = yaml.safe_load(SETTINGS_FILE.read_text(encoding="utf-8"))
    data["close_within_working_days"] = 0
    path = tmp_path / "messages.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match="close_within_working_days"):
        MessageSettings.load(path)
