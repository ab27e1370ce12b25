"""Guides whose element classes stand in one row and their contents in others: wide tables, and tabs with their panes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from include.inspection.extract.guide_words import labels_of

#: What one matter says: (classes, those of them in doubt, content) for each of its cells.
Row = list[tuple[tuple[str, ...], frozenset[str], str]]

_FEWEST = 3
_MAX_TABLES, _MAX_ROWS, _MAX_COLUMNS = 50, 300, 40
_MAX_TABS, _MAX_PLACES, _MAX_CELL = 20, 2_000, 5_000
_LONGEST_NAME = 20
_INLINE = {"a", "span", "b", "strong", "em", "i", "font", "p", "h3", "h4"}
_MAX_INSIDE, _MAX_STRING = 60, 60
_CUT = re.compile(r"\s+")


def wide_rows(soup: BeautifulSoup) -> list[Row]:
    """The rows of every table whose first row or second names three classes or more; such tables leave the page."""
    found: list[Row] = []
    for table in _innermost(soup):
        if rows := _table(table):
            found += [row for row, _ in rows]
            table.extract()
    return found


def matters(soup: BeautifulSoup) -> list[tuple[str, Row, bool]]:
    """(name, row, whether it leads to something that is not read) of every matter in the wide tables of a page."""
    found = []
    for table in _innermost(soup):
        for row, cells in _table(table):
            name = next((content for names, _, content in row if names == ("事项名称",)), "")
            leads = any(cell.find(["a", "img", "iframe"]) is not None for cell in cells)
            if len(name) > 1:
                found.append((name, row, leads))
    return found


def _innermost(soup: BeautifulSoup) -> list[Tag]:
    """The tables that hold no other."""
    tables = soup.find_all("table", limit=_MAX_TABLES + 1)
    return [
        table
        for table, after in zip(tables[:_MAX_TABLES], [*tables[1:], None], strict=False)
        if after is None or not any(parent is table for parent in islice(after.parents, _MAX_INSIDE))
    ]


def _table(table: Tag) -> list[tuple[Row, list[Tag]]]:
    grid = _grid(table)
    for place, line in enumerate(grid[:2]):
        heads = [labels_of(_text(cell)) for cell in line]
        wide = [names for names, _, content in heads if names and not content]
        # Labels beside their contents, two by two, make no head of a table.
        if len(set(wide)) < _FEWEST or len(wide) * 2 <= len(line):
            continue
        found = []
        for cells in grid[place + 1 :]:
            if sum(bool(labels_of(_text(cell))[0]) for cell in cells) >= _FEWEST:
                return []
            row = [
                (names, unsure, _text(cell))
                for (names, unsure, _), cell in zip(heads, cells, strict=False)
                if names
            ]
            if sum(bool(content) for _, _, content in row) > 1:
                found.append((row, cells))
        return found
    return []


def _grid(table: Tag) -> list[list[Tag]]:
    """The cells of every row by their columns; a cell over several rows or columns stands in each of them."""
    carried: dict[int, tuple[int, Tag]] = {}
    grid = []
    for line in table.find_all("tr")[:_MAX_ROWS]:
        cells: list[Tag] = []
        following: dict[int, tuple[int, Tag]] = {}
        waiting = iter(line.find_all(["td", "th"], recursive=False))
        while len(cells) < _MAX_COLUMNS:
            column = len(cells)
            if column in carried:
                rows, cell = carried[column]
                span = 1
            else:
                fresh = next(waiting, None)
                if fresh is None:
                    break
                cell, rows, span = fresh, _number(fresh, "rowspan"), _number(fresh, "colspan")
            for _ in range(span):
                if rows > 1:
                    following[len(cells)] = (rows - 1, cell)
                cells.append(cell)
        carried = following
        if cells:
            grid.append(cells)
    return grid


def _number(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return min(int(value), _MAX_COLUMNS) if value.isdecimal() and len(value) < 4 and int(value) > 0 else 1


def tab_panes(soup: BeautifulSoup) -> list[Row]:
    """The panes of tabs whose names are classes, in the tabs' order or by the ids that these name; both leave the page."""
    seen: set[int] = set()
    for string in islice(_bare_labels(soup), _MAX_PLACES):
        first = string.parent
        while (
            first is not None
            and first.name in _INLINE
            and first.parent is not None
            and len(first.parent.contents) == 1
        ):
            first = first.parent
        if first is None or first.parent is None or id(first.parent) in seen or len(seen) >= _MAX_TABS:
            continue
        seen.add(id(first.parent))
        tabs = [
            one
            for one in islice(first.parent.children, _MAX_INSIDE)
            if isinstance(one, Tag) and one.name == first.name and _name(one)
        ]
        named = [labels_of(_name(tab)) for tab in tabs]
        if not _FEWEST <= len(tabs) <= _MAX_COLUMNS or any(content for *_, content in named):
            continue
        if sum(bool(names) for names, *_ in named) < _FEWEST:
            continue
        panes = _by_id(soup, tabs) or _behind(first.parent, len(tabs))
        if not panes or any(pane is tab for pane in panes for tab in tabs):
            continue
        row = [
            (names, unsure, _text(pane))
            for (names, unsure, _), pane in zip(named, panes, strict=True)
            if names
        ]
        # Panes that name other classes than their tabs are no panes.
        if any(
            len({name for text in islice(pane.stripped_strings, 30) for name in labels_of(text)[0]}) > 2
            for pane in panes
        ):
            continue
        for one in [*tabs, *panes]:
            one.extract()
        return [row]
    return []


def _bare_labels(soup: BeautifulSoup) -> Iterator[NavigableString]:
    """The texts of a page that are the label of a class and nothing more."""
    for one in soup.descendants:
        if type(one) is NavigableString and 2 <= len(one) <= _MAX_STRING:
            names, _, content = labels_of(" ".join(one.split()))
            if names and not content:
                yield one


def _by_id(soup: BeautifulSoup, tabs: list[Tag]) -> list[Tag]:
    found = []
    for tab in tabs:
        inner = tab if tab.name == "a" else tab.find("a")
        names = [
            str(one.get(key) or "")
            for one in (tab, inner)
            if one is not None
            for key in ("href", "data-target", "aria-controls", "data-id")
        ]
        pane = next((soup.find(id=name.lstrip("#")) for name in names if 1 < len(name) < 60), None)
        if not isinstance(pane, Tag):
            return []
        found.append(pane)
    return found if len({id(pane) for pane in found}) == len(found) else []


def _behind(tabs: Tag, number: int) -> list[Tag]:
    """So many elements of one kind that follow the tabs' element, or are held by what follows it."""
    place: Tag | None = tabs
    for _ in range(3):
        if place is None:
            return []
        after = [one for one in place.find_next_siblings() if isinstance(one, Tag)][: number + 1]
        if len(after) == number and len({one.name for one in after}) == 1:
            return after
        if after:
            held = [one for one in after[0].find_all(recursive=False) if isinstance(one, Tag)]
            return held if len(held) == number and len({one.name for one in held}) == 1 else []
        place = place.parent
    return []


def _name(tab: Tag) -> str:
    text = "".join(
        str(one).strip() for one in islice(tab.descendants, _MAX_INSIDE) if type(one) is NavigableString
    )
    return text if len(text) <= _LONGEST_NAME else ""


def _text(cell: Tag) -> str:
    return _CUT.sub(" ", cell.get_text(" ")[:_MAX_CELL]).strip()
