"""Systems bought or taken from the shelf: 动易 SiteFactory, 帝国CMS, 织梦, WordPress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from include.inspection.times import BEIJING
from tests.accuracy.model import Column, Entry, Frame, System
from tests.accuracy.services import (
    guide_colon,
    guide_paragraphs,
    guide_table,
    letters_list,
    letters_plain,
)
from tests.accuracy.systems import parts
from tests.accuracy.systems.parts import AS_OF, BEYOND, FRESH, FUTURE, LATE, MONTHS, OLD, WEEK, YEARS

# --- 动易 SiteFactory ---------------------------------------------------------------------------------------------


def _dongyi_rows(entries: Sequence[Entry]) -> str:
    """The day stands in the title attribute only."""
    rows = "".join(
        f'<li>·<a href="{e.href}" title="标题：{e.title}\n作者：佚名\n更新时间：{e.day.year}/{e.day.month}/{e.day.day} 9:01:02\n点击数：2019">'
        f"{e.title[:18]}</a></li>"
        for e in entries
    )
    return f'<div class="list_main"><ul>{rows}</ul></div><div class="pagecss">共 <span>212</span> 条信息 1/11页</div>'


def _dongyi_spans(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><span class="s1">{e.day:%Y-%m-%d}</span>[<a class="cls" href="/Category_9/Index.aspx">公告</a>]<a href="{e.href}">{e.title}</a></li>'
        for e in entries
    )
    return f'<ul class="list_1">{rows}</ul>'


def _dongyi_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head id="Head1"><title>{f.title}</title>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />{f.tags}</head><body>
<form name="aspnetForm" method="post" action="Index.aspx"><div><input type="hidden" name="__VIEWSTATE" value="/wEPDwUKMjAyNjExMjA=" /></div>
<div class="top_date">{f.clock.year}-{f.clock.month}-{f.clock.day} 星期五</div>{f.menu}<div class="path">{f.crumb}</div>
<div id="main"><div class="left">{f.side}</div><div class="right">{f.main}</div></div></form>{f.footer}</body></html>"""


def _dongyi_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="c_title"><h2>{e.title}</h2></div><div class="c_info">作者：佚名 来源：本站原创 发布日期：{e.day:%Y年%m月%d日} '
        f'点击数：<script src="/Common/GetHits.aspx?id=9"></script></div><div id="fontzoom">{parts.body(e)}</div>'
    )


DONGYI = System(
    name="动易 SiteFactory",
    host="www.bicen-demo.gov.cn",
    site="碧岑县人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("3", "碧岑新闻", "news", FRESH),
        Column("4", "基层动态", "news", LATE),
        Column("9", "通知公告", "notice", MONTHS, rows="spans", pinned=True),
        Column("11", "政策法规", "policy", OLD),
        Column("12", "人事任免", "personnel", YEARS, rows="spans"),
        Column("13", "发展规划", "plan", YEARS),
        Column("15", "部门快讯", "news", (2, 17, 30, 44, 60, 75, 90, 120), rows="headline"),
        Column("17", "来信选登", "consultation", kind="consultation"),
        Column("19", "办事指南", "service", kind="guides"),
        Column(
            "20",
            "县情概览",
            "other",
            kind="static",
            text="<p>碧岑县地处丘陵，总面积1620平方公里，1987年撤区设县。</p>" * 10,
        ),
        Column(
            "21",
            "投资指南",
            "other",
            kind="empty",
            text='<div class="list_main"><ul></ul></div><p>暂时没有内容！</p>',
        ),
    ),
    rows={"": _dongyi_rows, "spans": _dongyi_spans},
    menu=parts.menu_list,
    frame=_dongyi_frame,
    article=_dongyi_article,
    letters=letters_list,
    guide=guide_colon,
    section_path=lambda c, n: f"/Category_{c.slug}/Index.aspx",
    article_path=lambda c, i, d: f"/Item/{int(c.slug) * 1000 + i}.aspx",
    block=parts.block_more_before,
    charset="utf-8-sig",  # the bytes carry a mark that contradicts the <meta>
    encoding="utf-8",
    content_type="text/html; charset=gb2312",
    tags=False,
    footer_items=("sponsor", "icp", "contact"),
)

# --- 帝国CMS ------------------------------------------------------------------------------------------------------


def _empire_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><span>({e.day.month}/{e.day.day})</span>·<a href="{e.href}" title="{e.title}">{e.title}</a></li>'
        for e in entries
    )
    return f'<table width="100%" class="box"><tr><td><ul class="newslist">{rows}</ul></td></tr></table>'


def _empire_stamps(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td>·<a href="{e.href}">{e.title}</a></td><td align="right">{e.day:%m-%d} 09:30</td></tr>'
        for e in entries
    )
    return f'<table width="100%" border="0" cellspacing="2">{rows}</table>'


def _empire_two_rows(entries: Sequence[Entry]) -> str:
    """The day stands in a table row of its own below the title."""
    rows = "".join(
        f'<tr><td class="bt"><a href="{e.href}">{e.title}</a></td></tr><tr><td class="sm">发布：{e.day} 浏览：20250101</td></tr>'
        for e in entries
    )
    return f'<table width="100%">{rows}</table>'


def _empire_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gbk" /><title>{f.title}</title>{f.tags}
<script src="/e/data/js/ajax.js"></script></head><body class="listpage"><table width="100%" class="top"><tr><td>
<script>document.write("{f.clock}")</script></td><td>{f.menu}</td></tr></table><table width="100%"><tr><td>现在的位置：{f.crumb}</td></tr></table>
<table width="100%"><tr valign="top"><td class="list_content">{f.main}</td><td class="sider">{f.side}</td></tr></table>{f.footer}</body></html>"""


def _empire_article(e: Entry, clock: date) -> str:
    return (
        f'<table width="100%"><tr><td class="title_info"><h1>{e.title}</h1></td></tr><tr><td class="info_text">时间：{e.day} 09:30 '
        f'来源：县广播电视台 作者：李某</td></tr><tr><td id="text">{parts.body(e)}</td></tr></table>'
    )


EMPIRE = System(
    name="帝国CMS",
    host="www.shatang-demo.gov.cn",
    site="沙棠县农业农村局",
    # A monitoring day in the first days of a year: most days without a year belong to the year before.
    as_of=datetime(2027, 1, 6, 9, 0, tzinfo=BEIJING),
    fetched=datetime(2027, 1, 6, 9, 0, tzinfo=BEIJING),
    columns=(
        Column("nyyw", "农业要闻", "news", (1, 2, 5, 8, 10, 15, 22, 40, 70, 101)),
        Column("jcdt", "基层动态", "news", (18, 25, 40, 66, 100, 150, 210)),
        Column("gzdt", "工作动态", "news", (390, 400, 420, 500), rows="stamps"),
        Column("tzgg", "通知公告", "notice", (20, 50, 100, 200, 300), rows="stamps"),
        Column("zcwj", "政策文件", "policy", (250, 300, 400, 500, 600)),
        Column("gzjh", "工作计划", "plan", (300, 380, 700)),
        Column("ggjs", "科技推广", "other", (4, 50, 120), rows="stamps"),
        Column("nzjg", "农资价格", "other", (3, 11, 20, 60), rows="two_rows"),
        Column("wlwz", "网络问政", "consultation", kind="consultation"),
        Column("bszn", "办事指南", "service", kind="guides"),
        Column(
            "zczx",
            "惠农政策",
            "policy",
            kind="empty",
            text='<table class="box"><tr><td><ul class="newslist"></ul></td></tr></table>',
        ),
    ),
    rows={"": _empire_rows, "stamps": _empire_stamps, "two_rows": _empire_two_rows},
    menu=parts.menu_images,
    frame=_empire_frame,
    article=_empire_article,
    letters=letters_plain,
    guide=guide_table,
    section_path=lambda c, n: f"/{c.slug}/",
    article_path=lambda c, i, d: f"/{c.slug}/{1000 + i}.html",
    block=parts.block_more_after,
    charset="gb18030",
    encoding="gb18030",
    content_type="text/html",
    footer="old",
    footer_items=("sponsor", "icp", "site_code", "find_error"),
    side="fresh",
    tags=False,
)

# --- 织梦 ---------------------------------------------------------------------------------------------------------


def _dede_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}" class="preview"><img src="/uploads/allimg/161105/1-1.jpg"/></a>[<b><a href="/a/list_{e.number % 3}.html">动态</a></b>]'
        f'<a href="{e.href}" class="title">{e.title}</a><span class="info"><small>日期：</small>{e.day} 09:30:00<small>点击：</small>20181105'
        f'<small>好评：</small>0</span><p class="intro">2018年6月1日起，有关单位认真落实部署，2020年底前取得阶段性成效...</p></li>'
        for e in entries
    )
    return f'<div class="listbox"><ul class="e2">{rows}</ul></div><div class="dede_pages"><ul class="pagelist"><li class="thisclass">1</li><li><a href="list_3_2.html">2</a></li></ul></div>'


def _dede_short(entries: Sequence[Entry]) -> str:
    rows = "".join(f'<li><span>{e.day:%y-%m-%d}</span><a href="{e.href}">{e.title}</a></li>' for e in entries)
    return f'<ul class="d1 ico3">{rows}</ul>'


def _dede_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{f.title}</title>{f.tags}<link href="/templets/style/dedecms.css" rel="stylesheet" /></head><body class="articlelist">
<div class="header_top"><div class="w960">{f.clock:%Y年%m月%d日}<a href="/data/rssmap.html">RSS地图</a></div></div>{f.menu}
<div class="w960"><div class="pleft"><div class="place">{f.crumb}</div>{f.main}</div><div class="pright">{f.side}</div></div>{f.footer}</body></html>"""


def _dede_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="viewbox"><div class="title"><h2>{e.title}</h2></div><div class="info"><small>时间:</small>{e.day} 09:30'
        f'<small>来源:</small>未知<small>作者:</small>admin<small>点击:</small>次</div><div class="content">{parts.body(e)}</div></div>'
    )


_DEDE_HIDDEN = ("http://www.bocai-demo.example/", "http://www.lottery-demo.example/")

DEDE = System(
    name="织梦 DedeCMS",
    host="www.qingzhe-demo.gov.cn",
    site="青柘县文化馆",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("whdt", "文化动态", "news", WEEK),
        Column("xzwh", "乡镇动态", "news", OLD),
        Column("gggs", "公告公示", "notice", LATE, rows="short"),
        Column("zcfg", "政策法规", "policy", MONTHS, rows="short"),
        Column("hdyg", "活动预告", "other", FUTURE),
        Column("gzzj", "工作总结", "plan", OLD, rows="short"),
        Column("zxjl", "咨询建议", "consultation", kind="consultation"),
        Column("fwzn", "服务指南", "service", kind="guides"),
        Column(
            "gyss", "公益赛事", "other", kind="empty", text='<div class="listbox"><ul class="e2"></ul></div>'
        ),
        Column(
            "bgjj",
            "本馆简介",
            "other",
            kind="static",
            text="<p>青柘县文化馆成立于1978年10月1日，馆舍面积3200平方米。</p>" * 8,
        ),
    ),
    rows={"": _dede_rows, "short": _dede_short},
    menu=parts.menu_flat,
    frame=_dede_frame,
    article=_dede_article,
    letters=letters_list,
    guide=guide_paragraphs,
    section_path=lambda c, n: f"/a/{c.slug}/",
    article_path=lambda c, i, d: f"/a/{c.slug}/{d.year}/{d:%m%d}/{200 + i}.html",
    block=parts.block_more_before,
    charset="gb18030",
    encoding="gb18030",
    content_type="text/html; charset=utf-8",  # the header is wrong
    footer_items=("icp",),
    side="fresh",
    tags=False,
    hidden=_DEDE_HIDDEN,
    hidden_markup='<marquee height="1" width="4" scrollamount="3000">'
    + "".join(
        f'<a href="{url}">{text}</a>'
        for url, text in zip(_DEDE_HIDDEN, ("博彩公司评级", "时时彩计划软件"), strict=True)
    )
    + "</marquee>",
)

# --- WordPress ----------------------------------------------------------------------------------------------------


def _wordpress_rows(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<article id="post-{e.number}" class="post hentry category-news"><div class="post-date"><span class="day">{e.day.day}</span>'
        f'<span class="ym">{e.day.year}.{e.day.month:02d}</span></div><h2 class="entry-title"><a href="{e.href}" rel="bookmark">{e.title}</a></h2>'
        f'<div class="entry-summary"><p>2017年以来，全区统筹推进各项工作，成效明显。<a class="more-link" href="{e.href}">继续阅读</a></p></div></article>'
        for e in entries
    )


def _wordpress_times(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><time class="entry-date published" datetime="{e.day}T16:20:00+08:00">'
        f"{e.day.month}月 {e.day.day}, {e.day.year}</time></li>"
        for e in entries
    )
    return f'<ul class="wp-block-latest-posts">{rows}</ul>'


def _wordpress_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><meta name="generator" content="WordPress 5.9">
<title>{f.title}</title>{f.tags}<link rel="stylesheet" href="/wp-content/themes/gov/style.css"></head><body class="archive wp-embed-responsive">
<a class="skip-link screen-reader-text" href="#content">跳至内容</a><header id="masthead" class="site-header">{f.menu}</header>
<div id="content" class="site-content"><nav class="breadcrumb">{f.crumb}</nav><main class="site-main">{f.main}</main>
<aside id="secondary" class="widget-area">{f.side}</aside></div>{f.footer}</body></html>"""


def _wordpress_article(e: Entry, clock: date) -> str:
    return (
        f'<article class="post"><header class="entry-header"><h1 class="entry-title">{e.title}</h1><div class="entry-meta"><span class="posted-on">'
        f'<time class="entry-date published" datetime="{e.day}T16:20:00+08:00">{e.day.year}年{e.day.month}月{e.day.day}日</time>'
        f'<time class="updated" datetime="{clock}T10:00:00+08:00">{clock}</time></span></div></header><div class="entry-content">{parts.body(e)}</div></article>'
    )


WORDPRESS = System(
    name="WordPress",
    host="www.liuting-demo.gov.cn",
    site="柳庭高新技术产业园区",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("yqxw", "园区新闻", "news", FRESH),
        Column("qydt", "企业动态", "news", LATE, rows="times"),
        Column("tzgg", "通知公告", "notice", WEEK, rows="times"),
        Column("yqzc", "园区政策", "policy", OLD, rows="times"),
        Column("zsyz", "招商引资", "other", BEYOND),
        Column("rczp", "人才招聘", "personnel", MONTHS),
        Column(
            "yqjs",
            "园区介绍",
            "other",
            kind="static",
            text="<p>园区规划面积28平方公里，2016年获批省级高新区。</p>" * 10,
        ),
        Column("zxly", "在线留言", "consultation", kind="consultation"),
        Column("qyfw", "企业服务", "service", kind="guides"),
        Column(
            "ztbd",
            "招标公告",
            "notice",
            kind="empty",
            text='<section class="no-results"><p>暂无内容</p></section>',
        ),
    ),
    rows={"": _wordpress_rows, "times": _wordpress_times},
    menu=parts.menu_list,
    frame=_wordpress_frame,
    article=_wordpress_article,
    letters=letters_plain,
    guide=guide_paragraphs,
    section_path=lambda c, n: f"/category/{c.slug}/",
    article_path=lambda c, i, d: f"/archives/{sum(map(ord, c.slug)) * 10 + i}",
    block=parts.block_linked,
    footer="script",
    footer_items=("icp", "sponsor"),
    side="fresh",
    tags=False,
)

SYSTEMS = (DONGYI, EMPIRE, DEDE, WORDPRESS)
