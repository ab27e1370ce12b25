"""What one page of a site says beside its lists: its marks, its wording, what it hides or gives away.

Every page that a survey looks at passes here once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from include.inspection.extract.backdating import backdating_signals
from include.inspection.extract.domain import host_of, without_www
from include.inspection.extract.footer import FooterItems, footer_items
from include.inspection.extract.hidden_links import hidden_links
from include.inspection.extract.html import Document, fold
from include.inspection.extract.page_signs import page_signs
from include.inspection.extract.personal_data import personal_data
from include.inspection.extract.tags import PageTag, TagState, hosts_named, page_tags
from include.inspection.extract.wording import wording_errors
from include.inspection.facts import ArticleFacts, PageContent, PageMarks, Seen
from include.inspection.fetch.page import Page
from include.inspection.model import Site

PageKind = Literal["home", "list", "detail", "guide", "message"]

_TAGS_WRONG = {
    TagState.MISSING: "缺少",
    TagState.EMPTY: "为空",
    TagState.PLACEHOLDER: "未填写",
}
_SAYS = (TagState.OK, TagState.OTHER_CODE, TagState.OTHER_HOST)
_SHOWN_TIME = re.compile(
    r"(?:(?:发布|发稿|公开|公布|刊发)?(?:时间|日期)\s{0,2}[:：]|(?:提交|发布|发表|刊发)于\s{0,2}[:：]?)\s{0,4}(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s{0,3}\d{1,2}:\d{2}(?::\d{2})?)?)"
)
_ENTRY_TIME = "time.entry-date, time.published, time[pubdate], time[itemprop=datePublished]"
_FULL_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?")
_HEAD = 4_000


def page_content(site: Site, document: Document, page: Page, kind: PageKind, today: date) -> PageContent:
    """The content of one page that was read; ``today`` is the monitoring day in Beijing."""
    return PageContent(
        kind=kind,
        title=document.title,
        marks=_marks(site, document, page, kind),
        wordings=tuple(wording_errors(document)),
        hidden=tuple(hidden_links(document, (site.url,))),
        personal=tuple(personal_data(document, today)),
        signs=page_signs(document, home=kind == "home"),
        article=_article(document, page, today) if kind == "detail" else None,
    )


def _marks(site: Site, document: Document, page: Page, kind: PageKind) -> PageMarks:
    footer = footer_items(document, site.site_code)
    # Guides and messages are made by other systems; which tags they need, no text says.
    tags = (
        page_tags(document, kind, registered_code=site.site_code)
        if kind in ("home", "list", "detail")
        else []
    )
    codes = [tag.value for tag in tags if tag.state is TagState.OTHER_CODE]
    if footer.code_matches is False:
        codes.append(footer.site_code.value)
    return PageMarks(
        seen=Seen.on(page),
        footer_missing=tuple(footer.missing),
        # A footer that stands in a frame or a script of another address was not seen.
        footer_seen=not footer.elsewhere,
        tags_wrong=tuple(
            f"{tag.name}（{_TAGS_WRONG[tag.state]}）" for tag in tags if tag.state in _TAGS_WRONG
        ),
        other_codes=tuple(dict.fromkeys(codes)),
        code_shown=footer.site_code.present or any(tag.name == "SiteIDCode" and tag.value for tag in tags),
        report_code_other=footer.report_entry.value if footer.report_code_matches is False else "",
        codes=tuple(_codes(footer, tags)),
        domain=_domain(tags, document.url),
        map_link="" if footer.site_map.present else footer.navigation,
    )


def _domain(tags: Sequence[PageTag], url: str) -> str:
    """The host that the page's tag SiteDomain names, of several the page's own."""
    named = [
        host
        for tag in tags
        if tag.name == "SiteDomain" and tag.state in _SAYS
        for host in hosts_named(tag.value)
    ]
    own = without_www(host_of(url))
    return next((host for host in named if without_www(host) == own), named[0] if named else "")


def _codes(footer: FooterItems, tags: Sequence[PageTag]) -> Iterator[tuple[str, str]]:
    if footer.site_code.value:
        yield "页面底部", footer.site_code.value
    if footer.report_entry.value:
        yield "找错链接", footer.report_entry.value
    for tag in tags:
        if tag.name == "SiteIDCode" and tag.state in _SAYS:
            yield "SiteIDCode 标签", tag.value


def _article(document: Document, page: Page, today: date) -> ArticleFacts:
    shown = _time_shown(document)
    return ArticleFacts(
        url=page.final_url or page.url,
        title=document.title,
        time_shown=shown,
        time_full=_FULL_TIME.fullmatch(shown) is not None,
        signals=tuple(
            backdating_signals(document, today, last_modified=page.headers.get("last-modified", ""))
        ),
    )


def _time_shown(document: Document) -> str:
    """The publication time as a reader sees it: behind a label, or in the element that blogs mark as the entry's."""
    labelled = _SHOWN_TIME.search(document.head_text[:_HEAD])
    if labelled:
        return labelled[1]
    marked = document.tree.css_first(_ENTRY_TIME)
    return fold(marked.text(deep=True) or "")[:30] if marked is not None else ""
