"""The digest as a workbook: one sheet a table, every cell text or number, nothing a formula."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from include.inspection.draft.archive import stable
from include.inspection.draft.clean import shorten
from include.inspection.draft.document import em_width

_CELL_MAX = 32_767
_ROW_MAX = 409.0
_SIDE = Side(style="thin", color="999999")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FILLS = {"红色": "F8D7DA", "橙色": "FCE5CD", "黄色": "FFF5CC"}

#: Sheet: title, columns as (heading, field, width in characters).
Column = tuple[str, str, int]
_WARNING: tuple[Column, ...] = (
    ("级别", "level_name", 7),
    ("变化", "news", 7),
    ("单位", "unit", 22),
    ("对象", "name", 28),
    ("事项", "kind", 18),
    ("栏目或编号", "about", 16),
    ("情况", "text", 44),
    ("首次预警", "opened_on", 12),
    ("网址", "url", 34),
)
_UNITS: tuple[Column, ...] = (
    ("单位", "unit", 30),
    ("网站", "sites", 7),
    ("账号", "accounts", 7),
    ("红色", "red", 7),
    ("橙色", "orange", 7),
    ("黄色", "yellow", 7),
    ("新增和变化", "new", 11),
    ("已解除", "cleared", 9),
    ("已豁免", "silenced", 9),
    ("未能打开", "failures", 10),
    ("未能测量", "unmeasured", 10),
)


def digest_xlsx(found: Mapping[str, Any]) -> bytes:
    """All tables of the digest. The same digest gives the same bytes."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "网检"
    book.properties.title = f"{found['date']} 日报"
    warnings = found["warnings"]
    day = f"{found['date']}（{found['weekday']}）"
    _sheet(book, "各单位", f"各单位预警情况　{day}", _UNITS, found["units"])
    _sheet(book, "新增和变化", f"当日新增和变化的预警　{day}", _WARNING, warnings["new"])
    _sheet(book, "持续预警", f"持续的预警　{day}", _without(_WARNING, "news"), warnings["standing"])
    _sheet(book, "已解除", f"当日解除的预警　{day}", _without(_WARNING, "news"), warnings["cleared"])
    silenced = (*_without(_WARNING, "news"), ("豁免理由", "silenced", 26))
    _sheet(book, "已豁免", f"因豁免不提醒的预警　{day}", silenced, warnings["silenced"])
    failures: tuple[Column, ...] = (
        ("单位", "unit", 24),
        ("对象", "name", 30),
        ("位置", "what", 12),
        ("情况", "reason", 34),
        ("网址", "url", 44),
        ("时间", "at", 18),
    )
    _sheet(book, "未能打开", f"未能打开的页面和失效链接　{day}", failures, found["failures"])
    register: tuple[Column, ...] = (
        ("变化", "news", 9),
        ("单位", "unit", 22),
        ("对象", "name", 28),
        ("疑点", "what", 22),
        ("名单登记", "registered", 32),
        ("实际所见", "found", 32),
        ("说明（须人工核实）", "note", 44),
        ("首次发现", "since", 12),
    )
    _sheet(book, "名单核对", f"名单与实际不符的疑点　{day}", register, found["register"])
    changes: tuple[Column, ...] = (
        ("单位", "unit", 24),
        ("对象", "name", 30),
        ("类别", "what", 10),
        ("变化", "text", 60),
        ("网址", "url", 40),
    )
    _sheet(book, "与昨日相比", f"与昨日相比的变化　{day}", changes, found["changes"])
    unmeasured = (*failures[:3], ("原因", "reason", 44), ("网址", "url", 44))
    _sheet(book, "未能测量", f"未能测量的事项及原因　{day}", unmeasured, found["unmeasured"])
    out = io.BytesIO()
    book.save(out)
    return stable(out.getvalue(), _moment(found))


def _without(columns: Sequence[Column], field: str) -> tuple[Column, ...]:
    return tuple(column for column in columns if column[1] != field)


def _moment(found: Mapping[str, Any]) -> datetime:
    text = found["made_at"] or f"{found['date']}T00:00:00Z"
    return datetime.fromisoformat(text).astimezone(UTC)


def _sheet(
    book: Workbook, name: str, title: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
) -> None:
    sheet = book.create_sheet(name)
    last = get_column_letter(len(columns))
    _cell(sheet, 1, 1, title).font = Font(name="宋体", size=15, bold=True)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center", vertical="center")
    sheet.merge_cells(f"A1:{last}1")
    sheet.row_dimensions[1].height = 30
    for number, (heading, _, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = _cell(sheet, 2, number, heading)
        cell.font = Font(name="黑体", size=11)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.fill = PatternFill("solid", fgColor="EEF2F6")
        cell.border = _BORDER
    sheet.row_dimensions[2].height = 22
    for line, row in enumerate(rows, 3):
        height = 1
        for number, (_, field, width) in enumerate(columns, 1):
            value = row[field]
            cell = _cell(sheet, line, number, value)
            cell.font = Font(name="宋体", size=11)
            narrow = width <= 12
            cell.alignment = Alignment(
                horizontal="center" if narrow else "left", vertical="center", wrap_text=True
            )
            cell.border = _BORDER
            if field == "level_name" and value in _FILLS:
                cell.fill = PatternFill("solid", fgColor=_FILLS[value])
            # Two columns of a width are one Chinese character.
            height = max(height, math.ceil(em_width(str(value)) * 2 / max(width - 1.5, 1)))
        sheet.row_dimensions[line].height = min(height * 16.5 + 4, _ROW_MAX)
    if not rows:
        cell = _cell(sheet, 3, 1, "无")
        cell.font = Font(name="宋体", size=11)
        cell.alignment = Alignment(horizontal="center", vertical="center")
        sheet.merge_cells(f"A3:{last}3")
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    if rows:
        sheet.auto_filter.ref = f"A2:{last}{len(rows) + 2}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _cell(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(value, int) and not isinstance(value, bool):
        cell.value = value
        return cell
    text = shorten(str(value), _CELL_MAX)
    cell.value = text
    # The library takes "=1+1" for a formula unless told otherwise.
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell
