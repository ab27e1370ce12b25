"""The warnings of a day as the DAG calls them, and how many were raised over a span of days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import structlog

from include.inspection.daily.days import TABLES, DayDamaged, PatrolDay, Patrols
from include.inspection.daily.facts import DayFacts, day_facts
from include.inspection.daily.patrol_steps import registry_of
from include.inspection.daily.series import Count, daily_counts
from include.inspection.daily.settings import WarningRules
from include.inspection.daily.signals import readings
from include.inspection.daily.warnings import (
    EVENTS,
    LEVEL_NAMES,
    Record,
    messages_of,
    record_before,
    step,
    store_record,
)
from include.inspection.messages.states import message_states
from include.inspection.messages.working_days import WorkingDays
from include.inspection.model import Registry
from include.inspection.outbox.box import enqueue
from include.inspection.store import ObjectStore

log = structlog.get_logger("inspection.warnings")


def the_day(store: ObjectStore, day: date) -> tuple[PatrolDay, DayFacts, Registry]:
    """The patrol of a day, its facts and its lists. Raises ValueError, in Chinese, where it does not stand."""
    try:
        found = Patrols(store).day(day)
        if found is None:
            raise ValueError(f"{day} 没有巡检记录，不能计算预警：请先完成当天的巡检")
        facts = day_facts(day, {name: found.table(name) for name in TABLES})
        return found, facts, registry_of(store, day, str(found.manifest["run"]))
    except (DayDamaged, KeyError) as error:
        raise ValueError(f"{day} 的巡检记录不可用：{error}") from None


def warn(store: ObjectStore, day: date) -> dict[str, int]:
    """The record of the day, and its news into the outbox. A second run gives the same. Returns counts by event."""
    rules = WarningRules.load()
    patrol, facts, registry = the_day(store, day)
    at = datetime.fromisoformat(patrol.manifest["finished_at"])
    before, notes = record_before(store, day)
    availability = _availability(store, day, rules, before)
    states = message_states(registry.messages, at, WorkingDays(registry.holidays))
    sums = {code: sum(days.values(), Count()) for code, days in _by_site(availability).items()}
    found = readings(facts, registry, rules, sums, states)
    standing, events = step(before.standing if before else (), found, registry.exemptions, rules, day)
    record = Record(
        day,
        before.day.isoformat() if before else "",
        patrol.manifest["finished_at"],
        tuple(standing),
        tuple(events),
        tuple(notes),
        availability,
    )
    store_record(store, record)
    for event in events:
        one = event.warning
        log.info(
            f"{EVENTS[event.what]}（{LEVEL_NAMES.get(one.level, '')}）：{one.title}，{one.text}",
            subject_id=one.subject_id,
            kind=one.kind,
            level=one.level,
        )
    told = enqueue(store, messages_of(record, rules, at))
    log.info(f"{day} 预警：现有 {len(standing)} 条，当日变化 {len(events)} 条，新发消息 {told} 条")
    counts = {what: sum(event.what == what for event in events) for what in EVENTS}
    return {**counts, "standing": len(standing), "messages": told}


def _availability(
    store: ObjectStore, day: date, rules: WarningRules, before: Record | None
) -> dict[str, dict[str, dict[str, int]]]:
    """Counts by day and site of the whole days before ``day``; days that the record before holds are not read again."""
    known = before.availability if before else {}
    wanted = [day - timedelta(days=back) for back in range(rules.availability_days, 0, -1)]
    found: dict[str, dict[str, dict[str, int]]] = {}
    for one in wanted:
        text = one.isoformat()
        # The day of the record before was not over when it was made.
        if text in known and before is not None and one < before.day:
            found[text] = {code: dict(count) for code, count in known[text].items()}
        else:
            counted = daily_counts(store, one, one)
            found[text] = {code: days[one].to_json() for code, days in sorted(counted.items()) if one in days}
    return found


def _by_site(
    availability: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> dict[str, dict[str, Count]]:
    found: dict[str, dict[str, Count]] = {}
    for day, sites in availability.items():
        for code, count in sites.items():
            found.setdefault(code, {})[day] = Count(**count)
    return found
