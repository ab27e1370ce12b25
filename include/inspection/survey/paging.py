"""A list followed over its further pages, as far as somebody needs it and never without end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from include.inspection.extract.data_lists import response_lists
from include.inspection.extract.encoding import decode
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item, ItemList, years_run_backwards
from include.inspection.extract.paging import Onward, next_interface, onward
from include.inspection.extract.sections import same_site
from include.inspection.facts import SectionFacts, SectionState, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.section_page import SectionPage

#: Sections whose entries are counted: by the number of activities within a year.
COUNTED = ("survey", "interview")


@dataclass(frozen=True)
class FurtherPage:
    """One page after the first: its entries that stood on no page before. ``document`` is None for an interface."""

    page: Page
    document: Document | None
    items: list[Item]


@dataclass(frozen=True)
class Further:
    """``unread``: the list goes on, or may go on, beyond what was read."""

    pages: list[FurtherPage]
    unread: bool

    @property
    def items(self) -> list[Item]:
        return [item for page in self.pages for item in page.items]


async def read_on(
    look: Look,
    section: SectionPage,
    enough: Callable[[Sequence[Item]], bool],
    most: int,
    *,
    source: Page | None = None,
    start: Onward | None = None,
    holds: Callable[[Document], bool] | None = None,
) -> Further:
    """At most ``most`` pages after a section's first, until ``enough`` says of one page's new entries that no more are needed.

    ``source``: the answer that brought the list where the page itself holds none; ``start``: where to go on, if not to the
    next page; ``holds``: what else than entries makes a page one of the list. A page that holds nothing new, that was there before or that leads to another site ends the list: calendars
    and empty pages go on for ever.
    """
    first = source or section.page
    step = start or goes_on(section, source)
    seen_items = set(section.shown)
    seen_bodies = {_digest(first)}
    seen_urls = {section_key(first.url), section_key(first.final_url)}
    found: list[FurtherPage] = []
    before = first
    while step.next_url and len(found) < most:
        if section_key(step.next_url) in seen_urls or not same_site(step.next_url, look.home):
            return Further(found, unread=False)
        role = "data" if step.data else "section"
        answer = await look.page(step.next_url, role, before.final_url)
        seen_urls |= {section_key(step.next_url), section_key(answer.final_url)}
        if meaning(answer) is not Meaning.READ:
            # A dead link ends a list for every reader; an address that was worked out may be ours alone.
            return Further(found, unread=not (step.linked and meaning(answer) is Meaning.GONE))
        document, lists = _open(look, answer, step.data, section.page.final_url)
        items = [item for group in lists for item in group.items if _key(item) not in seen_items]
        new = any(item.day is not None or item.row_text for item in items)
        if _digest(answer) in seen_bodies or not (new or (holds and document and holds(document))):
            return Further(found, unread=False)
        seen_bodies.add(_digest(answer))
        seen_items |= {_key(item) for item in items}
        found.append(FurtherPage(answer, document, items))
        if enough(items):
            return Further(found, unread=False)
        step = onward(document) if document else next_interface(answer.final_url, _text(answer), first=False)
        before = answer
    return Further(found, unread=step.more)


def goes_on(section: SectionPage, source: Page | None) -> Onward:
    """How the list of a section goes on; ``source`` as for ``read_on``."""
    if source is None:
        return onward(section.document) if section.document is not None else Onward()
    text = _text(source)
    if source.headers.get("content-type", "").startswith("text/html") and "<a" in text:
        return onward(open_document(source))
    return next_interface(source.final_url, text, first=True)


def older_than(since: date) -> Callable[[Sequence[Item]], bool]:
    """Enough once a page ends with entries from before ``since``; pinned ones stand at its beginning."""

    def enough(items: Sequence[Item]) -> bool:
        days = [item.day for item in items if item.day is not None]
        return bool(days) and days[-1] < since and min(days[len(days) // 2 :]) < since

    return enough


async def followed(
    look: Look, facts: SectionFacts, items: list[Item], section: SectionPage, source: Page | None
) -> tuple[SectionFacts, list[Item]]:
    """Facts and items of a section after as many further pages as they need.

    Surveys and interviews are counted over a year. Other lists stand newest first: their first page decides, unless its
    newest entry is old; then the next page shows whether the order is another one.
    """
    if facts.section_class in COUNTED:
        return await _counted(look, facts, items, section, source)
    stale = look.today - timedelta(days=look.limits.stale_days)
    if facts.state is SectionState.DATED and facts.newest is not None and facts.newest < stale:
        return await _checked_order(look, facts, items, section, source)
    return facts, items


async def _counted(
    look: Look, facts: SectionFacts, items: list[Item], section: SectionPage, source: Page | None
) -> tuple[SectionFacts, list[Item]]:
    since = look.today - timedelta(days=look.limits.activity_days)
    enough = older_than(since)
    if facts.state is not SectionState.DATED or enough(items):
        return facts, items
    further = await read_on(look, section, enough, look.limits.list_pages, source=source)
    if not further.pages:
        return replace(facts, unread=further.unread), items
    items = years_run_backwards([*items, *further.items])
    days = tuple((item.day, item.title) for item in items if item.day is not None and item.day <= look.today)
    return replace(facts, items=len(items), days=days, unread=further.unread), items


async def _checked_order(
    look: Look, facts: SectionFacts, items: list[Item], section: SectionPage, source: Page | None
) -> tuple[SectionFacts, list[Item]]:
    step = goes_on(section, source)
    newest = facts.newest
    assert newest is not None
    if _runs_forward(items):
        # The oldest entry stands first: the newest one is on the last page.
        if not step.more:
            return facts, items
        last = Onward(step.last_url, more=True, data=step.data) if step.last_url else step
        most = 1 if step.last_url else look.limits.list_pages
        further = await read_on(look, section, _never, most, source=source, start=last)
        reached = bool(further.pages) and (bool(step.last_url) or not further.unread)
    else:
        further = await read_on(look, section, _never, 1, source=source)
        if not _newer(further.items, newest, look.today):
            return facts, items
        further = await read_on(look, section, _never, look.limits.list_pages, source=source)
        reached = not further.unread
    newer = _newer(further.items, newest, look.today)
    facts = replace(facts, certain=facts.certain and reached)
    if newer:
        day, title = max(newer)
        facts = replace(
            facts, newest=day, newest_title=title, items=facts.items + len(newer), days=(*facts.days, *newer),
            reason="列表不是按时间倒序，最新一条不在首页",
        )  # fmt: skip
    return facts, [*items, *[item for item in further.items if item.day is not None and item.year_known]]


def _newer(items: Sequence[Item], than: date, today: date) -> list[tuple[date, str]]:
    return [
        (item.day, item.title)
        for item in items
        if item.day is not None and item.year_known and than < item.day <= today
    ]


def _runs_forward(items: Sequence[Item]) -> bool:
    """Whether a list stands oldest first."""
    days = [item.day for item in items if item.day is not None]
    steps = [later > earlier for earlier, later in pairwise(days) if later != earlier]
    return len(days) >= 4 and len(steps) >= 3 and sum(steps) >= len(steps) * 0.9


def _never(items: Sequence[Item]) -> bool:
    return False


def _open(look: Look, answer: Page, data: bool, base: str) -> tuple[Document | None, list[ItemList]]:
    if data:
        return None, response_lists(_text(answer), base, look.today, look.fetched_day(answer))
    document = look.read(answer, "list")
    return document, [
        group for group in look.lists(document, answer) if not group.aside and not group.heading
    ]


def _text(page: Page) -> str:
    return decode(page.body, page.headers.get("content-type", ""))[0]


def _key(item: Item) -> str:
    return item.url or item.title


def _digest(page: Page) -> str:
    return hashlib.sha256(page.body).hexdigest()
