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
from inspection_review import Approve, review

from inspection_form import PARAMS
from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, run_moment
from quarter_timetable import QuarterTimetable

ACCOUNTS_A_BATCH = 20


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
    def groups(round_name: str, subject_type: str, size: int) -> list[dict[str, Any]]:
        from airflow.sdk.configuration import conf

        from include.inspection import steps

        most = conf.getint("core", "max_map_length")
        return steps.groups(object_store(), round_name, subject_type, size, most)

    @task(map_index_template="{{ task.op_kwargs['group']['label'] }}", execution_timeout=timedelta(hours=6))
    def fetch(round_name: str, group: dict[str, Any], number: int) -> dict[str, int]:
        from include.inspection import steps

        return steps.fetch(object_store(), round_name, group["ids"], number)

    @task(trigger_rule="all_done")
    @final_errors
    def history(round_name: str | None) -> int:
        from include.inspection import steps

        now = run_moment(get_current_context())
        return steps.freeze_history(object_store(), steps.known_round(round_name), now)

    @task(trigger_rule="all_done")
    @final_errors
    def suspects(round_name: str | None, taken: int | None) -> list[dict[str, Any]]:
        from include.inspection import steps

        return steps.suspect_groups(object_store(), steps.known_round(round_name, taken))

    @task(trigger_rule="all_done")
    @final_errors
    def judge(round_name: str | None, groups: list[dict[str, Any]] | None) -> dict[str, int]:
        from include.inspection import steps

        return steps.judge(object_store(), steps.known_round(round_name, groups))

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
    site_groups = groups.override(task_id="site_groups")(name, "site", 1)
    account_groups = groups.override(task_id="account_groups")(name, "account", ACCOUNTS_A_BATCH)
    first = {"round_name": name, "number": 1}
    sites = fetch.override(task_id="fetch_site").partial(**first).expand(group=site_groups)
    accounts = fetch.override(task_id="fetch_accounts").partial(**first).expand(group=account_groups)
    taken = history(name)
    [sites, accounts] >> taken
    found = suspects(name, taken)
    again = fetch.override(task_id="fetch_again").partial(round_name=name, number=2).expand(group=found)
    judged = judge(name, found)
    again >> judged
    approve = Approve(task_id="approve", task_display_name="审批草稿", round_name=name)
    review(judged, name, fetch=fetch) >> tally(name) >> draft(name) >> approve >> publish(name)


quarterly_inspection()
