"""How much of a page's markup is parsed: no more than a parser reads in a second or two and in little memory.

Lexbor needs the square of the number of elements within each other, of options in one list to choose from and of
attributes on one element, and an element for each unclosed <b>, <font> … in each block behind it. Whoever wants to
stall the inspection writes such a page on purpose; others have a hundredth of it.
"""

from __future__ import annotations

import re
from itertools import islice

_MAX_DEPTH = 5_000
_MAX_OPTIONS = 5_000
_MAX_ATTRIBUTES = 500
#: <html> and <body> that come again add their attributes to the first.
_MAX_ROOTS = 40
#: Elements that the parser opens anew because they were not closed in the block before.
_MAX_REOPENED = 500_000

_FORMATTING = r"b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
#: A quick look that misses none of them; a few others (<form>) count too.
_FORMATS = re.compile(r"<[bBcCeEfFiInNsStTuU][iImMoOtT\s/>]")
#: Elements without an end, and those that end by themselves, hold nothing of their kind.
_SHALLOW = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|"
    "li|p|dt|dd|tr|td|th|tbody|thead|tfoot|optgroup|html|head|body"
)
#: What stands in them is no markup, even where they are never closed.
_RAW = r"<!--.*?(?:-->|\Z)"
_RAW_CONTENT = r"(?s:.*?)(?:</(?i:script|style)|\Z)"
_TAG = re.compile(
    rf"(?P<raw>{_RAW}|<(?:script|style)\b{_RAW_CONTENT})|<(?P<closing>/)?+(?:(?P<shallow>(?:{_SHALLOW})\b)|"
    rf"(?P<option>option\b)|(?P<format>(?:{_FORMATTING})(?=[\s/>]))|[a-z])",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_ATTRIBUTE = r"""[\s/]++[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+"""
_ATTRIBUTES = rf"(?:{_ATTRIBUTE}){{0,{_MAX_ATTRIBUTES}}}+(?![\s/]++[^\s/>])"
_FEW_ATTRIBUTES = re.compile(
    rf"(?:[^<]++|{_RAW}|<(?i:script|style)\b{_ATTRIBUTES}{_RAW_CONTENT}|<(?![a-zA-Z])|"
    rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTES})*+",
    re.DOTALL,
)
_MANY_TAGS = 10_000
#: Shorter pages hold no attributes that would take long.
_LONG = 50_000


def bounded(text: str) -> str:
    """``text`` up to where more of its markup would take the parser longer than any honest page does."""
    if len(text) > _LONG:
        few = _FEW_ATTRIBUTES.match(text)
        text = text[: few.end()] if few else text
        root = next(islice(_ROOT.finditer(text), _MAX_ROOTS, None), None)
        text = text[: root.start()] if root else text
    tags = text.count("<")
    if tags <= _MANY_TAGS and tags * len(_FORMATS.findall(text)) <= _MAX_REOPENED:
        return text
    depth = options = formats = reopened = 0
    for match in _TAG.finditer(text):
        kind, step = match.lastgroup, -1 if match["closing"] else 1
        if kind == "raw":
            continue
        if kind == "option":
            options += step > 0
        elif kind == "format":
            formats = max(0, formats + step)
        if step > 0:
            reopened += formats
        if kind not in ("option", "shallow"):
            depth = max(0, depth + step)
        if depth > _MAX_DEPTH or options > _MAX_OPTIONS or reopened > _MAX_REOPENED:
            return text[: match.start()]
    return text
