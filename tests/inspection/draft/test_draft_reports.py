"""The page of every subject."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from include.inspection.draft import DraftError, load_profile
from include.inspection.draft.subject_reports import subject_reports
from include.inspection.model import Account, Registry, Site
from include.inspection.rules.standard import load_standards

STANDARDS = load_standards(["national-2019"])
CODE, ACCOUNT = "4408000001", "wx-1"
REGISTRY = Registry(
    sites=(Site(CODE, "甲县人民政府", "http://a.cn/", "portal", "县", "甲县", "甲县政府办"),),
    accounts=(Account(ACCOUNT, "微信", "甲县发布", feed_url="http://a.cn/feed"),),
)
NOTICE = {
    "period": "2024年第四季度",
    "round": "2024Q4",
    "monitoring_point": "2024-12-31T10:00:00+08:00",
    "previous": {"period": "2024年第三季度"},
}


def verdict(**changes: str) -> dict[str, str]:
    row = {"subject_id": CODE, "subject_type": "site", "name": "甲县人民政府", "category": "县"}
    return {**row, "verdict": "unqualified", "score": "", "vetoes": "W4.1", "score_note": "", **changes}


def measure(indicator: str, result: str, measured: str = "", **changes: str) -> dict[str, str]:
    row = {
        "subject_id": CODE,
        "indicator_id": indicator,
        "state": "measured",
        "measured": measured,
        "at_most": measured,
        "unit": "个",
        "threshold": "<5",
        "result": result,
        "evidence_url": "http://a.cn/news/",
        "evidence_key": f"rounds/2024Q4/evidence/{CODE}/fetch-1.warc.gz",
        "evidence_offset": "77",
        "evidence_sha256": "a" * 64,
        "fetched_at": "2024-12-31T02:00:00Z",
        "pass": "1",
        "reason": "",
    }
    return {**row, **changes}


def finding(indicator: str, state: str = "fail", **changes: str) -> dict[str, str]:
    row = {"subject_id": CODE, "indicator_id": indicator, "state": state, "note": "", "decided_by": "machine"}
    return {**row, **changes}


def page(measures, findings=(), before=None, reason="", profile=None, **of_verdict) -> Any:
    tables = {
        "verdicts": [verdict(**of_verdict)],
        "measures": measures,
        "findings": list(findings),
        "coverage": [{"subject_id": CODE, "reason": reason}],
    }
    given = subject_reports(
        NOTICE, tables, REGISTRY, STANDARDS, profile or load_profile("base"), before or {}
    )
    ((name, body),) = list(given)
    assert name == f"reports/{CODE}.html"
    return BeautifulSoup(body.decode(), "lxml")


def test_verdict_indicators_values_and_evidence():
    shown = page(
        [measure("W3", "pass", "9", threshold="≥1"), measure("W4.1", "fail", "6")],
        [finding("W4.1", note="六个栏目应更新未更新")],
    )
    assert "不合格" in shown.select_one(".verdict").text and "W4.1" in shown.select_one(".verdict").text
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in shown.select("tbody tr")
    ]
    assert [row[0].split()[0] for row in rows] == ["W3", "W4.1"], "in the official order"
    assert rows[1][1:4] == ["<5 个", "6 个", "不达标"]
    assert "六个栏目应更新未更新" in rows[1][4] and "fetch-1.warc.gz @ 77" in rows[1][4]
    assert shown.select_one("tr.bad code")["title"].endswith("a" * 64)
    assert "甲县政府办" in shown.text and "http://a.cn/" in shown.text


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (measure("W4.1", "pass", "4"), "接近上限 5个"),
        (measure("W4.2", "pass", "8"), "接近上限 10个"),
        (measure("W3", "pass", "1", unit="条"), "接近下限 1条"),
    ],
)
def test_near_misses(row, told):
    assert told in page([row]).text


@pytest.mark.parametrize(
    "row",
    [
        measure("W4.1", "pass", "3"),
        measure("W5.1", "pass", "1"),
        measure("W3", "pass", "2"),
        measure("W4.1", "fail", "6"),
    ],
)
def test_what_is_no_near_miss(row):
    assert "首次测量" not in page([measure("W4.1", "pass", "1", **{"pass": "2"})]).text
    assert "接近上限" not in page([row]).text and "接近下限" not in page([row]).text


def test_what_was_not_checked_stands_with_its_reason():
    shown = page(
        [
            measure("W2", "undecided", state="unmeasured", reason="探测次数不足"),
            measure("W1.1", "", state="for_people"),
            measure("W4.2", "candidate", "12"),
        ],
        [finding("W4.2", "candidate")],
        verdict="undetermined",
        vetoes="",
        reason="首页拒绝访问（403）",
    )
    told = shown.find_all("ul")[-1].get_text()
    assert "W2" in told and "探测次数不足" in told
    assert "W1.1" in told and "检查期间没有上报" in told
    assert "W4.2" in told and "待人工认定" in told
    assert "原因：首页拒绝访问（403）" in shown.text
    assert not shown.select("tr.bad")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({}, "没有上期结果可比"),
        ({CODE: {"verdict": "qualified", "vetoes": ""}}, "上期合格，本期不合格；新触及 W4.1"),
        (
            {CODE: {"verdict": "unqualified", "vetoes": "W2 W4.1"}},
            "与上期相同（不合格）；不再触及 W2；连续触及 W4.1",
        ),
    ],
)
def test_change_since_the_period_before(before, told):
    shown = page([measure("W4.1", "fail", "6")], [finding("W4.1")], before)
    assert "与2024年第三季度相比" in shown.text
    assert told in shown.text


def test_an_overturned_finding_is_no_fault():
    shown = page(
        [measure("W4.1", "fail", "6")], [finding("W4.1", "overturned")], verdict="qualified", vetoes=""
    )
    assert "已豁免或经复核撤销" in shown.text
    assert not shown.select("tr.bad")


def test_hostile_names_are_text_and_ids_that_are_no_names_get_no_file():
    evil = "<script>alert(1)</script>\n=1+1"
    shown = page([measure("W4.1", "fail", "6", evidence_url="javascript:alert(1)")], name=evil)
    assert shown.find("script") is None
    assert "<script>alert(1)</script> =1+1" in shown.h1.text
    assert not [a for a in shown.find_all("a") if a["href"].startswith("javascript")]
    tables: dict[str, Any] = {
        "verdicts": [verdict(subject_id="../../x")],
        "measures": [],
        "findings": [],
        "coverage": [],
    }
    assert list(subject_reports(NOTICE, tables, REGISTRY, STANDARDS, load_profile("base"), {})) == []


def test_a_wrong_report_template_is_told_by_file_and_line(tmp_path):
    import shutil

    from include.inspection.draft import TEMPLATES

    shutil.copytree(TEMPLATES / "base", tmp_path / "base")
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "profile.yaml").write_text("extends: base\n", encoding="utf-8")
    (tmp_path / "office" / "report.html.jinja").write_text("一\n{{ subject.secret }}\n", encoding="utf-8")
    with pytest.raises(DraftError, match=r"office/report\.html\.jinja 第 2 行.*没有的数据"):
        page([measure("W4.1", "fail", "6")], profile=load_profile("office", tmp_path))
