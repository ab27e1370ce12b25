"""Pages that only lead on: meta refresh, a script that sets the address; of home pages also a frame over the whole page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from include.inspection.extract.html import Document

_REFRESH = re.compile(
    r"^\s{0,9}(\d{1,3})\s{0,9}[;,]\s{0,9}url\s{0,9}=\s{0,9}['\"]?([^'\"]{1,2000})", re.IGNORECASE
)
_LOCATION = re.compile(
    r"""(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s{0,9}=\s{0,9}["']([^"'\s]{1,300})["']|"""
    r"""location\.replace\(\s{0,9}["']([^"'\s]{1,300})["']"""
)
#: Where a page leads telephones elsewhere: other visitors stay.
_DEVICE = re.compile(r"userAgent|mobile|iphone|android|screen\.width|platform", re.IGNORECASE)
_FEW_LINKS = 3
#: A page of no more text than this has none of its own: 页面正在跳转，请稍候.
_STUB_TEXT = 60
_STUB_BYTES, _HEAD = 20_000, 4_000
_ENTER = re.compile(r"进\s?入|中文版?|首\s?页|主\s?页|\benter\b|chinese", re.IGNORECASE)
_SPLASH_TEXT = 300


def may_lead_on(body: bytes) -> bool:
    """Whether a page is worth asking, by its bytes alone: most pages are read once."""
    return b"refresh" in body[:_HEAD].lower() or (len(body) <= _STUB_BYTES and b"location" in body)


def leads_on(document: Document) -> str:
    """The address to which a page without content of its own leads at once, or ""."""
    if url := _refresh(document):
        return url
    return _by_script(document) if len(document.body_text) <= _STUB_TEXT else ""


def client_redirect(document: Document) -> str:
    """The address that a home page leads to without a click, or "" where it is a page of its own."""
    if url := _refresh(document) or _by_script(document):
        return url
    if len(document.links) > _FEW_LINKS:
        return ""
    # A splash page whose every link, or whose entry by name, leads to one page.
    own = urlsplit(document.url).netloc
    links = [link for link in document.links if urlsplit(link.url).netloc == own and link.url != document.url]
    if links and len(document.body_text) <= _SPLASH_TEXT:
        targets = {link.url for link in links if _ENTER.search(link.label)} or {link.url for link in links}
        if len(targets) == 1:
            return targets.pop()
    # Of several frames none is the page.
    frames = {
        document.absolute(node.attributes.get("src") or "")
        for node in document.tree.css("frameset frame[src], body > iframe[src]")[:20]
    }
    frames.discard("")
    return frames.pop() if len(frames) == 1 else ""


def _refresh(document: Document) -> str:
    for node in document.tree.css("meta[http-equiv]"):
        attributes = node.attributes
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.match(attributes.get("content") or "")
            # A page that reloads itself after minutes is no redirect.
            if match and int(match[1]) <= 10:
                return document.absolute(match[2])
    return ""


def _by_script(document: Document) -> str:
    if len(document.links) > _FEW_LINKS:
        return ""
    for source, text in document.scripts:
        match = _LOCATION.search(text) if not source and not _DEVICE.search(text) else None
        if match:
            return document.absolute(match[1] or match[2])
    return ""
