"""The published tables as CSV: what was written is what is read, whatever stands in a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8; a cell that a spreadsheet would take for a formula is marked as text by a leading apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _written(row.get(column, "")) for column in columns})
    return buffer.getvalue().encode()


def read_csv(body: bytes) -> list[dict[str, str]]:
    """Rows of a published table, without the apostrophes."""
    csv.field_size_limit(2**31 - 1)  # a page can put long addresses into a note
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [{key: _read(value) for key, value in row.items()} for row in rows]


def _written(value: object) -> object:
    if not isinstance(value, str):
        return value
    # A lone carriage return would end the line for a reader, and the csv module does not quote it.
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{value}" if _needs_mark(value) else value


def _read(value: str) -> str:
    return value[1:] if value[:1] == "'" and _needs_mark(value) else value


def _needs_mark(value: str) -> bool:
    # Apostrophes before it count too, so that one more or one less always leads back to the same text.
    return value.lstrip("'")[:1] in _FORMULA and bool(value)
