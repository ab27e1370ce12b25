"""Drafting: a notice (counts, names, findings) and a profile (words, layout) become files an office reads.

Pure: the same notice and profile give the same bytes, whenever and wherever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from include.inspection.draft.claims import hold
from include.inspection.draft.document import compose
from include.inspection.draft.docx import notice_docx
from include.inspection.draft.error import DraftError
from include.inspection.draft.figures import complete
from include.inspection.draft.html import candidates_html, notice_html
from include.inspection.draft.markdown import notice_md
from include.inspection.draft.profile import TEMPLATES, Profile, load_profile
from include.inspection.draft.rates import rate
from include.inspection.draft.xlsx import annex_xlsx

__all__ = ["TEMPLATES", "DraftError", "Profile", "complete", "load_profile", "rate", "render"]


def render(notice: Mapping[str, Any], profile: Profile) -> dict[str, bytes]:
    """File name → bytes: notice.docx, .html, .md, .json, the annexes, and candidates.html for the reviewers.

    ``notice`` may carry ``office`` (issuer, addressees, report_to, place) over the profile's.
    Raises DraftError.
    """
    notice = complete(notice, profile)
    document = compose(notice, profile)
    hold(document, notice)
    files = {
        "notice.docx": notice_docx(document, profile),
        "notice.html": notice_html(notice, document, profile),
        "notice.md": notice_md(document, profile),
        "notice.json": notice_json(notice),
        "candidates.html": candidates_html(document, profile),
    }
    return files | {annex.file: annex_xlsx(annex, document) for annex in document.annexes}


def notice_json(notice: Mapping[str, Any]) -> bytes:
    """The notice whole, nothing cut.

    Half a surrogate pair, which UTF-8 cannot hold, becomes its JSON escape.
    """
    return (json.dumps(notice, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
