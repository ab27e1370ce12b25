"""The channels of consultation: by their names, else by what stands behind the other entries of the home page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence, Set
from functools import partial
from urllib.parse import unquote

from include.inspection.extract.data_lists import brings_news, renders_by_template
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document, Link, fold
from include.inspection.extract.interaction import (
    has_form,
)
from include.inspection.extract.lists import articles_of
from include.inspection.extract.navigation import entries_beside
from include.inspection.extract.script_links import script_links
from include.inspection.extract.sections import (
    declared_name,
    matters_of,
    same_site,
)
from include.inspection.facts import SiteFacts, meaning
from include.inspection.fetch.outcomes import Meaning
from include.inspection.survey.entries import (
    MAX_ENTRY,
    NOT_CHANNEL,
    PAGER,
    empty_sections,
    leads_nowhere,
    may_take,
    named_entries,
    other_entries,
)
from include.inspection.survey.look import Look, open_document, section_key
from include.inspection.survey.questions import read_questions
from include.inspection.survey.section_page import SectionPage
from include.inspection.survey.site_pages import on_most

_MOST_BUTTONS = 40
_OTHER_FORM = re.compile(r"依申请|申请公开|登录|注册|订阅")
_MESSAGE = re.compile(
    r"咨询|建议|留言|来信|写信|信件|意见|诉求|\b(?:message|mailbox|suggest\w*|feedback|comment|enquir\w+|inquir\w+)",
    re.IGNORECASE,
)
#: What channels are called.
_CHANNEL = re.compile(
    r"(咨询|信箱|留言|问政|建言|写信|来信|互动交流|互动回应|政民互动|公众参与|交流互动|诉求|12345|网民|投诉建议|意见建议|"
    r"(?:民|众|百姓).{0,2}(?:声|意见|呼|诉|心声|热线|直通)|问答|问计|我[要想](?:说|问|提)|有话|倾听|献策|接诉)"
)
#: No entry to a channel: what is apart from consultation, what counts the messages, what lets their readers in.
_NO_ENTRY = re.compile(rf"{NOT_CHANNEL.pattern}|统计$|(?:登录|登陆|注册)$")
#: Names of pages that gather channels, and what else such a page may lead to.
_HUB = re.compile(
    r"^(?:政民|公众|交流|互动)?(?:互动交流|交流互动|互动回应|互动|公众参与)(?:平台|栏目|频道)?$"
)
#: Calls for opinions: no consultation, but something may be proposed there.
_CALLS = re.compile(r"征集|征求意见")
#: Complaints about anything may be made there, not of discipline alone.
_COMPLAINT = re.compile(r"投诉(?!.*(?:纪检|监察|信访))")
_TELEPHONE = re.compile(r"12345|热线|电话")
_OTHER_INTERACTION = re.compile(r"访谈|问卷|调查|联系(?:我们|方式|电话)")


async def look_at_consultation(
    look: Look, facts: SiteFacts, pages: Sequence[SectionPage], home: Document, articles: Set[str]
) -> None:
    """Every channel with what is known of its working, and the public messages with their dates.

    ``articles`` are addresses of dated entries on the home page: reports about services and messages, no entries to them.
    """
    sections = [
        item
        for item in pages
        if item.link.section_class == "consultation" and not _NO_ENTRY.search(item.link.name)
    ]
    vain = _pages_in_vain(facts, pages)
    hubs, collecting = await _hubs_in_vain(look, pages, home, vain)
    if collecting:
        facts.channels_unsure = "互动类栏目只征集意见，是否属于咨询建言渠道需人工认定"
    for item in sections:
        if item.link.url in hubs:
            continue
        works: bool | None = None
        if item.link.url in vain:
            works = False
        elif item.document is not None:
            lists = any(group.items for group in item.lists if not group.aside)
            works = True if has_form(item.document) or lists else None
            facts.forms += has_form(item.document)
        facts.channels.append((item.link.name, item.link.url, works))
    vain_elsewhere = vain - {item.link.url for item in sections}
    for item in pages:
        if item.link.url in vain_elsewhere and _names_channel(item.link.name):
            facts.channels.append((item.link.name, item.link.url, False))
    known: set[str] = hubs | {url for _, url, _ in facts.channels}
    for link in named_entries(home, _CHANNEL, _NO_ENTRY):
        if link.url not in known | articles:
            known.add(link.url)
            facts.channels.append((link.label[:20], link.url, None))
    # A channel may stand behind a menu entry of any name: 百姓热线 leads to letters and 我要写信.
    for item in pages:
        if item.document is not None and not _NO_ENTRY.search(item.link.name):
            listed = {row.url for group in item.lists for row in group.items if row.day is not None}
            if item.link.section_class == "service":
                listed |= matters_of(item.document)
            for link in named_entries(item.document, _CHANNEL, _NO_ENTRY):
                if link.url not in known | articles | listed and same_site(link.url, look.home):
                    known.add(link.url)
                    facts.channels.append((link.label[:20], link.url, None))
    for entry in script_links(home):
        if _names_channel(entry.label):
            facts.channels.append((entry.label, entry.url or look.home, None))
    for node in home.tree.css("form input[type=submit], form input[type=button], form button")[
        :_MOST_BUTTONS
    ]:
        label = fold(node.text(deep=True) or node.attributes.get("value") or "")
        if 2 <= len(label) <= MAX_ENTRY and _names_channel(label):
            facts.channels.append((label, look.home, None))
    if has_form(home) and not facts.channels:
        facts.channels.append(("首页表单", look.home, True))
    facts.forms += has_form(home)
    if not any(works is not False for _, _, works in facts.channels):
        await _search_for_channel(look, facts, pages, home, articles)
        names = [
            *(item.link.name for item in pages),
            *(link.label for link in home.links if len(link.label) <= MAX_ENTRY),
        ]
        beside = next((name for name in names if _CHANNEL.search(name) and _NO_ENTRY.search(name)), "")
        if beside and not NOT_CHANNEL.search(beside):
            facts.channels_unsure = f"有“{beside}”，渠道可能在别处"

    elsewhere = {
        row.url
        for page in pages
        if page.link.section_class != "consultation"
        for group in page.lists
        for row in group.items
    }
    for item in sections:
        if item.document is not None and item.link.url not in hubs:
            await read_questions(look, facts, item, elsewhere)


def _names_channel(label: str) -> bool:
    return bool(_CHANNEL.search(label)) and not _NO_ENTRY.search(label)


def _pages_in_vain(facts: SiteFacts, pages: Sequence[SectionPage]) -> set[str]:
    """Addresses behind which nobody can write: dead pages, empty ones, those that give a telephone number alone."""
    gone = {item.link.url for item in pages if meaning(item.page) is Meaning.GONE}
    telephones = {
        item.link.url for item in pages if _TELEPHONE.search(item.link.name) and leads_nowhere(item, pages)
    }
    return gone | telephones | empty_sections(facts, pages)


async def _hubs_in_vain(
    look: Look, pages: Sequence[SectionPage], home: Document, vain: Set[str]
) -> tuple[set[str], bool]:
    """Addresses of pages named after interaction in general that lead only to what is no channel, and whether one of them
    calls for opinions: something may be proposed there."""
    hubs = {item.link.url: item for item in pages if _HUB.match(item.link.name)}
    read: dict[str, tuple[Document | None, Set[str]]] = {
        url: (item.document, articles_of(item.lists)) for url, item in hubs.items()
    }
    by_key = {
        section_key(item.link.url): item for item in pages
    }  # of a section, by whatever name it was read
    for link in named_entries(home, _HUB, NOT_CHANNEL):
        if link.url not in read and same_site(link.url, look.home):
            if (under := by_key.get(section_key(link.url))) is not None:
                read[link.url] = under.document, articles_of(under.lists)
                continue
            page = await look.landed(link.url, "section")
            read[link.url] = (open_document(page) if meaning(page) is Meaning.READ else None), set()
    common = on_most(pages)
    first = {section_key(item.link.url) for item in pages if item.link.level == 1}
    calls = any(
        _CALLS.search(name) and url not in vain
        for name, url in [(item.link.name, item.link.url) for item in pages]
        + [(link.label, link.url) for link in home.links if len(link.label) <= MAX_ENTRY]
    ) or any(
        _CALLS.search(row.title)
        for item in pages
        if item.link.section_class in ("survey", "consultation")
        for group in item.lists
        for row in group.items
    )
    found: set[str] = set()
    collecting = False
    for url, (document, articles) in read.items():
        if document is None or may_take(document):
            continue
        own = section_key(url)
        entries = [link for link in document.links if section_key(link.url) not in common]
        entries += entries_beside(home, partial(_is_one_of, {own}), partial(_is_one_of, first - {own}))
        names = [link for link in entries if not _HUB.match(link.label)]
        # The entry may lead to the first of its sections. What is listed are interviews where the page or its own entry is
        # called so, else it may be letters.
        first_section = _OTHER_INTERACTION.search(declared_name(document))
        interviews = first_section or any(
            section_key(link.url) == own and _OTHER_INTERACTION.search(link.label) for link in names
        )
        if interviews:
            names = [
                link
                for link in names
                if link.url not in articles
                and (section_key(link.url) != own or _OTHER_INTERACTION.search(link.label))
                and not PAGER.fullmatch(link.label)
            ]
        if (names or first_section) and all(
            link.url in vain or _is_apart(link, pages) or _OTHER_INTERACTION.search(link.label)
            for link in names
        ):
            found.add(url)
            collecting = collecting or bool(first_section and calls)
    return found, collecting


def _is_apart(link: Link, pages: Sequence[SectionPage]) -> bool:
    """Whether an entry leads to petitions, discipline and the like. 投诉 may be consultation where a message may be written."""
    if not NOT_CHANNEL.search(link.label):
        return False
    documents = [item.document for item in pages if section_key(item.link.url) == section_key(link.url)]
    written = not documents or any(document is None or may_take(document) for document in documents)
    return not (_COMPLAINT.search(link.label) and written)


def _is_one_of(keys: Set[str], url: str) -> bool:
    return section_key(url) in keys


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
    # What was found in vain is not found anew.
    seen = set(read) | {section_key(link.url) for link in home.links}
    wanted = other_entries(look, home, articles, set(read))
    opened = wanted[: look.limits.channel_pages]
    if len(wanted) > len(opened):
        facts.channels_unsure = f"首页还有{len(wanted) - len(opened)}个入口没有打开"
    found = await asyncio.gather(*(look.landed(url, "section") for url, _ in opened))
    for (url, label), page in zip(opened, found, strict=True):
        if meaning(page) is Meaning.READ:
            document = open_document(page)
            _note_form(facts, label, url, document)
            further = named_entries(document, _CHANNEL, NOT_CHANNEL)
            facts.channels += [
                (link.label[:20], link.url, None) for link in further if section_key(link.url) not in seen
            ]
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
    if NOT_CHANNEL.search(label) and _COMPLAINT.search(label) and has_form(document):
        facts.channels_unsure = f"“{label[:20]}”的页面可以留言，是否属于咨询建言渠道需人工认定"
        return
    if NOT_CHANNEL.search(label) or _OTHER_FORM.search(label):
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
