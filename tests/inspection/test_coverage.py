"""Who is drawn: in full, by sample, or some so and some so; again the same from the seed."""

from __future__ import annotations

import pytest

from include.inspection.coverage import drawn, parse_coverage
from include.inspection.model import Account, Site

SITES = [
    *(Site(f"44{n:08d}", f"区{n}", "http://a.cn/", "portal", "区政府", region="赤坎区") for n in range(4)),
    *(
        Site(f"45{n:08d}", f"局{n}", "http://a.cn/", "department", "部门", region="霞山区" if n % 2 else "")
        for n in range(40)
    ),
]
ACCOUNTS = [
    *(Account(f"wx{n}", "微信", f"号{n}", region="赤坎区") for n in range(10)),
    *(Account(f"wb{n}", "微博", f"博{n}") for n in range(30)),
]
EVERYBODY: list[Site | Account] = [*SITES, *ACCOUNTS]


def counts(coverage: str, seed: str = "s") -> tuple[int, int, int, int]:
    """How many of the districts, the departments, WeChat and Weibo are drawn."""
    ids = drawn(coverage, seed, EVERYBODY)
    return (
        sum(name.startswith("44") for name in ids),
        sum(name.startswith("45") for name in ids),
        sum(name.startswith("wx") for name in ids),
        sum(name.startswith("wb") for name in ids),
    )


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        ("full", (4, 40, 10, 30)),
        ("10%", (1, 4, 1, 3)),
        ("category:区政府=full,*=10%", (4, 4, 1, 3)),
        ("sites=full,accounts=20%", (4, 40, 2, 6)),
        ("sites=10%>=5, accounts=none", (4, 5, 0, 0)),
        ("region:赤坎区=full,sites=10%,accounts=10%>=2", (4, 4, 10, 3)),
        ("kind:portal=full,platform:微信=50%,*=none", (4, 0, 5, 0)),
        ("kind:门户=full,*=none", (4, 0, 0, 0)),
        ("category:部门=5%,category:区政府=full,accounts=none", (4, 2, 0, 0)),
        ("10%>=3", (3, 4, 3, 3)),
    ],
)
def test_how_many_of_whom(coverage, expected):
    assert counts(coverage) == expected


def test_the_first_part_that_fits_decides():
    assert counts("region:霞山区=full,category:部门=none,*=none") == (0, 20, 0, 0)
    assert counts("category:部门=none,sites=none,accounts=none") == (0, 0, 0, 0)


def test_the_same_seed_draws_the_same_and_another_draws_others():
    assert drawn("30%", "a", EVERYBODY) == drawn("30%", "a", EVERYBODY)
    assert drawn("30%", "a", EVERYBODY) != drawn("30%", "b", EVERYBODY)


def test_a_subject_that_joins_the_list_moves_few_others():
    before = set(drawn("30%", "a", EVERYBODY))
    joined = Site("4599999999", "新局", "http://a.cn/", "department", "部门")
    after = set(drawn("30%", "a", [*EVERYBODY, joined]))
    assert len(before - after) <= 1


@pytest.mark.parametrize(
    "coverage",
    [
        "",
        "half",
        "0%",
        "101%",
        "３０%",
        "sites",
        "sites=",
        "sites=maybe",
        "=10%",
        "town:甲=10%",
        "category:=10%",
        "category=10%",
        "sites=10%>=x",
        "sites=10%,,accounts=5%",
    ],
)
def test_what_cannot_be_understood_is_told(coverage):
    with pytest.raises(ValueError, match=r"覆盖范围.*请写 full"):
        parse_coverage(coverage)


@pytest.mark.parametrize(
    ("coverage", "told"),
    [
        ("sites=10%,sites=20%,accounts=full", "出现两次"),
        ("category:镇街=full,*=10%", "“category:镇街=full”没有对应"),
        ("category:区政府=full,accounts=full", "没有规定网站“局0”"),
        ("sites=full", "没有规定账号“号0”"),
    ],
)
def test_what_does_not_fit_the_lists_is_told(coverage, told):
    with pytest.raises(ValueError, match=told):
        drawn(coverage, "s", EVERYBODY)
