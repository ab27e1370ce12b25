"""
### 整改复查 Rectification recheck

After the deadline of a published notice, inspects the named sites and accounts again, for what they were named for.

`begin → fetch_site · fetch_accounts → history → suspects → fetch_again → judge → finish`

* **begin** takes who was named from the round's published notice and refuses to run before the deadline. A second recheck
  of a round takes only whoever was not settled by the first.
* The tasks between are those of the quarterly inspection, on a round of its own within the round.
* **finish** compares: fixed 已整改, closed 已关停, still failing 仍不合格, undetermined 未能复查. Results stand under
  `rounds/ROUND/recheck-N/` with evidence and manifest; the next quarter's notice reports `rounds/ROUND/recheck.json`.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import Param, dag, get_current_context, task

from inspection_looks import looked_at
from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, run_moment

PARAMS = {
    "round": Param(
        "2024Q4",
        type="string",
        pattern=r"^\d{4}Q[1-4](-[A-Za-z0-9]{1,16})?$",
        title="轮次",
        description="已发布通报的轮次。",
    ),
    "registry": Param(
        os.environ.get("INSPECTION_REGISTRY"),
        type=["null", "string"],
        title="名单目录",
        description="现在的名单，从中得知关停和换址；留空为该轮次存档的名单。",
    ),
    "as_of": Param(
        None,
        type=["null", "string"],
        title="复查时间点",
        description="如 2025-02-11T10:00（北京时间）。留空为本次运行的时间。",
    ),
    "due": Param(
        None,
        type=["null", "string"],
        title="整改期限",
        description="如 2025-02-10；留空为通报中的期限。",
    ),
}


@dag(
    dag_id="rectification_recheck",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    on_failure_callback=InspectionNotifier(),
    tags=["inspection"],
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def rectification_recheck() -> None:
    @task
    @final_errors
    def begin() -> str:
        from include.inspection.after import recheck_steps

        context = get_current_context()
        given = context["params"]
        return recheck_steps.begin(
            object_store(),
            given["round"],
            given["registry"],
            given["as_of"],
            given["due"],
            run_moment(context),
        )

    @task
    @final_errors
    def finish(name: str) -> dict[str, int]:
        from include.inspection.after import recheck_steps

        return recheck_steps.finish(object_store(), name, get_current_context()["run_id"])

    name = begin()
    looked_at(name) >> finish(name)


rectification_recheck()
