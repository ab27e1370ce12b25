"""No figure of the labelled set falls below its floor; and the measuring itself."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import pytest

from tests.accuracy.build import build
from tests.accuracy.extra import extra_sites
from tests.accuracy.measure import Report, Tally, as_floor, below_floor, load_floor, measure, table
from tests.accuracy.model import LabelledSite
from tests.accuracy.systems import SYSTEMS


@pytest.fixture(scope="module")
def sites() -> list[LabelledSite]:
    return [build(system) for system in SYSTEMS]


@pytest.fixture(scope="module")
def report(sites: Sequence[LabelledSite]) -> Report:
    return measure(sites)


def test_no_figure_falls_below_its_floor(report: Report) -> None:
    assert not below_floor(report, load_floor()), table(report)


def test_a_worse_figure_is_told(report: Report) -> None:
    worse = deepcopy(report)
    worse.tallies["encoding"].right -= 30
    worse.stale.append("a section that was told to be older than it is")
    assert [line.split(":")[0] for line in below_floor(worse, as_floor(report))] == [
        "encoding",
        "encoding",
        "stale",
    ]


def test_tally_counts_values_that_are_wrong_missing_or_invented() -> None:
    tally = Tally()
    for expected, found in ((1, 1), (1, 2), (1, None), (None, 3), (None, None)):
        tally.value(expected, found, "page")
    assert (tally.expected, tally.found, tally.right, len(tally.errors)) == (3, 3, 1, 3)
    assert (tally.precision, tally.recall) == (1 / 3, 1 / 3)


def test_set_holds_what_it_promises(sites: Sequence[LabelledSite]) -> None:
    assert len(sites) >= 12
    assert sum(len(site.pages) for site in sites) >= 120
    for site in sites:
        states = [label.state for label in site.sections.values()]
        classes = {label.section_class for label in site.sections.values()}
        kinds = {label.kind for label in site.labels.values()}
        assert states.count("dated") >= 3, site.name
        assert "empty" in states, site.name
        assert {"news", "notice", "policy", "consultation", "service"} <= classes, site.name
        assert {"home", "article", "consultation", "guides", "guide", "letter"} <= kinds, site.name
        assert site.labels.keys() <= site.pages.keys(), site.name


def test_no_two_items_of_a_section_share_an_address(sites: Sequence[LabelledSite]) -> None:
    addresses = [url for site in sites for section in site.sections.values() for url in section.days]
    assert len(addresses) == len(set(addresses))


def test_pages_of_a_folder_are_measured_by_their_labels(tmp_path: Path) -> None:
    rows = "".join(
        f'<li><a href="/a/{n}.html">关于第{n}项工作的通知公告</a><span>2026-11-0{n}</span></li>'
        for n in (5, 4, 3)
    )
    (tmp_path / "list.html").write_text(
        f'<meta charset="utf-8"><body><ul>{rows}</ul></body>', encoding="utf-8"
    )
    (tmp_path / "labels.yaml").write_text(
        "as_of: 2026-11-20T10:00:00+08:00\nfetched: 2026-11-20T10:00:00+08:00\npages:\n"
        "  - {file: list.html, url: 'http://www.example.gov.cn/tzgg/', kind: list, encoding: utf-8, name: 通知公告,\n"
        "     class: notice, newest: 2026-11-05, items: 3, footer: []}\n",
        encoding="utf-8",
    )
    tallies = measure(extra_sites(str(tmp_path))).tallies
    for kind in ("newest date", "list items", "section state", "encoding"):
        assert (tallies[kind].expected, tallies[kind].right) == (1, 1), kind


def test_no_folder_gives_no_pages(tmp_path: Path) -> None:
    assert extra_sites("") == extra_sites(str(tmp_path)) == []
