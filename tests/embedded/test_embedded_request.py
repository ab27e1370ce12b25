"""What the command line accepts, and what it says when it does not."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.embedded import request
from include.embedded.__main__ import main
from include.embedded.layout import ROOT

SITES = """网站标识码,网站名称,首页网址,类型,分类
4408000001,甲县人民政府,http://www.jia.gov.cn/,门户,县（市、区）
440800002,乙县人民政府,http://www.yi.gov.cn/,门户,县（市、区）
"""
NOW = datetime(2026, 11, 22, 16, 30, 45, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A deployment with one rule file and one profile, and an office's lists beside it."""
    (tmp_path / "include" / "rules").mkdir(parents=True)
    for name in ("national-2019.yaml", "survey.yaml"):
        shutil.copy(ROOT / "include" / "rules" / name, tmp_path / "include" / "rules" / name)
    shutil.copytree(ROOT / "include" / "templates", tmp_path / "include" / "templates")
    (tmp_path / "my lists; $(x)").mkdir()
    (tmp_path / "my lists; $(x)" / "sites.csv").write_text(SITES, encoding="utf-8")
    return tmp_path


def arguments(**given: str) -> dict[str, str]:
    names = ("registry", "round", "as_of", "profile", "rules", "coverage", "review", "out", "allow_net")
    return dict.fromkeys(names, "") | {"registry": "my lists; $(x)"} | given


def ask(root: Path, **given: str) -> request.Inspection:
    return request.inspection(arguments(**given), now=NOW, cwd=root, root=root)


def test_what_is_not_said_is_left_to_the_dag(root):
    asked = ask(root)
    assert asked.params == {
        "round": "2026Q4",
        "registry": str(root / "my lists; $(x)"),
    }
    assert asked.out == root / "out"
    assert asked.allow_net == ""


def test_everything_said_reaches_the_dag(root):
    asked = ask(
        root,
        round="2024Q4-2",
        as_of="2024-12-31T10:00",
        profile="zhanjiang",
        rules=" national-2019 ",
        coverage="30%",
        review="3d",
        out="elsewhere",
        allow_net="127.0.0.0/8, fd00::/8",
    )
    assert asked.params["round"] == "2024Q4-2"
    assert asked.params["as_of"] == "2024-12-31T10:00"
    assert asked.params["profile"] == "zhanjiang"
    assert asked.params["rules"] == ["national-2019"]
    assert asked.params["coverage"] == "30%"
    assert asked.params["review"] == "3d"
    assert asked.out == root / "elsewhere"
    assert asked.allow_net == "127.0.0.0/8,fd00::/8"


def test_the_monitoring_point_is_beijing_time_unless_it_has_an_offset(root):
    assert ask(root, as_of="2024-12-31T10:00").params["as_of"] == "2024-12-31T10:00"
    assert ask(root, as_of="2024-12-31T18:00+00:00").params["as_of"] == "2025-01-01T02:00"


def test_the_round_is_the_quarter_of_the_monitoring_point_in_beijing(root):
    assert ask(root, as_of="2024-12-31T18:00+00:00").round == "2025Q1"
    assert ask(root, as_of="2024-12-31T10:00").round == "2024Q4"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("round", "2024-Q4", "ROUND"),
        ("round", "../2024Q4", "ROUND"),
        ("round", "2024Q5", "ROUND"),
        ("round", "2024Q4-" + "x" * 40, "ROUND"),
        ("as_of", "yesterday", "AS_OF"),
        ("as_of", "2024-13-01T10:00", "AS_OF"),
        ("as_of", "2026-11-23T00:36", "晚于现在"),
        ("as_of", "2099-10-01T10:00", "晚于现在"),
        ("profile", "unknown", "zhanjiang"),
        ("profile", "../zhanjiang", "PROFILE"),
        ("rules", "national-2019,nothing", "national-2019"),
        ("rules", "../rules/national-2019", "RULES"),
        ("rules", "survey", "现有：national-2019$"),
        ("coverage", "0%", "COVERAGE"),
        ("coverage", "101%", "COVERAGE"),
        ("coverage", "some", "COVERAGE"),
        ("allow_net", "127.0.0.1/8", "ALLOW_NET"),
        ("allow_net", "localhost", "ALLOW_NET"),
        ("registry", "", "REGISTRY"),
        ("registry", "nowhere", "nowhere"),
        ("registry", "include", "sites.csv"),
    ],
)
def test_a_bad_value_is_refused_by_name(root, field, value, said):
    with pytest.raises(request.BadRequest, match=said):
        ask(root, **{field: value})


def test_a_round_of_another_quarter_is_refused_unless_it_was_begun(root):
    with pytest.raises(request.BadRequest, match=r"ROUND：.*不属于轮次 2024Q4"):
        ask(root, round="2024Q4", as_of="2026-11-01T10:00")
    with pytest.raises(request.BadRequest, match=r"ROUND：.*不属于轮次 2024Q4"):
        ask(root, round="2024Q4")
    plan = root / "var" / "s3" / "inspection" / "rounds" / "2024Q4" / "plan.json"
    plan.parent.mkdir(parents=True)
    plan.touch()
    assert ask(root, round="2024Q4").round == "2024Q4"


def test_errors_in_rule_file_profile_and_settings_are_told_before_anything_starts(root, monkeypatch):
    monkeypatch.setenv("INSPECTION_CONTROLS", "www.gov.cn")
    with pytest.raises(request.BadRequest, match="INSPECTION_CONTROLS"):
        ask(root)
    monkeypatch.delenv("INSPECTION_CONTROLS")
    profile = root / "include" / "templates" / "zhanjiang" / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8") + "\nnonsense: 1\n", encoding="utf-8")
    with pytest.raises(request.BadRequest, match=r"PROFILE：.*nonsense"):
        ask(root)
    rules = root / "include" / "rules" / "national-2019.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("effect: veto", "effect: vetoo", 1), encoding="utf-8")
    with pytest.raises(request.BadRequest, match=r"RULES：.*national-2019\.yaml 第 \d+ 行"):
        ask(root)


def test_lists_that_cannot_be_used_are_told_before_anything_starts(root):
    asked = ask(root)
    assert [(row.file, row.line, row.field) for row in asked.refused] == [("sites.csv", 3, "site_code")]
    lists = root / "my lists; $(x)"
    (lists / "findings.csv").write_text("对象编号,指标编号,上报人\n4408000001,W1.9,张三\n", encoding="utf-8")
    assert [(row.file, row.field) for row in ask(root).refused][1:] == [("findings.csv", "indicator_id")]
    (lists / "sites.csv").write_bytes(b"")
    with pytest.raises(request.BadRequest, match=r"REGISTRY：sites\.csv：文件是空的"):
        ask(root)


def test_an_out_that_cannot_be_written_is_told_before_anything_starts(root):
    (root / "file").touch()
    with pytest.raises(request.BadRequest, match=r"OUT：不能写入 .*file"):
        ask(root, out="file/below")
    (root / "taken" / "2026Q4").mkdir(parents=True)
    (root / "taken" / "2026Q4" / "letter.docx").touch()
    with pytest.raises(request.BadRequest, match=r"OUT：.*2026Q4 已存在且不是早先的检查结果"):
        ask(root, out="taken")
    (root / "taken" / "2026Q4" / "manifest.json").touch()
    assert ask(root, out="taken").out == root / "taken"


def test_the_demos_round_can_never_be_an_offices(root):
    point = request.as_of("", NOW)
    assert request.demo_round(point) == "2026Q4-demo"
    assert request.demo_round(point) != ask(root).round


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["inspect", "--registry=/nowhere/at all"], "/nowhere/at all"),
        (["inspect", "--registry="], "REGISTRY"),
        (["demo", "--as-of=soon"], "AS_OF"),
        (["rejudge", "--round="], "ROUND"),
        (["rejudge", "--round=2024"], "ROUND"),
        (["up", "--allow-net=x"], "ALLOW_NET"),
    ],
)
def test_the_command_ends_with_2_before_anything_is_started(command, said, capsys):
    assert main(command) == 2
    assert said in capsys.readouterr().err
