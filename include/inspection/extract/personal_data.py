"""Personal data on public pages: identity numbers, mobile phones, bank cards. Numbers leave this module masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from include.inspection.extract.html import Document, fold

DataKind = Literal["id_number", "mobile", "bank_card"]
LABELS: dict[DataKind, str] = {"id_number": "身份证号码", "mobile": "手机号码", "bank_card": "银行卡号"}

_MAX_FOUND = 200
_CONTEXT = 10
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_HAS_WIDE = re.compile("[０-９Ｘｘ]")
# Neither within a word, an address, a decimal nor a longer number.
_BEFORE = r"(?<![0-9A-Za-z_.%=&/?#@*])(?<!\d-)"
_AFTER = r"(?![0-9A-Za-z_%=&/@*])(?![-.]\d)"
_NUMBER = re.compile(rf"{_BEFORE}(?:\+?86[- ]?(?=1[3-9]))?(\d{{11,19}}[Xx]?){_AFTER}")
_SPACED = re.compile(
    rf"{_BEFORE}(1[3-9]\d[ -]\d{{4}}[ -]\d{{4}}|\d{{4}}(?: \d{{4}}){{3}}(?: \d{{1,3}})?|\d{{6}} \d{{8}} \d{{3}}[\dXx]){_AFTER}"
)
_MOBILE = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
#: UnionPay; other schemes' numbers count only where the words before them speak of an account.
_CARD = re.compile(r"62\d{14,17}")
_OTHER_CARD = re.compile(r"(?:4\d|5[1-5]|3[57])\d{14,17}")
_ACCOUNT = re.compile(r"卡号|账\s?号|帐\s?号|账\s?户|开户")
_UNIT = re.compile(r"^\s?(?:元|万|亿|人|吨|千|米|平方|立方|%|号|份|件|股)")
_PROVINCES = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), *(71, 81, 82, 83))
)  # fmt: skip

_PERSON = re.compile(r"身份证|证件号|身份号|户主|家庭住址|家庭地址|性别")
_OTHER_NUMBER = re.compile(
    r"(?:信用代码|机构代码|注册号|登记号|索引号|文号|编号|案号|订单|流水|合同号|许可证?号?|证书号|批号|条码|备案|项目代码|宗地|不动产单元|公网安备)[^\d]{0,6}$"
)
_IDENTITY_LABEL = re.compile(r"(?:身份证|证件|身份)[^\d]{0,8}$")
_CONTACT = re.compile(
    r"电\s?话|热\s?线|咨\s?询|联\s?系|监\s?督|举\s?报|投\s?诉|值\s?班|传\s?真|客\s?服|致电|拨打|来电|报名|受理|服务台|微信|Tel|Phone|Mobile",
    re.IGNORECASE,
)
_CONTACT_SPAN = 40
#: A list of private persons: their names and phones, and what they get or where they live; not one of officials.
_NAME_COLUMN = re.compile(r"(?:户主|申请人|学生|家长|受助人|对象)?姓\s?名|户主|申请人|受助人")
_PHONE_COLUMN = re.compile(r"(?:本人|联系)?(?:手\s?机|电\s?话|联系方式)(?:号码?)?")
_RECEIVES = re.compile(r"补[助贴偿]|救助|资助|金额|身份证|户主|住址|家庭|性别|年龄|出生|银行|账号")
_OFFICIAL = re.compile(r"职务|职称|职责|岗位|科室|办公|单位|部门|责任人|负责人|机构|企业|公司")
_MAX_TABLES, _MAX_ROWS = 60, 400
_DIGITS = re.compile(r"\d{5,}")
_MANY_DIGITS = re.compile(r"\d(?:[ -]?\d){10}")


@dataclass(frozen=True)
class PersonalDatum:
    """``masked``: the number with its middle starred; ``position``: offset in the page's text; ``context``: at most 10
    characters either side, other long numbers starred too."""

    kind: DataKind
    level: Literal["certain", "suspected"]
    masked: str
    position: int
    context: str
    reason: str


def personal_data(document: Document, today: date | None = None) -> list[PersonalDatum]:
    """The first 200 of a page's visible text. ``today``: the monitoring day, after which nobody was born."""
    found = personal_data_in(document.body_text, today)
    listed = _in_lists_of_persons(document) if _MANY_DIGITS.search(document.body_text) else {}
    known = {item.position for item in found if item.level == "certain"}
    added = [item for position, item in listed.items() if position not in known]
    kept = [item for item in found if item.position not in listed or item.position in known]
    return sorted([*kept, *added], key=lambda item: item.position)[:_MAX_FOUND]


def _in_lists_of_persons(document: Document) -> dict[int, PersonalDatum]:
    """Mobile phones in a column of a table that names persons and what they receive or where they live, by position."""
    found: dict[int, PersonalDatum] = {}
    text = document.body_text.translate(_WIDE)
    for table in document.tree.css("table")[:_MAX_TABLES]:
        rows = [
            [fold(cell.text(deep=True) or "").translate(_WIDE) for cell in row.css("td, th")[:30]]
            for row in table.css("tr")[:_MAX_ROWS]
        ]
        for number, header in enumerate(rows[:4]):
            columns = [index for index, cell in enumerate(header) if _PHONE_COLUMN.fullmatch(cell)]
            said = " ".join(header)
            named = any(_NAME_COLUMN.fullmatch(cell) for cell in header)
            if not columns or not named or _OFFICIAL.search(said) or not _RECEIVES.search(said):
                continue
            for row in rows[number + 1 :]:
                for index in columns:
                    cell = row[index].strip() if len(row) == len(header) else ""
                    start = text.find(cell) if _MOBILE.fullmatch(cell) else -1
                    if start >= 0:
                        shown = _shown(text, start, start + len(cell), cell)
                        reason = f"名单中“{header[index]}”一栏，与姓名同行"
                        found[start] = PersonalDatum("mobile", "certain", _mask(cell), start, shown, reason)
            break
    return found


def mask_numbers(text: str) -> str:
    """``text`` with every identity number, mobile phone and bank card masked, whatever it is said to be."""
    if not _MANY_DIGITS.search(text):  # \d knows full-width digits too
        return text
    for start, end, number in reversed(list(_numbers(text.translate(_WIDE)))):
        if _is_personal(number):
            text = text[:start] + _mask(number) + text[end:]
    return text


def _is_personal(number: str) -> bool:
    if _MOBILE.fullmatch(number) or (len(number) == 18 and _is_identity(number, None)):
        return True
    return bool(_CARD.fullmatch(number)) and bool(luhn.is_valid(number))


def personal_data_in(text: str, today: date | None = None) -> list[PersonalDatum]:
    if not _MANY_DIGITS.search(text):
        return []
    if _HAS_WIDE.search(text):
        text = text.translate(_WIDE)
    found: list[PersonalDatum] = []
    for start, end, number in _numbers(text):
        before = text[max(0, start - _CONTACT_SPAN) : start]
        read = _read(number, before, text[end : end + 12], today)
        if read:
            kind, level, reason = read
            found.append(
                PersonalDatum(kind, level, _mask(number), start, _shown(text, start, end, number), reason)
            )
            if len(found) >= _MAX_FOUND:
                break
    return found


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    hits = [(match.start(1), match.end(1), match[1]) for match in _NUMBER.finditer(text)]
    if " " in text or "-" in text:
        hits += [
            (match.start(1), match.end(1), re.sub("[ -]", "", match[1])) for match in _SPACED.finditer(text)
        ]
    yield from sorted(hits)


def _read(
    number: str, before: str, after: str, today: date | None
) -> tuple[DataKind, Literal["certain", "suspected"], str] | None:
    if _OTHER_NUMBER.search(before) and not _IDENTITY_LABEL.search(before):
        return None
    if len(number) == 18:
        if _is_identity(number, today) and not (_is_credit_code(number) and not _PERSON.search(before)):
            return "id_number", "certain", "18 位，校验码和出生日期有效"
    elif number[-1] in "Xx":
        return None
    elif len(number) == 15:
        if _province(number) and _born(f"19{number[6:12]}", today):
            return "id_number", "suspected", "15 位旧号码，无校验码"
    elif len(number) == 11 and _MOBILE.fullmatch(number):
        return None if _UNIT.match(after) else _mobile(before, after)
    shape = _CARD.fullmatch(number) or (_OTHER_CARD.fullmatch(number) and _ACCOUNT.search(before))
    if shape and luhn.is_valid(number):
        return "bank_card", "suspected", "符合银行卡号校验规则"
    return None


def _mobile(before: str, after: str) -> tuple[DataKind, Literal["certain", "suspected"], str] | None:
    personal = _PERSON.search(before)
    if personal:
        return "mobile", "certain", f"前面不远处写有“{personal[0]}”"
    if _CONTACT.search(before) or _CONTACT.search(after):
        return None
    return "mobile", "suspected", "号段有效，不在联系方式中"


def _is_identity(number: str, today: date | None) -> bool:
    return _province(number) and _born(number[6:14], today) and bool(mod_11_2.is_valid(number.upper()))


def _province(number: str) -> bool:
    return int(number[:2]) in _PROVINCES


def _born(text: str, today: date | None) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return day.year >= 1900 and (today is None or day <= today)


def _is_credit_code(number: str) -> bool:
    """统一社会信用代码 of digits only, which has a checksum of its own."""
    try:
        uscc.validate(number.upper())
    except ValidationError:
        return False
    return True


def _mask(number: str) -> str:
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _shown(text: str, start: int, end: int, number: str) -> str:
    before = text[max(0, start - _CONTEXT) : start]
    after = text[end : end + _CONTEXT]
    # A neighbour's number may be cut here; what is left of it is starred as well.
    return _stars(before) + _mask(number) + _stars(after)


def _stars(text: str) -> str:
    return _DIGITS.sub(lambda match: "*" * len(match[0]), text)
