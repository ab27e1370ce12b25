"""docs/indicators.md says what the rule files say, and names every indicator of the reference that is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.inspection.rules.indicator_table import table

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "indicators.md"
REFERENCE = next(
    (
        folder / "shared" / "INDICATORS.md"
        for folder in (ROOT.parent, ROOT.parents[1])
        if (folder / "shared" / "INDICATORS.md").exists()
    ),
    None,
)
_ID = re.compile(r"^\| ((?:W|X|P|C-V|G-[DNT])\d+(?:\.\w+)?) \|", re.MULTILINE)


def test_the_document_is_what_the_rule_files_give() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(), (
        "run: python -m include.inspection.rules.indicator_table > docs/indicators.md"
    )


def test_every_row_says_who_decides_and_what_the_machine_does() -> None:
    rows = [line.split(" | ") for line in table().splitlines() if re.match(r"\| [A-Z][\w.-]* \| \S+", line)]
    rows = [row for row in rows if len(row) == 8 and row[0] != "| id"]
    assert len(rows) > 100
    for row in rows:
        assert row[3] in ("M", "P", "H"), row
        assert row[6].strip() and row[7].startswith(("machine", "person")), row
        assert row[3] != "M" or row[2] not in ("`reported_findings`", "`reported_points`"), row
        assert row[3] != "H" or row[2] in ("`reported_findings`", "`reported_points`"), row


@pytest.mark.skipif(REFERENCE is None, reason="reference material is not at hand")
def test_no_indicator_of_the_reference_is_left_out() -> None:
    assert REFERENCE is not None
    wanted = set(_ID.findall(REFERENCE.read_text(encoding="utf-8"))) - {"W6.x"}
    assert len(wanted) > 60
    told = DOCUMENT.read_text(encoding="utf-8")
    assert sorted(name for name in wanted if not re.search(rf"\b{re.escape(name)}\b", told)) == []
