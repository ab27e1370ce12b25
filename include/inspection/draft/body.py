"""From the words of a profile to the blocks that every format lays out.

Headings, paragraphs, figures with a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from include.inspection.draft.clean import clean
from include.inspection.draft.error import DraftError
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import (
    CHART,
    FIGURE,
    FIGURE_END,
    FIGURE_TEXT,
    HEADING,
    SUBHEADING,
    environment,
    render_file,
)

_FIGURE = re.compile(f"{FIGURE}([^{FIGURE_TEXT}]*){FIGURE_TEXT}([^{FIGURE_END}]*){FIGURE_END}")


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph; ``figure`` is the name of the figure it prints (``sites.rate``), or empty."""

    text: str
    figure: str = ""


@dataclass(frozen=True)
class Block:
    """``kind`` is heading, subheading, paragraph or chart (whose text is the name of its rates).

    ``lead`` is a second-level heading that text runs on from.
    """

    kind: str
    pieces: tuple[Piece, ...]
    lead: tuple[Piece, ...] = field(default=())

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in (*self.lead, *self.pieces))


def figure_of(notice: Mapping[str, Any]) -> Callable[[str], str]:
    """A function for templates that prints the figure of ``notice`` by its name in notice.json.

    Text takes every figure through it, so that what is printed is what is published under that name.
    """

    def figure(name: str) -> str:
        value = lookup(notice, name)
        if value is None or isinstance(value, dict | list):
            raise DraftError.at("notice.json", None, "该数字为空，措辞里不能引用：请检查模板的条件", name)
        return f"{FIGURE}{name}{FIGURE_TEXT}{clean(str(value))}{FIGURE_END}"

    return figure


def chart_mark(name: str) -> str:
    """A function for templates: a paragraph of its own where the rates under ``name`` are drawn."""
    return f"{CHART}{name}"


def lookup(notice: Mapping[str, Any], name: str) -> Any:
    """The value called ``name`` in notice.json: keys and list positions joined by dots."""

    def step(value: Any, key: str) -> Any:
        return value[int(key)] if isinstance(value, list) else value[key]

    try:
        return reduce(step, name.split("."), notice)
    except (KeyError, IndexError, ValueError, TypeError):
        raise DraftError.at("notice.json", None, "通报数据里没有这个数字：请检查模板里的名称", name) from None


def blocks(profile: Profile, context: Mapping[str, Any], template: str = "body.jinja") -> list[Block]:
    """The body of a notice.

    In ``template`` an empty line ends a paragraph; lines in a row are one paragraph.
    """
    text = render_file(environment(profile, "text"), template, context)
    groups: list[list[str]] = [[]]
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in (HEADING, SUBHEADING, CHART):
            groups.append([])
        if stripped:
            groups[-1].append(stripped)
            if stripped[0] in (HEADING, CHART):
                groups.append([])
    return [_block(group) for group in groups if group]


def _block(lines: list[str]) -> Block:
    first, rest = lines[0], "".join(lines[1:])
    if first[0] == HEADING:
        return Block("heading", pieces(first[1:]))
    if first[0] == CHART:
        return Block("chart", (Piece(first[1:]),))
    if first[0] == SUBHEADING:
        return Block("subheading", pieces(rest), pieces(first[1:]))
    return Block("paragraph", pieces(first + rest))


def pieces(text: str) -> tuple[Piece, ...]:
    """``text`` cut where figures stand in it."""
    found: list[Piece] = []
    end = 0
    for match in _FIGURE.finditer(text):
        found += [Piece(text[end : match.start()]), Piece(match[2], match[1])]
        end = match.end()
    found.append(Piece(text[end:]))
    return tuple(piece for piece in found if piece.text)
