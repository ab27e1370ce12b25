"""A person at the review, by the requests that their browser makes: sign in, list the required actions, answer."""

from __future__ import annotations

import time
from typing import Any

import httpx

READING_SECONDS = 5.0


class Reviewer:
    """Signed in to the UI's API."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60, trust_env=False)
        answer = self._client.post("/auth/token", json={"username": user, "password": password})
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def close(self) -> None:
        self._client.close()

    def required_actions(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """What waits for an answer in one run."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/hitlDetails"
        query = {"response_received": "false", "state": "awaiting_input"}
        answer = self._client.get(path, params=query)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["hitl_details"]
        return found

    def wait_for(
        self, dag_id: str, run_id: str, task_id: str, count: int = 1, seconds: float = 300
    ) -> list[dict[str, Any]]:
        """The required actions of a task, once there are ``count`` of them."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [
                item
                for item in self.required_actions(dag_id, run_id)
                if item["task_instance"]["task_id"] == task_id
            ]
            if len(found) >= count:
                # As a person would: Airflow loses an answer that comes in the second in which the task parks, runs
                # the task again and asks once more.
                time.sleep(READING_SECONDS)
                return found
            run = self._client.get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}").json()
            assert run["state"] in ("queued", "running"), run
            time.sleep(0.5)
        raise AssertionError(f"{task_id} did not wait for anybody")

    def answer(self, action: dict[str, Any], choice: str, reason: str, **single: str) -> httpx.Response:
        """Answer a required action; further fields of its form keep their defaults unless given."""
        cell = action["task_instance"]
        form = {name: field["value"] for name, field in action["params"].items()}
        path = (
            f"/api/v2/dags/{cell['dag_id']}/dagRuns/{cell['dag_run_id']}/taskInstances/{cell['task_id']}"
            f"/{cell['map_index']}/hitlDetails"
        )
        body = {"chosen_options": [choice], "params_input": {**form, "reason": reason, **single}}
        return self._client.patch(path, json=body)
