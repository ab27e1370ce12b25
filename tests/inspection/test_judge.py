"""Great Expectations really runs: what passes, what fails, what is not decided."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.inspection.judging import suites as judge_module
from include.inspection.judging.suites import Judge, Judgement
from include.inspection.measures import Measured, State, for_people, measured, unmeasured
from include.inspection.model import SubjectType
from include.inspection.rules.standard import Rule, load_standards


def rule(rule_id: str, subject: SubjectType = "site", **bounds: float | bool) -> Rule:
    pattern = next(item for item in load_standards(["national-2019"])[0].rules if item.id == "W3")
    expectation = {"type": "expect_column_values_to_be_between", **bounds}
    return replace(pattern, id=rule_id, subject=subject, expectation=expectation)


MOMENT = datetime(2024, 12, 31, 2, tzinfo=UTC)
RULES = [
    rule("MIN", min_value=1),
    rule("MIN.STRICT", min_value=1, strict_min=True),
    rule("MAX", max_value=5),
    rule("MAX.STRICT", max_value=5, strict_max=True),
    rule("BOTH", min_value=1, max_value=5),
    rule("ACC", "account", min_value=1),
]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(RULES, tmp_path_factory.mktemp("gx"))


SUBJECTS: dict[str, Measured] = {
    "zero": measured(0),
    "one": measured(1),
    "two": measured(2),
    "five": measured(5),
    "six": measured(6),
    "none": unmeasured("超时"),
    "people": for_people("由人工核查"),
    "n/a": Measured(State.NOT_APPLICABLE),
    "0-0": measured(0, 0),
    "0-1": measured(0, 1),
    "1-2": measured(1, 2),
    "4-5": measured(4, 5),
    "5-6": measured(5, 6),
    "6-9": measured(6, 9),
    "0-9": measured(0, 9),
}


@pytest.fixture(scope="module")
def judgement(judge: Judge) -> Judgement:
    return judge.judge(
        {name: {item.id: value for item in RULES[:5]} for name, value in SUBJECTS.items()}, "site"
    )


@pytest.mark.parametrize(
    ("rule_id", "failed", "undecided"),
    [
        ("MIN", {"zero", "0-0"}, {"none", "0-1", "0-9"}),
        ("MIN.STRICT", {"zero", "one", "0-0", "0-1"}, {"none", "1-2", "0-9"}),
        ("MAX", {"six", "6-9"}, {"none", "5-6", "0-9"}),
        ("MAX.STRICT", {"five", "six", "5-6", "6-9"}, {"none", "4-5", "0-9"}),
    ],
)
def test_every_kind_of_bound(judgement, rule_id, failed, undecided):
    assert judgement.failed[rule_id] == failed
    assert judgement.undecided[rule_id] == undecided


def test_two_bounds(judgement):
    assert {"zero", "six", "6-9", "0-0"} <= judgement.failed["BOTH"]
    assert not judgement.failed["BOTH"] & {"one", "two", "five", "1-2", "4-5", "none", "people", "n/a"}


@pytest.mark.parametrize("subject", ["none", "people", "n/a"])
def test_what_was_not_measured_fails_nothing(judgement, subject):
    assert all(subject not in failed for failed in judgement.failed.values())


def test_only_what_a_machine_should_have_measured_is_undecided(judgement):
    assert all("none" in undecided for undecided in judgement.undecided.values())
    assert all(not undecided & {"people", "n/a"} for undecided in judgement.undecided.values())


def test_a_rule_that_does_not_apply_to_a_subject_says_nothing_of_it(judge):
    found = judge.judge({"with": {"MIN": measured(0)}, "without": {}}, "site")
    assert found.failed["MIN"] == {"with"}
    assert found.undecided["MIN"] == frozenset()
    assert set(found.failed) == {item.id for item in RULES if item.subject == "site"}


def test_a_column_of_nothing_but_unmeasured(judge):
    found = judge.judge({"a": {"MIN": unmeasured("x")}, "b": {"MIN": unmeasured("x")}}, "site")
    assert found.failed["MIN"] == frozenset()
    assert found.undecided["MIN"] == {"a", "b"}


def test_no_subjects_at_all(judge):
    found = judge.judge({}, "site")
    assert set(found.failed.values()) == {frozenset()} == set(found.undecided.values())


def test_accounts_have_a_suite_of_their_own(judge):
    found = judge.judge({"wx": {"ACC": measured(0)}, "wb": {"ACC": measured(1)}}, "account")
    assert found.failed == {"ACC": {"wx"}}


def test_many_subjects_are_all_told(judge):
    """More than the 20 that an ordinary result would list."""
    measures = {f"s{number}": {"MIN": measured(number % 2)} for number in range(300)}
    found = judge.judge(measures, "site")
    assert found.failed["MIN"] == {f"s{number}" for number in range(0, 300, 2)}


def test_the_shipped_rules_at_their_edges(tmp_path):
    rules = list(load_standards(["national-2019"])[0].rules)
    edges = {
        "W1.1": 0,
        "W2": 4.99,
        "W3": 1,
        "W4.1": 4,
        "W4.2": 9,
        "W4.3": 4,
        "W5.1": 1,
        "W5.2": 0,
        "W6.1": 1,
        "W6.2": 4,
    }
    over = {
        "W1.1": 1,
        "W2": 5,
        "W3": 0,
        "W4.1": 5,
        "W4.2": 10,
        "W4.3": 5,
        "W5.1": 0,
        "W5.2": 1,
        "W6.1": 0,
        "W6.2": 5,
    }
    found = Judge(rules, tmp_path).judge(
        {
            "near miss": {rule_id: measured(value) for rule_id, value in edges.items()},
            "over": {rule_id: measured(value) for rule_id, value in over.items()},
        },
        "site",
    )
    assert {rule_id for rule_id, failed in found.failed.items() if "near miss" in failed} == set()
    assert {rule_id for rule_id, failed in found.failed.items() if "over" in failed} == set(over)


def test_data_docs_are_written(judge, tmp_path):
    measures = {
        "4408000001": {"MIN": measured(0)},
        "4408000002": {"MIN": measured(0, 3)},
        "4408000003": {"MIN": measured(3)},
    }
    judge.document(measures, judge.judge(measures, "site"), "site", tmp_path / "docs", MOMENT)
    accounts = {"wx-1": {"ACC": measured(0)}}
    judge.document(accounts, judge.judge(accounts, "account"), "account", tmp_path / "docs", MOMENT)
    assert (tmp_path / "docs" / "index.html").is_file()
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "docs" / "validations").rglob("*.html")]
    assert len(pages) == 2
    (site_page,) = [page for page in pages if "4408000001" in page]
    assert "4408000002" not in site_page, "an undecided value is no failure in the documents either"
    assert any("wx-1" in page for page in pages)


def test_judge_says_nothing_of_a_threshold_itself():
    """No number of a standard stands in the module: every bound comes from the rule."""
    tree = ast.parse(Path(judge_module.__file__).read_text(encoding="utf-8"))
    numbers = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    }
    assert numbers == set()
