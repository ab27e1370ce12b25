"""
### 重新判定 Rejudge

Runs the judging half alone on a stored round: judge → review → tally → draft → approve → publish, without the network.

Under the round's own rule files the published tables come out byte for byte as before. Under other rule files the
results stand beside them, in `rounds/ROUND/rejudged/RULES/`. Evidence is never fetched: what a rule needs and the
round did not store is unmeasured.

Decisions and appeals (申诉) of the folder `registry` are taken into the round first. People's decisions hold as long as
the evidence that they were made on is the same; docs/review.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from inspection_form import REVIEW
from inspection_review import Approve, review
from inspection_tasks import final_errors, object_store, run_moment

PARAMS = {
    "round": Param("2024Q4", type="string", pattern=r"^\d{4}Q[1-4](-[A-Za-z0-9]{1,16})?$", title="轮次"),
    "rules": Param(
        [],
        type="array",
        items={"type": "string"},
        title="规则文件",
        description="留空为该轮次原来的规则文件。",
    ),
    "registry": Param(
        None,
        type=["null", "string"],
        title="名单目录",
        description="其中的 decisions.csv 和 appeals.csv 并入该轮次；留空则只用已有的决定。",
    ),
    "review": REVIEW,
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
    @task(multiple_outputs=True)
    @final_errors
    def begin() -> dict[str, Any]:
        from include.inspection.review import steps as review_steps

        context = get_current_context()
        given = context["params"]
        if given["registry"]:
            review_steps.import_decisions(
                object_store(), given["round"], given["registry"], run_moment(context)
            )
        return {"round": given["round"], "rules": given["rules"]}

    @task
    @final_errors
    def judge(round_name: str, rules: list[str]) -> dict[str, int]:
        from include.inspection import steps

        return steps.judge(object_store(), round_name, rules)

    @task
    def tally(round_name: str, rules: list[str]) -> dict[str, Any]:
        from include.inspection import steps

        return steps.tally(object_store(), round_name, rules)

    @task
    @final_errors
    def draft(round_name: str, rules: list[str]) -> list[str]:
        from include.inspection import steps

        return steps.draft(object_store(), round_name, rules)

    @task
    def publish(round_name: str, rules: list[str]) -> str:
        from include.inspection import steps

        return steps.publish(object_store(), round_name, rules, get_current_context()["run_id"])

    begun = begin()
    of = {"round_name": begun["round"], "rules": begun["rules"]}
    approve = Approve(task_id="approve", task_display_name="审批草稿", **of)
    review(judge(**of), **of) >> tally(**of) >> draft(**of) >> approve >> publish(**of)


rejudge()
