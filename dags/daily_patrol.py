"""
### 日常巡检 Daily patrol

Looks at every running site and account once a day, in the small hours: home page, footer and links, the sections that
are due or near due (each at least once a week), accounts' feeds. Asks servers only for what changed.

`begin → groups → patrol_group → close → warn`

* **begin** checks the office's lists and fixes the day; without lists the run is skipped. A day that is over is not made up for: it stays a gap, and is said.
* **patrol_group** visits many sites at once in one process. A site that cannot be reached is a row of the day, not a
  failure of the task; a group that fails leaves its subjects unmeasured, and the others go on.
* **close** writes the tables of the day, its pass table by the expectation suite of `include/rules/patrol.yaml`, and at
  last the manifest: a day without one does not exist. A second run of a day replaces it whole.
* **warn** compares with the day before: what is new, worse, overdue or mended goes into the outbox, by
  `include/rules/warnings.yaml`. Nothing is told twice.

Stored under `history/patrol/DATE/` and `history/warnings/`. DAG `daily_digest` follows by its asset. Details: docs/daily.md.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from inspection_assets import DAILY_PATROL
from inspection_form import PARAMS
from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, registry_folder, run_moment

SCHEDULE = CronTriggerTimetable("30 2 * * *", timezone="Asia/Shanghai")
SITES_A_GROUP = 50


@dag(
    dag_id="daily_patrol",
    doc_md=__doc__,
    schedule=None if os.environ.get("INSPECTION_SCHEDULES") == "off" else SCHEDULE,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params={"registry": PARAMS["registry"]},
    tags=["inspection"],
    on_failure_callback=InspectionNotifier(),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def daily_patrol() -> None:
    @task
    @final_errors
    def begin() -> dict[str, str]:
        from include.inspection.daily import patrol_steps

        context = get_current_context()
        return patrol_steps.begin(
            object_store(), registry_folder(context), context["run_id"], run_moment(context)
        )

    @task
    def groups(begun: dict[str, str]) -> list[dict[str, Any]]:
        from airflow.sdk.configuration import conf

        from include.inspection.daily import patrol_steps

        most = conf.getint("core", "max_map_length")
        return patrol_steps.groups(object_store(), begun, SITES_A_GROUP, most)

    @task(map_index_template="{{ task.op_kwargs['group']['label'] }}", execution_timeout=timedelta(hours=4))
    def patrol_group(begun: dict[str, str], group: dict[str, Any]) -> dict[str, int]:
        from include.inspection.daily import patrol_steps

        return patrol_steps.patrol(object_store(), begun, group["number"], group["ids"])

    @task(trigger_rule="all_done")
    @final_errors
    def close(begun: dict[str, str] | None, groups: list[dict[str, Any]] | None) -> dict[str, int]:
        from include.inspection import steps
        from include.inspection.daily import patrol_steps

        if begun is None:
            registry_folder(get_current_context())  # without lists nothing was begun and nothing failed
        steps.known_round(begun["date"] if begun else None, groups)
        return patrol_steps.close(object_store(), begun or {}, groups or [])

    @task(outlets=[DAILY_PATROL])
    @final_errors
    def warn(begun: dict[str, str]) -> dict[str, int]:
        from include.inspection.daily import warning_steps

        return warning_steps.warn(object_store(), date.fromisoformat(begun["date"]))

    begun = begin()
    parts = groups(begun)
    visited = patrol_group.partial(begun=begun).expand(group=parts)
    closed = close(begun, parts)
    visited >> closed
    closed >> warn(begun)


daily_patrol()
