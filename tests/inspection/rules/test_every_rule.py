"""Every rule of every rule file: a case that passes, one that fails, the edge, and one that cannot be measured.

From facts through the rule's measure to what Great Expectations says of it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.inspection.judging.suites import Judge, Judgement
from include.inspection.measures import MEASURES, Context, Measured, State, measure
from include.inspection.rules.files import standard_names
from include.inspection.rules.standard import Rule, load_standards
from tests.inspection.rules.rule_cases import CASES, Case

RULES: dict[str, Rule] = {
    rule.id: rule for name in standard_names() for rule in load_standards([name])[0].rules
}
KINDS = ("pass", "fail", "edge", "unmeasured")
ALL: dict[str, tuple[Rule, str, Case]] = {
    f"{rule.id}:{kind}:{number}": (rule, kind, case)
    for rule in RULES.values()
    if rule.measure in CASES
    for kind, cases in CASES[rule.measure](rule).items()
    for number, case in enumerate(cases)
}


def measured_of(rule: Rule, case: Case) -> Measured:
    context = replace(Context(case.as_of, rule.window, rule.settings), **case.context)
    return measure(rule.measure, case.facts, context)


MEASURED: dict[str, Measured] = {name: measured_of(rule, case) for name, (rule, _, case) in ALL.items()}


@pytest.fixture(scope="module")
def judgements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    judge = Judge(list(RULES.values()), tmp_path_factory.mktemp("gx"))
    found = {}
    for subject in ("site", "account"):
        rows = {
            name: {rule.id: MEASURED[name]} for name, (rule, _, _) in ALL.items() if rule.subject == subject
        }
        found[subject] = judge.judge(rows, subject)
    return found


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_no_case_of_a_rule_is_missing(rule: Rule) -> None:
    assert rule.measure in CASES, f"{rule.id}：测量 {rule.measure} 没有用例"
    cases = CASES[rule.measure](rule)
    assert [kind for kind in KINDS if not cases.get(kind)] == []
    assert {case.expect for case in cases["pass"]} == {"pass"}
    assert {case.expect for case in cases["fail"]} == {"fail"}
    told = {case.expect for case in cases["unmeasured"]}
    allowed = {"pass"} if rule.measure.startswith("reported_") else {"undecided", "none"}
    assert told <= allowed


@pytest.mark.parametrize("name", ALL)
def test_what_the_rule_says(name: str, judgements: dict[str, Judgement]) -> None:
    rule, _, case = ALL[name]
    judgement = judgements[rule.subject]
    value = MEASURED[name]
    if name in judgement.failed[rule.id]:
        result = "fail"
    elif name in judgement.undecided[rule.id]:
        result = "undecided"
    else:
        result = "pass" if value.state is State.MEASURED else "none"
    assert result == case.expect, (value.state, value.low, value.high, value.reason)


@pytest.mark.parametrize(
    "name", [name for name, (_, kind, _) in ALL.items() if kind in ("fail", "unmeasured")]
)
def test_a_failure_has_its_facts_and_a_gap_its_reason(name: str) -> None:
    rule, kind, _ = ALL[name]
    value = MEASURED[name]
    if kind == "fail" and "max_value" in rule.expectation and rule.measure != "home_failed_percent":
        assert value.details or value.reason
    if kind == "unmeasured":
        assert value.reason


def test_no_measure_without_a_rule() -> None:
    used = {rule.measure for rule in RULES.values()}
    assert set(MEASURES) == used


def test_no_cases_without_a_measure() -> None:
    assert set(CASES) <= set(MEASURES)
