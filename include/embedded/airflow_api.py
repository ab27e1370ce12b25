"""The few things asked of Airflow's REST API: is the DAG there, start a run, how far is it, what failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

UNFINISHED = ("queued", "running")
DONE = ("success", "failed", "upstream_failed", "skipped", "removed")


class AirflowRefused(RuntimeError):
    """Airflow answered with an error; the message holds its words."""


@dataclass(frozen=True)
class TaskView:
    """One cell of the grid."""

    task_id: str
    map_index: int
    label: str
    """The cell's name (site code and name) or ""."""
    state: str
    try_number: int


class AirflowApi:
    """Talks as the UI's administrator."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self._login = {"username": user, "password": password}

    def close(self) -> None:
        self._client.close()

    def wait_for_dag(self, dag_id: str, check: Callable[[], None], seconds: float = 90) -> None:
        """Until the DAG is known; ``check`` raises when a process has ended. Raises on an import error."""
        end = time.monotonic() + seconds
        while True:
            answer = self._send("GET", f"/api/v2/dags/{dag_id}", allow=(404,))
            if answer.is_success:
                if answer.json()["is_paused"]:
                    self._send("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})
                return
            broken = self._send("GET", "/api/v2/importErrors").json()["import_errors"]
            if broken:
                raise AirflowRefused(
                    f"DAG 文件 {broken[0]['filename']} 无法载入：\n{broken[0]['stack_trace']}"
                )
            check()
            if time.monotonic() > end:
                raise AirflowRefused(f"{seconds:.0f} 秒内没有找到 DAG {dag_id}")
            time.sleep(0.3)

    def end_unfinished(self, dag_id: str) -> int:
        """Marks runs that an earlier, interrupted command left behind as failed; returns how many."""
        query = {"state": list(UNFINISHED), "limit": 100}
        runs = self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns", params=query).json()["dag_runs"]
        for run in runs:
            self.fail_run(dag_id, run["dag_run_id"])
        return len(runs)

    def fail_run(self, dag_id: str, run_id: str) -> None:
        self._send("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed"})

    def trigger(self, dag_id: str, params: dict[str, Any]) -> str:
        """Starts a run and returns its id."""
        body = {"logical_date": None, "conf": params}
        return str(self._send("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body).json()["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        return str(self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}").json()["state"])

    def tasks(
        self,
        dag_id: str,
        run_id: str,
        *,
        task_id: str = "",
        states: Sequence[str] = (),
        limit: int = 100,
    ) -> tuple[int, list[TaskView]]:
        """How many cells match, and the first ``limit`` of them."""
        query: dict[str, Any] = {"limit": limit, "state": list(states)}
        if task_id:
            query["task_id"] = task_id
        # Not the batch request: it is a POST, which Airflow writes into its audit log every time.
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        answer = self._send("GET", path, params=query).json()
        return answer["total_entries"], [_view(entry) for entry in answer["task_instances"]]

    def _send(self, method: str, path: str, *, allow: tuple[int, ...] = (), **options: Any) -> httpx.Response:
        if "Authorization" not in self._client.headers:
            self._sign_in()
        answer = self._client.request(method, path, **options)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # A token lives for a day; the round of a province may live longer.
            self._sign_in()
            answer = self._client.request(method, path, **options)
        if answer.is_success or answer.status_code in allow:
            return answer
        raise AirflowRefused(f"{method} {path}: {answer.status_code} {answer.text[:600]}")

    def _sign_in(self) -> None:
        answer = self._client.post("/auth/token", json=self._login)
        if not answer.is_success:
            raise AirflowRefused(f"/auth/token: {answer.status_code} {answer.text[:200]}")
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def _view(entry: dict[str, Any]) -> TaskView:
    label = entry.get("rendered_map_index") or ""
    return TaskView(
        task_id=entry["task_id"],
        map_index=entry["map_index"],
        label="" if label == str(entry["map_index"]) else label,
        state=entry["state"] or "none",
        try_number=entry["try_number"],
    )
