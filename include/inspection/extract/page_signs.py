"""Signs on a page that a person then looks at: advertising, tampering, a missing leaving prompt, logins, old techniques."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import ahocorasick_rs

from include.inspection.config import ConfigFile
from include.inspection.extract.domain import host_of, is_government, is_loopback, registrable
from include.inspection.extract.hidden_links import standard_words
from include.inspection.extract.html import Document, fold
from include.inspection.extract.rows import first_pieces

SIGNS_FILE = Path(__file__).resolve().parents[2] / "rules" / "page-signs.yaml"

_WORDS = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 2}}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["advertising", "leaving", "own_marks", "outdated", "other_browsers", "defaced"],
    "additionalProperties": False,
    "properties": {
        "advertising": {
            "type": "object",
            "required": ["hosts", "words"],
            "additionalProperties": False,
            "properties": {"hosts": _WORDS, "words": _WORDS},
        },
        "leaving": _WORDS,
        "own_marks": _WORDS,
        "outdated": _WORDS,
        "other_browsers": _WORDS,
        "defaced": _WORDS,
    },
}
_MAX_FOUND = 20
_SENTENCE = 60
_SENTENCE_END = re.compile(r"[。；！\n]|</(?:p|div|td|li)>")
_MAX_SCRIPT = 60_000
#: Sends visitors that come from a search engine somewhere else.
_BY_SEARCH = re.compile(
    r"document\.referrer[^;]{0,200}(?:baidu|sogou|so\.com|google|bing|360)|(?:baidu|sogou|google)[^;]{0,120}document\.referrer",
    re.IGNORECASE,
)
_SENDS_AWAY = re.compile(r"location(?:\.href)?\s?=|location\.replace\(|document\.write", re.IGNORECASE)
#: A title spelled in character references by a script, as planted ones are.
_TITLE_SET = re.compile(r"document\.title\s?=\s?[\"'](?:&#|\\u|\\x)", re.IGNORECASE)
#: A line that stands by itself; a longer one is a sentence.
_MAX_LINE = 60
_MAX_PIECES = 2_000
#: What comes before the words where they are quoted, or part of a sentence.
_SAID = re.compile(r"(?:[A-Za-z,]|[“”‘’\"'「『《〈])\s?$")
_LOGIN = re.compile(r"^(?:用户|个人|法人|统一|请|立即|会员)?(?:登录|登陆)(?:/注册|\|注册|\s?注册)?$")
Leaving = Literal["prompt", "none", "unknown", "no_links"]


@dataclass(frozen=True)
class PageSigns:
    """``leaving``: whether a prompt was seen where the page leads to other sites; ``unknown`` where a script of another
    file may hold it; ``foreign``: words and addresses of the links that lead there. ``logins``: host and path of every login entry. The others are what was seen, in Chinese."""

    adverts: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    leaving: Leaving = "no_links"
    foreign: tuple[str, ...] = ()


class _Signs:
    def __init__(self, path: Path = SIGNS_FILE) -> None:
        data = ConfigFile(path, _SCHEMA).data
        groups = {
            "host": data["advertising"]["hosts"],
            "word": data["advertising"]["words"],
            "leaving": data["leaving"],
            "outdated": data["outdated"],
        }
        self.defaced = re.compile("|".join(re.escape(fold(word)) for word in data["defaced"]), re.IGNORECASE)
        self._found = [(group, word) for group, words in groups.items() for word in words]
        self.other_browsers = re.compile("|".join(map(re.escape, data["other_browsers"])), re.IGNORECASE)
        self.own_marks = frozenset(data["own_marks"])
        self._automaton = ahocorasick_rs.AhoCorasick([word.lower() for _, word in self._found])

    def find(self, text: str) -> dict[str, list[str]]:
        """Words of the file in ``text`` by group, each once."""
        found: dict[str, list[str]] = {}
        for index in {hit[0] for hit in self._automaton.find_matches_as_indexes(text.lower())}:
            group, word = self._found[index]
            found.setdefault(group, []).append(word)
        return {group: sorted(words) for group, words in found.items()}


@lru_cache(maxsize=1)
def _signs() -> _Signs:
    return _Signs()


def page_signs(document: Document, *, home: bool = True) -> PageSigns:
    """The signs of one page; the leaving prompt is looked for on a home page."""
    found = _signs().find(document.markup)
    own = registrable(host_of(document.url))
    foreign = _foreign(document, own) if home else ()
    return PageSigns(
        adverts=tuple(_adverts(document, found)),
        tampering=tuple(_tampering(document, own)),
        outdated=tuple(
            f"页面含“{word}”"
            for word in found.get("outdated", ())
            if not _one_of_several(document.markup, word)
        ),
        logins=tuple(_logins(document)),
        leaving=_leaving(document, bool(found.get("leaving"))) if foreign else "no_links",
        foreign=foreign,
    )


def _one_of_several(markup: str, word: str) -> bool:
    """Whether a word that asks for IE names other browsers too, wherever it stands on the page."""
    if "IE" not in word:
        return False
    text = markup.lower()
    places = list(islice(re.finditer(re.escape(word.lower()), text), _MAX_FOUND))
    sentences = (_SENTENCE_END.split(text[place.end() : place.end() + _SENTENCE])[0] for place in places)
    return bool(places) and all(_signs().other_browsers.search(sentence) for sentence in sentences)


def _adverts(document: Document, found: dict[str, list[str]]) -> list[str]:
    """Hosts count where a script, frame, picture or link leads to them; words where a link or picture bears them."""
    signs = []
    hosts = found.get("host", ())
    if hosts:
        for node in document.tree.css("script[src], iframe[src], img[src], a[href]")[:5_000]:
            attributes = node.attributes
            host = host_of(document.absolute(attributes.get("src") or attributes.get("href") or ""))
            hit = next((item for item in hosts if host == item or host.endswith(f".{item}")), None)
            if hit and f"引用广告投放地址 {host}" not in signs:
                signs.append(f"引用广告投放地址 {host}")
    words = found.get("word", ())
    if words:
        for link in document.links:
            hit = next((word for word in words if word in link.label), None)
            if hit:
                signs.append(f"链接“{link.label[:30]}”")
    return signs[:_MAX_FOUND]


def _tampering(document: Document, own: str) -> list[str]:
    signs = _defaced(document)
    for where, text in (
        ("标题", document.title),
        ("关键词标签", document.meta.get("keywords", "")),
        ("描述标签", document.meta.get("description", "")),
    ):
        hit = standard_words().find(text[:500]) if text else None
        if hit and hit[1] in ("gambling", "adult"):
            signs.append(f"页面{where}含“{hit[0]}”：{fold(text)[:40]}")
    for source, text in document.scripts:
        part = text[:_MAX_SCRIPT] if not source else ""
        if "referrer" in part and _BY_SEARCH.search(part) and _SENDS_AWAY.search(part):
            signs.append("脚本按搜索引擎来路改变页面去向")
        if "document.title" in part and _TITLE_SET.search(part):
            signs.append("脚本以编码文字改写页面标题")
    for node in document.tree.css("iframe[width='0'], iframe[height='0'], iframe[width='1'][height='1']")[:5]:
        host = host_of(document.absolute(node.attributes.get("src") or ""))
        if host and registrable(host) != own and not is_government(host):
            signs.append(f"尺寸为零的框架引入站外地址 {host}")
    return list(dict.fromkeys(signs))[:_MAX_FOUND]


def _defaced(document: Document) -> list[str]:
    """Where somebody signed the page as broken into."""
    defaced = _signs().defaced
    texts = [document.title, document.meta.get("description", "")]
    texts += [link.label for link in document.links]
    if defaced.search(document.body_text) and document.tree.body is not None:
        headings = document.tree.css("h1, h2, h3")[:200]
        texts += [node.text(deep=True) or "" for node in headings]
        texts += [text for text in first_pieces(document.tree.body, _MAX_PIECES) if len(text) <= _MAX_LINE]
    found = []
    for text in texts:
        line = fold(text[:500])
        hit = defaced.search(line)
        if hit and not _SAID.search(line[: hit.start()]):
            # The name of the site may follow in a title: one signature on list and page is one.
            signed = re.split(r"[_|]|\s[-–—]+\s", line[hit.start() :])[0]
            found.append(f"页面上写有“{fold(signed)[:40]}”")
    return found


def _logins(document: Document) -> list[str]:
    found = {}
    for link in document.links:
        if len(link.label) <= 10 and _LOGIN.match(link.label.replace(" ", "")):
            parts = urlsplit(link.url)
            found[f"{parts.netloc}{parts.path}"] = True
    return list(found)[:_MAX_FOUND]


def _foreign(document: Document, own: str) -> tuple[str, ...]:
    """The links to sites that are not the government's, by their words and address, one a host."""
    found: dict[str, str] = {}
    for link in document.links:
        host = host_of(link.url)
        if host not in found and _leaves(host, own):
            found[host] = f"“{link.label[:30]}” {link.url[:120]}" if link.label else link.url[:120]
            if len(found) == _MAX_FOUND:
                break
    return tuple(found.values())


def _leaving(document: Document, prompt: bool) -> Leaving:
    if prompt:
        return "prompt"
    services = standard_words().service_scripts
    files = [source for source, _ in document.scripts if source]
    # A script of an outside service leaves the page's links as they are.
    return "unknown" if any(all(part not in file for part in services) for file in files) else "none"


def _leaves(host: str, own: str) -> bool:
    if not host or is_government(host) or is_loopback(host) or registrable(host) == own:
        return False
    return not any(host == mark or host.endswith(f".{mark}") for mark in _signs().own_marks)
