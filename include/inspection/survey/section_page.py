"""A section's page on its way from the page source to facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList
from include.inspection.extract.sections import SectionLink
from include.inspection.fetch.page import Page


@dataclass
class SectionPage:
    """``document`` is None where the page could not be read; ``update_days`` is the office's own duty.

    ``shown``: every entry of the page by address or title, those of the template included.
    """

    link: SectionLink
    page: Page
    update_days: int | None = None
    document: Document | None = None
    lists: list[ItemList] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
