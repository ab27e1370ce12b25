"""Signals that an article's publication date was set back. Signals with reasons, never a verdict."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Literal

from include.inspection.extract.article import publication_day
from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document
from include.inspection.extract.signature import signed_on
from include.inspection.times import beijing

_DAY = r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})"
_DOCUMENT = re.compile(rf"(?:成文|发文|印发|签发)(?:日期|时间)\s{{0,3}}[:：]?\s{{0,6}}{_DAY}")
_PRINTED = re.compile(rf"办公(?:室|厅)\s{{0,9}}{_DAY}日?\s?印发")
_VISIBLE = re.compile(rf"(?:发布|发稿|上传|录入)(?:日期|时间)\s{{0,3}}[:：]\s{{0,6}}{_DAY}")
_GENERATED = re.compile(rf"(?:页面)?(?:生成|制作|静态化)(?:时间|日期)\s{{0,3}}[:：]?\s{{0,3}}{_DAY}")
_MADE = re.compile(r"生成|制作|静态化")
_MENTION = re.compile(rf"(?<![\d.]){_DAY}(?!\d)")
#: What lies ahead or ends a span may well be later than the day of publication.
_AHEAD = re.compile(
    r"(?:将于|将在|拟于|拟在|定于|计划|预计|至|到|截止|截至|前|起|自|从|—|－|-|~|～|期限|有效期|延长|实施|施行|执行|不晚于|不迟于)[^，。；\d]{0,8}$"
)
#: The page's own clock.
_CLOCK = re.compile(r"(?:今天是?|今日|现在是?|当前(?:时间|日期)|系统时间)\s{0,3}[:：]?\s{0,3}$")
_AHEAD_AFTER = re.compile(
    r"^日?\s?(?:前|之前|以前|起|止|开始|将|至|到|实施|施行|生效|截止|[（(]?含|\s{0,3}(?:星期|周)[一二三四五六日])"
)
_CONTENT = (
    "#UCAP-CONTENT, #zoom, .TRS_Editor, .TRS_UEDITOR, .view, .article-content, .article_content, #article_content, "
    ".article-body, .v_news_content, .pages_content, .zwxl-article, #content_body, .content-body, .xxgk_content, .wp_articlecontent"
)
_MAX_BODY = 20_000
_MAX_MARKUP_META = 40


class SignalKind(StrEnum):
    BEFORE_DOCUMENT = "before_document"  # published before the document was written
    TAG_BEFORE_VISIBLE = "tag_before_visible"  # the tag says an earlier day than the page shows
    SIGNED_LATER = "signed_later"  # the day that closes the text is later
    FIRST_SEEN = "first_seen"  # not there when the site was looked at after its publication day
    BODY_LATER = "body_later"  # the text speaks of a later day
    LAST_MODIFIED = "last_modified"
    GENERATED = "generated"


@dataclass(frozen=True)
class Signal:
    """``later`` is the day that speaks against ``published``. Weak signals have harmless explanations: a page made anew,
    a correction, a plan; they count only together."""

    kind: SignalKind
    strength: Literal["strong", "weak"]
    published: date
    later: date
    reason: str

    @property
    def days(self) -> int:
        return (self.later - self.published).days


def backdating_signals(
    document: Document,
    today: date,
    *,
    published: date | None = None,
    first_seen: datetime | None = None,
    watched_since: datetime | None = None,
    last_modified: str = "",
) -> list[Signal]:
    """The signals of one article page.

    ``today``: the monitoring day; ``published``: the list's date, where the page itself gives none;
    ``first_seen``: when a crawl first met the page; ``watched_since``: since when its list has been crawled – before
    that nothing could be seen; ``last_modified``: the HTTP header as it came. Times are aware.
    """
    day = publication_day(document, today, today) or published
    if day is None:
        return []
    signals: list[Signal] = []

    def add(kind: SignalKind, strength: Literal["strong", "weak"], later: date | None, reason: str) -> None:
        if later is not None and day < later <= today and all(signal.kind != kind for signal in signals):
            signals.append(Signal(kind, strength, day, later, f"发布日期为 {day}，{reason} {later}"))

    head = document.head_text
    for pattern in (_DOCUMENT, _PRINTED):
        for match in itertools.islice(pattern.finditer(head), 5):
            add(SignalKind.BEFORE_DOCUMENT, "strong", _date(match), "早于公文的成文（印发）日期")
    add(SignalKind.SIGNED_LATER, "strong", signed_on(document, _CONTENT, today), "早于文末落款的日期")
    tag = find_dates(document.meta.get("pubdate", ""), today)
    shown = _VISIBLE.search(head)
    if tag and shown and tag[0].day == day:
        add(SignalKind.TAG_BEFORE_VISIBLE, "strong", _date(shown), "早于页面显示的发布日期")
    if first_seen and watched_since and day >= beijing(watched_since).date():
        add(SignalKind.FIRST_SEEN, "strong", beijing(first_seen).date(), "而巡检首次见到该页面是在")
    add(SignalKind.BODY_LATER, "weak", _latest_mention(document, day, today), "正文提到之后的日期")
    add(SignalKind.LAST_MODIFIED, "weak", _header_day(last_modified), "服务器给出的最后修改日期为")
    add(SignalKind.GENERATED, "weak", _generated(document), "页面生成日期为")
    return signals


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _header_day(value: str) -> date | None:
    try:
        return beijing(parsedate_to_datetime(value[:60])).date() if value else None
    except (ValueError, TypeError, OverflowError):
        return None


def _generated(document: Document) -> date | None:
    metas = itertools.islice(document.meta.values(), _MAX_MARKUP_META)
    for text in (*metas, document.markup[-3_000:], document.markup[:3_000]):
        match = _GENERATED.search(normalise(text[:3_000])) if _MADE.search(text) else None
        if match:
            return _date(match)
    return None


def _latest_mention(document: Document, published: date, today: date) -> date | None:
    """The latest day that the article's own text speaks of as past; lists beside the article are not read."""
    node = document.tree.css_first(_CONTENT)
    if node is None:
        return None
    text = normalise((node.text(deep=True, separator="") or "")[:_MAX_BODY])
    days = []
    for match in itertools.islice(_MENTION.finditer(text), 300):
        before = text[max(0, match.start() - 16) : match.start()]
        if (
            _AHEAD.search(before)
            or _CLOCK.search(before)
            or _AHEAD_AFTER.match(text[match.end() : match.end() + 8])
        ):
            continue
        day = _date(match)
        if day and published < day <= today:
            days.append(day)
    return max(days, default=None)
