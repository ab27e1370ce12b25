"""One list of the office as records: fields checked, and every row that cannot be used told by file, line and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from include.inspection.model import Problem
from include.inspection.registry.tables import Row, TableError, find_table, read_table
from include.inspection.times import BEIJING, beijing

#: Ids become part of object keys: no separator, no leading dot.
SUBJECT_ID = re.compile(r"\w[\w.\-]{0,63}")
MAX_NAME = 200
MAX_TEXT = 2000

_YES = {"是", "yes", "y", "true", "1", "有", "属实", "有效"}
_NO = {"", "否", "no", "n", "false", "0", "无", "不属实", "无效"}


class RegistryError(ValueError):
    """The lists hold nothing that can be inspected; the message names the file, line and field."""


class Refused(Exception):
    """A row cannot be used: the field, and in Chinese why and what to do."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def find_table_or_raise(folder: Path, stem: str) -> Path | None:
    try:
        return find_table(folder, stem)
    except TableError as error:
        raise RegistryError(str(error)) from None


def read_list(
    folder: Path,
    stem: str,
    columns: Mapping[str, str],
    required: Sequence[str],
    make: Callable[[Row], Any],
    problems: list[Problem],
    *,
    key: Callable[[Any], str] | None = None,
    must_be_readable: bool = False,
    ignored: Collection[str] = (),
    title_lines: int = 0,
) -> list[Any]:
    """The records of ``stem``.csv or .xlsx in ``folder``, empty where there is none; refused rows go to ``problems``.

    ``make`` turns a row into a record or raises Refused; ``key`` is what no two rows may share. Raises RegistryError
    where both files exist, or where a file that ``must_be_readable`` is not. ``ignored``, ``title_lines``: see read_table.
    """
    path = find_table_or_raise(folder, stem)
    if path is None:
        return []
    try:
        rows, header_problems = read_table(path, columns, required, ignored=ignored, title_lines=title_lines)
    except TableError as error:
        if must_be_readable:
            raise RegistryError(str(error)) from None
        problems.append(error.problem)
        return []
    problems.extend(header_problems)
    made: list[Any] = []
    first_lines: dict[str, int] = {}
    for row in rows:
        try:
            item = make(row)
        except Refused as refused:
            problems.append(row.problem(refused.field, refused.reason))
            continue
        if key is not None:
            if key(item) in first_lines:
                line = first_lines[key(item)]
                problems.append(row.problem(required[0], f"与第 {line} 行重复：只采用第 {line} 行"))
                continue
            first_lines[key(item)] = row.line
        made.append(item)
    return made


def text_of(row: Row, field: str, *, must: bool = False, limit: int = MAX_TEXT) -> str:
    value = row.values.get(field, "")
    if must and not value:
        raise Refused(field, "不能为空：请填写")
    if len(value) > limit:
        raise Refused(field, f"有 {len(value)} 个字符，超过上限 {limit}：请缩短")
    return value


def choice_of(row: Row, field: str, choices: Mapping[str, Any], *, must: bool = False) -> Any:
    value = text_of(row, field, must=must).lower()
    if value not in choices:
        raise Refused(field, f"不在可选值之内：请填 {'、'.join(word for word in choices if word)}")
    return choices[value]


def yes_no_of(row: Row, field: str) -> bool:
    value = text_of(row, field).lower()
    if value not in _YES | _NO:
        raise Refused(field, "请填 是 或 否（yes/no）")
    return value in _YES


def url_of(row: Row, field: str, *, must: bool) -> str:
    value = text_of(row, field, must=must)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refused(field, "不是有效的网址：请检查端口和方括号") from None
    if parts.scheme not in ("http", "https"):
        raise Refused(field, "网址缺少 http:// 或 https://：请补全")
    if not host or re.search(r"\s", value):
        raise Refused(field, "网址缺少主机名或含有空格：请检查")
    if parts.username or parts.password:
        raise Refused(field, "网址里不能带用户名或密码：请删去")
    return value


def number_of(row: Row, field: str, low: int, high: int) -> int | None:
    value = text_of(row, field)
    if not value:
        return None
    if not re.fullmatch(r"\d{1,6}", value) or not low <= int(value) <= high:
        raise Refused(field, f"请填 {low} 到 {high} 的整数")
    return int(value)


def moment_of(row: Row, field: str, *, must: bool = False) -> datetime | None:
    value = text_of(row, field, must=must)
    if not value:
        return None
    text = value.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    text = re.sub(r"\b(\d)(?=[-\s:]|$)", r"0\1", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(field, "时间无法识别或不存在：请写成 2024-12-31 10:00") from None
    if not 1900 <= moment.year < 2200:
        raise Refused(field, "年份不在 1900 至 2199 之间：请核对")
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment


def day_of(row: Row, field: str) -> date | None:
    moment = moment_of(row, field)
    return beijing(moment).date() if moment else None


def subject_id_of(row: Row, field: str) -> str:
    value = text_of(row, field, must=True)
    if not SUBJECT_ID.fullmatch(value) or ".." in value:
        raise Refused(field, "编号只能用字母、数字、汉字、“-”“_”和“.”，不超过 64 个字符")
    return value
