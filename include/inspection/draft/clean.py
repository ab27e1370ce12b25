"""Making foreign text fit for a document.

No control characters, no line breaks, no characters that XML refuses.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

#: Overrides that let a name show in another order than it is written.
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#|~!$])")
_MARKDOWN_START = re.compile(r"^(?:[-+=]|\d+[.)](?=\s|$))")
_MAX_LINK = 2000


def clean(text: str) -> str:
    """``text`` on one line: every run of white space is one space, and what no document may hold is gone."""
    kept = (" " if char.isspace() else char for char in text if char.isspace() or _may_stand(char))
    return " ".join("".join(kept).split())


def _may_stand(char: str) -> bool:
    code = ord(char)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or char in _BIDI:
        return False
    return unicodedata.category(char) not in ("Cc", "Cs")


def cleaned(value: Any) -> Any:
    """A copy of a JSON-like value with every string cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters; an ellipsis shows that there was more."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def web_link(url: str) -> str:
    """``url`` where a reader may click on it, otherwise empty: only http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and len(url) <= _MAX_LINK else ""


def markdown(text: str) -> str:
    """``text`` as Markdown that shows it as it is, in a table cell too; no HTML passes."""
    escaped = _MARKDOWN.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return "\\" + escaped if _MARKDOWN_START.match(escaped) and not escaped[0].isdigit() else escaped
