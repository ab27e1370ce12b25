"""A quarter with people in it, on a real Airflow: review, appeal, approval, recheck, and the next quarter's notice.

Minutes long, so it runs by ``make review-demo`` only; the same steps without Airflow are tested in
tests/inspection/test_review_round.py.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.embedded.airflow_api import AirflowApi
from include.embedded.commands import BY_HAND
from include.embedded.layout import Layout
from include.embedded.settings import BUCKET
from include.embedded.stack import Stack
from tests.embedded.reviewer import Reviewer
from tests.inspection.round_lab import AS_OF, DEAD, ROUND, SILENT, Lab, Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("INSPECTION_REVIEW_DEMO"), reason="minutes long: make review-demo"),
]

QUARTER, REJUDGE, RECHECK = "quarterly_inspection", "rejudge", "rectification_recheck"
LATE = "wx-late"
NEXT, NEXT_POINT = "2025Q1", "2025-03-25T10:00"
QUICK = {
    "INSPECTION_ALLOW_NET": "127.0.0.0/8",
    "INSPECTION_PAUSE_SECONDS": "0",
    "INSPECTION_RETRY_SECONDS": "0.05",
}
APPEALS = "appeal_id,subject_id,indicator_id,filed_at,statement,filed_by\ns-1,{subject},X2.1,{at},平台故障，实际有更新,丙县\n"


class Office:
    """The stack, its lists, a reviewer in the browser, and a clock for the story."""

    def __init__(self, stack: Stack, lab: Lab) -> None:
        self.stack, self.lab = stack, lab
        self.api = AirflowApi(stack.url, "admin", stack.keys.admin_password)
        self.person = Reviewer(stack.url, "admin", stack.keys.admin_password)
        self._began = time.monotonic()

    def tell(self, text: str) -> None:
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    def start(self, dag_id: str, **params: Any) -> str:
        self.api.wait_for_dag(dag_id, self.stack.check)
        self.tell(f"开始 {dag_id} {params}")
        return self.api.trigger(dag_id, params)

    def asked(self, dag_id: str, run_id: str, task_id: str, count: int = 1) -> dict[str, dict[str, Any]]:
        """Required actions by subject id."""
        found = self.person.wait_for(dag_id, run_id, task_id, count, 1200)
        for action in found:
            self.tell(f"待办：{action['subject']}")
        return {
            str(item["task_instance"]["rendered_map_index"] or "-").split()[-2:][0]: item for item in found
        }

    def answer(self, action: dict[str, Any], choice: str, reason: str) -> None:
        self.person.answer(action, choice, reason).raise_for_status()
        self.tell(f"答复：{action['subject']} → {choice}（{reason}）")

    def end(self, dag_id: str, run_id: str) -> None:
        stop = time.monotonic() + 1200
        while (state := self.api.run_state(dag_id, run_id)) in ("queued", "running"):
            assert time.monotonic() < stop, f"{dag_id} does not end"
            self.stack.check()
            time.sleep(1)
        assert state == "success", self.api.tasks(dag_id, run_id, states=("failed", "upstream_failed"))
        self.tell(f"结束 {dag_id}：{state}")

    def object(self, name: str, round_name: str = ROUND) -> bytes:
        return (self.stack.layout.objects / BUCKET / "rounds" / round_name / name).read_bytes()

    def notice(self, round_name: str = ROUND) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.object("notice.json", round_name))
        return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with Server() as server:
        lab = Lab(server, folder / "lists")
        lab.write_lists()
        with (lab.folder / "accounts.csv").open("a", encoding="utf-8") as table:
            table.write(f"{LATE},微博,丙县发布,http://127.0.0.1:{server.port}/feed/silent\n")
        with Stack(Layout(var=folder / "var"), {**BY_HAND, **QUICK}) as stack:
            stack.wait_ready()
            made = Office(stack, lab)
            with closing(made.api), closing(made.person):
                yield made


def named(notice: dict[str, Any]) -> list[str]:
    return [item["subject_id"] for kind in ("problem_sites", "problem_accounts") for item in notice[kind]]


def test_a_quarter_with_people_in_it(office: Office) -> None:
    lists = str(office.lab.folder)

    # Review: confirm two, reject one, approve the draft.
    run = office.start(QUARTER, round=ROUND, as_of=AS_OF, registry=lists, review="2h")
    asked = office.asked(QUARTER, run, "review", 3)
    assert set(asked) == {DEAD, SILENT, LATE}
    assert "查看网页" in asked[SILENT]["body"] and asked[SILENT]["options"][:2] == ["属实", "误报"]
    office.answer(asked[SILENT], "属实", "逐条核对，确无更新")
    office.answer(asked[LATE], "属实", "确无更新")
    office.answer(asked[DEAD], "误报", "当日机房搬迁，事先公告")
    draft = office.asked(QUARTER, run, "approve")["-"]
    assert "乙县发布" in draft["body"] and "乙县人民政府" not in draft["body"]
    office.answer(draft, "通过", "同意印发")
    office.end(QUARTER, run)
    notice = office.notice()
    assert named(notice) == [SILENT, LATE] and notice["reviewed"] and notice["approval"]["by"] == "admin"
    waiting = sorted((office.stack.layout.objects / BUCKET / "outbox" / "pending").glob(f"review-{ROUND}-*"))
    titles = [json.loads(path.read_bytes())["message"]["title"] for path in waiting]
    assert sorted(titles) == [f"待人工复核：轮次 {ROUND} 有 3 个对象", f"待人工复核：轮次 {ROUND} 的通报草稿"]
    assert "未经复核" not in office.object("notice.md").decode()

    # An appeal by file, heard in the browser; the verdict changes, and the draft needs approval again.
    filed = f"{datetime.now(UTC).astimezone():%Y-%m-%dT%H:%M:%S%z}"
    Path(lists, "appeals.csv").write_text(APPEALS.format(subject=LATE, at=filed), encoding="utf-8")
    run = office.start(REJUDGE, round=ROUND, registry=lists, review="2h")
    (hearing,) = office.person.wait_for(REJUDGE, run, "review", 1, 1200)
    assert hearing["subject"].startswith("申诉复核：丙县发布") and "逐字节一致" in hearing["body"]
    office.answer(hearing, "撤销", "经平台证实为接口故障")
    office.answer(office.asked(REJUDGE, run, "approve")["-"], "通过", "同意")
    office.end(REJUDGE, run)
    notice = office.notice()
    assert named(notice) == [SILENT] and notice["reviewed"]
    (appeal,) = notice["appeals"]
    assert (appeal["state_before"], appeal["state_after"], appeal["verdict_after"]) == (
        "fail",
        "overturned",
        "qualified",
    )

    # After the deadline: the one that is named is looked at again.
    run = office.start(RECHECK, round=ROUND, registry=lists, as_of="2025-03-20T10:00")
    office.end(RECHECK, run)
    (row,) = json.loads(office.object("recheck.json"))["subjects"]
    assert (row["subject_id"], row["outcome"]) == (SILENT, "still_failing")

    # The next quarter compares, and reports the recheck. Nobody answers within the limit: it goes on, and says so.
    run = office.start(QUARTER, round=NEXT, as_of=NEXT_POINT, registry=lists, review="5s")
    office.end(QUARTER, run)
    notice = office.notice(NEXT)
    assert notice["previous"]["round"] == ROUND and notice["reviewed"] is False
    accounts = notice["recheck"]["accounts"]
    assert (accounts["named"], accounts["still_failing"]) == (1, 1)
    assert SILENT in [item["subject_id"] for item in notice["repeat_offenders"]]
    text = office.object("notice.md", NEXT).decode()
    assert "未经复核" in text and "复查" in text
    office.tell("下一季度通报：" + next(line for line in text.splitlines() if "复查" in line)[:120])
