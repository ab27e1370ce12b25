"""The recipients list as offices write it."""

from __future__ import annotations

import pytest

from include.inspection.outbox.recipients import Recipient, read_recipients
from include.inspection.registry.office_lists import RegistryError

HEADER = "单位,级别,渠道,地址,联系人"


@pytest.fixture
def read(tmp_path):
    def make(*lines: str):
        (tmp_path / "recipients.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return read_recipients(tmp_path)

    return make


def test_chinese_and_english_words(read):
    found, problems = read(
        "甲县政府办,黄色预警,邮件,li@example.gov.cn,李四",
        "全部,red,wecom,office,",
        "4408000001,橙色,钉钉,office,",
        "运维,,webhook,oa.hook,",
        "甲县政府办,黄色预警,邮件,li@example.gov.cn,李四",
    )
    assert problems == []
    assert found == [
        Recipient("甲县政府办", "yellow", "email", "li@example.gov.cn", "李四"),
        Recipient("*", "red", "wecom", "office"),
        Recipient("4408000001", "orange", "dingtalk", "office"),
        Recipient("运维", "yellow", "webhook", "oa.hook"),
    ]


KEY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("甲,紫色,邮件,li@example.gov.cn,", "level"),
        ("甲,红色,传真,li@example.gov.cn,", "channel"),
        ("甲,红色,邮件,李四,", "address"),
        ("甲,红色,邮件,li@example.gov.cn\\nBcc:x@y.cn,", "address"),
        ('甲,红色,邮件,"li@example.gov.cn,x@y.cn",', "address"),
        (f"甲,红色,企业微信,{KEY},", "address"),
        ("甲,红色,网络回调,http://169.254.169.254/,", "address"),
        (",红色,邮件,li@example.gov.cn,", "unit"),
        ("甲,红色,邮件,,", "address"),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_on(read, line, field):
    found, (problem,) = read(line, "*,红色,邮件,li@example.gov.cn,")
    assert (problem.file, problem.line, problem.field) == ("recipients.csv", 2, field)
    assert [item.unit for item in found] == ["*"]
    assert "693a91f6" not in str(problem), "a key that was pasted into the list is not repeated"


def test_no_list_is_nobody_and_two_lists_are_an_error(tmp_path):
    assert read_recipients(tmp_path) == ([], [])
    (tmp_path / "recipients.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    (tmp_path / "recipients.xlsx").write_bytes(b"PK")
    with pytest.raises(RegistryError, match=r"recipients\.xlsx"):
        read_recipients(tmp_path)
