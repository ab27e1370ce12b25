"""Who is inspected, and that anyone can draw the sample again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inspection.model import Account, Registry, Site
from include.inspection.plan import Plan, cut, make_plan
from include.inspection.rules.standard import load_standards

STANDARDS = load_standards(["national-2019"])


def site(number: int, category: str = "局", status: str = "running") -> Site:
    return Site(f"44{number:08d}", f"第{number}网站", "http://a.cn/", "other", category, status=status)


def account(number: int, platform: str = "微信", status: str = "running") -> Account:
    return Account(f"a{number}", platform, f"第{number}号", status=status)


REGISTRY = Registry(
    sites=tuple(site(n, "县" if n < 10 else "局", "closed" if n == 3 else "running") for n in range(40)),
    accounts=tuple(
        account(n, "微信" if n % 2 else "微博", "closed" if n == 4 else "running") for n in range(20)
    ),
)


def plan(registry: Registry = REGISTRY, sha256: str = "abc", **changes: str) -> Plan:
    given = {"round_name": "2024Q4", "as_of": "2024-12-31T10:00", "coverage": "full", "profile": "zhanjiang"}
    return make_plan(registry, sha256, STANDARDS, **(given | changes))


def test_full_coverage_is_everything_that_runs_in_registry_order():
    made = plan()
    assert made.sites == tuple(item.site_code for item in REGISTRY.sites if item.status == "running")
    assert len(made.sites) == 39 and "4400000003" not in made.sites
    assert len(made.accounts) == 19 and "a4" not in made.accounts
    assert made.as_of == datetime(2024, 12, 31, 2, tzinfo=UTC)
    assert made.rules == ("national-2019",)
    assert made.rules_sha256 == {"national-2019": STANDARDS[0].sha256}


def test_sample_takes_its_share_of_every_group_rounded_up():
    made = plan(coverage="30%")
    counties = {item.site_code for item in REGISTRY.sites if item.category == "县"}
    assert len(counties & set(made.sites)) == 3  # 30% of 9 are 2.7
    assert len(set(made.sites) - counties) == 9  # of 30
    assert "4400000003" not in made.sites
    assert list(made.sites) == sorted(made.sites), "registry order"
    assert len(made.accounts) == 3 + 3  # of 9 and 10


def test_sample_is_the_same_for_anyone_and_another_in_another_round():
    assert plan(coverage="30%") == plan(coverage="30%")
    assert plan(coverage="30%").sites != plan(coverage="30%", round_name="2024Q3").sites
    assert plan(coverage="30%").sites != plan(coverage="30%", sha256="other").sites


@pytest.mark.parametrize(
    ("share", "of", "expected"),
    [
        ("7%", 100, 7),
        ("14%", 50, 7),
        ("29%", 100, 29),
        ("1%", 1, 1),
        ("0.5%", 200, 1),
        ("0.5%", 201, 2),
        ("100%", 9, 9),
    ],
)
def test_shares_are_exact(share, of, expected):
    registry = Registry(sites=tuple(site(n) for n in range(of)))
    assert len(plan(registry, coverage=share).sites) == expected


@pytest.mark.parametrize(
    "coverage", ["", "all", "0%", "0.00%", "101%", "-5%", "30", "30 %", "３０%", "30%\n", "1e1%"]
)
def test_bad_coverage(coverage):
    with pytest.raises(ValueError, match=r"(?s)覆盖范围.*请写 full"):
        plan(coverage=coverage)


def test_bad_round_and_moment():
    with pytest.raises(ValueError, match="轮次"):
        plan(round_name="2024Q7")
    with pytest.raises(ValueError, match="监测时间点"):
        plan(as_of="2024-12-31")


def test_nothing_to_inspect():
    made = plan(Registry(sites=(replace(site(1), status="closed"),)), coverage="50%")
    assert (made.sites, made.accounts) == ((), ())


def test_stored_plan_is_read_back_as_it_was():
    made = plan(coverage="30%")
    assert Plan.from_json(json.loads(json.dumps(made.to_json()))) == made


@given(st.integers(0, 3000), st.integers(1, 50), st.integers(1, 1024))
def test_groups_hold_everyone_once_and_never_too_many(count, size, most):
    ids = [str(number) for number in range(count)]
    parts = cut(ids, size, most)
    assert [item for part in parts for item in part] == ids
    assert len(parts) <= most
    assert all(parts)
    if count <= size * most:
        assert all(len(part) <= size for part in parts)
