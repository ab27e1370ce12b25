"""Cases of measures on documents, accounts and the ways to the home page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.extract.app_download import Download
from include.inspection.extract.lists import Item
from include.inspection.facts import (
    AccountFacts,
    HttpsFacts,
    Interpretation,
    Ipv6Facts,
    PolicyDocument,
    SiteFacts,
)
from include.inspection.model import Account, SourceRelease
from include.inspection.rules.standard import Rule
from include.inspection.times import BEIJING
from tests.inspection.rules.case import (
    AS_OF,
    HOME,
    SEEN,
    TODAY,
    Case,
    Cases,
    bounds,
    counted,
    facts,
    fails,
    none,
    open_,
    passes,
    told,
)
from tests.inspection.rules.cases_pages import article

# --- documents


def uninterpreted(rule: Rule) -> Cases:
    def document(state: bool | None) -> PolicyDocument:
        return PolicyDocument("某办法", SEEN, TODAY, state)

    def made(number: int) -> Case:
        return Case(facts(documents=[*[document(False)] * number, document(True)]), "")

    limit = int(bounds(rule)[1])
    return counted(
        rule, made, none(facts()), open_(facts(documents=[*[document(False)] * limit, document(None)]))
    )


def interpretation(forward: bool | None, back: bool | None, **changes: Any) -> Interpretation:
    return replace(Interpretation("《某办法》解读", SEEN, TODAY, "某办法", TODAY, forward, back), **changes)


def unlinked(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            facts(interpretations=[*[interpretation(True, False)] * number, interpretation(True, True)]), ""
        )

    cases = counted(rule, made, none(facts()), open_(facts(interpretations=[interpretation(True, None)])))
    cases["edge"].append(fails(facts(interpretations=[interpretation(False, True)])))
    return cases


def late_interpretations(rule: Rule) -> Cases:
    # Monday 17 November 2025; three working days on is Thursday.
    document = date(2025, 11, 17)

    def made(day: date, of: date | None = document) -> SiteFacts:
        return facts(interpretations=[interpretation(True, True, day=day, document_day=of)])

    return told(
        passes(made(document)),
        fails(made(date(2025, 12, 17))),
        [
            passes(made(date(2025, 11, 20))),
            fails(made(date(2025, 11, 21))),
            passes(made(date(2025, 11, 24), date(2025, 11, 19))),  # a weekend lies between
        ],
        none(facts()),
        none(made(document, None)),
        open_(made(date(2099, 11, 18), date(2099, 11, 17))),
    )


def full_times(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            facts(contents=[*[article(n, "2026年11月20日", False) for n in range(number)], article(9)]), ""
        )

    limit = int(bounds(rule)[1])
    wrong = [article(n, "2026-11-20", False) for n in range(limit)]
    return counted(rule, made, none(facts()), open_(facts(contents=[*wrong, article(8, "", False)])))


def reposts(rule: Rule) -> Cases:
    hours = int(rule.settings["hours"])
    title = "国务院关于加快推进某项工作的指导意见"

    def made(day: date) -> SiteFacts:
        return facts(items=[Item(f"{title}", f"{HOME}zc/1.html", day)])

    def source(at: datetime) -> list[SourceRelease]:
        return [SourceRelease(title, at)]

    # Published so that the last hour lies on the next day.
    at = datetime(2026, 11, 19, 24 - min(hours, 12), 30, tzinfo=BEIJING)
    day = at.date()
    last = (at + timedelta(hours=hours)).date()
    return told(
        passes(made(day), source_releases=source(at)),
        fails(made(last + timedelta(days=1)), source_releases=source(at)),
        [
            # Lists give days: on the last day it may have been before the hour or after it.
            open_(made(last), source_releases=source(at)),
            none(made(day), source_releases=source(AS_OF - timedelta(hours=hours - 1))),
        ],
        open_(made(day)),
        open_(facts(), source_releases=source(at)),
    )


# --- accounts


def account_updates(rule: Rule) -> Cases:
    since = rule.window["updates"].first_day(AS_OF)

    def made(number: int) -> Case:
        days = [(since, f"第{n}条") for n in range(number)] + [(since - timedelta(days=1), "旧的一条")]
        return Case(AccountFacts("wx-1", SEEN, days), "")

    cases = counted(rule, made)
    return cases | {
        "unmeasured": [Case(AccountFacts("wx-1", None, reason="名单中没有订阅地址"), "undecided")]
    }


def account_case(made: AccountFacts, expect: str, **context: Any) -> Case:
    return Case(made, expect, context)


NO_FEED = account_case(AccountFacts("wx-1", None, reason="名单中没有订阅地址"), "undecided")


def updated(*ago: int) -> AccountFacts:
    return AccountFacts("wx-1", SEEN, [(TODAY - timedelta(days=days), f"{days}天前") for days in ago])


def days_since(rule: Rule) -> Cases:
    cases = counted(rule, lambda days: Case(updated(days, days + 3), ""))
    return cases | {"unmeasured": [NO_FEED, account_case(AccountFacts("wx-1", SEEN, []), "undecided")]}


def own_duty(rule: Rule) -> Cases:
    week = {"account": Account("wx-1", "微信", "示县发布", update_days=7)}
    return {
        "pass": [account_case(updated(0), "pass", **week)],
        "fail": [account_case(updated(30), "fail", **week)],
        "edge": [account_case(updated(6), "pass", **week), account_case(updated(7), "fail", **week)],
        "unmeasured": [
            account_case(updated(30), "none", account=Account("wx-1", "微信", "示县发布")),
            account_case(AccountFacts("wx-1", SEEN, [], "订阅源打不开"), "undecided", **week),
        ],
    }


def longest_gap(rule: Rule) -> Cases:
    most = int(rule.expectation["max_value"])
    whole = (TODAY - rule.window["period"].first_day(AS_OF)).days + 1

    def made(gap: int) -> AccountFacts:
        return updated(*(n for n in range(whole + 1) if not 3 <= n < 3 + gap))

    return {
        "pass": [account_case(made(0), "pass")],
        "fail": [account_case(made(most + 20), "fail")],
        "edge": [account_case(made(most), "pass"), account_case(made(most + 1), "fail")],
        "unmeasured": [NO_FEED, account_case(updated(0, 1, 2), "undecided")],
    }


def app(rule: Rule) -> Cases:
    def made(offered: bool | None) -> AccountFacts:
        return AccountFacts("app-1", SEEN, reason="客户端", app=Download(offered, "应用商店页面"))

    return {
        "pass": [account_case(made(True), "pass")],
        "fail": [account_case(made(False), "fail")],
        "edge": [account_case(made(None), "none")],
        "unmeasured": [account_case(AccountFacts("app-1", None, reason="名单中没有下载地址"), "none")],
    }


def on_register(
    good: Sequence[Account], bad: Sequence[Account], edge: Sequence[Account], alone: Account
) -> Callable[[Rule], Cases]:
    """The first of each list is the account that is looked at; ``alone`` is one of which the register says too little."""

    def case(accounts: Sequence[Account], expect: str) -> Case:
        return account_case(updated(0), expect, account=accounts[0], accounts=accounts)

    return lambda rule: {
        "pass": [case(good, "pass")],
        "fail": [case(bad, "fail")],
        "edge": [case(edge, "pass")],
        "unmeasured": [case([alone], "none")],
    }


OFFICE = "示县人民政府办公室"
WX, WX2, WB = (
    Account("wx-1", "微信", "示县发布", OFFICE),
    Account("wx-2", "微信", "示县服务", OFFICE),
    Account("wb-1", "微博", "示县发布", OFFICE),
)
NOBODY = Account("wx-9", "微信", "示县发布")


# --- reaching the home page


def https(rule: Rule) -> Cases:
    def made(opens: bool | None, reason: str = "") -> SiteFacts:
        return facts(https=HttpsFacts(opens, reason, SEEN, "某机构"))

    return told(
        passes(made(True)),
        fails(made(False, "证书已过期")),
        [fails(made(False, "证书与域名不符"))],
        open_(facts()),
        open_(made(None, "本方网络不通")),
    )


def secure(
    good: Mapping[str, Any], bad: Mapping[str, Any], edge: Sequence[tuple[Mapping[str, Any], str]]
) -> Callable[[Rule], Cases]:
    """What is asked only of a home page that opens over HTTPS."""

    def made(changes: Mapping[str, Any], opens: bool | None = True) -> SiteFacts:
        return facts(https=replace(HttpsFacts(opens, "" if opens else "看不到", SEEN, "某机构"), **changes))

    return lambda rule: told(
        passes(made(good)),
        fails(made(bad)),
        [*(Case(made(changes), expect) for changes, expect in edge), none(made(good, opens=False))],
        open_(facts()),
        open_(made({}, opens=None)),
    )


def certificate(rule: Rule) -> Cases:
    least = int(rule.expectation["min_value"])
    ends = AS_OF + timedelta(days=least)
    return secure(
        {"until": ends + timedelta(days=90)},
        {"until": AS_OF + timedelta(days=1)},
        [({"until": ends}, "pass"), ({"until": ends - timedelta(seconds=1)}, "fail"), ({}, "undecided")],
    )(rule)


def ipv6(rule: Rule) -> Cases:
    def made(opens: bool | None, has: bool | None = True) -> SiteFacts:
        return facts(ipv6=Ipv6Facts(has, opens, "" if opens else "IPv6 打不开", SEEN))

    return told(
        passes(made(True)),
        fails(made(False)),
        [fails(made(False, has=False))],
        open_(facts()),
        open_(made(None)),
    )


def home_seconds(rule: Rule) -> Cases:
    limit = float(rule.expectation["max_value"])
    return told(
        passes(facts(home_seconds=0.3)),
        fails(facts(home_seconds=limit * 3)),
        [passes(facts(home_seconds=limit)), fails(facts(home_seconds=limit + 0.01))],
    )


CASES: dict[str, Callable[[Rule], Cases]] = {
    "uninterpreted_documents": uninterpreted,
    "unlinked_interpretations": unlinked,
    "late_interpretations": late_interpretations,
    "articles_without_full_time": full_times,
    "late_reposts": reposts,
    "account_updates": account_updates,
    "days_since_update": days_since,
    "own_duty_missed": own_duty,
    "longest_gap": longest_gap,
    "app_download": app,
    "accounts_on_platform": on_register([WX, WB], [WX, WX2], [WX, replace(WX2, status="closed")], NOBODY),
    "name_differs": on_register(
        [WX, WB], [WX2, WB, replace(WB, platform="抖音")], [replace(WX, name="示县发布（官方微信）"), WB], WX
    ),
    "name_without_sponsor": on_register(
        [WX], [replace(WX, name="清风茶馆")], [replace(WX, name="微示县")], NOBODY
    ),
    "https_opens": https,
    "certificate_days": certificate,
    "https_redirect": secure({"redirects": True}, {"redirects": False}, [({}, "undecided")]),
    "mixed_content": secure(
        {}, {"mixed": ("http://a/1.js", "http://a/2.png")}, [({"mixed": ("http://a/1.js",)}, "fail")]
    ),
    "ipv6_opens": ipv6,
    "home_seconds": home_seconds,
}
