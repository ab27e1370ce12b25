"""The Chinese texts of messages, from include/templates/messages/: a template's first line is the title."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    # Plain text for mail and chat: nothing to escape. A name that is missing is an error, not a gap in the text.
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), undefined=jinja2.StrictUndefined, autoescape=False
    )


def compose(name: str, **facts: Any) -> tuple[str, str]:
    """Title and body of the template ``name``. Raises jinja2.UndefinedError where a fact is missing."""
    text = _environment().get_template(f"{name}.jinja").render(facts).strip()
    title, _, body = text.partition("\n")
    return title.strip(), body.strip()
