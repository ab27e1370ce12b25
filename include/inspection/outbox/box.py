"""The outbox: messages to offices and operators wait here until every channel that wants them has taken them.

    outbox/known/KEY                 a mark that KEY was put in once, so that nothing is told twice
    outbox/pending/KEY.json          waits, with the state of each channel
    outbox/sent/DATE/KEY.json        every channel took it; DATE is the Beijing day of the last sending
    outbox/undelivered/DATE/KEY.json put aside: nobody on the list wanted it, or a channel failed for too long

A message is written to ``pending`` before anything is sent, and its state is written after each sending, before the
next. One run at a time delivers (the DAG has one active run); who sends a message of their own at once enqueues it
with a later ``due_at``, so that no run takes it up meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from include.inspection.store import ObjectStore
from include.inspection.times import utc_text

PENDING, SENT, UNDELIVERED, KNOWN = "outbox/pending", "outbox/sent", "outbox/undelivered", "outbox/known"

#: Levels from the lowest to the highest, with what stands before a title.
LEVELS = {"info": "提示", "yellow": "黄色预警", "orange": "橙色预警", "red": "红色预警"}
#: The unit of messages about the system itself: failed tasks, a store that is full.
OPERATIONS = "运维"
#: The unit of messages to those who decide: questions and drafts that wait for them.
REVIEWERS = "复核"
MAX_TITLE, MAX_BODY = 200, 8_000

_KEY = re.compile(r"\w[\w.\-]{0,199}")


@dataclass(frozen=True)
class Message:
    """One message. ``key`` names the news for good: the same key is never told twice, whatever the text.

    ``unit`` is the sponsor's name as in the lists (or OPERATIONS); ``subject_id`` the site or account it is about, if
    any: recipients are chosen by either. ``at`` is the aware moment of the news. ``title`` and ``body`` are plain
    Chinese text. ``due_at`` holds it back until then. Raises ValueError where a field cannot be used.
    """

    key: str
    level: str
    unit: str
    title: str
    body: str
    at: datetime
    subject_id: str = ""
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or ".." in self.key:
            raise ValueError(f"消息编号“{self.key[:60]}”不能用：只能用字母、数字、汉字、“-”“_”和“.”")
        if self.level not in LEVELS:
            raise ValueError(f"消息 {self.key} 的级别“{self.level}”不在可选值之内：{'、'.join(LEVELS)}")
        for moment in (self.at, self.due_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"消息 {self.key} 的时间没有时区")
        # Pages and feeds bring these texts: no control character may reach a mail header or a log line.
        object.__setattr__(self, "title", " ".join(_plain(self.title).split())[:MAX_TITLE])
        object.__setattr__(self, "body", _plain(self.body).strip()[:MAX_BODY])

    def to_json(self) -> dict[str, Any]:
        due = utc_text(self.due_at) if self.due_at else None
        return {**asdict(self), "at": utc_text(self.at), "due_at": due}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Message:
        due = stored["due_at"]
        return cls(
            **{
                **stored,
                "at": datetime.fromisoformat(stored["at"]),
                "due_at": datetime.fromisoformat(due) if due else None,
            }
        )


def _plain(text: str) -> str:
    return "".join(char if char == "\n" or (ord(char) >= 32 and ord(char) != 127) else " " for char in text)


def enqueue(store: ObjectStore, messages: Iterable[Message]) -> int:
    """Put messages into the outbox; one whose key was ever put in is left as it is. Returns how many are new."""
    new = 0
    for message in messages:
        mark, key = f"{KNOWN}/{message.key}", pending_key(message)
        if store.exists(mark):
            continue
        if not store.exists(key):
            store.put_json(key, {"message": message.to_json(), "channels": {}})
            new += 1
        # After the message: whoever is cut short between the two finds it in ``pending`` the next time.
        store.put(mark, b"")
    return new


def pending_key(message: Message) -> str:
    return f"{PENDING}/{message.key}.json"
