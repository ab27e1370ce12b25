"""A timetable of quarters: one run a quarter, on a set day of its last month, in Beijing time."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

BEIJING = ZoneInfo("Asia/Shanghai")


class QuarterTimetable(Timetable):
    """Runs on ``day`` of March, June, September and December at ``hour`` o'clock, Beijing time.

    The data interval is the quarter from its first moment to the run, which is the monitoring point.
    """

    def __init__(self, day: int = 20, hour: int = 2) -> None:
        if not 1 <= day <= 28 or not 0 <= hour <= 23:
            raise ValueError("day must be 1 to 28 and hour 0 to 23")
        self.day, self.hour = day, hour
        self.description = f"每季度末月{day}日{hour}时（北京时间）"

    @property
    def summary(self) -> str:
        return f"季度 {self.day}日{self.hour:02d}:00"

    def serialize(self) -> dict[str, Any]:
        return {"day": self.day, "hour": self.hour}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> QuarterTimetable:
        return cls(**data)

    def _run_of(self, year: int, quarter: int) -> datetime:
        return datetime.combine(datetime(year, quarter * 3, self.day), time(self.hour), BEIJING)

    def _first_not_before(self, moment: datetime) -> datetime:
        year = moment.astimezone(BEIJING).year
        runs = (self._run_of(at, quarter) for at in (year, year + 1) for quarter in (1, 2, 3, 4))
        return next(run for run in runs if run >= moment)

    def _last_not_after(self, moment: datetime) -> datetime:
        year = moment.astimezone(BEIJING).year
        runs = (self._run_of(at, quarter) for at in (year, year - 1) for quarter in (4, 3, 2, 1))
        return next(run for run in runs if run <= moment)

    @staticmethod
    def _interval(run: datetime) -> DataInterval:
        local = run.astimezone(BEIJING)
        start = datetime(local.year, (local.month - 1) // 3 * 3 + 1, 1, tzinfo=BEIJING)
        return DataInterval(start=pendulum.instance(start), end=pendulum.instance(local))

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return self._interval(run_after)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        if last_automated_data_interval is not None:
            earliest = last_automated_data_interval.end.add(seconds=1)
        elif restriction.earliest is not None:
            earliest = restriction.earliest
        else:
            return None
        if not restriction.catchup:
            now = pendulum.now("Asia/Shanghai")
            # A run that fell due while the scheduler was down is made up for, of several only the last.
            made_up = self._last_not_after(now) if last_automated_data_interval is not None else now
            earliest = max(earliest, made_up)
        run = self._first_not_before(earliest)
        if restriction.latest is not None and run > restriction.latest:
            return None
        interval = self._interval(run)
        return DagRunInfo(run_after=interval.end, data_interval=interval)


class QuarterTimetablePlugin(AirflowPlugin):
    name = "quarter_timetable"
    timetables = [QuarterTimetable]  # noqa: RUF012 - Airflow's plugin interface
