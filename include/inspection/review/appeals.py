"""Appeals (申诉): the challenged evidence read again, the decision, and what it changed in the verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from include.inspection.fetch.evidence import read_payload
from include.inspection.judging.verdicts import Tables
from include.inspection.model import Appeal
from include.inspection.review.rulings import Rulings, last_seen
from include.inspection.store import ObjectStore, StoreError

APPEAL_COLUMNS = (
    "appeal_id",
    "subject_id",
    "indicator_id",
    "filed_at",
    "filed_by",
    "statement",
    "status",
    "evidence_check",
    "measured_again",
    "decision",
    "reason",
    "decided_by",
    "decided_at",
    "state_before",
    "state_after",
    "verdict_before",
    "verdict_after",
)
APPEAL_STATUSES = {
    "open": "待处理",
    "decided": "已处理",
    "no_finding": "被申诉的问题已不存在",
    "other_evidence": "申诉早于现有证据，不再适用",
}

Row = Mapping[str, Any]


def appeal_rows(
    rulings: Rulings, tables: Tables, before: Tables, store: ObjectStore, scratch: Path
) -> list[dict[str, Any]]:
    """The published table of appeals. ``before`` holds the same subjects as if no appeal had been decided.

    Every payload that the finding rests on is read from the object store and hashed again; ``measured_again`` is the
    value measured from it now.
    """
    decisions = {
        row["appeal_id"]: row for row in tables.decisions if row["appeal_id"] and row["status"] == "applied"
    }
    rows = []
    for appeal in rulings.appeals.values():
        finding = _finding(before, appeal) or _finding(tables, appeal)
        evidence = [] if finding is None else [row for row in before.evidence if _is(row, appeal)]
        decided = decisions.get(appeal.appeal_id, {})
        after = _finding(tables, appeal)
        rows.append(
            {
                "appeal_id": appeal.appeal_id,
                "subject_id": appeal.subject_id,
                "indicator_id": appeal.indicator_id,
                "filed_at": appeal.filed_at.isoformat(),
                "filed_by": appeal.filed_by,
                "statement": appeal.statement,
                "status": _status(appeal, finding, evidence, bool(decided)),
                "evidence_check": "" if finding is None else read_again([finding, *evidence], store, scratch),
                "measured_again": "" if finding is None else finding["measured"],
                **{
                    name: decided.get(name, "") for name in ("decision", "reason", "decided_by", "decided_at")
                },
                "state_before": finding["state"] if finding else "",
                "state_after": after["state"] if after else "",
                "verdict_before": _verdict(before, appeal.subject_id),
                "verdict_after": _verdict(tables, appeal.subject_id),
            }
        )
    return rows


def _is(row: Row, appeal: Appeal) -> bool:
    return bool(row["subject_id"] == appeal.subject_id and row["indicator_id"] == appeal.indicator_id)


def _finding(tables: Tables, appeal: Appeal) -> Row | None:
    return next((row for row in tables.findings if _is(row, appeal)), None)


def _verdict(tables: Tables, subject_id: str) -> str:
    return next((row["verdict"] for row in tables.verdicts if row["subject_id"] == subject_id), "")


def _status(appeal: Appeal, finding: Row | None, evidence: list[dict[str, Any]], decided: bool) -> str:
    if finding is None:
        return "no_finding"
    if decided:
        return "decided"
    return "other_evidence" if appeal.filed_at < last_seen(finding, evidence) else "open"


def read_again(rows: Iterable[Row], store: ObjectStore, scratch: Path) -> str:
    """In Chinese how many of the payloads behind ``rows`` are in the store and still have their SHA-256."""
    places = {
        (row["evidence_key"], int(row["evidence_offset"]), row["evidence_sha256"])
        for row in rows
        if row["evidence_key"]
    }
    if not places:
        return "无网页存档"
    sound = sum(_sound(place, store, scratch) for place in sorted(places))
    return f"{sound} 份存档逐字节一致" if sound == len(places) else f"{len(places)} 份存档中 {sound} 份一致"


def _sound(place: tuple[str, int, str], store: ObjectStore, scratch: Path) -> bool:
    key, offset, digest = place
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / key.replace("/", "_")
    try:
        if not path.exists():
            store.get_file(key, path)
        with path.open("rb") as file:
            return hashlib.sha256(read_payload(file, offset)).hexdigest() == digest
    except StoreError:
        raise
    except Exception:  # lost, cut short, or no record at this place: whatever the reader meets
        return False
