"""The main navigation of a page, its drop-down menus, and the side menus of a channel page."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document, Element, Link
from include.inspection.extract.rows import first_pieces, shape

_NAV_NAME = re.compile(
    r"(?:^|[\s_-])(nav|navs|navi|navbar|menu|mainnav|mainmenu|topnav|navigation|channel|channels|dh|daohang|nav_\w+|nav-\w+)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAV_ID = re.compile(r"(nav|menu|daohang)", re.IGNORECASE)
_NOT_MAIN = re.compile(
    r"(foot|bottom|friend|link|sub|side|left|right|crumb|position|location|wz|quick|top-?bar|tool|tab(?!le)|mobile|wap)",
    re.IGNORECASE,
)
_SIDE_NAME = re.compile(
    r"(side|left|sub-?nav|sub-?menu|menu|lanmu|column|tree|channel|catalog|(?:^|[\s_-])(lm|nav|dh)(?:$|[\s_-]))",
    re.IGNORECASE,
)
_NOT_SIDE = re.compile(r"(foot|bottom|friend|link|crumb|position|location|page|share|top)", re.IGNORECASE)
#: Labels of this width or less are names of sections; article titles are longer.
_SHORT = 12
_FEW, _MANY_SECTIONS = 4, 8
#: What may stand around a link within its row.
_WITHIN_ROW = frozenset(["span", "em", "b", "strong", "font", "p", "h2", "h3", "h4"])
#: A navigation that was never closed holds the whole page: then the next smaller one is meant.
_LARGEST_SHARE = 0.7
_MANY_LINKS = 40
_MAX_LEVELS = 12
_MAX_ENTRIES, _MAX_BESIDE = 5, 80
#: Where no element is named a navigation: so many links are looked at, with names of this width.
_MAX_FIRST, _NAME, _MAX_MENU_ROWS = 200, 8, 12


class MenuLink(NamedTuple):
    """A link of a menu: ``depth`` 0 for the main navigation's own entries, 1 for all else.

    ``named`` is False for a side menu that is recognised by its short labels alone.
    """

    link: Link
    depth: int
    named: bool = True


def main_navigation(document: Document, is_section: Callable[[Link], bool]) -> list[MenuLink]:
    """The links of every navigation, those of the main one with their depth in it.

    ``is_section`` tells the links that may lead to sections from 登录 and the like.
    """
    inside: dict[Element, list[Link]] = defaultdict(list)
    navigations = _navigations(document)
    for link in document.links:
        navigation = navigations[link.around] if link.around is not None else None
        if navigation is not None:
            inside[navigation].append(link)
    main = next((at for at, group in inside.items() if _has_few(filter(is_section, group))), None)
    if main is None:
        row = _first_link_row(document, is_section)
        others = [link for group in inside.values() for link in group]
        urls = {link.url for link in row}
        for entry in row:
            others += _beside(document, entry, (urls - {entry.url}).__contains__)
        return [MenuLink(link, 0) for link in row] + [MenuLink(link, 1 if row else 0) for link in others]
    # A navigation in two rows is often two elements of one shape.
    like_main = shape(main.node)
    found: list[MenuLink] = []
    follows: dict[Element, bool] = {}
    for element, group in inside.items():
        is_main = element is main or shape(element.node) == like_main
        for link in group:
            found.append(MenuLink(link, int(not is_main or _drops_down(link, element, follows))))
    return found


def has_menu(document: Document, is_section: Callable[[Link], bool]) -> bool:
    """Whether an element that is named a navigation holds many sections, on whichever level: the menu is in the markup."""
    navigations = _navigations(document)
    inside: dict[Element, set[str]] = defaultdict(set)
    for link in document.links:
        navigation = navigations[link.around] if link.around is not None else None
        if navigation is not None and is_section(link):
            inside[navigation].add(link.url)
    return any(len(urls) >= _MANY_SECTIONS for urls in inside.values())


def _has_few(links: Iterator[Link]) -> bool:
    """Whether there are at least as many as make a menu."""
    return sum(1 for _ in islice(links, _FEW)) == _FEW


def entries_beside(
    document: Document, is_own: Callable[[str], bool], is_equal: Callable[[str], bool]
) -> list[Link]:
    """The links that stand with a section's own entry, as its drop-down menu does, apart from its equals' entries."""
    own = [link for link in document.links if is_own(link.url)][:_MAX_ENTRIES]
    return [link for entry in own for link in _beside(document, entry, is_equal)]


def _beside(document: Document, entry: Link, is_equal: Callable[[str], bool]) -> list[Link]:
    by_node = {link.node.mem_id: link for link in document.links}
    element, beside = entry.around, list[Link]()
    for _ in range(_MAX_LEVELS):
        if element is None or element.links > _MAX_BESIDE:
            break
        anchors = element.node.css("a[href], area[href]")
        inside = [by_node[anchor.mem_id] for anchor in anchors if anchor.mem_id in by_node]
        if any(is_equal(link.url) for link in inside):
            break
        element, beside = element.up, inside
    return [link for link in beside if link is not entry]


def link_rows(document: Document) -> Iterator[tuple[Element, list[Link]]]:
    """The links that stand side by side, each in its list entry or cell or in none, with the element that holds them."""
    groups: dict[Element, list[Link]] = defaultdict(list)
    for link in document.links:
        row = link.around
        while row is not None and row.tag in _WITHIN_ROW:
            row = row.up
        container = row.up if row is not None and row.tag in ("li", "td", "dd", "dt") else row
        # A menu of one entry a row is the table.
        if container is not None and container.tag == "tr" and container.links == 1:
            container = container.up
        if container is not None:
            groups[container].append(link)
    yield from groups.items()


def side_menus(document: Document) -> list[MenuLink]:
    """Short labels side by side on a channel page: the menu of its sub-sections."""
    found: list[MenuLink] = []
    for container, links in link_rows(document):
        if len(links) < 2 or any(not 2 <= len(link.text) <= _SHORT for link in links):
            continue
        names = [
            f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
            for node in [container.node, *_ancestors(container.node, 4)]
        ]
        if any(_NOT_SIDE.search(name) for name in names) or _stand_beside_dates(links):
            continue
        if any(re.search(r"首页|主页", link.text) for link in links):
            continue
        if any(_is_navigation(element) for element in _outwards(container)):
            continue
        named = any(_SIDE_NAME.search(name) for name in names)
        found.extend(MenuLink(link, 0, named) for link in links)
    return found


def _stand_beside_dates(links: list[Link]) -> bool:
    for link in links[:5]:
        for sibling in (link.node.next, link.node.prev):
            text = (sibling.text(deep=False) or "") if sibling is not None else ""
            if re.search(r"\d{1,2}[-/.月]\d{1,2}", text[:40]):
                return True
    return False


def _outwards(element: Element) -> Iterator[Element]:
    """An element and those around it."""
    current: Element | None = element
    for _ in range(_MAX_LEVELS + 1):
        if current is None:
            break
        yield current
        current = current.up


def _ancestors(node: LexborNode, limit: int) -> list[LexborNode]:
    found: list[LexborNode] = []
    current = node.parent
    while current is not None and len(found) < limit and current.tag not in ("body", "html"):
        found.append(current)
        current = current.parent
    return found


def _navigations(document: Document) -> dict[Element, Element | None]:
    """The navigation that each element belongs to: the outermost one around it that does not hold the whole page."""
    count = len(document.links)
    limit = count * _LARGEST_SHARE if count > _MANY_LINKS else count
    found: dict[Element, Element | None] = {}
    for element in document.elements:
        outer = found[element.up] if element.up is not None else None
        if (outer is None or outer.links > limit) and _is_navigation(element):
            outer = element
        found[element] = outer
    return found


def _is_navigation(element: Element) -> bool:
    tagged = element.tag == "nav" or element.role == "navigation"
    return _named_navigation(tagged, element.names, element.identity)


@functools.lru_cache(maxsize=4096)
def _named_navigation(tagged: bool, classes: str, identity: str) -> bool:
    if _NOT_MAIN.search(f"{classes} {identity}"):
        return False
    return tagged or bool(_NAV_NAME.search(classes) or _NAV_ID.search(identity))


def _drops_down(link: Link, navigation: Element, follows: dict[Element, bool]) -> bool:
    """Whether a link stands in a menu that belongs to an entry of the navigation, not in the navigation itself."""
    menus = 0
    current = link.around
    while current is not None and current is not navigation:
        if current.tag in ("ul", "ol"):
            menus += 1
        if current.tag not in ("li", "dt", "a", "span"):
            if current not in follows:
                follows[current] = _follows_an_entry(current.node, navigation.node)
            if follows[current]:
                return True
        current = current.up
    if navigation.tag in ("ul", "ol"):
        menus += 1
    return menus > 1


def _follows_an_entry(node: LexborNode, navigation: LexborNode) -> bool:
    """Whether the link before ``node`` in the same row is the entry whose menu ``node`` is."""
    parent = node.parent
    if parent is None or (parent.mem_id == navigation.mem_id and node.tag != "dd"):
        return False
    before = node.prev
    for _ in range(3):
        if before is None or before.is_element_node:
            break
        before = before.prev
    if before is None or not before.is_element_node or shape(before) == shape(node):
        return False
    names = first_pieces(before, 2)
    if len(names) != 1 or (before.tag != "a" and before.css_first("a") is None):
        return False
    name = "".join(names[0].split())
    return 2 <= len(name) <= _SHORT and not re.search(r"首页|主页", name)


def _first_link_row(document: Document, is_section: Callable[[Link], bool]) -> list[Link]:
    """Where nothing is named a navigation: the first container of at least four short links to sections, with the table
    rows of such links that go on below it; else the first four or more elements side by side that hold one such link."""
    rows: dict[int, list[Link]] = {}
    containers: dict[int, LexborNode] = {}
    alone: dict[tuple[int, str], list[Link]] = {}
    for link in document.links[:_MAX_FIRST]:
        if not 2 <= len(link.text) <= _NAME or not is_section(link):
            continue
        row = link.node.parent
        while row is not None and row.tag in ("font", "span", "b", "strong", "h2", "h3"):
            row = row.parent
        container = row.parent if row is not None and row.tag in ("li", "td", "dd", "dt") else row
        if container is not None:
            rows.setdefault(container.mem_id, []).append(link)
            containers[container.mem_id] = container
            if container.parent is not None and container.tag in ("p", "div"):
                alone.setdefault((container.parent.mem_id, shape(container)), []).append(link)
    key = next((key for key, found in rows.items() if len(found) >= _FEW), None)
    if key is not None:
        return rows[key] + _rows_below(containers[key], rows)
    return next((found for found in alone.values() if len(found) >= _FEW), [])


def _rows_below(container: LexborNode, rows: Mapping[int, list[Link]]) -> list[Link]:
    """The links of the table rows directly below one of a menu, as long as these hold at least two short links each and no
    other."""
    found: list[Link] = []
    row = container.next if container.tag == "tr" else None
    for _ in range(_MAX_MENU_ROWS):
        if row is not None and row.is_element_node:
            links = rows.get(row.mem_id, [])
            if row.tag != "tr" or len(links) < 2 or len(links) < len(row.css("a[href]")):
                break
            found += links
        row = row.next if row is not None else None
    return found
