"""The extract of the daily side: taken once, and what W2 makes of it through the judge."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.inspection.daily.probe_log import store_round
from include.inspection.daily.series import Count
from include.inspection.facts import Probe, Seen, SiteFacts
from include.inspection.history import StoredHistory, freeze
from include.inspection.judging.suites import Judge, Judgement
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.plan import Plan
from include.inspection.rules.standard import Rule, load_standards
from include.inspection.site_history import FailedProbe, SiteHistory
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.times import Span
from tests.inspection.daily_lab import OTHER, SITE, probe

(W2,) = (rule for rule in load_standards(["national-2019"])[0].rules if rule.id == "W2")
#: The same rule over two days, so that fewer rounds make a series.
SHORT = replace(W2, window={"series": Span("2d")})
STANDARDS = [replace(load_standards(["national-2019"])[0], rules=(SHORT,))]
HOURS = 48
AS_OF = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOW = AS_OF + timedelta(hours=9)
HOUR = timedelta(hours=1)
ROUND = "2026Q4"
PLAN = Plan(
    ROUND, AS_OF, "full", "seed", "zhanjiang", ("national-2019",), {}, "sha", (SITE, OTHER), ("wx-1",)
)


def facts(*tries: str) -> SiteFacts:
    """A site whose own tries in the round ended as named."""
    probes = [
        Probe(
            "2026-11-20T03:00:00Z", opened=one == "ok", site_down=one == "refused", outcome=one, seconds=0.1
        )
        for one in tries
    ]
    seen = Seen("http://a.cn/", "2026-11-20T03:00:00Z", None)
    return SiteFacts(SITE, seen, bool(tries) and tries[-1] == "ok", "服务器拒绝连接", probes=probes)


def w2(past: SiteHistory, *tries: str, rule: Rule = W2) -> Measured:
    context = Context(AS_OF, rule.window, rule.settings, history=past)
    return measure(rule.measure, facts(*tries), context)


def week(**kinds: int) -> SiteHistory:
    """Seven spans: ``kinds`` in the newest, and enough opened ones in the others."""
    return SiteHistory(probes=(Count(**kinds), *[Count(opened=20)] * 6))


CASES: dict[str, tuple[SiteHistory, tuple[str, ...], str]] = {
    # name: (history, the round's own tries, what the judge must say)
    "never failed": (week(opened=24), ("ok",), "pass"),
    "4.99 %": (week(opened=9_381, failed=499), ("ok",), "pass"),
    "5.00 %": (week(opened=9_380, failed=500), ("ok",), "fail"),
    "just below": (week(opened=9_999_881, failed=526_309), ("ok",), "pass"),
    "always failed": (SiteHistory(probes=(Count(failed=24),) * 7), ("refused",), "fail"),
    "the series decides, not the round": (week(opened=24), ("refused", "refused"), "pass"),
    "a broken week whose page opens now": (week(opened=10, failed=20), ("ok",), "fail"),
    "an hour of our own outage": (week(opened=22, own_outage=2), ("ok",), "pass"),
    "nothing but our own outage failed": (week(opened=20, own_outage=400), ("ok",), "pass"),
    "403 would decide": (week(opened=120, failed=14, answered=60), ("ok",), "undecided"),
    "too few, page opens": (week(opened=19), ("ok",), "none"),
    "too few, page does not open": (week(opened=19), ("refused", "refused"), "fail"),
    "too few, not allowed to look": (week(opened=19), ("forbidden",), "undecided"),
    "a day without runs": (SiteHistory(probes=(Count(opened=40),) * 6 + (Count(),)), ("ok",), "none"),
    "only three days": (SiteHistory(probes=(Count(failed=40),) * 3), ("ok",), "none"),
    "a day of 403 alone": (week(answered=24), ("ok",), "none"),
    "never probed": (SiteHistory(), ("ok",), "none"),
    "never probed, down": (SiteHistory(), ("refused",), "fail"),
    "extract lost": (SiteHistory(damaged="存档的历史记录缺失或已损坏"), ("ok",), "undecided"),
}


@pytest.fixture(scope="module")
def values() -> dict[str, Measured]:
    return {name: w2(past, *tries) for name, (past, tries, _) in CASES.items()}


@pytest.fixture(scope="module")
def judgement(values: dict[str, Measured], tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    judge = Judge([W2], tmp_path_factory.mktemp("gx"))
    return judge.judge({name: {"W2": value} for name, value in values.items()}, "site")


@pytest.mark.parametrize("name", CASES)
def test_w2_through_the_judge(values, judgement, name):
    expected = CASES[name][2]
    assert (name in judgement.failed["W2"]) == (expected == "fail")
    assert (name in judgement.undecided["W2"]) == (expected == "undecided")
    assert (values[name].state is State.MEASURED) == (expected in ("pass", "fail") or "decide" in name)


def test_the_measure_says_what_it_rests_on(values):
    assert values["never failed"].basis == "可用性依据：探测序列144次，失败0次"
    assert values["an hour of our own outage"].basis.endswith("不计入2次（本方网络故障2次）")
    assert values["never probed"].basis == "可用性依据：本轮首页尝试1次"
    assert "1天不足20次（最少一天19次）" in values["too few, page opens"].basis
    assert "本轮首页尝试2次" in values["too few, page does not open"].basis
    assert all(value.basis.partition("（")[0] in value.reason or value.reason for value in values.values())


def test_an_edge_is_exact(values):
    assert values["5.00 %"].low == values["5.00 %"].high == 5.0
    assert values["just below"].low is not None and values["just below"].low < 5
    doubtful = values["403 would decide"]
    assert (doubtful.low, doubtful.high) == (pytest.approx(1400 / 314), pytest.approx(1400 / 254))


def test_the_number_of_probes_a_day_is_the_rules_own():
    rule = replace(W2, settings={"probes_a_day": 19})
    assert w2(week(opened=19), "ok", rule=rule).state is State.MEASURED


# --- freezing


def begin(store: ObjectStore, plan: Plan = PLAN) -> None:
    store.put_json(RoundKeys(plan.round).plan, plan.to_json())


def hourly(store: ObjectStore, back: int, control: str = "ok", outcome: str = "ok") -> str:
    """One round ``back`` hours before the monitoring point, over both sites; SITE ends as ``outcome``."""
    at = AS_OF - back * HOUR
    return store_round(store, at, [probe(at, outcome, control), probe(at, "ok", control, OTHER)])


@pytest.fixture(scope="module")
def full(new_store) -> ObjectStore:
    """Two days of hourly rounds in which SITE failed twice."""
    store: ObjectStore = new_store()
    begin(store)
    for back in reversed(range(HOURS)):
        hourly(store, back, outcome="refused" if back % 21 == 20 else "ok")
    return store


def copy(full: ObjectStore, new_store) -> ObjectStore:
    store: ObjectStore = new_store()
    for key in full.keys(""):
        store.put(key, full.get(key))
    return store


def test_the_extract_names_what_it_was_taken_from(full, new_store):
    store = copy(full, new_store)
    assert freeze(store, PLAN, STANDARDS, NOW) == 2
    index = store.get_json(f"rounds/{ROUND}/history/index.json")
    assert index["taken_at"] == "2026-11-20T11:00:00Z"
    assert len(index["sources"]) == HOURS and index["skipped"] == {}
    assert set(index["subjects"]) == {SITE, OTHER}
    past = StoredHistory(store, ROUND).of(SITE)
    assert sum(past.probes, Count()) == Count(opened=46, failed=2) and len(past.probes) == 2
    assert past.failures[0] == FailedProbe(
        "2026-11-19T06:00:00.000Z",
        "refused",
        "connect",
        None,
        0.2,
        "127.0.0.1",
        "history/probes/2026-11-19/060000Z.csv.gz",
    )
    assert past.evidence is not None and past.evidence.key == f"rounds/{ROUND}/history/{SITE}.json"
    value = w2(past, "ok", rule=SHORT)
    assert value.low == pytest.approx(100 * 2 / 48) and value.seen is not None
    assert value.seen.evidence == past.evidence
    assert value.details[0].text.startswith("2026-11-19T06:00:00.000Z 服务器拒绝连接")


def test_an_extract_is_taken_once(full, new_store):
    store = copy(full, new_store)
    freeze(store, PLAN, STANDARDS, NOW)
    before = {key: store.get(key) for key in store.keys(f"rounds/{ROUND}/history/")}
    at = AS_OF - timedelta(minutes=20)
    store_round(store, at, [probe(at, "refused")])
    assert freeze(store, PLAN, STANDARDS, NOW + HOUR) == 2
    assert {key: store.get(key) for key in store.keys(f"rounds/{ROUND}/history/")} == before


def test_probes_after_the_monitoring_point_do_not_count(full, new_store):
    store = copy(full, new_store)
    for ahead in range(1, 4):
        hourly(store, -ahead, outcome="refused")
    freeze(store, PLAN, STANDARDS, NOW)
    assert sum(StoredHistory(store, ROUND).of(SITE).probes, Count()) == Count(opened=46, failed=2)


def test_six_hours_of_failing_controls_change_no_verdict(new_store, tmp_path):
    """Whatever the probes of these hours saw, every site comes out as without these hours."""
    sites = {"4408000010": set(), "4408000011": {3}, "4408000012": {3, 9, 15, 40, 50}}
    values: dict[str, dict[str, Measured]] = {}
    for name, seen in {
        "quiet": "",
        "down": "timeout_connect",
        "open": "ok",
        "no name": "dns_no_name",
    }.items():
        store: ObjectStore = new_store()
        begin(store)
        for back in reversed(range(2 * HOURS)):  # every half hour
            at = AS_OF - back * HOUR / 2
            ours = 20 <= back < 32
            if ours and not seen:
                continue
            rows = [
                probe(
                    at,
                    seen if ours else "refused" if back in failing else "ok",
                    "failed" if ours else "ok",
                    site,
                )
                for site, failing in sites.items()
            ]
            store_round(store, at, rows)
        freeze(store, replace(PLAN, sites=tuple(sites)), STANDARDS, NOW)
        stored = StoredHistory(store, ROUND)
        for site in sites:
            values[f"{name} {site}"] = {"W2": w2(stored.of(site), "ok", rule=SHORT)}
    found = Judge([SHORT], tmp_path / "gx").judge(values, "site")
    assert found.failed["W2"] == {key for key in values if key.endswith("12")}
    assert found.undecided["W2"] == frozenset()
    for name in ("down", "open", "no name"):
        for site in sites:
            assert values[f"{name} {site}"]["W2"].low == values[f"quiet {site}"]["W2"].low
            assert "本方网络故障12次" in values[f"{name} {site}"]["W2"].basis


def test_damaged_and_jumped_rounds_stand_in_the_index(full, new_store):
    store = copy(full, new_store)
    at = AS_OF + timedelta(minutes=10)
    cut = store_round(store, at, [probe(at, "refused")])
    store.put(cut, store.get(cut)[:60])
    jumped = f"history/probes/2026-11-20/{AS_OF:%H%M%S}Z.csv.gz"
    at = AS_OF - timedelta(minutes=10)
    store_round(store, at, [probe(at)])
    freeze(store, PLAN, STANDARDS, NOW)
    index = store.get_json(f"rounds/{ROUND}/history/index.json")
    assert set(index["skipped"]) == {cut, jumped}
    assert sum(StoredHistory(store, ROUND).of(SITE).probes, Count()) == Count(opened=46, failed=2)


def test_a_site_absent_for_part_of_the_time_is_not_judged_by_the_series(store):
    begin(store)
    for back in reversed(range(HOURS)):
        at = AS_OF - back * HOUR
        rows = [probe(at), *([probe(at, "refused", site=OTHER)] if back < 30 else [])]
        store_round(store, at, rows)
    freeze(store, PLAN, STANDARDS, NOW)
    value = w2(StoredHistory(store, ROUND).of(OTHER), "ok", rule=SHORT)
    assert value.state is State.FOR_PEOPLE
    assert "近2天有效探测30次，其中1天不足20次（最少一天6次）" in value.basis


def test_without_a_history_the_round_is_judged_as_before(store):
    begin(store)
    assert freeze(store, PLAN, STANDARDS, NOW) == 0
    assert StoredHistory(store, ROUND).of(SITE) == SiteHistory()
    assert StoredHistory(store, "2026Q3").of(SITE) == SiteHistory(), "a round from before there was a history"


@pytest.mark.parametrize(
    "spoil", [lambda body: body.replace(b'"failed": 1', b'"failed": 0'), lambda body: b""]
)
def test_a_spoilt_extract_is_no_pass(full, new_store, spoil):
    store = copy(full, new_store)
    freeze(store, PLAN, STANDARDS, NOW)
    key = f"rounds/{ROUND}/history/{SITE}.json"
    store.put(key, spoil(store.get(key)))
    past = StoredHistory(store, ROUND).of(SITE)
    assert past.damaged and not past.probes
    assert w2(past, "ok").state is State.UNMEASURED


@pytest.mark.parametrize("body", [b"", b"{half", b"[]", b'{"sources": {}}'])
def test_a_spoilt_index_ends_the_judging_with_a_word(store, body):
    store.put(f"rounds/{ROUND}/history/index.json", body)
    with pytest.raises(ValueError, match=r"index\.json 已损坏"):
        StoredHistory(store, ROUND)


def test_an_extract_without_a_part_keeps_its_default(store):
    """Parts come with later versions; the extracts of older rounds stay readable."""
    begin(store)
    body = json.dumps({"subject_id": SITE}).encode()
    from hashlib import sha256

    store.put(f"rounds/{ROUND}/history/{SITE}.json", body)
    store.put_json(f"rounds/{ROUND}/history/index.json", {"subjects": {SITE: sha256(body).hexdigest()}})
    assert StoredHistory(store, ROUND).of(SITE).probes == ()


def test_the_folder_of_a_round_is_its_own(tmp_path: Path):
    assert RoundKeys(ROUND).history("x") == f"rounds/{ROUND}/history/x.json"
