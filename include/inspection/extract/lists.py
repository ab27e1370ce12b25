"""Lists of dated items, whatever markup they are made of.

A list is recognised by its shape alone: links to articles whose nearest surroundings (the row) hold no other
article link, side by side in one container. The date of a row is searched in its short texts first, then in the
title and in attributes, so that a date inside a summary is not taken for the date of publication.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import FoundDate, find_dates, latest_not_after, normalise
from include.inspection.extract.html import Document, Link
from include.inspection.extract.rows import (
    SHORT_PIECE,
    Margins,
    Row,
    find_groups,
    first_pieces,
    heading_above,
)

#: Sources of a day: the one on which a document was signed; an article that was opened to learn the year.
SIGNED = "document"
CONFIRMED = "confirmed"

_DATE_ATTRIBUTES = (
    "date",
    "data-date",
    "data-time",
    "datetime",
    "data-pubdate",
    "pubdate",
    "data-publishtime",
    "time",
    "data-pubtime",
    "pubtime",
    "data-day",
)
_DATE_NAMES = frozenset(_DATE_ATTRIBUTES)
#: What makes a text a sentence: a date in it is part of what it tells.
_SENTENCE = re.compile(r"[，。；！？、…]")
_BARE_DATE = re.compile(r"[\d年月日\-/.:\s\[\]()（）【】]+")
#: A day as 11.20, told from versions and amounts by its column or by the rows around it.
_DOTTED = re.compile(r"[\[(（【]?\s?(1[0-2]|0?[1-9])[.．](0[1-9]|[12]\d|3[01])\s?[\])）】]?")
_FEWEST_DOTTED = 4
_CLOCK = re.compile(r"[\[(【]?(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?[\])】]?")
_SIGNED = re.compile(r"成文|印发|签发|制发")
_NO_PUBLICATION = re.compile(r"截止|结束|生效|施行|实施|有效|失效|机构|单位|主体|部门")
#: Headings of boxes that show other sections' entries beside a list or an article.
_YEAR_ABOVE = re.compile(r"((?:19|20)\d\d)\s?年?")
_BESIDE = re.compile(
    r"(?:(?:今日|本周|本月|精彩|编辑|小编|为您|图文|最新)?(?:热点|热门|推荐|相关|延伸|关联)"
    r"(?:推荐|推送|排行榜?|资讯|信息|新闻|文章|内容|阅读|报道|链接|稿件|文件|解读)?|猜你喜欢|大家都?在看|"
    r"(?:点击|阅读|浏览|热点|热门|新闻|信息)?(?:排行榜?|排名)|热文|热读)"
)
_CALENDAR = re.compile(r"\s{0,3}\d{1,2}日?\s{0,3}")
_MAX_ROW_TEXT = 500
#: A remark that begins with its day: （2026-11-20，来源：县政府办）.
_REMARK = re.compile(r"[（(\[【]?\s{0,2}(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[，,、\s]{1,3}来源")
_LABELLED_DAY = re.compile(
    r"[\[（(【]?(?:(?:发布|更新|公开|公布)(?:时间|日期)?|[\u4e00-\u9fff]{0,4}(?:时间|日期))\s{0,2}[:：]"
)
_MAX_PIECES = 60
_SHORTEST_TITLE = 4
#: A link almost alone with more text than this around it stands in a page's text; it is no row of a list.
_FEW_ROWS, _MAX_LONE_TEXT = 2, 300
_MAX_CELLS = 40
_WORD_CUTS = 8
#: So many entries with labels of this mean width are titles of articles.
_FEWEST_TITLES, _TITLE_WIDTH = 4, 11


@dataclass(frozen=True)
class Item:
    """One entry of a section. ``day`` is None where the list gives no date; ``source`` says where it stood.

    A day whose source is ``document`` is the one on which a document was signed: it was published then or later.
    ``url`` is "" for an entry without an address.
    """

    title: str
    url: str
    day: date | None
    year_known: bool = True
    source: str = ""
    row_text: str = ""


@dataclass(frozen=True)
class ItemList:
    """Items of one container, in page order; ``aside`` marks navigation, footer and the like.

    ``heading`` is set where it says that the list stands beside the page's own content: 热点推荐, 相关阅读.
    """

    items: tuple[Item, ...]
    aside: bool = False
    heading: str = ""
    place: int = field(default=0, compare=False)  # the element that holds its rows, as the parser numbers it

    @property
    def dated(self) -> int:
        return sum(item.day is not None for item in self.items)

    @property
    def holds_titles(self) -> bool:
        """Whether the entries, by the length of their labels, are articles rather than sections."""
        return len(self.items) >= _FEWEST_TITLES and sum(
            len(item.title) for item in self.items
        ) >= _TITLE_WIDTH * len(self.items)

    @property
    def weight(self) -> int:
        """How much of a list this is: menus have many short labels, lists of articles long ones."""
        return sum(min(len(item.title), 30) + (15 if item.day else 0) for item in self.items)


def articles_of(lists: Iterable[ItemList]) -> set[str]:
    """The addresses of the entries of lists: those with a day, and those of a list whose titles are too long for names."""
    return {
        item.url
        for group in lists
        for item in group.items
        if item.day is not None or (not group.aside and group.holds_titles)
    }


def find_lists(document: Document, today: date, fetched: date) -> list[ItemList]:
    """Every list of the page, in page order; see dates.find_dates for ``today`` and ``fetched``."""
    margins = Margins(document)
    columns: dict[int, _Columns] = {}
    return [_item_list(group, today, fetched, margins, columns) for group in find_groups(document)]


def _item_list(
    rows: list[Row], today: date, fetched: date, margins: Margins, columns: dict[int, _Columns]
) -> ItemList:
    margin = margins.hold(rows[0])
    if margin == "certain":
        return ItemList(
            items=tuple(Item(row.link.label[:300], row.link.url, None) for row in rows), aside=True
        )
    column = _date_columns(rows[0].node, columns)
    before = _dates_stand_before(rows, today, fetched)
    items = [_item(row, today, fetched, column, before) for row in rows]
    # The days of a calendar are links too.
    items = [
        replace(item, day=None) if _CALENDAR.fullmatch(row.link.text) else item
        for row, item in zip(rows, items, strict=True)
    ]
    if rows[0].node.tag != "tr" and not any(item.day for item in items):
        items = _with_dotted_days(rows, items, today)
    items = _with_clock_days(rows, items, fetched)
    if len(rows) <= _FEW_ROWS:
        items = [
            replace(item, day=None, row_text="") if _text_around(row) > _MAX_LONE_TEXT else item
            for row, item in zip(rows, items, strict=True)
        ]
    aside = margin == "likely" and not any(item.day for item in items)
    heading = heading_above(rows[0].node) if any(item.day for item in items) else ""
    if year := _YEAR_ABOVE.fullmatch(heading):
        items = [_unless_of(int(year[1]), item) for item in items]
    place = rows[0].node.parent.mem_id if rows[0].node.parent is not None else 0
    beside = heading if _BESIDE.fullmatch(heading) else ""
    return ItemList(tuple(years_run_backwards(items)), aside, beside, place)


def _text_around(row: Row) -> int:
    return sum(map(len, first_pieces(row.node, _MAX_PIECES)))


def _unless_of(year: int, item: Item) -> Item:
    """Without a day whose year the heading contradicts: then the article says when it was published."""
    doubtful = item.day is not None and not item.year_known and item.day.year != year
    return replace(item, day=None) if doubtful else item


def _with_dotted_days(rows: Sequence[Row], items: list[Item], today: date) -> list[Item]:
    """The items with days of the form 11.20, where every row ends or begins with one and they run backwards: numbers of
    versions and amounts do not."""
    found = []
    for row in rows:
        dotted = [match for piece in _own_texts(row)[0] if (match := _DOTTED.fullmatch(piece))]
        found.append(_dotted_day(dotted[0], today) if len(dotted) == 1 else None)
    days = [day for day in found if day is not None]
    # From the end of a year to its beginning the list steps forward once.
    forward = sum(later > earlier for earlier, later in itertools.pairwise(days))
    if len(rows) < _FEWEST_DOTTED or len(days) < len(rows) or forward > 1 or len(set(days)) == 1:
        return items
    return [
        replace(item, day=day, year_known=False, source="row") for item, day in zip(items, days, strict=True)
    ]


def _with_clock_days(rows: Sequence[Row], items: list[Item], fetched: date) -> list[Item]:
    """The items of the day of fetching, which carry a clock alone above those that carry a day, the newest first."""
    first = next((n for n, item in enumerate(items) if item.day is not None), 0)
    if not first or items[first].day != max(item.day for item in items if item.day is not None):
        return items
    return [
        replace(item, day=fetched, source="clock") if n < first and _carries_clock(row) else item
        for n, (row, item) in enumerate(zip(rows, items, strict=True))
    ]


def _carries_clock(row: Row) -> bool:
    return any(_CLOCK.fullmatch(normalise(piece)) for piece in _own_texts(row)[0])


def _dotted_day(match: re.Match[str], today: date) -> date | None:
    return latest_not_after(int(match[1]), int(match[2]), today)


def _table_of(node: LexborNode) -> LexborNode | None:
    table = node.parent
    for _ in range(3):
        if table is None or table.tag == "table":
            return table
        table = table.parent
    return None


@dataclass(frozen=True)
class _Columns:
    """The columns of a table with a header by index: when a row was published, when its document was signed."""

    published: int | None = None
    signed: int | None = None


def _date_columns(row: LexborNode, columns: dict[int, _Columns]) -> _Columns:
    table = _table_of(row) if row.tag == "tr" else None
    if table is None:
        return _Columns()
    if table.mem_id not in columns:
        columns[table.mem_id] = _headed_columns(table, row)
    return columns[table.mem_id]


def _headed_columns(table: LexborNode, row: LexborNode) -> _Columns:
    first = table.css_first("tr")
    if first is None or first.mem_id == row.mem_id:
        return _Columns()
    names = [" ".join(cell.text(deep=True).split())[:20] for cell in first.css("th, td")[:20]]
    signed = next((index for index, name in enumerate(names) if _SIGNED.search(name)), None)
    for pattern in (r"发布|公布|公开|更新|发文(日期|时间)", r"(日期|时间)"):
        for index, name in enumerate(names):
            if re.search(pattern, name) and not _SIGNED.search(name) and not _NO_PUBLICATION.search(name):
                return _Columns(index, signed)
    return _Columns(None, signed)


def _sibling_texts(row: Row, forward: bool) -> list[str]:
    """Short texts between this row and the neighbouring article link: `<dt>…</dt><dd>date</dd>` and flat lists."""
    texts: list[str] = []
    node = row.node.next if forward else row.node.prev
    for _ in range(4):
        if node is None:
            break
        if node.is_element_node:
            # What is a block of its own dates nothing beside it.
            if node.tag in ("a", "table", "ul", "ol", "form"):
                break
            found = first_pieces(node)
            alike = node.tag in ("li", "tr", "dt", "dd", "p", "script", "style") and node.tag == row.node.tag
            if alike and not _is_remark(node, found):
                break
            if node.css_first("a[href]") is not None and len("".join(found)) >= SHORT_PIECE:
                break
        elif node.is_text_node:
            found = [" ".join((node.text(deep=False) or "")[:_MAX_ROW_TEXT].split())]
        else:
            found = []
        texts.extend(piece for piece in found if piece and len(piece) <= SHORT_PIECE)
        node = node.next if forward else node.prev
    return texts


def _own_texts(row: Row) -> tuple[list[str], list[str]]:
    """(short texts, long texts) of the row without the title itself."""
    label = row.link.label
    short: list[str] = []
    long: list[str] = []
    for piece in first_pieces(row.node, _MAX_PIECES):
        in_title = piece == row.link.text or (
            len(piece) >= 6 and (piece in label or label.startswith(piece.rstrip("….")))
        )
        # A title that is cut into pieces, or its beginning; a piece that is nothing but a date is none.
        if in_title and not _BARE_DATE.fullmatch(piece) and not _LABELLED_DAY.match(piece):
            continue
        (short if len(piece) <= SHORT_PIECE else long).append(piece)
    return short, long


def _title(row: Row) -> str:
    """The link's label without the remarks (提交时间：…) that a link around the whole row holds behind the title."""
    label = row.link.label
    for piece in first_pieces(row.link.node):
        place = label.find(piece) if _LABELLED_DAY.match(piece) else 0
        if place >= _SHORTEST_TITLE:
            return label[:place].rstrip()
    return label


def _is_remark(node: LexborNode, pieces: list[str]) -> bool:
    """Whether a row is nothing but the day of the row beside it."""
    text = "".join(pieces)
    if not 4 <= len(text) <= SHORT_PIECE or node.css_first("a[href]") is not None:
        return False
    return bool(_BARE_DATE.fullmatch(text) or _LABELLED_DAY.match(text))


def _dates_stand_before(rows: list[Row], today: date, fetched: date) -> bool:
    """In a flat list without rows of its own, whether each date stands before its title (else after it)."""
    first, last = rows[0], rows[-1]
    if first.node.mem_id != first.link.node.mem_id and (
        first.node.tag not in ("dd", "dt", "li") or _own_texts(first)[0]
    ):
        return False
    return bool(find_dates(" ".join(_sibling_texts(first, False)), today, fetched)) and not find_dates(
        " ".join(_sibling_texts(last, True)), today, fetched
    )


def _item(row: Row, today: date, fetched: date, columns: _Columns, before: bool) -> Item:
    label = _title(row)
    short, long = _own_texts(row)
    row_text = " ".join([*short, *long])[:_MAX_ROW_TEXT]

    def item(found: FoundDate | None, source: str) -> Item:
        day, year_known = (found.day, found.year_known) if found else (None, True)
        return Item(label[:300], row.link.url, day, year_known, source, row_text)

    headed = _day_of_columns(row.node, columns, today, fetched)
    if headed:
        return item(*headed)
    for source, text in _day_texts(row, short, before):
        chosen = choose(find_dates(text, today, fetched, in_row=True), today) if text else None
        if chosen and chosen.relative and (full := _full_day(row, chosen.day, today, fetched)):
            return item(full, "attribute")
        if chosen:
            return item(chosen, SIGNED if chosen.role == "document" else source)
    for text in [*short, *long]:
        labelled = [found for found in find_dates(text, today, fetched) if found.role == "publication"]
        if labelled:
            return item(labelled[0], "text")
    return item(None, "")


def _full_day(row: Row, told: date, today: date, fetched: date) -> FoundDate | None:
    """The day that an attribute gives in full beside a word such as 14天前 or 2周前, which is cut to whole days or weeks; one
    that is far older than the word is another day's."""
    days = [found for found in find_dates(_attribute_dates(row), today, fetched) if found.year_known]
    chosen = choose(days, today)
    return chosen if chosen is not None and (told - chosen.day).days <= _WORD_CUTS else None


def _day_texts(row: Row, short: list[str], before: bool) -> Iterator[tuple[str, str]]:
    """Where the day of a row may stand, the likeliest first; each text is made only when those before it hold none."""
    yield "row", " ".join([piece for piece in short if not _SENTENCE.search(piece) or _REMARK.match(piece)])
    if not short or row.node.tag == "dt":
        yield "sibling", " ".join(_sibling_texts(row, forward=not before))
    yield "attribute", _attribute_dates(row)
    yield "title", _title_dates(row.link)


def day_of_cells(row: LexborNode, today: date, fetched: date) -> tuple[FoundDate, str] | None:
    """The day in a table row's column of publication, else of signing, by the table's header; and its source."""
    return _day_of_columns(row, _date_columns(row, {}), today, fetched)


def _day_of_columns(
    row: LexborNode, columns: _Columns, today: date, fetched: date
) -> tuple[FoundDate, str] | None:
    for column, name in ((columns.published, "column"), (columns.signed, SIGNED)):
        cells = _cells(row) if column is not None else []
        if column is not None and column < len(cells):
            text = " ".join(first_pieces(cells[column]))
            chosen = choose(find_dates(text, today, fetched, in_row=True), today)
            if chosen is None and (match := _DOTTED.fullmatch(text)) and (day := _dotted_day(match, today)):
                chosen = FoundDate(day, "unlabelled", False, 0, len(text))
            if chosen:
                return chosen, name
    return None


def _cells(row: LexborNode) -> list[LexborNode]:
    cells: list[LexborNode] = []
    cell = row.child
    while cell is not None and len(cells) < _MAX_CELLS:
        if cell.tag in ("td", "th"):
            cells.append(cell)
        cell = cell.next
    return cells


def choose(dates: Iterable[FoundDate], today: date) -> FoundDate | None:
    """The date of publication among several on a line; a deadline never is.

    Among dates that carry no label the latest counts that is not to come: an announced event is not a publication.
    """
    by_role: dict[str, list[FoundDate]] = defaultdict(list)
    for found in dates:
        by_role[found.role].append(found)
    if by_role["publication"]:
        return by_role["publication"][0]
    unlabelled = by_role["unlabelled"]
    with_year = [found for found in unlabelled if found.year_known]
    if all(found.compact for found in with_year) and len(with_year) < len(unlabelled):
        # Eight digits beside a day without a year are a number that looks like a day.
        with_year, unlabelled = [], [found for found in unlabelled if not found.compact]
    if with_year:
        return max(
            [found for found in with_year if found.day <= today] or with_year, key=lambda found: found.day
        )
    if unlabelled:
        return unlabelled[0]
    return by_role["document"][0] if by_role["document"] else None


def _attribute_dates(row: Row) -> str:
    values: list[str] = []
    for node in [row.node, *itertools.islice(row.node.traverse(), _MAX_PIECES)]:
        attributes = node.attributes
        if not _DATE_NAMES.isdisjoint(attributes):
            values.extend(attributes.get(name) or "" for name in _DATE_ATTRIBUTES)
        if _BARE_DATE.fullmatch(title := (attributes.get("title") or "")[:40]):
            values.append(title)
    return " ".join(value for value in values if value)[:200]


_BRACKETED = re.compile(
    r"[(\[（【〔]\s{0,4}([\d年月日\-/.:\s]{4,20})\s{0,4}[)\]）】〕]|(?:^|\s)([\d年月日\-/.]{8,11})\s{0,4}$"
)


_LABELLED_TITLE = re.compile(r"(发布|日期|时间)[^\d]{0,6}\d{4}[^\n]{5,20}")


def _title_dates(link: Link) -> str:
    """Dates at the edges of a title, or labelled in its title attribute; not those inside its sentence."""
    found = [match[1] or match[2] for match in _BRACKETED.finditer(normalise(link.text))]
    attribute = normalise(link.title)
    labelled = _LABELLED_TITLE.search(attribute)
    if labelled:
        found.append(labelled[0])
    return " ".join(found)


def years_run_backwards(items: Sequence[Item]) -> list[Item]:
    """Give dates without a year the year that makes the list run backwards.

    Lists stand newest first. The first such item has the latest year possible; each later one that would be newer
    than the item before it belongs to the year before. An entry pinned on top breaks the order by its position, so
    a step forward of less than two months is taken for disorder, not for a new year. After an item whose year is
    known, the latest year counts that does not step forward; after one whose article was opened because it would
    have been the newest, the order counts again.
    """
    result: list[Item] = []
    previous: Item | None = None
    for item in items:
        if item.day is not None:
            if not item.year_known and previous is not None and previous.day is not None:
                anchored = previous.year_known and previous.source != CONFIRMED
                item = replace(item, day=_not_forward(item.day, previous.day, anchored=anchored))
            previous = item
        result.append(item)
    return result


def _not_forward(day: date, previous: date, *, anchored: bool) -> date:
    if anchored:
        # Pinned old entries would pull the years of the whole list back: only a year too early is mended here.
        later = _same_day(day, day.year + 1)
        return later if later <= previous and (previous - day).days > 366 else day
    while (day - previous).days > 60:
        day = _same_day(day, day.year - 1)
    return day


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
