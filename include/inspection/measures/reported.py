"""What people found by hand."""

from __future__ import annotations

from fractions import Fraction

from include.inspection.facts import Seen
from include.inspection.measures.base import Context, Detail, Facts, Measured, measured


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


def reported_points(facts: Facts, context: Context) -> Measured:
    """The points that people charge for this indicator: the sum of the column ``points`` of their findings."""
    charged = sum((Fraction(item.points) for item in context.reported if item.points), Fraction(0))
    found = reported_findings(facts, context)
    return measured(
        float(charged), seen=found.seen, details=found.details, reason="" if charged else "无扣分"
    )
