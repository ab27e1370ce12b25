"""What every step of a survey shares: the page source, the bounds, the monitoring day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
import yaml

from include.inspection.extract.article import publication_day
from include.inspection.extract.data_lists import embedded_lists
from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList, find_lists
from include.inspection.extract.page_links import PageLink, page_links
from include.inspection.extract.personal_data import mask_numbers
from include.inspection.extract.redirects import leads_on, may_lead_on
from include.inspection.extract.sections import same_site
from include.inspection.facts import PageContent, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.model import Site
from include.inspection.survey.page_content import PageKind, page_content
from include.inspection.times import beijing

log = structlog.get_logger("inspection.survey")


_MOST_STEPS = 3
LIMITS_FILE = Path(__file__).resolve().parents[2] / "rules" / "survey.yaml"


class PageSource(Protocol):
    """Where pages come from: the network (fetch.client.LivePages) or evidence (fetch.client.StoredPages).

    ``live`` is True over the network: only then the survey writes its log, which belongs to the fetch task.
    """

    live: bool

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page: ...

    async def wait(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class SurveyLimits:
    """How much of a site is looked at; see include/rules/survey.yaml."""

    home_tries: int
    home_wait_seconds: float
    sections: int
    articles_per_list: int
    home_articles: int
    home_frames: int
    interfaces_per_section: int
    questions: int
    channel_pages: int
    documents: int
    guides: int
    guide_folders: int
    list_pages: int
    activity_days: int
    sure_days: int
    stale_days: int
    home_links: int
    other_links: int
    link_tries: int
    link_wait_seconds: float
    controls: int
    alike_hosts: int
    alike_percent: float

    @classmethod
    def load(cls, path: Path = LIMITS_FILE) -> SurveyLimits:
        values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        names = {item.name for item in fields(cls)}
        for name in sorted(names ^ set(values)):
            problem = "缺少" if name in names else "多出"
            raise ValueError(f"{path.name}：{problem}字段 {name}")
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 1:
                raise ValueError(f"{path.name} 字段 {name}，值“{value}”：请填不小于 1 的数")
        return cls(**values)


@dataclass
class Look:
    """What every step of one survey shares."""

    site: Site
    source: PageSource
    limits: SurveyLimits
    today: date  # the monitoring day in Beijing
    home: str
    contents: dict[str, PageContent] = field(default_factory=dict)  # of the pages that were read, by address
    known: dict[str, Page] = field(default_factory=dict)  # every page that was asked for, without its body
    page_links: dict[tuple[str, PageKind], list[PageLink]] = field(
        default_factory=dict
    )  # of the pages that were read

    async def page(self, url: str, role: str, referer: str | None = None) -> Page:
        """One page of the site, remembered by its address."""
        page = await self.source.get(url, role=role, referer=referer or self.home)
        self.known[url] = replace(page, body=b"")
        return page

    async def landed(self, url: str, role: str, first: Page | None = None) -> Page:
        """The page at which a visitor of ``url`` arrives, also where a page on the way only leads on.

        ``first`` is the page at ``url``, where it was fetched already.
        """
        page = first or await self.page(url, role)
        for _ in range(_MOST_STEPS):
            may = meaning(page) is Meaning.READ and may_lead_on(page.body)
            target = leads_on(open_document(page)) if may else ""
            if not target or target in (url, page.url, page.final_url):
                break
            page = await self.page(target, role, page.final_url)
        return page

    def read(self, page: Page, kind: PageKind) -> Document:
        """The page as a document; its links, and what it says beside its lists, are noted once."""
        return self.note(open_document(page), page, kind)

    def note(self, document: Document, page: Page, kind: PageKind) -> Document:
        """As ``read``, for a page whose document was made already."""
        if not same_site(document.url, self.home):
            return document
        known = self.contents.get(document.url)
        if known is None:
            self.contents[document.url] = page_content(self.site, document, page, kind, self.today)
        elif known.kind == "detail" and kind in ("guide", "message"):
            # An entry of a list was opened for its date before it was known for what it is.
            self.contents[document.url] = known.of_kind(kind)
        if (document.url, kind) not in self.page_links:
            self.page_links[document.url, kind] = page_links(document)
        return document

    def say(self, text: str, **fields: Any) -> None:
        """One line of the site's log."""
        if self.source.live:
            log.info(mask_numbers(text), **fields)

    def fetched_day(self, page: Page) -> date:
        return beijing(page.fetched_at).date()

    def lists(self, document: Document, page: Page) -> list[ItemList]:
        fetched = self.fetched_day(page)
        return find_lists(document, self.today, fetched) + embedded_lists(document, self.today, fetched)


def section_key(url: str) -> str:
    """One address for what is one page: scheme, www and index.html do not tell sections apart."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default)\.\w{2,5}$", "", parts.path).rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}"


def open_document(page: Page) -> Document:
    return Document(page.body, page.headers.get("content-type", ""), page.final_url or page.url)


async def article_day(look: Look, url: str) -> date | None:
    """The day on which the article at ``url`` says it was published; None where it cannot be read."""
    if not same_site(url, look.home):
        return None
    page = await look.page(url, "article")
    if meaning(page) is not Meaning.READ:
        return None
    return publication_day(look.read(page, "detail"), look.today, look.fetched_day(page))
