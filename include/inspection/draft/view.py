"""What templates may see.

The notice with every string cleaned, dates as dates, and its lists in the office's order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from include.inspection.draft.body import figure_of, lookup
from include.inspection.draft.clean import clean, cleaned, shorten, web_link
from include.inspection.draft.error import DraftError
from include.inspection.draft.profile import Profile
from include.inspection.times import BEIJING

LISTS = (
    "problem_sites",
    "problem_accounts",
    "undetermined_sites",
    "undetermined_accounts",
    "candidates",
    "remarks",
)
_COUNTS = ("total", "inspected", "unmeasured", "qualified", "unqualified")
_NEEDED = (
    "round",
    "period",
    *(f"{kind}.{count}" for kind in ("sites", "accounts") for count in (*_COUNTS, "rate", "by_category")),
    *(f"messages.{count}" for count in ("received", "valid", "closed", "closed_in_time", "rate")),
    *LISTS[:5],
)


def view(notice: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The variables of every template, names cut to the profile's ``cell_limit``.

    Raises DraftError where the notice lacks a figure that it must hold.
    """
    for name in _NEEDED:
        lookup(notice, name)
    whole: dict[str, Any] = cleaned(dict(notice))
    limit = int(profile.data["cell_limit"])
    data = {
        **whole,
        "office": {**cleaned(profile.data["office"]), **(whole.get("office") or {})},
        "basis": profile.data["basis"],
        "sections": profile.data["sections"],
        "labels": profile.data["labels"],
        "limit": limit,
        "named_in_text": profile.data["named_in_text"],
        "full": whole.get("coverage", "full") == "full",
        "coverage": whole.get("coverage", "full"),
        "reviewed": bool(whole.get("reviewed")),
        "window": _span(whole, "window"),
        "sampled": _span(whole, "sampled"),
        "monitoring_point": moment(whole.get("monitoring_point")),
        "notice_date": _day(whole, "notice_date"),
        "rectify_by": _day(whole, "rectify_by"),
        "rules": whole.get("rules") or [],
        "remarks": whole.get("remarks") or [],
        "code_version": whole.get("code_version") or "",
        "figure": figure_of(notice),
    }
    for name in LISTS[:5]:
        data[name] = [_subject(subject, limit) for subject in whole[name]]
    counted = Counter(subject.get("reason") or "" for name in LISTS[2:4] for subject in data[name])
    data["reasons"] = [{"text": text, "count": count} for text, count in counted.most_common()]
    data["name_undetermined"] = profile.data["name_undetermined"]
    for kind in ("sites", "accounts"):
        data[kind] = {**whole[kind], "groups": _groups(whole, kind, profile)}
        data[f"{kind}_named_by_indicator"] = by_indicator(data[f"problem_{kind}"])
    return data


def _groups(notice: Mapping[str, Any], kind: str, profile: Profile) -> list[dict[str, Any]]:
    """The categories of ``kind`` in the profile's order under its labels; unknown ones after, as they came.

    ``name`` is where the figures of each stand in notice.json.
    """
    order = {
        name: (place, item) for place, item in enumerate(profile.data["categories"]) for name in item["names"]
    }
    found = []
    for index, group in enumerate(notice[kind]["by_category"]):
        category = str(group.get("category") or group.get("platform") or "")
        place, item = order.get(category, (len(order), {"label": shorten(category, 40)}))
        found.append((place, index, {**group, "label": item["label"], "name": f"{kind}.by_category.{index}"}))
    return [group for _, _, group in sorted(found, key=lambda entry: entry[:2])]


def _subject(subject: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """One site or account (or candidate) for the notice.

    Long texts cut, findings without those that do not count.
    """
    shown = {
        key: shorten(value, limit) if isinstance(value, str) else value
        for key, value in subject.items()
        if key not in ("evidence_key", "evidence_sha256")
    }
    shown |= {key: subject[key] for key in ("evidence_key", "evidence_sha256") if key in subject}
    shown["link"] = web_link(str(subject.get("url") or subject.get("evidence_url") or ""))
    if "fetched_at" in subject:
        shown["fetched_at"] = moment(subject["fetched_at"])
    if "findings" in subject:
        shown["findings"] = [_subject(f, limit) for f in failing(subject)]
        shown["problem"] = "；".join(problems_of(shown))
    return shown


def failing(subject: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings that stand: neither candidates that wait for a person nor those that were overturned."""
    return [finding for finding in subject.get("findings", []) if finding.get("state") == "fail"]


def problems_of(subject: Mapping[str, Any]) -> list[str]:
    """The problem sentences of ``subject``, each once."""
    return list(dict.fromkeys(clean(str(f.get("problem") or "")).rstrip("。；;") for f in failing(subject)))


def by_indicator(subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``subjects`` grouped by the indicators that decided on them.

    Vetoes where there are any, else all findings.
    """
    groups: dict[str, dict[str, Any]] = {}
    for number, subject in enumerate(subjects):
        vetoes = subject.get("vetoes") or []
        for finding in subject["findings"]:
            if vetoes and finding["indicator_id"] not in vetoes:
                continue
            group = groups.setdefault(
                finding["indicator_id"], {"indicator": finding["indicator"], "subjects": [], "seen": set()}
            )
            if number not in group["seen"]:
                group["seen"].add(number)
                problem = str(finding["problem"]).rstrip("。；;")
                group["subjects"].append({**subject, "platform": subject.get("platform"), "problem": problem})
    return [
        {"id": key, "indicator": g["indicator"], "subjects": g["subjects"]}
        for key, g in sorted(groups.items())
    ]


def moment(text: Any) -> datetime | None:
    """An ISO time as Beijing time; ``None`` stays ``None``."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        raise DraftError.at("notice.json", None, "不是 ISO 8601 时间", "", str(text)) from None
    return (read.replace(tzinfo=BEIJING) if read.tzinfo is None else read).astimezone(BEIJING)


def _day(notice: Mapping[str, Any], name: str) -> date | None:
    text = notice.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DraftError.at("notice.json", None, "日期应写成 2024-12-31", name, str(text)) from None


def _span(notice: Mapping[str, Any], name: str) -> dict[str, date | None] | None:
    span = notice.get(name)
    return {end: _day(span, end) for end in ("start", "end")} if span else None
