"""The recheck (复查): who was named is looked at again, and only for what it was named for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from include.inspection.model import Registry
from include.inspection.plan import Plan
from include.inspection.rules.standard import Rule
from include.inspection.times import beijing

OUTCOMES = {
    "fixed": "已整改",
    "closed": "已关停",
    "still_failing": "仍不合格",
    "undetermined": "未能复查",
}
RECHECK_COLUMNS = (
    "subject_id",
    "subject_type",
    "name",
    "category",
    "indicator_id",
    "indicator",
    "problem",
    "measured_before",
    "measured",
    "threshold",
    "outcome",
    "reason",
    "evidence_url",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
    "fetched_at",
    "subject_outcome",
    "named_before",
)
_PLACES = ("evidence_url", "evidence_key", "evidence_offset", "evidence_sha256", "fetched_at")
_KEPT = ("subject_id", "name", "category", "region", "sponsor", "url", "platform", "vetoes")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """A subject that the notice named, with the findings that count against it."""

    subject: Row
    subject_type: str
    findings: tuple[Row, ...]

    @property
    def subject_id(self) -> str:
        return str(self.subject["subject_id"])


def named_in(notice: Row) -> list[Named]:
    """Sites, then accounts, that the notice named. Of a subject with vetoes only these count."""
    found = []
    for kind, subject_type in (("problem_sites", "site"), ("problem_accounts", "account")):
        for subject in notice[kind]:
            vetoes = subject["vetoes"]
            findings = [item for item in subject["findings"] if not vetoes or item["indicator_id"] in vetoes]
            found.append(Named(subject, subject_type, tuple(findings)))
    return found


def check_moment(notice: Row, due: date | None, as_of: datetime) -> date:
    """The deadline that holds. Raises ValueError where it is impossible or has not passed yet."""
    told = date.fromisoformat(notice["notice_date"])
    deadline = due or date.fromisoformat(notice["rectify_by"])
    if deadline <= told:
        raise ValueError(f"整改期限 {deadline} 不晚于通报日期 {told}：请核对参数 due")
    if beijing(as_of).date() <= deadline:
        raise ValueError(
            f"整改期限 {deadline} 尚未过去（复查时间 {beijing(as_of):%Y-%m-%d %H:%M}）：请在期限之后复查，或用参数 due 指明期限"
        )
    return deadline


def recheck_plan(made: Plan, name: str, as_of: datetime, registry: Registry, wanted: Sequence[str]) -> Plan:
    """The plan of a recheck: a round within the round, of those ``wanted`` that still run."""
    running = {item.subject_id for item in registry.subjects if item.status == "running"}
    chosen = {subject_id for subject_id in wanted if subject_id in running}
    return replace(
        made,
        round=name,
        as_of=as_of,
        coverage="full",
        sites=tuple(item.site_code for item in registry.sites if item.site_code in chosen),
        accounts=tuple(item.account_id for item in registry.accounts if item.account_id in chosen),
    )


def since(registry: Registry, day: date) -> Registry:
    """The lists without what people found up to ``day``: that is what was to be mended."""
    kept = [item for item in registry.findings if item.found_at and beijing(item.found_at).date() > day]
    return replace(registry, findings=tuple(kept))


def compare(
    named: Sequence[Named],
    registry: Registry,
    rules: Sequence[Rule],
    tables: Mapping[str, Sequence[Row]],
    before: Mapping[str, Row],
    repeats: Mapping[str, Sequence[str]],
    number: int,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(rows of recheck.csv, subjects of recheck.json). ``tables`` holds measures, findings and coverage of the recheck.

    ``before`` are the subjects of the recheck before this one: whoever was settled there stays settled. ``repeats``
    names the earlier rounds in which a subject was named.
    """
    status = {item.subject_id: item.status for item in registry.subjects}
    checks = {rule.id: rule.check for rule in rules}
    measures = {(row["subject_id"], row["indicator_id"]): row for row in tables["measures"]}
    findings = {(row["subject_id"], row["indicator_id"]): row for row in tables["findings"]}
    why = {row["subject_id"]: row["reason"] for row in tables["coverage"]}
    rows: list[dict[str, Any]] = []
    subjects: list[dict[str, Any]] = []
    for item in named:
        earlier = before.get(item.subject_id)
        if earlier and earlier["outcome"] in ("fixed", "closed"):
            subjects.append(dict(earlier))
            continue
        told = list(repeats.get(item.subject_id, ()))
        own = []
        for finding in item.findings:
            key = item.subject_id, finding["indicator_id"]
            if status.get(item.subject_id) != "running":
                outcome, reason = _gone(status.get(item.subject_id))
            else:
                outcome, reason = _outcome(
                    measures.get(key), findings.get(key), checks.get(key[1], ""), why.get(item.subject_id, "")
                )
            measure = measures.get(key, {})
            own.append(
                {
                    **{name: item.subject[name] for name in ("subject_id", "name", "category")},
                    "subject_type": item.subject_type,
                    "indicator_id": finding["indicator_id"],
                    "indicator": finding["indicator"],
                    "problem": finding["problem"],
                    "measured_before": finding["measured"],
                    "measured": measure.get("measured", ""),
                    "threshold": finding["threshold"],
                    "outcome": outcome,
                    "reason": reason,
                    **{name: measure.get(name, "") for name in _PLACES},
                    "named_before": " ".join(told),
                }
            )
        whole = _worst([row["outcome"] for row in own])
        rows += [{**row, "subject_outcome": whole} for row in own]
        reasons = dict.fromkeys(row["reason"] for row in own if row["outcome"] == whole and row["reason"])
        subjects.append(
            {
                **{name: item.subject[name] for name in _KEPT},
                "subject_type": item.subject_type,
                "findings": [dict(finding) for finding in item.findings],
                "outcome": whole,
                "reason": "；".join(reasons),
                "recheck": number,
                "named_before": told,
            }
        )
    return rows, subjects


def _gone(status: str | None) -> tuple[str, str]:
    return ("closed", "名单中的运行状态为关停") if status else ("undetermined", "名单中已没有该对象")


def _outcome(measure: Row | None, finding: Row | None, check: str, missing: str) -> tuple[str, str]:
    """What became of one indicator. Only a measured pass is mended, and only a confirmed fail is not."""
    if finding is not None and finding["state"] == "fail":
        return "still_failing", ""
    if finding is not None and finding["state"] == "overturned":
        return "undetermined", "该指标已豁免"
    if finding is not None:
        return "undetermined", "复查结果待人工认定"
    if check == "H":
        return "undetermined", "由人工核查的指标，复查期间没有新的上报"
    if measure is not None and measure["result"] == "pass":
        return "fixed", ""
    return "undetermined", (measure or {}).get("reason") or missing or "未能测量"


def _worst(outcomes: Sequence[str]) -> str:
    for outcome in ("still_failing", "undetermined", "closed"):
        if outcome in outcomes:
            return outcome
    return "fixed" if outcomes else "undetermined"
