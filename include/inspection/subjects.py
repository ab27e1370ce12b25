"""A subject's facts and measures, from a page source or from stored evidence."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from include.inspection.extract.app_download import Download, download, is_app
from include.inspection.extract.feeds import FeedError, looks_like_feed, read_feed
from include.inspection.extract.personal_data import mask_numbers
from include.inspection.facts import AccountFacts, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.client import StoredPages
from include.inspection.fetch.controls import ControlResult
from include.inspection.fetch.outcomes import Meaning, Outcome
from include.inspection.fetch.page import Page
from include.inspection.fetch.stored import EvidenceDamaged
from include.inspection.history import StoredHistory
from include.inspection.measures import Context, Measured, measure
from include.inspection.model import Account, Registry, ReportedFinding, Section, Site
from include.inspection.plan import Plan
from include.inspection.rules.standard import Rule
from include.inspection.site_history import SiteHistory
from include.inspection.store import ObjectStore, RoundKeys, StoreError
from include.inspection.survey.look import PageSource, SurveyLimits
from include.inspection.survey.pushed_off import is_cut_off
from include.inspection.survey.site import survey
from include.inspection.times import beijing

#: Answers whose content was not read because it is no page.
_FILES = (Outcome.WRONG_TYPE, Outcome.TOO_LARGE)

log = structlog.get_logger("inspection.survey")


class AccountPages:
    """Reads an account's feed from a page source."""

    def __init__(self, source: PageSource) -> None:
        self._source = source

    async def read(self, account: Account, as_of: datetime) -> AccountFacts:
        if not account.feed_url:
            return AccountFacts(account.account_id, None, reason="名单中没有订阅地址")
        app = is_app(account.platform)
        page = await self._source.get(account.feed_url, role="app" if app else "feed")
        seen = Seen.on(page)
        if app and not looks_like_feed(page.body):
            return self._app(account, page)
        if meaning(page) is not Meaning.READ:
            return AccountFacts(account.account_id, seen, reason=f"订阅源{outcome_text(page)}")
        try:
            updates = read_feed(page.body, page.headers.get("content-type", ""), beijing(as_of).date())
        except FeedError as error:
            return AccountFacts(account.account_id, seen, reason=str(error))
        if self._source.live:
            log.info(
                f"{account.platform}“{account.name}”：订阅源共 {len(updates)} 条，最新 {updates[0].day}《{mask_numbers(updates[0].title[:30])}》",
                url=account.feed_url,
            )
        # In the feed's own order: an old entry pinned on top does not show that the feed reaches back.
        ordered = sorted(updates, key=lambda update: update.place)
        return AccountFacts(
            account.account_id,
            seen,
            [(update.day, update.title) for update in updates],
            pushed_off=is_cut_off([update.day for update in ordered], beijing(as_of).date()),
        )

    def _app(self, account: Account, page: Page) -> AccountFacts:
        found = _download(page)
        if self._source.live:
            log.info(f"{account.platform}“{account.name}”：下载地址，{found.seen}", url=account.feed_url)
        reason = "客户端的内容更新由人工核查"
        return AccountFacts(account.account_id, Seen.on(page), reason=reason, app=found)


def _download(page: Page) -> Download:
    """What stands behind a download address; a file is known by its head, whatever its size."""
    there = meaning(page) is Meaning.READ or (page.outcome in _FILES and page.status == 200)
    if there:
        headers = page.headers
        kind, disposition = headers.get("content-type", ""), headers.get("content-disposition", "")
        return download(page.final_url, kind, disposition, page.body)
    fails = meaning(page) in (Meaning.GONE, Meaning.SITE_DOWN)
    return Download(False if fails else None, outcome_text(page))


class Lists:
    """The registry's rows by subject."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @cached_property
    def sections(self) -> dict[str, list[Section]]:
        grouped: dict[str, list[Section]] = defaultdict(list)
        for section in self._registry.sections:
            grouped[section.site_code].append(section)
        return grouped

    @cached_property
    def reported(self) -> dict[tuple[str, str], list[ReportedFinding]]:
        grouped: dict[tuple[str, str], list[ReportedFinding]] = defaultdict(list)
        for item in self._registry.findings:
            grouped[item.subject_id, item.indicator_id].append(item)
        return grouped


def measure_subject(
    subject: Site | Account,
    facts: SiteFacts | AccountFacts,
    rules: Sequence[Rule],
    as_of: datetime,
    registry: Registry,
    history: SiteHistory | None = None,
) -> Iterator[tuple[Rule, Measured]]:
    """Every rule that applies to the subject with its measure; ``history`` is the round's extract, once it is taken."""
    reported = [item for item in registry.findings if item.subject_id == subject.subject_id]
    today = beijing(as_of).date()
    exempt = frozenset(
        item.scope
        for item in registry.exemptions
        if item.subject_id == subject.subject_id and item.holds_on(today)
    )
    for rule in rules:
        if rule.applies_to(subject):
            # A person may report any indicator, also one that a machine measures.
            by_people = [item for item in reported if item.indicator_id == rule.id]
            context = Context(
                as_of,
                rule.window,
                rule.settings,
                by_people,
                exempt,
                history or SiteHistory(),
                registry.policies,
                registry.holidays,
                subject if isinstance(subject, Account) else None,
                registry.accounts,
            )
            yield rule, measure(rule.measure, facts, context)


class StoredRound:
    """Facts of the subjects of one round, read from its evidence without the network."""

    def __init__(
        self, store: ObjectStore, plan: Plan, registry: Registry, limits: SurveyLimits, scratch: Path
    ) -> None:
        self._store, self._plan, self._registry = store, plan, registry
        self.limits, self._scratch = limits, scratch
        self._keys = RoundKeys(plan.round)
        self._sections = Lists(registry).sections
        self._history = StoredHistory(store, plan.round)

    def history(self, subject_id: str) -> SiteHistory:
        """What the daily side said of a subject when the round was judged first."""
        return self._history.of(subject_id)

    def outcome(self, subject_id: str, number: int) -> dict[str, Any] | None:
        """What the fetch step wrote about a pass, or None where it did not come to an end."""
        try:
            outcome: dict[str, Any] = self._store.get_json(self._keys.outcome(subject_id, number))
        except KeyError:
            return None
        return outcome

    def facts(
        self, subject: Site | Account, number: int, other_hosts: frozenset[str]
    ) -> SiteFacts | AccountFacts | None:
        """The facts of pass ``number``; None where there is no complete evidence of it.

        Raises EvidenceDamaged where stored evidence is lost or is not what its digest says.
        """
        outcome = self.outcome(subject.subject_id, number)
        if outcome is None or not outcome["complete"]:
            return None
        pages = StoredPages(outcome["visits"], self._open)
        try:
            if isinstance(subject, Site):
                sections = self._sections.get(subject.site_code, [])
                facts = asyncio.run(
                    survey(subject, sections, pages, self.limits, self._plan.as_of, other_hosts)
                )
                facts.controls = [ControlResult(**control) for control in outcome.get("controls", ())]
                return facts
            return asyncio.run(AccountPages(pages).read(subject, self._plan.as_of))
        except EvidenceDamaged as error:
            # A store that does not answer says nothing about the evidence: that ends the step, and a later run may succeed.
            if isinstance(error.__cause__, StoreError):
                raise error.__cause__ from None
            raise
        finally:
            pages.close()
            for path in self._scratch.glob("*.warc.gz"):
                path.unlink(missing_ok=True)

    def _open(self, key: str) -> BinaryIO:
        path = self._scratch / key.replace("/", "_")
        self._store.get_file(key, path)
        return path.open("rb")
