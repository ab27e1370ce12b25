"""我为政府网站找错: counts of a period and working days by the State Council's calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from include.inspection.messages import CalendarUnknown, count_messages, working_days_between
from include.inspection.model import Message, Registry
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
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end)) == days


def test_a_year_without_a_calendar_is_told():
    with pytest.raises(CalendarUnknown, match="2090 年"):
        working_days_between(date(2090, 1, 1), date(2090, 1, 2))


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
