"""The object store over a real S3 server, and what is published into it."""

from __future__ import annotations

import hashlib

import pytest

from include.inspection.model import Registry, Site
from include.inspection.plan import Plan, make_plan
from include.inspection.publish import publish
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys, StoreError, json_bytes

REGISTRY = Registry(sites=(Site("4408000001", "甲", "http://a.cn/", "portal", "县"),))
RULES = {"national-2019": "c" * 64}
FILES = {
    "notice.json": b'{"rules": []}',
    "verdicts.csv": b"subject_id\n",
    "data-docs/index.html": b"<html></html>",
}


def a_plan(round_name: str = "2024Q4") -> Plan:
    as_of = {"2024Q4": "2024-12-31T10:00", "2024Q3": "2024-09-30T10:00", "2025Q1": "2025-03-20T02:00"}[
        round_name[:6]
    ]
    return make_plan(
        REGISTRY,
        "d" * 64,
        load_standards(["national-2019"]),
        round_name=round_name,
        as_of=as_of,
        coverage="full",
        profile="zhanjiang",
    )


def begin(store: ObjectStore, plan: Plan) -> Plan:
    """What the earlier steps of a round left behind."""
    keys = RoundKeys(plan.round)
    store.put_json(keys.plan, plan.to_json())
    store.put_json(keys.registry, {"lists": {}})
    store.put(keys.warc("4408000001", 1), b"\x1f\x8bevidence")
    store.put_json(keys.outcome("4408000001", 1), {"complete": True})
    return plan


def put(store: ObjectStore, plan: Plan, files=FILES, folder: str = ""):
    return publish(
        store, plan, files, folder=folder, run_id="run-1", code_version="0.1.0", rules_sha256=RULES
    )


class Watched(ObjectStore):
    """Writes down every put and delete, and can refuse one."""

    def __init__(self, store: ObjectStore, refuse: str = "") -> None:
        super().__init__(store._client, store.bucket)
        self.done: list[tuple[str, str]] = []
        self.refuse = refuse

    def put(self, key: str, body: bytes) -> None:
        if self.refuse and key.endswith(self.refuse):
            raise StoreError(f"对象存储写入 {self.bucket}/{key} 失败")
        super().put(key, body)
        self.done.append(("put", key))

    def delete(self, key: str) -> None:
        super().delete(key)
        self.done.append(("delete", key))


# --- the store


def test_objects_come_back_as_they_were(store, tmp_path):
    store.put("a/中文 名.json", b"1")
    assert store.get("a/中文 名.json") == b"1"
    store.put("a/中文 名.json", b"22")
    assert store.get("a/中文 名.json") == b"22"
    (tmp_path / "in").write_bytes(b"x" * 100_000)
    store.put_file("a/big.gz", tmp_path / "in")
    store.get_file("a/big.gz", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"x" * 100_000
    assert sorted(store.keys("a/")) == ["a/big.gz", "a/中文 名.json"]
    assert store.exists("a/big.gz")
    store.delete("a/big.gz")
    assert not store.exists("a/big.gz")
    assert list(store.keys("b/")) == []


def test_what_is_not_there_is_a_key_error(store, tmp_path):
    with pytest.raises(KeyError):
        store.get("nothing")
    with pytest.raises(KeyError):
        store.get_json("nothing")
    with pytest.raises(KeyError):
        store.get_file("nothing", tmp_path / "out")
    assert not store.exists("nothing")


def test_json_is_stored_in_one_form(store):
    store.put_json("x.json", {"b": 1, "a": "中"})
    assert store.get("x.json") == json_bytes({"a": "中", "b": 1}) == '{\n "a": "中",\n "b": 1\n}\n'.encode()
    assert store.get_json("x.json") == {"a": "中", "b": 1}


@pytest.mark.parametrize(
    "use",
    [
        lambda store, path: store.put("k/x.json", b"1"),
        lambda store, path: store.get("k/x.json"),
        lambda store, path: store.exists("k/x.json"),
        lambda store, path: list(store.keys("k/x.json")),
        lambda store, path: store.delete("k/x.json"),
        lambda store, path: store.put_file("k/x.json", path),
        lambda store, path: store.get_file("k/x.json", path),
    ],
    ids=["put", "get", "exists", "keys", "delete", "put_file", "get_file"],
)
def test_a_store_that_does_not_answer_is_named_with_bucket_and_key(dead_store, tmp_path, use):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with pytest.raises(StoreError, match=r"gone-bucket/k/x\.json 失败.*inspection_s3"):
        use(dead_store, path)


def test_a_bucket_that_is_not_there_is_a_store_error(store):
    lost = ObjectStore(store._client, "no-such-bucket")
    with pytest.raises(StoreError, match=r"no-such-bucket/x\.json"):
        lost.put("x.json", b"1")


# --- publishing


def test_manifest_comes_last_with_the_digest_of_every_object(store):
    watched = Watched(store)
    manifest = put(watched, begin(store, a_plan()))
    keys = RoundKeys("2024Q4")
    assert watched.done[-1] == ("put", keys.manifest)
    assert store.get_json(keys.manifest) == manifest
    assert set(manifest["objects"]) == {
        *FILES,
        "plan.json",
        "registry.json",
        "evidence/4408000001/fetch-1.warc.gz",
        "evidence/4408000001/fetch-1.outcome.json",
    }
    for name, digest in manifest["objects"].items():
        assert hashlib.sha256(store.get(keys(name))).hexdigest() == digest, name
    # Every object under the round's key is in the manifest, but itself.
    assert {key.removeprefix(f"{keys.root}/") for key in store.keys(f"{keys.root}/")} == {
        *manifest["objects"],
        "manifest.json",
    }


def test_manifest_says_by_what_it_was_made(store):
    manifest = put(store, begin(store, a_plan()))
    assert manifest["rules_sha256"] == RULES
    assert (manifest["code_version"], manifest["run_id"], manifest["round"]) == ("0.1.0", "run-1", "2024Q4")
    assert manifest["registry_sha256"] == "d" * 64
    assert manifest["monitoring_point"] == "2024-12-31T10:00:00+08:00"


def test_publishing_again_removes_what_is_no_more_and_keeps_the_evidence(store):
    plan = begin(store, a_plan())
    put(store, plan, {**FILES, "data-docs/old.html": b"old", "annex-9.xlsx": b"old"})
    watched = Watched(store)
    manifest = put(watched, plan, {**FILES, "data-docs/new.html": b"new"})
    keys = RoundKeys("2024Q4")
    assert not store.exists(keys("data-docs/old.html")) and not store.exists(keys("annex-9.xlsx"))
    assert store.get(keys("data-docs/new.html")) == b"new"
    assert store.exists(keys.warc("4408000001", 1)) and store.exists(keys.plan)
    assert "data-docs/old.html" not in manifest["objects"]
    kinds = [kind for kind, _ in watched.done]
    assert kinds.index("delete") > max(number for number, kind in enumerate(kinds) if kind == "put"), (
        "manifest first"
    )


def test_publishing_again_changes_nothing_where_nothing_changed(store):
    plan = begin(store, a_plan())
    assert put(store, plan) == put(store, plan)


def test_other_rules_stand_beside_and_leave_the_round_alone(store):
    plan = begin(store, a_plan())
    put(store, plan)
    before = store.get(RoundKeys("2024Q4").manifest)
    manifest = put(store, plan, {"notice.json": b"other"}, "rejudged/strict")
    keys = RoundKeys("2024Q4")
    assert store.get(keys.manifest) == before
    assert store.get(keys("notice.json")) == FILES["notice.json"]
    assert store.get(keys("rejudged/strict/notice.json")) == b"other"
    assert store.get_json(keys("rejudged/strict/manifest.json")) == manifest
    assert "rejudged/strict/notice.json" in manifest["objects"] and "notice.json" not in manifest["objects"]


@pytest.mark.parametrize("refused", ["notice.json", "verdicts.csv", "manifest.json"])
def test_a_failed_publication_leaves_the_earlier_manifest(store, refused):
    plan = begin(store, a_plan())
    put(store, plan, {**FILES, "old.md": b"old"})
    keys = RoundKeys("2024Q4")
    before = store.get(keys.manifest)
    with pytest.raises(StoreError):
        put(Watched(store, refused), plan, dict.fromkeys(FILES, b"new"))
    assert store.get(keys.manifest) == before
    assert store.get(keys("old.md")) == b"old", "nothing is removed before the new manifest stands"


def test_a_first_publication_that_fails_leaves_no_manifest(store):
    plan = begin(store, a_plan())
    with pytest.raises(StoreError):
        put(Watched(store, "verdicts.csv"), plan)
    assert not store.exists(RoundKeys("2024Q4").manifest)


@pytest.mark.parametrize(("round_name", "before"), [("2024Q4", "2024Q3"), ("2025Q1", "2024Q4")])
def test_the_manifest_of_the_quarter_before_is_linked(store, round_name, before):
    put(store, begin(store, a_plan(before)))
    digest = hashlib.sha256(store.get(RoundKeys(before).manifest)).hexdigest()
    manifest = put(store, begin(store, a_plan(round_name)))
    assert manifest["previous_manifest"] == {"round": before, "sha256": digest}


def test_without_a_quarter_before_nothing_is_linked(store):
    assert put(store, begin(store, a_plan()))["previous_manifest"] is None


def pages(count: int):
    return ((f"reports/{number}.html", f"page {number}".encode()) for number in range(count))


def test_many_pages_are_written_as_they_come_and_stand_in_the_manifest(store):
    plan = begin(store, a_plan())
    watched = Watched(store)
    manifest = publish(
        watched, plan, FILES, folder="", run_id="r", code_version="v", rules_sha256=RULES, more=pages(300)
    )
    keys = RoundKeys("2024Q4")
    assert {name for name in manifest["objects"] if name.startswith("reports/")} == {
        name for name, _ in pages(300)
    }
    assert store.get(keys("reports/299.html")) == b"page 299"
    assert manifest["objects"]["reports/7.html"] == hashlib.sha256(b"page 7").hexdigest()
    assert watched.done[-1] == ("put", keys.manifest)


def test_a_page_that_is_refused_leaves_no_manifest(store):
    plan = begin(store, a_plan())
    with pytest.raises(StoreError, match=r"reports/260\.html"):
        publish(
            Watched(store, "reports/260.html"),
            plan,
            FILES,
            folder="",
            run_id="r",
            code_version="v",
            rules_sha256=RULES,
            more=pages(300),
        )
    assert not store.exists(RoundKeys("2024Q4").manifest)
