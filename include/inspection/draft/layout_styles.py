"""The styles and fonts of the Word template, with the sizes that GB/T 9704-2012 gives them."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from lxml import etree

FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
#: What a machine without the font takes instead, best first.
FALLBACKS = {
    FANGSONG: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    KAITI: "楷体,KaiTi,STKaiti,Noto Serif CJK SC",
    HEITI: "SimHei,STHeiti,Noto Sans CJK SC",
    XIAOBIAOSONG: "方正小标宋_GBK,小标宋,SimSun,Noto Serif CJK SC",
    SONGTI: "SimSun,STSong,Noto Serif CJK SC",
}
LATIN = "Times New Roman"
NUMBER_3, NUMBER_2, NUMBER_4, SMALL_4 = Pt(16), Pt(22), Pt(14), Pt(12)
#: 22 lines on 225 mm.
LINE = Pt(28)
RED = RGBColor(0xB0, 0x00, 0x20)


def add_styles(word: Any) -> None:
    normal = word.styles["Normal"]
    _font(normal, FANGSONG, NUMBER_3)
    _lines(normal, LINE)
    normal.paragraph_format.widow_control = False
    _style(word, "Notice Title", XIAOBIAOSONG, NUMBER_2, line=Pt(34), align=WD_ALIGN_PARAGRAPH.CENTER)
    number = _style(word, "Number", FANGSONG, NUMBER_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_before = Pt(14)
    # A chart is as tall as it is: its line must grow with it.
    picture = _style(word, "Chart", FANGSONG, NUMBER_4, align=WD_ALIGN_PARAGRAPH.CENTER)
    picture.paragraph_format.line_spacing = 1.0
    picture.paragraph_format.space_before = picture.paragraph_format.space_after = Pt(6)
    _style(word, "Addressees", FANGSONG, NUMBER_3).paragraph_format.space_before = LINE
    text = _style(word, "Notice Text", FANGSONG, NUMBER_3, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _indent(text, first_line=200)
    last = _style(word, "Last Text", FANGSONG, NUMBER_3, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _indent(last, first_line=200)
    last.paragraph_format.keep_with_next = True
    for name, font in (("Heading 1", HEITI), ("Heading 2", KAITI)):
        heading = _style(word, name, font, NUMBER_3)
        _indent(heading, first_line=200)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.keep_with_next = True
        heading.font.color.rgb = RGBColor(0, 0, 0)
    _style(word, "Lead", KAITI, NUMBER_3, kind=WD_STYLE_TYPE.CHARACTER)
    mark = _style(word, "Draft Mark", HEITI, NUMBER_4, line=Pt(22))
    mark.font.color.rgb = RED
    mark.paragraph_format.space_after = Pt(18)
    spacing = mark.element.pPr.find(qn("w:spacing"))
    spacing.addprevious(_frame())
    _style(
        word, "Draft Header", HEITI, Pt(10.5), line=Pt(16), align=WD_ALIGN_PARAGRAPH.RIGHT
    ).font.color.rgb = RED
    for name, left, hanging in (("Attached First", 600, 400), ("Attached Next", 600, 100)):
        attached = _style(word, name, FANGSONG, NUMBER_3)
        _indent(attached, left=left, hanging=hanging)
        attached.paragraph_format.keep_with_next = True
    for name in ("Signature", "Date"):
        signature = _style(word, name, FANGSONG, NUMBER_3, align=WD_ALIGN_PARAGRAPH.RIGHT)
        signature.paragraph_format.keep_with_next = name == "Signature"
    label = _style(word, "Annex Label", HEITI, NUMBER_3)
    label.paragraph_format.page_break_before = True
    label.paragraph_format.keep_with_next = True
    title = _style(word, "Annex Title", XIAOBIAOSONG, NUMBER_2, line=Pt(34), align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_before = Pt(12)
    title.paragraph_format.keep_with_next = True
    # Not between the lines of one title.
    title.element.pPr.find(qn("w:spacing")).addnext(OxmlElement("w:contextualSpacing"))
    subtitle = _style(word, "Annex Subtitle", KAITI, NUMBER_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    subtitle.paragraph_format.space_after = Pt(8)
    subtitle.paragraph_format.keep_with_next = True
    caption = _style(word, "Table Caption", HEITI, NUMBER_4, line=Pt(26))
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.keep_with_next = True
    _style(word, "Annex Note", FANGSONG, NUMBER_4, line=Pt(24)).paragraph_format.space_before = Pt(6)
    _style(word, "Table Head", HEITI, SMALL_4, line=Pt(18), align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(word, "Table Cell", FANGSONG, SMALL_4, line=Pt(18))
    _style(word, "Table Number", FANGSONG, SMALL_4, line=Pt(18), align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(word, "Page Number", SONGTI, NUMBER_4, line=Pt(16))


def _style(
    word: Any,
    name: str,
    font: str,
    size: Pt,
    line: Pt = LINE,
    align: Any = None,
    kind: Any = WD_STYLE_TYPE.PARAGRAPH,
) -> Any:
    style = word.styles[name] if name in word.styles else word.styles.add_style(name, kind)
    _font(style, font, size)
    if kind == WD_STYLE_TYPE.PARAGRAPH:
        style.base_style = word.styles["Normal"]
        _lines(style, line)
        if align is not None:
            style.paragraph_format.alignment = align
    return style


def _font(style: Any, font: str, size: Pt) -> None:
    style.font.size = size
    style.font.name = LATIN
    style.font.bold = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # The theme's fonts, which the standard headings ask for, would win over the names.
    for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:cs"), LATIN)
    language = OxmlElement("w:lang")
    # Not zh-CN here: LibreOffice would break lines within numbers.
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    for old in style.element.rPr.findall(qn("w:lang")):
        style.element.rPr.remove(old)
    style.element.rPr.append(language)


def _lines(style: Any, line: Pt) -> None:
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = line
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _indent(style: Any, first_line: int = 0, left: int = 0, hanging: int = 0) -> None:
    """Indents in hundredths of a character, and in points for programs that do not know characters."""
    properties = style.element.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    for name, hundredths in (("firstLine", first_line), ("left", left), ("hanging", hanging)):
        if hundredths:
            indent.set(qn(f"w:{name}Chars"), str(hundredths))
            indent.set(qn(f"w:{name}"), str(round(hundredths / 100 * NUMBER_3.pt * 20)))


def _frame() -> Any:
    sides = "".join(
        f'<w:{s} w:val="single" w:sz="12" w:space="4" w:color="B00020"/>'
        for s in ("top", "left", "bottom", "right")
    )
    return parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")


def name_fonts(word: Any) -> None:
    """Name every font in the font table with what may stand in for it."""
    part = next(r.target_part for r in word.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, instead in FALLBACKS.items():
        table.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/>'
                '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
