"""People's decisions: where they hold, what they change, and that they hold for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from include.inspection.facts import Seen
from include.inspection.fetch.page import EvidenceRef
from include.inspection.judging.suites import Judgement
from include.inspection.judging.verdicts import Pass, Tables, decide
from include.inspection.measures import Detail, measured
from include.inspection.model import Appeal, Decision, Exemption, ReportedFinding, Site
from include.inspection.review.decisions import Records
from include.inspection.review.rulings import Rulings, fingerprint
from include.inspection.rules.standard import Rule, load_standards

SITE = Site("4408000001", "甲", "http://a.cn/", "portal", "县")
RULES = {rule.id: rule for rule in load_standards(["national-2019"])[0].rules}
M = RULES["W3"]
P = replace(M, id="W3P", check="P")
D = replace(RULES["P4.2"], id="D1")
FETCHED = datetime(2024, 12, 31, 2, tzinfo=UTC)
STORED = EvidenceRef("rounds/x/fetch-1.warc.gz", 10, "ab" * 32)
SEEN = Seen("http://a.cn/", "2024-12-31T02:00:00Z", STORED)


def a_pass(rule_id: str = "W3", seen: Seen = SEEN, fails: bool = True) -> Pass:
    value = measured(0 if fails else 3, seen=seen, details=[Detail("没有更新", seen)])
    failing = frozenset({SITE.site_code}) if fails else frozenset()
    return Pass({SITE.site_code: {rule_id: value}}, Judgement({rule_id: failing}, {}))


def judged(
    decisions: Sequence[Decision] = (),
    *,
    first: Pass | None = None,
    second: Pass | None = None,
    rules: Sequence[Rule] = (M,),
    exemptions: Sequence[Exemption] = (),
    reported: Sequence[ReportedFinding] = (),
    withdrawn: Sequence[int] = (),
) -> tuple[Tables, Rulings]:
    names = {f"d{number}": item for number, item in enumerate(decisions)}
    rulings = Rulings(Records(names, {}, (), frozenset(f"d{number}" for number in withdrawn)))
    tables, seen = Tables(), first or a_pass()
    decide(
        SITE, rules, seen, second or seen, "", exemptions, date(2024, 12, 31), tables, (), reported, rulings
    )
    tables.decisions.extend(rulings.rows())
    return tables, rulings


def print_of(first: Pass | None = None, rules: Sequence[Rule] = (M,)) -> str:
    tables, _ = judged(first=first, rules=rules)
    return fingerprint(tables.findings[0], tables.evidence)


def word(choice: str, *, hours: int = 5, **more: Any) -> Decision:
    given = {"indicator_id": "W3", "reason": "看过", "decided_by": "张三", "evidence": print_of()} | more
    return Decision(SITE.site_code, choice=choice, decided_at=FETCHED + timedelta(hours=hours), **given)


def outcome(tables: Tables) -> tuple[str, str, str]:
    return tables.verdicts[0]["verdict"], tables.findings[0]["state"], tables.findings[0]["decided_by"]


def statuses(tables: Tables) -> list[str]:
    return [row["status"] for row in tables.decisions]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, ("unqualified", "fail", "机器判定")),
        ("confirm", ("unqualified", "fail", "张三")),
        ("false_alarm", ("qualified", "overturned", "张三")),
        ("exempt", ("qualified", "overturned", "张三")),
        ("look_again", ("undetermined", "candidate", "")),
    ],
)
def test_what_each_choice_makes_of_a_confirmed_veto(choice, expected):
    tables, _ = judged([word(choice)] if choice else [])
    assert outcome(tables) == expected
    assert statuses(tables) == (["applied"] if choice else [])
    if choice:
        assert "看过" in tables.findings[0]["note"]


def test_a_candidate_that_a_person_confirms_is_a_veto():
    second = a_pass("W3P")
    assert outcome(judged(first=second, rules=[P])[0])[:2] == ("qualified", "candidate")
    said = word("confirm", indicator_id="W3P", evidence=print_of(second, [P]))
    tables, _ = judged([said], first=second, rules=[P])
    assert outcome(tables) == ("unqualified", "fail", "张三")
    assert tables.verdicts[0]["vetoes"] == "W3P"


def test_what_no_second_measuring_confirmed_a_person_may():
    nothing = Pass({}, Judgement({}, {}))
    assert outcome(judged(second=nothing)[0])[0] == "undetermined"
    assert outcome(judged([word("confirm")], second=nothing)[0]) == ("unqualified", "fail", "张三")
    assert outcome(judged([word("false_alarm")], second=nothing)[0])[:2] == ("qualified", "overturned")


@pytest.mark.parametrize(
    "seen",
    [
        replace(SEEN, evidence=replace(STORED, sha256="cd" * 32)),
        replace(SEEN, fetched_at="2024-12-31T09:00:00Z"),
        replace(SEEN, evidence=replace(STORED, key="rounds/x/fetch-3.warc.gz")),
    ],
)
def test_a_decision_holds_only_for_the_evidence_it_was_made_on(seen):
    tables, _ = judged([word("false_alarm")], first=a_pass(seen=seen))
    assert outcome(tables) == ("unqualified", "fail", "机器判定")
    assert statuses(tables) == ["other_evidence"]
    assert "不再适用" in tables.decisions[0]["note"]


def test_better_words_ask_nobody_again():
    value = measured(0, seen=SEEN, details=[Detail("换了一种说法", SEEN)])
    other = Pass({SITE.site_code: {"W3": value}}, Judgement({"W3": frozenset({SITE.site_code})}, {}))
    assert statuses(judged([word("confirm")], first=other)[0]) == ["applied"]


@pytest.mark.parametrize(("hours", "status"), [(1, "applied"), (0, "applied"), (-1, "other_evidence")])
def test_a_decision_without_fingerprint_holds_for_what_had_been_fetched_by_then(hours, status):
    tables, _ = judged([word("false_alarm", evidence="", hours=hours)])
    assert statuses(tables) == [status]


def test_two_that_disagree_name_nobody_and_are_both_told():
    tables, rulings = judged([word("confirm"), word("false_alarm", decided_by="李四", hours=6)])
    assert outcome(tables) == ("undetermined", "candidate", "")
    assert statuses(tables) == ["contradicted", "contradicted"]
    for told in (tables.coverage[0]["reason"], tables.findings[0]["note"], tables.decisions[1]["note"]):
        assert "张三（属实" in told and "李四（误报" in told
    assert rulings.contradicting(SITE.site_code, "W3") == ["d0", "d1"]


def test_two_that_agree_hold_together():
    tables, _ = judged([word("false_alarm"), word("false_alarm", decided_by="李四", hours=6)])
    assert (outcome(tables), statuses(tables)) == (
        ("qualified", "overturned", "李四"),
        ["applied", "applied"],
    )


def test_a_later_decision_settles_those_that_its_maker_saw():
    last = word("false_alarm", decided_by="王五", hours=9, replaces=("d0", "d1"))
    tables, _ = judged([word("confirm"), word("exempt", decided_by="李四", hours=6), last])
    assert outcome(tables) == ("qualified", "overturned", "王五")
    assert statuses(tables) == ["replaced", "replaced", "applied"]


def test_a_withdrawn_decision_holds_no_longer():
    tables, _ = judged([word("false_alarm")], withdrawn=[0])
    assert (outcome(tables)[0], statuses(tables)) == ("unqualified", ["withdrawn"])


def test_a_decision_without_a_finding_is_listed_and_harmless():
    tables, _ = judged([word("confirm", indicator_id="W9")])
    assert (outcome(tables)[2], statuses(tables)) == ("机器判定", ["no_finding"])
    passing = a_pass(fails=False)
    tables, _ = judged([word("confirm")], first=passing)
    assert (tables.verdicts[0]["verdict"], tables.findings, statuses(tables)) == (
        "qualified",
        [],
        ["no_finding"],
    )


def test_an_exemption_of_the_register_stands_before_any_decision():
    exempt = Exemption(SITE.site_code, "W3", None, None, "改版", "主任")
    tables, _ = judged([word("confirm")], exemptions=[exempt])
    assert outcome(tables) == ("qualified", "overturned", "主任")


@pytest.mark.parametrize(
    ("choice", "expected", "told"),
    [
        ("upheld", ("unqualified", "fail", "主任"), "申诉维持：看过"),
        ("overturned", ("qualified", "overturned", "主任"), "申诉撤销：看过"),
        ("partly", ("unqualified", "fail", "主任"), "申诉部分支持：看过"),
    ],
)
def test_an_appeal_is_a_second_hearing(choice, expected, told):
    heard = word(choice, appeal_id="s-1", decided_by="主任", hours=40)
    tables, rulings = judged([word("confirm"), heard])
    assert outcome(tables) == expected and told in tables.findings[0]["note"]
    assert statuses(tables) == ["replaced", "applied"]
    before = Tables()
    seen = a_pass()
    decide(SITE, (M,), seen, seen, "", [], date(2024, 12, 31), before, (), (), rulings.without_appeals())
    assert outcome(before) == ("unqualified", "fail", "张三")


def test_an_appeal_knows_its_latest_decision():
    appeal = Appeal("s-1", SITE.site_code, "W3", FETCHED, "当日已更新", "甲县")
    _, rulings = judged([word("upheld", appeal_id="s-1"), word("overturned", appeal_id="s-1", hours=9)])
    decision = rulings.decision_on(appeal)
    assert decision is not None and decision.choice == "overturned"


def test_a_report_by_a_person_may_be_overturned_too():
    found = ReportedFinding(SITE.site_code, "W3", "http://a.cn/y", "首页未更新", "李四", None)
    passing = a_pass(fails=False)
    tables, _ = judged(first=passing, reported=[found])
    said = word("false_alarm", evidence=fingerprint(tables.findings[0], tables.evidence))
    assert outcome(judged([said], first=passing, reported=[found])[0])[:2] == ("qualified", "overturned")
    # Another note is another finding.
    other = replace(found, note="另一处")
    assert outcome(judged([said], first=passing, reported=[other])[0])[0] == "unqualified"
