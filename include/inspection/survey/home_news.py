"""The news of the home page: its dated entries, wherever they stand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from include.inspection.extract.article import publication_day
from include.inspection.extract.data_lists import brings_news, filled_by_script, fills_a_gap
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item, ItemList
from include.inspection.extract.script_links import pictures_by_script
from include.inspection.extract.sections import is_article, same_site
from include.inspection.extract.slides import draws_slides
from include.inspection.facts import HomeItem, SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.newest import without_years_too_late
from include.inspection.survey.pushed_off import is_cut_off, may_be_after
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.sections import Dated, interface_lists
from include.inspection.survey.site_pages import idle_scripts
from include.inspection.times import beijing

_NUMBERED_PAGE = re.compile(r"\d{3,}[^/]*\.\w{2,5}$|[?&]\w*id=\w+", re.IGNORECASE)
#: What stands on a home page all year is no news of it.
_REPORT = re.compile(r"年度?(?:工作)?(?:报表|报告)$")
_PICTURE_NEWS, _MOST_PICTURES = "（图片新闻）", 6


async def look_at_home_news(
    look: Look,
    facts: SiteFacts,
    page: Page,
    document: Document,
    lists: Sequence[ItemList],
    pages: Sequence[SectionPage],
    dated: Dated,
) -> None:
    """Notes the home page's dated entries, and whether it may hold some that were not read.

    ``pages`` are the section pages that were read, ``dated`` the entries of their lists by address.
    """
    if not _shows_this_week(look, lists):
        framed, unread = await _framed_lists(look, document)
        lists = [*lists, *framed, *(await interface_lists(look, document, page))[0]]
        filled = unread or draws_slides(document) or fills_a_gap(document, idle_scripts(pages))
        facts.home_filled = facts.home_filled or filled
    await home_items(look, facts, lists, dated, _pictures(look, document, facts))


async def home_items(
    look: Look, facts: SiteFacts, lists: Sequence[ItemList], dated: Dated, pictures: Sequence[HomeItem] = ()
) -> None:
    """Dated items of the home page: by its own lists, by the section pages, at last by the articles themselves."""
    section_urls = {section_key(section.url) for section in facts.sections}
    lists = await _with_true_years(look, lists, dated)
    groups = [
        [
            HomeItem(item.title, item.url, _known_day(item, dated))
            for item in group.items[:60]
            if section_key(item.url) not in section_urls
            and (_known_day(item, dated) is not None or _is_article(item, look.home, group))
        ]
        for group in lists
        if not group.aside
    ]
    facts.navigation_only = not any(groups)
    if pictures and not facts.navigation_only:
        groups.append(list(pictures))
    days = [item.day for group in groups for item in group if item.day is not None and item.day <= look.today]
    if not days or (look.today - max(days)).days > look.limits.sure_days:
        # The first entries of every list before the second ones: lists stand newest first.
        ordered = sorted(
            (n, item.url) for group in groups for n, item in enumerate(group) if item.day is None
        )
        urls = list(dict.fromkeys(url for _, url in ordered))[: look.limits.home_articles]
        read = dict(await asyncio.gather(*(_read_day(look, url) for url in urls)))
        groups = [_with_days(group, read, look.limits.articles_per_list) for group in groups]
    facts.home_items = [item for group in groups for item in group][:300]
    fetched = beijing(datetime.fromisoformat(facts.home.fetched_at)).date()
    facts.home_pushed_off = any(
        is_cut_off([item.day for item in group], look.today) for group in groups
    ) or any(
        may_be_after(dated[item.url][0] if item.url in dated else item, look.today, fetched)
        for group in lists
        if not group.aside
        for item in group.items
    )


async def _with_true_years(look: Look, lists: Sequence[ItemList], dated: Dated) -> Sequence[ItemList]:
    """The lists, their years held against the articles where nothing shows the home page fresh but days without a year."""
    own = [group for group in lists if not group.aside]
    sure = [
        day
        for group in own
        for item in group.items
        if (item.year_known or item.url in dated) and (day := _known_day(item, dated)) is not None
    ]
    if any(0 <= (look.today - day).days <= look.limits.sure_days for day in sure):
        return lists
    found = await asyncio.gather(*(without_years_too_late(look, list(group.items)) for group in own))
    return [replace(group, items=tuple(items)) for group, items in zip(own, found, strict=True)]


def _pictures(look: Look, document: Document, facts: SiteFacts) -> list[HomeItem]:
    """Entries of the home page that are pictures without a word, as of a slider: their own pages tell their day."""
    sections = {section_key(section.url) for section in facts.sections}
    addresses = [link.url for link in document.links if not link.label] + pictures_by_script(document)
    urls = dict.fromkeys(
        url
        for url in addresses
        if same_site(url, look.home) and section_key(url) not in sections and _NUMBERED_PAGE.search(url)
    )
    return [HomeItem(_PICTURE_NEWS, url, None) for url in list(urls)[:_MOST_PICTURES]]


async def _framed_lists(look: Look, document: Document) -> tuple[list[ItemList], bool]:
    """The lists in the home page's own frames, and whether a frame may hold what was not read."""
    lists: list[ItemList] = []
    unread = False
    for number, url in enumerate(frames(document)):
        if not brings_news(url):
            continue
        if not same_site(url, look.home) or number >= look.limits.interfaces_per_section:
            unread = True
            continue
        page = await look.page(url, "section", look.home)
        if meaning(page) is Meaning.READ:
            inner = open_document(page)
            found = [group for group in look.lists(inner, page) if not group.aside]
            lists += found
            unread = unread or (not found and filled_by_script(inner))
        else:
            unread = unread or meaning(page) is not Meaning.GONE
    return lists, unread


def _shows_this_week(look: Look, lists: Sequence[ItemList]) -> bool:
    return any(
        item.day is not None and 0 <= (look.today - item.day).days <= look.limits.sure_days
        for group in lists
        for item in group.items
    )


def _with_days(group: list[HomeItem], read: dict[str, date | None], enough: int) -> list[HomeItem]:
    """A home-page list with the days that its articles gave; without the entries that leave no doubt.

    An entry whose own page gives no date counts as not updated; one behind ``enough`` dated ones is not newer.
    """
    days = [replace(item, day=item.day or read.get(item.url)) for item in group]
    first_are_dated = len(days) >= enough and all(item.day is not None for item in days[:enough])
    return [item for item in days if item.day is not None or not (first_are_dated or item.url in read)]


async def _read_day(look: Look, url: str) -> tuple[str, date | None]:
    """The day of the article at ``url``; under "" where its page could not be read."""
    page = await look.page(url, "article")
    if meaning(page) is Meaning.GONE:
        return url, None
    if meaning(page) is not Meaning.READ:
        return "", None
    return url, publication_day(look.read(page, "detail"), look.today, look.fetched_day(page))


def _is_article(item: Item, home: str, group: ItemList) -> bool:
    """Whether an entry without a date is news of the site, by its label, its address or those beside it: a menu's labels
    are shorter."""
    if not same_site(item.url, home) or _REPORT.search(item.title):
        return False
    titles = group.holds_titles and all(same_site(one.url, home) for one in group.items)
    return len(item.title) > 12 or (len(group.items) > 1 and (titles or is_article(item.url, item.title)))


def _known_day(item: Item, dated: Dated) -> date | None:
    """The section's date where the home page gives none or one without a year."""
    if item.day is not None and item.year_known:
        return item.day
    return dated[item.url][1] if item.url in dated else item.day
