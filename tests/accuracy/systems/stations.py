"""Large content-management systems of province and city platforms: TRS WCM, TRS 海云, 大汉 jpage, 大汉 jpaas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.accuracy.model import FOOTER, Column, Entry, Frame, System
from tests.accuracy.services import guide_colon, guide_paragraphs, guide_table, letters_list, letters_table
from tests.accuracy.systems import parts
from tests.accuracy.systems.parts import AS_OF, EDGE, FRESH, FUTURE, LATE, MONTHS, OLD, WEEK, YEARS

# --- TRS WCM ------------------------------------------------------------------------------------------------------


def _trs_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}" target="_blank" title="{e.title}">{e.title[:16]}…</a><span>{e.day}</span></li>'
        for e in entries
    )
    return (
        f'<ul class="gl_list">{rows}</ul><div class="page"><script>createPageHTML(52, 0, "index", "html");</script>'
        '<a href="index_1.html">2</a><a href="index_1.html">下一页</a><a href="index_51.html">尾页</a></div>'
    )


def _trs_weekday(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><p>{e.day:%Y年%m月%d日} 星期{"一二三四五六日"[e.day.weekday()]}</p></li>'
        for e in entries
    )
    return f'<ul class="mt_list">{rows}</ul>'


def _trs_documents(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td><a href="{e.href}" title="{e.title}">{e.title}</a></td><td>禾府办〔{e.written.year}〕{e.number + 11}号</td>'
        f"<td>{e.written}</td><td>{e.day}</td></tr>"
        for e in entries
    )
    return f'<table class="zcwj"><tbody><tr><th>文件名称</th><th>发文字号</th><th>成文日期</th><th>发布日期</th></tr>{rows}</tbody></table>'


def _trs_frame(f: Frame) -> str:
    week = "一二三四五六日"[f.clock.weekday()]
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{f.title}</title>
{f.tags}
<link href="../../images/base.css" rel="stylesheet"><script src="../../images/jquery.min.js"></script></head><body>
<div id="skip" style="width:0;height:0;overflow:hidden"><a href="#main">跳转到主要内容区域</a><a href="/wza/help.html">无障碍操作说明</a></div>
<div class="topbar"><span id="time">今天是{f.clock.year}年{f.clock.month}月{f.clock.day}日 星期{week}</span>
<a href="http://www.gov.cn/">中国政府网</a><a href="http://www.gd.gov.cn/">省政府门户网站</a><a href="/login/">登录</a></div>
{f.menu}<div class="position">{f.crumb}</div><div class="wrap" id="main"><div class="list-left">{f.main}</div>
<div class="list-right">{f.side}</div></div>
<div class="links" style="display:none"><a href="http://www.mof.gov.cn/">财政部</a><a href="http://www.moe.gov.cn/">教育部</a></div>
{f.footer}</body></html>"""


def _trs_article(e: Entry, clock: date) -> str:
    return (
        f'<h2 class="xl_title">{e.title}</h2><div class="xl_sx">来源：县融媒体中心　　发布时间：{e.day} 09:30　　'
        f'<span>浏览次数：<i id="hits">20190711</i></span>【字体：大 中 小】</div><div class="TRS_Editor">{parts.body(e)}</div>'
        '<div class="xgxw"><h4>相关新闻</h4><ul><li><a href="/xwzx/1.html">全县安全生产形势总体平稳向好</a><span>2026-11-19</span></li></ul></div>'
    )


TRS = System(
    name="TRS WCM",
    host="www.qinghe-demo.gov.cn",
    site="清禾县人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("xwzx", "新闻中心", None, kind="hub"),
        Column("jrqh", "今日清禾", "news", FRESH, "xwzx", column_type="动态要闻"),
        Column("bmdt", "部门动态", "news", WEEK, "xwzx", pinned=True),
        Column("xzdt", "乡镇动态", "news", LATE, "xwzx"),
        Column("mtgz", "媒体关注", "news", EDGE, "xwzx", rows="weekday"),
        Column("tzgg", "通知公告", "notice", MONTHS),
        Column("zwgk", "政务公开", "other", kind="hub"),
        Column("zcwj", "政策文件", "policy", OLD, "zwgk", rows="documents"),
        Column("zcjd", "政策解读", "interpretation", MONTHS, "zwgk"),
        Column("zfhy", "政府会议", "other", (2, 16, 30, 44, 60, 75, 90, 120), "zwgk", rows="headline"),
        Column("tjgb", "统计公报", "other", (4, 90, 180, 270), "zwgk", rows="files"),
        Column("ghjh", "规划计划", "plan", OLD, "zwgk"),
        Column(
            "rsrm",
            "人事任免",
            "personnel",
            kind="empty",
            parent="zwgk",
            text='<div class="nodata">暂无信息</div>',
        ),
        Column(
            "ldzc",
            "领导之窗",
            "other",
            kind="static",
            text="<h3>县长 王某</h3><p>1971年8月生，主持县政府全面工作，2021年9月任现职。</p>" * 3,
        ),
        Column("bszn", "办事指南", "service", kind="guides"),
        Column("xzxx", "县长信箱", "consultation", kind="consultation"),
        Column("mydc", "民意征集", "survey", MONTHS),
    ),
    rows={"": _trs_rows, "documents": _trs_documents, "weekday": _trs_weekday},
    menu=parts.menu_list,
    frame=_trs_frame,
    article=_trs_article,
    letters=letters_table,
    guide=guide_table,
    section_path=lambda c, n: f"/{c.parent}/{c.slug}/" if c.parent else f"/{c.slug}/",
    article_path=lambda c, i, d: (
        f"/{c.parent + '/' if c.parent else ''}{c.slug}/{d:%Y%m}/t{d:%Y%m%d}_{1353000 + i + sum(map(ord, c.slug))}.html"
    ),
    block=parts.block_more_after,
    bare_urls=True,
    tags_lost={"list": ("ColumnDescription",)},
)

# --- TRS 海云 -----------------------------------------------------------------------------------------------------


def _haiyun_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li class="list-item"><i class="dot"></i><a href="{e.href}" target="_blank"><span class="txt">{e.title}</span></a>'
        f'<em class="rq">[{e.day:%m-%d}]</em></li>'
        for e in entries
    )
    return f'<div class="list-box"><ul>{rows}</ul></div>'


def _haiyun_documents(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><h4><a href="{e.href}">{e.title}</a></h4><p><span>发文字号：云府〔{e.written.year}〕{e.number + 3}号</span>'
        f"<span>成文日期：{e.written:%Y年%m月%d日}</span><span>发布日期：{e.day:%Y年%m月%d日}</span>"
        f"<span>有效期至：{e.deadline.year + 3}年12月31日</span></p></li>"
        for e in entries
    )
    return f'<ul class="wjk">{rows}</ul>'


def _haiyun_surveys(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li><a href="{e.href}">{e.title}</a><div class="zt">征集时间：{e.day} 至 {e.deadline}</div>'
        f'<div class="fb">发布日期：{e.day}</div><b>{"已结束" if e.number else "进行中"}</b></li>'
        for e in entries
    )
    return f'<ul class="zj">{rows}</ul>'


def _haiyun_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width">{f.tags}<title>{f.title}</title></head><body class="pc">
<div class="login-box" style="display:none"><a href="https://tyrz.example.gov.cn/login">统一身份认证登录</a></div>
<header class="hd-top"><div class="w">{f.name} <em>{f.clock:%Y/%m/%d}</em></div>{f.menu}</header>
<div class="crumb">{f.crumb}</div><main class="main-con">{f.main}</main><aside>{f.side}</aside>{f.footer}
<script src="/pub/js/trs.swiper.min.js"></script></body></html>"""


def _haiyun_article(e: Entry, clock: date) -> str:
    return (
        f'<table class="gkml"><tr><td>索引号</td><td>00723-{e.written.year}-0{e.number}</td><td>发文机关</td><td>县政府办公室</td></tr>'
        f"<tr><td>成文日期</td><td>{e.written}</td><td>发布日期</td><td>{e.day}</td></tr></table>"
        f'<h1 class="title">{e.title}</h1><div class="view TRS_UEDITOR">{parts.body(e)}<p align="right">{e.written.year}年'
        f"{e.written.month}月{e.written.day}日</p></div>"
    )


HAIYUN = System(
    name="TRS 海云",
    host="www.yunxiu-demo.gov.cn",
    site="云岫市人民政府",
    as_of=AS_OF,
    guide_names="long",
    fetched=AS_OF,
    columns=(
        Column("ywdt", "要闻动态", "news", FRESH),
        Column("gsgg", "公示公告", "notice", MONTHS),
        Column("gkml", "政府信息公开", "other", kind="hub"),
        Column("gfxwj", "规范性文件", "policy", MONTHS, "gkml", rows="documents"),
        Column("szfwj", "市政府文件", "policy", OLD, "gkml", rows="documents"),
        Column("czyjs", "财政预决算", "other", OLD, "gkml"),
        Column("szfl", "政府令", "policy", (170, 300, 500), "gkml", rows="written_only"),
        Column("rdhy", "热点回应", "interpretation", LATE, "gkml"),
        Column(
            "jgzn",
            "机构职能",
            "other",
            kind="static",
            parent="gkml",
            text="<p>负责起草市政府文件，督促检查落实情况。</p>" * 12,
        ),
        Column("gzdt", "工作动态", "news", (15, 23, 48, 90, 150), "gkml"),
        Column(
            "zbgg",
            "招标公告",
            "notice",
            kind="empty",
            parent="gkml",
            text='<div class="list-box"><ul></ul></div>',
        ),
        Column("hdjl", "互动交流", None, kind="hub"),
        Column("zxts", "咨询投诉", "consultation", kind="consultation", parent="hdjl"),
        Column("zjdc", "征集调查", "survey", (9, 40, 77, 160), "hdjl", rows="surveys"),
        Column("zjgg", "问卷调查", "survey", (12, 60, 130, 200), "hdjl", rows="deadline_after"),
        Column("zxft", "在线访谈", "interview", (100, 190), "hdjl"),
        Column("zwfw", "政务服务", "service", kind="guides"),
        Column(
            "zjyx",
            "走进云岫",
            "other",
            kind="static",
            text="<p>云岫市位于省境北部，辖12个镇，2020年末人口41万。</p>" * 10,
        ),
    ),
    rows={"": _haiyun_rows, "documents": _haiyun_documents, "surveys": _haiyun_surveys},
    menu=parts.menu_definition,
    frame=_haiyun_frame,
    article=_haiyun_article,
    letters=letters_list,
    guide=guide_paragraphs,
    section_path=lambda c, n: f"/{c.slug}/index.html",
    article_path=lambda c, i, d: f"/{c.slug}/content/mpost_{2231000 + i * 7 + sum(map(ord, c.slug))}.html",
    block=parts.block_more_before,
    footer="script",
    footer_items=tuple(item for item in FOOTER if item != "site_map"),
    side="varied",
    tags_lost={"article": ("PubDate", "ContentSource")},
)

# --- 大汉 jpage ---------------------------------------------------------------------------------------------------


def _jpage_rows(entries: Sequence[Entry]) -> str:
    records = "".join(
        f'<record><![CDATA[<li><span class="date">{e.day}</span><a target="_blank" href="{e.href}" title="{e.title}">'
        f"{e.title}</a></li>]]></record>"
        for e in entries
    )
    return (
        '<div id="247686" class="default_pgContainer"></div><script type="text/xml"><datastore><nextgroup>'
        '<![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=39&path=/&columnid=61490&unitid=247686"></a>]]>'
        f"</nextgroup><recordset>{records}</recordset></datastore></script>"
        f"<script>new jpage({{'currentPage':1,'totalRecord':{len(entries) * 20},'dataStoreId':'247686'}});</script>"
    )


def _jpage_home(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td width="10"><img src="/images/dot.gif"></td><td><a href="{e.href}" title="{e.title}">{e.title[:14]}...</a></td>'
        f'<td align="right">{e.day:%Y-%m-%d}</td></tr>'
        for e in entries
    )
    return f"<table>{rows}</table>"


def _jpage_frame(f: Frame) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{f.title}</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />{f.tags}
<script type="text/javascript" src="/script/0/jpage.js"></script></head><body>
<div id="barrierfree_container"><div class="top1">{f.clock:%m月%d日} 多云 18～25℃</div>{f.menu}
<div class="dqwz">{f.crumb}</div><div class="bt-content">{f.main}</div><div class="bt-right">{f.side}</div></div>{f.footer}
<!-- 页面生成时间 {f.clock} 06:00:12 --></body></html>"""


def _jpage_article(e: Entry, clock: date) -> str:
    return (
        f'<div id="c"><table width="100%"><tr><td class="title">{e.title}</td></tr><tr><td align="center">发布日期：{e.day}　'
        f'浏览次数：<script src="/vc/vc/interface/artcount/artcount.jsp?i_articleid=1"></script>　来源：市政府办公室</td></tr>'
        f'<tr><td class="bt_content"><div id="zoom">{parts.body(e)}</div></td></tr></table></div>'
    )


JPAGE = System(
    name="大汉 jpage",
    host="www.bailu-demo.gov.cn",
    site="白芦市人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("101", "白芦要闻", "news", WEEK),
        Column("102", "部门信息", "news", (16, 18, 30, 44, 61, 90)),
        Column("103", "公告栏", "notice", (170, 177, 200, 300)),
        Column("104", "政府文件", "policy", (184, 201, 250, 333), pinned=True),
        Column("105", "法定公开", "other", kind="hub"),
        Column("106", "规划信息", "plan", (365, 500, 800), "105"),
        Column("107", "招考信息", "personnel", MONTHS, "105", rows="view"),
        Column("108", "专项规划", "plan", kind="empty", parent="105", text=_jpage_rows(())),
        Column("109", "一图读懂", "interpretation", LATE, "105"),
        Column("110", "部门会议", "other", FUTURE, "105"),
        Column("111", "办事服务", "service", kind="guides"),
        Column("112", "市长信箱", "consultation", kind="consultation"),
        Column("113", "网上调查", "survey", (44, 130, 240)),
    ),
    rows={"": _jpage_rows, "home": _jpage_home},
    menu=parts.menu_roles,
    frame=_jpage_frame,
    article=_jpage_article,
    letters=letters_table,
    guide=guide_colon,
    section_path=lambda c, n: f"/col/col{c.slug}/index.html",
    article_path=lambda c, i, d: f"/art/{d.year}/{d.month}/{d.day}/art_{c.slug}_{4455000 + i}.html",
    block=parts.block_linked,
    side="none",
    tags_lost={"home": ("SiteDomain",), "list": ("ColumnKeywords",)},
)

# --- 大汉 jpaas ---------------------------------------------------------------------------------------------------

_JPAAS_SHELL = (
    "<div class=\"page-content\" id=\"page-content\"><div queryData=\"{'webId':'3d2a','pageId':'8f','parseType':'buildstatic'}\" "
    'class="ajax-unit" url="/api-gateway/jpaas-publish-server/front/page/build/unit"></div></div>'
    '<script src="/jpaas/assets/js/unitbuild.js"></script><script>$(function(){$.ajax({type:"get",success:function(r){render(r)}})})</script>'
)


def _jpaas_rows(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<li class="clearfix"><a href="{e.href}" class="fl">{e.title}</a><b class="fr">{e.day:%Y-%m-%d} 08∶45</b></li>'
        for e in entries
    )
    return f'<div class="page-content"><ul class="list-ul">{rows}</ul><div class="pagination" rows="15" count="312"></div></div>'


def _jpaas_year_apart(entries: Sequence[Entry]) -> str:
    """Month and day in large letters, the year below them."""
    rows = "".join(
        f'<li><div class="time"><b>{e.day:%m-%d}</b><i>{e.day.year}</i></div><div class="txt"><a href="{e.href}">{e.title}</a></div></li>'
        for e in entries
    )
    return f'<ul class="pic-ul">{rows}</ul>'


def _jpaas_frame(f: Frame) -> str:
    return f"""<!doctype html><html><head><meta charset="utf-8">{f.tags}<title>{f.title}</title>
<script src="/assets/vue-header.js"></script></head><body><div class="header"><div class="weather">{f.clock} 星期五</div></div>
{f.menu}<div class="location">{f.crumb}</div><div class="con clearfix"><div class="con-l">{f.main}</div><div class="con-r">{f.side}</div></div>
{f.footer}</body></html>"""


def _jpaas_article(e: Entry, clock: date) -> str:
    return (
        f'<div class="main-txt"><h1>{e.title}</h1><div class="info"><span>信息来源：县政府办</span><span class="fbsj">{e.day} 08∶45</span>'
        f"<span>更新时间：{e.day} 09:10</span></div><div id='zoom'>{parts.body(e)}</div></div>"
    )


JPAAS = System(
    name="大汉 jpaas",
    host="www.shixun-demo.gov.cn",
    site="石浔县人民政府",
    as_of=AS_OF,
    fetched=AS_OF,
    columns=(
        Column("zwyw", "政务要闻", "news", FRESH),
        Column("zjdt", "镇街动态", "news", OLD),
        Column("tzgg", "通知公告", "notice", OLD),
        Column("zcfg", "政策法规", "policy", YEARS),
        Column("xxgk", "信息公开", "other", kind="hub"),
        Column("cwhy", "常务会议", "other", LATE, "xxgk"),
        Column("zdxm", "重大项目", "other", kind="script", parent="xxgk", text=_JPAAS_SHELL),
        Column("rsxx", "人事信息", "personnel", (20, 200, 380), "xxgk"),
        Column("gzjh", "计划总结", "plan", OLD, "xxgk"),
        Column("gwyjd", "文件解读", "interpretation", OLD, "xxgk"),
        Column("yjzj", "意见征集", "survey", kind="script", parent="xxgk", text=_JPAAS_SHELL),
        Column("bmts", "便民提示", "other", (3, 30, 90), "xxgk"),
        Column("ghgs", "空间规划", "plan", (70,), "xxgk", rows="year_apart"),
        Column("zfgb", "政府公报", "other", YEARS, "xxgk", rows="year_apart"),
        Column(
            "jdjc",
            "监督检查",
            "other",
            kind="empty",
            parent="xxgk",
            text="<div class='page-content'>栏目建设中，敬请期待……</div>",
        ),
        Column("wsbs", "网上办事", "service", kind="guides"),
        Column("zxzx", "在线咨询", "consultation", kind="consultation"),
    ),
    rows={"": _jpaas_rows, "year_apart": _jpaas_year_apart},
    menu=parts.menu_list,
    frame=_jpaas_frame,
    article=_jpaas_article,
    letters=letters_list,
    guide=guide_table,
    section_path=lambda c, n: f"/sxx/{c.slug}/list.shtml",
    article_path=lambda c, i, d: f"/sxx/{c.slug}/art/{d.year}/art_{sum(map(ord, c.slug))}e{i}f0.html",
    block=parts.block_tabs,
    tags=False,
)

SYSTEMS = (TRS, HAIYUN, JPAGE, JPAAS)
