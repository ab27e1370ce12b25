"""Consultation, surveys, interviews."""

from __future__ import annotations

import re
from datetime import date

from include.inspection.facts import SectionFacts, SectionState, SiteFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    State,
    for_people,
    measured,
    titled,
    unmeasured,
)

#: The upper end of a count whose list was not read to its end.
_MANY = 1_000
#: Titles that tell of an activity which has its own entry: its result, its preview.
_OF_ANOTHER = re.compile(
    r"(?:结果|采纳情况)的?(?:反馈|公布|公示|通报|公告|汇总|说明)|意见(?:采纳|反馈)|结果$|采纳情况|^[【\[（(]?(?:访谈)?预告|预告[】\])）]?$"
)
_STAGE = re.compile(
    r"[【】\[\]（）()：:，,。、《》“”\s]|预告|关于|公开|征集|征求|意见|建议|调查|问卷|结果|采纳|情况|反馈|公布|公示|通报|公告|通知|汇总|说明|访谈|的"
)


def consultation_channels(facts: SiteFacts, context: Context) -> Measured:
    """W5.1: entries to a consultation channel that were not found dead."""
    alive = [
        Detail(f"“{name}” {url}", facts.home) for name, url, works in facts.channels if works is not False
    ]
    if not alive and facts.home_scripted:
        return unmeasured(f"{facts.home_unsure}，无法确认是否设有咨询建言渠道", facts.home)
    if not alive and not facts.sections:
        return unmeasured("没有找到可以检查的栏目，无法确认是否设有咨询建言渠道", facts.home)
    if not alive and facts.channels_unsure:
        return unmeasured(f"{facts.channels_unsure}，无法确认是否设有咨询建言渠道", facts.home)
    dead = [
        Detail(f"“{name}”打不开或没有内容 {url}", facts.home)
        for name, url, works in facts.channels
        if works is False
    ]
    looked = "" if alive else f"首页的入口已逐个打开，共读到栏目{len(facts.sections)}个，没有留言表单"
    return measured(len(alive), seen=facts.home, details=alive or dead, reason=looked)


def overdue_questions(facts: SiteFacts, context: Context) -> Measured:
    """W5.2: messages asked within the window that waited, or still wait, longer than the answer's limit."""
    if not facts.question_lists:
        return for_people("没有读到公开问答日期的政务咨询栏目", facts.home)
    limit = context.window["answer"]
    overdue, unknown = [], 0
    for question in facts.questions:
        if question.asked is None or not context.since("asked") <= question.asked <= context.today:
            continue
        # An answer that came after the point had not come yet at the point.
        until = min(question.answered_on or context.today, context.today)
        if limit.before(until) <= question.asked:
            continue
        if question.answered_on is not None or question.answered is False:
            state = f"{question.answered_on} 答复" if question.answered_on else "至今未答复"
            overdue.append(
                Detail(
                    f"{titled(question.title, 30)}{question.asked} 提出，{state}",
                    facts.question_seen.get(question.url),
                )
            )
        elif question.answered is None:
            unknown += 1
    if not overdue and (unknown or facts.questions_unread):
        reasons = [f"有{unknown}件留言看不出是否答复"] if unknown else []
        reasons += ["更早的留言列表页未读"] if facts.questions_unread else []
        return for_people("，".join(reasons), facts.home)
    return measured(
        len(overdue),
        seen=overdue[0].seen if overdue else facts.home,
        details=overdue,
        reason=f"共读到留言{len(facts.questions)}件",
    )


def questions_asked(facts: SiteFacts, context: Context) -> Measured:
    """Public messages asked within the window."""
    if not facts.question_lists:
        return for_people("没有读到公开问答日期的政务咨询栏目", facts.home)
    since = context.since("asked")
    asked = [item for item in facts.questions if item.asked and since <= item.asked <= context.today]
    return _counted(len(asked), facts, since, context)


def answers_published(facts: SiteFacts, context: Context) -> Measured:
    """Public messages that were answered within the window."""
    dated = [item for item in facts.questions if item.answered_on]
    if not dated:
        return for_people("没有公开答复日期的政务咨询栏目", facts.home)
    since = context.since("answered")
    found = [item for item in dated if item.answered_on and since <= item.answered_on <= context.today]
    return _counted(len(found), facts, since, context)


def _counted(number: int, facts: SiteFacts, since: date, context: Context) -> Measured:
    """So many messages, and perhaps more on list pages that were not read."""
    reason = f"窗口 {since} 至 {context.today}（含两端）"
    if facts.questions_unread:
        return measured(number, number + _MANY, facts.home, reason=f"{reason}，更早的列表页未读")
    return measured(number, seen=facts.home, reason=reason)


def _sections_of(facts: SiteFacts, section_class: str) -> list[SectionFacts]:
    gone = (SectionState.GONE,)
    return [item for item in facts.sections if item.section_class == section_class and item.state not in gone]


def survey_sections(facts: SiteFacts, context: Context) -> Measured:
    """Sections for surveys and the collecting of opinions."""
    found = _sections_of(facts, "survey")
    if not found and facts.home_scripted:
        return unmeasured(f"{facts.home_unsure}，无法确认是否开设调查征集栏目", facts.home)
    details = [Detail(f"“{item.name}” {item.url}", item.seen) for item in found]
    return measured(len(found), seen=facts.home, details=details)


def survey_activities(facts: SiteFacts, context: Context) -> Measured:
    """Surveys held within the window, where a section for them was opened."""
    return _activities(facts, context, "survey", "调查征集")


def interview_activities(facts: SiteFacts, context: Context) -> Measured:
    """Interviews held within the window, where a section for them was opened; not opening one costs nothing."""
    return _activities(facts, context, "interview", "在线访谈")


def _activities(facts: SiteFacts, context: Context, section_class: str, label: str) -> Measured:
    sections = _sections_of(facts, section_class)
    if not sections:
        return Measured(State.NOT_APPLICABLE, reason=f"没有开设{label}栏目")
    since = context.since("held")
    days: set[tuple[date, str]] = set()
    unknown = False
    for section in sections:
        days |= {(day, title) for day, title in section.days if since <= day <= context.today}
        read = section.state is SectionState.EMPTY or bool(section.days and not section.unread)
        read = read and not section.pushed_off
        unknown = unknown or not read
    held = {(day, title) for day, title in days if not _OF_ANOTHER.search(title)}
    known = {_subject(title) for _, title in held}
    # A result or preview whose activity stands elsewhere may be all that is told of it.
    alone = {_subject(title) for _, title in days - held} - known
    details = [
        Detail(f"{day} {titled(title)}", sections[0].seen) for day, title in sorted(held, reverse=True)[:8]
    ]
    reason = f"窗口 {since} 至 {context.today}（含两端）" + ("，更早的列表页未读" if unknown else "")
    if days - held:
        reason += f"；另有结果反馈、预告{len(days - held)}条，不另计"
    high = len(held) + len(alone) + (_MANY if unknown else 0)
    return measured(len(held), high, sections[0].seen, details, reason)


def _subject(title: str) -> str:
    """What a title is about, without the words that say which stage of the activity it tells of."""
    return _STAGE.sub("", title)


def fewer_activities(facts: SiteFacts, context: Context, section_class: str, label: str) -> Measured:
    """As the activities, but nothing where there was none at all: that is charged by another rule."""
    found = _activities(facts, context, section_class, label)
    if found.state is State.MEASURED and found.high == 0:
        return Measured(State.NOT_APPLICABLE, reason="没有开展活动，按另一项扣分，不重复扣分")
    return found


def survey_activities_held(facts: SiteFacts, context: Context) -> Measured:
    """Surveys held within the window, where there was at least one."""
    return fewer_activities(facts, context, "survey", "调查征集")


def interview_activities_held(facts: SiteFacts, context: Context) -> Measured:
    """Interviews held within the window, where there was at least one."""
    return fewer_activities(facts, context, "interview", "在线访谈")
