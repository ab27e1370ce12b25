"""The timetable of quarters, in Beijing time."""

from __future__ import annotations

from datetime import datetime

import pendulum
import pytest
from airflow.timetables.base import DataInterval, TimeRestriction

from quarter_timetable import BEIJING, QuarterTimetable, QuarterTimetablePlugin


def at(text: str) -> pendulum.DateTime:
    """Beijing time."""
    return pendulum.instance(datetime.fromisoformat(text).replace(tzinfo=BEIJING))


def restriction(
    catchup: bool = True, earliest: str | None = "2024-01-01", latest: str | None = None
) -> TimeRestriction:
    return TimeRestriction(
        earliest=at(earliest) if earliest else None, latest=at(latest) if latest else None, catchup=catchup
    )


def next_run(last_end: str | None = None, table: QuarterTimetable | None = None, **limits):
    last = DataInterval(start=at("2000-01-01"), end=at(last_end)) if last_end else None
    return (table or QuarterTimetable()).next_dagrun_info(
        last_automated_data_interval=last, restriction=restriction(**limits)
    )


@pytest.fixture
def now(monkeypatch):
    def set_now(text: str) -> None:
        monkeypatch.setattr(pendulum, "now", lambda *_: at(text))

    return set_now


@pytest.mark.parametrize(
    ("last", "run", "start"),
    [
        ("2024-03-20T02:00", "2024-06-20T02:00", "2024-04-01T00:00"),
        ("2024-06-20T02:00", "2024-09-20T02:00", "2024-07-01T00:00"),
        ("2024-09-20T02:00", "2024-12-20T02:00", "2024-10-01T00:00"),
        ("2024-12-20T02:00", "2025-03-20T02:00", "2025-01-01T00:00"),
        ("2024-12-20T01:59", "2024-12-20T02:00", "2024-10-01T00:00"),
    ],
)
def test_runs_follow_quarter_by_quarter(last, run, start):
    found = next_run(last)
    assert found.run_after == at(run)
    assert (found.data_interval.start, found.data_interval.end) == (at(start), at(run))


def test_the_clock_is_that_of_beijing():
    found = next_run("2024-03-20T02:00")
    assert found.run_after.in_timezone("UTC").isoformat() == "2024-06-19T18:00:00+00:00"
    assert found.data_interval.start.in_timezone("UTC").isoformat() == "2024-03-31T16:00:00+00:00"


def test_first_run_with_catchup_is_the_first_after_the_start():
    assert next_run().run_after == at("2024-03-20T02:00")
    assert next_run(earliest="2024-03-20T02:00").run_after == at("2024-03-20T02:00")
    assert next_run(earliest="2024-03-20T02:01").run_after == at("2024-06-20T02:00")


def test_a_new_dag_without_catchup_waits_for_the_next_quarter_end(now):
    now("2026-05-05T12:00")
    assert next_run(catchup=False).run_after == at("2026-06-20T02:00")


def test_a_start_in_the_future_is_waited_for(now):
    now("2026-05-05T12:00")
    assert next_run(catchup=False, earliest="2027-01-01").run_after == at("2027-03-20T02:00")


@pytest.mark.parametrize(
    ("clock", "run"),
    [
        ("2024-06-19T23:00", "2024-06-20T02:00"),
        # The scheduler was down when the run fell due.
        ("2024-06-20T02:30", "2024-06-20T02:00"),
        ("2024-07-15T00:00", "2024-06-20T02:00"),
        # Down for longer than a quarter: only the last one is made up for.
        ("2024-10-01T00:00", "2024-09-20T02:00"),
        ("2025-01-10T00:00", "2024-12-20T02:00"),
    ],
)
def test_without_catchup_a_run_that_fell_due_meanwhile_is_made_up_for_once(now, clock, run):
    now(clock)
    assert next_run("2024-03-20T02:00", catchup=False).run_after == at(run)


def test_after_a_run_the_next_one_is_a_quarter_later(now):
    now("2024-06-20T02:05")
    assert next_run("2024-06-20T02:00", catchup=False).run_after == at("2024-09-20T02:00")


def test_no_run_after_the_end_and_none_without_a_start():
    assert next_run("2024-03-20T02:00", latest="2024-06-20T01:59") is None
    assert next_run("2024-03-20T02:00", latest="2024-06-20T02:00").run_after == at("2024-06-20T02:00")
    assert next_run(earliest=None) is None


def test_day_and_hour_are_settings():
    table = QuarterTimetable(day=28, hour=23)
    assert next_run("2024-12-28T22:00", table).run_after == at("2024-12-28T23:00")
    assert "28" in table.description and "28日23:00" in table.summary


@pytest.mark.parametrize(("day", "hour"), [(0, 2), (29, 2), (31, 2), (20, -1), (20, 24)])
def test_days_that_not_every_month_has_are_refused(day, hour):
    with pytest.raises(ValueError, match="day must be"):
        QuarterTimetable(day, hour)


def test_stored_and_read_back():
    back = QuarterTimetable.deserialize(QuarterTimetable(day=15, hour=8).serialize())
    assert (back.day, back.hour) == (15, 8)


@pytest.mark.parametrize(
    ("moment", "start"),
    [
        ("2024-12-31T10:00", "2024-10-01"),
        ("2024-01-01T00:00", "2024-01-01"),
        ("2024-06-30T23:59", "2024-04-01"),
    ],
)
def test_a_run_by_hand_covers_its_quarter_up_to_the_moment(moment, start):
    found = QuarterTimetable().infer_manual_data_interval(run_after=at(moment))
    assert (found.start, found.end) == (at(start), at(moment))


def test_a_run_by_hand_on_new_years_eve_in_utc_belongs_to_the_new_year_in_beijing():
    found = QuarterTimetable().infer_manual_data_interval(run_after=pendulum.datetime(2024, 12, 31, 16, 30))
    assert found.start == at("2025-01-01")


def test_airflow_finds_the_timetable():
    assert QuarterTimetable in QuarterTimetablePlugin.timetables
