"""Figures of earlier notices, imported so that the first period of a new user already has a past.

A record is one published notice as a JSON object a line (notices.jsonl; docs/data-dictionary.md). What was published is
kept as it stands, even where its own counts contradict it: the contradiction becomes a flag, and comparisons use the
counts. Every rate that follows from counts is computed again, exactly and half up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog

from include.inspection.draft.rates import decimals_of, rate
from include.inspection.model import Problem
from include.inspection.store import ObjectStore

log = structlog.get_logger("inspection.history")

PREFIX = "history/notices/"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}")
_QUARTER = re.compile(r"^(20\d{2})Q([1-4])$|^(20\d{2})\b.*\(Q([1-4])\)")
_RATE = re.compile(r"^\d{1,3}(\.\d{1,4})?%?$")
#: "拉萨 27/21": inspected and passed beside the name of a group.
_GROUP = re.compile(r"(\d{1,7})/(\d{1,7})$")
_MAX_LINE, _MAX_LINES = 200_000, 20_000
#: The longest file that is read, in bytes.
MAX_FILE = 50_000_000
KINDS = {"sites": "政府网站", "new_media": "政务新媒体"}

Record = Mapping[str, Any]


def import_notices(store: ObjectStore, path: Path) -> dict[str, int]:
    """Read the records of ``path`` into the store; a line that cannot be used is told and the others go on.

    Returns how many were read, flagged and refused. Raises ValueError where the file itself cannot be read. A record
    with the id of an earlier one takes its place.
    """
    records, problems = read_notices(path)
    for problem in problems:
        log.warning(f"历史通报：{problem}", file=problem.file, line=problem.line)
    for record in records:
        store.put_json(f"{PREFIX}{record['id']}.json", record)
        for flag in record["flags"]:
            log.warning(f"{record['id']} {flag}：照录，不更正")
    flagged = sum(bool(record["flags"]) for record in records)
    log.info(
        f"历史通报已导入 {len(records)} 份，其中 {flagged} 份有与自身数量不符之处，{len(problems)} 行未能导入"
    )
    return {"read": len(records), "flagged": flagged, "refused": len(problems)}


def read_notices(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The records of a .jsonl file and what could not be read of it."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise ValueError(f"{path} 超过 {MAX_FILE // 1_000_000} MB：请分成几个文件")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path} 读不出来（{error.strerror}）：请核对 FILE") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} 不是 UTF-8 编码：请另存为 UTF-8") from None
    records: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines()[:_MAX_LINES], 1):
        if not line.strip():
            continue
        try:
            record = normal(_parse(line))
        except ValueError as error:
            problems.append(Problem(path.name, number, "", line[:60], str(error)))
            continue
        if record["id"] in records:
            problems.append(
                Problem(path.name, number, "id", record["id"], "与前面的一行重复：只采用前面的一行")
            )
            continue
        records[record["id"]] = {**record, "source": f"{path.name} 第 {number} 行"}
    return list(records.values()), problems


def _parse(line: str) -> dict[str, Any]:
    if len(line) > _MAX_LINE:
        raise ValueError(f"一行超过 {_MAX_LINE} 个字符：请检查是否少了换行")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是一个 JSON 对象：每行写一份通报") from None
    if not isinstance(value, dict):
        raise ValueError("不是一个 JSON 对象：每行写一份通报")
    if not isinstance(value.get("id"), str) or not _ID.fullmatch(value["id"]) or ".." in value["id"]:
        raise ValueError("id 应为字母、数字、- _ . 组成的编号，如 zhanjiang-2024Q4")
    if not isinstance(value.get("period"), str) or not value["period"].strip():
        raise ValueError("缺少 period：请写成 2024Q4")
    return value


def normal(raw: Record) -> dict[str, Any]:
    """A record as it is stored: counts by kind, every rate computed again, what contradicts flagged, the text kept."""
    quarter = _quarter(raw["period"])
    found = list(_rates(raw))
    sums = list(_sums(raw))
    flags = [
        f"{item['what']}公布{item['published']}%，按其数量{item['part']}÷{item['whole']}应为{item['computed']}"
        for item in found
        if not item["agrees"]
    ]
    flags += [
        f"{item['what']}公布合计{item['total']}，按其各项{'+'.join(map(str, item['parts']))}应为{item['sum']}"
        for item in sums
        if not item["agrees"]
    ]
    return {
        "id": raw["id"],
        "issuer": _text(raw.get("issuer")),
        "period": raw["period"],
        "quarter": quarter,
        "date": _text(raw.get("date")),
        "sites": _counts(raw.get("sites")),
        "accounts": _counts(raw.get("new_media")),
        "messages": _messages(raw.get("messages")),
        "recomputed": found,
        "sums": sums,
        "flags": list(dict.fromkeys(flags)),
        "record": dict(raw),
    }


def _quarter(period: str) -> str:
    match = _QUARTER.match(period.strip())
    return f"{match[1] or match[3]}Q{match[2] or match[4]}" if match else ""


def _counts(raw: Any) -> dict[str, Any]:
    """``rate`` follows from counts where the notice prints them, else it is the published one."""
    if not isinstance(raw, Mapping):
        return {}
    inspected, unqualified, inferred = _judged(raw)
    made: dict[str, Any] = {}
    if (registered := _number(raw.get("total"))) is not None:
        made["registered"] = registered
    published = _rate_text(raw.get("rate"))
    if published:
        made["published_rate"] = f"{published}%"
        made["rate"] = f"{published}%"
    if inspected is not None and unqualified is not None and not inferred:
        made |= {"inspected": inspected, "qualified": inspected - unqualified, "unqualified": unqualified}
        computed = rate(inspected - unqualified, inspected, decimals_of(published) if published else 1)
        if computed:
            made["rate"] = computed
    return made


def _judged(raw: Record) -> tuple[int | None, int | None, bool]:
    """(inspected, failed, whether the failed were only inferred from the rate)."""
    inspected = _number(raw.get("inspected"))
    if inspected is None:
        inspected = _number(raw.get("total"))
    passed, failed = _number(raw.get("passed")), _number(raw.get("failed"))
    if failed is None and passed is not None and inspected is not None:
        failed = inspected - passed
    if inspected is not None and failed is not None and not 0 <= failed <= inspected:
        failed = None
    return inspected, failed, "inferred" in _text(raw.get("failed_source"))


def _messages(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        return {}
    received, valid = _number(raw.get("received")), _number(raw.get("received_valid"))
    closed = next(
        (n for key in ("handled", "handled_on_time") if (n := _number(raw.get(key))) is not None), None
    )
    valid = received if valid is None else valid
    made: dict[str, Any] = {}
    published = _rate_text(raw.get("rate"))
    if published:
        made |= {"published_rate": f"{published}%", "rate": f"{published}%"}
    if valid is not None and closed is not None and 0 <= closed <= valid:
        made |= {"received": valid if received is None else received, "valid": valid, "closed": closed}
        made["rate"] = rate(closed, valid, decimals_of(published) if published else 1) or made.get("rate")
    return made


def _rates(raw: Record) -> Iterator[dict[str, Any]]:
    """Every published rate that follows from counts of the notice, computed again; each once."""
    seen: set[tuple[int, int, str]] = set()
    for what, part, whole, published in _published(raw):
        text = _rate_text(published)
        if not text or part is None or not whole or not 0 <= part <= whole or (part, whole, text) in seen:
            continue
        seen.add((part, whole, text))
        computed = rate(part, whole, decimals_of(text))
        # 97.0 and 97 are the same figure; 100 never has decimals.
        agrees = computed == f"{text}%" or (computed == "100%" and float(text) == 100)
        yield {
            "what": what,
            "part": part,
            "whole": whole,
            "published": text,
            "computed": computed,
            "agrees": agrees,
        }


def _published(raw: Record) -> Iterator[tuple[str, int | None, int | None, Any]]:
    for kind, word in KINDS.items():
        counts = raw.get(kind)
        if not isinstance(counts, Mapping):
            continue
        total = _number(counts.get("total"))
        inspected, failed, inferred = _judged(counts)
        if failed is not None and inspected is not None and not inferred:
            yield f"{word}合格率", inspected - failed, inspected, counts.get("rate")
        for key in ("ratio", "inspect_ratio"):
            yield f"{word}抽查比例", _number(counts.get("inspected")), total, counts.get(key)
        yield f"{word}地方抽查比例", _number(counts.get("local_inspected")), total, counts.get("local_ratio")
        for name, published in _items(counts.get("rate_by")):
            if match := _GROUP.search(name):
                yield (
                    f"{word}合格率（{name[: match.start()].strip()}）",
                    int(match[2]),
                    int(match[1]),
                    published,
                )
        for item in counts.get("rounds") or []:
            if isinstance(item, Mapping) and (lost := _number(item.get("failed"))) is not None and inspected:
                yield f"{word}合格率（{item.get('month')}月）", inspected - lost, inspected, item.get("rate")
    messages = raw.get("messages")
    if isinstance(messages, Mapping):
        counted = _messages(messages)
        yield "留言办结率", counted.get("closed"), counted.get("valid"), messages.get("rate")
    for item in _checks(raw):
        if "num" in item:
            yield _name(item), _number(item["num"]), _number(item.get("den")), item.get("published")


def _sums(raw: Record) -> Iterator[dict[str, Any]]:
    """Every total that is the sum of parts of the notice, added up again; each once."""
    seen: set[tuple[tuple[int, ...], int]] = set()
    for what, parts, total in _totals(raw):
        numbers = [number for value in parts if (number := _number(value)) is not None]
        if total is None or len(numbers) != len(parts) or len(parts) < 2 or (tuple(numbers), total) in seen:
            continue
        seen.add((tuple(numbers), total))
        yield {
            "what": what,
            "parts": numbers,
            "total": total,
            "sum": sum(numbers),
            "agrees": sum(numbers) == total,
        }


def _totals(raw: Record) -> Iterator[tuple[str, list[Any], int | None]]:
    for kind, word in KINDS.items():
        counts = raw.get(kind)
        if not isinstance(counts, Mapping):
            continue
        for key in ("breakdown", "total_breakdown"):
            yield f"{word}各类", [value for _, value in _items(counts.get(key))], _number(counts.get("total"))
        if counts.get("passed") is not None and counts.get("failed") is not None:
            inspected = _number(counts.get("inspected", counts.get("total")))
            yield f"{word}合格与不合格", [counts["passed"], counts["failed"]], inspected
    for item in _checks(raw):
        # Overlapping reasons are no parts of a whole, and the record says so.
        if isinstance(item.get("parts"), list) and "overlap" not in _text(item.get("verdict")):
            yield _name(item), item["parts"], _number(item.get("total"))


def _name(check: Record) -> str:
    """What a check of the record is about, where that can be said in a notice."""
    text = _text(check.get("what"))
    return f"“{text}”" if re.search(r"[\u4e00-\u9fff]", text) else "的一处数字"


def _checks(raw: Record) -> list[Mapping[str, Any]]:
    checks = raw.get("checks")
    return [item for item in checks if isinstance(item, Mapping)] if isinstance(checks, list) else []


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), item) for key, item in value.items()] if isinstance(value, Mapping) else []


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 10**9 else None


def _rate_text(value: Any) -> str:
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text.rstrip("%") if _RATE.match(text) and float(text.rstrip("%")) <= 100 else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def history_of(store: ObjectStore, issuer: str) -> dict[str, dict[str, Any]]:
    """The imported notices of ``issuer`` by quarter (``2024Q3``); those whose period is no quarter are left out."""
    found: dict[str, dict[str, Any]] = {}
    for key in sorted(store.keys(PREFIX)):
        record = store.get_json(key)
        if record["quarter"] and record["issuer"] == issuer:
            found[record["quarter"]] = record
    return found


def comparable(record: Record, label: str) -> dict[str, Any]:
    """``record`` in the shape of ``previous`` in notice.json, under the period's ``label``."""
    names = ("inspected", "qualified", "unqualified", "rate", "published_rate", "received", "valid", "closed")
    return {
        "round": record["quarter"],
        "period": label,
        "source": f"{PREFIX}{record['id']}.json",
        **{
            kind: {name: record[kind][name] for name in names if name in record[kind]}
            for kind in ("sites", "accounts", "messages")
            if record[kind]
        },
    }
