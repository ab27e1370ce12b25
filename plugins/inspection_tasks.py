"""What every inspection task needs of Airflow: the object store by its connection, and errors that are final."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from include.inspection.store import ObjectStore

CONNECTION = "inspection_s3"
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
