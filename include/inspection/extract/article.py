"""The day on which an article says it was published."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document
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
_WORDS = r"(?:发布|发文|公开|公布|刊发|更新|录入|上传|发表)\s{0,2}"
_TIME_ONLY = r"(?<![\u4e00-\u9fff])(?:时间|日期)"
_LABELLED = re.compile(rf"{_WORDS}(?:(?:时间|日期)\s{{0,2}}[:：]?|[:：])\s{{0,4}}{_DAY}")
#: A label or what may be one: 公布 2018-11-29 is also what a law says of itself.
_NAMED = re.compile(rf"(?:{_WORDS}(?:时间|日期)?\s{{0,2}}[:：]?|{_TIME_ONLY}\s{{0,2}}[:：])\s{{0,4}}{_DAY}")
_LABEL_AT_END = re.compile(
    rf"(?:{_WORDS}(?:时间|日期|[:：])|{_TIME_ONLY}(?=\s{{0,2}}[:：]))\s{{0,2}}[:：]?\s*$"
)
_LITERAL = re.compile(r"""(["'])([^"'\n]{4,40})\1""")
#: Behind the day of a rule or an event: (2011年1月1日起施行), 时间：… 地点：…
_OF_SOMETHING_ELSE = re.compile(
    r"日?(?:起|[^\s:《]{0,30}?(?:通过|批准|修订|修正|施行|实施|废止|生效|令第)|.{0,40}?(?:地点|地址|会场))"
)
_SAYS_MORE = re.compile(r"日?\s?[\u4e00-\u9fff]")
#: 本站最后更新: the site's day in the head of every page.
_OF_THE_SITE = re.compile(r"(?:本站|本网|网站|全站)(?:最后|最近|最新)?$")
_MAX_NAMED_TITLE = 300
_MAX_TITLES = 12
_MAX_SCRIPTS = 200
_MAX_SCRIPT = 1_000
_LABEL = 12
_MIN_TITLE = 5
_COMPARED = 12
_MAX_LINE = 120


def publication_day(document: Document, today: date, fetched: date) -> date | None:
    """The page tag PubDate where it holds a date, else the day behind a label, first of all between title and text, else the
    first day beside the title.

    The page's clock, the dates of other articles' lists and those that the text tells of are none of the article's.
    """
    for name in _META:
        found = find_dates(document.meta.get(name, ""), today, fetched)
        if found:
            return found[0].day
    day = _written(document, today, fetched)
    if day:
        return day
    below, head = _below_titles(document), document.head_text
    named = (_labelled(_NAMED, line, today, fetched) for line in below)
    day = next(filter(None, named), None) or _labelled(_LABELLED, head, today, fetched)
    if day:
        return day
    visible = (
        " ".join(first_pieces(node))[:200]
        for node in document.tree.css(_VISIBLE)[:12]
        if not _is_of_a_list(node)
    )
    return (
        _unlabelled(visible, today, fetched)
        or _labelled(_NAMED, head, today, fetched)
        or _unlabelled(below, today, fetched)
    )


def _unlabelled(lines: Iterable[str], today: date, fetched: date) -> date | None:
    """The first day with a year that is not the day of a rule or an event in the text."""
    for line in map(normalise, lines):
        for found in find_dates(line, today, fetched):
            if found.role not in ("publication", "unlabelled") or not found.year_known:
                continue
            rest, bracket = line[found.end :], line[: found.start].rstrip().endswith("(")
            if not _OF_SOMETHING_ELSE.match(rest) and not (bracket and _SAYS_MORE.match(rest)):
                return found.day
    return None


def _written(document: Document, today: date, fetched: date) -> date | None:
    """The day that a script writes behind a label: 发布时间：<script>var day = "2017年8月11日"; document.write(day)</script>."""
    for node in document.tree.css("script:not([src])")[:_MAX_SCRIPTS]:
        text = node.text(deep=True)[:_MAX_SCRIPT]
        if "write" not in text or _is_of_a_list(node):
            continue
        before = normalise(_text_before(node))
        label = _LABEL_AT_END.search(before)
        if label is None or _OF_THE_SITE.search(before[: label.start()]):
            continue
        for literal in _LITERAL.finditer(text):
            dates = find_dates(literal[2], today, fetched)
            if dates:
                return dates[0].day
    return None


def _text_before(node: LexborNode) -> str:
    """The last signs of the text before an element; a label may stand in several elements."""
    found = ""
    current: LexborNode | None = node
    for _ in range(12):
        if current is None or current.tag == "body" or len(found) > _LABEL:
            break
        if current.prev is None:
            current = current.parent
            continue
        current = current.prev
        while current.last_child is not None and current.tag not in ("script", "style"):
            current = current.last_child
        found = (current.text_content or "")[-40:].strip() + found
    return found


def _below_titles(document: Document) -> list[str]:
    """The short lines between an article's title and its text."""
    name = document.title.replace(" ", "")
    lines: list[str] = []
    titles = 0
    for node in document.tree.css("h1, h2, h3, h4, [class*=title], [class*=tit]")[:_MAX_NAMED_TITLE]:
        pieces = first_pieces(node, 6)
        title = "".join(pieces).replace(" ", "")
        if len(title) < _MIN_TITLE or not name.startswith(title[:_COMPARED]) or _is_of_a_list(node):
            continue
        # Some set the day within the title's element.
        lines += [piece for piece in pieces[1:] if piece.replace(" ", "") not in name]
        lines += _lines_below(node)
        titles += 1
        if titles == _MAX_TITLES:
            break
    return lines


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
        if match[0][0] in "时日" and _OF_SOMETHING_ELSE.match(text, match.end()):
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
