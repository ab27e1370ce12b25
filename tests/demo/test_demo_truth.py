"""The declared faults are really in the content, at any monitoring point."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from include.demo.city import SitePlan, accounts, data, faults, sites
from include.demo.content import build
from include.demo.dates import monitoring_point, months_before
from include.demo.feeds import posts_of
from include.demo.truth import (
    empty_sections,
    expected,
    late_sections,
    newest_day,
    overdue_sections,
    silent_accounts,
)

POINTS = ["2024-12-31T10:00", "2026-11-20T10:00", "2024-02-29T09:30", "2025-10-01T23:59"]


@pytest.fixture(params=POINTS)
def point(request: pytest.FixtureRequest) -> datetime:
    return monitoring_point(request.param)


def site(code: str) -> SitePlan:
    return next(plan for plan in sites() if plan.code == code)


def test_counts_are_those_of_the_notice() -> None:
    kinds = [plan.kind for plan in sites()]
    assert (kinds.count("portal"), kinds.count("department"), kinds.count("other")) == (11, 6, 35)
    assert len(accounts()) == 163
    assert len({plan.platform for plan in accounts()}) >= 6
    assert {plan.feed for plan in accounts()} == {"rss", "atom", "json"}


def test_codes_are_well_formed_unique_and_of_no_real_division() -> None:
    codes = [plan.code for plan in sites()]
    assert len(set(codes)) == 52
    assert all(re.fullmatch(r"9901\d{6}", code) for code in codes)


def test_the_rates_are_those_of_the_notice(point: datetime) -> None:
    truth = expected(point)
    assert truth.rates == {
        "县（市、区）政府门户网站": "82%",
        "市直部门独立站点": "100%",
        "市直部门子频道、信息公开平台": "100%",
        "全部网站": "96%",
        "政务新媒体": "99.4%",
        "找错留言": "100%",
    }
    assert truth.vetoes == {"9901230001": ("W4.1",), "9901710001": ("W4.2",), "wx-053": ("X1",)}


def test_exactly_the_declared_sites_reach_a_threshold(point: datetime) -> None:
    late = {plan.code: len(late_sections(plan, point)) for plan in sites()}
    overdue = {plan.code: len(overdue_sections(plan, point)) for plan in sites()}
    empty = {plan.code: len(empty_sections(plan, point)) for plan in sites()}
    assert {code: n for code, n in late.items() if n} == {"9901230001": 5, "9901220001": 4, "9901240001": 1}
    assert {code: n for code, n in overdue.items() if n} == {"9901710001": 10, "9901720001": 9}
    assert {code: n for code, n in empty.items() if n} == {"9901050001": 4}
    assert silent_accounts(point) == []


def test_edges_lie_on_the_edge(point: datetime) -> None:
    today = point.date()
    found = build(site("9901030001"), point).by_key
    for key in ("bdyw", "bmdt", "zjdt", "gzjz"):
        assert newest_day(found[key], point) == today - timedelta(days=13)
    for key in ("tzgg", "gsgg", "zcwj"):
        assert newest_day(found[key], point) == months_before(today, 6)
    failing = build(site("9901230001"), point).by_key
    assert newest_day(failing["gzjz"], point) == today - timedelta(days=14)
    assert newest_day(failing["zcwj"], point) == months_before(today, 6) - timedelta(days=1)


def test_future_items_stand_first_and_do_not_count(point: datetime) -> None:
    for code, key in (("9901230001", "zjdt"), ("9901240001", "gzjz")):
        section = build(site(code), point).by_key[key]
        assert section.items[0].published > point
        newest = newest_day(section, point)
        assert newest is not None and newest < point.date() - timedelta(days=13)


def test_every_home_but_the_navigation_only_one_shows_a_fresh_dated_item(point: datetime) -> None:
    first = point.date() - timedelta(days=13)
    for plan in sites():
        content = build(plan, point)
        fresh = [
            item
            for section in content.home_blocks
            if section.dated
            for item in section.items[:5]
            if first <= item.published.date() <= point.date()
        ]
        assert fresh, plan.name
        if plan.make.get("nav_only"):
            assert len(fresh) == 1


def test_letters_are_answered_in_time_and_none_waits_three_months(point: datetime) -> None:
    slow = []
    for plan in sites():
        letters = [letter for section in build(plan, point).sections for letter in section.letters]
        assert letters, plan.name
        for letter in letters:
            assert letter.asked > point - timedelta(days=365)
            waited = (letter.answered or point) - letter.asked
            assert timedelta(0) < waited < timedelta(days=85)
            assert letter.answered is None or letter.answered <= point
            if waited > timedelta(days=60):
                slow.append((plan.code, waited.days))
    assert slow == [("9901040001", 80)]


def test_guides_lack_what_is_declared_and_never_four_classes_in_five(point: datetime) -> None:
    lacking: dict[str, list[int]] = {}
    for plan in sites():
        found = [guide for section in build(plan, point).sections for guide in section.guides]
        assert bool(found) == plan.has_services
        lacking[plan.code] = [8 - len(guide.elements) for guide in found if len(guide.elements) < 8]
        assert sum(missing >= 4 for missing in lacking[plan.code]) < 5
    assert {code: n for code, n in lacking.items() if n} == {"9901040001": [3] * 6, "9901000005": [4]}


def test_account_edges(point: datetime) -> None:
    posts = {plan.account_id: posts_of(plan, point) for plan in accounts()}
    first = point.date() - timedelta(days=13)
    assert posts["dy-007"][0].published.date() == first
    edge = posts["wb-012"][0].published
    assert edge.date() == first and edge.utctimetuple().tm_mday != first.day
    assert posts["tt-004"][0].published > point


def test_titles_do_not_repeat_within_a_section(demo_as_of: datetime) -> None:
    for plan in sites():
        for section in build(plan, demo_as_of).sections:
            titles = [item.title for item in section.items]
            assert len(set(titles)) == len(titles), (plan.name, section.name)


def test_every_declared_fault_says_what_and_where() -> None:
    assert len(faults()) == len(data("faults")["sites"]) + len(data("faults")["accounts"])
    assert all(fault.what and fault.indicators for fault in faults().values())
