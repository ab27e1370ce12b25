"""What a round takes from patrols and warnings: it can show freshness and late first sight, never lateness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.inspection.daily.days import manifest_key, run_key
from include.inspection.daily.warning_steps import warn
from include.inspection.facts import AccountFacts, HomeItem, SectionFacts, SectionState, Seen, SiteFacts
from include.inspection.history import StoredHistory, freeze
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.model import Account
from include.inspection.plan import Plan
from include.inspection.rules.standard import load_standards
from include.inspection.site_history import SiteHistory
from include.inspection.store import ObjectStore
from include.inspection.times import Span
from tests.inspection.daily.patrol_lab import ACCOUNT, DAY, SITE, Office, Town

STANDARDS = [*load_standards(["national-2019"]), *load_standards(["zhongkai-2018"])]
AS_OF = datetime(2026, 7, 3, 2, tzinfo=UTC)
PLAN = Plan("2026Q3", AS_OF, "full", "s", "zhanjiang", ("national-2019",), {}, "sha", (SITE,), (ACCOUNT,))
WINDOWS = {"home": Span("14d"), "news": Span("14d"), "notice": Span("6mo"), "policy": Span("6mo")}
TODAY = date(2026, 7, 3)
SEEN = Seen("http://a.cn/", "2026-07-03T02:00:00Z", None)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Town() as town:
        town.fill(DAY)
        yield Office(town, tmp_path / "lists")


def frozen(store: ObjectStore) -> tuple[SiteHistory, SiteHistory]:
    freeze(store, PLAN, STANDARDS, AS_OF)
    stored = StoredHistory(store, PLAN.round)
    return stored.of(SITE), stored.of(ACCOUNT)


def say(name: str, facts: SiteFacts | AccountFacts, history: SiteHistory, **more: Span) -> Measured:
    windows = more or WINDOWS
    return measure(name, facts, Context(AS_OF, windows, {}, history=history))


def site(*sections: SectionFacts, items: list[HomeItem] | None = None) -> SiteFacts:
    return SiteFacts(SITE, SEEN, True, sections=list(sections), home_items=items or [])


def old(url: str, state: SectionState = SectionState.DATED) -> SectionFacts:
    newest = TODAY - timedelta(days=40) if state is SectionState.DATED else None
    return SectionFacts("要闻", url, "news", 1, state, SEEN, newest)


def test_an_extract_holds_sections_home_feed_and_what_came_up_late(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    office.town.sections["yw"] |= {DAY - timedelta(days=6)}
    for number in (1, 2):
        office.patrol(store, DAY + timedelta(days=number))
    history, account = frozen(store)
    yesterday = DAY - timedelta(days=1)
    assert history.newest[f"{office.town.base}/yw/"] == yesterday and history.patrol_days == 3
    assert account.newest[f"{office.town.base}/feed"] == yesterday
    assert yesterday in {day for day, _ in history.recent}
    assert [url.rsplit("/", 1)[1] for url in history.first_seen] == ["20260625.html"]
    assert history.watched_since is not None and history.watched_since.date() == date(2026, 6, 30)


def test_days_after_the_monitoring_point_and_damaged_ones_stay_out(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    damaged = office.patrol(store, DAY + timedelta(days=1))
    store.put(run_key(damaged.day, str(damaged.manifest["run"]), "items.csv"), b"subject_id,pl")
    office.town.sections["yw"] |= {DAY + timedelta(days=2)}
    office.patrol(store, DAY + timedelta(days=3))
    assert store.exists(manifest_key(damaged.day))
    history, _ = frozen(store)
    assert history.patrol_days == 1
    assert history.newest[f"{office.town.base}/yw/"] == DAY - timedelta(days=1)


def test_an_extract_that_was_taken_stays_as_it_is(office: Office, store: ObjectStore):
    office.patrol(store, DAY)
    first = frozen(store)
    office.patrol(store, DAY + timedelta(days=1))
    assert frozen(store) == first


@pytest.mark.parametrize("state", [SectionState.DATED, SectionState.UNREAD, SectionState.SCRIPT_ONLY])
def test_a_section_seen_fresh_is_not_late_whatever_its_page_shows(state: SectionState):
    one = old("http://a.cn/yw/", state)
    alone = say("late_sections", site(one), SiteHistory())
    assert (alone.low, alone.high) == ((1, 1) if state is SectionState.DATED else (0, 1))
    known = SiteHistory(newest={one.url: TODAY - timedelta(days=13)}, patrol_days=14)
    helped = say("late_sections", site(one), known)
    assert (helped.low, helped.high) == (0, 0) and "14天的巡检" in helped.basis
    assert "没有巡检历史" in alone.basis


def test_why_sections_could_not_be_decided_is_told_by_cause():
    states = [SectionState.SCRIPT_ONLY, SectionState.SCRIPT_ONLY, SectionState.UNREAD, SectionState.UNREAD]
    sections = [old(f"http://a.cn/{number}/", state) for number, state in enumerate(states)]
    sections[3] = replace(sections[3], reason="robots.txt 不允许访问")
    told = say("late_sections", site(*sections), SiteHistory()).reason
    assert told == (
        "共发现栏目4个，其中4个未能判断（内容由脚本生成2个，未能读取1个，robots.txt 不允许访问1个）"
    )


@pytest.mark.parametrize("age", [14, 30, -2])
def test_a_patrol_never_makes_or_keeps_a_section_late_or_fresh_by_other_days(age: int):
    """Older than the window, or dated after the monitoring day: the round's own page decides."""
    one = old("http://a.cn/yw/")
    past = SiteHistory(newest={one.url: TODAY - timedelta(days=age)}, patrol_days=14)
    assert say("late_sections", site(one), past).low == 1
    fresh = replace(one, newest=TODAY)
    assert say("late_sections", site(fresh), past).high == 0


def test_home_entries_seen_before_count_once():
    shown = HomeItem("甲", "http://a.cn/1", TODAY - timedelta(days=3))
    recent = (
        (TODAY - timedelta(days=3), "甲"),
        (TODAY - timedelta(days=5), "乙"),
        (TODAY - timedelta(days=20), "丙"),
    )
    value = say("home_updates", site(items=[shown]), SiteHistory(recent=recent, patrol_days=14))
    assert value.low == 2 and "其中1条见于此前的巡检" in value.reason
    assert say("home_updates", site(items=[shown]), SiteHistory()).low == 1


def test_an_account_whose_feed_fails_today_is_measured_by_the_patrols():
    account = Account(ACCOUNT, "微信", "甲", feed_url="http://a.cn/feed")
    facts = AccountFacts(ACCOUNT, SEEN, reason="订阅源未能读取")
    windows = {"updates": Span("14d")}
    seen = SiteHistory(newest={"http://a.cn/feed": TODAY - timedelta(days=2)})
    other = SiteHistory(newest={"http://a.cn/other": TODAY - timedelta(days=2)})
    results = [
        measure("account_updates", facts, Context(AS_OF, windows, {}, history=history, account=account)).state
        for history in (seen, other, SiteHistory())
    ]
    assert results == [State.MEASURED, State.UNMEASURED, State.UNMEASURED]


def test_warnings_are_counted_by_class_once_a_life(office: Office, store: ObjectStore):
    office.town.sections["yw"] = {DAY - timedelta(days=9)}
    for number in range(3):
        office.patrol(store, DAY + timedelta(days=number))
        warn(store, DAY + timedelta(days=number))
    history, _ = frozen(store)
    assert history.warnings == ((DAY + timedelta(days=1), "news"),)
    assert say("warnings_raised", site(), history, news=Span("3mo")).low == 1
    assert say("warnings_raised", site(), history, notice=Span("3mo")).low == 0
    assert say("warnings_raised", site(), SiteHistory(), news=Span("3mo")).state is State.FOR_PEOPLE
