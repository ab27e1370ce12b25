"""Does a notice hold together? Asked before anything is published: a notice with a problem is not sent."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.draft.check_figures import figure_problems
from include.inspection.draft.rates import decimals_of, rate
from include.inspection.times import BEIJING

_COUNTS = ("total", "inspected", "unmeasured", "qualified", "unqualified")
_MESSAGE_COUNTS = ("received", "valid", "closed")
_KINDS = (("sites", "网站"), ("accounts", "账号"))
#: Who decides when nobody did.
_NOBODY = ("", "machine", "机器", "机器判定")
#: A monitoring point may lie in the month after the quarter, in which its notice is drafted.
DRAFTING = timedelta(days=31)
_ROUND = re.compile(r"^(\d{4})Q([1-4])")
_RATE = re.compile(r"^\d{1,3}(\.\d+)?%$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")

Notice = Mapping[str, Any]


def problems(notice: Notice) -> list[str]:
    """What does not agree in ``notice``, one Chinese sentence each; empty where all agrees.

    Parts and totals, rates and counts, lists and counts, windows and the period, names and evidence.
    """
    found: list[str] = []
    for kind, word in _KINDS:
        found += _kind(notice, kind, word)
    found += _messages(notice.get("messages"))
    found += _times(notice)
    found += figure_problems(notice)
    if not notice.get("rules"):
        found.append("没有写明判定所依据的规则文件")
    return found


def _kind(notice: Notice, kind: str, word: str) -> Iterator[str]:
    counts = notice.get(kind)
    missing = _missing(counts, _COUNTS)
    if missing or not isinstance(counts, Mapping):
        yield f"{word}数字缺少或不是非负整数：{'、'.join(missing)}"
        return
    yield from _parts(counts, f"{word}总计")
    groups = counts.get("by_category") or []
    sound = [group for group in groups if not _missing(group, _COUNTS)]
    if len(sound) != len(groups):
        yield f"{word}分类数字缺少或不是非负整数"
        return
    for group in groups:
        yield from _parts(group, f"{word}分类“{group.get('category')}”")
    for name in _COUNTS if groups or counts["total"] else ():
        total = sum(group[name] for group in groups)
        if total != counts[name]:
            yield f"{word}各分类 {name} 之和为 {total}，与总计 {counts[name]} 不一致"
    named, unclear = notice.get(f"problem_{kind}", []), notice.get(f"undetermined_{kind}", [])
    for subjects, count, what in ((named, "unqualified", "问题"), (unclear, "unmeasured", "无法判定")):
        if len(subjects) != counts[count]:
            yield f"{what}{word}名单有 {len(subjects)} 个，与 {count} {counts[count]} 不一致"
        yield from _per_category(subjects, groups, count, f"{what}{word}")
    ids = Counter(subject.get("subject_id") for subject in (*named, *unclear))
    for subject_id in [subject_id for subject_id, times in ids.items() if times > 1]:
        yield f"{word} {subject_id} 在名单中重复出现，或同时列为问题和无法判定"
    for subject in named:
        yield from _named(subject, word)
    for subject in unclear:
        if not subject.get("reason"):
            yield f"无法判定的{word}“{_name(subject)}”没有写明原因"


def _missing(counts: Any, names: tuple[str, ...]) -> list[str]:
    if not isinstance(counts, Mapping):
        return list(names)
    return [n for n in names if type(counts.get(n)) is not int or counts[n] < 0]


def _parts(counts: Notice, where: str) -> Iterator[str]:
    total, inspected, unmeasured, qualified, unqualified = (counts[name] for name in _COUNTS)
    if inspected + unmeasured != total:
        yield f"{where}：已判定 {inspected} 与无法判定 {unmeasured} 之和不等于总数 {total}"
    if qualified + unqualified != inspected:
        yield f"{where}：合格 {qualified} 与不合格 {unqualified} 之和不等于已判定数 {inspected}"
    yield from _rate(counts.get("rate"), qualified, inspected, where)


def _rate(given: Any, part: int, whole: int, where: str) -> Iterator[str]:
    if whole == 0:
        if given is not None:
            yield f"{where}：分母为 0，不应有比率 {given}"
        return
    if not isinstance(given, str) or not _RATE.match(given):
        yield f"{where}：比率 {given} 不是“96%”“99.4%”这样的写法"
    elif part > whole:
        yield f"{where}：{part} 大于 {whole}，无法计算比率"
    elif given == "100%":
        # Written without decimals however many the figure has, so the number of them is not known.
        if rate(part, whole, 0) != given:
            yield f"{where}：比率 {given} 与 {part}÷{whole} 不一致"
    elif rate(part, whole, decimals_of(given)) != given:
        yield f"{where}：比率 {given} 与 {part}÷{whole} 不一致"


def _per_category(subjects: list[Notice], groups: list[Notice], count: str, what: str) -> Iterator[str]:
    """Lists and counts of each category; an account's group may be its platform."""
    expected = {str(group.get("category") or group.get("platform")): group[count] for group in groups}
    for field in ("category", "platform"):
        listed = Counter(str(subject.get(field)) for subject in subjects)
        if all(listed[name] == number for name, number in expected.items()):
            return
    listed = Counter(str(s.get("category") or s.get("platform")) for s in subjects)
    for name in [name for name, number in expected.items() if listed[name] != number]:
        yield f"{what}名单中“{name}”有 {listed[name]} 个，与该分类的 {count} {expected[name]} 不一致"


def _named(subject: Notice, word: str) -> Iterator[str]:
    name = _name(subject)
    if not subject.get("name"):
        yield f"点名的{word} {subject.get('subject_id')} 没有名称"
    findings = subject.get("findings") or []
    standing = [finding for finding in findings if finding.get("state") == "fail"]
    if not standing:
        yield f"{word}“{name}”被点名，但没有成立的问题"
    for finding in standing:
        if not _proven(finding):
            yield f"{word}“{name}”的问题 {finding.get('indicator_id')} 既没有留存证据，也没有认定人"
        if not finding.get("problem"):
            yield f"{word}“{name}”的问题 {finding.get('indicator_id')} 没有文字说明"
    failed = {finding.get("indicator_id") for finding in standing}
    for veto in [veto for veto in subject.get("vetoes") or [] if veto not in failed]:
        yield f"{word}“{name}”的单项否决 {veto} 没有对应的问题"


def _proven(finding: Notice) -> bool:
    if str(finding.get("decided_by") or "") not in _NOBODY:
        return True
    return (
        bool(finding.get("evidence_key"))
        and isinstance(finding.get("evidence_offset"), int)
        and bool(_SHA256.match(str(finding.get("evidence_sha256") or "")))
    )


def _name(subject: Notice) -> str:
    return str(subject.get("name") or subject.get("subject_id"))[:40]


def _messages(messages: Any) -> Iterator[str]:
    missing = _missing(messages, _MESSAGE_COUNTS)
    if missing:
        yield f"留言数字缺少或不是非负整数：{'、'.join(missing)}"
        return
    steps = [messages[name] for name in _MESSAGE_COUNTS]
    in_time = messages.get("closed_in_time")
    # None: the working days of that year are not known yet.
    steps.append(0 if in_time is None else in_time)
    if steps != sorted(steps, reverse=True):
        yield "留言数字应依次不增：收到 {} ≥ 有效 {} ≥ 办结 {} ≥ 按期办结 {}".format(*steps)
    yield from _rate(messages.get("rate"), messages["closed"], messages["valid"], "留言办结率")


def _times(notice: Notice) -> Iterator[str]:
    quarter = _quarter(str(notice.get("round", "")))
    if quarter is None:
        yield f"轮次 {notice.get('round')} 不是“2024Q4”这样的写法"
        return
    for name, what in (("window", "统计时段"), ("sampled", "采样时段")):
        span = notice.get(name) or {}
        start, end = _day(span.get("start")), _day(span.get("end"))
        if start is None or end is None:
            yield f"{what}缺少起止日期，或不是 2024-12-31 这样的写法"
        elif start > end:
            yield f"{what} {start} 至 {end} 起止颠倒"
        # Evidence may be fetched after the quarter's end; figures may not be counted beyond it.
        elif name == "window" and not quarter[0] <= start <= end <= quarter[1]:
            yield f"{what} {start} 至 {end} 超出 {notice['round']}（{quarter[0]} 至 {quarter[1]}）"
    point = _day(notice.get("monitoring_point"))
    if point is None or not quarter[0] <= point <= quarter[1] + DRAFTING:
        yield f"监测时间点 {notice.get('monitoring_point')} 不在 {notice['round']} 之内"
    notice_day, due = _day(notice.get("notice_date")), _day(notice.get("rectify_by"))
    if point and notice_day and notice_day < point:
        yield f"通报日期 {notice_day} 早于监测时间点 {point}"
    if notice_day and due and due <= notice_day:
        yield f"整改期限 {due} 不晚于通报日期 {notice_day}"


def _quarter(text: str) -> tuple[date, date] | None:
    match = _ROUND.match(text)
    if not match or match[1] == "0000":
        return None
    year, last_month = int(match[1]), int(match[2]) * 3
    return date(year, last_month - 2, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])


def _day(text: Any) -> date | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()
