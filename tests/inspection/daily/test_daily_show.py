"""The series of a site for people: tables, CSV, picture; from text that a hostile site had a hand in."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from include.embedded import commands, request
from include.embedded.layout import Layout
from include.embedded.storage import stored_objects
from include.inspection.daily.chart import chart, share_text
from include.inspection.daily.probe_log import store_round
from include.inspection.daily.series import Count, Series
from include.inspection.daily.show import show
from tests.inspection.daily_lab import OTHER, SITE, hours, keep, probe

FIRST, LAST = date(2026, 11, 18), date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
OUTCOMES = {3: "refused", 5: "forbidden", 30: "timeout_first_byte"}


@pytest.fixture
def filled(store):
    """Two days of hourly probes of SITE, the second of which has three hours of our own outage; none on the third."""
    keep(
        store,
        hours(FIRST, 2),
        lambda number: OUTCOMES.get(number, "ok"),
        lambda number: "failed" if 40 <= number < 43 else "ok",
        sites=[SITE, OTHER],
    )
    return store


def test_tables_and_failures(filled, tmp_path):
    text = show(filled, SITE, FIRST, LAST, tmp_path)
    lines = text.splitlines()
    assert lines[0].startswith("4408000001 http://a.cn/")
    assert "2026-11-18    24    22     1       1     4.35%" in lines
    assert "2026-11-19    24    20     1       3     4.76%" in lines
    assert "2026-11-20  没有探测" in lines
    assert "合计          48    42     2       4     4.55%" in lines
    assert "不计入的：有应答但非首页1次，本方网络故障3次" in lines
    assert "失败 2 次：" in lines
    assert "  2026-11-18 03:07:00  服务器拒绝连接（建立连接，127.0.0.1）0.20 秒" in lines
    assert any("已连接但等待应答超时" in line and "15.00 秒" in line for line in lines)
    assert "取自 48 份探测记录" in lines


def test_every_probe_is_a_row_of_the_csv(filled, tmp_path):
    show(filled, SITE, FIRST, LAST, tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "probes.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 48
    assert {row["counts_as"] for row in rows} == {"opened", "failed", "answered", "own_outage"}
    assert rows[3]["at"] == "2026-11-17T19:07:00Z" and rows[3]["outcome"] == "refused"
    assert rows[3]["key"] == "history/probes/2026-11-18/190700Z.csv.gz"


def test_what_was_skipped_is_told(filled, tmp_path):
    (key,) = keep(filled, [datetime(2026, 11, 20, 1, tzinfo=UTC)])
    filled.put(key, b"half")
    assert f"未计入：{key}：文件不完整或已损坏" in show(filled, SITE, FIRST, LAST, tmp_path)


def test_a_site_without_probes(store, tmp_path):
    text = show(store, SITE, FIRST, LAST, tmp_path)
    assert "失败 0 次" in text and "无" in text
    ElementTree.fromstring((tmp_path / "probes.svg").read_text(encoding="utf-8"))


def test_the_picture_shows_every_probe_by_kind(filled, tmp_path):
    show(filled, SITE, FIRST, LAST, tmp_path)
    root = ElementTree.fromstring((tmp_path / "probes.svg").read_text(encoding="utf-8"))
    titles = [item.text or "" for item in root.iter(f"{SVG}title")]
    told = [title for title in titles if "秒" in title]
    assert len(told) == 48
    assert sum("失败（" in title for title in told) == 2
    assert sum("本方网络故障（" in title for title in told) == 3
    texts = " ".join(item.text or "" for item in root.iter(f"{SVG}text"))
    assert "11月18日" in texts and "单项否决线 5%" in texts and "失败占比 4.55%" in texts
    assert not list(root.iter(f"{SVG}script")) and not list(root.iter(f"{SVG}image"))


def test_text_from_outside_is_only_text(store, tmp_path):
    hostile = replace(
        probe(NOW),
        url='http://a.cn/"></text><script>alert(1)</script>\u202e',
        final_url="=1+1",
        outcome="<b>",
    )
    store_round(store, NOW, [hostile])
    text = show(store, SITE, FIRST, LAST, tmp_path)
    picture = (tmp_path / "probes.svg").read_text(encoding="utf-8")
    assert "<script" not in picture and "\u202e" not in picture
    ElementTree.fromstring(picture)
    assert ",'=1+1," in (tmp_path / "probes.csv").read_text(encoding="utf-8")
    assert "失败 0 次" in text


@pytest.mark.parametrize("days", [1, 7, 92, 366])
def test_any_length_is_drawn(days):
    pairs = tuple((probe(NOW - timedelta(hours=number)), "opened") for number in range(24 * days))
    root = ElementTree.fromstring(
        chart(Series(SITE, pairs), "站", LAST - timedelta(days=days - 1), LAST, 5.0)
    )
    labels = [item for item in root.iter(f"{SVG}text") if (item.text or "").endswith("日")]
    assert 1 <= len(labels) <= 16


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (Count(), "无"),
        (Count(own_outage=3), "无"),
        (Count(opened=9501, failed=499), "4.99%"),
        (Count(opened=19, failed=1), "5.00%"),
        (Count(opened=99_995, failed=5), "0.01%"),
        (Count(opened=999_951, failed=49), "0.00%"),
        (Count(failed=3), "100.00%"),
    ],
)
def test_shares_are_rounded_half_up(count, text):
    assert share_text(count) == text


# --- the command


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-01", "2026-11-03", (date(2026, 11, 1), date(2026, 11, 3))),
        ("", "", (date(2026, 11, 14), date(2026, 11, 20))),
        ("", "2026-11-03", (date(2026, 10, 28), date(2026, 11, 3))),
        ("2026-11-20", "", (date(2026, 11, 20), date(2026, 11, 20))),
    ],
)
def test_days_of_the_command(first, last, days):
    assert request.days(first, last, NOW) == days


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        ("2026-13-01", "", "FROM"),
        ("", "gestern", "TO"),
        ("2026-11-21", "", "FROM"),
        ("2024-01-01", "", "FROM"),
    ],
)
def test_days_that_cannot_be_used(first, last, word):
    with pytest.raises(request.BadRequest, match=word):
        request.days(first, last, NOW)


@pytest.mark.parametrize("text", ["", "440800000", "../../etc", "44080000011", "bm1234567x"])
def test_a_site_is_named_by_its_code(text):
    with pytest.raises(request.BadRequest, match="SITE"):
        request.site_code(text)


def test_the_command_reads_the_stacks_store_and_never_writes_it(tmp_path, capsys):
    layout = Layout(var=tmp_path / "var")
    with stored_objects(layout, read_only=False) as store:
        keep(store, hours(FIRST, 1, 4))
    assert commands.probes(layout, SITE, FIRST, LAST, tmp_path / "out") == 0
    assert "2026-11-18     4     4" in capsys.readouterr().out
    folder = tmp_path / "out" / "probes" / SITE
    assert sorted(path.name for path in folder.iterdir()) == ["probes.csv", "probes.svg"]
    assert commands.probes(layout, OTHER, FIRST, LAST, tmp_path / "out") == 1
    from include.inspection.store import StoreError

    with stored_objects(layout) as store, pytest.raises(StoreError):
        store.put("history/x", b"x")


def test_a_wrong_code_is_refused_before_anything_starts():
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "include.embedded", "probes", "--site=x"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "SITE" in done.stderr
