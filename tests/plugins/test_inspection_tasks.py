"""What tasks need of Airflow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pendulum
import pytest

from inspection_tasks import run_moment

DUE = pendulum.datetime(2026, 3, 20, 2, tz="Asia/Shanghai")


@pytest.mark.parametrize(
    "context",
    [
        {"data_interval_end": DUE, "dag_run": SimpleNamespace(run_after=None)},
        {"dag_run": SimpleNamespace(run_after=DUE)},
    ],
)
def test_the_moment_of_a_run_is_a_plain_datetime(context):
    moment = run_moment(context)
    assert type(moment) is datetime and moment == datetime(2026, 3, 19, 18, tzinfo=UTC)
    assert (moment - datetime(2026, 1, 1, tzinfo=UTC)) // timedelta(days=1) == 77


def test_a_run_that_is_due_later_has_no_moment_to_come():
    later = pendulum.now("UTC").add(days=1)
    assert run_moment({"dag_run": SimpleNamespace(run_after=later)}) <= datetime.now(UTC)
