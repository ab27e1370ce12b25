"""Dates as government pages write them.

A date found in text is a day in Beijing; the time of day, where one is printed, is not needed by any indicator.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from include.inspection.times import BEIJING

Role = Literal["publication", "document", "deadline", "unlabelled"]

_YEAR_FIRST = 1990
_SEP = r"\s{0,2}[-/.．。‐–—−年]\s{0,2}"
_SEP2 = r"\s{0,2}[-/.．。‐–—−月]\s{0,2}"
_FULL = re.compile(rf"(?<![\d.])((?:19|20)\d{{2}}){_SEP}(\d{{1,2}}){_SEP2}(\d{{1,2}})(?!\d)")
#: Eight digits may as well be a number: those that hang on letters, slashes or dashes are (K28491516/20240315-0001).
_COMPACT = re.compile(
    r"(?<![\dA-Za-z/_\-])((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d_]|[-/]\d)"
)
_NUMBER_BEFORE = re.compile(
    r"(?:浏览|点击|阅读|访问|人气|热度|次数?|量|数|索引号?|编号|文号|序号|流水号)[^\d]{0,4}$"
)
_SHORT_YEAR = re.compile(r"(?<![\d.\-/])['‘’]?(\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?![\d.\-/])")
# Day and month split into two elements: the day beside a year-month, or a day beside a month.
_DAY_YEAR_MONTH = re.compile(
    r"(?<![\d\-/.:])(\d{1,2})日?\s{0,2}[/|]?\s{1,4}((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})月?(?![\d\-/.])"
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<![\d\-/.])((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})月?\s{1,4}[/|]?\s{0,2}(\d{1,2})日?(?![\d\-/.:年月])"
)
# "11月 2, 2026", as blogs write it.
_MONTH_DAY_YEAR = re.compile(
    r"(?<![\d\-/.:年])(\d{1,2})月\s{0,2}(\d{1,2})日?\s?[,，]\s?((?:19|20)\d{2})(?!\d)"
)
# A day in one element and its year in the next: "10-21 2024".
_MONTH_DAY_THEN_YEAR = re.compile(
    r"(?<![\d\-/.:年])(\d{1,2})[-/.月](\d{1,2})日?\s{1,4}((?:19|20)\d{2})年?(?![\d\-/.:月])"
)
_MONTH_DAY = re.compile(r"(?<![\d\-/.:年])(\d{1,2})(?:月\s{0,3}(\d{1,2})日?|[-/](\d{1,2}))(?![\d\-/.:月年%])")
_DAY_MONTH = re.compile(r"(?<![\d\-/.:])(\d{1,2})日?\s{1,4}(\d{1,2})月(?!\d)")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?<![A-Za-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![A-Za-z])\.?"
)
#: "Nov 20, 2026" and "20 November 2026"; 11/20/2026 where a month of twenty leaves one reading.
_ENGLISH = re.compile(
    rf"{_MONTH_NAME}\s{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s{{0,2}}((?:19|20)\d{{2}})(?!\d)", re.IGNORECASE
)
_ENGLISH_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s{{0,2}}{_MONTH_NAME}\s?,?\s{{0,2}}((?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"(?<![\d\-/.:])(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})(?![\d\-/.])")
# A word of its own: 今天 inside a sentence or a clock (今天是…) dates nothing.
_RELATIVE = re.compile(
    r"(?:(?<![\u4e00-\u9fff\d])|(?<=于))(刚刚|今天|今日|昨天|昨日|前天|(\d{1,3})\s?(分钟|小时|天|日|周)前)(?![\u4e00-\u9fff])"
)
_RELATIVE_WORD = re.compile(r"[刚今昨前]")
_CHINESE = re.compile(
    r"([二一][〇零○ＯO一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_CHINESE_DIGITS = {
    char: digit for digit, chars in enumerate(("〇零○ＯO", *"一二三四五六七八九")) for char in chars
}

_DEADLINE_BEFORE = re.compile(
    r"(?:(?:截止|截至|有效期|到期|结束|失效|期限)[^\d]{0,8}|\d日?\s?(?:至|—+|~|～|-)\s?)$"
)
_DEADLINE_AFTER = re.compile(r"^[^\d当目]{0,3}(日?前|截?止(?!\s{0,2}(?:时间|日期|[:：]))|到期)")
_PUBLICATION_BEFORE = re.compile(
    r"(发布|发文|公开|公布|更新|录入|上传|刊发|发表|添加)(时间|日期|于)?[^\d]{0,6}$"
)
_DOCUMENT_BEFORE = re.compile(r"(成文|印发|签发|生成|制发|施行|实施|生效)(时间|日期|于)?[^\d]{0,6}$")
#: The page's own clock (今天是…, … 星期日): the day of the visit, not of an item.
_CLOCK_BEFORE = re.compile(
    r"(?:今天是?|今日|现在是?|当前(?:时间|日期)|北京时间|系统时间)\s{0,2}[:：]?\s{0,2}$"
)
_CLOCK_AFTER = re.compile(r"^\s{0,3}(?:星期|周)[一二三四五六日天]")
#: The pager's 1/12: no day.
_PAGE_BEFORE = re.compile(
    r"(?:第|共|页次|页码|当前页?|page|current|\d\s{0,2}[条页篇项]记?录?)\s{0,2}[:：,，]?\s{0,4}$",
    re.IGNORECASE,
)
_PAGE_AFTER = re.compile(
    r"^\s{0,4}(?:页|条|篇|项|pages?|[首尾末]页|[上下前后]一?页|跳转|转到)", re.IGNORECASE
)
_START_BEFORE = re.compile(r"(开始|起始)(时间|日期)?[^\d]{0,6}$")

#: The time of day behind an ISO date, with its zone: midnight in Beijing is the day before in UTC.
_ZONED = re.compile(r"[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})(?!\d)")
#: The site's own last update, in the head of every page.
_SITE_BEFORE = re.compile(r"(?:本站|本网|网站|全站)(?:最后|最近|最新)?更新(?:时间|日期|于)?[^\d]{0,4}$")

_URL_DATE = re.compile(
    r"(?:/|t|_|art_?)((?:19|20)\d{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_ART = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")


#: A row's or a label's text; what is longer is no date line, and every byte is hostile.
_MAX_TEXT = 2_000
#: The same short dates stand on one page after another.
_OFTEN_THE_SAME = 40


@dataclass(frozen=True)
class FoundDate:
    """A date in a text. ``year_known`` is False where the page gives month and day only: ``day`` then carries
    the latest year in which it is not in the future."""

    day: date
    role: Role
    year_known: bool
    start: int
    end: int
    compact: bool = False  # eight digits without a sign between them
    relative: bool = False  # 昨天, 14天前: counted from the day of fetching


#: What nearly all texts are made of, none of which melts into its neighbour; and those of them that have a plain form.
_EVERYDAY = re.compile(
    r"[\x00-\x7f\u00b7\u2014\u2018-\u201d\u2026\u3000-\u3003\u3007-\u3011\u4e00-\u9fff\uff01-\uff5e]*+"
)
_WIDE = re.compile(r"[\u2026\u3000\uff01-\uff5e]+")


def _plain(wide: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", wide[0])


def normalise(text: str) -> str:
    """Full-width digits and look-alike signs to plain ones, character for character where possible."""
    if text.isascii():
        return text
    if _EVERYDAY.fullmatch(text):
        return _WIDE.sub(_plain, text)  # a twentieth of the time
    return (
        unicodedata.normalize("NFKC", text)
        .replace("\u2236", ":")
        .replace("\u00a0", " ")
        .replace("\u200b", "")
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _YEAR_FIRST else None
    except ValueError:
        return None


def latest_not_after(month: int, day: int, limit: date) -> date | None:
    """The latest such day that is not after ``limit``; 29 February looks back to a leap year."""
    for year in range(limit.year, limit.year - 9, -1):
        found = _day(year, month, day)
        if found and found <= limit:
            return found
    return None


def find_dates(
    text: str, today: date, fetched: date | None = None, *, in_row: bool = False
) -> list[FoundDate]:
    """Every date in ``text``, in reading order.

    A date without a year is the latest such day that is not after ``today``, the monitoring day; relative words
    (昨天) count from ``fetched``, the Beijing day of fetching (``today`` where it is not given). In the row of a list
    (``in_row``) a weekday behind a date is no sign of the page's clock.
    """
    if len(text) <= _OFTEN_THE_SAME:
        return list(_known_dates(text, today, fetched or today, in_row))
    return _find_dates(text, today, fetched or today, in_row)


@functools.lru_cache(maxsize=8192)
def _known_dates(text: str, today: date, fetched: date, in_row: bool) -> tuple[FoundDate, ...]:
    return tuple(_find_dates(text, today, fetched, in_row))


def _find_dates(text: str, today: date, fetched: date, in_row: bool) -> list[FoundDate]:
    text = normalise(text[:_MAX_TEXT])[:_MAX_TEXT]
    if not any(char.isdigit() for char in text) and not _RELATIVE.search(text) and "年" not in text:
        return []
    found: list[FoundDate] = []
    taken: list[tuple[int, int]] = []
    for day, year_known, start, end in _candidates(text, today, fetched):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        before = text[max(0, start - 14) : start]
        if _CLOCK_BEFORE.search(before) or ("更新" in before and _SITE_BEFORE.search(before)):
            continue
        if not in_row and _CLOCK_AFTER.match(text[end : end + 8]):
            continue
        compact = end - start == 8 and text[start:end].isdecimal()
        if compact and _NUMBER_BEFORE.search(before):
            continue
        relative = _RELATIVE_WORD.search(text, start, end) is not None
        found.append(FoundDate(day, _role(text, start, end), year_known, start, end, compact, relative))
    found.sort(key=lambda item: item.start)
    return found


def _candidates(text: str, today: date, fetched: date) -> Iterator[tuple[date, bool, int, int]]:
    """Longer and more certain forms first; the caller keeps the first that claims a stretch of text."""
    forms = (
        (_FULL, (1, 2, 3)),
        (_DAY_YEAR_MONTH, (2, 3, 1)),
        (_YEAR_MONTH_DAY, (1, 2, 3)),
        (_MONTH_DAY_YEAR, (3, 1, 2)),
        (_MONTH_DAY_THEN_YEAR, (3, 1, 2)),
        (_COMPACT, (1, 2, 3)),
    )
    for pattern, (year, month, day) in forms:
        for match in pattern.finditer(text):
            made = _day(int(match[year]), int(match[month]), int(match[day]))
            if made:
                yield _in_beijing(made, text, match.end()), True, match.start(), match.end()
    yield from _english(text)
    if "年" in text:
        for match in _CHINESE.finditer(text):
            made = _chinese(match)
            if made:
                yield made, True, match.start(), match.end()
    for match in _SHORT_YEAR.finditer(text):
        made = _day(2000 + int(match[1]), int(match[3]), int(match[4]))
        if made and made <= max(today, fetched) + timedelta(days=366):
            yield made, True, match.start(), match.end()
    for match in _RELATIVE.finditer(text):
        yield _relative(match, fetched), True, match.start(), match.end()
    for match in _DAY_MONTH.finditer(text):
        made = _month_day(int(match[2]), int(match[1]), today)
        if made:
            yield made, False, match.start(), match.end()
    for match in _MONTH_DAY.finditer(text):
        made = _month_day(int(match[1]), int(match[2] or match[3]), today)
        if made and not (match[3] and _counts_pages(text, match.start(), match.end())):
            yield made, False, match.start(), match.end()


def _counts_pages(text: str, start: int, end: int) -> bool:
    return bool(
        _PAGE_BEFORE.search(text[max(0, start - 10) : start]) or _PAGE_AFTER.match(text[end : end + 8])
    )


def _english(text: str) -> Iterator[tuple[date, bool, int, int]]:
    for pattern, month, day in ((_ENGLISH, 1, 2), (_ENGLISH_DAY_FIRST, 2, 1)):
        for match in pattern.finditer(text):
            number = _MONTH_NAMES.index(match[month][:3].lower()) + 1
            if made := _day(int(match[3]), number, int(match[day])):
                yield made, True, match.start(), match.end()
    for match in _YEAR_LAST.finditer(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        readings = {_day(year, first, second), _day(year, second, first)} - {None}
        if len(readings) == 1 and (only := readings.pop()):
            yield only, True, match.start(), match.end()


def _in_beijing(day: date, text: str, end: int) -> date:
    """The Beijing day of a moment whose time and zone stand behind its date; ``day`` where there is no zone."""
    match = _ZONED.match(text, end)
    if match is None:
        return day
    zone = match[3].replace(":", "")
    minutes = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[3:5]))
    clock = int(match[1]) * 60 + int(match[2]) - minutes + 8 * 60
    return day + timedelta(days=clock // (24 * 60))


def _month_day(month: int, day: int, today: date) -> date | None:
    return latest_not_after(month, day, today) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _relative(match: re.Match[str], fetched: date) -> date:
    word, number, unit = match[1], int(match[2] or 0), match[3]
    days = {"昨天": 1, "昨日": 1, "前天": 2}.get(word, 0)
    if unit in ("天", "日"):
        days = number
    elif unit == "周":
        days = number * 7
    elif unit == "小时":
        days = number // 24
    return fetched - timedelta(days=days)


def _chinese(match: re.Match[str]) -> date | None:
    year = int("".join(str(_CHINESE_DIGITS[char]) for char in match[1]))
    return _day(year, _chinese_number(match[2]), _chinese_number(match[3]))


def _chinese_number(text: str) -> int:
    """A number up to 99 in Chinese words; 0 for what is none, which makes no date."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS.get(ones, 0)
    return _CHINESE_DIGITS.get(tens or "一", 0) * 10 + (_CHINESE_DIGITS.get(ones, 100) if ones else 0)


def _role(text: str, start: int, end: int) -> Role:
    before, after = text[max(0, start - 16) : start], text[end : end + 6]
    if _PUBLICATION_BEFORE.search(before):
        return "publication"
    if _DOCUMENT_BEFORE.search(before) or _START_BEFORE.search(before):
        return "document"
    if _DEADLINE_BEFORE.search(before) or _DEADLINE_AFTER.search(after):
        return "deadline"
    return "unlabelled"


def url_day(url: str) -> date | None:
    """The day that many content-management systems write into an article's address; proves little, see survey."""
    match = _URL_DATE.search(url) or _URL_ART.search(url)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


def epoch_day(value: int | float) -> date | None:
    """Seconds or milliseconds since 1970, as list interfaces give them, to the Beijing day."""
    if not 0 < value < 10**14:
        return None
    seconds = value / 1000 if value > 10**11 else value
    if not 6 * 10**8 < seconds < 4.2 * 10**9:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).date()
