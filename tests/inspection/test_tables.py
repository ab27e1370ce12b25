"""Tables by their bytes, and the CSV that is published."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inspection.csv_tables import csv_bytes, read_csv
from include.inspection.registry import tables
from include.inspection.registry.tables import TableError, find_table, read_table

COLUMNS = {"编号": "id", "id": "id", "名称": "name", "name": "name"}


def read(tmp_path, data: bytes, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_table(path, COLUMNS, ["id"])


def test_rows_carry_file_line_and_clean_values(tmp_path):
    rows, problems = read(tmp_path, 'ID , 名称\n 1,\t甲\x07乙\u3000\n,,\n2,"a\nb"\n3,丙\n'.encode())
    assert problems == []
    assert [(row.file, row.line, dict(row.values)) for row in rows] == [
        ("t.csv", 2, {"id": "1", "name": "甲 乙"}),
        ("t.csv", 4, {"id": "2", "name": "a b"}),
        ("t.csv", 6, {"id": "3", "name": "丙"}),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(tmp_path, newline):
    rows, _ = read(tmp_path, newline.join(["id,name", "1,a", "", "2,b", ""]).encode())
    assert [(row.line, row.values["id"]) for row in rows] == [(2, "1"), (4, "2")]


def test_short_rows_have_empty_values(tmp_path):
    rows, _ = read(tmp_path, b"id,name\n1\n")
    assert rows[0].values == {"id": "1", "name": ""}


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path):
    rows, problems = read(tmp_path, b'id,name\n1,a\n2,"b\n3,c\n4,d ""x""\n')
    assert [(row.line, row.values["id"]) for row in rows] == [(2, "1"), (4, "3"), (5, "4")]
    assert [(problem.line, problem.reason[:6]) for problem in problems] == [(3, "引号没有闭合")]


def test_a_row_that_a_quote_has_stretched_says_so_when_it_is_refused(tmp_path):
    rows, problems = read(tmp_path, b'id,name\n1,"a\n2,b\n3,c"\n4,d\n')
    assert problems == [] and [(row.line, row.until) for row in rows] == [(2, 4), (5, 5)]
    assert "第 4 行才闭合" in rows[0].problem("name", "太长").reason
    assert rows[1].problem("name", "太长").reason == "太长"


def test_kind_of_file_is_told_by_its_bytes(tmp_path):
    book = openpyxl.Workbook()
    for line in (["编号", "名称"], [7, 1.5], [True, None]):
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    rows, _ = read(tmp_path, buffer.getvalue(), "t.csv")
    assert [dict(row.values) for row in rows] == [{"id": "7", "name": "1.5"}, {"id": "True", "name": ""}]
    rows, _ = read(tmp_path, b"id\n1\n", "t.xlsx")
    assert rows[0].values == {"id": "1"}


def test_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(TableError, match=r"t\.csv：文件有 11 字节，超过上限 10"):
        read(tmp_path, b"id\n12345678"[:11])
    assert read(tmp_path, b"id\n1234567")[0]


def test_archive_that_unpacks_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_XLSX_UNPACKED", 1000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 1001)
    with pytest.raises(TableError, match="解压后过大"):
        read(tmp_path, buffer.getvalue())


def test_unreadable_file_is_a_table_error(tmp_path):
    with pytest.raises(TableError, match=r"gone\.csv：无法读取"):
        read_table(tmp_path / "gone.csv", COLUMNS, ["id"])


def test_find_table(tmp_path):
    assert find_table(tmp_path, "t") is None
    (tmp_path / "t.xlsx").write_bytes(b"x")
    assert find_table(tmp_path, "t") == tmp_path / "t.xlsx"
    (tmp_path / "t.csv").write_bytes(b"x")
    with pytest.raises(TableError, match="只保留一个"):
        find_table(tmp_path, "t")


def test_no_published_cell_begins_a_formula():
    names = ["=1+1", "+86", "-1", "@x", "\tx", "'=1", "''@", "plain", "'plain", ""]
    body = csv_bytes(["name"], [{"name": name} for name in names])
    cells = body.decode().split("\n")[1:-1]
    assert cells == ["'=1+1", "'+86", "'-1", "'@x", "'\tx", "''=1", "'''@", "plain", "'plain", '""']
    assert [row["name"] for row in read_csv(body)] == names


def test_numbers_are_not_marked():
    assert csv_bytes(["n"], [{"n": -1}]) == b"n\n-1\n"


@given(st.lists(st.tuples(*[st.text(alphabet=st.characters(codec="utf-8"))] * 2), max_size=5))
def test_what_was_written_is_read(cells):
    """Line separators of Unicode, quotes, commas; only a carriage return becomes a line feed."""
    rows = [{"a": one, "b": two} for one, two in cells]
    expected = [
        {key: value.replace("\r\n", "\n").replace("\r", "\n") for key, value in row.items()} for row in rows
    ]
    assert read_csv(csv_bytes(["a", "b"], rows)) == expected


def test_a_long_cell_is_read():
    import csv

    limit = csv.field_size_limit(100)
    try:
        assert read_csv(csv_bytes(["n"], [{"n": "长" * 200_000}])) == [{"n": "长" * 200_000}]
    finally:
        csv.field_size_limit(limit)
