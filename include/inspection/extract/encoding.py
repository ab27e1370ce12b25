"""Bytes of a page to text.

The order of browsers is byte-order mark, HTTP header, ``<meta>``; on government pages the declaration is often
wrong, so bytes that are valid multi-byte UTF-8 are read as UTF-8 whatever was declared (GB text practically never
forms valid UTF-8), and gb2312 and gbk are read as GB18030, their superset.
"""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_\-]{2,20})["']""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
}
#: What a page may declare. Python knows more names, some of which are no text (hex, zip, punycode).
_READABLE = frozenset(
    (
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "gb18030",
        "hz",
        "big5",
        "big5hkscs",
        "shift_jis",
        "euc_jp",
        "euc_kr",
    )
) | {"ascii", "iso8859-1", "cp1252"}
_PRESCAN = 4096


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of ``body`` and the name of the encoding it was read with; never raises."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, errors="replace"), name
    text = _utf8(body)
    if text is not None:
        return text, "utf-8"
    declared = _declared(body, content_type)
    # Not valid UTF-8, so a declaration of it is wrong; latin-1 decodes anything and proves nothing.
    candidates = [name for name in declared if name not in ("utf-8", "iso8859-1", "cp1252", "ascii")]
    for name in [*candidates, "gb18030"]:
        text = body.decode(name, errors="replace")
        if text.count("\ufffd") <= len(text) * 0.002 + 2:
            return text, name
    fallback = (declared or ["gb18030"])[0]
    by_name = {name: body.decode(name, errors="replace") for name in (fallback, "utf-8", "gb18030")}
    best = min(by_name, key=lambda name: by_name[name].count("\ufffd"))
    return by_name[best], best


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A body cut off inside a character is still UTF-8.
        cut_off = error.start >= len(body) - 3 and error.reason == "unexpected end of data"
        return body.decode("utf-8", errors="replace") if cut_off else None


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [match[1] for match in [_HEADER.search(content_type)] if match]
    for pattern in (_XML, _META):
        match = pattern.search(body[:_PRESCAN])
        if match:
            labels.append(match[1].decode("ascii"))
    names = []
    for label in labels:
        try:
            name = _ALIASES.get(label.lower()) or codecs.lookup(label).name
        except LookupError:
            continue
        if name in _READABLE:
            names.append(name)
    return names
