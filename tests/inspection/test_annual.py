"""The year from its quarters: weights, points for messages, ranks, and what is missing."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest

from include.inspection.after.annual import SCHEMES_FILE, Quarter, assess, load_scheme
from include.inspection.after.annual_steps import assess_year
from include.inspection.config import ConfigError
from include.inspection.csv_tables import csv_bytes, read_csv
from include.inspection.judging.verdicts import VERDICT_COLUMNS
from include.inspection.messages import Deduction
from include.inspection.plan import Plan
from include.inspection.registry.reader import read_registry, to_json
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys

NATIONAL = load_standards(["national-2019"])
NOW = datetime(2025, 1, 10, 2, tzinfo=UTC)


def row(
    name: str, score: str = "", verdict: str = "qualified", vetoes: str = "", kind: str = "site"
) -> dict[str, str]:
    return {
        "subject_id": f"44{name:0>8}" if kind == "site" else name,
        "subject_type": kind,
        "name": f"{name}站",
        "category": "县",
        "verdict": verdict,
        "score": score,
        "vetoes": vetoes,
        "score_note": "",
    }


def quarter(number: int, *rows: dict[str, str]) -> Quarter:
    name = f"2024Q{number}"
    return Quarter(name, (name,) if rows else (), {item["subject_id"]: item for item in rows})


def year(
    quarters: Sequence[Quarter], scheme: str = "", year_end: Any = (), deductions: Sequence[Deduction] = ()
) -> dict[str, dict[str, Any]]:
    made = assess(2024, quarters, load_scheme(scheme, NATIONAL), dict(year_end), deductions)
    return {item["name"]: item for item in made["subjects"]}


def same(*rows: dict[str, str]) -> list[Quarter]:
    return [quarter(number, *rows) for number in (1, 2, 3, 4)]


def test_the_mean_of_four_quarters_ranked():
    quarters = [
        quarter(number, row("1", f"{90 + number}"), row("2", "95"), row("3", "95"), row("4", "80"))
        for number in (1, 2, 3, 4)
    ]
    made = year(quarters)
    assert {name: (item["total"], item["rank"]) for name, item in made.items()} == {
        "2站": ("95", 1),
        "3站": ("95", 1),
        "1站": ("92.5", 3),
        "4站": ("80", 4),
    }
    assert [made["1站"][f"Q{number}_score"] for number in (1, 2, 3, 4)] == ["91", "92", "93", "94"]


def test_sixty_and_forty_exactly():
    """A published sheet of 2018: 28 units by 60/40; 99.55 and 97.3 give 98.2."""
    made = year(same(row("1", "99.55")), "year-end-60", {"4400000001": Fraction("97.3")})
    assert made["1站"]["weighted"] == made["1站"]["total"] == "98.2"
    made = year(same(row("1", "99.55")), "quarters-60", {"4400000001": Fraction("97.3")})
    assert made["1站"]["total"] == "98.65"


def test_a_standard_with_weights_of_its_own():
    zhongkai = load_standards(["zhongkai-2018"])
    assert load_scheme("", zhongkai).weights == {"year_end": Fraction(3, 5), "quarters": Fraction(2, 5)}
    assert load_scheme("quarters", zhongkai).weights == {"quarters": 1}


def test_points_for_messages_are_taken_and_never_below_nothing():
    late = [
        Deduction("m1", "4400000001", Decimal("3"), "未办结"),
        Deduction("m2", "4400000001", Decimal("2"), "超期"),
    ]
    made = year(same(row("1", "90"), row("2", "2")), deductions=late)
    assert (made["1站"]["deducted"], made["1站"]["total"], made["2站"]["total"]) == ("5", "85", "2")
    made = year(same(row("1", "4")), deductions=late)
    assert made["1站"]["total"] == "0"


def test_a_veto_counts_as_the_rule_file_says_and_is_told():
    quarters = same(row("1", "80"))
    quarters[1] = quarter(2, row("1", "", "unqualified", "W2"))
    made = year(quarters)["1站"]
    assert (made["total"], made["Q2_score"], made["Q2_verdict"]) == ("60", "0", "不合格")
    assert "2024Q2 单项否决（W2），按 0 分计" in made["note"]


@pytest.mark.parametrize(
    ("third", "told"),
    [
        (quarter(3), "2024Q3 没有发布的检查结果"),
        (quarter(3, row("2", "70")), "2024Q3 未列入检查"),
        (quarter(3, row("1", "", "undetermined")), "2024Q3 无法判定"),
        (quarter(3, row("1", "80 90")), "2024Q3 有多个标准的得分"),
    ],
)
def test_what_is_missing_is_told_and_not_guessed(third, told):
    quarters = same(row("1", "80"))
    quarters[2] = third
    made = year(quarters)["1站"]
    assert (made["total"], made["rank"]) == ("", None)
    other = assess(2024, [*same(row("1"), row("2", "9"))], load_scheme("", NATIONAL), {}, [])
    assert [item["name"] for item in other["subjects"]] == ["2站", "1站"], "whoever has a rank stands first"
    assert f"缺：{told}" in made["note"]


def test_a_missing_quarter_and_a_missing_year_end_stand_in_the_remarks():
    quarters = [*same(row("1", "80"))[:3], quarter(4)]
    made = assess(2024, quarters, load_scheme("year-end-60", NATIONAL), {}, [])
    assert made["missing_quarters"] == ["2024Q4"] and "2024Q4 没有发布" in made["remarks"][0]
    assert "没有年终考评得分" in made["subjects"][0]["note"]


def test_whoever_no_standard_scores_has_verdicts_and_no_rank():
    made = year(same(row("wx-1", kind="account")))["wx-1站"]
    assert (made["Q1_verdict"], made["total"], made["rank"]) == ("合格", "", None)
    assert made["note"] == "缺：所用标准不对该对象计分"


def test_a_quarter_of_no_weight_need_not_be_there(tmp_path):
    path = tmp_path / "annual.yaml"
    path.write_text(
        "default: a\nveto_score: 0\nschemes:\n  a: {title: 甲, weights: {Q3: 0.5, Q4: 0.5}}\n",
        encoding="utf-8",
    )
    scheme = load_scheme("", NATIONAL, path)
    quarters = [quarter(1), quarter(2), quarter(3, row("1", "80")), quarter(4, row("1", "90"))]
    assert assess(2024, quarters, scheme, {}, [])["subjects"][0]["total"] == "85"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("quarters: 1}", "quarters: 0.9}"), r"权重之和为 0\.9：应为 1"),
        (("default: quarters", "default: nobody"), "nobody"),
        (("quarters: 1}", "Q5: 1}"), "不认识的字段"),
        (("quarters: 1}", "quarters: 一}"), "类型不对"),
    ],
)
def test_a_scheme_that_does_not_hold_is_told(tmp_path, change, told):
    path = tmp_path / "annual.yaml"
    path.write_text(SCHEMES_FILE.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_scheme("", NATIONAL, path)


def test_a_scheme_that_does_not_exist_is_told():
    with pytest.raises(ValueError, match="year-end-60"):
        load_scheme("nobody", NATIONAL)


# --- from published rounds to a published draft


def lists(folder: Path, year_end: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    site = "site_code,name,url,kind,category\n4400000001,1站,http://a.cn/,portal,县\n"
    (folder / "sites.csv").write_text(site, encoding="utf-8")
    (folder / "messages.csv").write_text(
        "message_id,site_code,received_at,valid,closed_at\n"
        "m1,4400000001,2024-02-01 09:00,yes,2024-05-01 09:00\nm2,4400000001,2024-03-01 09:00,yes,\n",
        encoding="utf-8",
    )
    if year_end:
        (folder / "year_end.csv").write_text(f"对象编号,得分\n{year_end}\n", encoding="utf-8")
    return folder


def publish(store: ObjectStore, folder: Path, name: str, *rows: dict[str, str]) -> None:
    keys = RoundKeys(name)
    digests = {item.id: item.sha256 for item in NATIONAL}
    plan = Plan(name, NOW, "full", "s", "zhanjiang", ("national-2019",), digests, "x", ("4400000001",), ())
    store.put_json(keys.plan, plan.to_json())
    store.put_json(keys.registry, {"files": {}, "lists": to_json(read_registry(folder, NOW))})
    counts = {"total": 1, "inspected": 1, "unmeasured": 0, "qualified": 1, "unqualified": 0, "rate": "100%"}
    none = {**dict.fromkeys(counts, 0), "rate": None}
    store.put_json(keys("notice.json"), {"round": name, "sites": counts, "accounts": none})
    store.put(keys("verdicts.csv"), csv_bytes(VERDICT_COLUMNS, rows))
    store.put_json(keys.manifest, {})


def run(store: ObjectStore, folder: Path, scheme: str = "") -> dict[str, int]:
    return assess_year(store, 2024, scheme, str(folder), None, "2025-01-10T10:00", NOW, "run-1")


def test_a_year_is_published_with_its_manifest(store, tmp_path):
    folder = lists(tmp_path / "lists")
    for number in (1, 2, 3, 4):
        publish(store, folder, f"2024Q{number}", row("1", "90"))
    publish(store, folder, "2024Q4-2", row("1", "94"))
    publish(store, folder, "2024Q4-demo", row("1", "1"))
    assert run(store, folder) == {"ranked": 1, "unranked": 0}
    files = {key.removeprefix("annual/2024/"): store.get(key) for key in store.keys("annual/2024/")}
    assert {
        "annual.docx",
        "annual.html",
        "annual.md",
        "annual.json",
        "annual-1.xlsx",
        "annual-3.xlsx",
    } <= set(files)
    (made,) = read_csv(files["annual.csv"])
    # The last round of a quarter speaks; one message was closed late (2), one never (3).
    assert (made["Q4_score"], made["weighted"], made["deducted"], made["total"]) == ("94", "91", "5", "86")
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["objects"]) == set(files) - {"manifest.json"}
    assert set(manifest["rounds"]) == {"2024Q1", "2024Q2", "2024Q3", "2024Q4", "2024Q4-2"}
    text = "\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(files["annual.docx"])).paragraphs
    )
    assert "2024年度" in text and "第四季度：检查政府网站1个" in text and "得分居前的是1站" in text
    assert "86" in files["annual.md"].decode() and "未经复核" in files["annual.html"].decode()
    run(store, folder)
    assert {key.removeprefix("annual/2024/"): store.get(key) for key in store.keys("annual/2024/")} == files


def test_a_year_with_gaps_says_so_and_names_the_bad_rows(store, tmp_path):
    folder = lists(tmp_path / "lists", "4400000001,九十\n4400000009,88")
    publish(store, folder, "2024Q2", row("1", "90"))
    assert run(store, folder, "year-end-60") == {"ranked": 0, "unranked": 1}
    text = store.get("annual/2024/annual.md").decode()
    assert "第一季度：没有发布的检查结果" in text and "本年度不排名" in text
    assert "2024Q1、2024Q3、2024Q4 没有发布的检查结果" in text
    (problem,) = read_csv(store.get("annual/2024/registry-problems.csv"))
    assert (problem["file"], problem["line"], problem["field"]) == ("year_end.csv", "2", "score")


def test_a_year_without_a_quarter_is_refused(store, tmp_path):
    with pytest.raises(ValueError, match="2024 年没有发布的季度检查结果"):
        run(store, lists(tmp_path / "lists"))
    assert list(store.keys("annual/")) == []


def test_names_that_would_be_markup_or_formulas_stay_text(store, tmp_path):
    folder = lists(tmp_path / "lists")
    evil = row("1", "90") | {"name": '=cmd|"/C calc"!A0 <script>{{ 7*7 }}'}
    for number in (1, 2, 3, 4):
        publish(store, folder, f"2024Q{number}", evil)
    run(store, folder)
    assert b"<script>" not in store.get("annual/2024/annual.html")
    assert "49" not in store.get("annual/2024/annual.md").decode().replace("{{ 7*7 }}", "")
    assert store.get("annual/2024/annual.csv").decode().count("'=cmd") == 1
