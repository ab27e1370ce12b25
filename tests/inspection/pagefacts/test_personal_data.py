"""Identity numbers, mobile phones and bank cards: found, masked, and not mistaken for other numbers."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.personal_data import mask_numbers, personal_data, personal_data_in

# Made up: an area code that is not given out, checksums computed.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(first: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


ID = identity("44990019900101123")


def only(text):
    found = personal_data_in(text)
    assert len(found) == 1, found
    return found[0]


def test_identity_number():
    found = only(f"申请人张某，身份证号{ID}，已核实")
    assert (found.kind, found.level) == ("id_number", "certain")
    assert ID not in found.context
    assert found.masked.startswith("449") and found.masked.count("*") == 13


@pytest.mark.parametrize(
    "text",
    [
        f"证件号码：{ID}。",
        f"编号 身份证号 {ID}",
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in ID),
    ],
)
def test_identity_number_however_written(text):
    assert only(f"号码 {text} 完").kind == "id_number"


def test_wrong_checksum_birthday_province_are_none():
    wrong = ID[:-1] + ("0" if ID[-1] != "0" else "1")
    assert personal_data_in(f"身份证 {wrong}") == []
    assert personal_data_in(f"身份证 {identity('44990019900230123')}") == []
    assert personal_data_in(f"身份证 {identity('99990019900101123')}") == []
    assert personal_data_in(f"身份证 {ID}", today=date(1989, 1, 1)) == []


def test_old_number_is_only_suspected():
    assert only("身份证 449900900101123").level == "suspected"
    assert personal_data_in("身份证 449900901301123") == []


def test_neighbours_in_the_context_are_masked():
    found = personal_data_in(f"张某{ID} 李某{ID}")
    assert len(found) == 2
    assert all(ID[:8] not in item.context and ID[-6:] not in item.context for item in found)
    assert max(len(item.context) for item in found) <= 20 + 18


@pytest.mark.parametrize(
    "text",
    [
        f"http://x.gov.cn/a/{ID}.html",
        f"http://x.gov.cn/a?id={ID}",
        f"索引号：{ID}",
        f"统一社会信用代码：{ID}",
        f"t{ID}",
        f"{ID}1234",
        "统一社会信用代码 91350211M000100Y43",
        "文号 〔2024〕12345678901 号",
    ],
)
def test_no_identity_number(text):
    assert personal_data_in(text) == []


def test_mobile_beside_a_person_is_certain():
    assert only("姓名：张某 性别：男 13800138000").level == "certain"


def test_mobile_without_context_is_suspected():
    found = only("中签结果 张某 138 0013 8000 一号楼")
    assert (found.kind, found.level) == ("mobile", "suspected")


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：13800138000",
        "咨询热线 13800138000（张科长）",
        "监督举报电话0700-2345678、13800138000",
        "办理热线12345",
        "电话 0700-12345678",
        "总额15000000000元",
        "发票号码 12000138000",
        "受理编号13800138000",
        "申请人可拨打13800138000咨询",
        "联系人姓名：张某，电话：13800138000",
    ],
)
def test_official_numbers_are_none(text):
    assert personal_data_in(text) == []


def test_bank_card_is_only_suspected():
    luhn_ok = next(f"622202000000000000{digit}" for digit in range(10) if _luhn(f"622202000000000000{digit}"))
    assert (only(f"发放至 {luhn_ok}").kind, only(f"发放至 {luhn_ok}").level) == ("bank_card", "suspected")
    broken = luhn_ok[:-1] + str((int(luhn_ok[-1]) + 1) % 10)
    assert personal_data_in(f"发放至 {broken}") == []


def test_other_cards_need_the_word():
    assert personal_data_in("数据 4111111111111111") == []
    assert only("开户账号 4111111111111111").kind == "bank_card"


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_scripts_and_attributes_are_no_text(page):
    assert personal_data(page(f"<script>var a='{ID}'</script><a href='/{ID}'>甲</a>")) == []
    assert len(personal_data(page(f"<td>张某</td><td>{ID}</td>"))) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证110000199003071004号", "身份证110*************04号"),
        ("电话１３８００１３８０００", "电话138******00"),
        ("手机 138 0013 8000。", "手机 138******00。"),
        ("http://a.cn/13800138000.html", "http://a.cn/13800138000.html"),
        ("统一社会信用代码 91110000100000000X", "统一社会信用代码 91110000100000000X"),
        ("电话 0100-8123456", "电话 0100-8123456"),
        ("2026-11-22 10:00", "2026-11-22 10:00"),
    ],
)
def test_what_is_masked_before_it_is_written_anywhere(text, shown):
    assert mask_numbers(text) == shown


def table(*header: str) -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>陈某某</td><td>1380270123{n}</td><td>3000</td></tr>" for n in range(4)
    )
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in header)}</tr>{rows}</table>"


@pytest.mark.parametrize("phone", ["手机号码", "联系电话"])
def test_phones_of_a_list_of_persons_are_certain_in_every_row(page, phone):
    found = personal_data(page(table("序号", "姓名", phone, "补助金额")))
    assert [item.level for item in found] == ["certain"] * 4
    assert all("*" in item.masked and phone in item.reason for item in found)
    assert "13802701231" not in repr(found)


@pytest.mark.parametrize(
    "header",
    [
        ("序号", "姓名", "联系电话", "职务"),
        ("序号", "责任人姓名", "手机号码", "补助项目"),
        ("序号", "企业名称", "手机号码", "补助金额"),
        ("序号", "姓名", "手机号码", "村级河长"),
    ],
)
def test_lists_of_officials_and_firms_are_not_certain(page, header):
    assert all(item.level != "certain" for item in personal_data(page(table(*header))))
