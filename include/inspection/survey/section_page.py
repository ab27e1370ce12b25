"""A section's page on its way from the page source to facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList
from include.inspection.extract.sections import SectionLink
from include.inspection.facts import meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document
from include.inspection.survey.pieces import with_units


@dataclass
class SectionPage:
    """``document`` is None where the page could not be read; ``update_days`` is the office's own duty.

    ``shown``: every entry of the page by address or title, those of the template included. ``brought``: the answer that
    brought a piece of the page.
    """

    link: SectionLink
    page: Page
    update_days: int | None = None
    document: Document | None = None
    lists: list[ItemList] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
    brought: Page | None = None


async def read_section(look: Look, link: SectionLink, page: Page, update_days: int | None) -> SectionPage:
    """A section's page with its document and lists, where it was read."""
    item = SectionPage(link, page, update_days)
    if meaning(page) is Meaning.READ:
        document, item.brought = await with_units(look, open_document(page))
        item.document = look.note(document, page, "list")
        item.lists = look.lists(item.document, page)
        item.shown = frozenset(row.url or row.title for group in item.lists for row in group.items)
    return item
