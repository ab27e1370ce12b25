"""Exports of the 我为政府网站找错 platform and the calendar's list, as offices bring them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import openpyxl
import pytest

from include.inspection.messages.settings import MessageSettings
from include.inspection.model import Holiday
from include.inspection.registry.reader import from_json, read_registry, to_json

SITES = "site_code,name,url,kind,category\n4408000001,甲县人民政府,http://a.example.cn/,门户,县\n"
HEADER = "序号,留言编号,网站名称,网站标识码,留言时间,留言内容,状态,办结时间"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    def make(now: datetime | None = NOW, **tables: str):
        (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
        for stem, text in tables.items():
            (tmp_path / f"{stem}.csv").write_text(text, encoding="utf-8")
        return read_registry(tmp_path, now)

    return make


def row(number: int, received: str, status: str, closed: str = "") -> str:
    return f"{number},找错-{number},甲县人民政府,4408000001,{received},首页打不开,{status},{closed}"


def test_an_export_with_the_platform_s_own_headers(read):
    registry = read(
        messages="\n".join(
            [
                HEADER,
                row(1, "2026-11-02 09:00:00", "已办结", "2026/11/3 17:05"),
                row(2, "2026-11-02 09:00:00", "受理"),
                row(3, "2026-11-02 09:00:00", "不予受理（不属实）", "2026-11-03 09:00"),
                row(4, "2026-11-02 09:00:00", "不再受理(重复)"),
                row(5, "2026-11-02 09:00:00", "已处理待审核", "2026-11-03 09:00"),
            ]
        )
    )
    assert registry.problems == ()
    assert [(item.valid, item.closed_at is not None) for item in registry.messages] == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
        (True, False),
    ]
    assert registry.messages[0].site_code == "4408000001" and registry.messages[4].status == "已处理待审核"
    assert "首页打不开" not in repr(registry), "what citizens wrote is not kept"


def test_an_xlsx_with_a_title_above_its_header(tmp_path):
    (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
    book = openpyxl.Workbook()
    for cells in (
        ["我为政府网站找错留言导出"],
        ["导出时间", datetime(2026, 11, 24)],
        HEADER.split(","),
        [1, "找错-1", "甲县", 4408000001, datetime(2026, 11, 2, 9), "", "已办结", datetime(2026, 11, 3, 9)],
        [2, "找错-2", "甲县", 4408000001, "2026-02-30", "", "已办结", datetime(2026, 11, 3, 9)],
    ):
        book.active.append(cells)
    book.save(tmp_path / "messages.xlsx")
    registry = read_registry(tmp_path, NOW)
    (only,) = registry.messages
    assert only.received_at == datetime(2026, 11, 2, 1, tzinfo=UTC)
    (problem,) = registry.problems
    assert (problem.file, problem.line, problem.field) == ("messages.xlsx", 5, "received_at")


@pytest.mark.parametrize("name", [item.name for item in MessageSettings.load().statuses])
def test_every_status_of_the_platform_is_known(read, name):
    registry = read(messages=f"{HEADER}\n{row(1, '2026-11-02 09:00', name, '2026-11-03 09:00')}\n")
    assert registry.problems == () and registry.messages[0].status == name


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (row(1, "2026-02-30 09:00", "受理"), "received_at", "不存在"),
        (row(1, "2026-11-26 09:00", "受理"), "received_at", "晚于"),
        (row(1, "2026-11-02 09:00", "已办结", "2026-11-26 09:00"), "closed_at", "晚于"),
        (row(1, "2026-11-02 09:00", "已办结", "2026-11-01 09:00"), "closed_at", "早于收到时间"),
        (row(1, "2026-11-02 09:00", "已办结"), "closed_at", "没有办结时间"),
        (row(1, "2026-11-02 09:00", "飞走了"), "status", "未处理、受理、已办结"),
        (row(1, "2026-11-02 09:00", "不予受理（心情不好）"), "status", "不认识的状态"),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_on(read, line, field, reason):
    registry = read(messages=f"{HEADER}\n{line}\n{row(2, '2026-11-02 09:00', '受理')}\n")
    assert [item.message_id for item in registry.messages] == ["找错-2"]
    (problem,) = registry.problems
    assert (problem.file, problem.line, problem.field) == ("messages.csv", 2, field)
    assert reason in problem.reason


def test_an_export_may_be_younger_than_the_run_and_without_a_clock_nothing_is_future(read):
    text = f"{HEADER}\n{row(1, '2026-11-25 09:59', '受理')}\n"
    assert len(read(messages=text).messages) == 1
    assert len(read(None, messages=f"{HEADER}\n{row(1, '2030-01-01 00:00', '受理')}\n").messages) == 1


def test_status_and_column_that_contradict_each_other(read):
    header = "message_id,received_at,valid,status,closed_at"
    registry = read(
        messages=f"{header}\nm1,2026-11-02,是,不予受理(无效),\nm2,2026-11-02,否,已办结,2026-11-03\n"
    )
    (problem,) = registry.problems
    assert (problem.line, problem.field) == (2, "status")
    assert [(item.message_id, item.valid) for item in registry.messages] == [("m2", False)]


def test_an_export_with_other_columns_says_what_is_there_and_what_is_needed(read):
    registry = read(messages="甲,乙,办结时间\n1,2,3\n")
    assert registry.messages == () and len(registry.sites) == 1
    (problem,) = registry.problems
    assert problem.field == "message_id、received_at"
    assert "文件里的列：甲、乙、办结时间" in problem.reason
    assert "留言编号" in problem.reason and "留言时间" in problem.reason


# --- holidays


def days_2027(*leave_out: str) -> str:
    fixed = ["2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"]
    rows = [f"{day},放假,法定节假日" for day in fixed if day not in leave_out]
    return "\n".join(["日期,类型,说明", *rows, "2027-10-10,补班,"]) + "\n"


def test_days_off_and_make_up_days_of_a_year(read):
    registry = read(holidays=days_2027())
    assert registry.problems == () and len(registry.holidays) == 6
    assert registry.holidays[-1] == Holiday(date(2027, 10, 10), off=False)
    assert from_json(to_json(registry)) == registry


def test_a_year_that_is_cut_short_is_left_out(read):
    registry = read(holidays=days_2027("2027-10-02"))
    (problem,) = registry.problems
    assert registry.holidays == () and "2027-10-02" in problem.reason


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("2027-02-30,放假,", "day"),
        ("2027-10-11,补班,", "day"),
        ("2027-10-09,加班,", "kind"),
        (",放假,", "day"),
    ],
)
def test_a_bad_day_is_told(read, line, field):
    registry = read(holidays=days_2027() + line + "\n")
    (problem,) = registry.problems
    assert (problem.file, problem.line, problem.field) == ("holidays.csv", 8, field)
    assert len(registry.holidays) == 6


def test_a_round_that_was_stored_before_is_still_read(read):
    stored = to_json(read(messages="message_id,received_at\nm1,2026-11-02\n"))
    del stored["holidays"]
    for item in stored["messages"]:
        del item["transferred_at"], item["status"]
    assert from_json(stored).messages[0].message_id == "m1"
