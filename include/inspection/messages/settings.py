"""What include/rules/messages.yaml says: limits, the meaning of a status, the headers of exports."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from include.inspection.config import ConfigFile

SETTINGS_FILE = Path(__file__).resolve().parents[2] / "rules" / "messages.yaml"

_DAYS = {"type": "integer", "minimum": 1, "maximum": 60}
_POINTS = {"type": "number", "minimum": 0, "maximum": 100}
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}


def _object(required: list[str], more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": more}


_STATUS = {"name": {"type": "string", "minLength": 1}, "valid": {"type": "boolean"}}
_STATUS |= {"closed": {"type": "boolean"}, "reasons": _NAMES}
_FIELDS = ("message_id", "site_code", "received_at", "valid", "status", "transferred_at", "closed_at")
_NAMED = {
    "close_within_working_days": _DAYS,
    "near_within_working_days": {**_DAYS, "minimum": 0},
    "transfer_within_working_days": {**_DAYS, "type": ["integer", "null"]},
    "annual": _object(
        ["never_closed", "closed_late"],
        {
            "never_closed": _POINTS,
            "closed_late": _object(["after_months", "points"], {"after_months": _DAYS, "points": _POINTS}),
        },
    ),
    "statuses": {"type": "array", "minItems": 1, "items": _object(["name", "valid", "closed"], _STATUS)},
    "columns": _object([], dict.fromkeys(_FIELDS, _NAMES)),
    "ignored_columns": _NAMES,
}
_SCHEMA = _object(sorted(_NAMED), _NAMED)


@dataclass(frozen=True)
class Status:
    """One state of a message on the platform. ``reasons`` may stand in brackets after the name."""

    name: str
    valid: bool
    closed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class MessageSettings:
    """The file as data; days are working days, points are those of the annual table."""

    close_within: int
    near_within: int
    transfer_within: int | None
    never_closed_points: float
    closed_late_months: int
    closed_late_points: float
    statuses: tuple[Status, ...]
    columns: dict[str, str]  # further header → field
    ignored_columns: frozenset[str]

    @classmethod
    @lru_cache(maxsize=4)
    def load(cls, path: Path = SETTINGS_FILE) -> MessageSettings:
        """Raises ConfigError that names file, line and field."""
        data = ConfigFile(path, _SCHEMA).data
        late = data["annual"]["closed_late"]
        return cls(
            close_within=data["close_within_working_days"],
            near_within=data["near_within_working_days"],
            transfer_within=data["transfer_within_working_days"],
            never_closed_points=data["annual"]["never_closed"],
            closed_late_months=late["after_months"],
            closed_late_points=late["points"],
            statuses=tuple(
                Status(item["name"], item["valid"], item["closed"], tuple(item.get("reasons", ())))
                for item in data["statuses"]
            ),
            columns={header: field for field, headers in data["columns"].items() for header in headers},
            ignored_columns=frozenset(data["ignored_columns"]),
        )

    def status(self, text: str) -> Status | None:
        """The status that an export's text names, with or without its reason in brackets; None where there is none."""
        folded = "".join(unicodedata.normalize("NFKC", text).split())
        name, bracket, reason = folded.partition("(")
        for status in self.statuses:
            if status.name == name and (not bracket or reason.rstrip(")") in status.reasons):
                return status
        return None

    @property
    def status_names(self) -> list[str]:
        return [
            item.name + (f"（{'/'.join(item.reasons)}）" if item.reasons else "") for item in self.statuses
        ]
