"""The series of one site for people: a day table, the failures, a CSV of every probe, a picture."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from include.inspection.csv_tables import csv_bytes
from include.inspection.daily.chart import chart, share_text
from include.inspection.daily.probe_log import COLUMNS, Probe, ReadNotes
from include.inspection.daily.series import KINDS, Count, Series, series
from include.inspection.fetch.outcomes import OUTCOMES, Outcome
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore
from include.inspection.times import beijing, utc_text

_PHASES = {
    "dns": "域名解析",
    "connect": "建立连接",
    "tls": "安全握手",
    "first_byte": "等待应答",
    "read": "收取内容",
}
_MOST_LINES = 200


def show(store: ObjectStore, site_code: str, since: date, until: date, folder: Path) -> str:
    """Write ``probes.csv`` and ``probes.svg`` into ``folder`` and return the tables as text.

    Beijing days, both counted. What was skipped in reading stands at the end.
    """
    notes = ReadNotes()
    made = series(store, [site_code], since, until, notes)[site_code]
    title = f"{site_code} {made.probes[-1][0].url}" if made.probes else site_code
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "probes.csv").write_bytes(csv_bytes((*COLUMNS, "counts_as", "key"), map(_row, made.probes)))
    picture = chart(made, title, since, until, _veto_percent())
    (folder / "probes.svg").write_text(picture, encoding="utf-8")
    return "\n".join([*_tables(made, title, since, until), *_notes(notes)])


def _tables(made: Series, title: str, since: date, until: date) -> list[str]:
    count = made.count
    lines = [f"{title}　首页可用性探测 {since} 至 {until}（北京时间，含两端）", ""]
    lines.append("日期        探测  打开  失败  不计入  失败占比")
    by_day = made.by_day()
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        lines.append(_line(str(day), by_day[day]) if day in by_day else f"{day}  没有探测")
    lines += [_line("合计      ", count), ""]
    excluded = {"answered": count.answered, "unclear": count.unclear, "own_outage": count.own_outage}
    told = "，".join(f"{KINDS[kind]}{number}次" for kind, number in excluded.items() if number)
    if told:
        lines.append(f"不计入的：{told}")
    if count.repeated:
        lines.append(f"重复的探测{count.repeated}次，不在探测次数之内")
    failures = made.failures
    lines.append(f"失败 {len(failures)} 次" + ("：" if failures else ""))
    lines += [_failure(one) for one in failures[:_MOST_LINES]]
    if len(failures) > _MOST_LINES:
        lines.append(f"…… 其余 {len(failures) - _MOST_LINES} 次见 probes.csv")
    return lines


def _line(day: str, count: Count) -> str:
    return f"{day}  {count.total:4}  {count.opened:4}  {count.failed:4}  {count.excluded:6}  {share_text(count):>8}"


def _failure(one: Probe) -> str:
    label = OUTCOMES[Outcome(one.outcome)].label
    status = f"，状态 {one.status}" if one.status is not None else ""
    phase = _PHASES.get(one.phase, one.phase)
    address = f"，{one.address}" if one.address else ""
    return f"  {beijing(one.at):%Y-%m-%d %H:%M:%S}  {label}（{phase}{status}{address}）{one.seconds:.2f} 秒"


def _notes(notes: ReadNotes) -> list[str]:
    lines = ["", f"取自 {len(notes.sources)} 份探测记录"]
    lines += [f"未计入：{key}：{reason}" for key, reason in list(notes.skipped.items())[:_MOST_LINES]]
    return lines


def _row(pair: tuple[Probe, str]) -> dict[str, object]:
    one, kind = pair
    row = {name: getattr(one, name) for name in COLUMNS if name not in ("at", "bytes", "status")}
    status = "" if one.status is None else one.status
    return row | {
        "at": utc_text(one.at),
        "bytes": one.size,
        "status": status,
        "counts_as": kind,
        "key": one.key,
    }


def _veto_percent() -> float | None:
    """The line of W2 as the national rules have it."""
    for rule in load_standards(["national-2019"])[0].rules:
        if rule.measure == "home_failed_percent" and rule.effect == "veto":
            value = rule.expectation.get("max_value")
            return None if value is None else float(value)
    return None
