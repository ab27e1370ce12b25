"""New-media accounts: updates, the office's own duty, gaps, apps with a download address, and what the register says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from include.inspection.extract.app_download import is_app
from include.inspection.facts import AccountFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.model import Account, Registry
from include.inspection.rules.standard import load_standards
from include.inspection.subjects import AccountPages, measure_subject
from include.inspection.times import BEIJING, Span
from tests.inspection.survey.site_source import MemoryPages

AS_OF = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
TODAY = AS_OF.date()
URL = "http://m.example.cn/app"
APP = Account("app-1", "移动客户端", "掌上示县", "示县人民政府办公室", feed_url=URL)
FEED = Account("wx-1", "微信", "示县发布", "示县人民政府办公室", feed_url=URL)


def ago(*days: int) -> list[tuple[date, str]]:
    return [(TODAY - timedelta(days=n), f"第{n}条") for n in days]


def facts(*days: int, **more: object) -> AccountFacts:
    return AccountFacts("wx-1", None, ago(*days), **more)  # type: ignore[arg-type]


def value(
    name: str, found: AccountFacts, account: Account = FEED, others: Sequence[Account] = (), period: str = ""
) -> Measured:
    window = {"period": Span(period)} if period else {}
    return measure(name, found, Context(AS_OF, window, {}, account=account, accounts=(account, *others)))


# --- updates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newest, days", [((0, 5), 0), ((3, 40), 3), ((-2, 4), 4)])
def test_days_since_the_last_update(newest: tuple[int, ...], days: int) -> None:
    assert value("days_since_update", facts(*newest)).low == days


@pytest.mark.parametrize(
    "duty, newest, missed", [(10, 9, 0), (10, 10, 1), (7, 6, 0), (7, 7, 1), (1, 0, 0), (1, 1, 1)]
)
def test_own_duty_counts_the_monitoring_day(duty: int, newest: int, missed: int) -> None:
    assert value("own_duty_missed", facts(newest, 300), replace(FEED, update_days=duty)).low == missed


def test_account_without_a_duty_of_its_own() -> None:
    assert value("own_duty_missed", facts(100)).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("name", ["days_since_update", "longest_gap"])
def test_account_that_cannot_be_read_is_unmeasured_with_its_reason(name: str) -> None:
    found = value(name, facts(reason="名单中没有订阅地址"), period="30d" if name == "longest_gap" else "")
    assert found.state is State.UNMEASURED and found.reason == "名单中没有订阅地址"


@pytest.mark.parametrize(
    "days, low, high",
    [
        ((0, 10, 20, 40), 9, 9),  # between two updates
        ((12, 15, 20, 29, 40), 12, 12),  # up to the monitoring day, which counts
        ((0, 5, 9, 40), 20, 20),  # from the window's first day: days 10 to 29
        ((0, 5, 9), 4, 20),  # the feed does not reach back: what was before its first entry is open
        ((40, 60), 30, 30),  # none within the window
        (tuple(range(40)), 0, 0),  # every day
        ((0, 0, 10, 20, 29), 9, 9),
    ],
)
def test_longest_gap_of_the_period(days: tuple[int, ...], low: int, high: int) -> None:
    found = value("longest_gap", facts(*days), period="30d")
    assert (found.low, found.high) == (low, high)


def test_gap_of_a_feed_with_nothing_before_the_point() -> None:
    assert value("longest_gap", facts(-3, -1), period="30d").state is State.UNMEASURED


# --- apps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "platform, app",
    [("移动客户端", True), ("APP", True), ("政务App", True), ("微信", False), ("头条号", False)],
)
def test_which_platforms_are_apps(platform: str, app: bool) -> None:
    assert is_app(platform) is app


def read(
    body: bytes | str, kind: str = "text/html", url: str = URL, account: Account = APP, **more: object
) -> AccountFacts:
    pages = MemoryPages()
    data = body.encode() if isinstance(body, str) else body
    headers = {"content-type": f"{kind}; charset=utf-8" if kind == "text/html" else kind}
    page = Page(URL, url, Outcome.OK, 200, headers, data, fetched_at=AS_OF)
    pages.pages[URL] = replace(page, **more)  # type: ignore[arg-type]
    return asyncio.run(AccountPages(pages).read(account, AS_OF))


@pytest.mark.parametrize(
    "found",
    [
        read(b"", "application/vnd.android.package-archive", outcome=Outcome.WRONG_TYPE),
        read(b"", "application/octet-stream", "http://m.example.cn/zs.apk", outcome=Outcome.TOO_LARGE),
        read(b"PK\x03\x04x", "application/zip", "http://m.example.cn/zs.apk", outcome=Outcome.WRONG_TYPE),
        read("<title>掌上示县</title>", url="https://apps.apple.com/cn/app/id1"),
        read('<a href="https://a.app.qq.com/o/simple.jsp?pkgname=x">应用宝</a>'),
        read('<a href="/zs.apk">安卓</a>'),
        read("<p>扫描二维码下载</p>"),
    ],
    ids=["package", "large package", "zip", "store", "link to a store", "link to a package", "words"],
)
def test_download_address_that_offers_an_app(found: AccountFacts) -> None:
    result = value("app_download", found, APP)
    assert result.low == 1 and "能否使用由人工核查" in result.reason
    assert value("account_updates", found, APP).state is State.FOR_PEOPLE


@pytest.mark.parametrize(
    "found",
    [
        read(b"", outcome=Outcome.NOT_FOUND, status=404),
        read(b"", outcome=Outcome.REFUSED, status=None),
        read("<title>应用宝</title><p>该应用已下架</p>", url="https://a.app.qq.com/o/simple.jsp"),
    ],
    ids=["gone", "down", "withdrawn"],
)
def test_download_address_that_fails(found: AccountFacts) -> None:
    assert value("app_download", found, APP).low == 0
    updates = value("account_updates", found, APP)
    assert updates.state is State.UNMEASURED and "看不到客户端的内容更新" in updates.reason


@pytest.mark.parametrize(
    "found",
    [
        read("<p>欢迎访问示县人民政府门户网站</p>"),
        read(b"", outcome=Outcome.FORBIDDEN, status=403),
        read(
            "<rss><channel><item><title>x</title><pubDate>20 Nov 2026 09:00:00 +0800</pubDate></item></channel></rss>",
            "text/xml",
        ),
    ],
    ids=["nothing recognised", "forbidden", "a feed"],
)
def test_download_that_no_machine_can_decide_is_left_to_people(found: AccountFacts) -> None:
    assert value("app_download", found, APP).state is State.FOR_PEOPLE


def test_app_without_an_address() -> None:
    account = replace(APP, feed_url="")
    found = asyncio.run(AccountPages(MemoryPages()).read(account, AS_OF))
    assert value("app_download", found, account).reason == "名单中没有下载地址"


def test_what_an_app_publishes_people_look_at() -> None:
    found = read('<a href="/zs.apk">安卓</a>')
    updates = measure("account_updates", found, Context(AS_OF, {"updates": Span("14d")}, {}, account=APP))
    assert updates.state is State.FOR_PEOPLE


def test_app_with_a_feed_is_read_like_any_account() -> None:
    item = "<item><title>x</title><pubDate>Fri, 20 Nov 2026 09:00:00 +0800</pubDate></item>"
    found = read(f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>', "text/xml")
    assert [day for day, _ in found.days] == [date(2026, 11, 20)]


@pytest.mark.parametrize(
    "body", [b"<" * 100_000, b"\xff" * 50_000, b"{" * 50_000, b"<html>" + b"<a href=x.apk>" * 30_000, b""]
)
def test_broken_pages_behind_a_download_address(body: bytes) -> None:
    assert read(body).account_id == "app-1"


# --- the register -----------------------------------------------------------------------------------------------

OTHERS = (
    Account("wb-1", "微博", "示县发布", "示县人民政府办公室"),
    Account("dy-1", "抖音", "示县发布官方抖音", "示县人民政府办公室"),
)


def test_second_account_on_one_platform() -> None:
    second = Account("wx-2", "微信", "示县在线", "示县人民政府办公室")
    assert value("accounts_on_platform", facts(1), others=OTHERS).low == 1
    found = value("accounts_on_platform", facts(1), others=(*OTHERS, second))
    assert found.low == 2 and any("wx-2" in detail.text for detail in found.details)
    closed = replace(second, status="closed")
    assert value("accounts_on_platform", facts(1), others=(closed,)).low == 1
    assert value("accounts_on_platform", facts(1), others=(replace(second, sponsor="示县公安局"),)).low == 1


def test_account_without_a_sponsor_is_left_to_people() -> None:
    nobody = replace(FEED, sponsor="")
    assert value("accounts_on_platform", facts(1), nobody).state is State.FOR_PEOPLE
    assert value("name_without_sponsor", facts(1), nobody).state is State.FOR_PEOPLE
    assert value("name_differs", facts(1), nobody).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("name, differs", [("示县发布", 0), ("示县 发布（官方）", 0), ("幸福示县", 1)])
def test_name_on_other_platforms(name: str, differs: int) -> None:
    assert value("name_differs", facts(1), replace(FEED, name=name), OTHERS).low == differs


def test_account_on_one_platform_alone_has_nothing_to_differ_from() -> None:
    assert value("name_differs", facts(1)).state is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    "name, sponsor, missing",
    [
        ("示县发布", "示县人民政府办公室", 0),
        ("平安示县", "示县公安局", 0),
        ("澜州交警", "澜州市公安局交警支队", 0),
        ("美好生活", "澜州市民政局", 1),
    ],
)
def test_name_that_shows_its_sponsor(name: str, sponsor: str, missing: int) -> None:
    assert value("name_without_sponsor", facts(1), replace(FEED, name=name, sponsor=sponsor)).low == missing


def test_rules_of_media_2018_apply_to_every_account() -> None:
    (standard,) = load_standards(["media-2018"])
    registry = Registry(accounts=(APP, FEED, *OTHERS))
    rows = measure_subject(FEED, facts(1, 5, 200), standard.rules, AS_OF, registry)
    assert {rule.id for rule, _ in rows} == {rule.id for rule in standard.rules} - {"XG6"}
    assert all(rule.effect == "advice" for rule in standard.rules)
    app = measure_subject(APP, read('<a href="/zs.apk">安卓</a>'), standard.rules, AS_OF, registry)
    assert "XG6" in {rule.id for rule, _ in app}
