"""One parsed page: its text, links and page tags. Parsing is bounded, because every byte is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from include.inspection.extract.bounds import bounded
from include.inspection.extract.dates import normalise
from include.inspection.extract.encoding import decode

#: What a page may bring; the rest is left unread, which the facts say.
MAX_TEXT = 4_000_000
MAX_LINKS = 5_000
HEAD_TEXT = 20_000
#: A link's text of this length may be a card's; a title in it is no shorter than the other.
_LONG_LABEL = 40
_MIN_CARD_TITLE = 5
_CARD_TITLE = "h1, h2, h3, h4, h5, h6, .title, .tit, .bt"

_MAX_URL = 2_000

_DROPPED_QUERY = re.compile(
    r"(?:^|&)(?:(?:jsessionid|phpsessid|utm_[a-z]+)=[^&]*|(?:_|_t|t|ts|timestamp|rnd|random)=(?:0\.\d+|\d{10,})(?=&|$))",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)


class Link:
    """An anchor with an http(s) target: absolute address, visible text, title attribute, its node and what is around it."""

    __slots__ = ("around", "label", "node", "text", "title", "url")

    def __init__(self, url: str, text: str, title: str, node: LexborNode, around: Element | None) -> None:
        self.url, self.text, self.title = url, text, title
        self.node, self.around = node, around
        self.label = _fuller(text, title) if title and title != text else text


def _fuller(text: str, title: str) -> str:
    """The fuller of text and title attribute: list titles are often cut off in the text."""
    cut = text.rstrip("….").rstrip()
    return title if not cut or title.startswith(cut) else text


def _heading_in(node: LexborNode) -> str:
    """The title within a link that holds a whole card: picture, day, title, summary; "" where none is marked."""
    heading = node.css_first(_CARD_TITLE)
    text = fold(heading.text(deep=True, separator=" ")[: _LONG_LABEL * 4]) if heading is not None else ""
    return text if len(text) >= _MIN_CARD_TITLE else ""


class Element:
    """An element around links, read from the parser once: every pass over a page asks the same of it again and again.

    ``up`` is the element around it; None where that is the body. ``names`` are its class names as they stand.
    ``links`` counts the links that it holds.
    """

    __slots__ = ("identity", "key", "links", "names", "node", "role", "tag", "up")

    def __init__(self, node: LexborNode, key: int, tag: str, up: Element | None) -> None:
        self.node, self.key, self.tag, self.up = node, key, tag, up
        self.links = 0
        attributes = node.attributes
        if attributes:
            self.names = attributes.get("class") or ""
            self.identity = attributes.get("id") or ""
            self.role = attributes.get("role") or ""
        else:
            self.names = self.identity = self.role = ""


_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)


def fold(text: str) -> str:
    """On one line, without control and invisible characters, which no document or log may carry on."""
    if text.isprintable():  # then a plain space is the only white space it may hold
        return " ".join(text.split()) if " " in text else text
    folded = " ".join(text.split())
    return folded if folded.isprintable() else _UNPRINTABLE.sub("", folded)


def clean_url(url: str) -> str:
    """Without fragment, session ids, cache busters and the scheme's own port, so that one page has one address."""
    if not url.isprintable():
        url = _UNPRINTABLE.sub("", url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    path = _SESSION_PATH.sub("", parts.path) or "/"
    query = _DROPPED_QUERY.sub("", parts.query).strip("&")
    host = parts.netloc.lower().removesuffix(":80" if parts.scheme == "http" else ":443")
    return urlunsplit((parts.scheme, host, path, query, ""))


#: An address that needs no rules of joining: a plain path, with no dot segments, query, fragment or scheme.
_PLAIN_PATH = re.compile(r"(?:\./)?/?(?:[A-Za-z0-9_\-%~][A-Za-z0-9_\-.%~]*+/?)*+")


class Document:
    """A page's markup. ``url`` is the address it was finally served from."""

    def __init__(self, body: bytes, content_type: str, url: str) -> None:
        text, self.encoding = decode(body, content_type)
        self.url = url
        self.markup = bounded(text[:MAX_TEXT])
        self.cut_off = len(text) > len(self.markup)
        self.tree = LexborHTMLParser(self.markup)

    @cached_property
    def base(self) -> str:
        node = self.tree.css_first("base[href]")
        href = (node.attributes.get("href") or "") if node else ""
        try:
            return urljoin(self.url, href.strip()) if href and len(href) <= _MAX_URL else self.url
        except ValueError:
            return self.url

    @cached_property
    def title(self) -> str:
        node = self.tree.css_first("title")
        return fold(node.text())[:300] if node else ""

    @cached_property
    def meta(self) -> dict[str, str]:
        """Page tags by lower-case name; the first of a name counts."""
        tags: dict[str, str] = {}
        for node in self.tree.css("meta"):
            attributes = node.attributes
            name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
            if name and name not in tags:
                tags[name] = fold(attributes.get("content") or "")
        return tags

    @cached_property
    def links(self) -> list[Link]:
        links: list[Link] = []
        unread = MAX_TEXT
        for node in self.tree.css("a[href], area[href]")[:MAX_LINKS]:
            attributes = node.attributes
            url = self.absolute(attributes["href"] or "")
            if url and unread > 0:
                # Links that are never closed hold each other: their texts together are bounded.
                whole = node.text(deep=True, separator=" ")
                unread -= len(whole)
                text = fold(whole) or fold(attributes.get("alt") or "")
                if len(text) > _LONG_LABEL:
                    text = _heading_in(node) or text
                if not text:
                    image = node.css_first("img[alt]")
                    text = fold(image.attributes.get("alt") or "") if image else ""
                title = attributes.get("title") or attributes.get("aria-label") or ""
                title = fold(title)[:500] if title else ""
                links.append(Link(url, text[:500], title, node, self.around(node)))
        for link in links:
            if link.around is not None:
                link.around.links += 1
        for element in reversed(self._known.values()):
            if element.up is not None:
                element.up.links += element.links
        return links

    def around(self, node: LexborNode) -> Element | None:
        """The element around ``node``; None where that is the body. Markup may be nested without end."""
        known = self._known
        fresh: list[tuple[LexborNode, int, str]] = []
        found: Element | None = None
        parent = node.parent
        while parent is not None:
            key = parent.mem_id
            found = known.get(key)
            if found is not None:
                break
            tag = parent.tag or ""
            if tag in ("body", "html"):
                break
            fresh.append((parent, key, tag))
            parent = parent.parent
        for element, key, tag in reversed(fresh):
            found = known[key] = Element(element, key, tag, found)
        return found

    @cached_property
    def _known(self) -> dict[int, Element]:
        return {}

    @property
    def elements(self) -> Iterable[Element]:
        """The elements around links and what else was asked for, each behind the one around it."""
        return self._known.values()

    def absolute(self, href: str) -> str:
        """The http(s) address that ``href`` leads to, or "" where it leads to none."""
        if _PLAIN_PATH.fullmatch(href) and self._folder and 0 < len(href) <= _MAX_URL:
            return self._origin + href if href[0] == "/" else self._folder + href.removeprefix("./")
        # Old pages write Windows paths; browsers read them as addresses.
        href = href.strip().replace("\\", "/")
        if not href or len(href) > _MAX_URL or href[0] == "#" or href[:11].lower() == "javascript:":
            return ""
        try:
            return clean_url(urljoin(self.base, href))
        except ValueError:
            return ""

    @cached_property
    def _origin(self) -> str:
        parts = urlsplit(self._folder)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def _folder(self) -> str:
        """The clean address that plain relative paths are joined to, or "" where only urljoin will do."""
        folder = clean_url(self.base.rpartition("?")[0] or self.base).rpartition("/")[0] + "/"
        path = folder.partition("://")[2].partition("/")[2]
        return "" if len(folder) < 10 or "//" in path or "." in path or ";" in path else folder

    @cached_property
    def scripts(self) -> list[tuple[str, str]]:
        """(source address or "", text) of every script."""
        return [
            (node.attributes.get("src") or "", node.text(deep=True) if not node.attributes.get("src") else "")
            for node in self.tree.css("script")[:400]
        ]

    @cached_property
    def head_text(self) -> str:
        """The first 20,000 characters of the text, with full-width digits and signs made plain."""
        return normalise(self.body_text[:HEAD_TEXT])

    @cached_property
    def body_text(self) -> str:
        """What a reader sees, without scripts and styles; folded, at most 200,000 characters."""
        copy = LexborHTMLParser(self.markup)
        copy.strip_tags(["script", "style", "noscript", "template"])
        body = copy.body
        return fold(body.text(deep=True, separator=" "))[:200_000] if body else ""
