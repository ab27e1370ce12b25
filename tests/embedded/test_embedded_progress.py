"""What a person sees while a run goes on and when it has ended."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from include.embedded import report
from include.embedded.airflow_api import TaskView
from include.embedded.progress import Count, Snapshot, clock, follow, line, seconds_left
from include.inspection.steps import NOT_BEGUN


def look(state: str = "running", *, seconds: float = 40.0, done: int = 10, **more: object) -> Snapshot:
    values: dict[str, Any] = {
        "sites": Count(done, 52),
        "accounts": Count(0, 8),
        "running": ("抓取网站",),
        "waiting": (),
        "fetching_since": 10.0,
    }
    return Snapshot(state=state, seconds=seconds, **{**values, **more})


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_says_how_many_of_how_many_and_how_long():
    text = line(look())
    assert "[00:40]" in text
    assert "网站 10/52" in text
    assert "新媒体批次 0/8" in text
    assert "正在抓取网站" in text
    # 30 seconds for 10 of 60: 150 more.
    assert "抓取约剩 02:30" in text


def test_there_is_no_guess_without_a_pace():
    assert seconds_left(look(done=0)) is None
    assert seconds_left(look(sites=Count(), accounts=Count(), fetching_since=None)) is None


def test_after_the_fetching_nothing_is_guessed():
    assert seconds_left(look(done=52, accounts=Count(8, 8))) is None


def test_a_kind_of_which_there_is_none_is_left_out():
    assert "新媒体" not in line(look(accounts=Count(0, 0)))


def test_a_task_that_waits_for_its_next_try_is_named():
    assert "等待重试：发布" in line(look(running=(), waiting=("发布",)))


def test_before_the_plan_nothing_is_claimed_about_sites():
    text = line(look(sites=Count(), accounts=Count(), running=("读取名录",), fetching_since=None))
    assert "网站 " not in text
    assert "正在读取名录" in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (59.6, "01:00"), (3599, "59:59"), (7325, "2:02:05")]
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_elsewhere_than_on_a_terminal_lines_are_few_and_the_last_is_shown():
    looks = iter(
        [look(seconds=second, done=second) for second in range(9)] + [look("success", seconds=9, done=52)]
    )
    out = io.StringIO()
    assert follow(lambda: next(looks), lambda: None, out=out, interval=0) == "success"
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert "52/52" in lines[-1]
    assert "\r" not in out.getvalue()


def test_on_a_terminal_one_line_is_written_over():
    looks = iter([look(), look("failed")])
    out = Terminal()
    assert follow(lambda: next(looks), lambda: None, out=out, interval=0) == "failed"
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().count("\r") == 2


def test_a_dead_process_ends_the_watching():
    def check() -> None:
        raise RuntimeError("scheduler")

    with pytest.raises(RuntimeError, match="scheduler"):
        follow(look, check, out=io.StringIO(), interval=0)


def figures(qualified: int, unqualified: int, rate: str | None, **more: object) -> dict[str, object]:
    inspected = qualified + unqualified
    counts = {"total": inspected, "inspected": inspected, "unmeasured": 0}
    return {**counts, "qualified": qualified, "unqualified": unqualified, "rate": rate, **more}


NOTICE = {
    "round": "2024Q4",
    "period": "2024年第四季度",
    "monitoring_point": "2024-12-31T10:00:00+08:00",
    "sites": figures(50, 2, "96%", by_category=[figures(9, 2, "82%", category="县（市、区）政府门户网站")]),
    "accounts": figures(0, 0, None, by_category=[]),
    "messages": {"received": 6, "valid": 6, "closed": 6, "rate": "100%"},
    "problem_sites": [
        {
            "subject_id": "4408000001",
            "name": "甲县\x1b[2J人民政府",
            "category": "门户",
            "findings": [{"indicator_id": "W4.1", "problem": "首页超过两周未更新"}],
        }
    ],
    "undetermined_sites": [{"subject_id": "4408000002", "name": "乙局", "reason": "拦截页面"}],
}


def test_the_summary_names_rates_sites_and_reasons():
    text = report.summary(NOTICE)
    assert "县（市、区）政府门户网站" in text
    assert "82%" in text and "96%" in text and "办结率 100%" in text
    assert "4408000001" in text and "W4.1 首页超过两周未更新" in text
    assert "4408000002  乙局：拦截页面" in text


def test_a_rate_that_cannot_be_told_is_a_dash():
    row = next(text for text in report.summary(NOTICE).splitlines() if text.startswith("全部政务新媒体"))
    assert row.split()[-1] == "-"


def test_a_name_cannot_move_the_terminals_cursor():
    assert "\x1b" not in report.summary(NOTICE)


def test_long_lists_are_cut_and_say_so():
    many = [{"subject_id": str(number), "name": "x"} for number in range(report.NAMED_AT_MOST + 7)]
    assert "另有 7 个" in report.summary(NOTICE | {"problem_sites": many})


def test_columns_stand_under_each_other_by_display_width():
    lines = report.table(("名称", "率"), [("甲县", "8%"), ("x", "100%")], left=1)
    assert len({report.display_width(text) for text in lines}) == 1


def test_a_failed_cell_is_shown_with_its_name_its_log_and_the_error(tmp_path):
    task = TaskView("fetch_site", 7, "4408000007 丙县", "failed", 2)
    path = report.task_log(tmp_path, "quarterly_inspection", "manual__1", task)
    path.parent.mkdir(parents=True)
    records = [
        {"level": "info", "event": "::group::Pre Execute"},
        {"level": "info", "event": "抓取首页"},
        {
            "level": "error",
            "event": "Task failed",
            "error_detail": [{"exc_type": "OSError", "exc_value": "磁盘已满"}],
        },
    ]
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    text = report.failures([task], tmp_path, "quarterly_inspection", "manual__1")
    assert "fetch_site [7] 4408000007 丙县" in text
    assert str(path) in text
    assert "attempt=2.log" in str(path)
    assert "OSError: 磁盘已满" in text
    assert "::group::" not in text


def test_a_failed_task_without_a_log_points_to_the_scheduler(tmp_path):
    text = report.failures([TaskView("judge", -1, "", "failed", 0)], tmp_path, "d", "r")
    assert "scheduler.log" in text


def test_tasks_that_never_began_do_not_hide_the_one_that_failed(tmp_path):
    tasks = [TaskView(name, -1, "", "failed", 1) for name in ("judge", "snapshot")]
    said = {"judge": f"{NOT_BEGUN}，本步骤不能进行", "snapshot": "sites.csv：文件是空的"}
    for task in tasks:
        path = report.task_log(tmp_path, "d", "r", task)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"level": "error", "event": said[task.task_id]}), encoding="utf-8")
    lines = report.failures(tasks, tmp_path, "d", "r").splitlines()
    assert lines[1] == "  因此未能进行：judge"
    assert lines[2] == "  snapshot" and "文件是空的" in lines[-1]
    assert sum("不能进行" in line for line in lines) == 0


def test_refused_rows_are_told_with_their_number_and_place():
    from include.inspection.csv_tables import csv_bytes

    columns = ("file", "line", "field", "value", "reason")
    rows = [
        {"file": "sites.csv", "line": n, "field": "url", "value": "\x1bx", "reason": "网址无效"}
        for n in range(2, 9)
    ]
    problems = report.problems_of(csv_bytes(columns, rows))
    text = report.refused(problems, Path("/out/2026Q4/registry-problems.csv"))
    assert "有 7 处" in text and "/out/2026Q4/registry-problems.csv" in text
    assert "sites.csv 第 2 行，字段 url" in text and "第 6 行" in text and "第 7 行" not in text
    assert "\x1b" not in text
    assert report.problems_of(csv_bytes(columns, [])) == report.problems_of(b"") == []
