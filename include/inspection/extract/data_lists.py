"""Lists that stand in the page as data, or that the page's script fetches from an interface of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from include.inspection.extract.dates import epoch_day, find_dates
from include.inspection.extract.html import Document, fold
from include.inspection.extract.lists import Item, ItemList, choose, find_lists

_MAX_ARRAYS = 30
_MAX_ITEMS = 500
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_RECORD = re.compile(r"<record\b[^>]*>(.*?)</record>", re.DOTALL | re.IGNORECASE)
_ARRAY = re.compile(r"\[\s*\{")
_JSONP = re.compile(r"^\s*[\w.$]{1,80}\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z_$][\w$]*)(\s*:)")
_SINGLE_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_TITLE_KEY = re.compile(r"(title|subject|headline|^name$|infoname|docname|^bt$|caption)", re.IGNORECASE)
_URL_KEY = re.compile(r"(url|link|href|path)", re.IGNORECASE)
_DATE_KEY = re.compile(r"(pub|issue|release|create|update|date|time|rq$|sj$)", re.IGNORECASE)
_FIRST_DATE_KEY = re.compile(r"(pub|release|issue)", re.IGNORECASE)
_NOT_DATE_KEY = re.compile(r"(end|expire|deadline|times$|count|id$)", re.IGNORECASE)
_INTERFACE = re.compile(
    r"""["']((?:https?:)?/{0,2}[^"'\s<>{}+()]{1,200}?(?:\.json|\.xml|dataproxy\.jsp|/api/|list\.(?:do|jsp|jspx|action)|getlist|querylist)"""
    r"""[^"'\s<>{}+()]{0,200})["']""",
    re.IGNORECASE,
)
_SCRIPT_FILLS = re.compile(
    r"(\$\.(?:ajax|get|post|getJSON)\b|XMLHttpRequest|axios|\bfetch\s*\(|new\s+Vue|createApp|ReactDOM|v-for|ng-repeat|"
    r"dataproxy|\bjpage\b|laytpl|juicer|template\s*\(|Handlebars|Mustache)",
    re.IGNORECASE,
)
_SCRIPT_FILE_FILLS = re.compile(r"(list|data|ajax|vue|react|angular|app|chunk|bundle|main|index|query|search)[\w.-]*\.m?js", re.IGNORECASE)


def embedded_lists(document: Document, today: date, fetched: date) -> list[ItemList]:
    """Lists in script or XML data inside the page."""
    lists: list[ItemList] = []
    markup = document.markup
    if "<![CDATA[" in markup or "<record" in markup:
        fragment = "\n".join(_fragments(markup))
        if fragment:
            lists.extend(fragment_lists(fragment, document.url, today, fetched))
    for source, text in document.scripts:
        if not source and "[" in text and "{" in text:
            lists.extend(_json_lists(text, document.url, today, fetched))
    return lists


def response_lists(text: str, url: str, today: date, fetched: date) -> list[ItemList]:
    """Lists in the answer of a section's own interface: JSON, JSONP, XML with CDATA, or a piece of HTML."""
    jsonp = _JSONP.match(text)
    payload = (jsonp[1] if jsonp else text).strip()
    if payload[:1] in "[{":
        return list(_json_lists(payload, url, today, fetched))
    fragment = "\n".join(_fragments(payload)) or payload
    return fragment_lists(fragment, url, today, fetched)


def fragment_lists(fragment: str, url: str, today: date, fetched: date) -> list[ItemList]:
    # The wrapper gives stray <li> and <tr> a parent, as the page's script would.
    wrapper = "table" if re.match(r"\s*<tr\b", fragment, re.IGNORECASE) else "ul"
    markup = f"<html><body><div><{wrapper}>{fragment}</{wrapper}></div></body></html>"
    return find_lists(Document(markup.encode(), "text/html; charset=utf-8", url), today, fetched)


def interfaces(document: Document) -> list[str]:
    """Addresses on the same host that the page's script or its data attributes name as sources of lists."""
    texts = [text for source, text in document.scripts if not source]
    texts += [
        f'"{value}"'
        for node in document.tree.css("[data-url], [data-src], [data-api], [data-source]")[:50]
        for name, value in node.attributes.items()
        if name.startswith("data-") and value
    ]
    host = urlsplit(document.url).netloc
    found: dict[str, None] = {}
    for text in texts:
        for match in _INTERFACE.finditer(text[:200_000]):
            url = document.absolute(match[1].replace("\\/", "/"))
            if url and urlsplit(url).netloc == host:
                found[url] = None
    return list(found)[:5]


def filled_by_script(document: Document) -> bool:
    """Whether the page's own scripts look as if they brought in content that the markup does not hold."""
    return any(_SCRIPT_FILE_FILLS.search(source) if source else _SCRIPT_FILLS.search(text) for source, text in document.scripts) or bool(
        re.search(r"\bv-for=|\bng-repeat=|\{\{\s*\w+", document.markup)
    )


def _fragments(markup: str) -> Iterator[str]:
    for match in _RECORD.finditer(markup):
        inner = _CDATA.findall(match[1])
        yield "".join(inner) if inner else match[1]
    if not _RECORD.search(markup):
        for text in _CDATA.findall(markup):
            if "<a" in text.lower():
                yield text


def _json_lists(text: str, url: str, today: date, fetched: date) -> Iterator[ItemList]:
    base = Document(b"", "", url)
    position, tries = 0, 0
    while tries < _MAX_ARRAYS:
        match = _ARRAY.search(text, position)
        if match is None:
            return
        tries += 1
        value, end = _read_array(text, match.start())
        position = end
        if isinstance(value, list):
            items = [item for entry in value[:_MAX_ITEMS] if isinstance(entry, dict) for item in _json_item(entry, base, today, fetched)]
            if items:
                yield ItemList(tuple(items))


def _read_array(text: str, start: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        pass
    end = _matching_bracket(text, start)
    if end is None:
        return None, start + 1
    # JavaScript object notation: single quotes and bare keys.
    loose = _SINGLE_QUOTED.sub(lambda match: json.dumps(match[1].replace("\\'", "'"), ensure_ascii=False), text[start:end])
    loose = re.sub(r",(\s*[}\]])", r"\1", _BARE_KEY.sub(r'\1"\2"\3', loose))
    try:
        return json.loads(loose), end
    except (ValueError, RecursionError):
        return None, start + 1


def _matching_bracket(text: str, start: int) -> int | None:
    depth, quote, escaped = 0, "", False
    for index in range(start, min(len(text), start + 500_000)):
        char = text[index]
        if quote:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return index + 1
    return None


def _json_item(entry: dict[str, Any], base: Document, today: date, fetched: date) -> Iterable[Item]:
    title = next((str(value) for key, value in entry.items() if _TITLE_KEY.search(key) and isinstance(value, str) and len(value.strip()) >= 4), "")
    if not title:
        return []
    href = next((value for key, value in entry.items() if _URL_KEY.search(key) and isinstance(value, str) and value), "")
    found = None
    keys = [key for key in entry if _DATE_KEY.search(key) and not _NOT_DATE_KEY.search(key)]
    for key in sorted(keys, key=lambda name: not _FIRST_DATE_KEY.search(name)):
        value = entry[key]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            day = epoch_day(value)
            if day:
                found = (day, True)
        elif isinstance(value, str):
            chosen = choose(find_dates(value[:60], today, fetched))
            if chosen:
                found = (chosen.day, chosen.year_known)
            elif value.isdigit():
                day = epoch_day(int(value[:15]))
                found = (day, True) if day else None
        if found:
            break
    text = " ".join(str(value) for value in entry.values() if isinstance(value, (str, int, float)))[:500]
    return [
        Item(
            title=fold(re.sub(r"<[^>]+>", "", title))[:300],
            url=base.absolute(href) or base.url,
            day=found[0] if found else None,
            year_known=found[1] if found else True,
            source="data",
            row_text=fold(text),
        )
    ]
