"""What the daily side is told by its two rule files: include/rules/patrol.yaml and include/rules/warnings.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from include.inspection.config import ConfigFile
from include.inspection.rules.standard import Rule
from include.inspection.times import BEIJING, Span, beijing

RULES = Path(__file__).resolve().parents[2] / "rules"
PATROL_FILE, WARNINGS_FILE = RULES / "patrol.yaml", RULES / "warnings.yaml"

LEVELS = ("yellow", "orange", "red")
_NUMBER = {"type": "number"}
_POSITIVE = {"type": "integer", "minimum": 1}
_SPAN = {"type": "string", "pattern": r"^[1-9][0-9]{0,3}(d|mo|y)$"}
_CLOCK = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def _object(properties: Mapping[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in optional],
        "properties": dict(properties),
    }


_LADDER = _object({**dict.fromkeys(LEVELS, _NUMBER), "falling": {"type": "boolean"}}, optional=("falling",))
LADDERS = (
    "home_days",
    "late_sections",
    "overdue_sections",
    "empty_sections",
    "availability",
    "certificate",
    "message",
)
#: What a warning can be about, with its name in digests and messages.
KINDS = {
    "wording": "疑似严重表述错误",
    "availability": "首页可用性",
    "home": "首页更新",
    "section": "栏目更新",
    "late_sections": "动态公告政策类栏目超期数",
    "overdue_sections": "超期和空白栏目数",
    "empty_sections": "空白栏目数",
    "account": "政务新媒体更新",
    "message": "网民找错留言办理",
    "certificate": "安全证书有效期",
}
_WARNINGS_SCHEMA = _object(
    {
        "duties": {
            "type": "object",
            "additionalProperties": _object({"within": _SPAN, "level": _POSITIVE}, optional=("level",)),
        },
        "accounts": _object({"within": _SPAN}),
        "share": _object(dict.fromkeys(LEVELS, _POSITIVE)),
        "ladders": _object(dict.fromkeys(LADDERS, _LADDER)),
        "availability": _object({"days": _POSITIVE, "probes_at_least": _POSITIVE}),
        "remind": _object(dict.fromkeys(LEVELS, _POSITIVE)),
        "at_once": {"type": "array", "items": {"enum": list(KINDS)}},
        "quiet": _object({"from": _CLOCK, "until": _CLOCK}),
    }
)


@dataclass(frozen=True)
class Duty:
    """An item must be dated within ``span`` of the day, both ends counted."""

    span: Span

    def length(self, today: date) -> int:
        """In days: an item of this age is in breach."""
        return (today - self.first_day(today)).days + 1

    def first_day(self, today: date) -> date:
        return self.span.first_day(datetime.combine(today, time(12), BEIJING))

    def share(self, newest: date, today: date) -> int:
        """How much of the duty has passed, in percent, rounded down; 100 and more is the breach."""
        return (today - newest).days * 100 // self.length(today)


@dataclass(frozen=True)
class Ladder:
    """The level of a value: from ``steps[level]`` on, or down from it where it is ``falling``."""

    steps: Mapping[str, float]
    falling: bool = False

    def level(self, value: float) -> str:
        """ "" below the first step."""
        found = ""
        for level in LEVELS:
            step = self.steps[level]
            if value <= step if self.falling else value >= step:
                found = level
        return found


@dataclass(frozen=True)
class WarningRules:
    """include/rules/warnings.yaml. Raises ConfigError with file, line and field."""

    duties: Mapping[str, tuple[Duty, int | None]]
    account_duty: Duty
    share: Ladder
    ladders: Mapping[str, Ladder]
    availability_days: int
    probes_at_least: int
    remind: Mapping[str, int]
    at_once: frozenset[str]
    quiet_from: time
    quiet_until: time
    sha256: str

    @classmethod
    def load(cls, path: Path = WARNINGS_FILE) -> WarningRules:
        file = ConfigFile(path, _WARNINGS_SCHEMA)
        data = file.data
        ladders = {}
        for name in (*LADDERS, "share"):
            raw = data["share"] if name == "share" else data["ladders"][name]
            ladder = Ladder({level: raw[level] for level in LEVELS}, raw.get("falling", False))
            steps = [ladder.steps[level] for level in LEVELS]
            if steps != sorted(steps, reverse=ladder.falling):
                where = ["share"] if name == "share" else ["ladders", name]
                raise file.error(
                    where, "黄、橙、红三级的数值应依次加重：请核对次序（越小越严重时写 falling: true）"
                )
            ladders[name] = ladder
        return cls(
            duties={
                name: (Duty(Span(raw["within"])), raw.get("level")) for name, raw in data["duties"].items()
            },
            account_duty=Duty(Span(data["accounts"]["within"])),
            share=ladders.pop("share"),
            ladders=ladders,
            availability_days=data["availability"]["days"],
            probes_at_least=data["availability"]["probes_at_least"],
            remind=data["remind"],
            at_once=frozenset(data["at_once"]),
            quiet_from=time.fromisoformat(data["quiet"]["from"]),
            quiet_until=time.fromisoformat(data["quiet"]["until"]),
            sha256=file.sha256,
        )

    def duty(self, section_class: str, level: int, update_days: int | None) -> Duty | None:
        """The section's own duty, else that of its class; None where it has none."""
        if update_days is not None:
            return Duty(Span(f"{update_days}d"))
        duty, only = self.duties.get(section_class, (None, None))
        return duty if only is None or only == level else None

    def duty_of_account(self, update_days: int | None) -> Duty:
        return self.account_duty if update_days is None else Duty(Span(f"{update_days}d"))

    def due_at(self, moment: datetime) -> datetime | None:
        """When news of ``moment`` may be told: None for at once, else the end of the quiet hours."""
        local = beijing(moment)
        now, start, end = local.time(), self.quiet_from, self.quiet_until
        quiet = start <= now < end if start <= end else now >= start or now < end
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if start > end and now >= start else 0)
        return datetime.combine(day, end, BEIJING)


@dataclass(frozen=True)
class Looks:
    """How much of a site one day looks at; see include/rules/patrol.yaml."""

    section_days: int
    sections_at_least: int
    survey_days: int
    survey_again_days: int
    near_duty: int
    ask_anew: int
    home_links: int
    sites_at_once: int
    home_tries: int
    backdate_days: int
    remember_days: int


@dataclass(frozen=True)
class Check:
    """One expectation of a day: the named value of every subject of one type within its limits."""

    id: str
    name: str
    subject: Literal["site", "account"]
    value: str
    expectation: Mapping[str, Any] = field(hash=False)
    unit: str

    @property
    def rule(self) -> Rule:
        """The check in the form that the judge takes."""
        return Rule(
            id=self.id,
            name=self.name,
            subject=self.subject,
            kinds=(),
            has_services=None,
            platforms=(),
            measure=self.value,
            window={},
            settings={},
            expectation=self.expectation,
            unit=self.unit,
            effect="deduction",
            check="M",
            verified="derived",
            clause=self.name,
            problem=self.name,
            standard="patrol",
        )


_PATROL_SCHEMA = _object(
    {
        "look": _object({item.name: {"type": "integer", "minimum": 0} for item in fields(Looks)}),
        "checks": {
            "type": "array",
            "minItems": 1,
            "items": _object(
                {
                    "id": {"type": "string", "pattern": "^[A-Z][0-9]{1,3}$"},
                    "name": {"type": "string", "minLength": 1},
                    "subject": {"enum": ["site", "account"]},
                    "value": {"type": "string"},
                    "expectation": _object(
                        {
                            "type": {"const": "expect_column_values_to_be_between"},
                            "min_value": _NUMBER,
                            "max_value": _NUMBER,
                        },
                        optional=("min_value", "max_value"),
                    ),
                    "unit": {"type": "string"},
                }
            ),
        },
    }
)


@dataclass(frozen=True)
class PatrolRules:
    """include/rules/patrol.yaml. Raises ConfigError with file, line and field."""

    look: Looks
    checks: tuple[Check, ...]
    sha256: str

    @classmethod
    def load(cls, path: Path = PATROL_FILE) -> PatrolRules:
        file = ConfigFile(path, _PATROL_SCHEMA)
        seen: set[str] = set()
        for number, raw in enumerate(file.data["checks"]):
            if raw["id"] in seen:
                raise file.error(["checks", number, "id"], f"编号 {raw['id']} 重复：请改名或删除")
            seen.add(raw["id"])
        return cls(
            Looks(**file.data["look"]), tuple(Check(**raw) for raw in file.data["checks"]), file.sha256
        )
