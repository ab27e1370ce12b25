"""Catalogues of public information, single-page applications, intensive platforms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.accuracy.model import FOOTER, Column, Entry, Frame, System
from tests.accuracy.services import (
    guide_colon,
    guide_definition,
    guide_table,
    letters_plain,
    letters_table,
)
from tests.accuracy.systems import parts
from tests.accuracy.systems.parts import AS_OF, BEYOND, EDGE, FRESH, LATE, MONTHS, OLD, WEEK, YEARS

# --- 信息公开目录 -------------------------------------------------------------------------------------------------


def _catalogue_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<div class="xxgk_navli"><ul><li class="mc"><a href="{e.href}" title="{e.title}">{e.title}</a>'
        f'<div class="tip" style="display:none"><p>索引号：00298627X/{e.written:%Y%m}-000{e.number}</p><p>成文日期：{e.written}</p>'
        f"<p>发布日期：{e.day}</p><p>有效性：{e.deadline.year + 5}-12-31 失效</p></div></li>"
        f'<li class="fbjg">县政府办</li><li class="rq">{e.day}</li></ul></div>'
        for e in entries
    )
    return f'<div class="xxgk_nav_list"><div class="xxgk_nav_top"><ul><li>名称</li><li>发布机构</li><li>发布日期</li></ul></div>{rows}</div>'


def _catalogue_news(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><span class="right date">{e.day:%Y.%m.%d}</span></li>'
        for e in entries
    )
    return f'<div class="navjz clearfix"><ul class="doc_list">{rows}</ul></div>'


def _catalogue_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{f.tags}<title>{f.title}</title></head><body class="xxgk">
<div class="topdate"><span>{f.clock:%Y年%m月%d日}</span></div>{f.menu}<div class="wz">{f.crumb}</div><div class="rcontent">{f.main}</div>
<div class="lcontent">{f.side}</div>{f.footer}<script>var siteId=6787231;</script></body></html>"""


def _catalogue_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="xxgk_detail"><table class="table_suoyin"><tr><th>索引号：</th><td>00298627X/{e.written:%Y%m}-0001</td><th>信息分类：</th><td>其他</td></tr>'
        f"<tr><th>发布机构：</th><td>县政府办</td><th>成文日期：</th><td>{e.written}</td></tr><tr><th>发文字号：</th><td>无</td><th>发布日期：</th>"
        f"<td>{e.day}</td></tr><tr><th>生效时间：</th><td>{e.written}</td><th>废止时间：</th><td>暂无</td></tr></table><h1>{e.title}</h1>"
        f'<div class="wzcon">{parts.body(e)}</div></div>'
    )


CATALOGUE = System(
    name="信息公开目录",
    host="www.meiting-demo.gov.cn",
    site="梅汀县人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("mtxw", "梅汀要闻", "news", WEEK, rows="news"),
        Column("gggs", "公告公示", "notice", (178, 183, 199, 240), rows="news"),
        Column("xxgkml", "信息公开目录", "other", kind="hub"),
        Column("zcfg", "政策法规", "policy", OLD, "xxgkml"),
        Column("gfxwj", "行政规范性文件", "policy", MONTHS, "xxgkml", pinned=True),
        Column("gzdt", "工作动态", "news", LATE, "xxgkml"),
        Column("ghjh", "规划计划", "plan", OLD, "xxgkml"),
        Column("rsxx", "人事信息", "personnel", MONTHS, "xxgkml"),
        Column("mtgg", "部门公告", "notice", (8, 40, 90, 160, 240), "xxgkml", rows="index_number"),
        Column("zcjd", "部门解读", "interpretation", LATE, "xxgkml"),
        Column(
            "yjgl",
            "应急管理",
            "other",
            kind="empty",
            parent="xxgkml",
            text='<div class="xxgk_nav_list"><p class="none">暂无相关信息</p></div>',
        ),
        Column(
            "xzxk",
            "行政许可",
            "other",
            kind="script",
            parent="xxgkml",
            text='<div id="xxgk_list"></div><script>$.post("/site/label/8888?labelName=publicInfoList",function(d){$("#xxgk_list").html(d)});</script>',
        ),
        Column(
            "zfld",
            "政府领导",
            "other",
            kind="static",
            text="<p>县长：陈某，男，1973年4月生，领导县政府全面工作，2022年1月任现职。</p>" * 8,
        ),
        Column("wyxx", "我要写信", "consultation", kind="consultation"),
        Column("bsfw", "办事服务", "service", kind="guides"),
    ),
    rows={"": _catalogue_rows, "news": _catalogue_news},
    menu=parts.menu_flat,
    frame=_catalogue_frame,
    article=_catalogue_article,
    letters=letters_table,
    guide=guide_definition,
    section_path=lambda c, n: (
        f"/public/column/{6787231 + n}?type=4&catId={6716000 + n}&action=list"
        if c.parent
        else f"/{c.slug}/index.html"
    ),
    article_path=lambda c, i, d: f"/public/{6787231}/{8288000 + i + sum(map(ord, c.slug)) * 20}.html",
    block=parts.block_more_after,
    side="fresh",
    tags_lost={"article": ("ColumnType", "PubDate")},
)

# --- single-page application --------------------------------------------------------------------------------------


def _vue_shell(interface: str) -> str:
    return (
        '<div id="list-app"><ul><li v-for="item in rows"><a :href="item.url">{{item.title}}</a><span>{{item.publishTime}}</span></li></ul>'
        f'<p v-if="rows.length==0">暂无数据</p></div><script>var app=new Vue({{el:"#list-app",data:{{rows:[]}},mounted(){{axios.get("{interface}")}}}});</script>'
    )


def _vue_rows(entries: Sequence[Entry]) -> str:
    """The first page of the list stands in the page as data."""
    items = ",".join(
        f"{{id:{e.number},title:'{e.title}',linkUrl:'{e.href}',pubDate:'{e.day} 09:00:00',createTime:'{e.written} 18:00:00'}}"
        for e in entries
    )
    return f'<div id="app"></div><script>window.__DATA__={{total:{len(entries)},list:[{items}]}};</script>'


def _vue_home(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><time datetime="{e.day}">{e.day:%m-%d}</time></li>'
        for e in entries
    )
    return f"<ul>{rows}</ul>"


def _vue_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{f.title}</title>{f.tags}
<script src="/static/js/vue.min.js"></script><script src="/static/js/axios.min.js"></script></head><body>{f.menu}
<div class="bread">{f.crumb}</div><div class="page">{f.main}</div><div class="right">{f.side}</div>{f.footer}</body></html>"""


def _vue_article(e: Entry, clock: date) -> str:
    return f'<div class="detail"><h1>{e.title}</h1><p class="meta">发布于 {e.day} 09:00 · 阅读 312</p><div class="rich">{parts.body(e)}</div></div>'


VUE = System(
    name="Vue with JSON",
    host="www.langai-demo.gov.cn",
    site="兰陔区人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("lgyw", "兰陔要闻", "news", FRESH, rows="home"),
        Column("bmdt", "部门动态", "news", LATE),
        Column(
            "tzgg",
            "通知公告",
            "notice",
            MONTHS,
            interface="/api/cms/article/list?channel=tzgg&page=1",
            text=_vue_shell("/api/cms/article/list?channel=tzgg&page=1"),
        ),
        Column(
            "zcwj",
            "政策文件",
            "policy",
            OLD,
            interface="/data/zcwj.json",
            interface_time="utc",
            text=_vue_shell("/data/zcwj.json"),
        ),
        Column("zcjd", "政策解读", "interpretation", WEEK),
        Column(
            "gggs",
            "公告公示",
            "notice",
            LATE,
            interface="/data/gggs.json",
            interface_time="milliseconds",
            text=_vue_shell("/data/gggs.json"),
        ),
        Column(
            "ghjh",
            "规划计划",
            "plan",
            kind="script",
            text='<div id="app"></div><script src="/static/js/chunk-vendors.7a2c.js"></script>',
        ),
        Column(
            "rsrm",
            "人事任免",
            "personnel",
            kind="empty",
            text='<div class="page-list"><ul></ul><div>暂无内容</div></div>',
        ),
        Column("zxzx", "咨询留言", "consultation", kind="consultation"),
        Column("zwfw", "政务服务", "service", kind="guides"),
    ),
    rows={"": _vue_rows, "home": _vue_home},
    menu=parts.menu_list,
    frame=_vue_frame,
    article=_vue_article,
    letters=letters_plain,
    guide=guide_colon,
    section_path=lambda c, n: f"/channel/{c.slug}",
    article_path=lambda c, i, d: f"/detail/{c.slug}-{i}",
    block=parts.block_linked,
    footer="script",
    side="none",
    tags_lost={"home": ("SiteIDCode",)},
)

# --- intensive platform -------------------------------------------------------------------------------------------


def _intensive_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<div class="card"><div class="card-date"><strong>{e.day:%d}</strong><span>{e.day:%Y-%m}</span></div><div class="card-txt">'
        f'<h4><a href="{e.href}" target="_blank">{e.title}</a></h4><p>11月9日，会议传达有关精神，2016年以来形成的经验做法得到推广。</p></div></div>'
        for e in entries
    )
    return f'<div class="cards">{rows}</div>'


def _intensive_documents(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><h4><a href="{e.href}">{e.title}</a><span class="date">{e.day:%Y-%m-%d}</span></h4><p>鹤府发〔{e.written.year}〕{e.number + 1}号 '
        f"({e.written:%Y年%m月%d日}印发)</p></li>"
        for e in entries
    )
    return f'<div class="list list_1 list_2"><ul>{rows}</ul></div>'


def _intensive_month_day(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><div class="rq"><b>{e.day.day:02d}</b><i>{e.day.month}月</i></div><a href="{e.href}" title="{e.title}">{e.title}</a></li>'
        for e in entries
    )
    return f'<ul class="timeline">{rows}</ul>'


def _intensive_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"/>{f.tags}<title>{f.title}</title></head><body>
<div id="skip"><a href="#nav">跳过导航</a></div><div class="mobile_nav" style="display:none"><a href="/m/">触屏版</a><a href="/zfxxgk/index.htm">公开</a></div>
<div class="login" style="visibility:hidden"><form><input name="u"><a href="/uc/register">注册</a></form></div>
<div class="header"><div class="riqi">今天是：{f.clock:%Y年%m月%d日}</div>{f.menu}</div><div class="BreadcrumbNav">{f.crumb}</div>
<div class="main"><div class="news_box">{f.main}</div>{f.side}</div>{f.footer}</body></html>"""


def _intensive_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="article oneColumn"><h1>{e.title}</h1><div class="pages-date">{e.day:%Y-%m-%d} 18:29<span class="font">来源：区政府网</span>'
        f'<div class="pages_print">【字体：大 中 小】</div></div><div class="pages_content" id="UCAP-CONTENT">{parts.body(e)}</div>'
        f'<div class="editor">责任编辑：王某</div><p>扫一扫在手机打开当前页</p></div>'
    )


_INTENSIVE_HIDDEN = (
    "http://vip.dubo-demo.example/",
    "http://www.sifu-demo.example/",
    "http://pay.daikuan-demo.example/",
    "http://www.seqing-demo.example/",
)

INTENSIVE = System(
    name="集约化平台",
    host="www.hezhou-demo.gov.cn",
    site="鹤洲区人民政府",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("xwdt", "新闻动态", None, kind="hub"),
        Column("hzyw", "鹤洲要闻", "news", FRESH, "xwdt"),
        Column("jzdt", "镇街动态", "news", LATE, "xwdt", rows="month_day"),
        Column("tpxw", "图片新闻", "news", BEYOND, "xwdt"),
        Column("spxw", "视频新闻", "news", YEARS, "xwdt"),
        Column("zcwj", "政策文件", "policy", MONTHS, rows="documents"),
        Column("gsgg", "公示公告", "notice", EDGE, rows="documents"),
        Column("zcjd", "政策解读", "interpretation", OLD, rows="documents"),
        Column("zfxxgk", "政府信息公开", "other", kind="hub"),
        Column("ghxx", "规划计划", "plan", OLD, "zfxxgk", rows="documents", in_menu=False),
        Column("rsxx", "人事信息", "personnel", MONTHS, "zfxxgk", rows="month_day", in_menu=False),
        Column("ysjs", "预算决算", "other", OLD, "zfxxgk", rows="documents", in_menu=False),
        Column("zxqk", "执行情况", "other", (380, 400), "zfxxgk", rows="documents"),
        Column(
            "zfcg",
            "政府采购",
            "other",
            kind="empty",
            parent="zfxxgk",
            text='<div class="news_box"><ul></ul></div><div>暂无相关内容</div>',
        ),
        Column("qzxx", "区长信箱", "consultation", kind="consultation"),
        Column("yjzj", "意见征集", "survey", WEEK, rows="documents"),
        Column("bszn", "办事指南", "service", kind="guides"),
    ),
    rows={"": _intensive_rows, "documents": _intensive_documents, "month_day": _intensive_month_day},
    menu=parts.menu_list,
    frame=_intensive_frame,
    article=_intensive_article,
    letters=letters_table,
    guide=guide_table,
    section_path=lambda c, n: f"/{c.slug}/index.htm",
    article_path=lambda c, i, d: f"/{c.slug}/{d:%Y%m}/content_{7012000 + i + sum(map(ord, c.slug))}.htm",
    block=parts.block_more_before,
    footer_items=FOOTER,
    side="unique",
    hidden=_INTENSIVE_HIDDEN,
    hidden_markup='<div style="display:none">'
    + "".join(
        f'<a href="{url}">{text}</a>'
        for url, text in zip(
            _INTENSIVE_HIDDEN, ("网上赌博", "传奇私服", "无抵押贷款", "成人影院"), strict=True
        )
    )
    + "</div>",
)

SYSTEMS = (CATALOGUE, VUE, INTENSIVE)
