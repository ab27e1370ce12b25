"""Markup that scripts write out of texts of their own, or bring from an address; no script is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document

_WRITTEN = re.compile(
    r"""document\.write(ln)?\s{0,3}\(\s{0,9}('(?:[^'\\\n]|\\.){1,20000}+'|"(?:[^"\\\n]|\\.){1,20000}+")\s{0,9}\)"""
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PARAMETER = re.compile(r"""["'](\w{1,40})["']\s{0,3}:\s{0,3}["']([^"']{0,200})["']""")
_TAG = re.compile(r"<\w")
_MAX_UNITS, _MAX_DEPTH = 8, 5
_MAX_SCRIPT = 200_000
_MAX_PIECES, _MAX_MARKUP = 500, 500_000


def written_markup(scripts: Iterable[str]) -> str:
    """The markup that scripts write out of nothing but texts of their own."""
    pieces = [
        _ESCAPED.sub(_unescaped, match[2][1:-1]) + ("\n" if match[1] else "")
        for text in scripts
        if "document.write" in text
        for match in _WRITTEN.finditer(text[:_MAX_SCRIPT])
    ]
    return "".join(pieces[:_MAX_PIECES])[:_MAX_MARKUP]


def _unescaped(match: re.Match[str]) -> str:
    """What an escape stands for in a text of JavaScript."""
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "r": "\n"}.get(match[3], match[3])


def units(document: Document) -> list[tuple[LexborNode, str]]:
    """(element, address) of the scripts that set a piece of markup in their place: Hanweb writes address and parameters
    into attributes of the element."""
    found = []
    for node in document.tree.css("script[url][querydata]")[:_MAX_UNITS]:
        parameters = _PARAMETER.findall((node.attributes.get("querydata") or "")[:2_000])
        url = document.absolute(node.attributes.get("url") or "")
        if url and parameters:
            found.append((node, f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"))
    return found


def markup_in_json(text: str) -> str:
    """The pieces of markup among the values of a JSON answer, one after the other; "" where it holds none or is no JSON."""
    try:
        answer = json.loads(text[:_MAX_MARKUP])
    except (ValueError, RecursionError):
        return ""
    return "".join(value for value in _texts(answer, _MAX_DEPTH) if _TAG.search(value[:_MAX_SCRIPT]))


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, (list, dict)):
        for inner in list(value.values() if isinstance(value, dict) else value)[:_MAX_PIECES]:
            yield from _texts(inner, depth - 1)
