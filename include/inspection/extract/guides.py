"""The eight element classes of a service guide (办事指南), as the 2019 indicators name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

from include.inspection.extract.data_lists import fills_a_gap, possible_fillers, renders_by_template
from include.inspection.extract.html import Document, fold

ELEMENTS: dict[str, str] = {
    "事项名称": r"(事项|项目|服务|审批|许可|办理事项|业务|职权)名称|办理事项|(服务|审批|许可)(事项|项目)",
    "设定依据": r"(设定|设立|办理|法律|法定|法规|政策|实施|审批|许可|办事|受理|申办|收费)?(法律|政策|法规)?依据|(相关|有关)?法律法规",
    "申请条件": r"((准予|予以|不予)(批准|许可|受理|办理)|申请|申办|办理|受理|办事|申报|审批|许可|批准|准予|资格|应具备)?的?条件(及要求|与要求)?"
    r"|(受理|申请|适用|办理)(范围|对象)|(服务|申请|适用)对象|申请人(资格|条件)",
    "办理材料": r"(需要?|应|所需|所要|须)?(办理|申请|申办|申报|提交|提供|递交|办事|报送|应交|受理|准备)?的?(材料|资料)(清单|目录|名称|要求|明细)?"
    r"|(提交|携带|准备)(材料|资料|证件)|所需证件",
    "办理地点": r"(办理|受理|办公|办事|服务|窗口|申请|申办|审批|咨询)?(地点|地址|场所)|(办理|受理|办事|服务|申办|收件)窗口|窗口(名称|位置)"
    r"|(办理|受理)(部门|单位)?(地址|地点)",
    "办理时间": r"(办理|受理|办公|工作|服务|上班|接待|对外办公|办事)?时间|(法定|承诺)?(办理|办结|审批|工作)?(时限|期限)",
    "联系电话": r"(联系|咨询|办公|监督|服务|窗口|监督投诉|咨询投诉)?电话|(咨询|联系)(方式|渠道|途径)"
    r"|(监督|咨询|投诉)(及|与|和|、)(监督|咨询|投诉)(电话|方式|渠道|途径)?|联系人(及|和|、)?(电话|方式)",
    "办理流程": r"(办理|办事|申请|申办|申报|审批|受理|服务|工作|许可|审核|业务)?(流程|程序|步骤)(图|说明)?",
}
_LABELS = {
    name: re.compile(
        rf"^[\s\d一二三四五六七八九十、.（()）【\[]*(?:{pattern})\s*[】\]]?\s*(?:[:：]\s*(?P<content>.*)|$)",
        re.DOTALL,
    )
    for name, pattern in ELEMENTS.items()
}
_MAX_TEXT = 500_000
_MAX_LABEL = 30
#: So many labels in a row without a text between are a menu; so much text after them may be what it opens.
_TABS = 3
_PANES = 60
_BY_ADDRESS = "[data-url], [data-src], [data-api], [data-href]"
_NAMES_LAW = re.compile(r"[《》〔〕]|法|条例|办法|规定|号|细则|决定")
_SHORT_BASIS = 30
#: The site's own telephone and address are not the guide's.
_FOOTER = re.compile(r"foot|copyright|bottom", re.IGNORECASE)
_MAX_FOOTERS = 20


@dataclass(frozen=True)
class Guide:
    """A guide's page: which element classes have content. ``labels`` 0 means that it was not understood."""

    title: str
    present: frozenset[str]
    labels: int
    vague: str = ""  # 设定依据 without the name of a law or document

    @property
    def missing(self) -> list[str]:
        return [name for name in ELEMENTS if name not in self.present]


def read_guide(markup: str, title: str) -> Guide:
    """The elements of one guide.

    BeautifulSoup earns its price here: guides are pasted from office documents, and their broken tables must not
    move a label away from its content.
    """
    soup = BeautifulSoup(markup[:_MAX_TEXT], "lxml")
    for tag in soup(["script", "style", "noscript", "footer"]):
        tag.decompose()
    _drop_footers(soup)
    lines = [" ".join(text.split()) for text in soup.stripped_strings]
    present = {"事项名称"} if title else set()
    if _parts_stand_apart(lines):
        return Guide(title, frozenset(present), 0)
    labels = 0
    vague = ""
    for index, line in enumerate(lines):
        for name, pattern in _LABELS.items():
            match = pattern.match(line) if len(line) < 2_000 else None
            if match is None:
                continue
            labels += 1
            content = (match["content"] or "").strip() or _following(lines, index)
            if content and not re.fullmatch(r"(暂无|待补充|略|/|—+|-+)[。.]?", content):
                present.add(name)
                # A table of several laws goes on in the lines that follow.
                if name == "设定依据" and len(content) <= _SHORT_BASIS and not _NAMES_LAW.search(content):
                    following = "".join(lines[index + 1 : index + 6])
                    vague = "" if _NAMES_LAW.search(following) else content
            break
    return Guide(title, frozenset(present), labels, vague)


def parts_by_script(document: Document, guide: Guide, idle: frozenset[str]) -> bool:
    """Whether a script may bring the parts that the markup does not hold; ``idle``: scripts that bring nothing."""
    if renders_by_template(document) or fills_a_gap(document, idle):
        return True
    for node in document.tree.css(_BY_ADDRESS)[:200]:
        text = fold(node.text(deep=True)[:100])
        if any(pattern.match(text) for pattern in _LABELS.values()):
            return True
    return guide.present <= {"事项名称"} and bool(possible_fillers(document) - idle)


def _parts_stand_apart(lines: list[str]) -> bool:
    """Whether labels stand in a row, as tabs or the head of a table, and texts without labels after them."""
    run = 0
    for index, line in enumerate(lines):
        label = len(line) < _MAX_LABEL and any(pattern.match(line) for pattern in _LABELS.values())
        if not label and run >= _TABS:
            return sum(len(rest) for rest in lines[index:]) >= _PANES
        run = run + 1 if label and not re.search(r"[:：].", line) else 0
    return False


def _following(lines: list[str], index: int) -> str:
    """The text that belongs to a label which stands alone: the next line, unless it is a label itself."""
    following = lines[index + 1] if index + 1 < len(lines) else ""
    following = following.lstrip(":： ")
    if not following or any(pattern.match(following) for pattern in _LABELS.values()):
        return ""
    return following


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
