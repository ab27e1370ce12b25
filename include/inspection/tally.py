"""Verdicts to the figures of the notice: exact counts, rates rounded half up, lists as long as their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from include.inspection.draft import Profile, rate
from include.inspection.messages import count_messages
from include.inspection.model import Registry
from include.inspection.plan import Plan
from include.inspection.rules import Rule, Standard
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
) -> dict[str, Any]:
    """The notice as data (notice.json). ``tables`` holds the rows of verdicts, findings and coverage by table name.

    ``sampled`` is the span in which the evidence was fetched.
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
            "findings": [
                item
                for item in findings
                if item["subject_id"] == row["subject_id"] and item["state"] == "fail"
            ],
        }

    def undetermined(row: Row) -> dict[str, Any]:
        return {key: row[key] for key in ("subject_id", "name", "category")} | {
            "reason": reasons.get(row["subject_id"], "")
        }

    return {
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
            "by_category": _groups(sites, profile.decimals("categories")),
        },
        "accounts": {
            **_counts(accounts, profile.decimals("accounts")),
            "by_category": _groups(accounts, profile.decimals("platforms")),
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
        "coverage": plan.coverage,
        "seed": plan.seed,
        "rules": [
            {"id": item.id, "title": item.title, "document": item.document, "sha256": item.sha256}
            for item in standards
        ],
        "profile": profile.name,
        "code_version": code_version,
        "reviewed": False,
        "remarks": _remarks(registry, findings, rules),
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


def _groups(rows: Sequence[Row], decimals: int) -> list[dict[str, Any]]:
    categories = dict.fromkeys(row["category"] for row in rows)
    return [
        {"category": category, **_counts([row for row in rows if row["category"] == category], decimals)}
        for category in categories
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
    registry: Registry, findings: Iterable[Mapping[str, Any]], rules: Mapping[str, Rule]
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
    return [text() for holds, text in remarks if holds]
