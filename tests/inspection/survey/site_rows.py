"""One row of a list in the markup of each family of sites."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Entry:
    title: str
    url: str
    day: date
    label: str


def rows_trs(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.url}" target="_blank" title="{e.title}">{e.title[:18]}...</a><span>{e.day}</span></li>'
        for e in entries
    )
    return f'<ul class="gl_list">{rows}</ul>'


def rows_date_first(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><em class="rq">{e.day:%Y/}{e.day.month}/{e.day.day}</em>'
        f'<a href="{e.url}"><i class="icon"></i>{e.title}</a></li>'
        for e in entries
    )
    return f'<div class="news_list"><ul>{rows}</ul></div>'


def rows_datastore(entries: Sequence[Entry]) -> str:
    records = "".join(
        f'<record><![CDATA[<li><a href="{e.url}" title="{e.title}">{e.title}</a><span>[{e.day}]</span></li>]]></record>'
        for e in entries
    )
    return (
        '<div id="123456" class="jpage"><script type="text/xml"><datastore><nextgroup></nextgroup>'
        f"<recordset>{records}</recordset></datastore></script></div><script>jpage.init('123456');</script>"
    )


def rows_table(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr height="20"><td valign="middle" align="center"><span class="leaderfont">· </span></td>'
        f'<td align="left"><a class="c54" href="{e.url}" title="{e.title}">{e.title}</a>&nbsp;</td>'
        f'<td align="right" width="1%" nowrap><span class="timestyle54">{e.day:%Y/%m/%d}&nbsp;</span></td></tr>'
        for e in entries
    )
    return f'<table cellspacing="3" border="0" class="winstyle54" width="100%"><tbody>{rows}</tbody></table>'


def rows_category(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li>[<a class="listA" href="/class_12/">通知</a>] <a class="listB" href="{e.url}">{e.title}</a>'
        f" <i>{e.day:%y-%m-%d}</i></li>"
        for e in entries
    )
    return f'<ul class="class_list">{rows}</ul>'


def rows_picture(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<div class="item"><a class="pic" href="{e.url}"><img src="/p.jpg" alt="{e.title}"></a>'
        f'<h3><a href="{e.url}">{e.title}</a></h3>'
        f"<p>近日，县长带队调研。早在2019年3月5日，我县就印发了相关方案，并于2030年前完成全部建设任务，各项工作稳步推进。</p>"
        f'<div class="foot-info"><span>来源：县政府办</span><span>{e.day:%Y年%m月%d日}</span></div></div>'
        for e in entries
    )
    return f'<div class="pic-list">{rows}</div>'


def rows_dede(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><b>[<a href="/a/xw/">动态</a>]</b><a href="{e.url}" class="title">{e.title}</a>'
        f'<span class="info"><small>日期：</small>{e.day} 09:30 <small>点击：</small>20191105</span>'
        f'<p class="intro">2018年6月1日起，县有关单位认真落实各项部署，扎实推进有关工作，取得了阶段性成效…</p></li>'
        for e in entries
    )
    return f'<div class="listbox"><ul class="e2">{rows}</ul></div>'


def rows_wordpress(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<article class="post hentry"><h2 class="entry-title"><a href="{e.url}" rel="bookmark">{e.title}</a></h2>'
        f'<div class="entry-meta"><time class="entry-date" datetime="{e.day}T09:00:00+08:00">'
        f"{e.day.month}月 {e.day.day}, {e.day.year}</time></div></article>"
        for e in entries
    )


def rows_catalogue(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td>{n + 1}</td><td><a href="{e.url}">{e.title}</a></td><td>00{n}-2018-1{n}</td>'
        f"<td>示县人民政府办公室</td><td>{e.day - timedelta(days=200)}</td><td>{e.day}</td></tr>"
        for n, e in enumerate(entries)
    )
    head = "<tr><th>序号</th><th>名称</th><th>索引号</th><th>发布机构</th><th>成文日期</th><th>发布日期</th></tr>"
    return f'<table class="xxgk"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def rows_2008(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<TR><TD height=24><img src=/d.gif> <A href="{e.url}" target=_blank><FONT color=#333333>{e.title}</FONT></A>'
        f" <FONT color=gray>({e.day:%Y-%m-%d})</FONT>"
        for e in entries
    )
    return (
        f"<TABLE width=98% border=0 cellpadding=0><TR><TD><TABLE width=100%>{rows}</TABLE></TD></TR></TABLE>"
    )


def rows_cards(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<a class="card" href="{e.url}"><div class="d"><b>{e.day:%d}</b><span>{e.day:%Y.%m}</span></div>'
        f"<h4>{e.title}</h4><p>11月9日，会议传达有关精神。</p></a>"
        for e in entries
    )
    return f'<section class="cards">{rows}</section>'


def rows_definition(entries: Sequence[Entry]) -> str:
    rows = "".join(f'<dt><a href="{e.url}">{e.title}</a></dt><dd>{e.day:%Y.%m.%d}</dd>' for e in entries)
    return f"<dl>{rows}</dl>"


def rows_title_attribute(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.url}" title="{e.title}\n发布时间：{e.day}\n点击数：12">{e.title[:20]}…</a></li>'
        for e in entries
    )
    return f'<ul class="lb">{rows}</ul>'


def rows_many_dates(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.url}">{e.title}</a><div><span>成文日期：{e.day - timedelta(days=30)}</span>'
        f"<span>发布日期：{e.day}</span><span>截止日期：{e.day + timedelta(days=300)}</span></div></li>"
        for e in entries
    )
    return f'<ul class="wj">{rows}</ul>'


def rows_json(entries: Sequence[Entry]) -> str:
    data = [{"docTitle": e.title, "docPubUrl": e.url, "docPubTime": f"{e.day} 08:00:00"} for e in entries]
    return f"<script>var listData = {json.dumps(data, ensure_ascii=False)};</script><ul id=list></ul>"


def rows_no_year(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.url}">{e.title}</a><i>{e.day.month}月{e.day.day}日</i></li>' for e in entries
    )
    return f'<ul class="lst">{rows}</ul>'


def rows_undated(entries: Sequence[Entry]) -> str:
    rows = "".join(f'<li><a href="{e.url}">{e.title}</a></li>' for e in entries)
    return f'<ul class="lst">{rows}</ul>'


def rows_flat(entries: Sequence[Entry]) -> str:
    return "<p>" + "".join(f'· <a href="{e.url}">{e.title}</a> [{e.day:%m-%d}]<br>' for e in entries) + "</p>"


def rows_pinned(entries: Sequence[Entry]) -> str:
    old = date(2021, 3, 4)
    pinned = f'<li class="top"><b>[置顶]</b><a href="/pinned.html">示县人民政府关于规范信息发布工作的通知</a><span>{old}</span></li>'
    rows = "".join(f'<li><a href="{e.url}">{e.title}</a><span>{e.day}</span></li>' for e in entries)
    return f'<ul class="list">{pinned if entries else ""}{rows}</ul>'
