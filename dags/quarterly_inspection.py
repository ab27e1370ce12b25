"""
### 季度检查 Quarterly inspection

Inspects every registered site and account of a round and publishes the draft of the notice.

`snapshot → plan → fetch_site · fetch_accounts → history → suspects → fetch_again → judge → review → tally → draft
→ approve → publish`

* **snapshot** checks the office's lists; a bad row is logged with file, line and field, and the others go on.
* **plan** checks rule files and profile, and fixes who is inspected. A round that was begun keeps its monitoring point.
* **fetch_site**, **fetch_accounts** are the only tasks that touch the network. A site that cannot be reached is an
  outcome of its task, not a failure. What is stored already is not fetched again, so a run can simply be repeated.
* **history** takes what the daily probes and patrols stored, once; judging rests on this extract, now and again.
* **suspects** measures everything once; **fetch_again** looks a second time at whoever would fail a veto indicator.
* **judge** applies the expectation suites to the stored evidence; DAG `rejudge` runs from here on alone.
* **review**: would-be unqualified subjects wait as required actions (待办); **look_again** fetches once more where a
  person wants it. **approve** holds the draft for approval. Both only where the parameter `review` says how long.
* **publish** writes everything under `rounds/ROUND/`, the manifest last.

Configuration: the connection `inspection_s3` (type aws), and the form of this DAG. Details: docs/operations.md.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import dag, get_current_context, task

from inspection_form import PARAMS
from inspection_looks import fetch, looked_at
from inspection_notifier import InspectionNotifier
from inspection_review import Approve, review
from inspection_tasks import final_errors, object_store, run_moment
from quarter_timetable import QuarterTimetable


@dag(
    dag_id="quarterly_inspection",
    doc_md=__doc__,
    schedule=None if os.environ.get("INSPECTION_SCHEDULES") == "off" else QuarterTimetable(day=20, hour=2),
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    on_failure_callback=InspectionNotifier(),
    tags=["inspection"],
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def quarterly_inspection() -> None:
    @task
    @final_errors
    def snapshot() -> dict[str, str]:
        from include.inspection import steps

        context = get_current_context()
        given = context["params"]
        return steps.snapshot(
            object_store(), given["registry"], given["round"], given["as_of"], run_moment(context)
        )

    @task
    @final_errors
    def plan(begun: dict[str, str]) -> str:
        from include.inspection import steps

        given = get_current_context()["params"]
        choice = {name: given[name] for name in ("coverage", "profile", "rules")}
        return steps.plan(object_store(), begun["round"], begun["as_of"], **choice).round

    @task
    def tally(round_name: str) -> dict[str, Any]:
        from include.inspection import steps

        return steps.tally(object_store(), round_name)

    @task
    @final_errors
    def draft(round_name: str) -> list[str]:
        from include.inspection import steps

        return steps.draft(object_store(), round_name)

    @task
    def publish(round_name: str) -> str:
        from include.inspection import steps

        return steps.publish(object_store(), round_name, None, get_current_context()["run_id"])

    name = plan(snapshot())
    judged = looked_at(name)
    approve = Approve(task_id="approve", task_display_name="审批草稿", round_name=name)
    review(judged, name, fetch=fetch) >> tally(name) >> draft(name) >> approve >> publish(name)


quarterly_inspection()
