"""What every inspection task needs of Airflow: the object store by its connection, and errors that are final."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from include.inspection.store import ObjectStore

CONNECTION = "inspection_s3"
ROOT = Path(__file__).resolve().parents[1]
P = ParamSpec("P")
R = TypeVar("R")


def object_store() -> ObjectStore:
    """The bucket of INSPECTION_BUCKET behind the Airflow connection ``inspection_s3`` (type aws)."""
    import boto3
    from airflow.sdk import Connection
    from botocore.config import Config

    from include.inspection.store import ObjectStore

    connection = Connection.get(CONNECTION)
    extra = connection.extra_dejson
    client = boto3.client(
        "s3",
        endpoint_url=extra.get("endpoint_url"),
        region_name=extra.get("region_name", "us-east-1"),
        aws_access_key_id=connection.login,
        aws_secret_access_key=connection.password,
        config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3, "mode": "standard"}),
    )
    return ObjectStore(client, os.environ.get("INSPECTION_BUCKET", "inspection"))


def final_errors(function: Callable[P, R]) -> Callable[P, R]:
    """A list, rule file or parameter that is wrong stays wrong: such a task fails at once, with its message."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from airflow.sdk.exceptions import AirflowFailException

        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise AirflowFailException(str(error)) from error

    return wrapped


def run_moment(context: Any) -> Any:
    """The moment of the run, which is the monitoring point where none is given; never one to come."""
    due = context.get("data_interval_end") or context["dag_run"].run_after
    # A plain one: Airflow's own kind of moment cannot divide a time span.
    return min(datetime.fromisoformat(due.isoformat()), datetime.now(UTC))


def default_registry() -> str:
    """The folder of the office's lists where a run names none: INSPECTION_REGISTRY, else ``registry`` beside the Makefile."""
    return os.environ.get("INSPECTION_REGISTRY") or str(ROOT / "registry")


def registry_folder(context: Any) -> str:
    """The folder of the lists for a DAG of every day.

    Raises AirflowSkipException where nobody has given lists yet: the default folder is not there or holds nothing. A folder that
    a person named is not asked for here: a wrong one is an error of the step that reads it.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    folder = str(context["params"]["registry"])
    if folder == default_registry() and not (Path(folder).is_dir() and any(Path(folder).iterdir())):
        raise AirflowSkipException(
            f"没有名单（{folder} 不存在或是空的），本次不执行：请把 sites.csv 等名单放入该目录，"
            "或用环境变量 INSPECTION_REGISTRY 指定目录（见 docs/operations.md）"
        )
    return folder
