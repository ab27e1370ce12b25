"""The annexes as .xlsx: whole texts, wrapped, and every cell text, whatever it begins with."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from include.inspection.draft.archive import moment_of, stable
from include.inspection.draft.clean import cleaned, shorten
from include.inspection.draft.document import Annex, Document, cells, em_width
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
    """One annex as a workbook with one sheet: title, period and note, a frozen header, one row a subject."""
    book = Workbook()
    sheet = book.active
    sheet.title = annex.label[:31]
    book.properties.creator = document.view["office"]["issuer"]
    book.properties.title = annex.title
    last = get_column_letter(len(annex.columns))
    for row, text, size in (
        (1, annex.title, 16),
        (2, " ".join(filter(None, (annex.subtitle, annex.note))), 11),
    ):
        cell = _text(sheet, row, 1, text)
        cell.font = Font(name="宋体", size=size, bold=row == 1)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.merge_cells(f"A{row}:{last}{row}")
        sheet.row_dimensions[row].height = _height(text, sum(c.width for c in annex.columns), size)
    for index, column in enumerate(annex.columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(column.width / _MM_PER_CHARACTER, 6)
        cell = _text(sheet, _HEADER_ROW, index, column.title)
        cell.font = Font(name="黑体", size=11, bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BORDER
    rows = [cells(_whole(subject), annex.columns, number) for number, subject in enumerate(annex.subjects, 1)]
    font, wrap = Font(name="宋体", size=11), Alignment(vertical="center", wrap_text=True)
    for number, row_cells in enumerate(rows, _HEADER_ROW + 1):
        for index, text in enumerate(row_cells, 1):
            cell = _text(sheet, number, index, text)
            cell.font, cell.alignment, cell.border = font, wrap, _BORDER
        heights = (
            _height(text, column.width, 11) for text, column in zip(row_cells, annex.columns, strict=True)
        )
        sheet.row_dimensions[number].height = min(max(heights), _ROW_MAX)
    if not rows:
        _text(sheet, _HEADER_ROW + 1, 1, annex.empty).font = font
    _print_setup(sheet, last, len(rows))
    out = io.BytesIO()
    book.save(out)
    return stable(out.getvalue(), moment_of(document.view))


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


def _print_setup(sheet: Worksheet, last: str, rows: int) -> None:
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    if rows:
        sheet.auto_filter.ref = f"A{_HEADER_ROW}:{last}{_HEADER_ROW + rows}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
