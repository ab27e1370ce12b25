"""The patrol of a day: a group of subjects in one process, then the day's tables out of all groups."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog

from include.inspection.csv_tables import csv_bytes
from include.inspection.daily.certificate import certificate_until
from include.inspection.daily.days import TABLES, DayDamaged, PatrolDay, Patrols, manifest_key, run_key
from include.inspection.daily.first_sight import Visit
from include.inspection.daily.settings import PatrolRules, WarningRules
from include.inspection.daily.source import Clock, PatrolPages
from include.inspection.daily.state import (
    AccountState,
    HomeRecord,
    PageState,
    SiteState,
    evidence_json,
    item_key,
    remembered,
)
from include.inspection.daily.visit import visit_site
from include.inspection.extract.feeds import FeedError, read_feed
from include.inspection.facts import meaning, outcome_text
from include.inspection.fetch.client import Fetcher, LivePages
from include.inspection.fetch.evidence import EvidenceWriter
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.settings import FetchSettings
from include.inspection.fetch_step import fingerprint, other_hosts
from include.inspection.model import Account, Registry, Section, Site
from include.inspection.store import ObjectStore, json_bytes
from include.inspection.subjects import Lists
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import beijing, utc_text

log = structlog.get_logger("inspection.patrol")

NOT_DONE = "巡检任务没有完成"


@dataclass
class Part:
    """What one group gives: the states by subject, and the rows of the day."""

    sites: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, Any] = field(default_factory=dict)
    items: list[dict[str, str]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "sites": self.sites,
            "accounts": self.accounts,
            "items": self.items,
            "failures": self.failures,
        }


@dataclass(frozen=True)
class Job:
    """What every visit of a group is given. ``day`` is the Beijing day of the patrol; ``clock`` gives aware moments."""

    store: ObjectStore
    day: date
    run: str
    registry: Registry
    base: PatrolDay | None
    patrol: PatrolRules
    warnings: WarningRules
    settings: FetchSettings
    limits: SurveyLimits
    clock: Clock

    @property
    def day_limits(self) -> SurveyLimits:
        """A patrol follows no archive: that is the round's."""
        return replace(self.limits, list_pages=2, home_tries=self.patrol.look.home_tries)


def patrol_group(job: Job, number: int, ids: Sequence[str], scratch: Path) -> dict[str, int]:
    """Visit the subjects ``ids`` and store their part of the day. Raises StoreError and OSError."""
    subjects = {item.subject_id: item for item in job.registry.subjects}
    known = _known(job, ids)
    warc = f"evidence/{number:04d}.warc.gz"
    path = scratch / f"patrol-{number}.warc.gz"
    writer = EvidenceWriter(path, run_key(job.day, job.run, warc), earlier=_earlier(known.values()))
    part = Part()
    try:
        asyncio.run(_visit_all(job, [subjects[subject_id] for subject_id in ids], known, writer, part))
        writer.close()
        if writer.broken is not None:
            raise writer.broken
        job.store.put_file(run_key(job.day, job.run, warc), path)
    finally:
        path.unlink(missing_ok=True)
    for rows in (part.items, part.failures):
        rows.sort(key=lambda row: tuple(row.values()))
    job.store.put(run_key(job.day, job.run, f"parts/{number:04d}.json"), json_bytes(part.to_json()))
    log.info(
        f"第{number}组巡检完成：网站 {len(part.sites)} 个，账号 {len(part.accounts)} 个，"
        f"新信息 {len(part.items)} 条，未能读取 {len(part.failures)} 处"
    )
    return {"subjects": len(ids), "items": len(part.items), "failures": len(part.failures)}


async def _visit_all(
    job: Job,
    subjects: Sequence[Site | Account],
    known: Mapping[str, SiteState | AccountState],
    writer: EvidenceWriter,
    part: Part,
) -> None:
    gate = asyncio.Semaphore(max(1, job.patrol.look.sites_at_once))
    sections = Lists(job.registry).sections

    async def one(fetcher: Fetcher, subject: Site | Account) -> None:
        async with gate:
            try:
                if isinstance(subject, Site):
                    state = known.get(subject.site_code)
                    assert state is None or isinstance(state, SiteState)
                    await _site(
                        job, fetcher, subject, sections.get(subject.site_code, []), state, writer, part
                    )
                else:
                    before = known.get(subject.account_id)
                    assert before is None or isinstance(before, AccountState)
                    await _account(job, fetcher, subject, before, writer, part)
            except OSError:
                raise
            except Exception as error:  # a fault of this program over one subject must not hide the others
                log.exception(f"{subject.subject_id} {subject.name}：巡检中断：{error!r}")
                part.failures.append(
                    _failure(job, subject.subject_id, f"巡检程序出错：{type(error).__name__}")
                )

    async with Fetcher(job.settings) as fetcher:
        await asyncio.gather(*(one(fetcher, subject) for subject in subjects))


def _failure(job: Job, subject_id: str, reason: str) -> dict[str, str]:
    return {
        "subject_id": subject_id,
        "what": "task",
        "url": "",
        "outcome": "unexpected",
        "meaning": str(Meaning.UNMEASURED),
        "reason": reason,
        "at": utc_text(job.clock()),
    }


async def _site(
    job: Job,
    fetcher: Fetcher,
    site: Site,
    registered: Sequence[Section],
    known: SiteState | None,
    writer: EvidenceWriter,
    part: Part,
) -> None:
    pages = known.pages if known else {}
    source = PatrolPages(LivePages(fetcher, writer, authorised=site.authorised), pages, job.clock)
    as_of = job.clock()
    visit: Visit = await visit_site(
        site,
        registered,
        known,
        source,
        job.day_limits,
        job.patrol.look,
        job.warnings,
        as_of,
        fingerprint(site, job.registry),
        other_hosts(site, job.registry),
    )
    home = visit.state.home
    if site.url.startswith("https:") and home.state == "read":
        until = await certificate_until(site.url, job.settings)
        home.certificate_until = utc_text(until) if until else ""
    part.sites[site.site_code] = visit.state.to_json()
    part.items.extend(visit.items)
    part.failures.extend(visit.failures)


async def _account(
    job: Job,
    fetcher: Fetcher,
    account: Account,
    known: AccountState | None,
    writer: EvidenceWriter,
    part: Part,
) -> None:
    today = beijing(job.clock()).date()
    # A feed at another address is another series: what was known of the old one says nothing about it.
    replaced = known is not None and known.feed_url != account.feed_url
    before = None if replaced else known
    state = AccountState(account.account_id, account.feed_url, "unmeasured", feed_changed=replaced)
    part_rows: list[dict[str, str]] = []
    if not account.feed_url:
        state.reason = "名单中没有订阅地址"
    else:
        pages: dict[str, PageState] = {account.feed_url: before.page} if before and before.page else {}
        source = PatrolPages(LivePages(fetcher, writer, authorised=False), pages, job.clock)
        if before is not None and not _near_duty(job, account, before, today):
            source.ask_for_change.add(account.feed_url)
        page = await source.get(account.feed_url, role="feed")
        state.checked_at, state.evidence = utc_text(page.fetched_at), evidence_json(page.evidence)
        state.page = source.pages.get(account.feed_url) or (before.page if before else None)
        if meaning(page) is not Meaning.READ:
            state.reason = f"订阅源{outcome_text(page)}"
            part.failures.append(
                {
                    **_failure(job, account.account_id, state.reason),
                    "what": "feed",
                    "url": page.url,
                    "outcome": str(page.outcome),
                    "meaning": str(meaning(page)),
                }
            )
            if before is not None:
                state.newest, state.newest_title = before.newest, before.newest_title
                state.count, state.looked_on, state.seen = before.count, before.looked_on, before.seen
        elif before is not None and before.state == "read" and source.unchanged(account.feed_url, page):
            state = replace(
                before,
                changed=False,
                feed_changed=False,
                looked_on=today.isoformat(),
                checked_at=state.checked_at,
                evidence=state.evidence,
                page=state.page,
            )
        else:
            part_rows = _read_feed(job, account, state, before, page.body, page.headers, today)
    part.accounts[account.account_id] = state.to_json()
    part.items.extend(part_rows)


def _near_duty(job: Job, account: Account, before: AccountState, today: date) -> bool:
    """Whether a breach may rest on this look: then the feed is read in full."""
    newest = before.newest_day
    duty = job.warnings.duty_of_account(account.update_days)
    return newest is None or duty.share(newest, today) >= job.patrol.look.ask_anew


def _read_feed(
    job: Job,
    account: Account,
    state: AccountState,
    before: AccountState | None,
    body: bytes,
    headers: Mapping[str, str],
    today: date,
) -> list[dict[str, str]]:
    since = today - timedelta(days=job.patrol.look.remember_days)
    state.seen = remembered(before.seen, since) if before else {}
    try:
        updates = read_feed(body, headers.get("content-type", ""), today)
    except FeedError as error:
        state.reason = str(error)
        return []
    past = [update for update in updates if update.day <= today]
    state.state, state.count, state.looked_on = "read", len(past), today.isoformat()
    if past:
        state.newest, state.newest_title = past[0].day.isoformat(), past[0].title[:200]
    oldest = min((row[0] for row in before.seen.values()), default="") if before else ""
    rows = []
    for update in past:
        key = item_key(account.feed_url, update.url, update.title)
        if key in state.seen or update.day < since:
            continue
        state.seen[key] = (update.day.isoformat(), today.isoformat())
        visible = before is not None and bool(oldest) and update.day.isoformat() > oldest
        rows.append(
            {
                "subject_id": account.account_id,
                "place": account.feed_url,
                "url": update.url[:500],
                "title": update.title[:200],
                "claimed": update.day.isoformat(),
                "first_seen": today.isoformat(),
                "not_there_on": before.looked_on if before is not None and visible else "",
            }
        )
    return rows


# --- what the day before left


def _known(job: Job, ids: Sequence[str]) -> dict[str, SiteState | AccountState]:
    """The states of these subjects; of those whose part is lost or damaged, the items that were ever seen."""
    found: dict[str, SiteState | AccountState] = {}
    if job.base is None:
        return found
    wanted = set(ids)
    for name, members in job.base.parts.items():
        if not wanted & set(members):
            continue
        try:
            stored = job.base.json(name)
            for code, row in stored["sites"].items():
                if code in wanted:
                    found[code] = SiteState.from_json(row)
            for account_id, row in stored["accounts"].items():
                if account_id in wanted:
                    found[account_id] = AccountState.from_json(row)
        except (DayDamaged, KeyError, TypeError, ValueError) as error:
            log.warning(f"{job.base.day} 的巡检状态 {name} 不可用，相关对象全部重新查看：{error}")
    lost = [subject_id for subject_id in ids if subject_id not in found]
    if lost:
        found.update(_rebuilt(job, lost))
    return found


def _rebuilt(job: Job, ids: Iterable[str]) -> dict[str, SiteState | AccountState]:
    """States that hold nothing but what the items of the earlier days tell."""
    assert job.base is not None
    wanted = set(ids)
    seen: dict[str, dict[str, tuple[str, str]]] = {}
    first = job.day - timedelta(days=job.patrol.look.remember_days)
    for day in Patrols(job.store).record(first, job.base.day).days:
        for row in day.table("items.csv"):
            if row["subject_id"] in wanted:
                key = item_key(row["place"], row["url"], row["title"])
                seen.setdefault(row["subject_id"], {}).setdefault(key, (row["claimed"], row["first_seen"]))
    sites = {site.site_code: site for site in job.registry.sites}
    accounts = {account.account_id: account for account in job.registry.accounts}
    states: dict[str, SiteState | AccountState] = {}
    for subject_id, index in seen.items():
        if subject_id in sites:
            home = HomeRecord(sites[subject_id].url, "unmeasured")
            states[subject_id] = SiteState(subject_id, "", home, seen=index)
        elif subject_id in accounts:
            feed = accounts[subject_id].feed_url
            states[subject_id] = AccountState(subject_id, feed, "unmeasured", seen=index)
    return states


def _earlier(states: Iterable[SiteState | AccountState]) -> dict[str, Any]:
    pages: list[PageState] = []
    for state in states:
        if isinstance(state, SiteState):
            pages.extend(state.pages.values())
        elif state.page is not None:
            pages.append(state.page)
    return {page.sha256: page.answer for page in pages}


# --- the day as a whole


def close_day(
    store: ObjectStore,
    day: date,
    run: str,
    parts: Mapping[str, Sequence[str]],
    facts: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """Store the tables, then the manifest that makes them the day. ``facts`` go into the manifest as they are."""
    files: dict[str, str] = {}
    for name, columns in TABLES.items():
        body = csv_bytes(columns, tables[name])
        store.put(run_key(day, run, name), body)
        files[name] = hashlib.sha256(body).hexdigest()
    for name in parts:
        files[name] = hashlib.sha256(store.get(run_key(day, run, name))).hexdigest()
    manifest = {
        "date": day.isoformat(),
        "run": run,
        "parts": {name: list(ids) for name, ids in parts.items()},
        "files": files,
        **facts,
    }
    store.put(manifest_key(day), json_bytes(manifest))
    return manifest


def read_parts(
    store: ObjectStore, day: date, run: str, names: Iterable[str]
) -> tuple[
    dict[str, list[str]],
    dict[str, SiteState],
    dict[str, AccountState],
    list[dict[str, str]],
    list[dict[str, str]],
]:
    """(subjects by part, site states, account states, items, failures) of the groups that came to an end."""
    parts: dict[str, list[str]] = {}
    sites: dict[str, SiteState] = {}
    accounts: dict[str, AccountState] = {}
    items: list[dict[str, str]] = []
    failures: list[dict[str, str]] = []
    for name in names:
        try:
            stored = json.loads(store.get(run_key(day, run, name)))
        except KeyError:
            continue
        parts[name] = [*stored["sites"], *stored["accounts"]]
        sites |= {code: SiteState.from_json(row) for code, row in stored["sites"].items()}
        accounts |= {key: AccountState.from_json(row) for key, row in stored["accounts"].items()}
        items += stored["items"]
        failures += stored["failures"]
    return parts, sites, accounts, items, failures
