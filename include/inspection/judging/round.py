"""The judging half: stored evidence to tables. Touches no network, gives the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from include.inspection.csv_tables import csv_bytes
from include.inspection.facts import AccountFacts, Seen, SiteFacts
from include.inspection.fetch.stored import EvidenceDamaged
from include.inspection.fetch_step import other_hosts
from include.inspection.judging.outage import apply_doubt, doubt_by_controls, failed_looks, failing_alike
from include.inspection.judging.reconcile import REGISTER_COLUMNS, Register, Sighting
from include.inspection.judging.suites import Judge, Judgement
from include.inspection.judging.verdicts import (
    COVERAGE_COLUMNS,
    EVIDENCE_COLUMNS,
    FINDING_COLUMNS,
    FINDING_STATES,
    MEASURE_COLUMNS,
    VERDICT_COLUMNS,
    Pass,
    Tables,
    coverage_row,
    decide,
    suspects,
)
from include.inspection.measures import Measured
from include.inspection.model import VERDICTS, Account, Registry, Site
from include.inspection.plan import Plan
from include.inspection.registry.reader import SITE_CODE
from include.inspection.review.appeals import APPEAL_COLUMNS, appeal_rows
from include.inspection.review.decisions import NOTHING_DECIDED, Records
from include.inspection.review.rulings import DECISION_COLUMNS, Rulings
from include.inspection.rules.standard import Rule, Standard
from include.inspection.store import ObjectStore
from include.inspection.subjects import StoredRound, measure_subject
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import beijing

log = structlog.get_logger("inspection.judge")

NOT_FETCHED = "抓取任务没有完成"
DAMAGED = "存档的证据缺失或已损坏"


def planned(plan: Plan, registry: Registry) -> list[Site | Account]:
    chosen = {*plan.sites, *plan.accounts}
    return [item for item in registry.subjects if item.subject_id in chosen]


def rules_of(standards: Sequence[Standard]) -> list[Rule]:
    return [rule for standard in standards for rule in standard.rules]


@dataclass(frozen=True)
class _Looked:
    """Measures of one pass, and what it saw of the register; ``doubtful`` are sites that did not open, perhaps by our own
    fault; ``hosts`` were looked at."""

    measures: dict[str, dict[str, Measured]]
    sightings: dict[str, Sighting]
    doubtful: tuple[str, ...]
    hosts: int


def _measures(
    stored: StoredRound,
    subjects: Iterable[Site | Account],
    numbers: Mapping[str, int],
    rules: Sequence[Rule],
    plan: Plan,
    registry: Registry,
    hosts: int = 0,
) -> _Looked:
    """Measures of every subject that has complete, sound evidence of its pass in ``numbers``.

    ``hosts`` is how many the first pass looked at: a second one, over those that failed, has no share of its own.
    """
    measures: dict[str, dict[str, Measured]] = {}
    register, sightings = Register(registry), dict[str, Sighting]()
    failed: list[tuple[Site, SiteFacts]] = []
    looked: set[str] = set()

    def measure(subject: Site | Account, facts: SiteFacts | AccountFacts) -> None:
        past = stored.history(subject.subject_id)
        rows = measure_subject(subject, facts, rules, plan.as_of, registry, past)
        measures[subject.subject_id] = {rule.id: value for rule, value in rows}
        if isinstance(subject, Site) and isinstance(facts, SiteFacts):
            sightings[subject.site_code] = register.sighting(subject, facts)

    for subject in subjects:
        others = other_hosts(subject, registry) if isinstance(subject, Site) else frozenset()
        try:
            facts = stored.facts(subject, numbers[subject.subject_id], others)
        except EvidenceDamaged as error:
            log.error(
                f"{subject.subject_id} {subject.name}：{DAMAGED}：{error}", subject_id=subject.subject_id
            )
            continue
        if facts is None:
            continue
        measures[subject.subject_id] = {}
        if isinstance(subject, Site) and isinstance(facts, SiteFacts):
            looked.add(urlsplit(subject.url).netloc)
            if failed_looks(facts):
                # Measured when all are known: many that fail alike point at ourselves.
                failed.append((subject, facts))
                continue
        measure(subject, facts)
    hosts = hosts or len(looked)
    alike = failing_alike(failed, hosts, stored.limits)
    for site, facts in failed:
        apply_doubt(facts, alike.get(site.site_code, "") or doubt_by_controls(facts))
        measure(site, facts)
    doubtful = tuple(site.site_code for site, facts in failed if facts.network_doubt)
    return _Looked(measures, sightings, doubtful, hosts)


def _why_missing(stored: StoredRound, subject: Site | Account) -> str:
    outcome = stored.outcome(subject.subject_id, 1)
    if outcome is None:
        return NOT_FETCHED
    return DAMAGED if outcome["complete"] else outcome["reason"] or NOT_FETCHED


def _nothing_seen(subject: Site | Account, reason: str) -> SiteFacts | AccountFacts:
    """The facts of a subject without evidence: what people reported about it counts all the same."""
    if isinstance(subject, Site):
        return SiteFacts(subject.site_code, Seen("", "", None), home_readable=False, reason=reason)
    return AccountFacts(subject.account_id, None, reason=reason)


def _judge(
    judge: Judge, measures: Mapping[str, Mapping[str, Measured]], subjects: Sequence[Site | Account]
) -> Judgement:
    """One frame a subject type, all subjects at once."""
    types = {item.subject_id: "site" if isinstance(item, Site) else "account" for item in subjects}
    failed: dict[str, frozenset[str]] = {}
    undecided: dict[str, frozenset[str]] = {}
    for kind in ("site", "account"):
        part = {key: row for key, row in measures.items() if types[key] == kind}
        if part:
            judgement = judge.judge(part, kind)
            failed |= judgement.failed
            undecided |= judgement.undecided
    return Judgement(failed, undecided)


def find_suspects(
    store: ObjectStore,
    plan: Plan,
    registry: Registry,
    standards: Sequence[Standard],
    limits: SurveyLimits,
    scratch: Path,
) -> list[str]:
    """Subjects whose first pass fails a machine-checked veto indicator, and sites that we perhaps could not reach."""
    rules = rules_of(standards)
    subjects = planned(plan, registry)
    stored = StoredRound(store, plan, registry, limits, scratch)
    looked = _measures(stored, subjects, _all(subjects, 1), rules, plan, registry)
    measures = looked.measures
    judge = Judge(rules, scratch / "gx")
    again = {*suspects(Pass(measures, _judge(judge, measures, subjects)), rules), *looked.doubtful}
    found = [subject_id for subject_id in measures if subject_id in again]
    names = {item.subject_id: item.name for item in subjects}
    log.info(f"首次测量：{len(measures)} 个对象有证据，{len(found)} 个需要复测")
    for subject_id in found:
        log.info(f"需要复测：{subject_id} {names[subject_id]}", subject_id=subject_id)
    return found


def judge_round(
    store: ObjectStore,
    plan: Plan,
    registry: Registry,
    standards: Sequence[Standard],
    limits: SurveyLimits,
    scratch: Path,
    records: Records = NOTHING_DECIDED,
) -> tuple[Tables, Path]:
    """The tables of the round, with people's decisions applied, and the folder of its Data Docs."""
    rules = rules_of(standards)
    subjects = planned(plan, registry)
    stored = StoredRound(store, plan, registry, limits, scratch)
    looked = _measures(stored, subjects, _all(subjects, 1), rules, plan, registry)
    first_measures = looked.measures
    missing = {
        item.subject_id: _why_missing(stored, item)
        for item in subjects
        if item.subject_id not in first_measures
    }
    for subject in subjects:
        if reason := missing.get(subject.subject_id):
            past = stored.history(subject.subject_id)
            nothing = _nothing_seen(subject, reason)
            rows = measure_subject(subject, nothing, rules, plan.as_of, registry, past)
            first_measures[subject.subject_id] = {rule.id: value for rule, value in rows}
    rulings = Rulings(records)
    numbers = _last_passes(stored, subjects, rulings.look_again())
    again = [item for item in subjects if item.subject_id in numbers]
    looked_again = _measures(stored, again, numbers, rules, plan, registry, looked.hosts)
    second_measures = looked_again.measures
    judge = Judge(rules, scratch / "gx")
    first = Pass(first_measures, _judge(judge, first_measures, subjects))
    second = Pass(second_measures, _judge(judge, second_measures, subjects), numbers)

    def decide_all(chosen: Iterable[Site | Account], rulings: Rulings) -> Tables:
        tables = Tables()
        today = beijing(plan.as_of).date()
        for subject in chosen:
            exemptions = [item for item in registry.exemptions if item.subject_id == subject.subject_id]
            why = missing.get(subject.subject_id, "")
            reported = [item for item in registry.findings if item.subject_id == subject.subject_id]
            decide(
                subject, rules, first, second, why, exemptions, today, tables, standards, reported, rulings
            )
        return tables

    tables = decide_all(subjects, rulings)
    tables.decisions.extend(rulings.rows())
    appealed = {item.subject_id for item in rulings.appeals.values()}
    before = decide_all([item for item in subjects if item.subject_id in appealed], rulings.without_appeals())
    tables.appeals.extend(appeal_rows(rulings, tables, before, store, scratch))
    tables.coverage.extend(
        coverage_row(item, "closed", "名单中的运行状态为关停")
        for item in registry.subjects
        if item.status == "closed"
    )
    tables.coverage.extend(_refused(registry))
    tables.register = Register(registry).reconcile({**looked.sightings, **looked_again.sightings})
    _log(tables, rules)

    docs = scratch / "data-docs"
    combined = {**first_measures, **second_measures}
    judgement = Judgement(
        {rule.id: _merge(first, second, rule.id, "failed", second_measures) for rule in rules},
        {rule.id: _merge(first, second, rule.id, "undecided", second_measures) for rule in rules},
    )
    types = {item.subject_id: "site" if isinstance(item, Site) else "account" for item in subjects}
    for kind in ("site", "account"):
        part = {key: row for key, row in combined.items() if types[key] == kind}
        if part:
            judge.document(part, judgement, kind, docs, plan.as_of)
    return tables, docs


def _all(subjects: Iterable[Site | Account], number: int) -> dict[str, int]:
    return {item.subject_id: number for item in subjects}


def _last_passes(stored: StoredRound, subjects: Iterable[Site | Account], wanted: Set[str]) -> dict[str, int]:
    """The pass that speaks for a subject after its first: the second, or the third that a person asked for."""
    numbers = {}
    for item in subjects:
        for number in (3, 2) if item.subject_id in wanted else (2,):
            if stored.outcome(item.subject_id, number) is not None:
                numbers[item.subject_id] = number
                break
    return numbers


def _refused(registry: Registry) -> Iterator[dict[str, str]]:
    """A coverage row for each site or account whose row in the list was refused, where its id can be read."""
    known = {item.subject_id for item in registry.subjects}
    for problem in registry.problems:
        kind = "site" if problem.file.startswith("sites.") else "account"
        usable = SITE_CODE.fullmatch(problem.subject_id) if kind == "site" else problem.subject_id
        if usable and problem.subject_id not in known:
            known.add(problem.subject_id)
            yield {
                "subject_id": problem.subject_id[:64],
                "subject_type": kind,
                "name": problem.name[:200],
                "outcome": "refused",
                "reason": f"名单中的这一行未通过校验：{problem}",
            }


def _merge(
    first: Pass, second: Pass, rule_id: str, which: str, again: Mapping[str, object]
) -> frozenset[str]:
    """The second pass speaks for the subjects that it measured."""
    early: frozenset[str] = getattr(first.judgement, which).get(rule_id, frozenset())
    late: frozenset[str] = getattr(second.judgement, which).get(rule_id, frozenset())
    return frozenset(early - set(again)) | late


def _log(tables: Tables, rules: Sequence[Rule]) -> None:
    names = {row["subject_id"]: row["name"] for row in tables.verdicts}
    labels = {rule.id: rule.name for rule in rules}
    for row in tables.findings:
        log.info(
            f"{row['subject_id']} {names[row['subject_id']]}：{row['indicator_id']} {labels[row['indicator_id']]}，"
            f"测得 {row['measured']}，要求 {row['threshold']}，{FINDING_STATES[row['state']]}",
            **{
                key: row[key]
                for key in ("state", "evidence_url", "evidence_key", "evidence_offset", "evidence_sha256")
            },
        )
    for row in tables.register:
        log.info(
            f"名单核对（待人工认定）：{row['subject_id']} {row['name']}：{row['label']}，{row['found']}",
            kind=row["kind"],
        )
    counts = {verdict: sum(row["verdict"] == verdict for row in tables.verdicts) for verdict in VERDICTS}
    log.info(
        "结论：" + "，".join(f"{VERDICTS[verdict]} {count} 个" for verdict, count in counts.items()), **counts
    )


def table_files(tables: Tables) -> dict[str, bytes]:
    return {
        "verdicts.csv": csv_bytes(VERDICT_COLUMNS, tables.verdicts),
        "findings.csv": csv_bytes(FINDING_COLUMNS, tables.findings),
        "measures.csv": csv_bytes(MEASURE_COLUMNS, tables.measures),
        "coverage.csv": csv_bytes(COVERAGE_COLUMNS, tables.coverage),
        "evidence.csv": csv_bytes(EVIDENCE_COLUMNS, tables.evidence),
        "decisions.csv": csv_bytes(DECISION_COLUMNS, tables.decisions),
        "appeals.csv": csv_bytes(APPEAL_COLUMNS, tables.appeals),
        "register.csv": csv_bytes(REGISTER_COLUMNS, tables.register),
    }
