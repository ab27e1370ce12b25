"""The life of a warning: opened, raised, reminded, breached, silenced, cleared; one record a day.

    history/warnings/DATE.json

A day's record follows from the record before it, the day's patrol, the probes and the lists alone, so that a second
run of a day gives the same bytes, and the same message keys: nobody is told twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from include.inspection.daily.settings import KINDS, LEVELS, WarningRules
from include.inspection.daily.signals import Reading
from include.inspection.model import Exemption
from include.inspection.outbox.box import Message
from include.inspection.store import ObjectStore, json_bytes

log = structlog.get_logger("inspection.warnings")

ROOT = "history/warnings"
LEVEL_NAMES = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
EVENTS = {
    "opened": "新增",
    "raised": "升级",
    "breached": "超期",
    "lowered": "降级",
    "reminded": "提醒",
    "silenced": "已豁免",
    "cleared": "解除",
}
#: Kinds whose red level is the end of a duty.
_BREACHES = ("section", "account", "home", "message")
_LOOK_BACK = 60


@dataclass(frozen=True)
class Warn:
    """One standing warning. Days are Beijing days as text; ``silenced`` is the exemption's reason or ""."""

    key: str
    kind: str
    subject_id: str
    name: str
    unit: str
    target: str
    target_name: str
    section_class: str
    region: str
    category: str
    level: str
    text: str
    opened_on: str
    level_since: str
    told_on: str
    checked_on: str
    silenced: str = ""

    @property
    def title(self) -> str:
        about = f"“{self.target_name}”" if self.target_name else ""
        return f"{self.name}{about}：{KINDS[self.kind]}"


@dataclass(frozen=True)
class Event:
    """What became of a warning today; ``what`` is a key of EVENTS. ``warning`` is how it stands now, or stood last."""

    what: str
    warning: Warn

    @property
    def told(self) -> bool:
        return self.what not in ("silenced", "lowered") and not self.warning.silenced


@dataclass(frozen=True)
class Record:
    """All that stands on a day and what happened on it. ``availability`` holds counts of probes by day and site."""

    day: date
    before: str = ""
    made_at: str = ""
    standing: tuple[Warn, ...] = ()
    events: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()
    availability: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "date": self.day.isoformat(),
            "before": self.before,
            "made_at": self.made_at,
            "standing": [asdict(one) for one in self.standing],
            "events": [{"what": event.what, "warning": asdict(event.warning)} for event in self.events],
            "notes": list(self.notes),
            "availability": self.availability,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Record:
        return cls(
            date.fromisoformat(stored["date"]),
            stored["before"],
            stored["made_at"],
            tuple(Warn(**row) for row in stored["standing"]),
            tuple(Event(row["what"], Warn(**row["warning"])) for row in stored["events"]),
            tuple(stored["notes"]),
            stored["availability"],
        )


def record_key(day: date) -> str:
    return f"{ROOT}/{day.isoformat()}.json"


def read_record(store: ObjectStore, day: date) -> Record | None:
    """The record of a day; None where there is none. Raises ValueError, in Chinese, where it is damaged."""
    try:
        return Record.from_json(json.loads(store.get(record_key(day))))
    except KeyError as error:
        if error.args == (record_key(day),):
            return None
        raise ValueError(f"{record_key(day)} 缺少字段 {error}，可能被截断或改动") from None
    except (TypeError, ValueError):
        raise ValueError(f"{record_key(day)} 无法读取，可能被截断或改动") from None


def record_before(store: ObjectStore, day: date) -> tuple[Record | None, list[str]]:
    """The last sound record before ``day``, and what is wrong with the days between."""
    notes: list[str] = []
    for back in range(1, _LOOK_BACK + 1):
        earlier = day - timedelta(days=back)
        try:
            found = read_record(store, earlier)
        except ValueError as error:
            notes.append(str(error))
            continue
        if found is not None:
            return found, notes
        notes.append(f"{earlier} 没有预警记录")
    return None, []


def step(
    before: Sequence[Warn],
    readings: Iterable[Reading],
    exemptions: Sequence[Exemption],
    rules: WarningRules,
    today: date,
) -> tuple[list[Warn], list[Event]]:
    """What stands today and what happened. Pure: the same input gives the same output."""
    standing: dict[str, Warn] = {}
    events: list[Event] = []
    old = {one.key: one for one in before}
    seen: set[str] = set()
    day = today.isoformat()
    by_subject: dict[str, list[Exemption]] = {}
    for item in exemptions:
        if item.holds_on(today):
            by_subject.setdefault(item.subject_id, []).append(item)
    for reading in readings:
        seen.add(reading.key)
        was = old.get(reading.key)
        if not reading.known:
            if was is not None:
                standing[was.key] = replace(
                    was, text=f"{was.text.partition('【')[0]}【今日未能复核：{reading.text}】"
                )
            continue
        silenced = next(
            (
                f"{item.reason}（{item.approved_by}批准）"
                for item in by_subject.get(reading.subject_id, ())
                if item.scope in reading.scopes
            ),
            "",
        )
        now, what = _next(was, reading, silenced, rules, today)
        if now is not None:
            standing[now.key] = now
        if what:
            shown = now if now is not None else was
            assert shown is not None
            events.append(
                Event(what, shown if now is not None else replace(shown, text=reading.text, checked_on=day))
            )
    for key, was in old.items():
        if key not in seen:
            events.append(Event("cleared", replace(was, text="对象、栏目或内容已不存在", checked_on=day)))
    return sorted(standing.values(), key=_order), sorted(
        events, key=lambda event: (_order(event.warning), event.what)
    )


def _order(one: Warn) -> tuple[int, str]:
    return (-LEVELS.index(one.level) if one.level else 1, one.key)


def _next(
    was: Warn | None, reading: Reading, silenced: str, rules: WarningRules, today: date
) -> tuple[Warn | None, str]:
    """(how it stands now, what happened): None where nothing stands, "" where there is no news."""
    day = today.isoformat()
    if not reading.level:
        return None, "cleared" if was is not None else ""
    if was is None:
        made = _made(reading, day, silenced)
        if silenced:
            return made, "silenced"
        return made, "breached" if _is_breach(reading) else "opened"
    now = replace(
        was,
        name=reading.name,
        unit=reading.unit,
        region=reading.region,
        category=reading.category,
        level=reading.level,
        text=reading.text,
        checked_on=day,
        silenced=silenced,
        level_since=was.level_since if reading.level == was.level else day,
    )
    if silenced:
        return now, "" if was.silenced else "silenced"
    if was.silenced or not was.told_on:
        # The exemption has run out: whoever was not told hears of it now.
        return replace(now, told_on=day), "breached" if _is_breach(reading) else "opened"
    rank, before = LEVELS.index(reading.level), LEVELS.index(was.level)
    if rank > before:
        return replace(now, told_on=day), "breached" if _is_breach(reading) else "raised"
    if rank < before:
        return now, "lowered"
    waited = (today - date.fromisoformat(was.told_on)).days
    if waited >= rules.remind[reading.level]:
        return replace(now, told_on=day), "reminded"
    return now, ""


def _is_breach(reading: Reading) -> bool:
    return reading.level == "red" and reading.kind in _BREACHES


def _made(reading: Reading, day: str, silenced: str) -> Warn:
    return Warn(
        key=reading.key,
        kind=reading.kind,
        subject_id=reading.subject_id,
        name=reading.name,
        unit=reading.unit,
        target=reading.target,
        target_name=reading.target_name,
        section_class=reading.section_class,
        region=reading.region,
        category=reading.category,
        level=reading.level,
        text=reading.text,
        opened_on=day,
        level_since=day,
        told_on="" if silenced else day,
        checked_on=day,
        silenced=silenced,
    )


def messages_of(record: Record, rules: WarningRules, at: datetime) -> list[Message]:
    """The day's news as messages for the outbox. What falls into the quiet hours is due at their end."""
    found: list[Message] = []
    for event in record.events:
        one = event.warning
        if not event.told or (event.what == "cleared" and not one.told_on):
            continue
        cleared = event.what == "cleared"
        level = "info" if cleared else one.level
        facts = [
            f"单位：{one.unit}",
            f"对象：{one.name}（{one.subject_id}）",
            f"{one.target_name or KINDS[one.kind]}：{one.text}",
        ]
        if "://" in one.target:
            facts.append(f"网址：{one.target.rpartition('|')[2]}")
        if not cleared:
            facts.append(f"首次预警：{one.opened_on}")
        found.append(
            Message(
                key=f"warning-{record.day}-{event.what}-{one.key}",
                level=level,
                unit=one.unit,
                title=f"{EVENTS[event.what]}：{one.title}",
                body="\n".join(facts),
                at=at,
                subject_id=one.subject_id,
                due_at=None if one.kind in rules.at_once else rules.due_at(at),
            )
        )
    return found


def store_record(store: ObjectStore, record: Record) -> None:
    store.put(record_key(record.day), json_bytes(record.to_json()))
