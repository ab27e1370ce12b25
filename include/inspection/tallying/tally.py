"""Verdicts to the figures of the notice: exact counts, rates rounded half up, lists as long as their counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from include.inspection.draft import Profile, complete, rate
from include.inspection.measures.updates import FEW_TRIES
from include.inspection.messages import count_messages
from include.inspection.model import Account, Registry, Site
from include.inspection.plan import Plan
from include.inspection.registry.without_effect import rows_without_effect
from include.inspection.rules.score import text as score_text
from include.inspection.rules.standard import Rule, Standard
from include.inspection.tallying.periods import NOTHING_KNOWN, Surroundings, as_round
from include.inspection.times import Period, beijing

Row = Mapping[str, Any]


def tally(
    plan: Plan,
    registry: Registry,
    standards: Sequence[Standard],
    profile: Profile,
    tables: Mapping[str, Sequence[Row]],
    *,
    sampled: tuple[datetime, datetime] | None,
    code_version: str,
    around: Surroundings = NOTHING_KNOWN,
) -> dict[str, Any]:
    """The notice as data (notice.json). ``tables`` holds the rows of verdicts, findings and coverage by table name.

    ``sampled`` is the span in which the evidence was fetched; ``around`` what is known beside this round.
    """
    period = Period(plan.round)
    today = beijing(plan.as_of).date()
    rules = {rule.id: rule for standard in standards for rule in standard.rules}
    notice_day, rectify_day = profile.dates(today)
    sites = [row for row in tables["verdicts"] if row["subject_type"] == "site"]
    accounts = [row for row in tables["verdicts"] if row["subject_type"] == "account"]
    reasons = {row["subject_id"]: row["reason"] for row in tables["coverage"]}
    details = {item.subject_id: item for item in registry.subjects}
    findings = [_finding(row, rules) for row in tables["findings"]]
    end = min(period.last_day, today) if today >= period.first_day else period.last_day
    names = {row["subject_id"]: row["name"] for row in tables["verdicts"]}
    standing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in findings:
        if item["state"] == "fail":
            standing[item["subject_id"]].append(item)

    def problem(row: Row) -> dict[str, Any]:
        subject = details[row["subject_id"]]
        return {
            "subject_id": row["subject_id"],
            "name": row["name"],
            "category": row["category"],
            "region": subject.region,
            "sponsor": subject.sponsor,
            "url": getattr(subject, "url", "") or getattr(subject, "feed_url", ""),
            "platform": getattr(subject, "platform", ""),
            "vetoes": row["vetoes"].split(),
            "findings": standing[row["subject_id"]],
        }

    def undetermined(row: Row) -> dict[str, Any]:
        return {key: row[key] for key in ("subject_id", "name", "category")} | {
            "reason": reasons.get(row["subject_id"], "")
        }

    notice: dict[str, Any] = {
        "round": plan.round,
        "period": period.label,
        "monitoring_point": plan.as_of.isoformat(),
        "window": {"start": period.first_day.isoformat(), "end": end.isoformat()},
        "sampled": {
            "start": beijing(sampled[0]).date().isoformat(),
            "end": beijing(sampled[1]).date().isoformat(),
        }
        if sampled
        else None,
        "sites": {
            **_counts(sites, profile.decimals("sites")),
            **_groups(sites, registry.sites, profile, "categories"),
        },
        "accounts": {
            **_counts(accounts, profile.decimals("accounts")),
            **_groups(accounts, registry.accounts, profile, "platforms"),
        },
        "messages": count_messages(registry, period, plan.as_of, profile.decimals("messages")),
        "notice_date": notice_day.isoformat(),
        "rectify_by": rectify_day.isoformat(),
        "problem_sites": [problem(row) for row in sites if row["verdict"] == "unqualified"],
        "problem_accounts": [problem(row) for row in accounts if row["verdict"] == "unqualified"],
        "undetermined_sites": [undetermined(row) for row in sites if row["verdict"] == "undetermined"],
        "undetermined_accounts": [undetermined(row) for row in accounts if row["verdict"] == "undetermined"],
        "candidates": [
            {**item, "name": names[item["subject_id"]]} for item in findings if item["state"] == "candidate"
        ],
        "advice": [
            {**item, "name": names[item["subject_id"]]} for item in findings if item["state"] == "advice"
        ],
        "coverage": plan.coverage,
        "seed": plan.seed,
        "rules": [
            {"id": item.id, "title": item.title, "document": item.document, "sha256": item.sha256}
            for item in standards
        ],
        "profile": profile.name,
        "code_version": code_version,
        "reviewed": False,
        "remarks": [*_remarks(registry, findings, rules, standards), *around.remarks],
    }
    notice |= around.parts()
    if around.siblings:
        notice["rounds"] = [*around.siblings, as_round(notice, around.rechecks)]
    if around.siblings or profile.data["rounds"]["per_period"] > 1:
        notice["remarks"] += _rounds_missing(profile, len(around.siblings) + 1)
    if sheet := score_sheet(standards, sites, tables["findings"], registry):
        notice["score_sheet"] = sheet
    return complete(notice, profile)


def _rounds_missing(profile: Profile, done: int) -> list[str]:
    planned = profile.data["rounds"]["per_period"]
    return [f"本季度计划检查{planned}轮，本通报只含前{done}轮"] if done < planned else []


def score_sheet(
    standards: Sequence[Standard], sites: Sequence[Row], findings: Sequence[Row], registry: Registry
) -> dict[str, Any] | None:
    """The points that each site lost in each deduction of the first standard that scores sites, or None.

    ``points`` hold exact decimals as text; only findings that stand take points away. Who could not be judged is not in it.
    """
    standard = next((item for item in standards if item.scoring and item.scoring.annual), None)
    if standard is None or standard.scoring is None:
        return None
    rules = [rule for rule in standard.rules if rule.effect == "deduction"]
    taken: dict[str, dict[str, str]] = defaultdict(dict)
    by_id = {rule.id: rule for rule in rules}
    for row in findings:
        rule = by_id.get(row["indicator_id"])
        if rule is not None and rule.points is not None and row["state"] == "fail":
            points = rule.points.of(float(row["measured"] or 0))
            taken[row["subject_id"]][rule.id] = score_text(points)
    details = {item.site_code: item for item in registry.sites}
    return {
        "standard": standard.id,
        "start": score_text(standard.scoring.start),
        "annual": {name: score_text(weight * 100) for name, weight in standard.scoring.annual.items()},
        "columns": [{"id": rule.id, "label": rule.name, "group": rule.group} for rule in rules],
        "rows": [
            {
                "subject_id": row["subject_id"],
                "name": details[row["subject_id"]].sponsor or row["name"],
                "points": taken.get(row["subject_id"], {}),
            }
            for row in sites
            if row["verdict"] != "undetermined"
        ],
    }


def _counts(rows: Sequence[Row], decimals: int) -> dict[str, Any]:
    def count(verdict: str) -> int:
        return sum(row["verdict"] == verdict for row in rows)

    qualified, unqualified = count("qualified"), count("unqualified")
    return {
        "total": len(rows),
        "inspected": qualified + unqualified,
        "unmeasured": count("undetermined"),
        "qualified": qualified,
        "unqualified": unqualified,
        "rate": rate(qualified, qualified + unqualified, decimals),
    }


def _groups(
    rows: Sequence[Row], registered: Sequence[Site] | Sequence[Account], profile: Profile, figure: str
) -> dict[str, Any]:
    """Counts by category (or platform) and, where the lists have regions, by region; how many are registered."""
    running = [item for item in registered if item.status == "running"]
    category = {
        item.subject_id: item.category if isinstance(item, Site) else item.platform for item in running
    }
    region = {item.subject_id: item.region for item in running}
    made: dict[str, Any] = {"registered": len(running)}
    by_category = {row["subject_id"]: row["category"] for row in rows}
    known = {**category, **by_category}
    made["by_category"] = _grouped(rows, "category", known, profile.decimals(figure))
    if any(region.values()):
        made["by_region"] = _grouped(rows, "region", region, profile.decimals("regions"))
    return made


def _grouped(rows: Sequence[Row], key: str, known: Mapping[str, str], decimals: int) -> list[dict[str, Any]]:
    """``known`` is the group of every registered subject; groups come as the inspected do, others after."""
    members: dict[str, list[Row]] = {}
    for row in rows:
        members.setdefault(known.get(row["subject_id"], ""), []).append(row)
    registered = Counter(known.values())
    return [
        {key: name, **_counts(members.get(name, []), decimals), "registered": registered[name]}
        for name in dict.fromkeys([*members, *registered])
    ]


def _finding(row: Row, rules: Mapping[str, Rule]) -> dict[str, Any]:
    rule = rules[row["indicator_id"]]
    value = float(row["measured"]) if row["measured"] else None
    return {
        **{
            key: row[key]
            for key in (
                "subject_id",
                "indicator_id",
                "state",
                "measured",
                "threshold",
                "evidence_url",
                "evidence_key",
                "evidence_offset",
                "evidence_sha256",
                "fetched_at",
                "decided_by",
                "note",
            )
        },
        "evidence_offset": int(row["evidence_offset"]) if row["evidence_offset"] != "" else None,
        "indicator": rule.name,
        "problem": rule.problem_text(value),
    }


def _remarks(
    registry: Registry,
    findings: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Rule],
    standards: Sequence[Standard],
) -> list[str]:
    remarks: list[tuple[bool, Callable[[], str]]] = []
    unverified = sorted(
        {
            item["indicator_id"]
            for item in findings
            if item["state"] == "fail" and rules[item["indicator_id"]].verified is not True
        }
    )
    remarks.append(
        (
            bool(registry.problems),
            lambda: (
                f"名单中有{len(registry.problems)}处未通过校验，相应的行未列入本次检查，详见 registry-problems.csv"
            ),
        )
    )
    remarks.append(
        (
            bool(unverified),
            lambda: f"指标{'、'.join(unverified)}的数值尚未与公开文本核对，据此得出的问题请人工复核",
        )
    )
    lost = rows_without_effect(registry, standards)
    remarks.append(
        (
            bool(lost),
            lambda: (
                f"上报问题和豁免中有{len(lost)}条未计入（{'、'.join(item.value for item in lost[:5])}"
                f"{'等' if len(lost) > 5 else ''}）：指标编号有误或不适用于该对象，详见 registry-problems.csv"
            ),
        )
    )
    unopened = [item for item in findings if item["state"] == "fail" and FEW_TRIES in item["note"]]
    addresses = {site.site_code: f"{site.name}（{site.url}）" for site in registry.sites}
    remarks.append(
        (
            bool(unopened),
            lambda: (
                f"{rules[unopened[0]['indicator_id']].name}的结论仅依据本轮对名单所列网址的几次访问，{FEW_TRIES}，"
                f"印发前请核对网址并人工复核：{'、'.join(addresses[item['subject_id']] for item in unopened)}"
            ),
        )
    )
    return [text() for holds, text in remarks if holds]
