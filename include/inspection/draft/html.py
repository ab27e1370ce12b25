"""The notice as one page that loads and runs nothing, with the way from every figure to its evidence."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from include.inspection.draft.body import lookup
from include.inspection.draft.chart import svg
from include.inspection.draft.document import Document
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, render_file

#: What a rate is made of: the last name of its group → part and whole, names beside it in notice.json.
_RATES = {
    "messages": ("closed", "valid"),
    "security_scan": ("good", "scanned"),
    "recheck": ("settled", "named"),
}
_SUBJECT_RATE = ("qualified", "inspected")
_VERDICTS = {"qualified": "qualified", "unqualified": "unqualified", "unmeasured": "undetermined"}


def notice_html(notice: Mapping[str, Any], document: Document, profile: Profile) -> bytes:
    printed = figures(notice, document)
    more = {
        "figures": printed,
        "figures_by_name": {figure["name"]: figure for figure in printed},
        "drawings": {name: Markup(svg(chart)) for name, chart in document.charts.items()},
    }
    return page("notice.html.jinja", document, profile, more)


def candidates_html(document: Document, profile: Profile) -> bytes:
    """The findings that wait for a person's decision, on a page of their own.

    The notice names none of them.
    """
    return page("candidates.html.jinja", document, profile, {})


def page(template: str, document: Document, profile: Profile, more: Mapping[str, Any]) -> bytes:
    """One page from a template, with its style sheet and a policy that allows nothing else."""
    env = environment(profile, "xml")
    style = render_file(environment(profile, "text"), "style.css", {})
    context = {
        **document.view,
        "document": document,
        "style": Markup(style),
        "policy": policy(style),
        **more,
    }
    return render_file(env, template, context).encode()


def policy(style: str) -> str:
    """A page may use exactly this style sheet, and nothing else of any kind."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def figures(notice: Mapping[str, Any], document: Document) -> list[dict[str, Any]]:
    """Every figure that the text prints, once, in order.

    Its name in notice.json, its value, what it is made of, and where the rows behind it lie.
    """
    named = dict.fromkeys(
        p.figure for block in document.blocks for p in (*block.lead, *block.pieces) if p.figure
    )
    return [
        {
            "name": name,
            "value": str(lookup(notice, name)),
            "made_of": _made_of(notice, name),
            **_behind(name, notice, document),
        }
        for name in named
    ]


def _made_of(notice: Mapping[str, Any], name: str) -> str:
    group, _, last = name.rpartition(".")
    counts = lookup(notice, group) if group else notice
    parts = {"rate": _RATES.get(group.partition(".")[0], _SUBJECT_RATE), "share": ("total", "registered")}
    if last not in parts:
        return ""
    part, whole = parts[last]
    return f"{counts[part]} ÷ {counts[whole]}" if part in counts and whole in counts else ""


def _behind(name: str, notice: Mapping[str, Any], document: Document) -> dict[str, str]:
    """The rows that a figure counts: which file, and which of its rows."""
    first, *rest = name.split(".")
    last = rest[-1] if rest else ""
    if first in ("sites", "accounts", "classes"):
        kind = first if first != "classes" else rest[0]
        annex = next(
            (a for a in document.attached if any(n.endswith(f"problem_{kind}") for n in a.lists)), None
        )
        if annex and (last == "unqualified" or first == "classes"):
            return {"rows": annex.label, "link": f"#annex-{annex.number}"}
        if last == "share_least":
            return {"rows": "体例的规定（share_at_least）", "link": ""}
        if last in ("registered", "share"):
            return {"rows": f"登记名单（registry.json 的 {kind}，运行中的）", "link": "registry.json"}
        group = lookup(notice, ".".join(rest and [first, *rest[:-1]]))
        about = "、".join(str(group[key]) for key in ("label", "category", "region") if group.get(key))
        verdict = f"，verdict={_VERDICTS[last]}" if last in _VERDICTS else ""
        where = f"，“{about}”" if about else ""
        return {"rows": f"subject_type={kind[:-1]}{where}{verdict} 的行", "link": "verdicts.csv"}
    if first == "messages":
        return {"rows": "留言名单（registry.json 的 messages）", "link": "registry.json"}
    if first == "rounds":
        round_name = notice["rounds"][int(rest[0])]["round"]
        beside = "" if round_name == notice["round"] else f"../{round_name}/"
        return {"rows": f"轮次 {round_name} 的 verdicts.csv", "link": f"{beside}verdicts.csv"}
    if first in ("pooled", "checks"):
        rounds = "、".join(item["round"] for item in notice.get("rounds") or [])
        return {"rows": f"轮次 {rounds} 各自的 verdicts.csv", "link": ""}
    if first == "change":
        return {"rows": str(notice["previous"].get("source", "")), "link": ""}
    if first == "recheck":
        return {"rows": "上期轮次的 recheck.json", "link": ""}
    if first == "score_sheet":
        return {"rows": "findings.csv 中的扣分", "link": "findings.csv"}
    return {"rows": "单位填报（office 表）" if first == "security_scan" else "", "link": ""}
