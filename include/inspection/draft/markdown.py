"""The notice as Markdown, every value escaped."""

from __future__ import annotations

from include.inspection.draft.document import Document
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, render_file


def notice_md(document: Document, profile: Profile) -> bytes:
    context = {**document.view, "document": document}
    return render_file(environment(profile, "markdown"), "notice.md.jinja", context).encode()
