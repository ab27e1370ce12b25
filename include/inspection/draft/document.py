"""The notice as a document that knows nothing of formats: title lines, blocks, annexes, signature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from include.inspection.draft.body import Block, blocks
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, render_pattern
from include.inspection.draft.view import view

#: A line of the title holds this many characters of 22 pt within 156 mm.
TITLE_WIDTH = 20.0
#: A long issuer in parts that end where an office's name does.
_OFFICES = re.compile(r".+?(?:委员会|人民政府|[局厅部院]|$)")


@dataclass(frozen=True)
class Column:
    """``width`` in millimetres."""

    field: str
    title: str
    width: int


@dataclass(frozen=True)
class Annex:
    """A list beside the notice.

    ``rows`` hold the cells in the order of ``columns``, names cut; ``subjects`` whole.
    """

    number: int
    label: str
    file: str
    title: str
    title_lines: tuple[str, ...]
    subtitle: str
    note: str
    empty: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    subjects: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Document:
    """``annexes`` are all that the profile has; ``attached`` those that belong to this notice."""

    title: str
    title_lines: tuple[str, ...]
    draft_mark: str
    draft_mark_short: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    attached: tuple[Annex, ...]
    view: Mapping[str, Any]


def compose(notice: Mapping[str, Any], profile: Profile) -> Document:
    """The document of ``notice`` in the style of ``profile``. Raises DraftError."""
    env = environment(profile, "text")
    data = view(notice, profile)
    # Numbers stay the same from quarter to quarter, so an empty list before a full one is kept.
    listed = [
        number
        for number, annex in enumerate(profile.data["annexes"], 1)
        if any(data[name] for name in annex["lists"])
    ]
    single = listed == [1]
    labels = [
        data["labels"]["annex"] + ("" if single and not index else str(index + 1))
        for index in range(len(profile.data["annexes"]))
    ]
    annex_of = {
        name: label
        for label, annex in zip(labels, profile.data["annexes"], strict=True)
        for name in annex["lists"]
    }
    context = {**data, "annex_of": annex_of}

    def pattern(*field: str | int) -> str:
        return render_pattern(env, profile, field, context)

    annexes = []
    for index, given in enumerate(profile.data["annexes"]):
        if not data["name_undetermined"] and all(name.startswith("undetermined") for name in given["lists"]):
            continue
        subjects = [subject for name in given["lists"] for subject in data[name]]
        columns = tuple(Column(**column) for column in given["columns"])
        title = pattern("annexes", index, "title")
        annexes.append(
            Annex(
                number=index + 1,
                label=labels[index],
                file=given["file"],
                title=title,
                title_lines=title_lines([title]),
                subtitle=pattern("annexes", index, "subtitle"),
                note=pattern("annexes", index, "note").strip(),
                empty=pattern("annexes", index, "empty"),
                columns=columns,
                rows=tuple(cells(subject, columns, number) for number, subject in enumerate(subjects, 1)),
                subjects=tuple(subject for name in given["lists"] for subject in notice[name]),
            )
        )
    last = max((annex.number for annex in annexes if annex.rows), default=0)
    words = [pattern("title", index) for index in range(len(profile.data["title"]))]
    return Document(
        title="".join(words),
        title_lines=title_lines(words),
        draft_mark="" if data["reviewed"] else pattern("labels", "draft"),
        draft_mark_short="" if data["reviewed"] else pattern("labels", "draft_short"),
        blocks=tuple(blocks(profile, context)),
        annexes=tuple(annexes),
        attached=tuple(annex for annex in annexes if annex.number <= last),
        view=context,
    )


def cells(subject: Mapping[str, Any], columns: tuple[Column, ...], number: int) -> tuple[str, ...]:
    """The cells of one subject, in the order of ``columns``."""
    # An account has a platform where a site has a category; one list may hold both.
    known = {**subject, "number": number, "vetoes": "、".join(subject.get("vetoes") or [])}
    known["category"] = subject.get("category") or subject.get("platform")
    known["platform"] = subject.get("platform") or subject.get("category")
    return tuple(str(known.get(column.field) or "") for column in columns)


def em_width(text: str) -> float:
    """The width of ``text`` in characters: Chinese ones count 1, letters and digits a half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def title_lines(words: list[str], width: float = TITLE_WIDTH) -> tuple[str, ...]:
    """``words`` on as few lines as they need, of as equal a length as can be, broken only between words.

    A word longer than a line is broken after the name of an office, or else anywhere.
    """
    pieces = [
        piece
        for word in words
        for part in ([word] if em_width(word) <= width else _OFFICES.findall(word))
        for piece in _cut(part, width)
    ]
    best: list[tuple[int, float, tuple[str, ...]]] = [(0, 0.0, ())]
    for end in range(1, len(pieces) + 1):
        choices = []
        for start in range(end):
            line = "".join(pieces[start:end])
            if em_width(line) <= width or end - start == 1:
                count, slack, before = best[start]
                choices.append((count + 1, slack + (width - em_width(line)) ** 2, (*before, line)))
        best.append(min(choices))
    return best[-1][2]


def _cut(word: str, width: float) -> list[str]:
    if em_width(word) <= width:
        return [word]
    lines = -(-em_width(word) // width)
    share = em_width(word) / lines
    pieces, piece = [], ""
    for char in word:
        if piece and em_width(piece + char) > min(width, share + 0.5):
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
