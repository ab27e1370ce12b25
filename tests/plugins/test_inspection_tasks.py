"""What tasks need of Airflow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pendulum
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from inspection_tasks import registry_folder, run_moment

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


def test_without_lists_a_daily_run_is_skipped_and_says_how_to_give_them(tmp_path: Path, monkeypatch):
    folder = tmp_path / "registry"
    monkeypatch.setenv("INSPECTION_REGISTRY", str(folder))
    context = {"params": {"registry": str(folder)}}
    for make in (lambda: None, folder.mkdir):
        make()
        with pytest.raises(AirflowSkipException, match=r"sites\.csv.*INSPECTION_REGISTRY"):
            registry_folder(context)
    (folder / "sites.csv").write_text("", encoding="utf-8")
    assert registry_folder(context) == str(folder)


def test_a_folder_that_a_person_named_wrongly_is_no_reason_to_skip(tmp_path: Path):
    wrong = str(tmp_path / "wrong")
    assert registry_folder({"params": {"registry": wrong}}) == wrong
