"""What a draft changes against the draft before it of the same round: figures, names, findings, dates.

Reviewers read it, so that a second draft need not be read as a first one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Notice = Mapping[str, Any]

#: Lists of subjects, and what being on one means.
_LISTS = {
    "problem_sites": "点名的网站",
    "problem_accounts": "点名的账号",
    "undetermined_sites": "无法判定的网站",
    "undetermined_accounts": "无法判定的账号",
}
_LINES = {
    "monitoring_point": "监测时间点",
    "notice_date": "通报日期",
    "rectify_by": "整改期限",
    "reviewed": "复核状态",
    "profile": "体例",
}
#: Figures that follow from others, or name places and not numbers.
_PASSED_OVER = (
    "parts",
    "rates",
    "regions",
    "windows",
    "classes",
    "rules",
    "code_version",
    "remarks",
    "candidates",
)


def differences(before: Notice, after: Notice) -> dict[str, Any]:
    """``figures`` (name, before, after), ``subjects`` added to and removed from lists, and all of it as ``lines``.

    Every part is empty where nothing changed.
    """
    old, new = dict(_figures(before)), dict(_figures(after))
    figures: list[dict[str, Any]] = [
        {"name": name, "before": old.get(name), "after": new.get(name)}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    subjects = list(_subjects(before, after))
    lines = [
        f"{_LINES.get(item['name'], item['name'])}：{_shown(item['before'])} → {_shown(item['after'])}"
        for item in figures
    ]
    lines += [
        f"{item['list']}{item['change']}：{item['name']}（{item['subject_id']}）{item['about']}"
        for item in subjects
    ]
    old_remarks, new_remarks = before.get("remarks") or [], after.get("remarks") or []
    lines += [f"说明新增：{text}" for text in new_remarks if text not in old_remarks]
    lines += [f"说明删去：{text}" for text in old_remarks if text not in new_remarks]
    return {"figures": figures, "subjects": subjects, "lines": lines}


def _figures(notice: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every number, rate and date under its name; lists of subjects stand apart."""
    for key, value in notice.items():
        name = f"{at}{key}"
        if key in _PASSED_OVER or key in _LISTS:
            continue
        if isinstance(value, Mapping):
            yield from _figures(value, f"{name}.")
        elif key == "by_category" and isinstance(value, list):
            for group in value:
                yield from _figures(
                    {k: v for k, v in group.items() if k != "category"}, f"{name}.{group.get('category')}."
                )
        elif not isinstance(value, list):
            yield name, value


def _subjects(before: Notice, after: Notice) -> Iterator[dict[str, str]]:
    for name, label in _LISTS.items():
        old = {item["subject_id"]: item for item in before.get(name) or []}
        new = {item["subject_id"]: item for item in after.get(name) or []}
        for subject_id in dict.fromkeys([*old, *new]):
            if subject_id not in old:
                change, about = "新增", ""
            elif subject_id not in new:
                change, about = "删去", ""
            elif _told(old[subject_id]) != _told(new[subject_id]):
                change, about = "变动", f"：{_told(old[subject_id])} → {_told(new[subject_id])}"
            else:
                continue
            item = new.get(subject_id) or old[subject_id]
            yield {
                "list": label,
                "change": change,
                "subject_id": subject_id,
                "name": str(item.get("name", "")),
                "about": about,
            }


def _told(subject: Notice) -> str:
    """What a draft says of a subject: its problems, or why nothing could be said."""
    findings = [item for item in subject.get("findings") or [] if item.get("state") == "fail"]
    return "；".join(f"{item['indicator_id']} {item['problem']}" for item in findings) or str(
        subject.get("reason") or ""
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "已复核" if value else "未经复核"
    return "无" if value is None else str(value)
