"""The draft of the year's assessment: the forms of the notice with a text of its own (annual.yaml, annual-body.jinja)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from include.inspection.config import ConfigFile
from include.inspection.draft import notice_json
from include.inspection.draft.body import blocks, figure_of
from include.inspection.draft.clean import cleaned, shorten
from include.inspection.draft.document import Annex, Column, Document, Table, title_lines
from include.inspection.draft.docx import notice_docx
from include.inspection.draft.html import page
from include.inspection.draft.markdown import notice_md
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment
from include.inspection.draft.xlsx import annex_xlsx

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_NAMED_IN_TEXT = 5
_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "annexes"],
    "properties": {
        "title": _TEXTS,
        "annexes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["file", "lists", "title", "columns"],
                "properties": {
                    "file": {"type": "string", "pattern": r"^annual-[0-9]\.xlsx$"},
                    "lists": {
                        "type": "array",
                        "items": {"enum": ["sites", "accounts", "deductions"]},
                        "minItems": 1,
                    },
                    "title": {"type": "string"},
                    "columns": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["field", "title", "width"],
                            "properties": {
                                "field": {"type": "string"},
                                "title": {"type": "string"},
                                "width": {"type": "integer", "minimum": 5, "maximum": 250},
                            },
                        },
                    },
                },
            },
        },
    },
}


def render_annual(assessment: Mapping[str, Any], profile: Profile) -> dict[str, bytes]:
    """File name → bytes: annual.docx, .html, .md, .json and the annexes. Raises DraftError or ConfigError.

    ``assessment`` is what annual.assess gives, with ``notice_date`` and ``monitoring_point``.
    """
    path = next(folder / "annual.yaml" for folder in profile.folders if (folder / "annual.yaml").is_file())
    settings = ConfigFile(path, _SCHEMA).data
    data: dict[str, Any] = cleaned(dict(assessment))
    limit = int(profile.data["cell_limit"])
    ranked = [row for row in data["subjects"] if row["rank"] and row["subject_type"] == "site"]
    view: dict[str, Any] = {
        **data,
        "office": cleaned(profile.data["office"]),
        "labels": profile.data["labels"],
        "notice_date": date.fromisoformat(data["notice_date"]),
        "best": [shorten(row["name"], limit) for row in ranked if row["rank"] <= _NAMED_IN_TEXT][
            :_NAMED_IN_TEXT
        ],
        "figure": figure_of(assessment),
        "candidates": [],
    }
    env = environment(profile, "text")

    def words(pattern: str) -> str:
        return str(env.from_string(pattern).render(view))

    rows = _lists(data, limit)
    annexes = []
    for number, annex in enumerate(settings["annexes"], 1):
        shown = [row for name in annex["lists"] for row in rows[name]]
        columns = tuple(Column(**column) for column in annex["columns"])
        cells = tuple(tuple(str(row.get(column.field) or "") for column in columns) for row in shown)
        title = words(annex["title"])
        annexes.append(
            Annex(
                number=number,
                label=f"{profile.data['labels']['annex']}{number}",
                file=annex["file"],
                title=title,
                title_lines=title_lines([title]),
                subtitle="",
                note="",
                empty=profile.data["labels"]["nothing"],
                columns=columns,
                tables=(Table("", 1, cells),) if cells else (),
                subjects=tuple(row["whole"] for row in shown),
                shown=tuple(shown),
                proven=False,
                lists=tuple(annex["lists"]),
            )
        )
    parts = [words(part) for part in settings["title"]]
    document = Document(
        title="".join(parts),
        title_lines=title_lines(parts),
        number="",
        draft_mark=words(profile.data["labels"]["draft"]),
        draft_mark_short=words(profile.data["labels"]["draft_short"]),
        blocks=tuple(blocks(profile, view, "annual-body.jinja")),
        annexes=tuple(annexes),
        attached=tuple(annex for annex in annexes if annex.tables),
        charts={},
        view=view,
    )
    files = {
        "annual.docx": notice_docx(document, profile),
        "annual.html": page("annual.html.jinja", document, profile, {}),
        "annual.md": notice_md(document, profile),
        "annual.json": notice_json(assessment),
    }
    return files | {annex.file: annex_xlsx(annex, document) for annex in document.attached}


def _lists(data: Mapping[str, Any], limit: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of the annexes: a quarter's score, or its verdict where there is none."""
    subjects = [
        {
            **row,
            "total": row["total"] or "—",
            **{name: row[f"{name}_score"] or row[f"{name}_verdict"] or "—" for name in QUARTERS},
        }
        for row in data["subjects"]
    ]
    # The draft's lists know "points" as those of indicators.
    charged = [
        {**{key: value for key, value in row.items() if key != "points"}, "deducted": row["points"]}
        for row in data["deductions"]
    ]
    lists = {
        "sites": [row for row in subjects if row["subject_type"] == "site"],
        "accounts": [row for row in subjects if row["subject_type"] == "account"],
        "deductions": charged,
    }
    return {
        name: [{**row, "name": shorten(row["name"], limit), "whole": row} for row in rows]
        for name, rows in lists.items()
    }
