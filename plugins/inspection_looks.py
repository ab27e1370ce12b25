"""From a plan to judged tables: fetch everyone, take the history, look twice at whoever would fail, judge.

The quarterly round and the recheck of those it named go through the same tasks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context, task

from inspection_tasks import final_errors, object_store, run_moment

ACCOUNTS_A_BATCH = 20


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


def looked_at(name: Any) -> Any:
    """The tasks from the plan of round ``name`` to its judging; returns the last."""
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
    return judged
