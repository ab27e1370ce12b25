"""Whose a policy document is: the unit's own or one reposted from above."""

from __future__ import annotations

import pytest

from include.inspection.extract.html import Document
from include.inspection.extract.issuers import names_other_source, reposted

COUNTY = ["东岭县人民政府门户网站", "东岭县人民政府办公室"]
CITY = ["南方市人民政府", ""]
PROVINCE = ["广东省人民政府", "广东省人民政府办公厅"]
MINISTRY = ["教育部门户网站", "教育部"]


@pytest.mark.parametrize(
    ("title", "column", "units"),
    [
        ("国务院关于修改部分行政法规的决定", "政策文件", COUNTY),
        ("国务院办公厅印发《关于加快场景培育的实施意见》", "政策文件", COUNTY),
        ("中华人民共和国行政许可法", "政策法规", COUNTY),
        ("广东省人民政府关于加快建设全国统一大市场的意见", "政策文件", COUNTY),
        ("省教育厅等五部门关于校外培训的通知", "政策文件", COUNTY),
        ("南方市人民政府办公室关于供水的通知", "政策文件", COUNTY),
        ("关于稳定就业的若干意见", "上级文件", COUNTY),
        ("关于稳定就业的若干意见", "国务院政策", COUNTY),
        ("关于稳定就业的若干意见", "省政府文件", COUNTY),
        ("关于稳定就业的若干意见", "市政府文件", COUNTY),
        ("教育部关于印发课程方案的通知", "政策文件", CITY),
        ("国家发展改革委关于价格的通知", "政策文件", PROVINCE),
    ],
)
def test_documents_from_above(title: str, column: str, units: list[str]) -> None:
    assert reposted(title, column, units)


@pytest.mark.parametrize(
    ("title", "column", "units"),
    [
        ("关于印发东岭县招商引资若干措施的通知", "政府文件", COUNTY),
        ("东岭县人民政府关于供水的意见", "政策文件", COUNTY),
        ("东岭县人民政府办公室转发国务院办公厅关于供水的通知", "政策文件", COUNTY),
        ("关于转发省教育厅工作方案的通知", "政策文件", COUNTY),
        ("国家税务总局东岭县税务局关于申报期限的通告", "政策文件", COUNTY),
        ("东岭县城市管理局关于占道经营的通告", "政策文件", COUNTY),
        ("县城市管理局关于占道经营的通告", "政策文件", COUNTY),
        ("县委组织部关于人才的意见", "政策文件", COUNTY),
        ("国务院安委会督查反馈问题整改方案", "政策文件", COUNTY),
        ("关于市场监管的若干措施", "市场监管政策", COUNTY),
        ("市政府办公室关于供水的通知", "市政府文件", CITY),
        ("省政府办公厅关于供水的通知", "省政府文件", PROVINCE),
        ("教育部关于印发课程方案的通知", "政策文件", MINISTRY),
        # of a unit whose names tell no place nothing is known
        ("广东省人民政府关于供水的意见", "省政府文件", ["中国东岭"]),
    ],
)
def test_documents_of_the_unit_itself(title: str, column: str, units: list[str]) -> None:
    assert not reposted(title, column, units)


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("来源：中国政府网", True),
        ("来源：广东省人民政府门户网站", True),
        ("发文机关：国务院办公厅", True),
        ("来源：东岭县人民政府办公室", False),
        ("来源：本站", False),
        ("发布机构：县财政局", False),
        ("", False),
    ],
)
def test_the_source_on_a_documents_page(line: str, other: bool) -> None:
    page = Document(
        f"<html><body><h1>若干意见</h1><p>{line} 发布时间：2026-11-18</p></body></html>".encode(),
        "text/html; charset=utf-8",
        "http://www.dongling.gov.cn/wj/1.html",
    )
    assert names_other_source(page, COUNTY) is other
