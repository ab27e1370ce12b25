"""Decisions and appeals by file, and in the object store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from include.inspection.registry.office_lists import RegistryError
from include.inspection.registry.review_lists import ReviewLists, read_review_lists
from include.inspection.review.decisions import (
    Approval,
    read_records,
    write_approval,
    write_decision,
    write_lists,
)
from include.inspection.review.requests import notice_digest, with_approval

NOW = datetime(2025, 1, 5, 2, tzinfo=UTC)
HEAD = "subject_id,indicator_id,decision,reason,decided_by,decided_at\n"
GOOD = "4408000001,W3,误报,当日已更新,张三,2025-01-02 09:30\n"
APPEALS = (
    "appeal_id,subject_id,indicator_id,filed_at,statement,filed_by,decision,reason,decided_by,decided_at\n"
)
APPEAL = "s-1,4408000001,W3,2025-01-03,当日有更新,甲县政府办,,,,\n"


def lists(folder: Path, decisions: str = "", appeals: str = "") -> ReviewLists:
    folder.mkdir(exist_ok=True)
    for name, text in (("decisions.csv", decisions), ("appeals.csv", appeals)):
        (folder / name).unlink(missing_ok=True)
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return read_review_lists(folder)


def test_no_lists_are_no_decisions(tmp_path):
    assert read_review_lists(tmp_path) == ReviewLists()


def test_a_decision_is_read_in_beijing_time(tmp_path):
    (decision,) = lists(tmp_path, HEAD + GOOD).decisions
    assert (decision.choice, decision.source, decision.evidence) == ("false_alarm", "file", "")
    assert decision.decided_at == datetime(2025, 1, 2, 1, 30, tzinfo=UTC)


def test_a_day_without_a_time_is_its_end(tmp_path):
    (decision,) = lists(tmp_path, HEAD + GOOD.replace(" 09:30", "")).decisions
    assert decision.decided_at == datetime(2025, 1, 2, 15, 59, 59, tzinfo=UTC)


def test_chinese_headers_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["对象编号", "指标编号", "决定", "理由", "决定人", "决定时间", "证据指纹"])
    book.active.append(["wx-甲", "X2.1", "属实", "无更新", "张三", datetime(2025, 1, 2, 9, 30), "AB" * 32])
    book.save(tmp_path / "decisions.xlsx")
    read = read_review_lists(tmp_path)
    (decision,) = read.decisions
    assert (decision.subject_id, decision.choice, decision.evidence) == ("wx-甲", "confirm", "ab" * 32)
    assert (read.found, read.problems) == (("decisions",), ())


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("4408000001,W3,也许,理由,张三,2025-01-02", "decision"),
        ("4408000001,W3,误报,,张三,2025-01-02", "reason"),
        ("4408000001,W3,误报,理由,,2025-01-02", "decided_by"),
        ("4408000001,W3,误报,理由,张三,昨天", "decided_at"),
        ("4408000001,W3,误报,理由,张三,", "decided_at"),
        ("../x,W3,误报,理由,张三,2025-01-02", "subject_id"),
        ("4408000001,../W3,误报,理由,张三,2025-01-02", "indicator_id"),
        (f"4408000001,W3,误报,{'长' * 2001},张三,2025-01-02", "reason"),
    ],
)
def test_a_bad_row_is_told_and_loses_no_other(tmp_path, row, field):
    read = lists(tmp_path, HEAD + row + "\n" + GOOD)
    assert len(read.decisions) == 1
    (problem,) = read.problems
    assert (problem.file, problem.line, problem.field) == ("decisions.csv", 2, field)


def test_a_bad_fingerprint_is_told(tmp_path):
    read = lists(tmp_path, HEAD.replace("\n", ",evidence\n") + GOOD.replace("\n", ",abc\n"))
    assert [problem.field for problem in read.problems] == ["evidence"]


def test_appeals_with_and_without_a_decision(tmp_path):
    decided = "s-2,wx-1,X2.1,2025-01-03,平台故障,甲县,撤销,经核实,主任,2025-01-04\n"
    read = lists(tmp_path, "", APPEALS + APPEAL + decided)
    assert [item.appeal_id for item in read.appeals] == ["s-1", "s-2"]
    (decision,) = read.decisions
    assert (decision.appeal_id, decision.choice, decision.label) == ("s-2", "overturned", "撤销")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("s-1,4408000001,W3,2025-01-03,,甲县,,,,", "statement"),
        ("s-1,4408000001,W3,2025-01-03,话,甲县,撤销,,主任,2025-01-04", "reason"),
        ("s-1,4408000001,W3,2025-01-03,话,甲县,误报,由,主任,2025-01-04", "decision"),
        ("s-1,4408000001,W3,2025-01-03,话,甲县,撤销,由,主任,2025-01-01", "decided_at"),
    ],
)
def test_a_bad_appeal_is_told(tmp_path, row, field):
    read = lists(tmp_path, "", APPEALS + row + "\n")
    assert ([problem.field for problem in read.problems], read.appeals) == ([field], ())


def test_the_same_appeal_twice_counts_once(tmp_path):
    read = lists(tmp_path, "", APPEALS + APPEAL + APPEAL)
    assert len(read.appeals) == 1 and "重复" in read.problems[0].reason


def test_two_files_of_one_list_are_refused(tmp_path):
    (tmp_path / "decisions.csv").write_text(HEAD, encoding="utf-8")
    (tmp_path / "decisions.xlsx").write_bytes(b"")
    with pytest.raises(RegistryError, match=r"decisions\.xlsx"):
        read_review_lists(tmp_path)


# --- in the store


def test_each_decision_is_one_object_and_is_written_once(store, tmp_path):
    read = lists(tmp_path, HEAD + GOOD, APPEALS + APPEAL)
    assert write_lists(store, "2024Q4", read, NOW) == {"decisions": 1, "appeals": 1}
    before = {key: store.get(key) for key in store.keys("rounds/2024Q4/decisions/")}
    assert write_lists(store, "2024Q4", read, NOW + timedelta(days=1)) == {"decisions": 0, "appeals": 0}
    assert {key: store.get(key) for key in store.keys("rounds/2024Q4/decisions/")} == before
    records = read_records(store, "2024Q4")
    assert list(records.decisions.values()) == list(read.decisions)
    assert list(records.appeals.values()) == list(read.appeals)
    assert records.withdrawn == frozenset()
    assert read_records(store, "2024Q3").decisions == {}


def test_a_row_taken_out_of_the_list_is_withdrawn_and_may_come_back(store, tmp_path):
    both = lists(tmp_path, HEAD + GOOD + GOOD.replace("W3", "W2"))
    write_lists(store, "2024Q4", both, NOW)
    write_lists(store, "2024Q4", lists(tmp_path, HEAD + GOOD), NOW + timedelta(seconds=1))
    records = read_records(store, "2024Q4")
    assert [records.decisions[name].indicator_id for name in records.withdrawn] == ["W2"]
    # A list that is not there, or cannot be read, takes nothing back.
    write_lists(store, "2024Q4", lists(tmp_path), NOW + timedelta(seconds=2))
    (tmp_path / "decisions.csv").write_bytes(b"\xff\xff\xff")
    write_lists(store, "2024Q4", read_review_lists(tmp_path), NOW + timedelta(seconds=3))
    assert read_records(store, "2024Q4").withdrawn == records.withdrawn
    write_lists(store, "2024Q4", both, NOW + timedelta(seconds=4))
    assert read_records(store, "2024Q4").withdrawn == frozenset()


def test_what_was_said_on_screen_is_not_withdrawn_by_a_list(store, tmp_path):
    (decision,) = lists(tmp_path, HEAD + GOOD).decisions
    write_decision(store, "2024Q4", replace(decision, source="screen"))
    write_lists(store, "2024Q4", lists(tmp_path, HEAD + GOOD.replace("W3", "W2")), NOW)
    assert read_records(store, "2024Q4").withdrawn == frozenset()


def test_an_approval_holds_for_its_figures_alone(store):
    figures = json.dumps({"reviewed": False, "remarks": []}).encode()
    other = json.dumps({"reviewed": False, "remarks": ["改了"]}).encode()
    write_approval(store, "2024Q4", Approval("returned", "附件有误", "张三", NOW, notice_digest(figures)))
    returned = with_approval(figures, read_records(store, "2024Q4"))
    assert not returned["reviewed"] and "张三退回：附件有误" in returned["remarks"][0]
    later = NOW + timedelta(hours=1)
    write_approval(store, "2024Q4", Approval("approved", "", "李四", later, notice_digest(figures)))
    records = read_records(store, "2024Q4")
    assert with_approval(figures, records) == {
        "reviewed": True,
        "remarks": [],
        "approval": {"by": "李四", "at": later.isoformat(), "note": ""},
    }
    assert not with_approval(other, records)["reviewed"]
