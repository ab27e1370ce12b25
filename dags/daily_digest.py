"""
### 巡检日报 Daily digest

Publishes the digest of the morning under `digests/DATE/`: `digest.html`, `digest.xlsx`, `digest.json` and one page a unit.

Runs when the patrol of the day hands over its asset, and at 07:30 Beijing time in any case: on a day whose patrol did
not come to an end the digest says so, and passes nothing. A second run replaces the first; the manifest is written last.

What it holds: warnings that are new, standing, cleared or silenced by an exemption; pages that did not open; what changed
since yesterday; what could not be measured, and why. Details: docs/daily.md.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, get_current_context, task

from inspection_assets import DAILY_PATROL
from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, run_moment

SCHEDULE = AssetOrTimeSchedule(
    timetable=CronTriggerTimetable("30 7 * * *", timezone="Asia/Shanghai"), assets=[DAILY_PATROL]
)


@dag(
    dag_id="daily_digest",
    doc_md=__doc__,
    schedule=None if os.environ.get("INSPECTION_SCHEDULES") == "off" else SCHEDULE,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    on_failure_callback=InspectionNotifier(),
    tags=["inspection"],
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def daily_digest() -> None:
    @task
    @final_errors
    def publish() -> str:
        from include.inspection.daily import digest
        from include.inspection.times import beijing

        context = get_current_context()
        day = beijing(run_moment(context)).date()
        return digest.publish(object_store(), day, context["run_id"])

    publish()


daily_digest()
