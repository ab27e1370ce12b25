"""What a case of a rule is, and how cases are made of facts that count."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from include.inspection.facts import (
    AccountFacts,
    Seen,
    SiteFacts,
)
from include.inspection.rules.standard import Rule
from include.inspection.times import BEIJING

AS_OF = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
TODAY = AS_OF.date()
HOME = "http://www.shixian.gov.cn/"
CODE = "4400000001"
SEEN = Seen(HOME, "2026-11-22T02:00:00Z", None)
GUIDE_CLASSES = ("设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程")


@dataclass(frozen=True)
class Case:
    """Facts, what the rule says of them (pass, fail, undecided, none), and what the measure is told beside them."""

    facts: SiteFacts | AccountFacts
    expect: str
    context: Mapping[str, Any] = field(default_factory=dict)
    as_of: datetime = AS_OF


Cases = dict[str, list[Case]]


def facts(**changes: Any) -> SiteFacts:
    return replace(SiteFacts(CODE, SEEN, home_readable=True), **changes)


def unread() -> SiteFacts:
    return SiteFacts(CODE, SEEN, home_readable=False, reason="首页打不开")


def bounds(rule: Rule) -> tuple[float, float, float, float]:
    """(a value that passes well, the last that passes, the first that fails, one that fails well), in whole numbers."""
    limits = rule.expectation
    if "max_value" in limits:
        top = limits["max_value"]
        first = top if limits.get("strict_max") else math.floor(top) + 1
        return 0, first - 1, first, first + 2
    low = limits["min_value"]
    return low + 2, low, low - 1, max(0, low - 1)


def counted(rule: Rule, build: Callable[[int], Case], *unknown: Case) -> Cases:
    """Cases of a measure that counts: ``build(n)`` gives facts that count n."""
    good, last, first, bad = (build(int(value)) for value in bounds(rule))
    return {
        "pass": [replace(good, expect="pass")],
        "fail": [replace(bad, expect="fail")],
        "edge": [replace(last, expect="pass"), replace(first, expect="fail")],
        "unmeasured": [Case(unread(), "undecided"), *unknown],
    }


def told(good: Case, bad: Case, edge: Sequence[Case], *unknown: Case) -> Cases:
    return {
        "pass": [good],
        "fail": [bad],
        "edge": list(edge),
        "unmeasured": [Case(unread(), "undecided"), *unknown],
    }


def passes(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "pass", context)


def fails(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "fail", context)


def open_(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "undecided", context)


def none(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "none", context)
