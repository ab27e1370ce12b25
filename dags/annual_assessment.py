"""
### 年度考核 Annual assessment

The year from its four quarters: scores by weights, points taken for messages (留言), ranks, and the draft.

Reads the published rounds of the year, the messages of the office's lists and `year_end.csv` (年终考评得分); touches no
network. Weights stand in `include/rules/annual.yaml`, or in a rule file of its own (`annual`). What is missing (a quarter, a
score) is told and never guessed. Everything is published under `annual/YEAR/`, the manifest last.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import Param, dag, get_current_context, task

from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, run_moment

PARAMS = {
    "year": Param(2024, type="integer", minimum=2000, maximum=2099, title="年度"),
    "scheme": Param(
        "",
        type="string",
        title="考核办法",
        description="include/rules/annual.yaml 中的名称；留空为规则文件自带的权重，没有则用默认办法。",
    ),
    "registry": Param(
        os.environ.get("INSPECTION_REGISTRY"),
        type=["null", "string"],
        title="名单目录",
        description="全年的留言和 year_end.csv；留空为最后一个季度存档的名单。",
    ),
    "profile": Param(
        None, type=["null", "string"], title="通报体例", description="留空为最后一个季度的体例。"
    ),
    "as_of": Param(
        None,
        type=["null", "string"],
        title="统计时间点",
        description="如 2025-01-10T10:00（北京时间），留言办结算到此时。留空为本次运行的时间。",
    ),
}


@dag(
    dag_id="annual_assessment",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    on_failure_callback=InspectionNotifier(),
    tags=["inspection"],
    default_args={"retries": 1, "retry_delay": timedelta(seconds=20)},
)
def annual_assessment() -> None:
    @task
    @final_errors
    def assess() -> dict[str, int]:
        from include.inspection.after import annual_steps

        context = get_current_context()
        given = context["params"]
        return annual_steps.assess_year(
            object_store(),
            given["year"],
            given["scheme"],
            given["registry"],
            given["profile"],
            given["as_of"],
            run_moment(context),
            context["run_id"],
        )

    assess()


annual_assessment()
