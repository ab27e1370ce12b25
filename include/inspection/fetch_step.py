"""The only step that touches the network: one subject at a time, evidence first, then its outcome."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from include.inspection.extract.personal_data import mask_numbers
from include.inspection.facts import SiteFacts
from include.inspection.fetch.client import Fetcher, LivePages
from include.inspection.fetch.controls import controls_answer
from include.inspection.fetch.evidence import EvidenceWriter, earlier_answers
from include.inspection.fetch.settings import FetchSettings
from include.inspection.judging.outage import (
    apply_doubt,
    control_addresses,
    doubt_by_controls,
    needs_controls,
)
from include.inspection.measures import Measured, State
from include.inspection.model import Account, Registry, Site
from include.inspection.plan import Plan
from include.inspection.rules.standard import Rule
from include.inspection.store import ObjectStore, RoundKeys, StoreError
from include.inspection.subjects import AccountPages, measure_subject
from include.inspection.survey.look import SurveyLimits
from include.inspection.survey.site import survey
from include.inspection.times import utc_text

log = structlog.get_logger("inspection.fetch")


def fingerprint(subject: Site | Account, registry: Registry) -> str:
    """What a stored pass depends on: an address that changed in the register makes the pass stale."""
    if isinstance(subject, Site):
        sections = [
            [item.url, item.name] for item in registry.sections if item.site_code == subject.site_code
        ]
        parts: list[Any] = [subject.url, subject.authorised, subject.has_services, sections]
    else:
        parts = [subject.feed_url]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def other_hosts(site: Site, registry: Registry) -> frozenset[str]:
    """Hosts of the other registered sites, without those that this site shares with them."""
    own = urlsplit(site.url).netloc
    return frozenset(
        urlsplit(other.url).netloc for other in registry.sites if other.site_code != site.site_code
    ) - {own}


def is_fetched(
    store: ObjectStore, keys: RoundKeys, subject: Site | Account, registry: Registry, number: int
) -> bool:
    try:
        outcome = store.get_json(keys.outcome(subject.subject_id, number))
    except KeyError:
        return False
    return bool(outcome.get("complete")) and outcome.get("fingerprint") == fingerprint(subject, registry)


def fetch_subjects(
    store: ObjectStore,
    plan: Plan,
    registry: Registry,
    rules: Sequence[Rule],
    ids: Sequence[str],
    number: int,
    settings: FetchSettings,
    limits: SurveyLimits,
    scratch: Path,
) -> dict[str, int]:
    """Pass ``number`` over the subjects ``ids``; those that are stored already are left alone.

    Returns how many were fetched and how many were there before. Raises StoreError where the evidence of a subject
    cannot be stored; the others of the same call are done first.
    """
    keys = RoundKeys(plan.round)
    by_id: dict[str, Site | Account] = {item.subject_id: item for item in registry.subjects}
    subjects = [by_id[subject_id] for subject_id in ids]
    missing = [item for item in subjects if not is_fetched(store, keys, item, registry, number)]
    for item in subjects:
        if item not in missing:
            log.info(
                f"{item.subject_id} {item.name}：本轮第{number}次抓取的证据已在，不再抓取",
                subject_id=item.subject_id,
            )

    async def run() -> None:
        async with Fetcher(settings) as fetcher:
            # Sites of one task one after another, accounts together: their feeds often share a host's limits.
            gate = asyncio.Semaphore(1 if isinstance(missing[0], Site) else 8)

            async def one(item: Site | Account) -> Exception | None:
                async with gate:
                    return await _fetch_one(
                        fetcher, store, plan, registry, rules, item, number, limits, scratch
                    )

            failures = [error for error in await asyncio.gather(*(one(item) for item in missing)) if error]
            if failures:
                raise failures[0]

    if missing:
        asyncio.run(run())
    return {"fetched": len(missing), "present": len(subjects) - len(missing)}


async def _fetch_one(
    fetcher: Fetcher,
    store: ObjectStore,
    plan: Plan,
    registry: Registry,
    rules: Sequence[Rule],
    subject: Site | Account,
    number: int,
    limits: SurveyLimits,
    scratch: Path,
) -> Exception | None:
    keys = RoundKeys(plan.round)
    started = datetime.now(UTC)
    log.info(
        f"开始{'复测' if number > 1 else '检查'}：{subject.subject_id} {subject.name}",
        subject_id=subject.subject_id,
        name=subject.name,
        pass_number=number,
        monitoring_point=plan.as_of.isoformat(),
    )
    warc_key = keys.warc(subject.subject_id, number)
    path = scratch / f"{subject.subject_id}-{number}.warc.gz"
    writer = EvidenceWriter(path, warc_key, earlier=_earlier(store, keys, subject, number))
    try:
        pages = LivePages(fetcher, writer, authorised=isinstance(subject, Site) and subject.authorised)
        if isinstance(subject, Site):
            registered = [item for item in registry.sections if item.site_code == subject.site_code]
            facts: Any = await survey(
                subject, registered, pages, limits, plan.as_of, other_hosts(subject, registry)
            )
            if needs_controls(facts):
                # At once: they tell whether our own network worked while the site did not open.
                others = control_addresses(subject, registry, limits)
                facts.controls = await controls_answer(fetcher, fetcher.settings.controls or others)
                apply_doubt(facts, doubt_by_controls(facts))
        else:
            facts = await AccountPages(pages).read(subject, plan.as_of)
        broken = writer.broken
        writer.close()
        _log_measures(subject, facts, rules, plan, registry)
        # A WARC that could not be written whole is no evidence: the pass stays open and a second run repeats it.
        outcome: dict[str, Any] = {
            "subject_id": subject.subject_id,
            "pass": number,
            "complete": broken is None,
            "fingerprint": fingerprint(subject, registry),
            "started_at": utc_text(started),
            "finished_at": utc_text(datetime.now(UTC)),
            "reason": facts.reason if broken is None else f"证据无法写入磁盘（{broken.strerror}）",
            "visits": pages.visits(),
            "controls": [control.to_json() for control in getattr(facts, "controls", ())],
        }
        if broken is None:
            store.put_file(warc_key, path)
        store.put_json(keys.outcome(subject.subject_id, number), outcome)
        log.info(
            f"证据已存入 {store.bucket}/{warc_key}，共访问 {len(outcome['visits'])} 次",
            evidence_key=warc_key,
            visits=len(outcome["visits"]),
            complete=outcome["complete"],
        )
        return None
    except (StoreError, OSError) as error:
        log.error(
            f"{subject.subject_id} {subject.name}：证据无法存储：{error}", subject_id=subject.subject_id
        )
        return error
    except (
        Exception
    ) as error:  # a fault of this program over one subject must not hide the others of the task
        log.exception(
            f"{subject.subject_id} {subject.name}：检查中断：{error!r}", subject_id=subject.subject_id
        )
        return error
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _earlier(store: ObjectStore, keys: RoundKeys, subject: Site | Account, number: int) -> Any:
    """The answers of the first pass, so that unchanged pages of the second become revisit records."""
    if number == 1:
        return None
    try:
        return earlier_answers(store.get_json(keys.outcome(subject.subject_id, 1))["visits"])
    except KeyError:
        return None


def _log_measures(
    subject: Site | Account, facts: Any, rules: Sequence[Rule], plan: Plan, registry: Registry
) -> None:
    """One line an indicator: its value against what is required. The verdict is the judge's, not this log's."""
    for rule, value in measure_subject(subject, facts, rules, plan.as_of, registry):
        log.info(
            mask_numbers(f"指标 {rule.id} {rule.name}：{value_text(value, rule)}"),
            indicator_id=rule.id,
            state=str(value.state),
            low=value.low,
            high=value.high,
            threshold=rule.threshold,
            details=[mask_numbers(detail.text) for detail in value.details[:20]],
        )
    if isinstance(facts, SiteFacts) and not facts.home_readable:
        log.info(f"本次未能检查该网站的内容：{facts.reason}", reason=facts.reason)


def value_text(value: Measured, rule: Rule) -> str:
    if value.state is State.MEASURED and value.low is not None:
        number = (
            f"{value.low:g}"
            if value.low == value.high
            else f"{value.low:g} 至 {value.high:g}（有未能判断的）"
        )
        return f"测得 {number} {rule.unit}，要求 {rule.threshold}" + (
            f"；{value.reason}" if value.reason else ""
        )
    words = {State.UNMEASURED: "未能测量", State.FOR_PEOPLE: "不由机器判定", State.NOT_APPLICABLE: "不适用"}
    return f"{words.get(value.state, '')}：{value.reason}"
