"""The steps as the DAGs call them: each reads and writes the object store and returns only small values."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from include.inspection import VERSION
from include.inspection.fetch.settings import FetchSettings
from include.inspection.model import Registry
from include.inspection.plan import Plan, cut, make_plan
from include.inspection.registry.reader import file_digests, from_json, read_registry, to_json
from include.inspection.registry.review_lists import read_review_lists
from include.inspection.registry.without_effect import rows_without_effect
from include.inspection.review.decisions import read_records, write_lists
from include.inspection.review.requests import REVIEW_TABLES, review_figures, with_approval
from include.inspection.rules.standard import Standard, load_standards
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import CLOCK_TOLERANCE, Period, beijing, parse_as_of, quarter_of

log = structlog.get_logger("inspection")

#: Tables and drafts on their way to publication, not yet under a published key.
WORK = "work"
TABLES = ("verdicts", "findings", "coverage")
#: How a step begins to say that one before it has failed.
NOT_BEGUN = "前面的步骤没有完成"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for temporary files, removed afterwards; INSPECTION_SCRATCH or the system's."""
    import os

    root = os.environ.get("INSPECTION_SCRATCH") or None
    if root:
        Path(root).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="inspection-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def snapshot(
    store: ObjectStore, registry_folder: str, round_name: str, as_of: str | None, now: datetime
) -> dict[str, str]:
    """Check the office's lists and store them with the round. Returns the round and its monitoring point.

    A round that was begun keeps its monitoring point: a second run completes it, with lists that may have been mended;
    lists of wholly other subjects are refused, for they would take over the round's results. ``now`` is the moment of the run;
    a point that lies more than CLOCK_TOLERANCE after it is refused, for at a point to come everything would look late.
    """
    given = parse_as_of(as_of) if as_of else None
    name = round_name or quarter_of(given or now)
    Period(name)
    keys = RoundKeys(name)
    earlier = _stored_plan(store, keys)
    begun = earlier.as_of if earlier else None
    if begun and given and begun != given:
        raise ValueError(
            f"轮次 {name} 已按监测时间点 {begun.isoformat()} 开始，不能再用 {given.isoformat()}：请沿用原时间点，或换一个轮次名（如 {name[:6]}-2）"
        )
    moment = begun or given or now
    if not Period(name).admits(moment):
        raise ValueError(f"监测时间点 {moment.isoformat()} 不属于轮次 {name}：请核对 ROUND 和 AS_OF")
    if moment > now + CLOCK_TOLERANCE:
        raise ValueError(
            f"监测时间点 {moment.isoformat()} 晚于现在（{beijing(now).isoformat(timespec='minutes')}）："
            "那时的更新还没有发生，不能检查；请核对 AS_OF"
        )
    folder = Path(registry_folder)
    registry = read_registry(folder, max(now, moment))
    lists = read_review_lists(folder)
    registry = replace(registry, problems=(*registry.problems, *lists.problems))
    for problem in registry.problems:
        log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    log.info(
        f"名单已读取：网站 {len(registry.sites)} 个，账号 {len(registry.accounts)} 个，栏目 {len(registry.sections)} 个，"
        f"留言 {len(registry.messages)} 条，上报问题 {len(registry.findings)} 条，未通过校验 {len(registry.problems)} 处"
    )
    if earlier and not _shared_subjects(store, keys, registry):
        raise ValueError(
            f"轮次 {name} 是用另一份名单开始的，与 {folder} 中的名单没有一个相同的网站或账号："
            f"请核对 REGISTRY，或换一个轮次名（如 {name[:6]}-2），以免覆盖已有的结果"
        )
    store.put_json(keys.registry, {"files": file_digests(folder), "lists": to_json(registry)})
    _import_history(store, folder / "notices.jsonl")
    write_lists(store, name, lists, now)
    return {"round": name, "as_of": moment.isoformat()}


def _shared_subjects(store: ObjectStore, keys: RoundKeys, registry: Registry) -> bool:
    """Whether the lists that the round was begun with and these have a subject in common."""
    begun = {subject.subject_id for subject in _registry(store.get(keys.registry)).subjects}
    return not begun or any(subject.subject_id in begun for subject in registry.subjects)


def _import_history(store: ObjectStore, path: Path) -> None:
    """Earlier notices that lie beside the lists, if any; a file that cannot be read stops nothing."""
    from include.inspection.tallying.notice_history import import_notices

    if path.is_file():
        try:
            import_notices(store, path)
        except ValueError as error:
            log.warning(f"历史通报未导入：{error}")


def _stored_plan(store: ObjectStore, keys: RoundKeys) -> Plan | None:
    try:
        return Plan.from_json(store.get_json(keys.plan))
    except KeyError:
        return None


def plan(
    store: ObjectStore, round_name: str, as_of: str, coverage: str, profile: str, rules: Sequence[str]
) -> Plan:
    """Check rule files and profile before anything is fetched, and store who is inspected."""
    from include.inspection.draft import load_profile

    standards = load_standards(rules)
    load_profile(profile)
    SurveyLimits.load()
    FetchSettings.from_env()
    keys = RoundKeys(round_name)
    raw = store.get(keys.registry)
    begun = _stored_plan(store, keys)
    for problem in rows_without_effect(_registry(raw), standards):
        log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    made = make_plan(
        _registry(raw),
        hashlib.sha256(raw).hexdigest(),
        standards,
        round_name=round_name,
        as_of=as_of,
        coverage=coverage,
        profile=profile,
        seed=begun.seed if begun and begun.coverage == coverage else "",
    )
    store.put_json(keys.plan, made.to_json())
    log.info(
        f"检查计划：轮次 {made.round}，监测时间点 {made.as_of.isoformat()}，网站 {len(made.sites)} 个，账号 {len(made.accounts)} 个，"
        f"规则 {'、'.join(made.rules)}，体例 {made.profile}",
        rules_sha256=made.rules_sha256,
        seed=made.seed,
    )
    return made


def groups(
    store: ObjectStore, round_name: str, subject_type: str, size: int, most: int
) -> list[dict[str, Any]]:
    """The planned sites or accounts in groups of ``size``, one a mapped task; larger where there were more than ``most``."""
    made, registry = load_round(store, round_name)
    names = {item.subject_id: item.name for item in registry.subjects}
    ids = made.sites if subject_type == "site" else made.accounts
    return [group(part, names) for part in cut(ids, size, most)]


def group(ids: Sequence[str], names: dict[str, str]) -> dict[str, Any]:
    """What one mapped task is given; the label names its cell in the grid."""
    more = f" 等{len(ids)}个" if len(ids) > 1 else ""
    return {"ids": list(ids), "label": f"{ids[0]} {names[ids[0]]}{more}"}


def known_round(round_name: str | None, *needed: Any) -> str:
    """The round's name, where the tasks that must come first have come to an end. Raises ValueError otherwise."""
    if round_name is None or any(value is None for value in needed):
        raise ValueError(f"{NOT_BEGUN}，本步骤不能进行：请先处理失败的任务，再重新运行")
    return round_name


def _registry(raw: bytes) -> Registry:
    return from_json(json.loads(raw)["lists"])


def load_round(store: ObjectStore, round_name: str) -> tuple[Plan, Registry]:
    """The stored plan and lists of a round. Raises ValueError that says what is missing."""
    keys = RoundKeys(round_name)
    try:
        return Plan.from_json(store.get_json(keys.plan)), _registry(store.get(keys.registry))
    except KeyError as error:
        raise ValueError(
            f"轮次 {round_name} 没有存档（缺 {error.args[0]}）：请先运行检查，或核对轮次名"
        ) from None


def fetch(store: ObjectStore, round_name: str, ids: Sequence[str], number: int) -> dict[str, int]:
    """Pass ``number`` over these subjects; what is stored already is left alone."""
    from include.inspection.fetch_step import fetch_subjects

    made, registry = load_round(store, round_name)
    rules = [rule for standard in load_standards(made.rules) for rule in standard.rules]
    with scratch_folder() as scratch:
        return fetch_subjects(
            store, made, registry, rules, ids, number, FetchSettings.from_env(), SurveyLimits.load(), scratch
        )


def freeze_history(store: ObjectStore, round_name: str, now: datetime) -> int:
    """Take what the daily history says of the round's subjects, once: judging reads this and nothing newer.

    Returns the number of subjects that have a history.
    """
    from include.inspection.history import freeze

    made, _ = load_round(store, round_name)
    return freeze(store, made, load_standards(made.rules), now)


def find_suspects(store: ObjectStore, round_name: str) -> list[str]:
    from include.inspection.judging.round import find_suspects as find

    made, registry = load_round(store, round_name)
    with scratch_folder() as scratch:
        return find(store, made, registry, load_standards(made.rules), SurveyLimits.load(), scratch)


def suspect_groups(store: ObjectStore, round_name: str) -> list[dict[str, Any]]:
    """The subjects to be measured a second time, a group each."""
    _, registry = load_round(store, round_name)
    names = {item.subject_id: item.name for item in registry.subjects}
    return [group([subject_id], names) for subject_id in find_suspects(store, round_name)]


def _rules(made: Plan, rules: Sequence[str] | None) -> list[Standard]:
    return load_standards(rules or made.rules)


def result_folder(made: Plan, rules: Sequence[str] | None) -> str:
    """Where results go below the round's key: its root for the plan's own rules, else a folder named by the rules."""
    return "" if not rules or tuple(rules) == made.rules else f"rejudged/{'+'.join(rules)}"


def judge(store: ObjectStore, round_name: str, rules: Sequence[str] | None = None) -> dict[str, int]:
    """Tables and Data Docs from stored evidence, into the work area. Returns the number of each verdict."""
    from include.inspection.judging.round import judge_round, table_files

    made, registry = load_round(store, round_name)
    _clear_work(store, made, rules)
    standards = _rules(made, rules)
    for standard in standards:
        if made.rules_sha256.get(standard.id, standard.sha256) != standard.sha256:
            log.warning(
                f"规则文件 {standard.id} 自制定计划以来改动过，结果可能与首次判定不同", sha256=standard.sha256
            )
    with scratch_folder() as scratch:
        records = read_records(store, round_name)
        tables, docs = judge_round(store, made, registry, standards, SurveyLimits.load(), scratch, records)
        files = table_files(tables)
        files["registry-problems.csv"] = _problems_csv(registry, standards)
        for path in sorted(docs.rglob("*")):
            if path.is_file():
                files[f"data-docs/{path.relative_to(docs)}"] = path.read_bytes()
    for name, body in files.items():
        store.put(work_key(made, rules, name), body)
    return {
        verdict: sum(row["verdict"] == verdict for row in tables.verdicts)
        for verdict in ("qualified", "unqualified", "undetermined")
    }


def _problems_csv(registry: Registry, standards: Sequence[Standard]) -> bytes:
    from dataclasses import asdict

    from include.inspection.csv_tables import csv_bytes

    return csv_bytes(
        ("file", "line", "field", "value", "reason"),
        [asdict(item) for item in (*registry.problems, *rows_without_effect(registry, standards))],
    )


def work_key(made: Plan, rules: Sequence[str] | None, name: str) -> str:
    folder = result_folder(made, rules)
    return f"{WORK}/{made.round}/{folder or 'round'}/{name}"


def _clear_work(store: ObjectStore, made: Plan, rules: Sequence[str] | None) -> None:
    for key in list(store.keys(work_key(made, rules, ""))):
        store.delete(key)


def tally(store: ObjectStore, round_name: str, rules: Sequence[str] | None = None) -> dict[str, Any]:
    """The notice as data, into the work area. Returns the pass rates."""
    from include.inspection.csv_tables import read_csv
    from include.inspection.draft import load_profile
    from include.inspection.tallying.named_before import repeat_offenders
    from include.inspection.tallying.periods import surroundings
    from include.inspection.tallying.tally import tally as count

    made, registry = load_round(store, round_name)
    profile = load_profile(made.profile)
    notice = count(
        made,
        registry,
        _rules(made, rules),
        profile,
        {name: read_csv(store.get(work_key(made, rules, f"{name}.csv"))) for name in TABLES},
        sampled=_sampled(store, made),
        code_version=VERSION,
        around=surroundings(store, made, registry, profile.data["office"]["issuer"]),
    )
    notice |= review_figures(*(read_csv(store.get(work_key(made, rules, name))) for name in REVIEW_TABLES))
    notice |= repeat_offenders(store, notice)
    store.put_json(work_key(made, rules, "tally.json"), notice)
    for kind, word in (("sites", "网站"), ("accounts", "账号")):
        counts = notice[kind]
        log.info(
            f"{word}：共 {counts['total']} 个，检查 {counts['inspected']} 个，合格 {counts['qualified']} 个，合格率 {counts['rate'] or '无'}",
            **{key: counts[key] for key in counts if key != "by_category"},
        )
    return {"sites": notice["sites"]["rate"], "accounts": notice["accounts"]["rate"]}


def _sampled(store: ObjectStore, made: Plan) -> tuple[datetime, datetime] | None:
    """From the first to the last moment at which evidence of the round was fetched."""
    keys = RoundKeys(made.round)
    moments = []
    for key in store.keys(keys("evidence/")):
        if key.endswith(".outcome.json"):
            outcome = store.get_json(key)
            moments += [outcome["started_at"], outcome["finished_at"]]
    times = [datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC) for text in moments]
    return (min(times), max(times)) if times else None


def draft(store: ObjectStore, round_name: str, rules: Sequence[str] | None = None) -> list[str]:
    """The notice in all its forms, into the work area. Raises ValueError where its figures contradict each other."""
    from include.inspection.draft import load_profile, render
    from include.inspection.draft.check import problems
    from include.inspection.draft_files import draft_changes

    made, _ = load_round(store, round_name)
    notice = with_approval(store.get(work_key(made, rules, "tally.json")), read_records(store, round_name))
    found = problems(notice)
    if found:
        raise ValueError("通报草稿自相矛盾，未生成：" + "；".join(found))
    files = render(notice, load_profile(made.profile))
    files |= draft_changes(store, _drafts(made, rules), json.loads(files["notice.json"]))
    for name, body in files.items():
        store.put(work_key(made, rules, name), body)
    log.info(f"通报草稿已生成：{'、'.join(sorted(files))}")
    return sorted(files)


def _drafts(made: Plan, rules: Sequence[str] | None) -> list[str]:
    """Where an earlier draft of the round may lie, the youngest first."""
    folder = result_folder(made, rules)
    return [work_key(made, rules, ""), RoundKeys(made.round)(f"{folder}/" if folder else "")]


def publish(store: ObjectStore, round_name: str, rules: Sequence[str] | None, run_id: str) -> str:
    """Everything of the work area under the published key, the manifest last. Returns the manifest's key."""
    from include.inspection.draft_files import reports
    from include.inspection.publish import publish as put

    made, registry = load_round(store, round_name)
    prefix = work_key(made, rules, "")
    files = {key.removeprefix(prefix): store.get(key) for key in store.keys(prefix)}
    if "notice.json" not in files or "verdicts.csv" not in files:
        raise ValueError(f"轮次 {round_name} 没有可发布的草稿：请先完成判定和起草")
    files.pop("tally.json", None)
    pages = reports(store, made, registry, _rules(made, rules), files)
    folder = result_folder(made, rules)
    used = {item["id"]: item["sha256"] for item in json.loads(files["notice.json"])["rules"]}
    about = {"folder": folder, "run_id": run_id, "code_version": VERSION}
    put(store, made, files, rules_sha256=used, more=pages, **about)
    _clear_work(store, made, rules)
    return RoundKeys(made.round)(f"{folder}/manifest.json" if folder else "manifest.json")
