"""The consultation channel with its messages, and the services with their guides."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import unquote

from include.inspection.extract.data_lists import brings_news, renders_by_template
from include.inspection.extract.frames import frames
from include.inspection.extract.guestbook import messages
from include.inspection.extract.guides import Guide, parts_by_script, parts_in_file, read_guide
from include.inspection.extract.html import Document, Link, fold
from include.inspection.extract.interaction import (
    AnswerPlace,
    Question,
    answer_place,
    has_form,
    question_of_item,
    question_of_page,
    table_rows,
    unanswered_beside,
    unlinked_rows,
)
from include.inspection.extract.lists import Item
from include.inspection.extract.script_links import script_links
from include.inspection.extract.sections import (
    declared_name,
    is_home,
    is_matter,
    may_lead_to_section,
    same_site,
)
from include.inspection.facts import GuideFacts, SectionState, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.paging import older_than, read_on
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.sections import interface_lists
from include.inspection.survey.site_pages import idle_scripts

#: An entry of the home page has a short name; footers, downloads and the page's own controls are none.
_MAX_ENTRY = 16
_MOST_BUTTONS = 40
_NO_ENTRY = re.compile(
    r"^(?:登录|注册|搜索|更多.*|more.*|RSS.*|.*备.*号.*|.*公网安备.*)$|地图|声明|版权|隐私", re.IGNORECASE
)
_OTHER_FORM = re.compile(r"依申请|申请公开|登录|注册|订阅")
_MESSAGE = re.compile(
    r"咨询|建议|留言|来信|写信|信件|意见|诉求|\b(?:message|mailbox|suggest\w*|feedback|comment|enquir\w+|inquir\w+)",
    re.IGNORECASE,
)
#: 网上信访 and 纪检举报 are channels of their own and do not count.
_CHANNEL = re.compile(
    r"(咨询|信箱|留言|问政|建言|写信|来信|互动交流|互动回应|政民互动|公众参与|交流互动|诉求|12345|网民|投诉建议|意见建议|"
    r"(?:民|众|百姓).{0,2}(?:声|意见|呼|诉|心声|热线|直通)|问答|问计|我[要想](?:说|问|提)|有话|倾听|献策|接诉)"
)
_NOT_CHANNEL = re.compile(r"(信访|举报|纪检|监察|找错|电子邮箱系统|邮箱登录)")
#: Names of pages that gather channels, and what else such a page may lead to.
_HUB = re.compile(
    r"^(?:政民|公众|交流|互动)?(?:互动交流|交流互动|互动回应|互动|公众参与)(?:平台|栏目|频道)?$"
)
_OTHER_INTERACTION = re.compile(r"访谈|问卷|联系(?:我们|方式|电话)")
_NO_MESSAGE = re.compile(
    r"问卷调查|调查问卷|在线访谈|征集.{0,12}意见|意见.{0,6}征集|征求.{0,30}意见的?(?:公告|通知|公示)?$"
)
_SERVICE = re.compile(
    r"(办事|政务服务|服务指南|一网通办|在线服务|公共服务|便民服务|网上大厅|服务大厅|网上办|审批大厅|政务大厅|一窗|网上审批|行政审批服务)"
)
#: So many matters, of names so long, make a page one of services.
_LONGEST_MATTER, _FEW_MATTERS = 30, 3
_BESIDE = 2
#: Hosts of the governments' service platforms.
_PLATFORM = re.compile(r"//[^/]*(?:zwfw|gjzwfw|zwdt|wsbs|ywtb)", re.IGNORECASE)
#: What an office tells about its services is no guide to one.
_REPORT = re.compile(r"^关于|的?(?:通知|公告|公示|通告|通报|意见|函|批复|解读|名单)$|召开|举办|开展|推进")
_GUIDE = re.compile(r"(指南|办理|申请|申领|登记|核发|许可|备案|审批|办事|变更|注销|认定|补办|领取|证)")


async def look_at_consultation(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> None:
    """Every channel with what is known of its working, and the public messages with their dates.

    ``articles`` are addresses of dated entries on the home page: reports about services and messages, no entries to them.
    """
    sections = [
        item
        for item in pages
        if item.link.section_class == "consultation" and not _NOT_CHANNEL.search(item.link.name)
    ]
    common = _on_most(pages)
    read = {item.link.url: item.document for item in sections if _HUB.match(item.link.name)}
    for link in _entries(home, _HUB, _NOT_CHANNEL):
        if link.url not in read and same_site(link.url, look.home):
            page = await look.landed(link.url, "section")
            read[link.url] = open_document(page) if meaning(page) is Meaning.READ else None
    empty = _empty_sections(facts)
    hubs = {url for url, document in read.items() if document and _leads_to_no_channel(document, common)}
    for item in sections:
        if item.link.url in hubs:
            continue
        works: bool | None = None
        if item.link.url in empty:
            works = False
        elif item.document is not None:
            works = (
                True
                if has_form(item.document) or any(group.items for group in item.lists if not group.aside)
                else None
            )
            facts.forms += has_form(item.document)
        elif meaning(item.page) is Meaning.GONE:
            works = False
        facts.channels.append((item.link.name, item.link.url, works))
    known = hubs | {url for _, url, _ in facts.channels}
    for link in _entries(home, _CHANNEL, _NOT_CHANNEL):
        if link.url not in known | articles:
            known.add(link.url)
            facts.channels.append((link.label[:20], link.url, None))
    # A channel may stand behind a menu entry of any name: 百姓热线 leads to letters and 我要写信.
    for item in pages:
        if item.document is not None and not _NOT_CHANNEL.search(item.link.name):
            listed = {row.url for group in item.lists for row in group.items if row.day is not None}
            for link in _entries(item.document, _CHANNEL, _NOT_CHANNEL):
                if link.url not in known | articles | listed and same_site(link.url, look.home):
                    known.add(link.url)
                    facts.channels.append((link.label[:20], link.url, None))
    for entry in script_links(home):
        if _CHANNEL.search(entry.label) and not _NOT_CHANNEL.search(entry.label):
            facts.channels.append((entry.label, entry.url or look.home, None))
    for node in home.tree.css("form input[type=submit], form input[type=button], form button")[
        :_MOST_BUTTONS
    ]:
        label = fold(node.text(deep=True) or node.attributes.get("value") or "")
        if 2 <= len(label) <= _MAX_ENTRY and _CHANNEL.search(label) and not _NOT_CHANNEL.search(label):
            facts.channels.append((label, look.home, None))
    if has_form(home) and not facts.channels:
        facts.channels.append(("首页表单", look.home, True))
    facts.forms += has_form(home)
    if not any(works is not False for _, _, works in facts.channels):
        await _search_for_channel(look, facts, pages, home, articles)

    elsewhere = {
        row.url
        for page in pages
        if page.link.section_class != "consultation"
        for group in page.lists
        for row in group.items
    }
    for item in sections:
        if item.document is not None:
            await _read_questions(look, facts, item, elsewhere)


def _empty_sections(facts: SiteFacts) -> Set[str]:
    """Addresses of the sections that certainly hold nothing: 建设中, 暂停受理."""
    return {
        section.url for section in facts.sections if section.state is SectionState.EMPTY and section.certain
    }


def _on_most(pages: Sequence[SectionPage]) -> frozenset[str]:
    """The addresses to which most section pages lead: the site's menu and foot."""
    read = [page.document for page in pages if page.document is not None]
    counted = Counter(url for document in read for url in {link.url for link in document.links})
    return frozenset(url for url, number in counted.items() if number * 2 > len(read))


def _leads_to_no_channel(document: Document, common: Set[str]) -> bool:
    """Whether a page that is named after interaction in general leads, by its own links, only to what is no channel."""
    if has_form(document) or frames(document) or renders_by_template(document) or script_links(document):
        return False
    own = [link.label for link in document.links if link.url not in common]
    return bool(own) and all(_NOT_CHANNEL.search(label) or _OTHER_INTERACTION.search(label) for label in own)


async def _search_for_channel(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> None:
    """Opens the other entries of the home page before a channel is said to be missing: it may have any name.

    A form that speaks of messages is a channel; any other form, and an entry that was not read, leave doubt.
    """
    read = {section_key(item.link.url): item for item in pages}
    if _invites_mail(home):
        facts.channels_unsure = "首页留有征求意见的电子邮箱"
    for item in read.values():
        if item.document is not None:
            listed = any(group.dated > 1 for group in item.lists if not group.aside)
            _note_form(facts, item.link.name, item.link.url, item.document, listed=listed)
    wanted = _other_entries(look, home, articles, set(read))
    opened = wanted[: look.limits.channel_pages]
    if len(wanted) > len(opened):
        facts.channels_unsure = f"首页还有{len(wanted) - len(opened)}个入口没有打开"
    found = await asyncio.gather(*(look.landed(url, "section") for url, _ in opened))
    for (url, label), page in zip(opened, found, strict=True):
        if meaning(page) is Meaning.READ:
            _note_form(facts, label, url, open_document(page))
        elif meaning(page) is not Meaning.GONE:
            facts.channels_unsure = f"首页的入口“{label}”未能打开"


def _invites_mail(document: Document) -> bool:
    """Whether the page asks for opinions by e-mail; whether that is a channel, people decide."""
    for node in document.tree.css("a[href^='mailto' i]")[:_MOST_BUTTONS]:
        around = node.parent.text(deep=True)[:200] if node.parent else ""
        if _MESSAGE.search(f"{around} {unquote(node.attributes.get('href') or '')[:500]}"):
            return True
    return False


def _note_form(facts: SiteFacts, label: str, url: str, document: Document, *, listed: bool = False) -> None:
    """``listed`` where the page is certainly a list of entries: no form hides in its frames."""
    label = label or declared_name(document) or document.title  # of a picture without a word
    if _NOT_CHANNEL.search(label) or _OTHER_FORM.search(label):
        return
    if _invites_mail(document):
        facts.channels_unsure = f"“{label[:20]}”的页面留有征求意见的电子邮箱"
    if not has_form(document):
        if not listed and (renders_by_template(document) or any(map(brings_news, frames(document)))):
            facts.channels_unsure = f"“{label[:20]}”的页面由脚本或框架组成"
        return
    if _CHANNEL.search(label) or _MESSAGE.search(document.head_text):
        facts.channels.append((label[:20], url, True))
    else:
        facts.channels_unsure = f"“{label[:20]}”的页面上有表单，看不出用途"


def _entries(home: Document, wanted: re.Pattern[str], unwanted: re.Pattern[str]) -> list[Link]:
    """Links of the home page by their names, without those to itself: a site may be named after its services."""
    return [
        link
        for link in home.links
        if len(link.label) <= 16
        and wanted.search(link.label)
        and not unwanted.search(link.label)
        and not (same_site(link.url, home.url) and is_home(link.url, home.url))
    ]


async def _read_questions(look: Look, facts: SiteFacts, item: SectionPage, elsewhere: Set[str]) -> None:
    """The messages of one channel, without what a hub shows of its other sections: surveys, interviews."""
    assert item.document is not None
    fetched = look.fetched_day(item.page)
    rows = [
        row
        for group in item.lists
        if not group.aside
        for row in group.items
        if (row.day or row.row_text) and row.url not in elsewhere and not _NO_MESSAGE.search(row.title)
    ]
    source: Page | None = None
    if not rows:
        # The letters may come by the section's own interface.
        groups, source = await interface_lists(look, item.document, item.page)
        rows = [row for group in groups for row in group.items if not _NO_MESSAGE.search(row.title)]
    if not rows:
        _note_letters(look, facts, item)
        return
    listed = _questions_of(look, None if source else item.document, rows[:200], fetched)
    sources = {question.url: source or item.page for question in listed}
    since = look.today - timedelta(days=look.limits.activity_days)
    enough = older_than(since)
    if not enough(rows):
        further = await read_on(look, item, enough, look.limits.list_pages, source=source)
        facts.questions_unread = facts.questions_unread or further.unread
        for page in further.pages:
            more = [
                row for row in page.items if row.url not in elsewhere and not _NO_MESSAGE.search(row.title)
            ]
            found_here = _questions_of(look, page.document, more[:200], look.fetched_day(page.page))
            listed += found_here
            sources |= {question.url: page.page for question in found_here}
    opened = await asyncio.gather(
        *(_open_question(look, question) for question in _to_open(listed, look.home, look.limits.questions))
    )
    settled = unanswered_beside([(question, place) for question, _, place in opened])
    by_url = {question.url: (question, seen) for question, (_, seen, _) in zip(settled, opened, strict=True)}
    found = [by_url[q.url][0] if q.url in by_url else q for q in listed]
    if not any(question.asked for question in found):
        return
    facts.question_lists += 1
    facts.questions.extend(found)
    for question in found:
        facts.question_seen[question.url] = (
            by_url[question.url][1] if question.url in by_url else Seen.on(sources[question.url])
        )


def _to_open(listed: Sequence[Question], home: str, most: int) -> list[Question]:
    """The messages whose own pages are opened: those of which the list tells too little, the undecided ones first, and
    where there are such, two that were answered, to see how the site shows its answers."""
    own = [question for question in listed if same_site(question.url, home)]
    undecided = [question for question in own if question.answered is None]
    answered = [question for question in own if question.answered]
    lacking = [question for question in own if question.answered is not None and not question.complete]
    beside = [question for question in answered if question.complete][:_BESIDE] if undecided else []
    return [*undecided[: most - len(beside)], *beside, *lacking][:most]


def _note_letters(look: Look, facts: SiteFacts, item: SectionPage) -> None:
    """The messages that lead to no pages of theirs, in a table or one below the other: the page tells all that there is."""
    assert item.document is not None
    fetched = look.fetched_day(item.page)
    found: list[Question] = []
    for n, (headers, cells) in enumerate(unlinked_rows(item.document)):
        title = next(
            (
                cell
                for header, cell in zip(headers, cells, strict=True)
                if cell and not re.search(r"日期|时间|状态|编号|序号", header)
            ),
            "",
        )
        row = Item(title, f"{item.page.final_url}#{n}", None, row_text=" ".join(cells))
        found.append(question_of_item(row, headers, cells, look.today, fetched))
    found = found or messages(item.document, look.today, fetched)
    if any(question.asked for question in found):
        facts.question_lists += 1
        facts.questions.extend(found)
        facts.question_seen |= {question.url: Seen.on(item.page) for question in found}


def _questions_of(
    look: Look, document: Document | None, rows: Sequence[Item], fetched: date
) -> list[Question]:
    cells = table_rows(document) if document is not None else {}
    return [question_of_item(row, *cells.get(row.url, ([], [])), look.today, fetched) for row in rows]


async def _open_question(look: Look, question: Question) -> tuple[Question, Seen, AnswerPlace | None]:
    page = await look.page(question.url, "question")
    if meaning(page) is not Meaning.READ:
        return question, Seen.on(page), None
    document, fetched = look.read(page, "message"), look.fetched_day(page)
    found = question_of_page(document, question, look.today, fetched)
    return found, Seen.on(page), answer_place(document, look.today, fetched)


async def look_at_services(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> None:
    """Entries to services, and the guides that stand on the site itself."""
    if not look.site.has_services:
        return
    sections = [item for item in pages if item.link.section_class == "service"]
    empty = _empty_sections(facts)
    for item in sections:
        works = True if item.document is not None else (False if meaning(item.page) is Meaning.GONE else None)
        works = False if item.link.url in empty else works
        facts.services.append((item.link.name, item.link.url, works))
    known = {url for _, url, _ in facts.services}
    for link in _entries(home, _SERVICE, _NOT_CHANNEL):
        if link.url not in known | articles:
            known.add(link.url)
            outside = not same_site(link.url, look.home)
            facts.services.append((link.label[:20], link.url, True if outside else None))
            facts.guides_elsewhere = facts.guides_elsewhere or outside

    if not any(works is not False for _, _, works in facts.services):
        facts.services_unsure = await _services_behind(look, pages, home, articles)

    rows: dict[str, Item] = {}
    others: dict[str, Item] = {}
    for item in sections:
        for group in item.lists:
            for row in group.items if not group.aside else ():
                if same_site(row.url, look.home) and _GUIDE.search(row.title):
                    rows.setdefault(row.url, row)
                elif same_site(row.url, look.home) and row.url not in articles:
                    others.setdefault(row.url, row)
                elif not same_site(row.url, look.home) and (
                    _GUIDE.search(row.title) or _SERVICE.search(row.title)
                ):
                    facts.guides_elsewhere = True
    chosen = list(rows.values())[: look.limits.guides]
    further = [row for url, row in others.items() if url not in rows]
    tried = further[: look.limits.guides - len(chosen)]
    idle = idle_scripts(pages)
    guides = await asyncio.gather(*(_open_guide(look, row, idle) for row in chosen))
    facts.guides = [guide for guide in guides if guide is not None]
    # Entries that turned out to be no guides do not count as matters.
    facts.guides_total = len(rows) - (len(chosen) - len(facts.guides)) if rows else None
    found = await asyncio.gather(*(_open_entry(look, row, idle) for row in tried))
    more = [guide for guide in found if isinstance(guide, GuideFacts)]
    facts.guides += more
    facts.guides_unsure = len(further) - len(tried) + sum(guide is None for guide in found)
    if more:
        facts.guides_total = (facts.guides_total or 0) + len(more)


async def _services_behind(
    look: Look, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> str:
    """Where services may stand behind an entry of another name; "" where every entry was read and none lists matters."""
    if any(_PLATFORM.search(link.url) for link in home.links):
        return "首页有政务服务平台的链接"
    if sum(link.url not in articles and is_matter(link.label) for link in home.links) >= _FEW_MATTERS:
        return "首页列有办事事项"
    looked = [(item.link.name, item.document) for item in pages if meaning(item.page) is not Meaning.GONE]
    left = _other_entries(look, home, articles, {section_key(item.link.url) for item in pages})
    opened = left[: look.limits.channel_pages]
    found = await asyncio.gather(*(look.landed(url, "section") for url, _ in opened))
    for (_, label), page in zip(opened, found, strict=True):
        if meaning(page) is not Meaning.GONE:
            looked.append((label, open_document(page) if meaning(page) is Meaning.READ else None))
    for label, document in looked:
        if document is None:
            return f"首页的入口“{label}”未能打开"
        links = document.links
        matters = sum(len(link.label) <= _LONGEST_MATTER and is_matter(link.label) for link in links)
        if matters >= _FEW_MATTERS or any(_PLATFORM.search(link.url) for link in links):
            return f"“{label}”的页面上有办事事项"
    return f"首页还有{len(left) - len(opened)}个入口没有打开" if len(left) > len(opened) else ""


def _other_entries(look: Look, home: Document, articles: Set[str], read: Set[str]) -> list[tuple[str, str]]:
    """(address, label) of the home page's entries whose pages were not read yet, one an address."""
    entries = [(link.url, link.label) for link in home.links if len(link.label) <= _MAX_ENTRY]
    entries += [(entry.url, entry.label) for entry in script_links(home) if entry.url]
    wanted = {
        section_key(url): (url, label)
        for url, label in entries
        if may_lead_to_section(url, look.home)
        and url not in articles
        and section_key(url) not in read
        and not _NO_ENTRY.search(label)
    }
    return list(wanted.values())


async def _open_entry(look: Look, row: Item, idle: frozenset[str]) -> GuideFacts | bool | None:
    """What an entry of a service section is whose title does not name a matter: its guide, where the page has a guide's
    labels; False where it certainly is none; None where that cannot be told."""
    page = await look.page(row.url, "guide")
    if meaning(page) is Meaning.GONE:
        return False
    if meaning(page) is not Meaning.READ or not same_site(page.final_url, look.home):
        return None
    document = open_document(page)
    guide = read_guide(document.markup, row.title)
    if guide.is_guide and not _REPORT.search(row.title):
        return _guide_facts(look, row, look.read(page, "guide"), guide, Seen.on(page), idle)
    return False if row.day is not None and not guide.labels else None


async def _open_guide(look: Look, row: Item, idle: frozenset[str]) -> GuideFacts | None:
    page = await look.page(row.url, "guide")
    facts = GuideFacts(row.title, None, Seen.on(page))
    if meaning(page) is Meaning.GONE:
        return None
    if meaning(page) is not Meaning.READ:
        return replace(facts, reason=outcome_text(page))
    document = look.read(page, "guide")
    return _guide_facts(look, row, document, read_guide(document.markup, row.title), Seen.on(page), idle)


def _guide_facts(
    look: Look, row: Item, document: Document, guide: Guide, seen: Seen, idle: frozenset[str]
) -> GuideFacts:
    facts = GuideFacts(row.title, None, seen)
    if guide.labels == 0:
        return replace(facts, reason="页面里没有可识别的办事指南要素")
    if guide.missing and parts_by_script(document, guide, idle):
        return replace(facts, reason="办事指南的部分要素可能由脚本生成，未计")
    if guide.missing and parts_in_file(document, row.title):
        return replace(facts, reason="办事指南的部分要素可能在附件、框架或图片中，未计")
    unknown = guide.unknown if guide.missing else ()
    look.say(
        f"办事指南《{row.title[:30]}》：缺 {len(guide.missing)} 类要素"
        + (f"（{'、'.join(guide.missing)}）" if guide.missing else "")
        + (f"，未识别的小标题：{'、'.join(unknown[:6])}" if unknown else ""),
        url=row.url,
        missing=guide.missing,
    )
    return replace(facts, missing=tuple(guide.missing), vague=guide.vague, unknown=unknown)
