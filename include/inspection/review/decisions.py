"""People's decisions in the object store: written once, never changed, one object each, under the round's key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from include.inspection.model import Appeal, Decision
from include.inspection.registry.review_lists import ReviewLists
from include.inspection.store import ObjectStore, RoundKeys, json_bytes

log = structlog.get_logger("inspection.review")


@dataclass(frozen=True)
class Approval:
    """A person's word on a whole draft: ``choice`` is approved or returned, ``notice`` the digest of its figures."""

    choice: str
    reason: str
    decided_by: str
    decided_at: datetime
    notice: str


@dataclass(frozen=True)
class Records:
    """Everything that people decided about a round, oldest first; decisions and appeals by their ids."""

    decisions: Mapping[str, Decision]
    appeals: Mapping[str, Appeal]
    approvals: tuple[Approval, ...]
    #: Ids of decisions and appeals that stood in the office's lists and no longer do.
    withdrawn: frozenset[str]


NOTHING_DECIDED = Records({}, {}, (), frozenset())


def write_decision(store: ObjectStore, round_name: str, decision: Decision) -> str:
    """Store a decision; returns its id. The same decision once more changes nothing."""
    return _write(store, round_name, "decision", _plain(asdict(decision)))


def write_approval(store: ObjectStore, round_name: str, approval: Approval) -> str:
    return _write(store, round_name, "approval", _plain(asdict(approval)))


def write_lists(store: ObjectStore, round_name: str, lists: ReviewLists, now: datetime) -> dict[str, int]:
    """Store the decisions and appeals of the office's files, and which of them stand there now.

    A row that is gone from a list no longer holds; a list that is not there says nothing. Returns how many are new.
    """
    before = read_records(store, round_name)
    new = {"decisions": 0, "appeals": 0}
    ids: dict[str, list[str]] = {"decisions": [], "appeals": []}
    for item in lists.decisions:
        made = write_decision(store, round_name, item)
        new["decisions"] += made not in before.decisions
        ids["appeals" if item.appeal_id else "decisions"].append(made)
    for appeal in lists.appeals:
        made = _write(store, round_name, "appeal", _plain(asdict(appeal)))
        new["appeals"] += made not in before.appeals
        ids["appeals"].append(made)
    standing = {stem: sorted(ids[stem]) for stem in lists.found}
    if standing and standing != {stem: _standing(store, round_name).get(stem) for stem in standing}:
        _write(store, round_name, "lists", {"at": _moment_text(now), "standing": standing})
    if standing:
        log.info(
            f"复核决定：名单中 {len(lists.decisions)} 条，其中新增 {new['decisions']} 条；"
            f"申诉 {len(lists.appeals)} 件，其中新增 {new['appeals']} 件"
        )
    return new


def read_records(store: ObjectStore, round_name: str) -> Records:
    """All decisions of a round in the order of their time. Raises StoreError."""
    found = _objects(store, round_name)
    decisions = {
        name: Decision(
            **{
                **body,
                "decided_at": datetime.fromisoformat(body["decided_at"]),
                "replaces": tuple(body["replaces"]),
            }
        )
        for kind, name, body in found
        if kind == "decision"
    }
    appeals = {
        name: Appeal(**{**body, "filed_at": datetime.fromisoformat(body["filed_at"])})
        for kind, name, body in found
        if kind == "appeal"
    }
    approvals = [
        Approval(**{**body, "decided_at": datetime.fromisoformat(body["decided_at"])})
        for kind, _, body in found
        if kind == "approval"
    ]
    standing = _latest_standing(body for kind, _, body in found if kind == "lists")
    from_files = {
        name: "appeals" if item.appeal_id else "decisions"
        for name, item in decisions.items()
        if item.source == "file"
    } | dict.fromkeys(appeals, "appeals")
    return Records(
        decisions=dict(sorted(decisions.items(), key=lambda entry: (entry[1].decided_at, entry[0]))),
        appeals=dict(sorted(appeals.items(), key=lambda entry: (entry[1].filed_at, entry[0]))),
        approvals=tuple(sorted(approvals, key=lambda item: (item.decided_at, item.choice))),
        withdrawn=frozenset(name for name, stem in from_files.items() if name not in standing.get(stem, [])),
    )


def _objects(store: ObjectStore, round_name: str) -> list[tuple[str, str, dict[str, Any]]]:
    prefix = RoundKeys(round_name)("decisions/")
    found = []
    for key in sorted(store.keys(prefix)):
        kind, _, name = key.removeprefix(prefix).removesuffix(".json").partition("-")
        found.append((kind, name, store.get_json(key)))
    return found


def _standing(store: ObjectStore, round_name: str) -> dict[str, list[str]]:
    return _latest_standing(body for kind, _, body in _objects(store, round_name) if kind == "lists")


def _latest_standing(bodies: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """For each list the ids that its latest reading held."""
    latest: dict[str, list[str]] = {}
    for body in sorted(bodies, key=lambda item: str(item["at"])):
        latest |= body["standing"]
    return latest


def _write(store: ObjectStore, round_name: str, kind: str, body: Mapping[str, Any]) -> str:
    data = json_bytes(body)
    name = hashlib.sha256(kind.encode() + data).hexdigest()[:24]
    key = RoundKeys(round_name)(f"decisions/{kind}-{name}.json")
    if not store.exists(key):
        store.put(key, data)
    return name


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _moment_text(value) if isinstance(value, datetime) else value for key, value in body.items()}


def _moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
