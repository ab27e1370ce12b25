"""A round among others: rounds of its quarter, the quarter before, its recheck, imported notices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.inspection.draft import complete, load_profile
from include.inspection.draft.check import problems
from include.inspection.model import OfficeFact, Registry
from include.inspection.plan import Plan
from include.inspection.store import RoundKeys
from include.inspection.tallying.notice_history import import_notices
from include.inspection.tallying.periods import as_round, surroundings
from include.inspection.times import parse_as_of
from tests.inspection.draft.conftest import make_notice

HISTORY = Path(__file__).parent / "data" / "notices.jsonl"
ISSUER = "澜州市人民政府办公室"


def plan(round_name: str = "2024Q4", as_of: str = "2024-12-31T10:00") -> Plan:
    return Plan(round_name, parse_as_of(as_of), "full", "s", "zhanjiang", (), {}, "0", (), ())


def publish(store, round_name: str, as_of: str, failing: int = 2, **more: Any) -> dict[str, Any]:
    made = make_notice(failing, 1)
    made |= {"round": round_name, "monitoring_point": f"{as_of}:00+08:00", **more}
    store.put_json(RoundKeys(round_name)("notice.json"), made)
    store.put_json(RoundKeys(round_name).manifest, {})
    return made


def recheck(store, round_name: str, *outcomes: tuple[str, str]) -> None:
    subjects = [
        {"subject_id": subject, "subject_type": "site", "name": subject, "outcome": outcome}
        for subject, outcome in outcomes
    ]
    store.put_json(RoundKeys(round_name)("recheck.json"), {"subjects": subjects})


def around(store, registry: Registry = Registry(), **more: str):  # noqa: B008
    return surroundings(store, plan(**more), registry, ISSUER)


def test_alone_in_the_world_nothing_is_known(store):
    found = around(store)
    assert found.parts() == {}
    assert (found.siblings, found.remarks, found.rechecks) == ((), (), 0)


def test_rounds_of_the_quarter_before_this_one_are_gathered_in_order(store):
    publish(store, "2024Q4-2", "2024-11-15T10:00", 3)
    publish(store, "2024Q4", "2024-10-15T10:00", 1)
    publish(store, "2024Q4-3", "2024-12-20T10:00")
    publish(store, "2024Q4-demo", "2024-10-02T10:00")
    publish(store, "2024Q3-2", "2024-09-15T10:00")
    recheck(store, "2024Q4", ("4499000001", "fixed"))
    found = around(store, round_name="2024Q4-3", as_of="2024-12-20T10:00")
    assert [(item["round"], item["sites"]["unqualified"], item["rechecks"]) for item in found.siblings] == [
        ("2024Q4", 1, 1),
        ("2024Q4-2", 3, 0),
    ]
    assert found.previous["source"] == "rounds/2024Q3-2/notice.json"
    assert around(store, as_of="2024-10-15T10:00").siblings == (), "what came later is not seen"
    assert around(store, round_name="2024Q4-demo").siblings == ()


def test_a_round_that_was_not_published_is_not_seen(store):
    store.put_json(RoundKeys("2024Q4")("notice.json"), {"round": "2024Q4"})
    assert around(store, round_name="2024Q4-2").siblings == ()


def test_a_notice_gathers_its_rounds_and_holds_together(store):
    publish(store, "2024Q4", "2024-10-15T10:00", 1)
    recheck(store, "2024Q4", ("4499000001", "fixed"), ("4499000002", "closed"))
    found = around(store, round_name="2024Q4-2")
    own = {**make_notice(2, 1), "round": "2024Q4-2"}
    own["rounds"] = [*found.siblings, as_round(own, 0)]
    made = complete(own, load_profile("zhanjiang"))
    assert problems(made) == []
    assert [item["sites"]["rate"] for item in made["rounds"]] == ["98%", "96%"]
    assert made["checks"] == {"total": 106, "rechecks": 2}
    pooled = made["pooled"]["sites"]
    assert (pooled["total"], pooled["qualified"], pooled["rate"]) == (104, 101, "97%")
    assert [group["total"] for group in pooled["rates"]] == [22, 12, 70]


def test_the_quarter_before_is_the_published_one_and_else_the_imported(store):
    import_notices(store, HISTORY)
    found = around(store)
    assert found.previous["source"] == "history/notices/lanzhou-like-2024Q3.json"
    assert found.previous["period"] == "2024年第三季度"
    made = complete({**make_notice(), **found.parts()}, load_profile("zhanjiang"))
    # 50/52 against 48/52, and 162/163 against 158/160.
    assert made["change"]["sites"] == {"before": "92%", "points": "3.8", "direction": "up"}
    assert made["change"]["accounts"] == {"before": "98.8%", "points": "0.6", "direction": "up"}
    assert made["change"]["messages"] == {"before": "100%", "points": "0", "direction": "same"}
    assert problems(made) == []
    publish(store, "2024Q3", "2024-09-30T10:00")
    assert around(store).previous["source"] == "rounds/2024Q3/notice.json"


def test_another_office_has_another_history(store):
    import_notices(store, HISTORY)
    facts = Registry(office=(OfficeFact("issuer", "没有的单位"), OfficeFact("place", "全区")))
    found = around(store, facts)
    assert found.parts() == {"office": {"issuer": "没有的单位", "place": "全区"}}


def test_figures_of_earlier_notices_that_contradict_themselves_become_a_remark(store):
    import_notices(store, HISTORY)
    for round_name, as_of in (("2024Q2", "2024-06-30T10:00"), ("2024Q3", "2024-09-30T10:00")):
        found = around(store, round_name=round_name, as_of=as_of)
        assert (
            "2024年第二季度通报政府网站合格率公布94.3%，按其数量126÷134应为94.0%，本稿按数量计算"
            in found.remarks
        )
    assert found.previous["sites"]["rate"] == "94.0%"


def test_the_recheck_of_the_period_before_is_counted(store):
    publish(store, "2024Q3", "2024-08-15T10:00")
    publish(store, "2024Q3-2", "2024-09-15T10:00")
    recheck(store, "2024Q3", ("a", "still_failing"), ("b", "fixed"), ("c", "undetermined"))
    recheck(store, "2024Q3-2", ("a", "closed"))
    found = around(store)
    assert found.recheck["period"] == "2024年第三季度"
    assert found.recheck["sites"] == {
        "named": 3,
        "fixed": 1,
        "closed": 1,
        "still_failing": 0,
        "undetermined": 1,
    }
    made = complete({**make_notice(), **found.parts()}, load_profile("base"))
    assert (made["recheck"]["sites"]["settled"], made["recheck"]["sites"]["rate"]) == (2, "66.7%")
    assert problems(made) == []


@pytest.mark.parametrize(
    ("facts", "scan"),
    [
        ({"scanned": "67", "scan_good": "67"}, {"scanned": 67, "good": 67}),
        ({"scan_rate": "97.5%"}, {"rate": "97.5%"}),
        ({"scanned": "67"}, None),
    ],
)
def test_a_security_scan_is_a_figure_that_the_office_reports(store, facts, scan):
    found = around(store, Registry(office=tuple(OfficeFact(*item) for item in facts.items())))
    assert found.parts().get("security_scan") == scan
