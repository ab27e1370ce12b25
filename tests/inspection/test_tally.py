"""Verdicts to the figures of a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from include.inspection.draft import load_profile
from include.inspection.draft.check import problems
from include.inspection.model import Account, Message, Problem, Registry, Site
from include.inspection.plan import make_plan
from include.inspection.rules.standard import load_standards
from include.inspection.tallying.tally import score_sheet, tally
from include.inspection.times import parse_as_of

STANDARDS = load_standards(["national-2019"])
GROUPS = {"县（市、区）政府门户网站": 11, "市直部门独立站点": 6, "市直部门子频道、信息公开平台": 35}
PLATFORMS = ("微信", "微博", "抖音", "今日头条", "移动客户端")
SITES = tuple(
    Site(
        f"44080{number:05d}",
        f"第{number}站",
        f"http://s{number}.cn/",
        "portal",
        category,
        "湛江",
        f"主办{number}",
    )
    for number, category in enumerate(name for name, count in GROUPS.items() for _ in range(count))
)
ACCOUNTS = tuple(
    Account(f"a{number}", PLATFORMS[number % 5], f"第{number}号", feed_url=f"http://f.cn/{number}")
    for number in range(163)
)
MESSAGES = tuple(
    Message(f"m{day}", "", parse_as_of(f"2024-11-0{day}T09:00"), True, parse_as_of(f"2024-11-0{day}T17:00"))
    for day in range(4, 10)
)
CITY = Registry(sites=SITES, accounts=ACCOUNTS, messages=MESSAGES)
FETCHED = (datetime(2024, 12, 30, 18, tzinfo=UTC), datetime(2024, 12, 31, 3, tzinfo=UTC))


def finding(
    subject_id: str, indicator: str, state: str = "fail", value: str = "0", offset: str = "12"
) -> dict[str, str]:
    return {
        "subject_id": subject_id,
        "indicator_id": indicator,
        "state": state,
        "measured": value,
        "threshold": "≥1",
        "evidence_url": "http://s.cn/",
        "evidence_key": f"rounds/2024Q4/evidence/{subject_id}/fetch-2.warc.gz",
        "evidence_offset": offset,
        "evidence_sha256": "a" * 64,
        "fetched_at": "2024-12-31T02:00:00Z",
        "decided_by": "机器判定" if state == "fail" else "",
        "note": "",
    }


def notice(
    verdicts: dict[str, str], findings=(), reasons=None, registry: Registry = CITY, as_of="2024-12-31T10:00"
):
    """Everyone not named in ``verdicts`` is qualified."""
    everyone: list[Site | Account] = [*registry.sites, *registry.accounts]
    rows = [
        {
            "subject_id": item.subject_id,
            "subject_type": "site" if isinstance(item, Site) else "account",
            "name": item.name,
            "category": item.category if isinstance(item, Site) else item.platform,
            "verdict": verdicts.get(item.subject_id, "qualified"),
            "score": "",
            "vetoes": " ".join(
                row["indicator_id"] for row in findings if row["subject_id"] == item.subject_id
            ),
        }
        for item in everyone
        if item.status == "running"
    ]
    coverage = [{"subject_id": key, "reason": reason} for key, reason in (reasons or {}).items()]
    plan = make_plan(
        registry, "0", STANDARDS, round_name="2024Q4", as_of=as_of, coverage="full", profile="zhanjiang"
    )
    return tally(
        plan,
        registry,
        STANDARDS,
        load_profile("zhanjiang"),
        {"verdicts": rows, "findings": list(findings), "coverage": coverage},
        sampled=FETCHED,
        code_version="0.1.0",
    )


LATE = SITES[0].site_code
DEAD = SITES[1].site_code
SILENT = "a7"


@pytest.fixture(scope="module")
def zhanjiang():
    return notice(
        {LATE: "unqualified", DEAD: "unqualified", SILENT: "unqualified"},
        [finding(LATE, "W4.1", value="5"), finding(DEAD, "W2", value="100"), finding(SILENT, "X2.1")],
    )


def test_the_published_figures(zhanjiang):
    assert [
        (group["category"], group["total"], group["rate"]) for group in zhanjiang["sites"]["by_category"]
    ] == [
        ("县（市、区）政府门户网站", 11, "82%"),
        ("市直部门独立站点", 6, "100%"),
        ("市直部门子频道、信息公开平台", 35, "100%"),
    ]
    assert (zhanjiang["sites"]["total"], zhanjiang["sites"]["qualified"], zhanjiang["sites"]["rate"]) == (
        52,
        50,
        "96%",
    )
    assert (zhanjiang["accounts"]["total"], zhanjiang["accounts"]["rate"]) == (163, "99.4%")
    assert zhanjiang["messages"] == {
        "received": 6,
        "valid": 6,
        "closed": 6,
        "closed_in_time": 6,
        "rate": "100%",
        "late": 0,
        "in_time_rate": "100%",
        "average_working_days": "0.0",
        "average_days": "0.3",
    }
    assert {group["category"] for group in zhanjiang["accounts"]["by_category"]} == set(PLATFORMS)


def test_dates_of_the_notice(zhanjiang):
    assert zhanjiang["period"] == "2024年第四季度"
    assert zhanjiang["window"] == {"start": "2024-10-01", "end": "2024-12-31"}
    assert zhanjiang["sampled"] == {"start": "2024-12-31", "end": "2024-12-31"}, "days in Beijing"
    assert (zhanjiang["notice_date"], zhanjiang["rectify_by"]) == ("2025-01-21", "2025-01-27")
    assert zhanjiang["monitoring_point"] == "2024-12-31T10:00:00+08:00"


def test_who_is_named_and_why(zhanjiang):
    assert [(row["subject_id"], row["vetoes"]) for row in zhanjiang["problem_sites"]] == [
        (LATE, ["W4.1"]),
        (DEAD, ["W2"]),
    ]
    (late,) = zhanjiang["problem_sites"][0]["findings"]
    assert late["problem"] == "动态、要闻类栏目和通知公告、政策文件类一级栏目累计5个应更新未更新"
    assert late["evidence_offset"] == 12 and late["indicator"] == "动态要闻类、通知公告及政策文件类栏目不更新"
    assert zhanjiang["problem_sites"][0]["sponsor"] == "主办0"
    (account,) = zhanjiang["problem_accounts"]
    assert (account["subject_id"], account["platform"], account["url"]) == (SILENT, "抖音", "http://f.cn/7")


def test_the_draft_check_finds_nothing_to_object(zhanjiang):
    assert problems(zhanjiang) == []


def test_rules_are_named_with_their_digest(zhanjiang):
    (rule_file,) = zhanjiang["rules"]
    assert (rule_file["id"], rule_file["sha256"]) == ("national-2019", STANDARDS[0].sha256)
    assert zhanjiang["reviewed"] is False


def test_undetermined_is_not_in_the_denominator():
    blocked = [site.site_code for site in SITES[2:6]]
    found = notice(
        {LATE: "unqualified", DEAD: "unqualified", **dict.fromkeys(blocked, "undetermined")},
        [finding(LATE, "W4.1", value="5"), finding(DEAD, "W2", value="100")],
        dict.fromkeys(blocked, "访问被拒绝（403）"),
    )
    counties = found["sites"]["by_category"][0]
    assert (counties["total"], counties["inspected"], counties["unmeasured"], counties["rate"]) == (
        11,
        7,
        4,
        "71%",
    )
    assert (found["sites"]["inspected"], found["sites"]["unmeasured"], found["sites"]["rate"]) == (
        48,
        4,
        "96%",
    )
    assert [(row["subject_id"], row["reason"]) for row in found["undetermined_sites"]] == [
        (code, "访问被拒绝（403）") for code in blocked
    ]
    assert {row["subject_id"] for row in found["problem_sites"]} == {LATE, DEAD}
    assert problems(found) == []


def test_nothing_to_divide_by():
    registry = Registry(sites=SITES[:2])
    found = notice(
        dict.fromkeys((LATE, DEAD), "undetermined"), registry=registry, reasons={LATE: "x", DEAD: "y"}
    )
    assert found["sites"]["rate"] is None and found["sites"]["by_category"][0]["rate"] is None
    assert found["accounts"]["rate"] is None and found["accounts"]["by_category"] == []
    assert found["accounts"]["total"] == 0
    assert found["messages"]["rate"] is None


def test_closed_subjects_are_counted_nowhere():
    registry = Registry(sites=(SITES[0], replace(SITES[1], status="closed")))
    found = notice({}, registry=registry)
    assert (found["sites"]["total"], found["sites"]["rate"]) == (1, "100%")


def test_candidates_and_overturned_name_nobody_as_a_problem():
    rows = [finding(LATE, "W3", "candidate"), finding(DEAD, "W3", "overturned")]
    found = notice({LATE: "undetermined"}, rows, {LATE: "复测未能确认"})
    assert found["problem_sites"] == []
    assert [(row["subject_id"], row["name"]) for row in found["candidates"]] == [(LATE, "第0站")]


def test_only_failed_indicators_stand_under_a_named_site():
    rows = [
        finding(LATE, "W3"),
        finding(LATE, "W4.1", "overturned", "5"),
        finding(LATE, "W4.3", "candidate", "5"),
    ]
    found = notice({LATE: "unqualified"}, rows)
    assert [row["indicator_id"] for row in found["problem_sites"][0]["findings"]] == ["W3"]


def test_a_finding_without_evidence_or_value():
    rows = [finding(LATE, "W1.1", value="1", offset="") | {"evidence_key": "", "evidence_sha256": ""}]
    (only,) = notice({LATE: "unqualified"}, rows)["problem_sites"][0]["findings"]
    assert only["evidence_offset"] is None and only["problem"] == "出现严重表述错误1处"


def test_remarks_say_what_the_reader_must_know():
    assert notice({})["remarks"] == []
    bad_rows = replace(CITY, problems=(Problem("sites.csv", 3, "url", "", "x"),) * 2)
    assert any("2处未通过校验" in remark for remark in notice({}, registry=bad_rows)["remarks"])
    unverified = notice({LATE: "unqualified"}, [finding(LATE, "W6.2", value="5")])["remarks"]
    assert any("W6.2" in remark and "人工复核" in remark for remark in unverified)
    assert notice({LATE: "unqualified"}, [finding(LATE, "W3")])["remarks"] == []


@pytest.mark.parametrize(
    ("as_of", "end"), [("2024-11-20T02:00", "2024-11-20"), ("2025-01-10T10:00", "2024-12-31")]
)
def test_window_ends_with_the_monitoring_day_or_the_quarter(as_of, end):
    assert notice({}, as_of=as_of)["window"] == {"start": "2024-10-01", "end": end}


def test_what_is_registered_and_where(zhanjiang):
    sites = zhanjiang["sites"]
    assert sites["registered"] == 52 and sites["share"] == "100%"
    assert [(group["region"], group["total"]) for group in sites["by_region"]] == [("湛江", 52)]
    assert "by_region" not in zhanjiang["accounts"], "the lists have no regions of accounts"
    assert zhanjiang["windows"]["accounts"] == {"start": "2024-12-18", "end": "2024-12-31"}
    assert "rounds" not in zhanjiang and "change" not in zhanjiang and "score_sheet" not in zhanjiang


def test_points_of_a_scoring_standard_become_a_sheet():
    standards = load_standards(["zhongkai-2018"])
    rows = [{"subject_id": site.site_code, "name": site.name, "verdict": "qualified"} for site in SITES[:3]]
    charged = [
        finding(SITES[0].site_code, "Z5", value="0.45"),
        finding(SITES[1].site_code, "Z4", value="1"),
        finding(SITES[1].site_code, "Z6", value="1.5"),
        finding(SITES[2].site_code, "Z1", state="overturned", value="1"),
    ]
    sheet = score_sheet(standards, rows, charged, CITY)
    assert sheet is not None
    assert (sheet["start"], sheet["annual"]) == ("100", {"year_end": "60", "quarters": "40"})
    assert [column["label"] for column in sheet["columns"]][:2] == ["工作动态", "通知公告"]
    assert [row["points"] for row in sheet["rows"]] == [{"Z5": "0.45"}, {"Z4": "5", "Z6": "1.5"}, {}]
    assert [row["name"] for row in sheet["rows"]] == ["主办0", "主办1", "主办2"], "units, not sites"
    assert score_sheet(STANDARDS, rows, charged, CITY) is None, (
        "a standard without yearly weights has no sheet"
    )


def test_a_site_that_could_not_be_judged_has_no_score():
    standards = load_standards(["zhongkai-2018"])
    rows = [{"subject_id": SITES[0].site_code, "name": "甲", "verdict": "undetermined"}]
    sheet = score_sheet(standards, rows, [], CITY)
    assert sheet is not None and sheet["rows"] == []
