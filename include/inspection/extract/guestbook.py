"""Messages that stand with their answers one below the other on a single page, without pages of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document, fold
from include.inspection.extract.interaction import Question, is_answer

#: What opens a message: its day behind a label, or 问：with the day shortly before it.
_ASKED = re.compile(r"(?:来信|提问|留言|咨询|提交|写信|发信|投诉)(?:时间|日期)\s{0,3}[:：]?\s{0,3}(?=\d)")
_ASKS = re.compile(r"(?<![\u4e00-\u9fff])问\s{0,2}[:：]")
_ANSWER = re.compile(
    r"(?:(?:回复|答复|回应)(?:内容|意见|情况|结果)?|(?<![\u4e00-\u9fff])答)"
    r"\s{0,3}(?:[（(\[]?\s?20\d\d[-年./]\d{1,2}[-月./]\d{1,2}[^（(\[:：]{0,12}[)）\]]?)?\s{0,3}[:：]\s{0,3}"
)
#: What may be the next message or the page's foot, where messages do not fill an element each.
_NEXT = re.compile(r"\s{0,3}(?:问\s{0,2}[:：]|[\[【]|主办|承办|版权|网站)")
_SUBJECT = re.compile(
    r"(?:(?:留言|咨询|来信|信件|提问|问题)?(?:标题|主题|内容)|(?<![\u4e00-\u9fff])问)\s{0,2}[:：]\s{0,2}(\S[^，,。？?！!\s]{0,29})"
)
#: What is no text, and what stands for it among the words.
_NO_TEXT = re.compile(r"<(?:img|iframe|object|embed|video)\b[^<>]{0,2000}>", re.IGNORECASE)
_PICTURE = "〔图〕"
#: A cell that names the answer in the next one.
_ANSWER_CELL = re.compile(
    r"(<t[dh]\b[^<>]{0,200}>\s*[\u4e00-\u9fff]{0,4}(?:回复|答复|回应)(?:内容|意见|情况|结果)?)(\s*</t[dh]>)"
)
_BEFORE, _DAY, _BEHIND = 60, 24, 120
_MAX_TEXT = 100_000
_MAX_MESSAGES = 200
_MAX_DEPTH = 30
_FEWEST = 3
_SHORTEST_TITLE = 4


def messages(document: Document, today: date, fetched: date, *, beside: bool = False) -> list[Question]:
    """The messages of the page; none where fewer than three stand on it or none is answered in its text.

    One without an answer is unanswered, since the others show theirs in the same place; one with more pictures than an
    answered one is in doubt, since an answer may be a scan. A further page of a guestbook (``beside`` others) may hold fewer.
    """
    fewest = 1 if beside else _FEWEST
    marked = _ANSWER_CELL.sub(r"\1：\2", _NO_TEXT.sub(f" {_PICTURE} ", document.markup))
    page = Document(marked.encode("utf-8", "replace"), "text/html; charset=utf-8", document.url)
    text = normalise(page.body_text[:_MAX_TEXT])
    opens, by_label = _ASKED, True
    if sum(1 for _ in islice(opens.finditer(text), fewest)) < fewest:
        opens, by_label = _ASKS, False
        if sum(1 for _ in islice(opens.finditer(text), fewest)) < fewest:
            return []
    pieces, blocks = _stretches(text, opens), _blocks(page, opens)
    pieces = blocks if len(blocks) == len(pieces) else pieces
    behind = not by_label and _days_behind(pieces, today, fetched)
    if behind is None:
        return []
    found: list[Question] = []
    pictures: list[int] = []
    for number, (before, opening, told) in enumerate(pieces):
        answer = _ANSWER.search(told)
        around = before[-_BEFORE:]
        if by_label:
            around = told[len(opening) :][:_DAY]
        elif behind:
            around = told[: answer.start() if answer else _BEHIND]
        days = find_dates(around, today, fetched)
        if not days:
            continue
        # In a block of its own a message may begin with its subject.
        alone = pieces is blocks
        subject = _SUBJECT.search(before if alone else "") or _SUBJECT.search(told)
        answered = is_answer(told[answer.end() :]) if answer else False
        if answered and answer and not alone and (following := _NEXT.match(told, answer.end())):
            # 【县教育局】 may begin an answer, which is a sentence, or the next message's title.
            sentence = following[0].strip()[0] in "[【" and re.search(r"[,，。；]", told[answer.end() :])
            answered = None if sentence else False
        asked = days[0].day if by_label or behind else days[-1].day
        url = f"{document.url}#{number}"
        title = subject[1] if subject else _word_before(before[-_BEFORE:])
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


#: What stands before the opening of a message, the opening, and the message from its opening on.
_Piece = tuple[str, str, str]


def _stretches(text: str, opens: re.Pattern[str]) -> list[_Piece]:
    """The messages of a text, each from its opening to the next one's."""
    openings = list(islice(opens.finditer(text), _MAX_MESSAGES))
    ends = [*(one.start() for one in openings[1:]), len(text)]
    return [
        (text[max(0, one.start() - _BEFORE) : one.start()], one[0], text[one.start() : end])
        for one, end in zip(openings, ends, strict=True)
    ]


def _blocks(page: Document, opens: re.Pattern[str]) -> list[_Piece]:
    """The messages that fill an element each, so that the next one's title is not taken for an answer; none where they
    stand otherwise."""
    page.tree.strip_tags(["script", "style", "noscript", "template"])
    nodes = [page.tree.body] if page.tree.body is not None else []
    texts: list[tuple[LexborNode, str, int]] = []
    for _ in range(_MAX_DEPTH):
        texts = []
        for node in nodes:
            text = _text(node)
            texts.append((node, text, sum(1 for _ in islice(opens.finditer(text), 2))))
        if all(count == 1 for _, _, count in texts):
            break
        nodes = [
            inner
            for node, _, count in texts
            if count
            for inner in (node.iter() if count > 1 else [node])
            if count == 1 or opens.search(_text(inner))
        ]
    else:
        return []
    parents = {node.parent.mem_id for node, _, _ in texts if node.parent is not None}
    if len(parents) != 1 or len({node.tag for node, _, _ in texts}) != 1:
        return []
    first = texts[0][0].next
    keys = {node.mem_id for node, _, _ in texts}
    last = texts[-1][0].mem_id
    while first is not None and first.mem_id != last:
        if first.mem_id not in keys and (first.text(deep=True) or "").strip():
            return []
        first = first.next
    found = []
    for _, text, _ in texts[:_MAX_MESSAGES]:
        match = opens.search(text)
        assert match is not None
        found.append((text[: match.start()], match[0], text[match.start() :]))
    return found


def _text(node: LexborNode) -> str:
    return normalise(fold(node.text(deep=True, separator=" "))[:_MAX_TEXT])


def _days_behind(pieces: Sequence[_Piece], today: date, fetched: date) -> bool | None:
    """Whether the day of a message stands behind 问： rather than before it; None where it may be either."""
    before = all(find_dates(text[-_BEFORE:], today, fetched) for text, _, _ in pieces)
    asks = [told[: match.start()] for _, _, told in pieces if (match := _ANSWER.search(told))]
    behind = any(find_dates(text[:_BEHIND], today, fetched) for text in asks)
    return None if before and behind else behind


def _word_before(text: str) -> str:
    """The title that stands before the day: the last word of some length."""
    words = [
        word
        for word in text.split()
        if len(word) >= _SHORTEST_TITLE and word != _PICTURE and not re.search(r"[:：*]", word)
    ]
    return words[-1][:30] if words else ""
