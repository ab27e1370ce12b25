"""Rule files: the indicators of a standard as data, loaded and checked before anything is fetched."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from include.inspection.config import ConfigError, ConfigFile
from include.inspection.measures import MEASURES
from include.inspection.model import Account, Site
from include.inspection.rules.files import RULES, standard_names
from include.inspection.rules.schema import SCHEMA
from include.inspection.rules.score import Points, Scoring
from include.inspection.times import Span


@dataclass(frozen=True)
class Rule:
    """One indicator. ``check`` is M (by machine), P (machine finds candidates, a person confirms) or H (by people)."""

    id: str
    name: str
    subject: Literal["site", "account"]
    kinds: tuple[str, ...]
    has_services: bool | None
    platforms: tuple[str, ...]
    measure: str
    window: Mapping[str, Span]
    settings: Mapping[str, float]
    expectation: Mapping[str, Any]
    unit: str
    effect: str
    check: str
    verified: bool | str
    clause: str
    problem: str
    standard: str
    group: str = ""
    points: Points | None = None

    def applies_to(self, subject: Site | Account) -> bool:
        if isinstance(subject, Site):
            return (
                self.subject == "site"
                and (not self.kinds or subject.kind in self.kinds)
                and (self.has_services is None or subject.has_services == self.has_services)
            )
        return self.subject == "account" and (not self.platforms or subject.platform in self.platforms)

    def problem_text(self, value: float | None) -> str:
        """The sentence of the notice for a measured value."""
        return self.problem.replace("{value}", "若干" if value is None else f"{round(value, 2):g}")

    @property
    def threshold(self) -> str:
        """What is required, as it stands in findings.csv: ``<5``, ``≥1``, ``≤0``."""
        parts = []
        if "min_value" in self.expectation:
            sign = ">" if self.expectation.get("strict_min") else "≥"
            parts.append(f"{sign}{self.expectation['min_value']:g}")
        if "max_value" in self.expectation:
            sign = "<" if self.expectation.get("strict_max") else "≤"
            parts.append(f"{sign}{self.expectation['max_value']:g}")
        return " 且 ".join(parts)


@dataclass(frozen=True)
class Standard:
    """One rule file. A pass that uses up ``near_share`` of what is allowed is a near miss; None: none is told."""

    id: str
    title: str
    document: str
    sha256: str
    rules: tuple[Rule, ...]
    scoring: Scoring | None = None
    near_share: float | None = None


def load_standard(path: Path) -> Standard:
    """The standard in the file at ``path``. Raises ConfigError naming file, line and field."""
    file = ConfigFile(path, SCHEMA)
    data = file.data
    if data["standard"] != path.stem:
        raise file.error(["standard"], f"应与文件名一致：请写成 {path.stem}")
    rules = []
    seen: dict[str, int] = {}
    for index, raw in enumerate(data["rules"]):
        where: list[str | int] = ["rules", index]
        if raw["id"] in seen:
            raise file.error([*where, "id"], f"指标 {raw['id']} 与第 {seen[raw['id']]} 行重复：请改名或删除")
        seen[raw["id"]] = file.line([*where, "id"])
        _check_measure(file, where, raw)
        _check_points(file, where, raw)
        rules.append(_rule(raw, data["standard"]))
    scoring = Scoring.read(data["scoring"]) if "scoring" in data else None
    document = data.get("document", "")
    near_share = data.get("near_share")
    return Standard(data["standard"], data["title"], document, file.sha256, tuple(rules), scoring, near_share)


def _check_points(file: ConfigFile, where: list[str | int], raw: Mapping[str, Any]) -> None:
    """Points belong to deductions and bonuses; a group must be one of the scoring's own."""
    if raw["effect"] in ("veto", "advice"):
        for field in ("points", "group"):
            if field in raw:
                raise file.error([*where, field], "单项否决和提示指标没有分值：请删除该字段，或改 effect")
        return
    scoring = file.data.get("scoring")
    if scoring is None:
        raise file.error([*where, "effect"], "有扣分或加分指标的规则文件必须有 scoring：请补上起评分和及格线")
    if "points" not in raw:
        raise file.error([*where, "effect"], "缺少 points：请填写分值；分值未知时写 points: null")
    if raw.get("group", "") and raw["group"] not in scoring.get("groups", {}):
        raise file.error([*where, "group"], f"scoring.groups 里没有“{raw['group']}”：请补上，或改名")


def _check_measure(file: ConfigFile, where: list[str | int], raw: Mapping[str, Any]) -> None:
    spec = MEASURES.get(raw["measure"])
    if spec is None:
        raise file.error(
            [*where, "measure"], f"没有名为“{raw['measure']}”的测量：可用的有 {'、'.join(sorted(MEASURES))}"
        )
    if raw["applies_to"]["subject"] not in spec.subjects:
        raise file.error(
            [*where, "applies_to"], f"测量 {raw['measure']} 不适用于 {raw['applies_to']['subject']}"
        )
    for field, wanted in (("window", spec.window), ("settings", spec.settings)):
        given = set(raw.get(field, {}))
        if field == "window" and spec.some_of:
            wanted = tuple(name for name in spec.some_of if name in given) or spec.some_of
        for name in sorted(given ^ set(wanted)):
            what = "缺少" if name in wanted else "多出"
            at = [*where, field, name] if name in given else [*where, field] if given else [*where, "measure"]
            raise file.error(
                at, f"测量 {raw['measure']} 的 {field} {what} {name}：应为 {'、'.join(wanted) or '空'}"
            )
    bounds = raw["expectation"]
    if "min_value" not in bounds and "max_value" not in bounds:
        raise file.error([*where, "expectation"], "缺少 min_value 或 max_value：请填写限值")
    _check_bounds(file, [*where, "expectation"], bounds)
    if re.search(r"[{}]", raw["problem"].replace("{value}", "")):
        raise file.error([*where, "problem"], "只能使用 {value} 这一个变量")


def _check_bounds(file: ConfigFile, where: list[str | int], bounds: Mapping[str, Any]) -> None:
    for name in ("min_value", "max_value"):
        if name in bounds and not math.isfinite(bounds[name]):
            raise file.error([*where, name], f"值“{bounds[name]}”不是有限的数：请填写限值")
        strict = f"strict_{name[:3]}"
        if strict in bounds and name not in bounds:
            raise file.error([*where, strict], f"有 {strict} 而没有 {name}：请补上限值或删去")
    low, high = bounds.get("min_value", -math.inf), bounds.get("max_value", math.inf)
    if low > high or (low == high and (bounds.get("strict_min") or bounds.get("strict_max"))):
        raise file.error([*where, "min_value"], f"没有数能同时满足下限 {low:g} 和上限 {high:g}：请核对")


def _rule(raw: Mapping[str, Any], standard: str) -> Rule:
    applies = raw["applies_to"]
    return Rule(
        id=raw["id"],
        name=raw["name"],
        subject=applies["subject"],
        kinds=tuple(applies.get("kinds", ())),
        has_services=applies.get("has_services"),
        platforms=tuple(applies.get("platforms", ())),
        measure=raw["measure"],
        window={name: Span(text) for name, text in raw.get("window", {}).items()},
        settings=raw.get("settings", {}),
        expectation=raw["expectation"],
        unit=raw.get("unit", ""),
        effect=raw["effect"],
        check=raw["check"],
        verified=raw["verified"],
        clause=raw["clause"],
        problem=raw["problem"],
        standard=standard,
        group=raw.get("group", ""),
        points=Points.read(raw["points"]) if raw.get("points") else None,
    )


def load_standards(names: Sequence[str], root: Path = RULES) -> list[Standard]:
    """The standards by name, in the order given. Raises ConfigError for an unknown name or a clash of indicator ids."""
    available = standard_names(root)
    standards = []
    seen: dict[str, str] = {}
    for name in names:
        if name not in available:
            raise ConfigError(
                f"{name}.yaml", None, "rules", f"没有这个规则文件：可用的有 {'、'.join(available)}"
            )
        standard = load_standard(root / f"{name}.yaml")
        for rule in standard.rules:
            if rule.id in seen:
                raise ConfigError(
                    f"{name}.yaml", None, rule.id, f"与 {seen[rule.id]} 的指标编号重复：不能同时使用"
                )
            seen[rule.id] = name
        standards.append(standard)
    if not standards:
        raise ConfigError("rules", None, "rules", "没有选择规则文件：请至少选择一个")
    return standards
