"""The tables at the end of a command: pass rates, who is named, what failed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from include.embedded.airflow_api import TaskView
from include.inspection.csv_tables import read_csv
from include.inspection.model import Problem
from include.inspection.steps import NOT_BEGUN

NAMED_AT_MOST = 40
REFUSED_AT_MOST = 5


def summary(notice: dict[str, Any]) -> str:
    """The figures of notice.json as text for a terminal."""
    period, point, round_name = (notice.get(key, "") for key in ("period", "monitoring_point", "round"))
    lines = [
        f"{period}  监测时间点 {point}  (round {round_name})",
        "",
        *table(("", "总数", "已检查", "合格", "不合格", "无法判定", "合格率"), list(_rates(notice)), left=1),
        "",
        _messages(notice.get("messages", {})),
    ]
    lines += _named("不合格网站", notice.get("problem_sites", []))
    lines += _named("不合格政务新媒体", notice.get("problem_accounts", []))
    lines += _undetermined("无法判定的网站", notice.get("undetermined_sites", []))
    lines += _undetermined("无法判定的政务新媒体", notice.get("undetermined_accounts", []))
    return "\n".join(lines)


def _rates(notice: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    sites, accounts = notice.get("sites", {}), notice.get("accounts", {})
    for entry in sites.get("by_category", []):
        yield _rate_row(entry["category"], entry)
    yield _rate_row("全部网站", sites)
    yield _rate_row("全部政务新媒体", accounts)


def _rate_row(name: str, entry: dict[str, Any]) -> tuple[str, ...]:
    keys = ("total", "inspected", "qualified", "unqualified", "unmeasured")
    return (name, *(str(entry.get(key, "-")) for key in keys), str(entry.get("rate") or "-"))


def _messages(messages: dict[str, Any]) -> str:
    if messages.get("given") is False:
        return "网民留言：名单目录中没有 messages 表"
    received, valid, closed = (messages.get(key, "-") for key in ("received", "valid", "closed"))
    rate = messages.get("rate") or "-"
    return f"网民留言：收到 {received} 条，有效 {valid} 条，办结 {closed} 条，办结率 {rate}"


def _named(title: str, entries: Sequence[dict[str, Any]]) -> list[str]:
    if not entries:
        return []
    lines = ["", f"{title}（{len(entries)}）"]
    for entry in entries[:NAMED_AT_MOST]:
        where = entry.get("platform") or entry.get("category") or ""
        lines.append(
            f"  {entry.get('subject_id', '')}  {one_line(entry.get('name', ''))}（{one_line(where)}）"
        )
        for finding in entry.get("findings", []):
            text = one_line(f"{finding.get('indicator_id', '')} {finding.get('problem', '')}")
            lines.append(f"      {text}")
    return lines + _rest(entries)


def _undetermined(title: str, entries: Sequence[dict[str, Any]]) -> list[str]:
    if not entries:
        return []
    shown = [
        "  {}  {}：{}".format(*(one_line(entry.get(key, "")) for key in ("subject_id", "name", "reason")))
        for entry in entries[:NAMED_AT_MOST]
    ]
    return ["", f"{title}（{len(entries)}）", *shown, *_rest(entries)]


def problems_of(table: bytes) -> list[Problem]:
    """The rows of registry-problems.csv."""
    return [
        Problem(
            row["file"], int(row["line"]) if row["line"] else None, row["field"], row["value"], row["reason"]
        )
        for row in read_csv(table)
    ]


def refused(problems: Sequence[Problem], path: Path) -> str:
    """How many rows of the office's lists are not used, the first of them, and where all of them (will) stand."""
    lines = [f"名单中未通过校验或未计入的有 {len(problems)} 处，全部见 {path}"]
    lines += [f"  {one_line(str(problem))}" for problem in problems[:REFUSED_AT_MOST]]
    return "\n".join(lines)


def _rest(entries: Sequence[object]) -> list[str]:
    more = len(entries) - NAMED_AT_MOST
    return [f"  … 另有 {more} 个，见通报"] if more > 0 else []


def one_line(text: str, width: int = 160) -> str:
    """Text from outside, without what could move a terminal's cursor, cut to ``width`` characters."""
    clean = "".join(char if char.isprintable() else " " for char in str(text))
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> list[str]:
    """Columns set by display width (a Chinese character takes two places), the first ``left`` flush left."""
    cells = [[one_line(cell, 60) for cell in row] for row in (head, *rows)]
    widths = [max(display_width(row[at]) for row in cells) for at in range(len(head))]

    def text(row: Sequence[str]) -> str:
        padded = []
        for at, cell in enumerate(row):
            gap = " " * (widths[at] - display_width(cell))
            padded.append(cell + gap if at < left else gap + cell)
        return "  ".join(padded).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return [text(cells[0]), rule, *(text(row) for row in cells[1:])]


def display_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def task_log(folder: Path, dag_id: str, run_id: str, task: TaskView) -> Path:
    """Where Airflow wrote the log of a task's last try."""
    path = folder / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task.task_id}"
    if task.map_index >= 0:
        path /= f"map_index={task.map_index}"
    return path / f"attempt={max(task.try_number, 1)}.log"


def failures(tasks: Sequence[TaskView], folder: Path, dag_id: str, run_id: str, *, tail: int = 8) -> str:
    """Each failed task with the place of its log; of the first few also the last lines."""
    tails = [log_tail(task_log(folder, dag_id, run_id, task), tail) for task in tasks]
    # Those that only say that an earlier step failed would hide the one that did.
    after = [
        task for task, lines in zip(tasks, tails, strict=True) if any(NOT_BEGUN in text for text in lines)
    ]
    lines = [f"失败的任务 Failed tasks（{len(tasks)}）"]
    if after:
        lines.append(f"  因此未能进行：{'、'.join(dict.fromkeys(task.task_id for task in after))}")
    first = [pair for pair in zip(tasks, tails, strict=True) if pair[0] not in after]
    for number, (task, ending) in enumerate(first):
        path = task_log(folder, dag_id, run_id, task)
        cell = f"[{task.map_index}] {one_line(task.label)}" if task.map_index >= 0 else ""
        lines += [f"  {task.task_id} {cell}".rstrip(), f"      {path}"]
        if number < 5:
            lines += [f"      | {text}" for text in ending]
    return "\n".join(lines)


def log_tail(path: Path, count: int) -> list[str]:
    """The last lines of a task's log (JSON lines) as sentences, with the error that was raised."""
    try:
        raw = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ["（没有日志：任务未能启动，见调度器日志 scheduler.log）"]
    lines: list[str] = []
    for text in raw:
        try:
            record = json.loads(text)
        except ValueError:
            lines.append(one_line(text, 300))
            continue
        event = str(record.get("event", ""))
        if not event.startswith("::"):
            lines.append(one_line(f"{record.get('level', '')}: {event}", 300))
        for error in record.get("error_detail") or []:
            lines.append(one_line(f"{error.get('exc_type')}: {error.get('exc_value')}", 300))
    return lines[-count:]
