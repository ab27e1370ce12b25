"""The services of a site: where they stand, and the entries that lead to their guides."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence, Set

from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item
from include.inspection.extract.navigation import entries_beside
from include.inspection.extract.sections import (
    is_matter,
    same_site,
)
from include.inspection.facts import SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.catalogue import GUIDE, walk
from include.inspection.survey.entries import (
    NOT_CHANNEL,
    empty_sections,
    may_take,
    named_entries,
    other_entries,
)
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.own_content import own_content
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_pages import on_most

_SERVICE = re.compile(
    r"(办事|政务服务|服务指南|一网通办|在线服务|公共服务|便民服务|网上大厅|服务大厅|网上办|审批大厅|政务大厅|一窗|网上审批|行政审批服务)"
)
#: So many matters, of names so long, make a page one of services.
_LONGEST_MATTER, _FEW_MATTERS = 30, 3
_NO_MATTER = re.compile(r"公开|提案|建议|信访|投诉|舆情")
#: Hosts of the governments' service platforms.
_PLATFORM = re.compile(r"//[^/]*(?:zwfw|gjzwfw|zwdt|wsbs|ywtb)", re.IGNORECASE)


async def look_at_services(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> None:
    """Entries to services, and the guides that stand on the site itself."""
    if not look.site.has_services:
        return
    sections = [item for item in pages if item.link.section_class == "service"]
    empty = empty_sections(facts, pages)
    for item in sections:
        works = True if item.document is not None else (False if meaning(item.page) is Meaning.GONE else None)
        if item.link.url in empty or _leads_only_to(empty, item, pages, home):
            works = False
        facts.services.append((item.link.name, item.link.url, works))
    known = {url for _, url, _ in facts.services}
    for link in named_entries(home, _SERVICE, NOT_CHANNEL):
        if link.url not in known | articles:
            known.add(link.url)
            outside = not same_site(link.url, look.home)
            facts.services.append((link.label[:20], link.url, True if outside else None))
            facts.guides_elsewhere = facts.guides_elsewhere or outside

    if not any(works is not False for _, _, works in facts.services):
        facts.services_unsure = await _services_behind(look, pages, home, articles)

    rows: dict[str, Item] = {}
    others: dict[str, Item] = {}
    for item in sections:
        for group in item.lists:
            for row in group.items if not group.aside else ():
                if same_site(row.url, look.home) and GUIDE.search(row.title):
                    rows.setdefault(row.url, row)
                elif same_site(row.url, look.home) and row.url not in articles:
                    others.setdefault(row.url, row)
                elif not same_site(row.url, look.home) and (
                    GUIDE.search(row.title) or _SERVICE.search(row.title)
                ):
                    facts.guides_elsewhere = True
    catalogue = await walk(look, sections, rows, others, pages)
    facts.guides = catalogue.guides
    facts.guides_unsure = catalogue.unsure
    # Entries that turned out to be no guides do not count as matters.
    facts.guides_total = catalogue.total or (0 if rows else None)


def _leads_only_to(empty: Set[str], item: SectionPage, pages: Sequence[SectionPage], home: Document) -> bool:
    """Whether a page of services has nothing of its own and all that stands below it are sections that hold nothing."""
    others = [one.document for one in pages if one.document is not None and one is not item]
    if item.document is None or may_take(item.document) or own_content(item.document, item.link.name, others):
        return False
    own, common = section_key(item.link.url), on_most(pages)
    equals = {section_key(one.link.url) for one in pages if one.link.level == 1} - {own}
    below = [link for link in item.document.links if section_key(link.url) not in common]
    below += entries_beside(home, lambda url: section_key(url) == own, lambda url: section_key(url) in equals)
    return bool(below) and all(link.url in empty for link in below)


async def _services_behind(
    look: Look, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> str:
    """Where services may stand behind an entry of another name; "" where every entry was read and none lists matters."""
    if any(_PLATFORM.search(link.url) for link in home.links):
        return "首页有政务服务平台的链接"
    if _matters([link.label for link in home.links if link.url not in articles]) >= _FEW_MATTERS:
        return "首页列有办事事项"
    looked = [(item.link.name, item.document) for item in pages if meaning(item.page) is not Meaning.GONE]
    left = other_entries(look, home, articles, {section_key(item.link.url) for item in pages})
    opened = left[: look.limits.channel_pages]
    found = await asyncio.gather(*(look.landed(url, "section") for url, _ in opened))
    for (_, label), page in zip(opened, found, strict=True):
        if meaning(page) is not Meaning.GONE:
            looked.append((label, open_document(page) if meaning(page) is Meaning.READ else None))
    for label, document in looked:
        if document is None:
            return f"首页的入口“{label}”未能打开"
        links = document.links
        matters = _matters([link.label for link in links if len(link.label) <= _LONGEST_MATTER])
        if matters >= _FEW_MATTERS or any(_PLATFORM.search(link.url) for link in links):
            return f"“{label}”的页面上有办事事项"
    return f"首页还有{len(left) - len(opened)}个入口没有打开" if len(left) > len(opened) else ""


def _matters(labels: Sequence[str]) -> int:
    """How many matters are named, each once; what an office handles within itself is none."""
    return len({label for label in labels if is_matter(label) and not _NO_MATTER.search(label)})
