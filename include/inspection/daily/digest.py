"""The digest of the morning: what failed, what is warned of, what changed since yesterday, what could not be measured.

    digests/DATE/digest.html .xlsx .json, units/UNIT.html, manifest.json (last)

Everything follows from the day's patrol and the records of warnings, so that a second run gives the same bytes. A
day without a patrol has a digest too: it says so, and passes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from include.inspection import VERSION
from include.inspection.daily.days import TABLES, DayDamaged, PatrolDay, Patrols
from include.inspection.daily.digest_html import digest_html, unit_html
from include.inspection.daily.digest_register import candidates
from include.inspection.daily.digest_xlsx import digest_xlsx
from include.inspection.daily.facts import day_facts
from include.inspection.daily.patrol_steps import registry_of
from include.inspection.daily.settings import KINDS, LEVELS
from include.inspection.daily.warnings import EVENTS, LEVEL_NAMES, Record, Warn, read_record, record_before
from include.inspection.draft.clean import clean
from include.inspection.facts import SECTION_STATES, SectionState
from include.inspection.model import Account, Registry, Site
from include.inspection.store import ObjectStore, json_bytes
from include.inspection.times import beijing

log = structlog.get_logger("inspection.digest")

ROOT = "digests"
OTHER_UNIT = "未填写主办单位"
_WHAT = {"home": "首页", "section": "栏目", "feed": "订阅源", "task": "巡检任务", "data": "数据接口"}
_UNSAFE = re.compile(r"[^\w一-鿿（）()-]")
_WEEKDAYS = "一二三四五六日"

Row = dict[str, Any]


@dataclass
class _Names:
    """Who a subject is: its name, unit, category, and address."""

    subjects: Mapping[str, Site | Account]

    def row(self, subject_id: str) -> Row:
        found = self.subjects.get(subject_id)
        if found is None:
            return {"subject_id": subject_id, "name": subject_id, "unit": OTHER_UNIT}
        name = found.name if isinstance(found, Site) else f"{found.platform}“{found.name}”"
        return {"subject_id": subject_id, "name": name, "unit": found.sponsor or OTHER_UNIT}


def build(store: ObjectStore, day: date) -> Row:
    """All figures and rows of the digest, in Chinese where people read them; JSON-able."""
    patrol, registry, notes = _patrol(store, day)
    record = _record(store, day, notes)
    before, _ = record_before(store, day)
    if registry is None:
        registry, known_on = _last_registry(store, day)
        if known_on:
            notes.append(f"名单取自 {known_on} 的巡检")
    names = _Names({item.subject_id: item for item in registry.subjects})
    tables = {name: patrol.table(name) for name in TABLES} if patrol else {}
    found: Row = {
        "date": day.isoformat(),
        "weekday": f"星期{_WEEKDAYS[day.weekday()]}",
        "made_at": str(patrol.manifest["finished_at"]) if patrol else "",
        "finished": _clock(str(patrol.manifest["finished_at"])) if patrol else "",
        "patrolled": patrol is not None,
        "code_version": VERSION,
        "failures": _failures(tables, names),
        "checks": _checks(tables, names),
        "unmeasured": _unmeasured(tables, names, registry, patrol),
        **_warnings(record, before, patrol is not None),
        "register": candidates(store, patrol, names.row, names.subjects),
        "changes": _changes(store, day, tables, names, notes),
        "notes": [],
    }
    found["notes"] = list(dict.fromkeys(notes))
    found["totals"] = _totals(found, registry, tables)
    found["units"] = _units(found, registry)
    cleaned: Row = _cleaned(found)
    return cleaned


def _patrol(store: ObjectStore, day: date) -> tuple[PatrolDay | None, Registry | None, list[str]]:
    try:
        patrol = Patrols(store).sound(day)
        if patrol is None:
            return None, None, [f"{day} 没有巡检记录：当日情况不明，既不计合格也不计不合格"]
        registry = registry_of(store, day, str(patrol.manifest["run"]))
    except (DayDamaged, KeyError, ValueError) as error:
        return None, None, [f"{error}；当日情况不明，既不计合格也不计不合格"]
    notes = [str(note) for note in patrol.manifest["notes"]]
    if patrol.manifest["unfinished"]:
        notes.append(f"有{len(patrol.manifest['unfinished'])}个对象的巡检没有完成")
    return patrol, registry, notes


def _last_registry(store: ObjectStore, day: date) -> tuple[Registry, str]:
    earlier, _ = Patrols(store).last_before(day)
    if earlier is None:
        return Registry(), ""
    try:
        return registry_of(store, earlier.day, str(earlier.manifest["run"])), earlier.day.isoformat()
    except (KeyError, ValueError):
        return Registry(), ""


def _record(store: ObjectStore, day: date, notes: list[str]) -> Record | None:
    """The day's warnings; where there are none, those of the last day that has them, without news."""
    try:
        record = read_record(store, day)
    except ValueError as error:
        notes.append(str(error))
        record = None
    if record is not None:
        return record
    earlier, _ = record_before(store, day)
    if earlier is None:
        return None
    notes.append(f"预警沿用 {earlier.day} 的结果，当日没有更新")
    return replace(earlier, events=())


# --- the parts


def _failures(tables: Mapping[str, Sequence[Mapping[str, str]]], names: _Names) -> list[Row]:
    # A home page is tried twice: its last try stands for both, and one that opened then did not fail.
    opened = {row["site_code"] for row in tables.get("home.csv", ()) if row["state"] == "read"}
    last: dict[tuple[str, str, str], Row] = {}
    for row in tables.get("failures.csv", ()):
        # What we may not see, and what we ourselves could not do, is no failure of the site.
        if row["meaning"] not in ("site_down", "gone"):
            continue
        if row["what"] != "home" or row["subject_id"] not in opened:
            last[row["subject_id"], row["what"], row["url"]] = {
                **names.row(row["subject_id"]),
                "what": _WHAT.get(row["what"], row["what"]),
                "reason": row["reason"],
                "url": row["url"],
                "at": _clock(row["at"]),
            }
    rows = list(last.values())
    rows += [
        {
            **names.row(row["site_code"]),
            "what": "首页链接",
            "reason": "链接指向的页面不存在",
            "url": row["url"],
            "at": row["checked_on"],
        }
        for row in tables.get("dead-links.csv", ())
    ]
    return sorted(rows, key=lambda row: (row["unit"], row["subject_id"], row["what"] != "首页", row["url"]))


def _checks(tables: Mapping[str, Sequence[Mapping[str, str]]], names: _Names) -> list[Row]:
    counted: dict[str, Row] = {}
    for row in tables.get("pass.csv", ()):
        one = counted.setdefault(
            row["check_id"],
            {"id": row["check_id"], "name": row["name"], "threshold": f"{row['threshold']}{row['unit']}"}
            | dict.fromkeys(("pass", "fail", "unmeasured", "not_applicable"), 0),
        )
        one[row["result"]] += 1
    return [counted[key] for key in sorted(counted, key=lambda key: (key[0] != "D", key))]


def _unmeasured(
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    names: _Names,
    registry: Registry,
    patrol: PatrolDay | None,
) -> list[Row]:
    rows: list[Row] = []
    if patrol is None:
        return [
            {**names.row(item.subject_id), "what": "全部", "reason": "当日没有巡检", "url": ""}
            for item in registry.subjects
            if item.status == "running"
        ]
    for row in tables["failures.csv"]:
        if row["meaning"] == "unmeasured":
            rows.append(
                {
                    **names.row(row["subject_id"]),
                    "what": _WHAT.get(row["what"], row["what"]),
                    "reason": row["reason"],
                    "url": row["url"],
                }
            )
    for row in tables["sections.csv"]:
        state = row["state"]
        if state in (SectionState.SCRIPT_ONLY, SectionState.UNREAD):
            reason = row["reason"] or SECTION_STATES[SectionState(state)]
            rows.append(
                {
                    **names.row(row["site_code"]),
                    "what": f"栏目“{row['section']}”",
                    "reason": reason,
                    "url": row["url"],
                }
            )
    for row in tables["accounts.csv"]:
        if row["state"] != "read" and not any(one["subject_id"] == row["account_id"] for one in rows[-3:]):
            rows.append(
                {
                    **names.row(row["account_id"]),
                    "what": "更新情况",
                    "reason": row["reason"] or "未能读取",
                    "url": row["feed_url"],
                }
            )
    unique = {(row["subject_id"], row["what"], row["url"]): row for row in reversed(rows)}
    return sorted(unique.values(), key=lambda row: (row["unit"], row["subject_id"], row["what"], row["url"]))


def _warnings(record: Record | None, before: Record | None, patrolled: bool) -> Row:
    standing = record.standing if record else ()
    events = record.events if record else ()
    changed = {event.warning.key: event.what for event in events}
    rows = {
        "new": [
            _warning(one, changed[one.key]) for one in standing if changed.get(one.key) and not one.silenced
        ],
        "standing": [_warning(one, "") for one in standing if not changed.get(one.key) and not one.silenced],
        "silenced": [_warning(one, changed.get(one.key, "")) for one in standing if one.silenced],
        "cleared": [_warning(event.warning, "cleared") for event in events if event.what == "cleared"],
    }
    return {"warnings": rows}


def _warning(one: Warn, what: str) -> Row:
    return {
        "subject_id": one.subject_id,
        "name": one.name,
        "unit": one.unit or OTHER_UNIT,
        "level": one.level,
        "level_name": LEVEL_NAMES.get(one.level, ""),
        "kind": KINDS[one.kind],
        "about": one.target_name,
        "text": one.text,
        "news": EVENTS.get(what, ""),
        "opened_on": one.opened_on,
        "url": one.target.rpartition("|")[2] if "://" in one.target else "",
        "silenced": one.silenced,
    }


def _changes(
    store: ObjectStore,
    day: date,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    names: _Names,
    notes: list[str],
) -> list[Row]:
    """What is not as it was on the day before: home pages, sections' states, feeds; and what was published."""
    rows: list[Row] = []
    if not tables:
        return rows
    fresh: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in tables["items.csv"]:
        if row["place"] != "home" and row["not_there_on"]:
            fresh[row["subject_id"]].append(row)
    for subject_id, items in fresh.items():
        latest = max(items, key=lambda row: (row["claimed"], row["title"]))
        text = f"新见信息{len(items)}条，最新《{latest['title'][:40]}》（{latest['claimed']}）"
        rows.append({**names.row(subject_id), "what": _NEWS, "text": text, "url": latest["url"]})
    try:
        yesterday = Patrols(store).sound(day - timedelta(days=1))
    except DayDamaged:
        yesterday = None
    if yesterday is None:
        notes.append("前一天没有可用的巡检记录，网站状态的变化无从比较")
    else:
        rows += _states_changed(yesterday, day, tables, names)
    # What became otherwise goes before what was published, which on most days is most of it.
    return sorted(
        rows,
        key=lambda row: (row["what"] == _NEWS, row["unit"], row["subject_id"], row["what"], row["text"]),
    )


_NEWS = "新发布"
_HOMES = {"read": "可打开", "down": "不能打开", "gone": "页面不存在", "unmeasured": "未能判断"}


def _states_changed(
    yesterday: PatrolDay, day: date, tables: Mapping[str, Sequence[Mapping[str, str]]], names: _Names
) -> list[Row]:
    old = day_facts(yesterday.day, {name: yesterday.table(name) for name in TABLES})
    new = day_facts(day, tables)
    rows: list[Row] = []
    for code, site in new.sites.items():
        was = old.sites.get(code)
        if was is None:
            continue
        if was.home.state != site.home.state:
            text = f"首页由“{_HOMES[was.home.state]}”变为“{_HOMES[site.home.state]}”"
            if site.home.reason:
                text += f"（{site.home.reason}）"
            rows.append({**names.row(code), "what": "首页", "text": text, "url": site.home.url})
        before = {section.url: section for section in was.sections}
        for section in site.sections:
            earlier = before.get(section.url)
            if earlier is not None and earlier.state != section.state:
                states = (SECTION_STATES[SectionState(one.state)] for one in (earlier, section))
                text = "栏目“{}”由“{}”变为“{}”".format(section.name, *states)
                rows.append({**names.row(code), "what": "栏目", "text": text, "url": section.url})
    for account in new.accounts.values():
        if account.feed_changed:
            text = "订阅地址已更换，此前的记录不再沿用"
            rows.append(
                {**names.row(account.account_id), "what": "账号", "text": text, "url": account.feed_url}
            )
    return rows


# --- totals and units


def _totals(found: Row, registry: Registry, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Row:
    states = [row["state"] for row in tables.get("home.csv", ())]
    warnings = found["warnings"]
    standing = [*warnings["new"], *warnings["standing"]]
    return {
        "sites": sum(site.status == "running" for site in registry.sites),
        "accounts": sum(account.status == "running" for account in registry.accounts),
        "homes_opened": states.count("read"),
        "homes_failed": states.count("down") + states.count("gone"),
        "homes_unknown": states.count("unmeasured"),
        "failures": len(found["failures"]),
        "unmeasured": len(found["unmeasured"]),
        "warnings": len(standing),
        **{level: sum(row["level"] == level for row in standing) for level in LEVELS},
        **{name: len(warnings[name]) for name in ("new", "cleared", "silenced")},
        "register": sum(row["news"] != "已消除" for row in found["register"]),
        "items": sum(row["place"] != "home" for row in tables.get("items.csv", ())),
    }


def _units(found: Row, registry: Registry) -> list[Row]:
    """Every unit of the lists with its counts and the name of its page, those with most to do first."""
    members: dict[str, list[Site | Account]] = defaultdict(list)
    for item in registry.subjects:
        members[item.sponsor or OTHER_UNIT].append(item)
    rows: list[Row] = []
    taken: set[str] = set()
    for unit in sorted(members):
        own = {
            name: sum(row["unit"] == unit for row in found["warnings"][name]) for name in found["warnings"]
        }
        levels = {
            level: sum(
                row["unit"] == unit and row["level"] == level
                for name in ("new", "standing")
                for row in found["warnings"][name]
            )
            for level in LEVELS
        }
        rows.append(
            {
                "unit": unit,
                "file": f"units/{file_name(unit, taken)}.html",
                "sites": sum(isinstance(item, Site) for item in members[unit]),
                "accounts": sum(isinstance(item, Account) for item in members[unit]),
                "failures": sum(row["unit"] == unit for row in found["failures"]),
                "unmeasured": sum(row["unit"] == unit for row in found["unmeasured"]),
                **own,
                **levels,
            }
        )
    return sorted(rows, key=lambda row: (-row["red"], -row["orange"], -row["yellow"], row["unit"]))


def file_name(unit: str, taken: set[str]) -> str:
    """A file name that tells the unit and holds nothing that a path or an address could take amiss."""
    plain = _UNSAFE.sub("_", clean(unit))[:60] or "_"
    if plain != unit or plain in taken:
        plain += f"-{hashlib.sha256(unit.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    taken.add(plain)
    return plain


def of_unit(found: Row, unit: str) -> Row:
    """The digest of one unit: its own rows alone."""

    def own(rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if row["unit"] == unit]

    return {
        **{name: found[name] for name in ("date", "weekday", "made_at", "patrolled", "notes")},
        "unit": next(row for row in found["units"] if row["unit"] == unit),
        "failures": own(found["failures"]),
        "unmeasured": own(found["unmeasured"]),
        "register": own(found["register"]),
        "changes": own(found["changes"]),
        "warnings": {name: own(rows) for name, rows in found["warnings"].items()},
    }


def _clock(text: str) -> str:
    return f"{beijing(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if text else ""


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


# --- publication


def publish(store: ObjectStore, day: date, run_id: str) -> str:
    """Build the digest and put it under its key, the manifest last. Returns the manifest's key."""
    found = build(store, day)
    files = {
        "digest.json": json_bytes(found),
        "digest.html": digest_html(found),
        "digest.xlsx": digest_xlsx(found),
    }
    for row in found["units"]:
        files[row["file"]] = unit_html(of_unit(found, row["unit"]))
    root = f"{ROOT}/{day.isoformat()}"
    key = f"{root}/manifest.json"
    earlier = _earlier(store, key)
    for name, body in sorted(files.items()):
        store.put(f"{root}/{name}", body)
    objects = {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())}
    store.put_json(
        key, {"date": day.isoformat(), "run_id": run_id, "code_version": VERSION, "objects": objects}
    )
    for name in earlier - set(files):
        store.delete(f"{root}/{name}")
    totals = found["totals"]
    log.info(
        f"{day} 日报已发布到 {store.bucket}/{root}：预警 {totals['warnings']} 条（新增和变化 {totals['new']} 条，"
        f"解除 {totals['cleared']} 条），未能打开 {totals['failures']} 处，未能测量 {totals['unmeasured']} 处"
    )
    return key


def _earlier(store: ObjectStore, key: str) -> set[str]:
    try:
        names = store.get_json(key)["objects"]
        return {str(name) for name in names}
    except (KeyError, TypeError, ValueError):
        return set()
