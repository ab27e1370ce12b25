"""Home page and sections: whether they open, are updated, hold anything."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from include.inspection.facts import SECTION_STATES, SectionFacts, SectionState, SiteFacts
from include.inspection.fetch.outcomes import Outcome, label_of
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    for_people,
    measured,
    titled,
    unmeasured,
)
from include.inspection.times import Span

#: Stands in the note of a finding that rests on the round's own tries alone.
FEW_TRIES = "没有一周的连续探测"
#: News, policy documents, interpretations, messages: P1.4 to P1.6 and P3.3 charge them.
_CHARGED_ELSEWHERE = ("news", "policy", "interpretation", "consultation")


def home_failed_percent(facts: SiteFacts, context: Context) -> Measured:
    """W2 from the round's own tries: 100 where every one failed in a way that is the site's own."""
    tries = facts.probes
    if facts.network_doubt:
        return unmeasured(facts.reason, facts.home)
    down = [probe for probe in tries if probe.site_down]
    details = [
        Detail(f"{probe.at} {label_of(Outcome(probe.outcome))}，{probe.seconds:.2f} 秒", None)
        for probe in tries
    ]
    if tries and len(down) == len(tries):
        details.insert(0, Detail(_tried(facts), facts.home))
        return measured(
            100,
            seen=facts.home,
            details=details,
            reason=f"本轮{len(tries)}次访问全部失败（{facts.reason}），{FEW_TRIES}",
        )
    if any(probe.opened for probe in tries):
        return for_people(
            f"探测次数不足：本轮访问{len(tries)}次，成功{sum(probe.opened for probe in tries)}次，不足一周的探测",
            facts.home,
        )
    return unmeasured(facts.reason or "首页未能读取", facts.home)


def _tried(facts: SiteFacts) -> str:
    """Which address was tried, how often and over what time: a mistyped address in the list fails as well."""
    moments = [datetime.fromisoformat(probe.at) for probe in facts.probes]
    minutes = max(1, math.ceil((max(moments) - min(moments)).total_seconds() / 60))
    return f"按名单所列网址 {facts.listed} 访问{len(moments)}次（{minutes}分钟内）均失败，{FEW_TRIES}"


def home_updates(facts: SiteFacts, context: Context) -> Measured:
    """Items of the home page within the window; for a navigation-only page, those of all its second-level pages."""
    since, today = context.since("home"), context.today
    if facts.navigation_only:
        days = facts.section_days
        # Guides and forms carry no dates: they leave no doubt about updates.
        unknown = sum(
            _unknown(section) and section.section_class not in ("service", "consultation")
            for section in facts.sections
        )
        unknown += not facts.sections
        pushed_off = any(section.pushed_off for section in facts.sections)
        where = "首页仅为导航，按二级页面计"
    else:
        days = [(item.day, item.title) for item in facts.home_items if item.day is not None]
        undated = len(facts.home_items) - len(days)
        # Undated entries matter only where too few dates are known, or where a section shows that the site is alive.
        alive = any(section.newest and since <= section.newest <= today for section in facts.sections)
        unknown = undated if len(days) < 3 or alive else 0
        pushed_off = facts.home_pushed_off
        where = "首页"
    unknown += pushed_off + facts.home_filled
    seen_today = set(days)
    before = [one for one in context.history.recent if one not in seen_today and since <= one[0] <= today]
    days = [*days, *before]
    fresh = sorted(((day, title) for day, title in days if since <= day <= today), reverse=True)
    newest = max((day for day, _ in days if day <= today), default=None)
    details = [Detail(f"{day} {titled(title)}", facts.home) for day, title in fresh[:5]]
    reason = f"{where}，窗口 {since} 至 {today}（含两端），最新 {newest or '未见日期'}"
    if not fresh and pushed_off:
        reason += "；监测时间点之后又有更新，窗口内的信息可能已不在页面上"
    if not fresh and facts.home_filled:
        reason += "；首页有一部分由脚本填入，未能读到"
    if before:
        reason += f"；其中{len(before)}条见于此前的巡检"
    value = measured(len(fresh), len(fresh) + unknown, facts.home, details, reason)
    return replace(value, basis=basis_of("首页更新", context))


def basis_of(what: str, context: Context) -> str:
    """Whether a measure of updates rests on the round alone or on the patrols before it as well."""
    days = context.history.patrol_days
    return f"{what}依据：本轮页面" + (f"和此前{days}天的巡检" if days else "，没有巡检历史")


def _unknown(section: SectionFacts) -> bool:
    return section.state in (SectionState.UNREAD, SectionState.SCRIPT_ONLY, SectionState.UNDATED) or (
        section.state is SectionState.STATIC and not section.certain
    )


def _describe(section: SectionFacts, since: date | None = None) -> Detail:
    newest = f"最新 {section.newest}" if section.newest else SECTION_STATES[section.state]
    limit = f"，应不早于 {since}" if since else ""
    return Detail(f"“{section.name}”{newest}{limit}", section.seen)


def _lateness(
    sections: Sequence[SectionFacts], context: Context, since_of: Callable[[SectionFacts], date | None]
) -> tuple[list[Detail], list[SectionFacts]]:
    """(late sections, those that could not be decided) among those with a duty."""
    late, unknown = [], []
    for section in sections:
        since = since_of(section)
        if since is None or section.url in context.exempt_urls:
            continue
        known = context.history.newest.get(section.url)
        if known is not None and since <= known <= context.today:
            # A patrol saw an entry of this span there, whatever the page shows now.
            continue
        if section.state is SectionState.DATED and section.newest is not None:
            bound = section.class_sure or section.update_days is not None
            if section.newest < since and section.certain and bound:
                late.append(_describe(section, since))
            elif section.newest < since:
                unknown.append(section)
        elif _unknown(section):
            unknown.append(section)
    return late, unknown


def _duty_by_class(section: SectionFacts, context: Context) -> date | None:
    """The standard's own duty: news on any level, notices and policy documents on the first level."""
    if section.section_class == "news":
        return context.since("news")
    if section.section_class in ("notice", "policy") and section.level == 1:
        return context.since(section.section_class)
    return None


def _not_found(facts: SiteFacts) -> str:
    """Why nothing can be said of a site's sections: of none that was found none is late."""
    if facts.menu_unread:
        return "首页的菜单由脚本打开，栏目未能全部找到"
    return "" if facts.sections else "没有找到可以检查的栏目"


def late_sections(facts: SiteFacts, context: Context) -> Measured:
    """W4.1: late news sections, and late first-level notice and policy sections."""
    if reason := _not_found(facts):
        return unmeasured(reason, facts.home)
    late, unknown = _lateness(facts.sections, context, lambda section: _duty_by_class(section, context))
    value = measured(
        len(late),
        len(late) + len(unknown),
        late[0].seen if late else facts.home,
        late,
        _of_sections(facts, unknown),
    )
    return replace(value, basis=basis_of("栏目更新", context))


def overdue_sections(facts: SiteFacts, context: Context) -> Measured:
    """W4.2: sections late by their own duty (else by the standard's), empty ones included."""
    if reason := _not_found(facts):
        return unmeasured(reason, facts.home)

    def since(section: SectionFacts) -> date | None:
        if section.update_days is not None:
            return Span(f"{section.update_days}d").first_day(context.as_of)
        return _duty_by_class(section, context)

    late, unknown = _lateness(facts.sections, context, since)
    late += _empty(facts, context)
    return measured(
        len(late),
        len(late) + len(unknown),
        late[0].seen if late else facts.home,
        late,
        _of_sections(facts, unknown),
    )


def _empty(facts: SiteFacts, context: Context) -> list[Detail]:
    return [
        _describe(section)
        for section in facts.sections
        if section.state is SectionState.EMPTY and section.url not in context.exempt_urls
    ]


def empty_sections(facts: SiteFacts, context: Context) -> Measured:
    """W4.3: sections that hold nothing; those that could not be read or are filled by script may be empty too."""
    if reason := _not_found(facts):
        return unmeasured(reason, facts.home)
    empty = _empty(facts, context)
    unknown = [
        section
        for section in facts.sections
        if section.state in (SectionState.UNREAD, SectionState.SCRIPT_ONLY)
    ]
    return measured(
        len(empty),
        len(empty) + len(unknown),
        empty[0].seen if empty else facts.home,
        empty,
        _of_sections(facts, unknown),
    )


def _of_sections(facts: SiteFacts, unknown: Sequence[SectionFacts]) -> str:
    text = f"共发现栏目{len(facts.sections)}个"
    if not unknown:
        return text
    causes = Counter(_cause(section) for section in unknown).most_common(3)
    told = "，".join(f"{cause}{count}个" for cause, count in causes)
    return f"{text}，其中{len(unknown)}个未能判断（{told}）"


def _cause(section: SectionFacts) -> str:
    if not section.class_sure:
        return "是否属动态、要闻类需人工认定的"
    if section.state is SectionState.DATED:
        return "日期不能确定"
    return (
        section.reason
        if section.state in (SectionState.UNREAD, SectionState.STATIC) and section.reason
        else SECTION_STATES[section.state]
    )


def late_by_class(facts: SiteFacts, context: Context) -> Measured:
    """Late sections of the classes that the rule's window names, on any level."""
    return _late_of_classes(facts, context, facts.sections)


def late_first_level(facts: SiteFacts, context: Context) -> Measured:
    """Late first-level sections of the classes that the rule's window names."""
    return _late_of_classes(facts, context, [section for section in facts.sections if section.level == 1])


def other_sections_late(facts: SiteFacts, context: Context) -> Measured:
    """P1.9: sections that are empty, late by their own duty, or late by the window of their class.

    Classes that other indicators of the group charge are left out, so that no fault is charged twice.
    """
    others = [section for section in facts.sections if section.section_class not in _CHARGED_ELSEWHERE]

    def since(section: SectionFacts) -> date | None:
        if section.update_days is not None:
            return Span(f"{section.update_days}d").first_day(context.as_of)
        return context.since(section.section_class) if section.section_class in context.window else None

    late, unknown = _lateness(others, context, since)
    late += [
        _describe(section)
        for section in others
        if section.state is SectionState.EMPTY and section.url not in context.exempt_urls
    ]
    return measured(
        len(late),
        len(late) + len(unknown),
        late[0].seen if late else facts.home,
        late,
        _of_sections(facts, unknown),
    )


def _late_of_classes(facts: SiteFacts, context: Context, sections: Sequence[SectionFacts]) -> Measured:
    def since(section: SectionFacts) -> date | None:
        return context.since(section.section_class) if section.section_class in context.window else None

    late, unknown = _lateness(sections, context, since)
    seen = late[0].seen if late else facts.home
    return measured(len(late), len(late) + len(unknown), seen, late, _of_sections(facts, unknown))
