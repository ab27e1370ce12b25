"""The daily DAGs on a real Airflow: without lists, then probe, patrol, and by its asset the digest and the messages.

Minutes long, so it runs by ``make daily-demo`` only; the same steps without Airflow are tested in tests/inspection/daily.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from include.embedded.airflow_api import AirflowApi
from include.embedded.layout import Layout
from include.embedded.settings import BUCKET
from include.embedded.stack import Stack
from include.inspection.extract.wording import Lexicon
from include.inspection.times import beijing
from tests.inspection.daily.patrol_lab import SITE, Office, Town
from tests.inspection.post_office import PASSWORD, USER, Mailbox, smtp_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("INSPECTION_DAILY_DEMO"), reason="minutes long: make daily-demo"),
]

PROBE, PATROL = "availability_probe", "daily_patrol"
LONGEST = 900.0


class Desk:
    """The stack with its schedules on, a town, its lists (not yet written) and a mailbox."""

    def __init__(self, stack: Stack, office: Office, mailbox: Mailbox) -> None:
        self.stack, self.office, self.mailbox = stack, office, mailbox
        self.api = AirflowApi(stack.url, "admin", stack.keys.admin_password)
        self._began = time.monotonic()

    def tell(self, text: str) -> None:
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    def run(self, *dag_ids: str) -> dict[str, dict[str, set[str]]]:
        """Run these by hand, side by side. By DAG: the states of each task's cells."""
        for dag_id in dag_ids:
            self.api.wait_for_dag(dag_id, self.stack.check)
        runs = {dag_id: self.api.trigger(dag_id, {}) for dag_id in dag_ids}
        found: dict[str, dict[str, set[str]]] = {}
        for dag_id, run_id in runs.items():
            self.wait(f"{dag_id} 结束", partial(self.ended, dag_id, run_id))
            _, cells = self.api.tasks(dag_id, run_id)
            states: dict[str, set[str]] = {}
            for cell in cells:
                states.setdefault(cell.task_id, set()).add(cell.state)
            found[dag_id] = states
            self.tell(f"{dag_id}：{self.api.run_state(dag_id, run_id)} {states}")
        return found

    def ended(self, dag_id: str, run_id: str) -> bool:
        return self.api.run_state(dag_id, run_id) not in ("queued", "running")

    def wait(self, what: str, done: Callable[[], bool]) -> None:
        stop = time.monotonic() + LONGEST
        while not done():
            assert time.monotonic() < stop, f"{what} did not come"
            self.stack.check()
            time.sleep(1)
        self.tell(what)

    def objects(self, pattern: str) -> list[Path]:
        return sorted((self.stack.layout.objects / BUCKET).glob(pattern))

    def json(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.stack.layout.objects / BUCKET / name).read_bytes())
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    today = beijing(datetime.now(UTC)).date()
    mailbox = Mailbox()
    with Town() as town, smtp_server(mailbox):
        town.fill(today)
        # Severe wording is told at any hour, so that the story does not depend on the time of the day.
        severe = next(entry for entry in Lexicon().entries if entry.level == "severe")
        town.titles = [f"县里学习{severe.wrong}有关要求"]
        mail = {
            "host": "127.0.0.1",
            "port": mailbox.port,
            "security": "insecure",
            "user": USER,
            "password": PASSWORD,
            "from": "网检 <wangjian@example.gov.cn>",
        }
        environment = {
            "INSPECTION_SCHEDULES": "on",
            "INSPECTION_REGISTRY": str(folder / "lists"),
            "INSPECTION_MESSENGERS": json.dumps({"email": mail}),
            "INSPECTION_ALLOW_NET": "127.0.0.0/8",
            "INSPECTION_CONTROLS": f"{town.base}/feed",
            "INSPECTION_PAUSE_SECONDS": "0",
            "INSPECTION_RETRY_SECONDS": "0.05",
        }
        with Stack(Layout(var=folder / "var"), environment) as stack:
            stack.wait_ready()
            made = Desk(stack, Office(town, folder / "lists"), mailbox)
            with closing(made.api):
                yield made


def test_a_day_on_a_real_airflow(desk: Desk) -> None:
    # Nobody has given lists yet: nothing fails, nothing is stored, nobody is told of a failure.
    states = desk.run(PROBE, PATROL)
    assert {state for tasks in states.values() for cells in tasks.values() for state in cells} == {"skipped"}
    assert desk.objects("history/*") == [] and desk.objects("outbox/**/*.json") == []

    lists = Path(desk.office.write())
    lists.joinpath("recipients.csv").write_text(
        "单位,级别,渠道,地址,联系人\n甲县政府办,黄色,email,jia@example.gov.cn,甲\n", encoding="utf-8"
    )
    sites = lists / "sites.csv"
    head, row = sites.read_text(encoding="utf-8").splitlines()
    sites.write_text(f"{head},probe_minutes\n{row},5\n", encoding="utf-8")
    states = desk.run(PROBE, PATROL)
    assert states[PROBE] == {"probe": {"success"}}
    assert states[PATROL] == {
        name: {"success"} for name in ("begin", "groups", "patrol_group", "close", "warn")
    }
    (probes, *_) = desk.objects("history/probes/*/*.csv.gz")
    assert SITE in gzip.decompress(probes.read_bytes()).decode()
    today = desk.objects("history/patrol/*")[-1].name

    # The asset brings the digest and the delivery without anybody's doing; the morning's own run may have come before.
    manifest = f"digests/{today}/manifest.json"
    desk.wait(
        "日报随巡检发布",
        lambda: bool(desk.objects(manifest)) and desk.json(manifest)["run_id"].startswith("asset_triggered"),
    )
    digest = desk.json(f"digests/{today}/digest.json")
    assert digest["patrolled"] and digest["totals"]["homes_opened"] == 1
    assert "疑似严重表述错误" in {row["kind"] for row in digest["warnings"]["new"]}
    desk.wait("预警已送达", lambda: bool(desk.mailbox.mails))
    assert desk.mailbox.mails[0].to == ["jia@example.gov.cn"]
    assert "疑似严重表述错误" in desk.mailbox.mails[0].subject
