"""The notice as a Word document: the profile's ``notice.docx`` filled by docxtpl, then measured out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from include.inspection.draft.archive import moment_of, stable
from include.inspection.draft.document import Annex, Document, em_width
from include.inspection.draft.error import DraftError
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, explained, shown

_TWIPS_PER_MM = 1440 / 25.4
_BODY_POINTS = 16
#: Right margin of the date where an office stamps its notice, in characters (GB/T 9704).
_DATE_INDENT = 4.0


def notice_docx(document: Document, profile: Profile) -> bytes:
    """The bytes of notice.docx.

    Raises DraftError that names the template, and its paragraph where one is at fault.
    """
    path = next(folder / "notice.docx" for folder in profile.folders if (folder / "notice.docx").is_file())
    template = DocxTemplate(io.BytesIO(path.read_bytes()))
    _fill(template, path, profile, {**document.view, "document": document})
    _set_widths(template.docx, document)
    _place_signature(template.docx, document)
    template.docx.core_properties.author = document.view["office"]["issuer"]
    template.docx.core_properties.title = document.title[:255]
    out = io.BytesIO()
    template.save(out)
    return stable(out.getvalue(), moment_of(document.view))


def _fill(template: DocxTemplate, path: Path, profile: Profile, context: dict[str, Any]) -> None:
    try:
        template.render(context, jinja_env=environment(profile, "xml"), autoescape=True)
    except Exception as error:  # whatever a template does wrong is its error, not the program's
        told = explained(error, shown(path, profile.root)).problems[0]
        # docxtpl hands the template over with one paragraph a line: the line is the paragraph's number.
        about = "；".join(filter(None, _around(error))) if isinstance(error, jinja2.TemplateError) else ""
        reason = told.reason + (f"；附近的文字：{about[:120]}" if about else "")
        raise DraftError.at(shown(path, profile.root), told.line, reason) from error


def _around(error: jinja2.TemplateError) -> Iterator[str]:
    for line in getattr(error, "docx_context", ()):
        yield re.sub(r"\s+", " ", line).strip()


def _set_widths(doc: Any, document: Document) -> None:
    """Give each annex's table the column widths of the profile.

    The template cannot know how many there are.
    """
    tables = doc.element.body.findall(qn("w:tbl"))
    for table, annex in zip(tables, [annex for annex in document.attached if annex.rows], strict=True):
        widths = [str(round(column.width * _TWIPS_PER_MM)) for column in annex.columns]
        grid = table.find(qn("w:tblGrid"))
        for column in list(grid):
            grid.remove(column)
        for width in widths:
            grid.append(grid.makeelement(qn("w:gridCol"), {qn("w:w"): width}))
        for row in table.findall(qn("w:tr")):
            for cell, width in zip(row.findall(qn("w:tc")), widths, strict=True):
                cell.find(qn("w:tcPr")).find(qn("w:tcW")).set(qn("w:w"), width)
        _centre_numbers(doc, table, annex)


def _centre_numbers(doc: Any, table: Any, annex: Annex) -> None:
    if "Table Number" not in doc.styles:
        return
    name = doc.styles["Table Number"].style_id
    for index in [index for index, column in enumerate(annex.columns) if column.field == "number"]:
        for row in table.findall(qn("w:tr"))[1:]:
            for style in row.findall(qn("w:tc"))[index].iter(qn("w:pStyle")):
                style.set(qn("w:val"), name)


def _place_signature(doc: Any, document: Document) -> None:
    """Centre issuer and date over one another, with the date where a stamp needs it."""
    issuer = document.view["office"]["issuer"]
    day = document.view["notice_date"]
    date_width = em_width(f"{day.year}年{day.month}月{day.day}日") if day else 0.0
    difference = (em_width(issuer) - date_width) / 2
    indent = max(_DATE_INDENT, difference)
    for style, width in (("Signature", indent - difference), ("Date", indent)):
        for paragraph in doc.paragraphs:
            if paragraph.style.name == style:
                paragraph.paragraph_format.right_indent = round(width * _BODY_POINTS * 12700)
