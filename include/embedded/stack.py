"""Start and stop of the embedded stack."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import httpx

from include.embedded import settings
from include.embedded.layout import Keys, Layout, load_keys
from include.embedded.services import Service, accepts, free_port, sweep, wait_until
from include.embedded.storage import s3_client, start_s3


class Stack:
    """``with Stack(layout, environment) as stack:`` – S3 and Airflow run inside the block and end with it.

    They are started at its beginning; ``wait_ready()`` waits until they answer.

    ``environment`` is added to that of Airflow's processes; with ``airflow=False`` only S3 runs. Raises SystemExit when another stack runs on
    the same ``var/``, ServiceFailed when a process does not come up.
    """

    def __init__(
        self,
        layout: Layout,
        environment: Mapping[str, str] | None = None,
        *,
        triggerer: bool = False,
        airflow: bool = True,
    ) -> None:
        self.layout = layout
        self._airflow = airflow
        self._extra = dict(environment or {})
        self._triggerer = triggerer
        self._services: list[Service] = []
        self._lock: IO[str] | None = None
        self.keys: Keys
        self.s3_port = 0
        self.api_port = 0
        self.task_api_port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    def __enter__(self) -> Stack:
        self.layout.make()
        self._lock = lock(self.layout)
        try:
            sweep(self.layout.var)
            self.keys = load_keys(self.layout)
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_ready(self) -> None:
        """Until S3 and Airflow's API answer."""
        services = list(self._services)
        wait_until(lambda: accepts(self.s3_port), "S3", services, 30)
        if not self._airflow:
            return
        # Airflow builds the tasks' part at its first request, in seconds: better now than in a task.
        task_api = f"http://127.0.0.1:{self.task_api_port}/execution/health"
        wait_until(lambda: _answers(task_api), "Airflow task API", services, 120)
        wait_until(lambda: _answers(f"{self.url}/api/v2/version"), "Airflow API", services, 120)

    def check(self) -> None:
        """Raises ServiceFailed when a process of the stack has ended by itself."""
        for service in self._services:
            service.check()

    def add(self, name: str, command: list[str]) -> Service:
        """One more process that lives as long as the stack, such as the made-up city's server."""
        service = Service(
            name,
            command,
            settings.child_environment(self.layout),
            self.layout.logs / f"{name}.log",
            self.layout.root,
        )
        self._services.append(service)
        return service

    def s3(self) -> Any:
        """A boto3 client of the stack's object store."""
        return s3_client(self.keys, self.s3_port)

    def close(self) -> None:
        """Stops everything, last started first, then whatever of it still lives.

        Tasks report to their API and write to S3, so these are asked only after the scheduler has ended.
        """
        asked = ("api-server", "task-api", "s3")
        for group in (
            [service for service in self._services if service.name not in asked],
            [service for service in self._services if service.name in asked],
        ):
            for service in reversed(group):
                service.ask_to_stop()
            for service in reversed(group):
                service.stop(grace=6)
        self._services.clear()
        if self._lock is not None:
            sweep(self.layout.var)
            self._lock.close()
            self._lock = None

    def _start(self) -> None:
        self.s3_port, self.api_port, self.task_api_port = free_port(), free_port(), free_port()
        if not self._airflow:
            self._services.append(start_s3(self.layout, self.keys, self.s3_port))
            return
        ports = settings.Ports(self.s3_port, self.api_port, self.task_api_port)
        environment = settings.airflow_environment(self.layout, self.keys, ports, self._extra)
        migrate = self._migration(environment)
        self._services.append(start_s3(self.layout, self.keys, self.s3_port))
        if migrate is not None:
            migrate.wait_done(120)
            _write_ahead_log(self.layout.database)
            self._stamp().write_text(_airflow_version(), encoding="utf-8")

        def start(name: str, *arguments: str) -> Service:
            log = self.layout.logs / f"{name}.log"
            command = [sys.executable, "-m", *arguments]
            service = Service(name, command, environment, log, self.layout.airflow_home)
            self._services.append(service)
            return service

        # Tasks have a server of their own: with SQLite a write of the UI's server blocks its event loop until
        # the transaction of a task's request ends, and in one process that transaction needs the loop to end.
        for name, app, port in (
            ("task-api", "execution", self.task_api_port),
            ("api-server", "core", self.api_port),
        ):
            address = ("--host", "127.0.0.1", "--port", str(port), "--workers", "1")
            start(name, "airflow", "api-server", "--apps", app, *address)
        start("dag-processor", "airflow", "dag-processor")
        start("scheduler", "include.embedded.scheduler", "--skip-serve-logs")
        if self._triggerer:
            start("triggerer", "airflow", "triggerer", "--skip-serve-logs")

    def _migration(self, environment: Mapping[str, str]) -> Service | None:
        """`airflow db migrate`, unless this version has already done it on this database."""
        stamp = self._stamp()
        done = stamp.exists() and stamp.read_text(encoding="utf-8") == _airflow_version()
        if done and self.layout.database.exists():
            return None
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        log = self.layout.logs / "db-migrate.log"
        return Service("db-migrate", command, environment, log, self.layout.airflow_home)

    def _stamp(self) -> Path:
        return self.layout.airflow_home / "migrated.txt"


def lock(layout: Layout) -> IO[str]:
    """Holds ``var/`` until the file is closed or the process ends, however it ends."""
    path = layout.var / "stack.lock"
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "?"
        file.close()
        raise SystemExit(
            f"{layout.var} 正被另一个内置环境使用（进程 {holder}）。请等它结束或先停止它。\n"
            f"Another embedded stack (process {holder}) is running on this folder; wait for it or stop it."
        ) from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=20, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _airflow_version() -> str:
    from importlib.metadata import version

    return version("apache-airflow-core")


def _write_ahead_log(database: Path) -> None:
    """Readers and the one writer no longer wait for each other; the setting stays in the file."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
