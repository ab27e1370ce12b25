"""News of a slider that an inline script draws from texts of its own."""

from __future__ import annotations

import re

from include.inspection.extract.html import Document

_TITLE = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w，、：“”《》]{6,}")
_ADDRESS = re.compile(r"\.s?html?\b|/\d{4,}|[?&]\w*id=")
_FEW = 2
_MAX_SCRIPT = 50_000


def draws_slides(document: Document) -> bool:
    """Whether a script holds several titles and addresses: entries that no list of the markup shows."""
    return any(
        not source
        and len(_TITLE.findall(text[:_MAX_SCRIPT])) >= _FEW
        and len(_ADDRESS.findall(text[:_MAX_SCRIPT])) >= _FEW
        for source, text in document.scripts
    )
