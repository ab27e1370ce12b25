"""Scores: deductions and bonuses by the points of a rule file, in exact decimals.

Part by part as in the standard of 2019: a veto ends it (no other indicator is scored); deductions never exceed an
indicator's own points nor those of its group; only a score above ``bonus_above`` gets the bonus. What was not measured
takes nothing away, and the score then says that it is provisional.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from include.inspection.model import Account, Site

if TYPE_CHECKING:
    from include.inspection.rules.standard import Standard


def _exact(value: float | None) -> Fraction | None:
    """A number of a rule file as it is written there: 0.1 is one tenth."""
    return None if value is None else Fraction(str(value))


@dataclass(frozen=True)
class Points:
    """``each`` a unit measured (``whole``: only whole units), or ``flat`` once; never more than ``cap``."""

    each: Fraction | None
    flat: Fraction | None
    whole: bool
    cap: Fraction | None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Points:
        return cls(
            _exact(raw.get("each")), _exact(raw.get("flat")), raw.get("whole", False), _exact(raw.get("cap"))
        )

    def of(self, value: float | None) -> Fraction:
        """The points for a measured value."""
        if self.each is None:
            points = self.flat or Fraction(0)
        else:
            units = Fraction(str(value or 0))
            points = self.each * (math.floor(units) if self.whole else units)
        return points if self.cap is None else min(points, self.cap)


@dataclass(frozen=True)
class Scoring:
    """How a standard scores. ``groups`` holds the most that a group can lose or gain (None: no limit)."""

    start: Fraction
    pass_at_least: Fraction
    bonus_above: Fraction | None
    bonus_cap: Fraction | None
    applies: Mapping[str, Any]
    groups: Mapping[str, Fraction | None]
    services_group: str
    without_services: Fraction
    pass_verified: bool
    annual: Mapping[str, Fraction]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Scoring:
        without = raw.get("without_services")
        bonus_above = _exact(raw.get("bonus_above"))
        start, line = _exact(raw["start"]), _exact(raw["pass_at_least"])
        assert start is not None and line is not None
        return cls(
            start=start,
            pass_at_least=line,
            bonus_above=bonus_above,
            bonus_cap=_exact(raw.get("bonus_cap")),
            applies=raw.get("applies_to", {}),
            groups={name: _exact(cap) for name, cap in raw.get("groups", {}).items()},
            services_group=without["group"] if without else "",
            without_services=Fraction(without["numerator"], without["denominator"])
            if without
            else Fraction(1),
            pass_verified=raw.get("pass_verified", True),
            annual={name: Fraction(str(weight)) for name, weight in raw.get("annual", {}).items()},
        )

    def applies_to(self, subject: Site | Account) -> bool:
        wanted = self.applies
        if isinstance(subject, Site):
            kinds = wanted.get("kinds", (subject.kind,))
            return bool(wanted.get("subject", "site") == "site" and subject.kind in kinds)
        return bool(wanted.get("subject", "site") == "account")


@dataclass(frozen=True)
class Outcome:
    """What became of one rule for one subject: pass, fail, undecided, candidate, none; and the value measured."""

    result: str
    value: float | None


@dataclass(frozen=True)
class Score:
    """``total`` is None where a veto ended the scoring. ``taken`` and ``given`` hold points by rule id."""

    total: Fraction | None
    verified_total: Fraction | None
    taken: Mapping[str, Fraction] = field(default_factory=dict)
    given: Mapping[str, Fraction] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the score rests on points that nobody confirmed, or leaves out what could not be measured."""
        return bool(self.open or self.unverified)


def score(standard: Standard, subject: Site | Account, outcomes: Mapping[str, Outcome]) -> Score | None:
    """The score of one subject under one standard; None where the standard does not score it."""
    scoring = standard.scoring
    if scoring is None or not scoring.applies_to(subject):
        return None
    rules = [rule for rule in standard.rules if rule.applies_to(subject)]
    if any(rule.effect == "veto" and _outcome(outcomes, rule.id).result == "fail" for rule in rules):
        return Score(None, None)

    without_services = isinstance(subject, Site) and not subject.has_services and bool(scoring.services_group)
    taken: dict[str, Fraction] = {}
    given: dict[str, Fraction] = {}
    still_open: list[str] = []
    for rule in rules:
        if rule.effect in ("veto", "advice") or (without_services and rule.group == scoring.services_group):
            continue
        outcome = _outcome(outcomes, rule.id)
        if rule.points is None or outcome.result in ("undecided", "candidate", "unconfirmed"):
            still_open.append(rule.id)
        elif rule.effect == "deduction" and outcome.result == "fail":
            taken[rule.id] = rule.points.of(outcome.value)
        elif rule.effect == "bonus" and outcome.result == "pass":
            given[rule.id] = rule.points.of(outcome.value)

    groups = {rule.id: rule.group for rule in rules}
    sure = {rule.id for rule in rules if rule.verified is not False}
    total = _total(scoring, taken, given, groups, without_services)
    verified = _total(
        scoring, {key: taken[key] for key in taken if key in sure}, given, groups, without_services
    )
    unverified = tuple(key for key in (*taken, *given) if key not in sure)
    return Score(total, verified, taken, given, tuple(still_open), unverified)


def _outcome(outcomes: Mapping[str, Outcome], rule_id: str) -> Outcome:
    return outcomes.get(rule_id, Outcome("none", None))


def _total(
    scoring: Scoring,
    taken: Mapping[str, Fraction],
    given: Mapping[str, Fraction],
    groups: Mapping[str, str],
    without_services: bool,
) -> Fraction:
    start = scoring.start
    if without_services:
        start -= scoring.groups.get(scoring.services_group) or Fraction(0)
    rest = start - _capped(scoring, taken, groups)
    if without_services:
        rest *= scoring.without_services
    rest = max(rest, Fraction(0))
    if scoring.bonus_above is None or rest <= scoring.bonus_above:
        return rest
    bonus = _capped(scoring, given, groups)
    return rest + (bonus if scoring.bonus_cap is None else min(bonus, scoring.bonus_cap))


def _capped(scoring: Scoring, points: Mapping[str, Fraction], groups: Mapping[str, str]) -> Fraction:
    """The sum of the points, no group beyond its own most."""
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for rule_id, value in points.items():
        sums[groups[rule_id]] += value
    return sum(
        (
            min(value, cap) if (cap := scoring.groups.get(group)) is not None else value
            for group, value in sums.items()
        ),
        Fraction(0),
    )


def annual(scoring: Scoring, parts: Mapping[str, Fraction]) -> Fraction:
    """The year's score from its parts by the weights of the standard. Raises ValueError where a part is missing."""
    missing = sorted(set(scoring.annual) - set(parts))
    if not scoring.annual or missing:
        raise ValueError(f"年度得分缺少 {'、'.join(missing) or '权重'}：请补上")
    return sum((weight * parts[name] for name, weight in scoring.annual.items()), Fraction(0))


def text(value: Fraction) -> str:
    """A score as an exact decimal (99.55), at most four decimals where a fraction of thirds never ends."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    shown = f"{number:.4f}".rstrip("0").rstrip(".")
    return shown or "0"
