"""One page for every subject: verdict, each indicator in the official order, near misses, what was not checked and why.

Made for tens of thousands of subjects: the rows are read once, one compiled template is filled again and again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from include.inspection.draft.clean import clean, cleaned, shorten, web_link
from include.inspection.draft.error import DraftError
from include.inspection.draft.html import policy
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, explained, render_file
from include.inspection.draft.view import moment
from include.inspection.model import Account, Registry, Site
from include.inspection.rules.standard import Rule, Standard

#: So much of a note stands on the page; the whole of it in findings.csv.
NOTE = 1500
#: Things that are counted over time, of which the bare minimum is a near miss; one search box is enough.
_COUNTED_IN_TIME = ("条", "篇")
_RESULTS = {
    "pass": "达标",
    "fail": "不达标",
    "candidate": "待人工认定",
    "unconfirmed": "首次测量不达标，复测未能确认",
    "undecided": "未能判定",
}
_STATES = {"unmeasured": "未检查", "for_people": "由人工核查", "not_applicable": "不适用"}
_FINDINGS = {"overturned": "已豁免或经复核撤销", "candidate": "待人工认定", "advice": "提示"}
VERDICTS = {"qualified": "合格", "unqualified": "不合格", "undetermined": "无法判定"}
_MACHINE = ("machine", "机器判定")
#: Ids of subjects become file names.
_FILE = re.compile(r"\w[\w.\-]{0,63}")

Row = Mapping[str, Any]


def subject_reports(
    notice: Row,
    tables: Mapping[str, Sequence[Row]],
    registry: Registry,
    standards: Sequence[Standard],
    profile: Profile,
    before: Mapping[str, Row],
) -> Iterator[tuple[str, bytes]]:
    """(``reports/SUBJECT.html``, page) for every subject of ``tables["verdicts"]``.

    ``tables`` holds the rows of verdicts, measures, findings and coverage; ``before`` the verdicts of the period before
    by subject. Raises DraftError where the template is at fault.
    """
    rules = {rule.id: rule for standard in standards for rule in standard.rules}
    subjects = {item.subject_id: item for item in registry.subjects}
    measures, findings = _by_subject(tables["measures"]), _by_subject(tables["findings"])
    reasons = {row["subject_id"]: row["reason"] for row in tables["coverage"]}
    near_shares = {rule.id: standard.near_share for standard in standards for rule in standard.rules}
    style = render_file(environment(profile, "text"), "report.css", {})
    name = "report.html.jinja"
    try:
        template = environment(profile, "xml").get_template(name)
    except Exception as error:  # a template is data: whatever it does wrong is its error
        raise explained(error, name) from error
    common = {
        "period": notice["period"],
        "round": notice["round"],
        "monitoring_point": _beijing(notice["monitoring_point"]),
        "reviewed": bool(notice.get("reviewed")),
        "previous": (notice.get("previous") or {}).get("period", "上期"),
        "style": Markup(style),
        "policy": policy(style),
    }
    for verdict in tables["verdicts"]:
        subject_id = verdict["subject_id"]
        if not _FILE.fullmatch(subject_id):
            continue
        found = {row["indicator_id"]: row for row in findings[subject_id]}
        rows = [
            _indicator(
                rules[row["indicator_id"]],
                row,
                found.get(row["indicator_id"]),
                near_shares[row["indicator_id"]],
            )
            for row in measures[subject_id]
            if row["indicator_id"] in rules
        ]
        context = {
            **common,
            "subject": _subject(verdict, subjects.get(subject_id)),
            "reason": clean(reasons.get(subject_id, "")),
            "rows": rows,
            "near": [row for row in rows if row["near"]],
            "open": [row for row in rows if row["open"]],
            "change": _change(verdict, before.get(subject_id)),
        }
        try:
            yield f"reports/{subject_id}.html", template.render(context).encode()
        except Exception as error:  # as above
            raise explained(error, name) from error


def _by_subject(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["subject_id"]].append(row)
    return found


def _subject(verdict: Row, registered: Site | Account | None) -> dict[str, Any]:
    address = getattr(registered, "url", "") or getattr(registered, "feed_url", "")
    about: dict[str, Any] = cleaned(
        {
            "id": verdict["subject_id"],
            "name": verdict["name"],
            "category": verdict["category"],
            "verdict": verdict["verdict"],
            "verdict_text": VERDICTS.get(verdict["verdict"], verdict["verdict"]),
            "score": verdict.get("score", ""),
            "score_note": verdict.get("score_note", ""),
            "vetoes": verdict.get("vetoes", ""),
            "sponsor": registered.sponsor if registered else "",
            "region": registered.region if registered else "",
            "url": address,
            "link": web_link(address),
        }
    )
    return about


def _indicator(rule: Rule, row: Row, finding: Row | None, near_share: float | None) -> dict[str, Any]:
    state = str(finding["state"]) if finding else ""
    if state in _FINDINGS:
        result, kind = _FINDINGS[state], "open" if state == "candidate" else "plain"
    elif row["result"]:
        told = str(row["result"])
        result, kind = _RESULTS.get(told, told), {"pass": "good", "fail": "bad"}.get(told, "open")
    else:
        result, kind = _STATES.get(row["state"], ""), "plain"
    if rule.check == "H" and kind == "good":
        result = "没有上报"
    note = clean(finding["note"]) if finding else ""
    measured = row["measured"]
    if measured and row["at_most"] and row["at_most"] != measured:
        measured = f"{measured} 至 {row['at_most']}"
    if rule.effect == "bonus" and row["result"] == "fail":
        # A bonus that was not earned is no fault.
        result, kind = "未加分", "plain"
    return {
        "id": rule.id,
        "name": rule.name,
        "clause": rule.clause,
        "measured": f"{measured} {rule.unit}".strip() if measured else "",
        "threshold": f"{row['threshold']} {rule.unit}".strip() if row["threshold"] else "",
        "result": result,
        "kind": kind,
        "near": "" if kind != "good" else _near(rule, row, near_share),
        "open": kind == "open" or row["state"] in ("unmeasured", "for_people"),
        "reason": clean(row["reason"]) or ("检查期间没有上报" if row["state"] == "for_people" else ""),
        "note": shorten(note, NOTE),
        "decided_by": clean(finding["decided_by"])
        if finding and finding["decided_by"] not in _MACHINE
        else "",
        "url": clean(row["evidence_url"]),
        "link": web_link(row["evidence_url"]),
        "key": row["evidence_key"],
        "offset": row["evidence_offset"],
        "sha256": row["evidence_sha256"],
        "fetched_at": _beijing(row["fetched_at"]),
    }


@lru_cache(4096)
def _beijing(text: str) -> str:
    """An ISO time as the office's clock shows it."""
    try:
        read = moment(text)
    except DraftError:
        return clean(text)
    return read.strftime("%Y-%m-%d %H:%M") if read else ""


def _near(rule: Rule, row: Row, share: float | None) -> str:
    """Why a pass was a narrow one, or nothing."""
    if share is None or rule.effect == "bonus" or not row["measured"]:
        return ""
    value = float(row["measured"])
    most, least = rule.expectation.get("max_value"), rule.expectation.get("min_value")
    if most and value >= share * most:
        return f"测得 {row['measured']}{rule.unit}，接近上限 {most:g}{rule.unit}"
    if least and rule.unit in _COUNTED_IN_TIME and value * share < least:
        return f"测得 {row['measured']}{rule.unit}，接近下限 {least:g}{rule.unit}"
    return ""


def _change(now: Row, then: Row | None) -> str:
    if then is None:
        return ""
    was, became = (VERDICTS.get(row["verdict"], row["verdict"]) for row in (then, now))
    old, new = set(str(then.get("vetoes") or "").split()), set(str(now.get("vetoes") or "").split())
    parts = [f"上期{was}，本期{became}" if was != became else f"与上期相同（{became}）"]
    if old - new:
        parts.append(f"不再触及 {'、'.join(sorted(old - new))}")
    if new - old:
        parts.append(f"新触及 {'、'.join(sorted(new - old))}")
    if old & new:
        parts.append(f"连续触及 {'、'.join(sorted(old & new))}")
    if then.get("score") and now.get("score") and then["score"] != now["score"]:
        parts.append(f"得分 {then['score']} → {now['score']}")
    return "；".join(parts)
