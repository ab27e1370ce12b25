"""The digest as pages that load and run nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from include.inspection.draft.clean import web_link

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "digest"


@cache
def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["link"] = web_link
    env.filters["path"] = quote
    return env


def _page(template: str, found: Mapping[str, Any]) -> bytes:
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = _environment().get_template(template)
    return page.render(**found, style=Markup(style), policy=policy).encode()


def digest_html(found: Mapping[str, Any]) -> bytes:
    """The digest of all units."""
    return _page("digest.html.jinja", found)


def unit_html(found: Mapping[str, Any]) -> bytes:
    """The page of one unit (see digest.of_unit)."""
    return _page("unit.html.jinja", found)
