"""Does everything beyond the plain counts hold together? Groups, rounds, shares, change, recheck, score sheet, history.

Called by check.problems; each problem is one Chinese sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from include.inspection.draft.rates import decimals_of, rate

COUNTS = ("total", "inspected", "unmeasured", "qualified", "unqualified")
#: Lists of groups whose sums are the counts that they stand in.
GROUPS = ("by_category", "parts", "rates", "by_region", "regions")
_OUTCOMES = ("fixed", "closed", "still_failing", "undetermined")

Notice = Mapping[str, Any]


def figure_problems(notice: Notice) -> Iterator[str]:
    """What does not agree among the figures that a notice may hold beside its plain counts."""
    for kind, word in (("sites", "网站"), ("accounts", "账号")):
        yield from _groups(notice.get(kind) or {}, word)
    yield from _rounds(notice)
    yield from _recheck(notice.get("recheck") or {})
    yield from _change(notice)
    yield from _scan(notice.get("security_scan") or {})
    yield from _score_sheet(notice.get("score_sheet") or {})
    yield from _classes(notice)


def _whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def _counted(counts: Any) -> bool:
    return isinstance(counts, Mapping) and all(_whole(counts.get(name)) for name in COUNTS)


def _groups(counts: Notice, where: str) -> Iterator[str]:
    """Parts add up to their whole, each with its own rate; a sample is no larger than what it is drawn from."""
    if not _counted(counts):
        return
    registered = counts.get("registered")
    if registered is not None and (not _whole(registered) or counts["total"] > registered):
        yield f"{where}：检查数 {counts['total']} 大于登记数 {registered}"
    if counts.get("share") is not None and not _agrees(counts["share"], counts["total"], registered or 0):
        yield f"{where}：抽查比例 {counts['share']} 与 {counts['total']}÷{registered} 不一致"
    for name in GROUPS:
        groups = counts.get(name)
        if not groups:
            continue
        if not all(_counted(group) for group in groups):
            yield f"{where}：{name} 的数字缺少或不是非负整数"
            continue
        for key in (*COUNTS, *(["registered"] if all("registered" in g for g in groups) else [])):
            total = sum(group[key] for group in groups)
            if counts.get(key) is not None and total != counts[key]:
                yield f"{where}：{name} 各组 {key} 之和为 {total}，与总计 {counts[key]} 不一致"
        for group in groups:
            label = group.get("label") or group.get("category") or group.get("region") or ""
            if not _agrees(group.get("rate"), group["qualified"], group["inspected"]):
                yield f"{where}“{label}”：比率 {group.get('rate')} 与 {group['qualified']}÷{group['inspected']} 不一致"
    full = counts.get("full_regions")
    if full and full.get("count") != len(full.get("names") or []):
        yield f"{where}：全部合格的地区写着 {full.get('count')} 个，列出 {len(full.get('names') or [])} 个"
    for region in counts.get("regions") or []:
        if full and region.get("label") in full.get("names", []) and region["unqualified"]:
            yield f"{where}：“{region['label']}”列为全部合格，而不合格的有 {region['unqualified']} 个"


def _agrees(given: Any, part: int, whole: int) -> bool:
    if whole == 0:
        return given is None
    if not isinstance(given, str) or part > whole:
        return False
    try:
        return rate(part, whole, 0 if given == "100%" else decimals_of(given)) == given
    except ValueError:
        return False


def _rounds(notice: Notice) -> Iterator[str]:
    rounds = notice.get("rounds") or []
    if not rounds:
        return
    for item in rounds:
        for kind, word in (("sites", "网站"), ("accounts", "账号")):
            counts, where = item.get(kind) or {}, f"{item.get('label') or item.get('round')}{word}"
            if not _counted(counts):
                yield f"{where}：数字缺少或不是非负整数"
                continue
            if counts["qualified"] + counts["unqualified"] != counts["inspected"]:
                yield f"{where}：合格与不合格之和不等于已判定数 {counts['inspected']}"
            if not _agrees(counts.get("rate"), counts["qualified"], counts["inspected"]):
                yield f"{where}：比率 {counts.get('rate')} 与 {counts['qualified']}÷{counts['inspected']} 不一致"
            yield from _groups(counts, where)
            named = item.get(f"problem_{kind}")
            if named is not None and len(named) != counts["unqualified"]:
                yield f"{where}：名单有 {len(named)} 个，与不合格数 {counts['unqualified']} 不一致"
    checks = notice.get("checks") or {}
    done = sum((item.get("sites") or {}).get("total", 0) for item in rounds)
    rechecks = sum(item.get("rechecks", 0) for item in rounds)
    if checks.get("total") != done + rechecks:
        yield f"检查次数 {checks.get('total')} 不等于各轮 {done} 次与复查 {rechecks} 次之和"
    names = [item.get("round") for item in rounds]
    if len(set(names)) != len(names):
        yield f"同一轮次出现两次：{'、'.join(map(str, names))}"


def _recheck(recheck: Notice) -> Iterator[str]:
    for kind, word in (("sites", "网站"), ("accounts", "账号")):
        counts = recheck.get(kind)
        if not counts:
            continue
        parts = [counts.get(name, 0) for name in _OUTCOMES]
        if not all(map(_whole, [counts.get("named"), *parts])) or sum(parts) != counts["named"]:
            yield f"复查{word}：整改、关停、未整改、未判定之和与被通报数 {counts.get('named')} 不一致"
        elif counts.get("settled", parts[0] + parts[1]) != parts[0] + parts[1]:
            yield f"复查{word}：整改到位或关停写着 {counts.get('settled')} 个，应为 {parts[0] + parts[1]}"
    listed = recheck.get("subjects")
    named = sum((recheck.get(kind) or {}).get("named", 0) for kind in ("sites", "accounts"))
    if listed and len(listed) != named:
        yield f"复查名单有 {len(listed)} 个，与被通报数 {named} 不一致"


def _change(notice: Notice) -> Iterator[str]:
    """The points are those between the two rates, give or take the rounding of both."""
    for kind, word in (("sites", "网站"), ("accounts", "账号"), ("messages", "留言")):
        change = (notice.get("change") or {}).get(kind)
        now = (notice.get(kind) or {}).get("rate")
        if not change or not now:
            continue
        try:
            difference = _number(now) - _number(change["before"])
            points = Fraction(str(change["points"]))
        except (ValueError, KeyError):
            yield f"{word}环比数字无法识别：{change}"
            continue
        signed = -points if change.get("direction") == "down" else points
        margin = sum(
            Fraction(1, 2 * 10 ** decimals_of(text)) for text in (now, change["before"], change["points"])
        )
        if abs(difference - signed) > margin:
            yield f"{word}环比 {change['points']} 与 {change['before']} 到 {now} 的变化不一致"


def _number(text: Any) -> Fraction:
    return Fraction(str(text).rstrip("%"))


def _scan(scan: Notice) -> Iterator[str]:
    if "scanned" in scan and not (
        _whole(scan["scanned"]) and _whole(scan.get("good")) and scan["good"] <= scan["scanned"]
    ):
        yield f"安全扫描：良好 {scan.get('good')} 个与扫描 {scan['scanned']} 个不成立"


def _score_sheet(sheet: Notice) -> Iterator[str]:
    for row in sheet.get("rows") or []:
        try:
            taken = sum((Decimal(value) for value in row["points"].values()), Decimal(0))
            left = Decimal(str(sheet["start"])) - taken
            sound = Decimal(row["deducted"]) == taken and abs(Decimal(row["score"]) - left) < Decimal("0.01")
        except (InvalidOperation, KeyError, TypeError):
            yield f"得分表“{row.get('name')}”的数字无法识别"
            continue
        if not sound:
            yield f"得分表“{row.get('name')}”：扣分 {row['deducted']}、得分 {row['score']} 与各项之和 {taken} 不一致"


def _classes(notice: Notice) -> Iterator[str]:
    """No class of problems has more subjects than were named."""
    for kind, word in (("sites", "网站"), ("accounts", "账号")):
        named = len(notice.get(f"problem_{kind}") or [])
        for group in (notice.get("classes") or {}).get(kind) or []:
            if not 0 < group.get("count", 0) <= named:
                yield f"{word}问题“{group.get('label')}”写着 {group.get('count')} 个，而点名的有 {named} 个"
