"""The environment that Airflow's processes of the embedded stack run in."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.embedded.layout import Keys, Layout
from include.embedded.services import MARK

BUCKET = "inspection"
REGION = "us-east-1"

# What decides how a round runs; docker-compose.yaml says the same, and a test compares them.
SHARED: Mapping[str, str] = {
    # A province has more subjects than the 1,024 that Airflow allows a task to be mapped over by default.
    "AIRFLOW__CORE__MAX_MAP_LENGTH": "20000",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
    "AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY": "512",
    "AIRFLOW__SCHEDULER__CATCHUP_BY_DEFAULT": "False",
    # Thousands of mapped tasks wait long for their turn; that is no reason to fail them.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "86400",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
    "AIRFLOW__API__EXPOSE_CONFIG": "False",
    "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
}


@dataclass(frozen=True)
class Ports:
    """On loopback: the object store, Airflow's UI and API, the API that running tasks talk to."""

    s3: int
    api: int
    task_api: int


def airflow_environment(layout: Layout, keys: Keys, ports: Ports, extra: Mapping[str, str]) -> dict[str, str]:
    """Everything but settings of another Airflow that the shell happens to have."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_"))
    }
    own = {
        MARK: str(layout.var),
        # Process titles would otherwise be written over the environment, where the mark is read.
        "SPT_NOENV": "1",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(layout.root),
        "NO_PROXY": _no_proxy(inherited),
        "no_proxy": _no_proxy(inherited),
        "INSPECTION_BUCKET": BUCKET,
        # The processes run in other folders than the shell.
        "INSPECTION_SCRATCH": os.path.abspath(os.environ.get("INSPECTION_SCRATCH") or layout.scratch),
        "AIRFLOW_CONN_INSPECTION_S3": s3_connection(keys, ports.s3),
    }
    if registry := os.environ.get("INSPECTION_REGISTRY"):
        own["INSPECTION_REGISTRY"] = os.path.abspath(registry)
    return inherited | own | dict(SHARED) | _machine(layout, keys, ports) | dict(extra)


def s3_connection(keys: Keys, s3_port: int) -> str:
    return json.dumps(
        {
            "conn_type": "aws",
            "login": keys.s3_access_key,
            "password": keys.s3_secret_key,
            "extra": {"endpoint_url": f"http://127.0.0.1:{s3_port}", "region_name": REGION},
        }
    )


def _machine(layout: Layout, keys: Keys, ports: Ports) -> dict[str, str]:
    """One machine, two cores: SQLite, tasks as local processes, short waits."""
    return {
        "AIRFLOW_HOME": str(layout.airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(layout.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(layout.plugins),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "6",
        "AIRFLOW__CORE__FERNET_KEY": keys.fernet_key,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(layout.password_file),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{ports.task_api}/execution/",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{ports.api}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(ports.api),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": keys.api_secret,
        "AIRFLOW__API_AUTH__JWT_SECRET": keys.jwt_secret,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{layout.database}?timeout=15",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.task_logs),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(layout.airflow_home / "bundles"),
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "0",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        # A supervisor may notice the end of its task only after this time, and holds the slot until then.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    }


def _no_proxy(inherited: Mapping[str, str]) -> str:
    """Loopback is never asked of a proxy, whatever else the shell excepts."""
    given = inherited.get("NO_PROXY") or inherited.get("no_proxy") or ""
    return ",".join(part for part in (given, "127.0.0.1", "localhost") if part)


def child_environment(layout: Layout) -> dict[str, str]:
    """For a process of the stack that is not Airflow's."""
    return dict(os.environ) | {MARK: str(layout.var), "PYTHONUTF8": "1", "PYTHONPATH": str(layout.root)}


def relative(path: Path, root: Path) -> str:
    """A path as a person at the project's root would type it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
