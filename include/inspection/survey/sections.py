"""What the section pages of a site say: their state, their newest date, and which of them are one section."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from include.inspection.extract.article import publication_day
from include.inspection.extract.data_lists import (
    filling_files,
    filling_texts,
    hidden_markup,
    hidden_records,
    interfaces,
    possible_fillers,
    renders_by_template,
    response_lists,
)
from include.inspection.extract.encoding import decode
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document, fold
from include.inspection.extract.lists import Item, ItemList
from include.inspection.extract.plain_rows import plain_lists
from include.inspection.extract.sections import (
    classify,
    declared_class,
    declared_name,
    is_home,
    is_static,
    may_be_news,
    same_site,
    says_empty,
)
from include.inspection.facts import SECTION_STATES, SectionFacts, SectionState, Seen, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.model import SECTION_CLASSES
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.newest import facts_of_lists
from include.inspection.survey.own_content import own_content
from include.inspection.survey.paging import followed
from include.inspection.survey.rendered import rendered_lists
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_pages import SHARED_ON, Elsewhere, SitePages, text_of

#: More text than this beside links makes a page one of fixed content.
_STATIC_TEXT = 400
#: A list of records that says itself that there are none; a list's element without an entry.
_TOTAL_RECORD = re.compile(r"[\"']?totalRecord[\"']?\s{0,3}:\s{0,3}[\"']?(\d{1,9})")
_EMPTY_LIST = re.compile(
    r"<(?:ul|div)[^<>]{0,80}class=[\"']?[^\"'<>]{0,40}list[^<>]{0,80}>\s{0,40}(?:<ul[^<>]{0,80}>\s{0,40})?</ul>",
    re.IGNORECASE,
)
#: What a pager says below a list without entries; comments and readers are counted too.
_NO_ENTRIES = re.compile(r"共\s{0,2}0\s{0,2}(?:条(?:记录|信息|数据|结果)?|篇(?:文章)?)(?![评留人回次])")
#: The columns of a list, above which no entry stands; a form above them asks for what is to be looked up.
_TITLE_COLUMN = re.compile(r"标\s?题|名称|题名|主题|文件名|信息名")
_DAY_COLUMN = re.compile(r"日期|时间")
_LOOK_UP = re.compile(r"查询|检索|搜索|查找")
_MAX_TABLES = 50
_YEAR = re.compile(r"(?:19|20)\d\d\s?(?:年度?)?")
#: Sections of these classes are lists by their nature.
_UPDATED = {"news", "notice", "policy"}
_LIST_CLASSES = {"news", "notice", "policy", "plan", "personnel", "interpretation", "survey", "interview"}

Dated = dict[str, tuple[Item, date]]


@dataclass
class _Result:
    page: SectionPage
    facts: SectionFacts
    items: list[Item]


async def judge_sections(
    look: Look, pages: Sequence[SectionPage], elsewhere: Elsewhere | None = None
) -> tuple[list[SectionFacts], Dated]:
    """The facts of every section, duplicates counted once, and every dated item by address.

    Afterwards ``pages`` hold their own lists alone, without those of the template.
    """
    for page in pages:
        _name_by_page(page)
    site = SitePages(look, pages, elsewhere or Elsewhere())
    results = list(await asyncio.gather(*(_judge(look, page, site) for page in pages)))
    dated: Dated = {}
    for result in results:
        for item in result.items:
            if item.day is not None and item.day <= look.today:
                dated.setdefault(item.url or f"{result.facts.url}#{item.title}", (item, item.day))
    results = _without_duplicates(results, site)
    facts = [_hub_or_section(result, results, site) for result in results]
    for section in facts:
        _log_section(look, section)
    for page, own in [(page, site.own_lists(page)) for page in pages]:
        page.lists = own
    return facts, dated


def _name_by_page(page: SectionPage) -> None:
    """Name and class by the page's own tags, where the link that led to it tells them badly."""
    link, document = page.link, page.document
    if document is None:
        return
    name = (declared_name(document) if link.by_heading else "") or link.name
    if name != link.name:
        page.link = link = replace(link, name=name, section_class=classify(name))
    if link.section_class == "other":
        page.link = replace(link, section_class=declared_class(name, document))


def _without_duplicates(results: Sequence[_Result], site: SitePages) -> list[_Result]:
    """One result a section, whatever addresses and names lead to it; the most binding one is kept."""
    order = sorted(
        range(len(results)),
        key=lambda n: (
            results[n].facts.update_days is None,
            results[n].facts.section_class == "other",
            results[n].facts.level,
        ),
    )
    seen: set[tuple[str, ...]] = set()
    kept: set[int] = set()
    for n in order:
        result = results[n]
        if result.page.document is not None:
            marks = {
                ("address", section_key(result.page.page.final_url)),
                ("text", result.facts.name, text_of(result.page)),
            }
            if len(result.items) >= 2:
                marks.add(("items", *[item.url or item.title for item in result.items[:5]]))
            if marks & seen:
                continue
            seen |= marks
        kept.add(n)
    return [result for n, result in enumerate(results) if n in kept]


def _hub_or_section(result: _Result, results: Sequence[_Result], site: SitePages) -> SectionFacts:
    """A channel page that only shows what stands in its sub-sections is no section of its own."""
    if result.facts.level != 1 or not result.items or result.facts.update_days is not None:
        return result.facts
    children = site.children(result.page)
    below = [
        {item.url or item.title for item in other.items}
        for other in results
        if other is not result and section_key(other.facts.url) in children
    ]
    here = {item.url or item.title for item in result.items}
    showing = [urls for urls in below if urls & here]
    if showing and here <= set().union(*showing):
        return replace(result.facts, state=SectionState.STATIC, reason="内容均出自下级栏目，不另计")
    return result.facts


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


async def _judge(look: Look, page: SectionPage, site: SitePages) -> _Result:
    facts, items = await _section_facts(look, page, site)
    return _Result(page, facts, items)


async def _section_facts(look: Look, page: SectionPage, site: SitePages) -> tuple[SectionFacts, list[Item]]:
    link = page.link
    facts = SectionFacts(
        name=link.name,
        url=link.url,
        section_class=link.section_class if link.section_class in SECTION_CLASSES else classify(link.name),
        level=link.level,
        state=SectionState.UNREAD,
        seen=Seen.on(page.brought or page.page),
        update_days=page.update_days,
    )
    if facts.section_class == "other" and not link.registered and may_be_news(link.name):
        facts = replace(facts, section_class="news", class_sure=False)
    if page.document is None:
        gone = meaning(page.page) is Meaning.GONE
        state = SectionState.GONE if gone else SectionState.UNREAD
        return replace(facts, state=state, reason=outcome_text(page.page)), []
    if not same_site(page.page.final_url, look.home):
        reason = f"转到站外 {urlsplit(page.page.final_url).netloc}"
        return replace(facts, state=SectionState.STATIC, reason=reason), []
    if is_home(page.page.final_url, look.home) and not is_home(link.url, look.home):
        return replace(facts, state=SectionState.STATIC, reason="转到首页"), []

    groups = [group for group in site.own_lists(page) if len(group.items) > 1 or group.dated]
    source: Page | None = None
    if not groups:
        groups, source = await _fetched_lists(look, page)
        if source is not None:
            facts = replace(facts, seen=Seen.on(source))
    if not groups:
        must_list = facts.section_class in _LIST_CLASSES or page.update_days is not None
        groups = _rows_without_links(look, page, scripted=must_list)
        # Rows that nothing leads to are a list where a list must stand; elsewhere they may be anything.
        whole = max((len(group.items) for group in groups), default=0) > 2
        facts = replace(facts, certain=not groups or (whole and must_list))
    if not groups:
        state, reason = _state_without_items(page, facts, site)
        if state is SectionState.EMPTY and _other_years(look, page.document):
            state, reason = SectionState.UNREAD, "栏目按年份分列，其他年份未查看"
        if state in (SectionState.EMPTY, SectionState.STATIC) and site.stands_in_place_of(page):
            state, reason = SectionState.UNREAD, "几个栏目打开都是同一页面，页上没有本站的链接"
        if state is SectionState.SCRIPT_ONLY:
            groups, shown = await rendered_lists(look, page)
            if shown is not None and groups:
                facts = replace(facts, seen=Seen.on(shown))
                return await facts_of_lists(look, facts, groups)
        if state is SectionState.STATIC and _owes_a_list(page, facts, site):
            return replace(facts, state=state, reason=reason or "没有认出栏目的条目", certain=False), []
        return replace(facts, state=state, reason=reason), []
    found = await facts_of_lists(look, facts, groups)
    if source is None and (groups_with_plain := _with_plain_rows(look, page, groups, found[0].newest)):
        found = await facts_of_lists(look, facts, groups_with_plain)
    return await followed(look, *found, page, source)


def _with_plain_rows(
    look: Look, page: SectionPage, groups: Sequence[ItemList], newest: date | None
) -> list[ItemList]:
    """The lists with the entries that no ordinary link leads to, where such stand between their rows and are newer."""
    if page.document is None or newest is None or (look.today - newest).days <= look.limits.sure_days:
        return []
    places = {group.place for group in groups} - {0}
    fetched = look.fetched_day(page.page)
    plain = plain_lists(page.document, look.today, fetched, scripted=False, beside=places)
    rows = {
        group.place: group.items
        for group in plain
        if group.place in places and any(item.day and newest < item.day <= look.today for item in group.items)
    }
    more = [replace(group, items=(*group.items, *rows.get(group.place, ()))) for group in groups]
    return more if rows else []


async def _fetched_lists(look: Look, page: SectionPage) -> tuple[list[ItemList], Page | None]:
    """The lists of a section whose page holds none: from its frames, then from its script's own interface."""
    assert page.document is not None
    limit = look.limits.interfaces_per_section
    for url in [url for url in frames(page.document) if same_site(url, look.home)][:limit]:
        answer = await look.page(url, "section", page.page.final_url)
        if meaning(answer) is Meaning.READ:
            groups = [group for group in look.lists(open_document(answer), answer) if not group.aside]
            if any(group.dated or len(group.items) > 1 for group in groups):
                return groups, answer
    return await interface_lists(look, page.document, page.page)


async def interface_lists(look: Look, document: Document, page: Page) -> tuple[list[ItemList], Page | None]:
    """The lists that a page's own interfaces bring, and the answer that brought them."""
    undated: tuple[list[ItemList], Page | None] = [], None
    for url in interfaces(document)[: look.limits.interfaces_per_section]:
        answer = await look.page(url, "data", page.final_url)
        if meaning(answer) is Meaning.READ:
            text, _ = decode(answer.body, answer.headers.get("content-type", ""))
            groups = response_lists(text, document.url, look.today, look.fetched_day(answer))
            groups = [group for group in groups if not group.aside]
            if any(group.dated for group in groups):
                return groups, answer
            if groups and not undated[0]:
                undated = groups, answer
    return undated


def _rows_without_links(look: Look, page: SectionPage, *, scripted: bool) -> list[ItemList]:
    """The page's entries that no ordinary link leads to; none where its text shows it to be one of fixed content."""
    document = page.document
    if document is None or is_static(page.link.name) or document.tree.css_first("form textarea") is not None:
        return []
    if says_empty(document):
        return []
    groups = plain_lists(document, look.today, look.fetched_day(page.page), scripted=scripted)
    rows = sum(len(item.row_text) for group in groups for item in group.items)
    return groups if _own_text(document) - rows <= _STATIC_TEXT else []


def _says_no_records(markup: str) -> bool:
    """Whether the page's list of records says itself that it holds none."""
    totals = set(_TOTAL_RECORD.findall(markup))
    return totals == {"0"} and "<record>" not in markup


def _other_years(look: Look, document: Document) -> bool:
    """Whether the page leads to the section's other years: it may have carried information in those."""
    return any(_YEAR.fullmatch(link.label) and same_site(link.url, look.home) for link in document.links)


def _shows_no_entry(page: SectionPage) -> bool:
    """Whether the page shows the frame of a list without an entry: an empty element, a pager of nothing, a header alone."""
    document = page.document
    assert document is not None
    if _EMPTY_LIST.search(document.markup) or _NO_ENTRIES.search(document.head_text):
        return True
    if _LOOK_UP.search(page.link.name):
        return False
    return any(_header_alone(table) for table in document.tree.css("table")[:_MAX_TABLES])


def _header_alone(table: LexborNode) -> bool:
    rows = table.css("tr")[:2]
    if len(rows) != 1 or rows[0].css_first("input, select, button, a, table") is not None:
        return False
    names = [fold(cell.text(deep=True)[:40]) for cell in rows[0].css("th, td")[:20]]
    return (
        len(names) > 1
        and all(len(name) <= 10 for name in names)
        and any(_TITLE_COLUMN.search(name) for name in names)
        and any(_DAY_COLUMN.search(name) for name in names)
    )


def _owes_a_list(page: SectionPage, facts: SectionFacts, site: SitePages) -> bool:
    """Whether a list must stand in the section or below it: a page of text in its place does not show it updated."""
    return facts.section_class in _UPDATED and not is_static(page.link.name) and not site.children(page)


def _own_text(document: Document) -> int:
    """How much text stands outside the links."""
    return len(document.body_text) - sum(len(link.text) + 1 for link in document.links)


def _state_without_items(page: SectionPage, facts: SectionFacts, site: SitePages) -> tuple[SectionState, str]:
    """Empty only where the page says so itself, or where a list must stand and nothing else explains its absence."""
    document = page.document
    assert document is not None
    if _says_no_records(document.markup):
        return SectionState.EMPTY, ""
    if (
        renders_by_template(document)
        or filling_texts(document) - site.idle_scripts
        or hidden_records(document)
        or hidden_markup(document)
    ):
        return SectionState.SCRIPT_ONLY, ""
    if document.tree.css_first("form textarea") is not None:
        return SectionState.STATIC, ""
    own_text = _own_text(document)
    fillers = possible_fillers(document) - site.idle_scripts
    if says_empty(document) and own_text <= _STATIC_TEXT:
        # Many a script finds such words in the place that it fills.
        return (SectionState.SCRIPT_ONLY if fillers else SectionState.EMPTY), ""
    if filling_files(document) - site.idle_scripts:
        return SectionState.SCRIPT_ONLY, ""
    if is_static(page.link.name) or own_text > _STATIC_TEXT or site.children(page):
        return SectionState.STATIC, ""
    if frames(document):
        return SectionState.UNREAD, "内容在框架页中"
    must_list = facts.section_class in _LIST_CLASSES or page.update_days is not None
    if not must_list and _shows_no_entry(page) and not filling_texts(document):
        return _blank_or_not(page, site, bool(fillers))
    if publication_day(document, site.today, site.today) is not None:
        return SectionState.STATIC, ""
    if not must_list:
        beside = site.documents_beside(page)
        blank = (
            len(beside) >= SHARED_ON
            and not fillers
            and not own_content(document, page.link.name, beside, anything=True)
        )
        return (SectionState.EMPTY if blank else SectionState.STATIC), ""
    if any(group.heading and site.headings[group.heading] < SHARED_ON for group in page.lists if group.dated):
        return SectionState.UNREAD, "只见推荐类列表"
    # What stands on no page with a list of its own may bring this page's, whatever its name.
    return _blank_or_not(page, site, bool(fillers))


def _blank_or_not(page: SectionPage, site: SitePages, fillers: bool) -> tuple[SectionState, str]:
    if fillers:
        return SectionState.SCRIPT_ONLY, ""
    assert page.document is not None
    own = own_content(page.document, page.link.name, site.documents_beside(page))
    return (SectionState.STATIC, f"没有列表，但有{own}") if own else (SectionState.EMPTY, "")
