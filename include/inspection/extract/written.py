"""Markup that scripts write out of texts of their own; no script is run."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WRITTEN = re.compile(
    r"""document\.write(ln)?\s{0,3}\(\s{0,9}('(?:[^'\\\n]|\\.){1,20000}+'|"(?:[^"\\\n]|\\.){1,20000}+")\s{0,9}\)"""
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
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
