"""The office's lists, checked: a bad row is told by file, line, field and reason, and the good ones go on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from include.inspection.messages.lists import read_holidays, read_messages
from include.inspection.model import (
    PROBE_MINUTES,
    SECTION_CLASSES,
    Account,
    Exemption,
    Holiday,
    Message,
    OfficeFact,
    Problem,
    Registry,
    ReportedFinding,
    Section,
    Site,
    SourceRelease,
)
from include.inspection.registry.office_lists import (
    MAX_NAME,
    Refused,
    RegistryError,
    choice_of,
    day_of,
    find_table_or_raise,
    moment_of,
    number_of,
    read_list,
    subject_id_of,
    text_of,
    url_of,
    yes_no_of,
)
from include.inspection.registry.tables import Row

SITE_CODE = re.compile(r"[0-9]{10}|bm[0-9]{8}")
_KINDS = {"portal": "portal", "门户": "portal", "门户网站": "portal", "政府门户网站": "portal"}
_KINDS |= {"department": "department", "部门": "department", "部门网站": "department"}
_KINDS |= {"other": "other", "其他": "other", "其它": "other"}
_STATUS = {"": "running", "running": "running", "正常运行": "running", "正常": "running", "运行": "running"}
_STATUS |= dict.fromkeys(
    ("closed", "关停", "已关停", "注销", "已注销", "下线", "临时下线", "永久下线"), "closed"
)
_PROBE_MINUTES: dict[str, int | None] = {"": None} | {str(minutes): minutes for minutes in PROBE_MINUTES}

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
        "探测间隔（分钟）": "probe_minutes",
        "探测间隔(分钟)": "probe_minutes",
        "探测间隔": "probe_minutes",
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
        "状态": "status",
        "转办时间": "transferred_at",
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
    "holidays": {
        "日期": "day",
        "类型": "kind",
        "说明": "note",
    },
    "office": {"项目": "item", "内容": "value"},
    "policies": {"标题": "title", "发布时间": "published_at", "网址": "url"},
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
    "holidays": ("day", "kind"),
    "office": ("item", "value"),
    "policies": ("title", "published_at"),
}
#: What office.csv may say of the office: its words in the notice, and the result of its security scan.
OFFICE_FACTS = {
    "发文机关": "issuer",
    "主送机关": "addressees",
    "整改报送": "report_to",
    "范围": "place",
    "文号": "number",
    "检查依据": "basis",
    "安全扫描网站数": "scanned",
    "安全良好网站数": "scan_good",
    "安全良好比例": "scan_rate",
}
OFFICE_FACTS |= {name: name for name in OFFICE_FACTS.values()}


def read_registry(folder: Path, now: datetime | None = None) -> Registry:
    """The checked lists in ``folder`` (see docs/data-dictionary.md). Raises RegistryError without a usable sites table.

    A message that claims to have come or been closed more than a day after ``now`` is refused: the day between leaves
    room for an export that is younger than the run.
    """
    if not folder.is_dir():
        raise RegistryError(f"名单目录 {folder} 不存在：请用 REGISTRY=目录 指明 sites.csv 所在的目录")
    problems: list[Problem] = []
    if find_table_or_raise(folder, "sites") is None:
        raise RegistryError(f"{folder / 'sites.csv'} 不存在：请提供 sites.csv 或 sites.xlsx")
    sites = _read(folder, "sites", _site, problems, key=lambda site: site.site_code, must_be_readable=True)
    if not sites:
        detail = "；".join(str(problem) for problem in problems[:5]) or "没有数据行"
        raise RegistryError(f"sites 表里没有一行可用：{detail}")
    codes = {site.site_code for site in sites}

    def account(row: Row) -> Account:
        made = _account(row)
        if made.account_id in codes:
            raise Refused("account_id", "与某个网站标识码相同：请换一个编号")
        return made

    accounts = _read(folder, "accounts", account, problems, key=lambda item: item.account_id)
    known = codes | {item.account_id for item in accounts}
    return Registry(
        sites=tuple(sites),
        accounts=tuple(accounts),
        sections=tuple(_read(folder, "sections", lambda row: _section(row, codes), problems)),
        messages=tuple(read_messages(folder, COLUMNS["messages"], REQUIRED["messages"], problems, now)),
        findings=tuple(_read(folder, "findings", lambda row: _finding(row, known), problems)),
        exemptions=tuple(_read(folder, "exemptions", lambda row: _exemption(row, known), problems)),
        holidays=tuple(read_holidays(folder, COLUMNS["holidays"], REQUIRED["holidays"], problems)),
        office=tuple(_read(folder, "office", _office, problems, key=lambda fact: fact.item)),
        policies=tuple(_read(folder, "policies", _policy, problems)),
        problems=tuple(problems),
        messages_given=find_table_or_raise(folder, "messages") is not None,
    )


def _read(
    folder: Path, stem: str, make: Callable[[Row], Any], problems: list[Problem], **more: Any
) -> list[Any]:
    return read_list(folder, stem, COLUMNS[stem], REQUIRED[stem], make, problems, **more)


def _site(row: Row) -> Site:
    code = text_of(row, "site_code", must=True)
    if not SITE_CODE.fullmatch(code):
        raise Refused("site_code", "网站标识码应为 10 位数字，或 bm 加 8 位数字")
    return Site(
        site_code=code,
        name=text_of(row, "name", must=True, limit=MAX_NAME),
        url=url_of(row, "url", must=True),
        kind=choice_of(row, "kind", _KINDS, must=True),
        category=text_of(row, "category", must=True, limit=MAX_NAME),
        region=text_of(row, "region", limit=MAX_NAME),
        sponsor=text_of(row, "sponsor", limit=MAX_NAME),
        has_services=yes_no_of(row, "has_services"),
        status=choice_of(row, "status", _STATUS),
        authorised=yes_no_of(row, "authorised"),
        probe_minutes=choice_of(row, "probe_minutes", _PROBE_MINUTES),
    )


def _account(row: Row) -> Account:
    return Account(
        account_id=subject_id_of(row, "account_id"),
        platform=text_of(row, "platform", must=True, limit=MAX_NAME),
        name=text_of(row, "name", must=True, limit=MAX_NAME),
        sponsor=text_of(row, "sponsor", limit=MAX_NAME),
        region=text_of(row, "region", limit=MAX_NAME),
        feed_url=url_of(row, "feed_url", must=False),
        update_days=number_of(row, "update_days", 1, 3660),
        status=choice_of(row, "status", _STATUS),
    )


def _known_site(row: Row, codes: set[str]) -> str:
    code = text_of(row, "site_code", must=True)
    if code not in codes:
        raise Refused("site_code", "sites 表里没有这个网站：请核对标识码")
    return code


def _section(row: Row, codes: set[str]) -> Section:
    classes = {name: name for name in SECTION_CLASSES} | {
        label: name for name, label in SECTION_CLASSES.items()
    }
    return Section(
        site_code=_known_site(row, codes),
        name=text_of(row, "name", must=True, limit=MAX_NAME),
        url=url_of(row, "url", must=True),
        section_class=choice_of(row, "class", {"": "other", **classes}),
        level=number_of(row, "level", 1, 9),
        update_days=number_of(row, "update_days", 1, 3660),
    )


def _known(row: Row, known: set[str]) -> str:
    subject = text_of(row, "subject_id", must=True)
    if subject not in known:
        raise Refused("subject_id", "sites 和 accounts 表里都没有这个对象：请核对编号")
    return subject


def _finding(row: Row, known: set[str]) -> ReportedFinding:
    return ReportedFinding(
        subject_id=_known(row, known),
        indicator_id=text_of(row, "indicator_id", must=True, limit=32),
        url=url_of(row, "url", must=False),
        note=text_of(row, "note"),
        reporter=text_of(row, "reporter", must=True, limit=MAX_NAME),
        found_at=moment_of(row, "found_at"),
        points=_points(row, "points"),
        line=row.line,
        file=row.file,
    )


def _points(row: Row, field: str) -> str:
    value = text_of(row, field)
    if value and not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", value):
        raise Refused(field, "扣分应为不超过四位小数的正数，如 0.45")
    return value


def _exemption(row: Row, known: set[str]) -> Exemption:
    start, end = day_of(row, "from"), day_of(row, "until")
    if start and end and end < start:
        raise Refused("until", "结束日期早于开始日期：请核对")
    return Exemption(
        subject_id=_known(row, known),
        scope=text_of(row, "scope", must=True),
        valid_from=start,
        valid_until=end,
        reason=text_of(row, "reason", must=True),
        approved_by=text_of(row, "approved_by", must=True, limit=MAX_NAME),
        line=row.line,
        file=row.file,
    )


def _office(row: Row) -> OfficeFact:
    item = choice_of(row, "item", OFFICE_FACTS, must=True)
    value = text_of(row, "value", must=True, limit=MAX_NAME)
    if item in ("scanned", "scan_good"):
        value = str(number_of(row, "value", 0, 999_999))
    if item == "scan_rate" and not re.fullmatch(r"(100|\d{1,2}(\.\d{1,2})?)%", value):
        raise Refused("value", "比例应写成 97.5%")
    return OfficeFact(item, value)


def _policy(row: Row) -> SourceRelease:
    published = moment_of(row, "published_at", must=True)
    assert published is not None
    return SourceRelease(text_of(row, "title", must=True), published, url_of(row, "url", must=False))


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every list that was read, for the snapshot."""
    found = (find_table_or_raise(folder, stem) for stem in COLUMNS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found if path}


def to_json(registry: Registry) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, (date, datetime)) else value

    lists = asdict(registry)
    given = lists.pop("messages_given")
    return {
        name: [{key: plain(value) for key, value in row.items()} for row in rows]
        for name, rows in lists.items()
    } | {"messages_given": given}


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
                moment(row.get("transferred_at")),
                row.get("status", ""),
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
        holidays=tuple(
            Holiday(date.fromisoformat(row["day"]), row["off"]) for row in stored.get("holidays", ())
        ),
        office=tuple(OfficeFact(**row) for row in stored.get("office", [])),
        policies=tuple(
            SourceRelease(**{**row, "published_at": datetime.fromisoformat(row["published_at"])})
            for row in stored.get("policies", ())  # snapshots of earlier versions hold none
        ),
        problems=tuple(Problem(**row) for row in stored["problems"]),
        messages_given=stored.get("messages_given", True),
    )
