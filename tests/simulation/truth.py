"""What the daily side must say of the simulated quarter, from the declared days of publication alone.

Written apart from the product: ages and shares are counted here anew, with the numbers of the clauses in plain sight.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from include.demo.city import AccountPlan, SitePlan, faults
from include.demo.content import Section
from include.demo.timeline import Timeline, all_posts, everything, published_days

#: what happened, level, kind, subject, name of the section
Event = tuple[str, str, str, str, str]
_RANK = {"": 0, "yellow": 1, "orange": 2, "red": 3}


def duty_days(plan: SitePlan, section: Section, today: date) -> int | None:
    """From which age an item is too old for the section's duty; None where it has none."""
    own: int | None = plan.make.get("duties", {}).get(section.key)
    if own is not None:
        return own
    if section.section_class == "news":
        return 14
    if section.parent is None and section.section_class in ("notice", "policy"):
        return (today - _months_before(today, 6)).days + 1
    if section.parent is None and section.section_class in ("plan", "personnel"):
        return (today - _months_before(today, 12)).days + 1
    return None


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def level_of(age: int, limit: int) -> str:
    """Yellow at 70 % of the duty, orange at 85 %, red at its end."""
    if age >= limit:
        return "red"
    if age * 100 >= 85 * limit:
        return "orange"
    return "yellow" if age * 100 >= 70 * limit else ""


def home_level(age: int) -> str:
    return "red" if age >= 14 else "orange" if age == 12 or age == 13 else "yellow" if age == 11 else ""


def expected_events(
    line: Timeline, days: list[date], plans: Iterable[SitePlan], accounts: Iterable[AccountPlan]
) -> dict[date, set[Event]]:
    """By patrol day, without reminders, for sections, home pages, accounts and availability."""
    found: dict[date, set[Event]] = {day: set() for day in days}
    for plan in plans:
        content = everything(plan)
        for section in content.sections:
            if section.layout == "list" and section.items:
                out = published_days(plan, section.key)
                _follow(line, days, found, "section", plan.code, section.name, plan, section, out)
        shown = content.sections if plan.make.get("nav_only") else content.home_blocks
        out = sorted(
            (
                moment
                for section in shown
                if section.layout == "list"
                for moment in published_days(plan, section.key)
                if section.items
            ),
            reverse=True,
        )
        _follow(line, days, found, "home", plan.code, "", plan, None, out)
        _availability(line, days, found, plan)
    for account in accounts:
        posts = [post.published for post in all_posts(account) if post.published <= line.final]
        _follow(line, days, found, "account", account.account_id, "", None, None, posts)
    return found


def _follow(
    line: Timeline,
    days: list[date],
    found: dict[date, set[Event]],
    kind: str,
    subject: str,
    name: str,
    plan: SitePlan | None,
    section: Section | None,
    out: list[datetime],
) -> None:
    before, told = "", False
    for day in days:
        if plan is not None and line.is_down(plan.code, line.patrol_moment(day)):
            continue
        newest = next((moment for moment in out if moment <= line.patrol_moment(day)), None)
        if newest is None:
            continue
        age = (day - newest.date()).days
        if kind == "home":
            now = home_level(age)
        else:
            limit = 14 if section is None or plan is None else duty_days(plan, section, day)
            if limit is None:
                return
            now = level_of(age, limit)
        silent = kind == "section" and _exempt(line, subject, day)
        what = _what(before, now, silent, told)
        if what:
            found[day].add((what, now or before, kind, subject, name))
        told = bool(now) and (told or not silent)
        before = now


def _what(before: str, now: str, silent: bool, told: bool) -> str:
    if not now:
        return "cleared" if before else ""
    if silent:
        return "" if before else "silenced"
    if not before or not told:
        return "breached" if now == "red" else "opened"
    if _RANK[now] > _RANK[before]:
        return "breached" if now == "red" else "raised"
    return "lowered" if _RANK[now] < _RANK[before] else ""


def _exempt(line: Timeline, subject: str, day: date) -> bool:
    return any(
        str(row["site"]) == subject and line.day(row["from"]) <= day <= line.day(row["until"])
        for row in line.exemptions
    )


def _availability(line: Timeline, days: list[date], found: dict[date, set[Event]], plan: SitePlan) -> None:
    """A day down is a seventh of the week's probes: far beyond five percent, until it has left the week."""
    before = ""
    for day in days:
        week = [day - timedelta(days=back) for back in range(1, 8)]
        week = [one for one in week if one >= days[0]]
        bad = any(line.is_down(plan.code, line.patrol_moment(one)) for one in week)
        now = "red" if bad else ""
        if now != before:
            found[day].add(("opened" if now else "cleared", "red", "availability", plan.code, ""))
        before = now


def troubled(line: Timeline) -> set[str]:
    """Subjects of which something is declared; of all others nothing may be heard."""
    return {*faults(), *(stop.subject_id for stop in line.stops), *(code for code, _, _ in line.down)}
