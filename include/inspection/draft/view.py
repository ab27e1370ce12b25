"""What templates may see.

The notice with every string cleaned, dates as dates, and its lists in the office's order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from include.inspection.draft.body import chart_mark, figure_of
from include.inspection.draft.clean import clean, cleaned, shorten, web_link
from include.inspection.draft.error import DraftError
from include.inspection.draft.figures import KINDS, deciding
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
_MAX_NOTE = 3_000
#: What a notice may hold or not; None where it does not.
OPTIONAL = ("pooled", "checks", "change", "previous", "recheck", "security_scan", "score_sheet")


def view(notice: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The variables of every template for a complete ``notice``, names cut to the profile's ``cell_limit``."""
    whole: dict[str, Any] = cleaned(dict(notice))
    limit = int(profile.data["cell_limit"])
    data = {
        **whole,
        "office": {**cleaned(profile.data["office"]), **(whole.get("office") or {})},
        "basis": (whole.get("office") or {}).get("basis") or profile.data["basis"],
        "sections": profile.data["sections"],
        "labels": profile.data["labels"],
        "limit": limit,
        "named_in_text": profile.data["named_in_text"],
        "profile_phrases": profile.data["phrases"],
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
        "chart": chart_mark,
        "charts": profile.data["charts"],
        **{name: whole.get(name) for name in OPTIONAL},
    }
    for name in LISTS[:5]:
        data[name] = [_subject(subject, limit) for subject in whole[name]]
    data["advice"] = [_subject(item, limit) for item in whole.get("advice") or []]
    # Who decides reads the whole of what was found.
    for name in ("candidates", "advice"):
        data[name] = [
            {**shown, "note": shorten(str(item.get("note") or ""), _MAX_NOTE)}
            for shown, item in zip(data[name], whole.get(name) or [], strict=True)
        ]
    counted = Counter(subject.get("reason") or "" for name in LISTS[2:4] for subject in data[name])
    data["reasons"] = [{"text": text, "count": count} for text, count in counted.most_common()]
    data["name_undetermined"] = profile.data["name_undetermined"]
    for kind in KINDS:
        data[kind] = _counted(whole[kind], kind, data["coverage"])
        data[f"{kind[:-1]}_classes"] = _classes(
            whole["classes"][kind], data[f"problem_{kind}"], f"classes.{kind}"
        )
    data["full"] = data["sites"]["full"] and data["accounts"]["full"]
    data["rounds"] = [
        {**item, **{kind: _counted(item[kind], f"rounds.{index}.{kind}", "full") for kind in KINDS}}
        for index, item in enumerate(whole.get("rounds") or [])
    ]
    if data["pooled"]:
        data["pooled"] = {kind: _counted(data["pooled"][kind], f"pooled.{kind}", "full") for kind in KINDS}
    data["windows"] = {name: _span(whole["windows"], name) for name in whole["windows"]}
    data |= _lists(data, whole, profile, limit)
    return data


def _counted(counts: Mapping[str, Any], at: str, coverage: str) -> dict[str, Any]:
    """Counts that know under which name of notice.json they stand (``at``), and whether they are all there are."""
    made = {**counts, "at": at}
    registered = counts.get("registered")
    made["full"] = coverage == "full" if registered is None else counts["total"] == registered
    for name in ("parts", "rates", "regions"):
        made[name] = [
            {**group, "label": shorten(group["label"], 40), "at": f"{at}.{name}.{index}"}
            for index, group in enumerate(counts.get(name) or [])
        ]
    return made


def _classes(classes: list[dict[str, Any]], named: list[dict[str, Any]], at: str) -> list[dict[str, Any]]:
    """The problem classes with the subjects that have them, each with its problems of that class."""
    return [
        {
            **group,
            "at": f"{at}.{index}",
            "subjects": [
                {**subject, "problem": "；".join(problems)}
                for subject in named
                if (problems := _problems(deciding(subject), group["indicators"]))
            ],
        }
        for index, group in enumerate(classes)
    ]


def _problems(findings: list[dict[str, Any]], indicators: list[str]) -> list[str]:
    """The sentences of the findings of these indicators, each once."""
    return list(
        dict.fromkeys(str(f["problem"]).rstrip("。；;") for f in findings if f["indicator_id"] in indicators)
    )


def _month(data: Mapping[str, Any]) -> int:
    return data["monitoring_point"].month if data["monitoring_point"] else 0


def _lists(data: Mapping[str, Any], whole: Mapping[str, Any], profile: Profile, limit: int) -> dict[str, Any]:
    """What annexes may list beside the named and the undetermined."""
    return {
        **{
            f"round_problem_{kind}": [
                _subject({**subject, "round": item["label"]}, limit)
                for item in data["rounds"] or [{**whole, "label": profile.round_label(1, _month(data))}]
                for subject in item.get(f"problem_{kind}") or []
            ]
            for kind in KINDS
        },
        **{
            f"{kind[:-1]}_{name}": data[kind][name]
            for kind in KINDS
            for name in ("parts", "rates", "regions")
        },
        "recheck_subjects": [
            _subject(subject, limit) for subject in (whole.get("recheck") or {}).get("subjects", [])
        ],
        "score_rows": (whole.get("score_sheet") or {}).get("rows", []),
    }


def _subject(subject: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """One site or account (or candidate) for the notice.

    Long texts cut, findings without those that do not count.
    """
    shown = {
        key: shorten(value, limit) if isinstance(value, str) else value
        for key, value in subject.items()
        if key not in ("evidence_key", "evidence_sha256")
    }
    shown["whole"] = subject
    for name in ("platform", "region", "sponsor"):
        shown.setdefault(name, "")
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
