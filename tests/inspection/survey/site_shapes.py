"""Made-up sites in the manner of the content-management systems that government sites run on.

A `Shape` says how rows, menus and addresses look; a `Column` says what a section holds. Ages are days before the
monitoring day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tests.inspection.survey.site_rows import (
    Entry,
    rows_2008,
    rows_cards,
    rows_catalogue,
    rows_category,
    rows_datastore,
    rows_date_first,
    rows_dede,
    rows_definition,
    rows_flat,
    rows_json,
    rows_many_dates,
    rows_no_year,
    rows_picture,
    rows_pinned,
    rows_table,
    rows_title_attribute,
    rows_trs,
    rows_undated,
    rows_wordpress,
)
from tests.inspection.survey.site_source import HOME, TODAY, MemoryPages

FRESH = (1, 3, 8, 15, 40, 90, 200, 400)
LATE = (15, 20, 33, 60, 95, 210, 300, 480)
OLD = (185, 190, 230, 300, 380, 420, 500, 610)


@dataclass(frozen=True)
class Column:
    """``parent`` is the slug of the first-level section under which it stands; "" makes it first-level itself."""

    name: str
    slug: str
    ages: tuple[int, ...] = FRESH
    parent: str = ""
    text: str = ""  # what the page says instead of a list
    block: bool = False  # the home page shows its newest items


SUBJECTS = ("春耕生产", "安全检查", "营商环境", "义务教育", "污水处理", "乡村道路", "医保缴费", "防汛备汛")


def entry_title(column: Column, index: int) -> str:
    return f"示县召开{SUBJECTS[index % len(SUBJECTS)]}工作推进会议部署{column.name}第{index + 1}阶段重点任务"


CITY = (
    Column("要闻动态", "ywdt", block=True),
    Column("通知公告", "tzgg", (5, 20, 70, 120, 170), block=True),
    Column("政策文件", "zcwj", (30, 60, 150, 200, 400), block=True),
    Column("政务公开", "zwgk", ()),
    Column("办事服务", "bsfw", ()),
    Column("政民互动", "zmhd", ()),
    Column("部门动态", "bmdt", parent="zwgk", block=True),
    Column("乡镇动态", "xzdt", parent="zwgk"),
    Column("工作动态", "gzdt", parent="zwgk"),
    Column("图片新闻", "tpxw", parent="zwgk"),
    Column("人事信息", "rsxx", (30, 90, 200), parent="zwgk"),
    Column("规划计划", "ghjh", (100, 300, 500), parent="zwgk"),
    Column("公示公告", "gsgg", OLD, parent="zwgk"),
)
NEWS = ("ywdt", "bmdt", "xzdt", "gzdt", "tpxw")


def changed(city: Sequence[Column], **columns: Mapping[str, object]) -> tuple[Column, ...]:
    """The city with other values for the sections named by their slug."""
    return tuple(replace(column, **columns.get(column.slug, {})) for column in city)  # type: ignore[arg-type]


def news_late(number: int, ages: tuple[int, ...] = LATE) -> tuple[Column, ...]:
    return changed(CITY, **{slug: {"ages": ages} for slug in NEWS[:number]})


# --- menus ------------------------------------------------------------------------------------------------------

Menu = Sequence[tuple[str, str, Sequence[tuple[str, str]]]]


def menu_list(menu: Menu) -> str:
    inner = "".join(
        f'<li><a href="{url}">{name}</a>'
        + (
            f'<ul class="sub">{"".join(f"<li><a href={u}>{n}</a></li>" for n, u in below)}</ul>'
            if below
            else ""
        )
        + "</li>"
        for name, url, below in menu
    )
    return f'<div class="nav"><ul class="w1200"><li><a href="/">首页</a></li>{inner}</ul></div>'


def menu_divisions(menu: Menu) -> str:
    inner = "".join(
        f'<li><h3><a href="{url}">{name}</a></h3>'
        + (f'<div class="drop">{"".join(f"<a href={u}>{n}</a>" for n, u in below)}</div>' if below else "")
        + "</li>"
        for name, url, below in menu
    )
    return f'<div id="mainNav"><ul><li class="on"><h3><a href="/index.html">网站首页</a></h3></li>{inner}</ul></div>'


def menu_table(menu: Menu) -> str:
    inner = "".join(f'<td><a href="{url}"><font color=white>{name}</font></a></td>' for name, url, _ in menu)
    return f"<table bgcolor=#b00><tr><td><a href=index.html>首页</a></td>{inner}</tr></table>"


def menu_mega(menu: Menu) -> str:
    inner = "".join(
        f'<dl><dt><a href="{url}">{name}</a></dt>'
        + (f"<dd>{''.join(f'<a href={u}>{n}</a>' for n, u in below)}</dd>" if below else "")
        + "</dl>"
        for name, url, below in menu
    )
    return f'<nav class="site-nav">{inner}</nav>'


# --- pages ------------------------------------------------------------------------------------------------------


def plain_frame(title: str, menu: str, crumb: str, main: str, side: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>
<meta name="SiteName" content="示县人民政府"><meta name="SiteIDCode" content="4400000001">
<script src="/js/jquery.min.js"></script></head><body>
<div class="top"><div class="time">今天是2026年11月22日 星期日</div><a href="/login.html">登录</a><a href="/wap/">手机版</a></div>
{menu}<div class="position">当前位置：<a href="/">首页</a> &gt; {crumb}</div>
<div class="content"><div class="main">{main}
<div class="pages"><a href="index.html">1</a><a href="index_2.html">2</a><a href="index_2.html">下一页</a>
 共12页 1/12 跳转</div></div>{side}</div>
<div class="links"><a href="http://www.gov.cn/">中国政府网</a><a href="http://www.province.gov.cn/xwdt/">省政府要闻动态</a></div>
<div class="footer">主办：示县人民政府办公室 版权所有 2012-2026 您是第20261101位访客
<a href="http://beian.miit.gov.cn/">粤ICP备05000000号</a></div></body></html>"""


def hot_side(menu: str) -> str:
    links = "".join(
        f'<li><a href="/hot/{n}.html">全县上下深入学习贯彻有关会议精神第{n}期</a><span>{TODAY - timedelta(days=n)}</span></li>'
        for n in range(1, 9)
    )
    return f'<div class="right"><h3>热点推荐</h3><ul>{links}</ul></div>'


def wordpress_frame(title: str, menu: str, crumb: str, main: str, side: str) -> str:
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>{title}</title></head>
<body class="archive"><div id="page" class="hfeed site"><header id="masthead" class="site-header">{menu}</header>
<div id="content" class="site-content"><main id="main" class="site-main">{main}</main>{side}</div>
<footer class="site-footer">© 2015-2026 示县</footer></div></body></html>"""


def unclosed_frame(title: str, menu: str, crumb: str, main: str, side: str) -> str:
    """A header that is never closed swallows the page, as on many pages of 2008."""
    return f"""<HTML><HEAD><TITLE>{title}</TITLE><META http-equiv=Content-Type content="text/html; charset=gb2312"></HEAD>
<BODY><DIV id=header><TABLE width=1000 align=center><TR><TD>2026年11月22日 星期日 欢迎光临</TD></TR></TABLE>
{menu}<TABLE width=1000><TR><TD class=wz>您的位置：{crumb}</TD></TR><TR><TD>{main}</TD><TD>{side}</TD></TR></TABLE>
<TABLE><TR><TD>版权所有 2008 访问量：20260101</TD></TR></TABLE></BODY></HTML>"""


def _trs_url(column: Column, index: int, day: date) -> str:
    return f"/{column.slug}/{day:%Y%m}/t{day:%Y%m%d}_{column.slug}{index}.html"


def _plain_url(column: Column, index: int, day: date) -> str:
    return f"/info/{column.slug}/{1000 + index}.htm"


@dataclass(frozen=True)
class Shape:
    name: str
    rows: Callable[[Sequence[Entry]], str]
    menu: Callable[[Menu], str] = menu_list
    frame: Callable[[str, str, str, str, str], str] = plain_frame
    side: Callable[[str], str] = hot_side
    section_url: str = "/{slug}/"
    article_url: Callable[[Column, int, date], str] = _plain_url
    encoding: str = "utf-8"
    drop_down: bool = True  # the menu shows the second level
    home_rows: Callable[[Sequence[Entry]], str] | None = None


SHAPES = (
    Shape("trs", rows_trs, article_url=_trs_url),
    Shape("date-first", rows_date_first, menu_divisions, section_url="/col/{slug}/index.html"),
    Shape("datastore", rows_datastore, section_url="/col/{slug}/index.html", home_rows=rows_trs),
    Shape("table", rows_table, menu_divisions, drop_down=False, section_url="/{slug}.htm"),
    Shape("category", rows_category, encoding="gb18030"),
    Shape("picture", rows_picture, menu_mega),
    Shape("dede", rows_dede, section_url="/a/{slug}/", drop_down=False),
    Shape("wordpress", rows_wordpress, frame=wordpress_frame, section_url="/category/{slug}/"),
    Shape("catalogue", rows_catalogue, menu_mega, drop_down=False, home_rows=rows_trs),
    Shape(
        "2008",
        rows_2008,
        menu_table,
        unclosed_frame,
        section_url="/list.asp?class={slug}",
        encoding="gb18030",
    ),
    Shape("cards", rows_cards, menu_divisions),
    Shape("definition", rows_definition, section_url="/channels/{slug}.html"),
    Shape("title-attribute", rows_title_attribute, drop_down=False),
    Shape("many-dates", rows_many_dates, menu_mega),
    Shape("json", rows_json, home_rows=rows_trs),
    Shape("no-year", rows_no_year, encoding="gb18030"),
    Shape("undated", rows_undated, menu_divisions),
    Shape("flat", rows_flat, menu_table, unclosed_frame, section_url="/{slug}/list.htm"),
    Shape("pinned", rows_pinned, menu_mega, section_url="/{slug}/index.shtml"),
)


@dataclass
class Made:
    """A generated site: its pages and the address of each section by slug."""

    pages: MemoryPages = field(default_factory=MemoryPages)
    urls: dict[str, str] = field(default_factory=dict)


GUIDE = (
    ("设定依据", "《中华人民共和国某法》第十条"),
    ("申请条件", "年满十八周岁的公民"),
    ("办理材料", "身份证原件及复印件"),
    ("办理地点", "县政务服务中心一楼3号窗口"),
    ("办理时间", "工作日9:00-17:00"),
    ("联系电话", "0000-1234567"),
    ("办理流程", "受理、审核、办结"),
)
MATTERS = (
    "食品经营许可证办理",
    "残疾人证申领",
    "林木采伐许可",
    "社会保险登记",
    "户口迁移办理",
    "道路运输证补办",
)


def guide_page(matter: str, lacking: int) -> str:
    rows = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in GUIDE[: len(GUIDE) - lacking])
    return f"<table><tr><th>事项名称</th><td>{matter}</td></tr>{rows}</table>"


def message_rows(waiting: Sequence[int]) -> str:
    """Messages asked so many days ago without an answer, beside three answered ones."""
    rows = "".join(
        f'<tr><td><a href="/msg/w{n}.html">反映小区路灯不亮的问题第{n}件</a></td><td>{TODAY - timedelta(days=age)}</td>'
        f"<td></td><td>未答复</td></tr>"
        for n, age in enumerate(waiting)
    ) + "".join(
        f'<tr><td><a href="/msg/a{n}.html">咨询公积金提取的条件第{n}件</a></td><td>{TODAY - timedelta(days=age)}</td>'
        f"<td>{TODAY - timedelta(days=age - 7)}</td><td>已答复</td></tr>"
        for n, age in enumerate((20, 150, 300))
    )
    return f"<table><tr><th>标题</th><th>来信时间</th><th>答复时间</th><th>状态</th></tr>{rows}</table>"


def make_site(
    shape: Shape,
    city: Sequence[Column] = CITY,
    *,
    waiting: Sequence[int] = (10,),
    guides_lacking: Sequence[int] = (0, 1, 0, 2, 0, 3),
    home: str = "",
    without: Sequence[str] = (),
) -> Made:
    """The site as a browser without scripts gets it. ``home`` replaces the blocks of the home page."""
    made = Made()
    city = tuple(column for column in city if column.slug not in without)
    made.urls = {
        column.slug: HOME.rstrip("/") + shape.section_url.format(slug=column.slug) for column in city
    }
    path = {slug: url.removeprefix(HOME.rstrip("/")) for slug, url in made.urls.items()}
    below = {
        top.slug: [(column.name, path[column.slug]) for column in city if column.parent == top.slug]
        for top in city
    }
    menu = shape.menu(
        [
            (top.name, path[top.slug], below[top.slug] if shape.drop_down else [])
            for top in city
            if not top.parent
        ]
    )

    def put(url: str, title: str, crumb: str, main: str, side: str) -> None:
        markup = shape.frame(title, menu, crumb, main, side)
        declared = "gb2312" if shape.encoding == "gb18030" else "utf-8"
        made.pages.put(
            HOME.rstrip("/") + url,
            markup.encode(shape.encoding),
            content_type=f"text/html; charset={declared}",
        )

    entries: dict[str, list[Entry]] = {}
    for column in city:
        entries[column.slug] = [
            Entry(
                entry_title(column, n),
                shape.article_url(column, n, TODAY - timedelta(days=age)),
                TODAY - timedelta(days=age),
                column.name,
            )
            for n, age in enumerate(column.ages)
        ]
        for entry in entries[column.slug]:
            put(
                entry.url,
                entry.title,
                column.name,
                f'<h1>{entry.title}</h1><div class="info">来源：县政府办 发布时间：{entry.day:%Y-%m-%d %H:%M}</div><p>正文。</p>',
                "",
            )
    for column in city:
        crumb = f'<a href="{path[column.slug]}">{column.name}</a>'
        side = shape.side("")
        if column.slug == "zmhd":
            main = f'<h2>{column.name}</h2><form><textarea name="c"></textarea></form>{message_rows(waiting)}'
        elif column.slug == "bsfw":
            main = (
                f"<h2>{column.name}</h2><ul>"
                + "".join(
                    f'<li><a href="/guide/{n}.html">{matter}</a></li>'
                    for n, matter in enumerate(MATTERS[: len(guides_lacking)])
                )
                + "</ul>"
            )
        elif any(child.parent == column.slug for child in city):
            main = "".join(
                f'<div class="block"><div class="tit"><h2>{child.name}</h2><a class="more" href="{path[child.slug]}">更多&gt;&gt;</a>'
                f"</div>{(shape.home_rows or shape.rows)(entries[child.slug][:5])}</div>"
                for child in city
                if child.parent == column.slug
            )
        elif column.text:
            main = f"<h2>{column.name}</h2><div class=con>{column.text}</div>"
        else:
            main = f"<h2>{column.name}</h2>{shape.rows(entries[column.slug])}"
        put(path[column.slug], f"{column.name}_示县人民政府", crumb, main, side)
    for n, lacking in enumerate(guides_lacking):
        put(f"/guide/{n}.html", MATTERS[n], "办事指南", guide_page(MATTERS[n], lacking), "")
    blocks = "".join(
        f'<div class="block"><div class="tit"><h2>{column.name}</h2><a href="{path[column.slug]}">更多</a></div>'
        f"{(shape.home_rows or shape.rows)(entries[column.slug][:6])}</div>"
        for column in city
        if column.block
    )
    put("/", "示县人民政府", "", home or blocks, "")
    return made
