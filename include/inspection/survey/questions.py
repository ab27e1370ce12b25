"""The public messages of a consultation channel with the days of asking and answering."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence, Set
from datetime import date, timedelta

from include.inspection.extract.guestbook import messages
from include.inspection.extract.html import Document
from include.inspection.extract.interaction import (
    AnswerPlace,
    Question,
    answer_place,
    by_answer_column,
    question_of_item,
    question_of_page,
    table_rows,
    unanswered_beside,
    unlinked_rows,
)
from include.inspection.extract.lists import Item
from include.inspection.extract.sections import (
    same_site,
)
from include.inspection.facts import Seen, SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look
from include.inspection.survey.paging import older_than, read_on
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.sections import interface_lists

_NO_MESSAGE = re.compile(
    r"^(?:我要|点击|在线|立即)?写(?:信|留言)$|问卷调查|调查问卷|在线访谈|征集.{0,12}意见|意见.{0,6}征集|征求.{0,30}意见的?(?:公告|通知|公示)?$"
)
_BESIDE = 2


async def read_questions(look: Look, facts: SiteFacts, item: SectionPage, elsewhere: Set[str]) -> None:
    """The messages of one channel, without what a hub shows of its other sections: surveys, interviews."""
    assert item.document is not None
    fetched = look.fetched_day(item.page)
    rows = [
        row
        for group in item.lists
        if not group.aside
        for row in group.items
        if (row.day or row.row_text) and row.url not in elsewhere and not _NO_MESSAGE.search(row.title)
    ]
    source: Page | None = None
    if not rows:
        # The letters may come by the section's own interface.
        groups, source = await interface_lists(look, item.document, item.page)
        rows = [row for group in groups for row in group.items if not _NO_MESSAGE.search(row.title)]
    if not rows:
        await _note_letters(look, facts, item)
        return
    listed = _questions_of(look, None if source else item.document, rows[:200], fetched)
    sources = {question.url: source or item.page for question in listed}
    since = look.today - timedelta(days=look.limits.activity_days)
    enough = older_than(since)
    if not enough(rows):
        further = await read_on(look, item, enough, look.limits.list_pages, source=source)
        facts.questions_unread = facts.questions_unread or further.unread
        for page in further.pages:
            more = [
                row for row in page.items if row.url not in elsewhere and not _NO_MESSAGE.search(row.title)
            ]
            found_here = _questions_of(look, page.document, more[:200], look.fetched_day(page.page))
            listed += found_here
            sources |= {question.url: page.page for question in found_here}
    opened = await asyncio.gather(
        *(
            _open_question(look, question, item.document)
            for question in _to_open(listed, look.home, look.limits.questions)
        )
    )
    settled = unanswered_beside([(question, place) for question, _, place in opened])
    # What a page that was not read could not tell, the list tells.
    by_url = {
        question.url: (question, seen or Seen.on(sources[question.url]))
        for question, (_, seen, _) in zip(settled, opened, strict=True)
    }
    found = [by_url[q.url][0] if q.url in by_url else q for q in listed]
    if not any(question.asked for question in found):
        return
    facts.question_lists += 1
    facts.questions.extend(found)
    for question in found:
        facts.question_seen[question.url] = (
            by_url[question.url][1] if question.url in by_url else Seen.on(sources[question.url])
        )


def _to_open(listed: Sequence[Question], home: str, most: int) -> list[Question]:
    """The messages whose own pages are opened: those of which the list tells too little, the undecided and open ones
    first, and where there are undecided ones, two that were answered, to see how the site shows its answers."""
    own = [question for question in listed if same_site(question.url, home)]
    undecided = [question for question in own if question.answered is None]
    waiting = [question for question in own if question.answered is False]
    answered = [question for question in own if question.answered]
    lacking = [question for question in answered if not question.complete]
    beside = [question for question in answered if question.complete][:_BESIDE] if undecided else []
    return [*waiting, *undecided[: most - len(beside)], *beside, *lacking][:most]


async def _note_letters(look: Look, facts: SiteFacts, item: SectionPage) -> None:
    """The messages that lead to no pages of theirs, in a table or one below the other: the page tells all that there is."""
    assert item.document is not None
    fetched = look.fetched_day(item.page)
    rows: list[tuple[Question, list[str], list[str]]] = []
    for n, (headers, cells) in enumerate(unlinked_rows(item.document)):
        title = next(
            (
                cell
                for header, cell in zip(headers, cells, strict=True)
                if cell and not re.search(r"日期|时间|状态|编号|序号|姓名|人$", header)
            ),
            "",
        )
        row = Item(title, f"{item.page.final_url}#{n}", None, row_text=" ".join(cells))
        rows.append((question_of_item(row, headers, cells, look.today, fetched), headers, cells))
    found = by_answer_column(rows)
    sources = {question.url: item.page for question in found}
    if not found:
        found, sources = await _read_guestbook(look, facts, item)
    if any(question.asked for question in found):
        facts.question_lists += 1
        facts.questions.extend(found)
        facts.question_seen |= {question.url: Seen.on(sources[question.url]) for question in found}


async def _read_guestbook(
    look: Look, facts: SiteFacts, item: SectionPage
) -> tuple[list[Question], dict[str, Page]]:
    """The messages that stand one below the other, over the pages of a year, and the page of each."""
    assert item.document is not None
    fetched = look.fetched_day(item.page)
    found = messages(item.document, look.today, fetched)
    since = look.today - timedelta(days=look.limits.activity_days)

    def enough(_: Sequence[Item]) -> bool:
        return any(question.asked is not None and question.asked < since for question in found)

    def holds(document: Document) -> bool:
        more = messages(document, look.today, fetched, beside=True)
        found.extend(more)
        return bool(more)

    pages = [item.page]
    if found and not enough(()):
        further = await read_on(look, item, enough, look.limits.list_pages, holds=holds)
        facts.questions_unread = facts.questions_unread or further.unread
        pages += [page.page for page in further.pages]
    by_url = {page.final_url: page for page in pages}
    sources = {question.url: by_url.get(question.url.partition("#")[0], item.page) for question in found}
    return found, sources


def _questions_of(
    look: Look, document: Document | None, rows: Sequence[Item], fetched: date
) -> list[Question]:
    cells = table_rows(document) if document is not None else {}
    return [question_of_item(row, *cells.get(row.url, ([], [])), look.today, fetched) for row in rows]


async def _open_question(
    look: Look, question: Question, beside: Document
) -> tuple[Question, Seen | None, AnswerPlace | None]:
    page = await look.page(question.url, "question")
    if meaning(page) is not Meaning.READ:
        return question, None, None
    document, fetched = look.read(page, "message"), look.fetched_day(page)
    found = question_of_page(document, question, look.today, fetched, beside)
    return found, Seen.on(page), answer_place(document, look.today, fetched, beside)
