"""Five ways in which content-management systems write a list, and how a spider written for each one reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

#: The monitoring day of the corpus; its items are at most 300 days older, so a day without a year is unambiguous.
AS_OF = date(2026, 11, 20)

_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})")
_DAY_YEAR_MONTH = re.compile(r"(\d{1,2})\s+(\d{4})-(\d{1,2})")
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")


def year_month_day(text: str) -> date | None:
    match = _YEAR_MONTH_DAY.search(text)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def day_year_month(text: str) -> date | None:
    match = _DAY_YEAR_MONTH.search(text)
    return date(int(match[2]), int(match[3]), int(match[1])) if match else None


def month_day(text: str) -> date | None:
    match = _MONTH_DAY.search(text)
    if match is None:
        return None
    day = date(AS_OF.year, int(match[1]), int(match[2]))
    return day if day <= AS_OF else day.replace(year=AS_OF.year - 1)


@dataclass(frozen=True)
class Family:
    """One system's list: the opening and closing markup, a row, and the CSS of its rows and dates.

    ``row`` takes url, title and day (a date); ``gzipped`` says whether its sites compress their answers.
    """

    name: str
    charset: str
    gzipped: bool
    opening: str
    closing: str
    row: Callable[[str, str, date], str]
    rows_css: str
    date_css: str
    parse: Callable[[str], date | None]


def _plain_row(url: str, title: str, day: date) -> str:
    return (
        f'<li class="list-item clearfix"><i class="dot"></i><a href="{url}" target="_blank" title="{title}">{title}</a>'
        f'<span class="time">{day.isoformat()}</span></li>\n'
    )


def _table_row(url: str, title: str, day: date) -> str:
    return (
        f'<tr height="32"><td align="center" class="num">·</td><td class="tt"><a href="{url}" target="_blank" '
        f'title="{title}">{title}</a></td><td class="rq" align="center">{day.isoformat()}</td></tr>\n'
    )


def _card_row(url: str, title: str, day: date) -> str:
    return (
        f'<dl class="card clearfix"><dt><b>{day:%d}</b> <span>{day:%Y-%m}</span></dt>'
        f'<dd><a href="{url}" target="_blank" title="{title}">{title}</a></dd></dl>\n'
    )


def _bracket_row(url: str, title: str, day: date) -> str:
    return (
        f'<div class="news-item"><a href="{url}" target="_blank" title="{title}">{title}</a>'
        f'<em class="date">[{day:%m-%d}]</em></div>\n'
    )


def _labelled_row(url: str, title: str, day: date) -> str:
    return (
        f'<li class="entry"><p class="tit"><a href="{url}" target="_blank" title="{title}">{title}</a></p>'
        f'<p class="day">发布日期：{day.year}年{day.month}月{day.day}日</p></li>\n'
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        "plain",
        "utf-8",
        True,
        '<ul class="list">',
        "</ul>",
        _plain_row,
        "ul.list > li",
        "span.time",
        year_month_day,
    ),
    Family(
        "table",
        "gbk",
        False,
        '<table class="tab" width="100%"><tbody><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>',
        "</tbody></table>",
        _table_row,
        "table.tab tr:has(a)",
        "td.rq",
        year_month_day,
    ),
    Family(
        "card", "utf-8", True, '<div class="cards">', "</div>", _card_row, "dl.card", "dt", day_year_month
    ),
    Family(
        "bracket",
        "utf-8",
        False,
        '<div class="news">',
        "</div>",
        _bracket_row,
        "div.news-item",
        "em.date",
        month_day,
    ),
    Family(
        "labelled",
        "utf-8",
        True,
        '<ul class="entries">',
        "</ul>",
        _labelled_row,
        "li.entry",
        "p.day",
        year_month_day,
    ),
)
BY_NAME = {family.name: family for family in FAMILIES}
