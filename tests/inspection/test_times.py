"""Windows, quarters and the monitoring point."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inspection.times import (
    BEIJING,
    Period,
    Span,
    beijing,
    months_before,
    parse_as_of,
    quarter_of,
    utc_text,
)


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("point", "span", "first"),
    [
        ("2021-03-21", "14d", "2021-03-08"),  # as published: two weeks, both ends counted
        ("2021-03-21", "1d", "2021-03-21"),
        ("2024-01-05", "7d", "2023-12-30"),
        ("2024-11-20", "6mo", "2024-05-20"),
        ("2024-08-31", "6mo", "2024-02-29"),
        ("2023-08-31", "6mo", "2023-02-28"),
        ("2024-03-31", "1mo", "2024-02-29"),
        ("2024-02-29", "1y", "2023-02-28"),
        ("2024-02-29", "4y", "2020-02-29"),
        ("2024-12-31", "12mo", "2023-12-31"),
        ("2024-01-15", "1mo", "2023-12-15"),
    ],
)
def test_first_day_of_a_window(point, span, first):
    assert Span(span).first_day(at(point)) == date.fromisoformat(first)


def test_the_monitoring_day_is_the_day_in_beijing():
    evening = datetime(2024, 12, 30, 16, 30, tzinfo=UTC)  # 00:30 of the 31st in Beijing
    assert Span("1d").first_day(evening) == date(2024, 12, 31)
    assert Span("1d").first_day(evening - timedelta(hours=1)) == date(2024, 12, 30)


@pytest.mark.parametrize(
    "text", ["", "14", "d", "0d", "0mo", "-1d", "1.5d", "14D", "2w", "14d\n", "１４d", "12345d"]
)
def test_bad_span(text):
    with pytest.raises(ValueError, match="请写成 14d、6mo 或 1y"):
        Span(text)


def test_span_labels():
    assert [Span(text).label for text in ("14d", "6mo", "1y")] == ["14天", "6个月", "1年"]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_before_never_skips_a_month(day, months):
    earlier = months_before(day, months)
    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months
    assert earlier.day == day.day or (earlier.day < day.day and (earlier + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-12-31T10:00", "2024-12-31T02:00:00Z"),
        ("2024-12-31 10:00:30", "2024-12-31T02:00:30Z"),
        ("2024-12-31T10:00+08:00", "2024-12-31T02:00:00Z"),
        ("2024-12-31T10:00Z", "2024-12-31T10:00:00Z"),
        ("2024-12-31T10:00-05:00", "2024-12-31T15:00:00Z"),
        (" 20241231T1000 ", "2024-12-31T02:00:00Z"),
    ],
)
def test_monitoring_point(text, utc):
    moment = parse_as_of(text)
    assert moment.tzinfo is not None
    assert utc_text(moment) == utc
    assert beijing(moment).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2024-12-31",
        "20241231",
        "2024-W52-2",
        "2024-02-30T10:00",
        "2024-12-31T25:00",
        "31.12.2024 10:00",
        "0001-01-01T00:00+10:00",
        "9999-12-31T23:00",
    ],
)
def test_bad_monitoring_point(text):
    with pytest.raises(ValueError, match=r"监测时间点.*请写成 2024-12-31T10:00"):
        parse_as_of(text)


@pytest.mark.parametrize(
    ("name", "first", "last", "label"),
    [
        ("2024Q1", "2024-01-01", "2024-03-31", "2024年第一季度"),
        ("2024Q2", "2024-04-01", "2024-06-30", "2024年第二季度"),
        ("2024Q3-2", "2024-07-01", "2024-09-30", "2024年第三季度"),
        ("2024Q4-recheck", "2024-10-01", "2024-12-31", "2024年第四季度"),
    ],
)
def test_quarters(name, first, last, label):
    period = Period(name)
    assert (period.first_day.isoformat(), period.last_day.isoformat(), period.label) == (first, last, label)
    assert quarter_of(at(first, "00:00")) == quarter_of(at(last, "23:59")) == name[:6]


def test_quarter_is_that_of_beijing():
    assert quarter_of(datetime(2024, 12, 31, 15, 59, tzinfo=UTC)) == "2024Q4"
    assert quarter_of(datetime(2024, 12, 31, 16, 0, tzinfo=UTC)) == "2025Q1"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2024",
        "2024Q0",
        "2024Q5",
        "24Q4",
        "2024q4",
        "2024Q4-",
        "2024Q4/..",
        "2024Q4-../x",
        "2024Q4\n",
        "２０２４Q4",
        "0000Q1",
    ],
)
def test_bad_round(name):
    with pytest.raises(ValueError, match="请写成 2024Q4"):
        Period(name)


@pytest.mark.parametrize(
    ("day", "clock", "admitted"),
    [
        ("2024-09-30", "23:59", False),
        ("2024-10-01", "00:00", True),
        ("2024-12-31", "23:59", True),
        ("2025-01-31", "23:59", True),
        ("2025-02-01", "00:00", False),
    ],
)
def test_which_monitoring_points_belong_to_a_quarter(day, clock, admitted):
    assert Period("2024Q4").admits(at(day, clock)) is admitted
