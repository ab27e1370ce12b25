"""Home pages that only lead on: meta refresh, a script that sets the address, a frame over the whole page."""

from __future__ import annotations

import re

from include.inspection.extract.html import Document

_REFRESH = re.compile(r"^\s*(\d{1,3})\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_LOCATION = re.compile(r"""(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*=\s*["']([^"'\s]{1,300})["']|location\.replace\(\s*["']([^"'\s]{1,300})["']""")
_FEW_LINKS = 3


def client_redirect(document: Document) -> str:
    """The address that the page leads to without a click, or "" where it is a page of its own."""
    for node in document.tree.css("meta[http-equiv]"):
        attributes = node.attributes
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.match(attributes.get("content") or "")
            # A page that reloads itself after minutes is no redirect.
            if match and int(match[1]) <= 10:
                return document.absolute(match[2])
    if len(document.links) > _FEW_LINKS:
        return ""
    for source, text in document.scripts:
        match = _LOCATION.search(text) if not source else None
        if match:
            return document.absolute(match[1] or match[2])
    frame = document.tree.css_first("frameset frame[src], body > iframe[src]")
    return document.absolute(frame.attributes.get("src") or "") if frame else ""
