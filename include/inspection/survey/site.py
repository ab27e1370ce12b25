"""Which pages of a site are looked at, and what they say.

The survey runs over a *page source*. Over the network it decides what is fetched; over stored evidence it takes the
same decisions from the same bytes, so a round that is judged again comes to the same facts.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from include.inspection.extract.data_lists import (
    filled_by_script,
    renders_by_template,
)
from include.inspection.extract.html import Document
from include.inspection.extract.lists import ItemList, articles_of
from include.inspection.extract.navigation import has_menu
from include.inspection.extract.redirects import client_redirect
from include.inspection.extract.script_links import script_links
from include.inspection.extract.sections import (
    SectionLink,
    classify,
    is_static,
    leads_to_section,
    same_site,
    section_links,
    sub_section_links,
)
from include.inspection.facts import Probe, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.model import Section, Site
from include.inspection.survey.consultation import look_at_consultation
from include.inspection.survey.content import look_at_content
from include.inspection.survey.entries import names_entry
from include.inspection.survey.home import https_refused, look_again_at_home
from include.inspection.survey.home_news import look_at_home_news
from include.inspection.survey.hosts import linked_hosts
from include.inspection.survey.links import check_links
from include.inspection.survey.look import Look, PageSource, SurveyLimits, open_document, section_key
from include.inspection.survey.pieces import whole_home
from include.inspection.survey.rendered import rendered
from include.inspection.survey.section_page import SectionPage, read_section
from include.inspection.survey.sections import judge_sections
from include.inspection.survey.services import look_at_services
from include.inspection.survey.site_pages import blocks_of
from include.inspection.times import beijing, utc_text

#: A page of no more text than this that speaks of maintenance shows nothing else.
_NOTICE = 400
_UNDER_MAINTENANCE = re.compile(
    r"(?:网站|本站|系统|平台|页面|服务器?)?(?:正在|正)?(?:进行)?(?:升级|维护|改版|改造|检修|建设)(?:与|和|及|、)?(?:升级|维护|改版|改造)?(?:工作)?中(?![华国央])"
    r"|(?:网站|本站|系统|平台)(?:临时|暂时|暂停|停止)(?:关闭|服务|访问|运行)"
)
_LETTERS = re.compile(r"[^\W\d_]")
_FIRST_TEXT, _FEW_LETTERS = 5_000, 40
_HAS_MOVED = re.compile(
    r"(?:网站|本站|平台|域名|网址|栏目).{0,30}?(?:迁移|搬迁|迁至|变更|更换|整合|关停|启用新)|新(?:网址|域名|地址|版网站|平台)"
)
#: A home page in a folder that has this many sections below it is a channel of its own.
_OWN_SECTIONS = 3
_SHORT_NAME = 8
#: Where the badges of the foot lead.
_NO_SECTION = re.compile(
    r"//(?:[\w.]*conac\.cn|zfwzgl\.www\.gov\.cn|pucha\.kaipuyun\.cn|[\w.]*beian\.(?:miit\.)?gov\.cn)[:/]"
)


async def survey(
    site: Site,
    registered: Sequence[Section],
    source: PageSource,
    limits: SurveyLimits,
    as_of: datetime,
    other_hosts: frozenset[str] = frozenset(),
) -> SiteFacts:
    """The facts of one site. ``other_hosts`` are the hosts of the other registered sites."""
    look = Look(site, source, limits, beijing(as_of).date(), site.url)
    facts, read = await overview(look, registered, other_hosts)
    if read is None:
        return facts
    await look_at_consultation(look, facts, read.pages, read.document, read.articles)
    await look_at_services(look, facts, read.pages, read.document, read.articles)
    await look_at_content(look, facts, read.pages, read.document)
    facts.linked_hosts = linked_hosts(read.document, facts.home, read.pages)
    last = await source.get(site.url, role="home", visit=limits.home_tries + 1)
    facts.probes.extend(_probes(last))
    await look_again_at_home(look, facts, read.home, read.document)
    await check_links(look, facts)
    return facts


@dataclass(frozen=True)
class Overview:
    """The pages behind the facts of an overview: the home page and those of the sections."""

    home: Page
    document: Document
    pages: Sequence[SectionPage]
    articles: set[str]


async def overview(
    look: Look, registered: Sequence[Section], other_hosts: frozenset[str] = frozenset()
) -> tuple[SiteFacts, Overview | None]:
    """Home page and sections of a site: what a survey begins with, and all that a daily patrol looks at."""
    site = look.site
    page, probes = await open_home(look)
    facts = SiteFacts(site.site_code, Seen.on(page), home_readable=False, listed=site.url, probes=probes)
    if meaning(page) is not Meaning.READ:
        facts.reason = outcome_text(page)
        facts.https = https_refused(page)
        look.say(f"首页未能读取：{facts.reason}", url=page.url, outcome=str(page.outcome))
        return facts, None
    host = urlsplit(page.final_url).netloc
    if not same_site(page.final_url, site.url) and host in other_hosts:
        facts.reason = f"首页转到了另一个已登记的网站 {host}"
        look.say(facts.reason, url=page.url, final_url=page.final_url)
        return facts, None
    look.home = page.final_url
    look.known |= dict.fromkeys((site.url, page.url, page.final_url), replace(page, body=b""))
    whole = await whole_home(look, open_document(page))
    document = whole.document
    facts.home_pieces = whole.pieces
    look.note(document, page, "home")
    if moved := _moved(document):
        facts.reason = moved
        look.say(facts.reason, url=page.url)
        return facts, None
    lists = look.lists(document, page)
    links, articles, own_path = site_links(look, document, lists)
    if not lists and not links and not registered and (shown := await rendered(look, page)):
        page, document = shown
        lists = look.lists(document, page)
        links, articles, own_path = site_links(look, document, lists)
    if not lists and not links and not registered:
        facts.reason = _why_unreadable(document)
        look.say(facts.reason, url=page.url)
        return facts, None
    facts.home_readable = True
    facts.home = Seen.on(page)
    facts.menu_unread = len(links) < _OWN_SECTIONS and any(
        not entry.url and classify(entry.label) != "other" for entry in script_links(document)
    )
    facts.navigation = navigation_of(links)
    pages = await _read_sections(look, links, registered, own_path)
    read = {section_key(one.link.url) for one in pages if one.document is not None}
    facts.home_unsure = (
        "首页有框架或拼入的部分未能读取" if whole.unread else _may_hide_links(document, lists, links, read)
    )
    facts.home_scripted = bool(facts.home_unsure)
    facts.blocks = {one.link.url: blocks_of(one) for one in pages if one.document is not None}
    facts.sections, dated = await judge_sections(look, pages)
    facts.items = [item for item, _ in dated.values()]
    facts.section_days = sorted(((day, item.title) for item, day in dated.values()), reverse=True)[:200]
    facts.home_filled = whole.unread
    await look_at_home_news(look, facts, page, document, lists, pages, dated)
    return facts, Overview(page, document, pages, articles)


def site_links(
    look: Look, document: Document, lists: Sequence[ItemList]
) -> tuple[list[SectionLink], set[str], str]:
    """(the home page's links to sections, its articles' addresses, the path below which the site's sections stand)."""
    links = section_links(document, home=look.home)
    if len(links) < _OWN_SECTIONS:
        links += _opened_by_script(look, document, {link.url for link in links})
    own_path = _own_path(look, links)
    # What the menu names is no article: its heading may stand above the rows of its block.
    dated = {row.url for group in lists for row in group.items if row.day is not None}
    menu = {link.url for link in links if link.level == 1 and link.section_class != "other"}
    articles = articles_of(lists) - (menu - dated)
    own = [
        link for link in links if link.url not in articles and urlsplit(link.url).path.startswith(own_path)
    ]
    return own, articles, own_path


def _opened_by_script(look: Look, document: Document, known: set[str]) -> list[SectionLink]:
    """The first-level sections of a site whose menu works by script."""
    return [
        SectionLink(entry.url, entry.label, classify(entry.label), 1)
        for entry in script_links(document)
        if entry.url not in known
        and len(entry.label) <= _SHORT_NAME
        and leads_to_section(entry.url, entry.label, document, look.home)
    ]


def navigation_of(links: Sequence[SectionLink]) -> str:
    """A digest of the sections to which a home page leads: where it changes, the site is to be surveyed anew."""
    return hashlib.sha256("\n".join(sorted({section_key(link.url) for link in links})).encode()).hexdigest()[
        :16
    ]


def _moved(document: Document) -> str:
    """What a home page says that only tells where the site has gone; "" for any other page."""
    text = f"{document.title} {document.body_text[:_NOTICE]}"
    match = _HAS_MOVED.search(text)
    short = len(document.body_text) <= _NOTICE and len(document.links) <= _OWN_SECTIONS
    return f"首页只有迁移公告：“{match[0]}”，请核对名单中的网址" if match and short else ""


def _why_unreadable(document: Document) -> str:
    notice = f"{document.title} {document.body_text[:_NOTICE]}"
    if len(document.body_text) <= _NOTICE and (match := _UNDER_MAINTENANCE.search(notice)):
        return f"首页只有维护公告：“{match[0]}”"
    if document.tree.css_first("frame[src], iframe[src]") is not None:
        return "首页由框架组成，内容不在首页中"
    if filled_by_script(document) or document.scripts:
        return "首页内容由脚本生成，未启用浏览器渲染"
    return "首页没有可读的内容"


def _may_hide_links(
    document: Document, lists: Sequence[ItemList], links: Sequence[SectionLink], read: Set[str]
) -> str:
    """Why the home page may lead to more than its markup names: templates, scripts, pictures without a name; "" if it may
    not. ``read`` are the sections whose pages were read."""
    if renders_by_template(document):
        return "首页由脚本生成部分内容"
    letters = _LETTERS.findall(document.body_text[:_FIRST_TEXT])
    if len(letters) >= _FEW_LETTERS and sum("\u4e00" <= one <= "\u9fff" for one in letters) * 4 < len(
        letters
    ):
        return "首页不是中文，栏目名称无法识别"
    if any(not entry.url and classify(entry.label) == "other" for entry in script_links(document)):
        return "首页有由脚本打开、看不出去向的入口"
    # A logo that leads home and an arrow beside a section's heading hide nothing.
    known = {section_key(link.url) for link in links} | {section_key(document.url)} | read
    known |= {section_key(link.url) for link in document.links if names_entry(link.label)}
    if any(
        not link.label and section_key(link.url) not in known and not _NO_SECTION.search(link.url)
        for link in document.links
    ):
        return "首页有只用图片、没有文字的链接"
    if not any(group.items for group in lists if not group.aside) and filled_by_script(document):
        return "首页由脚本生成部分内容"
    if (
        sum(link.level == 1 for link in links) < _OWN_SECTIONS
        and document.scripts
        and not has_menu(
            document, lambda link: leads_to_section(link.url, link.label, document, document.url)
        )
    ):
        return "首页上没有读到导航菜单，可能由脚本生成"
    return ""


def _own_path(look: Look, links: Sequence[SectionLink]) -> str:
    """The path below which the site's own sections stand; "/" unless the site is a channel on another site's host."""
    path = urlsplit(look.home).path
    path = path[: path.rfind("/") + 1] or "/"
    below = sum(urlsplit(link.url).path.startswith(path) for link in links)
    return path if below >= _OWN_SECTIONS else "/"


def _probes(page: Page) -> list[Probe]:
    """One probe a look at the home page: its last try, because the tries before it belong to the same look."""
    return [
        Probe(
            at=utc_text(page.fetched_at),
            opened=meaning(page) in (Meaning.READ, Meaning.GONE)
            and page.status is not None
            and page.status < 400,
            site_down=meaning(page) is Meaning.SITE_DOWN,
            outcome=str(page.outcome),
            seconds=page.seconds,
        )
    ]


async def open_home(look: Look) -> tuple[Page, list[Probe]]:
    """The home page, tried again while the site itself fails; pages that only lead on are followed."""
    probes: list[Probe] = []
    for visit in range(1, look.limits.home_tries + 1):
        if visit > 1:
            await look.source.wait(look.limits.home_wait_seconds)
        page = await look.source.get(look.site.url, role="home", visit=visit)
        probes.extend(_probes(page))
        if meaning(page) not in (Meaning.SITE_DOWN, Meaning.GONE):
            break
    for _ in range(3):
        if meaning(page) is not Meaning.READ:
            break
        target = client_redirect(open_document(page))
        if not target or target == page.final_url:
            break
        page = await look.source.get(target, role="home", referer=page.final_url)
    return page, probes


async def _read_sections(
    look: Look, links: Sequence[SectionLink], registered: Sequence[Section], own_path: str
) -> list[SectionPage]:
    """Section pages in two waves: what the home page leads to, then what those pages lead to."""
    by_url = {section_key(section.url): section for section in registered}
    chosen: dict[str, tuple[SectionLink, int | None]] = {}
    for section in registered:
        level = section.level or next(
            (link.level for link in links if section_key(link.url) == section_key(section.url)), 2
        )
        link = SectionLink(section.url, section.name, section.section_class, level, registered=True)
        chosen[section_key(section.url)] = (link, section.update_days)
    for link in links:
        if section_key(link.url) not in by_url:
            chosen.setdefault(section_key(link.url), (link, None))
    first = await _fetch_all(look, list(chosen.values()))

    found: dict[str, tuple[SectionLink, int | None]] = {}
    for item in first:
        if item.document is None or item.link.level != 1:
            continue
        if is_static(item.link.name):
            continue
        articles = articles_of(item.lists)
        for link in sub_section_links(item.document, home=look.home, level=2):
            key = section_key(link.url)
            if (
                key not in chosen
                and link.url not in articles
                and urlsplit(link.url).path.startswith(own_path)
            ):
                found.setdefault(section_key(link.url), (link, None))
    second = await _fetch_all(look, list(found.values()), look.limits.sections - len(first))
    return first + second


async def _fetch_all(
    look: Look, wanted: Sequence[tuple[SectionLink, int | None]], limit: int | None = None
) -> list[SectionPage]:
    # Sections that an indicator counts come first, in case a limit cuts the site short.
    ordered = sorted(
        wanted, key=lambda item: item[0].section_class == "other" and item[0].level > 1 and not item[1]
    )
    ordered = ordered[: max(0, look.limits.sections if limit is None else limit)]
    return list(await asyncio.gather(*(_fetch_section(look, link, duty) for link, duty in ordered)))


async def _fetch_section(look: Look, link: SectionLink, update_days: int | None) -> SectionPage:
    page = await look.landed(link.url, "section")
    return await read_section(look, link, page, update_days)
