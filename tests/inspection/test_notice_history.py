"""Earlier notices as history: kept as published, computed again, flagged where they contradict themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.inspection.tallying.notice_history import history_of, import_notices, read_notices

OWN = Path(__file__).parent / "data" / "notices.jsonl"
PUBLISHED = Path(__file__).resolve().parents[2].parent / "shared" / "notices" / "notices.jsonl"


@pytest.fixture(scope="module")
def records():
    found, problems = read_notices(OWN)
    assert problems == []
    return {record["id"]: record for record in found}


def computed(record):
    return {item["what"]: (item["computed"], item["agrees"]) for item in record["recomputed"]}


def test_counts_and_rates_of_a_sound_record(records):
    record = records["lanzhou-like-2024Q3"]
    assert record["quarter"] == "2024Q3"
    assert record["sites"] == {
        "registered": 52,
        "inspected": 52,
        "qualified": 48,
        "unqualified": 4,
        "published_rate": "92%",
        "rate": "92%",
    }
    assert record["messages"]["closed"] == 8
    assert computed(record)["留言办结率"] == ("100%", True)
    assert record["flags"] == []


def test_a_published_rate_that_its_counts_contradict_is_kept_and_flagged(records):
    record = records["wrong-rate-2024Q2"]
    assert record["sites"]["published_rate"] == "94.3%"
    assert record["sites"]["rate"] == "94.0%"
    assert record["record"]["sites"]["rate"] == "94.3", "what was published is not corrected"
    assert record["flags"] == ["政府网站合格率公布94.3%，按其数量126÷134应为94.0%"]
    assert computed(record)["政务新媒体合格率"] == ("83.5%", True)


def test_rates_of_rounds_and_of_groups_are_computed_again(records):
    rounds = computed(records["rounds-2024Q1"])
    assert rounds == {"政府网站合格率（1月）": ("98.5%", False), "政府网站合格率（3月）": ("98.5%", True)}
    groups = computed(records["groups-2023Q4"])
    assert groups["政府网站抽查比例"] == ("44.94%", True)
    assert groups["政府网站合格率（甲地）"] == ("77.78%", True)
    assert groups["政府网站合格率（乙地）"] == ("13.3%", True)
    assert "部门" not in str(groups), "a rate without counts says nothing that could be computed"


def test_sums_that_do_not_add_up_are_flagged_and_overlaps_are_not_sums(records):
    record = records["sums-2023Q3"]
    assert record["quarter"] == "2017Q3"
    assert [(item["parts"], item["total"], item["agrees"]) for item in record["sums"]] == [
        ([60, 5], 66, False)
    ]
    assert record["flags"] == ["政府网站合格与不合格公布合计66，按其各项60+5应为65"]
    assert computed(record)["的一处数字"] == ("93.8%", True)


def test_counts_that_were_only_inferred_prove_nothing(records):
    record = records["inferred-2023Q2"]
    assert record["quarter"] == "", "the second check of a year is no quarter"
    assert record["sites"] == {"registered": 1306, "published_rate": "97.0%", "rate": "97.0%"}
    assert record["recomputed"] == []
    assert record["messages"] == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "不是一个 JSON 对象"),
        ("[1, 2]", "不是一个 JSON 对象"),
        ("[" * 100_000, "不是一个 JSON 对象"),
        ('{"id": "../x", "period": "2024Q1"}', "id 应为"),
        ('{"id": 7, "period": "2024Q1"}', "id 应为"),
        ('{"id": "a"}', "缺少 period"),
        ('{"id": "again", "period": "2024Q1"}', "重复"),
        ('{"id": "x", "period": "' + "长" * 200_001 + '"}', "超过 200000 个字符"),
    ],
)
def test_a_bad_line_is_told_and_the_others_go_on(tmp_path, line, reason):
    good = '{"id": "again", "period": "2024Q2", "sites": {"total": 3, "inspected": 3, "failed": 1}}'
    path = tmp_path / "n.jsonl"
    path.write_text(f"{good}\n\n{line}\n", encoding="utf-8")
    records, problems = read_notices(path)
    assert [record["id"] for record in records] == ["again"]
    assert len(problems) == 1
    assert reason in str(problems[0])
    assert "n.jsonl 第 3 行" in str(problems[0])


def test_values_of_any_kind_break_nothing(tmp_path):
    odd: list[object] = [None, True, -1, 1.5, "x", [], {}, {"a": None}, 10**12]
    lines = []
    for number, value in enumerate(odd):
        counts = {"total": value, "inspected": 3, "failed": value, "passed": value, "rate": value}
        counts |= {"rate_by": value, "breakdown": value, "rounds": [value] if value != 1.5 else None}
        lines.append(
            {"id": f"n{number}", "period": "2024Q1", "sites": counts, "messages": value, "checks": value}
        )
    path = tmp_path / "n.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    records, problems = read_notices(path)
    assert len(records) + len(problems) == len(odd)
    assert len(records) == len(odd)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(ValueError, match="核对 FILE"):
        read_notices(tmp_path / "none.jsonl")
    path = tmp_path / "gb.jsonl"
    path.write_bytes('{"id": "a", "issuer": "市"}'.encode("gb18030"))
    with pytest.raises(ValueError, match="UTF-8"):
        read_notices(path)


def test_import_into_the_store_is_by_issuer_and_quarter_and_safe_to_repeat(store):
    assert import_notices(store, OWN) == {"read": 6, "flagged": 3, "refused": 0}
    before = {key: store.get(key) for key in store.keys("history/")}
    assert len(before) == 6
    import_notices(store, OWN)
    assert {key: store.get(key) for key in store.keys("history/")} == before
    assert list(history_of(store, "澜州市人民政府办公室")) == ["2024Q3", "2024Q1", "2024Q2"]
    assert history_of(store, "没有的单位") == {}


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published notices are not here")
def test_every_record_of_the_published_notices_loads_and_is_computed_again():
    records, problems = read_notices(PUBLISHED)
    assert (len(records), problems) == (41, [])
    by_id = {record["id"]: record for record in records}
    flagged = {record["id"]: record["flags"] for record in records if record["flags"]}
    assert set(flagged) == {"jiangxi-2018Q2", "shanghai-2021Q1", "qinghai-2020Q3"}
    assert by_id["qinghai-2020Q3"]["sites"]["rate"] == "94.0%"
    tested = [item for record in records for item in record["recomputed"]]
    assert len(tested) >= 60
    assert sum(not item["agrees"] for item in tested) == 2
    for record in records:
        # Each rate that the record's own check found to follow from counts came out as the check says.
        for check in record["record"].get("checks", []):
            if "num" in check and check["verdict"] != "MISMATCH":
                found = [
                    i for i in record["recomputed"] if (i["part"], i["whole"]) == (check["num"], check["den"])
                ]
                assert found, check
                assert any(item["agrees"] for item in found), check
