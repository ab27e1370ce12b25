"""Which links of a page lead to sections, of which class and on which level."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import url_day
from include.inspection.extract.html import Document, Element, Link, fold
from include.inspection.extract.navigation import link_rows, main_navigation, side_menus
from include.inspection.extract.rows import first_pieces

#: Read from top to bottom; the first that matches decides. Words of the field, not thresholds.
_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        # Archives and special topics are closed by their nature: nobody owes them an update.
        ("other", r"专题|专栏|往年|往期|历年|历届|历史|归档|存档|回顾|旧版|(19|20)\d\d"),
        # 新闻发布会 tells of press conferences, held as it happens: no section of news.
        ("other", r"发布会"),
        ("interview", r"访谈"),
        ("survey", r"征集|网上调查|在线调查|民意调查|问卷|意见反馈结果|意见采纳"),
        ("other", r"(人大|代表|政协|委员).*(建议|提案)|建议提案|提案"),
        (
            "consultation",
            r"咨询|信箱|留言|问政|建言|我要写信|写信|来信|互动|诉求|有问必答|投诉|建议|网民答复|"
            r"(?:答复|回复|信件)(?:选登|公开|反馈)|办理动态|(?:主任|[局厅院处科所县市区镇乡州盟旗]长|书记|领导)邮箱",
        ),
        ("interpretation", r"解读|图解|一图读懂|回应关切|热点回应"),
        (
            "service",
            r"办事(?!.*评价)|(?<!招商)(?<!数据)服务(?!中心动态|机构|业|对象|贸易|.*评价)|(?<!投资)(?<!旅游)(?<!公开)指南(?!.*公开)|一网通办",
        ),
        ("personnel", r"人事|任免|干部任前|招聘|招考|招录|公务员(招|录)|人才招"),
        ("plan", r"(?<!城乡)(?<!城市)规划(?!许可|管理|编制|局|建设)|计划(?!生育)|总结"),
        ("notice", r"通知|公告|公示|通告|公布栏"),
        ("policy", r"政策|规范性文件|文件|法规|规章|条例|政府令|府令"),
        (
            "news",
            r"要闻|动态|新闻|快讯|快报|简讯|警讯|资讯|工作进展|时政|头条|政务信息|工作信息|部门信息|镇街信息|基层信息|县区信息|图片信息",
        ),
    )
)
#: News by what they tell, but written by others: the standard's words cover them or not, and no published notice says which.
_OF_THE_PRESS = re.compile(
    r"(?<![新融])媒体(?:聚焦|报道|关注|看|视[角点界野]|传真|声音|之声|扫描|集萃|宣传|播报)"
)
#: Service links and pages that by their nature are no lists to be updated.
_NOT_A_SECTION = re.compile(
    r"^(首页|[上下前后]一?[页篇条]|尾页|末页|(?:更早|较早|更旧|较新|以前)的?(?:文章|新闻|信息|内容)?|网站首页|返回首页|主页|登录|注册|搜索|高级搜索|更多.*|more.*|RSS.*|微信.*|微博.*|客户端|手机版|移动版|触[屏摸]版|电脑版|English|繁體.*|繁体.*|简体.*|"
    r"无障碍.*|适老.*|长者.*|关怀版|网站地图|站点地图|联系我们|联系方式|关于我们|关于本站|网站声明|版权.*|隐私.*|免责.*|使用帮助|"
    r"(?:19|20)\d\d年?度?|设为首页|加入收藏|.*备.*号.*|.*公网安备.*|.*找错.*|中国政府网|国务院|.*人民政府网?|省政府(?:门户)?(?:网站?)?|跳转到.*|收起|展开)$",
    re.IGNORECASE,
)
_STATIC = re.compile(
    r"(概况|概览|简介|介绍|领导(之窗|信息|分工|介绍|简介)?$|机构(职能|设置|信息)|职能|内设|职责|组织机构|联系|年报|年度报告|"
    r"公开指南|公开制度|依申请|统计数据|专题专栏|专题|历史|地图|办公地址)"
)
_MORE = re.compile(r"^[\s\[(（【]*(更多|more|查看更多|全部|\+|>>|»)", re.IGNORECASE)
_ARTICLE_URL = re.compile(
    r"(/t\d{8}_\d+|/content/post_|/art/\d{4}/|content_\d+|/\d{6}/t?\d+|[?&](?:articleid|infoid|newsid|contentid)=\w+|/detail|/show-|"
    r"(?:show|view|detail|article|content|read)[^/]*\?(?:[^/]*&)?id=\w+)",
    re.IGNORECASE,
)
#: Further pages of a list.
_FURTHER = re.compile(
    r"(?:/page/|/(?:index|list)_|[?&](?:page|pages|pageno|pagenum|pageindex|curpage|currentpage|pn)=)(?:[2-9]|[1-9]\d+)(?:/?$|\.\w{2,5}$|&)",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|mp4|mp3|apk|exe|ofd|wps|et)$", re.IGNORECASE
)
_ARTICLE_TITLE = re.compile(r"^关于|(?:的(?:通知|公告|公示|通告|函|意见|批复|问卷调查)|在线访谈)$")
#: A section's name may end with 在线访谈, an article's title with 的通知.
_SENTENCE_TITLE = re.compile(r"^关于|的(?:通知|公告|公示|通告|函|意见|批复)$")
_HEAD_NAME = re.compile(r"(?:^|[\s_-])(tit|title|hd|head|tab|tabs|bt|column-title|block-title)(?:$|[\s_-])")
_HOME_FILES = (
    "",
    "index.html",
    "index.htm",
    "index.shtml",
    "index.jsp",
    "index.php",
    "index.asp",
    "index.aspx",
    "default.html",
)

#: A matter that is handled, with or without the word for its guide: an entry of a service section, no section.
_MATTER = re.compile(r"\S{2,}(?:登记|许可|备案|审批|核发|申领|补办|注销|变更|认定|换证|办理|申请)|\S{2,}指南")
_SPACED = re.compile(r"(?:[\u4e00-\u9fff] ){1,15}[\u4e00-\u9fff]")
_CRUMB = re.compile(
    r"(?:当前|现在的?|您?所在)位置\s{0,2}[:：]?\s{0,2}((?:[^\s>»›/]{2,16}\s{0,2}[>»›/]\s{0,2}){1,6}[^\s>»›/]{2,16})"
)
_MAX_CRUMB = 3_000
_MAX_TAG = 30

MAX_NAME = 16
_MAX_BLOCKS = 300
_HEAD_LINKS = 6
#: A row of so many links with names of this width at most is a menu.
_FEWEST_IN_ROW, _NAME_IN_ROW = 6, 8


@dataclass(frozen=True)
class SectionLink:
    """A link that leads to a section. ``level`` 1 is what the main navigation leads to directly."""

    url: str
    name: str
    section_class: str
    level: int
    by_heading: bool = False  # named after what stands beside a 更多 link
    registered: bool = False  # its class is the office's own word


@functools.lru_cache(maxsize=4096)
def classify(name: str) -> str:
    """The class of a section by its name."""
    name = close_up(name)
    for section_class, pattern in _CLASSES:
        if pattern.search(name):
            return section_class
    return "other"


def may_be_news(name: str) -> bool:
    """Whether a section of no class of its own may be counted among 动态、要闻: 媒体聚焦 shows what the press reports."""
    name = close_up(name)
    return classify(name) == "other" and bool(_OF_THE_PRESS.search(name)) and not _CLASSES[0][1].search(name)


def declared_name(document: Document) -> str:
    """What a section's page calls its section: the page tag ColumnName, else the end of the breadcrumb; "" if neither."""
    name = close_up(document.meta.get("columnname", ""))
    if not 2 <= len(name) <= MAX_NAME:
        crumb = _CRUMB.search(document.body_text[:_MAX_CRUMB])
        name = close_up(crumb[1].rstrip(" >»›/").split()[-1]) if crumb and crumb[1].split() else ""
        name = name if len(name) <= MAX_NAME and "首页" not in name else ""
    return name if len(name) >= 2 else ""


def declared_class(name: str, document: Document) -> str:
    """The class of a section whose name tells none, by its page tags ColumnName and ColumnType."""
    if _CLASSES[0][1].search(name) or is_static(name):
        return "other"
    tags = (document.meta.get("columnname", ""), document.meta.get("columntype", ""))
    return next((found for tag in tags if (found := classify(tag[:_MAX_TAG])) != "other"), "other")


@functools.lru_cache(maxsize=8192)
def close_up(name: str) -> str:
    """A name without the spaces that are set between its signs: 新 闻 动 态."""
    name = fold(name)
    return name.replace(" ", "") if _SPACED.fullmatch(name) else name


def is_static(name: str) -> bool:
    """Whether a section of this name is a page of fixed content (概况, 机构职能) rather than a list."""
    return bool(_STATIC.search(name))


def is_matter(name: str) -> bool:
    """Whether an entry names a matter that an office handles: 取水许可, 社会团体登记, 办事指南."""
    return _MATTER.fullmatch(name) is not None


def matters_of(document: Document) -> set[str]:
    """The addresses of the matters on a page: by their names, and by addresses of the same form as two of these have, for
    学历认证咨询 among matters is one of them."""
    named = [link.url for link in document.links if is_matter(link.label)]
    forms = Counter(_form(url) for url in set(named))
    return {*named, *(link.url for link in document.links if forms[_form(link.url)] > 1)}


def _form(url: str) -> str:
    """An address with its numbers left out; one without any is a form of its own."""
    return re.sub(r"\d+", "0", url)


def section_links(
    document: Document, *, home: str, level_of_navigation: int = 1, level_of_blocks: int | None = None
) -> list[SectionLink]:
    """The section links of a page in page order, one an address.

    The main navigation's own entries get ``level_of_navigation``; entries of its drop-down menus and the 更多 links
    of blocks one level more (or ``level_of_blocks``).
    """
    found: dict[str, SectionLink] = {}
    below = level_of_blocks or level_of_navigation + 1
    for entry in main_navigation(
        document, lambda link: leads_to_section(link.url, link.label, document, home)
    ):
        _add(found, entry.link.url, entry.link.label, level_of_navigation + entry.depth, document, home)
    heads = _Heads(document)
    blocks = 0
    for link in document.links:
        if _says_more(link.text) or (link.title and _says_more(link.title)):
            blocks += 1
            if blocks <= _MAX_BLOCKS:
                _add(found, link.url, _name_of_block(link.node), below, document, home, by_heading=True)
        elif len(link.label) <= MAX_NAME and heads.hold(link):
            _add(found, link.url, link.label, below, document, home)
    for url, name in _beside_sections(document, home, found):
        _add(found, url, name, below, document, home)
    return list(found.values())


def _beside_sections(
    document: Document, home: str, found: Mapping[str, SectionLink]
) -> list[tuple[str, str]]:
    """The entries, whatever they are called, of rows of short links most of which lead to sections of well-known names."""
    entries: list[tuple[str, str]] = []
    for _, links in link_rows(document):
        if len(links) < _FEWEST_IN_ROW or any(len(link.label) > _NAME_IN_ROW for link in links):
            continue
        told = sum(
            (classify(link.label) != "other" or is_static(link.label)) and may_lead_to_section(link.url, home)
            for link in links
        )
        if told * 2 >= len(links):
            entries += [(link.url, link.label) for link in links if link.url not in found]
    return entries


@functools.lru_cache(maxsize=4096)
def _says_more(text: str) -> bool:
    return _MORE.match(text) is not None


def sub_section_links(document: Document, *, home: str, level: int) -> list[SectionLink]:
    """What the menus and blocks of a first-level page lead to: its sub-sections on ``level``."""
    found = {
        link.url: link
        for link in section_links(document, home=home, level_of_navigation=level, level_of_blocks=level)
    }
    for entry in side_menus(document):
        if entry.named or classify(entry.link.label) != "other":
            _add(found, entry.link.url, entry.link.label, level, document, home)
    if classify(declared_name(document) or re.split(r"[_|\-—]", document.title)[0]) == "service":
        # The entries of a service section are matters with their guides.
        matters = matters_of(document)
        return [link for link in found.values() if link.url not in matters]
    return list(found.values())


def leads_to_section(url: str, name: str, document: Document, home: str) -> bool:
    """Whether a link of this address and name on ``document`` may lead to a section of the site of ``home``."""
    if _no_section(name):
        return False
    return url.rstrip("/") != document.url.rstrip("/") and may_lead_to_section(url, home)


@functools.lru_cache(maxsize=4096)
def may_lead_to_section(url: str, home: str) -> bool:
    """Whether an address is a page of the site of ``home`` that is neither the home page, a file nor an article."""
    if not same_site(url, home) or url.rstrip("/") == home.rstrip("/"):
        return False
    if is_home(url, home) or _FILE.search(_parts(url).path) or _FURTHER.search(url):
        return False
    return not is_article(url, "")


def is_article(url: str, title: str) -> bool:
    """Whether an entry is an article by the form of its address or of its title."""
    return bool(_ARTICLE_URL.search(url) or url_day(url) or _ARTICLE_TITLE.search(title))


@functools.lru_cache(maxsize=8192)
def _no_section(name: str) -> bool:
    name = close_up(name)
    return not 2 <= len(name) <= MAX_NAME or bool(_NOT_A_SECTION.match(name) or _SENTENCE_TITLE.search(name))


@functools.lru_cache(maxsize=8192)
def _bare_name(name: str) -> str:
    return close_up(name).strip("·|>»›:： ")


def _add(
    found: dict[str, SectionLink],
    url: str,
    name: str,
    level: int,
    document: Document,
    home: str,
    *,
    by_heading: bool = False,
) -> None:
    if url in found:
        return
    name = _bare_name(name)
    if leads_to_section(url, name, document, home):
        found[url] = SectionLink(url, name, classify(name), level, by_heading)


@functools.lru_cache(maxsize=4096)
def _parts(url: str) -> SplitResult:
    return urlsplit(url)


def is_home(url: str, home: str) -> bool:
    """Whether an address is that of the home page, with or without the name of its file."""
    parts = _parts(url)
    base = _parts(home).path.lower().rsplit("/", 1)[0]
    return not parts.query and parts.path.lower().removeprefix(base).strip("/") in _HOME_FILES


def same_site(url: str, home: str) -> bool:
    """Whether an address belongs to the site of ``home``: its host, with or without www."""
    return _host(url) == _host(home)


@functools.lru_cache(maxsize=4096)
def _host(url: str) -> str:
    parts = _parts(url)
    own_port = ":443" if parts.scheme == "https" else ":80"
    return parts.netloc.lower().removesuffix(own_port).removeprefix("www.")


def _name_of_block(node: LexborNode) -> str:
    """The heading beside a 更多 link: before it, or after it where it floats."""
    current: LexborNode | None = node
    for _ in range(3):
        if current is None or current.tag in ("body", "html"):
            return ""
        for forward in (False, True):
            sibling = current.next if forward else current.prev
            for _ in range(4):
                if sibling is None:
                    break
                name = _heading(sibling)
                if name:
                    return name
                sibling = sibling.next if forward else sibling.prev
        current = current.parent
    return ""


def _heading(node: LexborNode) -> str:
    """The name that stands alone in an element or text, "" where it holds more than a heading."""
    if node.is_text_node:
        texts = [fold((node.text(deep=False) or "")[:100])]
    elif node.is_element_node and node.tag not in ("script", "style"):
        texts = [fold(piece) for piece in first_pieces(node, 8)]
    else:
        return ""
    names = [text for text in texts if not _MORE.match(text)]
    # An article's title is no heading.
    if any(_ARTICLE_TITLE.match(name) for name in names):
        return ""
    if not names or len(names) > 7 or sum(len(name) for name in names) > 3 * MAX_NAME:
        return ""
    return next((name for name in names if 2 <= len(name) <= MAX_NAME and not re.search(r"\d{2}", name)), "")


class _Heads:
    """Which links stand in the heading of a block."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[Element, bool] = {}

    def hold(self, link: Link) -> bool:
        inner = link.around
        return inner is not None and (
            self._is_head(inner) or (inner.up is not None and self._is_head(inner.up))
        )

    def _is_head(self, element: Element) -> bool:
        known = self._known.get(element)
        if known is None:
            known = element.tag in ("h1", "h2", "h3", "h4", "h5") or (
                _named_head(element.names) and self._links[element] <= _HEAD_LINKS
            )
            self._known[element] = known
        return known

    @functools.cached_property
    def _links(self) -> Counter[Element]:
        """How many links stand in an element or in what it holds directly."""
        links: Counter[Element] = Counter()
        for link in self._document.links:
            element = link.around
            for _ in range(3):
                if element is None:
                    break
                links[element] += 1
                element = element.up
        return links


@functools.lru_cache(maxsize=4096)
def _named_head(names: str) -> bool:
    return bool(_HEAD_NAME.search(names.lower()[:300]))


_EMPTY = re.compile(
    r"[\W_]{0,6}((对不起|抱歉|很抱歉)[\W_]{0,3})?(该|本|此|当前)?(栏目|列表|目录|分类)?(下|中|内)?\s?"
    r"(暂无|暂时没有|没有(找到|查询到)?|尚无|尚未发布|暂未(?:发布|更新)|无)(相关|任何|有关|最新)?(的)?(信息|内容|数据|记录|文章|稿件|资料|新闻|结果|(?:办事|服务)?(?:事项|指南))[\W_]{0,6}"
    r"|[\W_]{0,6}(?:目前|当前)?没有内容被归类到这一术语[\W_]{0,6}"  # Drupal's own words
)
_UNDER_CONSTRUCTION = re.compile(
    r"[\W_]{0,6}(该|本|此)?(栏目|页面|内容|频道)?(内容)?(正在|尚在)?(建设|筹建|完善|更新)中([，,。！\s]{0,3}敬请(期待|关注))?[\W_]{0,6}"
)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)


def says_empty(document: Document) -> bool:
    """Whether a visible text of the page, standing alone, says that the section holds nothing.

    A hidden one is what a script shows when it finds nothing, and proves nothing.
    """
    if not re.search(
        r"暂无|暂时没有|没有|尚无|尚未|暂未|无相关|建设中|完善中|筹建中|更新中", document.markup
    ):
        return False
    for node in document.tree.css(
        "td, div, p, span, li, h2, h3, h4, h5, font, center, b, strong, em, i, dd, section"
    )[:20_000]:
        own = fold(node.text(deep=False)[:80])
        if own and (_EMPTY.fullmatch(own) or _UNDER_CONSTRUCTION.fullmatch(own)) and not _is_hidden(node):
            return True
    return False


def _is_hidden(node: LexborNode) -> bool:
    current: LexborNode | None = node
    for _ in range(20):
        if current is None:
            return False
        attributes = current.attributes
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
            return True
        if any(
            name in attributes
            for name in ("v-if", "v-show", "v-else", "ng-if", "ng-show", "ms-visible", "ms-if")
        ):
            return True
        current = current.parent
    return False
