"""Pages whose items only their scripts bring, read as a browser shows them, where one is set up (INSPECTION_BROWSER)."""

from __future__ import annotations

from dataclasses import replace

from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList
from include.inspection.facts import meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document
from include.inspection.survey.section_page import SectionPage

#: A number of its own, so that stored evidence tells a rendered page from the page as it was sent.
_VISIT = 90


async def rendered(look: Look, page: Page) -> tuple[Page, Document] | None:
    """A page after its scripts have run; None where rendering is off or failed."""
    found = await look.source.get(page.final_url, role="rendered", visit=_VISIT)
    if meaning(found) is not Meaning.READ:
        return None
    return found, open_document(found)


async def rendered_lists(look: Look, section: SectionPage) -> tuple[list[ItemList], Page | None]:
    """The lists that a section's scripts bring: those whose entries did not stand on the page as it was sent."""
    made = await rendered(look, section.page)
    if made is None:
        return [], None
    page, document = made
    groups = []
    for group in look.lists(document, page):
        items = tuple(item for item in group.items if (item.url or item.title) not in section.shown)
        if not group.aside and not group.heading and items:
            groups.append(replace(group, items=items))
    return [group for group in groups if len(group.items) > 1 or group.dated], page
