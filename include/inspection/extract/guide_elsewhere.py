"""Where what a guide's page lacks may stand all the same: in what a script brings, in files, frames, pictures, behind links."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborNode

from include.inspection.extract.data_lists import (
    brings_news,
    fills_a_gap,
    possible_fillers,
    renders_by_template,
)
from include.inspection.extract.frames import frames
from include.inspection.extract.guide_words import labels_of
from include.inspection.extract.guides import Guide
from include.inspection.extract.html import Document, fold

_MAX_PICTURES = 500
_BY_ADDRESS = "[data-url], [data-src], [data-api], [data-href]"
_WHOLE_GUIDE = re.compile(r"指南|须知|手册|规程|规范|告知|流程")
_DOCUMENT_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)$", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_GUIDE_PICTURE = re.compile(r"指南|流程|须知|zhinan|bszn|liucheng|lct", re.IGNORECASE)
#: A short text that sends its reader elsewhere is no whole guide.
_REFERS = re.compile(
    r"详见|附件|点击|登录|登陆|扫|二维码|下载|网上办|网办|在线|服务网|APP|小程序|公众号|链接|网址|www|http|下放|取消|停止|暂停|移交|划转|见[上下]?[图表文]|建设中|更新中",
    re.IGNORECASE,
)
_OF_FRAME = re.compile(r"上一|下一|打印|关闭|返回|分享|收藏|首页|^$")
_ICON = re.compile(
    r"icon|ico\b|logo|dot|line|arrow|\bbg|qr|ewm|erweima|code|print|share|weixin|weibo|close|blank|space|banner|/images?/[a-z]{1,3}\d?\.|^data:",
    re.IGNORECASE,
)
_SMALL = {str(size) for size in range(64)}


def parts_by_script(document: Document, guide: Guide, idle: frozenset[str]) -> bool:
    """Whether a script may bring the parts that the markup does not hold; ``idle``: scripts that bring nothing."""
    if renders_by_template(document) or fills_a_gap(document, idle):
        return True
    for node in document.tree.css(_BY_ADDRESS)[:200]:
        text = fold(node.text(deep=True)[:100])
        if labels_of(text)[0]:
            return True
    return guide.present <= {"事项名称"} and bool(possible_fillers(document) - idle)


def leads_on(document: Document, around: Document | None, guide: Guide) -> bool:
    """Whether a page that is hardly more than a paragraph refers to something else: a link, file or picture of its own."""
    if _REFERS.search(guide.text):
        return True
    known = {link.url for link in around.links} if around else set()
    if any(
        link.url not in known and link.url != document.url and not _OF_FRAME.search(link.label)
        for link in document.links
    ):
        return True
    return bool(_own_pictures(document, around))


def pictured(document: Document, around: Document | None) -> bool:
    """Whether a picture of the guide's own, no icon, may show a part of it."""
    return len(_own_pictures(document, around)) > 0


def _own_pictures(document: Document, around: Document | None) -> list[str]:
    """The pictures that stand once on the page, not on the one beside it, and lead nowhere."""
    counted = Counter(
        address
        for node in document.tree.css("img[src]")[:_MAX_PICTURES]
        if (address := (node.attributes.get("src") or "")[:500])
        and not _is_link(node)
        and (
            (alternative := (node.attributes.get("alt") or "")[:60]).endswith("图")
            or not labels_of(alternative)[0]
        )
        and not _ICON.search(address)
        and not any(
            (node.attributes.get(side) or "").strip().removesuffix("px") in _SMALL
            for side in ("width", "height")
        )
    )
    beside = around.markup if around else ""
    return [address for address, number in counted.items() if number == 1 and address not in beside]


def _is_link(picture: LexborNode) -> bool:
    around = picture.parent
    return (
        around is not None
        and around.tag == "a"
        and not _PICTURE_FILE.search(around.attributes.get("href") or "")
    )


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
    attributes = picture.attributes
    if _is_link(picture):
        return False
    return bool(_GUIDE_PICTURE.search(f"{attributes.get('alt') or ''} {attributes.get('src') or ''}"[:500]))
