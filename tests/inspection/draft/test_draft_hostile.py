"""Names and cells that want to be something else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document as WordDocument
from lxml import etree
from openpyxl import load_workbook

from include.inspection.draft import load_profile, render

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
LONG = "长" * 10_000


@pytest.fixture
def render_name(notice):
    """Files of a notice whose first problem site bears the given name and other fields."""

    def make(name, **fields):
        given = notice(1, 0)
        given["problem_sites"][0] |= {"name": name, **fields}
        return render(given, load_profile("zhanjiang"))

    return make


def soup(files) -> Any:
    return BeautifulSoup(files["notice.html"].decode(), "lxml")


def docx_text(files):
    word = WordDocument(io.BytesIO(files["notice.docx"]))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [p.text for p in word.paragraphs] + cells


def test_a_script_is_text_in_every_format(render_name):
    files = render_name(SCRIPT, sponsor=SCRIPT, url="javascript:alert(1)")
    page = soup(files)
    assert page.find("script") is None
    assert page.find("img") is None
    assert SCRIPT in page.get_text()
    assert (
        "default-src 'none'" in page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    )
    assert any(SCRIPT in text for text in docx_text(files))
    assert "<script" not in files["notice.md"].decode()
    assert "<img" not in files["notice.md"].decode()


def test_only_web_addresses_become_links(notice, make_finding):
    given = notice(1, 0)
    given["problem_sites"][0]["findings"] = [make_finding(evidence_url="javascript:alert(document.domain)")]
    page = soup(render(given, load_profile("zhanjiang")))
    assert "javascript:alert" in page.get_text()
    assert not [a for a in page.find_all("a") if a["href"].startswith("javascript")]


def test_template_signs_in_a_name_are_not_run(render_name):
    name = "{{ 7*7 }}{% for x in y %}{# c #}{_{ a }_}"
    files = render_name(name)
    assert name in soup(files).get_text()
    assert any("{{ 7*7 }}{% for x in y %}" in text for text in docx_text(files))
    assert not any(text == "49" for text in docx_text(files))


@pytest.mark.parametrize("name", ["# 四、假标题", "## 假标题", "甲\n# 四、假标题", "甲\r\n\r\n## 乙"])
def test_no_name_becomes_a_heading(render_name, name):
    files = render_name(name)
    folded = " ".join(name.split())
    word: Any = WordDocument(io.BytesIO(files["notice.docx"]))
    headings = [p.text for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["一、总体情况", "二、存在问题", "三、工作要求"]
    assert any(cell == folded for cell in docx_text(files))
    lines = files["notice.md"].decode().splitlines()
    assert not [line for line in lines if re.match(r"#+ .*假标题", line)]


def test_control_characters_and_broken_unicode_go_and_line_breaks_are_spaces(render_name):
    files = render_name("甲\x00\x08乙\u202e丙\ud800丁\ufdd0戊\ufffe\n己\t庚\u2028辛\x0b壬")
    expected = "甲乙丙丁戊 己 庚 辛 壬"
    assert expected in docx_text(files)
    assert expected in files["notice.html"].decode()
    assert load_workbook(io.BytesIO(files["annex-1.xlsx"])).active["B4"].value == expected
    assert json.loads(files["notice.json"])["problem_sites"][0]["name"].startswith("甲\x00\x08乙")


def test_a_name_of_ten_thousand_characters_is_cut_in_the_notice_and_whole_elsewhere(render_name):
    files = render_name(LONG)
    for text in (*docx_text(files), *files["notice.md"].decode().splitlines(), files["notice.html"].decode()):
        assert "长" * 120 not in text
    assert "长" * 119 + "…" in docx_text(files)
    cell = load_workbook(io.BytesIO(files["annex-1.xlsx"])).active["B4"]
    assert cell.value == LONG
    assert cell.alignment.wrap_text
    assert json.loads(files["notice.json"])["problem_sites"][0]["name"] == LONG


@pytest.mark.parametrize(
    "start", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", '=HYPERLINK("http://x")']
)
def test_no_cell_becomes_a_formula(render_name, start):
    data = render_name(start, sponsor=start)["annex-1.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert not sheet.findall(".//{*}f")
    assert {cell.get("t") for cell in sheet.findall(".//{*}c") if len(cell)} <= {"s", "inlineStr"}
    cell = load_workbook(io.BytesIO(data)).active["B4"]
    assert (cell.value, cell.data_type) == (start, "s")


def test_pipes_and_markup_keep_the_markdown_table_whole(render_name):
    lines = render_name("甲|乙 **粗** [链](javascript:x) `码`")["notice.md"].decode().splitlines()
    header = next(line for line in lines if "序号" in line)
    row = next(line for line in lines if line.startswith("| 1 |"))
    unescaped = re.compile(r"(?<!\\)\|")
    assert len(unescaped.findall(row)) == len(unescaped.findall(header))
    assert "**粗**" not in row
    assert "[链](" not in row


def test_annexes_have_a_frozen_header_and_widths(render_name):
    sheet = load_workbook(io.BytesIO(render_name("甲")["annex-1.xlsx"])).active
    assert sheet.freeze_panes == "A4"
    assert [cell.value for cell in sheet[3]] == [
        "序号",
        "网站名称",
        "网站标识码",
        "主办单位",
        "存在的突出问题",
    ]
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width
