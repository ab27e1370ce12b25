"""What pages say that they must not: signs found by machine, decided by people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from include.inspection.extract.backdating import Signal, SignalKind
from include.inspection.extract.personal_data import LABELS
from include.inspection.extract.wording import WordingError
from include.inspection.facts import ArticleFacts, PageContent, SiteFacts
from include.inspection.measures.base import Context, Detail, Measured, measured, titled
from include.inspection.times import beijing

_EDGE = re.compile(r"[\s，。；！？、…|·]")
_AROUND = 6
#: Signals with harmless explanations count only together with this one.
_WEAK_COMPANY = SignalKind.BODY_LATER


def _of_pages(facts: SiteFacts, find: Callable[[PageContent], Sequence[str]], more: str = "") -> Measured:
    """One hit a sign, with its page; the same sign on many pages (a template's) is one hit."""
    details: dict[str, Detail] = {}
    for content in facts.contents:
        for text in find(content):
            details.setdefault(text, Detail(f"{text}（{content.seen.url}）", content.seen))
    hits = list(details.values())
    reason = f"读取页面{len(facts.contents)}个" + (f"；{more}" if more else "")
    return measured(len(hits), seen=hits[0].seen if hits else facts.home, details=hits, reason=reason)


def severe_wordings(facts: SiteFacts, context: Context) -> Measured:
    """W1.1, C-V4: severe wording errors of the lexicon, each with its place and context."""
    general = sum(error.level == "general" for content in facts.contents for error in content.wordings)
    details: dict[tuple[str, str], Detail] = {}
    for content in facts.contents:
        for error in content.wordings:
            if error.level == "severe":
                text = (
                    f"第{error.position}字处“{error.context}”，“{error.wrong}”疑为“{error.suggestion}”，依据{error.source}"
                    f"（{content.seen.url}）"
                )
                details.setdefault((error.wrong, _phrase(error)), Detail(text, content.seen))
    hits = list(details.values())
    reason = f"读取页面{len(facts.contents)}个" + (f"；另见一般用字问题{general}处" if general else "")
    return measured(len(hits), seen=hits[0].seen if hits else facts.home, details=hits, reason=reason)


def _phrase(error: WordingError) -> str:
    """What stands directly around the wrong word: one title on home page, list and article is one place of one text."""
    before, _, after = error.context.partition(error.wrong)
    first, last = re.split(_EDGE, before)[-1][-_AROUND:], re.split(_EDGE, after)[0][:_AROUND]
    return f"{first}|{last}"


def hidden_foreign_links(facts: SiteFacts, context: Context) -> Measured:
    """W1.3: links that a page hides, that lead to foreign sites and bear words of the trade or stand in great number where nothing
    on the page opens them; and
    what the home page shows only to visitors from a search engine, with both looks as evidence."""
    found = _of_pages(
        facts,
        lambda content: [
            f"隐藏链接 {link.url}“{link.text[:30]}”（{'确定' if link.level == 'certain' else '疑似'}）：{link.hidden_by}，{link.why}，位于 {link.path}"
            for link in content.hidden
        ],
    )
    cloaked = [
        Detail(f"仅从搜索引擎进入时出现：{item.url}“{item.text[:30]}”，{item.why}", facts.cloaked_seen)
        for item in facts.cloaked
    ]
    if not cloaked:
        return found
    plain = Detail("直接打开首页时没有上述内容", facts.home)
    number = len(found.details) + len(cloaked)
    return measured(
        number, seen=facts.cloaked_seen, details=[*cloaked, plain, *found.details], reason=found.reason
    )


def tampering_signs(facts: SiteFacts, context: Context) -> Measured:
    """W1.4: signs that somebody else has written on a page: words of the trade in its title or tags, a signature of those who
    broke in (Hacked By …) as title, heading, link or line, scripts that turn visitors of search engines away."""
    return _of_pages(facts, lambda content: content.signs.tampering)


def backdated_articles(facts: SiteFacts, context: Context) -> Measured:
    """W1.5: articles whose publication day something speaks against, the history of first sight included."""
    by_url = {item.url: item.day for item in facts.items if item.day is not None}
    details = []
    read = 0
    for content in facts.contents:
        article = content.article
        if article is None:
            continue
        read += 1
        signals = _telling(_unexplained(article, by_url))
        seen_later = _first_seen(article, by_url, context)
        reasons = [signal.reason for signal in signals] + ([seen_later] if seen_later else [])
        if reasons:
            details.append(Detail(f"{titled(article.title, 30)}{'；'.join(reasons)}", content.seen))
    history = "含首次发现时间" if context.history.first_seen else "没有巡检历史，只看页面自身"
    return measured(
        len(details),
        seen=details[0].seen if details else facts.home,
        details=details,
        reason=f"抽查稿件{read}篇，{history}",
    )


def _unexplained(article: ArticleFacts, by_url: Mapping[str, date]) -> list[Signal]:
    """The signals without a day below the text that the list agrees with: then the page's own day was misread."""
    listed = by_url.get(article.url)
    return [
        signal
        for signal in article.signals
        if signal.kind != SignalKind.SIGNED_LATER or listed is None or listed < signal.later
    ]


def _telling(signals: Sequence[Signal]) -> list[Signal]:
    strong = [signal for signal in signals if signal.strength == "strong"]
    if strong or len(signals) < 2 or all(signal.kind != _WEAK_COMPANY for signal in signals):
        return strong
    return list(signals)


def _first_seen(article: ArticleFacts, by_url: Mapping[str, date], context: Context) -> str:
    """The reason where the site's history knows the page only since a later day than the one it gives."""
    day, first = by_url.get(article.url), context.history.first_seen.get(article.url)
    if day is None or first is None or context.history.watched_since is None:
        return ""
    if not beijing(context.history.watched_since).date() <= day < beijing(first).date():
        return ""
    return f"发布日期为 {day}，而巡检首次见到该页面是在 {beijing(first).date()}"


def personal_numbers(facts: SiteFacts, context: Context) -> Measured:
    """G-T14: identity numbers and telephones of private persons, masked; the doubtful ones are told in the reason."""
    doubtful = sum(item.level == "suspected" for content in facts.contents for item in content.personal)
    return _of_pages(
        facts,
        lambda content: [
            f"{LABELS[item.kind]} {item.masked}，第{item.position}字处“{item.context}”，{item.reason}"
            for item in content.personal
            if item.level == "certain"
        ],
        f"另有不能确定的号码{doubtful}个" if doubtful else "",
    )


def advertising_signs(facts: SiteFacts, context: Context) -> Measured:
    """G-T4: advertisements and links to them."""
    return _of_pages(facts, lambda content: content.signs.adverts)


def outdated_techniques(facts: SiteFacts, context: Context) -> Measured:
    """P4.8: techniques that today's browsers do not show."""
    return _of_pages(facts, lambda content: content.signs.outdated)
