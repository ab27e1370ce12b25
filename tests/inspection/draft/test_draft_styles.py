"""Each style, fed with the counts of the notice it follows, prints that notice's figures."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn
from openpyxl import load_workbook

from include.inspection.draft import complete, load_profile, render
from include.inspection.draft.check import problems
from include.inspection.draft.claims import hold
from include.inspection.draft.document import compose
from include.inspection.draft.markdown import notice_md
from include.inspection.tallying.notice_history import normal
from tests.inspection.draft import published
from tests.inspection.draft.conftest import make_notice

STYLES: dict[str, Any] = {
    "zhanjiang": make_notice,
    "shanghai": published.shanghai,
    "qinghai": published.qinghai,
    "guangdong": published.guangdong,
    "jiangxi": published.jiangxi,
    "fujian": published.fujian,
    "zhongkai": published.zhongkai,
}


@pytest.fixture(scope="module")
def drafted():
    """Style → its files and the text of its notice."""
    done: dict[str, tuple[dict[str, bytes], str]] = {}

    def get(name: str) -> tuple[dict[str, bytes], str]:
        if name not in done:
            files = render(STYLES[name](), load_profile(name))
            done[name] = files, text_of(files)
        return done[name]

    return get


def text_of(files) -> str:
    return re.sub(r"\\(.)", r"\1", files["notice.md"].decode())


def words_of(notice, name: str) -> str:
    """The text alone, without the formats that take their time."""
    profile = load_profile(name)
    made = complete(notice, profile)
    document = compose(made, profile)
    hold(document, made)
    return text_of({"notice.md": notice_md(document, profile)})


def word_of(files) -> Any:
    return WordDocument(io.BytesIO(files["notice.docx"]))


def rows_of(files, number: int) -> list[list[str]]:
    sheets = load_workbook(io.BytesIO(files[f"annex-{number}.xlsx"])).worksheets
    return [[str(cell.value or "") for cell in row] for sheet in sheets for row in sheet.iter_rows(min_row=3)]


@pytest.mark.parametrize("name", STYLES)
def test_the_counts_of_each_notice_hold_together(name):
    profile = load_profile(name)
    made = complete(STYLES[name](), profile)
    assert problems(made) == []
    assert complete(made, profile) == made, "completing again changes nothing"


@pytest.mark.parametrize("name", STYLES)
def test_every_format_of_each_style_says_the_same(drafted, name):
    files, text = drafted(name)
    assert "None" not in text
    assert not re.search(r"[。，；、]{2}|\s。|：。", text.split("附件")[0]), text
    page = re.sub(r"<[^>]+>", "", files["notice.html"].decode())
    body = "".join(t.text or "" for t in word_of(files).element.body.iter(qn("w:t")))
    for sentence in re.findall(r"[^。\n#>*]{12,}。", text.split("## 附件")[0]):
        assert sentence.strip(" *") in page.replace("\n", ""), sentence
        assert sentence.strip(" *") in body, sentence


@pytest.mark.parametrize("name", STYLES)
def test_every_printed_figure_has_its_rows(drafted, name):
    files, _ = drafted(name)
    page = files["notice.html"].decode()
    rows = re.findall(r'<tr id="f-([^"]+)">.*?</tr>', page, re.S)
    assert rows
    behind = re.findall(r'<tr id="f-[^"]+">.*<td>(?:<a[^>]*>)?([^<]*)(?:</a>)?</td></tr>', page)
    assert len(behind) == len(rows)
    assert all(behind), behind
    data = json.loads(files["notice.json"])
    for dotted in rows:
        value: Any = data
        for key in dotted.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert isinstance(value, int | str), dotted


def test_zhanjiang_whole_per_cents_and_one_decimal(drafted):
    _, text = drafted("zhanjiang")
    for figure in ("52个", "11个", "6个", "35个", "96%", "82%", "163个", "99.4%", "6条", "2025年1月27日前"):
        assert figure in text, figure


def test_shanghai_two_rounds_sample_of_accounts_and_lists_by_month(drafted):
    files, text = drafted("shanghai")
    for figure in (
        "共67家",
        "市、区政府门户网站以及市政府部门网站62个、市政府部门下属子网站4个、管委会网站1个",
        "2批次全覆盖检查，共计136次",
        "1月份合格率98.5%，其中区网站93.8%，部门网站100%，子网站100%",
        "3月份合格率98.5%，其中区网站93.8%，部门网站100%，子网站100%",
        "67个网站安全状况全部良好",
        "1610个政务新媒体账号中抽查315个，抽查比例19.6%，不低于规定的10%，其中16个区的账号逐个检查",
        "发现存在突出问题的政务新媒体账号10个",
        "微信账号",
        "监测时间点2021年3月21日，时间段为2021年3月8日至3月21日",
    ):
        assert figure in text, figure
    assert text.count("总体情况") == 2 and text.count("下一步工作") == 2
    months = load_workbook(io.BytesIO(files["annex-1.xlsx"])).worksheets
    assert [sheet.title for sheet in months] == ["1月份", "3月份"]
    assert [[cell.value for cell in sheet[3]] for sheet in months] == [
        ["网站名称", "存在的突出问题", "网站标识码"]
    ] * 2
    assert months[0]["A4"].value == "嘉水区人民政府"
    assert rows_of(files, 2)[0] == ["类型", "账号名称", "开设主体", "问题"]
    assert len(rows_of(files, 2)) == 11


def test_a_share_below_the_least_is_told(drafted):
    assert "抽查70家，抽查比例35%" not in drafted("fujian")[1]
    assert "抽查70家，抽查比例35.0%，不低于规定的35%" in drafted("fujian")[1]
    low = words_of(published.fujian(34), "fujian")
    assert "抽查68家，抽查比例34.0%，低于规定的35%" in low


def test_fujian_gathers_the_months(drafted):
    files, text = drafted("fujian")
    for figure in (
        "按月抽查3次，共214家次",
        "7月在运行网站200家",
        "合格率100%",
        "8月",
        "合格率95.8%",
        "各月合计合格率98.6%",
    ):
        assert figure in text, figure
    assert len(rows_of(files, 1)) == 1 + 3


def test_qinghai_problem_classes(drafted):
    _, text = drafted("qinghai")
    for figure in (
        "134家政府网站、381家政务新媒体进行了全面检查",
        "政府网站合格率94.0%，政务新媒体合格率83.5%",
        "8家政府网站、63家政务新媒体存在突出问题（见附件1、附件2）",
        "54家未提供有效互动渠道，26家2周内无内容更新",
        "部分网站内容更新不及时",
        "2020年10月12日前",
    ):
        assert figure in text, figure
    assert "94.3%" not in text


def test_guangdong_sample_and_the_fourteen_cities(drafted):
    files, text = drafted("guangdong")
    for figure in (
        "1306个政府网站中随机抽取528个（抽查比例40.4%）",
        "总体合格率97.0%",
        "广州、深圳、佛山、韶关、河源、惠州、汕尾、东莞、中山、江门、茂名、肇庆、清远、潮州等14个地级以上市合格率达100%",
        "2018年6月11日前",
    ):
        assert figure in text, figure
    table = rows_of(files, 1)
    assert table[0] == ["序号", "地区（部门）", "运行网站数", "抽查网站数", "合格数", "不合格数", "合格率"]
    assert table[1] == ["1", "广州", "60", "24", "24", "0", "100%"]
    assert table[-1] == ["22", "省直部门", "116", "52", "49", "3", "94.2%"]
    assert len(rows_of(files, 2)) == 1 + 16


def test_where_nearly_all_regions_are_good_the_others_are_named():
    made = published.guangdong()
    regions = [(f"第{n}市", 24, 24, 1 if n in (3, 7, 9) else 0) for n in range(1, 22)]
    made["sites"] = published.kind([("政府网站", 504, 504, 3)], regions)
    made["problem_sites"] = published.named([("政府网站", 504, 504, 3)], "site")
    text = words_of(made, "guangdong")
    assert "除第3市、第7市、第9市外，其他18个地级以上市合格率达100%" in text


def test_jiangxi_change_recheck_scan_and_messages(drafted):
    files, text = drafted("jiangxi")
    for figure in (
        "截至2018年5月1日",
        "有682家。其中，省级政府门户网站1家，省级政府部门网站63家，市级政府门户网站11家，"
        "市级政府部门网站466家，县级政府门户网站100家，县级以下政府网站41家",
        "抽查279家",
        "发现存在突出问题的25家，合格率91%，环比上升5.8个百分点",
        "省直部门抽查25家，合格率92%",
        "设区市及以下抽查254家，合格率90.94%",
        "97.5%的网站安全状况良好",
        "留言210条，已办结206条，尚未办结4条，办结率98.1%",
        "通报的41个政府网站进行了复查，24个已整改到位或者规范关停，17个问题仍未解决",
        "少数网站整改不到位",
    ):
        assert figure in text, figure
    sheets = load_workbook(io.BytesIO(files["annex-2.xlsx"])).worksheets
    assert [sheet.title for sheet in sheets] == ["已整改", "已关停", "仍未整改"]
    assert sum(sheet.max_row - 3 for sheet in sheets) == 41


def test_jiangxi_with_the_counts_that_its_own_rates_need():
    text = words_of(published.jiangxi(24), "jiangxi")
    assert "发现存在突出问题的26家，合格率91%" in text
    assert "设区市及以下抽查254家，合格率90.55%" in text


def test_zhongkai_score_sheet(drafted):
    files, text = drafted("zhongkai")
    assert "28个政府网站（频道）进行全面监测，合格率为100%" in text
    assert "共22个单位的网站（频道）没有扣分" in text
    assert "6个单位被扣分" in text
    assert "“第三方监测报告”扣分的3个：惠园、党群办、安监局" in text
    assert "年终考评分值占60%，日常监测分值占40%" in text
    assert "澜高新办函〔2019〕4号" in text
    rows = {row[0]: row[1:] for row in rows_of(files, 1)[2:]}
    assert len(rows) == 28
    assert rows["东园"] == ["0", "0", "0", "0", "0", "0", "0", "100.0"]
    assert rows["惠园"] == ["0", "0", "0", "0", "0.45", "0", "0.45", "99.55"]
    assert rows["国土局"][-2:] == ["2", "98.0"]
    assert rows["环保局"] == ["0", "0", "0", "5", "0", "1.5", "6.5", "93.50"]
    table = word_of(files).tables[0]
    assert [cell.text for cell in table.rows[0].cells][:5] == ["单位", *["市信息公开平台"] * 4]
    assert [cell.text for cell in table.rows[1].cells][1:5] == [
        "工作动态",
        "通知公告",
        "部门文件",
        "规划计划",
    ]
    heads = [row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for row in table.rows[:3]]
    assert heads == [True, True, False], "both heading rows repeat"


def test_a_published_figure_that_its_counts_contradict_is_printed_right_with_a_remark():
    record = normal(
        {
            "id": "qinghai-2020Q3",
            "issuer": "澜州省人民政府办公厅",
            "period": "2020Q3",
            "sites": {"total": 134, "inspected": 134, "failed": 8, "rate": "94.3"},
        }
    )
    remarks = [f"2020年第三季度通报{flag}，本稿按数量计算" for flag in record["flags"]]
    text = words_of({**published.qinghai(), "remarks": remarks}, "qinghai")
    assert "政府网站合格率94.0%" in text
    assert "政府网站合格率公布94.3%，按其数量126÷134应为94.0%，本稿按数量计算。" in text


@pytest.mark.parametrize("name", STYLES)
def test_without_any_failing_subject_no_style_names_or_asks_anything(name):
    made = make_notice(0, 0)
    text = words_of(made, name)
    assert "100%" in text
    assert "整改情况报送" not in text
    assert "附件1" not in text.split("2025年1月21日")[0]


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("empty", ["sites", "accounts", "both"])
def test_nothing_registered_or_nothing_judged_is_said_in_every_style(name, empty, make_counts):
    made = make_notice(0, 0)
    for kind in ("sites", "accounts"):
        if empty in (kind, "both"):
            made[kind] = {**make_counts(0), "by_category": []}
    text = words_of(made, name)
    assert "None" not in text and "0%" not in text.replace("100%", "").replace("10%", "").replace(
        "60%", ""
    ).replace("40%", "")
    judged = make_notice(0, 0, 11, 90)
    judged["sites"] |= {"total": 11, "inspected": 0, "qualified": 0, "unmeasured": 11, "rate": None}
    judged["sites"]["by_category"] = [{**judged["sites"]["by_category"][1], "rate": None}]
    text = words_of(judged, name)
    assert "没有取得可据以判定的结果" in text


def test_an_empty_category_is_left_out_or_said(make_counts):
    made = make_notice()
    made["sites"]["by_category"].append({"category": "街道网站", **make_counts(0)})
    assert "街道网站无检查对象" in words_of(made, "base")
    assert "街道网站" not in words_of(made, "shanghai").split("其中")[2].split("。")[0]


def test_1306_sites_in_one_annex_stay_whole():
    parts = [("网站", 1306, 1306, 1306)]
    made = make_notice(0, 0)
    made["sites"] = published.kind(parts)
    made["problem_sites"] = published.named(parts, "site")
    files = render(made, load_profile("base"))
    table = word_of(files).tables[0]._tbl
    rows = table.findall(qn("w:tr"))
    assert len(rows) == 1307
    assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    assert all(row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in rows)
    assert len(rows_of(files, 1)) == 1307
    assert "1306个网站均不合格，总体合格率0.0%" in text_of(files)


@pytest.mark.parametrize("name", ["jiangxi", "guangdong"])
def test_charts_are_native_in_word_inline_in_html_and_always_the_same(drafted, name):
    files, _ = drafted(name)
    word = word_of(files)
    charts = [part for part in word.part.package.iter_parts() if part.partname.startswith("/word/charts/")]
    assert len(charts) == 1
    text = charts[0].blob.decode()
    rates = [
        group["rate"]
        for group in complete(STYLES[name](), load_profile(name))["sites"][
            "rates" if name == "jiangxi" else "regions"
        ]
    ]
    assert re.findall(r"<a:t>([\d.]+%)</a:t>", text) == rates
    assert files["notice.html"].decode().count("<svg") == 1
    assert render(STYLES[name](), load_profile(name)) == files
    assert not [p for p in word.paragraphs if p.text.startswith("sites.")]


def test_a_style_without_groups_to_compare_draws_nothing():
    made = make_notice()
    made["sites"]["by_category"] = [
        {
            **made["sites"]["by_category"][1],
            **{k: made["sites"][k] for k in ("total", "inspected", "qualified")},
        }
    ]
    files = render(made, load_profile("jiangxi"))
    assert "<svg" not in files["notice.html"].decode()
