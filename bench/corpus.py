"""A made-up corpus of government pages: the same bytes for the same seed and number of pages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Literal

from bench.families import AS_OF, FAMILIES, Family

Role = Literal["home", "section", "article"]

PAGES_A_SITE = 100
LIST_PAGES = 5
ROWS = 20
#: Sites lie on loopback addresses of their own, so limits per host hold for each of them.
NETWORK = "127.77"

_SECTIONS = (
    "政务要闻",
    "通知公告",
    "政策文件",
    "规划计划",
    "人事信息",
    "政策解读",
    "部门动态",
    "镇街信息",
    "财政资金",
    "重点领域",
    "行政执法",
    "应急管理",
)
_SUBSECTIONS = ("工作动态", "法规规章", "规范性文件", "统计信息", "招考录用", "公示公告")
_PLACES = ("东河区", "西岭县", "南塘镇", "北溪街道", "中洲新区", "临江开发区", "云峰乡", "石桥镇")
_ORGANS = (
    "人民政府办公室",
    "发展和改革局",
    "教育局",
    "财政局",
    "自然资源局",
    "生态环境局",
    "交通运输局",
    "农业农村局",
    "卫生健康局",
)
_TOPICS = (
    "老旧小区改造",
    "春季防火",
    "农村道路养护",
    "企业开办便利化",
    "政务公开",
    "义务教育招生",
    "水库除险加固",
    "安全生产检查",
    "惠民补贴发放",
    "优化营商环境",
    "生活垃圾分类",
    "医疗保障经办",
    "防汛抢险",
    "高标准农田建设",
    "就业创业服务",
    "冬季供暖保障",
)
_KINDS = (
    "工作方案",
    "实施意见",
    "情况通报",
    "公告",
    "通知",
    "工作部署会召开",
    "专题调研",
    "进展情况",
    "若干措施",
    "中标结果公示",
)
_SENTENCE = (
    "会议指出，{topic}关系群众切身利益，各有关单位要提高认识，细化责任分工，倒排工期，确保各项任务按时保质完成。"
    "要坚持问题导向，加强督促检查，对发现的问题建立台账，逐项整改销号，并及时向社会公布办理进展。"
)


@dataclass(frozen=True)
class Site:
    number: int
    family: Family

    @property
    def host(self) -> str:
        return f"{NETWORK}.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def name(self) -> str:
        return (
            f"{_PLACES[self.number % len(_PLACES)]}{_ORGANS[self.number % len(_ORGANS)]}第{self.number + 1}站"
        )


@dataclass(frozen=True)
class Spot:
    """One address of the corpus. ``section`` and ``number`` count from 0: the page of a list, the entry of an article."""

    site: Site
    role: Role
    path: str
    section: int = 0
    number: int = 0


class Corpus:
    """``pages`` pages over sites of about a hundred pages each; every fifth site shares a family."""

    def __init__(self, pages: int, seed: int = 1) -> None:
        self.pages, self.seed = pages, seed
        a_site = max(5, min(PAGES_A_SITE, pages // len(FAMILIES)))
        self.sites = [Site(number, FAMILIES[number % len(FAMILIES)]) for number in range(-(-pages // a_site))]
        self._styles, self._scripts = _filler(random.Random(seed))

    def spots(self) -> Iterator[Spot]:
        """Site after site: home page, channel page, then three list pages to two articles."""
        left = self.pages
        a_site = -(-self.pages // len(self.sites))
        for site in self.sites:
            wanted = min(a_site, left)
            left -= wanted
            yield from list(self._spots_of(site))[:wanted]

    def _spots_of(self, site: Site) -> Iterator[Spot]:
        yield Spot(site, "home", "/")
        yield Spot(site, "home", "/zwgk/")
        lists = [(section, number) for number in range(LIST_PAGES) for section in range(len(_SECTIONS))]
        for index, (section, number) in enumerate(lists):
            yield Spot(site, "section", _list_path(section, number), section, number)
            if index % 3 != 0:
                path = self.item(site, section, index)[0]
                yield Spot(site, "article", path, section, index)

    def item(self, site: Site, section: int, index: int) -> tuple[str, str, date]:
        """(address, title, day of publication) of the entry number ``index`` of a section, newest first."""
        chance = random.Random(f"{self.seed}/{site.number}/{section}/{index}")
        day = AS_OF - timedelta(days=index * 2 + chance.randrange(2))
        title = (
            f"{chance.choice(_PLACES)}{chance.choice(_ORGANS)}关于"
            f"{chance.choice(_TOPICS)}第{chance.randrange(1, 400)}号的{chance.choice(_KINDS)}"
        )
        path = f"/lm{section}/{day:%Y%m}/t{day:%Y%m%d}_{100_000 + site.number * 5_000 + section * 400 + index}.html"
        return path, title, day

    def render(self, spot: Spot) -> bytes:
        """The page, in its family's encoding."""
        parts = {"home": self._home, "section": self._section, "article": self._article}[spot.role](spot)
        title, tags, main = parts
        site = spot.site
        every = {
            "SiteName": site.name,
            "SiteDomain": site.host,
            "SiteIDCode": f"44{site.number:08d}",
            "keywords": f"{site.name},政务公开,政务服务",
            "description": f"{site.name}政府信息公开与办事服务",
            "viewport": "width=device-width, initial-scale=1",
        }
        metas = "\n".join(
            f'<meta name="{name}" content="{escape(value)}">' for name, value in (every | tags).items()
        )
        text = (
            f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="{site.family.charset}">\n'
            f"<title>{title}</title>\n{metas}\n<style>{self._styles}</style>\n"
            f"<script>{self._scripts}</script>\n</head>\n<body>\n{_header(site)}\n{_navigation()}\n"
            f'<div class="main clearfix">\n{main}\n</div>\n{self._footer(site)}\n</body>\n</html>\n'
        )
        return text.encode(site.family.charset)

    def _rows(self, site: Site, section: int, first: int, count: int) -> str:
        family = site.family
        rows = (family.row(*self.item(site, section, first + index)) for index in range(count))
        return f"{family.opening}\n{''.join(rows)}{family.closing}"

    def _home(self, spot: Spot) -> tuple[str, dict[str, str], str]:
        blocks = [
            f'<div class="block"><div class="tit"><h3>{name}</h3><a class="more" href="{_list_path(section, 0)}">更多</a></div>'
            f"{self._rows(spot.site, section, 0, 8)}</div>"
            for section, name in enumerate(_SECTIONS)
        ]
        if spot.path == "/":
            return spot.site.name, {}, "\n".join(blocks)
        return f"政务公开-{spot.site.name}", {"ColumnName": "政务公开"}, "\n".join(blocks[:8])

    def _section(self, spot: Spot) -> tuple[str, dict[str, str], str]:
        name = _SECTIONS[spot.section]
        numbers = "".join(
            f'<a href="{_list_path(spot.section, page)}">{page + 1}</a>' for page in range(LIST_PAGES)
        )
        side = "".join(
            f'<li><a href="{_list_path(section, 0)}">{label}</a></li>'
            for section, label in enumerate(_SECTIONS)
        )
        main = (
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; {name}</div>\n'
            f'<div class="side"><h2>栏目导航</h2><ul>{side}</ul></div>\n'
            f'<div class="right">\n{self._rows(spot.site, spot.section, spot.number * ROWS, ROWS)}\n'
            f'<div class="page">{numbers}<a href="javascript:void(0)">末页</a></div></div>'
        )
        tags = {"ColumnName": name, "ColumnType": name, "ColumnDescription": f"{spot.site.name}{name}栏目"}
        return f"{name}-{spot.site.name}", tags, main

    def _article(self, spot: Spot) -> tuple[str, dict[str, str], str]:
        _, title, day = self.item(spot.site, spot.section, spot.number)
        chance = random.Random(f"{self.seed}/{spot.path}")
        minute = f"{day.isoformat()} {chance.randrange(8, 18):02d}:{chance.randrange(60):02d}"
        text = "\n".join(f"<p>　　{_SENTENCE.format(topic=chance.choice(_TOPICS))}</p>" for _ in range(12))
        main = (
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="{_list_path(spot.section, 0)}">'
            f'{_SECTIONS[spot.section]}</a> &gt; 正文</div>\n<div class="article"><h1>{title}</h1>\n'
            f'<div class="info">发布时间：{minute}　来源：{spot.site.name}　浏览次数：<span id="hits"></span></div>\n'
            f'<div class="TRS_Editor">{text}</div>\n<div class="share"><a href="#">打印</a></div></div>'
        )
        tags = {"ColumnName": _SECTIONS[spot.section], "ArticleTitle": title, "ContentSource": spot.site.name}
        # One family in five has no page tag for the date: it stands in the text alone.
        if spot.site.family.name != "bracket":
            tags["PubDate"] = minute
        return f"{title}-{spot.site.name}", tags, main

    def _footer(self, site: Site) -> str:
        friends = "".join(
            f'<li><a href="http://{other.host}/" target="_blank">{other.name}</a></li>'
            for other in self.sites[:16]
        )
        return (
            f'<div class="footer"><div class="friendlink"><ul>{friends}</ul></div>\n<p><a href="/about.html">关于我们</a> '
            '<a href="/map.html">网站地图</a> <a href="/contact.html">联系我们</a></p>\n'
            f"<p>主办单位：{site.name}　网站标识码：44{site.number:08d}　ICP备案号：粤ICP备05{site.number:06d}号</p></div>"
        )


def _list_path(section: int, number: int) -> str:
    return f"/lm{section}/" if number == 0 else f"/lm{section}/index_{number}.html"


def _header(site: Site) -> str:
    return (
        f'<div class="top"><a href="#">无障碍浏览</a><a href="/login.html">登录</a></div><div class="banner"><h1 class="logo">'
        f'<a href="/" title="{site.name}"><img src="/images/logo.png" alt="{site.name}"></a></h1>'
        '<form action="/search" method="get"><input type="text" name="q" placeholder="请输入关键字">'
        '<input type="submit" value="搜索"></form></div>'
    )


def _navigation() -> str:
    entries = []
    for section, name in enumerate(_SECTIONS):
        below = "".join(
            f'<li class="sub-item"><a href="/lm{section}/z{index}/" target="_self">{label}</a></li>\n'
            for index, label in enumerate(_SUBSECTIONS)
        )
        entries.append(
            f'<li class="nav-item"><a href="{_list_path(section, 0)}" target="_self" title="{name}">{name}</a>\n'
            f'<ul class="sub-menu">\n{below}</ul></li>\n'
        )
    return f'<div class="nav"><ul class="menu"><li class="nav-item"><a href="/">首页</a></li>\n{"".join(entries)}</ul></div>'


def _filler(chance: random.Random) -> tuple[str, str]:
    """Inline style sheets and scripts, as they make up a third of such pages."""
    properties = ("margin", "padding", "line-height", "font-size", "width", "height", "top", "border-radius")
    styles = "\n".join(
        f".box-{index} .item-{chance.randrange(99)} a{{{chance.choice(properties)}:{chance.randrange(60)}px;"
        f"color:#{chance.randrange(1 << 24):06x};{chance.choice(properties)}:{chance.randrange(20)}px}}"
        for index in range(160)
    )
    scripts = "\n".join(
        f"function show{index}(node){{var box=document.getElementById('box-{chance.randrange(99)}');"
        f"if(box&&node){{box.style.display=node.checked?'block':'none';box.className='c{chance.randrange(99)}';}}}}"
        for index in range(70)
    )
    return styles, scripts
