"""
### 消息投递 Deliver messages

Sends what waits in the outbox to the people on the recipients list: warnings of the patrol, failed runs.

Runs every ten minutes, and at once when a daily patrol is published. One run at a time, so that nothing is sent twice.

* The list `recipients.csv` of `INSPECTION_REGISTRY` says who is told what; a bad row is logged, the others go on.
* The connection `inspection_messengers` holds the mail server and the robots with their keys.
* A messenger that is down delays its messages and loses none: they are tried again after 2, 5, 15, 60 … minutes.
* From 22:00 to 07:30 only the highest level goes out.

Levels, pauses and quiet hours: `include/rules/outbox.yaml`. Details: docs/daily.md, docs/operations.md.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from inspection_assets import DAILY_PATROL
from inspection_notifier import deliver_outbox
from inspection_tasks import final_errors

SCHEDULE = AssetOrTimeSchedule(
    timetable=CronTriggerTimetable("*/10 * * * *", timezone="Asia/Shanghai"), assets=[DAILY_PATROL]
)


@dag(
    dag_id="deliver_messages",
    doc_md=__doc__,
    schedule=None if os.environ.get("INSPECTION_SCHEDULES") == "off" else SCHEDULE,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=["inspection"],
    default_args={"retries": 1, "retry_delay": timedelta(seconds=20)},
)
def deliver_messages() -> None:
    @task(execution_timeout=timedelta(hours=1))
    @final_errors
    def deliver() -> dict[str, int]:
        return deliver_outbox(datetime.now(UTC))

    deliver()


deliver_messages()
