"""Questions of citizens and their answers, from a list of messages or from one message's page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates
from include.inspection.extract.html import Document, fold
from include.inspection.extract.lists import Item
from include.inspection.extract.rows import first_pieces

_WAITS = (
    r"(?:未(?:答复|回复|回应|办理|处理|办结|阅批|批示)|待(?:答复|回复|处理|办理|受理|审核)|(?:处理|办理|受理)中|"
    r"正在(?:处理|办理|受理)|尚未(?:答复|回复)|暂未(?:答复|回复)|暂无(?:答复|回复))"
)
#: Such a word alone, with a label or a day before it: within a sentence or a title it tells of something else.
_UNANSWERED = re.compile(
    rf"[\d\-/.:年月日]{{0,20}}(?:[^，。:：\s]{{0,8}}[:：]\s?)?[【\[(（]?(?:该|本|此)?(?:信件|留言|来信|问题|咨询|事项)?{_WAITS}(?:状态)?"
    r"(?:[，,]?请[^。]{0,12})?[】\])）。！!]?"
)
#: Closed in one way or another; an invalid message asks for no answer.
_ANSWERED = re.compile(
    r"(已(答复|回复|办结|处理|办理|回应|阅批|批示|完成|完结|反馈|关闭|归档|解决|办)|结案|办毕|(?:办理|处理)完[毕成]|办结(?!日期|时间|情况|率)|(答复|回复)完毕|不予受理|撤回|撤销|无效(来信|留言|信件)|重复(来信|留言|信件))"
)
_ASKED_LABEL = re.compile(r"(来信|提问|留言|咨询|提交|写信|发信|信件|提出|投诉)(时间|日期)")
_ANSWER_LABEL = re.compile(r"(答复|回复|办结|回应|反馈|办理|批示)(时间|日期)")
_ANSWER_TEXT = re.compile(
    r"(?:(?:答复|回复|办理|处理|批示)(?:内容|意见|结果|情况)\s{0,3}[:：]?|(?:答复|回复)\s{0,3}[:：](?!\s?\d))\s{0,3}(?=([^\s:：].{0,120}|\Z))"
)
_ANSWER_FIELD = re.compile(r"(?:答复|回复|办理|处理|批示)(?:单位|部门|机构|时间|日期|人)")
_STATE_LABEL = re.compile(r"状态\s{0,3}[:：]?\s{0,3}(\S{2,8})")
_ANSWER_COLUMN = re.compile(
    r"(?:管理员|单位|部门|领导)?(?:答复|回复|回应|批示|办结)(?:时间|日期|内容|情况|结果)?"
)
_BLANK = re.compile(r"[\s\-—–―/_.·]*|暂?无|暂未.{0,4}|待.{0,4}")
_ANSWER_WORD = re.compile(r"答复|回复|回应|反馈|办结|办理(?:结果|情况|意见)")
_NO_TEXT = "img, iframe, object, embed, canvas, audio, video"
#: What stands in an answer's place while there is none; what tells an answer that begins with such words.
_NO_ANSWER = re.compile(
    r"(?:答复|回复|办理|处理)(?:单位|部门|机构|时间|日期|人)|暂无|暂未|无(?=[\s。]|$)|尚未|"
    r"未(?:答复|回复|回应|办理|处理|办结|受理|批示|阅批|审核|反馈)|待(?:答复|回复|处理|办理|受理|审核|批示|核实|反馈|定)|"
    r"正在(?:办理|处理|受理|核实|调查|研究|审核|转办|答复|回复)|已受理|已转|已交办|(?:办理|处理|受理)中"
)
_ANSWERS_AFTER_ALL = re.compile(
    r"如下|现答复|现回复|现将|经[^，。]{0,12}(?:核实|核查|调查|了解|研究|查|沟通|协调)[，,：:]"
)
#: Behind an empty place stands the foot of the page; a script may fill the place, so that nothing is known.
_FOOT = re.compile(
    r"网站地图|网站首页|首页|关于我们|隐私|免责|主办|承办|版权|copyright|网站标识码|联系我们|联系电话|返回|打印|关闭|上一|下一|满意度|评价",
    re.IGNORECASE,
)
_MAX_LABELS, _MAX_ANSWER_HEAD = 12, 120
_MAX_MESSAGE, _MAX_FOOT = 20_000, 1_500

_TITLE_COLUMN = re.compile(r"标\s?题|主题|名称|题目|事由|内容")
_DAY_COLUMN = re.compile(r"日期|时间")
_MARKUP = re.compile(r"<(?:li|tr|a|ul|table)\b", re.IGNORECASE)
_MAX_TABLES, _MAX_PIECES = 50, 600
_MAX_LETTERS = 300


@dataclass(frozen=True)
class Question:
    """One public message. ``answered`` is None where the page does not tell."""

    title: str
    url: str
    asked: date | None
    answered_on: date | None
    answered: bool | None

    @property
    def complete(self) -> bool:
        """Whether nothing more can be learned from the message's own page."""
        return self.asked is not None and self.answered_on is not None


@dataclass(frozen=True)
class AnswerPlace:
    """How a message's own page shows its answer, and how much stands on the page that is no text: an answer may be a scan."""

    shown: Literal["text", "empty", "unnamed", "unknown"]
    no_texts: int


def is_answer(text: str) -> bool | None:
    """Whether what stands in an answer's place is an answer; None where it begins like none and goes on like one."""
    if not text.strip() or _BLANK.fullmatch(text):
        return False
    if not _NO_ANSWER.match(text.lstrip()):
        return True
    return None if _ANSWERS_AFTER_ALL.search(text[:_MAX_ANSWER_HEAD]) else False


def has_form(document: Document) -> bool:
    """Whether the page lets a visitor write a message; a field that carries markup for a script to show does not."""
    fields = document.tree.css("textarea")[:_MAX_TABLES]
    return any(_MARKUP.search(field.text(deep=True)[:2_000]) is None for field in fields)


def question_of_item(
    item: Item, headers: list[str], cells: list[str], today: date, fetched: date
) -> Question:
    """A message as its row in the list shows it; ``headers`` and ``cells`` are empty outside tables."""
    asked = answered_on = None
    for header, cell in zip(headers, cells, strict=False):
        dates = find_dates(cell, today, fetched)
        if not dates:
            continue
        if re.search(r"答复|回复|办结|批示", header):
            answered_on = dates[0].day
        elif re.search(r"时间|日期", header):
            asked = asked or dates[0].day
    text = item.row_text
    if asked is None:
        asked = _labelled(text, _ASKED_LABEL, today, fetched)
    if answered_on is None:
        answered_on = _labelled(text, _ANSWER_LABEL, today, fetched)
    if asked is None and answered_on is None:
        days = [found.day for found in find_dates(text, today, fetched)]
        asked = min(days) if len(days) > 1 else item.day
    state = _state(text.replace(item.title, " ") if item.title else text, answered_on)
    return Question(item.title, item.url, asked, answered_on, state)


def question_of_page(
    document: Document, known: Question, today: date, fetched: date, beside: Document | None = None
) -> Question:
    """What the message's own page adds to ``known``. With ``beside``, another page of the site, the foot that both share is
    no part of the message."""
    text = _message(document, beside)
    asked = _labelled(text, _ASKED_LABEL, today, fetched) or known.asked
    answered_on = _labelled(text, _ANSWER_LABEL, today, fetched) or known.answered_on
    places, has_answer = _answers(text)
    answered = known.answered
    state = _STATE_LABEL.search(text)
    if answered is None and state is not None and _ANSWERED.search(state[1]):
        answered = True
    if answered_on is not None or has_answer:
        answered = True
    elif answered is None and _ASKED_LABEL.search(text) and (places or _says_it_waits(document)):
        answered = None if None in places else False
    return Question(known.title, known.url, asked, answered_on, answered)


def _message(document: Document, beside: Document | None) -> str:
    text = document.body_text
    if beside is not None and beside.url != document.url:
        words, others = text[-_MAX_FOOT:].split(" "), beside.body_text[-_MAX_FOOT:].split(" ")
        pairs = zip(reversed(words[1:]), reversed(others[1:]), strict=False)
        foot = list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        text = text[: len(text) - sum(len(word) + 1 for word, _ in foot)]
    return text[:_MAX_MESSAGE]


def _says_it_waits(document: Document) -> bool:
    body = document.tree.body
    pieces = first_pieces(body, _MAX_PIECES) if body is not None else []
    return any(_UNANSWERED.fullmatch(fold(piece)) for piece in pieces)


def _answers(text: str) -> tuple[list[bool | None], bool]:
    """Whether there is an answer behind each label of one, and whether there is one at all."""
    found = itertools.islice(_ANSWER_TEXT.finditer(text), _MAX_LABELS)
    places = [one[1] for one in found if one[1] and not (_FOOT.match(one[1]) or _ANSWER_FIELD.match(one[1]))]
    told = [False if _ANSWER_TEXT.match(place) else is_answer(place) for place in places]
    return told, True in told


def by_answer_column(rows: Sequence[tuple[Question, list[str], list[str]]]) -> list[Question]:
    """The messages of a table that leads to no pages of theirs, (message, header cells, cells), those in doubt decided by the
    column of answers.

    A blank cell is no answer where two others of the column are filled: then the table is where the answers stand. Where
    messages have pages of their own, these tell: an answer may be a picture there.
    """
    filled = [_answer_cells(headers, cells) for _, headers, cells in rows]
    used = sum(state is True for state in filled) > 1
    return [
        replace(question, answered=state)
        if state or (question.answered is None and used and state is False)
        else question
        for (question, _, _), state in zip(rows, filled, strict=True)
    ]


def _answer_cells(headers: list[str], cells: list[str]) -> bool | None:
    """Whether a row has an answer in the columns of answers; None where there is no such column."""
    answers = [cell for header, cell in zip(headers, cells, strict=False) if _ANSWER_COLUMN.fullmatch(header)]
    return any(is_answer(cell) is not False for cell in answers) if answers else None


def answer_place(
    document: Document, today: date, fetched: date, beside: Document | None = None
) -> AnswerPlace:
    """Where the page of a message shows its answer: as text, as an empty place, or by no word of an answer; ``beside`` as for
    ``question_of_page``."""
    text = _message(document, beside)
    no_texts = len(document.tree.css(_NO_TEXT)[:_MAX_LETTERS])
    places, has_answer = _answers(text)
    if has_answer:
        return AnswerPlace("text", no_texts)
    if None in places:
        return AnswerPlace("unknown", no_texts)
    if _labelled(text, _ANSWER_LABEL, today, fetched):
        return AnswerPlace("unknown", no_texts)
    if _ANSWER_TEXT.search(text):
        return AnswerPlace("empty", no_texts)
    return AnswerPlace("unknown" if _ANSWER_WORD.search(text) else "unnamed", no_texts)


def unanswered_beside(opened: Sequence[tuple[Question, AnswerPlace | None]]) -> list[Question]:
    """The messages of one channel, those in doubt decided by the pages of the others.

    Where the others' answers stand in the text of their pages, no script or picture brings them: a page with the same
    place left empty shows that there is none yet, and so does one, beside two such, that has no word of an answer.
    """
    answered = [place for question, place in opened if question.answered and place and place.shown == "text"]
    fewest = min((place.no_texts for place in answered), default=-1)
    return [
        replace(question, answered=False)
        if question.answered is None
        and place is not None
        and place.no_texts <= fewest
        and (place.shown == "empty" or (place.shown == "unnamed" and len(answered) > 1))
        else question
        for question, place in opened
    ]


def table_rows(document: Document) -> dict[str, tuple[list[str], list[str]]]:
    """(header cells, cells) of the table rows by the address to which they link; only tables with a header row."""
    headers: dict[int, tuple[int, list[str]]] = {}
    found: dict[str, tuple[list[str], list[str]]] = {}
    for link in document.links:
        row = _above(link.node, "tr", 6)
        table = _above(row, "table", 3) if row is not None else None
        if row is None or table is None or link.url in found:
            continue
        if table.mem_id not in headers:
            first = table.css_first("tr")
            headers[table.mem_id] = (first.mem_id, _cells(first)) if first is not None else (0, [])
        first_id, names = headers[table.mem_id]
        if first_id != row.mem_id:
            found[link.url] = (names, _cells(row))
    return found


def unlinked_rows(document: Document) -> list[tuple[list[str], list[str]]]:
    """(header cells, cells) of the rows that nothing leads to, in tables of letters: with columns of a title and a day."""
    found: list[tuple[list[str], list[str]]] = []
    for table in document.tree.css("table")[:_MAX_TABLES]:
        rows = table.css("tr")[:_MAX_LETTERS]
        names = _cells(rows[0]) if len(rows) > 1 else []
        # 主题：路灯不亮 is a letter, no name of a column.
        if any(re.search(r"[:：]\s?\S", name) for name in names):
            continue
        if not any(_TITLE_COLUMN.search(name) for name in names) or not any(
            _DAY_COLUMN.search(name) for name in names
        ):
            continue
        for row in rows[1:]:
            cells = _cells(row)
            if len(cells) == len(names) and any(cells) and row.css_first("a[href], table") is None:
                found.append((names, cells))
    return found


def _above(node: LexborNode, tag: str, steps: int) -> LexborNode | None:
    current = node.parent
    for _ in range(steps):
        if current is None or current.tag == tag:
            return current
        current = current.parent
    return None


def _cells(row: LexborNode) -> list[str]:
    cells: list[str] = []
    cell = row.child
    while cell is not None and len(cells) < 30:
        if cell.tag in ("td", "th"):
            cells.append(fold(" ".join(first_pieces(cell)))[:200])
        cell = cell.next
    return cells


def _labelled(text: str, label: re.Pattern[str], today: date, fetched: date) -> date | None:
    match = label.search(text)
    if match is None:
        return None
    dates = find_dates(text[match.end() : match.end() + 24], today, fetched)
    return dates[0].day if dates else None


def _state(text: str, answered_on: date | None) -> bool | None:
    if answered_on is not None:
        return True
    waits = any(_UNANSWERED.fullmatch(word) for word in text.split())
    answered = _ANSWERED.search(text) is not None
    return None if waits == answered else answered
