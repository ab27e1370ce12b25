"""The entries of a home page by which channels and services are found."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from include.inspection.extract.data_lists import renders_by_template
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document, Link
from include.inspection.extract.interaction import has_form
from include.inspection.extract.script_links import script_links
from include.inspection.extract.sections import (
    is_article,
    is_home,
    may_lead_to_section,
    same_site,
)
from include.inspection.facts import SectionState, SiteFacts
from include.inspection.survey.look import Look, section_key
from include.inspection.survey.own_content import TEXT, own_content
from include.inspection.survey.section_page import SectionPage

#: An entry of the home page has a short name; footers, downloads and the page's own controls are none.
MAX_ENTRY = 16
_NO_ENTRY = re.compile(
    r"^(?:登录|注册|搜索|更多.*|more.*|RSS.*|.*备.*号.*|.*公网安备.*)$|地图|声明|版权|隐私", re.IGNORECASE
)
#: The controls of a list's pages.
PAGER = re.compile(
    r"[\d\s]{1,6}[条页]?|共?\d{1,6}[条页].{0,8}|[上下前后]一?页|[首尾末]页|[<>«»‹›]{1,2}|\.{3}|…"
)
#: Channels of their own, which do not count as consultation.
NOT_CHANNEL = re.compile(r"(信访|举报|纪检|监察|找错|电子邮箱系统|邮箱登录)")


def names_entry(label: str) -> bool:
    """Whether a label tells what stands behind it: 更多 does not."""
    return len(label) >= 2 and not _NO_ENTRY.search(label)


def empty_sections(facts: SiteFacts, pages: Sequence[SectionPage]) -> set[str]:
    """Addresses of the sections that certainly hold nothing and lead nowhere: 建设中, 暂停受理."""
    empty = {
        section.url for section in facts.sections if section.state is SectionState.EMPTY and section.certain
    }
    return {item.link.url for item in pages if item.link.url in empty and leads_nowhere(item, pages)}


def leads_nowhere(item: SectionPage, pages: Sequence[SectionPage]) -> bool:
    """Whether a page that was read has nothing of its own but text: no link, picture, file, form, frame or script's control."""
    if item.document is None or may_take(item.document):
        return False
    others = [page.document for page in pages if page.document is not None and page is not item]
    return own_content(item.document, item.link.name, others, anything=True) in ("", TEXT)


def may_take(document: Document) -> bool:
    """Whether a message may be written on the page, or where it leads by script or in a frame."""
    return bool(
        has_form(document)
        or frames(document)
        or renders_by_template(document)
        or any(not PAGER.fullmatch(entry.label) for entry in script_links(document))
    )


def named_entries(home: Document, wanted: re.Pattern[str], unwanted: re.Pattern[str]) -> list[Link]:
    """Links of the home page by their names, without those to itself: a site may be named after its services."""
    return [
        link
        for link in home.links
        if len(link.label) <= MAX_ENTRY
        and wanted.search(link.label)
        and not unwanted.search(link.label)
        and not is_article(link.url, link.label)
        and not (same_site(link.url, home.url) and is_home(link.url, home.url))
    ]


def other_entries(look: Look, home: Document, articles: Set[str], read: Set[str]) -> list[tuple[str, str]]:
    """(address, label) of the home page's entries whose pages were not read yet, one an address."""
    entries = [(link.url, link.label) for link in home.links if len(link.label) <= MAX_ENTRY]
    entries += [(entry.url, entry.label) for entry in script_links(home) if entry.url]
    wanted = {
        section_key(url): (url, label)
        for url, label in entries
        if may_lead_to_section(url, look.home)
        and url not in articles
        and section_key(url) not in read
        and not _NO_ENTRY.search(label)
    }
    return list(wanted.values())
