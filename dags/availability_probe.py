"""
### 可用性探测 Availability probe

Asks for the home page of every running site whose turn it is, once, and stores how it went.

Every five minutes; which site has its turn follows from a hash of its code and the time, so every site is probed at
uneven minutes: portals every 15 minutes, other sites every hour, sites that have been dead for two weeks once a day.
The column 探测间隔（分钟） of `sites.csv` sets it for one site; the defaults stand in `include/rules/probes.yaml`.

* A site that does not open is a result, not a failure of the task.
* Beside the sites the control addresses (`INSPECTION_CONTROLS`) are asked: while none of them answers, our own network
  is out, and the probes of that time count neither way.
* Without lists the run is skipped.
* Runs that were missed are not made up for: a probe tells of its own moment only.

Stored under `history/probes/`; the quarter's W2 rests on it. `make probes SITE=…` prints and draws the series of a
site. Details: docs/daily.md.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from inspection_assets import PROBES
from inspection_form import PARAMS
from inspection_notifier import InspectionNotifier
from inspection_tasks import final_errors, object_store, registry_folder, run_moment

SCHEDULE = CronTriggerTimetable("*/5 * * * *", timezone="Asia/Shanghai")


@dag(
    dag_id="availability_probe",
    doc_md=__doc__,
    schedule=None if os.environ.get("INSPECTION_SCHEDULES") == "off" else SCHEDULE,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    params={"registry": PARAMS["registry"]},
    on_failure_callback=InspectionNotifier(once_a_day=True),
    tags=["inspection"],
)
def availability_probe() -> None:
    @task(outlets=[PROBES], execution_timeout=timedelta(minutes=20))
    @final_errors
    def probe() -> dict[str, int]:
        from include.inspection.daily import probe_steps

        context = get_current_context()
        return probe_steps.probe(object_store(), registry_folder(context), run_moment(context))

    probe()


availability_probe()
