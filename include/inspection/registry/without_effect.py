"""Rows of the office's lists that are sound by themselves and yet come to nothing under the chosen rule files."""

from __future__ import annotations

from collections.abc import Sequence

from include.inspection.model import Account, Problem, Registry, Site
from include.inspection.rules.standard import Rule, Standard


def rows_without_effect(registry: Registry, standards: Sequence[Standard]) -> list[Problem]:
    """Findings and exemptions whose indicator is mistyped, of another rule file, or not one for their subject."""
    rules = {rule.id: rule for standard in standards for rule in standard.rules}
    subjects = {item.subject_id: item for item in registry.subjects}
    problems = []
    for finding in registry.findings:
        reason = _reason(rules.get(finding.indicator_id), subjects.get(finding.subject_id))
        if reason:
            about = f"{finding.subject_id} {finding.indicator_id}"
            text = f"{reason}：该条上报问题未计入，请核对指标编号"
            problems.append(Problem(finding.file, finding.line, "indicator_id", about, text))
    for exemption in registry.exemptions:
        reason = _reason(rules.get(exemption.scope), subjects.get(exemption.subject_id))
        if reason and "://" not in exemption.scope:
            about = f"{exemption.subject_id} {exemption.scope}"
            text = f"{reason}：该条豁免不起作用，请填写指标编号或栏目网址"
            problems.append(Problem(exemption.file, exemption.line, "scope", about, text))
    return problems


def _reason(rule: Rule | None, subject: Site | Account | None) -> str:
    if rule is None:
        return "所选规则文件中没有这个指标"
    if subject is not None and not rule.applies_to(subject):
        return f"指标 {rule.id} {rule.name}不适用于这个对象"
    return ""
