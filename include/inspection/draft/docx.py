"""The notice as a Word document: the profile's ``notice.docx`` filled by docxtpl, then measured out."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate

from include.inspection.draft.archive import moment_of, stable
from include.inspection.draft.chart import chart_xml, height_mm
from include.inspection.draft.document import Annex, Document, em_width
from include.inspection.draft.error import DraftError
from include.inspection.draft.profile import Profile
from include.inspection.draft.templates import environment, explained, shown

_TWIPS_PER_MM = 1440 / 25.4
_EMU_PER_MM = 36000
_BODY_POINTS = 16
#: Columns of figures, which stand in the middle.
_NUMBERS = re.compile(
    r"^(number|registered|total|inspected|unmeasured|qualified|unqualified|rate|share|deducted|score|points\..*)$"
)
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_DRAWING = (
    f"<w:drawing {nsdecls('w', 'wp', 'a', 'c', 'r')}>"
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{number}" name="Chart {number}" descr="{title}"/><wp:cNvGraphicFramePr/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{relation}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)
#: Right margin of the date where an office stamps its notice, in characters (GB/T 9704).
_DATE_INDENT = 4.0


def notice_docx(document: Document, profile: Profile) -> bytes:
    """The bytes of notice.docx.

    Raises DraftError that names the template, and its paragraph where one is at fault.
    """
    path = next(folder / "notice.docx" for folder in profile.folders if (folder / "notice.docx").is_file())
    template = DocxTemplate(io.BytesIO(path.read_bytes()))
    _fill(template, path, profile, {**document.view, "document": document})
    _lay_out_tables(template.docx, document)
    _draw_charts(template.docx, document)
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


def _lay_out_tables(doc: Any, document: Document) -> None:
    """Give each table of the annexes the columns of the profile: widths, and headings above several columns.

    The template cannot know how many there are.
    """
    tables = doc.element.body.findall(qn("w:tbl"))
    owners = [annex for annex in document.attached if annex.rows for _ in annex.tables]
    for table, annex in zip(tables, owners, strict=True):
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
        if any(column.group for column in annex.columns):
            _head_groups(table, annex)


def _head_groups(table: Any, annex: Annex) -> None:
    """A second heading row above the first: one cell over the columns of a group, other columns through both rows."""
    lower = table.findall(qn("w:tr"))[0]
    upper = copy.deepcopy(lower)
    lower.addprevious(upper)
    uppers, lowers = upper.findall(qn("w:tc")), lower.findall(qn("w:tc"))
    start = 0
    for group, members in groupby(annex.columns, key=lambda column: column.group):
        count = len(list(members))
        if group:
            first = uppers[start]
            width = sum(
                int(cell.find(qn("w:tcPr")).find(qn("w:tcW")).get(qn("w:w")))
                for cell in uppers[start : start + count]
            )
            first.find(qn("w:tcPr")).find(qn("w:tcW")).set(qn("w:w"), str(width))
            first.find(qn("w:tcPr")).find(qn("w:tcW")).addnext(
                first.makeelement(qn("w:gridSpan"), {qn("w:val"): str(count)})
            )
            texts = list(first.iter(qn("w:t")))
            texts[0].text = group
            for text in texts[1:]:
                text.text = ""
            for cell in uppers[start + 1 : start + count]:
                upper.remove(cell)
        else:
            for cells, kind in ((uppers, {qn("w:val"): "restart"}), (lowers, {})):
                for cell in cells[start : start + count]:
                    cell.find(qn("w:tcPr")).find(qn("w:tcW")).addnext(cell.makeelement(qn("w:vMerge"), kind))
            for cell in lowers[start : start + count]:
                for text in cell.iter(qn("w:t")):
                    text.text = ""
        start += count


def _draw_charts(doc: Any, document: Document) -> None:
    """Put the charts where the body names them."""
    places = [paragraph for paragraph in doc.paragraphs if paragraph.style.name == "Chart"]
    for number, paragraph in enumerate(places, 1):
        chart = document.charts[paragraph.text]
        part = Part(
            PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, chart_xml(chart), doc.part.package
        )
        relation = doc.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        for run in paragraph.runs[1:]:
            run._r.getparent().remove(run._r)
        paragraph.runs[0].text = ""
        paragraph.runs[0]._r.append(
            parse_xml(
                _DRAWING.format(
                    width=round(150 * _EMU_PER_MM),
                    height=round(height_mm(chart) * _EMU_PER_MM),
                    number=number,
                    title=escape(chart.title, {'"': "&quot;"}),
                    relation=relation,
                )
            )
        )


def _centre_numbers(doc: Any, table: Any, annex: Annex) -> None:
    if "Table Number" not in doc.styles:
        return
    name = doc.styles["Table Number"].style_id
    for index in [index for index, column in enumerate(annex.columns) if _NUMBERS.match(column.field)]:
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
