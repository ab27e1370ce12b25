"""Which pages of a site are looked at, and what they say.

The survey runs over a *page source*. Over the network it decides what is fetched; over stored evidence it takes the
same decisions from the same bytes, so a round that is judged again comes to the same facts.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from include.inspection.extract.data_lists import filled_by_script, interfaces, response_lists
from include.inspection.extract.dates import url_day
from include.inspection.extract.encoding import decode
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item, ItemList
from include.inspection.extract.redirects import client_redirect
from include.inspection.extract.sections import (
    SectionLink,
    classify,
    is_static,
    same_site,
    says_empty,
    section_links,
)
from include.inspection.facts import (
    SECTION_STATES,
    HomeItem,
    Probe,
    SectionFacts,
    SectionState,
    Seen,
    SiteFacts,
    meaning,
    outcome_text,
)
from include.inspection.fetch.page import Page
from include.inspection.fetch.outcomes import Meaning
from include.inspection.look import Look, PageSource, SurveyLimits, article_day, open_document
from include.inspection.model import SECTION_CLASSES, Section, Site
from include.inspection.section_page import SectionPage
from include.inspection.survey_services import look_at_consultation, look_at_services
from include.inspection.times import beijing, utc_text

#: A list that stands unchanged on this many section pages is a block of the template, not the section's own.
_SHARED_ON = 3
#: More text than this beside links makes a page one of fixed content.
_STATIC_TEXT = 400
#: Sections of these classes are lists by their nature.
_LIST_CLASSES = {"news", "notice", "policy", "plan", "personnel", "interpretation", "survey", "interview"}


async def survey(
    site: Site,
    registered: Sequence[Section],
    source: PageSource,
    limits: SurveyLimits,
    as_of: datetime,
    other_hosts: frozenset[str] = frozenset(),
) -> SiteFacts:
    """The facts of one site. ``other_hosts`` are the hosts of the other registered sites."""
    today = beijing(as_of).date()
    look = Look(site, source, limits, today, site.url)
    page, probes = await _open_home(look)
    facts = SiteFacts(site.site_code, Seen.on(page), home_readable=False, probes=probes)
    if meaning(page) is not Meaning.READ:
        facts.reason = outcome_text(page)
        look.say(f"首页未能读取：{facts.reason}", url=page.url, outcome=str(page.outcome))
        return facts
    host = urlsplit(page.final_url).netloc
    if not same_site(page.final_url, site.url) and host in other_hosts:
        facts.reason = f"首页转到了另一个已登记的网站 {host}"
        look.say(facts.reason, url=page.url, final_url=page.final_url)
        return facts
    look.home = page.final_url
    document = open_document(page)
    lists = look.lists(document, page)
    links = section_links(document, home=look.home)
    if not lists and not links and not registered:
        facts.reason = "首页内容由脚本生成，未启用浏览器渲染" if filled_by_script(document) or document.scripts else "首页没有可读的内容"
        look.say(facts.reason, url=page.url)
        return facts
    facts.home_readable = True
    facts.home = Seen.on(page)
    facts.home_scripted = filled_by_script(document)

    pages = await _read_sections(look, links, registered)
    facts.sections, dated = await _judge_sections(look, pages)
    facts.section_days = sorted(((day, item.title) for item, day in dated.values()), reverse=True)[:200]
    await _home_items(look, facts, lists, dated)
    await look_at_consultation(look, facts, pages, document)
    await look_at_services(look, facts, pages, document)
    last = await source.get(site.url, role="home", visit=limits.home_tries + 1)
    facts.probes.extend(_probes(last))
    return facts


def _probes(page: Page) -> list[Probe]:
    """One probe a look at the home page: its last try, because the tries before it belong to the same look."""
    return [
        Probe(
            at=utc_text(page.fetched_at),
            opened=meaning(page) in (Meaning.READ, Meaning.GONE) and page.status is not None and page.status < 400,
            site_down=meaning(page) in (Meaning.SITE_DOWN, Meaning.GONE),
            outcome=str(page.outcome),
            seconds=page.seconds,
        )
    ]


async def _open_home(look: Look) -> tuple[Page, list[Probe]]:
    """The home page, tried again while the site itself fails; pages that only lead on are followed."""
    probes: list[Probe] = []
    for visit in range(1, look.limits.home_tries + 1):
        if visit > 1:
            await look.source.wait(look.limits.home_wait_seconds)
        page = await look.source.get(look.site.url, role="home", visit=visit)
        probes.extend(_probes(page))
        if meaning(page) not in (Meaning.SITE_DOWN, Meaning.GONE):
            break
    for _ in range(3):
        if meaning(page) is not Meaning.READ:
            break
        target = client_redirect(open_document(page))
        if not target or target == page.final_url:
            break
        page = await look.source.get(target, role="home", referer=page.final_url)
    return page, probes


def _key(url: str) -> str:
    """One address for what is one page: scheme, www and index.html do not tell sections apart."""
    parts = urlsplit(url)
    path = parts.path
    for name in ("index.html", "index.htm", "index.shtml", "index.jsp", "index.php"):
        path = path.removesuffix(name)
    return f"{parts.netloc.removeprefix('www.')}{path.rstrip('/')}?{parts.query}"


async def _read_sections(look: Look, links: Sequence[SectionLink], registered: Sequence[Section]) -> list[SectionPage]:
    """Section pages in two waves: what the home page leads to, then what those pages lead to."""
    by_url = {_key(section.url): section for section in registered}
    chosen: dict[str, tuple[SectionLink, int | None]] = {}
    for section in registered:
        level = section.level or next((link.level for link in links if _key(link.url) == _key(section.url)), 2)
        link = SectionLink(section.url, section.name, section.section_class, level)
        chosen[_key(section.url)] = (link, section.update_days)
    for link in links:
        if _key(link.url) not in by_url:
            chosen.setdefault(_key(link.url), (link, None))
    first = await _fetch_all(look, list(chosen.values()))

    found: dict[str, tuple[SectionLink, int | None]] = {}
    for item in first:
        if item.document is None or item.link.level != 1:
            continue
        for link in section_links(item.document, home=look.home, level_of_navigation=2):
            if _key(link.url) not in chosen:
                found.setdefault(_key(link.url), (link, None))
    second = await _fetch_all(look, list(found.values())[: max(0, look.limits.sections - len(first))])
    return first + second


async def _fetch_all(look: Look, wanted: Sequence[tuple[SectionLink, int | None]]) -> list[SectionPage]:
    # Sections that an indicator counts come first, in case a limit cuts the site short.
    counted = [item for item in wanted if item[0].section_class != "other" or item[1]]
    others = [item for item in wanted if item not in counted]
    ordered = (counted + others)[: look.limits.sections]
    return list(await asyncio.gather(*(_fetch_section(look, link, duty) for link, duty in ordered)))


async def _fetch_section(look: Look, link: SectionLink, update_days: int | None) -> SectionPage:
    page = await look.source.get(link.url, role="section", referer=look.home)
    item = SectionPage(link, page, update_days)
    if meaning(page) is Meaning.READ:
        item.document = open_document(page)
        item.lists = look.lists(item.document, page)
    return item


async def _judge_sections(look: Look, pages: list[SectionPage]) -> tuple[list[SectionFacts], dict[str, tuple[Item, date]]]:
    """The facts of every section, duplicates counted once, and every dated item by address."""
    on_pages = Counter(signature for item in pages for signature in {_signature(group) for group in item.lists})
    results = await asyncio.gather(*(_section_facts(look, item, on_pages) for item in pages))
    dated: dict[str, tuple[Item, date]] = {}
    kept: list[SectionFacts] = []
    seen: set[tuple[str, ...]] = set()
    for facts, items in results:
        for item in items:
            if item.day is not None and item.day <= look.today:
                dated.setdefault(item.url, (item, item.day))
        first = (facts.section_class, *[item.url for item in items[:5]])
        if len(items) >= 2 and first in seen:
            continue
        seen.add(first)
        kept.append(facts)
        _log_section(look, facts)
    return kept, dated


def _log_section(look: Look, facts: SectionFacts) -> None:
    newest = f"，最新 {facts.newest}《{facts.newest_title[:30]}》" if facts.newest else ""
    level = "一级" if facts.level == 1 else f"{facts.level}级"
    look.say(
        f"栏目“{facts.name}”（{SECTION_CLASSES[facts.section_class]}，{level}）：{SECTION_STATES[facts.state]}{newest}"
        + (f"，{facts.reason}" if facts.reason else ""),
        url=facts.url,
        section_class=facts.section_class,
        items=facts.items,
        evidence_key=facts.seen.evidence.key if facts.seen.evidence else None,
        evidence_offset=facts.seen.evidence.offset if facts.seen.evidence else None,
    )


def _signature(group: ItemList) -> tuple[str, ...]:
    return tuple(item.url for item in group.items)


def _own_lists(item: SectionPage, on_pages: Counter[tuple[str, ...]]) -> list[ItemList]:
    """The page's lists without navigation and without blocks that the template repeats on other sections."""
    here = Counter(_signature(group) for group in item.lists)
    return [
        group
        for group in item.lists
        if not group.aside
        and (on_pages[_signature(group)] < _SHARED_ON or here[_signature(group)] > 1)
        and (len(group.items) > 1 or group.dated)
    ]


def _main_items(groups: Sequence[ItemList]) -> list[Item]:
    """The items of the section: its largest list and those of comparable size (a channel page has several)."""
    if not groups:
        return []
    candidates = [group for group in groups if group.dated] or list(groups)
    largest = max(len(group.items) for group in candidates)
    return [item for group in candidates if len(group.items) * 2 >= largest for item in group.items]


async def _section_facts(look: Look, item: SectionPage, on_pages: Counter[tuple[str, ...]]) -> tuple[SectionFacts, list[Item]]:
    link = item.link
    section_class = link.section_class if link.section_class in SECTION_CLASSES else classify(link.name)
    facts = SectionFacts(
        name=link.name,
        url=link.url,
        section_class=section_class,
        level=link.level,
        state=SectionState.UNREAD,
        seen=Seen.on(item.page),
        update_days=item.update_days,
    )
    if item.document is None:
        gone = meaning(item.page) is Meaning.GONE
        state = SectionState.GONE if gone else SectionState.UNREAD
        return replace(facts, state=state, reason=outcome_text(item.page)), []
    if not same_site(item.page.final_url, look.home):
        return replace(facts, state=SectionState.STATIC, reason=f"转到站外 {urlsplit(item.page.final_url).netloc}"), []

    items = _main_items(_own_lists(item, on_pages))
    if not items:
        items, page = await _interface_items(look, item)
        if page is not None:
            facts = replace(facts, seen=Seen.on(page))
    if not items:
        return replace(facts, state=_state_without_items(item, section_class)), []
    if not any(entry.day for entry in items) or _years_are_guessed(items, look.today):
        items = await _dated_by_articles(look, items)
    days = [(entry.day, entry.title) for entry in items if entry.day is not None]
    future = sum(day > look.today for day, _ in days)
    past = [(day, title) for day, title in days if day <= look.today]
    if not past:
        fresh = _fresh_by_address(items, look.today)
        if fresh is None:
            return replace(facts, state=SectionState.UNDATED, items=len(items), future=future), items
        past, facts = [fresh], replace(facts, certain=False, reason="日期取自文章网址")
    newest, title = max(past)
    return replace(facts, state=SectionState.DATED, newest=newest, newest_title=title, items=len(items), future=future), items


def _years_are_guessed(items: Sequence[Item], today: date) -> bool:
    """Whether the newest date has no year of its own and would look old: then an article must confirm it."""
    days = [item for item in items if item.day is not None and item.day <= today]
    if not days:
        return False
    newest = max(days, key=lambda item: item.day or date.min)
    return not newest.year_known and newest.day is not None and (today - newest.day).days > 7


def _fresh_by_address(items: Sequence[Item], today: date) -> tuple[date, str] | None:
    """The newest day that articles' addresses carry. It can show that a list is fresh, never that it is late."""
    days = [(day, item.title) for item in items if (day := url_day(item.url)) is not None and day <= today]
    return max(days) if days else None


async def _interface_items(look: Look, item: SectionPage) -> tuple[list[Item], Page | None]:
    assert item.document is not None
    for url in interfaces(item.document)[: look.limits.interfaces_per_section]:
        page = await look.source.get(url, role="data", referer=item.page.final_url)
        if meaning(page) is not Meaning.READ:
            continue
        text, _ = decode(page.body, page.headers.get("content-type", ""))
        items = _main_items(response_lists(text, item.document.url, look.today, look.fetched_day(page)))
        if items:
            return items, page
    return [], None


def _state_without_items(item: SectionPage, section_class: str) -> SectionState:
    """Empty only where the page says so itself, or where a list must stand and nothing else explains its absence."""
    assert item.document is not None
    text = item.document.body_text
    if says_empty(text):
        return SectionState.EMPTY
    if filled_by_script(item.document):
        return SectionState.SCRIPT_ONLY
    link_text = sum(len(link.text) + 1 for link in item.document.links)
    if is_static(item.link.name) or len(text) - link_text > _STATIC_TEXT or item.document.tree.css_first("form textarea, iframe") is not None:
        return SectionState.STATIC
    must_list = section_class in _LIST_CLASSES or item.update_days is not None
    return SectionState.EMPTY if must_list else SectionState.STATIC


async def _dated_by_articles(look: Look, items: list[Item]) -> list[Item]:
    """The first items with the dates that their own pages give."""
    first = items[: look.limits.articles_per_list]
    days = await asyncio.gather(*(article_day(look, item.url) for item in first))
    return [replace(item, day=day or item.day, year_known=day is not None or item.year_known) for item, day in zip(first, days, strict=True)] + items[len(first) :]


async def _home_items(look: Look, facts: SiteFacts, lists: Sequence[ItemList], dated: dict[str, tuple[Item, date]]) -> None:
    """Dated items of the home page: by its own lists, by the section pages, at last by the articles themselves."""
    section_urls = {_key(section.url) for section in facts.sections}
    items = [
        item
        for group in lists
        if not group.aside
        for item in group.items
        if _key(item.url) not in section_urls and (len(item.title) >= 8 or item.day is not None)
    ]
    facts.navigation_only = not items
    known = [HomeItem(item.title, item.url, _known_day(item, dated)) for item in items[:300]]
    if not any(item.day and item.day <= look.today and (look.today - item.day).days <= 7 for item in known):
        undated = [item for item in known if item.day is None][: look.limits.home_articles]
        days = await asyncio.gather(*(article_day(look, item.url) for item in undated))
        by_url = {item.url: day for item, day in zip(undated, days, strict=True) if day}
        known = [replace(item, day=item.day or by_url.get(item.url)) for item in known]
    facts.home_items = known


def _known_day(item: Item, dated: dict[str, tuple[Item, date]]) -> date | None:
    """The section's date where the home page gives none or one without a year."""
    if item.day is not None and item.year_known:
        return item.day
    return dated[item.url][1] if item.url in dated else item.day
