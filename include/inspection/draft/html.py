"""The notice as one page that loads and runs nothing, with the way from every figure to its evidence."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from include.inspection.draft.body import lookup
from include.inspection.draft.document import Document
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, render_file

#: What a rate is made of: the name of the rate's group → part and whole, names beside it in notice.json.
_MESSAGE_RATE = ("closed", "valid")
_SUBJECT_RATE = ("qualified", "inspected")


def notice_html(notice: Mapping[str, Any], document: Document, profile: Profile) -> bytes:
    printed = figures(notice, document)
    more = {"figures": printed, "figures_by_name": {figure["name"]: figure for figure in printed}}
    return _page("notice.html.jinja", document, profile, more)


def candidates_html(document: Document, profile: Profile) -> bytes:
    """The findings that wait for a person's decision, on a page of their own.

    The notice names none of them.
    """
    return _page("candidates.html.jinja", document, profile, {})


def _page(template: str, document: Document, profile: Profile, more: Mapping[str, Any]) -> bytes:
    env = environment(profile, "xml")
    style = render_file(environment(profile, "text"), "style.css", {})
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    context = {
        **document.view,
        "document": document,
        "style": Markup(style),
        # The page may use exactly this style sheet, and nothing else of any kind.
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        **more,
    }
    return render_file(env, template, context).encode()


def figures(notice: Mapping[str, Any], document: Document) -> list[dict[str, Any]]:
    """Every figure that the text prints, once, in order.

    Its name in notice.json, its value and what it is made of.
    """
    named = dict.fromkeys(
        p.figure for block in document.blocks for p in (*block.lead, *block.pieces) if p.figure
    )
    return [
        {"name": name, "value": str(lookup(notice, name)), "made_of": _made_of(notice, name)}
        for name in named
    ]


def _made_of(notice: Mapping[str, Any], name: str) -> str:
    group, _, last = name.rpartition(".")
    if last != "rate":
        return ""
    part, whole = _MESSAGE_RATE if group == "messages" else _SUBJECT_RATE
    return f"{lookup(notice, f'{group}.{part}')} ÷ {lookup(notice, f'{group}.{whole}')}"
