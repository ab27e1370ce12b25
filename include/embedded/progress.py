"""What a person at the terminal sees while a run goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from include.embedded.airflow_api import DONE, AirflowApi

STEPS = {
    "snapshot": "读取名录",
    "plan": "制定计划",
    "site_groups": "制定计划",
    "account_groups": "制定计划",
    "fetch_site": "抓取网站",
    "fetch_accounts": "抓取新媒体",
    "history": "读取探测和巡检历史",
    "suspects": "找出疑似不合格",
    "fetch_again": "复测疑似不合格",
    "judge": "判定",
    "ask_people": "整理待复核问题",
    "review": "等待人工复核",
    "look_again": "再查一次",
    "judge_again": "按复核决定重新判定",
    "tally": "统计",
    "draft": "起草通报",
    "approve": "等待审批",
    "publish": "发布",
}
ACTIVE = ("running", "awaiting_input", "up_for_retry")
FETCHING = ("fetch_site", "fetch_accounts")


@dataclass(frozen=True)
class Count:
    """Mapped cells of one step; ``total`` is None until the plan has said how many there are."""

    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """One look at a run. Seconds count from its start; ``fetching_since`` is when the first site began."""

    state: str
    sites: Count
    accounts: Count
    running: tuple[str, ...]
    waiting: tuple[str, ...]
    seconds: float
    fetching_since: float | None = None

    @property
    def finished(self) -> bool:
        return self.state in ("success", "failed")


def seconds_left(look: Snapshot) -> float | None:
    """How long the fetching still takes by its pace so far; None where there is no pace, or nothing left."""
    total = (look.sites.total or 0) + (look.accounts.total or 0)
    done = look.sites.done + look.accounts.done
    if look.fetching_since is None or not done or done >= total:
        return None
    return (look.seconds - look.fetching_since) / done * (total - done)


def line(look: Snapshot) -> str:
    """The whole state in one line."""
    parts = [f"[{clock(look.seconds)}]"]
    for name, count in (("网站", look.sites), ("新媒体批次", look.accounts)):
        if count.total:
            parts.append(f"{name} {count.done}/{count.total}")
    if look.running:
        parts.append("正在" + "、".join(look.running))
    if look.waiting:
        parts.append("等待重试：" + "、".join(look.waiting))
    left = seconds_left(look)
    if left is not None and not look.finished:
        parts.append(f"抓取约剩 {clock(left)}")
    return "  ".join(parts)


def clock(seconds: float) -> str:
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60:02d}:{rest % 60:02d}"


class Watch:
    """Looks at one run again and again."""

    def __init__(self, api: AirflowApi, dag_id: str, run_id: str) -> None:
        self._api, self._dag_id, self._run_id = api, dag_id, run_id
        self._start = time.monotonic()
        self._fetching_since: float | None = None

    def look(self) -> Snapshot:
        state = self._api.run_state(self._dag_id, self._run_id)
        sites, accounts = (self._count(task_id) for task_id in FETCHING)
        _, active = self._api.tasks(self._dag_id, self._run_id, states=ACTIVE, limit=50)
        seconds = time.monotonic() - self._start
        if self._fetching_since is None and any(task.task_id in FETCHING for task in active):
            self._fetching_since = seconds
        running, waiting = (
            tuple(
                dict.fromkeys(
                    STEPS.get(task.task_id, task.task_id) for task in active if task.state in states
                )
            )
            for states in (("running", "awaiting_input"), ("up_for_retry",))
        )
        return Snapshot(state, sites, accounts, running, waiting, seconds, self._fetching_since)

    def _count(self, task_id: str) -> Count:
        total, first = self._api.tasks(self._dag_id, self._run_id, task_id=task_id, limit=1)
        if not total or (first[0].map_index < 0 and first[0].state not in DONE):
            return Count()
        if first[0].map_index < 0:
            return Count(0, 0)
        done, _ = self._api.tasks(self._dag_id, self._run_id, task_id=task_id, states=DONE, limit=1)
        return Count(done, total)


def follow(
    look: Callable[[], Snapshot],
    check: Callable[[], None],
    *,
    out: TextIO | None = None,
    interval: float = 1.5,
    quiet_seconds: float = 10.0,
) -> str:
    """Shows the run until it ends and returns its state.

    On a terminal one line is written over; elsewhere a line is added when something has changed, at most
    every three seconds, and at least every ``quiet_seconds``.
    """
    out = out or sys.stdout
    terminal = out.isatty()
    last_text, last_time = "", -quiet_seconds
    while True:
        seen = look()
        text = line(seen)
        if terminal:
            out.write(f"\r\x1b[2K{text}")
        else:
            since = seen.seconds - last_time
            changed = text.split("]", 1)[1] != last_text
            if seen.finished or since >= quiet_seconds or (changed and since >= 3):
                out.write(text + "\n")
                last_text, last_time = text.split("]", 1)[1], seen.seconds
        out.flush()
        if seen.finished:
            if terminal:
                out.write("\n")
            return seen.state
        check()
        time.sleep(interval)
