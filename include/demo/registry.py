"""The lists that the office of the made-up city would hand in, as CSV files with Chinese headers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from include.demo.city import KIND_OF_GROUP, accounts, data, sites
from include.demo.content import build
from include.demo.dates import BEIJING
from include.demo.pages import family_of

KINDS = {"portal": "门户", "department": "部门", "other": "其他"}
RUNNING = "正常运行"
MESSAGES = 6
SECTION_LABELS = {
    "news": "动态要闻", "notice": "通知公告", "policy": "政策文件", "plan": "规划计划", "personnel": "人事",
    "interpretation": "政策解读", "consultation": "政务咨询", "survey": "调查征集", "interview": "在线访谈",
    "service": "办事服务", "other": "其他",
}  # fmt: skip


def write_registry(folder: Path, as_of: datetime, port: int) -> list[Path]:
    """Writes all lists into ``folder`` (made if absent) and returns their paths; UTF-8 with BOM."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _write(folder / "sites.csv", SITE_HEADER, _sites(port)),
        _write(folder / "accounts.csv", ACCOUNT_HEADER, _accounts(port)),
        _write(folder / "sections.csv", SECTION_HEADER, _sections(as_of, port)),
        _write(folder / "messages.csv", MESSAGE_HEADER, _messages(as_of)),
        _write(folder / "findings.csv", FINDING_HEADER, _findings(as_of, port)),
        _write(folder / "exemptions.csv", EXEMPTION_HEADER, []),
        _write(folder / "office.csv", OFFICE_HEADER, [("发文机关", f"{data('city')['city']}人民政府办公室")]),
    ]


SITE_HEADER = (
    "网站标识码",
    "网站名称",
    "首页网址",
    "类型",
    "分类",
    "地区",
    "主办单位",
    "是否提供办事服务",
    "运行状态",
    "是否授权检查",
)
ACCOUNT_HEADER = ("账号编号", "平台", "账号名称", "开设主体", "地区", "订阅地址", "更新期限", "运行状态")
SECTION_HEADER = ("网站标识码", "栏目名称", "栏目网址", "栏目类别", "栏目级别", "更新期限")
MESSAGE_HEADER = ("留言编号", "网站标识码", "收到时间", "是否属实", "办结时间")
FINDING_HEADER = ("对象编号", "指标编号", "网址", "说明", "上报人", "发现时间")
OFFICE_HEADER = ("项目", "内容")
EXEMPTION_HEADER = ("对象编号", "范围", "开始日期", "结束日期", "理由", "批准人")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _sites(port: int) -> Iterable[Sequence[object]]:
    city = data("city")["city"]
    for plan in sites():
        yield (
            plan.code,
            plan.name,
            f"http://{plan.host}:{port}/",
            KINDS[KIND_OF_GROUP[plan.group]],
            plan.category,
            plan.place if plan.group == "portal" else city,
            plan.sponsor,
            "是" if plan.has_services else "否",
            RUNNING,
            "是" if plan.authorised else "",
        )


def _accounts(port: int) -> Iterable[Sequence[object]]:
    for plan in accounts():
        url = f"http://{plan.host}:{port}{plan.feed_path}"
        yield plan.account_id, plan.platform, plan.name, plan.sponsor, plan.region, url, "", RUNNING


def _sections(as_of: datetime, port: int) -> Iterable[Sequence[object]]:
    """Only the sections for which an office set its own duty."""
    for plan in sites():
        for key, days in plan.make.get("duties", {}).items():
            section = build(plan, as_of).by_key[key]
            url = f"http://{plan.host}:{port}{family_of(plan).section(section)}"
            level = 1 if section.parent is None else 2
            yield plan.code, section.name, url, SECTION_LABELS[section.section_class], level, days


def _messages(as_of: datetime) -> Iterable[Sequence[object]]:
    """Received since the quarter's first day, each closed on the next working day, all before ``as_of``."""
    start = datetime(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1, tzinfo=BEIJING)
    step = (as_of - start) / (MESSAGES + 2)
    for number in range(MESSAGES):
        received = start + step * (number + 0.5)
        closed = received + min(_to_next_working_day(received), step)
        code = sites()[number * 7 % 17].code
        yield (
            f"zc-{start.year}{start.month:02d}-{number + 1:03d}",
            code,
            _minute(received),
            "是",
            _minute(closed),
        )


def _to_next_working_day(moment: datetime) -> timedelta:
    days = 1
    while (moment + timedelta(days=days)).weekday() >= 5:
        days += 1
    return timedelta(days=days)


def _findings(as_of: datetime, port: int) -> Iterable[Sequence[object]]:
    for plan in accounts():
        if "reported" in plan.make:
            url = f"http://{plan.host}:{port}{plan.feed_path}"
            found = as_of - timedelta(days=1)
            yield plan.account_id, "X1", url, plan.make["reported"], "市政府办公室读网员", _minute(found)


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
