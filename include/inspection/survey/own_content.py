"""What a section's page without entries shows all the same: a page with a picture or a file on it is not blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from include.inspection.extract.html import Document
from include.inspection.extract.rows import first_pieces

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|mp4|mp3)(?:$|[?#])", re.IGNORECASE)
_MEDIA = "video, audio, object, embed, canvas, svg"
_FIELDS = "input, select, textarea, button"
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_FEWEST_WORDS = 8
_NUMBER = re.compile(r"\d{5}")
#: On a page that need not be a list the shortest word, a telephone or a link of its own is content.
_ANY_WORD = re.compile(r"[\u4e00-\u9fff]{2}|\d{5}|[A-Za-z]{4}")
#: A line with a day on it is an entry, however short its title.
_DATED = re.compile(r"[\u4e00-\u9fff]{3}.*(?:19|20)\d\d\s?[-年./]\s?\d{1,2}")
#: Pagers, breadcrumbs and counters are no content.
_FRAME = re.compile(
    r"[上下前后]一?页|首页|尾页|末页|每页|第\s?页|共\s{0,2}\d|当前位置|所在位置|您现在的位置|今天是|点击(?:量|数|次|率|\s?[:：])|浏览|访问|版权|主办"
)
#: What a list's section says of itself, above its entries or in place of them.
_DESCRIPTION = re.compile(
    r"[本该此]栏目(?:主要|用于|旨在|将|及时){0,2}(?:发布|公开|公布|刊登|登载|提供|展示)[^，。；！请见查点]{2,60}[。！]?"
)
_COMPARED = 8
#: What is found last: a page on which this is all holds no picture, file, link or field of its own.
TEXT = "文字"
_MAX_NODES = 400
_MAX_PIECES = 600


def own_content(document: Document, name: str, others: Sequence[Document], *, anything: bool = False) -> str:
    """What stands on this page and not on ``others``, in Chinese: a recording, file, picture or text, text last; "" for
    nothing.

    ``name`` is the section's: what repeats it is its heading. Compared are those of ``others`` that share the most links, as
    the pages of one channel do. With ``anything`` also the shortest text, a link or a field of a form counts.
    """
    own = {link.url for link in document.links}
    alike = sorted(others, key=lambda other: -len(own & {link.url for link in other.links}))
    compared = alike[:_COMPARED]
    return next(_found(document, name, compared, anything), "")


def _found(document: Document, name: str, others: Sequence[Document], anything: bool) -> Iterator[str]:
    if document.tree.css_first(_MEDIA) is not None:
        yield "音视频或嵌入的文件"
    for node in document.tree.css("a[href]")[:_MAX_NODES]:
        address = (node.attributes.get("href") or "")[:500]
        if _FILE.search(address) and not any(address in other.markup for other in others):
            yield "文件"
    elsewhere = [_pictures(other) for other in others]
    for address, number in _pictures(document).items():
        # The picture of the frame may stand on a page once more, as its content.
        if all(number > other[address] for other in elsewhere):
            yield "图片"
    if anything and _has_links_or_fields(document, others):
        yield "链接或表单"
    texts = [re.sub(r"\d+", "", other.body_text) for other in others]
    labels = {link.text for link in document.links}
    body = document.tree.body
    for piece in first_pieces(body, _MAX_PIECES) if body is not None else ():
        if name in piece or _FRAME.search(piece) or (not anything and _DESCRIPTION.fullmatch(piece)):
            continue
        on = sum(re.sub(r"\d+", "", piece) in other for other in texts)
        sentence = len(_WORDS.findall(piece)) >= _FEWEST_WORDS and piece not in labels
        # A sentence on a few pages is what these say (请到政务服务网办理), on most it is the frame.
        if (
            (sentence and on * 2 < max(len(texts), 1))
            or ((_ANY_WORD if anything else _DATED).search(piece) and not on)
            or (anything and _NUMBER.search(piece) and not any(piece in other.body_text for other in others))
        ):
            yield TEXT


def _pictures(document: Document) -> Counter[str]:
    nodes = document.tree.css("img[src]")[:_MAX_NODES]
    return Counter(address for node in nodes if (address := (node.attributes.get("src") or "")[:500]))


def _has_links_or_fields(document: Document, others: Sequence[Document]) -> bool:
    """Whether the page has a link that no other has, or more links, fields or pictures in styles than the barest of them."""
    known = {link.url for other in others for link in other.links} | {document.url}
    if any(link.url not in known for link in document.links):
        return True
    counts = [
        (len({link.url for link in one.links}), len(one.tree.css(_FIELDS)), one.markup.count("url("))
        for one in (document, *others)
    ]
    return any(own > min(other) for own, *other in zip(*counts, strict=True))
