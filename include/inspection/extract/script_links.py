"""Entries that a script opens: onclick, javascript: addresses, jump menus. Scripts are read for addresses, never run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from include.inspection.extract.html import Document, fold
from include.inspection.extract.rows import first_pieces

_CONTROLS = (
    "[onclick], a[href^='javascript' i], a[data-url], a[data-href], li[data-url], li[data-href], "
    "button[data-url], button[data-href], select option[value]"
)
_ATTRIBUTES = ("data-url", "data-href", "onclick", "href", "value")
_QUOTED = re.compile(r"""["']([^"'\s<>{}()]{2,300})["']""")
_PAGE = re.compile(
    r"(?:https?://|/|\.{1,2}/|[\w\-]{1,60}/|[\w\-/]{1,200}\.(?:s?html?|jsp|jspx|aspx?|php|do)\b)"
)
_NO_PAGE = re.compile(r"\.(?:js|css|jpe?g|png|gif|json|xml)(?:\?|$)", re.IGNORECASE)
#: What a control does with the page itself leads nowhere.
_UTILITY = re.compile(
    r"首页|收藏|打印|关闭|搜索|检索|返回|[上下前后]一|登录|登陆|注册|无障碍|繁|简体|字体|更多|分享|切换|换肤|顶部|提交|重置|确定|取消|"
    r"查询|播放|暂停|展开|收起|微信|微博|客户端|手机|移动|适老|长者|关怀|语音|朗读|放大|缩小|请选择|友情|链接|导航|跳转|二维码|扫一扫|订阅"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,10}")
_MOST = 400
_MAX_LABEL = 16


@dataclass(frozen=True)
class ScriptLink:
    """An entry by its label; ``url`` is "" where its script does not say where it leads."""

    url: str
    label: str


def script_links(document: Document) -> list[ScriptLink]:
    """The entries of a page that no ordinary link leads to, without controls of the page itself."""
    found: dict[tuple[str, str], ScriptLink] = {}
    for node in document.tree.css(_CONTROLS)[:_MOST]:
        label = _label(node)
        if not 2 <= len(label) <= _MAX_LABEL or _UTILITY.search(label):
            continue
        url = _address(document, node)
        if (url or _CHINESE.fullmatch(label)) and not _leads_by_itself(document, node):
            found.setdefault((url, label), ScriptLink(url, label))
    return list(found.values())


def pictures_by_script(document: Document) -> list[str]:
    """Addresses that pictures without a word open by script, as those of a slider do."""
    nodes = document.tree.css("[onclick]")[:_MOST]
    return [
        url
        for node in nodes
        if node.css_first("img") is not None and not _label(node) and (url := _address(document, node))
    ]


def _label(node: LexborNode) -> str:
    return "".join(fold("".join(first_pieces(node, 3))).split()) or fold(
        node.attributes.get("value") or node.attributes.get("title") or ""
    )


def _address(document: Document, node: LexborNode) -> str:
    for name in _ATTRIBUTES:
        value = (node.attributes.get(name) or "").strip()[:1_000]
        if not value or (name == "value" and node.tag != "option"):
            continue
        plain = name.startswith("data-") or name == "value"
        for text in [value] if plain else _QUOTED.findall(value):
            if _PAGE.match(text) and not _NO_PAGE.search(text):
                return document.absolute(text)
    return ""


def _leads_by_itself(document: Document, node: LexborNode) -> bool:
    """Whether the control is, or holds, an ordinary link, which is read as one."""
    if node.tag == "a":
        return bool(document.absolute(node.attributes.get("href") or ""))
    return node.css_first("a[href]") is not None and any(
        document.absolute(link.attributes.get("href") or "") for link in node.css("a[href]")[:3]
    )
