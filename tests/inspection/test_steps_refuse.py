"""What the steps refuse, before anything is fetched, stored or published."""

from __future__ import annotations

import pytest

from include.inspection import steps
from include.inspection.registry.office_lists import RegistryError
from include.inspection.store import RoundKeys, StoreError
from tests.inspection.round_lab import (
    AS_OF,
    NOW,
    ROUND,
)


def test_snapshot_takes_round_and_moment_from_the_run(store, lab):
    assert steps.snapshot(store, str(lab.folder), "", None, NOW) == {"round": ROUND, "as_of": NOW.isoformat()}


@pytest.mark.parametrize(
    ("round_name", "as_of"), [("2024Q3", AS_OF), ("2024Q5", AS_OF), ("../x", AS_OF), (ROUND, "2024-12-31")]
)
def test_snapshot_refuses_and_stores_nothing(store, lab, round_name, as_of):
    with pytest.raises(ValueError, match=r"轮次|监测时间点"):
        steps.snapshot(store, str(lab.folder), round_name, as_of, NOW)
    assert list(store.keys("")) == []


@pytest.mark.parametrize("as_of", ["2099-10-01T10:00", "2024-12-31T10:06"])
def test_snapshot_refuses_a_moment_to_come(store, lab, as_of):
    with pytest.raises(ValueError, match="晚于现在"):
        steps.snapshot(store, str(lab.folder), "", as_of, NOW)
    assert list(store.keys("")) == []


def test_clocks_may_differ_a_little(store, lab):
    begun = steps.snapshot(store, str(lab.folder), ROUND, "2024-12-31T10:04", NOW)
    assert begun["as_of"] == "2024-12-31T10:04:00+08:00"


def test_snapshot_of_an_unusable_list_stores_nothing(store, tmp_path):
    (tmp_path / "sites.csv").write_bytes(b"")
    with pytest.raises(RegistryError, match=r"sites\.csv"):
        steps.snapshot(store, str(tmp_path), ROUND, AS_OF, NOW)
    assert list(store.keys("")) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rules": ["nobody"]}, r"nobody\.yaml"),
        ({"rules": []}, "至少选择一个"),
        ({"profile": "nowhere"}, "nowhere"),
        ({"coverage": "half"}, "覆盖范围"),
    ],
)
def test_plan_refuses_before_anything_is_fetched(store, lab, change, told):
    steps.snapshot(store, str(lab.folder), ROUND, AS_OF, NOW)
    given = {"coverage": "full", "profile": "zhanjiang", "rules": ["national-2019"], **change}
    with pytest.raises(ValueError, match=told):
        steps.plan(store, ROUND, AS_OF, **given)
    assert not store.exists(RoundKeys(ROUND).plan)


def test_plan_refuses_a_wrong_setting_of_the_fetcher(store, lab, monkeypatch):
    steps.snapshot(store, str(lab.folder), ROUND, AS_OF, NOW)
    monkeypatch.setenv("INSPECTION_ALLOW_NET", "everything")
    with pytest.raises(ValueError, match="INSPECTION_ALLOW_NET"):
        steps.plan(store, ROUND, AS_OF, "full", "zhanjiang", ["national-2019"])


def test_a_round_that_was_never_stored_is_told(store):
    for step in (steps.judge, steps.find_suspects, steps.tally, steps.draft):
        with pytest.raises(ValueError, match="轮次 2023Q1 没有存档"):
            step(store, "2023Q1")


@pytest.mark.parametrize("needed", [(None,), (ROUND, None)])
def test_later_steps_do_not_run_where_earlier_ones_failed(needed):
    with pytest.raises(ValueError, match="前面的步骤没有完成"):
        steps.known_round(*needed)
    assert steps.known_round(ROUND, []) == ROUND


def test_a_store_that_does_not_answer_is_named(dead_store, lab):
    with pytest.raises(StoreError, match=rf"gone-bucket/rounds/{ROUND}/"):
        steps.snapshot(dead_store, str(lab.folder), ROUND, AS_OF, NOW)
