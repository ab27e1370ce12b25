"""Where on a page its footer stands: in what calls itself one, at the page's end, in what scripts write, elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from include.inspection.extract.bounds import bounded
from include.inspection.extract.dates import normalise
from include.inspection.extract.html import Document, Link, fold

_FOOTER = ", ".join(
    f"[{attribute}*={word} i]"
    for word in ("foot", "bottom", "copyright", "banquan")
    for attribute in ("class", "id")
)
_MAX_MARKED = 30
#: White space included, of which templates have much.
_MAX_FOOTER_TEXT = 8_000
_TAIL = 1_200
_TAIL_LINKS = 30
#: One word of a footer stands in articles too; two make a footer.
_FOOTERS_WORDS = 2
_FOOTER_WORDS = re.compile(
    r"版权所有|ICP|公网安备|标识码|网站(?:标识号|识别[码号])|(?:网站|站点)地图|Copyright|©", re.IGNORECASE
)
#: Prose speaks of sponsors too: one word of the footer's stands no further from it than this.
_SPONSOR_WORD = re.compile(r"主\s?办")
_NEAR = 200
_MAX_LINKS = 400
MAX_SCRIPT = 100_000
_WRITES = re.compile(r"document\.write|innerHTML|\.(?:html|append|prepend|after|before)\(")
_ELSEWHERE = re.compile(r"foot|bottom|copyright|banquan|dibu", re.IGNORECASE)
#: A piece of the page that a publishing system keeps in a file of its own: 1708171610341487.js
_PIECE = re.compile(r"(?:^|/)(?:\d{8,}|[0-9a-f]{24,})\.js(?:$|\?)", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|vue|axios|superslide|share|qrcode|layer|baidu|cnzz|51\.la|stat(?:istics)?\b|count|hits|conac|jiucuo|polyfill",
    re.IGNORECASE,
)
_LOADED = re.compile(r"""(?:\.load|\$\.get|fetch|ajax)\s?\(\s?["']([^"'\s]{1,200})["']""")
_INCLUDE = re.compile(r"""<!--#include\s{1,4}(?:virtual|file)\s?=\s?["']([^"']{1,200})["']""")


class Found(StrEnum):
    FOOTER = "footer"  # in the footer, or at the page's end where no element is marked as footer
    PAGE = "page"  # on the page, above the footer
    SCRIPT = "script"  # a script writes it
    ABSENT = "absent"


#: A link or image as (address, words).
_Pair = tuple[str, str]


@dataclass
class Surface:
    """A stretch of the page to search."""

    found: Found
    text: str
    links: list[_Pair]
    images: list[_Pair]
    handlers: list[str]

    @cached_property
    def _addresses(self) -> str:
        return "\n".join(f"{url}\n{words}" for url, words in (*self.links, *self.images)).lower()

    def names(self, *parts: str) -> bool:
        """Whether an address or the words of a link or image hold one of the (lower-case) parts: else no pattern matches."""
        return any(part in self._addresses for part in parts)


def footer_places(document: Document) -> tuple[Surfaces, str]:
    """The stretches of a page to search for footer items, the likeliest first, and the address of the frame, script or
    include that brings the footer ("" for none)."""
    # Of several that call themselves footer the last is the likeliest.
    marked = list(_footer_nodes(document.tree))[::-1]
    shown = _visible_text(marked)
    elsewhere = _elsewhere(document) or _script_in_its_place(
        document, shown, empty=bool(marked) and not shown
    )
    return Surfaces(_in_order(document, marked, shown)), elsewhere


@lru_cache(maxsize=64)  # the same scripts stand on every page of a site
def written_markup(text: str) -> str:
    """The markup that a script writes, its escapes undone; "" for a script that writes none."""
    if len(text) > MAX_SCRIPT or not _WRITES.search(text):
        return ""
    if "%3C" in text or "%3c" in text:
        text = unquote(text)
    text = text.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
    return text if "<" in text else ""


class Surfaces:
    """The surfaces of a page, each made when it is first needed: most items stand in the footer."""

    def __init__(self, surfaces: Iterator[Surface]) -> None:
        self._made: list[Surface] = []
        self._rest = surfaces

    def __iter__(self) -> Iterator[Surface]:
        yield from self._made
        for surface in self._rest:
            self._made.append(surface)
            yield surface


def _in_order(document: Document, marked: Sequence[LexborNode], shown: str) -> Iterator[Surface]:
    text = document.body_text
    body = document.tree.body
    known = {link.node.mem_id: link for link in document.links}
    if marked:
        yield _surface(Found.FOOTER, shown, marked, known)
    # What calls itself footer may be an article's (article-footer).
    if not marked or len(_words(shown)) < _FOOTERS_WORDS <= len(_words(_tail(text))):
        yield _surface(Found.FOOTER, _tail(text), [body] if body else [], known, _TAIL_LINKS)
    yield _surface(Found.PAGE, text, [body] if body else [], known)
    written = _written(document)
    if written:
        inner = LexborHTMLParser(bounded(written))
        root = inner.body
        if root:
            yield _surface(Found.SCRIPT, fold(root.text(deep=True, separator=" ")), [root], known)


def _written(document: Document) -> str:
    return "".join(filter(None, (written_markup(script) for _, script in document.scripts)))[:MAX_SCRIPT]


def _tail(text: str) -> str:
    """The page's end from where it begins to speak as footers do: a short article's own telephone is none of it."""
    tail = text[-_TAIL:]
    match = _FOOTER_WORDS.search(tail)
    end = match.start() if match else len(tail)
    near = (said.start() for said in _SPONSOR_WORD.finditer(tail) if said.start() >= end - _NEAR)
    start = min(end, next(near, end))
    return tail[max(0, start - 40) :] if start < len(tail) else ""


def _words(text: str) -> set[str]:
    """The words by which a text is known as a footer."""
    return {word.lower() for word in _FOOTER_WORDS.findall(text)}


def _visible_text(nodes: Iterable[LexborNode]) -> str:
    """The text of footers without the scripts inside."""
    return fold(" ".join(piece for node in nodes for piece in _visible(node)))


def _visible(node: LexborNode) -> Iterator[str]:
    skipped: LexborNode | None = None
    for piece in node.traverse(include_text=True):
        if skipped is not None:
            parent = piece.parent
            if parent is not None and parent.mem_id == skipped.mem_id:
                continue
            skipped = None
        if piece.tag in ("script", "style", "noscript", "template"):
            skipped = piece
        elif piece.is_text_node:
            yield piece.text(deep=False) or ""


def _surface(
    found: Found, text: str, nodes: Iterable[LexborNode], known: Mapping[int, Link], last: int = _MAX_LINKS
) -> Surface:
    links: list[_Pair] = []
    images: list[_Pair] = []
    handlers: list[str] = []
    for node in nodes:
        for element in node.css("a[href], area[href]")[-last:]:
            link = known.get(element.mem_id)
            if link:
                links.append((link.url, link.label[:200]))
            else:
                links.append(
                    ((element.attributes.get("href") or "")[:500], (element.text(deep=True) or "")[:200])
                )
        for element in node.css("img")[-last:]:
            attributes = element.attributes
            words = " ".join(attributes.get(name) or "" for name in ("alt", "title", "id"))
            images.append((attributes.get("src") or "", words[:200]))
        handlers += [
            (element.attributes.get("onclick") or "")[:300] for element in node.css("[onclick]")[-last:]
        ]
    return Surface(found, normalise(text), links, images, handlers)


def _footer_nodes(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Outermost elements that call themselves footer and are short enough to be one."""
    taken: set[int] = set()
    for node in [*tree.css("footer")[:4], *tree.css(_FOOTER)[-_MAX_MARKED:]]:
        if node.tag in ("script", "link", "style", "body", "html", "img", "input"):
            continue
        if node.mem_id in taken or _within(node, taken):
            continue
        # One that holds half the page is a wrapper; the footer proper may lie in it.
        if len(node.text(deep=True) or "") <= _MAX_FOOTER_TEXT:
            taken.add(node.mem_id)
            yield node


def _within(node: LexborNode, taken: set[int]) -> bool:
    parent = node.parent
    for _ in range(40):
        if parent is None:
            return False
        if parent.mem_id in taken:
            return True
        parent = parent.parent
    return False


def _elsewhere(document: Document) -> str:
    """Frames, scripts and includes by which a template brings its footer from another address."""
    for node in document.tree.css("iframe[src], script[src], object[data], embed[src]")[:200]:
        attributes = node.attributes
        source = attributes.get("src") or attributes.get("data") or ""
        if _ELSEWHERE.search(source[:500].partition("?")[0].rpartition("/")[2]):
            return source[:300]
    for _, text in document.scripts:
        for match in _LOADED.finditer(text[:MAX_SCRIPT]):
            if _ELSEWHERE.search(match[1]):
                return match[1]
    for match in _INCLUDE.finditer(document.markup) if "<!--#include" in document.markup else ():
        if _ELSEWHERE.search(match[1]):
            return match[1]
    return ""


def _script_in_its_place(document: Document, shown: str, *, empty: bool) -> str:
    """The script that may write the footer, where the page does not end as pages with a footer do.

    ``shown``: the text of what is named a footer; where that is ``empty``, scripts of the head may fill it too.
    """
    words = _words(shown) | _words(_tail(document.body_text))
    if len(words) < _FOOTERS_WORDS:
        words |= _words(_written(document))
    place = document.tree if empty else document.tree.body
    if len(words) >= _FOOTERS_WORDS or place is None:
        return ""
    sources = [(node.attributes.get("src") or "")[:300] for node in place.css("script[src]")[:200]]
    pieces = [source for source in sources if _PIECE.search(source)]
    others = [source for source in sources if not words and not _LIBRARY.search(source)]
    return (pieces or others or [""])[-1]
