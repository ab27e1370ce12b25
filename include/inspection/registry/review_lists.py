"""What people decided, by file: decisions.csv and appeals.csv (or .xlsx) beside the office's other lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from include.inspection.model import APPEAL_CHOICES, CHOICES, Appeal, Decision, Problem
from include.inspection.registry.office_lists import (
    MAX_NAME,
    Refused,
    choice_of,
    find_table_or_raise,
    moment_of,
    read_list,
    subject_id_of,
    text_of,
)
from include.inspection.registry.tables import Row

_INDICATOR = re.compile(r"\w[\w.\-]{0,31}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}|")
_CHOICES = {name: name for name in CHOICES} | {label: name for name, label in CHOICES.items()}
_APPEAL_CHOICES = {name: name for name in APPEAL_CHOICES} | {
    label: key for key, label in APPEAL_CHOICES.items()
}

#: file stem → header (English or Chinese) → field
COLUMNS: dict[str, dict[str, str]] = {
    "decisions": {
        "对象编号": "subject_id",
        "指标编号": "indicator_id",
        "决定": "decision",
        "理由": "reason",
        "决定人": "decided_by",
        "决定时间": "decided_at",
        "证据指纹": "evidence",
    },
    "appeals": {
        "申诉编号": "appeal_id",
        "对象编号": "subject_id",
        "指标编号": "indicator_id",
        "申诉时间": "filed_at",
        "申诉理由": "statement",
        "申诉人": "filed_by",
        "决定": "decision",
        "理由": "reason",
        "决定人": "decided_by",
        "决定时间": "decided_at",
    },
}
for _columns in COLUMNS.values():
    _columns |= {name: name for name in _columns.values()}
REQUIRED = {
    "decisions": ("subject_id", "indicator_id", "decision", "reason", "decided_by", "decided_at"),
    "appeals": ("appeal_id", "subject_id", "indicator_id", "filed_at", "statement", "filed_by"),
}


@dataclass(frozen=True)
class ReviewLists:
    """``found`` names the lists that were there and could be read; the others say nothing about earlier decisions."""

    decisions: tuple[Decision, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    found: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def read_review_lists(folder: Path) -> ReviewLists:
    """The decisions and appeals in ``folder``; empty where there are none. Raises RegistryError for two files of one list.

    Whether a finding still exists is not asked here: a decision without one is listed and does no harm.
    """
    problems: list[Problem] = []
    read: dict[str, list[Any]] = {}
    found = []
    for stem, make in (("decisions", _decision), ("appeals", _appeal)):
        before = len(problems)
        read[stem] = read_list(
            folder,
            stem,
            COLUMNS[stem],
            REQUIRED[stem],
            make,
            problems,
            key=(lambda item: item[0].appeal_id) if stem == "appeals" else None,
        )
        unreadable = any(problem.line is None or problem.line == 1 for problem in problems[before:])
        if find_table_or_raise(folder, stem) is not None and (read[stem] or not unreadable):
            found.append(stem)
    decided = [decision for _, decision in read["appeals"] if decision is not None]
    return ReviewLists(
        decisions=(*read["decisions"], *decided),
        appeals=tuple(appeal for appeal, _ in read["appeals"]),
        found=tuple(found),
        problems=tuple(problems),
    )


def _decision(row: Row) -> Decision:
    evidence = text_of(row, "evidence").lower()
    if not _FINGERPRINT.fullmatch(evidence):
        raise Refused("evidence", "证据指纹应为 64 位十六进制：请从 to-decide.csv 复制，或留空")
    return Decision(
        subject_id=subject_id_of(row, "subject_id"),
        indicator_id=_indicator(row),
        choice=choice_of(row, "decision", _CHOICES, must=True),
        reason=text_of(row, "reason", must=True),
        decided_by=text_of(row, "decided_by", must=True, limit=MAX_NAME),
        decided_at=_decided_at(row),
        evidence=evidence,
    )


def _appeal(row: Row) -> tuple[Appeal, Decision | None]:
    filed_at = moment_of(row, "filed_at", must=True)
    assert filed_at is not None
    appeal = Appeal(
        appeal_id=subject_id_of(row, "appeal_id"),
        subject_id=subject_id_of(row, "subject_id"),
        indicator_id=_indicator(row),
        filed_at=filed_at,
        statement=text_of(row, "statement", must=True),
        filed_by=text_of(row, "filed_by", must=True, limit=MAX_NAME),
    )
    if not text_of(row, "decision"):
        return appeal, None
    decided_at = _decided_at(row)
    if decided_at < filed_at:
        raise Refused("decided_at", "决定时间早于申诉时间：请核对")
    return appeal, Decision(
        subject_id=appeal.subject_id,
        indicator_id=appeal.indicator_id,
        choice=choice_of(row, "decision", _APPEAL_CHOICES, must=True),
        reason=text_of(row, "reason", must=True),
        decided_by=text_of(row, "decided_by", must=True, limit=MAX_NAME),
        decided_at=decided_at,
        appeal_id=appeal.appeal_id,
    )


def _indicator(row: Row) -> str:
    value = text_of(row, "indicator_id", must=True)
    if not _INDICATOR.fullmatch(value):
        raise Refused("indicator_id", "指标编号只能用字母、数字、汉字、“-”“_”和“.”，不超过 32 个字符")
    return value


def _decided_at(row: Row) -> datetime:
    """A day without a time means its end: the decision was made on what that day had brought."""
    moment = moment_of(row, "decided_at", must=True)
    assert moment is not None
    return moment if ":" in row.values["decided_at"] else moment + timedelta(days=1, seconds=-1)
