"""Makes the Word template ``base/notice.docx`` in the form of GB/T 9704-2012.

``python -m include.inspection.draft.layout`` writes it. The template is an ordinary Word file with docxtpl
tags: an office may change it in Word; from this script its layout can be read and made again.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from include.inspection.draft.archive import stable
from include.inspection.draft.layout_styles import NUMBER_4, add_styles, name_fonts
from include.inspection.draft.profile import TEMPLATES


def build() -> bytes:
    """The template's bytes, the same every time."""
    word = WordDocument()
    _page(word)
    add_styles(word)
    name_fonts(word)
    _header_and_footers(word)
    _body(word)
    _annexes(word)
    _chinese_signs(word)
    word.core_properties.author = ""
    word.core_properties.title = ""
    word.core_properties.comments = ""
    out = io.BytesIO()
    word.save(out)
    return stable(out.getvalue(), None)


def _page(word: Any) -> None:
    section = word.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(23)
    word.settings.odd_and_even_pages_header_footer = True


def _header_and_footers(word: Any) -> None:
    section = word.sections[0]
    sides = (
        (section.header, section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_header, section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    )
    for header, footer, align in sides:
        header.paragraphs[0].style = "Draft Header"
        header.paragraphs[0].add_run("{{ document.draft_mark_short }}")
        number = footer.paragraphs[0]
        number.style, number.alignment = "Page Number", align
        # One character from the outer edge of the text.
        edge = "right_indent" if align == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
        setattr(number.paragraph_format, edge, NUMBER_4)
        number.add_run("— ")
        _page_field(number)
        number.add_run(" —")


def _page_field(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif text == "PAGE":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


def _body(word: Any) -> None:
    pieces = "{% for piece in block.pieces %}{{ piece.text }}{% endfor %}"
    lead = "{% for piece in block.lead %}{{ piece.text }}{% endfor %}"
    add = word.add_paragraph
    add("{%p if document.draft_mark %}")
    add("{{ document.draft_mark }}", "Draft Mark")
    add("{%p endif %}")
    add("{%p for line in document.title_lines %}")
    add("{{ line }}", "Notice Title")
    add("{%p endfor %}")
    add("{%p if document.number %}")
    add("{{ document.number }}", "Number")
    add("{%p endif %}")
    add("{{ office.addressees }}：", "Addressees")
    add("{%p for block in document.blocks %}")
    add("{%p if block.kind == 'heading' %}")
    add(pieces, "Heading 1")
    add("{%p elif block.kind == 'chart' %}")
    add("{{ block.text }}", "Chart")
    add("{%p elif block.kind == 'subheading' and not block.pieces %}")
    add(lead, "Heading 2")
    # The last paragraph goes with the signature, which must not stand on a page alone.
    for tag, style in (("{%p elif loop.last %}", "Last Text"), ("{%p else %}", "Notice Text")):
        add(tag)
        text = add("", style)
        text.add_run(lead, "Lead")
        text.add_run(pieces)
    add("{%p endif %}")
    add("{%p endfor %}")
    add("{%p if document.attached|length == 1 %}")
    add("", "Last Text")
    add("{{ labels.annex }}：{{ document.attached[0].title }}", "Attached First")
    add("{%p elif document.attached %}")
    add("", "Last Text")
    add("{%p for annex in document.attached %}")
    add("{%p if loop.first %}")
    add("{{ labels.annex }}：{{ annex.number }}.{{ annex.title }}", "Attached First")
    add("{%p else %}")
    add("{{ annex.number }}.{{ annex.title }}", "Attached Next")
    add("{%p endif %}")
    add("{%p endfor %}")
    add("{%p endif %}")
    for _ in range(2):
        add("", "Last Text")
    add("{{ office.issuer }}", "Signature")
    add("{%p if notice_date %}")
    add("{{ notice_date.year }}年{{ notice_date.month }}月{{ notice_date.day }}日", "Date")
    add("{%p endif %}")


def _annexes(word: Any) -> None:
    add = word.add_paragraph
    add("{%p for annex in document.attached %}")
    add("{{ annex.label }}", "Annex Label")
    add("{%p for line in annex.title_lines %}")
    add("{{ line }}", "Annex Title")
    add("{%p endfor %}")
    add("{{ annex.subtitle }}", "Annex Subtitle")
    add("{%p if annex.rows %}")
    add("{%p for table in annex.tables %}")
    add("{%p if table.caption %}")
    add("{{ table.caption }}", "Table Caption")
    add("{%p endif %}")
    table = word.add_table(rows=4, cols=3, style="Table Grid")
    table.autofit = False
    # The order of a table's properties is fixed, and the look comes last.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(
        parse_xml(
            f'<w:tblCellMar {nsdecls("w")}><w:top w:w="50" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
            '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
        )
    )
    for row, (before, text, after), style in (
        (0, ("{%tc for column in annex.columns %}", "{{ column.title }}", "{%tc endfor %}"), "Table Head"),
        (2, ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"), "Table Cell"),
    ):
        for cell, content in zip(table.rows[row].cells, (before, text, after), strict=True):
            cell.paragraphs[0].add_run(content)
            cell.paragraphs[0].style = style
            cell.vertical_alignment = 1
        _row(table.rows[row], "w:cantSplit")
    _row(table.rows[0], "w:tblHeader")
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for row in table.rows %}")
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
    add("{%p endfor %}")
    add("{%p if annex.note %}")
    add("{{ annex.note }}", "Annex Note")
    add("{%p endif %}")
    add("{%p else %}")
    add("{{ annex.empty }}", "Notice Text")
    add("{%p endif %}")
    add("{%p endfor %}")


def _chinese_signs(word: Any) -> None:
    """Quotation marks and dashes of the text are Chinese ones, as wide as a character."""
    section = word.sections[0]
    edges = (section.header, section.footer, section.even_page_header, section.even_page_footer)
    for part in (word.element.body, *(edge._element for edge in edges)):
        for run in part.iter(qn("w:r")):
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def _row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


if __name__ == "__main__":
    (TEMPLATES / "base" / "notice.docx").write_bytes(build())
