"""
### 重新判定 Rejudge

Runs the judging half alone on a stored round: judge → tally → draft → publish, without the network.

Under the round's own rule files the published tables come out byte for byte as before. Under other rule files the
results stand beside them, in `rounds/ROUND/rejudged/RULES/`. Evidence is never fetched: what a rule needs and the
round did not store is unmeasured.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from inspection_tasks import final_errors, object_store

PARAMS = {
    "round": Param("2024Q4", type="string", pattern=r"^\d{4}Q[1-4](-[A-Za-z0-9]{1,16})?$", title="轮次"),
    "rules": Param(
        [],
        type="array",
        items={"type": "string"},
        title="规则文件",
        description="留空为该轮次原来的规则文件。",
    ),
}


@dag(
    dag_id="rejudge",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    tags=["inspection"],
    default_args={"retries": 1, "retry_delay": timedelta(seconds=20)},
)
def rejudge() -> None:
    @task
    @final_errors
    def judge() -> dict[str, int]:
        from include.inspection import steps

        given = get_current_context()["params"]
        return steps.judge(object_store(), given["round"], given["rules"])

    @task
    def tally() -> dict[str, Any]:
        from include.inspection import steps

        given = get_current_context()["params"]
        return steps.tally(object_store(), given["round"], given["rules"])

    @task
    @final_errors
    def draft() -> list[str]:
        from include.inspection import steps

        given = get_current_context()["params"]
        return steps.draft(object_store(), given["round"], given["rules"])

    @task
    def publish() -> str:
        from include.inspection import steps

        context = get_current_context()
        given = context["params"]
        return steps.publish(object_store(), given["round"], given["rules"], context["run_id"])

    judge() >> tally() >> draft() >> publish()


rejudge()
