"""The recheck as its DAG calls it: a round within the round, fetched and judged by the ordinary steps."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from include.inspection import VERSION, steps
from include.inspection.after.recheck import (
    OUTCOMES,
    RECHECK_COLUMNS,
    check_moment,
    compare,
    named_in,
    recheck_plan,
    since,
)
from include.inspection.csv_tables import csv_bytes, read_csv
from include.inspection.plan import Plan
from include.inspection.publish import publish
from include.inspection.registry.reader import read_registry, to_json
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.tallying.named_before import named_before
from include.inspection.times import Period, parse_as_of

log = structlog.get_logger("inspection.recheck")

_RECHECK = re.compile(r"recheck-([1-9][0-9]*)")
TABLES = ("measures", "findings", "coverage")


def begin(
    store: ObjectStore,
    round_name: str,
    registry_folder: str | None,
    as_of: str | None,
    due: str | None,
    now: datetime,
) -> str:
    """Lay out the next recheck of a published round, or the one that was begun and not published; returns its name.

    ``now`` is the moment of the run, which counts where ``as_of`` is not given. Raises ValueError where the round was
    not published, named nobody, or the deadline has not passed.
    """
    Period(round_name)
    keys = RoundKeys(round_name)
    made, registry = steps.load_round(store, round_name)
    try:
        notice = store.get_json(keys("notice.json"))
    except KeyError:
        raise ValueError(f"轮次 {round_name} 没有发布的通报：请先完成检查和发布") from None
    number, begun = _next(store, keys)
    name = f"{round_name}/recheck-{number}"
    moment = begun.as_of if begun else parse_as_of(as_of) if as_of else now
    deadline = check_moment(notice, _day(due), moment)
    if registry_folder:
        registry = read_registry(Path(registry_folder), max(now, moment))
        for problem in registry.problems:
            log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    settled = {
        subject_id
        for subject_id, row in _latest(store, keys).items()
        if row["outcome"] in ("fixed", "closed")
    }
    wanted = [item.subject_id for item in named_in(notice) if item.subject_id not in settled]
    plan = recheck_plan(made, name, moment, registry, wanted)
    inner = RoundKeys(name)
    store.put_json(inner.registry, {"files": {}, "lists": to_json(since(registry, deadline))})
    store.put_json(inner.plan, plan.to_json())
    log.info(
        f"复查 {name}：通报点名 {len(named_in(notice))} 个，其中 {len(settled)} 个此前已整改或关停，"
        f"本次复查网站 {len(plan.sites)} 个、账号 {len(plan.accounts)} 个，整改期限 {deadline}",
        deadline=deadline.isoformat(),
    )
    return name


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"整改期限“{text}”无法识别：请写成 2025-02-10") from None


def _next(store: ObjectStore, keys: RoundKeys) -> tuple[int, Plan | None]:
    """The number of the recheck to be run, and its plan where it was begun already."""
    names = {key.removeprefix(f"{keys.root}/").split("/")[0] for key in store.keys(keys("recheck-"))}
    numbers = sorted(int(match[1]) for name in names if (match := _RECHECK.fullmatch(name)))
    if not numbers:
        return 1, None
    last = RoundKeys(f"{keys.root.removeprefix('rounds/')}/recheck-{numbers[-1]}")
    if store.exists(last.manifest) or not store.exists(last.plan):
        return numbers[-1] + (1 if store.exists(last.manifest) else 0), None
    return numbers[-1], Plan.from_json(store.get_json(last.plan))


def _latest(store: ObjectStore, keys: RoundKeys) -> dict[str, dict[str, Any]]:
    """The subjects of the latest published recheck, by id."""
    try:
        return {row["subject_id"]: row for row in store.get_json(keys("recheck.json"))["subjects"]}
    except KeyError:
        return {}


def finish(store: ObjectStore, name: str, run_id: str) -> dict[str, int]:
    """Compare the judged recheck with the notice and publish it; returns how many subjects came out how."""
    round_name, _, part = name.partition("/")
    keys, number = RoundKeys(round_name), int(part.removeprefix("recheck-"))
    plan, registry = steps.load_round(store, name)
    notice = store.get_json(keys("notice.json"))
    prefix = steps.work_key(plan, None, "")
    files = {key.removeprefix(prefix): store.get(key) for key in store.keys(prefix)}
    if "measures.csv" not in files:
        raise ValueError(f"复查 {name} 没有判定结果：请先处理失败的任务，再重新运行")
    standards = load_standards(plan.rules)
    rows, subjects = compare(
        named_in(notice),
        registry,
        [rule for standard in standards for rule in standard.rules],
        {table: read_csv(files[f"{table}.csv"]) for table in TABLES},
        _latest(store, keys),
        named_before(store, round_name),
        number,
    )
    counts = {outcome: sum(row["outcome"] == outcome for row in subjects) for outcome in OUTCOMES}
    result = {
        "round": round_name,
        "number": number,
        "monitoring_point": plan.as_of.isoformat(),
        "named": len(subjects),
        **counts,
        "subjects": subjects,
    }
    files["recheck.csv"] = csv_bytes(RECHECK_COLUMNS, rows)
    files["recheck.json"] = (json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    used = {standard.id: standard.sha256 for standard in standards}
    publish(store, plan, files, folder="", run_id=run_id, code_version=VERSION, rules_sha256=used)
    # The next notice reads the latest state here.
    store.put(keys("recheck.json"), files["recheck.json"])
    for key in list(store.keys(prefix)):
        store.delete(key)
    for row in subjects:
        repeated = f"（此前 {'、'.join(row['named_before'])} 也曾被通报）" if row["named_before"] else ""
        log.info(
            f"{row['subject_id']} {row['name']}：{OUTCOMES[row['outcome']]}{repeated} {row['reason']}".rstrip()
        )
    log.info(
        "复查结果：" + "，".join(f"{OUTCOMES[name]} {count} 个" for name, count in counts.items()), **counts
    )
    return counts
