"""The eight element classes of a service guide (办事指南), as the 2019 indicators name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

ELEMENTS: dict[str, str] = {
    "事项名称": r"(事项|项目|服务|办理事项)名称|办理事项",
    "设定依据": r"(设定|办理|法律|法定|政策|实施)?依据",
    "申请条件": r"(申请|办理|受理|办事|申报|准予|审批)?条件|(受理|申请)范围|办理对象|服务对象",
    "办理材料": r"(办理|申请|申报|所需|提交|办事|应交|受理)?材料(清单|目录|名称)?",
    "办理地点": r"(办理|受理|办公|办事|服务|窗口)?(地点|地址)|办理窗口",
    "办理时间": r"(办理|受理|办公|工作|服务|上班)?时间|(法定|承诺)(办理)?(时限|期限)",
    "联系电话": r"(联系|咨询|办公|监督|服务)?电话|(咨询|联系)方式",
    "办理流程": r"(办理|办事|申请|审批|受理|服务)?(流程|程序|步骤)",
}
_LABELS = {
    name: re.compile(
        rf"^[\s\d一二三四五六七八九十、.（()）【\[]*(?:{pattern})\s*[】\]]?\s*(?:[:：]\s*(.*)|$)", re.DOTALL
    )
    for name, pattern in ELEMENTS.items()
}
_MAX_TEXT = 500_000
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
    labels = 0
    vague = ""
    for index, line in enumerate(lines):
        for name, pattern in _LABELS.items():
            match = pattern.match(line) if len(line) < 2_000 else None
            if match is None:
                continue
            labels += 1
            content = (match[1] or "").strip() or _following(lines, index)
            if content and not re.fullmatch(r"(暂无|待补充|略|/|—+|-+)[。.]?", content):
                present.add(name)
                # A table of several laws goes on in the lines that follow.
                if name == "设定依据" and len(content) <= _SHORT_BASIS and not _NAMES_LAW.search(content):
                    following = "".join(lines[index + 1 : index + 6])
                    vague = "" if _NAMES_LAW.search(following) else content
            break
    return Guide(title, frozenset(present), labels, vague)


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
