"""The guides of a site: from the entries of its service sections, over pages that only lead on, to what each guide says."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bs4 import BeautifulSoup

from include.inspection.extract.guide_elsewhere import leads_on, parts_by_script, parts_in_file, pictured
from include.inspection.extract.guide_tables import matters
from include.inspection.extract.guide_words import ELEMENTS, says
from include.inspection.extract.guides import Guide, read_guide
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item
from include.inspection.extract.sections import is_matter, may_lead_to_section, same_site
from include.inspection.facts import GuideFacts, Seen, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_pages import idle_scripts, on_most

GUIDE = re.compile(r"(指南|办理|申请|申领|登记|核发|许可|备案|审批|办事|变更|注销|认定|补办|领取|证)")
#: What an office tells about its services is no guide to one.
_REPORT = re.compile(r"^关于|的?(?:通知|公告|公示|通告|通报|意见|函|批复|解读|名单)$|召开|举办|开展|推进")
#: A page leads on where it lists so many entries that no page before it did.
_FEWEST_ENTRIES, _FEWEST_REPORTS = 2, 5
_DEEPEST = 3
_NAME = range(2, 21)
_NO_FOLDER = re.compile(r"^(?:上一|下一|首页|返回|打印|关闭|更多|登录|注册|搜索|下载|网站地图|English)")
_MAX_MARKUP = 500_000
#: What a link to a guide says instead of the matter's name.
_NAMELESS = re.compile(r"(?:办事|服务)?指南|查看(?:详情|指南)?|详情|(?:在线|网上)?办理|进入")


@dataclass
class Catalogue:
    """What was found: guides as far as they were opened, how many matters there are, how many entries may be some."""

    guides: list[GuideFacts] = field(default_factory=list)
    total: int = 0
    unsure: int = 0


@dataclass(frozen=True)
class _Folder:
    """A page that lists entries, of matters and of others."""

    rows: dict[str, Item]
    others: dict[str, Item]


async def walk(
    look: Look,
    sections: Sequence[SectionPage],
    rows: dict[str, Item],
    others: dict[str, Item],
    pages: Sequence[SectionPage],
) -> Catalogue:
    """Opens the entries of the service sections, ``rows`` named like matters and ``others``, and what lies behind those
    that only lead on, as far as the limits go."""
    walker = _Walker(look, sections, pages)
    walker.known |= {*rows, *others}
    found = Catalogue()
    if not rows:
        others = walker.own_links(sections) | others
    budget = look.limits.guides
    folders = look.limits.guide_folders
    for depth in range(_DEEPEST + 1):
        chosen = list(rows.values())[: max(0, budget - len(found.guides))]
        opened = await asyncio.gather(*(walker.open(row, sure=True) for row in chosen))
        left = len(rows) - len(chosen)
        found.guides += [one for one in opened if isinstance(one, GuideFacts)]
        further = list(others.values())
        room = max(budget - len(found.guides), 0)
        tried = further[: min(room, folders) if depth else room]
        folders -= len(tried) if depth else 0
        looked = await asyncio.gather(*(walker.open(row, sure=False) for row in tried))
        found.guides += [one for one in looked if isinstance(one, GuideFacts)]
        found.total += left + sum(isinstance(one, GuideFacts) for one in [*opened, *looked])
        found.unsure += sum(one is None for one in looked)
        found.unsure += len(further) - len(tried) - _reports_among(further, tried, looked, sections)
        rows, others = {}, {}
        for one in [*opened, *looked]:
            if isinstance(one, _Folder):
                rows |= one.rows
                others |= one.others
        rows = {url: row for url, row in rows.items() if url not in walker.opened}
        others = {url: row for url, row in others.items() if url not in walker.opened and url not in rows}
        if not rows and not others:
            break
    else:
        found.total += len(rows)
        found.unsure += len(others)
    if not found.guides and not found.total:
        found.guides = [guide for item in sections for guide in walker.on_page(item)]
        found.total = len(found.guides)
        found.guides = found.guides[:budget]
    return found


def _reports_among(
    rows: Sequence[Item],
    tried: Sequence[Item],
    looked: Sequence[GuideFacts | _Folder | bool | None],
    sections: Sequence[SectionPage],
) -> int:
    """How many of the rows that were not tried are reports: those with a day in a list of which a few were tried and none is
    a guide."""
    list_of = {
        row.url: (n, m)
        for n, item in enumerate(sections)
        for m, group in enumerate(item.lists)
        for row in group.items
        if row.day is not None
    }
    guides = {list_of.get(row.url) for row, one in zip(tried, looked, strict=True) if one is not False}
    reports = Counter(list_of[row.url] for row in tried if row.url in list_of)
    return sum(
        reports[place] >= _FEWEST_REPORTS and place not in guides
        for row in rows[len(tried) :]
        if (place := list_of.get(row.url)) is not None
    )


def _matter_of(row: Item) -> str:
    """The name of a row's matter: its link's words, or what stands in its row beside a link that says 办事指南."""
    if not _NAMELESS.fullmatch(row.title):
        return row.title
    words = [one for one in row.row_text.split() if re.search(r"[\u4e00-\u9fff]{3}", one)]
    return max((one for one in words if not _NAMELESS.fullmatch(one)), key=len, default=row.title)


class _Walker:
    """What is known while the entries of a site are opened."""

    def __init__(self, look: Look, sections: Sequence[SectionPage], pages: Sequence[SectionPage]) -> None:
        self._look, self._pages = look, pages
        self._idle = idle_scripts(pages)
        self._menu = on_most(pages)
        self._around = next((item.document for item in sections if item.document is not None), None)
        self.known: set[str] = {item.link.url for item in pages}
        self.opened: set[str] = set()

    def own_links(self, sections: Sequence[SectionPage]) -> dict[str, Item]:
        """What the pages of the service sections lead to beside the site's menu."""
        found: dict[str, Item] = {}
        for item in sections:
            if item.document is not None:
                own = section_key(item.page.final_url)
                found |= {
                    url: row for url, row in self._entries(item.document).items() if section_key(url) != own
                }
        return found

    def _entries(self, document: Document) -> dict[str, Item]:
        return {
            link.url: Item(link.label, link.url, None)
            for link in document.links
            if len(link.label) in _NAME
            and section_key(link.url) not in self._menu
            and may_lead_to_section(link.url, self._look.home)
            and not _NO_FOLDER.search(link.label)
        }

    async def open(self, row: Item, *, sure: bool) -> GuideFacts | _Folder | bool | None:
        """What stands behind an entry: its guide, a page that leads on, False where it certainly is no guide, None where
        that cannot be told. ``sure``: the entry's title names a matter."""
        self.opened.add(row.url)
        row = replace(row, title=_matter_of(row))
        page = await self._look.page(row.url, "guide")
        facts = GuideFacts(row.title, None, Seen.on(page))
        if meaning(page) is Meaning.GONE:
            return False
        if meaning(page) is not Meaning.READ:
            return replace(facts, reason=outcome_text(page)) if sure else None
        if not same_site(page.final_url, self._look.home) and not sure:
            return None
        document = open_document(page)
        around = self._around
        guide = read_guide(document.markup, row.title, around.body_text if around else "")
        if guide.few and not guide.apart and (folder := self._folder(document, page)):
            return folder
        if sure or (guide.is_guide and not _REPORT.search(row.title)):
            return self._facts(row, self._look.read(page, "guide"), guide, Seen.on(page))
        return False if row.day is not None and not guide.labels else None

    def _folder(self, document: Document, page: Page) -> _Folder | None:
        lists = self._look.lists(document, page)
        here = {
            item.url: item
            for group in lists
            if not group.aside
            for item in group.items
            if same_site(item.url, self._look.home) and item.url not in self.known
        }
        here |= {
            url: item
            for url, item in self._entries(document).items()
            if url not in self.known and url not in here and url != document.url
        }
        rows = {url: item for url, item in here.items() if GUIDE.search(item.title) or is_matter(item.title)}
        others = {url: item for url, item in here.items() if url not in rows and item.day is None}
        if len(rows) < _FEWEST_ENTRIES and len(others) < _FEWEST_ENTRIES:
            return None
        self.known |= {*rows, *others}
        return _Folder(rows, others)

    def on_page(self, item: SectionPage) -> list[GuideFacts]:
        """The matters that stand in a wide table on the section's own page."""
        if item.document is None:
            return []
        soup = BeautifulSoup(item.document.markup[:_MAX_MARKUP], "lxml")
        seen, found = Seen.on(item.page), []
        rows = matters(soup)
        other = next(
            (one.document for one in self._pages if one.document is not None and one is not item), None
        )
        beside = read_guide(item.document.markup, "", other.body_text if other else "") if rows else None
        for name, row, leads in rows:
            if leads or beside is None:
                found.append(GuideFacts(name, None, seen, reason="事项在表格中一行，另有链接或图片，未计"))
                continue
            said = {
                (one, unsure)
                for names, unsure, content in row
                if any(says(one, content) is not False for one in names)
                for one in names
            }
            present = {one for one, unsure in said if one not in unsure}
            outside = (
                beside.present | beside.doubtful | beside.named - {n for names, _, _ in row for n in names}
            )
            doubtful = ({one for one, _ in said} | outside) - present
            found.append(
                GuideFacts(
                    name,
                    tuple(one for one in ELEMENTS if one not in present | doubtful),
                    seen,
                    doubtful=tuple(one for one in ELEMENTS if one in doubtful),
                )
            )
        return found

    def _facts(self, row: Item, document: Document, guide: Guide, seen: Seen) -> GuideFacts:
        facts = GuideFacts(row.title, None, seen)
        if not guide.understood:
            return replace(facts, reason="页面里没有可识别的办事指南要素")
        lacking = [*guide.missing, *guide.unsure]
        if lacking and parts_by_script(document, guide, self._idle):
            return replace(facts, reason="办事指南的部分要素可能由脚本生成，未计")
        if lacking and parts_in_file(document, row.title):
            return replace(facts, reason="办事指南的部分要素可能在附件、框架或图片中，未计")
        if guide.few and guide.missing and leads_on(document, self._around, guide):
            return replace(facts, reason="页面只有简短说明，另有链接、附件或图片，未计")
        if lacking and pictured(document, self._around):
            return replace(facts, reason="办事指南的部分要素可能在图片中，未计")
        unknown = guide.unknown if guide.missing else ()
        self._look.say(
            f"办事指南《{row.title[:30]}》：缺 {len(guide.missing)} 类要素"
            + (f"（{'、'.join(guide.missing)}）" if guide.missing else "")
            + (f"，不能确定：{'、'.join(guide.unsure)}" if guide.unsure else "")
            + (f"，未识别的小标题：{'、'.join(unknown[:6])}" if unknown else ""),
            url=row.url,
            missing=guide.missing,
        )
        return replace(
            facts,
            missing=tuple(guide.missing),
            vague=guide.vague,
            unknown=unknown,
            doubtful=tuple(guide.unsure),
        )
