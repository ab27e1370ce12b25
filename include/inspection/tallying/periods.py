"""What is known beside a round: the other rounds of its quarter, the quarter before, its recheck, earlier notices.

Only published objects and imported history are read. A round sees the rounds of its quarter whose monitoring points lie
before its own, so that what comes later never changes what was drafted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from include.inspection.model import Registry
from include.inspection.plan import Plan
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.tallying.notice_history import comparable, history_of
from include.inspection.times import Period

#: Rounds of a quarter that are looked for: 2024Q4, 2024Q4-2 … 2024Q4-12.
MOST_ROUNDS = 12
#: Facts of the office's own list (office.csv) that stand in the notice under `office`.
OFFICE = ("issuer", "addressees", "report_to", "place", "number", "basis")


@dataclass(frozen=True)
class Surroundings:
    """Each part in the shape of its key in notice.json (docs/data-dictionary.md); empty where nothing is known."""

    office: Mapping[str, str] = field(default_factory=dict)
    security_scan: Mapping[str, Any] = field(default_factory=dict)
    siblings: tuple[Mapping[str, Any], ...] = ()
    rechecks: int = 0
    previous: Mapping[str, Any] = field(default_factory=dict)
    recheck: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def parts(self) -> dict[str, Any]:
        """What a notice takes over as it is."""
        named = ("office", "security_scan", "previous", "recheck")
        return {name: dict(value) for name in named if (value := getattr(self, name))}


NOTHING_KNOWN = Surroundings()


def surroundings(store: ObjectStore, plan: Plan, registry: Registry, issuer: str) -> Surroundings:
    """What is stored beside ``plan``'s round. ``issuer`` is the profile's, where office.csv names none."""
    facts = {item.item: item.value for item in registry.office}
    office = {name: facts[name] for name in OFFICE if name in facts}
    issuer = office.get("issuer", issuer)
    period = Period(plan.round)
    siblings = _siblings(store, period, plan.as_of)
    earlier = rounds_of(store, period.previous, period.series)
    history = history_of(store, issuer)
    imported = history.get(period.previous)
    remarks = [*_contradictions(history.get(period.base), period.label)]
    previous: dict[str, Any] = {}
    if earlier:
        previous = _figures(earlier[-1])
    elif imported:
        previous = comparable(imported, Period(period.previous).label)
        remarks += _contradictions(imported, previous["period"])
    return Surroundings(
        office=office,
        security_scan=_scan(facts),
        siblings=tuple(siblings),
        rechecks=_rechecks(store, plan.round),
        previous=previous,
        recheck=_recheck(store, [notice["round"] for notice in earlier], Period(period.previous).label),
        remarks=tuple(remarks),
    )


def rounds_of(store: ObjectStore, quarter: str, series: str) -> list[dict[str, Any]]:
    """The published notices of a quarter's rounds in order. ``series`` is their suffix where it is not a number."""
    # Asked for by name: below a round's key lie tens of thousands of objects that a listing would go through.
    suffixes = [series] if series else ["", *map(str, range(1, MOST_ROUNDS + 1))]
    names = [f"{quarter}-{suffix}" if suffix else quarter for suffix in suffixes]
    return [
        store.get_json(RoundKeys(name)("notice.json"))
        for name in names
        if store.exists(RoundKeys(name).manifest)
    ]


def _siblings(store: ObjectStore, period: Period, as_of: datetime) -> list[dict[str, Any]]:
    if period.series:
        return []
    return [
        as_round(notice, _rechecks(store, notice["round"]))
        for notice in rounds_of(store, period.base, "")
        if notice["round"] != period.round and datetime.fromisoformat(notice["monitoring_point"]) < as_of
    ]


def as_round(notice: Mapping[str, Any], rechecks: int) -> dict[str, Any]:
    """What the notice of a period keeps of one of its rounds: counts and who was named."""
    kept = (
        "total",
        "inspected",
        "unmeasured",
        "qualified",
        "unqualified",
        "rate",
        "registered",
        "by_category",
    )
    return {
        "round": notice["round"],
        "monitoring_point": notice["monitoring_point"],
        "rechecks": rechecks,
        **{
            kind: {name: notice[kind][name] for name in kept if name in notice[kind]}
            for kind in ("sites", "accounts")
        },
        **{name: notice[name] for name in ("problem_sites", "problem_accounts")},
    }


def _figures(notice: Mapping[str, Any]) -> dict[str, Any]:
    """The rates of a published notice, with their counts."""
    names = ("inspected", "qualified", "unqualified", "rate", "received", "valid", "closed")
    return {
        "round": notice["round"],
        "period": notice["period"],
        "source": f"rounds/{notice['round']}/notice.json",
        **{
            kind: {name: notice[kind][name] for name in names if name in notice[kind]}
            for kind in ("sites", "accounts", "messages")
        },
    }


def _contradictions(record: Mapping[str, Any] | None, label: str) -> list[str]:
    """What a notice published of a period and its own counts do not bear out; the published text is left as it is."""
    return [f"{label}通报{flag}，本稿按数量计算" for flag in (record or {}).get("flags", [])]


def _rechecks(store: ObjectStore, round_name: str) -> int:
    return len(_recheck_rows(store, round_name))


def _recheck_rows(store: ObjectStore, round_name: str) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = store.get_json(RoundKeys(round_name)("recheck.json"))["subjects"]
    except KeyError:
        return []
    return rows


def _recheck(store: ObjectStore, rounds: list[str], label: str) -> dict[str, Any]:
    """What became of those named in ``rounds``; of one named in several the last recheck speaks."""
    rows = {row["subject_id"]: row for name in rounds for row in _recheck_rows(store, name)}
    if not rows:
        return {}
    made: dict[str, Any] = {"period": label, "subjects": list(rows.values())}
    for kind, subject_type in (("sites", "site"), ("accounts", "account")):
        outcomes = [row["outcome"] for row in rows.values() if row["subject_type"] == subject_type]
        made[kind] = {"named": len(outcomes)} | {
            name: outcomes.count(name) for name in ("fixed", "closed", "still_failing", "undetermined")
        }
    return made


def _scan(facts: Mapping[str, str]) -> dict[str, Any]:
    if "scanned" in facts and "scan_good" in facts:
        return {"scanned": int(facts["scanned"]), "good": int(facts["scan_good"])}
    return {"rate": facts["scan_rate"]} if "scan_rate" in facts else {}
