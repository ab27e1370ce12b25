"""What the drafted files say, read back from the files themselves."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document as WordDocument
from docx.oxml.ns import qn
from openpyxl import load_workbook

from include.inspection.draft import DraftError, complete, load_profile, render

FORMATS = ("notice.docx", "notice.html", "notice.md")


def words(files, name):
    """The text of one file as a reader sees it, tables of the .docx included."""
    if name == "notice.docx":
        word = WordDocument(io.BytesIO(files[name]))
        return "\n".join(
            "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in word.element.body.iter(qn("w:p"))
        )
    text = files[name].decode()
    if name.endswith(".html"):
        return str(soup(files).main.get_text())
    return re.sub(r"\\(.)", r"\1", text)


def soup(files) -> Any:
    return BeautifulSoup(files["notice.html"].decode(), "lxml")


def before_annexes(text):
    return text.split("2025年1月21日")[0]


@pytest.fixture(scope="module")
def profile():
    return load_profile("zhanjiang")


@pytest.fixture(params=FORMATS)
def format_(request):
    return request.param


def test_the_figures_of_the_zhanjiang_notice_stand_in_every_format(notice, profile, format_):
    text = words(render(notice(), profile), format_)
    assert "澜州市人民政府办公室关于2024年第四季度" in text
    assert "52个政府网站" in text
    assert (
        "县（市、区）政府（管委会）门户网站11个、市直部门独立站点6个、市直部门子频道、信息公开平台35个"
        in text
    )
    assert "总体合格率96%" in text
    assert "县（市、区）政府（管委会）门户网站合格率82%，市直部门独立站点合格率100%" in text
    assert "市直部门子频道、信息公开平台合格率100%" in text
    assert "163个政务新媒体" in text
    assert "总体合格率99.4%" in text
    assert (
        "2024年10月1日至12月31日，全市共收到网民提交的“我为政府网站找错”留言6条，均已按期办结，办结率100%"
        in text
    )
    assert "于2025年1月27日前将整改情况报送市政府办公室" in text
    assert "澜州市第2区人民政府网" in text
    assert "澜州经开区应急管理（微信账号，出现严重表述错误1处）" in text
    assert "注：检查采样时间为2024年12月30日至12月31日。" in text
    assert "人工核查类指标无上报问题" in text


def test_json_holds_every_figure_and_text_takes_them_from_it(notice, profile):
    given = notice()
    files = render(given, profile)
    published = json.loads(files["notice.json"])
    assert published == complete(given, profile)
    assert {key: published[key] for key in given if key not in ("sites", "accounts")} == {
        key: given[key] for key in given if key not in ("sites", "accounts")
    }
    page = soup(files)
    printed = page.select("a.figure")
    assert {"sites.rate", "accounts.rate", "messages.rate"} <= {
        a["href"].removeprefix("#f-") for a in printed
    }
    for link in printed:
        value = published
        for key in link["href"].removeprefix("#f-").split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert link.get_text() == str(value)
        assert page.find(id=link["href"][1:]) is not None
    rate = page.find("a", href="#f-sites.rate")
    assert rate["title"] == "sites.rate = 50 ÷ 52"


def test_every_problem_leads_to_its_evidence(notice, profile):
    page = soup(render(notice(), profile))
    proof = page.find(id="e-1-1").get_text()
    for part in (
        "rounds/2024Q4/evidence/4499000001/fetch-2.warc.gz",
        "18211",
        "ab" * 32,
        "2024-12-31 09:12:09",
    ):
        assert part in proof
    assert "http://127.20.0.1:8080/news/index.html" in proof
    assert "王审读" in page.find(id="e-2-1").get_text()
    assert page.select_one("#annex-1 a[href='#e-1-2']") is not None


def test_a_draft_that_nobody_reviewed_says_so_at_its_head(notice, profile, format_):
    text = words(render(notice(), profile), format_)
    assert "未经复核" in text.strip().splitlines()[0]
    reviewed = words(render({**notice(), "reviewed": True}, profile), format_)
    assert "未经复核" not in reviewed
    headers = WordDocument(io.BytesIO(render(notice(), profile)["notice.docx"])).sections[0]
    assert "未经复核" in headers.header.paragraphs[0].text
    assert "未经复核" in headers.even_page_header.paragraphs[0].text


def test_no_failure_is_said_and_needs_no_annex(notice, profile, format_):
    text = words(render(notice(0, 0), profile), format_)
    assert "52个网站全部合格，总体合格率100%" in text
    assert "未发现应予点名通报的突出问题" in text
    assert "附件" not in before_annexes(text)
    assert "整改情况" not in text


def test_one_failing_kind_has_one_annex_without_a_number(notice, profile):
    text = words(render(notice(1, 0), profile), "notice.docx")
    assert "附件：检查发现存在突出问题的政府网站名单" in text
    assert "163个账号全部合格，总体合格率100%" in text
    assert "（一）部分政府网站" not in text


def test_an_empty_list_before_a_full_one_keeps_the_numbers(notice, profile, format_):
    text = words(render(notice(0, 1), profile), format_)
    assert "本次检查未发现存在突出问题的政府网站。" in text
    assert re.search(r"2[.．、] ?检查发现存在突出问题的政务新媒体名单|附件2：", text)


def test_nothing_inspected_divides_by_nothing_and_says_so(notice, profile, format_):
    given = notice(0, 0, 11, 90)
    given["sites"] |= {"total": 11, "inspected": 0, "qualified": 0, "unmeasured": 11, "rate": None}
    given["sites"]["by_category"] = [given["sites"]["by_category"][1]]
    accounts = {"inspected": 0, "qualified": 0, "unqualified": 0, "rate": None}
    given["accounts"] |= accounts | {"unmeasured": 163}
    for group in given["accounts"]["by_category"]:
        group.update(accounts | {"unmeasured": group["total"]})
    text = words(render(given, profile), format_)
    assert text.count("没有取得可据以判定的结果，不计算合格率") == 2
    assert "11个网站均无法判定" in text
    assert "未点名通报任何网站和账号" in text
    assert "None" not in before_annexes(text)


def test_a_category_of_which_nothing_was_judged_has_no_rate(notice, make_counts, format_):
    given = notice()
    given["sites"]["by_category"][2] |= make_counts(6, 0, 6)
    given["sites"] |= make_counts(52, 2, 6)
    text = words(render(given, load_profile("base")), format_)
    assert "市直部门独立站点均未能判定，不计算合格率" in text


def test_empty_registries_are_said(notice, make_counts, profile, format_):
    given = notice(0, 0)
    given["sites"] = {**make_counts(0), "by_category": []}
    given["accounts"] = {**make_counts(0), "by_category": []}
    given["messages"] = {"received": 0, "valid": 0, "closed": 0, "closed_in_time": 0, "rate": None}
    text = words(render(given, profile), format_)
    assert "没有列入检查计划的政府网站" in text
    assert "没有已登记的政务新媒体" in text
    assert "未收到网民提交的“我为政府网站找错”留言" in text
    given["messages"]["given"] = False
    text = words(render(given, profile), format_)
    assert "没有取得“我为政府网站找错”留言数据" in text and "未收到网民" not in text


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((7, 6, 6, 6, "100%"), "留言7条，其中有效留言6条，均已按期办结，办结率100%"),
        ((7, 6, 6, 4, "100%"), "，已全部办结，其中按期办结4条，办结率100%"),
        ((6, 6, 4, 4, "67%"), "已办结4条，尚未办结2条，办结率67%"),
        ((3, 0, 0, 0, None), "有效留言0条，没有需要办理的有效留言"),
    ],
)
def test_messages_are_told_as_they_were_handled(notice, profile, counts, sentence):
    given = notice()
    given["messages"] = dict(
        zip(("received", "valid", "closed", "closed_in_time", "rate"), counts, strict=True)
    )
    assert sentence in words(render(given, profile), "notice.md")


def test_undetermined_subjects_are_counted_with_their_reasons_and_listed_apart(notice, profile, format_):
    text = words(render(notice(2, 1, 3, 12), profile), format_)
    assert "无法判定的网站3个、账号12个" in text
    assert "没有可读取的数据源（12个）、拒绝访问（403）（3个）" in text
    assert "澜州市第51镇人民政府网" not in before_annexes(text)
    annex = text.rsplit("本次检查无法判定的网站和账号名单", 1)[1]
    assert "澜州市第51镇人民政府网" in annex
    assert "澜州市第1区人民政府网" not in annex.split("数据来源与证据")[0]


def test_a_profile_may_withhold_the_names_of_undetermined_subjects(notice, tmp_path, format_):
    (tmp_path / "quiet").mkdir()
    (tmp_path / "quiet" / "profile.yaml").write_text(
        "extends: base\nname_undetermined: false\n", encoding="utf-8"
    )
    (tmp_path / "base").symlink_to(load_profile("base").folders[0])
    files = render(notice(2, 1, 3, 12), load_profile("quiet", tmp_path))
    assert "annex-3.xlsx" not in files
    text = words(files, format_)
    assert "无法判定的网站3个、账号12个" in text
    assert "澜州市第51镇人民政府网" not in text


def test_candidates_and_overturned_findings_are_never_named_in_the_notice(notice, profile, make_finding):
    given = notice()
    given["candidates"] = [make_finding(state="candidate", subject_id="4499000077", name="待认定的网站")]
    given["problem_sites"][0]["findings"] += [
        make_finding(state="candidate", problem="疑似问题一句"),
        make_finding(state="overturned", problem="已撤销的问题"),
    ]
    files = render(given, profile)
    for name in FORMATS:
        text = words(files, name)
        assert "待认定的网站" not in text
        assert "疑似问题一句" not in text
        assert "已撤销的问题" not in text
        assert "另有1条疑似问题待人工认定" in text
    assert "待认定的网站" in files["candidates.html"].decode()
    assert json.loads(files["notice.json"])["candidates"][0]["name"] == "待认定的网站"


def test_who_decides_on_a_candidate_reads_the_whole_of_its_note(notice, profile, make_finding):
    given = notice()
    note = "；".join(f"第{n}处用字有误（http://www.linshi.gov.cn/xxgk/tzgg/{n}.html）" for n in range(20))
    given["candidates"] = [
        make_finding(state="candidate", subject_id="4499000077", name="待认定的网站", note=note)
    ]
    given["advice"] = [make_finding(subject_id="4499000078", name="提示的网站", note=note)]
    files = render(given, profile)
    assert files["candidates.html"].decode().count(note) == 2


def test_a_province_of_1306_sites_fits_one_annex(notice, profile, make_site, make_counts):
    given = notice(0, 0)
    given["sites"] = {
        **make_counts(1400, 1306),
        "by_category": [{"category": "门户网站", **make_counts(1400, 1306)}],
    }
    given["problem_sites"] = [make_site(n) for n in range(1, 1307)]
    files = render(given, profile)
    table = WordDocument(io.BytesIO(files["notice.docx"])).element.body.find(qn("w:tbl"))
    rows = table.findall(qn("w:tr"))
    assert len(rows) == 1307
    assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    assert all(row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in rows)
    assert load_workbook(io.BytesIO(files["annex-1.xlsx"])).active.max_row == 3 + 1306
    assert "等1306个（详见附件）" in words(files, "notice.md")


def test_the_office_of_the_notice_has_the_last_word(notice, profile, format_):
    office = {
        "issuer": "云岭县人民政府办公室",
        "addressees": "各乡镇人民政府",
        "place": "全县",
        "report_to": "县政府办公室",
    }
    text = words(render({**notice(), "office": office}, profile), format_)
    assert "云岭县人民政府办公室关于2024年第四季度" in text
    assert "各乡镇人民政府：" in text
    assert "对全县登记运行的" in text
    assert "报送县政府办公室" in text
    assert "澜州市人民政府办公室" not in before_annexes(text).replace("区人民政府办公室", "")


@pytest.mark.parametrize(
    ("issuer", "lines"),
    [
        (
            "澜州市人民政府办公室",
            ["澜州市人民政府办公室关于2024年第四季度", "全市政府网站与政务新媒体检查情况的通报"],
        ),
        (
            "澜州经济技术开发区管理委员会政务服务和数据管理局",
            [
                "澜州经济技术开发区管理委员会",
                "政务服务和数据管理局关于2024年第四季度",
                "全市政府网站与政务新媒体检查情况的通报",
            ],
        ),
    ],
)
def test_the_title_breaks_between_words(notice, profile, issuer, lines):
    word = WordDocument(
        io.BytesIO(render({**notice(), "office": {"issuer": issuer}}, profile)["notice.docx"])
    )
    assert [
        p.text for p in word.paragraphs if p.style is not None and p.style.name == "Notice Title"
    ] == lines


def test_sampled_rounds_are_not_called_full(notice, profile):
    text = words(render({**notice(), "coverage": "30%"}, profile), "notice.md")
    assert "抽查（抽查比例30%）" in text
    assert "全覆盖" not in text
    assert "抽查情况的通报" in text


def test_two_renders_are_the_same_bytes(notice, profile):
    given = notice(2, 1, 3, 4)
    first = render(given, profile)
    second = render(copy.deepcopy(given), load_profile("zhanjiang"))
    assert first == second
    for name in ("notice.docx", "annex-1.xlsx"):
        with zipfile.ZipFile(io.BytesIO(first[name])) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2025-01-21T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_notice_without_a_figure_is_refused_by_name(notice, profile):
    given = notice()
    del given["sites"]["qualified"]
    with pytest.raises(DraftError, match=r"sites\.qualified"):
        render(given, profile)
