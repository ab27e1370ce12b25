"""The patrol's steps as the DAG calls them: each reads and writes the object store and returns only small values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from include.inspection import VERSION
from include.inspection.daily.days import DayDamaged, Patrols, run_key
from include.inspection.daily.facts import day_facts
from include.inspection.daily.patrol import NOT_DONE, Job, close_day, patrol_group, read_parts
from include.inspection.daily.register_look import register_rows
from include.inspection.daily.settings import PatrolRules, WarningRules
from include.inspection.daily.source import Clock
from include.inspection.daily.tables import pass_rows, state_tables
from include.inspection.fetch.settings import FetchSettings
from include.inspection.model import Registry
from include.inspection.plan import cut
from include.inspection.registry.reader import file_digests, from_json, read_registry, to_json
from include.inspection.steps import group, scratch_folder
from include.inspection.store import ObjectStore
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import beijing, utc_text

log = structlog.get_logger("inspection.patrol")

MUCH = timedelta(minutes=5)


def _now() -> datetime:
    return datetime.now(UTC)


def begin(
    store: ObjectStore, registry_folder: str, run_id: str, wanted: datetime, clock: Clock = _now
) -> dict[str, str]:
    """Fix the day and its run, and store the lists with it. ``wanted`` is the moment of the run.

    Raises ValueError where the day of the run is over: the past cannot be looked at.
    """
    now = clock()
    day, today = beijing(wanted).date(), beijing(now).date()
    if day != today:
        raise ValueError(
            f"现在是 {today}，不能补做 {day} 的巡检：网页只能在当天查看。请清除该次运行，或核对系统时钟"
        )
    registry = read_registry(Path(registry_folder))
    for problem in registry.problems:
        log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    PatrolRules.load()
    WarningRules.load()
    SurveyLimits.load()
    FetchSettings.from_env()
    run = hashlib.sha256(run_id.encode()).hexdigest()[:12]
    base, notes = Patrols(store).last_before(day)
    finished = str(base.manifest["finished_at"]) if base else ""
    if base is not None and datetime.fromisoformat(finished) > now + MUCH:
        notes.append(f"{base.day} 的巡检结束于 {finished}，晚于现在：系统时钟可能被调整过")
    for note in notes:
        log.warning(note)
    store.put_json(
        run_key(day, run, "begin.json"),
        {
            "run_id": run_id,
            "started_at": utc_text(now),
            "base": base.day.isoformat() if base else "",
            "notes": notes,
            "registry": to_json(registry),
            "registry_files": file_digests(Path(registry_folder)),
        },
    )
    log.info(
        f"{day} 巡检开始：网站 {len(registry.sites)} 个，账号 {len(registry.accounts)} 个，"
        f"以 {base.day if base else '空白'} 的结果为起点"
    )
    return {"date": day.isoformat(), "run": run}


def _begun(store: ObjectStore, begun: Mapping[str, str]) -> dict[str, Any]:
    day = date.fromisoformat(begun["date"])
    found: dict[str, Any] = store.get_json(run_key(day, begun["run"], "begin.json"))
    return found


def _registry(stored: Mapping[str, Any]) -> Registry:
    return from_json(stored["registry"])


def groups(store: ObjectStore, begun: Mapping[str, str], size: int, most: int) -> list[dict[str, Any]]:
    """The running sites and accounts in groups of ``size``, one a mapped task; sites and accounts apart."""
    registry = _registry(_begun(store, begun))
    names = {item.subject_id: item.name for item in registry.subjects}
    sites = [site.site_code for site in registry.sites if site.status == "running"]
    accounts = [account.account_id for account in registry.accounts if account.status == "running"]
    half = max(1, most // 2)
    parts = cut(sites, size, half) + cut(accounts, size * 4, half)
    return [{"number": number, **group(part, names)} for number, part in enumerate(parts, 1)]


def patrol(
    store: ObjectStore,
    begun: Mapping[str, str],
    number: int,
    ids: Sequence[str],
    clock: Clock = _now,
    settings: FetchSettings | None = None,
    limits: SurveyLimits | None = None,
    rules: PatrolRules | None = None,
) -> dict[str, int]:
    """Visit one group; a group that is stored already is left alone."""
    day, run = date.fromisoformat(begun["date"]), begun["run"]
    if store.exists(run_key(day, run, f"parts/{number:04d}.json")):
        log.info(f"第{number}组已巡检过，不再重复")
        return {"subjects": 0, "items": 0, "failures": 0}
    stored = _begun(store, begun)
    base = Patrols(store).day(date.fromisoformat(stored["base"])) if stored["base"] else None
    job = Job(
        store=store,
        day=day,
        run=run,
        registry=_registry(stored),
        base=base,
        patrol=rules or PatrolRules.load(),
        warnings=WarningRules.load(),
        settings=settings or FetchSettings.from_env(),
        limits=limits or SurveyLimits.load(),
        clock=clock,
    )
    with scratch_folder() as scratch:
        return patrol_group(job, number, ids, scratch)


def close(
    store: ObjectStore, begun: Mapping[str, str], parts: Sequence[Mapping[str, Any]], clock: Clock = _now
) -> dict[str, int]:
    """The day's tables out of its groups, its pass table, and the manifest. Returns a few counts."""
    day, run = date.fromisoformat(begun["date"]), begun["run"]
    stored = _begun(store, begun)
    patrol_rules, rules = PatrolRules.load(), WarningRules.load()
    names = [f"parts/{part['number']:04d}.json" for part in parts]
    found, sites, accounts, items, failures = read_parts(store, day, run, names)
    done = {*sites, *accounts}
    told = {row["subject_id"] for row in failures if row["what"] == "task"}
    missing = [
        subject_id
        for part in parts
        for subject_id in part["ids"]
        if subject_id not in done and subject_id not in told
    ]
    failures += [
        {
            "subject_id": subject_id,
            "what": "task",
            "url": "",
            "outcome": "unexpected",
            "meaning": "unmeasured",
            "reason": NOT_DONE,
            "at": utc_text(clock()),
        }
        for subject_id in missing
    ]
    tables: dict[str, list[dict[str, Any]]] = state_tables(sites, accounts)
    tables["items.csv"] = sorted(items, key=lambda row: tuple(row.values()))
    tables["failures.csv"] = sorted(failures, key=lambda row: tuple(row.values()))
    base = Patrols(store).day(date.fromisoformat(stored["base"])) if stored["base"] else None
    before = base.table("register.csv") if base else []
    tables["register.csv"] = register_rows(_registry(stored), sites, before, str(day))
    facts = day_facts(day, _as_read(tables))
    tables["pass.csv"] = pass_rows(facts, patrol_rules, rules)
    manifest = close_day(
        store,
        day,
        run,
        found,
        {
            "run_id": stored["run_id"],
            "started_at": stored["started_at"],
            "finished_at": utc_text(clock()),
            "base": stored["base"],
            "notes": stored["notes"],
            "code_version": VERSION,
            "rules_sha256": {"patrol": patrol_rules.sha256, "warnings": rules.sha256},
            "sites": len(sites),
            "accounts": len(accounts),
            "unfinished": sorted({*missing, *told}),
        },
        tables,
    )
    counts = {
        "sites": len(sites),
        "accounts": len(accounts),
        "failures": len(failures),
        "failed_checks": sum(row["result"] == "fail" for row in tables["pass.csv"]),
    }
    log.info(
        f"{day} 巡检完成：网站 {counts['sites']} 个，账号 {counts['accounts']} 个，未能读取 {counts['failures']} 处，"
        f"未通过 {counts['failed_checks']} 项，未完成 {len(manifest['unfinished'])} 个"
    )
    return counts


def _as_read(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, str]]]:
    """The rows as a reader of the CSV files gets them."""
    return {
        name: [{key: str(value) for key, value in row.items()} for row in rows]
        for name, rows in tables.items()
    }


def known_day(store: ObjectStore, day: date) -> str:
    """Why there is nothing of a day, in Chinese; "" where it stands."""
    try:
        return "" if Patrols(store).sound(day) else f"{day} 没有巡检记录"
    except DayDamaged as error:
        return str(error)


def registry_of(store: ObjectStore, day: date, run: str) -> Registry:
    return from_json(json.loads(store.get(run_key(day, run, "begin.json")))["registry"])
