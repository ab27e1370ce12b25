"""Whether what a footer calls 网站导航 is the site's map: a page that lists its sections beside its menu."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from include.inspection.extract.html import Document
from include.inspection.extract.sections import same_site
from include.inspection.facts import meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.section_page import SectionPage

_FEWEST = 4


async def look_at_site_map(look: Look, pages: Sequence[SectionPage]) -> None:
    """Opens the page that a footer calls 网站导航, the home page's first. Where it is a map the footers that lead to it lack none;
    where it is none they do; where it could not be read that stays open."""
    named = sorted(
        (content.kind != "home", address, content.marks.map_link)
        for address, content in look.contents.items()
        if content.marks.map_link
    )
    if not named:
        return
    url = named[0][2]
    if not same_site(url, look.home) or section_key(url) == section_key(look.home):
        _settle(look, url, False)
        return
    page = await look.landed(url, "section")
    if meaning(page) is Meaning.READ and same_site(page.final_url, look.home):
        _settle(look, url, _lists_sections(open_document(page), pages))
    elif meaning(page) is Meaning.GONE:
        _settle(look, url, False)


def _lists_sections(found: Document, pages: Sequence[SectionPage]) -> bool:
    """Whether at least half of the sections stand on a page more often than in the frame that all pages share."""
    own = section_key(found.url)
    others = [one.document for one in pages if one.document is not None and section_key(one.link.url) != own]
    sections = {section_key(one.link.url) for one in pages} - {own}
    here, frame = _addresses(found), _addresses(others[0]) if others else Counter[str]()
    listed = sum(here[key] > frame[key] for key in sections)
    return len(sections) >= _FEWEST and listed * 2 >= len(sections)


def _addresses(document: Document) -> Counter[str]:
    return Counter(section_key(link.url) for link in document.links)


def _settle(look: Look, url: str, is_map: bool) -> None:
    for address, content in look.contents.items():
        marks = content.marks
        if not marks.map_link or (is_map and section_key(marks.map_link) != section_key(url)):
            continue
        missing = tuple(name for name in marks.footer_missing if not is_map or name != "site_map")
        look.contents[address] = replace(content, marks=replace(marks, footer_missing=missing, map_link=""))
