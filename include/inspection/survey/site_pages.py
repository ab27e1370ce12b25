"""What is known of all section pages of a site together: the blocks of its template, its menus, its scripts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from include.inspection.extract.data_lists import possible_fillers
from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList
from include.inspection.extract.navigation import entries_beside, main_navigation, side_menus
from include.inspection.extract.sections import leads_to_section, sub_section_links
from include.inspection.survey.look import Look, section_key
from include.inspection.survey.section_page import SectionPage

#: A list that stands unchanged on this many section pages is a block of the template, not the section's own.
SHARED_ON = 3


@dataclass(frozen=True)
class Elsewhere:
    """What an earlier look knows of the site's section pages that are not looked at now: their addresses, and on how
    many of them each list stands."""

    urls: frozenset[str] = frozenset()
    blocks: Mapping[str, int] = field(default_factory=dict)


def blocks_of(page: SectionPage) -> tuple[str, ...]:
    """A digest of each list of a page as it was read."""
    return tuple(_digest(_signature(group)) for group in page.lists)


def _digest(signature: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(signature).encode("utf-8", "surrogatepass")).hexdigest()[:12]


class SitePages:
    """What is known of all section pages together."""

    def __init__(self, look: Look, pages: Sequence[SectionPage], elsewhere: Elsewhere) -> None:
        self._look, self._pages, self.today = look, pages, look.today
        self._elsewhere = elsewhere
        self.keys = {section_key(page.link.url) for page in pages} | {section_key(look.home)}
        self.keys |= {section_key(url) for url in elsewhere.urls}

    @cached_property
    def on_pages(self) -> Counter[tuple[str, ...]]:
        """On how many pages each list stands; pages of one text are one page under several addresses."""
        texts: set[str] = set()
        counted: Counter[tuple[str, ...]] = Counter()
        for page in self._pages:
            text = text_of(page)
            if text not in texts:
                texts.add(text)
                counted.update({_signature(group) for group in page.lists})
        for signature in counted if self._elsewhere.blocks else ():
            counted[signature] += self._elsewhere.blocks.get(_digest(signature), 0)
        return counted

    @cached_property
    def _texts(self) -> Counter[str]:
        """On how many addresses a text stands."""
        read = {section_key(page.page.final_url): text_of(page) for page in self._pages if page.document}
        return Counter(read.values())

    def stands_in_place_of(self, page: SectionPage) -> bool:
        """Whether something else answered in the section's place: one text under several addresses, without a link of
        the site, as guards and busy servers send it."""
        if page.document is None or self._texts[text_of(page)] < 2:
            return False
        own = section_key(page.page.final_url)
        return not any(section_key(link.url) in self.keys - {own} for link in page.document.links)

    @cached_property
    def headings(self) -> Counter[str]:
        """On how many pages a box beside the list is headed so."""
        return Counter(
            heading for page in self._pages for heading in {group.heading for group in page.lists} if heading
        )

    @cached_property
    def idle_scripts(self) -> frozenset[str]:
        return idle_scripts([replace(page, lists=self.own_lists(page)) for page in self._pages])

    def own_lists(self, page: SectionPage) -> list[ItemList]:
        """The page's lists without navigation and without blocks that the template repeats on other sections."""
        here = Counter(_signature(group) for group in page.lists)
        found = []
        for group in page.lists:
            signature = _signature(group)
            if group.aside or (self.on_pages[signature] >= SHARED_ON and here[signature] == 1):
                continue
            # 热点推荐 beside a list shows other sections' entries, unless the section itself is called so.
            if group.heading and page.link.name not in group.heading and group.heading not in page.link.name:
                continue
            # A lone link to another section took the day of what stands around it: a breadcrumb, a heading.
            alone = len(group.items) == 1
            items = tuple(
                item
                for item in group.items
                if section_key(item.url) not in self.keys or (item.day is not None and not alone)
            )
            if items:
                found.append(replace(group, items=items))
        return found

    def documents_beside(self, page: SectionPage) -> list[Document]:
        """The other section pages that were read."""
        own = section_key(page.page.final_url)
        return [
            other.document
            for other in self._pages
            if other.document is not None and section_key(other.page.final_url) != own
        ]

    def children(self, page: SectionPage) -> set[str]:
        """The other sections to which a first-level page leads as its own; empty for a section in a menu of equals."""
        if page.document is None or page.link.level != 1:
            return set()
        own = section_key(page.page.final_url)
        menus = {section_key(entry.link.url) for entry in side_menus(page.document) if entry.named}
        if own in menus:
            return set()
        links = sub_section_links(page.document, home=self._look.home, level=2)
        led_to = {section_key(link.url) for link in links} - self._menu_of_the_site(page.document)
        led_to |= self._drop_down(page.document, own) | self._shown_again(page.document)
        return led_to & self._second_level - {own}

    def _shown_again(self, document: Document) -> set[str]:
        """Where the page leads more often than most pages of the site do: what it shows beside the menu."""
        return {key for key, number in _keys(document).items() if number > self._mostly[key]}

    @cached_property
    def _mostly(self) -> dict[str, int]:
        """How often most pages lead to an address."""
        pages = [_keys(page.document) for page in self._pages if page.document is not None]
        known = {key for keys in pages for key in keys}
        return {key: Counter(keys[key] for keys in pages).most_common(1)[0][0] for key in known}

    def _menu_of_the_site(self, document: Document) -> set[str]:
        """What the page's navigation shares with those of most pages: no section is above all of it."""
        home = self._look.home
        entries = main_navigation(
            document, lambda link: leads_to_section(link.url, link.label, document, home)
        )
        return {section_key(entry.link.url) for entry in entries} & self._on_most

    @cached_property
    def _on_most(self) -> frozenset[str]:
        return on_most(self._pages)

    def _drop_down(self, document: Document, own: str) -> set[str]:
        """What stands with the section's own entry in the navigation, apart from the entries of its equals; nothing where the
        section is itself the first of the menu under its name."""
        first = {section_key(page.link.url) for page in self._pages if page.link.level == 1} - {own}
        beside = entries_beside(
            document, lambda url: section_key(url) == own, lambda url: section_key(url) in first
        )
        found = {section_key(link.url) for link in beside}
        return set() if own in found else found

    @cached_property
    def _second_level(self) -> set[str]:
        return {section_key(page.link.url) for page in self._pages if page.link.level > 1}


def on_most(pages: Sequence[SectionPage]) -> frozenset[str]:
    """Where most section pages lead: the site's menu and foot, by their keys."""
    documents = [page.document for page in pages if page.document is not None]
    counted = Counter(key for document in documents for key in _keys(document))
    return frozenset(key for key, number in counted.items() if number * 2 > len(documents))


def _keys(document: Document) -> Counter[str]:
    return Counter(section_key(link.url) for link in document.links)


def text_of(page: SectionPage) -> str:
    return re.sub(r"\d+", "", page.document.body_text) if page.document is not None else page.link.url


def _signature(group: ItemList) -> tuple[str, ...]:
    return tuple(item.url for item in group.items)


def idle_scripts(pages: Sequence[SectionPage]) -> frozenset[str]:
    """Scripts that stand also on pages whose list is in the markup: they bring no lists. ``pages`` hold their own lists."""
    found: set[str] = set()
    for page in pages:
        if page.document is not None and any(group.dated > 1 for group in page.lists):
            found |= possible_fillers(page.document)
    return frozenset(found)
