"""Judged measures to findings and verdicts: what was confirmed, what a person must decide, what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from include.inspection.extract.personal_data import mask_numbers
from include.inspection.facts import Seen
from include.inspection.judging.suites import Judgement
from include.inspection.measures import STATES, Detail, Measured, State
from include.inspection.model import KIND_LABELS, Account, Exemption, ReportedFinding, Site
from include.inspection.review.rulings import Ruling, Rulings
from include.inspection.rules.score import Outcome, Score, score
from include.inspection.rules.score import text as score_text
from include.inspection.rules.standard import Rule, Standard

Verdict = Literal["qualified", "unqualified", "undetermined"]

FINDING_STATES = {
    "fail": "不达标",
    "candidate": "待人工认定",
    "overturned": "已豁免或推翻",
    "advice": "提示",
}
FINDING_COLUMNS = (
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
VERDICT_COLUMNS = (
    "subject_id",
    "subject_type",
    "name",
    "category",
    "verdict",
    "score",
    "vetoes",
    "score_note",
)
MEASURE_COLUMNS = (
    "subject_id",
    "indicator_id",
    "state",
    "measured",
    "at_most",
    "unit",
    "threshold",
    "result",
    "evidence_url",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
    "fetched_at",
    "pass",
    "reason",
)
COVERAGE_COLUMNS = ("subject_id", "subject_type", "name", "outcome", "reason", "history")
EVIDENCE_COLUMNS = (
    "subject_id",
    "indicator_id",
    "fact",
    "evidence_url",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
    "fetched_at",
)

Row = dict[str, Any]

#: The state of a finding that stands, where it is none of the faults that a notice names.
_STANDING = {"advice": "advice"}


@dataclass(frozen=True)
class Pass:
    """One pass over all subjects: its measures and what the suites said of them.

    ``numbers`` holds the number of the pass by subject, where it is not the ordinary one.
    """

    measures: Mapping[str, Mapping[str, Measured]]
    judgement: Judgement
    numbers: Mapping[str, int] = field(default_factory=dict)

    def result(self, subject_id: str, rule_id: str) -> str:
        """pass, fail, undecided, or none where the rule does not apply or nothing was measured by design."""
        value = self.measures.get(subject_id, {}).get(rule_id)
        if value is None:
            return "none"
        if subject_id in self.judgement.failed.get(rule_id, ()):
            return "fail"
        if subject_id in self.judgement.undecided.get(rule_id, ()):
            return "undecided"
        return "pass" if value.state is State.MEASURED else "none"


@dataclass
class Tables:
    """Rows of the published tables, in registry and rule order."""

    verdicts: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    appeals: list[Row] = field(default_factory=list)
    register: list[Row] = field(default_factory=list)  # the register against what was seen: candidates


def suspects(first: Pass, rules: Sequence[Rule]) -> list[str]:
    """Subjects that a veto indicator decided by machine would fail: they are fetched and measured again.

    What a person decides needs no second measuring: it is a candidate either way.
    """
    machine = [rule for rule in rules if rule.effect == "veto" and rule.check == "M"]
    return [
        subject_id
        for subject_id in first.measures
        if any(first.result(subject_id, rule.id) == "fail" for rule in machine)
    ]


def decide(
    subject: Site | Account,
    rules: Sequence[Rule],
    first: Pass,
    second: Pass,
    missing: str,
    exemptions: Sequence[Exemption],
    today: date,
    tables: Tables,
    standards: Sequence[Standard] = (),
    reported: Sequence[ReportedFinding] = (),
    rulings: Rulings | None = None,
) -> None:
    """Add one subject's rows. ``missing`` says why there is no evidence of it at all ("" where there is).

    ``reported`` are the findings that people made on this subject; theirs count on any indicator. ``rulings`` say what
    people decided about findings: it holds over what was measured.
    """
    subject_id = subject.subject_id
    vetoes: list[str] = []
    doubts: list[str] = []
    bases: list[str] = []
    outcomes: dict[str, Outcome] = {}
    for rule in rules:
        if not rule.applies_to(subject):
            continue
        again = rule.id in second.measures.get(subject_id, {})
        source = second if again else first
        value = source.measures.get(subject_id, {}).get(rule.id)
        if value is None:
            continue
        result = _confirmed(
            rule, first.result(subject_id, rule.id), second.result(subject_id, rule.id) if again else None
        )
        people = [item for item in reported if item.indicator_id == rule.id]
        if people and rule.check != "H":
            result = "fail"
            told = tuple(
                Detail(f"{item.note or '人工上报'}（上报人：{item.reporter}）", Seen(item.url, "", None))
                for item in people
            )
            # What a machine suspects beside a person's finding is not confirmed by it.
            seen_by_machine = () if rule.check == "P" else value.details
            value = replace(value, details=(*told, *seen_by_machine))
            if rule.check == "P":
                value = replace(
                    value, state=State.MEASURED, low=len(people), high=len(people), seen=told[0].seen
                )
        exempt = next((item for item in exemptions if item.scope == rule.id and item.holds_on(today)), None)
        bases += [value.basis] if value.basis else []
        number = second.numbers.get(subject_id, 2) if again else 1
        tables.measures.append(_measure_row(subject_id, rule, value, result, number))
        outcomes[rule.id] = Outcome(result, value.low)
        # A bonus that was not earned is no fault.
        if result in ("fail", "unconfirmed", "candidate") and rule.effect != "bonus":
            row = _finding_row(subject_id, rule, value, result, exempt, people)
            evidence = _evidence_rows(subject_id, rule, value)
            ruling = None if exempt or rulings is None else rulings.on(row, evidence)
            if ruling:
                row |= _ruled(rule, row, ruling)
            tables.findings.append(row)
            tables.evidence.extend(evidence)
            if row["state"] == "fail" and rule.effect == "veto":
                vetoes.append(rule.id)
            if exempt or ruling:
                outcomes[rule.id] = Outcome(_AS_DECIDED[row["state"]], value.low)
            if ruling and ruling.effect == "open" and rule.effect == "veto":
                doubts.append(f"{rule.id} {rule.name}：{ruling.note}")
            elif result == "unconfirmed" and row["state"] == "candidate":
                doubts.append(f"{rule.id} {rule.name}：首次测量不达标，复测未能确认")
        elif result == "undecided" and rule.effect == "veto" and rule.check == "M" and not exempt:
            doubts.append(f"{rule.id} {rule.name}：{value.reason or STATES[value.state]}")
    if missing:
        doubts = [missing]
    if vetoes:
        _drop_what_is_not_scored(tables, subject_id, rules)
    scores = (
        [] if missing else [(item, made) for item in standards if (made := score(item, subject, outcomes))]
    )
    below = False
    for standard, made in scores:
        below_line, doubt = _below_the_line(standard, made)
        below = below or below_line
        doubts += [doubt] if doubt else []
    verdict: Verdict = "unqualified" if vetoes or below else "undetermined" if doubts else "qualified"
    category = subject.category if isinstance(subject, Site) else subject.platform
    tables.verdicts.append(
        {
            "subject_id": subject_id,
            "subject_type": "site" if isinstance(subject, Site) else "account",
            "name": subject.name,
            "category": category or (KIND_LABELS[subject.kind] if isinstance(subject, Site) else ""),
            "verdict": verdict,
            "score": " ".join(score_text(made.total) for _, made in scores if made.total is not None),
            "vetoes": " ".join(vetoes),
            "score_note": "；".join(dict.fromkeys(note for _, made in scores if (note := _score_note(made)))),
        }
    )
    tables.coverage.append(
        coverage_row(
            subject,
            "unmeasured" if verdict == "undetermined" else "inspected",
            _short(doubts) if verdict == "undetermined" else "",
            "；".join(dict.fromkeys(bases)),
        )
    )


#: How a finding counts for the score once a person or an exemption has spoken.
_AS_DECIDED = {"fail": "fail", "advice": "fail", "overturned": "pass", "candidate": "candidate"}


def _ruled(rule: Rule, row: Row, ruling: Ruling) -> Row:
    """What a person's decision changes in a finding's row."""
    standing = _STANDING.get(rule.effect, "fail")
    state = {"confirmed": standing, "overturned": "overturned", "open": "candidate"}[ruling.effect]
    return {
        "state": state,
        "decided_by": ruling.decided_by,
        "note": mask_numbers(f"{row['note']}。{ruling.note}"),
    }


def _drop_what_is_not_scored(tables: Tables, subject_id: str, rules: Sequence[Rule]) -> None:
    """A veto ends it: no other indicator is scored, and none is a finding."""
    other = {rule.id for rule in rules if rule.effect in ("deduction", "bonus")}
    for rows in (tables.findings, tables.evidence):
        rows[:] = [row for row in rows if row["subject_id"] != subject_id or row["indicator_id"] not in other]


def _below_the_line(standard: Standard, made: Score) -> tuple[bool, str]:
    """(whether the score fails, else the doubt where it would fail only by points that nobody confirmed)."""
    line = standard.scoring.pass_at_least if standard.scoring else None
    if line is None or made.total is None or made.verified_total is None or made.total >= line:
        return False, ""
    if made.verified_total < line:
        return True, ""
    return False, f"得分 {score_text(made.total)} 低于及格线，但含尚未核实的分值"


def _score_note(made: Score) -> str:
    if made.total is None:
        return "单项否决，不计分"
    notes = []
    if made.unverified:
        notes.append(f"含未核实分值（{'、'.join(made.unverified)}）")
    if made.open:
        notes.append(f"未计入（{'、'.join(made.open)}）")
    return f"暂计：{'，'.join(notes)}" if notes else ""


def _short(doubts: Sequence[str]) -> str:
    """The reason once where every indicator has the same one (a home page that could not be read)."""
    reasons = list(dict.fromkeys(text.partition("：")[2] or text for text in doubts))
    return reasons[0] if len(reasons) == 1 else "；".join(doubts)


def coverage_row(subject: Site | Account, outcome: str, reason: str, history: str = "") -> Row:
    """``history`` says which measures rest on the stored history and which on the round itself."""
    kind = "site" if isinstance(subject, Site) else "account"
    return {
        "subject_id": subject.subject_id,
        "subject_type": kind,
        "name": subject.name,
        "outcome": outcome,
        "reason": reason,
        "history": history,
    }


def _confirmed(rule: Rule, first: str, second: str | None) -> str:
    """A failing veto of a machine counts only where the second measuring fails too."""
    if rule.check == "H":
        return first
    if rule.check == "P":
        return "candidate" if "fail" in (first, second) else second or first
    if first == "fail" and rule.effect == "veto":
        return "fail" if second == "fail" else "pass" if second == "pass" else "unconfirmed"
    if rule.effect != "veto":
        return second or first
    # A second look at the whole site may find what the first did not; it is new and unconfirmed.
    if second == "fail":
        return "unconfirmed"
    return second if second is not None and first == "undecided" else first


def _value_text(value: Measured) -> str:
    return "" if value.low is None else f"{value.low:g}"


def _seen(value: Measured) -> Row:
    return _seen_row(value.seen)


def _seen_row(seen: Any) -> Row:
    reference = seen.evidence if seen else None
    return {
        "evidence_url": seen.url if seen else "",
        "evidence_key": reference.key if reference else "",
        "evidence_offset": reference.offset if reference else "",
        "evidence_sha256": reference.sha256 if reference else "",
        "fetched_at": seen.fetched_at if seen else "",
    }


def _measure_row(subject_id: str, rule: Rule, value: Measured, result: str, number: int) -> Row:
    return {
        "subject_id": subject_id,
        "indicator_id": rule.id,
        "state": str(value.state),
        "measured": _value_text(value),
        "at_most": "" if value.high is None else f"{value.high:g}",
        "unit": rule.unit,
        "threshold": rule.threshold,
        "result": "" if result == "none" else result,
        **_seen(value),
        "pass": number,
        "reason": mask_numbers(value.reason),
    }


def _finding_row(
    subject_id: str,
    rule: Rule,
    value: Measured,
    result: str,
    exempt: Exemption | None,
    reported: Sequence[ReportedFinding],
) -> Row:
    state = (
        "overturned" if exempt else "candidate" if result != "fail" else _STANDING.get(rule.effect, "fail")
    )
    details = "；".join(detail.text for detail in value.details[:20])
    notes = [rule.problem_text(value.low)]
    if exempt:
        notes.append(f"豁免：{exempt.reason}")
    if result == "unconfirmed":
        notes.append("首次测量不达标，复测未能确认")
    if rule.verified is not True:
        notes.append("该指标的数值尚未与公开文本核对")
    if details:
        notes.append(details)
    people = "、".join(dict.fromkeys(item.reporter for item in reported))
    return {
        "subject_id": subject_id,
        "indicator_id": rule.id,
        "state": state,
        "measured": _value_text(value),
        "threshold": rule.threshold,
        **_seen(value),
        "decided_by": exempt.approved_by
        if exempt
        else people or ("机器判定" if state in ("fail", "advice") else ""),
        # A detail may say no more than the problem does.
        "note": mask_numbers("。".join(dict.fromkeys(notes))),
    }


def _evidence_rows(subject_id: str, rule: Rule, value: Measured) -> list[Row]:
    return [
        {
            "subject_id": subject_id,
            "indicator_id": rule.id,
            "fact": mask_numbers(detail.text),
            **_seen_row(detail.seen),
        }
        for detail in value.details
    ]
