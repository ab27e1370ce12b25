"""A chart of rates: bars drawn natively in Word (they can be edited there) and as SVG in HTML, always the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from include.inspection.draft.body import lookup
from include.inspection.draft.clean import clean, shorten

#: More bars than fit a page at a readable height are cut, the rest stands in the annex.
MOST_BARS = 24
_TITLES = {
    "sites.rates": "各类政府网站合格率",
    "sites.parts": "各类政府网站合格率",
    "sites.regions": "各地区政府网站合格率",
    "accounts.rates": "各类政务新媒体合格率",
    "accounts.parts": "各类政务新媒体合格率",
    "accounts.regions": "各地区政务新媒体合格率",
}
_BAR = "2F5D8A"
_BODY = '<a:bodyPr wrap="none"/>'
_SHOWN = (
    '<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)


@dataclass(frozen=True)
class Bar:
    """``value`` is the rate in per cent as it is printed; ``figure`` its name in notice.json."""

    label: str
    text: str
    value: str
    figure: str


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    bars: tuple[Bar, ...]


def chart_of(notice: Mapping[str, Any], name: str) -> Chart | None:
    """The rates under ``name`` (``sites.rates``) as bars; None where fewer than two groups have a rate."""
    groups = lookup(notice, name) if name.partition(".")[2] in lookup(notice, name.partition(".")[0]) else []
    bars = [
        Bar(
            shorten(clean(str(group["label"])), 16),
            group["rate"],
            group["rate"].rstrip("%"),
            f"{name}.{index}.rate",
        )
        for index, group in enumerate(groups)
        if group["rate"]
    ]
    return Chart(name, _TITLES[name], tuple(bars[:MOST_BARS])) if len(bars) > 1 else None


def height_mm(chart: Chart) -> int:
    return round(16 + (9 if len(chart.bars) <= 8 else 6.5) * len(chart.bars))


def svg(chart: Chart) -> str:
    """Inline SVG without styles or scripts."""
    row, left, wide = 30, 270, 400
    height = 40 + row * len(chart.bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" width="100%" role="img" '
        f'aria-label="{escape(chart.title)}" font-size="14" font-family="inherit">',
        f'<text x="380" y="20" text-anchor="middle">{escape(chart.title)}</text>',
    ]
    for number, bar in enumerate(chart.bars):
        top = 34 + row * number
        width = round(float(bar.value) * wide / 100, 1)
        parts += [
            f'<text x="{left - 10}" y="{top + 15}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect x="{left}" y="{top + 1}" width="{wide}" height="18" fill="#eceff2"/>',
            f'<rect x="{left}" y="{top + 1}" width="{width}" height="18" fill="#{_BAR}"/>',
            f'<text x="{left + wide + 10}" y="{top + 15}">{escape(bar.text)}</text>',
        ]
    return "".join([*parts, "</svg>"])


def chart_xml(chart: Chart) -> bytes:
    """The chart part of a Word file, with its values in it (no workbook behind)."""
    count = len(chart.bars)
    labels = "".join(f'<c:pt idx="{i}"><c:v>{escape(b.label)}</c:v></c:pt>' for i, b in enumerate(chart.bars))
    values = "".join(f'<c:pt idx="{i}"><c:v>{b.value}</c:v></c:pt>' for i, b in enumerate(chart.bars))
    # Each bar is labelled with the text of the notice, whatever its decimals.
    told = "".join(
        f'<c:dLbl><c:idx val="{i}"/><c:tx><c:rich>{_BODY}<a:p><a:pPr>{_font(1200)}</a:pPr>'
        f"<a:r>{_font(1200, 'rPr')}<a:t>{escape(b.text)}</a:t></a:r></a:p></c:rich></c:tx>{_SHOWN}</c:dLbl>"
        for i, b in enumerate(chart.bars)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:roundedCorners val="0"/><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>{_font(1400)}</a:pPr><a:r>{_font(1400, 'rPr')}"
        f'<a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        '<c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>'
        f'<c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>合格率</c:v>'
        f'</c:pt></c:strCache></c:strRef></c:tx><c:spPr><a:solidFill><a:srgbClr val="{_BAR}"/></a:solidFill></c:spPr>'
        f'<c:invertIfNegative val="0"/><c:dLbls>{told}<c:spPr/>{_text(1200)}{_SHOWN}</c:dLbls>'
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{labels}'
        f"</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$B$2:$B${count + 1}</c:f><c:numCache>"
        f'<c:formatCode>General</c:formatCode><c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
        '<c:gapWidth val="60"/><c:axId val="111111111"/><c:axId val="222222222"/></c:barChart>'
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_text(1200)}<c:crossAx val="222222222"/>'
        '<c:crosses val="autoZero"/></c:catAx><c:valAx><c:axId val="222222222"/><c:scaling>'
        '<c:orientation val="minMax"/><c:max val="115"/><c:min val="0"/></c:scaling><c:delete val="1"/>'
        '<c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="111111111"/></c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart><c:spPr><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>'
    ).encode()


def _font(size: int, tag: str = "defRPr") -> str:
    return f'<a:{tag} sz="{size}" b="0"><a:latin typeface="Times New Roman"/><a:ea typeface="仿宋_GB2312"/></a:{tag}>'


def _text(size: int) -> str:
    return f"<c:txPr>{_BODY}<a:p><a:pPr>{_font(size)}</a:pPr><a:endParaRPr/></a:p></c:txPr>"
