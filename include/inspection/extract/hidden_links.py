"""Hidden links (暗链): hidden AND foreign AND (words of the trade, or many in one block that nothing on the page opens)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import ahocorasick_rs
from selectolax.lexbor import LexborHTMLParser, LexborNode

from include.inspection.config import ConfigFile
from include.inspection.extract.bounds import bounded
from include.inspection.extract.domain import host_of, is_government, registrable
from include.inspection.extract.footer_places import written_markup
from include.inspection.extract.hiding import BY_SHEET, Hiding
from include.inspection.extract.html import MAX_LINKS, Document, fold
from include.inspection.extract.opening import Openers
from include.inspection.extract.page_links import dom_path

WORDS_FILE = Path(__file__).resolve().parents[2] / "rules" / "hidden-link-words.yaml"

_TEXT = {"type": "string", "minLength": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["many", "words", "harmless", "services", "service_scripts"],
    "additionalProperties": False,
    "properties": {
        "many": {"type": "integer", "minimum": 2},
        "words": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["word", "trade", "source"],
                "additionalProperties": False,
                "properties": {
                    "word": {"type": "string", "minLength": 2},
                    "trade": {"enum": ["gambling", "adult", "medical", "loan", "seo"]},
                    "source": _TEXT,
                    "verified": {"type": "boolean"},
                },
            },
        },
        "harmless": {"type": "array", "items": _TEXT},
        "service_scripts": {"type": "array", "items": _TEXT},
        "services": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["domain", "what"],
                "additionalProperties": False,
                "properties": {"domain": _TEXT, "what": _TEXT},
            },
        },
    },
}
TRADES = {"gambling": "赌博", "adult": "色情", "medical": "医疗广告", "loan": "贷款", "seo": "搜索排名交易"}
#: One such word is enough; the other trades have honest namesakes.
_UNMISTAKABLE = ("gambling", "adult")

_MAX_FOUND = 200
#: Hidden by these, a block is often opened by a click or by hovering; by the others no menu is ever hidden.
_OPENABLE = ("display:none", "visibility:hidden", "hidden", "脚本设 display:none", "脚本设 visibility:hidden")
_MENU_TAGS = frozenset(
    ("ul", "ol", "li", "dl", "dd", "table", "tr", "td", "select", "form", "nav", "template")
)


@dataclass(frozen=True)
class HiddenLink:
    """``hidden_by``: the way it is hidden; ``why``: the word with its trade, or the number in the block, in Chinese;
    ``path``: the element's way in the page."""

    url: str
    text: str
    level: Literal["certain", "suspected"]
    hidden_by: str
    why: str
    path: str


class HiddenLinkWords:
    """The words, harmless contexts and services of a data file. Raises ConfigError where the file does not hold."""

    def __init__(self, path: Path = WORDS_FILE) -> None:
        file = ConfigFile(path, _SCHEMA)
        words = file.data["words"]
        self.many: int = file.data["many"]
        self._trades = [(item["word"], item["trade"]) for item in words]
        self._words = ahocorasick_rs.AhoCorasick([item["word"].lower() for item in words])
        self._harmless = tuple(file.data["harmless"])
        self.services = frozenset(item["domain"] for item in file.data["services"])
        self.service_scripts = tuple(file.data["service_scripts"])

    def find(self, text: str) -> tuple[str, str] | None:
        """(word, trade) of the first word in the text, unmistakable ones first; None in harmless company."""
        hits = self._words.find_matches_as_indexes(text.lower())
        if not hits or any(word in text for word in self._harmless):
            return None
        found = [self._trades[index] for index, _, _ in hits]
        return next((item for item in found if item[1] in _UNMISTAKABLE), found[0])


@lru_cache(maxsize=4)
def standard_words() -> HiddenLinkWords:
    return HiddenLinkWords()


def hidden_links(
    document: Document, site_hosts: Sequence[str] = (), words: HiddenLinkWords | None = None
) -> list[HiddenLink]:
    """The page's hidden foreign links, at most 200, in the page's order."""
    words = words or standard_words()
    own = {registrable(host_of(host)) for host in (*site_hosts, document.url)}
    found = list(_of_tree(document.tree, document, own, words, ""))
    # What scripts write, read as a page of its own.
    for script in document.tree.css("script")[:400]:
        written = written_markup(script.text(deep=True) or "") if not script.attributes.get("src") else ""
        if "href" in written:
            found += _of_tree(
                LexborHTMLParser(bounded(written)), document, own, words, f"{dom_path(script)}（脚本写入）"
            )
    return found[:_MAX_FOUND]


@dataclass(frozen=True)
class _Candidate:
    url: str
    text: str
    node: LexborNode
    block: LexborNode
    hidden_by: str


def _of_tree(
    tree: LexborHTMLParser, document: Document, own: set[str], words: HiddenLinkWords, prefix: str
) -> Iterator[HiddenLink]:
    styles: Hiding | None = None
    blocks: dict[int, list[_Candidate]] = defaultdict(list)
    for node, url in _anchors(tree, document):
        if not _is_foreign(url, own, words):
            continue
        styles = styles or Hiding(tree)
        hidden = styles.hiding(node)
        if hidden:
            block, by = hidden
            text = fold(f"{node.text(deep=True) or ''} {node.attributes.get('title') or ''}")[:200]
            blocks[block.mem_id].append(_Candidate(url, text, node, block, by))
    for candidates in blocks.values():
        yield from _judge(candidates, words, prefix, tree)


def _anchors(tree: LexborHTMLParser, document: Document) -> Iterator[tuple[LexborNode, str]]:
    if tree is document.tree:
        yield from ((link.node, link.url) for link in document.links)
        return
    for node in tree.css("a[href], area[href]")[:MAX_LINKS]:
        url = document.absolute(node.attributes.get("href") or "")
        if url:
            yield node, url


def _is_foreign(url: str, own: set[str], words: HiddenLinkWords) -> bool:
    host = host_of(url)
    name = registrable(host)
    return bool(host) and name not in own and not is_government(host) and name not in words.services


def _judge(
    candidates: list[_Candidate], words: HiddenLinkWords, prefix: str, tree: LexborHTMLParser
) -> Iterator[HiddenLink]:
    hits = [words.find(f"{candidate.text} {candidate.url}") for candidate in candidates]
    worded = sum(hit is not None for hit in hits)
    planted = not _is_opened(candidates[0]) or _is_never_opened(candidates, words, tree)
    many = planted and len(candidates) >= words.many
    tainted = planted and any(hit is not None and hit[1] in _UNMISTAKABLE for hit in hits)
    for candidate, hit in zip(candidates, hits, strict=True):
        if hit:
            certain = tainted or hit[1] in _UNMISTAKABLE or worded > 1
            why = f"含{TRADES[hit[1]]}用语“{hit[0]}”"
        elif tainted:
            certain, why = True, "与含赌博、色情用语的链接同在一个隐藏区域"
        elif many:
            certain, why = False, f"同一隐藏区域内有 {len(candidates)} 个站外链接"
        else:
            continue
        path = dom_path(candidate.node)
        yield HiddenLink(
            candidate.url,
            candidate.text,
            "certain" if certain else "suspected",
            candidate.hidden_by,
            why,
            f"{prefix} {path}".strip(),
        )


def _is_opened(candidate: _Candidate) -> bool:
    """Menus, tabs and lists of friendly sites are hidden until somebody points at them: they have a name to open them by,
    or are of the kind that menus are made of."""
    if candidate.hidden_by.startswith(BY_SHEET):
        return True
    if candidate.hidden_by not in _OPENABLE:
        return False
    block = candidate.block
    attributes = block.attributes
    if attributes.get("id") or attributes.get("class") or block.tag in _MENU_TAGS:
        return True
    # One of several like elements is the page of a tab; a block of its own, right in the body, is none.
    parent = block.parent
    return parent is not None and parent.tag != "body" and _has_like(block)


def _is_never_opened(candidates: list[_Candidate], words: HiddenLinkWords, tree: LexborHTMLParser) -> bool:
    """Whether a block looks like a menu or tab, but leads to many sites and nothing on the page can open it."""
    if len({host_of(candidate.url) for candidate in candidates}) < words.many:
        return False
    by_sheet = candidates[0].hidden_by.startswith(BY_SHEET)
    return not Openers(tree, words.service_scripts).may_open(candidates[0].block, by_sheet=by_sheet)


def _has_like(node: LexborNode) -> bool:
    """Whether an element of the same kind stands beside it."""
    before, after = node.prev, node.next
    for _ in range(50):
        if (before is not None and before.tag == node.tag) or (after is not None and after.tag == node.tag):
            return True
        before = before.prev if before is not None else None
        after = after.next if after is not None else None
    return False
