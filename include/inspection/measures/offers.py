"""What a site must offer: columns, search, login, statistics, the yearly report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from include.inspection.extract.site_features import SearchVia
from include.inspection.facts import SectionState, SiteFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    for_people,
    measured,
    titled,
    unmeasured,
)

_STATISTICS = re.compile(r"(?:办事|办件|政务服务|服务办理|服务事项)[^，。]{0,4}(?:统计|数据|公示)|办理统计")
_SEARCH = {SearchVia.FORM: "表单", SearchVia.INPUT: "输入框", SearchVia.LINK: "链接"}


def _absent(facts: SiteFacts, what: str) -> Measured:
    """1, or unknown where the home page's scripts may bring what was not seen."""
    if facts.home_scripted:
        return unmeasured(f"{facts.home_unsure}，无法确认是否有{what}", facts.home)
    return measured(1, seen=facts.home, details=[Detail(f"没有见到{what}", facts.home)])


def element_measure(name: str, label: str) -> Callable[[SiteFacts, Context], Measured]:
    """The measure of one thing that a site must offer: 1 where no page that was looked at leads to it."""

    def found(facts: SiteFacts, context: Context) -> Measured:
        seen = facts.elements.get(name)
        return measured(0, seen=facts.home, reason=seen) if seen else _absent(facts, label)

    found.__doc__ = f"1 where no page that was looked at leads to 「{label}」."
    return found


def leader_information(facts: SiteFacts, context: Context) -> Measured:
    """P1.3: 1 where no column on the leaders is found; what it says of them may stand on pages that were not read."""
    seen = facts.elements.get("leaders")
    if not seen:
        return _absent(facts, "领导信息栏目")
    details = facts.elements.get("leader_details", "")
    lacking = [word for word in ("简历", "分工") if word not in details]
    reason = seen + (f"，栏目页上没有{'、'.join(lacking)}" if lacking else "")
    return measured(0, 1 if lacking else 0, facts.home, reason=reason)


def search_missing(facts: SiteFacts, context: Context) -> Measured:
    """P4.5, G-T13: 1 where the home page has no search; whether it finds anything a person tries."""
    if facts.features is None:
        return unmeasured("首页未能读取", facts.home)
    entry = facts.features.search
    if entry.via is SearchVia.ABSENT:
        return _absent(facts, "站内搜索")
    return measured(0, seen=facts.home, reason=f"首页有搜索{_SEARCH[entry.via]} {entry.action}".strip())


def statistics_late(facts: SiteFacts, context: Context) -> Measured:
    """P2.3: 1 where the column of service statistics has nothing within the window."""
    found = [section for section in facts.sections if _STATISTICS.search(section.name)]
    dated = [section for section in found if section.state is SectionState.DATED and section.newest]
    if not dated:
        return for_people("没有见到带日期的办事统计栏目", facts.home)
    since = context.since("updated")
    newest = max(dated, key=lambda section: section.newest or date.min)
    late = newest.newest is not None and newest.newest < since
    details = [Detail(f"“{newest.name}”最新 {newest.newest}，应不早于 {since}", newest.seen)] if late else []
    return measured(
        int(late and newest.certain),
        int(late),
        newest.seen,
        details,
        f"“{newest.name}”最新 {newest.newest}",
    )


def message_forms_missing(facts: SiteFacts, context: Context) -> Measured:
    """P3.1: 1 where no page of the consultation channels has a form; whether it sends, a person tries."""
    if facts.forms:
        return measured(0, seen=facts.home, reason=f"{facts.forms}个页面有留言表单")
    if not facts.channels:
        return _absent(facts, "留言提交入口")
    unopened = next((name for name, _, works in facts.channels if works is None), "")
    entry = f"入口“{unopened}”未打开查看" if unopened else "可能在下一级页面或由脚本生成"
    return for_people(f"读到的咨询栏目页面上没有表单，{entry}", facts.home)


def login_entries(facts: SiteFacts, context: Context) -> Measured:
    """P3.2, P4.6: different login addresses over the pages that were looked at; more than one is no single login."""
    found: dict[str, Detail] = {}
    for content in facts.contents:
        for address in content.signs.logins:
            found.setdefault(address, Detail(f"登录地址 {address}", content.seen))
    if not found:
        return for_people("没有见到登录入口", facts.home)
    hosts = {address.partition("/")[0] for address in found}
    return measured(len(hosts), seen=facts.home, details=list(found.values()))


def leaving_prompt_missing(facts: SiteFacts, context: Context) -> Measured:
    """G-T5: 1 where the home page leads to sites that are not the government's and nothing prompts before; the marks that
    every site must carry lead to none."""
    home = next((content for content in facts.contents if content.kind == "home"), None)
    if home is None:
        return unmeasured("首页未能读取", facts.home)
    leaving = home.signs.leaving
    if leaving == "none":
        named = home.signs.foreign[0] if home.signs.foreign else ""
        more = f"等{len(home.signs.foreign)}个网站的链接" if len(home.signs.foreign) > 1 else ""
        text = f"首页的站外链接没有离站提示：{named}{more}".rstrip("：")
        return measured(1, seen=facts.home, details=[Detail(text, facts.home)])
    reason = {
        "prompt": "页面有离站提示",
        "no_links": "首页没有通往非政府网站的链接",
        "unknown": "提示可能在外部脚本里",
    }
    return measured(0, int(leaving == "unknown"), facts.home, reason=reason[leaving])


def annual_report_faults(facts: SiteFacts, context: Context) -> Measured:
    """G-T10: 1 where the yearly report on the site that is due is missing or came after its day.

    Settings ``due_month`` and ``due_day`` say by when the report of the year before must stand; that day counts.
    """
    today = context.today
    due = date(today.year, int(context.settings["due_month"]), int(context.settings["due_day"]))
    year = today.year - 1 if today > due else today.year - 2
    deadline = due.replace(year=year + 1)
    reports = [item for item in facts.annual_reports if item.year == year]
    if not reports:
        if any(item.year is None for item in facts.annual_reports):
            return measured(0, 1, facts.home, reason="报表链接没有写明年份")
        return _absent(facts, f"{year}年度的政府网站工作年度报表")
    dated = [item for item in reports if item.day is not None]
    first = min((item.day for item in dated if item.day is not None), default=None)
    if first is None:
        return measured(0, 1, facts.home, reason=f"{reports[0].title}，没有发布日期")
    late = first > deadline
    sure = late and not all(item.day_from_address for item in dated)
    details = (
        [Detail(f"{titled(dated[0].title)}{first} 发布，应不晚于 {deadline}", facts.home)] if late else []
    )
    return measured(int(sure), int(late), facts.home, details, f"{titled(dated[0].title)}{first}")
