"""A notice as the tally gives it, with the figures of a real one (52 sites, 163 accounts, 6 messages)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.inspection.draft.rates import rate

PORTALS, DEPARTMENTS, CHANNELS = (
    "县（市、区）政府门户网站",
    "市直部门独立站点",
    "市直部门子频道、信息公开平台",
)
SECTIONS_LATE = (
    "监测时间点前2周内未更新的动态、要闻类栏目和前6个月内未更新的通知公告、政策文件类一级栏目累计6个"
)

Notice = dict[str, Any]


def counts(total: int, unqualified: int = 0, unmeasured: int = 0, decimals: int = 0) -> Notice:
    inspected = total - unmeasured
    qualified = inspected - unqualified
    return {
        "total": total,
        "inspected": inspected,
        "unmeasured": unmeasured,
        "qualified": qualified,
        "unqualified": unqualified,
        "rate": rate(qualified, inspected, decimals),
    }


def finding(**changes: Any) -> Notice:
    return {
        "indicator_id": "W4.1",
        "indicator": "栏目不更新",
        "problem": SECTIONS_LATE,
        "state": "fail",
        "measured": 6,
        "threshold": 5,
        "evidence_url": "http://127.20.0.1:8080/news/index.html",
        "evidence_key": "rounds/2024Q4/evidence/4499000001/fetch-2.warc.gz",
        "evidence_offset": 18211,
        "evidence_sha256": "ab" * 32,
        "fetched_at": "2024-12-31T01:12:09Z",
        "decided_by": "machine",
        "note": "",
        **changes,
    }


def site(number: int = 1, **changes: Any) -> Notice:
    return {
        "subject_id": f"44990{number:05d}",
        "name": f"澜州市第{number}区人民政府网",
        "category": PORTALS,
        "region": "霞光区",
        "sponsor": f"澜州市第{number}区人民政府办公室",
        "url": f"http://127.20.0.{number % 250}:8080/",
        "vetoes": ["W4.1"],
        "findings": [finding()],
        **changes,
    }


def account(number: int = 1, **changes: Any) -> Notice:
    return {
        "subject_id": f"acc-{number:04d}",
        "name": "澜州经开区应急管理",
        "category": "微信",
        "platform": "微信",
        "region": "经开区",
        "sponsor": "澜州经开区应急管理局",
        "url": "",
        "vetoes": ["X1"],
        "findings": [
            finding(
                indicator_id="X1",
                indicator="安全、泄密事故等严重问题",
                problem="出现严重表述错误1处",
                measured=1,
                threshold=1,
                evidence_key=None,
                evidence_offset=None,
                evidence_sha256=None,
                fetched_at=None,
                decided_by="王审读（人工上报）",
                note="2024年12月18日推文第三段",
            )
        ],
        **changes,
    }


def make_notice(
    sites_failing: int = 2, accounts_failing: int = 1, sites_unmeasured: int = 0, accounts_unmeasured: int = 0
) -> Notice:
    """52 sites in three categories and 163 accounts; all that fails or is unmeasured are portals and 微信."""
    platforms = {"微信": 90, "微博": 30, "抖音": 20, "视频号": 13, "客户端": 10}
    return {
        "round": "2024Q4",
        "period": "2024年第四季度",
        "monitoring_point": "2024-12-31T10:00:00+08:00",
        "window": {"start": "2024-10-01", "end": "2024-12-31"},
        "sampled": {"start": "2024-12-30", "end": "2024-12-31"},
        "sites": {
            **counts(52, sites_failing, sites_unmeasured),
            "by_category": [
                {"category": CHANNELS, **counts(35)},
                {"category": PORTALS, **counts(11, sites_failing, sites_unmeasured)},
                {"category": DEPARTMENTS, **counts(6)},
            ],
        },
        "accounts": {
            **counts(163, accounts_failing, accounts_unmeasured, 1),
            "by_category": [
                {
                    "category": name,
                    **(
                        counts(n, accounts_failing, accounts_unmeasured, 1)
                        if n == 90
                        else counts(n, decimals=1)
                    ),
                }
                for name, n in platforms.items()
            ],
        },
        "messages": {"received": 6, "valid": 6, "closed": 6, "closed_in_time": 6, "rate": "100%"},
        "notice_date": "2025-01-21",
        "rectify_by": "2025-01-27",
        "problem_sites": [site(n) for n in range(1, sites_failing + 1)],
        "problem_accounts": [account(n) for n in range(1, accounts_failing + 1)],
        "undetermined_sites": [
            {
                "subject_id": f"44990{n:05d}",
                "name": f"澜州市第{n}镇人民政府网",
                "category": PORTALS,
                "reason": "拒绝访问（403）",
            }
            for n in range(50, 50 + sites_unmeasured)
        ],
        "undetermined_accounts": [
            {
                "subject_id": f"acc-{n:04d}",
                "name": f"澜州发布{n}",
                "platform": "微信",
                "category": "微信",
                "reason": "没有可读取的数据源",
            }
            for n in range(900, 900 + accounts_unmeasured)
        ],
        "candidates": [],
        "coverage": "full",
        "rules": [
            {"id": "national-2019", "title": "政府网站与政务新媒体检查指标（2019年）", "sha256": "cd" * 32}
        ],
        "profile": "zhanjiang",
        "code_version": "0123abc",
        "reviewed": False,
        "remarks": [],
        "office": {"issuer": "澜州市人民政府办公室"},
    }


@pytest.fixture
def notice() -> Callable[..., Notice]:
    return make_notice


@pytest.fixture
def make_site() -> Callable[..., Notice]:
    return site


@pytest.fixture
def make_account() -> Callable[..., Notice]:
    return account


@pytest.fixture
def make_finding() -> Callable[..., Notice]:
    return finding


@pytest.fixture
def make_counts() -> Callable[..., Notice]:
    return counts
