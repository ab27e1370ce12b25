"""From judged measures to findings, verdicts and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from include.inspection.facts import Seen
from include.inspection.fetch.page import EvidenceRef
from include.inspection.judging.suites import Judgement
from include.inspection.judging.verdicts import Pass, Tables, coverage_row, decide, suspects
from include.inspection.measures import Detail, Measured, State, for_people, measured, unmeasured
from include.inspection.model import Account, Exemption, ReportedFinding, Site
from include.inspection.rules.standard import Rule, load_standards

TODAY = date(2024, 12, 31)
SITE = Site("4408000001", "甲", "http://a.cn/", "portal", "县")
PATTERN = {rule.id: rule for rule in load_standards(["national-2019"])[0].rules}
M = PATTERN["W3"]
M2 = PATTERN["W4.1"]
P = replace(M, id="W3P", check="P")
H = replace(PATTERN["W1.2"], id="W1.1")
RULES = [H, M, M2, P]
EVIDENCE = EvidenceRef("rounds/2024Q4/evidence/4408000001/fetch-1.warc.gz", 1234, "ab" * 32)
SEEN = Seen("http://a.cn/", "2024-12-31T02:00:00Z", EVIDENCE)
SEEN_AGAIN = Seen("http://a.cn/", "2024-12-31T03:00:00Z", replace(EVIDENCE, key="fetch-2", offset=99))
FINE = {"W1.1": measured(0), "W3": measured(3), "W4.1": measured(0), "W3P": measured(3)}
VALUES = {
    "fail": measured(0, seen=SEEN),
    "pass": measured(3, seen=SEEN),
    "undecided": measured(0, 3, seen=SEEN),
}


def judged(**results: str | Measured) -> Pass:
    """A pass over SITE: indicator → fail, pass, undecided, or a measure that says nothing."""
    measures: dict[str, Measured] = dict(FINE)
    failed: dict[str, frozenset[str]] = {}
    undecided: dict[str, frozenset[str]] = {}
    for name, result in results.items():
        rule_id = name.replace("_", ".")
        if isinstance(result, Measured):
            measures[rule_id] = result
            if result.state is State.UNMEASURED:
                undecided[rule_id] = frozenset({SITE.site_code})
            continue
        measures[rule_id] = VALUES[result]
        target = {"fail": failed, "undecided": undecided}.get(result)
        if target is not None:
            target[rule_id] = frozenset({SITE.site_code})
    return Pass({SITE.site_code: measures}, Judgement(failed, undecided))


NOTHING = Pass({}, Judgement({}, {}))


def decided(
    first: Pass,
    second: Pass = NOTHING,
    *,
    missing: str = "",
    exemptions: list[Exemption] | None = None,
    rules: list[Rule] = RULES,
    reported: Sequence[ReportedFinding] = (),
) -> Tables:
    tables = Tables()
    decide(SITE, rules, first, second, missing, exemptions or [], TODAY, tables, (), reported)
    return tables


def outcome(tables: Tables) -> tuple[str, str, str, str]:
    (verdict,), (coverage,) = tables.verdicts, tables.coverage
    return verdict["verdict"], verdict["vetoes"], coverage["outcome"], coverage["reason"]


def findings(tables: Tables) -> dict[str, str]:
    return {row["indicator_id"]: row["state"] for row in tables.findings}


def exemption(scope: str = "W3", start: date | None = None, end: date | None = None) -> Exemption:
    return Exemption(SITE.site_code, scope, start, end, "改版", "李四")


def test_nothing_wrong():
    tables = decided(judged())
    assert outcome(tables) == ("qualified", "", "inspected", "")
    assert tables.findings == []
    assert [(row["indicator_id"], row["result"]) for row in tables.measures] == [
        ("W1.1", "pass"),
        ("W3", "pass"),
        ("W4.1", "pass"),
        ("W3P", "pass"),
    ]


def test_a_veto_that_two_passes_confirm():
    again = judged(W3=measured(0, seen=SEEN_AGAIN))
    again = Pass(again.measures, Judgement({"W3": frozenset({SITE.site_code})}, {}))
    tables = decided(judged(W3="fail"), again)
    assert outcome(tables) == ("unqualified", "W3", "inspected", "")
    (finding,) = tables.findings
    assert (finding["state"], finding["decided_by"], finding["measured"], finding["threshold"]) == (
        "fail",
        "机器判定",
        "0",
        "≥1",
    )
    # The evidence is that of the measuring that counts.
    assert (finding["evidence_key"], finding["evidence_offset"], finding["fetched_at"]) == (
        "fetch-2",
        99,
        "2024-12-31T03:00:00Z",
    )
    assert next(row for row in tables.measures if row["indicator_id"] == "W3")["pass"] == 2


@pytest.mark.parametrize(
    ("second", "verdict", "states"),
    [
        (NOTHING, "undetermined", {"W3": "candidate"}),
        (judged(W3="undecided"), "undetermined", {"W3": "candidate"}),
        (judged(W3=unmeasured("超时")), "undetermined", {"W3": "candidate"}),
        (judged(W3=for_people("看不出")), "undetermined", {"W3": "candidate"}),
        (judged(W3="pass"), "qualified", {}),
        (judged(W3="fail"), "unqualified", {"W3": "fail"}),
    ],
)
def test_a_veto_of_the_first_pass_counts_only_as_the_second_says(second, verdict, states):
    tables = decided(judged(W3="fail"), second)
    assert (outcome(tables)[0], findings(tables)) == (verdict, states)
    if verdict == "undetermined":
        assert "复测未能确认" in outcome(tables)[3]
        assert "复测未能确认" in tables.findings[0]["note"]
        assert tables.findings[0]["decided_by"] == ""


@pytest.mark.parametrize("first", ["pass", "undecided"])
def test_what_only_the_second_pass_found_is_not_confirmed(first):
    tables = decided(judged(W3=first), judged(W3="fail"))
    assert (outcome(tables)[0], findings(tables)) == ("undetermined", {"W3": "candidate"})


def test_the_second_pass_may_settle_what_the_first_left_open():
    tables = decided(judged(W3="undecided", W4_1="fail"), judged(W3="pass", W4_1="pass"))
    assert outcome(tables)[0] == "qualified"


def test_one_confirmed_veto_is_enough_whatever_else_is_open():
    tables = decided(judged(W3="fail", W4_1="undecided"), judged(W3="fail", W4_1="undecided"))
    assert outcome(tables) == ("unqualified", "W3", "inspected", "")


def test_two_vetoes_stand_in_rule_order():
    both = judged(W4_1="fail", W3="fail")
    assert outcome(decided(both, both))[1] == "W3 W4.1"


def test_what_people_reported_needs_no_second_measuring():
    reported = measured(1, seen=Seen("http://a.cn/x", "2024-12-01T08:00:00+08:00", None))
    reported = replace(reported, details=(Detail("错别字（上报人：张三）", reported.seen),))
    first = Pass(
        {SITE.site_code: {**FINE, "W1.1": reported}}, Judgement({"W1.1": frozenset({SITE.site_code})}, {})
    )
    found = ReportedFinding(SITE.site_code, "W1.1", "http://a.cn/x", "错别字", "张三", None)
    tables = decided(first, reported=[found])
    assert outcome(tables)[:2] == ("unqualified", "W1.1")
    (finding,) = tables.findings
    assert (finding["state"], finding["decided_by"]) == ("fail", "张三")
    assert finding["evidence_url"] == "http://a.cn/x" and "错别字" in finding["note"]


@pytest.mark.parametrize("machine", ["pass", "undecided"])
def test_a_person_may_report_an_indicator_that_a_machine_checks(machine):
    found = ReportedFinding(SITE.site_code, "W3", "http://a.cn/y", "首页确无更新", "李四", None)
    tables = decided(judged(W3=machine), reported=[found])
    assert outcome(tables)[:2] == ("unqualified", "W3")
    (finding,) = tables.findings
    assert (finding["state"], finding["decided_by"]) == ("fail", "李四")
    assert "首页确无更新" in finding["note"]


def test_an_exempted_indicator_that_could_not_be_measured_leaves_no_doubt():
    exempt = Exemption(SITE.site_code, "W3", None, None, "首页改版", "主任")
    assert outcome(decided(judged(W3="undecided"), exemptions=[exempt]))[0] == "qualified"
    assert outcome(decided(judged(W3="undecided")))[0] == "undetermined"


@pytest.mark.parametrize("second", [NOTHING, judged(W3P="fail")])
def test_a_candidate_rule_never_makes_a_site_unqualified(second):
    tables = decided(judged(W3P="fail"), second, rules=[P])
    assert findings(tables) == {"W3P": "candidate"}
    assert outcome(tables)[0] != "unqualified"
    assert all(row["decided_by"] == "" for row in tables.findings)


def test_a_candidate_confirmed_by_machine_leaves_the_site_qualified_until_a_person_decides():
    tables = decided(judged(W3P="fail"), judged(W3P="fail"), rules=[P])
    assert outcome(tables)[0] == "qualified"


def test_undecided_indicators_of_people_leave_nothing_open():
    assert outcome(decided(judged(W3P=unmeasured("x"), W1_1=unmeasured("x"))))[0] == "qualified"


@pytest.mark.parametrize(
    ("item", "verdict", "state"),
    [
        (exemption(), "qualified", "overturned"),
        (exemption(start=TODAY, end=TODAY), "qualified", "overturned"),
        (exemption(start=date(2025, 1, 1)), "unqualified", "fail"),
        (exemption(end=date(2024, 12, 30)), "unqualified", "fail"),
        (exemption(scope="W4.1"), "unqualified", "fail"),
    ],
)
def test_an_exemption_overturns_on_its_days_and_for_its_indicator(item, verdict, state):
    tables = decided(judged(W3="fail"), judged(W3="fail"), exemptions=[item])
    assert (outcome(tables)[0], findings(tables)) == (verdict, {"W3": state})
    if state == "overturned":
        assert tables.findings[0]["decided_by"] == "李四"
        assert "豁免：改版" in tables.findings[0]["note"]
        assert outcome(tables)[1] == ""


def test_an_exemption_overturns_what_people_reported_and_what_was_not_confirmed():
    assert outcome(decided(judged(W1_1="fail"), exemptions=[exemption("W1.1")]))[0] == "qualified"
    tables = decided(judged(W3="fail"), exemptions=[exemption()])
    assert (outcome(tables)[0], findings(tables)) == ("qualified", {"W3": "overturned"})


@pytest.mark.parametrize("open_result", ["undecided", unmeasured("首页未能读取")])
def test_an_open_veto_leaves_the_site_undetermined(open_result):
    tables = decided(judged(W3=open_result))
    assert outcome(tables)[:3] == ("undetermined", "", "unmeasured")
    assert tables.findings == []


def test_one_reason_for_all_indicators_stands_once():
    tables = decided(judged(W3=unmeasured("访问被拒绝（403）"), W4_1=unmeasured("访问被拒绝（403）")))
    assert outcome(tables)[3] == "访问被拒绝（403）"


def test_different_reasons_stand_with_their_indicators():
    reason = outcome(decided(judged(W3=unmeasured("甲"), W4_1=unmeasured("乙"))))[3]
    assert reason == f"W3 {M.name}：甲；W4.1 {M2.name}：乙"


def test_nothing_fetched():
    tables = decided(NOTHING, missing="抓取任务没有完成")
    assert outcome(tables) == ("undetermined", "", "unmeasured", "抓取任务没有完成")
    assert tables.findings == [] == tables.measures


def test_what_people_reported_counts_although_nothing_was_fetched():
    values = {"W1.1": measured(1), "W3": unmeasured("抓取任务没有完成")}
    code = frozenset({SITE.site_code})
    first = Pass({SITE.site_code: values}, Judgement({"W1.1": code}, {"W3": code}))
    assert outcome(decided(first, missing="抓取任务没有完成")) == ("unqualified", "W1.1", "inspected", "")


def test_rules_for_others_say_nothing():
    tables = decided(judged(**{"X2_1": "fail"}), rules=[PATTERN["X2.1"]])
    assert outcome(tables)[0] == "qualified" and tables.measures == []


def test_a_number_that_nobody_verified_is_marked():
    rule = replace(M, verified=False)
    (finding,) = decided(judged(W3="fail"), judged(W3="fail"), rules=[rule]).findings
    assert "尚未与公开文本核对" in finding["note"]
    (finding,) = decided(judged(W3="fail"), judged(W3="fail"), rules=[M]).findings
    assert "尚未与公开文本核对" not in finding["note"]


def test_every_fact_has_its_own_evidence_row():
    value = measured(
        0, seen=SEEN, details=[Detail("“要闻”最新 2024-01-01", SEEN), Detail("“通知”空白", SEEN_AGAIN)]
    )
    first = Pass({SITE.site_code: {"W3": value}}, Judgement({"W3": frozenset({SITE.site_code})}, {}))
    rows = decided(first, first, rules=[M]).evidence
    assert [(row["fact"], row["evidence_offset"]) for row in rows] == [
        ("“要闻”最新 2024-01-01", 1234),
        ("“通知”空白", 99),
    ]


def test_an_accounts_category_is_its_platform():
    tables = Tables()
    account = Account("wx-1", "微信", "某发布")
    decide(account, [], NOTHING, NOTHING, "", [], TODAY, tables)
    row = tables.verdicts[0]
    assert (row["subject_type"], row["category"], row["verdict"]) == ("account", "微信", "qualified")


def test_closed_subjects_have_a_coverage_row_alone():
    assert coverage_row(SITE, "closed", "关停") == {
        "subject_id": "4408000001",
        "subject_type": "site",
        "name": "甲",
        "outcome": "closed",
        "reason": "关停",
        "history": "",
    }


@pytest.mark.parametrize(
    ("results", "suspect"),
    [
        ({"W3": "fail"}, True),
        ({"W3P": "fail"}, False),
        ({"W1_1": "fail"}, False),
        ({"W3": "undecided"}, False),
        ({}, False),
    ],
)
def test_who_is_measured_again(results, suspect):
    assert suspects(judged(**results), RULES) == ([SITE.site_code] if suspect else [])


# --- advice, and people beside the machine's candidates

ADVICE = replace(M2, id="G1", effect="advice")
ADVICE_P = replace(M2, id="G2", effect="advice", check="P")


def of_advice(result: str) -> Pass:
    row = {"G1": VALUES[result], "G2": VALUES[result]}
    failed = frozenset({SITE.site_code}) if result == "fail" else frozenset()
    return Pass({SITE.site_code: row}, Judgement({"G1": failed, "G2": failed}, {}))


def test_advice_is_told_and_changes_nothing():
    tables = decided(of_advice("fail"), rules=[ADVICE, ADVICE_P])
    assert outcome(tables) == ("qualified", "", "inspected", "")
    assert findings(tables) == {"G1": "advice", "G2": "candidate"}
    assert [row["decided_by"] for row in tables.findings] == ["机器判定", ""]
    assert decided(of_advice("pass"), rules=[ADVICE, ADVICE_P]).findings == []
    assert suspects(of_advice("fail"), [ADVICE, ADVICE_P]) == []


def test_advice_that_a_person_reports_is_still_advice():
    found = [
        ReportedFinding(SITE.site_code, name, "http://a.cn/z", "属实", "王五", None) for name in ("G1", "G2")
    ]
    tables = decided(of_advice("pass"), rules=[ADVICE, ADVICE_P], reported=found)
    assert outcome(tables)[0] == "qualified"
    assert findings(tables) == {"G1": "advice", "G2": "advice"}


def test_advice_stays_where_a_veto_ends_the_scoring():
    first = Pass(
        {SITE.site_code: {"W3": VALUES["fail"], "G1": VALUES["fail"]}},
        Judgement({"W3": frozenset({SITE.site_code}), "G1": frozenset({SITE.site_code})}, {}),
    )
    tables = decided(first, first, rules=[M, ADVICE])
    assert findings(tables) == {"W3": "fail", "G1": "advice"}


def test_a_person_beside_the_candidates_of_the_machine():
    """The report counts and vetoes; what the machine suspects beside it is not confirmed by it."""
    suspected = replace(VALUES["fail"], low=5, high=5, details=(Detail("机器的疑似", SEEN),))
    first = Pass({SITE.site_code: {"W3P": suspected}}, Judgement({"W3P": frozenset({SITE.site_code})}, {}))
    assert outcome(decided(first, rules=[P]))[:2] == ("qualified", "")
    found = ReportedFinding(SITE.site_code, "W3P", "http://a.cn/q", "经核对属实", "赵六", None)
    tables = decided(first, rules=[P], reported=[found])
    assert outcome(tables)[:2] == ("unqualified", "W3P")
    (row,) = tables.findings
    assert (row["state"], row["measured"], row["decided_by"]) == ("fail", "1", "赵六")
    assert row["evidence_url"] == "http://a.cn/q" and "机器的疑似" not in row["note"]


@pytest.mark.parametrize("second", [NOTHING, judged(W3P="pass"), judged(W3P="fail"), judged(W3P="undecided")])
def test_a_candidate_leaves_no_doubt_about_the_site(second):
    assert outcome(decided(judged(W3P="fail"), second, rules=[P]))[0] == "qualified"


def test_numbers_of_persons_are_masked_in_every_row():
    number, phone = "110000199003071004", "13800138000"
    said = replace(
        VALUES["fail"], reason=f"来信 {phone}", details=(Detail(f"身份证号 {number}，电话 {phone}", SEEN),)
    )
    first = Pass({SITE.site_code: {"W3P": said}}, Judgement({"W3P": frozenset({SITE.site_code})}, {}))
    note = ReportedFinding(SITE.site_code, "W3P", "", f"张三 {number}", "赵六", None)
    for tables in (decided(first, rules=[P]), decided(first, rules=[P], reported=[note])):
        rows = [*tables.findings, *tables.evidence, *tables.measures]
        text = "".join(str(value) for row in rows for value in row.values())
        assert rows and number not in text and phone not in text and "***" in text
