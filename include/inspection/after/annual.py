"""The year from its quarters: scores by the weights of a scheme, points for messages, ranks. Pure, exact numbers.

What is missing is told and never guessed: a subject without one of its parts has no score of the year and no rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from include.inspection.config import ConfigFile
from include.inspection.messages import Deduction
from include.inspection.model import VERDICTS
from include.inspection.rules.score import text as score_text
from include.inspection.rules.standard import Standard

SCHEMES_FILE = Path(__file__).resolve().parents[2] / "rules" / "annual.yaml"
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
ANNUAL_COLUMNS = (
    "rank",
    "category_rank",
    "subject_id",
    "subject_type",
    "name",
    "category",
    *(f"{quarter}_verdict" for quarter in QUARTERS),
    *(f"{quarter}_score" for quarter in QUARTERS),
    "year_end",
    "weighted",
    "deducted",
    "total",
    "note",
)
DEDUCTION_COLUMNS = ("message_id", "site_code", "name", "points", "reason")
_WEIGHT = {"type": "number", "minimum": 0, "maximum": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["default", "veto_score", "schemes"],
    "properties": {
        "default": {"type": "string"},
        "veto_score": {"type": "number", "minimum": 0},
        "schemes": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "weights"],
                "properties": {
                    "title": {"type": "string", "minLength": 1},
                    "weights": {
                        "type": "object",
                        "additionalProperties": False,
                        "minProperties": 1,
                        "properties": dict.fromkeys(("quarters", "year_end", *QUARTERS), _WEIGHT),
                    },
                },
            },
        },
    },
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Scheme:
    """``weights`` by part: quarters (their mean), Q1 to Q4, year_end. ``veto_score`` is that of a quarter that a veto ended."""

    name: str
    title: str
    weights: Mapping[str, Fraction]
    veto_score: Fraction

    @property
    def by_part(self) -> dict[str, Fraction]:
        """The weight of each quarter and of the year's end, without those of no weight."""
        each = self.weights.get("quarters", Fraction(0)) / len(QUARTERS)
        parts = {quarter: each + self.weights.get(quarter, Fraction(0)) for quarter in QUARTERS}
        parts["year_end"] = self.weights.get("year_end", Fraction(0))
        return {part: weight for part, weight in parts.items() if weight}


@dataclass(frozen=True)
class Quarter:
    """The published rounds of one quarter, the last one first to speak for a subject; empty where there is none."""

    name: str
    rounds: tuple[str, ...] = ()
    verdicts: Mapping[str, Row] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


def load_scheme(name: str, standards: Sequence[Standard], path: Path = SCHEMES_FILE) -> Scheme:
    """The scheme by name; with "" the weights of one of the rule files, else the default of annual.yaml.

    Raises ConfigError, or ValueError for a name that does not exist.
    """
    file = ConfigFile(path, _SCHEMA)
    schemes = file.data["schemes"]
    for key, scheme in schemes.items():
        total = sum((Fraction(str(weight)) for weight in scheme["weights"].values()), Fraction(0))
        if total != 1:
            raise file.error(["schemes", key, "weights"], f"权重之和为 {score_text(total)}：应为 1")
    if file.data["default"] not in schemes:
        raise file.error(["default"], f"schemes 里没有“{file.data['default']}”：请改名或补上")
    veto_score = Fraction(str(file.data["veto_score"]))
    own = [item for item in standards if item.scoring and item.scoring.annual]
    if not name and own:
        standard = own[0]
        assert standard.scoring is not None
        return Scheme(standard.id, f"{standard.title}的年度权重", standard.scoring.annual, veto_score)
    name = name or file.data["default"]
    if name not in schemes:
        raise ValueError(f"没有名为“{name}”的年度考核办法：可用的有 {'、'.join(schemes)}")
    weights = {part: Fraction(str(weight)) for part, weight in schemes[name]["weights"].items()}
    return Scheme(name, schemes[name]["title"], weights, veto_score)


def assess(
    year: int,
    quarters: Sequence[Quarter],
    scheme: Scheme,
    year_end: Mapping[str, Fraction],
    deductions: Sequence[Deduction],
) -> dict[str, Any]:
    """The year as data: figures of the quarters, what is missing, and every subject, ranked ones first."""
    taken: dict[str, Fraction] = defaultdict(Fraction)
    for item in deductions:
        taken[item.site_code] += Fraction(item.points)
    latest: dict[str, Row] = {}
    for quarter in quarters:
        latest |= quarter.verdicts
    subjects = [
        _subject(row, quarters, scheme, year_end, taken.get(subject_id, Fraction(0)))
        for subject_id, row in latest.items()
    ]
    _rank(subjects, "rank", lambda row: row["subject_type"])
    _rank(subjects, "category_rank", lambda row: (row["subject_type"], row["category"]))
    last = len(subjects) + 1
    subjects.sort(key=lambda row: (row["subject_type"] != "site", row["rank"] or last))
    names = {subject_id: row["name"] for subject_id, row in latest.items()}
    missing = [quarter.name for quarter in quarters if not quarter.rounds]
    ranked = [row for row in subjects if row["rank"]]
    return {
        "year": year,
        "scheme": {
            "name": scheme.name,
            "title": scheme.title,
            "weights": {part: score_text(weight) for part, weight in scheme.weights.items()},
        },
        "quarters": [
            {"quarter": item.name, "rounds": list(item.rounds), **dict(item.figures)} for item in quarters
        ],
        "missing_quarters": missing,
        "subjects": [{key: value for key, value in row.items() if key != "exact"} for row in subjects],
        "ranked": len(ranked),
        "unranked": len(subjects) - len(ranked),
        "deductions": [
            {
                "message_id": item.message_id,
                "site_code": item.site_code,
                "name": names.get(item.site_code, ""),
                "points": _points(item.points),
                "reason": item.reason,
            }
            for item in deductions
        ],
        "remarks": list(_remarks(missing, subjects, deductions, names)),
        "reviewed": False,
    }


def _subject(
    row: Row,
    quarters: Sequence[Quarter],
    scheme: Scheme,
    year_end: Mapping[str, Fraction],
    deducted: Fraction,
) -> dict[str, Any]:
    subject_id = row["subject_id"]
    weights = scheme.by_part
    made: dict[str, Any] = {name: row[name] for name in ("subject_id", "subject_type", "name", "category")}
    parts: dict[str, Fraction] = {}
    notes, missing = [], []
    unscored = not any(item.verdicts.get(subject_id, {}).get("score") for item in quarters)
    for key, quarter in zip(QUARTERS, quarters, strict=True):
        verdict = quarter.verdicts.get(subject_id)
        made[f"{key}_verdict"] = VERDICTS[verdict["verdict"]] if verdict else ""
        value, note = _score(quarter, verdict, scheme)
        made[f"{key}_score"] = "" if value is None else score_text(value)
        if value is not None:
            parts[key] = value
            notes += [f"{quarter.name} {note}"] if note else []
        elif key in weights:
            missing.append(f"{quarter.name} {note}")
    end = year_end.get(subject_id)
    made["year_end"] = "" if end is None else score_text(end)
    if end is not None:
        parts["year_end"] = end
    elif "year_end" in weights:
        missing.append("没有年终考评得分")
    made["deducted"] = score_text(deducted) if deducted else ""
    total = None
    # A veto in some quarter says nothing about how much a subject scores that no standard scores.
    if not missing and not (unscored and end is None):
        weighted = sum((weight * parts[part] for part, weight in weights.items()), Fraction(0))
        total = max(weighted - deducted, Fraction(0))
        made["weighted"] = score_text(weighted)
    elif unscored and end is None:
        missing = ["所用标准不对该对象计分", *(item for item in missing if "不计分" not in item)]
    made["total"] = "" if total is None else score_text(total)
    made.setdefault("weighted", "")
    made["exact"] = total
    made["note"] = "；".join([*(f"缺：{item}" for item in missing), *notes])
    return made


def _score(quarter: Quarter, verdict: Row | None, scheme: Scheme) -> tuple[Fraction | None, str]:
    """The score of one quarter, or why there is none; with a score, what should be known about it."""
    if not quarter.rounds:
        return None, "没有发布的检查结果"
    if verdict is None:
        return None, "未列入检查"
    if verdict["vetoes"]:
        return scheme.veto_score, f"单项否决（{verdict['vetoes']}），按 {score_text(scheme.veto_score)} 分计"
    if verdict["verdict"] == "undetermined":
        return None, "无法判定"
    scores = verdict["score"].split()
    if not scores:
        return None, "不计分"
    if len(scores) > 1:
        return None, "有多个标准的得分，无法取其一"
    return Fraction(scores[0]), verdict.get("score_note", "")


def _rank(subjects: list[dict[str, Any]], name: str, group: Any) -> None:
    """Equal totals share a rank, and the next one is left out: 1, 2, 2, 4."""
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in subjects:
        row[name] = None
        if row["exact"] is not None:
            groups[group(row)].append(row)
    for rows in groups.values():
        for row in rows:
            row[name] = 1 + sum(other["exact"] > row["exact"] for other in rows)


def _points(points: Decimal) -> str:
    return score_text(Fraction(points))


def _remarks(
    missing: Sequence[str],
    subjects: Sequence[Row],
    deductions: Iterable[Deduction],
    names: Mapping[str, str],
) -> Iterable[str]:
    if missing:
        yield f"{'、'.join(missing)} 没有发布的检查结果，未作推算，相应对象没有年度得分"
    without = sum(row["rank"] is None for row in subjects)
    if without:
        yield f"{without} 个对象因缺少得分未列入排名，原因见附件"
    stray = [item for item in deductions if item.site_code not in names]
    if stray:
        yield f"{len(stray)} 条留言扣分不属于本年度检查过的网站，未计入得分"
