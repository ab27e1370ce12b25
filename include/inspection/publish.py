"""The round's objects under their published keys; the manifest comes last and makes them a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import structlog

from include.inspection.plan import Plan
from include.inspection.store import ObjectStore, RoundKeys, json_bytes
from include.inspection.times import Period

log = structlog.get_logger("inspection.publish")

#: The pages of a province's subjects are many and small: the store's answer time counts, not their size.
WRITERS, BATCH = 8, 256
#: What is written before a publication and outlives every later one.
KEPT = ("evidence/", "history/", "decisions/")


def publish(
    store: ObjectStore,
    plan: Plan,
    files: Mapping[str, bytes],
    *,
    folder: str,
    run_id: str,
    code_version: str,
    rules_sha256: Mapping[str, str],
    more: Iterable[tuple[str, bytes]] = (),
) -> dict[str, Any]:
    """Write ``files`` under the round's key (in ``folder`` of it, "" for its root), then the manifest.

    ``more`` are further files, written as they come: too many to be held at once.

    ``rules_sha256`` is that of the rule files which the figures rest on; a round judged again may have others than its plan.

    Objects of an earlier publication that this one no longer has are removed after the new manifest stands.
    """
    keys = RoundKeys(plan.round)
    prefix = f"{folder}/" if folder else ""
    manifest_key = keys(f"{prefix}manifest.json")
    earlier = _manifest(store, manifest_key)
    objects = {}
    for name, body in sorted(files.items()):
        store.put(keys(prefix + name), body)
        objects[prefix + name] = hashlib.sha256(body).hexdigest()
    objects |= {prefix + name: digest for name, digest in _put_many(store, keys(prefix), more)}
    for kept in KEPT:
        for key in sorted(store.keys(keys(kept))):
            name = key.removeprefix(f"{keys.root}/")
            objects[name] = hashlib.sha256(store.get(key)).hexdigest()
    for name in ("plan.json", "registry.json"):
        objects[name] = hashlib.sha256(store.get(keys(name))).hexdigest()
    before = _before(store, plan.round)
    manifest = {
        "round": plan.round,
        "monitoring_point": plan.as_of.isoformat(),
        "run_id": run_id,
        "code_version": code_version,
        "rules_sha256": dict(rules_sha256),
        "registry_sha256": plan.registry_sha256,
        "objects": objects,
        "previous_manifest": before,
    }
    store.put(manifest_key, json_bytes(manifest))
    for name in set((earlier or {}).get("objects", {})) - set(objects):
        if not name.startswith(KEPT):
            store.delete(keys(name))
    log.info(
        f"已发布结果、报告和证据共 {len(objects)} 个对象到 {store.bucket}/{keys(prefix)}",
        manifest=manifest_key,
    )
    return manifest


def _put_many(
    store: ObjectStore, prefix: str, files: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each of ``files``, several written at once; no more than a batch is held."""

    def put(file: tuple[str, bytes]) -> tuple[str, str]:
        name, body = file
        store.put(prefix + name, body)
        return name, hashlib.sha256(body).hexdigest()

    left = iter(files)
    with ThreadPoolExecutor(WRITERS) as pool:
        while batch := list(islice(left, BATCH)):
            yield from pool.map(put, batch)


def _manifest(store: ObjectStore, key: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = store.get_json(key)
    except KeyError:
        return None
    return found


def _before(store: ObjectStore, round_name: str) -> dict[str, str] | None:
    """Name and SHA-256 of the manifest of the quarter before; of a recheck, that of its round."""
    of_round, _, recheck = round_name.partition("/")
    name = of_round if recheck else Period(round_name).previous
    try:
        body = store.get(RoundKeys(name).manifest)
    except KeyError:
        return None
    return {"round": name, "sha256": hashlib.sha256(body).hexdigest()}
