"""The newest date of one section's lists, and how certain it is.

A date that makes a section look late must be certain; a date that shows it fresh need not be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from include.inspection.extract.dates import url_day
from include.inspection.extract.lists import CONFIRMED, SIGNED, Item, ItemList, years_run_backwards
from include.inspection.facts import SectionFacts, SectionState
from include.inspection.survey.look import Look, article_day
from include.inspection.survey.pushed_off import is_cut_off, may_be_after
from include.inspection.times import beijing

PUSHED_OFF = "监测时间点之后又有更新，当时的最新一条可能已不在列表中"

#: A box above the list with the newest entry, or two, belongs to the list.
_HEADLINES = 2


async def facts_of_lists(
    look: Look, facts: SectionFacts, groups: list[ItemList]
) -> tuple[SectionFacts, list[Item]]:
    """``facts`` with the state and dates that the lists give, and the items that were counted."""
    main, others = _main_lists(groups)
    main, heads_known = await _with_heads(look, main)
    items, certain = await _with_days(look, [item for group in main for item in group.items])
    certain = certain and heads_known
    lesser = [item for group in others for item in group.items if item.day is not None]
    newest = _newest(items, look.today)
    if newest is None and not any(item.day for item in items):
        # The dates of smaller lists can show that the section is fresh, not that it is late.
        certain, items = not lesser, items + lesser
    elif newest is not None and _is_newer(_newest(lesser, look.today), newest):
        certain = False
    fetched = beijing(datetime.fromisoformat(facts.seen.fetched_at)).date()
    newest = _newest(items, look.today)
    cut_off = any(is_cut_off([item.day for item in group.items], look.today) for group in main)
    cut_off = cut_off or (len(main) == 1 and is_cut_off([item.day for item in items], look.today))
    if cut_off or (newest is not None and may_be_after(newest, look.today, fetched)):
        certain = False
        facts = replace(facts, pushed_off=True, reason=PUSHED_OFF)
    days = [(item.day, item.title) for item in items if item.day is not None]
    past = [(day, title) for day, title in days if day <= look.today]
    facts = replace(facts, items=len(items), future=len(days) - len(past), certain=facts.certain and certain)
    if not past:
        fresh = _fresh_by_address(items, look.today)
        if fresh is None:
            return replace(facts, state=SectionState.UNDATED), items
        past, facts = [fresh], replace(facts, certain=False, reason="日期取自文章网址")
    day, title = max(past)
    return replace(facts, state=SectionState.DATED, newest=day, newest_title=title, days=tuple(past)), items


async def _with_heads(look: Look, groups: list[ItemList]) -> tuple[list[ItemList], bool]:
    """Lists that look old with the days of the undated entries above their newest, by the articles; and whether all are
    known: what stands above may be newer."""
    newest = _newest([item for group in groups for item in group.items], look.today)
    if newest is None or newest.day is None or (look.today - newest.day).days <= look.limits.sure_days:
        return groups, True
    found, known = [], True
    for group in groups:
        top = _newest(group.items, look.today)
        place = next((n for n, item in enumerate(group.items) if item is top), 0)
        above = [n for n in range(place) if group.items[n].day is None]
        items = list(group.items)
        for n in above[: look.limits.articles_per_list]:
            day = await _article_day(look, items[n])
            if day is not None:
                items[n] = replace(items[n], day=day, source="article")
        known = known and all(items[n].day is not None for n in above)
        found.append(replace(group, items=tuple(items)))
    return found, known


def _main_lists(groups: Sequence[ItemList]) -> tuple[list[ItemList], list[ItemList]]:
    """(the section's own lists, lesser ones): the heaviest and those of comparable weight, as on a channel page.

    Where the heaviest list carries no dates, the dates of the others are not its own. A dated entry or two in a box
    above the list are its headline.
    """
    heaviest = max(groups, key=lambda group: group.weight)
    if not heaviest.dated:
        return [heaviest], [group for group in groups if group is not heaviest]
    place = next(n for n, group in enumerate(groups) if group is heaviest)
    main: list[ItemList] = []
    others: list[ItemList] = []
    for n, group in enumerate(groups):
        headline = n < place and len(group.items) <= _HEADLINES and group.dated == len(group.items)
        (main if headline or group.weight * 2 >= heaviest.weight else others).append(group)
    return main, others


async def _with_days(look: Look, items: list[Item]) -> tuple[list[Item], bool]:
    """The items with the days that their articles give where the list gives none to rely on, and whether that is certain."""
    certain = True
    undated = sum(item.day is None for item in items)
    newest = _newest(items, look.today)
    mostly_undated = undated > 0 and undated * 2 >= len(items)
    opened = mostly_undated or (newest is not None and newest.source == SIGNED)
    if opened:
        # In a list without days, a day in one title belongs to what the title tells.
        bare = [
            replace(item, day=None) if item.source == "title" and mostly_undated else item for item in items
        ]
        items = await _dated_by_articles(look, bare)
        first = items[: look.limits.articles_per_list]
        certain = all(item.day is not None and item.source != SIGNED for item in first)
    items = await without_years_too_late(look, items)
    if _years_are_guessed(look, items):
        if not opened:
            items = await _dated_by_articles(look, items)
        items = await _years_by_articles(look, items)
        guessed = _years_are_guessed(look, items)
        certain = certain and not (guessed and _fresh_by_another_year(items, look.today))
    return items, certain


def _newest(items: Sequence[Item], today: date) -> Item | None:
    past = [item for item in items if item.day is not None and item.day <= today]
    return max(past, key=lambda item: item.day or date.min, default=None)


def _is_newer(item: Item | None, than: Item) -> bool:
    return item is not None and item.day is not None and than.day is not None and item.day > than.day


def _years_are_guessed(look: Look, items: Sequence[Item]) -> bool:
    """Whether the newest date has no year of its own and would look old: then an article must confirm it."""
    newest = _newest(items, look.today)
    return (
        newest is not None
        and not newest.year_known
        and newest.day is not None
        and (look.today - newest.day).days > look.limits.sure_days
    )


def _fresh_by_another_year(items: Sequence[Item], today: date) -> bool:
    """Whether another reading of the years would make the list newer than the one that its order suggests."""
    newest = _newest(items, today)
    assert newest is not None and newest.day is not None
    for item in items:
        if item.day is not None and not item.year_known and item.day.year < today.year:
            latest = min(item.day.timetuple().tm_yday, 365)
            if latest > newest.day.timetuple().tm_yday or newest.day.year < today.year:
                return latest <= today.timetuple().tm_yday
    return False


def _fresh_by_address(items: Sequence[Item], today: date) -> tuple[date, str] | None:
    """The newest day that articles' addresses carry. It can show that a list is fresh, never that it is late."""
    days = [(day, item.title) for item in items if (day := url_day(item.url)) is not None and day <= today]
    return max(days) if days else None


async def _dated_by_articles(look: Look, items: list[Item]) -> list[Item]:
    """The first items with the dates that their own pages give. A day that the list itself gives with its year is no
    older than an article's: a text tells of earlier days."""
    first = items[: look.limits.articles_per_list]
    days = await asyncio.gather(*(_article_day(look, item) for item in first))
    confirmed = [
        replace(item, day=day, year_known=True, source="article")
        if day is not None and not _list_knows_better(item, day, look.today)
        else item
        for item, day in zip(first, days, strict=True)
    ]
    return years_run_backwards(confirmed + items[len(first) :])


def _list_knows_better(item: Item, day: date, today: date) -> bool:
    if item.day is None or not item.year_known or item.source in (SIGNED, "title"):
        return False
    return day < item.day <= today


async def _years_by_articles(look: Look, items: list[Item]) -> list[Item]:
    """The items after the articles of those that would be the newest, were their years as guessed, have been opened."""
    for _ in range(look.limits.articles_per_list):
        newest = _newest(items, look.today)
        if newest is None or not _years_are_guessed(look, items):
            break
        day = await _article_day(look, newest)
        if day is None:
            break
        confirmed = replace(newest, day=day, year_known=True, source=CONFIRMED)
        items = years_run_backwards([confirmed if item is newest else item for item in items])
    return items


async def without_years_too_late(look: Look, items: list[Item]) -> list[Item]:
    """The items after the newest, where it looks fresh without a year of its own, was held against its address, else
    against its article: a list that was left last November reads like one of this November."""
    for _ in range(look.limits.articles_per_list):
        newest = _newest(items, look.today)
        if newest is None or newest.day is None or newest.year_known:
            break
        if (look.today - newest.day).days > look.limits.sure_days or url_day(newest.url) == newest.day:
            break
        day = await _article_day(look, newest)
        if day is None or day >= newest.day or (day.month, day.day) != (newest.day.month, newest.day.day):
            break
        confirmed = replace(newest, day=day, year_known=True, source=CONFIRMED)
        items = years_run_backwards([confirmed if item is newest else item for item in items])
    return items


async def _article_day(look: Look, item: Item) -> date | None:
    return await article_day(look, item.url) if item.url else None
