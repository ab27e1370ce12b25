"""Which links of a page lead to sections, of which class and on which level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document, Link, fold

#: Read from top to bottom; the first that matches decides. Words of the field, not thresholds.
_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("interview", r"访谈"),
        ("survey", r"征集|网上调查|在线调查|民意调查|问卷|意见反馈结果|意见采纳"),
        ("consultation", r"咨询|信箱|留言|问政|建言|我要写信|写信|来信|互动|诉求|有问必答|投诉|建议(?!.*提案)|网民答复|答复选登"),
        ("interpretation", r"解读|图解|一图读懂|回应关切"),
        ("service", r"办事|服务(?!中心动态)|指南(?!.*公开)|一网通办"),
        ("personnel", r"人事|任免|干部任前|招聘|招考|招录|公务员(招|录)|人才招"),
        ("plan", r"规划|计划(?!生育)|总结"),
        ("notice", r"通知|公告|公示|通告|公布栏"),
        ("policy", r"政策|规范性文件|文件|法规|规章|条例|政府令|府令"),
        ("news", r"要闻|动态|新闻|快讯|资讯|工作进展|时政|头条|政务信息|工作信息|部门信息|镇街信息|基层信息|县区信息|图片信息"),
    )
)
#: Service links and pages that by their nature are no lists to be updated.
_NOT_A_SECTION = re.compile(
    r"^(首页|网站首页|返回首页|主页|登录|注册|搜索|高级搜索|更多.*|more.*|RSS.*|微信.*|微博.*|客户端|手机版|移动版|English|繁體.*|繁体.*|简体.*|"
    r"无障碍.*|适老.*|长者.*|关怀版|网站地图|站点地图|联系我们|联系方式|关于我们|关于本站|网站声明|版权.*|隐私.*|免责.*|使用帮助|"
    r"设为首页|加入收藏|.*备.*号.*|.*公网安备.*|.*找错.*|中国政府网|国务院.*|.*人民政府网?|.*省政府.*|跳转到.*|收起|展开)$",
    re.IGNORECASE,
)
_STATIC = re.compile(
    r"(概况|概览|简介|介绍|领导(之窗|信息|分工|介绍|简介)?$|机构(职能|设置|信息)|职能|内设|职责|组织机构|联系|年报|年度报告|公开指南|公开制度|依申请|统计数据|专题专栏|专题|历史|地图|办公地址)"
)
_MORE = re.compile(r"^[\s\[(（【]*(更多|more|查看更多|全部|\+|>>|»)", re.IGNORECASE)
_NAV_NAME = re.compile(r"(?:^|[\s_-])(nav|navbar|navs|menu|mainnav|main-nav|navigation|channel|channels|dh|daohang|nav_\w+|nav-\w+)(?:$|[\s_-])", re.IGNORECASE)
_NAV_ID = re.compile(r"(nav|menu|daohang)", re.IGNORECASE)
_NOT_MAIN = re.compile(r"(foot|bottom|friend|link|sub|side|left|crumb|position|location|wz|quick|top-?bar|tool)", re.IGNORECASE)
_ARTICLE_URL = re.compile(r"(/t\d{8}_\d+|/content/post_|/art/\d{4}/|content_\d+|/\d{6}/t?\d+|[?&](?:id|articleid|infoid)=\w+|/detail|/show-)", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|mp4|mp3|apk|exe|ofd|wps|et)$", re.IGNORECASE)

MAX_NAME = 16


@dataclass(frozen=True)
class SectionLink:
    """A link that leads to a section. ``level`` 1 is what the main navigation leads to directly."""

    url: str
    name: str
    section_class: str
    level: int


def classify(name: str) -> str:
    """The class of a section by its name."""
    for section_class, pattern in _CLASSES:
        if pattern.search(name):
            return section_class
    return "other"


def is_static(name: str) -> bool:
    """Whether a section of this name is a page of fixed content (概况, 机构职能) rather than a list."""
    return bool(_STATIC.search(name))


def section_links(document: Document, *, home: str, level_of_navigation: int = 1) -> list[SectionLink]:
    """The section links of a page in page order, one an address.

    The main navigation's own entries get ``level_of_navigation``; entries of its drop-down menus and the 更多 links
    of blocks one level more.
    """
    navigation = _navigation_links(document)
    found: dict[str, SectionLink] = {}
    for link, depth in navigation:
        _add(found, link.url, link.label, level_of_navigation + depth, document, home)
    for link in document.links:
        if _MORE.match(link.text) or _MORE.match(link.title):
            name = _name_of_block(link.node)
            _add(found, link.url, name, level_of_navigation + 1, document, home)
        elif _heads_a_block(link.node):
            _add(found, link.url, link.label, level_of_navigation + 1, document, home)
    return list(found.values())


def _add(found: dict[str, SectionLink], url: str, name: str, level: int, document: Document, home: str) -> None:
    name = fold(name).strip("·|>»›:： ")
    if not 2 <= len(name) <= MAX_NAME or _NOT_A_SECTION.match(name) or _FILE.search(urlsplit(url).path):
        return
    if not same_site(url, home) or url.rstrip("/") in (home.rstrip("/"), document.url.rstrip("/")):
        return
    if _is_home(url, home) or _ARTICLE_URL.search(url):
        return
    if url not in found:
        found[url] = SectionLink(url, name, classify(name), level)


def _is_home(url: str, home: str) -> bool:
    path = urlsplit(url).path.lower()
    base = urlsplit(home).path.lower().rsplit("/", 1)[0]
    return path.removeprefix(base).strip("/") in ("", "index.html", "index.htm", "index.shtml", "index.jsp", "index.php", "default.html")


def same_site(url: str, home: str) -> bool:
    """Whether an address belongs to the site of ``home``: its host, with or without www."""
    return urlsplit(url).netloc.removeprefix("www.") == urlsplit(home).netloc.removeprefix("www.")


def _is_navigation(node: LexborNode) -> bool:
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if _NOT_MAIN.search(names):
        return False
    if node.tag == "nav" or attributes.get("role") == "navigation":
        return True
    return bool(_NAV_NAME.search(attributes.get("class") or "") or _NAV_ID.search(attributes.get("id") or ""))


def _navigation_links(document: Document) -> list[tuple[Link, int]]:
    """(link, depth) of the main navigation: depth 0 for its own entries, 1 for those of its drop-down menus."""
    inside: list[tuple[Link, int]] = []
    for link in document.links:
        node, menus, steps = link.node.parent, 0, 0
        while node is not None and steps < 12 and node.tag not in ("body", "html"):
            if node.tag in ("ul", "ol", "dd"):
                menus += 1
            if _is_navigation(node):
                inside.append((link, 1 if menus > 1 or (menus == 1 and node.tag in ("li", "dd")) else 0))
                break
            node, steps = node.parent, steps + 1
    if inside:
        return inside
    return [(link, 0) for link in _first_link_row(document)]


def _first_link_row(document: Document) -> list[Link]:
    """Where nothing is named a navigation: the first container of at least four short links to the site itself."""
    rows: dict[int, list[Link]] = {}
    for link in document.links[:120]:
        if not 2 <= len(link.text) <= 8:
            continue
        row = link.node.parent
        container = row.parent if row is not None and row.tag in ("li", "td", "span", "dd", "dt") else row
        if container is not None:
            rows.setdefault(container.mem_id, []).append(link)
    return next((links for links in rows.values() if len(links) >= 4), [])


def _name_of_block(node: LexborNode) -> str:
    """The heading beside a 更多 link."""
    current: LexborNode | None = node
    for _ in range(3):
        current = current.parent if current is not None else None
        if current is None or current.tag in ("body", "html"):
            return ""
        for heading in current.css("h1, h2, h3, h4, h5, .title, .tit, .bt, .hd, .name, strong, b, span, a")[:8]:
            text = fold(heading.text(deep=True, separator=" "))
            if 2 <= len(text) <= MAX_NAME and not _MORE.match(text) and not re.search(r"\d{2}", text):
                return text
    return ""


def _heads_a_block(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(2):
        if parent is None:
            return False
        if parent.tag in ("h1", "h2", "h3", "h4", "h5"):
            return True
        names = (parent.attributes.get("class") or "").lower()
        if re.search(r"(?:^|[\s_-])(tit|title|hd|head|tab|tabs|bt|column-title|block-title)(?:$|[\s_-])", names) and len(parent.css("a")) <= 6:
            return True
        parent = parent.parent
    return False


def says_empty(text: str) -> bool:
    """Whether a page's visible text says by itself that the section holds nothing."""
    return bool(re.search(r"(暂无|没有(找到|查询到|相关)?|尚无)(相关|任何|有关)?(信息|内容|数据|记录|文章|稿件|资料)", text))


def breadcrumb(document: Document) -> list[str]:
    """The names of 当前位置, outermost first; [] where the page has none."""
    node = document.tree.css_first("[class*=crumb], [class*=position], [class*=location], [id*=crumb], [class*=wz], [class*=dqwz]")
    if node is None:
        return []
    text = fold(node.text(deep=True, separator=" "))[:200]
    text = re.sub(r"^.{0,4}?(当前|所在|现在)?位置[:：]?", "", text)
    return [part.strip() for part in re.split(r"[>»›→/\-]+", text) if part.strip()][:8]


def next_pages(document: Document) -> Iterable[str]:
    """Addresses of the following pages of a list, nearest first."""
    for link in document.links:
        if re.match(r"^(下一?页|下页|next|›|»|>)$", link.text, re.IGNORECASE):
            yield link.url
