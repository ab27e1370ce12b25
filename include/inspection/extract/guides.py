"""The eight element classes of a service guide (办事指南), as the 2019 indicators name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag
from selectolax.lexbor import LexborNode

from include.inspection.extract.data_lists import (
    brings_news,
    fills_a_gap,
    possible_fillers,
    renders_by_template,
)
from include.inspection.extract.frames import frames
from include.inspection.extract.html import Document, fold

ELEMENTS: dict[str, str] = {
    "事项名称": r"(事项|项目|服务|审批|许可|办理事项|业务|职权)名称|办理事项|(服务|审批|许可)(事项|项目)",
    "设定依据": r"(设定|设立|办理|法律|法定|法规|政策|实施|审批|许可|办事|受理|申办|收费|行使)?(法律|政策|法规)?依据|(相关|有关)?法律法规",
    "申请条件": r"(事项)?((准予|予以|不予)(批准|许可|受理|办理)|申请|申办|办理|受理|办事|申报|审批|许可|批准|准予|资格|应具备|登记|备案|享受)?的?条件(及要求|与要求)?"
    r"|(受理|申请|适用|办理|服务|补贴|保障)(范围|对象)|申请人(资格|条件)",
    "办理材料": r"(需要?|应|所需|所要|须)?(办理|申请|申办|申报|提交|提供|递交|办事|报送|应交|受理|准备)?的?(材料|资料)(清单|目录|名称|要求|明细)?"
    r"|(提交|携带|准备)(材料|资料|证件)|所需证件|(提交|申请|办理)要件",
    "办理地点": r"(办理|受理|办公|办事|服务|窗口|申请|申办|审批|咨询)?(地点|地址|场所)|(办理|受理|办事|服务|申办|收件)窗口|窗口(名称|位置)"
    r"|(办理|受理)(部门|单位)?(地址|地点)",
    "办理时间": r"(办理|受理|办公|工作|服务|上班|接待|对外办公|办事)?时间|(法定|承诺|服务)?(办理|办结|审批|工作)?(时限|期限)",
    "联系电话": r"(联系|咨询|办公|监督|服务|窗口|监督投诉|咨询投诉)?电话|(咨询|联系)(方式|渠道|途径)"
    r"|(监督|咨询|投诉)(及|与|和|、)(监督|咨询|投诉)(电话|方式|渠道|途径)?|(监督|咨询|投诉){2}(电话|方式|渠道|途径)|联系人(及|和|、)?(电话|方式)",
    "办理流程": r"(办理处理|办事处理|办理|办事|申请|申办|申报|审批|受理|服务|工作|许可|审核|审查|登记|备案|业务)?(流程|程序|步骤)(图|说明)?",
}
_LABELS = {
    name: re.compile(
        rf"^[\s\d一二三四五六七八九十、.（()）【\[]*(?:{pattern})\s*(?:(?:[】\]]\s*[:：]?|[:：])\s*(?P<content>.*)|$)",
        re.DOTALL,
    )
    for name, pattern in ELEMENTS.items()
}
#: Headings of guides that belong to none of the eight classes. Any other heading may be one of them in words unknown here.
_OTHER_HEADING = re.compile(
    r"费|机构|机关|主体|部门|单位|科室|类型|类别|分类|性质|编码|编号|代码|层级|级别|状态|版本|结果|决定|证照|证件名称|有效期|数量|年审|年检|备注|"
    r"说明|附件|下载|表格|样表|范本|问题|问答|解答|救济|复议|诉讼|权利|义务|责任|监督检查|网址|网上|在线|次数|通办|中介|禁止|注意|交通|乘车|路线|"
    r"版权|网站|备案|标识|〔|承诺|日期|来源|浏览|点击|作者|编辑|位置|发布|更新|录入|相关|形式|方式|渠道|指南|基本信息|详情|首页|打印|收藏|分享|推荐|热门|友情|送达|名称"
)
#: What the classes are about: a heading that names two of them (时间地点) may stand for both.
_SUBJECTS = re.compile(r"依据|条件|对象|材料|资料|证件|地点|地址|窗口|时间|时限|期限|电话|流程|程序|步骤")
_MAX_TEXT = 500_000
_MAX_LABEL = 30
_MAX_HEADING = 12
#: So many labels in a row without a text between are a menu; so much text after them may be what it opens.
_TABS = 3
_PANES = 60
_BY_ADDRESS = "[data-url], [data-src], [data-api], [data-href]"
_NAMES_LAW = re.compile(r"[《》〔〕]|法|条例|办法|规定|号|细则|决定")
_SHORT_BASIS = 30
#: The site's own telephone and address are not the guide's.
_FOOTER = re.compile(r"foot|copyright|bottom", re.IGNORECASE)
_MAX_FOOTERS = 20
_MAX_PICTURES = 500
_MAX_CELLS = 2_000
_MAX_INSIDE = 60
_MAX_LINES = 5_000
_MAX_HEADINGS = 200
#: What stands for a picture and for an empty cell among the lines of a guide.
_PICTURE, _NOTHING = "〔图〕", "〔空〕"
_NO_CONTENT = re.compile(rf"(暂无|待补充|略|/|—+|-+|{_NOTHING})[。.]?")
_NUMBERED = re.compile(r"^[\s\d一二三四五六七八九十、.（()）【\[]+|[】\]:：\s]+$")
_COLON = re.compile(r"[^:：]{2,20}[:：]\s*\S")
_HEADING = re.compile(r"([^:：]{2,20})(?:[:：]\s*(\S)?|$)")
_HEADED = {"th", "dt", "h2", "h3", "h4", "h5", "h6", "strong", "b", "label"}
_WHOLE_GUIDE = re.compile(r"指南|须知|手册|规程|规范|告知|流程")
_DOCUMENT_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)$", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_GUIDE_PICTURE = re.compile(r"指南|流程|须知|zhinan|bszn|liucheng|lct", re.IGNORECASE)
#: Classes that telephone lists and offices' own pages do not name.
_OF_GUIDES = {"事项名称", "设定依据", "申请条件", "办理材料", "办理流程"}


@dataclass(frozen=True)
class Guide:
    """A guide's page: which element classes have content. ``labels`` 0 means that it was not understood.

    ``named``: the classes whose labels stand there, with or without content; ``unknown``: headings of the same make that
    belong to no class known here, and may be one in other words.
    """

    title: str
    present: frozenset[str]
    labels: int
    vague: str = ""  # 设定依据 without the name of a law or document
    named: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        return [name for name in ELEMENTS if name not in self.present]

    @property
    def is_guide(self) -> bool:
        """Whether its labels alone make the page a guide, however much it lacks."""
        return len(self.named) > 1 and bool(self.named & _OF_GUIDES)


@dataclass(frozen=True)
class _Line:
    """A text of the page, the class whose label it is ("" for none), what stands behind the label, and its element."""

    text: str
    label: str
    content: str
    element: Tag | None


_END = _Line(_NOTHING, "", "", None)


def read_guide(markup: str, title: str) -> Guide:
    """The elements of one guide.

    BeautifulSoup earns its price here: guides are pasted from office documents, and their broken tables must not
    move a label away from its content.
    """
    soup = BeautifulSoup(markup[:_MAX_TEXT], "lxml")
    for tag in soup(["script", "style", "noscript", "footer"]):
        tag.decompose()
    _drop_footers(soup)
    _mark_pictures_and_gaps(soup)
    lines = [
        _line(string)
        for string in soup.descendants
        if type(string) in (NavigableString, CData) and str(string).strip()
    ]
    present = {"事项名称"} if title else set()
    if _parts_stand_apart(lines):
        return Guide(title, frozenset(present), 0)
    labels = [index for index, line in enumerate(lines) if line.label]
    vague = ""
    for index in labels:
        content = lines[index].content or _content_of(lines, index)
        if content and not _NO_CONTENT.fullmatch(content):
            name = lines[index].label
            present.add(name)
            # A table of several laws goes on in the lines that follow.
            if name == "设定依据" and len(content) <= _SHORT_BASIS and not _NAMES_LAW.search(content):
                following = "".join(line.text for line in lines[index + 1 : index + 6])
                vague = "" if _NAMES_LAW.search(following) else content
    return Guide(
        title,
        frozenset(present),
        len(labels),
        vague,
        frozenset(lines[index].label for index in labels),
        _unknown_headings(lines, labels, title),
    )


def _line(string: PageElement) -> _Line:
    text, element = " ".join(str(string).split()), string.parent
    if len(text) < 2_000:
        for name, pattern in _LABELS.items():
            if match := pattern.match(text):
                return _Line(text, name, (match["content"] or "").strip(), element)
    return _Line(text, "", "", element)


def _mark_pictures_and_gaps(soup: BeautifulSoup) -> None:
    """Texts in the place of what has none: a flow chart is content, an empty cell stands between two labels."""
    for picture in soup(["img", "iframe", "object", "embed", "video"])[:_MAX_PICTURES]:
        # A picture beside a text of its element is that text's icon.
        if picture.parent is not None and not _holds_text(picture.parent):
            picture.insert_before(_PICTURE)
    for cell in soup(["td", "dd"])[:_MAX_CELLS]:
        if not _holds_text(cell):
            cell.append(_NOTHING)


def _holds_text(element: Tag) -> bool:
    """Whether an element, as far as it is looked at, has a text of its own; one that goes on may have."""
    waiting, looked = [element], 0
    while waiting:
        for inner in waiting.pop().contents:
            looked += 1
            if looked >= _MAX_INSIDE:
                return True
            if isinstance(inner, Tag):
                waiting.append(inner)
            elif isinstance(inner, NavigableString) and str(inner).strip().strip(_PICTURE):
                return True
    return False


def _content_of(lines: Sequence[_Line], index: int) -> str:
    """The text that belongs to a label which stands alone: the next one, or, where labels stand side by side with as many
    texts after them, the one in its place."""
    first = last = index
    while first > 0 and lines[first - 1].label and not lines[first - 1].content:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].label and not lines[last + 1].content:
        last += 1
    number = last - first + 1
    texts = list(takewhile(lambda line: not line.label, lines[last + 1 : last + 1 + number]))
    if len(texts) == number:
        return texts[index - first].text.lstrip(":： ")
    return texts[0].text.lstrip(":： ") if texts and index == last else ""


def _unknown_headings(lines: Sequence[_Line], labels: Sequence[int], title: str) -> tuple[str, ...]:
    """Headings with a text, of the make of the known ones and within what holds those, that belong to no class."""
    known = [(index, element) for index in labels[:_MAX_HEADINGS] if (element := lines[index].element)]
    makes = {_make(lines[index]) for index, _ in known} - {""}
    holder = _common_holder([element for _, element in known]) if makes else None
    found: dict[str, None] = {}
    for line, following in pairwise([*lines[:_MAX_LINES], _END]) if holder is not None else ():
        heading = _HEADING.match(line.text) if not line.label else None
        name = _NUMBERED.sub("", heading[1]) if heading else ""
        if (
            heading is not None
            and 2 <= len(name) <= _MAX_HEADING
            and (heading[2] or not (following.label or following.text == _NOTHING))
            and name not in title
            and not _OTHER_HEADING.search(name)
            and line.element is not None
            and _make(line) in makes
            and any(parent is holder for parent in islice(line.element.parents, _MAX_HEADINGS))
        ):
            found[name] = None
    return tuple(found)


def doubt_of(unknown: Sequence[str]) -> int:
    """For how many element classes headings in unknown words may stand."""
    return sum(max(1, len(_SUBJECTS.findall(name))) for name in unknown)


def _make(line: _Line) -> str:
    """By what a label is set apart from its text: its element, its cell, or the colon behind it; "" where by nothing."""
    element = line.element
    if element is None:
        return ""
    if _COLON.match(line.text):
        return ":"
    if element.name in _HEADED:
        return f"{element.name}.{' '.join(map(str, element.get_attribute_list('class')))}"
    for cell in [element, *islice(element.parents, 3)]:
        if cell.name == "td":
            place = sum(
                isinstance(one, Tag) and one.name == "td"
                for one in islice(cell.previous_siblings, _MAX_INSIDE)
            )
            return "td" if place % 2 == 0 and cell.find_next_sibling("td") is not None else ""
    return ""


def _common_holder(elements: Sequence[Tag]) -> Tag | None:
    """The smallest element that holds all of ``elements``; the row and what is around it where there is but one."""
    above = list(islice(elements[0].parents, _MAX_HEADINGS))
    places = {id(parent): place for place, parent in enumerate(above)}
    highest = 0 if len(elements) > 1 else 1
    for element in elements[1:]:
        highest = max(
            highest,
            next((places[id(parent)] for parent in element.parents if id(parent) in places), len(above)),
        )
    return above[highest] if highest < len(above) else None


def parts_by_script(document: Document, guide: Guide, idle: frozenset[str]) -> bool:
    """Whether a script may bring the parts that the markup does not hold; ``idle``: scripts that bring nothing."""
    if renders_by_template(document) or fills_a_gap(document, idle):
        return True
    for node in document.tree.css(_BY_ADDRESS)[:200]:
        text = fold(node.text(deep=True)[:100])
        if any(pattern.match(text) for pattern in _LABELS.values()):
            return True
    return guide.present <= {"事项名称"} and bool(possible_fillers(document) - idle)


def parts_in_file(document: Document, title: str) -> bool:
    """Whether the guide, or a part of it, stands in a file, frame or picture that is not read."""
    heading = document.tree.css_first("h1")
    titles = [one for one in (title, fold(heading.text(deep=True)[:100]) if heading else "") if len(one) > 3]
    for link in document.links:
        if _DOCUMENT_FILE.search(link.url.split("?")[0]):
            name = _DOCUMENT_FILE.sub("", link.label)
            if _WHOLE_GUIDE.search(name) or (
                len(name) > 3 and any(name in one or one in name for one in titles)
            ):
                return True
    if any(brings_news(url) for url in frames(document)):
        return True
    if document.tree.css_first("object[data], embed[src]") is not None:
        return True
    return any(_shows_guide(node) for node in document.tree.css("img[src]")[:500])


def _shows_guide(picture: LexborNode) -> bool:
    """Whether a picture may show a guide; one that leads elsewhere is an entry of a menu."""
    attributes, around = picture.attributes, picture.parent
    if (
        around is not None
        and around.tag == "a"
        and not _PICTURE_FILE.search(around.attributes.get("href") or "")
    ):
        return False
    return bool(_GUIDE_PICTURE.search(f"{attributes.get('alt') or ''} {attributes.get('src') or ''}"[:500]))


def _parts_stand_apart(lines: Sequence[_Line]) -> bool:
    """Whether labels stand in a row, as tabs or the head of a table, and texts without labels after them."""
    run = 0
    for index, line in enumerate(lines):
        label = len(line.text) < _MAX_LABEL and bool(line.label)
        if not label and run >= _TABS:
            return sum(len(rest.text) for rest in lines[index:]) >= _PANES
        run = run + 1 if label and not re.search(r"[:：].", line.text) else 0
    return False


def _drop_footers(soup: BeautifulSoup) -> None:
    feet = [
        tag
        for tag in soup.find_all(("div", "table", "section", "td"))
        if _FOOTER.search(f"{' '.join(map(str, tag.get_attribute_list('class')))} {tag.get('id') or ''}")
    ]
    whole = len(soup.get_text()) if feet else 0
    for tag in feet[:_MAX_FOOTERS]:
        # A footer that was not closed where it ends may hold the page.
        if not tag.decomposed and len(tag.get_text()) * 2 < whole:
            tag.decompose()
