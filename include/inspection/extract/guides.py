"""The eight element classes of a service guide (办事指南), as the 2019 indicators name them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

from include.inspection.extract.guide_tables import Row, tab_panes, wide_rows
from include.inspection.extract.guide_words import (
    ELEMENTS,
    HOURS,
    MENTIONS,
    TRACES,
    labels_of,
    pieces,
    says,
)

#: Headings of guides that belong to none of the eight classes. Any other heading may be one of them in words unknown here.
_OTHER_HEADING = re.compile(
    r"费|机构|机关|主体|部门|单位|科室|类型|类别|分类|性质|编码|编号|代码|层级|级别|状态|版本|结果|决定|证照|证件名称|有效期|数量|年审|年检|备注|"
    r"说明|附件|下载|表格|样表|范本|问题|问答|解答|救济|复议|诉讼|权利|义务|责任|监督检查|网址|网上|在线|次数|通办|中介|禁止|注意|交通|乘车|路线|"
    r"版权|网站|备案|标识|〔|承诺|日期|来源|浏览|点击|作者|编辑|位置|发布|更新|录入|相关|形式|方式|渠道|指南|基本信息|详情|首页|打印|收藏|分享|推荐|热门|友情|送达|名称"
)
#: What the classes are about: a heading that names two of them (时间地点) may stand for both.
_SUBJECTS = re.compile(r"依据|条件|对象|材料|资料|证件|地点|地址|窗口|时间|时限|期限|电话|流程|程序|步骤")
_MAX_TEXT = 500_000
#: A page of more tags is no guide: it is left unread.
_MAX_TAGS = 60_000
_MAX_LABEL = 30
_MAX_HEADING = 12
#: So many labels in a row without a text between are a menu; so much text after them may be what it opens.
_TABS = 3
_PANES = 60
_NAMES_LAW = re.compile(r"[《》〔〕]|法|条例|办法|规定|号|细则|决定")
_SHORT_BASIS = 30
#: Guides of no more labels are read as plain text, of so many characters.
_FEW_LABELS = 2
_LEAST_TEXT, _MOST_TEXT = 12, 3_000
_GUIDE_WORD = re.compile(r"的?(?:办事|办理|服务)?(?:指南|流程|须知|办理)$")
_MAX_PIECE = 20_000
_INLINE = {
    "span",
    "b",
    "strong",
    "font",
    "em",
    "i",
    "u",
    "a",
    "o:p",
    "st1:chsdate",
    "small",
    "big",
    "label",
    "sup",
    "sub",
}
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
_NUMBERED = re.compile(r"^[\s\d一二三四五六七八九十、.（()）【\[]+|[】\]:：\s]+$")
_COLON = re.compile(r"[^:：]{2,20}[:：]\s*\S")
_HEADING = re.compile(r"([^:：]{2,20})(?:[:：]\s*(\S)?|$)")
_HEADED = {"th", "dt", "h2", "h3", "h4", "h5", "h6", "strong", "b", "label"}
#: Classes that telephone lists and offices' own pages do not name.
_OF_GUIDES = {"事项名称", "设定依据", "申请条件", "办理材料", "办理流程"}


@dataclass(frozen=True)
class Guide:
    """A guide's page: which element classes have content. ``labels`` 0 means that none of their names stands there.

    ``doubtful``: classes of which the page says something without their label, that a label in other words may stand for,
    or that only some of its matters have. ``named``: the classes whose labels stand there, with or without content;
    ``unknown``: headings of the same make that belong to no class known here, and may be one in other words. ``text``: what
    the page says itself, where it is hardly more than a paragraph; ``apart``: its parts could not be told from each other.
    """

    title: str
    present: frozenset[str]
    labels: int
    vague: str = ""  # 设定依据 without the name of a law or document
    named: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()
    text: str = ""
    apart: bool = False
    few: bool = False  # so few labels that the text counts as plain

    @property
    def missing(self) -> list[str]:
        """The classes that are certainly not there."""
        return [name for name in ELEMENTS if name not in self.present | self.doubtful]

    @property
    def unsure(self) -> list[str]:
        return [name for name in ELEMENTS if name in self.doubtful - self.present]

    @property
    def understood(self) -> bool:
        return not self.apart and (self.labels > 0 or bool(self.text))

    @property
    def is_guide(self) -> bool:
        """Whether its labels alone make the page a guide, however much it lacks."""
        return len(self.named) > 1 and bool(self.named & _OF_GUIDES)


@dataclass(frozen=True)
class _Line:
    """A text of the page, the classes whose label it is, those of them in doubt, what stands behind the label, and its
    element."""

    text: str
    labels: tuple[str, ...]
    doubtful: frozenset[str]
    content: str
    element: Tag | None


_END = _Line(_NOTHING, (), frozenset(), "", None)


def read_guide(markup: str, title: str, around: str = "") -> Guide:
    """The elements of one guide. ``around`` is the text of a page beside it: what stands there too is no guide's own.

    BeautifulSoup earns its price here: guides are pasted from office documents, and their broken tables must not
    move a label away from its content.
    """
    if markup.count("<") > _MAX_TAGS:
        return Guide(title, frozenset({"事项名称"} if title else ()), 0, apart=True)
    soup = BeautifulSoup(markup[:_MAX_TEXT], "lxml")
    for tag in soup(["script", "style", "noscript", "footer"]):
        tag.decompose()
    _drop_footers(soup)
    _mark_pictures_and_gaps(soup)
    rows = [*wide_rows(soup), *tab_panes(soup)]
    lines = _without_menus(_lines(soup))
    if _parts_stand_apart(lines):
        return Guide(title, frozenset({"事项名称"} if title else ()), 0, apart=True)
    labels = [index for index, line in enumerate(lines) if line.labels]
    around = around.replace(":", "：")
    own = [line for line in lines if len(line.text) > 1 and line.text.replace(":", "：") not in around]
    found = _Found()
    if title:
        found.present.add("事项名称")
    for index in labels:
        line = lines[index]
        content = line.content or _content_of(lines, index)
        # The telephone of a page's foot may be meant for every guide or for none.
        shared = len(line.content) > 1 and line.text.replace(":", "：") in around
        found.note(line.labels, frozenset(line.labels) if shared else line.doubtful, content)
        if not content and _opens_others(lines, index):
            found.doubtful.update(line.labels)
        # A table of several laws goes on in the lines that follow.
        if (
            line.labels == ("设定依据",)
            and 0 < len(content) <= _SHORT_BASIS
            and not _NAMES_LAW.search(content)
        ):
            following = "".join(line.text for line in lines[index + 1 : index + 6])
            found.vague = "" if _NAMES_LAW.search(following) else content
    found.doubtful |= _of_some_matters(lines, labels)
    _note_rows(found, rows)
    # Two labels in cells, headings or lines of their own make a poor guide, two within a text a paragraph.
    blocks = {
        id(element if element.name not in _INLINE else _block(element))
        for index in labels[:_MAX_HEADINGS]
        if (element := lines[index].element) is not None
    }
    apart = len(blocks) + len(rows)
    few = len(found.named) <= _FEW_LABELS and apart < _FEW_LABELS
    text = _own_text(own, title) if few else ""
    found.doubtful |= {name for name, trace in TRACES.items() if text and trace.search(text)}
    found.doubtful |= set() if few else _mentioned(own)
    return Guide(
        title,
        frozenset(found.present),
        len(labels) + len(rows),
        found.vague,
        frozenset(found.named),
        _unknown_headings(lines, labels, title),
        frozenset(found.doubtful - found.present),
        text if few and any(mention.search(text) for mention in MENTIONS.values()) else "",
        few=few,
    )


@dataclass
class _Found:
    present: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    vague: str = ""

    def note(self, names: Sequence[str], unsure: Set[str], content: str) -> None:
        """A label of these classes, with what stands behind it."""
        self.named.update(names)
        for name in names:
            said = says(name, content)
            if said is None or (
                said and name in unsure and not (name == "办理时间" and HOURS.search(content))
            ):
                self.doubtful.add(name)
            elif said:
                self.present.add(name)


def _note_rows(found: _Found, rows: Sequence[Row]) -> None:
    """What the rows of wide tables say: a class that only some of the matters have is in doubt."""
    each: list[_Found] = []
    for row in rows:
        one = _Found()
        for names, unsure, content in row:
            one.note(names, unsure, content)
        each.append(one)
        found.named |= one.named
        found.doubtful |= one.doubtful
    if each:
        everywhere = set.intersection(*(one.present for one in each))
        found.present |= everywhere
        found.doubtful |= set.union(*(one.present for one in each)) - everywhere


def _of_some_matters(lines: Sequence[_Line], labels: Sequence[int]) -> set[str]:
    """Where a page holds several matters one after the other: the classes that not every one of them has."""
    said = Counter((lines[index].labels, lines[index].text.split("：")[0].split(":")[0]) for index in labels)
    again = {names for (names, _), number in said.items() if number > 1 and len(names) == 1}
    if len(again) < 2 or not any(name in _OF_GUIDES - {"事项名称"} for (name,) in again):
        return set()
    most = max(number for (names, _), number in said.items() if names in again)
    places = [index for index in labels if lines[index].labels in again]
    doubtful = set()
    for name in ELEMENTS:
        at = [index for index in labels if name in lines[index].labels]
        # What is said once before the first or after the last matter holds for all of them.
        for_all = any(index < places[0] or index > places[-1] for index in at)
        if name != "事项名称" and at and len(at) < most and not for_all:
            doubtful.add(name)
    return doubtful


def _own_text(own: Sequence[_Line], title: str) -> str:
    """What the page says itself, without its title; "" where that is no paragraph or two."""
    text = " ".join(line.text for line in own)
    bare = _GUIDE_WORD.sub("", title)
    for words in (title, bare):
        text = text.replace(words, "") if len(words) > 1 else text
    return text if _LEAST_TEXT <= len(text) <= _MOST_TEXT else ""


def _mentioned(own: Sequence[_Line]) -> set[str]:
    """The classes of which the guide says something under the labels of others; a law's words are not the office's."""
    basis: list[str] = []
    rest: list[str] = []
    of_law = False
    for line in own:
        of_law = line.labels == ("设定依据",) if line.labels else of_law
        (basis if of_law else rest).append(line.text)
    text = " ".join(rest)[:_MAX_PIECE]
    return {name for name, mention in MENTIONS.items() if mention.search(text)}


def _lines(soup: BeautifulSoup) -> list[_Line]:
    """The texts of the page in their order, cut where a label stands in their midst, joined where a label is cut up."""
    strings: list[tuple[str, Tag | None, tuple[int, int]]] = []
    breaks = 0
    for node in soup.descendants:
        if isinstance(node, Tag):
            breaks += node.name == "br"
        elif type(node) in (NavigableString, CData) and (text := " ".join(str(node).split())):
            strings.append((text, node.parent, (id(_block(node)), breaks)))
    lines: list[_Line] = []
    place = 0
    while place < len(strings):
        text, element, where = strings[place]
        place += 1
        if len(text) < _MAX_HEADING and not labels_of(text)[0]:
            joined = text
            for more in range(place, min(place + _MAX_HEADING, len(strings))):
                if strings[more][2] != where:
                    break
                joined += strings[more][0]
                if len(joined) > _MAX_HEADING:
                    break
                names, _, content = labels_of(joined)
                if names and not content:
                    text, place = joined, more + 1
                    break
        for piece in pieces(text) if len(text) < _MAX_PIECE else (text,):
            lines.append(
                _Line(piece, *(labels_of(piece) if len(piece) < 2_000 else ((), frozenset(), "")), element)
            )
    return lines


def _block(node: PageElement) -> Tag | None:
    parent = node.parent
    while parent is not None and parent.name in _INLINE:
        parent = parent.parent
    return parent


def _mark_pictures_and_gaps(soup: BeautifulSoup) -> None:
    """Texts in the place of what has none: a flow chart is content, an empty cell stands between two labels."""
    for picture in soup(["img", "iframe", "object", "embed", "video"])[:_MAX_PICTURES]:
        # A picture beside a text of its element is that text's icon.
        if picture.parent is not None and not _holds_text(picture.parent):
            picture.insert_before(_heading_of(picture) or _PICTURE)
    for cell in soup(["td", "dd"])[:_MAX_CELLS]:
        if not _holds_text(cell):
            cell.append(_NOTHING)


def _heading_of(picture: Tag) -> str:
    """The heading that a picture shows by its alternative text; "" for one that stands under the same heading in words."""
    alternative = str(picture.get("alt") or "").strip()
    # A chart of the steps is no heading above them.
    heading = len(alternative) < _MAX_LABEL and not alternative.endswith("图")
    names = labels_of(alternative)[0] if heading else ()
    before = picture.find_previous(string=re.compile(r"\S")) if names else None
    return alternative if names and not set(names) & set(labels_of(str(before or "")[:200])[0]) else ""


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
    while first > 0 and lines[first - 1].labels and not lines[first - 1].content:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].labels and not lines[last + 1].content:
        last += 1
    number = last - first + 1
    texts = list(takewhile(lambda line: not line.labels, lines[last + 1 : last + 1 + number]))
    if len(texts) == number:
        return texts[index - first].text.lstrip(":： ")
    return texts[0].text.lstrip(":： ") if texts and index == last else ""


def _opens_others(lines: Sequence[_Line], index: int) -> bool:
    """Whether a heading without a text of its own stands above labels of another make, which may be its content."""
    here, after = lines[index], lines[index + 1] if index + 1 < len(lines) else _END
    if not after.labels or not after.content or re.search(r"[:：]$", here.text):
        return False
    return here.element is not None and after.element is not None and here.element.name != after.element.name


def _unknown_headings(lines: Sequence[_Line], labels: Sequence[int], title: str) -> tuple[str, ...]:
    """Headings with a text, of the make of the known ones and within what holds those, that belong to no class."""
    known = [(index, element) for index in labels[:_MAX_HEADINGS] if (element := lines[index].element)]
    makes = {_make(lines[index]) for index, _ in known} - {""}
    holder = _common_holder([element for _, element in known]) if makes else None
    found: dict[str, None] = {}
    for line, following in pairwise([*lines[:_MAX_LINES], _END]) if holder is not None else ():
        heading = _HEADING.match(line.text) if not line.labels else None
        name = _NUMBERED.sub("", heading[1]) if heading else ""
        if (
            heading is not None
            and 2 <= len(name) <= _MAX_HEADING
            and (heading[2] or not (following.labels or following.text == _NOTHING))
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


def _runs(lines: Sequence[_Line]) -> list[tuple[int, int]]:
    """Where labels without a text stand in a row, as tabs, a menu or the head of a table: first and behind the last."""
    found, start = [], 0
    for index, line in enumerate([*lines, _END]):
        bare = len(line.text) < _MAX_LABEL and bool(line.labels) and not line.content
        if not bare:
            if index - start >= _TABS:
                found.append((start, index))
            start = index + 1
    return found


def _without_menus(lines: list[_Line]) -> list[_Line]:
    """The lines without rows of labels that stand again, with their texts, further down: a menu of anchors."""
    for start, behind in reversed(_runs(lines)):
        seen: set[str] = set()
        end = start
        while end < behind and not seen & set(lines[end].labels):
            seen |= set(lines[end].labels)
            end += 1
        below = {name for line in lines[end:] for name in line.labels}
        if end - start >= _TABS and len(seen & below) * 2 >= len(seen):
            lines = lines[:start] + lines[end:]
    return lines


def _parts_stand_apart(lines: Sequence[_Line]) -> bool:
    """Whether labels stand in a row, as tabs or the head of a table, and texts without labels after them."""
    runs = _runs(lines)
    return bool(runs) and sum(len(rest.text) for rest in lines[runs[0][1] :]) >= _PANES


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
