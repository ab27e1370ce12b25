"""What a person is asked about a subject or a draft, in Chinese, and the figures of the review in the notice."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from include.inspection.draft.clean import clean, markdown, shorten, web_link
from include.inspection.model import APPEAL_CHOICES, CHOICES, VERDICTS
from include.inspection.review.decisions import Records
from include.inspection.review.rulings import fingerprint
from include.inspection.rules.standard import Rule
from include.inspection.times import beijing

#: What a person may answer besides a decision; it decides nothing.
LATER = "暂不决定"
#: For one finding of several: the answer of the whole.
AS_WHOLE = "同上"
APPROVED, RETURNED = "通过", "退回"

REVIEW_TABLES = ("decisions.csv", "appeals.csv")
_MOST_FINDINGS = 30
_MOST_TEXT = 600
_TYPES = {"site": "网站", "account": "账号"}
_STATES = {"fail": "不达标", "candidate": "待人工认定", "overturned": "已推翻", "advice": "提示"}

Row = Mapping[str, Any]


def requests(
    tables: Mapping[str, Sequence[Row]], rules: Sequence[Rule], *, may_look: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """What people must decide, one request a subject, and one for each appeal that waits; JSON-like.

    ``may_look`` says whether a subject can be fetched a further time.

    Asked are the findings that would name a subject and the candidates of veto indicators, as far as no decision holds
    on their evidence. ``tables`` holds the rows of verdicts, findings, evidence, decisions and appeals by table name.
    """
    effects = {rule.id: rule.effect for rule in rules}
    names = {rule.id: rule.name for rule in rules}
    settled = {
        (row["subject_id"], row["indicator_id"])
        for row in tables["decisions"]
        if row["status"] == "applied" and (row["decision"] != "look_again" or may_look(row["subject_id"]))
    }
    evidence: dict[tuple[str, str], list[Row]] = {}
    for row in tables["evidence"]:
        evidence.setdefault((row["subject_id"], row["indicator_id"]), []).append(row)
    findings: dict[str, list[dict[str, Any]]] = {}
    for row in tables["findings"]:
        key = row["subject_id"], row["indicator_id"]
        findings.setdefault(row["subject_id"], []).append(
            {
                **row,
                "indicator": names[row["indicator_id"]],
                "effect": effects[row["indicator_id"]],
                "fingerprint": fingerprint(row, evidence.get(key, [])),
                "settled": key in settled,
            }
        )
    asked: list[dict[str, Any]] = []
    for verdict in tables["verdicts"]:
        own = findings.get(verdict["subject_id"], [])
        open_ones = [item for item in own if _must_be_decided(item, verdict)]
        if open_ones:
            look = may_look(verdict["subject_id"])
            choices = [name for name in CHOICES if look or name != "look_again"]
            asked.append(_request(verdict, open_ones, choices, None))
    by_id = {row["subject_id"]: row for row in tables["verdicts"]}
    for appeal in tables["appeals"]:
        own = [
            item
            for item in findings.get(appeal["subject_id"], [])
            if item["indicator_id"] == appeal["indicator_id"] and appeal["status"] == "open"
        ]
        if own:
            asked.append(_request(by_id[appeal["subject_id"]], own, list(APPEAL_CHOICES), appeal))
    return asked


def _must_be_decided(finding: Row, verdict: Row) -> bool:
    if finding["settled"] or finding["state"] == "overturned" or finding["effect"] == "advice":
        return False
    if finding["effect"] == "veto":
        return True
    # Without a veto it is the sum of the deductions that names a subject.
    return bool(verdict["verdict"] == "unqualified" and not verdict["vetoes"])


def _request(
    verdict: Row, findings: Sequence[Row], choices: Sequence[str], appeal: Row | None
) -> dict[str, Any]:
    label = f"{verdict['subject_id']} {verdict['name']}"
    return {
        "subject_id": verdict["subject_id"],
        "label": shorten(clean(f"申诉 {label}" if appeal else label), 100),
        "type": _TYPES[verdict["subject_type"]],
        "name": clean(verdict["name"]),
        "category": clean(verdict["category"]),
        "verdict": verdict["verdict"],
        "choices": list(choices),
        "findings": [_shown(item) for item in findings[:_MOST_FINDINGS]],
        "appeal": {key: shorten(clean(str(value)), _MOST_TEXT) for key, value in appeal.items()}
        if appeal
        else None,
    }


def _shown(finding: Row) -> dict[str, Any]:
    kept = (
        "indicator_id",
        "indicator",
        "effect",
        "state",
        "measured",
        "threshold",
        "fingerprint",
        "decided_by",
    )
    places = ("evidence_url", "evidence_key", "evidence_offset", "evidence_sha256", "fetched_at")
    return {
        **{key: finding[key] for key in (*kept, *places)},
        "note": shorten(clean(finding["note"]), _MOST_TEXT),
    }


def question(request: Row) -> str:
    """The headline of a required action."""
    if request["appeal"]:
        return f"申诉复核：{request['name']}（{request['findings'][0]['indicator']}）"
    return f"人工复核：{request['type']}“{request['name']}”拟判为{VERDICTS[request['verdict']]}"


def options(request: Row) -> list[str]:
    """The answers that a person may give, in Chinese."""
    labels = APPEAL_CHOICES if request["appeal"] else CHOICES
    return [*(labels[name] for name in request["choices"]), LATER]


def explanation(request: Row) -> str:
    """The body of a required action in Markdown; everything that came from outside is shown as it is."""
    lines = [
        f"**{markdown(request['name'])}**（{markdown(request['subject_id'])}，{markdown(request['category'])}），"
        f"按现有证据拟判：**{VERDICTS[request['verdict']]}**。"
    ]
    appeal = request["appeal"]
    if appeal:
        lines += [
            f"**申诉** {markdown(appeal['appeal_id'])}，{markdown(appeal['filed_by'])} 于 {appeal['filed_at']} 提出：",
            f"> {markdown(appeal['statement'])}",
            f"重新读取证据：{markdown(appeal['evidence_check'])}；据此重新测得 {markdown(appeal['measured_again'])}。",
            "请选择：**维持**（问题成立）、**撤销**（问题不成立）或**部分支持**（问题仍成立，理由里写明支持的部分），并写明理由。",
        ]
    else:
        lines.append(
            "请对下列问题作出决定并写明理由：**属实**计入通报；**误报**、**豁免**不计入；"
            + ("**再查一次**将重新抓取和测量，由新证据决定；" if "look_again" in request["choices"] else "")
            + f"**{LATER}**保持现状。"
        )
    for number, item in enumerate(request["findings"], 1):
        lines.append(_finding_text(number, item))
    for row in request.get("earlier", ()):
        lines.append(
            f"- 已有决定：{markdown(row['decided_by'])}，{CHOICES.get(row['decision'], row['decision'])}，"
            f"{markdown(shorten(row['reason'], 200))}（{markdown(row['note'])}）。本次决定将取代它。"
        )
    return "\n\n".join(lines)


def _finding_text(number: int, item: Row) -> str:
    link = web_link(item["evidence_url"])
    page = f"[查看网页]({_target(link)})" if link else "无网页"
    kind = "单项否决" if item["effect"] == "veto" else "扣分"
    place = (
        f"存档 `{item['evidence_key']}` 偏移 {item['evidence_offset']}，SHA-256 `{item['evidence_sha256']}`"
        if item["evidence_key"]
        else "没有网页存档"
    )
    return (
        f"{number}. **{markdown(item['indicator_id'])} {markdown(item['indicator'])}**（{kind}，{_STATES[item['state']]}）："
        f"测得 {markdown(str(item['measured']))}，要求 {markdown(item['threshold'])}\n"
        f"   - {markdown(item['note'])}\n"
        f"   - 证据：{page}，抓取时间 {item['fetched_at'] or '无'}；{place}"
    )


def _target(url: str) -> str:
    """An address that cannot end the link it stands in."""
    for char in "()<>[]\\`\"' ":
        url = url.replace(char, f"%{ord(char):02X}")
    return url


def to_decide(asked: Iterable[Row]) -> list[dict[str, str]]:
    """The same questions as rows of decisions.csv, for an office that works in Excel: the decision is left empty."""
    return [
        {
            "subject_id": request["subject_id"],
            "name": request["name"],
            "indicator_id": item["indicator_id"],
            "indicator": item["indicator"],
            "measured": item["measured"],
            "threshold": item["threshold"],
            "evidence_url": item["evidence_url"],
            "note": item["note"],
            "decision": "",
            "reason": "",
            "decided_by": "",
            "decided_at": "",
            "evidence": item["fingerprint"],
        }
        for request in asked
        if not request["appeal"]
        for item in request["findings"]
    ]


TO_DECIDE_COLUMNS = (
    "subject_id",
    "name",
    "indicator_id",
    "indicator",
    "measured",
    "threshold",
    "evidence_url",
    "note",
    "decision",
    "reason",
    "decided_by",
    "decided_at",
    "evidence",
)


def review_figures(decisions: Sequence[Row], appeals: Sequence[Row]) -> dict[str, Any]:
    """``review`` and ``appeals`` of notice.json: how many decisions of which status, and every appeal."""
    statuses = Counter(row["status"] for row in decisions)
    applied = Counter(row["decision"] for row in decisions if row["status"] == "applied")
    return {
        "review": {
            "confirmed": sum(applied[name] for name in ("confirm", "upheld", "partly")),
            "overturned": sum(applied[name] for name in ("false_alarm", "exempt", "overturned")),
            "look_again": applied["look_again"],
            **{
                name: statuses[name]
                for name in ("contradicted", "other_evidence", "no_finding", "replaced", "withdrawn")
            },
        },
        "appeals": [dict(row) for row in appeals],
    }


def notice_digest(figures: bytes) -> str:
    """What an approval holds for: the figures of a draft as they are stored."""
    return hashlib.sha256(figures).hexdigest()


def with_approval(figures: bytes, records: Records) -> dict[str, Any]:
    """The notice of stored ``figures``; reviewed where the latest word on these very figures is an approval."""
    notice: dict[str, Any] = json.loads(figures)
    words = [item for item in records.approvals if item.notice == notice_digest(figures)]
    if not words:
        return notice
    last = words[-1]
    told = {"by": last.decided_by, "at": last.decided_at.isoformat(), "note": last.reason}
    if last.choice == "approved":
        return notice | {"reviewed": True, "approval": told}
    day = beijing(last.decided_at).date()
    returned = f"本草稿于{day.year}年{day.month}月{day.day}日由{last.decided_by}退回：{last.reason}"
    return notice | {"returned": told, "remarks": [*notice.get("remarks", []), returned]}


def draft_summary(notice: Row) -> str:
    """What a person approves, in Markdown."""
    lines = [f"**{markdown(notice['period'])}**通报草稿（轮次 {markdown(notice['round'])}）待审批。"]
    for kind, word in (("sites", "网站"), ("accounts", "政务新媒体")):
        counts = notice[kind]
        lines.append(
            f"- {word}：共 {counts['total']} 个，检查 {counts['inspected']} 个，合格 {counts['qualified']} 个，"
            f"不合格 {counts['unqualified']} 个，无法判定 {counts['unmeasured']} 个，合格率 {counts['rate'] or '无'}"
        )
    for kind, word in (("problem_sites", "点名网站"), ("problem_accounts", "点名账号")):
        for subject in notice[kind][:_MOST_FINDINGS]:
            problems = "；".join(item["problem"] for item in subject["findings"])
            lines.append(
                f"- {word}：**{markdown(clean(subject['name']))}**：{markdown(shorten(clean(problems), 300))}"
            )
        if len(notice[kind]) > _MOST_FINDINGS:
            lines.append(f"- {word}：其余 {len(notice[kind]) - _MOST_FINDINGS} 个见附件")
    review = notice["review"]
    lines.append(
        f"- 人工复核：属实 {review['confirmed']} 项，推翻 {review['overturned']} 项，相互矛盾 {review['contradicted']} 项，"
        f"不再适用 {review['other_evidence']} 项；申诉 {len(notice['appeals'])} 件"
    )
    lines.append(
        f"**{APPROVED}**：草稿去掉“未经复核”标记；**{RETURNED}**：保留标记并写明理由。草稿的数字变了，审批即不再适用。"
    )
    return "\n\n".join(lines)
