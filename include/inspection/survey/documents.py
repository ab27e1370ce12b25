"""Samples of policy documents and interpretations, and the links between them (解读比例, 解读关联, 解读时限)."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from include.inspection.extract.html import Document, Link
from include.inspection.extract.issuers import names_other_source, reposted
from include.inspection.extract.sections import same_site
from include.inspection.facts import Interpretation, PolicyDocument, Seen, SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look
from include.inspection.survey.section_page import SectionPage

_NAMED = re.compile(r"《([^《》]{4,80})》")
_NOT_WORDS = re.compile(r"[\W_]+")
_TO_DOCUMENT = re.compile(r"原文|政策文件|相关文件|关联文件|文件链接|解读文件")
_TO_INTERPRETATION = re.compile(r"解读|图解|一图读懂|问答")
#: Appointments and the members of committees are announced in documents too; there is nothing to interpret.
_NO_POLICY = re.compile(r"任免|任职|免职|(?:调整|成立).{0,30}(?:成员|小组|机构|委员会)")
_SHORT = 6


@dataclass(frozen=True)
class _Row:
    title: str
    url: str
    day: date | None
    column: str = ""


@dataclass(frozen=True)
class _Read:
    row: _Row
    page: Page
    document: Document | None


async def look_at_documents(look: Look, facts: SiteFacts, pages: Sequence[SectionPage]) -> None:
    """Adds the sampled policy documents and interpretations, the newest of each, to ``facts``."""
    if look.site.kind == "other":
        return
    policies = _rows(look, pages, "policy")
    explained = _rows(look, pages, "interpretation")
    limit = look.limits.documents
    units = [name for name in (look.site.name, look.site.sponsor) if name]
    # Interpretation is owed for the unit's own documents, not for those that it reposts from above.
    issued = [row for row in policies if not reposted(row.title, row.column, units)]
    own = [row for row in issued if not _NO_POLICY.search(row.title)]
    sample, opened = await _sample(look, own, units)
    rest = [row for row in explained[:limit] if row.url not in opened]
    opened |= {
        row.url: read
        for row, read in zip(rest, await asyncio.gather(*(_read(look, row) for row in rest)), strict=True)
    }
    facts.documents = [
        PolicyDocument(read.row.title, Seen.on(read.page), read.row.day, _interpreted(read, explained))
        for read in sample
    ]
    elsewhere = sum(_names_other(opened[row.url], units) for row in own if row.url in opened)
    facts.documents_reposted = len(policies) - len(issued) + elsewhere
    found = await asyncio.gather(
        *(_interpretation(look, opened[row.url], policies, opened) for row in explained[:limit])
    )
    facts.interpretations = [item for item in found if item is not None]


async def _sample(
    look: Look, rows: Sequence[_Row], units: Sequence[str]
) -> tuple[list[_Read], dict[str, _Read]]:
    """The newest documents that could be read and whose pages name no other issuer, and every page that was opened."""
    limit = look.limits.documents
    sample: list[_Read] = []
    opened: dict[str, _Read] = {}
    for start in range(0, 2 * limit, limit):
        part = rows[start : start + limit]
        reads = await asyncio.gather(*(_read(look, row) for row in part))
        opened |= {row.url: read for row, read in zip(part, reads, strict=True)}
        sample += [read for read in reads if read.document is not None and not _names_other(read, units)]
        if len(sample) >= limit:
            break
    return sample[:limit], opened


def _names_other(read: _Read, units: Sequence[str]) -> bool:
    return read.document is not None and names_other_source(read.document, units)


def _rows(look: Look, pages: Sequence[SectionPage], section_class: str) -> list[_Row]:
    """The entries of the sections of one class, the newest first, those without a day after them."""
    rows: dict[str, _Row] = {}
    for page in pages:
        if page.link.section_class == section_class and page.document is not None:
            for group in page.lists:
                for item in group.items if not group.aside else ():
                    if (
                        item.url
                        and same_site(item.url, look.home)
                        and (item.day is None or item.day <= look.today)
                    ):
                        rows.setdefault(item.url, _Row(item.title, item.url, item.day, page.link.name))
    return sorted(rows.values(), key=lambda row: row.day or date.min, reverse=True)


async def _read(look: Look, row: _Row) -> _Read:
    page = await look.page(row.url, "article")
    read = meaning(page) is Meaning.READ and same_site(page.final_url, look.home)
    return _Read(row, page, look.read(page, "detail") if read else None)


def _interpreted(read: _Read, explained: Sequence[_Row]) -> bool | None:
    """Whether an interpretation names the document, or its own page leads to one; None where there are none to compare."""
    if any(_is_about(row.title, read.row.title) for row in explained):
        return True
    urls = {row.url for row in explained}
    if read.document is not None and any(
        link.url in urls or (_TO_INTERPRETATION.search(link.label) and _is_about(link.label, read.row.title))
        for link in read.document.links
    ):
        return True
    return False if explained else None


def _is_about(interpretation: str, document: str) -> bool:
    """Whether the title of an interpretation names the document: what stands in book-title marks, else the whole title."""
    whole = _squash(document)
    names = [_squash(name) for name in (*_NAMED.findall(interpretation), *_NAMED.findall(document))]
    if any(len(name) >= _SHORT and name in whole and name in _squash(interpretation) for name in names):
        return True
    return len(whole) >= _SHORT and whole in _squash(interpretation)


async def _interpretation(
    look: Look, read: _Read, policies: Sequence[_Row], opened: Mapping[str, _Read]
) -> Interpretation | None:
    document = read.document
    if document is None:
        return None
    target = next((row for row in policies if _is_about(read.row.title, row.title)), None)
    link = _link_to_document(document, read, {row.url for row in policies}, target)
    url = link.url if link else target.url if target else ""
    title = target.title if target else link.label if link else ""
    back = None
    if url and same_site(url, look.home):
        there = opened.get(url) or await _read(look, _Row(title, url, None))
        back = _links_back(there.document, read) if there.document is not None else None
    return Interpretation(
        title=read.row.title,
        seen=Seen.on(read.page),
        day=read.row.day,
        document=title,
        document_day=target.day if target else None,
        # Without a document named by its title nothing says that there is one to link to.
        forward=True if link else False if target or _NAMED.search(read.row.title) else None,
        back=back,
    )


def _link_to_document(
    document: Document, read: _Read, policies: set[str], target: _Row | None
) -> Link | None:
    """The link by which an interpretation leads to its document, outside what every page of the template repeats."""
    names = [_squash(name) for name in _NAMED.findall(read.row.title)]
    for link in document.links:
        if link.url == read.row.url:
            continue
        if target is not None and link.url == target.url:
            return link
        label = _squash(link.label)
        if any(len(name) >= _SHORT and name in label for name in names) and not _TO_INTERPRETATION.search(
            link.label
        ):
            return link
        if target is None and link.url in policies and _TO_DOCUMENT.search(link.label):
            return link
    return None


def _links_back(document: Document, read: _Read) -> bool:
    own = {read.row.url, read.page.final_url}
    names = [_squash(name) for name in _NAMED.findall(read.row.title)]
    title = _squash(read.row.title)
    for link in document.links:
        if link.url in own:
            return True
        label = _squash(link.label)
        named = label in title or any(len(name) >= _SHORT and name in label for name in names)
        if named and len(label) >= _SHORT and _TO_INTERPRETATION.search(link.label):
            return True
    return False


def _squash(text: str) -> str:
    """Words only: titles are broken into lines and set with other signs."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()
