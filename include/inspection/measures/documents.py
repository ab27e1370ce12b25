"""Policy documents, their interpretations, reposted releases, and the times that articles show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from include.inspection.facts import SiteFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    for_people,
    measured,
    titled,
    unmeasured,
)
from include.inspection.messages.working_days import CalendarUnknown
from include.inspection.model import SourceRelease
from include.inspection.times import beijing

_NOT_WORDS = re.compile(r"[\W_]+")
_SHORT = 8


def uninterpreted_documents(facts: SiteFacts, context: Context) -> Measured:
    """P1.7: sampled policy documents of the unit's own that no interpretation names and that lead to none."""
    reposted = f"，另有转载的上级文件{facts.documents_reposted}件不计" if facts.documents_reposted else ""
    if not facts.documents:
        return for_people(f"没有抽到本单位的可读政策文件{reposted}", facts.home)
    without = [item for item in facts.documents if item.interpreted is False]
    unknown = sum(item.interpreted is None for item in facts.documents)
    details = [Detail(f"{titled(item.title)}没有见到解读", item.seen) for item in without]
    return measured(
        len(without),
        len(without) + unknown,
        without[0].seen if without else facts.home,
        details,
        f"抽查本单位政策文件{len(facts.documents)}件，有解读{sum(item.interpreted is True for item in facts.documents)}件{reposted}",
    )


def unlinked_interpretations(facts: SiteFacts, context: Context) -> Measured:
    """P1.8, G-T8: sampled interpretations that are not linked with their document both ways."""
    if not facts.interpretations:
        return for_people("没有抽到可读的解读稿", facts.home)
    broken, unknown = [], 0
    for item in facts.interpretations:
        if item.forward is False or item.back is False:
            missing = "没有链接到政策文件" if item.forward is False else "对应的政策文件没有链接到解读稿"
            broken.append(Detail(f"{titled(item.title)}{missing}", item.seen))
        elif item.forward is None or item.back is None:
            unknown += 1
    return measured(
        len(broken),
        len(broken) + unknown,
        broken[0].seen if broken else facts.home,
        broken,
        f"抽查解读稿{len(facts.interpretations)}篇" + (f"，{unknown}篇无法核对" if unknown else ""),
    )


def late_interpretations(facts: SiteFacts, context: Context) -> Measured:
    """G-T9: sampled interpretations that came more than the allowed working days after their document."""
    pairs = [
        (item, item.day, item.document_day)
        for item in facts.interpretations
        if item.day is not None and item.document_day is not None
    ]
    if not pairs:
        return for_people("没有抽到能与政策文件对应的解读稿", facts.home)
    late, unknown = [], 0
    for item, day, document_day in pairs:
        try:
            waited = context.calendar.between(document_day, day)
        except CalendarUnknown:
            unknown += 1
            continue
        if waited > context.settings["working_days"]:
            late.append(
                Detail(
                    f"{titled(item.title)}{day} 发布，文件 {document_day} 发布，相隔{waited}个工作日",
                    item.seen,
                )
            )
    return measured(
        len(late),
        len(late) + unknown,
        late[0].seen if late else facts.home,
        late,
        f"可比对的解读稿{len(pairs)}篇",
    )


def articles_without_full_time(facts: SiteFacts, context: Context) -> Measured:
    """G-T1: articles that show their publication time otherwise than as YYYY-MM-DD HH:MM."""
    articles = [(content.article, content.seen) for content in facts.contents if content.article is not None]
    if not articles:
        return for_people("没有读到内容页", facts.home)
    wrong = [
        Detail(f"{seen.url} 显示“{article.time_shown}”", seen)
        for article, seen in articles
        if article.time_shown and not article.time_full
    ]
    unknown = sum(not article.time_shown for article, _ in articles)
    return measured(
        len(wrong),
        len(wrong) + unknown,
        wrong[0].seen if wrong else facts.home,
        wrong,
        f"读取内容页{len(articles)}个" + (f"，{unknown}个没有见到标明的发布时间" if unknown else ""),
    )


def late_reposts(facts: SiteFacts, context: Context) -> Measured:
    """G-T6, G-T7: releases of the issuing site (policies.csv) that this site shows later than the hours allowed.

    A release that is not found among the dated items of the lists that were read is unknown, not late.
    """
    since = context.since("published")
    wanted = [
        item
        for item in context.source_releases
        if since <= beijing(item.published_at).date() <= context.today
        and item.published_at + timedelta(hours=context.settings["hours"]) <= context.as_of
    ]
    if not context.source_releases:
        return unmeasured("没有提供国务院政策信息的发布清单（policies.csv）", facts.home)
    if not wanted:
        return for_people(f"发布清单中没有 {since} 以来应转载的信息", facts.home)
    titles = [(_squash(item.title), item.day) for item in facts.items if item.day is not None]
    late, unknown = [], 0
    for release in wanted:
        shown = _first(release, titles)
        if shown is None or _is_undecided(release, shown, context):
            unknown += 1
        elif shown > _last_day(release, context):
            late.append(
                Detail(
                    f"{titled(release.title)}{beijing(release.published_at):%Y-%m-%d %H:%M} 发布，本站 {shown} 转载",
                    facts.home,
                )
            )
    return measured(
        len(late),
        len(late) + unknown,
        facts.home,
        late,
        f"应转载{len(wanted)}条，{unknown}条未见到或无法按小时判断",
    )


def _first(release: SourceRelease, titles: Sequence[tuple[str, date]]) -> date | None:
    """The first day on which the site shows the release, on or after its own day."""
    wanted = _squash(release.title)
    if len(wanted) < _SHORT:
        return None
    day = beijing(release.published_at).date()
    return min(
        (
            shown
            for title, shown in titles
            if shown >= day and len(title) >= _SHORT and (wanted in title or title in wanted)
        ),
        default=None,
    )


def _last_day(release: SourceRelease, context: Context) -> date:
    return beijing(release.published_at + timedelta(hours=context.settings["hours"])).date()


def _is_undecided(release: SourceRelease, day: date, context: Context) -> bool:
    """Lists give days: a showing on the last allowed day may be before or after the hour, unless it is the same day."""
    return day == _last_day(release, context) and day > beijing(release.published_at).date()


def _squash(text: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()
