"""Delivery of the outbox: what is due goes to everybody on the list, once; what fails waits and is tried again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import structlog

from include.inspection.config import ConfigFile
from include.inspection.outbox.box import LEVELS, PENDING, SENT, UNDELIVERED, Message
from include.inspection.outbox.messengers import Sender, SendError
from include.inspection.outbox.recipients import CHANNELS, Recipient, addresses, left_out_on_purpose
from include.inspection.outbox.texts import compose
from include.inspection.store import ObjectStore
from include.inspection.times import beijing, utc_text

log = structlog.get_logger("inspection.outbox")

SETTINGS_FILE = Path(__file__).resolve().parents[2] / "rules" / "outbox.yaml"

_COUNT = {"type": "integer", "minimum": 1, "maximum": 100_000}
_CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_PARTS: dict[str, Any] = {
    "quiet": {
        "type": "object",
        "additionalProperties": False,
        "required": ["from", "until", "level"],
        "properties": {"from": _CLOCK, "until": _CLOCK, "level": {"enum": list(LEVELS)}},
    },
    "retry_minutes": {"type": "array", "minItems": 1, "items": _COUNT},
    "give_up_days": _COUNT,
    "unaddressed_days": _COUNT,
    "most_a_run": {
        "type": "object",
        "additionalProperties": False,
        "required": list(CHANNELS),
        "properties": dict.fromkeys(CHANNELS, _COUNT),
    },
}
_SCHEMA = {"type": "object", "additionalProperties": False, "required": list(_PARTS), "properties": _PARTS}


@dataclass(frozen=True)
class DeliverySettings:
    """include/rules/outbox.yaml. The quiet hours begin with ``quiet_from`` and end before ``quiet_until``, Beijing time."""

    quiet_from: time
    quiet_until: time
    quiet_level: str
    retry: tuple[timedelta, ...]
    give_up: timedelta
    unaddressed: timedelta
    most_a_run: dict[str, int]

    @classmethod
    def load(cls, path: Path = SETTINGS_FILE) -> DeliverySettings:
        """Raises ConfigError that names file, line and field."""
        data = ConfigFile(path, _SCHEMA).data
        return cls(
            quiet_from=time.fromisoformat(data["quiet"]["from"]),
            quiet_until=time.fromisoformat(data["quiet"]["until"]),
            quiet_level=data["quiet"]["level"],
            retry=tuple(timedelta(minutes=minutes) for minutes in data["retry_minutes"]),
            give_up=timedelta(days=data["give_up_days"]),
            unaddressed=timedelta(days=data["unaddressed_days"]),
            most_a_run=data["most_a_run"],
        )

    def holds_back(self, message: Message, now: datetime) -> bool:
        order, clock = list(LEVELS), beijing(now).time()
        start, end = self.quiet_from, self.quiet_until
        quiet = start <= clock < end if start <= end else clock >= start or clock < end
        return quiet and order.index(message.level) < order.index(self.quiet_level)

    def pause(self, attempts: int) -> timedelta:
        return self.retry[min(attempts, len(self.retry)) - 1]


def deliver(
    store: ObjectStore,
    recipients: Sequence[Recipient],
    messengers: Sender,
    now: datetime,
    settings: DeliverySettings | None = None,
    keys: Collection[str] | None = None,
) -> dict[str, int]:
    """Send what is due at ``now``; with ``keys`` only those messages, also before their ``due_at``.

    Returns how many messages are done (``sent``), still wait (``waiting``) and were put aside (``undelivered``), and how
    many sendings failed (``failed``). A channel that took a message never gets it again: the state is stored after each
    sending. (Whoever is killed between a sending and its state sends that one again: no messenger offers more.)
    """
    run = _Run(store, recipients, messengers, now, settings or DeliverySettings.load())
    for key, entry in sorted(_pending(store, keys), key=lambda pair: _urgency(pair[1])):
        run.one(key, entry, early=keys is not None)
    for unit, number in sorted(run.unaddressed.items()):
        log.warning(f"收件人名单里没有人接收“{unit}”的{number}条消息：请补充名单", unit=unit)
    counts = {name: run.counts[name] for name in ("sent", "waiting", "undelivered", "failed")}
    log.info(
        "消息投递：完成 {sent} 条，等待 {waiting} 条，搁置 {undelivered} 条，发送失败 {failed} 次".format(
            **counts
        )
    )
    return counts


def _pending(store: ObjectStore, keys: Collection[str] | None) -> list[tuple[str, dict[str, Any]]]:
    names = (
        list(store.keys(f"{PENDING}/")) if keys is None else [f"{PENDING}/{key}.json" for key in sorted(keys)]
    )
    found = []
    for name in names:
        try:
            stored = store.get_json(name)
            found.append((name, {**stored, "message": Message.from_json(stored["message"])}))
        except KeyError as error:
            if error.args and error.args[0] == name:
                continue  # sent meanwhile
            log.error(f"发件箱里的 {name} 缺少内容，已跳过：请人工查看", key=name)
        except (json.JSONDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
            log.error(f"发件箱里的 {name} 已损坏（{type(error).__name__}），已跳过：请人工查看", key=name)
    return found


def _urgency(entry: dict[str, Any]) -> tuple[int, datetime, str]:
    message: Message = entry["message"]
    return -list(LEVELS).index(message.level), message.at, message.key


class _Run:
    """One delivery: what went out in it, and which ways out are closed for the rest of it."""

    def __init__(
        self,
        store: ObjectStore,
        recipients: Sequence[Recipient],
        messengers: Sender,
        now: datetime,
        settings: DeliverySettings,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.unaddressed: Counter[str] = Counter()  # messages by unit, of units that are not on the list
        self._store, self._recipients, self._messengers = store, recipients, messengers
        self._now, self._settings = now, settings
        self._used: Counter[tuple[str, str]] = Counter()
        self._closed: set[str | tuple[str, str]] = set()

    def one(self, key: str, entry: dict[str, Any], *, early: bool) -> None:
        message: Message = entry["message"]
        states: dict[str, dict[str, Any]] = entry["channels"]
        wanted = addresses(self._recipients, message)
        held = not early and message.due_at is not None and message.due_at > self._now
        if not held and not self._settings.holds_back(message, self._now):
            for channel, address in wanted:
                self._try(key, message, states, channel, address)
        sent = {name: state["at"] for name, state in states.items() if state["state"] == "sent"}
        if sent and all(f"{channel}:{address}" in sent for channel, address in wanted):
            self._move(key, message, states, SENT, datetime.fromisoformat(max(sent.values())))
            self.counts["sent"] += 1
            return
        age = self._now - message.at
        if wanted and age >= self._settings.give_up:
            why = "多次发送未成功"
            log.error(
                f"消息 {message.key} 已搁置（{why}）：{message.title}", key=message.key, unit=message.unit
            )
        elif not wanted and left_out_on_purpose(self._recipients, message):
            why = "收件人名单要求的级别更高"
        elif not wanted and age >= self._settings.unaddressed:
            why = "收件人名单里没有人接收"
            log.warning(
                f"消息 {message.key} 已搁置（{why}）：{message.title}", key=message.key, unit=message.unit
            )
        else:
            if not wanted:
                self.unaddressed[message.unit] += 1
            self.counts["waiting"] += 1
            return
        self._move(key, message, states, UNDELIVERED, self._now, why)
        self.counts["undelivered"] += 1

    def _try(
        self, key: str, message: Message, states: dict[str, dict[str, Any]], channel: str, address: str
    ) -> None:
        name, place = f"{channel}:{address}", (channel, address)
        state = states.get(name, {"state": "", "attempts": 0, "next_try": ""})
        if state["state"] == "sent" or state["next_try"] > utc_text(self._now):
            return
        if place in self._closed or channel in self._closed:
            return
        if self._used[place] >= self._settings.most_a_run[channel]:
            return
        self._used[place] += 1
        attempts = state["attempts"] + 1
        try:
            self._send(message, channel, address)
        except SendError as error:
            # Whoever failed once in a run is left alone for the rest of it; the others' messages lose no try by it.
            self._closed.add(channel if error.whole_channel else place)
            self.counts["failed"] += 1
            due = utc_text(self._now + self._settings.pause(attempts))
            states[name] = {
                "state": "failed",
                "attempts": attempts,
                "at": utc_text(self._now),
                "next_try": due,
                "error": str(error),
            }
            log.warning(
                f"消息 {message.key} 未能发到 {CHANNELS[channel]} {address}（第{attempts}次）：{error}；将于 {due} 之后再试",
                key=message.key,
            )
        else:
            states[name] = {
                "state": "sent",
                "attempts": attempts,
                "at": utc_text(self._now),
                "next_try": "",
                "error": "",
            }
            log.info(f"消息 {message.key} 已发到 {CHANNELS[channel]} {address}", key=message.key)
        self._store.put_json(key, {"message": message.to_json(), "channels": states})

    def _send(self, message: Message, channel: str, address: str) -> None:
        title, body = compose(
            "envelope",
            level=LEVELS[message.level],
            title=message.title,
            body=message.body,
            at=f"{beijing(message.at):%Y-%m-%d %H:%M}",
            key=message.key,
        )
        facts = {
            "key": message.key,
            "level": message.level,
            "unit": message.unit,
            "subject_id": message.subject_id,
        }
        self._messengers.send(channel, address, title, body, facts)

    def _move(
        self,
        key: str,
        message: Message,
        states: dict[str, Any],
        folder: str,
        moment: datetime,
        why: str = "",
    ) -> None:
        """A copy under its final key, then the original goes: cut short between, the next run does the same again."""
        target = f"{folder}/{beijing(moment).date().isoformat()}/{message.key}.json"
        self._store.put_json(target, {"message": message.to_json(), "channels": states, "why": why})
        self._store.delete(key)
