"""One site's visit of a day: the whole site now and then, on the other days what is due and what changed.

Facts come from the survey's own steps. What is not looked at today is taken over from the day before, with the day
on which it was looked at.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.daily.first_sight import Visit, by_section, note_home_items, note_items
from include.inspection.daily.register_look import look_of, opened, with_home
from include.inspection.daily.settings import Looks, WarningRules
from include.inspection.daily.source import PatrolPages
from include.inspection.daily.state import (
    HomeRecord,
    SectionRecord,
    SiteState,
    evidence_json,
    item_key,
    remembered,
)
from include.inspection.extract.html import Document
from include.inspection.extract.sections import SectionLink, same_site
from include.inspection.extract.wording import WordingError
from include.inspection.facts import (
    PageMarks,
    SectionFacts,
    SectionState,
    Seen,
    SiteFacts,
    meaning,
    outcome_text,
)
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import Page
from include.inspection.model import Section, Site
from include.inspection.survey.home_news import home_items
from include.inspection.survey.hosts import linked_hosts
from include.inspection.survey.look import Look, SurveyLimits, open_document, section_key
from include.inspection.survey.pieces import whole_home
from include.inspection.survey.section_page import SectionPage, read_section
from include.inspection.survey.sections import judge_sections
from include.inspection.survey.site import navigation_of, open_home, overview, site_links
from include.inspection.survey.site_pages import Elsewhere, blocks_of
from include.inspection.times import beijing, utc_text

#: Sections of these states are looked at again only with the whole site.
_FIXED = (SectionState.STATIC, SectionState.GONE)
#: The states that a section's own page can tell by itself on any day.
_TOLD_ALONE = (SectionState.DATED, SectionState.EMPTY, SectionState.UNDATED)
_MOST_LINKS = 300
_HOME_STATES = {Meaning.SITE_DOWN: "down", Meaning.GONE: "gone", Meaning.UNMEASURED: "unmeasured"}


class _Changed(Exception):
    """The site is not what it was: it must be surveyed as a whole."""


async def visit_site(
    site: Site,
    registered: Sequence[Section],
    known: SiteState | None,
    source: PatrolPages,
    limits: SurveyLimits,
    looks: Looks,
    rules: WarningRules,
    as_of: datetime,
    fingerprint: str,
    other_hosts: frozenset[str],
) -> Visit:
    """Visit one site. ``known`` is the state that the last sound day left of it, None on its first day."""
    today = beijing(as_of).date()
    look = Look(site, source, limits, today, site.url)
    if known is not None and known.fingerprint == fingerprint and not _survey_due(known, looks, today):
        try:
            visit = await _again(look, known, source, looks, rules, other_hosts)
        except _Changed as reason:
            look.say(f"{site.name}：{reason}，全站重新查看")
        else:
            return await _finish(look, visit, source, looks)
    source.forget()
    look = Look(site, source, limits, today, site.url)
    facts, read = await overview(look, registered, other_hosts)
    if read is not None:
        facts.linked_hosts = linked_hosts(read.document, facts.home, read.pages)
    facts.contents = [look.contents[url] for url in sorted(look.contents)]
    facts.contents.sort(key=lambda content: content.kind != "home")
    visit = await _from_survey(look, facts, known, fingerprint, source, looks)
    return await _finish(look, visit, source, looks)


def _survey_due(known: SiteState, looks: Looks, today: date) -> bool:
    if not known.readable or not known.surveyed_on:
        return True
    # Sites that began on one day are spread over a week.
    spread = zlib.crc32(known.site_code.encode()) % 7
    return (today - date.fromisoformat(known.surveyed_on)).days >= looks.survey_days - spread


# --- the whole site


async def _from_survey(
    look: Look,
    facts: SiteFacts,
    known: SiteState | None,
    fingerprint: str,
    source: PatrolPages,
    looks: Looks,
) -> Visit:
    site, today = look.site, look.today
    page = await source.get(site.url, role="home")
    home = _home_record(site, page)
    seen = remembered(known.seen, today - timedelta(days=looks.remember_days)) if known else {}
    register = look_of(facts, meaning(page), known.register if known else {})
    if not facts.home_readable:
        # What was known of the sections stands until the site can be read again.
        kept = known.sections if known and known.readable and home.state != "read" else []
        home.reason = facts.reason
        if home.state == "read":
            home.state = "unmeasured"
        state = SiteState(
            site.site_code, fingerprint, home, seen=seen, sections=list(kept), register=register
        )
        state.readable = False
        return Visit(state)
    state = SiteState(
        site.site_code,
        fingerprint,
        home,
        surveyed_on=today.isoformat(),
        navigation=facts.navigation,
        readable=True,
        seen=seen,
        pages=dict(source.pages),
        register=register,
    )
    home.alone = not facts.home_pieces
    _set_home(home, facts, today)
    finals = {url: one.url for url, one in source.pages.items()}
    for section in facts.sections:
        alone = section.url in finals and section.seen.url in (section.url, finals[section.url])
        state.sections.append(SectionRecord.of(section, today, alone=alone))
    for url, blocks in facts.blocks.items():
        if url in state.pages:
            state.pages[url].blocks = blocks
    visit = Visit(state)
    before = {section.url: section for section in known.sections} if known else {}
    note_items(visit, by_section(facts.sections, facts.items), before, today, looks)
    note_home_items(visit, facts, today, looks)
    for content in facts.contents:
        if content.kind in ("home", "list"):
            state.wording[content.seen.url] = _errors(content.wordings)
    document = open_document(page)
    _set_links(state, document, look.home if look.home != site.url else page.final_url, known)
    return visit


# --- what is due


async def _again(
    look: Look,
    known: SiteState,
    source: PatrolPages,
    looks: Looks,
    rules: WarningRules,
    other_hosts: frozenset[str],
) -> Visit:
    site, today = look.site, look.today
    if known.home.alone:
        source.ask_for_change.add(site.url)
    page, probes = await open_home(look)
    facts = SiteFacts(
        site.site_code, Seen.on(page), home_readable=meaning(page) is Meaning.READ, probes=probes
    )
    since = today - timedelta(days=looks.remember_days)
    state = replace(
        known,
        home=replace(known.home),
        sections=[replace(section) for section in known.sections],
        pages=dict(known.pages),
        seen=remembered(known.seen, since),
        wording=dict(known.wording),
        links={url: list(row) for url, row in known.links.items()},
    )
    visit = Visit(state)
    if not facts.home_readable:
        state.register = look_of(facts, meaning(page), known.register)
        fresh = _home_record(site, page)
        state.home = replace(
            known.home,
            state=fresh.state,
            outcome=fresh.outcome,
            reason=fresh.reason,
            checked_at=fresh.checked_at,
            evidence=fresh.evidence,
            changed=False,
        )
        return visit
    look.home = known.home.final_url or site.url
    if not source.unchanged(site.url, page) and page.final_url != look.home:
        raise _Changed(f"首页地址变为 {page.final_url[:100]}")
    chosen = _due_sections(known, looks, rules, today)
    _allow_questions(source, known, chosen, looks, rules, today)
    pages = await _read_due(look, source, state, chosen)
    sections, dated = await judge_sections(look, pages, _elsewhere(known, pages))
    _take_sections(state, pages, sections, source, known, today)
    before = {section.url: section for section in known.sections}
    note_items(visit, by_section(sections, [item for item, _ in dated.values()]), before, today, looks)
    for url, said in look.contents.items():
        state.wording[url] = _errors(said.wordings)

    if source.unchanged(site.url, page) and known.home.alone:
        state.register = opened(known.register)
        state.home = replace(
            known.home,
            state="read",
            outcome="ok",
            reason="",
            changed=False,
            checked_at=utc_text(page.fetched_at),
        )
        if page.evidence:
            state.home.evidence = evidence_json(page.evidence)
        return visit
    whole = await whole_home(look, open_document(page))
    document = look.note(whole.document, page, "home")
    lists = look.lists(document, page)
    links, _, _ = site_links(look, document, lists)
    again = date.fromisoformat(known.surveyed_on) + timedelta(days=looks.survey_again_days)
    navigation = navigation_of(links)
    if navigation != known.navigation and today >= again:
        raise _Changed("导航有变化")
    facts.sections = [_as_facts(section) for section in state.sections]
    content = look.contents.get(document.url)
    facts.contents = [content] if content else []
    known_days = {
        item.url: (replace(item, day=date.fromisoformat(day)), date.fromisoformat(day))
        for group in lists
        for item in group.items
        if (day := state.seen.get(item_key("list", item.url, item.title), ("", ""))[0])
    }
    await home_items(look, facts, lists, {**known_days, **dated})
    state.home = _home_record(site, page)
    state.home.alone = not whole.pieces
    _set_home(state.home, facts, today)
    note_home_items(visit, facts, today, looks)
    facts.linked_hosts = linked_hosts(document, facts.home, [])
    state.register = with_home(known.register, facts)
    state.wording[document.url] = _errors(content.wordings) if content else []
    _set_links(state, document, look.home, known)
    return visit


def _due_sections(known: SiteState, looks: Looks, rules: WarningRules, today: date) -> list[SectionRecord]:
    """Those near or past their duty, the empty ones, those not seen for a week, and at least a few."""
    due: list[SectionRecord] = []
    rest: list[SectionRecord] = []
    for section in known.sections:
        if section.state in _FIXED:
            continue
        looked = section.looked_day
        old = looked is None or (today - looked).days >= looks.section_days
        (due if old or _near(section, rules, today, looks.near_duty) else rest).append(section)
    rest.sort(key=lambda section: (section.looked_on, zlib.crc32(section.url.encode())))
    # An even share each day, so that not all of a site fall due together.
    share = -(-len(due + rest) // looks.section_days)
    wanted = max(looks.sections_at_least, share)
    return due + rest[: max(0, wanted - len(due))]


def _near(section: SectionRecord, rules: WarningRules, today: date, share: int) -> bool:
    duty = rules.duty(section.section_class, section.level, section.update_days)
    if section.state == SectionState.EMPTY:
        return True
    newest = section.newest_day
    return duty is not None and newest is not None and duty.share(newest, today) >= share


def _allow_questions(
    source: PatrolPages,
    known: SiteState,
    chosen: Sequence[SectionRecord],
    looks: Looks,
    rules: WarningRules,
    today: date,
) -> None:
    """Ask for changes alone where the page's own bytes tell everything and no breach rests on the answer."""
    for section in chosen:
        if section.alone and not section.future and not _near(section, rules, today, looks.ask_anew):
            source.ask_for_change.add(section.url)


async def _read_due(
    look: Look, source: PatrolPages, state: SiteState, chosen: Sequence[SectionRecord]
) -> list[SectionPage]:
    """The pages of the chosen sections that changed; the others are marked as looked at."""
    changed: list[SectionPage] = []
    today = look.today.isoformat()
    by_url = {section.url: section for section in state.sections}
    for section in chosen:
        page = await look.page(section.url, "section")
        now = by_url[section.url]
        found = meaning(page)
        if found is Meaning.GONE:
            now.state, now.newest, now.newest_title, now.items = str(SectionState.GONE), "", "", 0
            now.reason, now.looked_on = outcome_text(page), today
            now.checked_at, now.evidence = utc_text(page.fetched_at), evidence_json(page.evidence)
        elif found is not Meaning.READ:
            now.reason = f"今日未能读取：{outcome_text(page)}"
        elif source.unchanged(section.url, page) and section.alone and not section.future:
            now.looked_on, now.checked_at, now.reason = today, utc_text(page.fetched_at), section.reason
            now.evidence = evidence_json(page.evidence) or now.evidence
        else:
            link = SectionLink(section.url, section.name, section.section_class, section.level)
            page = await look.landed(section.url, "section", page)
            if meaning(page) is not Meaning.READ:
                now.reason = f"今日未能读取：{outcome_text(page)}"
                continue
            changed.append(await read_section(look, link, page, section.update_days))
    return changed


def _elsewhere(known: SiteState, pages: Sequence[SectionPage]) -> Elsewhere:
    here = {page.link.url for page in pages}
    blocks: Counter[str] = Counter()
    for url, page in known.pages.items():
        if url not in here:
            blocks.update(set(page.blocks))
    return Elsewhere(frozenset(section.url for section in known.sections) - here, blocks)


def _take_sections(
    state: SiteState,
    pages: Sequence[SectionPage],
    sections: Sequence[SectionFacts],
    source: PatrolPages,
    known: SiteState,
    today: date,
) -> None:
    found = {section.url: section for section in sections}
    for number, old in enumerate(state.sections):
        page = next((page for page in pages if page.link.url == old.url), None)
        if page is None:
            continue
        new = found.get(old.url)
        if new is None:
            raise _Changed(f"栏目“{old.name}”与另一栏目相同")
        told = new.state in _TOLD_ALONE and old.state in _TOLD_ALONE
        worse = new.state is not SectionState.DATED and str(new.state) != old.state
        if str(new.state) != old.state and (worse or not told):
            raise _Changed(f"栏目“{old.name}”的状态有变化")
        fresh = SectionRecord.of(new, today, alone=old.alone)
        fresh.name, fresh.section_class, fresh.level = old.name, old.section_class, old.level
        state.sections[number] = fresh
        if old.url in source.pages:
            state.pages[old.url] = replace(source.pages[old.url], blocks=blocks_of(page))


def _as_facts(section: SectionRecord) -> SectionFacts:
    return SectionFacts(
        section.name,
        section.url,
        section.section_class,
        section.level,
        SectionState(section.state),
        Seen(section.url, section.checked_at, None),
    )


# --- both


async def _finish(look: Look, visit: Visit, source: PatrolPages, looks: Looks) -> Visit:
    """The home page's links by turns, and the rows of what could not be read."""
    state = visit.state
    for url, kept in source.pages.items():
        if url not in state.pages or state.pages[url].sha256 != kept.sha256:
            state.pages[url] = kept
    wanted = {state.home.url, *(section.url for section in state.sections)}
    state.pages = {url: kept for url, kept in state.pages.items() if url in wanted}
    if state.home.state == "read":
        await _check_links(look, state, looks)
    for role, page in source.failures:
        visit.failures.append(
            {
                "subject_id": state.site_code,
                "what": role,
                "url": page.url,
                "outcome": str(page.outcome),
                "meaning": str(meaning(page)),
                "reason": outcome_text(page),
                "at": utc_text(page.fetched_at),
            }
        )
    return visit


async def _check_links(look: Look, state: SiteState, looks: Looks) -> None:
    today = look.today.isoformat()
    turn = sorted(state.links, key=lambda url: (state.links[url][1] != "gone", state.links[url][0], url))
    for url in [url for url in turn if state.links[url][0] != today][: looks.home_links]:
        page = await look.source.get(url, role="link", referer=look.home)
        found = meaning(page)
        state.links[url] = [today, "gone" if found is Meaning.GONE else "ok"]


def _set_links(state: SiteState, document: Document, home: str, known: SiteState | None) -> None:
    own = {section_key(section.url) for section in state.sections} | {section_key(home)}
    before = known.links if known else {}
    urls = [
        link.url for link in document.links if same_site(link.url, home) and section_key(link.url) not in own
    ]
    state.links = {url: before.get(url, ["", "ok"]) for url in list(dict.fromkeys(urls))[:_MOST_LINKS]}


def _home_record(site: Site, page: Page) -> HomeRecord:
    found = meaning(page)
    return HomeRecord(
        url=site.url,
        state=_HOME_STATES.get(found, "read"),
        outcome=str(page.outcome),
        reason="" if found is Meaning.READ else outcome_text(page),
        final_url=page.final_url,
        checked_at=utc_text(page.fetched_at),
        evidence=evidence_json(page.evidence),
    )


def _set_home(home: HomeRecord, facts: SiteFacts, today: date) -> None:
    days = [(item.day, item.title) for item in facts.home_items if item.day is not None and item.day <= today]
    if days:
        day, title = max(days)
        home.newest, home.newest_title = day.isoformat(), title[:200]
    home.navigation_only = facts.navigation_only
    home.final_url = facts.home.url
    marks: PageMarks | None = facts.marks[0] if facts.marks else None
    if marks is not None:
        # Whether what is called 网站导航 is the map, a visit does not look.
        home.footer_missing = tuple(
            name for name in marks.footer_missing if name != "site_map" or not marks.map_link
        )
        home.footer_seen = marks.footer_seen
        home.tags_wrong = marks.tags_wrong


def _errors(errors: Sequence[WordingError]) -> list[dict[str, Any]]:
    return [
        {
            "wrong": error.wrong,
            "suggestion": error.suggestion,
            "level": error.level,
            "context": " ".join(error.context.split())[:80],
        }
        for error in errors
    ]
