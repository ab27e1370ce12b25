"""The year's assessment as its DAG calls it: published rounds and the office's lists in, ``annual/YEAR/`` out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import structlog

from include.inspection import VERSION, steps
from include.inspection.after.annual import (
    ANNUAL_COLUMNS,
    DEDUCTION_COLUMNS,
    QUARTERS,
    SCHEMES_FILE,
    Quarter,
    assess,
    load_scheme,
)
from include.inspection.csv_tables import csv_bytes, read_csv
from include.inspection.messages import annual_deductions
from include.inspection.model import Problem, Registry
from include.inspection.registry.office_lists import Refused, read_list, subject_id_of, text_of
from include.inspection.registry.reader import read_registry
from include.inspection.registry.tables import Row
from include.inspection.rules.standard import load_standards
from include.inspection.store import ObjectStore, RoundKeys, json_bytes
from include.inspection.tallying.periods import rounds_of
from include.inspection.times import beijing, parse_as_of

log = structlog.get_logger("inspection.annual")

_SCORE = re.compile(r"\d{1,3}(\.\d{1,4})?")
_COLUMNS = {"对象编号": "subject_id", "得分": "score", "subject_id": "subject_id", "score": "score"}


def assess_year(
    store: ObjectStore,
    year: int,
    scheme_name: str,
    registry_folder: str | None,
    profile_name: str | None,
    as_of: str | None,
    now: datetime,
    run_id: str,
    series: str = "",
) -> dict[str, int]:
    """Assess ``year`` from what was published of its quarters and publish it under ``annual/YEAR/``, the manifest last.

    ``now`` counts where ``as_of`` is not given: messages open by then are late or not. ``series`` is the suffix of rounds
    that are not an office's (``demo``). Returns how many subjects were ranked. Raises ValueError where no quarter was
    published, or a list, scheme or profile is wrong.
    """
    from include.inspection.draft import load_profile
    from include.inspection.draft.annual import render_annual

    moment = parse_as_of(as_of) if as_of else now
    notices = {quarter: rounds_of(store, f"{year}{quarter}", series) for quarter in QUARTERS}
    rounds = [notice["round"] for found in notices.values() for notice in found]
    if not rounds:
        raise ValueError(f"{year} 年没有发布的季度检查结果：请先完成至少一个季度的检查和发布")
    plan, stored = steps.load_round(store, rounds[-1])
    standards = load_standards(plan.rules)
    scheme = load_scheme(scheme_name, standards)
    profile = load_profile(profile_name or plan.profile)
    registry, year_end, problems = _lists(registry_folder, stored, max(now, moment))
    made = assess(
        year,
        [_quarter(store, f"{year}{quarter}", found) for quarter, found in notices.items()],
        scheme,
        year_end,
        annual_deductions(registry, date(year, 1, 1), date(year, 12, 31), moment),
    )
    made |= {
        "monitoring_point": moment.isoformat(),
        "notice_date": beijing(moment).date().isoformat(),
        "series": series,
        "code_version": VERSION,
        "profile": profile.name,
    }
    files = render_annual(made, profile) | {
        "annual.csv": csv_bytes(ANNUAL_COLUMNS, _blank(made["subjects"])),
        "deductions.csv": csv_bytes(DEDUCTION_COLUMNS, made["deductions"]),
        "registry-problems.csv": csv_bytes(
            ("file", "line", "field", "value", "reason"), [vars(item) for item in problems]
        ),
    }
    key = _publish(store, f"annual/{year}{f'-{series}' if series else ''}/", files, rounds, run_id)
    for remark in made["remarks"]:
        log.warning(f"{year} 年度考核：{remark}")
    log.info(
        f"{year} 年度考核已发布：{len(made['subjects'])} 个对象，列入排名 {made['ranked']} 个，办法“{scheme.title}”",
        manifest=key,
    )
    return {"ranked": made["ranked"], "unranked": made["unranked"]}


def _blank(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: "" if value is None else value for key, value in row.items()} for row in rows]


def _quarter(store: ObjectStore, name: str, notices: list[dict[str, Any]]) -> Quarter:
    """Of a subject in several rounds of the quarter the last one speaks."""
    verdicts: dict[str, Mapping[str, Any]] = {}
    for notice in notices:
        rows = read_csv(store.get(RoundKeys(notice["round"])("verdicts.csv")))
        verdicts |= {row["subject_id"]: row for row in rows}
    counts = ("total", "inspected", "unmeasured", "qualified", "unqualified", "rate")
    figures = {
        kind: {key: notices[-1][kind][key] for key in counts} for kind in ("sites", "accounts") if notices
    }
    return Quarter(name, tuple(notice["round"] for notice in notices), verdicts, figures)


def _lists(
    folder: str | None, stored: Registry, today: datetime
) -> tuple[Registry, dict[str, Fraction], list[Problem]]:
    """The lists with the year's messages, the scores of the year-end assessment, and what was refused."""
    if not folder:
        return stored, {}, []
    path = Path(folder)
    registry = read_registry(path, today)
    problems = list(registry.problems)
    rows = read_list(
        path, "year_end", _COLUMNS, ("subject_id", "score"), _year_end, problems, key=lambda item: item[0]
    )
    for problem in problems:
        log.warning(f"名单问题：{problem}", file=problem.file, line=problem.line, field=problem.field)
    return registry, dict(rows), problems


def _year_end(row: Row) -> tuple[str, Fraction]:
    score = text_of(row, "score", must=True)
    if not _SCORE.fullmatch(score):
        raise Refused("score", "得分应为不超过四位小数的非负数，如 92.5")
    return subject_id_of(row, "subject_id"), Fraction(score)


def _publish(
    store: ObjectStore, prefix: str, files: Mapping[str, bytes], rounds: list[str], run_id: str
) -> str:
    """The files, then the manifest; what an earlier publication had and this one has not goes last."""
    key = f"{prefix}manifest.json"
    try:
        before = set(store.get_json(key)["objects"])
    except KeyError:
        before = set()
    for name, body in sorted(files.items()):
        store.put(prefix + name, body)
    manifest = {
        "run_id": run_id,
        "code_version": VERSION,
        "schemes_sha256": hashlib.sha256(SCHEMES_FILE.read_bytes()).hexdigest(),
        "rounds": {name: hashlib.sha256(store.get(RoundKeys(name).manifest)).hexdigest() for name in rounds},
        "objects": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
    }
    store.put(key, json_bytes(manifest))
    for name in before - set(files):
        store.delete(prefix + name)
    return key
