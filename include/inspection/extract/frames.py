"""The pages that a page shows within itself."""

from __future__ import annotations

import re

from include.inspection.extract.html import Document

_PAGE_IN_OBJECT = re.compile(r"(?:/|\.(?:s?html?|jsp|aspx?|php|do))(?:\?|$)", re.IGNORECASE)


def frames(document: Document) -> list[str]:
    """Addresses of the frames in which a page may show its list."""
    found: dict[str, None] = {}
    for node in document.tree.css("iframe[src], frame[src], object[data]")[:10]:
        url = document.absolute(node.attributes.get("src") or "")
        if node.tag == "object":
            data = document.absolute(node.attributes.get("data") or "")
            url = data if _PAGE_IN_OBJECT.search(data) else ""
        if url:
            found[url] = None
    return list(found)
