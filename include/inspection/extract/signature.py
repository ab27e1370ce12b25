"""The day that closes an article's text, below the name of who signs it (落款日期)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "td",
        "th",
        "li",
        "dd",
        "dt",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
        "center",
        "body",
    ]
)
_DAY = r"(?:(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|二[〇○零Oo0][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
_LINE = re.compile(rf"(?P<before>.{{0,60}}?)\s{{0,9}}(?P<day>{_DAY})(?:\s?印发)?")
#: How the name of an office or company ends.
_OFFICE = re.compile(
    r"(?:政府|委员会|办公室|办公厅|[局厅委办院部处科队所站会司厂校园行社馆店]|中心|集团|指挥部|小组|专班|街道|[乡镇])(?:[（(][^（()）]{1,6}[）)])?$"
)
#: What ends the text proper, above a day without an office.
_CLOSED = re.compile(r"(?:[。！）)]|特此(?:公告|通知|通告|公示|函告|通报))$")
#: The day of something else: what is to come, a meeting, a step of a table.
_LABEL = re.compile(
    r"[:：]|时间|日期|期限|截止|截至|有效|起止|来源|作者|编辑|发布|定于|将于|拟于|[于在至到从自由请和、，]$"
)
_MAX_LINES, _MAX_STEPS, _MAX_LINE = 400, 20_000, 400
#: Notes, files and contacts may follow the day.
_LAST = 14


def signed_on(document: Document, content: str, today: date) -> date | None:
    """The last day in the closing lines of a page's text (``content``: CSS of its element, else the page's body).

    Only a line of its own counts, below an office's name, with it in one line, or below the end of the text; a deadline or
    a day of a meeting is behind a label or within a sentence.
    """
    node = document.tree.css_first(content)
    inside = node is not None
    node = node or document.tree.body
    lines = list(_lines(node)) if node is not None else []
    found = None
    begun = inside
    for index, (text, linked) in enumerate(lines):
        begun = begun or "。" in text
        match = _LINE.fullmatch(text)
        if match is None or linked or not begun or (inside and index < len(lines) - _LAST):
            continue
        above, of_another = lines[index - 1] if index else ("", False)
        before = match["before"] or above
        if not match["before"] and of_another:
            continue
        signed = len(before) <= 40 and _OFFICE.search(before) and not _LABEL.search(before)
        if signed or (inside and not match["before"] and _CLOSED.search(above)):
            days = find_dates(match["day"], today)
            found = days[0].day if days else found
    return found


def _lines(root: LexborNode) -> Iterator[tuple[str, bool]]:
    """(text, whether it is a link's or one cell of several) of each line below an element."""
    text, linked, box = "", False, 0
    count = 0
    for steps, node in enumerate(root.traverse(include_text=True)):
        if steps > _MAX_STEPS or count > _MAX_LINES:
            break
        if node.is_element_node:
            if node.tag in _BLOCKS and text:
                yield text, linked
                text, linked, count = "", False, count + 1
            continue
        piece = normalise((node.text_content or "")[:_MAX_LINE]).strip()
        if not piece:
            continue
        block, off, hidden = _around(node)
        if hidden:
            continue
        if block != box and text:
            yield text, linked
            text, linked, count = "", False, count + 1
        box = block
        text, linked = (text + piece)[-_MAX_LINE:], linked or off
    if text:
        yield text, linked


def _around(node: LexborNode) -> tuple[int, bool, bool]:
    """The block around a text; whether it is a link's or stands in a row of several cells; whether nobody reads it."""
    current = node.parent
    off = False
    for _ in range(12):
        if current is None or current.tag in ("script", "style", "noscript", "template", "option"):
            return 0, False, True
        if current.tag == "a":
            off = True
        if current.tag in _BLOCKS:
            break
        current = current.parent
    if current is None:
        return 0, off, False
    row: LexborNode | None = current
    for _ in range(4):
        if row is None or row.tag in ("tr", "body"):
            break
        row = row.parent
    if row is not None and row.tag == "tr":
        filled = [cell for cell in row.css("td, th")[:6] if (cell.text(deep=True) or "").strip()]
        off = off or len(filled) > 1
    return current.mem_id, off, False
