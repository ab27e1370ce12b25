"""Facts to numbers: one measure an indicator, each with its evidence or the reason why there is no number.

A measure is an interval: ``low`` counts what is certain, ``high`` adds what could not be looked at. Where both lead
to the same answer the indicator is decided; where they do not, it is unmeasured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from include.inspection.facts import SECTION_STATES, AccountFacts, SectionFacts, SectionState, Seen, SiteFacts
from include.inspection.model import ReportedFinding
from include.inspection.times import Span, beijing, months_before


class State(StrEnum):
    MEASURED = "measured"
    UNMEASURED = "unmeasured"  # a machine should have measured it and could not
    FOR_PEOPLE = "for_people"  # the site shows nothing that a machine can measure; people check it
    NOT_APPLICABLE = "not_applicable"


STATES = {
    State.MEASURED: "已测量",
    State.UNMEASURED: "未能测量",
    State.FOR_PEOPLE: "由人工核查",
    State.NOT_APPLICABLE: "不适用",
}


@dataclass(frozen=True)
class Detail:
    """One fact that counts towards a value, with where it was read."""

    text: str
    seen: Seen | None


@dataclass(frozen=True)
class Measured:
    """The outcome of one measure for one subject."""

    state: State
    low: float | None = None
    high: float | None = None
    reason: str = ""
    seen: Seen | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a rule gives to its measure: the monitoring point, windows, settings, and what people said."""

    as_of: datetime
    window: Mapping[str, Span]
    settings: Mapping[str, float]
    reported: Sequence[ReportedFinding] = ()
    exempt_urls: frozenset[str] = field(default_factory=frozenset)

    @property
    def today(self) -> date:
        return beijing(self.as_of).date()

    def since(self, name: str) -> date:
        return self.window[name].first_day(self.as_of)


def measured(
    low: float,
    high: float | None = None,
    seen: Seen | None = None,
    details: Sequence[Detail] = (),
    reason: str = "",
) -> Measured:
    return Measured(State.MEASURED, low, low if high is None else high, reason, seen, tuple(details))


def unmeasured(reason: str, seen: Seen | None = None) -> Measured:
    return Measured(State.UNMEASURED, reason=reason, seen=seen)


def for_people(reason: str, seen: Seen | None = None) -> Measured:
    return Measured(State.FOR_PEOPLE, reason=reason, seen=seen)


Facts = SiteFacts | AccountFacts


def reported_findings(facts: Facts, context: Context) -> Measured:
    """How many findings people reported for this indicator; none reported counts as none."""
    details = [
        Detail(
            f"{item.note or '人工上报'}（上报人：{item.reporter}）",
            Seen(item.url, item.found_at.isoformat() if item.found_at else "", None),
        )
        for item in context.reported
    ]
    return measured(
        len(details),
        seen=details[0].seen if details else None,
        details=details,
        reason="" if details else "无上报问题",
    )


def home_failed_percent(facts: SiteFacts, context: Context) -> Measured:
    """W2 from the round's own tries: 100 where every one failed in a way that is the site's own."""
    tries = facts.probes
    down = [probe for probe in tries if probe.site_down]
    details = [
        Detail(f"{probe.at} {'打开' if probe.opened else probe.outcome}，{probe.seconds:.2f} 秒", None)
        for probe in tries
    ]
    if tries and len(down) == len(tries):
        return measured(
            100,
            seen=facts.home,
            details=details,
            reason=f"本轮{len(tries)}次访问全部失败（{facts.reason}），不足一周的探测",
        )
    if any(probe.opened for probe in tries):
        return for_people(
            f"探测次数不足：本轮访问{len(tries)}次，成功{sum(probe.opened for probe in tries)}次，不足一周的探测",
            facts.home,
        )
    return unmeasured(facts.reason or "首页未能读取", facts.home)


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
        where = "首页仅为导航，按二级页面计"
    else:
        days = [(item.day, item.title) for item in facts.home_items if item.day is not None]
        undated = len(facts.home_items) - len(days)
        # Undated entries matter only where too few dates are known, or where a section shows that the site is alive.
        alive = any(section.newest and since <= section.newest <= today for section in facts.sections)
        unknown = undated if len(days) < 3 or alive else 0
        where = "首页"
    fresh = sorted(((day, title) for day, title in days if since <= day <= today), reverse=True)
    newest = max((day for day, _ in days if day <= today), default=None)
    details = [Detail(f"{day} 《{title[:40]}》", facts.home) for day, title in fresh[:5]]
    reason = f"{where}，窗口 {since} 至 {today}（含两端），最新 {newest or '未见日期'}"
    return measured(len(fresh), len(fresh) + unknown, facts.home, details, reason)


def _unknown(section: SectionFacts) -> bool:
    return section.state in (SectionState.UNREAD, SectionState.SCRIPT_ONLY, SectionState.UNDATED)


def _describe(section: SectionFacts, since: date | None = None) -> Detail:
    newest = f"最新 {section.newest}" if section.newest else SECTION_STATES[section.state]
    limit = f"，应不早于 {since}" if since else ""
    return Detail(f"“{section.name}”{newest}{limit}", section.seen)


def _lateness(
    sections: Sequence[SectionFacts], context: Context, since_of: Callable[[SectionFacts], date | None]
) -> tuple[list[Detail], int]:
    """(late sections, how many more could not be decided) among those with a duty."""
    late, unknown = [], 0
    for section in sections:
        since = since_of(section)
        if since is None or section.url in context.exempt_urls:
            continue
        if section.state is SectionState.DATED and section.newest is not None:
            if section.newest < since and section.certain:
                late.append(_describe(section, since))
            elif section.newest < since:
                unknown += 1
        elif _unknown(section):
            unknown += 1
    return late, unknown


def _duty_by_class(section: SectionFacts, context: Context) -> date | None:
    """The standard's own duty: news on any level, notices and policy documents on the first level."""
    if section.section_class == "news":
        return context.since("news")
    if section.section_class in ("notice", "policy") and section.level == 1:
        return context.since(section.section_class)
    return None


def late_sections(facts: SiteFacts, context: Context) -> Measured:
    """W4.1: late news sections, and late first-level notice and policy sections."""
    late, unknown = _lateness(facts.sections, context, lambda section: _duty_by_class(section, context))
    return measured(
        len(late),
        len(late) + unknown,
        late[0].seen if late else facts.home,
        late,
        _of_sections(facts, unknown),
    )


def overdue_sections(facts: SiteFacts, context: Context) -> Measured:
    """W4.2: sections late by their own duty (else by the standard's), empty ones included."""

    def since(section: SectionFacts) -> date | None:
        if section.update_days is not None:
            return Span(f"{section.update_days}d").first_day(context.as_of)
        return _duty_by_class(section, context)

    late, unknown = _lateness(facts.sections, context, since)
    late += _empty(facts, context)
    return measured(
        len(late),
        len(late) + unknown,
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
    empty = _empty(facts, context)
    unknown = sum(
        section.state in (SectionState.UNREAD, SectionState.SCRIPT_ONLY) for section in facts.sections
    )
    return measured(
        len(empty),
        len(empty) + unknown,
        empty[0].seen if empty else facts.home,
        empty,
        _of_sections(facts, unknown),
    )


def _of_sections(facts: SiteFacts, unknown: int) -> str:
    text = f"共发现栏目{len(facts.sections)}个"
    return f"{text}，其中{unknown}个未能判断" if unknown else text


def consultation_channels(facts: SiteFacts, context: Context) -> Measured:
    """W5.1: entries to a consultation channel that were not found dead."""
    alive = [
        Detail(f"“{name}” {url}", facts.home) for name, url, works in facts.channels if works is not False
    ]
    if not alive and facts.home_scripted:
        return unmeasured("首页由脚本生成部分内容，无法确认是否设有咨询建言渠道", facts.home)
    return measured(len(alive), seen=facts.home, details=alive)


def overdue_questions(facts: SiteFacts, context: Context) -> Measured:
    """W5.2: messages asked within the window that waited, or still wait, longer than the answer's limit."""
    if not facts.question_lists:
        return for_people("没有公开问答日期的政务咨询栏目", facts.home)
    months = int(context.window["answer"].text.removesuffix("mo"))
    overdue, unknown = [], 0
    for question in facts.questions:
        if question.asked is None or not context.since("asked") <= question.asked <= context.today:
            continue
        until = question.answered_on or context.today
        if months_before(until, months) <= question.asked:
            continue
        if question.answered_on is not None or question.answered is False:
            state = f"{question.answered_on} 答复" if question.answered_on else "至今未答复"
            overdue.append(
                Detail(
                    f"《{question.title[:30]}》{question.asked} 提出，{state}",
                    facts.question_seen.get(question.url),
                )
            )
        elif question.answered is None:
            unknown += 1
    if not overdue and unknown:
        return for_people(f"有{unknown}件留言看不出是否答复", facts.home)
    return measured(
        len(overdue),
        seen=overdue[0].seen if overdue else facts.home,
        details=overdue,
        reason=f"共读到留言{len(facts.questions)}件",
    )


def service_entries(facts: SiteFacts, context: Context) -> Measured:
    """W6.1: entries to services that were not found dead."""
    alive = [
        Detail(f"“{name}” {url}", facts.home) for name, url, works in facts.services if works is not False
    ]
    if not alive and facts.home_scripted:
        return unmeasured("首页由脚本生成部分内容，无法确认是否提供办事服务", facts.home)
    return measured(len(alive), seen=facts.home, details=alive)


def _deficient(facts: SiteFacts, context: Context) -> tuple[list[Detail], int]:
    limit = context.settings["missing_classes"]
    known = [guide for guide in facts.guides if guide.missing is not None]
    deficient = [
        Detail(f"《{guide.title[:30]}》缺 {'、'.join(guide.missing or ())}", guide.seen)
        for guide in known
        if len(guide.missing or ()) >= limit
    ]
    return deficient, len(facts.guides) - len(known)


def deficient_guides(facts: SiteFacts, context: Context) -> Measured:
    """W6.2: guides that lack too many element classes, in the sample that was read."""
    if not facts.guides_total or not facts.guides:
        return for_people(
            "本站没有可读取的办事指南" + ("，指南在站外平台" if facts.guides_elsewhere else ""), facts.home
        )
    if facts.guides_total < context.settings["few_matters"]:
        return Measured(State.NOT_APPLICABLE, reason=f"事项共{facts.guides_total}个，按事项较少的情形判断")
    deficient, unknown = _deficient(facts, context)
    if unknown == len(facts.guides):
        return for_people("办事指南的要素无法识别", facts.home)
    reason = f"事项共{facts.guides_total}个，读取{len(facts.guides)}个" + (
        f"，其中{unknown}个无法识别要素" if unknown else ""
    )
    return measured(
        len(deficient),
        len(deficient) + unknown,
        deficient[0].seen if deficient else facts.home,
        deficient,
        reason,
    )


def all_guides_deficient(facts: SiteFacts, context: Context) -> Measured:
    """W6.3: with few matters in all, whether every guide lacks too many classes; the value is their number or 0."""
    if not facts.guides_total or not facts.guides:
        return for_people(
            "本站没有可读取的办事指南" + ("，指南在站外平台" if facts.guides_elsewhere else ""), facts.home
        )
    if facts.guides_total >= context.settings["few_matters"]:
        return Measured(State.NOT_APPLICABLE, reason=f"事项共{facts.guides_total}个，按事项较多的情形判断")
    deficient, unknown = _deficient(facts, context)
    if (
        len(deficient) + unknown < len(facts.guides)
        or facts.guides_total > len(facts.guides)
        or facts.guides_elsewhere
    ):
        return measured(0, seen=facts.home, details=deficient, reason=f"事项共{facts.guides_total}个")
    if unknown:
        return for_people("办事指南的要素无法识别", facts.home)
    return measured(
        len(deficient), seen=deficient[0].seen, details=deficient, reason=f"事项共{facts.guides_total}个"
    )


def account_updates(facts: AccountFacts, context: Context) -> Measured:
    """X2.1: entries of the feed within the window, both ends counted."""
    if facts.reason:
        return unmeasured(facts.reason, facts.seen)
    since, today = context.since("updates"), context.today
    fresh = [(day, title) for day, title in facts.days if since <= day <= today]
    newest = max((day for day, _ in facts.days if day <= today), default=None)
    details = [Detail(f"{day} 《{title[:40]}》", facts.seen) for day, title in fresh[:5]]
    return measured(
        len(fresh),
        seen=facts.seen,
        details=details,
        reason=f"窗口 {since} 至 {today}（含两端），最新 {newest or '无'}",
    )


@dataclass(frozen=True)
class MeasureSpec:
    """A measure by name: what it applies to and which windows and settings a rule must give it.

    ``needs_home`` measures say nothing where the home page could not be read.
    """

    function: Callable[..., Measured]
    subjects: tuple[str, ...]
    window: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    needs_home: bool = True


MEASURES: dict[str, MeasureSpec] = {
    "reported_findings": MeasureSpec(reported_findings, ("site", "account"), needs_home=False),
    "home_failed_percent": MeasureSpec(
        home_failed_percent, ("site",), ("series",), ("probes_a_day",), needs_home=False
    ),
    "home_updates": MeasureSpec(home_updates, ("site",), ("home",)),
    "late_sections": MeasureSpec(late_sections, ("site",), ("news", "notice", "policy")),
    "overdue_sections": MeasureSpec(overdue_sections, ("site",), ("news", "notice", "policy")),
    "empty_sections": MeasureSpec(empty_sections, ("site",)),
    "consultation_channels": MeasureSpec(consultation_channels, ("site",)),
    "overdue_questions": MeasureSpec(overdue_questions, ("site",), ("asked", "answer")),
    "service_entries": MeasureSpec(service_entries, ("site",)),
    "deficient_guides": MeasureSpec(deficient_guides, ("site",), (), ("missing_classes", "few_matters")),
    "all_guides_deficient": MeasureSpec(
        all_guides_deficient, ("site",), (), ("missing_classes", "few_matters")
    ),
    "account_updates": MeasureSpec(account_updates, ("account",), ("updates",), needs_home=False),
}


def measure(name: str, facts: Facts, context: Context) -> Measured:
    """Run one measure; without a readable home page a site's other measures have no number."""
    spec = MEASURES[name]
    if spec.needs_home and isinstance(facts, SiteFacts) and not facts.home_readable:
        return unmeasured(facts.reason or "首页未能读取", facts.home)
    return spec.function(facts, context)
