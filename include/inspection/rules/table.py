"""Prints rule files as tables, after checking them: ``python -m include.inspection.rules.table [name …]``."""

from __future__ import annotations

import sys
import unicodedata

from include.inspection.config import ConfigError
from include.inspection.rules.files import standard_names
from include.inspection.rules.score import text
from include.inspection.rules.standard import Rule, Standard, load_standards

_CHECKS = {"M": "机器", "P": "机器+人工", "H": "人工"}
_EFFECTS = {"veto": "单项否决", "deduction": "扣分", "bonus": "加分", "advice": "提示"}
_VERIFIED = {"True": "已核实", "False": "未核实", "derived": "推算"}
_HEAD = ("编号", "指标", "适用", "测量", "时间窗口", "要求", "效果", "分值", "判定", "核实")


def table(standard: Standard) -> str:
    """The rules of a standard, a line each, in columns."""
    rows = [_HEAD, *(_row(rule) for rule in standard.rules)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        f"{standard.title}（{standard.document or '无文号'}）  {standard.id}  sha256 {standard.sha256[:16]}…"
    ]
    scoring = standard.scoring
    if scoring is not None:
        groups = "，".join(
            f"{name} {'不限' if cap is None else text(cap)}" for name, cap in scoring.groups.items()
        )
        bonus = f"，高于 {text(scoring.bonus_above)} 分的计加分" if scoring.bonus_above is not None else ""
        lines.append(
            f"起评 {text(scoring.start)} 分，低于 {text(scoring.pass_at_least)} 分不合格{bonus}；各组上限：{groups}"
        )
    for row in rows:
        lines.append(
            "  ".join(
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            ).rstrip()
        )
    return "\n".join(lines)


def _row(rule: Rule) -> tuple[str, ...]:
    who = "网站" if rule.subject == "site" else "账号"
    if rule.kinds:
        who += f"（{'、'.join(rule.kinds)}）"
    if rule.has_services:
        who += "（有办事服务）"
    window = " ".join(f"{name} {span.label}" for name, span in rule.window.items())
    points = "" if rule.effect in ("veto", "advice") else "未定"
    if rule.points is not None:
        points = (
            f"每{rule.unit} {text(rule.points.each)}"
            if rule.points.each is not None
            else text(rule.points.flat or rule.points.of(0))
        )
        points += f"，至多 {text(rule.points.cap)}" if rule.points.cap is not None else ""
    return (
        rule.id,
        rule.name,
        who,
        rule.measure,
        window,
        f"{rule.threshold} {rule.unit}",
        _EFFECTS[rule.effect],
        points,
        _CHECKS[rule.check],
        _VERIFIED[str(rule.verified)],
    )


def _width(cell: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def main(names: list[str]) -> int:
    """Every named standard (all where none is named); 1 where one does not hold."""
    failed = 0
    for name in names or standard_names():
        try:
            (standard,) = load_standards([name])
            print(table(standard) + "\n")
        except ConfigError as error:
            print(f"规则文件有误：{error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main([part for argument in sys.argv[1:] for part in argument.split(",") if part]))
