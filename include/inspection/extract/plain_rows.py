"""Entries that no ordinary link leads to: plain text beside a day, 查看 beside a title, links that a script opens."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Set
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates
from include.inspection.extract.html import Document, fold
from include.inspection.extract.lists import Item, ItemList, choose, day_of_cells
from include.inspection.extract.rows import SHORT_PIECE, Margins, first_pieces, is_no_title, shape

_MAX_ROWS = 500
_MAX_INSIDE = 80
_MAX_TITLE = 120
_MIN_TITLE = 4
_MIN_SCRIPTED = 6
_FEWEST = 2
_ROWS = "li, tr, dd, p"


def plain_lists(
    document: Document, today: date, fetched: date, *, scripted: bool, beside: Set[int] = frozenset()
) -> list[ItemList]:
    """Lists of such entries outside the page's margins; ``url`` of an item is "" where nothing leads to it.

    A row alone counts where it stands in the same element as a list of links: ``beside`` are the places of those.
    Dated rows come first; only where there are none, and with ``scripted``, the titles that a script opens, without days.
    """
    margins = Margins(document)
    linked = {link.node.mem_id for link in document.links if not is_no_title(link.label)}
    groups: dict[tuple[int, str], list[Item]] = defaultdict(list)
    for node in document.tree.css(_ROWS)[:_MAX_ROWS]:
        if node.parent is None or margins.hold_node(node):
            continue
        inside = [
            inner for inner in itertools.islice(node.traverse(), _MAX_INSIDE) if inner.mem_id != node.mem_id
        ]
        if any(inner.tag in ("li", "tr", "form") for inner in inside):
            continue
        anchors = [inner for inner in inside if inner.tag == "a"]
        item = _row_item(node, anchors, document, linked, today, fetched)
        if item is not None:
            groups[(node.parent.mem_id, shape(node))].append(item)
    dated = [
        ItemList(tuple(items), place=place)
        for (place, _), items in groups.items()
        if len(items) >= _FEWEST or place in beside
    ]
    return dated or (_scripted(document, margins) if scripted else [])


def _row_item(
    node: LexborNode,
    anchors: list[LexborNode],
    document: Document,
    linked: set[int],
    today: date,
    fetched: date,
) -> Item | None:
    if any(anchor.mem_id in linked for anchor in anchors):
        return None
    pieces = first_pieces(node)
    days = {
        piece: chosen
        for piece in pieces
        if len(piece) <= SHORT_PIECE
        and (chosen := choose(find_dates(piece, today, fetched, in_row=True), today)) is not None
        and len(piece) <= chosen.end - chosen.start + 12
    }
    titles = [piece for piece in pieces if piece not in days and _MIN_TITLE <= len(piece) <= _MAX_TITLE]
    if not days or not titles:
        return None
    column = day_of_cells(node, today, fetched)
    chosen = column[0] if column is not None else choose(days.values(), today)
    if chosen is None:
        return None
    url = next(
        (url for anchor in anchors if (url := document.absolute(anchor.attributes.get("href") or ""))), ""
    )
    source = column[1] if column is not None else "document" if chosen.role == "document" else "row"
    return Item(max(titles, key=len), url, chosen.day, chosen.year_known, source, " ".join(pieces)[:500])


def _scripted(document: Document, margins: Margins) -> list[ItemList]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for node in document.tree.css("a[onclick], a[href^='javascript']")[:_MAX_ROWS]:
        title = fold(node.attributes.get("title") or node.text(deep=True)[:_MAX_TITLE])
        leads = document.absolute(node.attributes.get("href") or "")
        if (
            len(title) >= _MIN_SCRIPTED
            and not leads
            and not is_no_title(title)
            and not margins.hold_node(node)
        ):
            groups[f"{shape(node.parent)}>{shape(node)}"].append(Item(title, "", None))
    return [ItemList(tuple(items)) for items in groups.values() if len(items) >= _FEWEST]
