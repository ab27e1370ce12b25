"""What every page must carry: the footer items and page tags of 国办发〔2017〕47号, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from include.inspection.extract.footer import footer_items
from include.inspection.extract.html import Document
from include.inspection.extract.tags import TagState, page_tags
from include.inspection.facts import PageMarks, Seen
from include.inspection.look import Look
from include.inspection.section_page import SectionPage


def page_marks(look: Look, home: Document, home_seen: Seen, pages: Sequence[SectionPage]) -> list[PageMarks]:
    """The marks of the home page, then those of every section page that was read."""
    marks = [_marks(look, home, "home", home_seen)]
    marks += [
        _marks(look, page.document, "list", Seen.on(page.page)) for page in pages if page.document is not None
    ]
    return marks


def _marks(look: Look, document: Document, kind: str, seen: Seen) -> PageMarks:
    footer = footer_items(document, look.site.site_code)
    tags = page_tags(document, "home" if kind == "home" else "list", registered_code=look.site.site_code)
    return PageMarks(
        seen=seen,
        footer_missing=tuple(footer.missing),
        # A footer that stands in a frame or a script of another address was not seen.
        footer_seen=not footer.elsewhere,
        tags_wrong=tuple(f"{tag.name}（{_STATES[tag.state]}）" for tag in tags if tag.state in _STATES),
    )


_STATES = {
    TagState.MISSING: "缺少",
    TagState.EMPTY: "为空",
    TagState.PLACEHOLDER: "未填写",
}
