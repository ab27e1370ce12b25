"""The notifier as Airflow's callbacks call it: with connections of the environment, a real store, mail server and robot."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG as AirflowDag

from include.inspection.outbox.box import Message
from inspection_notifier import InspectionNotifier, deliver_outbox, failure_message, messenger_settings
from tests.inspection.conftest import ACCESS, SECRET, new_store, s3_port, store  # noqa: F401 - fixtures
from tests.inspection.post_office import Mailbox, Receiver, http_server, settings, smtp_server

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
RUN = "scheduled__2026-11-24T02:00:00+08:00"
DAG = AirflowDag("quarterly_inspection", schedule=None)
#: As the DAG processor gives it to the callback of a DAG, and a worker to that of a task.
OF_RUN = {"dag": DAG, "run_id": RUN, "reason": "task_failure"}
OF_TASK = {
    "dag": DAG,
    "run_id": RUN,
    "ti": SimpleNamespace(task_id="fetch_site", map_index=6, log_url="http://airflow.example/log"),
    "exception": RuntimeError("对象存储写入失败\n第二行"),
}


@pytest.fixture
def office(request, monkeypatch, tmp_path):
    """The environment of a worker; gives a function that says where messages may go."""
    bucket, port = request.getfixturevalue("store"), request.getfixturevalue("s3_port")
    connection = {
        "conn_type": "aws",
        "login": ACCESS,
        "password": SECRET,
        "extra": {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_INSPECTION_S3", json.dumps(connection))
    monkeypatch.setenv("INSPECTION_BUCKET", bucket.bucket)
    monkeypatch.setenv("INSPECTION_REGISTRY", str(tmp_path))
    (tmp_path / "recipients.csv").write_text(
        "unit,level,channel,address\n运维,info,email,ops@example.gov.cn\n运维,red,传真,1\n", encoding="utf-8"
    )

    def configure(extra: Any) -> None:
        text = json.dumps({"conn_type": "generic", "extra": extra})
        monkeypatch.setenv("AIRFLOW_CONN_INSPECTION_MESSENGERS", text)

    return SimpleNamespace(configure=configure, store=bucket)


def pending(office) -> list[str]:
    return sorted(office.store.keys("outbox/pending/"))


@pytest.mark.slow
def test_a_failed_run_is_told_at_once_and_once(office):
    mailbox, receiver = Mailbox(), Receiver()
    office.configure(settings(receiver, mailbox.port))
    notifier = InspectionNotifier(level="red")
    with smtp_server(mailbox), http_server(receiver):
        notifier(dict(OF_RUN))
        notifier(dict(OF_RUN))
    (mail,) = mailbox.mails
    assert mail.to == ["ops@example.gov.cn"]
    assert mail.subject == "【红色预警】任务运行失败：quarterly_inspection"
    assert RUN in mail.text and "有任务失败" in mail.text
    assert pending(office) == [] and len(list(office.store.keys("outbox/sent/"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "extra", [{}, {"email": {"wrong": 1}}, {"email": {"host": "127.0.0.1", "port": 1, "from": "a@b.cn"}}]
)
def test_what_does_not_get_out_waits_and_is_delivered_later(office, extra):
    office.configure(extra)
    InspectionNotifier(level="red")(dict(OF_TASK))
    (key,) = pending(office)
    assert "fetch_site-6" in key
    mailbox, receiver = Mailbox(), Receiver()
    office.configure(settings(receiver, mailbox.port))
    with smtp_server(mailbox):
        counts = deliver_outbox(datetime.now(UTC) + timedelta(minutes=5))
    assert counts["sent"] == 1 and pending(office) == []
    (mail,) = mailbox.mails
    assert "fetch_site（第7个）" in mail.text and "对象存储写入失败 第二行" in mail.text
    assert "http://airflow.example/log" in mail.text


@pytest.mark.slow
def test_no_run_takes_up_what_its_notifier_is_delivering(office):
    office.configure({})
    InspectionNotifier()(dict(OF_RUN))
    (key,) = pending(office)
    due = datetime.fromisoformat(office.store.get_json(key)["message"]["due_at"])
    at = datetime.fromisoformat(office.store.get_json(key)["message"]["at"])
    assert due - at == timedelta(minutes=2)


def test_each_run_and_each_mapped_task_is_news_of_its_own():
    keys = {
        failure_message(context, "red", NOW).key
        for context in (
            OF_RUN,
            {**OF_RUN, "run_id": "manual__2"},
            OF_TASK,
            {**OF_TASK, "ti": SimpleNamespace(task_id="fetch_site", map_index=7, log_url="")},
            {**OF_TASK, "ti": SimpleNamespace(task_id="plan", map_index=-1, log_url="")},
        )
    }
    assert len(keys) == 5
    assert (
        failure_message(OF_TASK, "red", NOW).key
        == failure_message(dict(OF_TASK), "red", NOW + timedelta(1)).key
    )


def test_a_dag_of_every_few_minutes_is_told_once_a_day():
    def key(run_id: str, now: datetime) -> str:
        return failure_message({**OF_RUN, "run_id": run_id}, "red", now, once_a_day=True).key

    late = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
    assert key("scheduled__1", NOW) == key("scheduled__2", late)
    assert key("scheduled__3", late + timedelta(minutes=1)) != key("scheduled__1", NOW), (
        "a new day in Beijing"
    )


def test_a_long_error_is_cut_and_a_password_of_a_connection_is_masked(monkeypatch):
    from airflow.sdk.log import mask_secret

    mask_secret("sdk-secret-value-1")
    error = RuntimeError("连接 sdk-secret-value-1 失败 " + "长" * 9_000)
    message = failure_message({**OF_TASK, "exception": error}, "red", NOW)
    assert "sdk-secret-value-1" not in message.body and len(message.body) < 1_000
    assert isinstance(message, Message) and message.unit == "运维"


def test_settings_come_from_the_connection_else_from_the_environment(monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_INSPECTION_MESSENGERS", raising=False)
    monkeypatch.delenv("INSPECTION_MESSENGERS", raising=False)
    assert messenger_settings() == {}
    monkeypatch.setenv("INSPECTION_MESSENGERS", '{"wecom": {}}')
    assert messenger_settings() == {"wecom": {}}
    monkeypatch.setenv(
        "AIRFLOW_CONN_INSPECTION_MESSENGERS", json.dumps({"conn_type": "generic", "extra": {"feishu": {}}})
    )
    assert messenger_settings() == {"feishu": {}}


@pytest.mark.parametrize("text", ['{"key": "very-secret', '["very-secret"]', "very-secret"])
def test_settings_that_are_not_json_are_told_without_being_shown(monkeypatch, text):
    monkeypatch.delenv("AIRFLOW_CONN_INSPECTION_MESSENGERS", raising=False)
    monkeypatch.setenv("INSPECTION_MESSENGERS", text)
    with pytest.raises(ValueError, match="inspection_messengers") as caught:
        messenger_settings()
    assert "very-secret" not in str(caught.value)
