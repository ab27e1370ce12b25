"""Lists that stand in the page as data, or that the page's script fetches from an interface of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import epoch_day, find_dates
from include.inspection.extract.html import Document, fold
from include.inspection.extract.lists import Item, ItemList, choose, find_lists
from include.inspection.extract.written import markup_in_json, written_markup

_MAX_ARRAYS = 30
_MAX_ITEMS = 500
#: How much of a page is searched for bracketed data and records; every byte is hostile.
_MAX_RECORDS = 500
_MAX_LOOSE = 500_000
_MAX_INTERFACE_TEXT = 50_000
_ARRAY = re.compile(r"\[\s{0,200}\{")
_JSONP = re.compile(r"\s{0,9}[\w.$]{1,80}\s{0,9}\(")
_BARE_KEY = re.compile(r"([{,]\s{0,200})([A-Za-z_$][\w$]{0,80})(\s{0,20}:)")
_STRINGS = re.compile(r"""'(?:[^'\\\n]|\\.){0,2000}+'?|"(?:[^"\\\n]|\\.){0,2000}+"?""")
_TOKEN = re.compile(r"""'(?:[^'\\\n]|\\.){0,20000}+'?|"(?:[^"\\\n]|\\.){0,20000}+"?|[\[{\]}]""")
_TITLE_KEY = re.compile(r"(title|subject|headline|^name$|infoname|docname|^bt$|caption)", re.IGNORECASE)
_URL_KEY = re.compile(r"(url|link|href|path)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|\.{0,2}/)[^\s<>]{1,500}$")
_DATE_KEY = re.compile(r"(pub|issue|release|create|update|date|time|rq$|sj$)", re.IGNORECASE)
_FIRST_DATE_KEY = re.compile(r"(pub|release|issue)", re.IGNORECASE)
_NOT_DATE_KEY = re.compile(r"(end|expire|deadline|times$|count|id$)", re.IGNORECASE)
_INTERFACE = re.compile(
    r"""["']((?:https?:)?/{0,2}[^"'\s<>{}+()]{0,200}?(?:\.json|\.xml|dataproxy\.jsp|/api/|list\.(?:do|jsp|jspx|action)|getlist|querylist)"""
    r"""[^"'\s<>{}+()]{0,200})["']""",
    re.IGNORECASE,
)
#: Interfaces that bring the visitor count or the weather, not a list.
_NO_LIST = re.compile(r"(count|visit|hits|click|weather|tianqi|login|captcha|session)", re.IGNORECASE)
_SCRIPT_FILLS = re.compile(
    r"((?:\$|jQuery)\.(?:ajax|get|post|getJSON)\b|\.load\s{0,3}\(\s{0,3}+(?!function|[()])|XMLHttpRequest|axios|\bfetch\s?\(|new\s{1,3}Vue|createApp|ReactDOM|v-for|ng-repeat|"
    r"dataproxy|\bjpage\b|laytpl|juicer|template\s?\(|Handlebars|Mustache)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"""\bv-for=|\bng-repeat=|\bms-repeat|\{\{\s{0,3}[\w.$]""")
#: Words of a record; so many make data of a script.
_WORDS = re.compile(r"[\u4e00-\u9fff]{4}|(?:\\u[4-9][0-9a-fA-F]{3}){4}")
_RECORDS = 3
#: 页面加载中，请稍候: no more text than this stands in a place that waits for its script.
_LONGEST_WAIT = 40
#: What writes markup, from wherever it has it.
_WRITES = re.compile(
    r"document\.write|innerHTML|outerHTML|insertAdjacentHTML|appendChild|\.(?:append|prepend|html)\s?\("
)
#: Script files that everybody knows to decorate, to count visits or to share; inline ones that do so or number pages.
_DECORATES = re.compile(
    r"/(?:jquery(?:[-.]\d[\w.-]*)?|bootstrap|swiper|(?:jquery\.)?superslide)[\w.-]{0,30}\.js|"
    r"hm\.baidu\.com|cnzz\.com|51\.la|google-analytics|googletagmanager|conac\.cn|jiucuo|bdimg\.share|(?:baidu|bd)share",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"hm\.baidu\.com|cnzz|51\.la|google-analytics|gtag|conac|jiucuo|_bd_share|createPage|countPage",
    re.IGNORECASE,
)
#: A plain address in a call that fetches; behind it at most something that keeps caches away, or the piece wanted.
_FETCHED = re.compile(
    r"""(?:\.(?:load|get|getJSON)\s{0,3}\(|\bfetch\s{0,3}\(|\burl\s{0,3}:)\s{0,3}["']([^"'\s<>{}]{1,400})"""
    r"""(?:\s[#.][\w-]{1,60})?["']\s{0,3}(?:[,)}\r\n]|\+\s{0,3}(?:Math\.random|new Date|\(new Date|Date\.))"""
)
_POSTS = re.compile(r"""["']post["']|\.post\b""", re.IGNORECASE)
_CACHE_KEY = re.compile(r"[?&]\w{0,20}=?$")
#: Pieces that every page of a site fetches: its head, its foot, its menu.
_FRAME_PIECE = re.compile(
    r"(?:^|[/_-])(?:head|foot|nav|menu|top|bottom|banner|links?|side|left|right|crumb|share)", re.IGNORECASE
)
_IN_ATTRIBUTE = re.compile(r"""=\s{0,3}["']?\s{0,9}\[\s{0,9}\{""")
#: Scripts beside the content: clocks, buttons to share.
_BESIDE = re.compile(r"(date|clock|lunar|calendar|rili|share|conac)", re.IGNORECASE)
_ROW = re.compile(r"<(?:li|a|tr)\b", re.IGNORECASE)
_LOADING = re.compile(
    r"[\s.…。]*(?:(?:数据|内容|正在|努力)*加载中?|loading|请稍[候后等])[\s.…。，,!！]*", re.IGNORECASE
)
_CARRIER = re.compile(r"<(?:textarea|xmp)\b", re.IGNORECASE)
#: What an empty element carries for a script: an address, or records.
_BROUGHT = re.compile(r"^\[\s*\{|\.(?:s?html?|json|xml|jsp|aspx?|php|do)\b|^/\w+/")
_LIST_NAME = re.compile(r"(list|news|latest|xinwen|zixun|yaowen)", re.IGNORECASE)
_MAX_ELEMENTS = 3_000
_SCRIPT_FILE_FILLS = re.compile(
    r"(?:^|[/._-])\w{0,20}(?:list|data|ajax|vue|react|angular|app|chunk|bundle|main|index|search)[\w.-]{0,60}\.m?js",
    re.IGNORECASE,
)


def embedded_lists(document: Document, today: date, fetched: date) -> list[ItemList]:
    """Lists in script or XML data inside the page."""
    lists: list[ItemList] = []
    fragment = "\n".join(_fragments(document.markup))
    if fragment:
        lists.extend(fragment_lists(fragment, document.url, today, fetched))
    for source, text in document.scripts:
        if not source and "[" in text and "{" in text:
            lists.extend(_json_lists(text, document.url, today, fetched))
    hidden = [
        *(
            group
            for text in hidden_records(document)
            for group in _json_lists(text, document.url, today, fetched)
        ),
        *fragment_lists(
            written_markup(text for source, text in document.scripts if not source),
            document.url,
            today,
            fetched,
        ),
        *(
            group
            for text in hidden_markup(document)
            for group in fragment_lists(text, document.url, today, fetched)
        ),
    ]
    return lists + [group for group in hidden if group.dated > 1]


def hidden_records(document: Document) -> list[str]:
    """Records that stand in hidden fields and data attributes, for a script to show."""
    if not _IN_ATTRIBUTE.search(document.markup):
        return []
    found = []
    for node in document.tree.css("input, div, ul, ol, table, tbody, section")[:_MAX_ELEMENTS]:
        for name, value in node.attributes.items():
            if value and (name == "value" or name.startswith("data-")) and _holds_records(value):
                found.append(value)
    return found[:_MAX_ARRAYS]


def hidden_markup(document: Document) -> list[str]:
    """Markup with rows that stands as text in a field, for a script to show once the reader scrolls there."""
    if not _CARRIER.search(document.markup):
        return []
    texts = [node.text(deep=True)[:_MAX_LOOSE] for node in document.tree.css("textarea, xmp")[:_MAX_ARRAYS]]
    return [text for text in texts if _ROW.search(text)]


def response_lists(text: str, url: str, today: date, fetched: date) -> list[ItemList]:
    """Lists in the answer of a section's own interface: JSON, JSONP, XML with CDATA, or a piece of HTML."""
    payload = text.strip()
    jsonp = _JSONP.match(payload)
    if jsonp and payload.rstrip("; \r\n\t").endswith(")"):
        payload = payload[jsonp.end() :].strip()
    if payload[:1] in ("[", "{"):
        found = list(_json_lists(payload, url, today, fetched))
        return found or fragment_lists(markup_in_json(payload), url, today, fetched)
    fragment = "\n".join(_fragments(payload)) or payload
    return fragment_lists(fragment, url, today, fetched)


def fragment_lists(fragment: str, url: str, today: date, fetched: date) -> list[ItemList]:
    if not fragment:
        return []
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
        text = text[:_MAX_INTERFACE_TEXT]
        named = [match[1].replace("\\/", "/") for match in _INTERFACE.finditer(text)]
        if not _POSTS.search(text):
            fetched = [_CACHE_KEY.sub("", match[1]) for match in _FETCHED.finditer(text)]
            # What is fetched by a name without a sign of a path is no address: params.get("id").
            named += [
                address
                for address in fetched
                if re.search(r"[/.]", address) and not _FRAME_PIECE.search(address)
            ]
        for address in named:
            url = document.absolute(address)
            if url and urlsplit(url).netloc == host and url != document.url and not _NO_LIST.search(url):
                found[url] = None
    return list(found)[:5]


def decorates(source: str) -> bool:
    """Whether a script file is known by its name to decorate, to count or to share."""
    return bool(
        _DECORATES.search(f"/{source[:300]}") or _BESIDE.search(source[:300]) or _NO_LIST.search(source[:300])
    )


def brings_news(url: str) -> bool:
    """Whether a frame of this address may: counters, clocks and the weather do not."""
    return not (_NO_LIST.search(url) or _BESIDE.search(url))


def renders_by_template(document: Document) -> bool:
    """Whether the markup holds the placeholders of a template, or an empty place, that a script fills."""
    if _TEMPLATE.search(document.markup):
        return True
    places = document.tree.css("div#app, div#root, div#__nuxt")[:3]
    return any(len(place.text(deep=True).strip()) <= _LONGEST_WAIT for place in places)


def possible_fillers(document: Document) -> frozenset[str]:
    """Everything on the page that may bring content: whatever does anything, unless it is known to do something else.

    A script file is known by its name, an inline script that calls nothing does nothing.
    """
    files = frozenset(
        _address_of(document, source)
        for source, _ in document.scripts
        if source and not _DECORATES.search(source[:300])
    )
    acting = frozenset(
        _without_digits(text)
        for source, text in document.scripts
        if not source and "(" in text and not _COUNTS.search(text[:_MAX_INTERFACE_TEXT])
    )
    return files | acting | filling_texts(document)


def _without_digits(text: str) -> str:
    """An inline script in the form that is the same on every page of a site."""
    return re.sub(r"\d+", "", text[:5_000])


def _address_of(document: Document, source: str) -> str:
    return (document.absolute(source) or source).split("?")[0]


def filling_files(document: Document) -> frozenset[str]:
    """Addresses of the page's script files whose names suggest that they bring content."""
    return frozenset(
        _address_of(document, source)
        for source, _ in document.scripts
        if _SCRIPT_FILE_FILLS.search(source[:300])
    )


def filling_texts(document: Document) -> frozenset[str]:
    """The page's inline scripts that fetch or render content; without digits, so that one script has one text."""
    return frozenset(
        _without_digits(text)
        for source, text in document.scripts
        if not source and (_SCRIPT_FILLS.search(text) or _holds_records(text))
    )


def _holds_records(text: str) -> bool:
    """Whether a script carries records of its own, in whatever words their fields are named."""
    return _ARRAY.search(text) is not None and len(_WORDS.findall(text[:_MAX_INTERFACE_TEXT])) >= _RECORDS


def fills_a_gap(document: Document, idle: frozenset[str]) -> bool:
    """Whether a script may fill what this page leaves empty.

    ``idle`` are scripts that stand also on pages with a list of their own: of an empty element that may hold anything
    such a script is not believed to be the filler, of an empty list it is. Nothing is known of a script file but its name.
    """
    if _writes_in_place(document, idle):
        return True
    fillers = possible_fillers(document)
    awake = fillers - idle
    texts = {text for source, text in document.scripts if not source and _without_digits(text) in awake}
    for node in document.tree.css("div, ul, ol, dl, tbody, table, section")[:_MAX_ELEMENTS]:
        text = node.text(deep=True).strip()
        if text and not _LOADING.fullmatch(text):
            continue
        if node.css_first("img, a, input, iframe, canvas, video, object"):
            continue
        attributes = node.attributes
        names = [attributes.get("id") or "", *(attributes.get("class") or "").split()]
        if any(len(name) > 1 and name in text for name in names for text in texts):
            return True
        if any(
            name.startswith("data-") and value and _BROUGHT.search(value)
            for name, value in attributes.items()
        ):
            return True
        if (
            fillers
            and any(names)
            and (node.tag in ("ul", "ol", "tbody") or any(_LIST_NAME.search(name) for name in names))
        ):
            return True
    return False


def _writes_in_place(document: Document, idle: frozenset[str]) -> bool:
    """Whether an element holds nothing but a script, which writes there what the reader sees."""
    for script in document.tree.css("div > script, td > script, ul > script, section > script")[
        :_MAX_ELEMENTS
    ]:
        holder = script.parent
        if holder is None or not _holds_scripts_alone(holder):
            continue
        source = script.attributes.get("src") or ""
        text = "" if source else script.text(deep=True)
        if source:
            url = _address_of(document, source)
            own = urlsplit(url).netloc == urlsplit(document.url).netloc
            if own and url not in idle and not (_NO_LIST.search(source) or _BESIDE.search(source)):
                return True
        elif (
            "document.write" in text
            and _ROW.search(text[:_MAX_INTERFACE_TEXT])
            and _without_digits(text) not in idle
        ):
            return True
    return False


def _holds_scripts_alone(holder: LexborNode) -> bool:
    child = holder.child
    for _ in range(9):
        if child is None:
            return True
        if child.is_element_node and child.tag != "script":
            return False
        if child.is_text_node and (child.text(deep=False) or "").strip():
            return False
        child = child.next
    return False


def filled_by_script(document: Document) -> bool:
    """Whether the page's own scripts look as if they brought in content that the markup does not hold."""
    return renders_by_template(document) or bool(filling_files(document) or filling_texts(document))


def _between(text: str, opening: str, closing: str) -> Iterator[tuple[int, int]]:
    """Start and end of what stands between two marks, in one pass over the text."""
    position = 0
    for _ in range(_MAX_RECORDS):
        start = text.find(opening, position)
        end = text.find(closing, start + len(opening)) if start >= 0 else -1
        if end < 0:
            return
        yield start + len(opening), end
        position = end + len(closing)


def _fragments(markup: str) -> Iterator[str]:
    """The HTML in XML records, else in CDATA sections."""
    any_record = False
    for start, end in _between(markup, "<record", "</record>"):
        any_record = True
        inner = markup[start:end].partition(">")[2]
        texts = [inner[first:last] for first, last in _between(inner, "<![CDATA[", "]]>")]
        yield "".join(texts) if texts else inner
    if not any_record:
        for start, end in _between(markup, "<![CDATA[", "]]>"):
            if "<a" in markup[start:end].lower():
                yield markup[start:end]


def _json_lists(text: str, url: str, today: date, fetched: date) -> Iterator[ItemList]:
    base = Document(b"", "", url)
    position, loose = 0, _MAX_LOOSE
    for _ in range(_MAX_ARRAYS):
        match = _ARRAY.search(text, position)
        if match is None:
            return
        value, end = _read_array(text, match.start())
        if value is None and loose > 0:
            value, end = _read_loose_array(text[match.start() : match.start() + loose], match.start())
            loose -= end - match.start()
        position = end
        if isinstance(value, list):
            entries = [entry for entry in value[:_MAX_ITEMS] if isinstance(entry, dict)]
            items = [item for entry in entries for item in _json_item(entry, base, today, fetched)]
            if items:
                yield ItemList(tuple(items))


def _read_array(text: str, start: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start + 1


def _read_loose_array(text: str, offset: int) -> tuple[Any, int]:
    """JavaScript object notation: single quotes, bare keys, commas before a closing bracket."""
    end = _matching_bracket(text)
    if end is None:
        return None, offset + max(len(text), 1)
    loose = _STRINGS.sub(_double_quoted, text[:end])
    loose = re.sub(r",(\s{0,200}[}\]])", r"\1", _BARE_KEY.sub(r'\1"\2"\3', loose))
    try:
        return json.loads(loose), offset + end
    except (ValueError, RecursionError):
        return None, offset + end


def _double_quoted(match: re.Match[str]) -> str:
    text = match[0]
    return (
        text
        if text[0] == '"' or len(text) < 2 or text[-1] != "'"
        else json.dumps(text[1:-1].replace("\\'", "'"), ensure_ascii=False)
    )


def _matching_bracket(text: str) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
            if depth == 0:
                return token.end()
    return None


def _address(entry: dict[str, Any]) -> str:
    for key, value in entry.items():
        if value and isinstance(value, str) and _URL_KEY.search(key):
            return value
    return ""


def _json_item(entry: dict[str, Any], base: Document, today: date, fetched: date) -> Iterable[Item]:
    title = next(
        (
            value
            for key, value in entry.items()
            if _TITLE_KEY.search(key) and isinstance(value, str) and len(value.strip()) >= 4
        ),
        "",
    )
    texts = [value for value in list(entry.values())[:40] if isinstance(value, str)]
    href = _address(entry) or next((text for text in texts if _ADDRESS.match(text)), "")
    if not title:
        # Fields of unknown names: the one that reads like a title, beside one that reads like an address.
        title = max((text for text in texts if _WORDS.search(text)), key=len, default="") if href else ""
    if not title:
        return []
    found = None
    keys = [key for key in entry if _DATE_KEY.search(key) and not _NOT_DATE_KEY.search(key)]
    for key in sorted(keys, key=lambda name: not _FIRST_DATE_KEY.search(name)):
        value = entry[key]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            day = epoch_day(value)
            if day:
                found = (day, True)
        elif isinstance(value, str):
            chosen = choose(find_dates(value[:60], today, fetched), today)
            if chosen:
                found = (chosen.day, chosen.year_known)
            elif value.isdecimal():
                day = epoch_day(int(value[:15]))
                found = (day, True) if day else None
        if found:
            break
    values = [
        value for value in list(entry.values())[:40] if isinstance(value, (str, float)) or type(value) is int
    ]
    text = " ".join(
        str(value)[:200] for value in values if not isinstance(value, int) or abs(value) < 10**18
    )[:500]
    return [
        Item(
            title=fold(re.sub(r"<[^<>]{1,500}>", "", title[:2_000]))[:300],
            url=base.absolute(href) or base.url,
            day=found[0] if found else None,
            year_known=found[1] if found else True,
            source="data",
            row_text=fold(text),
        )
    ]
