"""The counts of published notices as the tally would give them: one notice for each style, names made up.

Figures from the notices of 2018 to 2024 that the profiles follow; who is named is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.inspection.draft.conftest import counts, finding

Notice = dict[str, Any]
#: (category, registered, total, failing)
Group = tuple[str, int, int, int]


def _counts(registered: int, total: int, failing: int) -> Notice:
    made = {**counts(total, failing), "registered": registered}
    del made["rate"]
    return made


def groups(parts: Sequence[Group], key: str = "category") -> list[Notice]:
    return [{key: name, **_counts(registered, total, failing)} for name, registered, total, failing in parts]


def kind(parts: Sequence[Group], regions: Sequence[Group] = ()) -> Notice:
    registered = sum(part[1] for part in parts)
    total, failing = sum(part[2] for part in parts), sum(part[3] for part in parts)
    made = {**_counts(registered, total, failing), "by_category": groups(parts)}
    if regions:
        made["by_region"] = groups(regions, "region")
    return made


def named(
    parts: Sequence[Group],
    subject_type: str,
    findings: Sequence[Sequence[Notice]] = (),
    regions: Sequence[str] = (),
) -> list[Notice]:
    """One named subject for each failing one, with the findings in turn, or all with the same."""
    made = []
    categories = [name for name, _, _, failing in parts for _ in range(failing)]
    for number, category in enumerate(categories):
        found = list(findings[number]) if number < len(findings) else [finding()]
        site = subject_type == "site"
        made.append(
            {
                "subject_id": f"31{number:08d}" if site else f"acc-{number:04d}",
                "name": f"澜水第{number + 1}{'区人民政府网' if site else '号'}",
                "category": category,
                "platform": "" if site else category,
                "region": regions[number] if number < len(regions) else "",
                "sponsor": f"澜水第{number + 1}单位",
                "url": "",
                "vetoes": sorted({item["indicator_id"] for item in found}),
                "findings": found,
            }
        )
    return made


def notice(
    round_name: str,
    period: str,
    point: str,
    window: tuple[str, str],
    days: tuple[str, str],
    sites: Sequence[Group],
    accounts: Sequence[Group] = (),
    messages: tuple[int, int, int] = (0, 0, 0),
    site_findings: Sequence[Sequence[Notice]] = (),
    account_findings: Sequence[Sequence[Notice]] = (),
    site_regions: Sequence[Group] = (),
    account_regions: Sequence[Group] = (),
    **more: Any,
) -> Notice:
    received, valid, closed = messages
    names = [name for name, _, _, failing in site_regions for _ in range(failing)]
    return {
        "round": round_name,
        "period": period,
        "monitoring_point": point,
        "window": {"start": window[0], "end": window[1]},
        "sampled": {"start": point[:10], "end": point[:10]},
        "sites": kind(sites, site_regions),
        "accounts": kind(accounts, account_regions),
        "messages": {"received": received, "valid": valid, "closed": closed, "closed_in_time": closed},
        "notice_date": days[0],
        "rectify_by": days[1],
        "problem_sites": named(sites, "site", site_findings, names),
        "problem_accounts": named(accounts, "account", account_findings),
        "undetermined_sites": [],
        "undetermined_accounts": [],
        "candidates": [],
        "coverage": "full",
        "rules": [{"id": "national-2019", "title": "检查指标", "sha256": "cd" * 32}],
        "profile": "",
        "code_version": "0.1.0",
        "reviewed": False,
        "remarks": [],
        "office": {"issuer": "澜水市人民政府办公厅"},
        **more,
    }


SILENT = finding(
    indicator_id="X2.1", indicator="内容不更新", problem="监测时间点前2周内未更新", measured=0, threshold=1
)
NO_ANSWER = finding(
    indicator_id="X3.1", indicator="互动回应差", problem="未提供有效互动功能", measured=1, threshold=1
)


def shanghai() -> Notice:
    """67 sites twice and 2 rechecks, 66 of 67 each time; 315 of 1,610 accounts, 16 districts in full, 10 failing."""
    round_groups = [
        ("市政府门户网站", 1, 1, 0),
        ("区政府门户网站", 16, 16, 1),
        ("市政府部门网站", 45, 45, 0),
        ("子网站", 4, 4, 0),
        ("管委会", 1, 1, 0),
    ]
    platforms = {"微信": 1, "微博": 2, "抖音": 2, "大鱼号": 4, "网易号": 1}
    regions = [(f"第{number}区", 12, 12, 0) for number in range(1, 16)] + [("第16区", 12, 12, 3)]
    accounts = [(name, 322, 63, failing) for name, failing in platforms.items()]
    made = notice(
        "2021Q1-2",
        "2021年第一季度",
        "2021-03-21T10:00:00+08:00",
        ("2021-01-01", "2021-03-21"),
        ("2021-04-14", "2021-04-28"),
        round_groups,
        accounts,
        site_findings=[[finding(problem="应更新但长期未更新的栏目超过10个")]],
        account_findings=[[SILENT]] * 10,
        account_regions=[*regions, ("", 1610 - 192, 315 - 192, 7)],
        security_scan={"scanned": 67, "good": 67},
    )
    january: Notice = {
        "round": "2021Q1",
        "monitoring_point": "2021-01-20T10:00:00+08:00",
        "rechecks": 1,
        "sites": kind(round_groups),
        "accounts": kind([]),
        "problem_sites": named(round_groups, "site", [[finding(problem="累计超过5个栏目未更新")]]),
        "problem_accounts": [],
    }
    january["problem_sites"][0] |= {"subject_id": "3101140038", "name": "嘉水区人民政府"}
    march = {name: made[name] for name in ("round", "monitoring_point", "sites", "problem_sites")}
    made["rounds"] = [january, {**march, "rechecks": 1, "accounts": kind([]), "problem_accounts": []}]
    return made


def qinghai() -> Notice:
    """134 sites, 8 failing; 381 accounts, 63 failing: 54 without dialogue, 26 silent, 17 of them both."""
    both = [[NO_ANSWER, SILENT]] * 17 + [[NO_ANSWER]] * 37 + [[SILENT]] * 9
    sites: list[list[Notice]] = [[finding()]] * 5
    sites += [[finding(indicator_id="W5.1", indicator="互动回应差", problem="未提供网上有效咨询建言渠道")]]
    sites += [[finding(indicator_id="W6.1", indicator="服务不实用", problem="办事指南重点要素缺失")]] * 2
    return notice(
        "2020Q3",
        "2020年第三季度",
        "2020-09-24T10:00:00+08:00",
        ("2020-07-01", "2020-09-24"),
        ("2020-09-29", "2020-10-12"),
        [("县级门户", 134, 134, 8)],
        [("微信", 381, 381, 63)],
        site_findings=sites,
        account_findings=both,
    )


def guangdong() -> Notice:
    """528 of 1,306 sites, 16 failing; 14 of 21 cities without a failing one."""
    good = [
        "广州",
        "深圳",
        "佛山",
        "韶关",
        "河源",
        "惠州",
        "汕尾",
        "东莞",
        "中山",
        "江门",
        "茂名",
        "肇庆",
        "清远",
        "潮州",
    ]
    bad = {"珠海": 1, "汕头": 3, "阳江": 2, "湛江": 2, "梅州": 2, "揭阳": 2, "云浮": 1}
    regions: list[Group] = [(name, 60, 24, 0) for name in good]
    regions += [(name, 50, 20, failing) for name, failing in bad.items()]
    regions += [("", 1306 - 840 - 350, 528 - 336 - 140, 3)]
    return notice(
        "2018Q2",
        "2018年第二季度",
        "2018-05-20T10:00:00+08:00",
        ("2018-04-01", "2018-05-20"),
        ("2018-05-30", "2018-06-11"),
        [("政府网站", 1306, 528, 16)],
        site_regions=regions,
        coverage="40.43%",
    )


def jiangxi(cities_failing: int = 23) -> Notice:
    """279 of 682 sites in six classes; 41 named in the quarter before, 24 of them settled; messages 206 of 210."""
    outcomes = ["fixed"] * 20 + ["closed"] * 4 + ["still_failing"] * 17
    subjects = [
        {
            "subject_id": f"36{number:08d}",
            "subject_type": "site",
            "name": f"澜水第{number + 1}县人民政府网",
            "outcome": outcome,
        }
        for number, outcome in enumerate(outcomes)
    ]
    return notice(
        "2018Q2",
        "2018年第二季度",
        "2018-05-01T10:00:00+08:00",
        ("2018-04-01", "2018-05-01"),
        ("2018-05-16", "2018-05-31"),
        [
            ("省级门户", 1, 0, 0),
            ("省级部门", 63, 25, 2),
            ("市级门户", 11, 11, 0),
            ("市级部门", 466, 150, cities_failing - 6),
            ("县级门户", 100, 80, 6),
            ("县级以下", 41, 13, 0),
        ],
        messages=(210, 210, 206),
        security_scan={"rate": "97.5%"},
        previous={
            "round": "2018Q1",
            "period": "2018年第一季度",
            "source": "history/notices/before.json",
            "sites": {"inspected": 278, "qualified": 237, "unqualified": 41, "rate": "85%"},
        },
        recheck={
            "period": "2018年第一季度",
            "sites": {"named": 41, "fixed": 20, "closed": 4, "still_failing": 17, "undetermined": 0},
            "subjects": subjects,
        },
        coverage="40.9%",
    )


def fujian(share: int = 36) -> Notice:
    """Three months; of 200 running sites 70 (35 %), 72 and ``share`` a hundred are drawn."""
    months: list[Notice] = []
    for month, (total, failing) in enumerate(((70, 0), (72, 3), (2 * share, 0)), 7):
        parts = [("设区市", 200, total, failing)]
        months.append(
            {
                "round": "2017Q3" if month == 7 else f"2017Q3-{month - 6}",
                "monitoring_point": f"2017-{month:02d}-20T10:00:00+08:00",
                "rechecks": 0,
                "sites": kind(parts),
                "accounts": kind([]),
                "problem_sites": named(parts, "site"),
                "problem_accounts": [],
            }
        )
    return notice(
        "2017Q3-3",
        "2017年第三季度",
        "2017-09-20T10:00:00+08:00",
        ("2017-07-01", "2017-09-20"),
        ("2017-10-05", "2017-10-15"),
        [("设区市", 200, 2 * share, 0)],
        rounds=months,
        coverage="35%",
    )


UNITS = [
    "东园",
    "惠园",
    "陈道",
    "环道",
    "沥镇",
    "侨镇",
    "湖镇",
    "纪委",
    "党群办",
    "政法委",
    "宣教办",
    "科创局",
    "经发局",
    "财政局",
    "住建局",
    "农村局",
    "社会局",
    "市场局",
    "人大办",
    "国土局",
    "环保局",
    "安监局",
    "城管局",
    "公用办",
    "交易中心",
    "服务中心",
    "环卫中心",
    "更新中心",
]
CHARGED = {
    "惠园": {"Z5": "0.45"},
    "党群办": {"Z5": "0.5"},
    "社会局": {"Z6": "0.5"},
    "国土局": {"Z6": "2"},
    "环保局": {"Z4": "5", "Z6": "1.5"},
    "安监局": {"Z5": "0.5"},
}
COLUMNS = {
    "Z1": "工作动态",
    "Z2": "通知公告",
    "Z3": "部门文件",
    "Z4": "规划计划",
    "Z5": "第三方监测报告",
    "Z6": "政务公开科日常监测",
}


def zhongkai() -> Notice:
    """28 units, all qualified; six of them charged, 22 clean."""
    return notice(
        "2018Q4",
        "2018年第四季度",
        "2018-12-31T10:00:00+08:00",
        ("2018-10-01", "2018-12-31"),
        ("2019-01-12", "2019-01-22"),
        [("网站（频道）", 28, 28, 0)],
        office={"issuer": "澜水高新区管委会办公室", "number": "澜高新办函〔2019〕4号"},
        score_sheet={
            "standard": "zhongkai-2018",
            "start": "100",
            "annual": {"year_end": "60", "quarters": "40"},
            "columns": [
                {"id": key, "label": label, "group": "市信息公开平台" if key < "Z5" else label}
                for key, label in COLUMNS.items()
            ],
            "rows": [
                {"subject_id": f"u{number}", "name": name, "points": CHARGED.get(name, {})}
                for number, name in enumerate(UNITS)
            ],
        },
    )
