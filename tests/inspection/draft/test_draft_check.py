"""A notice that does not hold together is not published."""

from __future__ import annotations

import pytest

from include.inspection.draft.check import problems


def test_a_sound_notice_has_no_problems(notice):
    assert problems(notice()) == []
    assert problems(notice(0, 0)) == []
    assert problems(notice(2, 1, 3, 12)) == []


def change(path, value):
    def apply(given):
        *way, last = path
        for key in way:
            given = given[key]
        given[last] = value

    return apply


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (change(["sites", "total"], 53), "不等于总数 53"),
        (change(["sites", "qualified"], 51), "之和不等于已判定数"),
        (change(["sites", "by_category", 0, "total"], 36), "分类“市直部门子频道、信息公开平台”"),
        (change(["sites", "rate"], "97%"), "比率 97% 与 50÷52 不一致"),
        (change(["sites", "rate"], "100%"), "比率 100% 与 50÷52"),
        (change(["sites", "rate"], None), "不是“96%”"),
        (change(["sites", "by_category", 1, "rate"], "81%"), "81% 与 9÷11"),
        (change(["accounts", "rate"], "99.3%"), "99.3% 与 162÷163"),
        (change(["accounts", "inspected"], "163"), "inspected"),
        (change(["messages", "closed"], 7), "依次不增"),
        (change(["messages", "rate"], "83%"), "83% 与 6÷6"),
        (change(["problem_sites"], []), "问题网站名单有 0 个"),
        (change(["problem_sites", 0, "category"], "市直部门独立站点"), "市直部门独立站点”有 1 个"),
        (change(["problem_sites", 1, "subject_id"], "4499000001"), "重复出现"),
        (change(["problem_sites", 0, "findings"], []), "没有成立的问题"),
        (change(["problem_sites", 0, "findings", 0, "state"], "candidate"), "没有成立的问题"),
        (change(["problem_sites", 0, "findings", 0, "evidence_key"], None), "既没有留存证据，也没有认定人"),
        (
            change(["problem_sites", 0, "findings", 0, "evidence_sha256"], "xyz"),
            "既没有留存证据，也没有认定人",
        ),
        (
            change(["problem_accounts", 0, "findings", 0, "decided_by"], "machine"),
            "既没有留存证据，也没有认定人",
        ),
        (change(["problem_sites", 0, "vetoes"], ["W4.1", "W3"]), "单项否决 W3 没有对应的问题"),
        (change(["problem_sites", 0, "findings", 0, "problem"], ""), "没有文字说明"),
        (change(["window", "end"], "2025-01-01"), "统计时段 2024-10-01 至 2025-01-01 超出 2024Q4"),
        (change(["sampled", "start"], "2025-02-01"), "采样时段 2025-02-01 至"),
        (change(["sampled"], None), "采样时段缺少起止日期"),
        (change(["monitoring_point"], "2025-02-01T00:00:00+08:00"), "监测时间点"),
        (change(["notice_date"], "2024-12-30"), "早于监测时间点"),
        (change(["rectify_by"], "2025-01-21"), "不晚于通报日期"),
        (change(["round"], "2024"), "轮次 2024"),
        (change(["rules"], []), "规则文件"),
    ],
)
def test_what_does_not_agree_is_told(notice, wrong, part):
    given = notice()
    wrong(given)
    assert any(part in problem for problem in problems(given)), problems(given)


def test_undetermined_subjects_need_a_reason_and_are_not_named_twice(notice):
    given = notice(2, 1, 2)
    given["undetermined_sites"][0]["reason"] = ""
    given["undetermined_sites"][1]["subject_id"] = "4499000001"
    told = "\n".join(problems(given))
    assert "没有写明原因" in told
    assert "同时列为问题和无法判定" in told


def test_a_monitoring_point_is_a_beijing_day(notice):
    given = notice()
    given["monitoring_point"] = "2025-01-31T15:59:00Z"
    assert not any("不在 2024Q4 之内" in problem for problem in problems(given))
    given["monitoring_point"] = "2025-01-31T16:30:00Z"
    assert any("不在 2024Q4 之内" in problem for problem in problems(given))


def test_nothing_at_all_is_a_problem_and_not_a_crash():
    assert len(problems({})) >= 4
