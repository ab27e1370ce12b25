"""Review and recheck of a small published round, by the steps that the DAGs call, over real servers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.inspection import steps
from include.inspection.after import recheck_steps
from include.inspection.csv_tables import read_csv
from include.inspection.review import steps as review_steps
from include.inspection.review.appeals import read_again
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.tallying.named_before import named_before
from tests.inspection.round_lab import CLOSED, DEAD, FRESH, LIVE, PAGES, ROUND, SILENT, feed

KEYS = RoundKeys(ROUND)
LATER = datetime.now(UTC) + timedelta(days=1)
HEAD = "appeal_id,subject_id,indicator_id,filed_at,statement,filed_by,decision,reason,decided_by,decided_at\n"


def judge(store: ObjectStore, look_again: bool = True) -> list[dict[str, Any]]:
    steps.judge(store, ROUND)
    return review_steps.ask(store, ROUND, None, look_again=look_again, waiting=True)


def say(
    store: ObjectStore, request: Mapping[str, Any], answer: str, reason: str = "看过", who: str = "张三"
) -> int:
    return review_steps.record(store, ROUND, request, {"": answer}, reason, who, LATER)


def publish(store: ObjectStore) -> dict[str, Any]:
    steps.tally(store, ROUND)
    steps.draft(store, ROUND)
    steps.publish(store, ROUND, None, "run-9")
    notice: dict[str, Any] = store.get_json(KEYS("notice.json"))
    return notice


def table(store: ObjectStore, name: str) -> list[dict[str, str]]:
    return read_csv(store.get(f"work/{ROUND}/round/{name}.csv"))


def states(store: ObjectStore) -> dict[str, str]:
    return {
        row["subject_id"]: row["state"]
        for row in table(store, "findings")
        if row["indicator_id"] in ("W2", "X2.1")
    }


def test_whoever_would_be_named_is_asked_about_with_the_evidence(copied):
    asked = {request["subject_id"]: request for request in judge(copied)}
    assert set(asked) == {DEAD, SILENT}
    silent = asked[SILENT]
    assert silent["title"] == "人工复核：账号“乙县发布”拟判为不合格"
    assert silent["options"] == ["属实", "误报", "豁免", "再查一次", "暂不决定"]
    assert "/feed/silent" in silent["body"] and f"evidence/{SILENT}/fetch-1.warc.gz" in silent["body"]
    (row,) = [row for row in table(copied, "to-decide") if row["subject_id"] == SILENT]
    assert (row["indicator_id"], row["decision"], len(row["evidence"])) == ("X2.1", "", 64)
    # Where nobody is waited for nobody is asked; the questions stand in the file all the same.
    before = copied.get(f"work/{ROUND}/round/to-decide.csv")
    assert review_steps.ask(copied, ROUND, None, look_again=True, waiting=False) == []
    assert copied.get(f"work/{ROUND}/round/to-decide.csv") == before


def test_decisions_change_the_verdict_and_judging_again_gives_the_same_bytes(copied):
    asked = {request["subject_id"]: request for request in judge(copied)}
    assert say(copied, asked[SILENT], "属实") == 1
    assert say(copied, asked[DEAD], "误报", "机房搬迁") == 1
    assert review_steps.judge_again(copied, ROUND, None, list(asked))["unqualified"] == 1
    assert states(copied) == {SILENT: "fail", DEAD: "overturned"}
    first = publish(copied)
    assert (first["review"]["confirmed"], first["review"]["overturned"]) == (1, 1)
    assert [item["subject_id"] for item in first["problem_accounts"]] == [SILENT] and first[
        "problem_sites"
    ] == []
    before = {
        name: copied.get(KEYS(name))
        for name in ("verdicts.csv", "findings.csv", "decisions.csv", "notice.json")
    }
    manifest = copied.get_json(KEYS.manifest)["objects"]
    assert len([name for name in manifest if name.startswith("decisions/")]) == 2
    # A second run: nobody is asked again, and everything comes out as it was.
    assert judge(copied) == []
    publish(copied)
    assert {name: copied.get(KEYS(name)) for name in before} == before


def test_an_answer_without_a_reason_is_not_taken(copied):
    request = judge(copied)[0]
    with pytest.raises(ValueError, match="理由"):
        say(copied, request, "误报", "  ")
    assert say(copied, request, "暂不决定", "再想想") == 0
    assert list(copied.keys(KEYS("decisions/"))) == []


def test_a_further_look_is_decided_by_its_evidence_and_there_is_but_one(copied, lab, monkeypatch):
    asked = {request["subject_id"]: request for request in judge(copied)}
    say(copied, asked[SILENT], "再查一次", "可能漏了")
    say(copied, asked[DEAD], "再查一次", "可能漏了")
    steps.judge(copied, ROUND)
    # Until it has been looked at, nobody is named.
    assert states(copied) == {SILENT: "candidate", DEAD: "candidate"}
    groups = review_steps.further_looks(copied, ROUND)
    assert [group["ids"] for group in groups] == [[DEAD], [SILENT]]
    monkeypatch.setitem(PAGES, "/feed/silent", feed("29 Dec 2024"))
    for group in groups:
        steps.fetch(copied, ROUND, group["ids"], 3)
    assert review_steps.further_looks(copied, ROUND) == []
    again = judge(copied)
    assert states(copied) == {DEAD: "fail"}, "the account was updated, the site still does not answer"
    assert {row["status"] for row in table(copied, "decisions")} == {"no_finding", "other_evidence"}
    assert {row["pass"] for row in table(copied, "measures") if row["subject_id"] in (DEAD, SILENT)} == {"3"}
    (request,) = again
    assert request["subject_id"] == DEAD and "再查一次" not in request["options"]


def test_two_reviewers_who_disagree_name_nobody_until_a_third_settles_it(copied):
    request = next(item for item in judge(copied) if item["subject_id"] == SILENT)
    say(copied, request, "属实", "没有更新", "张三")
    say(copied, request, "误报", "平台故障", "李四")
    (again,) = [item for item in judge(copied) if item["subject_id"] == SILENT]
    assert states(copied)[SILENT] == "candidate"
    assert "张三" in again["body"] and "李四" in again["body"]
    say(copied, again, "误报", "核实为平台故障", "王五")
    assert [item["subject_id"] for item in judge(copied)] == [DEAD]
    assert states(copied)[SILENT] == "overturned"


def test_an_approval_holds_until_a_figure_changes(copied):
    asked = judge(copied)
    steps.tally(copied, ROUND)
    steps.draft(copied, ROUND)
    waiting = review_steps.approval_request(copied, ROUND, None)
    assert waiting is not None and "审批通报草稿" in waiting["subject"]
    assert review_steps.approve(copied, ROUND, None, waiting["digest"], "通过", "同意", "主任", LATER)
    assert review_steps.approval_request(copied, ROUND, None) is None
    steps.publish(copied, ROUND, None, "run-9")
    notice = copied.get_json(KEYS("notice.json"))
    assert notice["reviewed"] and notice["approval"]["by"] == "主任"
    assert "未经复核" not in copied.get(KEYS("notice.md")).decode()
    say(copied, next(item for item in asked if item["subject_id"] == SILENT), "误报", "平台故障")
    steps.judge(copied, ROUND)
    assert publish(copied)["reviewed"] is False
    assert "未经复核" in copied.get(KEYS("notice.md")).decode()


def test_an_appeal_is_heard_on_the_evidence_read_again(copied, tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    day = f"{LATER:%Y-%m-%d}"
    (folder / "appeals.csv").write_text(
        f"{HEAD}s-1,{SILENT},X2.1,{day} 20:00,当日有更新,乙县,,,,\ns-2,{LIVE},W9,{day},话,甲县,,,,\n",
        encoding="utf-8",
    )
    review_steps.import_decisions(copied, ROUND, str(folder), LATER)
    hearing = next(item for item in judge(copied, look_again=False) if item["appeal"])
    assert hearing["title"] == "申诉复核：乙县发布（账号内容不更新）"
    assert hearing["options"] == ["维持", "撤销", "部分支持", "暂不决定"]
    assert "当日有更新" in hearing["body"] and "逐字节一致" in hearing["body"]
    review_steps.record(
        copied, ROUND, hearing, {"": "撤销"}, "订阅源漏了一条", "主任", LATER + timedelta(days=2)
    )
    steps.judge(copied, ROUND)
    row, other = sorted(table(copied, "appeals"), key=lambda item: item["appeal_id"])
    assert other["status"] == "no_finding"
    assert (row["status"], row["decision"], row["decided_by"]) == ("decided", "overturned", "主任")
    assert (row["state_before"], row["state_after"]) == ("fail", "overturned")
    assert (row["verdict_before"], row["verdict_after"]) == ("unqualified", "qualified")
    assert (row["measured_again"], row["evidence_check"][-5:]) == ("0", "逐字节一致")
    notice = publish(copied)
    assert notice["problem_accounts"] == [] and {item["appeal_id"] for item in notice["appeals"]} == {
        "s-1",
        "s-2",
    }


def test_lost_and_damaged_evidence_is_told_when_it_is_read_again(copied, tmp_path):
    found = [row for row in read_csv(copied.get(KEYS("findings.csv"))) if row["subject_id"] in (DEAD, SILENT)]
    assert len(found) == 2
    assert read_again(found, copied, tmp_path / "a") == "2 份存档逐字节一致"
    copied.delete(found[0]["evidence_key"])
    body = bytearray(copied.get(found[1]["evidence_key"]))
    assert read_again(found, copied, tmp_path / "b") == "2 份存档中 1 份一致"
    body[int(found[1]["evidence_offset"]) + 40] ^= 0xFF
    copied.put(found[1]["evidence_key"], bytes(body))
    assert read_again(found, copied, tmp_path / "c") == "2 份存档中 0 份一致"
    assert read_again([{**found[0], "evidence_key": ""}], copied, tmp_path / "d") == "无网页存档"


# --- recheck


DUE_PAST = "2025-03-20T10:00"


@pytest.fixture
def moved(lab: Any, tmp_path: Path) -> Path:
    """The lists some months later: the site that did not open is closed."""
    from tests.inspection.round_lab import Lab

    later = Lab(lab.server, tmp_path / "registry")
    later.write_lists()
    sites = later.folder / "sites.csv"
    sites.write_text(
        "\n".join(
            line.replace(",running", ",closed") if line.startswith(DEAD) else line
            for line in sites.read_text(encoding="utf-8").splitlines()
        ),
        encoding="utf-8",
    )
    return later.folder


def recheck(store: ObjectStore, folder: Path | None, as_of: str = DUE_PAST) -> tuple[str, dict[str, int]]:
    name = recheck_steps.begin(store, ROUND, str(folder) if folder else None, as_of, None, LATER)
    for kind in ("site", "account"):
        for group in steps.groups(store, name, kind, 20, 100):
            steps.fetch(store, name, group["ids"], 1)
    for group in steps.suspect_groups(store, name):
        steps.fetch(store, name, group["ids"], 2)
    steps.judge(store, name)
    return name, recheck_steps.finish(store, name, "run-r")


def test_a_recheck_looks_at_the_named_alone_and_the_next_one_at_the_rest(copied, moved, lab, monkeypatch):
    asked = len(lab.server.asked)
    name, counts = recheck(copied, moved)
    assert name == f"{ROUND}/recheck-1"
    assert counts == {"fixed": 0, "closed": 1, "still_failing": 1, "undetermined": 0}
    assert set(lab.server.asked[asked:]) <= {"/feed/silent", "/robots.txt"}
    rows = {row["subject_id"]: row for row in read_csv(copied.get(KEYS("recheck-1/recheck.csv")))}
    assert (rows[DEAD]["outcome"], rows[SILENT]["outcome"]) == ("closed", "still_failing")
    assert rows[SILENT]["indicator_id"] == "X2.1" and rows[SILENT]["evidence_key"].startswith(
        f"rounds/{name}/evidence/"
    )
    manifest = copied.get_json(KEYS("recheck-1/manifest.json"))
    assert {"recheck.csv", "recheck.json", "plan.json", f"evidence/{SILENT}/fetch-2.warc.gz"} <= set(
        manifest["objects"]
    )
    assert manifest["previous_manifest"]["round"] == ROUND
    before = copied.get(KEYS("recheck-1/recheck.json"))

    monkeypatch.setitem(PAGES, "/feed/silent", feed("18 Mar 2025"))
    name, counts = recheck(copied, moved)
    assert (name, counts["fixed"], counts["closed"], counts["still_failing"]) == (
        f"{ROUND}/recheck-2",
        1,
        1,
        0,
    )
    assert copied.get(KEYS("recheck-1/recheck.json")) == before
    latest = {row["subject_id"]: row for row in copied.get_json(KEYS("recheck.json"))["subjects"]}
    assert (latest[DEAD]["recheck"], latest[SILENT]["recheck"], latest[SILENT]["outcome"]) == (1, 2, "fixed")
    assert copied.get(KEYS("notice.json")), "the round itself is left alone"


def test_a_begun_recheck_is_gone_on_with(copied, moved):
    name = recheck_steps.begin(copied, ROUND, str(moved), DUE_PAST, None, LATER)
    assert recheck_steps.begin(copied, ROUND, str(moved), None, None, LATER) == name
    made, _ = steps.load_round(copied, name)
    assert made.as_of.isoformat() == "2025-03-20T10:00:00+08:00" and (made.sites, made.accounts) == (
        (),
        (SILENT,),
    )


@pytest.mark.parametrize(
    ("as_of", "due", "told"),
    [
        ("2025-01-05T10:00", None, "尚未过去"),
        ("2025-03-20T10:00", "2025-03-20", "尚未过去"),
        ("2025-03-20T10:00", "2024-12-01", "不晚于通报日期"),
        ("2025-03-20T10:00", "下周", "无法识别"),
        ("2025-03-20", None, "没有时刻"),
    ],
)
def test_a_recheck_before_its_time_is_refused(copied, as_of, due, told):
    with pytest.raises(ValueError, match=told):
        recheck_steps.begin(copied, ROUND, None, as_of, due, LATER)
    assert list(copied.keys(KEYS("recheck-"))) == []


def test_a_round_without_a_notice_has_no_recheck(store):
    with pytest.raises(ValueError, match="没有存档"):
        recheck_steps.begin(store, ROUND, None, DUE_PAST, None, LATER)


def test_who_was_named_before_is_told(copied):
    for earlier in ("2024Q2", "2024Q3", "2024Q3-demo", "2025Q1"):
        for name in ("verdicts.csv", "notice.json", "manifest.json"):
            copied.put(RoundKeys(earlier)(name), copied.get(KEYS(name)))
    assert named_before(copied, ROUND) == {
        DEAD: ["2024Q2", "2024Q3"],
        SILENT: ["2024Q2", "2024Q3"],
    }
    steps.judge(copied, ROUND)
    notice = publish(copied)
    assert [item["subject_id"] for item in notice["repeat_offenders"]] == [DEAD, SILENT]
    assert any(
        "此前也曾被通报的有：乙县人民政府（2024年第二季度、2024年第三季度）" in text
        for text in notice["remarks"]
    )
    assert {CLOSED, FRESH, LIVE}.isdisjoint(item["subject_id"] for item in notice["repeat_offenders"])
