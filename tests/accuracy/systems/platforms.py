"""More platforms: 开普云 UCAP, 博达 vsb, 南威, 太极 eportal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.accuracy.model import FOOTER, Column, Entry, Frame, System
from tests.accuracy.services import (
    guide_definition,
    guide_paragraphs,
    guide_table,
    letters_list,
    letters_plain,
    letters_table,
)
from tests.accuracy.systems import parts
from tests.accuracy.systems.parts import AS_OF, BEYOND, EDGE, FRESH, FUTURE, LATE, MONTHS, OLD, WEEK, YEARS

# --- 开普云 UCAP --------------------------------------------------------------------------------------------------


def _ucap_rows(entries: Sequence[Entry]) -> str:
    """The day stands inside the link, before a summary."""
    rows = "".join(
        f'<li><a href="{e.href}" target="_blank"><h4>{e.title}</h4><p class="date">{e.day}</p>'
        f'<p class="summary">近日，县政府召开会议，听取2018年以来有关工作情况汇报，研究部署下一步工作，力争2028年12月前见效……</p></a></li>'
        for e in entries
    )
    return f'<ul class="news_list">{rows}</ul>'


def _ucap_notices(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li{" class=top" if e.pinned else ""}><a href="{e.href}">{"[置顶]" if e.pinned else ""}{e.title}</a>'
        f'<span class="time">{e.day:%Y/%m/%d}</span></li>'
        for e in entries
    )
    return (
        f'<div class="zx_ml_list"><ul><li class="th"><b>标题</b><span>发布时间</span></li>{rows}</ul></div>'
    )


def _ucap_documents(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td class="info">{e.number + 1}</td><td class="info"><a href="{e.href}">{e.title}</a><div class="box" style="display:none">'
        f"<p>索 引 号：MB2D0{e.number}/2026-00{e.number}12</p><p>名　　称：{e.title}</p><p>发布日期：{e.day}</p><p>成文日期：{e.written}</p>"
        f'</div></td><td class="info">{e.written}</td><td class="info">{e.day}</td></tr>'
        for e in entries
    )
    return f'<table class="ml"><thead><tr><th>序号</th><th>标题</th><th>成文日期</th><th>公开日期</th></tr></thead><tbody>{rows}</tbody></table>'


def _ucap_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html lang="zh-cn"><head><meta charset="UTF-8"><title>{f.title}</title>{f.tags}
<link rel="stylesheet" href="/css/swiper.min.css"></head><body><div class="head"><div class="fr"><a href="/wap.html">手机版</a>
<a href="javascript:void(0)">长者模式</a></div>{f.menu}</div><div class="BreadcrumbNav">{f.crumb}</div>
<div class="conA"><div class="conL">{f.main}</div><div class="conR">{f.side}</div></div>{f.footer}
<script src="/js/jquery.min.js"></script><script src="https://ucap.example.cn/stat.js"></script></body></html>"""


def _ucap_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="article"><h3 class="zw-title">{e.title}</h3><div class="zw-info"><span class="time">时间：{e.day} 10:22:31</span>'
        f'<span class="ly">来源：本网</span><span class="fdx">字体：【大】【中】【小】</span></div><div class="zw">{parts.body(e)}</div>'
        f'<div class="prev">上一篇：<a href="/a.html">全县防灭火工作视频会召开</a> {clock}</div></div>'
    )


_UCAP_HIDDEN = (
    "http://www.xinsheng-casino.example/",
    "http://bet.qipai-demo.example/live/",
    "http://www.caipiao-demo.example/",
)

UCAP = System(
    name="开普云 UCAP",
    host="www.wanglan-demo.gov.cn",
    site="望澜县人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("wlyw", "望澜要闻", "news", EDGE),
        Column("zwdt", "政务动态", "news", BEYOND),
        Column("jzdt", "街镇动态", "news", FRESH),
        Column("tzgg", "通知公告", "notice", MONTHS, rows="notices", pinned=True),
        Column("zcwj", "政策文件", "policy", OLD, rows="documents"),
        Column("zwgk", "政务公开", "other", kind="hub"),
        Column("gzjz", "工作进展", "news", LATE, "zwgk"),
        Column("ghxx", "规划计划", "plan", MONTHS, "zwgk", rows="notices"),
        Column("rsgl", "人事管理", "personnel", OLD, "zwgk", rows="notices"),
        Column("zcjd", "政策解读", "interpretation", MONTHS, "zwgk"),
        Column(
            "czxx",
            "财政信息",
            "other",
            kind="empty",
            parent="zwgk",
            text="<p>抱歉，该栏目下暂无相关信息！</p>",
        ),
        Column(
            "lstd",
            "历史沿革",
            "other",
            kind="static",
            parent="zwgk",
            text="<p>望澜置县于明洪武2年，1949年10月解放。</p>" * 12,
        ),
        Column("xmgs", "项目公示", "notice", FUTURE, "zwgk", rows="notices"),
        Column("zwdc", "政务督查", "other", (420, 500), "zwgk", rows="notices"),
        Column("gysy", "公益事业", "other", (300,), "zwgk", rows="notices"),
        Column("jzxx", "县长信箱", "consultation", kind="consultation"),
        Column("bmfw", "便民服务", "service", kind="guides"),
    ),
    rows={"": _ucap_rows, "notices": _ucap_notices, "documents": _ucap_documents},
    menu=parts.menu_list,
    frame=_ucap_frame,
    article=_ucap_article,
    letters=letters_plain,
    guide=guide_definition,
    section_path=lambda c, n: f"/wlxrmzf/{c.slug}/index.html",
    article_path=lambda c, i, d: (
        f"/wlxrmzf/{c.slug}/content/post_{7412000 + i * 3 + sum(map(ord, c.slug))}.html"
    ),
    block=parts.block_linked,
    footer_items=FOOTER,
    side="varied",
    hidden=_UCAP_HIDDEN,
    hidden_markup='<div style="position:absolute;left:-9999px;top:-100px">'
    + "".join(
        f'<a href="{url}">{text}</a>'
        for url, text in zip(_UCAP_HIDDEN, ("真人娱乐城", "澳门棋牌投注", "彩票开奖平台"), strict=True)
    )
    + "</div>",
    tags_lost={"article": ("ContentSource",)},
)

# --- 博达 vsb -----------------------------------------------------------------------------------------------------


def _vsb_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr id="line54_{e.number}" height="20"><td valign="middle" align="center"><span class="leaderfont54">· </span></td>'
        f'<td valign="middle" align="left"><a class="c54" href="{e.href}" target="_blank" title="{e.title}">{e.title}&nbsp;</a></td>'
        f'<td valign="middle" align="left" width="1%" nowrap><span class="timestyle54">{e.day:%Y/%m/%d}&nbsp;</span></td></tr>'
        f'<tr><td colspan="3" height="1" background="/system/resource/images/line.gif"></td></tr>'
        for e in entries
    )
    return (
        f'<table cellspacing="3" border="0" class="winstyle54" width="100%" cellpadding="0"><tbody>{rows}</tbody></table>'
        '<div class="pb_sys_common"><span class="p_t">共112条</span><span class="p_no"><a href="1012/7.htm">2</a></span></div>'
    )


def _vsb_lines(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li id="line_u10_{e.number}"><span class="fr">{e.day:%Y年%m月%d日}</span><a href="{e.href}">{e.title}</a></li>'
        for e in entries
    )
    return f'<ul class="list_r">{rows}</ul>'


def _vsb_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><HTML><HEAD><TITLE>{f.title}</TITLE><META charset="utf-8">{f.tags}
<META Name="keywords" Content="{f.name}"><script src="/system/resource/js/counter.js"></script>
<script>_jsq_(1012,'/list.jsp',-1,1511)</script></HEAD><BODY><div class="top"><script>document.write(new Date())</script>
<form action="/ssjg.jsp" method="post"><input name="lucenenewssearchkey"></form></div>{f.menu}<div class="dqwz">{f.crumb}</div>
<table width="100%"><tr><td valign="top" width="220">{f.side}</td><td valign="top">{f.main}</td></tr></table>{f.footer}</BODY></HTML>"""


def _vsb_article(e: Entry, clock: date) -> str:
    return (
        f'<form name="_newscontent_fromname"><div class="xl_tit">{e.title}</div><div class="xl_msg">{e.day:%Y-%m-%d %H:%M}&nbsp;&nbsp;'
        f'<span>点击数：[<span id="dynclicks">311</span>]</span></div><div id="vsb_content">{parts.body(e)}</div>'
        f"<p>（责任编辑：张某）</p></form>"
    )


VSB = System(
    name="博达 vsb",
    host="jyj.fengtong-demo.gov.cn",
    site="枫桐市教育局",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("jyyw", "教育要闻", "news", WEEK),
        Column("xqdt", "县区动态", "news", LATE),
        Column("tzgg", "通知公告", "notice", BEYOND, rows="lines"),
        Column("wjxx", "教育文件", "policy", OLD, rows="lines"),
        Column("zcfg", "教育法规", "policy", YEARS, pinned=True),
        Column("jykx", "教育快讯", "news", OLD, column_type="动态要闻"),
        Column("rszp", "人才招聘", "personnel", MONTHS, rows="lines"),
        Column("ndjh", "年度计划", "plan", OLD, rows="lines"),
        Column("jdhy", "解读回应", "interpretation", MONTHS),
        Column("dflz", "党风廉政", "other", OLD),
        Column("jxsl", "家校来信", "consultation", kind="consultation"),
        Column("bsdt", "办事大厅", "service", kind="guides"),
        Column(
            "xzzx",
            "下载中心",
            "other",
            kind="empty",
            text='<table class="winstyle54"><tr><td>没有找到相关信息</td></tr></table>',
        ),
    ),
    rows={"": _vsb_rows, "lines": _vsb_lines},
    menu=parts.menu_flat,
    frame=_vsb_frame,
    article=_vsb_article,
    letters=letters_table,
    guide=guide_paragraphs,
    section_path=lambda c, n: f"/{c.slug}.htm",
    article_path=lambda c, i, d: (
        f"/info/{1010 + sum(map(ord, c.slug)) % 90}/{28000 + i + sum(map(ord, c.slug)) * 10}.htm"
    ),
    block=parts.block_more_before,
    footer="old",
    footer_items=tuple(item for item in FOOTER if item not in ("police", "contact")),
    side="fresh",
    tags_lost={
        "home": ("SiteIDCode",),
        "list": ("SiteIDCode", "ColumnType"),
        "article": ("SiteIDCode", "PubDate"),
    },
)

# --- 南威 ---------------------------------------------------------------------------------------------------------

_NANWEI_NOTHING = '<p class="empty" ms-visible="total==0" style="display:none">暂无数据</p>'


def _nanwei_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li class="clearflx"><a class="fl" href="{e.href}" title=\'{e.title}\'><em>{e.title}</em></a>'
        f'<span class="article-time fr">{parts.full_width(str(e.day))}</span></li>'
        for e in entries
    )
    return f'<div class="gl_lists"><ul class="list-base">{rows}</ul>{_NANWEI_NOTHING}</div>'


def _nanwei_relative(entries: Sequence[Entry]) -> str:
    """Days are counted back from the day of fetching, which is a day before the monitoring day."""
    fetched = AS_OF.date() - timedelta(days=1)

    def words(day: date) -> str:
        ago = (fetched - day).days
        return {0: "今天", 1: "昨天", 2: "前天"}.get(ago) or (f"{ago}天前" if ago < 30 else f"{day:%y-%m-%d}")

    rows = "".join(f'<li><a href="{e.href}">{e.title}</a><i>{words(e.day)}</i></li>' for e in entries)
    return f'<ul class="moment">{rows}</ul>'


def _nanwei_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html ms-controller="windowRoot" ms-class="slb:isSlb"><head>
<meta charset="utf-8" name="viewport" content="width=device-width, initial-scale=1.0">{f.tags}<title>
 {f.title} </title><script src="/avalon/avalon.js"></script></head><body><div class="header_line" role="serve"><span>网站支持IPV6</span>
<em ms-visible="isLogin" style="display:none;"><a href="/uc/indexs/index">你好</a><a ms-attr-href="logoutUrl">注销</a></em></div>{f.menu}
<div class="position" role="location">{f.crumb}</div><div class="base_box" role="main">{f.main}</div><div class="base_side">{f.side}</div>
{f.footer}</body></html>"""


def _nanwei_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="article_area"><div class="article_title_group"><div class="article_title">{e.title}</div></div>'
        f'<div class="article_extend"><span class="article_time">发布时间：{e.day} 08:11</span><span class="article_source">来源：县委宣传部</span>'
        f'</div><div class="article_component">{parts.body(e)}</div><div class="rightlist"><p>发布时间：2026-11-19</p></div></div>'
    )


NANWEI = System(
    name="南威",
    host="www.chengwan-demo.gov.cn",
    site="澄湾区人民政府",
    as_of=AS_OF,
    fetched=AS_OF - timedelta(days=1),
    columns=(
        Column("cwyw", "澄湾要闻", "news", (1, 2, 3, 6, 9, 12, 20, 33, 60), rows="relative"),
        Column("gqdt", "各区动态", "news", (17, 22, 40, 66)),
        Column("bmkx", "部门快讯", "news", (16, 19, 25, 45, 80), rows="relative"),
        Column("zwgk", "政务公开", "other", kind="hub"),
        Column("ggl", "公告公示", "notice", MONTHS, "zwgk"),
        Column("qzfwj", "区政府文件", "policy", OLD, "zwgk"),
        Column("jdhy", "解读回应", "interpretation", MONTHS, "zwgk"),
        Column(
            "ghjh",
            "规划计划",
            "plan",
            kind="empty",
            parent="zwgk",
            text='<div class="gl_lists"><ul class="list-base"></ul><p>暂无数据</p></div>',
        ),
        Column("rsrm", "人事任免", "personnel", MONTHS, "zwgk"),
        Column("tjxx", "统计信息", "other", MONTHS, "zwgk", rows="script_days"),
        Column("hdjl", "互动交流", None, kind="hub"),
        Column("qzxx", "区长信箱", "consultation", kind="consultation", parent="hdjl"),
        Column("myzj", "民意征集", "survey", LATE, "hdjl"),
        Column("bsfw", "办事服务", "service", kind="guides"),
    ),
    rows={"": _nanwei_rows, "relative": _nanwei_relative},
    menu=parts.menu_roles,
    frame=_nanwei_frame,
    article=_nanwei_article,
    letters=letters_list,
    guide=guide_table,
    section_path=lambda c, n: f"/{c.parent + '/' if c.parent else ''}{c.slug}/",
    article_path=lambda c, i, d: (
        f"/{c.parent + '/' if c.parent else ''}{c.slug}/{d:%Y%m}/t{d:%Y%m%d}_{90100 + i + sum(map(ord, c.slug))}.htm"
    ),
    block=parts.block_more_after,
    bare_urls=True,
    footer_items=tuple(item for item in FOOTER if item not in ("party_mark", "find_error")),
    side="none",
)

# --- 太极 eportal -------------------------------------------------------------------------------------------------


def _taiji_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td class="listTitle"><a href="{e.href}" target="_blank">{e.title}</a></td><td class="listSource">办公室</td>'
        f'<td class="listTime">{e.day.year}年{e.day.month}月{e.day.day}日</td></tr>'
        for e in entries
    )
    return f'<div class="portlet"><table width="100%" class="listTable">{rows}</table></div>'


def _taiji_frame(f: Frame) -> str:
    return f"""<html><head><title>{f.title}</title><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
{f.tags}<script src="/eportal/uiFramework/huilan/jquery.js"></script></head><body class="body_wide">
<input type="hidden" id="currentDate" value="{f.clock}"><div class="head_date">{f.clock.year}年{f.clock.month}月{f.clock.day}日　星期四</div>
{f.menu}<div class="curpath">{f.crumb}</div><div id="layout1"><div class="column1">{f.side}</div><div class="column2">{f.main}</div></div>
{f.footer}</body></html>"""


def _taiji_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="portlet"><h1 class="headline">{e.title}</h1><div class="pages-date">信息来源：机关党委　日期：{e.day.year}年'
        f'{e.day.month}月{e.day.day}日　星期{"一二三四五六日"[e.day.weekday()]}</div><div class="pages_content">{parts.body(e)}</div></div>'
    )


TAIJI = System(
    name="太极 eportal",
    host="slj.tongling-demo.gov.cn",
    site="桐岭市水利局（镕堃）",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("slyw", "水利要闻", "news", FRESH),
        Column("jcdt", "基层动态", "news", OLD, framed=True),
        Column("gsgg", "公示公告", "notice", MONTHS),
        Column("zcfg", "法规规章", "policy", YEARS),
        Column("xxgk", "信息公开", "other", kind="hub"),
        Column("slgh", "水利规划", "plan", OLD, "xxgk"),
        Column("rsxx", "干部任前公示", "personnel", MONTHS, "xxgk"),
        Column("sqyb", "水情月报", "other", LATE, "xxgk"),
        Column("gsdt", "供水动态", "news", (4, 12, 18, 40), "xxgk", rows="onclick"),
        Column("zcjd", "政策图解", "interpretation", (400, 410, 500), "xxgk"),
        Column(
            "xzcf",
            "行政处罚",
            "other",
            kind="empty",
            parent="xxgk",
            text="<div class=portlet>本栏目暂无内容</div>",
        ),
        Column("zxhd", "咨询互动", "consultation", kind="consultation"),
        Column("bszn", "办事指南", "service", kind="guides"),
        Column(
            "jgjj",
            "机构简介",
            "other",
            kind="static",
            text="<p>桐岭市水利局为市政府工作部门，2019年2月组建。</p>" * 12,
        ),
    ),
    rows={"": _taiji_rows},
    menu=parts.menu_definition,
    frame=_taiji_frame,
    article=_taiji_article,
    letters=letters_table,
    guide=guide_table,
    section_path=lambda c, n: f"/eportal/ui/{c.slug}/index.html?pageId={1108000 + n}",
    article_path=lambda c, i, d: (
        f"/eportal/ui/{c.slug}/view.html?pageId=11080&articleKey={sum(map(ord, c.slug)) * 100 + i}&columnId=22"
    ),
    block=parts.block_more_after,
    charset="gb18030",
    encoding="gb18030",
    content_type="text/html;charset=GB2312",
    footer="script",
    side="none",
    tags_lost={"article": ("ArticleTitle", "PubDate")},
)

SYSTEMS = (UCAP, VSB, NANWEI, TAIJI)
