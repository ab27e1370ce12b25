"""Profiles and templates that are wrong are told by file, line and field."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from docx import Document

from include.inspection.draft import TEMPLATES, DraftError, load_profile, render
from include.inspection.draft.layout import build


@pytest.fixture
def office(tmp_path):
    """A root with the base profile and one of an office, whose files are given."""
    shutil.copytree(TEMPLATES / "base", tmp_path / "base")

    def make(yaml="extends: base\n", **templates):
        (tmp_path / "office").mkdir(exist_ok=True)
        (tmp_path / "office" / "profile.yaml").write_text(yaml, encoding="utf-8")
        for name, text in templates.items():
            (tmp_path / "office" / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return load_profile("office", tmp_path)

    return make


def test_the_profiles_that_come_with_the_project_are_sound():
    zhanjiang = load_profile("zhanjiang")
    assert [zhanjiang.decimals(f) for f in ("sites", "categories", "accounts", "messages")] == [0, 0, 1, 0]
    assert zhanjiang.dates(date(2024, 12, 31)) == (date(2025, 1, 21), date(2025, 1, 27))
    for folder in sorted(p.parent for p in TEMPLATES.glob("*/profile.yaml")):
        for annex in load_profile(folder.name).data["annexes"]:
            assert sum(column["width"] for column in annex["columns"]) == 156


def test_the_word_template_is_what_its_script_makes():
    assert (TEMPLATES / "base" / "notice.docx").read_bytes() == build()


def test_an_office_says_only_what_differs(office, notice):
    profile = office("extends: base\ndecimals:\n  sites: 2\nsections:\n  problems: 发现的问题\n")
    assert profile.decimals("sites") == 2
    assert profile.decimals("accounts") == load_profile("base").decimals("accounts")
    assert "二、发现的问题" in render(notice(), profile)["notice.md"].decode()


@pytest.mark.parametrize(
    ("yaml", "parts"),
    [
        (
            "extends: base\ndecimals:\n  sites: 两位\n",
            ("office/profile.yaml 第 3 行", "decimals.sites", "两位", "整数"),
        ),
        ("extends: base\ndecimals:\n  sites: 9\n", ("第 3 行", "decimals.sites", "9", "太大")),
        ("extends: base\n\nrectifydays: 6\n", ("第 3 行", "rectifydays", "是否应为 rectify_days")),
        ("extends: base\nname_undetermined: 是\n", ("第 2 行", "name_undetermined", "true 或 false")),
        ("extends: base\nnotice_days: 3\nnotice_days: 4\n", ("第 3 行", "notice_days", "写了两次")),
        ("extends: base\noffice: [\n", ("office/profile.yaml 第", "YAML 格式有误")),
        ("", ("office/profile.yaml", "空的")),
        ("extends: nobody\n", ("第 1 行", "extends", "nobody", "base")),
        ("extends: office\n", ("第 1 行", "extends", "成环")),
        ("notice_days: 3\n", ("office.issuer", "缺少该字段")),
        (
            "extends: base\nannexes:\n  - lists: [problem_sites]\n    split: ../month\n    title: 名单\n"
            "    subtitle: 期\n    note: ''\n    empty: 无\n    columns:\n"
            "      - {field: sitename, title: 名称, width: 50}\n",
            (
                "第 4 行",
                "annexes.0.split",
                "../month",
                "第 10 行",
                "annexes.0.columns.0.field",
                "sitename",
            ),
        ),
        ("extends: base\nbasis: '{{ period '\n", ("第 2 行", "basis", "语法有误")),
        ("extends: base\nwindows: {accounts: 两周}\n", ("第 2 行", "windows.accounts", "两周", "14d")),
        (
            "extends: base\nshare_at_least:\n  sites: 130\n",
            ("第 3 行", "share_at_least.sites", "130", "太大"),
        ),
        ("extends: base\ncharts: [sites.all]\n", ("第 2 行", "charts.0", "sites.all", "sites.rates")),
        ("extends: base\nrounds: {per_period: 0}\n", ("第 2 行", "rounds.per_period", "太小")),
        ("extends: base\nregions:\n  - {label: 甲}\n", ("第 3 行", "regions.0", "缺少 names")),
        (
            "extends: base\nphrases:\n  results_all: '{% if %}'\n",
            ("第 3 行", "phrases.results_all", "语法有误"),
        ),
    ],
)
def test_a_wrong_profile_is_told_by_file_line_field_and_value(office, yaml, parts):
    with pytest.raises(DraftError) as told:
        office(yaml)
    for part in parts:
        assert part in str(told.value)


@pytest.mark.parametrize("name", ["../base", "没有", "nothing", ""])
def test_an_unknown_profile_is_refused_with_the_known_ones(name):
    with pytest.raises(DraftError, match=r"base.*zhanjiang|体例名"):
        load_profile(name)


def test_a_syntax_error_is_told_when_the_profile_is_loaded(office):
    with pytest.raises(DraftError, match=r"office/body\.jinja 第 3 行.*语法有误"):
        office(body_jinja="一\n{% if full %}\n{% endfor %}\n")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("{{ provinces }}", "没有的数据"),
        ("{{ sites.nothing }}", "没有的数据"),
        ("{{ ''.__class__ }}", "越出了允许的范围"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "越出了允许的范围"),
        ("{{ figure.__globals__ }}", "越出了允许的范围"),
        ("{{ problem_sites.append(1) }}", "越出了允许的范围"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_template_that_reaches_beyond_its_data_is_told_by_file_and_line(office, notice, expression, reason):
    profile = office(body_jinja=f"第一段。\n\n第二段{expression}。\n")
    with pytest.raises(DraftError) as told:
        render(notice(), profile)
    assert "office/body.jinja 第 3 行" in str(told.value)
    assert reason in str(told.value)


def test_a_figure_that_does_not_exist_is_told_by_its_name(office, notice):
    with pytest.raises(DraftError, match=r"sites\.pass_rate"):
        render(notice(), office(body_jinja="{{ figure('sites.pass_rate') }}"))


def test_a_pattern_of_profile_yaml_is_told_by_its_line(office, notice):
    profile = office("extends: base\n\ntitle:\n  - 关于\n  - '{{ quarter }}'\n")
    with pytest.raises(DraftError, match=r"office/profile\.yaml 第 5 行，字段 title\.1.*quarter"):
        render(notice(), profile)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{{ nobody }}", "没有的数据"), ("{{ ''.__class__ }}", "越出了允许的范围"), ("{% if %}", "语法有误")],
)
def test_a_wrong_word_template_is_told_by_its_file(office, notice, tmp_path, text, reason):
    profile = office()
    word = Document(tmp_path / "base" / "notice.docx")
    next(p for p in word.paragraphs if "addressees" in p.text).add_run(text)
    word.save(tmp_path / "office" / "notice.docx")
    with pytest.raises(DraftError, match=rf"office/notice\.docx.*{reason}"):
        render(notice(), profile)


@pytest.mark.parametrize(
    ("yaml", "place", "reason"),
    [
        (
            "phrases:\n  results_several: '{{ nobody }}'\n",
            "第 3 行，字段 phrases.results_several",
            "没有的数据",
        ),
        (
            "phrases:\n  results_several: '{{ kind.__class__ }}'\n",
            "第 3 行，字段 phrases.results_several",
            "越出了允许的范围",
        ),
        ("rounds:\n  label: '{{ year }}'\n", "第 3 行，字段 rounds.label", "没有的数据"),
    ],
)
def test_a_wrong_phrase_is_told_by_its_line(office, notice, yaml, place, reason):
    with pytest.raises(DraftError) as told:
        render(notice(), office(f"extends: base\n{yaml}"))
    assert f"office/profile.yaml {place}" in str(told.value)
    assert reason in str(told.value)


def test_a_phrase_that_is_not_there_is_told_by_its_name(office, notice):
    with pytest.raises(DraftError, match=r"phrases\.greeting"):
        render(notice(), office(body_jinja="{{ phrase('greeting') }}"))


def test_an_office_adds_its_own_phrases_and_says_that_there_is_no_history(office, notice):
    profile = office(
        "extends: base\nphrases:\n  change_unknown: '（没有上期数字可比）'\n  results_one: '仅1个不合格'\n"
    )
    assert "（没有上期数字可比）" in render(notice(1, 0), profile)["notice.md"].decode()
    assert "仅1个不合格" in render(notice(1, 0), profile)["notice.md"].decode()
    assert "没有上期数字可比" not in render(notice(1, 0), load_profile("base"))["notice.md"].decode()


def test_the_office_has_the_last_word(office, notice):
    given = {
        **notice(),
        "office": {"issuer": "甲市人民政府办公室", "number": "甲府办函〔2025〕1号", "basis": "《甲市办法》"},
    }
    text = render(given, load_profile("base"))["notice.md"].decode()
    assert text.splitlines()[2].startswith("# 甲市人民政府办公室关于")
    assert "甲府办函〔2025〕1号" in text
    assert "按照《甲市办法》要求" in text
