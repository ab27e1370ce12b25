"""A home page that is made of frames (frameset), read as the one page that its visitors see."""

from __future__ import annotations

from html import escape

from include.inspection.extract.data_lists import brings_news
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document
from include.inspection.extract.sections import same_site
from include.inspection.facts import meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.look import Look, open_document

#: A frame of a frameset may be a frameset again.
_DEPTH = 2
_MAX_ADDRESSES = 20_000


async def framed_home(look: Look, document: Document) -> tuple[Document, bool]:
    """The home page with the pages of its frames in their places, and whether a frame may hold what was not read.

    A page without a frameset is given back as it is.
    """
    if document.tree.css_first("frameset") is None:
        return document, False
    inner: list[Document] = []
    unread = await _collect(look, document, inner, _DEPTH)
    return (_combined(document, inner), unread) if inner else (document, True)


async def _collect(look: Look, document: Document, inner: list[Document], depth: int) -> bool:
    unread = False
    for url in frames(document):
        if not brings_news(url):
            continue
        if not same_site(url, look.home) or len(inner) >= look.limits.home_frames:
            unread = True
            continue
        page = await look.page(url, "section", look.home)
        if meaning(page) is not Meaning.READ:
            unread = unread or meaning(page) is not Meaning.GONE
            continue
        found = open_document(page)
        if found.tree.css_first("frameset") is None:
            inner.append(found)
        elif depth > 1:
            unread = await _collect(look, found, inner, depth - 1) or unread
        else:
            unread = True
    return unread


def _combined(document: Document, inner: list[Document]) -> Document:
    tags = "".join(
        f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in document.meta.items()
    )
    bodies = []
    for one in inner:
        for node in one.tree.css("[href], [src]")[:_MAX_ADDRESSES]:
            for name in ("href", "src"):
                if (value := node.attributes.get(name)) and (url := one.absolute(value)):
                    node.attrs[name] = url
        body = one.tree.body
        bodies.append(f"<div>{body.inner_html if body is not None else ''}</div>")
    markup = f"<html><head><title>{escape(document.title)}</title>{tags}</head><body>{''.join(bodies)}</body></html>"
    return Document(markup.encode("utf-8", "replace"), "text/html; charset=utf-8", document.url)
