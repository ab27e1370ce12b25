"""Reading the office's tables: CSV in UTF-8 (with or without BOM) or GB18030, or XLSX, told apart by their bytes."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from include.inspection.model import Problem

#: More than any office has; a larger file is refused before it is read.
MAX_BYTES = 64 * 1024 * 1024
MAX_XLSX_UNPACKED = 512 * 1024 * 1024
#: First and last line of a record, and its cells.
Line = tuple[int, int, list[str]]


class TableError(ValueError):
    """A table that cannot be read at all; ``problem`` names the file, the line and the field."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Row:
    """One line of a table: English field name → stripped text, and where it stands."""

    file: str
    line: int
    values: Mapping[str, str]
    until: int = 0  # its last line, where a cell holds line breaks

    def problem(self, field: str, reason: str) -> Problem:
        if self.until > self.line:
            reason += f"（这一行的引号到第 {self.until} 行才闭合：请检查引号）"
        own = {"sites": "site_code", "accounts": "account_id"}.get(self.file.partition(".")[0], "")
        subject_id, name = self.values.get(own, ""), self.values.get("name", "") if own else ""
        return Problem(self.file, self.line, field, self.values.get(field, ""), reason, subject_id, name)


def find_table(folder: Path, stem: str) -> Path | None:
    """``stem``.csv or ``stem``.xlsx in ``folder``; both at once is an error, because one would be ignored unseen."""
    found = [
        folder / f"{stem}{suffix}" for suffix in (".csv", ".xlsx") if (folder / f"{stem}{suffix}").is_file()
    ]
    if len(found) > 1:
        raise TableError(Problem(f"{stem}.csv", None, "", "", f"同时有 {stem}.xlsx：请只保留一个"))
    return found[0] if found else None


def read_table(
    path: Path,
    columns: Mapping[str, str],
    required: Sequence[str],
    *,
    ignored: Collection[str] = (),
    title_lines: int = 0,
) -> tuple[list[Row], list[Problem]]:
    """Rows of the table at ``path`` and the problems of its header.

    ``columns`` maps every accepted header (Chinese or English) to the field's English name; ``required`` are the
    fields that must have a column; columns ``ignored`` are left out without a word. Up to ``title_lines`` lines without
    the required columns may stand above the header. Raises TableError where nothing of the file can be used.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TableError(Problem(name, None, "", "", f"文件有 {size} 字节，超过上限 {MAX_BYTES}：请拆分"))
        data = path.read_bytes()
    except OSError as error:
        raise TableError(Problem(name, None, "", "", f"无法读取（{error.strerror}）：请检查权限")) from None
    if not data.strip():
        raise TableError(
            Problem(name, None, "", "", "文件是空的：请填入表头和数据；sites 以外的名单不用时可以删除")
        )
    problems: list[Problem] = []
    lines = _xlsx_lines(name, data) if data[:4] == b"PK\x03\x04" else _csv_lines(name, data, problems)
    above = list(itertools.islice(lines, title_lines + 1))
    if not above:
        raise TableError(Problem(name, None, "", "", "文件里没有表头：请按数据字典填写第一行"))
    place = next((n for n, (_, _, cells) in enumerate(above) if _is_header(cells, columns, required)), 0)
    header_line, _, header = above[place]
    lines = itertools.chain(above[place + 1 :], lines)

    fields: list[str | None] = []
    for cell in header:
        title = cell.strip()
        field = _field(title, columns)
        if field is None and title and title not in ignored:
            expected = "、".join(dict.fromkeys(columns.values()))
            problems.append(
                Problem(name, header_line, title, "", f"不认识的列，已忽略；可用的列：{expected}")
            )
        if field is not None and field in fields:
            raise TableError(Problem(name, header_line, title, "", "同一列出现两次：请删除一列"))
        fields.append(field)
    missing = [field for field in required if field not in fields]
    if missing:
        needed = "；".join(
            f"{field} 可写作 {'、'.join(title for title, known in columns.items() if known == field)}"
            for field in missing
        )
        found = "、".join(title.strip()[:30] for title in header[:30] if title.strip())
        raise TableError(
            Problem(
                name,
                header_line,
                "、".join(missing),
                "",
                f"缺少必需的列：请补上。需要的列：{needed}。文件里的列：{found}",
            )
        )

    rows = []
    for line, until, cells in lines:
        values = {field: _clean(cell) for field, cell in zip(fields, cells, strict=False) if field}
        if any(cell.strip() for cell in cells[len(fields) :]):
            problems.append(Problem(name, line, "", "", "单元格比表头多，多出的已忽略：请检查逗号和引号"))
        if any(values.values()):
            rows.append(Row(name, line, {field: values.get(field, "") for field in fields if field}, until))
    return rows, problems


def _field(title: str, columns: Mapping[str, str]) -> str | None:
    return columns.get(title) or columns.get(title.lower())


def _is_header(cells: Sequence[str], columns: Mapping[str, str], required: Sequence[str]) -> bool:
    return set(required) <= {_field(cell.strip(), columns) for cell in cells}


def _clean(cell: str) -> str:
    """Fold line breaks and control characters, which no name or address has, into single spaces."""
    return " ".join("".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in cell).split())


def _csv_lines(name: str, data: bytes, problems: list[Problem]) -> Iterator[Line]:
    lines = list(io.StringIO(_decode(name, data), newline=""))
    csv.field_size_limit(2**31 - 1)  # the file itself is bounded
    done = 0
    while done < len(lines):
        reader = csv.reader(itertools.islice(lines, done, None))
        first = done
        try:
            for cells in reader:
                # line_num is the last line of a record; an error should name its first.
                start, done = done + 1, first + reader.line_num
                if start < done == len(lines) and sum(line.count('"') for line in lines[start - 1 :]) % 2:
                    # A quote that is never closed has swallowed the rest of the file: only its own line is lost.
                    problems.append(
                        Problem(name, start, "", "", "引号没有闭合，这一行未采用：请补上或删去引号")
                    )
                    done = start
                    break
                if any(cell.strip() for cell in cells):
                    yield start, done, cells
        except csv.Error as error:
            raise TableError(
                Problem(name, first + reader.line_num, "", "", f"CSV 格式有误（{error}）：请检查引号")
            ) from None


def _decode(name: str, data: bytes) -> str:
    if b"\x00" in data[:4096]:
        raise TableError(Problem(name, None, "", "", "不是文本文件：请另存为 UTF-8 编码的 CSV 或 XLSX"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            last = error
    line = data[: last.start].count(b"\n") + 1
    raise TableError(Problem(name, line, "", "", "既不是 UTF-8 也不是 GB18030：请用其中一种编码另存"))


def _xlsx_lines(name: str, data: bytes) -> Iterator[Line]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_XLSX_UNPACKED:
                raise TableError(Problem(name, None, "", "", "解压后过大：请另存为 CSV"))
        # data_only: a formula counts as the value that the office saw, never as a formula.
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_cell_text(cell) for cell in cells]
            if any(text.strip() for text in texts):
                yield line, line, texts
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise TableError(
            Problem(name, None, "", "", f"XLSX 无法读取（{type(error).__name__}）：请重新保存")
        ) from None


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
