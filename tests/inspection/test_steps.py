"""A small round from the office's lists to the published notice, over loopback servers and a real S3 server."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from include.inspection import fetch_step, steps
from include.inspection.csv_tables import read_csv
from include.inspection.fetch.evidence import EvidenceWriter
from include.inspection.rules.files import RULES
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys, StoreError
from include.inspection.subjects import AccountPages
from include.inspection.times import parse_as_of
from tests.inspection.daily_lab import keep
from tests.inspection.round_lab import (
    AS_OF,
    CLOSED,
    DEAD,
    FRESH,
    LIVE,
    NOW,
    PAGES,
    ROUND,
    SILENT,
    Done,
    Lab,
)


def verdicts_of(store: ObjectStore) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(store.get(f"work/{ROUND}/round/verdicts.csv").decode()))
    return {row["subject_id"]: row["verdict"] for row in rows}


def coverage_of(store: ObjectStore) -> dict[str, tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(store.get(f"work/{ROUND}/round/coverage.csv").decode()))
    return {row["subject_id"]: (row["outcome"], row["reason"]) for row in rows}


EXPECTED = {LIVE: "qualified", DEAD: "unqualified", FRESH: "qualified", SILENT: "unqualified"}


# --- the whole way


def test_everyone_is_judged(done):
    rows = done.table("verdicts.csv")
    assert {row["subject_id"]: row["verdict"] for row in rows} == EXPECTED
    assert {row["subject_id"]: row["vetoes"] for row in rows} == {
        LIVE: "",
        DEAD: "W2",
        FRESH: "",
        SILENT: "X2.1",
    }
    assert done.verdicts == {"qualified": 2, "unqualified": 2, "undetermined": 0}
    assert done.fetched == {"fetched": 4 + 2, "present": 0}


def test_every_subject_has_its_page(done):
    manifest = json.loads(done.get("manifest.json"))
    pages = {name for name in manifest["objects"] if name.startswith("reports/")}
    assert pages == {f"reports/{subject_id}.html" for subject_id in EXPECTED}
    dead = done.get(f"reports/{DEAD}.html").decode()
    assert "不合格" in dead and "单项否决 W2" in dead and "没有上期结果可比" in dead
    assert "接近不达标的指标" in done.get(f"reports/{LIVE}.html").decode()
    assert "draft-changes.json" not in manifest["objects"], "there was no draft before"


def test_findings_point_at_stored_evidence(done):
    vetoes = [row for row in done.table("findings.csv") if not row["indicator_id"].startswith("P")]
    findings = {row["subject_id"]: row for row in vetoes}
    assert set(findings) == {DEAD, SILENT}
    silent = findings[SILENT]
    assert (silent["indicator_id"], silent["state"], silent["measured"], silent["threshold"]) == (
        "X2.1",
        "fail",
        "0",
        "≥1",
    )
    # The second measuring saw the same bytes: it is a revisit, and they lie where they were first stored.
    assert silent["evidence_key"] == RoundKeys(ROUND).warc(SILENT, 1)
    assert {row["pass"] for row in done.table("measures.csv") if row["subject_id"] == SILENT} == {"2"}
    record = gzip.GzipFile(
        fileobj=io.BytesIO(done.store.get(silent["evidence_key"])[int(silent["evidence_offset"]) :])
    )
    head = record.read(2000).decode("utf-8", "replace")
    assert "/feed/silent" in head and silent["evidence_sha256"]
    assert hashlib.sha256(PAGES["/feed/silent"].encode()).hexdigest() == silent["evidence_sha256"]
    assert (findings[DEAD]["indicator_id"], findings[DEAD]["state"]) == ("W2", "fail")


def test_coverage_names_the_closed_site_and_the_verdicts_do_not(done):
    rows = {row["subject_id"]: row for row in done.table("coverage.csv")}
    assert {subject_id: row["outcome"] for subject_id, row in rows.items()} == {
        **dict.fromkeys(EXPECTED, "inspected"),
        CLOSED: "closed",
    }


def test_notice_has_the_figures(done):
    notice = done.store.get_json(RoundKeys(ROUND)("notice.json"))
    assert (notice["sites"]["total"], notice["sites"]["qualified"], notice["sites"]["rate"]) == (2, 1, "50%")
    assert (notice["accounts"]["total"], notice["accounts"]["rate"]) == (2, "50.0%")
    assert notice["messages"]["rate"] == "100%"
    assert [row["subject_id"] for row in notice["problem_sites"]] == [DEAD]
    assert any("1处未通过校验" in remark for remark in notice["remarks"])
    # W2 rests on a few tries of the listed address: whoever sends the notice is told which.
    assert any(
        "没有一周的连续探测" in remark and "乙县人民政府（http://127.0.0.2:" in remark
        for remark in notice["remarks"]
    )
    assert "没有一周的连续探测" in done.get("notice.md").decode()


def test_manifest_holds_what_was_published(done):
    manifest = done.store.get_json(RoundKeys(ROUND).manifest)
    names = set(manifest["objects"])
    assert {
        "notice.docx",
        "notice.html",
        "notice.md",
        "notice.json",
        "annex-1.xlsx",
        "registry-problems.csv",
    } <= names
    assert {"verdicts.csv", "findings.csv", "measures.csv", "coverage.csv", "data-docs/index.html"} <= names
    assert "register.csv" in names
    assert f"evidence/{DEAD}/fetch-2.warc.gz" in names and f"evidence/{LIVE}/fetch-2.warc.gz" not in names
    for name, digest in manifest["objects"].items():
        assert hashlib.sha256(done.get(name)).hexdigest() == digest
    assert "history/index.json" in names
    assert list(done.store.keys("work/")) == []


def test_coverage_says_what_availability_rests_on(done):
    told = {row["subject_id"]: row["history"] for row in done.table("coverage.csv")}
    assert "可用性依据：本轮首页尝试2次" in told[LIVE].split("；")
    assert told[DEAD].startswith("可用性依据：本轮首页尝试") and told[FRESH] == told[CLOSED] == ""


def test_a_week_of_probes_decides_although_the_page_opens_now(copied):
    """Five percent of the stored probes failed: the round's own tries no longer count, and later probes change nothing."""
    for key in list(copied.keys(f"rounds/{ROUND}/history/")):
        copied.delete(key)
    end = parse_as_of(AS_OF).astimezone(UTC)
    moments = [end - timedelta(minutes=72) * back for back in reversed(range(140))]
    keep(copied, moments, lambda number: "refused" if number % 20 == 0 else "ok", sites=[LIVE])
    assert steps.freeze_history(copied, ROUND, NOW) == 1
    assert LIVE in steps.find_suspects(copied, ROUND)
    steps.fetch(copied, ROUND, [LIVE], 2)
    steps.judge(copied, ROUND)
    assert verdicts_of(copied)[LIVE] == "unqualified"
    before = {key: copied.get(key) for key in copied.keys(f"work/{ROUND}/round/") if key.endswith(".csv")}
    coverage = read_csv(before[f"work/{ROUND}/round/coverage.csv"])
    (row,) = (row for row in coverage if row["subject_id"] == LIVE)
    assert "可用性依据：探测序列140次，失败7次" in row["history"].split("；")
    findings = read_csv(before[f"work/{ROUND}/round/findings.csv"])
    (row,) = (row for row in findings if (row["subject_id"], row["indicator_id"]) == (LIVE, "W2"))
    assert (row["state"], row["measured"], row["threshold"]) == ("fail", "5", "<5")
    body = copied.get(row["evidence_key"])
    assert hashlib.sha256(body).hexdigest() == row["evidence_sha256"]
    keep(copied, [end + timedelta(minutes=1)], lambda _: "refused", sites=[LIVE])
    steps.judge(copied, ROUND)
    for key, bytes_before in before.items():
        assert copied.get(key) == bytes_before, key


def test_refused_rows_are_published_and_logged(done):
    (row,) = done.table("registry-problems.csv")
    assert (row["file"], row["line"], row["field"]) == ("sites.csv", "5", "site_code")
    assert any("sites.csv 第 5 行" in entry["event"] for entry in done.log if entry["log_level"] == "warning")


def test_the_log_tells_what_was_seen(done):
    lines = "\n".join(entry["event"] for entry in done.log)
    for told in (
        f"开始检查：{LIVE} 甲县人民政府",
        f"开始复测：{DEAD} 乙县人民政府",
        "栏目“政务要闻”（动态要闻，一级）：有日期，最新 2024-12-30",
        "指标 W3 首页不更新：测得",
        f"{DEAD} 乙县人民政府：W2 站点无法访问，测得 100，要求 <5，不达标",
    ):
        assert told in lines


def test_the_register_is_held_against_what_was_seen_and_people_decide(done):
    (row,) = done.table("register.csv")
    assert (row["subject_id"], row["kind"], row["state"]) == (DEAD, "dead", "candidate")
    assert row["evidence_key"].endswith(f"evidence/{DEAD}/fetch-2.warc.gz"), "the last look"
    assert any("名单核对（待人工认定）" in entry["event"] for entry in done.log)


def test_nothing_temporary_is_left(done, environment):
    assert list(environment.iterdir()) == []


# --- again


def test_a_second_run_fetches_nothing_and_publishes_the_same(done, lab):
    before = len(lab.server.asked)
    tables = {
        name: done.get(name) for name in ("verdicts.csv", "findings.csv", "measures.csv", "coverage.csv")
    }
    with capture_logs() as log:
        lab.begin(done.store)
        assert lab.fetch(done.store) == {"fetched": 0, "present": 4 + 2}
    assert len(lab.server.asked) == before
    assert any("不再抓取" in entry["event"] for entry in log)
    assert lab.finish(done.store) == done.verdicts
    assert {name: done.get(name) for name in tables} == tables


def test_judging_again_gives_the_same_bytes(copied, done, lab):
    before = len(lab.server.asked)
    steps.judge(copied, ROUND)
    for name in (
        "verdicts.csv",
        "findings.csv",
        "measures.csv",
        "coverage.csv",
        "evidence.csv",
        "register.csv",
    ):
        assert copied.get(f"work/{ROUND}/round/{name}") == done.get(name), name
    prefix = f"work/{ROUND}/round/"
    pages = [key.removeprefix(prefix) for key in copied.keys(f"{prefix}data-docs/")]
    assert any("validations" in name for name in pages)
    for name in pages:
        assert copied.get(prefix + name) == done.get(name), name
    assert len(lab.server.asked) == before, "without the network"


def test_other_rules_stand_beside_the_round_and_name_their_own_digest(copied, lab, tmp_path, monkeypatch):
    stricter = (RULES / "national-2019.yaml").read_text(encoding="utf-8")
    stricter = stricter.replace("standard: national-2019", "standard: strict")
    head, _, tail = stricter.partition("measure: account_updates")
    (tmp_path / "strict.yaml").write_text(
        head + "measure: account_updates" + tail.replace("min_value: 1", "min_value: 2", 1), encoding="utf-8"
    )
    monkeypatch.setattr(steps, "load_standards", lambda names: load_standards(names, tmp_path))
    keys, rules = RoundKeys(ROUND), ["strict"]
    before = {key: copied.get(key) for key in copied.keys(keys(""))}
    asked = len(lab.server.asked)

    assert steps.judge(copied, ROUND, rules) == {"qualified": 1, "unqualified": 2, "undetermined": 1}
    steps.tally(copied, ROUND, rules)
    steps.draft(copied, ROUND, rules)
    assert steps.publish(copied, ROUND, rules, "run-2") == keys("rejudged/strict/manifest.json")

    manifest = copied.get_json(keys("rejudged/strict/manifest.json"))
    digest = hashlib.sha256((tmp_path / "strict.yaml").read_bytes()).hexdigest()
    assert manifest["rules_sha256"] == {"strict": digest}
    verdicts = csv.DictReader(io.StringIO(copied.get(keys("rejudged/strict/verdicts.csv")).decode()))
    # One update is too few now, and nothing confirms it: an open question, not a fault.
    assert {row["subject_id"]: row["verdict"] for row in verdicts} == {**EXPECTED, FRESH: "undetermined"}
    assert {key: copied.get(key) for key in before} == before, "the round itself is left alone"
    assert len(lab.server.asked) == asked


def test_a_changed_address_is_fetched_again(copied, lab, tmp_path):
    moved = Lab(lab.server, tmp_path / "registry")
    moved.write_lists()
    table = moved.folder / "accounts.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("/feed/silent", "/feed/fresh"), encoding="utf-8"
    )
    moved.begin(copied)
    assert steps.fetch(copied, ROUND, [FRESH, SILENT], 1) == {"fetched": 1, "present": 1}


# --- what is missing or broken


def test_a_subject_without_evidence_is_undetermined_and_hides_nobody(copied):
    keys = RoundKeys(ROUND)
    for subject_id in (LIVE, FRESH):
        copied.delete(keys.outcome(subject_id, 1))
    steps.judge(copied, ROUND)
    assert verdicts_of(copied) == {**EXPECTED, LIVE: "undetermined", FRESH: "undetermined"}
    assert coverage_of(copied)[LIVE] == ("unmeasured", "抓取任务没有完成")


def test_lost_and_damaged_evidence_is_undetermined_and_hides_nobody(copied):
    keys = RoundKeys(ROUND)
    copied.delete(keys.warc(LIVE, 1))
    body = bytearray(copied.get(keys.warc(FRESH, 1)))
    body[len(body) // 2 :] = b"\x00" * (len(body) - len(body) // 2)
    copied.put(keys.warc(FRESH, 1), bytes(body))
    with capture_logs() as log:
        steps.judge(copied, ROUND)
    assert verdicts_of(copied) == {**EXPECTED, LIVE: "undetermined", FRESH: "undetermined"}
    assert coverage_of(copied)[LIVE] == ("unmeasured", "存档的证据缺失或已损坏")
    told = [entry["event"] for entry in log if entry["log_level"] == "error"]
    assert any(LIVE in line for line in told) and any(FRESH in line for line in told)


def test_a_lost_second_measuring_confirms_nothing(copied):
    copied.delete(RoundKeys(ROUND).outcome(DEAD, 2))
    steps.judge(copied, ROUND)
    assert verdicts_of(copied) == {**EXPECTED, DEAD: "undetermined"}
    assert "复测未能确认" in coverage_of(copied)[DEAD][1]


def test_what_people_reported_counts_without_evidence(copied, lab, tmp_path):
    reported = Lab(lab.server, tmp_path / "registry")
    reported.write_lists()
    (reported.folder / "findings.csv").write_text(
        f"subject_id,indicator_id,reporter,note\n{LIVE},W1.1,张三,错别字\n", encoding="utf-8"
    )
    reported.begin(copied)
    copied.delete(RoundKeys(ROUND).outcome(LIVE, 1))
    steps.judge(copied, ROUND)
    assert verdicts_of(copied)[LIVE] == "unqualified"


def test_rows_that_come_to_nothing_are_told_in_the_notice(copied, lab, tmp_path):
    given = Lab(lab.server, tmp_path / "registry")
    given.write_lists()
    (given.folder / "findings.csv").write_text(
        "subject_id,indicator_id,reporter,note\n"
        f"{LIVE},W1.l,张三,错别字\n{LIVE},X1,张三,账号的指标\n{LIVE},W1.6,张三,舆情\n",
        encoding="utf-8",
    )
    (given.folder / "exemptions.csv").write_text(
        f"subject_id,scope,from,until,reason,approved_by\n{DEAD},W22,,,机房搬迁,李四\n", encoding="utf-8"
    )
    with (given.folder / "sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("4408000009,丁县人民政府,not an address,portal,县,丁办,yes,running\n")
    given.begin(copied)
    steps.judge(copied, ROUND)
    steps.tally(copied, ROUND)
    assert coverage_of(copied)["4408000009"][0] == "refused"
    assert "sites.csv 第 6 行，字段 url" in coverage_of(copied)["4408000009"][1]
    assert "4408000009" not in verdicts_of(copied)
    body = copied.get(f"work/{ROUND}/round/registry-problems.csv").decode()
    rows = [
        row for row in csv.DictReader(io.StringIO(body)) if row["file"] in ("findings.csv", "exemptions.csv")
    ]
    assert [(row["file"], row["line"], row["value"]) for row in rows] == [
        ("findings.csv", "2", f"{LIVE} W1.l"),
        ("findings.csv", "3", f"{LIVE} X1"),
        ("exemptions.csv", "2", f"{DEAD} W22"),
    ]
    remarks = copied.get_json(f"work/{ROUND}/round/tally.json")["remarks"]
    assert any("有3条未计入" in remark and f"{LIVE} W1.l" in remark for remark in remarks)


def test_full_disk_leaves_its_site_undetermined_and_the_others_go_on(new_store, lab, monkeypatch):
    class FullDisk(EvidenceWriter):
        def __init__(self, path: Path, key: str, **more: Any) -> None:
            full = path.name.startswith((LIVE, FRESH))
            super().__init__(Path("/dev/full") if full else path, key, **more)

    store = new_store()
    lab.begin(store)
    with monkeypatch.context() as patch:
        patch.setattr(fetch_step, "EvidenceWriter", FullDisk)
        lab.fetch(store)
    assert not store.exists(RoundKeys(ROUND).warc(LIVE, 1))
    assert lab.finish(store) == {"qualified": 0, "unqualified": 2, "undetermined": 2}
    published = Done(store, {}, {}, [])
    assert {row["subject_id"]: row["verdict"] for row in published.table("verdicts.csv")} == {
        **EXPECTED,
        LIVE: "undetermined",
        FRESH: "undetermined",
    }
    reason = next(row["reason"] for row in published.table("coverage.csv") if row["subject_id"] == LIVE)
    assert "证据无法写入磁盘" in reason
    # With room on the disk a second run completes the round.
    assert lab.fetch(store) == {"fetched": 2, "present": 4}
    assert steps.judge(store, ROUND) == {"qualified": 2, "unqualified": 2, "undetermined": 0}


def test_a_fault_over_one_subject_does_not_cost_the_others_of_its_batch(new_store, lab, monkeypatch):
    store = new_store()
    lab.begin(store)
    read = AccountPages.read

    async def faulty(self: Any, account: Any, as_of: datetime) -> Any:
        if account.account_id == FRESH:
            raise RuntimeError("parser fault")
        return await read(self, account, as_of)

    with monkeypatch.context() as patch:
        patch.setattr(AccountPages, "read", faulty)
        with pytest.raises(RuntimeError, match="parser fault"):
            steps.fetch(store, ROUND, [FRESH, SILENT], 1)
    assert store.exists(RoundKeys(ROUND).outcome(SILENT, 1))
    assert not store.exists(RoundKeys(ROUND).outcome(FRESH, 1))
    assert steps.fetch(store, ROUND, [FRESH, SILENT], 1) == {"fetched": 1, "present": 1}


def test_store_that_fails_while_judging_is_an_error_and_no_verdict(copied):
    class Failing(ObjectStore):
        def get_file(self, key: str, path: Path) -> None:
            raise StoreError(f"对象存储读取 {self.bucket}/{key} 失败")

    with pytest.raises(StoreError):
        steps.judge(Failing(copied._client, copied.bucket), ROUND)
    assert list(copied.keys("work/")) == []


# --- what the steps refuse of this round


def test_snapshot_keeps_the_moment_of_a_round_that_was_begun(copied, lab):
    kept = {"round": ROUND, "as_of": "2024-12-31T10:00:00+08:00"}
    assert steps.snapshot(copied, str(lab.folder), ROUND, None, datetime(2025, 1, 5, tzinfo=UTC)) == kept
    assert steps.snapshot(copied, str(lab.folder), ROUND, "2024-12-31T02:00Z", NOW) == kept
    with pytest.raises(ValueError, match="已按监测时间点 2024-12-31T10:00:00"):
        steps.snapshot(copied, str(lab.folder), ROUND, "2024-12-30T10:00", NOW)


def test_lists_of_other_subjects_do_not_take_over_a_round_that_was_begun(copied, lab, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "sites.csv").write_text(
        "网站标识码,网站名称,首页网址,主办单位,类型,分类\n4408010099,另一市政府网,http://127.0.0.1/,另一市人民政府,门户,市\n",
        encoding="utf-8",
    )
    before = copied.get(RoundKeys(ROUND).registry)
    with pytest.raises(ValueError, match=f"轮次 {ROUND} 是用另一份名单开始的.*没有一个相同的网站或账号"):
        steps.snapshot(copied, str(other), ROUND, None, NOW)
    assert copied.get(RoundKeys(ROUND).registry) == before
    assert steps.snapshot(copied, str(lab.folder), ROUND, None, NOW)["round"] == ROUND, "the same lists go on"


def test_groups_are_named_by_code_and_name_and_never_too_many(done):
    sites = steps.groups(done.store, ROUND, "site", 1, 1024)
    assert sites == [
        {"ids": [LIVE], "label": f"{LIVE} 甲县人民政府"},
        {"ids": [DEAD], "label": f"{DEAD} 乙县人民政府"},
    ]
    assert steps.groups(done.store, ROUND, "site", 1, 1) == [
        {"ids": [LIVE, DEAD], "label": f"{LIVE} 甲县人民政府 等2个"}
    ]


def test_nothing_is_published_without_a_draft(copied):
    before = copied.get(RoundKeys(ROUND).manifest)
    steps.judge(copied, ROUND)
    with pytest.raises(ValueError, match="没有可发布的草稿"):
        steps.publish(copied, ROUND, None, "run-2")
    assert copied.get(RoundKeys(ROUND).manifest) == before
