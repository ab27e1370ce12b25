"""What the patrols left in the object store, day by day: append-only, a day is there once its manifest stands.

    history/patrol/DATE/manifest.json     written last; names the run whose data holds
    history/patrol/DATE/RUN/*.csv         the day's tables
    history/patrol/DATE/RUN/parts/*.json  what is known of each subject, for the next day
    history/patrol/DATE/RUN/evidence/*    the exchanges of the day

DATE is the Beijing day. A second run of a day writes beside the first and its manifest replaces the other's, so a
day changes as a whole or not at all. A day whose objects are not what the manifest says is damaged: it is skipped,
and told. A day without a manifest is a gap: nothing is known of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from include.inspection.csv_tables import read_csv
from include.inspection.judging.reconcile import REGISTER_COLUMNS
from include.inspection.store import ObjectStore

ROOT = "history/patrol"
#: How far back the last sound day is looked for.
_LOOK_BACK = 60

SECTION_COLUMNS = (
    "site_code",
    "section",
    "url",
    "class",
    "level",
    "update_days",
    "state",
    "newest",
    "newest_title",
    "items",
    "certain",
    "looked_on",
    "reason",
    "checked_at",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
)
HOME_COLUMNS = (
    "site_code",
    "url",
    "state",
    "outcome",
    "reason",
    "newest",
    "newest_title",
    "navigation_only",
    "changed",
    "surveyed_on",
    "footer_missing",
    "dead_links",
    "severe_wording",
    "certificate_until",
    "final_url",
    "checked_at",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
)
ACCOUNT_COLUMNS = (
    "account_id",
    "feed_url",
    "state",
    "newest",
    "newest_title",
    "count",
    "feed_changed",
    "changed",
    "reason",
    "checked_at",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
)
#: ``not_there_on``: the last day on which its list was looked at and did not hold it; "" for a list's first look.
ITEM_COLUMNS = ("subject_id", "place", "url", "title", "claimed", "first_seen", "not_there_on")
FAILURE_COLUMNS = ("subject_id", "what", "url", "outcome", "meaning", "reason", "at")
WORDING_COLUMNS = ("site_code", "page", "wrong", "suggestion", "level", "context")
LINK_COLUMNS = ("site_code", "url", "status", "checked_on")
PASS_COLUMNS = ("subject_id", "check_id", "name", "result", "value", "threshold", "unit", "reason")
#: ``since``: the first day on which the candidate was seen.
DAILY_REGISTER_COLUMNS = (*REGISTER_COLUMNS, "since")

TABLES = {
    "sections.csv": SECTION_COLUMNS,
    "home.csv": HOME_COLUMNS,
    "accounts.csv": ACCOUNT_COLUMNS,
    "items.csv": ITEM_COLUMNS,
    "failures.csv": FAILURE_COLUMNS,
    "wording.csv": WORDING_COLUMNS,
    "dead-links.csv": LINK_COLUMNS,
    "register.csv": DAILY_REGISTER_COLUMNS,
    "pass.csv": PASS_COLUMNS,
}


class DayDamaged(Exception):
    """An object of a day is missing or is not what its manifest says; the message names it, in Chinese."""


def day_key(day: date) -> str:
    return f"{ROOT}/{day.isoformat()}"


def run_key(day: date, run: str, name: str) -> str:
    return f"{day_key(day)}/{run}/{name}"


def manifest_key(day: date) -> str:
    return f"{day_key(day)}/manifest.json"


@dataclass(frozen=True)
class PatrolDay:
    """One day that stands. Tables are checked against the manifest when they are read. Raises DayDamaged."""

    day: date
    manifest: Mapping[str, Any]
    store: ObjectStore

    def table(self, name: str) -> list[dict[str, str]]:
        if name not in self.manifest["files"]:
            return []  # an earlier version had no such table
        return read_csv(self._read(name))

    def json(self, name: str) -> Any:
        return json.loads(self._read(name))

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The subjects of each part."""
        return {name: list(ids) for name, ids in self.manifest["parts"].items()}

    def _read(self, name: str) -> bytes:
        key = run_key(self.day, self.manifest["run"], name)
        wanted = self.manifest["files"].get(name)
        try:
            body = self.store.get(key)
        except KeyError:
            raise DayDamaged(f"{self.day} 的巡检缺少 {key}") from None
        if wanted is None or hashlib.sha256(body).hexdigest() != wanted:
            raise DayDamaged(f"{self.day} 的巡检文件 {key} 与清单不符，可能被截断或改动")
        return body


@dataclass(frozen=True)
class Record:
    """What is known of a range of days: those that stand, those without a run, those that are damaged and why."""

    days: tuple[PatrolDay, ...]
    gaps: tuple[date, ...]
    damaged: Mapping[date, str]


class Patrols:
    """The patrol days of a store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def day(self, day: date) -> PatrolDay | None:
        """The day, or None where it has no manifest. Raises DayDamaged where the manifest cannot be read."""
        try:
            raw = self._store.get(manifest_key(day))
        except KeyError:
            return None
        try:
            manifest = json.loads(raw)
            if manifest["date"] != day.isoformat() or not isinstance(manifest["files"], dict):
                raise ValueError("date")
            return PatrolDay(day, {**manifest, "run": str(manifest["run"])}, self._store)
        except (ValueError, KeyError, TypeError):
            raise DayDamaged(f"{day} 的巡检清单无法读取，可能被截断或改动") from None

    def sound(self, day: date) -> PatrolDay | None:
        """The day with every table of it checked. Raises DayDamaged."""
        found = self.day(day)
        if found is not None:
            for name in TABLES:
                found.table(name)
        return found

    def record(self, first: date, last: date) -> Record:
        """The days from ``first`` to ``last``, both counted, every table checked."""
        days: list[PatrolDay] = []
        gaps: list[date] = []
        damaged: dict[date, str] = {}
        for day in days_between(first, last):
            try:
                found = self.sound(day)
            except DayDamaged as error:
                damaged[day] = str(error)
                continue
            if found is None:
                gaps.append(day)
            else:
                days.append(found)
        return Record(tuple(days), tuple(gaps), damaged)

    def last_before(self, day: date, look_back: int = _LOOK_BACK) -> tuple[PatrolDay | None, list[str]]:
        """The last sound day before ``day``, and what is wrong with those between (gaps and damage), in Chinese."""
        notes: list[str] = []
        for back in range(1, look_back + 1):
            earlier = day - timedelta(days=back)
            try:
                found = self.sound(earlier)
            except DayDamaged as error:
                notes.append(str(error))
                continue
            if found is not None:
                return found, notes
            notes.append(f"{earlier} 没有巡检记录")
        return None, []


def days_between(first: date, last: date) -> Iterable[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
