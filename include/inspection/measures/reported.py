"""What people found by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from include.inspection.facts import Seen
from include.inspection.measures.base import Context, Detail, Facts, Measured, for_people, measured
from include.inspection.model import SECTION_CLASSES


def reported_findings(facts: Facts, context: Context) -> Measured:
    """How many findings people reported for this indicator; none reported counts as none."""
    details = [
        Detail(
            f"{item.note or '人工上报'}（上报人：{item.reporter}）",
            Seen(item.url, item.found_at.isoformat() if item.found_at else "", None),
        )
        for item in context.reported
    ]
    return measured(
        len(details),
        seen=details[0].seen if details else None,
        details=details,
        reason="" if details else "无上报问题",
    )


def warnings_raised(facts: Facts, context: Context) -> Measured:
    """Z1–Z4: warnings of the daily side for sections of the window's classes, and those that people filed by hand.

    A warning counts once however long it stood; one that an exemption silenced does not count.
    """
    filed = reported_findings(facts, context)
    raised = [
        (day, name)
        for day, name in context.history.warnings
        if name in context.window and context.since(name) <= day <= context.today
    ]
    details = [Detail(f"{day} {SECTION_CLASSES[name]}类栏目预警", None) for day, name in raised]
    days = context.history.patrol_days
    if not days and not filed.low:
        return for_people("没有巡检历史，也没有填报的预警")
    reason = f"日常巡检预警{len(raised)}次" if days else "没有巡检历史，只计人工填报的预警"
    value = measured(
        len(raised) + (filed.low or 0), seen=filed.seen, details=[*details, *filed.details], reason=reason
    )
    return replace(value, basis=f"预警依据：{f'此前{days}天的巡检' if days else '人工填报'}")


def reported_points(facts: Facts, context: Context) -> Measured:
    """The points that people charge for this indicator: the sum of the column ``points`` of their findings."""
    charged = sum((Fraction(item.points) for item in context.reported if item.points), Fraction(0))
    found = reported_findings(facts, context)
    return measured(
        float(charged), seen=found.seen, details=found.details, reason="" if charged else "无扣分"
    )
