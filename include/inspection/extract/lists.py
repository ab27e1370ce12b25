"""Lists of dated items, whatever markup they are made of.

A list is recognised by its shape alone: links to articles whose nearest surroundings (the row) hold no other
article link, side by side in one container. The date of a row is searched in its short texts first, then in the
title and in attributes, so that a date inside a summary is not taken for the date of publication.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import FoundDate, find_dates, normalise
from include.inspection.extract.html import Document, Link

_MAX_LEVELS = 12
_SHORT_PIECE = 40
_MIN_TITLE = 4
_SEPARATOR = "\x1f"
_DATE_ATTRIBUTES = ("date", "data-date", "data-time", "datetime", "data-pubdate", "pubdate", "data-publishtime", "time")
_NOT_A_TITLE = re.compile(
    r"^(首页|网站首页|返回.{0,4}|更多.{0,3}|more.{0,3}|查看(更多|详情|全部)?|详情|详细|阅读全文|点击.{0,4}|下一?页|上一?页|尾页|末页|"
    r"下载.{0,4}|附件.{0,6}|登录|注册|收藏.{0,4}|设为首页|加入收藏|无障碍.{0,4}|长者.{0,4}|简体|繁體|English|"
    r"[<>«»‹›\d\s.…\[\]【】]*)$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(nav|navbar|menu|topbar|header|head|foot|footer|crumb|crumbs|breadcrumb|location|position|wz|"
    r"friend|friendlink|yqlj|share|hotlist|rank|related|xgyd|xgwd|pager|page|pagination|paging|copyright|skip|sidebar-nav)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE_TAGS = {"nav", "header", "footer"}


@dataclass(frozen=True)
class Item:
    """One entry of a section. ``day`` is None where the list gives no date; ``source`` says where it stood."""

    title: str
    url: str
    day: date | None
    year_known: bool = True
    source: str = ""
    row_text: str = ""


@dataclass(frozen=True)
class ItemList:
    """Items of one container, in page order; ``aside`` marks navigation, footer and the like."""

    items: tuple[Item, ...]
    heading: str = ""
    aside: bool = False

    @property
    def dated(self) -> int:
        return sum(item.day is not None for item in self.items)


@dataclass
class _Row:
    link: Link
    node: LexborNode
    container: LexborNode | None
    levels: list[LexborNode] = field(default_factory=list)


def find_lists(document: Document, today: date, fetched: date) -> list[ItemList]:
    """Every list of the page, in page order; see dates.find_dates for ``today`` and ``fetched``."""
    links = _content_links(document)
    rows = _rows(links)
    groups: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[_group_key(row)].append(row)
    return [_item_list(group, today, fetched) for group in groups.values()]


def _content_links(document: Document) -> list[Link]:
    links = [link for link in document.links if not _NOT_A_TITLE.match(link.label)]
    often = {url for url, count in Counter(link.url for link in links).items() if count >= 3}
    kept = []
    for link in links:
        width = len(link.label)
        # A short link met again and again is the category in front of a title, not a title.
        if width < _MIN_TITLE or (width <= 8 and link.url in often):
            continue
        kept.append(link)
    return kept[:3_000]


def _rows(links: list[Link]) -> list[_Row]:
    """For each address of a container its row: the largest element that holds no other article's link."""
    holds: dict[int, set[str]] = defaultdict(set)
    paths: list[list[LexborNode]] = []
    for link in links:
        path = []
        node: LexborNode | None = link.node
        while node is not None and len(path) < _MAX_LEVELS and node.tag not in ("body", "html"):
            path.append(node)
            holds[node.mem_id].add(link.url)
            node = node.parent
        paths.append(path)

    rows: dict[tuple[int, str], _Row] = {}
    for link, path in zip(links, paths, strict=True):
        level = 0
        while level + 1 < len(path) and len(holds[path[level + 1].mem_id]) == 1:
            level += 1
        container = path[level + 1] if level + 1 < len(path) else path[level].parent
        row = _Row(link, path[level], container, path)
        key = (row.node.mem_id, link.url)
        # A picture and a title with one address are one item: keep the fuller label.
        if key not in rows or len(link.label) > len(rows[key].link.label):
            rows[key] = row
    return list(rows.values())


def _shape(node: LexborNode | None) -> str:
    return f"{node.tag}.{(node.attributes.get('class') or '').split(' ')[0]}" if node is not None else ""


def _group_key(row: _Row) -> tuple[int, str]:
    """Rows of one shape in one container are a list; a list that is cut into several <ul> is put together again."""
    container = row.container
    if container is None:
        return (0, _shape(row.node))
    parent = container.parent if container.tag in ("ul", "ol", "dl", "tbody", "table") else None
    anchor = parent if parent is not None and parent.tag not in ("body", "html") else container
    shape = row.node.tag or ""
    return (anchor.mem_id, f"{_shape(container)}>{shape}")


def _item_list(rows: list[_Row], today: date, fetched: date) -> ItemList:
    columns = _date_column(rows[0])
    before = _dates_stand_before(rows, today, fetched)
    items = [_item(row, today, fetched, columns, before) for row in rows]
    return ItemList(
        items=tuple(_years_run_backwards(items)),
        heading=_heading(rows[0]),
        aside=any(_is_aside(node) for node in rows[0].levels[1:]) or _is_aside_above(rows[0]),
    )


def _is_aside(node: LexborNode) -> bool:
    if node.tag in _ASIDE_TAGS:
        return True
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(attributes.get("role") == "navigation" or (names != " " and _ASIDE.search(names)))


def _is_aside_above(row: _Row) -> bool:
    node = row.levels[-1].parent
    for _ in range(40):
        if node is None or node.tag in ("body", "html"):
            return False
        if _is_aside(node):
            return True
        node = node.parent
    return False


def _heading(row: _Row) -> str:
    """The short text in front of a list: the name of its block."""
    node = row.container
    for _ in range(3):
        if node is None or node.tag in ("body", "html"):
            return ""
        sibling = node.prev
        steps = 0
        while sibling is not None and steps < 6:
            if sibling.is_element_node and sibling.tag not in ("script", "style"):
                text = " ".join(sibling.text(deep=True, separator=" ").split())
                if text:
                    return text[:40]
            sibling, steps = sibling.prev, steps + 1
        node = node.parent
    return ""


def _date_column(row: _Row) -> int | None:
    """The index of the column headed 发布日期 or the like, where the list is a table with a header."""
    if row.node.tag != "tr" or row.container is None:
        return None
    table = row.container if row.container.tag == "table" else row.container.parent
    first = table.css_first("tr") if table is not None else None
    if first is None or first.mem_id == row.node.mem_id:
        return None
    names = [" ".join(cell.text(deep=True).split()) for cell in first.css("th, td")]
    for pattern in (r"发布|公布|公开|更新|发文(日期|时间)", r"(日期|时间)"):
        for index, name in enumerate(names):
            if re.search(pattern, name) and not re.search(r"截止|结束|成文|印发|生效|机构|单位", name):
                return index
    return None


def _pieces(node: LexborNode) -> list[str]:
    return [piece for piece in (" ".join(part.split()) for part in node.text(deep=True, separator=_SEPARATOR).split(_SEPARATOR)) if piece]


def _sibling_texts(row: _Row, forward: bool) -> list[str]:
    """Short texts between this row and the neighbouring article link: `<dt>…</dt><dd>date</dd>` and flat lists."""
    texts: list[str] = []
    node = row.node.next if forward else row.node.prev
    for _ in range(4):
        if node is None:
            break
        if node.is_element_node:
            if node.tag == "a" or (node.tag in ("li", "tr", "dt", "p", "script", "style") and node.tag == row.node.tag):
                break
            if node.css_first("a[href]") is not None and len(node.text(deep=True).strip()) >= _SHORT_PIECE:
                break
            pieces = _pieces(node)
        elif node.is_text_node:
            pieces = [" ".join((node.text(deep=False) or "").split())]
        else:
            pieces = []
        texts.extend(piece for piece in pieces if piece and len(piece) <= _SHORT_PIECE)
        node = node.next if forward else node.prev
    return texts


def _own_texts(row: _Row) -> tuple[list[str], list[str]]:
    """(short texts, long texts) of the row without the title itself."""
    label = row.link.label
    short: list[str] = []
    long: list[str] = []
    for piece in _pieces(row.node):
        if piece == row.link.text or (len(piece) > 12 and (piece in label or label.startswith(piece.rstrip("….")))):
            continue
        (short if len(piece) <= _SHORT_PIECE else long).append(piece)
    return short, long


def _dates_stand_before(rows: list[_Row], today: date, fetched: date) -> bool:
    """In a flat list without rows of its own, whether each date stands before its title (else after it)."""
    first, last = rows[0], rows[-1]
    if first.node.mem_id != first.link.node.mem_id:
        return False
    return bool(find_dates(" ".join(_sibling_texts(first, False)), today, fetched)) and not find_dates(
        " ".join(_sibling_texts(last, True)), today, fetched
    )


def _item(row: _Row, today: date, fetched: date, column: int | None, before: bool) -> Item:
    label = row.link.label
    short, long = _own_texts(row)
    item = Item(title=label[:300], url=row.link.url, day=None, row_text=" ".join([*short, *long])[:500])
    if column is not None:
        cells = row.node.css("td, th")
        if column < len(cells):
            chosen = choose(find_dates(" ".join(_pieces(cells[column])), today, fetched))
            if chosen:
                return replace(item, day=chosen.day, year_known=chosen.year_known, source="column")
    tries: list[tuple[str, str]] = [
        ("row", " ".join(short)),
        ("sibling", " ".join(_sibling_texts(row, forward=not before)) if not short or row.node.tag == "dt" else ""),
        ("attribute", _attribute_dates(row)),
        ("title", _title_dates(row.link)),
    ]
    for source, text in tries:
        chosen = choose(find_dates(text, today, fetched)) if text else None
        if chosen:
            return replace(item, day=chosen.day, year_known=chosen.year_known, source=source)
    for text in long:
        labelled = [found for found in find_dates(text, today, fetched) if found.role == "publication"]
        if labelled:
            return replace(item, day=labelled[0].day, year_known=labelled[0].year_known, source="text")
    return item


def choose(dates: Iterable[FoundDate]) -> FoundDate | None:
    """The date of publication among several on a line; a deadline never is."""
    by_role: dict[str, list[FoundDate]] = defaultdict(list)
    for found in dates:
        by_role[found.role].append(found)
    if by_role["publication"]:
        return by_role["publication"][0]
    unlabelled = by_role["unlabelled"]
    with_year = [found for found in unlabelled if found.year_known]
    if with_year:
        return max(with_year, key=lambda found: found.day)
    if unlabelled:
        return unlabelled[0]
    return by_role["document"][0] if by_role["document"] else None


def _attribute_dates(row: _Row) -> str:
    values = []
    for node in [row.node, *row.node.css("[datetime], [date], [data-date], [data-time], [pubdate]")[:4]]:
        attributes = node.attributes
        values.extend(attributes.get(name) or "" for name in _DATE_ATTRIBUTES)
    return " ".join(value for value in values if value)[:200]


_BRACKETED = re.compile(r"[(\[（【〔]\s*([\d年月日\-/.:\s]{4,20})\s*[)\]）】〕]|(?:^|\s)([\d年月日\-/.]{8,11})\s*$")


def _title_dates(link: Link) -> str:
    """Dates at the edges of a title, or labelled in its title attribute; not those inside its sentence."""
    found = [match[1] or match[2] for match in _BRACKETED.finditer(normalise(link.text))]
    attribute = normalise(link.title)
    labelled = re.search(r"(发布|日期|时间)[^\d]{0,6}\d{4}[^\n]{5,20}", attribute)
    if labelled:
        found.append(labelled[0])
    return " ".join(found)


def _years_run_backwards(items: list[Item]) -> list[Item]:
    """Give dates without a year the year that makes the list run backwards.

    Lists stand newest first. The first such item has the latest year possible; each later one that would be newer
    than the item before it belongs to the year before. An entry pinned on top breaks the order by its position, so
    a step forward of less than two months is taken for disorder, not for a new year.
    """
    result: list[Item] = []
    previous: date | None = None
    for item in items:
        day = item.day
        if day is not None and not item.year_known and previous is not None:
            while (day - previous).days > 60:
                earlier = _same_day(day, day.year - 1)
                if earlier is None:
                    break
                day = earlier
            item = replace(item, day=day)
        if day is not None:
            previous = day
        result.append(item)
    return result


def _same_day(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
