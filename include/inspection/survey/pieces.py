"""Pages that are put together in the browser, read as the one page that their visitors see.

Frames, pieces of markup that a script loads and markup that a script file writes in its place are fetched and set into
the page; no script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from selectolax.lexbor import LexborNode

from include.inspection.extract.data_lists import brings_news, decorates
from include.inspection.extract.encoding import decode
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document
from include.inspection.extract.sections import same_site
from include.inspection.extract.written import markup_in_json, units, written_markup
from include.inspection.facts import meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document

#: A frame of a frameset may be a frameset again.
_DEPTH = 2
_MAX_ADDRESSES = 20_000
_MAX_SCRIPT = 50_000
_MAX_LEVELS, _MAX_BEHIND = 12, 500
#: $("#header").load("/inc/header.html"), $.get("/inc/menu.html", …).
_LOADED = re.compile(
    r"""\.(?:load|get)\s{0,3}\(\s{0,3}["']([^"'\s<>{}?]{1,300}\.(?:s?html?|inc|tpl|jsp|aspx?|php)(?:\?[^"'\s<>{}]{0,100})?)(?:\s[#.][\w-]{1,60})?["']"""
)
_INCLUDING = ("data-include", "w3-include-html", "include-html")
_INCLUDED = "[data-include], [w3-include-html], [include-html], include[src]"
_FOOT = re.compile(r"foot|bottom|copyright|banquan|dibu", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]{0,2000}>", re.IGNORECASE)


@dataclass
class WholeHome:
    """The home page with its pieces. ``pieces``: their number; ``unread``: whether one may hold what was not read."""

    document: Document
    pieces: int = 0
    unread: bool = False
    inner: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


async def with_units(look: Look, document: Document) -> tuple[Document, Page | None]:
    """The page with the pieces that its scripts bring by address and parameters, each in its place; and the answer that
    brought the last. One that could not be read keeps its script."""
    brought: dict[str, str] = {}
    last: Page | None = None
    for number, (node, url) in enumerate(units(document)):
        if not same_site(url, look.home):
            continue
        answer = await look.page(url, "data", document.url)
        if meaning(answer) is Meaning.READ:
            text, _ = decode(answer.body, answer.headers.get("content-type", ""))
            mark = f"[unit {number}]"
            brought[mark], last = markup_in_json(text), answer
            node.replace_with(mark)
    if last is None:
        return document, None
    markup = document.tree.html or document.markup
    for mark, piece in brought.items():
        markup = markup.replace(mark, piece, 1)
    whole = Document(markup.encode("utf-8", "replace"), "text/html; charset=utf-8", document.url)
    return whole, last


async def whole_home(look: Look, document: Document) -> WholeHome:
    """The home page with the pages of its frames, its loaded pieces and its script files' markup in it.

    A page without such pieces is given back as it is.
    """
    document, unit = await with_units(look, document)
    whole = WholeHome(document, pieces=int(unit is not None))
    if document.tree.css_first("frameset") is not None:
        await _add_frames(look, document, whole, _DEPTH)
        if whole.inner:
            whole.document = _of_pieces(document, whole.inner)
        else:
            whole.unread = True
        return whole
    for node, url, kind in list(_pieces(document)):
        if whole.pieces >= look.limits.home_frames:
            whole.unread = True
            break
        await _add_piece(look, document, whole, node, url, kind)
    own = written_markup([text for source, text in document.scripts if not source])
    if "<a" in own.lower():
        whole.inner.append(own)
    if whole.inner or whole.foot:
        whole.document = _with_pieces(document, whole.inner, whole.foot)
    return whole


Kind = Literal["frame", "markup", "script"]


def _pieces(document: Document) -> Iterator[tuple[LexborNode | None, str, Kind]]:
    """(its element, address, kind) of every piece of a page that is named in the markup or in an inline script."""
    for node in document.tree.css("body iframe[src]")[:10]:
        yield node, document.absolute(node.attributes.get("src") or ""), "frame"
    for node in document.tree.css(_INCLUDED)[:10]:
        names = (*_INCLUDING, "src")
        address = next((value for name in names if (value := node.attributes.get(name))), "")
        yield node, document.absolute(address), "markup"
    for source, text in document.scripts:
        for match in _LOADED.finditer(text[:_MAX_SCRIPT]) if not source else ():
            yield None, document.absolute(match[1]), "markup"
    for node in document.tree.css("body script[src]")[:40]:
        source = node.attributes.get("src") or ""
        if _writes_in_its_place(node) and not decorates(source):
            yield node, document.absolute(source), "script"


def _writes_in_its_place(script: LexborNode) -> bool:
    """Whether anything but scripts stands behind the element: files of functions stand in the head or at the end."""
    current: LexborNode | None = script
    for _ in range(_MAX_LEVELS):
        if current is None or current.tag == "body":
            return False
        after = current.next
        for _ in range(_MAX_BEHIND):
            if after is None:
                break
            if after.is_element_node and after.tag not in ("script", "style", "link", "noscript"):
                return True
            after = after.next
        current = current.parent
    return False


async def _add_piece(
    look: Look, document: Document, whole: WholeHome, node: LexborNode | None, url: str, kind: Kind
) -> None:
    if not url or not brings_news(url) or not same_site(url, look.home):
        return
    page = await look.page(url, "section" if kind == "frame" else "data", look.home)
    if meaning(page) is not Meaning.READ:
        whole.unread = whole.unread or meaning(page) is not Meaning.GONE
        return
    if kind == "script":
        text, _ = decode(page.body, page.headers.get("content-type", ""))
        markup = written_markup([text])
        if "<a" not in markup.lower():
            # A file that writes links from variables is not understood; any other writes none.
            whole.unread = whole.unread or ("document.write" in text and "<a" in text.lower())
            return
    else:
        markup = _absolute(open_document(page))
    (whole.foot if _FOOT.search(url) else whole.inner).append(markup)
    whole.pieces += 1
    if node is None:
        return
    # What was read is waited for no more. A frame or script holds no other piece; an element may.
    if kind == "markup":
        for name in _INCLUDING:
            if name in node.attributes:
                del node.attrs[name]
    else:
        node.decompose()


async def _add_frames(look: Look, document: Document, whole: WholeHome, depth: int) -> None:
    for url in frames(document):
        if not brings_news(url):
            continue
        if not same_site(url, look.home) or whole.pieces >= look.limits.home_frames:
            whole.unread = True
            continue
        page = await look.page(url, "section", look.home)
        if meaning(page) is not Meaning.READ:
            whole.unread = whole.unread or meaning(page) is not Meaning.GONE
            continue
        found = open_document(page)
        if found.tree.css_first("frameset") is None:
            whole.inner.append(_absolute(found))
            whole.pieces += 1
        elif depth > 1:
            await _add_frames(look, found, whole, depth - 1)
        else:
            whole.unread = True


def _absolute(piece: Document) -> str:
    """The body of a piece, its addresses as they are seen from anywhere."""
    for node in piece.tree.css("[href], [src]")[:_MAX_ADDRESSES]:
        for name in ("href", "src"):
            if (value := node.attributes.get(name)) and (url := piece.absolute(value)):
                node.attrs[name] = url
    body = piece.tree.body
    return (body.inner_html or "") if body is not None else ""


def _of_pieces(document: Document, inner: list[str]) -> Document:
    """A page that holds its pieces alone."""
    tags = "".join(
        f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in document.meta.items()
    )
    bodies = "".join(f"<div>{piece}</div>" for piece in inner)
    markup = f"<html><head><title>{escape(document.title)}</title>{tags}</head><body>{bodies}</body></html>"
    return Document(markup.encode("utf-8", "replace"), "text/html; charset=utf-8", document.url)


def _with_pieces(document: Document, inner: list[str], foot: list[str]) -> Document:
    """The page with its pieces: heads and menus before all, feet at its end."""
    markup = document.tree.html or document.markup
    body = _BODY.search(markup)
    place, end = body.end() if body else 0, markup.rfind("</body>")
    end = end if end >= place else len(markup)
    before, behind = ("".join(f"<div>{piece}</div>" for piece in pieces) for pieces in (inner, foot))
    whole = f"{markup[:place]}{before}{markup[place:end]}{behind}{markup[end:]}"
    return Document(whole.encode("utf-8", "replace"), "text/html; charset=utf-8", document.url)
