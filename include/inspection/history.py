"""The extract of the daily side that a round is judged by: taken once, after fetching, and never changed.

``rounds/ROUND/history/SUBJECT.json`` holds what the history says of one subject, ``rounds/ROUND/history/index.json``,
written last, the objects that it was taken from with their SHA-256, what was skipped, and the SHA-256 of every
extract. Judging, now or again, reads these and never the history itself.

To add a part (patrols, messages …):

1. a field of ``SiteHistory`` with a default that means "the history says nothing";
2. a function ``(store, plan, standards) -> Part`` in the list ``_parts()``, whose ``subjects`` is one
   JSON-able value a subject (subjects without any are left out) under a name of its own;
3. the line in ``SiteHistory.from_json`` that reads it back. A stored extract that lacks the name keeps the default,
   so that older rounds are judged as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog

from include.inspection.daily.patrol_history import patrol_extract, warnings_extract
from include.inspection.daily.probe_log import ReadNotes, probe_json
from include.inspection.daily.series import DAY, Backwards, read_probes
from include.inspection.fetch.page import EvidenceRef
from include.inspection.model import SECTION_CLASSES
from include.inspection.plan import Plan
from include.inspection.rules.standard import Standard
from include.inspection.site_history import SiteHistory
from include.inspection.store import ObjectStore, RoundKeys, json_bytes
from include.inspection.times import beijing, utc_text

log = structlog.get_logger("inspection.history")

DAMAGED = "存档的历史记录缺失或已损坏"
_MOST_FAILURES = 500
_WRITERS = 8


@dataclass(frozen=True)
class Part:
    """One part of the extract: its name, a JSON-able value a subject, and what it was taken from."""

    name: str
    subjects: Mapping[str, Any]
    notes: ReadNotes = field(default_factory=ReadNotes)


def _parts() -> list[Callable[[ObjectStore, Plan, Sequence[Standard]], Part]]:
    return [_probes, _patrol, _warnings]


def _probes(store: ObjectStore, plan: Plan, standards: Sequence[Standard]) -> Part:
    """The probes of the longest ``series`` window of the rules, up to the monitoring point."""
    days = max(
        (
            rule.window["series"].days_before(plan.as_of)
            for standard in standards
            for rule in standard.rules
            if "series" in rule.window
        ),
        default=0,
    )
    notes = ReadNotes()
    found: dict[str, Backwards] = {}
    if days:
        until = beijing(plan.as_of).date()
        since = beijing(plan.as_of - days * DAY).date()
        for probe, kind in read_probes(store, since, until, frozenset(plan.sites), notes):
            found.setdefault(probe.site_code, Backwards(plan.as_of, days)).add(probe, kind)
    subjects = {}
    for code, back in found.items():
        newest = sorted(back.failures, key=lambda probe: probe.at, reverse=True)[:_MOST_FAILURES]
        spans = [count.to_json() for count in back.counts()]
        subjects[code] = {"spans": spans, "failures": [probe_json(probe) for probe in newest]}
    return Part("probes", subjects, notes)


#: Windows of the rules that the patrols can speak to.
_UPDATES = frozenset({"home", "updates", *SECTION_CLASSES})


def _since(plan: Plan, standards: Sequence[Standard], measure: str = "") -> date | None:
    """The first day of the longest window of updates (of the rules with this measure)."""
    return min(
        (
            span.first_day(plan.as_of)
            for standard in standards
            for rule in standard.rules
            if not measure or rule.measure == measure
            for name, span in rule.window.items()
            if name in _UPDATES
        ),
        default=None,
    )


def _patrol(store: ObjectStore, plan: Plan, standards: Sequence[Standard]) -> Part:
    """What the patrols saw over the longest window of updates."""
    notes, since = ReadNotes(), _since(plan, standards)
    subjects = patrol_extract(store, plan.as_of, since, notes) if since else {}
    planned = {*plan.sites, *plan.accounts}
    return Part("patrol", {key: value for key, value in subjects.items() if key in planned}, notes)


def _warnings(store: ObjectStore, plan: Plan, standards: Sequence[Standard]) -> Part:
    """The warnings that were raised over the longest window of ``warnings_raised``."""
    notes, since = ReadNotes(), _since(plan, standards, "warnings_raised")
    return Part("warnings", warnings_extract(store, plan.as_of, since, notes) if since else {}, notes)


def freeze(store: ObjectStore, plan: Plan, standards: Sequence[Standard], now: datetime) -> int:
    """Take the extract of a round, unless it was taken before: then it stays as it is. Returns its number of subjects."""
    keys = RoundKeys(plan.round)
    try:
        index = store.get_json(keys.history_index)
    except KeyError:
        pass
    else:
        log.info(f"历史摘录已于 {index['taken_at']} 存档，沿用不变", subjects=len(index["subjects"]))
        return len(index["subjects"])
    parts = [part(store, plan, standards) for part in _parts()]
    extracts: dict[str, dict[str, Any]] = {}
    for part in parts:
        for subject_id, value in part.subjects.items():
            extracts.setdefault(subject_id, {"subject_id": subject_id})[part.name] = value
    digests = _write(store, keys, extracts)
    index = {
        "taken_at": utc_text(now),
        "monitoring_point": plan.as_of.isoformat(),
        "sources": {key: digest for part in parts for key, digest in part.notes.sources.items()},
        "skipped": {key: reason for part in parts for key, reason in part.notes.skipped.items()},
        "subjects": digests,
    }
    store.put_json(keys.history_index, index)
    log.info(
        f"历史摘录已存档：{len(digests)} 个对象，取自 {len(index['sources'])} 份记录，{len(index['skipped'])} 份不计入",
        key=keys.history_index,
    )
    return len(digests)


def _write(store: ObjectStore, keys: RoundKeys, extracts: Mapping[str, Any]) -> dict[str, str]:
    def one(subject_id: str) -> tuple[str, str]:
        body = json_bytes(extracts[subject_id])
        store.put(keys.history(subject_id), body)
        return subject_id, hashlib.sha256(body).hexdigest()

    # A province has thousands of them, and each put is a wait.
    with ThreadPoolExecutor(_WRITERS) as pool:
        return dict(pool.map(one, sorted(extracts)))


class StoredHistory:
    """The extract of one round, read subject by subject. Raises ValueError where its index cannot be read."""

    def __init__(self, store: ObjectStore, round_name: str) -> None:
        self._store, self._keys = store, RoundKeys(round_name)
        self._digests: dict[str, str] = {}
        try:
            raw = store.get(self._keys.history_index)
        except KeyError:
            return  # a round from before there was a history
        try:
            self._digests = dict(json.loads(raw)["subjects"])
        except (ValueError, TypeError, KeyError):
            raise ValueError(
                f"{self._keys.history_index} 已损坏，无法判定：请从备份恢复该文件，不要删除，否则结论会与首次不同"
            ) from None

    def of(self, subject_id: str) -> SiteHistory:
        """An extract that is lost or not what its digest says comes back as ``damaged``."""
        digest = self._digests.get(subject_id)
        if digest is None:
            return SiteHistory()
        key = self._keys.history(subject_id)
        try:
            body = self._store.get(key)
        except KeyError:
            body = b""
        if hashlib.sha256(body).hexdigest() != digest:
            log.error(f"{subject_id}：{DAMAGED}", key=key)
            return SiteHistory(damaged=DAMAGED)
        return SiteHistory.from_json(json.loads(body), EvidenceRef(key, 0, digest))
