"""The probes as their DAG calls them."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import structlog

from include.inspection.daily.long_dead import long_dead
from include.inspection.daily.probe_log import store_round
from include.inspection.daily.probe_plan import ProbeRules, due
from include.inspection.daily.probes import probe_round
from include.inspection.daily.series import KINDS, kind_of
from include.inspection.fetch.settings import FetchSettings
from include.inspection.registry.reader import read_registry
from include.inspection.store import ObjectStore
from include.inspection.times import beijing

log = structlog.get_logger("inspection.probes")


def probe(store: ObjectStore, registry_folder: str, moment: datetime) -> dict[str, int]:
    """Probe the sites whose turn it is in the run of ``moment``, and store the round.

    Returns how many probes counted as what. Raises ValueError for lists or settings that are wrong.
    """
    rules, settings = ProbeRules.load(), FetchSettings.from_env()
    registry = read_registry(Path(registry_folder))
    dead = long_dead(store, beijing(moment).date(), rules.long_dead_days)
    sites = due(registry.sites, moment, rules, dead)
    running = sum(site.status == "running" for site in registry.sites)
    log.info(
        f"本次探测 {len(sites)} 个网站首页（在运行 {running} 个，长期无法访问、每天探测一次的 {len(dead)} 个）"
    )
    if not sites:
        return {}
    start = datetime.now(UTC)
    probes, controls = asyncio.run(probe_round(sites, settings, rules))
    key = store_round(store, start, probes, controls)
    counts = Counter(kind_of(one) for one in probes)
    told = "，".join(f"{KINDS[kind]} {count} 个" for kind, count in sorted(counts.items()))
    log.info(f"探测完成：{told}。已存入 {store.bucket}/{key}", key=key, **counts)
    return dict(counts)
