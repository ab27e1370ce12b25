"""The rows of a page's lists: which element belongs to which article link, and what stands beside the title."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document, Element, Link

_MAX_LEVELS = 12
_MAX_DEPTH = 40
_MAX_ROWS = 3_000
_MIN_TITLE = 4
_MAX_HEADING = 16
_MAX_BETWEEN = 8
#: A label of this width or less beside a title at least twice as long is a category or an office, not a title.
_SHORT_LABEL = 10
#: A text of this width or less in a row is a remark (date, source), not a summary.
SHORT_PIECE = 40
_NOT_A_TITLE = re.compile(
    r"^[\[【（(]?(首页|网站首页|返回.{0,4}|更多.{0,3}|more.{0,3}|查看(更多|详情|全部|全文|原文)?|详情|详细|(?:阅读)?(?:全文|原文)|点击.{0,4}|下一?页|上一?页|尾页|末页|"
    r"下载.{0,4}|附件.{0,6}|登录|注册|收藏.{0,4}|设为首页|加入收藏|无障碍.{0,4}|长者.{0,4}|简体|繁體|English|"
    r"[<>«»‹›\d\s.…\[\]【】]*)[\]】）)]?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(nav|navbar|menu|topbar|header|head|foot|footer|crumb|crumbs|breadcrumb|location|position|"
    r"friend|friendlink|friendlinks|yqlj|share|hotlist|rank|related|xgyd|xgwd|pager|pagination|paging|copyright|skip)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
#: A name in the middle of another (xxgk_nav_list) may be that of a list.
_LIKELY_LIST = re.compile(
    r"[a-z0-9]+[-_](?:nav|menu|head|header|location|position|rank)[-_](?:list|con|content|main)",
    re.IGNORECASE,
)
_SHORT_DAY = re.compile(r"\d{1,2}\s?[-/.年月]\s?\d{1,2}")
_ASIDE_TAGS = {"nav", "header", "footer"}
_ROW_TAGS = ("li", "tr", "dd", "dt")
_LIST_TAGS = ("ul", "ol", "dl", "tbody", "table")
#: A header that was never closed holds the whole page; what holds more than this share of the links is no margin.
_ASIDE_SHARE = 0.6


@dataclass(slots=True)
class Row:
    """One article link with the largest element that holds no other article's link."""

    link: Link
    node: LexborNode
    container: Element | None


def shape(node: LexborNode | None) -> str:
    return f"{node.tag}.{(node.attributes.get('class') or '').split(' ')[0]}" if node is not None else ""


def first_pieces(node: LexborNode, limit: int = 12) -> list[str]:
    """The first texts of an element, one a text node; the element may be as large as the page."""
    found: list[str] = []
    for steps, inner in enumerate(node.traverse(include_text=True)):
        if steps > limit * 8 or len(found) >= limit:
            break
        text = inner.text_content  # None of an element
        pieces = text[:500].split() if text else ()
        if pieces and ((around := inner.parent) is None or around.tag not in ("script", "style")):
            found.append(" ".join(pieces))
    return found


def heading_above(node: LexborNode) -> str:
    """The short text that stands directly above an element or the boxes around it; "" where there is none."""
    current: LexborNode | None = node
    for _ in range(4):
        if current is None or current.tag in ("body", "html", "td"):
            return ""
        before = current.prev
        for _ in range(_MAX_BETWEEN):
            if before is None or (
                before.is_element_node and before.tag not in ("script", "style", "br", "hr")
            ):
                break
            before = before.prev
        if before is not None:
            names = [name for name in first_pieces(before, 4) if not _NOT_A_TITLE.match(name)]
            return names[0] if len(names) == 1 and len(names[0]) <= _MAX_HEADING else ""
        current = current.parent
    return ""


def find_groups(document: Document) -> list[list[Row]]:
    """Rows that stand side by side in one container, in page order."""
    groups: dict[tuple[int, str], list[Row]] = defaultdict(list)
    keys: dict[tuple[Element | None, str], tuple[int, str]] = {}
    for row in _rows(_content_links(document)):
        place = (row.container, row.node.tag or "")
        key = keys.get(place)
        if key is None:
            key = keys[place] = _group_key(*place)
        groups[key].append(row)
    return list(groups.values())


def _content_links(document: Document) -> list[Link]:
    links = [link for link in document.links if not is_no_title(link.label)]
    often = {url for url, count in Counter(link.url for link in links).items() if count >= 3}
    kept: list[Link] = []
    short: list[Link] = []
    for link in links:
        width = len(link.label)
        # A short link met again and again is the category in front of a title, not a title.
        if width <= 8 and link.url in often:
            continue
        (kept if width >= _MIN_TITLE else short).append(link)
    kept = _without_companions(kept[:_MAX_ROWS])
    return _with_short_titles(links, kept, short[:_MAX_ROWS]) if short and kept else kept


def _with_short_titles(links: list[Link], kept: list[Link], short: list[Link]) -> list[Link]:
    """The links with those of two or three signs (通知) that stand with a day in a row beside rows with a title."""
    rows = _rows(kept)
    taken = {row.node.mem_id for row in rows}
    places = Counter((row.container.key, row.node.tag) for row in rows if row.container is not None)
    admitted = set()
    for link in short:
        element = link.around
        for _ in range(3):
            if element is None or element.key in taken:
                break
            if element.up is not None and places[element.up.key, element.tag] > 1:
                if len(link.label) > 1 and _SHORT_DAY.search(" ".join(first_pieces(element.node))):
                    admitted.add(link.node.mem_id)
                break
            element = element.up
    if not admitted:
        return kept
    wanted = admitted | {link.node.mem_id for link in kept}
    return [link for link in links if link.node.mem_id in wanted]


@functools.lru_cache(maxsize=4096)
def is_no_title(label: str) -> bool:
    """Whether a link's label is that of a control (更多, 查看, 下一页) rather than a title."""
    return bool(_NOT_A_TITLE.match(label))


def _without_companions(links: list[Link]) -> list[Link]:
    """Without the short links that stand beside a title in its row: category, office, 解读."""
    beside: dict[int, list[int]] = defaultdict(list)
    rows: list[int] = []
    for link in links:
        element, row = link.around, 0
        for _ in range(4):
            if element is None:
                break
            if element.tag in _ROW_TAGS:
                row = element.key
                break
            element = element.up
        rows.append(row)
        if row:
            beside[row].append(len(link.label))
    longest = {row: max(widths) for row, widths in beside.items() if 1 < len(widths) <= 4}
    kept = []
    for link, row in zip(links, rows, strict=True):
        if len(link.label) > _SHORT_LABEL or len(link.label) * 2 > longest.get(row, 0):
            kept.append(link)
    return kept


def _rows(links: list[Link]) -> list[Row]:
    """For each address of a container its row: the largest element that holds no other article's link."""
    # The one address an element holds; None once it holds several, as then everything around it does.
    holds: dict[int, str | None] = {}
    for link in links:
        element, level = link.around, 1
        while element is not None and level < _MAX_LEVELS:
            held = holds.setdefault(element.key, link.url)
            if held is None:
                break
            if held != link.url:
                holds[element.key] = None
            element, level = element.up, level + 1

    rows: dict[tuple[int, str], Row] = {}
    for link in links:
        node, key = link.node, 0
        container, level = link.around, 1
        while container is not None and level < _MAX_LEVELS and holds[container.key] is not None:
            node, key = container.node, container.key
            container, level = container.up, level + 1
        place = (key or node.mem_id, link.url)
        # A picture and a title with one address are one item: keep the fuller label.
        if place not in rows or len(link.label) > len(rows[place].link.label):
            rows[place] = Row(link, node, container)
    return list(rows.values())


def _group_key(container: Element | None, tag: str) -> tuple[int, str]:
    """Rows of one shape in one container are a list; a list that is cut into several <ul> is put together again."""
    if container is None:
        return (0, tag)
    anchor = container
    for tags in (_ROW_TAGS, _LIST_TAGS, ("table",)):
        if anchor.tag in tags and anchor.up is not None:
            anchor = anchor.up
    return (anchor.key, f"{container.tag}.{container.names.split(' ')[0]}>{tag}")


class Margins:
    """Which elements are navigation, header, footer and the like, by their names."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._named: dict[Element, tuple[Element, ...]] = {}
        self._most = len(document.links) * _ASIDE_SHARE

    def hold(self, row: Row) -> str:
        """ "certain" where a row stands in a margin; "likely" where its days can show that it does not; else ""."""
        found = ""
        for element in self._named_above(self._document.around(row.node)):
            if element.links <= self._most:
                if not _may_be_list(element):
                    return "certain"
                found = "likely"
        return found

    def hold_node(self, node: LexborNode) -> bool:
        """Whether an element stands in something named a margin, however much that holds."""
        return any(not _may_be_list(element) for element in self._named_above(self._document.around(node)))

    def _named_above(self, element: Element | None) -> tuple[Element, ...]:
        """The elements from ``element`` upwards that are named a margin, innermost first."""
        fresh: list[Element] = []
        found: tuple[Element, ...] = ()
        while element is not None:
            known = self._named.get(element)
            if known is not None:
                found = known
                break
            fresh.append(element)
            element = element.up
        for inner in reversed(fresh):
            if _is_margin(inner.tag, inner.role, inner.names[:300], inner.identity[:300]):
                found = (inner, *found[: _MAX_DEPTH - 1])
            self._named[inner] = found
        return found


@functools.lru_cache(maxsize=4096)
def _is_margin(tag: str, role: str, names: str, identity: str) -> bool:
    return tag in _ASIDE_TAGS or role == "navigation" or bool(_ASIDE.search(f"{names} {identity}"))


def _may_be_list(element: Element) -> bool:
    """Whether the name that makes an element a margin may be that of a list."""
    names = f"{element.names} {element.identity}"[:300]
    return element.tag not in _ASIDE_TAGS and not _ASIDE.search(_LIKELY_LIST.sub(" ", names))
