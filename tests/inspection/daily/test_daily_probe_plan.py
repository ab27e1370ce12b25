"""Which site has its turn in which run, who is long dead, and a run from the office's lists to the stored round."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.embedded.services import free_port
from include.inspection.config import ConfigError
from include.inspection.daily import probe_steps
from include.inspection.daily.long_dead import long_dead
from include.inspection.daily.probe_log import read_round
from include.inspection.daily.probe_plan import RULES_FILE, RUN_MINUTES, ProbeRules, due
from include.inspection.model import PROBE_MINUTES, Site
from include.inspection.registry.office_lists import RegistryError
from include.inspection.registry.reader import from_json, read_registry, to_json
from tests.inspection.daily_lab import OTHER, SITE, hours, keep

RULES = ProbeRules.load()
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
RUNS = [MIDNIGHT + timedelta(minutes=RUN_MINUTES * number) for number in range(288)]


def sites(count: int, **fields) -> list[Site]:
    return [
        replace(Site(f"44080{number:05}", f"站{number}", "http://a.cn/", "other", "其他"), **fields)
        for number in range(count)
    ]


def a_day(made: list[Site], dead=()) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {site.site_code: [] for site in made}
    for moment in RUNS:
        for site in due(made, moment, RULES, dead):
            found[site.site_code].append(moment)
    return found


@pytest.mark.parametrize("minutes", PROBE_MINUTES)
def test_every_stretch_has_one_probe(minutes):
    for moments in a_day(sites(40, probe_minutes=minutes)).values():
        stretches = [(moment - MIDNIGHT) // timedelta(minutes=minutes) for moment in moments]
        assert len(stretches) == len(set(stretches)) == 1440 // minutes


def test_hourly_probes_come_at_uneven_minutes_and_spread_over_the_runs():
    found = a_day(sites(600))
    assert {len(moments) for moments in found.values()} == {24}
    for moments in found.values():
        assert len({moment.minute for moment in moments}) >= 5
    load = Counter(moment for moments in found.values() for moment in moments)
    assert len(load) == 288 and max(load.values()) < 3 * 600 / 12


def test_kinds_have_their_own_intervals_and_the_office_goes_before_them():
    portal, department, own = sites(3)
    portal, department = replace(portal, kind="portal"), replace(department, kind="department")
    own = replace(own, kind="portal", probe_minutes=30)
    made = [portal, department, own]
    assert [len(moments) for moments in a_day(made).values()] == [96, 24, 48]
    dead = {portal.site_code, own.site_code}
    assert [len(moments) for moments in a_day(made, dead).values()] == [1, 24, 48]


def test_closed_sites_are_not_probed_and_the_plan_is_the_same_every_time():
    made = [*sites(50), *sites(1, site_code="bm12345678", status="closed", probe_minutes=5)]
    first = [due(made, moment, RULES) for moment in RUNS[:12]]
    assert first == [due(list(reversed(made)), moment, RULES) for moment in RUNS[:12]]
    assert all(site.status == "running" for run in first for site in run)
    assert due(made, RUNS[0] + timedelta(minutes=4, seconds=59), RULES) == first[0], (
        "a late start is no other run"
    )


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("portal_minutes: 15", "portal_minutes: 7", "portal_minutes"),
        ("long_dead_days: 14", "long_dead_days: 0", "long_dead_days"),
        ("other_minutes: 60", "others: 60", "others"),
    ],
)
def test_a_wrong_rule_file_is_told_by_line_and_field(tmp_path, old, new, field):
    path = tmp_path / "probes.yaml"
    path.write_text(RULES_FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=f"probes.yaml.*{field}"):
        ProbeRules.load(path)


# --- the column of the office's list


def lists(folder: Path, header: str, *values: str, url: str = "http://a.cn/") -> Path:
    rows = [f"44080000{number:02},站{number},{url},portal,县,{value}" for number, value in enumerate(values)]
    text = "\n".join([f"site_code,name,url,kind,category,{header}", *rows]) + "\n"
    folder.mkdir(exist_ok=True)
    (folder / "sites.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("header", ["探测间隔（分钟）", "探测间隔(分钟)", "probe_minutes"])
def test_the_interval_of_a_site(tmp_path, header):
    registry = read_registry(lists(tmp_path, header, "5", "1440", "", "7", "-5", "x"))
    assert [site.probe_minutes for site in registry.sites] == [5, 1440, None]
    assert [(problem.line, problem.field) for problem in registry.problems] == [
        (line, "probe_minutes") for line in (5, 6, 7)
    ]
    assert "5、10、15、30、60、1440" in registry.problems[0].reason
    assert from_json(to_json(registry)).sites == registry.sites


def test_a_register_of_before_is_read(tmp_path):
    stored = to_json(read_registry(lists(tmp_path, "region", "x")))
    del stored["sites"][0]["probe_minutes"]
    assert from_json(stored).sites[0].probe_minutes is None


# --- long dead

FIRST = date(2026, 11, 1)


def dead_on(store, first: date, days: int) -> list[frozenset[str]]:
    """Who is long dead at the beginning of each day, three days being long."""
    return [long_dead(store, first + timedelta(days=number), 3) for number in range(days)]


def test_a_site_is_long_dead_after_so_many_days_of_failures_alone(store):
    moments = hours(FIRST, 6, 4)
    keep(store, moments, lambda number: "refused", sites=[SITE])
    keep(store, [at + timedelta(minutes=1) for at in moments], sites=[OTHER])
    found = dead_on(store, FIRST + timedelta(days=1), 6)
    assert found == [frozenset()] * 2 + [frozenset([SITE])] * 4
    body = store.get("history/long-dead/2026-11-05.json")
    long_dead(store, FIRST + timedelta(days=5), 3)
    assert store.get("history/long-dead/2026-11-05.json") == body


@pytest.mark.parametrize("sign", ["ok", "forbidden"])
def test_a_sign_of_life_ends_it(store, sign):
    keep(store, hours(FIRST, 6, 4), lambda number: sign if number == 17 else "refused")
    assert dead_on(store, FIRST + timedelta(days=1), 6)[2:] == [
        frozenset([SITE]),
        frozenset([SITE]),
        frozenset(),
        frozenset(),
    ]


def test_our_own_outage_and_days_without_runs_say_nothing(store):
    moments = [*hours(FIRST, 2, 4), *hours(FIRST + timedelta(days=3), 1, 4)]
    keep(store, moments, lambda _: "refused", lambda number: "failed" if number < 4 else "ok")
    assert dead_on(store, FIRST + timedelta(days=1), 4) == [frozenset()] * 3 + [frozenset([SITE])]


def test_a_damaged_file_of_the_day_before_only_delays(store):
    keep(store, hours(FIRST, 5, 4), lambda _: "refused")
    dead_on(store, FIRST + timedelta(days=1), 3)
    store.put("history/long-dead/2026-11-03.json", b"{half")
    assert long_dead(store, FIRST + timedelta(days=4), 3) == frozenset()
    assert store.get_json("history/long-dead/2026-11-04.json") == {SITE: "2026-11-04"}


# --- a run


def test_a_run_stores_the_probes_of_the_sites_due(store, tmp_path, monkeypatch):
    monkeypatch.setenv("INSPECTION_ALLOW_NET", "127.0.0.0/8")
    folder = lists(tmp_path / "lists", "probe_minutes", "5", "5", url=f"http://127.0.0.1:{free_port()}/")
    assert probe_steps.probe(store, str(folder), MIDNIGHT) == {"failed": 2}
    (key,) = store.keys("history/probes/")
    made = read_round(key, store.get(key))
    assert sorted((one.site_code, one.outcome) for one in made.probes) == [
        ("4408000000", "refused"),
        ("4408000001", "refused"),
    ]


def test_nobody_due_stores_nothing(store, tmp_path):
    folder = lists(tmp_path / "lists", "probe_minutes", "1440")
    codes = [site.site_code for site in due(read_registry(folder).sites, MIDNIGHT, RULES)]
    assert codes == []
    assert probe_steps.probe(store, str(folder), MIDNIGHT) == {}
    assert list(store.keys("history/probes/")) == []


def test_a_run_without_lists_says_so(store, tmp_path):
    with pytest.raises(RegistryError, match="不存在"):
        probe_steps.probe(store, str(tmp_path / "nowhere"), MIDNIGHT)
