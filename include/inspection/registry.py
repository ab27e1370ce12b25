"""The office's lists, checked: a bad row is told by file, line, field and reason, and the good ones go on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from include.inspection.model import (
    SECTION_CLASSES,
    Account,
    Exemption,
    Message,
    Problem,
    Registry,
    ReportedFinding,
    Section,
    Site,
)
from include.inspection.tables import Row, TableError, find_table, read_table
from include.inspection.times import BEIJING, beijing

SITE_CODE = re.compile(r"[0-9]{10}|bm[0-9]{8}")
#: Ids become part of object keys: no separator, no leading dot.
SUBJECT_ID = re.compile(r"\w[\w.\-]{0,63}")
MAX_NAME = 200
MAX_TEXT = 2000

_YES = {"是", "yes", "y", "true", "1", "有", "属实", "有效"}
_NO = {"", "否", "no", "n", "false", "0", "无", "不属实", "无效"}
_KINDS = {"portal": "portal", "门户": "portal", "门户网站": "portal", "政府门户网站": "portal"}
_KINDS |= {"department": "department", "部门": "department", "部门网站": "department"}
_KINDS |= {"other": "other", "其他": "other", "其它": "other"}
_STATUS = {"": "running", "running": "running", "正常运行": "running", "正常": "running", "运行": "running"}
_STATUS |= dict.fromkeys(
    ("closed", "关停", "已关停", "注销", "已注销", "下线", "临时下线", "永久下线"), "closed"
)

#: file stem → header (English or Chinese) → field
COLUMNS: dict[str, dict[str, str]] = {
    "sites": {
        "网站标识码": "site_code",
        "网站名称": "name",
        "首页网址": "url",
        "类型": "kind",
        "分类": "category",
        "地区": "region",
        "主办单位": "sponsor",
        "是否提供办事服务": "has_services",
        "运行状态": "status",
        "是否授权检查": "authorised",
    },
    "accounts": {
        "账号编号": "account_id",
        "平台": "platform",
        "账号名称": "name",
        "开设主体": "sponsor",
        "地区": "region",
        "订阅地址": "feed_url",
        "更新期限": "update_days",
        "运行状态": "status",
    },
    "sections": {
        "网站标识码": "site_code",
        "栏目名称": "name",
        "栏目网址": "url",
        "栏目类别": "class",
        "栏目级别": "level",
        "更新期限": "update_days",
    },
    "messages": {
        "留言编号": "message_id",
        "网站标识码": "site_code",
        "收到时间": "received_at",
        "是否属实": "valid",
        "办结时间": "closed_at",
    },
    "findings": {
        "对象编号": "subject_id",
        "指标编号": "indicator_id",
        "网址": "url",
        "说明": "note",
        "上报人": "reporter",
        "发现时间": "found_at",
        "扣分": "points",
    },
    "exemptions": {
        "对象编号": "subject_id",
        "范围": "scope",
        "开始日期": "from",
        "结束日期": "until",
        "理由": "reason",
        "批准人": "approved_by",
    },
}
for _columns in COLUMNS.values():
    _columns |= {field: field for field in _columns.values()}
REQUIRED = {
    "sites": ("site_code", "name", "url", "kind", "category"),
    "accounts": ("account_id", "platform", "name"),
    "sections": ("site_code", "name", "url"),
    "messages": ("message_id", "received_at"),
    "findings": ("subject_id", "indicator_id", "reporter"),
    "exemptions": ("subject_id", "scope", "reason", "approved_by"),
}


class RegistryError(ValueError):
    """The lists hold nothing that can be inspected; the message names the file, line and field."""


class _Refused(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read_registry(folder: Path) -> Registry:
    """The checked lists in ``folder`` (see docs/data-dictionary.md). Raises RegistryError without a usable sites table."""
    if not folder.is_dir():
        raise RegistryError(f"名单目录 {folder} 不存在：请用 REGISTRY=目录 指明 sites.csv 所在的目录")
    problems: list[Problem] = []
    if find_table_or_raise(folder, "sites") is None:
        raise RegistryError(f"{folder / 'sites.csv'} 不存在：请提供 sites.csv 或 sites.xlsx")
    sites = _read(folder, "sites", _site, problems, key=lambda site: site.site_code, required=True)
    if not sites:
        detail = "；".join(str(problem) for problem in problems[:5]) or "没有数据行"
        raise RegistryError(f"sites 表里没有一行可用：{detail}")
    codes = {site.site_code for site in sites}

    def account(row: Row) -> Account:
        made = _account(row)
        if made.account_id in codes:
            raise _Refused("account_id", "与某个网站标识码相同：请换一个编号")
        return made

    accounts = _read(folder, "accounts", account, problems, key=lambda item: item.account_id)
    known = codes | {item.account_id for item in accounts}
    return Registry(
        sites=tuple(sites),
        accounts=tuple(accounts),
        sections=tuple(_read(folder, "sections", lambda row: _section(row, codes), problems)),
        messages=tuple(_read(folder, "messages", _message, problems, key=lambda item: item.message_id)),
        findings=tuple(_read(folder, "findings", lambda row: _finding(row, known), problems)),
        exemptions=tuple(_read(folder, "exemptions", lambda row: _exemption(row, known), problems)),
        problems=tuple(problems),
    )


def find_table_or_raise(folder: Path, stem: str) -> Path | None:
    try:
        return find_table(folder, stem)
    except TableError as error:
        raise RegistryError(str(error)) from None


def _read(
    folder: Path,
    stem: str,
    make: Callable[[Row], Any],
    problems: list[Problem],
    *,
    key: Callable[[Any], str] | None = None,
    required: bool = False,
) -> list[Any]:
    path = find_table_or_raise(folder, stem)
    if path is None:
        return []
    try:
        rows, header_problems = read_table(path, COLUMNS[stem], REQUIRED[stem])
    except TableError as error:
        if required:
            raise RegistryError(str(error)) from None
        problems.append(error.problem)
        return []
    problems.extend(header_problems)
    made: list[Any] = []
    first_lines: dict[str, int] = {}
    for row in rows:
        try:
            item = make(row)
        except _Refused as refused:
            problems.append(row.problem(refused.field, refused.reason))
            continue
        if key is not None:
            if key(item) in first_lines:
                line = first_lines[key(item)]
                problems.append(row.problem(REQUIRED[stem][0], f"与第 {line} 行重复：只采用第 {line} 行"))
                continue
            first_lines[key(item)] = row.line
        made.append(item)
    return made


def _text(row: Row, field: str, *, must: bool = False, limit: int = MAX_TEXT) -> str:
    value = row.values.get(field, "")
    if must and not value:
        raise _Refused(field, "不能为空：请填写")
    if len(value) > limit:
        raise _Refused(field, f"有 {len(value)} 个字符，超过上限 {limit}：请缩短")
    return value


def _choice(row: Row, field: str, choices: Mapping[str, Any], *, must: bool = False) -> Any:
    value = _text(row, field, must=must).lower()
    if value not in choices:
        raise _Refused(field, f"不在可选值之内：请填 {'、'.join(word for word in choices if word)}")
    return choices[value]


def _yes_no(row: Row, field: str) -> bool:
    value = _text(row, field).lower()
    if value not in _YES | _NO:
        raise _Refused(field, "请填 是 或 否（yes/no）")
    return value in _YES


def _url(row: Row, field: str, *, must: bool) -> str:
    value = _text(row, field, must=must)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _Refused(field, "不是有效的网址：请检查端口和方括号") from None
    if parts.scheme not in ("http", "https"):
        raise _Refused(field, "网址缺少 http:// 或 https://：请补全")
    if not host or re.search(r"\s", value):
        raise _Refused(field, "网址缺少主机名或含有空格：请检查")
    if parts.username or parts.password:
        raise _Refused(field, "网址里不能带用户名或密码：请删去")
    return value


def _number(row: Row, field: str, low: int, high: int) -> int | None:
    value = _text(row, field)
    if not value:
        return None
    if not re.fullmatch(r"\d{1,6}", value) or not low <= int(value) <= high:
        raise _Refused(field, f"请填 {low} 到 {high} 的整数")
    return int(value)


def _moment(row: Row, field: str, *, must: bool = False) -> datetime | None:
    value = _text(row, field, must=must)
    if not value:
        return None
    text = value.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    text = re.sub(r"\b(\d)(?=[-\s:]|$)", r"0\1", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Refused(field, "时间无法识别：请写成 2024-12-31 10:00") from None
    if not 1900 <= moment.year < 2200:
        raise _Refused(field, "年份不在 1900 至 2199 之间：请核对")
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment


def _day(row: Row, field: str) -> date | None:
    moment = _moment(row, field)
    return beijing(moment).date() if moment else None


def _site(row: Row) -> Site:
    code = _text(row, "site_code", must=True)
    if not SITE_CODE.fullmatch(code):
        raise _Refused("site_code", "网站标识码应为 10 位数字，或 bm 加 8 位数字")
    return Site(
        site_code=code,
        name=_text(row, "name", must=True, limit=MAX_NAME),
        url=_url(row, "url", must=True),
        kind=_choice(row, "kind", _KINDS, must=True),
        category=_text(row, "category", must=True, limit=MAX_NAME),
        region=_text(row, "region", limit=MAX_NAME),
        sponsor=_text(row, "sponsor", limit=MAX_NAME),
        has_services=_yes_no(row, "has_services"),
        status=_choice(row, "status", _STATUS),
        authorised=_yes_no(row, "authorised"),
    )


def _subject_id(row: Row, field: str) -> str:
    value = _text(row, field, must=True)
    if not SUBJECT_ID.fullmatch(value) or ".." in value:
        raise _Refused(field, "编号只能用字母、数字、汉字、“-”“_”和“.”，不超过 64 个字符")
    return value


def _account(row: Row) -> Account:
    return Account(
        account_id=_subject_id(row, "account_id"),
        platform=_text(row, "platform", must=True, limit=MAX_NAME),
        name=_text(row, "name", must=True, limit=MAX_NAME),
        sponsor=_text(row, "sponsor", limit=MAX_NAME),
        region=_text(row, "region", limit=MAX_NAME),
        feed_url=_url(row, "feed_url", must=False),
        update_days=_number(row, "update_days", 1, 3660),
        status=_choice(row, "status", _STATUS),
    )


def _known_site(row: Row, codes: set[str]) -> str:
    code = _text(row, "site_code", must=True)
    if code not in codes:
        raise _Refused("site_code", "sites 表里没有这个网站：请核对标识码")
    return code


def _section(row: Row, codes: set[str]) -> Section:
    classes = {name: name for name in SECTION_CLASSES} | {
        label: name for name, label in SECTION_CLASSES.items()
    }
    return Section(
        site_code=_known_site(row, codes),
        name=_text(row, "name", must=True, limit=MAX_NAME),
        url=_url(row, "url", must=True),
        section_class=_choice(row, "class", {"": "other", **classes}),
        level=_number(row, "level", 1, 9),
        update_days=_number(row, "update_days", 1, 3660),
    )


def _message(row: Row) -> Message:
    received = _moment(row, "received_at", must=True)
    closed = _moment(row, "closed_at")
    assert received is not None
    if closed is not None and closed < received:
        raise _Refused("closed_at", "办结时间早于收到时间：请核对")
    valid = _yes_no(row, "valid") if row.values.get("valid") else True
    return Message(_subject_id(row, "message_id"), _text(row, "site_code"), received, valid, closed)


def _known(row: Row, known: set[str]) -> str:
    subject = _text(row, "subject_id", must=True)
    if subject not in known:
        raise _Refused("subject_id", "sites 和 accounts 表里都没有这个对象：请核对编号")
    return subject


def _finding(row: Row, known: set[str]) -> ReportedFinding:
    return ReportedFinding(
        subject_id=_known(row, known),
        indicator_id=_text(row, "indicator_id", must=True, limit=32),
        url=_url(row, "url", must=False),
        note=_text(row, "note"),
        reporter=_text(row, "reporter", must=True, limit=MAX_NAME),
        found_at=_moment(row, "found_at"),
        points=_points(row, "points"),
    )


def _points(row: Row, field: str) -> str:
    value = _text(row, field)
    if value and not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", value):
        raise _Refused(field, "扣分应为不超过四位小数的正数，如 0.45")
    return value


def _exemption(row: Row, known: set[str]) -> Exemption:
    start, end = _day(row, "from"), _day(row, "until")
    if start and end and end < start:
        raise _Refused("until", "结束日期早于开始日期：请核对")
    return Exemption(
        subject_id=_known(row, known),
        scope=_text(row, "scope", must=True),
        valid_from=start,
        valid_until=end,
        reason=_text(row, "reason", must=True),
        approved_by=_text(row, "approved_by", must=True, limit=MAX_NAME),
    )


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every list that was read, for the snapshot."""
    found = (find_table_or_raise(folder, stem) for stem in COLUMNS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found if path}


def to_json(registry: Registry) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, (date, datetime)) else value

    return {
        name: [{key: plain(value) for key, value in row.items()} for row in rows]
        for name, rows in asdict(registry).items()
    }


def from_json(stored: Mapping[str, Any]) -> Registry:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Registry(
        sites=tuple(Site(**row) for row in stored["sites"]),
        accounts=tuple(Account(**row) for row in stored["accounts"]),
        sections=tuple(Section(**row) for row in stored["sections"]),
        messages=tuple(
            Message(
                row["message_id"],
                row["site_code"],
                datetime.fromisoformat(row["received_at"]),
                row["valid"],
                moment(row["closed_at"]),
            )
            for row in stored["messages"]
        ),
        findings=tuple(
            ReportedFinding(**{**row, "found_at": moment(row["found_at"])}) for row in stored["findings"]
        ),
        exemptions=tuple(
            Exemption(**{**row, "valid_from": day(row["valid_from"]), "valid_until": day(row["valid_until"])})
            for row in stored["exemptions"]
        ),
        problems=tuple(Problem(**row) for row in stored["problems"]),
    )
