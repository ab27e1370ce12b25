"""The daily patrol over real HTTP and a real object store: what it asks for, what it keeps, what a day survives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from include.inspection.daily import patrol_steps
from include.inspection.daily.days import DayDamaged, PatrolDay, Patrols, manifest_key, run_key
from include.inspection.daily.register_look import opened, register_rows
from include.inspection.daily.settings import PatrolRules, WarningRules
from include.inspection.daily.state import HomeRecord, SiteState
from include.inspection.extract.wording import Lexicon
from include.inspection.model import Registry, Site
from include.inspection.store import ObjectStore
from tests.inspection.daily.patrol_lab import ACCOUNT, DAY, SITE, Office, Town, small_hours

NEXT, THIRD = DAY + timedelta(days=1), DAY + timedelta(days=2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Town() as town:
        town.fill(DAY)
        yield Office(town, tmp_path / "lists")


def rows(day: PatrolDay, name: str, **wanted: str) -> list[dict[str, str]]:
    return [row for row in day.table(name) if all(row[key] == value for key, value in wanted.items())]


def section(day: PatrolDay, key: str) -> dict[str, str]:
    (row,) = [row for row in day.table("sections.csv") if row["url"].endswith(f"/{key}/")]
    return row


def test_a_day_tells_sections_home_and_accounts(office: Office, store: ObjectStore):
    day = office.patrol(store, DAY)
    (home,) = day.table("home.csv")
    assert home["state"] == "read" and home["newest"] == str(DAY - timedelta(days=1))
    found = {row["url"].rsplit("/", 2)[1]: (row["class"], row["newest"]) for row in day.table("sections.csv")}
    yesterday = str(DAY - timedelta(days=1))
    assert found["yw"] == ("news", yesterday) and found["tz"] == ("notice", yesterday)
    (account,) = day.table("accounts.csv")
    assert (account["newest"], account["count"], account["feed_changed"]) == (yesterday, "6", "no")
    results = {row["check_id"]: row["result"] for row in rows(day, "pass.csv", subject_id=SITE)}
    assert results["D1"] == results["D2"] == results["D3"] == "pass"
    assert results["D8"] == "not_applicable"


def test_the_second_day_asks_only_for_changes_and_takes_over_what_did_not_change(
    office: Office, store: ObjectStore
):
    first = office.patrol(store, DAY)
    office.town.asked.clear()
    second = office.patrol(store, NEXT)
    assert office.town.asked["/", 304] == 1 and office.town.asked["/", 200] == 0
    assert office.town.asked["/feed", 304] == 1
    asked = {path for path, status in office.town.asked if path.strip("/") in office.town.sections}
    assert 4 <= len(asked) <= 6
    assert all(status == 304 for path, status in office.town.asked if path in asked)
    assert [row["newest"] for row in second.table("sections.csv")] == [
        row["newest"] for row in first.table("sections.csv")
    ]
    assert second.table("items.csv") == [] and len(first.table("items.csv")) > 20
    (home,) = second.table("home.csv")
    assert home["changed"] == "no" and home["evidence_key"].startswith(f"history/patrol/{DAY}/")
    key = run_key(NEXT, second.manifest["run"], "evidence/0001.warc.gz")
    kinds = [
        (record.rec_type, record.rec_headers.get_header("WARC-Profile") or "")
        for record in ArchiveIterator(io.BytesIO(store.get(key)))
    ]
    revisits = [profile for kind, profile in kinds if kind == "revisit"]
    assert sum(profile.endswith("server-not-modified") for profile in revisits) >= 5


def test_a_home_page_of_pieces_is_read_anew_though_its_own_bytes_stay(office: Office, store: ObjectStore):
    office.town.in_pieces = True
    office.patrol(store, DAY)
    (home,) = office.patrol(store, NEXT).table("home.csv")
    before = home["newest"]
    office.town.sections["yw"] |= {NEXT}
    office.town.asked.clear()
    (home,) = office.patrol(store, THIRD).table("home.csv")
    assert before < home["newest"] == str(NEXT)
    assert office.town.asked["/inc/lists.html", 200] == 1


def test_a_section_that_only_leads_on_is_followed_every_time(office: Office, store: ObjectStore):
    office.town.stubs = {"yw"}
    day = office.patrol(store, DAY)
    (row,) = [row for row in day.table("sections.csv") if row["url"].endswith("/yw/")]
    assert row["newest"] == str(max(office.town.sections["yw"]))
    office.town.sections["yw"] |= {NEXT}
    for number in range(1, 8):
        day = office.patrol(store, DAY + timedelta(days=number))
    (row,) = [row for row in day.table("sections.csv") if row["url"].endswith("/yw/")]
    assert row["newest"] == str(NEXT)


def test_every_section_is_looked_at_within_a_week(office: Office, store: ObjectStore):
    for number in range(8):
        day = office.patrol(store, DAY + timedelta(days=number))
    oldest = min(row["looked_on"] for row in day.table("sections.csv"))
    assert oldest >= str(DAY + timedelta(days=1))


def test_a_new_item_is_seen_first_on_its_day_and_a_backdated_one_shows(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    fresh, back = NEXT - timedelta(days=0), DAY - timedelta(days=6)
    office.town.sections["yw"] |= {fresh, back}
    for key in ("bm", "tz", "zc", "gh", "gs"):
        office.town.sections[key] |= {fresh}
    day = office.patrol(store, NEXT)
    found = {row["claimed"]: row for row in day.table("items.csv") if row["place"].endswith("/yw/")}
    if not found:  # its turn comes within the week
        day = office.patrol(store, THIRD)
        found = {row["claimed"]: row for row in day.table("items.csv") if row["place"].endswith("/yw/")}
    assert set(found) == {str(fresh), str(back)}
    assert found[str(back)]["not_there_on"] == str(DAY)
    assert found[str(back)]["first_seen"] > str(back)


def test_what_is_older_than_the_list_reached_is_no_signal(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    old = min(office.town.sections["yw"]) - timedelta(days=3)
    office.town.sections["yw"] = {old, *sorted(office.town.sections["yw"])[1:]}
    for number in (1, 2, 3):
        day = office.patrol(store, DAY + timedelta(days=number))
        found = [row for row in day.table("items.csv") if row["claimed"] == str(old)]
        if found:
            break
    assert [row["not_there_on"] for row in found if row["place"] != "home"] == [""]


def test_a_section_that_stops_is_asked_in_full_near_its_breach(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    for number in range(1, 16):
        office.town.asked.clear()
        day = office.patrol(store, DAY + timedelta(days=number))
        if number >= 12:
            assert office.town.asked["/yw/", 200] == 1
    assert section(day, "yw")["newest"] == str(DAY - timedelta(days=1))
    (check,) = rows(day, "pass.csv", subject_id=SITE, check_id="D3")
    assert check["result"] == "fail" and check["value"] == "2"


def test_a_page_that_does_not_answer_is_a_failure_and_what_was_known_stands(
    office: Office, store: ObjectStore
):
    office.patrol(store, DAY)
    office.town.broken |= {"/yw/", "/bm/", "/tz/", "/zc/", "/gh/", "/gs/"}
    day = office.patrol(store, NEXT)
    failed = {row["url"] for row in day.table("failures.csv")}
    assert len(failed) >= 4
    row = next(row for row in day.table("sections.csv") if row["url"] in failed)
    assert row["newest"] == str(DAY - timedelta(days=1)) and row["looked_on"] == str(DAY)
    assert "未能读取" in row["reason"]


def test_a_home_page_that_is_down_fails_its_check_and_leaves_no_false_ones(
    office: Office, store: ObjectStore
):
    office.patrol(store, DAY)
    office.town.broken |= {"/"}
    day = office.patrol(store, NEXT)
    results = {row["check_id"]: row["result"] for row in rows(day, "pass.csv", subject_id=SITE)}
    assert results["D1"] == "fail" and results["D2"] == results["D5"] == "unmeasured"
    assert results["D3"] == "pass"
    office.town.broken.clear()
    (home,) = office.patrol(store, THIRD).table("home.csv")
    assert home["state"] == "read" and home["surveyed_on"] == str(DAY)


def test_a_second_run_of_a_day_replaces_it_whole(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    office.patrol(store, NEXT, run_id="early")
    early = Patrols(store).day(NEXT)
    office.town.sections["yw"] |= {NEXT}
    office.town.feeds["/feed"] |= {NEXT}
    again = office.patrol(store, NEXT, run_id="late")
    assert early is not None and again.manifest["run"] != early.manifest["run"]
    assert again.manifest["base"] == str(DAY)
    assert rows(again, "accounts.csv")[0]["newest"] == str(NEXT)
    assert store.exists(run_key(NEXT, str(early.manifest["run"]), "home.csv"))


def test_the_same_run_again_fetches_nothing_twice(office: Office, store: ObjectStore):
    office.patrol(store, DAY, run_id="one")
    before = sum(office.town.asked.values())
    office.patrol(store, DAY, run_id="one")
    assert sum(office.town.asked.values()) == before


@pytest.mark.parametrize("name", ["sections.csv", "home.csv", "pass.csv", "manifest.json"])
def test_a_file_cut_in_half_damages_its_day_and_no_other(office: Office, store: ObjectStore, name: str):
    office.patrol(store, DAY)
    day = office.patrol(store, NEXT)
    key = manifest_key(NEXT) if name == "manifest.json" else run_key(NEXT, str(day.manifest["run"]), name)
    body = store.get(key)
    store.put(key, body[: len(body) // 2])
    with pytest.raises(DayDamaged, match="截断"):
        Patrols(store).sound(NEXT)
    third = office.patrol(store, THIRD)
    assert third.manifest["base"] == str(DAY)
    assert any(str(NEXT) in note and "截断" in note for note in third.manifest["notes"])
    record = Patrols(store).record(DAY, THIRD)
    assert [found.day for found in record.days] == [DAY, THIRD] and list(record.damaged) == [NEXT]


def test_a_day_without_a_run_is_a_gap_and_is_said(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    third = office.patrol(store, THIRD)
    assert any("没有巡检记录" in note for note in third.manifest["notes"])
    assert Patrols(store).record(DAY, THIRD).gaps == (NEXT,)


def test_a_lost_state_is_built_again_from_the_days(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    day = office.patrol(store, NEXT)
    for part in day.parts:
        store.put(run_key(NEXT, str(day.manifest["run"]), part), b"{")
    third = office.patrol(store, THIRD)
    assert third.table("items.csv") == []
    (home,) = third.table("home.csv")
    assert home["surveyed_on"] == str(THIRD)


def test_a_group_that_did_not_end_is_told_and_the_others_go_on(office: Office, store: ObjectStore):
    day = office.patrol(store, DAY, leave_out=(1,))
    assert [row["reason"] for row in rows(day, "failures.csv", subject_id=SITE)] == ["巡检任务没有完成"]
    assert day.manifest["unfinished"] == [SITE] and len(day.table("accounts.csv")) == 1
    assert rows(day, "pass.csv", subject_id=SITE) == []


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=2)])
def test_a_day_that_is_over_is_not_made_up(office: Office, store: ObjectStore, jump: timedelta):
    with pytest.raises(ValueError, match="不能补做"):
        patrol_steps.begin(store, office.write(), "run", small_hours(DAY) + jump, lambda: small_hours(DAY))


def test_a_clock_that_was_set_back_is_said_and_later_days_are_left_alone(office: Office, store: ObjectStore):
    later = office.patrol(store, THIRD)
    day = office.patrol(store, DAY)
    assert day.manifest["base"] == ""
    assert Patrols(store).sound(THIRD) is not None and later.manifest["run"]


def test_a_site_that_moves_between_categories_keeps_its_history(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    office.category = "县直部门"
    office.town.asked.clear()
    day = office.patrol(store, NEXT)
    assert office.town.asked["/", 200] == 0 and day.table("items.csv") == []


def test_an_account_that_changes_its_feed_begins_a_new_series(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    office.town.feeds["/other"] = {DAY - timedelta(days=30)}
    office.feed_path = "/other"
    day = office.patrol(store, NEXT)
    (account,) = day.table("accounts.csv")
    assert account["feed_changed"] == "yes" and account["newest"] == str(DAY - timedelta(days=30))
    (item,) = rows(day, "items.csv", subject_id=ACCOUNT)
    assert item["not_there_on"] == ""
    assert office.patrol(store, THIRD).table("accounts.csv")[0]["feed_changed"] == "no"


def test_an_address_that_changed_is_visited_anew(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    office.more_sites = "4408000002,乙站,http://127.0.0.2:9/,other,其他,乙办\n"
    day = office.patrol(store, NEXT)
    states = {row["site_code"]: row["state"] for row in day.table("home.csv")}
    assert states == {SITE: "read", "4408000002": "down"}


def test_severe_wording_and_dead_links_are_rows_of_the_day(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    severe = next(entry for entry in Lexicon().entries if entry.level == "severe")
    office.town.titles = [f"县里学习{severe.wrong}有关要求"]
    office.town.extra = '<a href="/old/gone.html">旧专题</a>'
    day = office.patrol(store, NEXT)
    assert [row["url"] for row in day.table("dead-links.csv")] == [f"{office.town.base}/old/gone.html"]
    assert [(row["wrong"], row["level"]) for row in day.table("wording.csv")] == [(severe.wrong, "severe")]
    results = {row["check_id"]: row["result"] for row in rows(day, "pass.csv", subject_id=SITE)}
    assert results["D6"] == results["D7"] == "fail"


def test_a_state_of_before_the_register_says_nothing_of_it_until_the_home_page_is_read():
    site = Site(SITE, "甲县人民政府", "http://www.jia.gov.cn/", "portal", "县")
    state = SiteState(SITE, "", HomeRecord(site.url, "read"), register=opened({}))
    assert register_rows(Registry(sites=(site,)), {SITE: state}, [], str(DAY)) == []


def test_the_rule_files_hold():
    rules = WarningRules.load()
    news = rules.duty("news", 2, None)
    assert news is not None and news.length(date(2026, 7, 1)) == 14
    assert (
        news.share(date(2026, 6, 22), date(2026, 7, 1))
        < 70
        <= news.share(date(2026, 6, 21), date(2026, 7, 1))
    )
    assert (
        news.share(date(2026, 6, 18), date(2026, 7, 1))
        < 100
        == news.share(date(2026, 6, 17), date(2026, 7, 1))
    )
    assert rules.duty("notice", 2, None) is None and rules.duty("notice", 1, None) is not None
    assert len(PatrolRules.load().checks) >= 9


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("yellow: 70, orange: 85", "yellow: 90, orange: 85", "依次加重"),
        ("within: 14d}  ", "within: 14days}  ", "写法不对"),
        ("remind:", "reminder:", "不认识的字段"),
    ],
)
def test_a_wrong_rule_file_names_file_line_and_what_to_do(tmp_path: Path, old: str, new: str, message: str):
    text = Path(WarningRules.load.__func__.__defaults__[0]).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert old in text
    path = tmp_path / "warnings.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=f"warnings.yaml.*{message}"):
        WarningRules.load(path)
