"""What an inspection of the city must find: declared in faults.yaml, counted here from the content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from include.demo.city import SitePlan, accounts, faults, sites
from include.demo.content import Section, build
from include.demo.dates import months_before
from include.demo.feeds import posts_of
from include.demo.render import newest_out

NEWS_DAYS = 14
NOTICE_MONTHS = 6


@dataclass(frozen=True)
class Truth:
    """Verdicts (``qualified`` or ``unqualified``) by subject id, and rates as the notice prints them.

    ``vetoes`` names the indicators of the unqualified ones; ``rates`` maps a category, 全部网站, 政务新媒体
    or 找错留言 to its rate. ``told`` names, by site, the indicators that are candidates or advice and change no verdict.
    """

    sites: dict[str, str]
    accounts: dict[str, str]
    vetoes: dict[str, tuple[str, ...]]
    rates: dict[str, str]
    messages: int
    told: dict[str, tuple[str, ...]]


@cache
def expected(as_of: datetime) -> Truth:
    """The declared truth; the same at every monitoring point, because all dates count back from it."""
    assert as_of.tzinfo is not None
    verdicts = {plan.code: _verdict(plan.code) for plan in sites()}
    account_verdicts = {plan.account_id: _verdict(plan.account_id) for plan in accounts()}
    rates = {
        category: _rate([verdicts[plan.code] for plan in sites() if plan.category == category], 0)
        for category in {plan.category: None for plan in sites()}
    }
    rates["全部网站"] = _rate(list(verdicts.values()), 0)
    rates["政务新媒体"] = _rate(list(account_verdicts.values()), 1)
    rates["找错留言"] = "100%"
    vetoes = {subject: fault.indicators for subject, fault in faults().items() if fault.fails}
    told = {
        subject: fault.indicators
        for subject, fault in faults().items()
        if fault.expect in ("candidate", "advice")
    }
    return Truth(verdicts, account_verdicts, vetoes, rates, messages=6, told=told)


def _verdict(subject: str) -> str:
    return "unqualified" if subject in faults() and faults()[subject].fails else "qualified"


def _rate(verdicts: list[str], decimals: int) -> str:
    passed, whole = verdicts.count("qualified"), len(verdicts)
    if passed == whole:
        return "100%"
    scale = 100 * 10**decimals
    rounded = (2 * passed * scale + whole) // (2 * whole)
    return f"{rounded}%" if decimals == 0 else f"{rounded // 10**decimals}.{rounded % 10**decimals}%"


def newest_day(section: Section, as_of: datetime) -> date | None:
    """The day of the newest item that is already out at the monitoring point."""
    moment = newest_out(section.items, as_of)
    return moment.date() if moment else None


def late_sections(plan: SitePlan, as_of: datetime) -> list[str]:
    """Keys of the sections that W4.1 counts (news: two weeks; first-level notices, policy: six months)."""
    today = as_of.date()
    late = []
    for section in build(plan, as_of).sections:
        newest = newest_day(section, as_of)
        if newest is None:
            continue
        if section.section_class == "news" and newest < today - timedelta(days=NEWS_DAYS - 1):
            late.append(section.key)
        first_level = section.parent is None and section.section_class in ("notice", "policy")
        if first_level and newest < months_before(today, NOTICE_MONTHS):
            late.append(section.key)
    return late


def overdue_sections(plan: SitePlan, as_of: datetime) -> list[str]:
    """Keys of the sections whose own duty (sections.csv) is not met: W4.2."""
    found = build(plan, as_of).by_key
    overdue = []
    for key, days in plan.make.get("duties", {}).items():
        newest = newest_day(found[key], as_of)
        if newest is None or newest < as_of.date() - timedelta(days=days - 1):
            overdue.append(key)
    return overdue


def empty_sections(plan: SitePlan, as_of: datetime) -> list[str]:
    """Keys of the list sections that never carried an item: W4.3."""
    return [
        section.key
        for section in build(plan, as_of).sections
        if section.layout == "list" and not section.items
    ]


def silent_accounts(as_of: datetime) -> list[str]:
    """Ids of the accounts without a post in the two weeks: X2.1."""
    first = as_of.date() - timedelta(days=NEWS_DAYS - 1)
    return [
        plan.account_id
        for plan in accounts()
        if not any(
            first <= post.published.date() and post.published <= as_of for post in posts_of(plan, as_of)
        )
    ]
