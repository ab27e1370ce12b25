"""Messages that stand with their answers one below the other on a single page, without pages of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise

from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document
from include.inspection.extract.interaction import Question

#: What opens a message: its day behind a label, or 问：with the day shortly before it.
_ASKED = re.compile(r"(?:来信|提问|留言|咨询|提交|写信|发信|投诉)(?:时间|日期)\s{0,3}[:：]?\s{0,3}(?=\d)")
_ASKS = re.compile(r"(?<![\u4e00-\u9fff])问\s{0,2}[:：]")
_ANSWER = re.compile(
    r"(?:(?:回复|答复|回应)(?:内容|意见|情况|结果)?|(?<![\u4e00-\u9fff])答)"
    r"\s{0,3}(?:[（(\[]?\s?20\d\d[-年./]\d{1,2}[-月./]\d{1,2}[^（(\[:：]{0,12}[)）\]]?)?\s{0,3}[:：]\s{0,3}"
)
_NO_ANSWER = re.compile(
    r"暂无|待|尚未|未|正在|已受理|已转|(?:办理|处理|受理)中|问\s{0,2}[:：]|[\[【]|主办|承办|版权|网站"
)
_SUBJECT = re.compile(
    r"(?:(?:留言|咨询|来信|信件|提问|问题)?(?:标题|主题|内容)|(?<![\u4e00-\u9fff])问)\s{0,2}[:：]\s{0,2}(\S[^，。？！\s]{0,29})"
)
#: What is no text, and what stands for it among the words.
_NO_TEXT = re.compile(r"<(?:img|iframe|object|embed|video)\b[^<>]{0,2000}>", re.IGNORECASE)
_PICTURE = "〔图〕"
_BEFORE, _DAY = 60, 24
_MAX_TEXT = 100_000
_MAX_MESSAGES = 200
_FEWEST = 3
_SHORTEST_TITLE = 4


def messages(document: Document, today: date, fetched: date, *, beside: bool = False) -> list[Question]:
    """The messages of the page; none where fewer than three stand on it or none is answered in its text.

    One without an answer is unanswered, since the others show theirs in the same place; one with more pictures than an
    answered one is in doubt, since an answer may be a scan. A further page of a guestbook (``beside`` others) may hold fewer.
    """
    fewest = 1 if beside else _FEWEST
    marked = _NO_TEXT.sub(f" {_PICTURE} ", document.markup).encode("utf-8", "replace")
    text = normalise(Document(marked, "text/html; charset=utf-8", document.url).body_text[:_MAX_TEXT])
    opening, by_label = list(islice(_ASKED.finditer(text), _MAX_MESSAGES)), True
    if len(opening) < fewest:
        opening, by_label = list(islice(_ASKS.finditer(text), _MAX_MESSAGES)), False
    if len(opening) < fewest:
        return []
    found: list[Question] = []
    pictures: list[int] = []
    for number, (start, end) in enumerate(pairwise([*(one.start() for one in opening), len(text)])):
        around = text[opening[number].end() :][:_DAY] if by_label else text[max(0, start - _BEFORE) : start]
        days = find_dates(around, today, fetched)
        if not days:
            continue
        told = text[start:end]
        subject = _SUBJECT.search(told)
        answer = _ANSWER.search(told)
        answered = bool(answer and told[answer.end() :].strip() and not _NO_ANSWER.match(told, answer.end()))
        asked = days[0].day if by_label else days[-1].day
        url = f"{document.url}#{number}"
        title = subject[1] if subject else _word_before(text[max(0, start - _BEFORE) : start])
        found.append(Question(title.replace(_PICTURE, "").strip(), url, asked, None, answered))
        pictures.append(told.count(_PICTURE))
    usual = min(
        (number for number, one in zip(pictures, found, strict=True) if one.answered),
        default=max(pictures, default=0),
    )
    # Behind the last message the next one's picture does not follow.
    allowed = [usual] * (len(found) - 1) + [0] if found else []
    found = [
        replace(one, answered=None) if one.answered is False and number > most else one
        for number, most, one in zip(pictures, allowed, found, strict=True)
    ]
    return found if beside or sum(question.answered is True for question in found) > 1 else []


def _word_before(text: str) -> str:
    """The title that stands before the day: the last word of some length."""
    words = [
        word
        for word in text.split()
        if len(word) >= _SHORTEST_TITLE and word != _PICTURE and not re.search(r"[:：*]", word)
    ]
    return words[-1][:30] if words else ""
