"""Sites that somebody wrote by hand: tables of 2008, a town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.accuracy.model import Column, Entry, Frame, System
from tests.accuracy.services import guide_colon, guide_table, letters_list, letters_table
from tests.accuracy.systems import parts
from tests.accuracy.systems.parts import AS_OF, EDGE, FUTURE, LATE, MONTHS, OLD, WEEK, YEARS

# --- tables of 2008 -----------------------------------------------------------------------------------------------


def _tables_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<TR><TD height=24><IMG src=/images/dot.gif> <A href="{e.href}" target=_blank><FONT color=#333333>{e.title}</FONT></A>'
        f"{'<IMG src=/images/new.gif>' if e.number < 2 else ''} <FONT color=gray>({e.day.year}-{e.day.month}-{e.day.day})</FONT>"
        for e in entries
    )
    return (
        f"<TABLE width=98% border=0 cellpadding=0><TR><TD><TABLE width=100%>{rows}</TABLE></TD></TR></TABLE>"
    )


def _tables_brackets(entries: Sequence[Entry]) -> str:
    return (
        "<P>"
        + "".join(f'★ <A href="{e.href}">{e.title}</A> [{e.day.month}月{e.day.day}日]<BR>' for e in entries)
        + "</P>"
    )


def _tables_frame(f: Frame) -> str:
    return f"""<HTML><HEAD><TITLE>{f.title}</TITLE>{f.tags}
<STYLE>td{{font-size:12px}}</STYLE></HEAD><BODY topmargin=0><DIV id=header><TABLE width=1000 align=center><TR>
<TD>{f.clock.year}年{f.clock.month}月{f.clock.day}日 星期五 欢迎访问</TD></TR></TABLE>{f.menu}
<TABLE width=1000 align=center><TR><TD class=wz>{f.crumb}</TD></TR><TR><TD valign=top>{f.main}</TD><TD width=240>{f.side}</TD></TR></TABLE>
{f.footer}</BODY></HTML>"""


def _tables_article(e: Entry, clock: date) -> str:
    return (
        f"<TABLE width=100%><TR><TD align=center><B>{e.title}</B></TD></TR><TR><TD align=center>"
        f"【发布时间：{e.day.year}-{e.day.month}-{e.day.day}】【来源：办公室】【阅读：2008次】</TD></TR><TR><TD>{parts.body(e)}</TD></TR></TABLE>"
    )


TABLES = System(
    name="tables of 2008",
    host="www.songpi-demo.gov.cn",
    site="松陂县档案局",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("xw", "新闻动态", "news", EDGE),
        Column("gz", "工作动态", "news", LATE, rows="brackets"),
        Column("gg", "通知公告", "notice", OLD),
        Column("fg", "政策法规", "policy", YEARS),
        Column("jh", "工作计划", "plan", MONTHS),
        Column("zx", "网上咨询", "consultation", kind="consultation"),
        Column("bs", "办事指南", "service", kind="guides"),
        Column(
            "jg",
            "机构设置",
            "other",
            kind="static",
            text="<P>本局内设办公室、管理科、利用科，编制22名，1983年5月成立。</P>" * 10,
        ),
        Column(
            "kt",
            "档案课堂",
            "other",
            kind="empty",
            text="<TABLE width=98%><TR><TD>没有任何文章</TD></TR></TABLE>",
        ),
    ),
    rows={"": _tables_rows, "brackets": _tables_brackets},
    menu=parts.menu_table,
    frame=_tables_frame,
    article=_tables_article,
    letters=letters_table,
    guide=guide_table,
    section_path=lambda c, n: f"/{c.slug}/index.htm",
    article_path=lambda c, i, d: f"/show.asp?id={sum(map(ord, c.slug)) * 10 + i}",
    block=lambda name, url, rows: (
        f'<TABLE width=100%><TR><TD bgcolor=#cccccc><B>{name}</B></TD><TD align=right><A href="{url}">更多...</A></TD></TR></TABLE>{rows}'
    ),
    charset="gb18030",
    encoding="gb18030",
    content_type="text/html",
    footer="old",
    footer_items=("sponsor", "contact", "icp", "site_code"),
    tags=False,
)

# --- a town -------------------------------------------------------------------------------------------------------


def _town_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(f'<li><a href="{e.href}">{e.title}</a></li>' for e in entries)
    return f'<ul class="art-list">{rows}</ul>'


def _town_dated(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<dt><a href="{e.href}">{e.title}</a></dt><dd>{e.day.year}．{e.day.month}．{e.day.day}</dd>'
        for e in entries
    )
    return f"<dl class='tw'>{rows}</dl>"


def _town_reversed(entries: Sequence[Entry]) -> str:
    """Oldest first."""
    return _town_dated(list(reversed(entries)))


def _town_frame(f: Frame) -> str:
    return f"""<html><head><meta charset=utf-8>{f.tags}<title>{f.title}</title></head><body>
<h1>{f.name}</h1><p>{f.clock.month}月{f.clock.day}日 星期五 晴　本站最后更新：{f.clock.year}年{f.clock.month}月{f.clock.day}日</p>{f.menu}<hr><div>{f.crumb}</div><div class=box>{f.main}</div>{f.side}<hr>{f.footer}</body></html>"""


def _town_article(e: Entry, clock: date) -> str:
    return f"<h2>{e.title}</h2><p class=sub>发布人：管理员　发布日期：{e.day.year}年{e.day.month}月{e.day.day}日</p>{parts.body(e)}"


TOWN = System(
    name="town",
    host="www.daoxiang-demo.gov.cn",
    site="稻香镇人民政府",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("dt", "镇村动态", "news", WEEK, kind="undated"),
        Column("cz", "村组新闻", "news", LATE, kind="undated", pinned=True),
        Column("gg", "通知公告", "notice", OLD, rows="dated"),
        Column("wj", "镇政府文件", "policy", OLD, rows="reversed"),
        Column(
            "gs",
            "村务公示",
            "notice",
            (6, 20, 41, 66, 90),
            kind="undated",
            last_title="关于补选村民代表结果的公示（2025年3月2日）",
        ),
        Column("hd", "活动动态", "news", (3, 17, 30, 44, 60, 90), rows="day_before"),
        Column("zb", "值班动态", "news", (1, 2, 3, 4, 5, 6), rows="linkless"),
        Column("yg", "赶集预告", "other", FUTURE, rows="dated"),
        Column(
            "gk",
            "镇情概况",
            "other",
            kind="static",
            text="<p>稻香镇辖14个行政村，2025年粮食总产3万吨，镇政府驻文昌街1号。</p>" * 8,
        ),
        Column("ly", "群众留言", "consultation", kind="consultation"),
        Column("bs", "便民服务", "service", kind="guides"),
        Column("cw", "村务公开", "other", kind="empty", text="<p>（暂无内容）</p>"),
    ),
    rows={"": _town_rows, "undated": _town_rows, "dated": _town_dated, "reversed": _town_reversed},
    menu=parts.menu_flat,
    frame=_town_frame,
    article=_town_article,
    letters=letters_list,
    guide=guide_colon,
    section_path=lambda c, n: f"/{c.slug}/",
    article_path=lambda c, i, d: f"/{c.slug}/{i + 11}.html",
    block=parts.block_linked,
    content_type="text/html; charset=iso-8859-1",  # the server's default, which nobody changed
    footer_items=("sponsor",),
    side="none",
    tags=False,
)

SYSTEMS = (TABLES, TOWN)
