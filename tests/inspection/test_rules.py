"""Rule files: the shipped one loads, and a typing error is told by file, line and field."""

from __future__ import annotations

import hashlib

import pytest

from include.inspection.config import ConfigError, ConfigFile
from include.inspection.model import Account, Site
from include.inspection.rules.files import RULES, standard_names
from include.inspection.rules.standard import Rule, load_standard, load_standards

GOOD = """\
standard: office
title: 某办公室的指标
rules:
  - id: A1
    name: 首页不更新
    applies_to: {subject: site}
    measure: home_updates
    window: {home: 14d}
    expectation: {type: expect_column_values_to_be_between, min_value: 1}
    effect: veto
    check: M
    verified: true
    clause: 监测2周，首页无信息更新。
    problem: 首页更新{value}条
  - id: A2
    name: 办事指南
    applies_to: {subject: site, has_services: true}
    measure: deficient_guides
    settings: {missing_classes: 4, few_matters: 5}
    expectation:
      type: expect_column_values_to_be_between
      max_value: 5
      strict_max: true
    effect: veto
    check: M
    verified: false
    clause: 要素缺失。
    problem: 有{value}项
"""


@pytest.fixture
def load(tmp_path):
    def load(text: str | bytes, name: str = "office.yaml"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_standard(path)

    return load


def shipped() -> dict[str, Rule]:
    (standard,) = load_standards(["national-2019"])
    return {rule.id: rule for rule in standard.rules}


def test_shipped_file_has_the_indicators_of_the_standard():
    (standard,) = load_standards(["national-2019"])
    assert [rule.id for rule in standard.rules if rule.effect == "veto"] == (
        [
            "W1.1",
            "W1.2",
            "W1.3",
            "W1.4",
            "W1.5",
            "W1.6",
            "W2",
            "W3",
            "W4.1",
            "W4.2",
            "W4.3",
            "W5.1",
            "W5.2",
            "W6.1",
            "W6.2",
            "W6.3",
            "X1",
            "X2.1",
            "X2.2",
            "X3.1",
        ]
    )
    assert all(rule.clause and rule.standard == "national-2019" for rule in standard.rules)
    people = {rule.id for rule in standard.rules if rule.check == "H" and rule.effect == "veto"}
    assert people == {"W1.2", "W1.6", "X1", "X3.1"}
    assert standard.sha256 == hashlib.sha256((RULES / "national-2019.yaml").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("rule_id", "threshold"),
    [
        ("W1.1", "≤0"),
        ("W2", "<5"),
        ("W3", "≥1"),
        ("W4.1", "<5"),
        ("W4.2", "<10"),
        ("W4.3", "<5"),
        ("W5.2", "≤0"),
        ("X2.1", "≥1"),
    ],
)
def test_shipped_thresholds(rule_id, threshold):
    assert shipped()[rule_id].threshold == threshold


def test_shipped_windows():
    rules = shipped()
    assert rules["W3"].window["home"].text == "14d"
    assert {name: span.text for name, span in rules["W4.1"].window.items()} == {
        "news": "14d",
        "notice": "6mo",
        "policy": "6mo",
    }
    assert rules["X2.1"].window["updates"].text == "14d"


def test_threshold_with_both_bounds(load):
    text = GOOD.replace("min_value: 1}", "min_value: 1, strict_min: true, max_value: 2.5}")
    assert [rule.threshold for rule in load(text).rules] == [">1 且 ≤2.5", "<5"]


def test_sentence_of_the_notice(load):
    rule = load(GOOD).rules[0]
    assert (rule.problem_text(3.0), rule.problem_text(None)) == ("首页更新3条", "首页更新若干条")


def site(**changes) -> Site:
    return Site(**{"site_code": "1", "name": "", "url": "", "kind": "portal", "category": ""} | changes)


def test_applies_to(load):
    plain, services = load(GOOD).rules
    assert plain.applies_to(site()) and not plain.applies_to(Account("a", "微信", ""))
    assert services.applies_to(site(has_services=True)) and not services.applies_to(site())


@pytest.mark.parametrize("rule_id", ["X1", "X2.1", "X3.1"])
def test_account_rules_apply_to_accounts_only(rule_id):
    rule = shipped()[rule_id]
    assert rule.applies_to(Account("a", "微信", "")) and not rule.applies_to(site())


def test_applies_to_kinds_and_platforms(load):
    kinds = load(GOOD.replace("{subject: site}", "{subject: site, kinds: [department, other]}")).rules[0]
    assert [kinds.applies_to(site(kind=kind)) for kind in ("portal", "department", "other")] == [
        False,
        True,
        True,
    ]
    account = GOOD.replace("{subject: site}", "{subject: account, platforms: [微信]}", 1).replace(
        "home_updates\n    window: {home: 14d}", "account_updates\n    window: {updates: 14d}"
    )
    rule = load(account).rules[0]
    assert rule.applies_to(Account("a", "微信", "")) and not rule.applies_to(Account("a", "微博", ""))


# --- typing errors


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ("    check: M\n    verified: true", "    chekc: M\n    verified: true", "rules.0", None),
        ("title: 某", "titel: 某", "", None),
        ("name: 首页不更新", "nmae: 首页不更新", "rules.0", None),
        (
            "effect: veto\n    check: M\n    verified: t",
            "effect: veot\n    check: M\n    verified: t",
            "rules.0.effect",
            "veot",
        ),
        ("check: M\n    verified: true", "check: X\n    verified: true", "rules.0.check", "X"),
        ("verified: true", "verified: maybe", "rules.0.verified", "maybe"),
        ("min_value: 1}", 'min_value: "1"}', "rules.0.expectation.min_value", "number"),
        ("min_value: 1}", "min_value: true}", "rules.0.expectation.min_value", "number"),
        ("min_value: 1}", "minvalue: 1}", "rules.0.expectation.minvalue", "min_value"),
        ("min_value: 1}", "strict_min: true}", "rules.0.expectation", "缺少 min_value 或 max_value"),
        ("min_value: 1}", "min_value: 3, max_value: 2}", "rules.0.expectation.min_value", "下限 3 和上限 2"),
        (
            "min_value: 1}",
            "min_value: 1, max_value: 1, strict_max: true}",
            "rules.0.expectation.min_value",
            "没有数",
        ),
        ("min_value: 1}", "min_value: .nan}", "rules.0.expectation.min_value", "不是有限的数"),
        (
            "min_value: 1}",
            "min_value: 1, strict_max: true}",
            "rules.0.expectation.strict_max",
            "没有 max_value",
        ),
        (
            "type: expect_column_values_to_be_between, min",
            "type: expect_nothing, min",
            "rules.0.expectation.type",
            "expect_nothing",
        ),
        ("measure: home_updates", "measure: home_update", "rules.0.measure", "home_updates"),
        ("{subject: site}", "{subject: account}", "rules.0.applies_to", "不适用于 account"),
        ("{subject: site}", "{subject: side}", "rules.0.applies_to.subject", "side"),
        ("    window: {home: 14d}\n", "", "rules.0.measure", "window 缺少 home"),
        ("{home: 14d}", "{hom: 14d}", "rules.0.window.hom", "多出 hom"),
        ("{home: 14d}", "{home: 14d, news: 7d}", "rules.0.window.news", "多出 news"),
        ("{home: 14d}", "{home: 14}", "rules.0.window.home", "string"),
        ("{home: 14d}", "{home: 2w}", "rules.0.window.home", "2w"),
        ("{home: 14d}", "{home: 0d}", "rules.0.window.home", "0d"),
        ("few_matters: 5", "few_matter: 5", "rules.1.settings.few_matter", "多出 few_matter"),
        ("missing_classes: 4, ", "", "rules.1.settings", "缺少 missing_classes"),
        ("id: A2", "id: A1", "rules.1.id", "第 4 行重复"),
        ("id: A2", "id: a 2", "rules.1.id", "a 2"),
        ("有{value}项", "有{count}项", "rules.1.problem", "{value}"),
        ("standard: office", "standard: offices", "standard", "office"),
    ],
)
def test_typing_error(load, old, new, field, told):
    assert old in GOOD, "the test itself must change something"
    text = GOOD.replace(old, new, 1)
    with pytest.raises(ConfigError) as caught:
        load(text)
    message = str(caught.value)
    assert caught.value.file == "office.yaml" and caught.value.line
    if told is not None:
        assert caught.value.field == field
        assert told in message
    else:  # both a key too many and a key missing: either may be told, in its own place
        assert caught.value.field.startswith(field)
        assert "不认识的字段" in message or "缺少字段" in message


def test_lines_of_errors(load):
    for old, new, at in [
        ("min_value: 1}", 'min_value: "1"}', "min_value"),
        ("{home: 14d}", "{home: 2w}", "2w"),
        ("id: A2", "id: A1", "办事指南"),
        ("      max_value: 5", "      max_value: five", "five"),
        ("few_matters: 5", "few_matter: 5", "few_matter"),
    ]:
        text = GOOD.replace(old, new, 1)
        with pytest.raises(ConfigError) as caught:
            load(text)
        expected = line_of(text, at) - (at == "办事指南")
        assert (caught.value.line, f"office.yaml 第 {expected} 行" in str(caught.value)) == (
            expected,
            True,
        ), new


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (GOOD.replace("title:", "title: [", 1), None, "YAML 格式有误"),
        (GOOD.replace("    check: M", "\tcheck: M", 1), 11, "YAML 格式有误"),
        (GOOD.replace("    effect: veto", "    effect: veto\n    effect: veto", 1), 11, "effect 出现两次"),
        (GOOD + "standard: office\n", line_of(GOOD, "有{value}项") + 1, "standard 出现两次"),
        (GOOD.replace("title: 某", "? [a, b]\n: 1\ntitle: 某"), 2, "字段名应为文字"),
        (GOOD.replace("clause: 监", "clause: \x07监"), None, "YAML 格式有误"),
        (GOOD.replace("title: 某办公室的指标", "title: 2024-99-99"), None, "YAML 格式有误"),
        ("", 1, "类型不对"),
        ("- a\n", 1, "类型不对"),
        ("standard: office\ntitle: x\nrules: []\n", 3, "不符合要求"),
    ],
)
def test_bad_yaml(load, text, line, told):
    with pytest.raises(ConfigError, match=r"office\.yaml") as caught:
        load(text)
    assert told in str(caught.value)
    if line:
        assert caught.value.line == line


def test_other_encoding_is_told(load):
    with pytest.raises(ConfigError, match=r"office\.yaml：不是 UTF-8 编码"):
        load(GOOD.encode("gb18030"))
    assert load(b"\xef\xbb\xbf" + GOOD.encode()).title == "某办公室的指标"


def test_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml：无法读取"):
        ConfigFile(tmp_path / "none.yaml", {})


def test_load_standards_by_name(tmp_path):
    (tmp_path / "office.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(
        GOOD.replace("office", "other").replace("A1", "B1"), encoding="utf-8"
    )
    (tmp_path / "survey.yaml").write_text("x: 1")
    assert [item.id for item in load_standards(["office"], tmp_path)] == ["office"]
    with pytest.raises(ConfigError, match=r"nobody\.yaml.*可用的有 office、other"):
        load_standards(["nobody"], tmp_path)
    with pytest.raises(ConfigError, match="没有这个规则文件"):
        load_standards(["survey"], tmp_path)
    with pytest.raises(ConfigError, match="没有这个规则文件"):
        load_standards(["../office"], tmp_path)
    with pytest.raises(ConfigError, match="至少选择一个"):
        load_standards([], tmp_path)
    with pytest.raises(ConfigError, match="字段 A2：与 office 的指标编号重复"):
        load_standards(["office", "other"], tmp_path)


def test_every_shipped_standard_loads_by_its_name():
    names = standard_names()
    assert {"national-2019", "census-2015", "zhongkai-2018"} <= set(names)
    assert not {"survey", "messages", "lexicon", "outbox"} & set(names)
    for name in names:
        (standard,) = load_standards([name])
        assert standard.id == name and standard.rules
