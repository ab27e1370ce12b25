"""The main navigation of a page, its drop-down menus, and the side menus of a channel page."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document, Link
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
_FEW = 4
#: A navigation that was never closed holds the whole page: then the next smaller one is meant.
_LARGEST_SHARE = 0.7
_MANY_LINKS = 40


@dataclass(frozen=True)
class MenuLink:
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
    known: dict[int, list[LexborNode]] = {}

    def navigations(link: Link) -> list[LexborNode]:
        above = document.above(link.node)[:12]
        if not above:
            return []
        if above[0].mem_id not in known:
            known[above[0].mem_id] = [node for node in above if node.mem_id in sizes]
        return known[above[0].mem_id]

    inside: dict[int, list[tuple[Link, LexborNode]]] = defaultdict(list)
    sizes = _navigation_sizes(document)
    limit = len(document.links) * _LARGEST_SHARE if len(document.links) > _MANY_LINKS else len(document.links)
    for link in document.links:
        outermost: LexborNode | None = None
        for node in navigations(link):
            if sizes.get(node.mem_id, 0) and (outermost is None or sizes[node.mem_id] <= limit):
                outermost = node
        if outermost is not None:
            inside[outermost.mem_id].append((link, outermost))
    groups = list(inside.values())
    main = next((group for group in groups if sum(is_section(link) for link, _ in group) >= _FEW), None)
    if main is None:
        row = _first_link_row(document, is_section)
        others = [(link, node) for group in groups for link, node in group]
        return [MenuLink(link, 0) for link in row] + [MenuLink(link, 1 if row else 0) for link, _ in others]
    # A navigation in two rows is often two elements of one shape.
    like_main = shape(main[0][1])
    found: list[MenuLink] = []
    follows: dict[int, bool] = {}
    for group in groups:
        is_main = group is main or shape(group[0][1]) == like_main
        for link, node in group:
            found.append(MenuLink(link, int(not is_main or _drops_down(link.node, node, follows))))
    return found


def side_menus(document: Document) -> list[MenuLink]:
    """Short labels side by side on a channel page: the menu of its sub-sections."""
    groups: dict[int, list[Link]] = defaultdict(list)
    containers: dict[int, LexborNode] = {}
    for link in document.links:
        row = link.node.parent
        while row is not None and row.tag in ("span", "em", "b", "strong", "font", "p", "h2", "h3", "h4"):
            row = row.parent
        container = row.parent if row is not None and row.tag in ("li", "td", "dd", "dt") else row
        if container is not None and container.tag not in ("body", "html"):
            groups[container.mem_id].append(link)
            containers[container.mem_id] = container
    found: list[MenuLink] = []
    for key, links in groups.items():
        if len(links) < 2 or any(not 2 <= len(link.text) <= _SHORT for link in links):
            continue
        names = [
            f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
            for node in [containers[key], *_ancestors(containers[key], 4)]
        ]
        if any(_NOT_SIDE.search(name) for name in names) or _stand_beside_dates(links):
            continue
        if any(re.search(r"首页|主页", link.text) for link in links):
            continue
        if any(_is_navigation(node) for node in [containers[key], *_ancestors(containers[key])]):
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


def _ancestors(node: LexborNode, limit: int = 12) -> list[LexborNode]:
    found: list[LexborNode] = []
    current = node.parent
    while current is not None and len(found) < limit and current.tag not in ("body", "html"):
        found.append(current)
        current = current.parent
    return found


def _navigation_sizes(document: Document) -> Counter[int]:
    """For every element that its name makes a navigation: how many links it holds."""
    known: dict[int, bool] = {}
    sizes: Counter[int] = Counter()
    by_parent: dict[int, list[int]] = {}
    for link in document.links:
        above = document.above(link.node)[:12]
        if not above:
            continue
        of_parent = by_parent.get(above[0].mem_id)
        if of_parent is None:
            of_parent = by_parent[above[0].mem_id] = []
            for node in above:
                key = node.mem_id
                if key not in known:
                    known[key] = _is_navigation(node)
                if known[key]:
                    of_parent.append(key)
        for key in of_parent:
            sizes[key] += 1
    return sizes


def _is_navigation(node: LexborNode) -> bool:
    attributes = node.attributes
    tagged = node.tag == "nav" or attributes.get("role") == "navigation"
    return _named_navigation(tagged, attributes.get("class") or "", attributes.get("id") or "")


@functools.lru_cache(maxsize=4096)
def _named_navigation(tagged: bool, classes: str, identity: str) -> bool:
    if _NOT_MAIN.search(f"{classes} {identity}"):
        return False
    return tagged or bool(_NAV_NAME.search(classes) or _NAV_ID.search(identity))


def _drops_down(node: LexborNode, navigation: LexborNode, follows: dict[int, bool]) -> bool:
    """Whether a link stands in a menu that belongs to an entry of the navigation, not in the navigation itself."""
    menus = 0
    current = node.parent
    while current is not None and current.mem_id != navigation.mem_id:
        if current.tag in ("ul", "ol"):
            menus += 1
        if current.tag not in ("li", "dt", "a", "span"):
            if current.mem_id not in follows:
                follows[current.mem_id] = _follows_an_entry(current, navigation)
            if follows[current.mem_id]:
                return True
        current = current.parent
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
    """Where nothing is named a navigation: the first container of at least four short links to sections."""
    rows: dict[int, list[Link]] = {}
    for link in document.links[:200]:
        if not 2 <= len(link.text) <= 8 or not is_section(link):
            continue
        row = link.node.parent
        while row is not None and row.tag in ("font", "span", "b", "strong", "h2", "h3"):
            row = row.parent
        container = row.parent if row is not None and row.tag in ("li", "td", "dd", "dt") else row
        if container is not None:
            rows.setdefault(container.mem_id, []).append(link)
    return next((links for links in rows.values() if len(links) >= _FEW), [])
