"""Telling people: the outbox as Airflow's tasks and callbacks reach it.

A DAG names ``InspectionNotifier()`` as its ``on_failure_callback``: a run or task that failed puts a message for 运维 into
the outbox and tries at once to deliver it; what does not get out waits there for DAG deliver_messages.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from inspection_tasks import default_registry, object_store

if TYPE_CHECKING:
    from include.inspection.outbox.box import Message

CONNECTION = "inspection_messengers"
#: So long no run of deliver_messages takes up a message that its own notifier is delivering.
OWN_TIME = timedelta(minutes=2)
#: Airflow's words for why a run failed.
_REASONS = {
    "task_failure": "有任务失败",
    "all_tasks_deadlocked": "任务互相等待，无法继续",
    "timed_out": "运行超时",
}


def messenger_settings() -> dict[str, Any]:
    """Where messages may go, with the keys: the extra of connection ``inspection_messengers``, else the environment
    variable INSPECTION_MESSENGERS (JSON), else nothing. Raises ValueError where it is not JSON; never shows it."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        text = Connection.get(CONNECTION).extra or "{}"
    except AirflowNotFoundException:
        text = os.environ.get("INSPECTION_MESSENGERS") or "{}"
    try:
        settings = json.loads(text)
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise ValueError(f"连接 {CONNECTION} 的 extra 不是 JSON 对象：请对照 docs/operations.md 填写")
    return settings


def deliver_outbox(now: datetime, keys: Collection[str] | None = None) -> dict[str, int]:
    """Send what is due at ``now`` to everybody on the list of INSPECTION_REGISTRY; returns the counts."""
    import structlog

    from include.inspection.outbox.deliver import deliver
    from include.inspection.outbox.messengers import Messengers
    from include.inspection.outbox.recipients import read_recipients

    messengers = Messengers(messenger_settings())
    recipients, problems = read_recipients(Path(default_registry()))
    for problem in problems:
        structlog.get_logger("inspection.outbox").warning(
            f"收件人名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field
        )
    return deliver(object_store(), recipients, messengers, now, keys=keys)


class InspectionNotifier(BaseNotifier):
    """Puts a message about the failed run or task into the outbox and tries to deliver it.

    ``once_a_day``: a DAG that runs every few minutes tells of its first failure of a Beijing day, not of every one.
    A messenger that is down or settings that do not hold fail nothing here: the message is stored before.
    """

    def __init__(self, level: str = "orange", *, once_a_day: bool = False) -> None:
        super().__init__()
        self.level, self.once_a_day = level, once_a_day

    def notify(self, context: Any) -> None:
        from datetime import UTC

        from include.inspection.outbox.box import enqueue

        now = datetime.now(UTC)
        message = failure_message(context, self.level, now, once_a_day=self.once_a_day)
        if enqueue(object_store(), [message]):
            self.log.info("消息 %s 已放入发件箱", message.key)
            try:
                deliver_outbox(now, [message.key])
            except Exception as error:
                self.log.warning("消息 %s 暂未发出（%s），由 deliver_messages 继续投递", message.key, error)


def failure_message(
    context: Mapping[str, Any], level: str, now: datetime, *, once_a_day: bool = False
) -> Message:
    """The message about a failed task (a task's callback) or run (a DAG's callback), told once for each, or each day."""
    from airflow.sdk.log import redact

    from include.inspection.outbox.box import OPERATIONS, Message
    from include.inspection.outbox.texts import compose
    from include.inspection.times import beijing

    # A DAG's callback may carry a task instance too, its last one; only a task's has the exception.
    ti: Any = context.get("ti") if "exception" in context else None
    run_id = str(context.get("run_id") or getattr(context.get("dag_run"), "run_id", ""))
    dag_id = str(context["dag"].dag_id)
    task_id, map_index = (str(ti.task_id), -1 if ti.map_index is None else ti.map_index) if ti else ("", -1)
    reason = str(context.get("reason") or "")
    what = str(context["exception"]) if ti else _REASONS.get(reason, reason)
    title, body = compose(
        "task-failed",
        dag_id=dag_id,
        task_id=task_id,
        label=f"第{map_index + 1}个" if map_index >= 0 else "",
        run_id=run_id,
        reason=str(redact(" ".join(what.split())))[:300],
        url=str(getattr(ti, "log_url", "") or ""),
    )
    news = beijing(now).date().isoformat() if once_a_day else run_id
    name = "-".join(part for part in ("failed", dag_id, news, task_id) if part)
    if map_index >= 0:
        name += f"-{map_index}"
    key = re.sub(r"[^0-9A-Za-z_-]", "_", name)[:180]
    return Message(key, level, OPERATIONS, title, body, at=now, due_at=now + OWN_TIME)
