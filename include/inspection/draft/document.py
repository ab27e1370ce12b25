"""The notice as a document that knows nothing of formats: title lines, blocks, annexes, signature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from include.inspection.draft.body import Block, blocks
from include.inspection.draft.chart import Chart, chart_of
from include.inspection.draft.error import DraftError
from include.inspection.draft.figures import KINDS
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, render_pattern
from include.inspection.draft.view import view

#: What became of a subject that was named the period before.
OUTCOMES = {"fixed": "已整改", "closed": "已关停", "still_failing": "仍未整改", "undetermined": "未能判定"}
#: A line of the title holds this many characters of 22 pt within 156 mm.
TITLE_WIDTH = 19.0
#: A long issuer in parts that end where an office's name does.
_OFFICES = re.compile(r".+?(?:委员会|人民政府|[局厅部院]|$)")


@dataclass(frozen=True)
class Column:
    """``width`` in millimetres; columns in a row with the same ``group`` have it as a heading above theirs."""

    field: str
    title: str
    width: int
    group: str = ""


@dataclass(frozen=True)
class Table:
    """One table of an annex: cells in the order of the columns, names cut. ``first`` numbers its first row."""

    caption: str
    first: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Annex:
    """A list beside the notice, in one table or, where the profile splits it, in several.

    ``subjects`` are the rows whole, ``shown`` as the document has them, both in the order of the tables;
    ``proven`` says that each row has findings with evidence.
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
    tables: tuple[Table, ...]
    subjects: tuple[Mapping[str, Any], ...]
    shown: tuple[Mapping[str, Any], ...]
    proven: bool
    lists: tuple[str, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple(row for table in self.tables for row in table.rows)


@dataclass(frozen=True)
class Document:
    """``annexes`` are all that the profile has; ``attached`` those that belong to this notice."""

    title: str
    title_lines: tuple[str, ...]
    number: str
    draft_mark: str
    draft_mark_short: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    attached: tuple[Annex, ...]
    charts: Mapping[str, Chart]
    view: Mapping[str, Any]


def compose(notice: Mapping[str, Any], profile: Profile) -> Document:
    """The document of ``notice`` (complete) in the style of ``profile``. Raises DraftError."""
    env = environment(profile, "text")
    data = view(notice, profile)
    given = [annex for annex in profile.data["annexes"] if _belongs(annex, data)]
    # Numbers stay the same from quarter to quarter, so an empty list before a full one is kept.
    listed = [number for number, annex in enumerate(given, 1) if any(data[_list(n)] for n in annex["lists"])]
    single = listed == [1]
    labels = [
        data["labels"]["annex"] + ("" if single and not index else str(index + 1))
        for index in range(len(given))
    ]
    annex_of = {name: label for label, annex in zip(labels, given, strict=True) for name in annex["lists"]}
    context: dict[str, Any] = {**data, "annex_of": annex_of}
    context["phrase"] = _phrases(env, profile, context)

    def pattern(*field: str | int) -> str:
        return render_pattern(env, profile, field, context)

    context["sections"] = {name: pattern("sections", name) for name in profile.data["sections"]}
    annexes = []
    for index, annex in enumerate(given):
        place = profile.data["annexes"].index(annex)
        columns = tuple(Column(**column) for column in annex["columns"])
        shown, tables = _tables(annex, data, columns)
        title = pattern("annexes", place, "title")
        annexes.append(
            Annex(
                number=index + 1,
                label=labels[index],
                file=f"annex-{index + 1}.xlsx",
                title=title,
                # The period is the one place where a title may well be broken.
                title_lines=title_lines(re.split(f"(?<={re.escape(data['period'])})", title)),
                subtitle=pattern("annexes", place, "subtitle"),
                note=pattern("annexes", place, "note").strip(),
                empty=pattern("annexes", place, "empty"),
                columns=columns,
                tables=tables,
                subjects=tuple(row.get("whole", row) for row in shown),
                shown=shown,
                proven=all("problem_" in name for name in annex["lists"]),
                lists=tuple(annex["lists"]),
            )
        )
    last = max((annex.number for annex in annexes if annex.rows), default=0)
    body, charts = _charts(blocks(profile, context), notice)
    words = [pattern("title", index) for index in range(len(profile.data["title"]))]
    return Document(
        title="".join(words),
        title_lines=title_lines(words),
        number=data["office"].get("number") or pattern("number"),
        draft_mark="" if data["reviewed"] else pattern("labels", "draft"),
        draft_mark_short="" if data["reviewed"] else pattern("labels", "draft_short"),
        blocks=body,
        annexes=tuple(annexes),
        attached=tuple(annex for annex in annexes if annex.number <= last),
        charts=charts,
        view=context,
    )


def _charts(given: list[Block], notice: Mapping[str, Any]) -> tuple[tuple[Block, ...], dict[str, Chart]]:
    """The blocks without charts that have nothing to draw, and the charts by name."""
    charts = {
        block.text: chart
        for block in given
        if block.kind == "chart" and (chart := chart_of(notice, block.text))
    }
    return tuple(block for block in given if block.kind != "chart" or block.text in charts), charts


def _belongs(annex: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether the notice has what the annex lists: an empty list of named ones says that none was found."""
    if not data["name_undetermined"] and all(name.startswith("undetermined") for name in annex["lists"]):
        return False
    kinds = [kind for kind in KINDS if any(name.endswith(kind) for name in annex["lists"])]
    if kinds:
        return any(data[kind]["total"] or data[_list(name)] for kind in kinds for name in annex["lists"])
    return any(data[_list(name)] for name in annex["lists"])


def _list(name: str) -> str:
    return "score_rows" if name == "score_sheet" else name


def _phrases(env: Any, profile: Profile, context: Mapping[str, Any]) -> Callable[..., str]:
    """A function for templates: the sentence pattern ``phrases.NAME`` of the profile with what it is given."""

    def phrase(name: str, **given: Any) -> str:
        if name not in profile.data["phrases"]:
            raise DraftError.at(
                f"{profile.name}/profile.yaml", None, "没有这个句式：请补上", f"phrases.{name}"
            )
        return render_pattern(env, profile, ("phrases", name), {**context, **given})

    return phrase


def _tables(
    annex: Mapping[str, Any], data: Mapping[str, Any], columns: tuple[Column, ...]
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Table, ...]]:
    """The rows of an annex in the order shown, and its tables: one, or one for each value of ``split``."""
    subjects = [subject for name in annex["lists"] for subject in data[_list(name)]]
    field = annex.get("split")
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for subject in subjects:
        parts.setdefault(str(subject.get(field) or "") if field else "", []).append(subject)
    tables, first = [], 1
    for value, members in parts.items():
        caption = OUTCOMES.get(value, value) if field == "outcome" else value
        rows = tuple(cells(subject, columns, number) for number, subject in enumerate(members, 1))
        tables.append(Table(caption, first, rows))
        first += len(rows)
    return tuple(subject for members in parts.values() for subject in members), tuple(tables)


def cells(subject: Mapping[str, Any], columns: tuple[Column, ...], number: int) -> tuple[str, ...]:
    """The cells of one subject, in the order of ``columns``."""
    # An account has a platform where a site has a category; one list may hold both.
    known = {**subject, "number": number, "vetoes": "、".join(subject.get("vetoes") or [])}
    known["category"] = subject.get("category") or subject.get("platform")
    known["platform"] = subject.get("platform") or subject.get("category")
    known |= {f"points.{key}": value for key, value in (subject.get("points") or {}).items()}
    known["outcome"] = OUTCOMES.get(str(subject.get("outcome")), subject.get("outcome"))
    return tuple("" if (value := known.get(column.field)) is None else str(value) for column in columns)


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
