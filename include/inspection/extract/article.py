"""The day on which an article says it was published."""

from __future__ import annotations

import itertools
import re
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates
from include.inspection.extract.html import Document, fold
from include.inspection.extract.rows import first_pieces

_META = (
    "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "publish-date", "publication_date",
    "dc.date", "date", "og:release_date",
)  # fmt: skip
_VISIBLE = (
    ".pubtime, .pub-time, .publish-time, .pubdate, .time, .date, .info, .article-info, .xxly, .source, "
    "[class*=pubtime], [class*=fbsj], [id*=pubtime], time"
)
_DAY = r"(\d{4}[^\d]\d{1,2}[^\d]\d{1,2})"
_LABELLED = re.compile(
    rf"(?:发布|发文|公开|公布|刊发|更新|录入|上传|发表)\s{{0,2}}(?:时间|日期)?\s{{0,2}}[:：]?\s{{0,4}}{_DAY}"
)
_TIME_ONLY = re.compile(rf"(?<![\u4e00-\u9fff])(?:时间|日期)\s{{0,2}}[:：]\s{{0,4}}{_DAY}")
#: 本站最后更新: the site's day in the head of every page.
_OF_THE_SITE = re.compile(r"(?:本站|本网|网站|全站)(?:最后|最近|最新)?$")
_HEAD = 20_000
_MAX_TITLES = 12
_MIN_TITLE = 5
_COMPARED = 12
_MAX_LINE = 120


def publication_day(document: Document, today: date, fetched: date) -> date | None:
    """The page tag PubDate where it holds a date, else the first labelled date, else the first date of the head.

    The page's clock and the dates of other articles' lists are none of the article's.
    """
    for name in _META:
        found = find_dates(document.meta.get(name, ""), today, fetched)
        if found:
            return found[0].day
    head = document.head_text
    day = _labelled(_LABELLED, head, today, fetched)
    if day:
        return day
    for node in document.tree.css(_VISIBLE)[:12]:
        if _is_of_a_list(node):
            continue
        text = " ".join(first_pieces(node))[:200]
        dates = [
            found
            for found in find_dates(text, today, fetched)
            if found.role in ("publication", "unlabelled") and found.year_known
        ]
        if dates:
            return dates[0].day
    return _labelled(_TIME_ONLY, head, today, fetched) or _below_title(document, today, fetched)


def _below_title(document: Document, today: date, fetched: date) -> date | None:
    """The day in the short lines between an article's title and its text, whatever they are called."""
    for node in document.tree.css("h1, h2, h3, h4, [class*=title], [class*=tit]")[:_MAX_TITLES]:
        title = fold((node.text(deep=True) or "")[:200])
        if len(title) < _MIN_TITLE or not document.title.startswith(title[:_COMPARED]) or _is_of_a_list(node):
            continue
        for line in _lines_below(node):
            for found in find_dates(line, today, fetched):
                if found.role in ("publication", "unlabelled") and found.year_known:
                    return found.day
    return None


def _lines_below(node: LexborNode) -> list[str]:
    """The short texts of the elements that follow one, on its own level or that of the box around it."""
    lines: list[str] = []
    current: LexborNode | None = node
    for _ in range(2):
        sibling = current.next if current is not None else None
        steps = 0
        while sibling is not None and steps < 8:
            text = " ".join(first_pieces(sibling, 8)) if sibling.is_element_node else ""
            if len(text) > _MAX_LINE:
                return lines
            if text:
                lines.append(text)
            sibling, steps = sibling.next, steps + 1
        if lines or current is None:
            break
        current = current.parent
    return lines[:4]


def _labelled(label: re.Pattern[str], text: str, today: date, fetched: date) -> date | None:
    for match in itertools.islice(label.finditer(text), 20):
        if _OF_THE_SITE.search(text[max(0, match.start() - 6) : match.start()]):
            continue
        dates = find_dates(match[1], today, fetched)
        if dates:
            return dates[0].day
    return None


def _is_of_a_list(node: LexborNode) -> bool:
    current: LexborNode | None = node
    for _ in range(3):
        if current is None:
            return False
        if current.tag in ("li", "dd"):
            return current.css_first("a[href]") is not None
        current = current.parent
    return False
