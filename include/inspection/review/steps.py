"""The review as the DAGs call it: what is asked, what was answered, and judging once more by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from include.inspection import steps
from include.inspection.csv_tables import csv_bytes, read_csv
from include.inspection.model import APPEAL_CHOICES, CHOICES, Decision
from include.inspection.registry.office_lists import RegistryError
from include.inspection.registry.review_lists import read_review_lists
from include.inspection.review.decisions import (
    Approval,
    read_records,
    write_approval,
    write_decision,
    write_lists,
)
from include.inspection.review.requests import (
    APPROVED,
    AS_WHOLE,
    LATER,
    RETURNED,
    TO_DECIDE_COLUMNS,
    draft_summary,
    explanation,
    notice_digest,
    options,
    question,
    requests,
    to_decide,
)
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys

log = structlog.get_logger("inspection.review")

TABLES = ("verdicts", "findings", "evidence", "decisions", "appeals")


def import_decisions(store: ObjectStore, round_name: str, registry_folder: str, now: datetime) -> None:
    """Take the decisions and appeals of an office's files into a stored round. Raises RegistryError."""
    steps.load_round(store, round_name)
    folder = Path(registry_folder)
    if not folder.is_dir():
        raise RegistryError(f"名单目录 {folder} 不存在：请核对 registry，或留空")
    lists = read_review_lists(folder)
    for problem in lists.problems:
        log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    write_lists(store, round_name, lists, now)


def ask(
    store: ObjectStore, round_name: str, rules: Sequence[str] | None, *, look_again: bool, waiting: bool
) -> list[dict[str, Any]]:
    """What people must decide about the judged round, one request a mapped task; none where nobody is waited for.

    The same questions stand in to-decide.csv, so that an office can answer by file.
    """
    made, _ = steps.load_round(store, round_name)
    tables = {name: read_csv(store.get(steps.work_key(made, rules, f"{name}.csv"))) for name in TABLES}
    standards = load_standards(rules or made.rules)
    keys = RoundKeys(round_name)
    asked = requests(
        tables,
        [rule for standard in standards for rule in standard.rules],
        may_look=lambda subject_id: look_again and not store.exists(keys.outcome(subject_id, 3)),
    )
    store.put(steps.work_key(made, rules, "to-decide.csv"), csv_bytes(TO_DECIDE_COLUMNS, to_decide(asked)))
    earlier = [row for row in tables["decisions"] if row["status"] == "contradicted"]
    for row in earlier:
        log.warning(f"{row['subject_id']} {row['indicator_id']}：决定{row['note']}，该问题未点名")
    for row in tables["decisions"]:
        if row["status"] in ("other_evidence", "no_finding"):
            log.warning(
                f"{row['subject_id']} {row['indicator_id']}：{row['decided_by']}的决定，{row['note']}"
            )
    if not waiting:
        log.info(f"本次不等待人工复核：有 {len(asked)} 项待定，草稿将标明未经复核")
        return []
    for request in asked:
        known = {item["indicator_id"] for item in request["findings"]}
        request["earlier"] = [
            dict(row)
            for row in earlier
            if row["subject_id"] == request["subject_id"] and row["indicator_id"] in known
        ]
        request |= {"round": round_name, "title": question(request), "body": explanation(request)}
        request["options"] = options(request)
    log.info(f"等待人工复核 {len(asked)} 项", subjects=[request["subject_id"] for request in asked])
    return asked


def record(
    store: ObjectStore,
    round_name: str,
    request: Mapping[str, Any],
    answers: Mapping[str, str],
    reason: str,
    decided_by: str,
    decided_at: datetime,
) -> int:
    """Store a person's answers, one decision a finding. ``answers`` holds the label chosen by indicator id, or "".

    Returns how many decisions were made. Raises ValueError where a reason is missing.
    """
    if not reason.strip():
        raise ValueError("没有写明理由：请重新答复")
    appeal = request["appeal"]
    labels = {label: name for name, label in (APPEAL_CHOICES if appeal else CHOICES).items()}
    count = 0
    for item in request["findings"]:
        given = answers.get(item["indicator_id"]) or AS_WHOLE
        label = answers.get("", LATER) if given == AS_WHOLE else given
        if label == LATER:
            continue
        replaced = _ids_to_replace(store, round_name, request, item["indicator_id"])
        write_decision(
            store,
            round_name,
            Decision(
                subject_id=request["subject_id"],
                indicator_id=item["indicator_id"],
                choice=labels[label],
                reason=reason.strip(),
                decided_by=decided_by,
                decided_at=decided_at,
                evidence=item["fingerprint"],
                source="screen",
                appeal_id=appeal["appeal_id"] if appeal else "",
                replaces=replaced,
            ),
        )
        count += 1
        log.info(
            f"{request['subject_id']} {request['name']}：{item['indicator_id']} {item['indicator']}，{decided_by}决定{label}：{reason}",
            evidence=item["fingerprint"],
        )
    return count


def _ids_to_replace(
    store: ObjectStore, round_name: str, request: Mapping[str, Any], indicator_id: str
) -> tuple[str, ...]:
    """The contradicting decisions that the person was shown."""
    shown = {
        (row["decided_by"], row["decided_at"], row["decision"])
        for row in request.get("earlier", ())
        if row["indicator_id"] == indicator_id
    }
    return tuple(
        name
        for name, item in read_records(store, round_name).decisions.items()
        if item.subject_id == request["subject_id"]
        and item.indicator_id == indicator_id
        and (item.decided_by, item.decided_at.isoformat(), item.choice) in shown
    )


def judge_again(
    store: ObjectStore, round_name: str, rules: Sequence[str] | None, asked: Sequence[Any]
) -> dict[str, int]:
    """Judge once more by what people answered; nothing to do where nobody was asked. Returns as steps.judge does."""
    return steps.judge(store, round_name, rules) if asked else {}


def further_looks(store: ObjectStore, round_name: str) -> list[dict[str, Any]]:
    """The subjects to be fetched a third time because a person asked for it; never more than once a round."""
    made, registry = steps.load_round(store, round_name)
    records = read_records(store, round_name)
    wanted = {item.subject_id for item in records.decisions.values() if item.choice == "look_again"}
    names = {item.subject_id: item.name for item in registry.subjects}
    keys = RoundKeys(round_name)
    return [
        steps.group([subject_id], names)
        for subject_id in (*made.sites, *made.accounts)
        if subject_id in wanted and not store.exists(keys.outcome(subject_id, 3))
    ]


def approval_request(
    store: ObjectStore, round_name: str, rules: Sequence[str] | None
) -> dict[str, str] | None:
    """The draft as it waits for approval: ``subject`` and ``body`` in Chinese, ``digest`` of its figures.

    None where these very figures are approved already.
    """
    made, _ = steps.load_round(store, round_name)
    figures = store.get(steps.work_key(made, rules, "tally.json"))
    notice = store.get_json(steps.work_key(made, rules, "notice.json"))
    if notice["reviewed"]:
        log.info(f"轮次 {round_name} 的通报草稿数字未变，原审批仍然有效")
        return None
    return {
        "subject": f"审批通报草稿：{notice['period']}（{round_name}）",
        "body": draft_summary(notice),
        "digest": notice_digest(figures),
    }


def approve(
    store: ObjectStore,
    round_name: str,
    rules: Sequence[str] | None,
    digest: str,
    answer: str,
    reason: str,
    decided_by: str,
    decided_at: datetime,
) -> bool:
    """Store a person's word on a draft and render it again. Returns whether the draft counts as approved."""
    choice = {APPROVED: "approved", RETURNED: "returned"}[answer]
    write_approval(store, round_name, Approval(choice, reason.strip(), decided_by, decided_at, digest))
    log.info(f"轮次 {round_name} 的通报草稿：{decided_by}{answer}：{reason}", digest=digest)
    steps.draft(store, round_name, rules)
    made, _ = steps.load_round(store, round_name)
    return bool(store.get_json(steps.work_key(made, rules, "notice.json"))["reviewed"])
