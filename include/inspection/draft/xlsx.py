"""The annexes as .xlsx: whole texts, wrapped, and every cell text, whatever it begins with."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from include.inspection.draft.archive import moment_of, stable
from include.inspection.draft.clean import cleaned, shorten
from include.inspection.draft.document import Annex, Column, Document, Table, cells, em_width
from include.inspection.draft.view import problems_of

#: The most that a cell of the format holds.
CELL_MAX = 32_767
_HEADER_ROW = 3
#: The tallest row of the format, in points.
_ROW_MAX = 409.0
_MM_PER_CHARACTER = 2.1
_SIDE = Side(style="thin", color="000000")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def annex_xlsx(annex: Annex, document: Document) -> bytes:
    """One annex as a workbook, a sheet for each of its tables: title, period and note, a frozen header, its rows."""
    book = Workbook()
    book.properties.creator = document.view["office"]["issuer"]
    book.properties.title = annex.title
    names: set[str] = set()
    for number, table in enumerate(annex.tables or (Table("", 1, ()),)):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = _sheet_name(table.caption or annex.label, names)
        _fill(sheet, annex, table)
    out = io.BytesIO()
    book.save(out)
    return stable(out.getvalue(), moment_of(document.view))


def _sheet_name(text: str, taken: set[str]) -> str:
    """At most 31 characters, none that the format refuses, and no two the same."""
    base = re.sub(r"[\[\]:*?/\\']", " ", text).strip()[:27] or "表"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.lower())
    return name


def _fill(sheet: Worksheet, annex: Annex, table: Table) -> None:
    last = get_column_letter(len(annex.columns))
    note = " ".join(filter(None, (table.caption, annex.subtitle, annex.note)))
    for row, text, size in ((1, annex.title, 16), (2, note, 11)):
        cell = _text(sheet, row, 1, text)
        cell.font = Font(name="宋体", size=size, bold=row == 1)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.merge_cells(f"A{row}:{last}{row}")
        sheet.row_dimensions[row].height = _height(text, sum(c.width for c in annex.columns), size)
    header = _head(sheet, annex.columns)
    subjects = annex.subjects[table.first - 1 : table.first - 1 + len(table.rows)]
    rows = [cells(_whole(subject), annex.columns, number) for number, subject in enumerate(subjects, 1)]
    font, wrap = Font(name="宋体", size=11), Alignment(vertical="center", wrap_text=True)
    for number, row_cells in enumerate(rows, header + 1):
        for index, text in enumerate(row_cells, 1):
            cell = _text(sheet, number, index, text)
            cell.font, cell.alignment, cell.border = font, wrap, _BORDER
        heights = (
            _height(text, column.width, 11) for text, column in zip(row_cells, annex.columns, strict=True)
        )
        sheet.row_dimensions[number].height = min(max(heights), _ROW_MAX)
    if not rows:
        _text(sheet, header + 1, 1, annex.empty).font = font
    _print_setup(sheet, header, last, len(rows))


def _head(sheet: Worksheet, columns: tuple[Column, ...]) -> int:
    """The heading, of two rows where columns are grouped. Returns its last row."""
    grouped = any(column.group for column in columns)
    header = _HEADER_ROW + (1 if grouped else 0)
    for index, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(column.width / _MM_PER_CHARACTER, 6)
        for row in range(_HEADER_ROW, header + 1):
            text = column.title if row == header or not column.group else column.group
            cell = _text(sheet, row, index, text)
            cell.font = Font(name="黑体", size=11, bold=True)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.border = _BORDER
        sheet.row_dimensions[header].height = max(
            _height(column.title, column.width, 11), sheet.row_dimensions[header].height or 0
        )
    start = 1
    for group, members in groupby(columns, key=lambda column: column.group):
        end = start + len(list(members)) - 1
        if grouped and group:
            sheet.merge_cells(start_row=_HEADER_ROW, end_row=_HEADER_ROW, start_column=start, end_column=end)
        elif grouped:
            for index in range(start, end + 1):
                sheet.merge_cells(start_row=_HEADER_ROW, end_row=header, start_column=index, end_column=index)
        start = end + 1
    return header


def _whole(subject: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = cleaned(dict(subject))
    if "findings" in whole:
        whole["problem"] = "；".join(problems_of(whole))
    return whole


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = sheet.cell(row, column)
    cell.value = shorten(text, CELL_MAX)
    # The library takes "=1+1" for a formula and "#N/A" for an error unless told otherwise.
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        # Keeps it text when somebody edits the cell in Excel.
        cell.quotePrefix = True
    return cell


def _height(text: str, width_mm: int, size: int) -> float:
    characters = max(width_mm / (size * 0.3528), 1)
    return max(math.ceil(em_width(text) / characters), 1) * size * 1.5


def _print_setup(sheet: Worksheet, header: int, last: str, rows: int) -> None:
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{header}"
    if rows:
        sheet.auto_filter.ref = f"A{header}:{last}{header + rows}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
