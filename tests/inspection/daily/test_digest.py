"""The digest of the morning: what stands in it, that nothing hostile gets out of its cell, and that it is repeatable."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from include.embedded.services import free_port
from include.inspection.daily.digest import file_name, publish
from include.inspection.daily.warning_steps import warn
from include.inspection.store import ObjectStore
from tests.inspection.daily.patrol_lab import ACCOUNT, DAY, SITE, Office, Town

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Town() as town:
        town.fill(DAY)
        yield Office(town, tmp_path / "lists")


def published(store: ObjectStore, day: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    key = publish(store, day, "run")
    root = f"digests/{day}/"
    names = store.get_json(key)["objects"]
    files = {name: store.get(root + name) for name in names}
    assert {name: hashlib.sha256(body).hexdigest() for name, body in files.items()} == names
    return json.loads(files["digest.json"]), files


def two_days(office: Office, store: ObjectStore) -> None:
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    # Near the end of its duty, so that it is looked at every night; others take turns by their addresses.
    office.town.sections["tz"] = {DAY - timedelta(days=170)}
    office.patrol(store, DAY)
    warn(store, DAY)
    office.town.sections["yw"] |= {DAY}
    office.town.sections["tz"] = set()
    office.town.broken |= {"/gh/", "/feed"}
    office.patrol(store, NEXT)
    warn(store, NEXT)


def test_a_digest_holds_warnings_failures_changes_and_what_was_not_measured(
    office: Office, store: ObjectStore
):
    office.town.feeds["/feed"] = {DAY - timedelta(days=12)}
    two_days(office, store)
    first, _ = published(store, DAY)
    assert ("超期", "red", "政务要闻") in {
        (row["news"], row["level"], row["about"]) for row in first["warnings"]["new"]
    }
    assert any("无从比较" in note for note in first["notes"])
    found, files = published(store, NEXT)
    assert [row["about"] for row in found["warnings"]["cleared"] if row["kind"] == "栏目更新"] == ["政务要闻"]
    assert {(row["what"], row["reason"][:3]) for row in found["failures"]} >= {("订阅源", "订阅源")}
    (standing,) = [row for row in found["warnings"]["standing"] if row["subject_id"] == ACCOUNT]
    assert standing["level"] == "orange" and "未能复核" in standing["text"]
    what = [row["what"] for row in found["changes"]]
    assert {"栏目", "新发布"} <= set(what) and what == sorted(what, key="新发布".__eq__)
    assert any("由“有日期”变为“空白”" in row["text"] for row in found["changes"])
    assert any(row["subject_id"] == ACCOUNT for row in found["unmeasured"])
    assert set(files) == {"digest.html", "digest.json", "digest.xlsx", "units/甲县政府办.html"}
    assert "政务要闻" in files["units/甲县政府办.html"].decode()


def test_the_same_day_gives_the_same_bytes(office: Office, store: ObjectStore):
    two_days(office, store)
    assert published(store, NEXT)[1] == published(store, NEXT)[1]


def test_hostile_names_stay_text_in_page_workbook_and_key(office: Office, store: ObjectStore):
    hostile = '=HYPERLINK("http://x")<script>alert(1)</script>'
    office.more_sites = f'4408000002,"{hostile.replace(chr(34), chr(34) * 2)}",http://127.0.0.2:9/,other,其他,../../乙"><b>办\n'
    office.patrol(store, DAY)
    warn(store, DAY)
    found, files = published(store, DAY)
    page = files["digest.html"].decode()
    assert "<script" not in page and "&lt;script&gt;" in page and '"><b>办' not in page
    (unit,) = [name for name in files if name.startswith("units/") and "乙" in name]
    assert "/" not in unit.removeprefix("units/") and ".." not in unit and "<" not in unit
    book = openpyxl.load_workbook(io.BytesIO(files["digest.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == hostile]
    assert cells and all(cell.data_type == "s" for cell in cells)
    assert found["totals"]["homes_failed"] == 1


def test_a_day_without_a_patrol_is_said_and_passes_nothing(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    office.patrol(store, DAY)
    warn(store, DAY)
    found, files = published(store, NEXT)
    assert found["patrolled"] is False and found["checks"] == []
    assert any("没有巡检记录" in note for note in found["notes"])
    assert any(f"预警沿用 {DAY}" in note for note in found["notes"])
    assert {row["subject_id"] for row in found["unmeasured"]} == {SITE, ACCOUNT}
    assert found["warnings"]["new"] == [] and len(found["warnings"]["standing"]) == 1
    assert "没有巡检记录" in files["digest.html"].decode()


def test_a_digest_before_any_patrol_is_empty_and_says_so(store: ObjectStore):
    found, _ = published(store, DAY)
    assert found["units"] == [] and found["totals"]["sites"] == 0 and found["notes"]


def test_an_exemption_is_shown_with_its_reason(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    office.exemptions = [f"{SITE},W4.1,{DAY},,网站改版,市政府办"]
    office.patrol(store, DAY)
    warn(store, DAY)
    found, files = published(store, DAY)
    (row,) = found["warnings"]["silenced"]
    assert row["silenced"] == "网站改版（市政府办批准）" and found["totals"]["red"] == 0
    assert "网站改版" in files["digest.html"].decode()


def test_units_never_share_a_page():
    taken: set[str] = set()
    names = [file_name(unit, taken) for unit in ("甲办", "甲/办", "甲\\办", "", "..", "甲办 ")]
    assert len(set(names)) == len(names) and all("/" not in name and ".." not in name for name in names)


def test_the_register_is_held_against_what_was_seen_news_first(office: Office, store: ObjectStore):
    """Other code, other host, dead, alive but not registered, a domain that the page names and the list does not."""
    town, port = office.town, office.town.port
    town.fill(DAY)
    dead = free_port()
    office.more_sites = (
        f"4408000002,乙局网站,http://127.0.0.1:{dead}/,department,其他,乙局\n"
        f"4408000003,丙局网站,http://127.0.0.9:{port}/led,department,其他,丙局\n"
        "4408000004,丁局网站,http://www.gzz.gov.cn:9/,department,其他,丁局\n"
    )
    town.led = f"http://127.0.0.2:{port}/"
    town.extra = '<div class="footer">网站标识码：4408000001 主办单位：甲县政府办</div>'
    office.patrol(store, DAY)
    first, _ = published(store, DAY)
    found = {(row["name"], row["what"]): row for row in first["register"]}
    assert {row["news"] for row in first["register"]} == {"新增"}
    assert found["乙局网站", "登记在用但无法访问"]["registered"] == f"http://127.0.0.1:{dead}/"
    assert [row["what"] for row in first["failures"] if row["name"] == "乙局网站"] == ["首页"], "tried twice"
    assert found["丙局网站", "跳转到名单外的域名"]["found"] == town.led
    assert ("甲县人民政府网站", "页面标识码与名单不一致") not in found

    # The next day: another code and domain on the page, a host that the lists do not know; the other site is back.
    town.head = '<meta name="SiteDomain" content="new.jiaxian.gov.cn">'
    town.extra = '<a href="http://xyz.gzz.gov.cn/">某局</a><div class="footer">网站标识码：4408000099 主办单位：甲县政府办</div>'
    office.more_sites = office.more_sites.replace(f"127.0.0.1:{dead}", f"127.0.0.3:{port}")
    town.stumbles = {"/"}
    office.patrol(store, NEXT)
    second, files = published(store, NEXT)
    homes = {row["name"] for row in second["failures"] if row["what"] == "首页"}
    assert homes == {"丁局网站"}, "whoever stumbled opened at the second try"
    rows = [(row["news"], row["what"], row["found"]) for row in second["register"]]
    assert ("新增", "页面标识码与名单不一致", "4408000099") in rows
    assert ("新增", "页面标注的域名与名单不一致", "new.jiaxian.gov.cn") in rows
    assert ("新增", "名单外的政府域名", "xyz.gzz.gov.cn") in rows
    assert ("", "跳转到名单外的域名", town.led) in rows
    assert [news for news, *_ in rows] == sorted(
        (news for news, *_ in rows), key=["新增", "已消除", ""].index
    )
    gone = [row for row in second["register"] if row["news"] == "已消除"]
    (back,) = [row for row in gone if row["name"] == "乙局网站"]
    assert (back["what"], back["since"]) == ("登记在用但无法访问", str(DAY))
    assert second["totals"]["register"] == len(rows) - len(gone)
    page, sheet = (
        files["digest.html"].decode(),
        openpyxl.load_workbook(io.BytesIO(files["digest.xlsx"]))["名单核对"],
    )
    assert page.index("4408000099") < page.index("已消除")
    assert "4408000099" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert "new.jiaxian.gov.cn" in files["units/甲县政府办.html"].decode()
    assert "xyz.gzz.gov.cn" not in files["units/甲县政府办.html"].decode()
    assert published(store, NEXT)[1] == files
