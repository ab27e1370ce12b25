"""The series of one site as a picture: every probe by its time and seconds, and each day's share of failures.

SVG without scripts and without anything that is loaded; every text is escaped.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from include.inspection.daily.probe_log import Probe
from include.inspection.daily.series import KINDS, Count, Series
from include.inspection.times import BEIJING, beijing

LIMIT_SECONDS = 15.0
#: kind → (colour, mark); failures are told apart by shape too, for printing in grey
_MARKS = {
    "opened": ("#2a7f4f", "dot"),
    "failed": ("#c0272d", "cross"),
    "answered": ("#c98a00", "ring"),
    "unclear": ("#7a7a7a", "ring"),
    "own_outage": ("#5b6fb5", "bar"),
    "repeated": ("#b8b8b8", "ring"),
}
_LEFT, _RIGHT, _WIDTH = 64, 24, 1120
_TOP, _PLOT, _GAP, _BARS = 112, 300, 64, 110
_HEIGHT = _TOP + _PLOT + _GAP + _BARS + 56
_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
_MOST_LABELS = 16


class _Frame:
    """Where a moment and a number of seconds stand."""

    def __init__(self, since: date, until: date) -> None:
        self.start = datetime(since.year, since.month, since.day, tzinfo=BEIJING)
        self.days = (until - since).days + 1
        self.width = _WIDTH - _LEFT - _RIGHT

    def x(self, moment: datetime) -> float:
        share = (moment - self.start) / timedelta(days=self.days)
        return _LEFT + self.width * min(max(share, 0.0), 1.0)

    def y(self, seconds: float) -> float:
        # The root spreads what matters, the tenths of a second, and keeps 15 s on the page.
        return _TOP + _PLOT * (1 - math.sqrt(min(max(seconds, 0.0), 16.0) / 16.0))


def chart(made: Series, title: str, since: date, until: date, limit_percent: float | None = None) -> str:
    """The picture of the Beijing days ``since`` to ``until``, both counted; ``limit_percent`` is drawn where given."""
    frame = _Frame(since, until)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="{_FONT}" font-size="13" fill="#222">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_heading(made.count, title, since, until),
        *_grid(frame, since),
        *(_mark(frame, probe, kind) for probe, kind in made.probes),
        *_bars(frame, made.by_day(), since, limit_percent),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def share_text(count: Count) -> str:
    """Percent with two decimals, rounded half up as the notice rounds; 无 where nothing counted."""
    if count.share is None:
        return "无"
    hundredths = (count.share * 20_000 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def _heading(count: Count, title: str, since: date, until: date) -> list[str]:
    told = "，".join(
        f"{word}{getattr(count, kind)}次" for kind, word in KINDS.items() if getattr(count, kind)
    )
    legend, x = [], _LEFT
    for kind, word in KINDS.items():
        legend += [_shape(kind, x + 6, 90), _text(x + 18, 94, word)]
        x += 18 + 14 * len(word) + 28
    return [
        _text(_LEFT, 32, _short(title), 'font-size="19" font-weight="bold"'),
        _text(
            _LEFT,
            58,
            f"首页可用性探测　{since} 至 {until}（北京时间，含两端）　共{count.total}次：{told or '没有探测'}　失败占比 {share_text(count)}",
        ),
        *legend,
    ]


def _grid(frame: _Frame, since: date) -> list[str]:
    parts = []
    for seconds in (0, 1, 3, 6, 10, 15):
        y = frame.y(seconds)
        colour = "#c0272d" if seconds == LIMIT_SECONDS else "#e3e3e3"
        dash = ' stroke-dasharray="6 4"' if seconds == LIMIT_SECONDS else ""
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"{dash}/>'
        )
        parts.append(_text(_LEFT - 8, y + 4, f"{seconds}秒", 'text-anchor="end"'))
    every = -(-frame.days // _MOST_LABELS)
    for number in range(frame.days):
        x = _LEFT + frame.width * number / frame.days
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_TOP + _PLOT}" stroke="#efefef"/>')
        if number % every == 0:
            day = since + timedelta(days=number)
            parts.append(_text(x + 3, _TOP + _PLOT + 18, f"{day.month}月{day.day}日"))
    return parts


def _mark(frame: _Frame, probe: Probe, kind: str) -> str:
    status = f"，状态 {probe.status}" if probe.status is not None else ""
    told = (
        f"{beijing(probe.at):%m-%d %H:%M:%S} {KINDS[kind]}（{probe.outcome}{status}）{probe.seconds:.2f} 秒"
    )
    return _shape(kind, frame.x(probe.at), frame.y(probe.seconds), told)


def _shape(kind: str, x: float, y: float, told: str = "") -> str:
    colour, mark = _MARKS[kind]
    inside = f"<title>{escape(told)}</title>" if told else ""
    if mark == "dot":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}">{inside}</circle>'
    if mark == "ring":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="none" stroke="{colour}" stroke-width="1.6">{inside}</circle>'
    if mark == "bar":
        return (
            f'<rect x="{x - 1.5:.1f}" y="{y - 6:.1f}" width="3" height="12" fill="{colour}">{inside}</rect>'
        )
    lines = (
        f"M{x - 4:.1f} {y - 4:.1f}L{x + 4:.1f} {y + 4:.1f}M{x - 4:.1f} {y + 4:.1f}L{x + 4:.1f} {y - 4:.1f}"
    )
    return f'<path d="{lines}" stroke="{colour}" stroke-width="2.2" fill="none">{inside}</path>'


def _bars(frame: _Frame, days: dict[date, Count], since: date, limit_percent: float | None) -> list[str]:
    base = _TOP + _PLOT + _GAP + _BARS
    shares = [float(count.share * 100) for count in days.values() if count.share is not None]
    top = next(one for one in (10.0, 25.0, 50.0, 100.0) if one >= max([*shares, limit_percent or 0.0]))
    height = _BARS - 14
    slot = frame.width / frame.days
    parts = [
        _text(_LEFT, base - _BARS - 6, "每日失败占比（柱下为当日有效探测次数）"),
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{base}" y2="{base}" stroke="#888"/>',
        _text(_LEFT - 8, base - height + 4, f"{top:g}%", 'text-anchor="end"'),
        _text(_LEFT - 8, base + 4, "0", 'text-anchor="end"'),
    ]
    for number in range(frame.days):
        count = days.get(since + timedelta(days=number), Count())
        x, middle = _LEFT + slot * number, _LEFT + slot * (number + 0.5)
        told = f"{since + timedelta(days=number)}：失败{count.failed}次，有效{count.counted}次，不计入{count.excluded}次"
        if count.share is None:
            parts.append(
                f'<rect x="{x + slot * 0.15:.1f}" y="{base - 5}" width="{slot * 0.7:.1f}" height="5" fill="#ddd">'
                f"<title>{escape(told)}</title></rect>"
            )
        elif count.failed:
            tall = height * float(count.share * 100) / top
            parts.append(
                f'<rect x="{x + slot * 0.15:.1f}" y="{base - tall:.1f}" width="{slot * 0.7:.1f}" height="{tall:.1f}" '
                f'fill="#c0272d" fill-opacity="0.75"><title>{escape(told)}</title></rect>'
            )
        if frame.days <= 31:
            parts.append(_text(middle, base + 18, str(count.counted), 'text-anchor="middle" fill="#555"'))
    if limit_percent is not None and limit_percent <= top:
        y = base - height * limit_percent / top
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#c0272d" stroke-dasharray="6 4"/>'
        )
        parts.append(
            _text(
                _WIDTH - _RIGHT,
                y - 4,
                f"单项否决线 {limit_percent:g}%（按一周计）",
                'text-anchor="end" fill="#c0272d"',
            )
        )
    return parts


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(text)}</text>'


def _short(text: str, most: int = 48) -> str:
    clean = "".join(char for char in text if char.isprintable())
    return clean if len(clean) <= most else clean[: most - 1] + "…"
