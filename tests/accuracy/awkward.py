"""Ways of a list that any system may use; a column names one in ``rows``."""

from __future__ import annotations

from collections.abc import Sequence

from tests.accuracy.model import Entry


def rows_headline(entries: Sequence[Entry]) -> str:
    """The newest item stands above the list in a box of its own."""
    first, rest = entries[0], entries[1:]
    rows = "".join(f'<li><a href="{e.href}">{e.title}</a><span>{e.day}</span></li>' for e in rest)
    return (
        f'<div class="headline"><h3><a href="{first.href}">{first.title}</a></h3><p class="sj">{first.day}</p><p>会议指出，要抓好落实。</p></div>'
        f'<ul class="list">{rows}</ul>'
    )


def rows_script_days(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><span><script>showTime("{e.day} 09:30:00");</script></span></li>'
        for e in entries
    )
    return f'<ul class="list">{rows}</ul>'


def rows_onclick(entries: Sequence[Entry]) -> str:
    """Links that only a script opens."""
    rows = "".join(
        f'<li><a href="javascript:void(0)" onclick="openInfo(\'{e.number}\')">{e.title}</a><span>{e.day}</span></li>'
        for e in entries
    )
    return f'<ul class="list">{rows}</ul>'


def rows_linkless(entries: Sequence[Entry]) -> str:
    return "<ul>" + "".join(f"<li>{e.title}<span>{e.day}</span></li>" for e in entries) + "</ul>"


def rows_view(entries: Sequence[Entry]) -> str:
    """The title is no link; a link 查看 stands beside it."""
    rows = "".join(
        f'<tr><td>{e.title}</td><td>{e.day}</td><td><a href="{e.href}">查看</a></td></tr>' for e in entries
    )
    return f"<table><tr><th>名称</th><th>发布日期</th><th>操作</th></tr>{rows}</table>"


def rows_files(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="/attach/{e.number}.pdf">{e.title}.pdf</a><span>{e.day}</span></li>' for e in entries
    )
    return f'<ul class="files">{rows}</ul>'


def rows_written_only(entries: Sequence[Entry]) -> str:
    """A catalogue that tells when a document was signed, not when it was published."""
    rows = "".join(f'<tr><td><a href="{e.href}">{e.title}</a></td><td>{e.written}</td></tr>' for e in entries)
    return f"<table class='wjml'><tr><th>标题</th><th>成文日期</th></tr>{rows}</table>"


def rows_day_before(entries: Sequence[Entry]) -> str:
    rows = "".join(f'<dt>{e.day}</dt><dd><a href="{e.href}">{e.title}</a></dd>' for e in entries)
    return f"<dl class='days'>{rows}</dl>"


def rows_index_number(entries: Sequence[Entry]) -> str:
    """An index number that looks like a day stands beside a day without a year."""
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><span>K28491516/{e.written:%Y%m%d}-0001{e.number}</span><em>[{e.day:%m-%d}]</em></li>'
        for e in entries
    )
    return f'<ul class="syh">{rows}</ul>'


def rows_deadline_after(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><span>{e.day}</span><span>截止时间：{e.deadline}</span></li>'
        for e in entries
    )
    return f'<ul class="jz">{rows}</ul>'


AWKWARD = {
    "headline": rows_headline,
    "script_days": rows_script_days,
    "onclick": rows_onclick,
    "linkless": rows_linkless,
    "view": rows_view,
    "files": rows_files,
    "written_only": rows_written_only,
    "day_before": rows_day_before,
    "index_number": rows_index_number,
    "deadline_after": rows_deadline_after,
}
