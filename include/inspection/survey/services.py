"""The services of a site and the guides that stand on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence, Set
from dataclasses import replace

from include.inspection.extract.guides import Guide, parts_by_script, parts_in_file, read_guide
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item
from include.inspection.extract.sections import (
    is_matter,
    same_site,
)
from include.inspection.facts import GuideFacts, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.entries import NOT_CHANNEL, empty_sections, named_entries, other_entries
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_pages import idle_scripts

_SERVICE = re.compile(
    r"(办事|政务服务|服务指南|一网通办|在线服务|公共服务|便民服务|网上大厅|服务大厅|网上办|审批大厅|政务大厅|一窗|网上审批|行政审批服务)"
)
#: So many matters, of names so long, make a page one of services.
_LONGEST_MATTER, _FEW_MATTERS = 30, 3
_NO_MATTER = re.compile(r"公开|提案|建议|信访|投诉|舆情")
#: Hosts of the governments' service platforms.
_PLATFORM = re.compile(r"//[^/]*(?:zwfw|gjzwfw|zwdt|wsbs|ywtb)", re.IGNORECASE)
#: What an office tells about its services is no guide to one.
_REPORT = re.compile(r"^关于|的?(?:通知|公告|公示|通告|通报|意见|函|批复|解读|名单)$|召开|举办|开展|推进")
_GUIDE = re.compile(r"(指南|办理|申请|申领|登记|核发|许可|备案|审批|办事|变更|注销|认定|补办|领取|证)")


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
        works = False if item.link.url in empty else works
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
                if same_site(row.url, look.home) and _GUIDE.search(row.title):
                    rows.setdefault(row.url, row)
                elif same_site(row.url, look.home) and row.url not in articles:
                    others.setdefault(row.url, row)
                elif not same_site(row.url, look.home) and (
                    _GUIDE.search(row.title) or _SERVICE.search(row.title)
                ):
                    facts.guides_elsewhere = True
    chosen = list(rows.values())[: look.limits.guides]
    further = [row for url, row in others.items() if url not in rows]
    tried = further[: look.limits.guides - len(chosen)]
    idle = idle_scripts(pages)
    guides = await asyncio.gather(*(_open_guide(look, row, idle) for row in chosen))
    facts.guides = [guide for guide in guides if guide is not None]
    # Entries that turned out to be no guides do not count as matters.
    facts.guides_total = len(rows) - (len(chosen) - len(facts.guides)) if rows else None
    found = await asyncio.gather(*(_open_entry(look, row, idle) for row in tried))
    more = [guide for guide in found if isinstance(guide, GuideFacts)]
    facts.guides += more
    facts.guides_unsure = len(further) - len(tried) + sum(guide is None for guide in found)
    if more:
        facts.guides_total = (facts.guides_total or 0) + len(more)


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


async def _open_entry(look: Look, row: Item, idle: frozenset[str]) -> GuideFacts | bool | None:
    """What an entry of a service section is whose title does not name a matter: its guide, where the page has a guide's
    labels; False where it certainly is none; None where that cannot be told."""
    page = await look.page(row.url, "guide")
    if meaning(page) is Meaning.GONE:
        return False
    if meaning(page) is not Meaning.READ or not same_site(page.final_url, look.home):
        return None
    document = open_document(page)
    guide = read_guide(document.markup, row.title)
    if guide.is_guide and not _REPORT.search(row.title):
        return _guide_facts(look, row, look.read(page, "guide"), guide, Seen.on(page), idle)
    return False if row.day is not None and not guide.labels else None


async def _open_guide(look: Look, row: Item, idle: frozenset[str]) -> GuideFacts | None:
    page = await look.page(row.url, "guide")
    facts = GuideFacts(row.title, None, Seen.on(page))
    if meaning(page) is Meaning.GONE:
        return None
    if meaning(page) is not Meaning.READ:
        return replace(facts, reason=outcome_text(page))
    document = look.read(page, "guide")
    return _guide_facts(look, row, document, read_guide(document.markup, row.title), Seen.on(page), idle)


def _guide_facts(
    look: Look, row: Item, document: Document, guide: Guide, seen: Seen, idle: frozenset[str]
) -> GuideFacts:
    facts = GuideFacts(row.title, None, seen)
    if guide.labels == 0:
        return replace(facts, reason="页面里没有可识别的办事指南要素")
    if guide.missing and parts_by_script(document, guide, idle):
        return replace(facts, reason="办事指南的部分要素可能由脚本生成，未计")
    if guide.missing and parts_in_file(document, row.title):
        return replace(facts, reason="办事指南的部分要素可能在附件、框架或图片中，未计")
    unknown = guide.unknown if guide.missing else ()
    look.say(
        f"办事指南《{row.title[:30]}》：缺 {len(guide.missing)} 类要素"
        + (f"（{'、'.join(guide.missing)}）" if guide.missing else "")
        + (f"，未识别的小标题：{'、'.join(unknown[:6])}" if unknown else ""),
        url=row.url,
        missing=guide.missing,
    )
    return replace(facts, missing=tuple(guide.missing), vague=guide.vague, unknown=unknown)
