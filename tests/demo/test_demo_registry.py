"""The lists of the made-up city."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from include.demo.city import sites
from include.demo.dates import monitoring_point
from include.demo.pages import family_of
from include.demo.registry import write_registry
from include.demo.render import DemoSite
from include.inspection.registry.reader import read_registry


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def test_the_lists_hold_what_the_notice_counts(tmp_path: Path, demo_as_of: datetime) -> None:
    paths = write_registry(tmp_path / "lists", demo_as_of, 8080)
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in paths)
    found = {path.stem: rows(path) for path in paths}
    counts = {name: len(lines) for name, lines in found.items()}
    assert counts == {
        "sites": 52,
        "accounts": 163,
        "sections": 20,
        "messages": 6,
        "findings": 1,
        "exemptions": 0,
        "office": 1,
    }
    assert len({line["首页网址"] for line in found["sites"]}) == 52
    assert {line["是否授权检查"] for line in found["sites"]} == {"是", ""}
    assert all(line["订阅地址"] for line in found["accounts"])
    assert [(line["对象编号"], line["指标编号"]) for line in found["findings"]] == [("wx-053", "X1")]


def test_the_inspection_reads_the_lists_without_a_complaint(tmp_path: Path, demo_as_of: datetime) -> None:
    write_registry(tmp_path, demo_as_of, 8080)
    found = read_registry(tmp_path)
    assert found.problems == ()
    assert (len(found.sites), len(found.accounts), len(found.sections)) == (52, 163, 20)
    assert [site.kind for site in found.sites].count("portal") == 11


def test_registered_sections_have_the_addresses_the_sites_use(tmp_path: Path, demo_as_of: datetime) -> None:
    write_registry(tmp_path, demo_as_of, 8080)
    plans = {plan.code: plan for plan in sites()}
    for line in rows(tmp_path / "sections.csv"):
        site = DemoSite(plans[line["网站标识码"]], demo_as_of, 8080)
        path = line["栏目网址"].removeprefix(site.url.rstrip("/"))
        assert site.answer(path).status == 200
        assert line["栏目名称"] in {section.name for section in site.content.sections}
        assert path in {family_of(site.plan).section(section) for section in site.content.sections}


@pytest.mark.parametrize(
    "point", ["2024-12-31T10:00", "2025-01-01T00:30", "2026-10-08T09:00", "2026-11-20T10:00"]
)
def test_messages_lie_in_the_quarter_and_are_closed_in_time(point: str, tmp_path: Path) -> None:
    as_of = monitoring_point(point)
    write_registry(tmp_path, as_of, 8080)
    found = rows(tmp_path / "messages.csv")
    assert len({line["留言编号"] for line in found}) == 6
    for line in found:
        received, closed = (monitoring_point(line[key]) for key in ("收到时间", "办结时间"))
        assert (received.year, (received.month - 1) // 3) == (as_of.year, (as_of.month - 1) // 3)
        assert received <= closed <= as_of
        assert closed - received <= timedelta(days=3)
        assert line["是否属实"] == "是"
