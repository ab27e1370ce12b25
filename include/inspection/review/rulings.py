"""Which decision holds for a finding: only one made on the very evidence, and never one of two that disagree."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from include.inspection.model import Appeal, Decision
from include.inspection.review.decisions import Records
from include.inspection.times import beijing

Row = Mapping[str, Any]

DECISION_COLUMNS = (
    "subject_id",
    "indicator_id",
    "decision",
    "reason",
    "decided_by",
    "decided_at",
    "source",
    "appeal_id",
    "evidence",
    "status",
    "note",
)
STATUSES = {
    "applied": "生效",
    "contradicted": "与另一决定相互矛盾，未采用",
    "other_evidence": "证据已变，不再适用",
    "no_finding": "问题已不存在，不起作用",
    "replaced": "已被其后的决定取代",
    "withdrawn": "已从名单中撤回",
}
_EFFECTS: dict[str, Literal["confirmed", "overturned", "open"]] = {
    "confirm": "confirmed",
    "upheld": "confirmed",
    "partly": "confirmed",
    "false_alarm": "overturned",
    "exempt": "overturned",
    "overturned": "overturned",
    "look_again": "open",
}


@dataclass(frozen=True)
class Ruling:
    """What people's word makes of a finding; ``open``: nobody may be named for it yet."""

    effect: Literal["confirmed", "overturned", "open"]
    decided_by: str
    note: str


def fingerprint(finding: Row, evidence: Iterable[Row]) -> str:
    """SHA-256 over what a finding rests on: its value, and the places and digests of its pages.

    Wording is left out, so that a better sentence asks nobody again; what people reported has nothing but words.
    """
    places = sorted(_place(row) for row in (finding, *evidence))
    basis = [finding["subject_id"], finding["indicator_id"], str(finding["measured"]), places]
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False).encode()).hexdigest()


def _place(row: Row) -> list[str]:
    place = [
        str(row[name])
        for name in ("evidence_url", "evidence_key", "evidence_offset", "evidence_sha256", "fetched_at")
    ]
    return place if row["evidence_key"] else [*place, str(row.get("fact", ""))]


def last_seen(finding: Row, evidence: Iterable[Row]) -> datetime:
    """The latest moment at which anything of the finding was fetched or found."""
    texts = [str(row["fetched_at"]) for row in (finding, *evidence) if row["fetched_at"]]
    moments = [datetime.fromisoformat(text.replace("Z", "+00:00")) for text in texts]
    return max((moment for moment in moments if moment.tzinfo), default=datetime.min.replace(tzinfo=UTC))


class Rulings:
    """The decisions of a round against the findings as they are met; afterwards ``rows()`` tells what became of each."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._by_finding: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, decision in records.decisions.items():
            self._by_finding[decision.subject_id, decision.indicator_id].append(name)
        self._status: dict[str, tuple[str, str]] = {
            name: ("withdrawn", "") if name in records.withdrawn else ("no_finding", "")
            for name in records.decisions
        }

    def without_appeals(self) -> Rulings:
        """The same as if no appeal had been decided."""
        kept = {name: item for name, item in self._records.decisions.items() if not item.appeal_id}
        return Rulings(Records(kept, self._records.appeals, self._records.approvals, self._records.withdrawn))

    @property
    def appeals(self) -> dict[str, Appeal]:
        return {
            key: item for key, item in self._records.appeals.items() if key not in self._records.withdrawn
        }

    def look_again(self) -> set[str]:
        """Subjects of which somebody asked for a further look."""
        return {
            item.subject_id
            for name, item in self._records.decisions.items()
            if item.choice == "look_again" and name not in self._records.withdrawn
        }

    def decision_on(self, appeal: Appeal) -> Decision | None:
        """The latest decision on an appeal, whatever became of it."""
        made = [
            item
            for name, item in self._records.decisions.items()
            if item.appeal_id == appeal.appeal_id and name not in self._records.withdrawn
        ]
        return made[-1] if made else None

    def on(self, finding: Row, evidence: Sequence[Row]) -> Ruling | None:
        """What holds for a finding; None where nobody decided on this evidence."""
        key = finding["subject_id"], finding["indicator_id"]
        names = [name for name in self._by_finding.get(key, ()) if name not in self._records.withdrawn]
        if not names:
            return None
        decisions = {name: self._records.decisions[name] for name in names}
        print_, seen = fingerprint(finding, evidence), last_seen(finding, evidence)
        holding = {}
        for name, item in decisions.items():
            if item.evidence == print_ or (not item.evidence and item.decided_at >= seen):
                holding[name] = item
            else:
                self._status[name] = ("other_evidence", "")
        set_aside = {name for item in holding.values() for name in item.replaces}
        if any(item.appeal_id for item in holding.values()):
            # An appeal is a second hearing of what was decided before.
            set_aside |= {name for name, item in holding.items() if not item.appeal_id}
        for name in set_aside & holding.keys():
            self._status[name] = ("replaced", "")
            del holding[name]
        if not holding:
            return None
        if len({item.choice for item in holding.values()}) > 1:
            told = "、".join(_told(item) for item in holding.values())
            for name in holding:
                self._status[name] = ("contradicted", told)
            return Ruling("open", "", f"决定相互矛盾，均未采用：{told}")
        for name in holding:
            self._status[name] = ("applied", "")
        last = list(holding.values())[-1]
        what = f"申诉{last.label}" if last.appeal_id else last.label
        effect = _EFFECTS[last.choice]
        return Ruling(effect, "" if effect == "open" else last.decided_by, f"{what}：{last.reason}")

    def contradicting(self, subject_id: str, indicator_id: str) -> list[str]:
        """Ids of the decisions on a finding that disagree, for whoever settles them."""
        return [
            name
            for name in self._by_finding.get((subject_id, indicator_id), ())
            if self._status[name][0] == "contradicted"
        ]

    def rows(self) -> list[dict[str, Any]]:
        """The published table of decisions, oldest first."""
        return [
            {
                "subject_id": item.subject_id,
                "indicator_id": item.indicator_id,
                "decision": item.choice,
                "reason": item.reason,
                "decided_by": item.decided_by,
                "decided_at": item.decided_at.isoformat(),
                "source": item.source,
                "appeal_id": item.appeal_id,
                "evidence": item.evidence,
                "status": self._status[name][0],
                "note": "：".join(
                    part for part in (STATUSES[self._status[name][0]], self._status[name][1]) if part
                ),
            }
            for name, item in self._records.decisions.items()
        ]


def _told(item: Decision) -> str:
    return f"{item.decided_by}（{item.label}，{beijing(item.decided_at):%Y-%m-%d %H:%M}）"
