"""Where a list goes on: the address of its next page, that of its last one, and whether there are more at all.

Shapes: a link that says 下一页, the links of a row of page numbers, a script that writes them (createPageHTML and its
relatives), an address with a page number of its own, the ``nextgroup`` of XML records, an interface with a page parameter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from include.inspection.extract.html import Document, Link
from include.inspection.extract.rows import first_pieces

_NEXT = re.compile(
    r"[\s\[(（【]*(?:下一?页|后一?页|次页|向后|next(?:\s?page)?|后翻)[\s\])）】>»›→]*", re.IGNORECASE
)
_ARROW = re.compile(r"[>»›]{1,2}")
_LAST = re.compile(r"[\s\[(（【]*(?:尾页|末页|最后一?页|最末页|last)[\s\])）】>»›]*", re.IGNORECASE)
_NUMBER = re.compile(r"\[?\s{0,2}(\d{1,4})\s{0,2}\]?")
#: Calls that write the row of page numbers: (…, number of pages, current page, "index", "html", …).
_WRITER = re.compile(
    r"\b(?:createPage(?:HTML|Html)?|createpage|showPage|writePage|pageNav|createPager)\s{0,3}\(\s{0,3}"
    r"(?:['\"][\w.#-]{0,60}['\"]\s{0,3},\s{0,3})?['\"]?(\d{1,6})['\"]?\s{0,3},\s{0,3}['\"]?(\d{1,6})['\"]?\s{0,3},\s{0,3}"
    r"['\"]([\w./-]{1,120})['\"]\s{0,3},\s{0,3}['\"]\.?(\w{2,6})['\"]"
)
_COUNT = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|page_?total|pages?Num|maxPage)[\"']?\s{0,3}[=:]\s{0,3}[\"']?(\d{1,6})",
    re.IGNORECASE,
)
_CURRENT = re.compile(
    r"\b(?:currentPage|curPage|nowPage|pageNo|pageIndex|pageNum)[\"']?\s{0,3}[=:]\s{0,3}[\"']?(\d{1,6})",
    re.IGNORECASE,
)
_OF_PAGES = re.compile(
    r"(?:共|总计?|/)\s{0,3}(\d{1,6})\s{0,3}页|第?\s{0,2}\d{1,6}\s{0,2}/\s{0,2}(\d{1,6})\s{0,2}页|\d{1,6}\s{0,2}页\s{0,2}/\s{0,2}(\d{1,6})"
)
_MORE_WORDS = re.compile(r"下一?页|后一页|加载更多|点击加载")
_MORE_CALLS = re.compile(
    r"\b(?:createPage\w{0,8}|laypage|laypage\.render|jpage|pagination|infiniteScroll|mescroll|Paging)\s{0,3}\(",
    re.IGNORECASE,
)
_ADDRESS_IN_SCRIPT = re.compile(
    r"(?:location(?:\.href)?\s{0,3}=\s{0,3}|open\(\s{0,3})[\"']([^\"'<>\s]{1,300})[\"']"
)
_HREF = re.compile(r"href\s{0,3}=\s{0,3}[\"']([^\"'<>]{1,1500})[\"']", re.IGNORECASE)
_PAGE_KEY = re.compile(
    r"(?:(?<=&)|^)((?:(?!per_?page)\w{0,20}page(?:_?no|_?index|_?num|number|id|d)?|current|p|pn)=)(\d{1,6})(?=&|$)",
    re.IGNORECASE,
)
_START_KEY = re.compile(
    r"(?:(?<=&)|^)((?:start|offset|startrecord|endrecord|begin)=)(\d{1,8})(?=&|$)", re.IGNORECASE
)
_SIZE_KEY = re.compile(r"(?:(?<=&)|^)(?:page_?size|size|limit|rows|perpage)=(\d{1,5})(?=&|$)", re.IGNORECASE)
_NUMBERED_FILE = re.compile(r"^(.*?[/_-])(\d{1,4})(\.(?:json|xml|js))$", re.IGNORECASE)
_MAX_PAGES = 100_000
_LONGEST_GROUP = 4_000
_BEFORE_ARROW = 12
_MAX_SCRIPT = 50_000
_TAIL = 400


@dataclass(frozen=True)
class Onward:
    """``next_url`` and ``last_url`` are "" where they cannot be told; ``more``: there are, or may be, further pages."""

    next_url: str = ""
    last_url: str = ""
    more: bool = False
    data: bool = False  # the next page is the answer of an interface
    linked: bool = False  # the page itself links to the next one; otherwise its address was worked out


def onward(document: Document) -> Onward:
    """How the list on a page goes on."""
    written = _written(document)
    if written is not None:
        return written
    grouped = next_group(document.markup, document)
    if grouped:
        return Onward(grouped, more=True, data=True)
    next_url = _labelled(document, _NEXT) or _numbered(document)
    last_url = _labelled(document, _LAST)
    if next_url:
        return Onward(next_url, last_url, more=True, linked=True)
    total = _total(document)
    if total is not None and (total <= 1 or _is_last(document, total)):
        return Onward()
    if total is not None:
        counted = _counted(document, total)
        if counted is not None:
            return counted
    current = _page_of(document.url)
    if current is not None and (total is None or current < total) and _says_next(document):
        return Onward(_with_page(document.url, current + 1), more=True)
    signs = _MORE_WORDS.search(document.body_text) or _MORE_CALLS.search(document.markup)
    return Onward(more=bool(total is not None or signs) and not _at_the_end(document))


def next_group(markup: str, document: Document) -> str:
    """The address of the next records that XML records name, "" where they name none."""
    start = markup.find("<nextgroup")
    end = markup.find("</nextgroup>", start) if start >= 0 else -1
    href = _HREF.search(markup, start, min(end, start + _LONGEST_GROUP)) if end >= 0 else None
    return document.absolute(href[1].replace("&amp;", "&")) if href else ""


def next_interface(url: str, answer: str, first: bool) -> Onward:
    """The next page of a list's own interface. ``answer`` is the text of the page at ``url``; ``first``: the list's first."""
    grouped = next_group(answer, Document(b"", "", url))
    if grouped:
        return Onward(grouped, more=True, data=True)
    total = _COUNT.search(answer) or re.search(r"\"pages\"\s{0,3}:\s{0,3}\"?(\d{1,6})", answer)
    current = _page_of(url)
    if current is not None:
        # Pages are counted from 0 or from 1; the first one asked for tells which.
        last = int(total[1]) - (1 if first and current == 0 else 0) if total else _MAX_PAGES
        return Onward(_with_page(url, current + 1), more=True, data=True) if current < last else Onward()
    return Onward(more=bool(total and int(total[1]) > 1) or _holds_more(answer))


def _holds_more(answer: str) -> bool:
    """Whether an answer without page numbers says that there are more records than it holds."""
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    for holder in (value, value.get("data") if isinstance(value, dict) else None):
        if isinstance(holder, dict):
            total = next(
                (holder[key] for key in ("total", "totalCount", "count") if isinstance(holder.get(key), int)),
                None,
            )
            rows = max((len(item) for item in holder.values() if isinstance(item, list)), default=0)
            if total is not None and total > rows:
                return True
    return False


def _labelled(document: Document, label: re.Pattern[str]) -> str:
    """The address behind a link of this label, in its href or in the script that it runs."""
    for link in reversed(document.links):
        text = link.text or link.title
        if len(text) <= 16 and label.fullmatch(text) and _leads_on(link.url, document):
            return link.url
    if label is _NEXT:
        for n, link in enumerate(document.links):
            # An arrow leads on where page numbers stand before it.
            before = document.links[max(0, n - _BEFORE_ARROW) : n] if _ARROW.fullmatch(link.text) else []
            arrow = any(_NUMBER.fullmatch(other.text) for other in before)
            if (link.node.attributes.get("rel") == "next" or arrow) and _leads_on(link.url, document):
                return link.url
    for node in document.tree.css(
        "a[onclick], a[href^='javascript' i], span[onclick], input[onclick], button[onclick]"
    )[:400]:
        pieces = first_pieces(node, 3)
        words = (
            "".join(pieces) or node.attributes.get("value") or node.attributes.get("title") or ""
        ).strip()
        if len(words) > 16 or not label.fullmatch(words):
            continue
        for name in ("onclick", "href"):
            match = _ADDRESS_IN_SCRIPT.search((node.attributes.get(name) or "")[:1_000])
            url = document.absolute(match[1]) if match else ""
            if url and _leads_on(url, document):
                return url
    return ""


def _leads_on(url: str, document: Document) -> bool:
    parts, here = urlsplit(url), urlsplit(document.url)
    return parts.netloc == here.netloc and (parts.path, parts.query) != (here.path, here.query)


def _numbered(document: Document) -> str:
    """The link with the number after the current page's, in a row of page numbers."""
    numbers = _numbers(document)
    current = _page_of(document.url) or _unlinked_number(numbers) or 1
    following = numbers.get(current + 1)
    if following is None:
        return ""
    # A number may be anything, a day of a calendar for one: the address must carry it and stand beside this page's.
    parts, here = urlsplit(following.url), urlsplit(document.url)
    folder = here.path.rpartition("/")[0]
    carries = re.search(
        rf"(?:[/_-]|\b[a-z]{{1,8}}){current + 1}(?:\.\w{{2,6}}|/)?$|[_-]{current}\.\w{{2,6}}$", parts.path
    )
    beside = parts.path.startswith(f"{folder}/") or parts.path.startswith(here.path.rpartition(".")[0] or "/")
    return following.url if _page_of(following.url) == current + 1 or (carries and beside) else ""


def _numbers(document: Document) -> dict[int, Link]:
    """The links of the row of page numbers by their numbers."""
    numbers: dict[int, Link] = {}
    for link in document.links:
        match = _NUMBER.fullmatch(link.text)
        if match and _leads_on(link.url, document):
            numbers.setdefault(int(match[1]), link)
    return numbers


def _is_last(document: Document, total: int) -> bool:
    """Whether the row of page numbers links to the last but one of ``total`` pages and shows the last as this one."""
    numbers = _numbers(document)
    return total - 1 in numbers and _unlinked_number(numbers) == total


def _unlinked_number(numbers: dict[int, Link]) -> int | None:
    """The number in the row that is no link: the current page."""
    some = next(iter(numbers.values()), None)
    parent = some.node.parent if some else None
    if parent is None:
        return None
    holder = parent.parent if parent.tag in ("li", "td") and parent.parent is not None else parent
    for node in holder.css("span, b, strong, em, i, font, li, a")[:60]:
        match = _NUMBER.fullmatch("".join(first_pieces(node, 2)))
        if match and int(match[1]) not in numbers:
            return int(match[1])
    return None


def _written(document: Document) -> Onward | None:
    """What a script's call for the row of page numbers says; index.html, index_1.html, index_2.html …"""
    for source, text in document.scripts:
        match = _WRITER.search(text[:_MAX_SCRIPT]) if not source else None
        if match is None:
            continue
        total, current = int(match[1]), int(match[2])
        name, extension = match[3], match[4]
        # Counted from 0 the pages are index, index_1 …; with an element's name before them they are counted from 1.
        from_one = bool(re.match(r"\w+\s{0,3}\(\s{0,3}['\"][^'\"\d]", match[0])) or (current >= total > 0)
        last = total if from_one else total - 1
        if total > _MAX_PAGES or current >= last:
            return Onward()
        address = document.absolute(f"{name}_{current + 1}.{extension}")
        return Onward(address, document.absolute(f"{name}_{last}.{extension}"), more=True)
    return None


def _counted(document: Document, total: int) -> Onward | None:
    """Variables countPage and currentPage of the same script, without the call that uses them."""
    for source, text in document.scripts:
        if source or "_" not in text or "countPage" not in text[:_MAX_SCRIPT]:
            continue
        current = _CURRENT.search(text[:_MAX_SCRIPT])
        if current is None or int(current[1]) + 1 >= total:
            return Onward() if current is not None else None
        path = urlsplit(document.url).path.rpartition("/")[2]
        extension = path.rpartition(".")[2] if "." in path else "html"
        name = re.sub(r"_\d+$", "", path.rpartition(".")[0]) or "index"
        number = int(current[1]) + 1
        return Onward(
            document.absolute(f"{name}_{number}.{extension}"),
            document.absolute(f"{name}_{total - 1}.{extension}"),
            more=True,
        )
    return None


def _total(document: Document) -> int | None:
    """How many pages the page says there are."""
    for source, text in document.scripts:
        match = _COUNT.search(text[:_MAX_SCRIPT]) if not source else None
        if match:
            return int(match[1])
    match = _OF_PAGES.search(document.body_text[-20_000:])
    return int(match[1] or match[2] or match[3]) if match else None


def _says_next(document: Document) -> bool:
    return bool(re.search(r"下一?页|next", document.markup, re.IGNORECASE)) and not _at_the_end(document)


def _at_the_end(document: Document) -> bool:
    """Whether the page says that it is the last one: 3/3."""
    match = re.search(r"(\d{1,5})\s{0,2}/\s{0,2}(\d{1,5})(?!\d|[/.年-])", document.body_text[-_TAIL * 10 :])
    return bool(match and match[1] == match[2])


def _page_of(url: str) -> int | None:
    """The page number that an address carries in its query or, for data files, in its name."""
    parts = urlsplit(url)
    match = _PAGE_KEY.search(parts.query) or _NUMBERED_FILE.match(parts.path)
    return int(match[2]) if match else None


def _with_page(url: str, number: int) -> str:
    """The address with another page number; a start record moves on by the size of a page."""
    parts = urlsplit(url)
    query, path = parts.query, parts.path
    if _PAGE_KEY.search(query):
        query = _PAGE_KEY.sub(rf"\g<1>{number}", query, count=1)
        size = _SIZE_KEY.search(query)
        if size:
            query = _START_KEY.sub(lambda match: f"{match[1]}{int(match[2]) + int(size[1])}", query)
    else:
        path = _NUMBERED_FILE.sub(rf"\g<1>{number}\g<3>", path)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
