"""What the pages of a site say beside its lists: elements that must be there, releases, samples of articles."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import date

from include.inspection.extract.domain import domain_rules, name_in_head
from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList
from include.inspection.extract.sections import same_site
from include.inspection.extract.site_features import (
    AnnualReport,
    annual_reports,
    listed_reports,
    site_features,
)
from include.inspection.facts import SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.documents import look_at_documents
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_map import look_at_site_map

#: What a portal must offer, known by the label that leads to it.
_ELEMENTS = {
    "overview": r"概况|简介|[省市县区州旗]情|走进|印象",
    "functions": r"机构职能|机构设置|机构概况|机构信息|部门职[责能]|工作职[责能]|组织机构|政府机构|内设机构|主要职[责能]",
    "leaders": r"领导(?:之窗|信息|成员|班子|介绍|分工)?$|领导(?:之窗|信息|成员|班子|介绍|分工)|[市县区镇]长之窗",
    "catalogue": r"办事指南|服务事项|事项(?:目录|清单)|政务服务|网上办事|办事服务|办事大厅|一网通办",
    "apply": r"在线(?:申请|办理|申报|办事)|网上(?:办理|申报|申请|办事)|我要办|立即办理|一网通办|政务服务网",
    "message_statistics": r"(?:来信|留言|信件|咨询|诉求|互动|写信)[^，。]{0,6}统计|统计[^，。]{0,4}(?:来信|留言|信件)",
}
_LABELS = {name: re.compile(pattern) for name, pattern in _ELEMENTS.items()}
_ANY_LABEL = re.compile("|".join(_ELEMENTS.values()))
_LEADER_DETAILS = ("姓名", "简历", "分工")
_COUNTED_MESSAGES = re.compile(
    r"(?:收到|受理|来信|留言|办结|答复)(?:总数|总量|数量|信件|留言)?[^，。\d]{0,8}\d{1,7}\s?[件条封]"
)
_MAX_LABEL, _MAX_NAME = 20, 10
#: Columns of yearly reports that no menu names and that are opened for their rows.
_REPORT_COLUMNS = 2
_QUOTES = re.compile(r"[“”《》\"]")


async def look_at_content(look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document) -> None:
    """Adds to ``facts`` what the pages say beside their lists, after opening a sample of articles."""
    facts.features = site_features(home, look.today)
    facts.annual_reports = await _annual_reports(look, facts, pages, home)
    facts.domain = [
        *domain_rules([look.site.url, look.home], look.site.kind, site_code=look.site.site_code),
        name_in_head(home, look.site.name),
    ]
    facts.elements = elements_of(home, pages)
    await look_at_documents(look, facts, pages)
    await _sample_articles(look, facts)
    _know_by_section(look, pages)
    await look_at_site_map(look, pages)
    facts.contents = sorted(look.contents.values(), key=lambda item: (item.kind != "home", item.seen.url))


async def _annual_reports(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document
) -> list[AnnualReport]:
    """The yearly reports on the site, without the links to a column whose entries were read: these name the years."""
    open_ended = {section_key(section.url) for section in facts.sections if section.unread}
    found = {item.url: item for item in annual_reports(home, look.today)}
    columns: set[str] = set()

    def add(url: str, document: Document, lists: Sequence[ItemList]) -> None:
        rows = listed_reports(item for group in lists for item in group.items)
        held = [*annual_reports(document, look.today), *rows]
        found.update((item.url or item.title, item) for item in held)
        own = section_key(url)
        if own not in open_ended and any(item.year and section_key(item.url) != own for item in held):
            columns.add(own)

    for page in pages:
        if page.document is not None:
            add(page.link.url, page.document, page.lists)
    read = {section_key(page.link.url) for page in pages}
    unread = [item.url for item in found.values() if not item.year and section_key(item.url) not in read]
    for url in unread[:_REPORT_COLUMNS]:
        answer = await look.page(url, "list") if same_site(url, look.home) else None
        if answer is not None and meaning(answer) is Meaning.READ:
            document = open_document(answer)
            add(url, document, look.lists(document, answer))
    return [item for _, item in sorted(found.items()) if item.year or section_key(item.url) not in columns]


def _know_by_section(look: Look, pages: Sequence[SectionPage]) -> None:
    """Entries of services and consultation that were opened for their dates are guides and messages, no articles."""
    for page in pages:
        kind = {"service": "guide", "consultation": "message"}.get(page.link.section_class)
        for item in (item for group in page.lists for item in group.items) if kind else ():
            known = look.contents.get(item.url)
            if known is not None and known.kind == "detail" and kind:
                look.contents[item.url] = known.of_kind(kind)


def elements_of(home: Document, pages: Sequence[SectionPage]) -> dict[str, str]:
    """What of the things that a portal must offer is seen, by name; see ``SiteFacts.elements``."""
    found: dict[str, str] = {}
    for label, url in _labels(home, pages):
        if len(label) <= _MAX_LABEL and _ANY_LABEL.search(label) and not _QUOTES.search(label):
            for name, pattern in _LABELS.items():
                if name not in found and _names(pattern, label):
                    found[name] = f"“{label}” {url}"
    for page in pages:
        if page.document is None:
            continue
        text = page.document.body_text
        if _LABELS["leaders"].search(page.link.name):
            seen = [word for word in _LEADER_DETAILS if word in text]
            found["leader_details"] = "、".join(
                dict.fromkeys((*found.get("leader_details", "").split("、"), *seen))
            ).strip("、")
        if page.link.section_class == "consultation" and "message_statistics" not in found:
            match = _COUNTED_MESSAGES.search(text)
            if match and "统计" in text:
                found["message_statistics"] = f"“{match[0][:30]}” {page.link.url}"
    return found


def _names(pattern: re.Pattern[str], label: str) -> bool:
    """Whether a label names what ``pattern`` stands for; a title that only speaks of it goes on behind the word."""
    match = pattern.search(label)
    return match is not None and (len(label) <= _MAX_NAME or match.end() == len(label))


def _labels(home: Document, pages: Sequence[SectionPage]) -> Iterator[tuple[str, str]]:
    for link in home.links:
        yield link.label, link.url
    for page in pages:
        yield page.link.name, page.link.url
        if page.document is not None:
            yield from ((link.label, link.url) for link in page.document.links)


async def _sample_articles(look: Look, facts: SiteFacts) -> None:
    """Opens the newest articles of the site, for their tags, times and wording."""
    newest = sorted(facts.items, key=lambda item: (item.day or date.min, item.url), reverse=True)
    urls = [item.url for item in newest if item.url.startswith("http") and same_site(item.url, look.home)]
    wanted = [url for url in urls[: look.limits.documents] if url not in look.contents]
    await asyncio.gather(*(read_article(look, url) for url in wanted))


async def read_article(look: Look, url: str) -> Document | None:
    """The article at ``url``, or None where it could not be read or is on another site."""
    page = await look.page(url, "article")
    if meaning(page) is not Meaning.READ or not same_site(page.final_url, look.home):
        return None
    return look.read(page, "detail")
