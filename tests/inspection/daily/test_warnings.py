"""Warnings from the patrol of a day to the outbox: levels, life, quiet hours, exemptions, second runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.inspection.daily.days import Patrols
from include.inspection.daily.probe_log import Probe, store_round
from include.inspection.daily.settings import WarningRules
from include.inspection.daily.signals import Reading
from include.inspection.daily.warning_steps import warn
from include.inspection.daily.warnings import Record, Warn, messages_of, read_record, record_key, step
from include.inspection.extract.wording import Lexicon
from include.inspection.model import Exemption
from include.inspection.outbox.box import PENDING
from include.inspection.store import ObjectStore
from include.inspection.times import BEIJING
from tests.inspection.daily.patrol_lab import DAY, SITE, Office, Town

RULES = WarningRules.load()


def reading(level: str, *, kind: str = "section", known: bool = True, text: str = "说明") -> Reading:
    return Reading(kind, SITE, "甲县网站", "甲办", "http://a.cn/yw/", "要闻", level, text, known, "news")


def days(levels: list[str | None], exemptions: list[Exemption] | None = None) -> list[list[str]]:
    """What happens day by day to one section whose level is given; None: it could not be measured."""
    standing: list[Warn] = []
    told = []
    for number, level in enumerate(levels):
        today = DAY + timedelta(days=number)
        one = reading(level or "", known=level is not None)
        standing, events = step(standing, [one], exemptions or [], RULES, today)
        told.append([event.what for event in events])
    return told


def flat(told: list[list[str]]) -> list[str]:
    return [" ".join(events) for events in told]


# --- the life of one warning


def test_a_warning_is_told_on_news_alone():
    found = flat(days(["", "yellow", "yellow", "orange", "orange", "red", "red", ""]))
    assert found == ["", "opened", "", "raised", "", "breached", "", "cleared"]


def test_a_standing_warning_is_told_again_after_its_interval():
    found = flat(days(["red"] * 16))
    assert [number for number, what in enumerate(found) if what == "reminded"] == [7, 14]


def test_what_could_not_be_measured_neither_clears_nor_raises():
    assert flat(days(["yellow", None, None, "yellow", "", None, ""])) == [
        "opened", "", "", "", "cleared", "", "",
    ]  # fmt: skip
    assert flat(days([None, None])) == ["", ""]


def test_a_level_that_falls_is_kept_and_not_told():
    assert flat(days(["red", "yellow", "red"])) == ["breached", "lowered", "breached"]


def test_what_is_gone_from_the_lists_is_cleared():
    standing, _ = step([], [reading("red")], [], RULES, DAY)
    left, events = step(standing, [], [], RULES, DAY + timedelta(days=1))
    assert left == [] and [event.what for event in events] == ["cleared"]


@pytest.mark.parametrize("scope", ["W4.1", "W4.2", "http://a.cn/yw/"])
def test_an_exemption_filed_in_advance_silences_and_is_shown(scope: str):
    until = DAY + timedelta(days=3)
    exemption = Exemption(SITE, scope, DAY, until, "网站改版", "市政府办")
    assert flat(days(["yellow", "red", "red", "red", "red", "red"], [exemption])) == [
        "silenced", "", "", "", "breached", "",
    ]  # fmt: skip
    standing, _ = step([], [reading("yellow")], [exemption], RULES, DAY)
    assert standing[0].silenced == "网站改版（市政府办批准）" and standing[0].told_on == ""


@pytest.mark.parametrize(
    "exemption",
    [
        Exemption(SITE, "W3", None, None, "x", "y"),
        Exemption("4408000009", "W4.1", None, None, "x", "y"),
        Exemption(SITE, "W4.1", DAY + timedelta(days=1), None, "x", "y"),
    ],
)
def test_an_exemption_of_something_else_silences_nothing(exemption: Exemption):
    _, events = step([], [reading("yellow")], [exemption], RULES, DAY)
    assert [event.what for event in events] == ["opened"]


@pytest.mark.parametrize(
    ("hour", "minute", "due"),
    [(2, 30, "08:00"), (20, 59, None), (21, 0, "08:00"), (7, 59, "08:00"), (8, 0, None)],
)
def test_quiet_hours_hold_back_and_lose_nothing(hour: int, minute: int, due: str | None):
    at = datetime(2026, 7, 1, hour, minute, tzinfo=BEIJING)
    standing, events = step([], [reading("red"), reading("red", kind="wording")], [], RULES, DAY)
    record = Record(DAY, standing=tuple(standing), events=tuple(events))
    by_kind = {message.key.split("-")[5].split(".")[0]: message for message in messages_of(record, RULES, at)}
    held = by_kind["section"].due_at
    assert (held.strftime("%H:%M") if held else None) == due
    if held is not None:
        assert at <= held <= at + timedelta(hours=11)
    assert by_kind["wording"].due_at is None


def test_hostile_text_reaches_no_key_and_no_header():
    one = Reading(
        "section", SITE, "甲\r\nBcc: x", "乙", "http://a.cn/" + "x" * 5000, "<b>\x00", "red", "=1+1", True
    )
    _, events = step([], [one], [], RULES, DAY)
    (message,) = messages_of(
        Record(DAY, events=tuple(events)), RULES, datetime(2026, 7, 1, 9, tzinfo=BEIJING)
    )
    assert "\n" not in message.title and "\x00" not in message.body and len(message.key) < 120


# --- from the patrol of a day


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Town() as town:
        town.fill(DAY)
        yield Office(town, tmp_path / "lists")


def run(office: Office, store: ObjectStore, day: date, run_id: str = "run") -> Record:
    office.patrol(store, day, run_id=run_id)
    warn(store, day)
    record = read_record(store, day)
    assert record is not None
    return record


def news(record: Record, kind: str) -> set[tuple[str, str, str]]:
    return {
        (event.what, event.warning.level, event.warning.target_name)
        for event in record.events
        if event.warning.kind == kind
    }


def test_a_section_that_stops_goes_through_yellow_orange_and_red_on_its_days_and_heals(
    office: Office, store: ObjectStore
):
    """The newest item of yesterday: its age is 10, 12 and 14 days on days 9, 11 and 13 from today."""
    last = DAY - timedelta(days=1)
    happened = {}
    for number in range(15):
        day = DAY + timedelta(days=number)
        office.town.sections["bm"] |= {day - timedelta(days=1)}
        office.town.feeds["/feed"] |= {day - timedelta(days=1)}
        if number == 14:
            office.town.sections["yw"] |= {day - timedelta(days=1)}
        record = run(office, store, day)
        if news(record, "section"):
            happened[number] = news(record, "section")
    assert (DAY + timedelta(days=9) - last).days == 10
    assert happened == {
        9: {("opened", "yellow", "政务要闻")},
        11: {("raised", "orange", "政务要闻")},
        13: {("breached", "red", "政务要闻")},
        14: {("cleared", "red", "政务要闻")},
    }


def test_a_second_run_gives_the_same_bytes_and_tells_nobody_twice(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    run(office, store, DAY)
    body, waiting = store.get(record_key(DAY)), sorted(store.keys(PENDING))
    assert waiting
    assert warn(store, DAY)["messages"] == 0
    assert store.get(record_key(DAY)) == body and sorted(store.keys(PENDING)) == waiting
    message = json.loads(store.get(waiting[0]))["message"]
    assert message["unit"] == "甲县政府办" and message["due_at"].endswith("T00:00:00Z")


def test_a_damaged_or_missing_record_is_skipped_and_said(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    run(office, store, DAY)
    second = run(office, store, DAY + timedelta(days=1))
    assert news(second, "section") == set()
    body = store.get(record_key(DAY + timedelta(days=1)))
    store.put(record_key(DAY + timedelta(days=1)), body[: len(body) // 2])
    fourth = run(office, store, DAY + timedelta(days=3))
    assert news(fourth, "section") == set() and fourth.before == str(DAY)
    assert any("截断" in note for note in fourth.notes) and any(
        "没有预警记录" in note for note in fourth.notes
    )


def test_a_day_without_a_patrol_has_no_warnings(store: ObjectStore):
    with pytest.raises(ValueError, match="没有巡检记录"):
        warn(store, DAY)


def test_a_section_that_cannot_be_read_keeps_its_warning(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    run(office, store, DAY)
    office.town.broken |= {"/yw/"}
    record = run(office, store, DAY + timedelta(days=1))
    assert news(record, "section") == set()
    (one,) = [one for one in record.standing if one.kind == "section"]
    assert one.level == "red" and "未能复核" in one.text


def test_home_accounts_wording_and_messages_warn_too(office: Office, store: ObjectStore):
    severe = next(entry for entry in Lexicon().entries if entry.level == "severe")
    office.town.titles = [f"县里学习{severe.wrong}有关要求"]
    for key in office.town.sections:
        office.town.sections[key] = {day - timedelta(days=10) for day in office.town.sections[key]}
    office.town.feeds["/feed"] = {DAY - timedelta(days=12)}
    office.messages = ["m1,4408000001,2026-06-25 09:00,yes,", "m2,4408000001,2026-06-29 09:00,yes,"]
    record = run(office, store, DAY)
    levels = {(one.kind, one.target_name): one.level for one in record.standing}
    assert levels[("home", "")] == "yellow" and levels[("account", "")] == "orange"
    assert levels[("wording", severe.wrong)] == "red"
    assert levels[("message", "m1")] == "red" and levels[("message", "m2")] == "yellow"


def test_messages_that_cannot_be_reckoned_cost_the_day_nothing(office: Office, store: ObjectStore):
    """One from before the calendar begins, one of a day that does not exist, one without a column's value."""
    office.messages = [
        "old,4408000001,2003-12-30 09:00,yes,",
        "no-day,4408000001,2026-02-30 09:00,yes,",
        "no-date,4408000001,,yes,",
        "good,4408000001,2026-06-25 09:00,yes,",
    ]
    record = run(office, store, DAY)
    assert {one.target_name for one in record.standing if one.kind == "message"} == {"good"}
    begun = store.get_json(f"history/patrol/{DAY}/{run_of(store)}/begin.json")
    told = {row["line"]: row["reason"] for row in begun["registry"]["problems"]}
    assert set(told) == {3, 4} and "2026-02-30" in json.dumps(begun["registry"], ensure_ascii=False)


def run_of(store: ObjectStore) -> str:
    found = Patrols(store).day(DAY)
    assert found is not None
    return str(found.manifest["run"])


def keep_probes(store: ObjectStore, day: date, failed: int, control: str = "ok") -> None:
    """24 probes of the day, the first ``failed`` of them failing."""
    for hour in range(24):
        at = datetime(day.year, day.month, day.day, hour, 7, tzinfo=BEIJING).astimezone(UTC)
        outcome = "refused" if hour < failed else "ok"
        answered = control if outcome == "refused" else "ok"
        store_round(store, at, [Probe(SITE, at, outcome, "read", 200, 0.2, control=answered)], [])


def test_availability_warns_by_the_share_of_seven_days_and_our_own_outage_counts_neither_way(
    office: Office, store: ObjectStore
):
    """168 probes: 6 failed are 3.6 %, 9 are 5.4 %."""
    for back in range(7, 0, -1):
        keep_probes(store, DAY - timedelta(days=back), 6 if back == 1 else 0)
    record = run(office, store, DAY)
    assert news(record, "availability") == {("opened", "yellow", "")}
    keep_probes(store, DAY, 6, control="failed")
    assert news(run(office, store, DAY + timedelta(days=1)), "availability") == set()
    keep_probes(store, DAY + timedelta(days=1), 3)
    second = run(office, store, DAY + timedelta(days=2))
    assert news(second, "availability") == {("raised", "red", "")}


def test_a_new_site_category_changes_nothing_of_a_warning(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=20)}
    run(office, store, DAY)
    office.category = "县直部门"
    record = run(office, store, DAY + timedelta(days=1))
    assert news(record, "section") == set()
    assert {one.category for one in record.standing if one.kind == "section"} == {"县直部门"}


def test_a_replaced_feed_clears_the_warning_of_the_old_one(office: Office, store: ObjectStore):
    office.town.feeds["/feed"] = {DAY - timedelta(days=30)}
    run(office, store, DAY)
    office.town.feeds["/other"] = {DAY - timedelta(days=1)}
    office.feed_path = "/other"
    record = run(office, store, DAY + timedelta(days=1))
    assert news(record, "account") == {("cleared", "red", "")}
