"""What stands at the bottom of every government page: badge, 找错 entry, site code, sponsor, contact, records, map."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from include.inspection.extract.bounds import bounded
from include.inspection.extract.dates import normalise
from include.inspection.extract.html import Document, Link, fold

_FOOTER = ", ".join(
    f"[{attribute}*={word} i]"
    for word in ("foot", "bottom", "copyright", "banquan")
    for attribute in ("class", "id")
)
_MAX_MARKED = 30
#: White space included, of which templates have much.
_MAX_FOOTER_TEXT = 8_000
_TAIL = 1_200
_TAIL_LINKS = 30
#: One word of a footer stands in articles too; two make a footer.
_FOOTERS_WORDS = 2
_FOOTER_WORDS = re.compile(r"版权所有|ICP|公网安备|标识码|(?:网站|站点)地图|Copyright|©", re.IGNORECASE)
#: Prose speaks of sponsors too: one word of the footer's stands no further from it than this.
_SPONSOR_WORD = re.compile(r"主\s?办")
_NEAR = 200
_MAX_LINKS = 400
_MAX_SCRIPT = 100_000

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼黔滇陇秦蜀"
_CODE = re.compile(r"标识(?:编)?码\s{0,3}[:：为]?\s{0,3}([A-Za-z]{0,2}\d{1,20})")
_ICP = re.compile(
    rf"([{_PROVINCES}])\s{{0,3}}ICP\s{{0,3}}备(?:案号)?\s{{0,3}}[:：]?\s{{0,3}}(\d{{5,10}})\s{{0,3}}号?(?:\s{{0,3}}-\s{{0,3}}(\d{{1,3}}))?",
    re.IGNORECASE,
)
_POLICE = re.compile(
    rf"[{_PROVINCES}]?\s{{0,3}}公(?:网安备|安(?:机关|部门)?(?:联网|网站)?备案(?:编?号|标识)?)\s{{0,3}}[:：]?\s{{0,3}}[{_PROVINCES}]?(?:公网安备)?\s{{0,3}}(\d{{6,20}})"
)
_POLICE_LINK = re.compile(
    r"(?:beian\.gov\.cn|beian\.mps\.gov\.cn)/.{0,120}?(?:recordcode|code)=(\d{6,20})", re.IGNORECASE
)
_SPONSOR = re.compile(
    r"主\s{0,4}办(?:\s{0,4}单\s{0,4}位|方|机关)?\s{0,3}[:：]\s{0,3}([^\s|｜:：,，;；。©]{2,50})"
)
_SPONSORED = re.compile(r"主办(?!单位|方|机关|[:：的了过])")
#: "由○○协会、○○联合主办" tells of an event.
_NO_SPONSOR = re.compile(r"(?<!自)由|(?:共同|联合)$")
_NAME_BEFORE = re.compile(r"([\u4e00-\u9fff]{4,40})\s{0,3}$")
_CONTACT = re.compile(
    r"(?:电\s{0,2}话|热\s{0,2}线|联系方式|联系我们|传\s{0,2}真|Tel)[^\d\n备]{0,12}"
    r"((?:\(?0\d{2,3}\)?[-\s]{0,3})?\d{7,8}|400[-\s]?\d{3}[-\s]?\d{4}|1[3-9]\d{9}|(?:0\d{2,3}[-\s]?)?12345)(?!\d)"
    r"|([A-Za-z0-9._-]{1,40}(?:@|#)[A-Za-z0-9-]{1,40}(?:\.[A-Za-z]{2,10}){1,3})",
    re.IGNORECASE,
)
_CONTACT_LINK = re.compile(r"联系(?:我们|方式|电话)")
_MAP_LINK = re.compile(r"(?:网站|站点|本站)地图|网站导览|网站导图|^\s*地图\s*$|site\s?map", re.IGNORECASE)
_REPORT_LINK = re.compile(
    r"(?:pucha\.kaipuyun\.cn|zfwzgl\.www\.gov\.cn|121\.43\.68\.40)/+exposure|/exposure/jiucuo|jiucuo(?:page)?\.(?:html?|js)",
    re.IGNORECASE,
)
_REPORT_TEXT = re.compile(r"(?:政府)?网站(?:找错|纠错)")
_REPORT_CODE = re.compile(
    r"(?:site_?code\s?[=:]\s?['\"]?|[?&]v=|Link\(\s?['\"])((?:bm)?\d{8,10})", re.IGNORECASE
)
_BADGE_LINK = re.compile(r"\bconac\.cn/", re.IGNORECASE)
_BADGE_TEXT = re.compile(r"党政机关(?:网站)?(?:标识)?|事业单位(?:网站)?标识")
_BADGE_IMAGE = re.compile(
    r"conac|dzjg|jgbs|zfwzbs|(?:^|/)(?:[a-z]{1,6}_)?(?:red|blue)\d?\.(?:png|gif|jpe?g)(?:$|\?)|党政机关|事业单位(?:网站)?标识",
    re.IGNORECASE,
)
_WRITES = re.compile(r"document\.write|innerHTML|\.(?:html|append|prepend|after|before)\(")
_ELSEWHERE = re.compile(r"foot|bottom|copyright|banquan|dibu", re.IGNORECASE)
#: A piece of the page that a publishing system keeps in a file of its own: 1708171610341487.js
_PIECE = re.compile(r"(?:^|/)(?:\d{8,}|[0-9a-f]{24,})\.js(?:$|\?)", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|vue|axios|superslide|share|qrcode|layer|baidu|cnzz|51\.la|stat(?:istics)?\b|count|hits|conac|jiucuo|polyfill",
    re.IGNORECASE,
)
_LOADED = re.compile(r"""(?:\.load|\$\.get|fetch|ajax)\s?\(\s?["']([^"'\s]{1,200})["']""")
_INCLUDE = re.compile(r"""<!--#include\s{1,4}(?:virtual|file)\s?=\s?["']([^"']{1,200})["']""")


class Found(StrEnum):
    FOOTER = "footer"  # in the footer, or at the page's end where no element is marked as footer
    PAGE = "page"  # on the page, above the footer
    SCRIPT = "script"  # a script writes it
    ABSENT = "absent"


@dataclass(frozen=True)
class FooterItem:
    """``value``: the number, name or address; ``seen``: the text or address it was found in."""

    found: Found = Found.ABSENT
    value: str = ""
    seen: str = ""

    @property
    def present(self) -> bool:
        return self.found is not Found.ABSENT


@dataclass(frozen=True)
class FooterItems:
    """The items of one page. ``code_matches``: site code against the register's (None: none shown or none given);
    ``elsewhere``: address of the frame, script or include that brings the footer. What is absent here may stand there."""

    badge: FooterItem
    report_entry: FooterItem
    site_code: FooterItem
    sponsor: FooterItem
    contact: FooterItem
    icp: FooterItem
    police: FooterItem
    site_map: FooterItem
    code_matches: bool | None
    report_code_matches: bool | None
    elsewhere: str

    def items(self) -> dict[str, FooterItem]:
        return {name: getattr(self, name) for name in LABELS}

    @property
    def missing(self) -> list[str]:
        return [name for name, item in self.items().items() if not item.present]


LABELS = {
    "badge": "党政机关网站标识",
    "report_entry": "我为政府网站找错",
    "site_code": "网站标识码",
    "sponsor": "主办单位",
    "contact": "联系方式",
    "icp": "ICP备案编号",
    "police": "公安机关备案标识",
    "site_map": "站点地图",
}

#: A link or image as (address, words).
_Pair = tuple[str, str]


@dataclass
class _Surface:
    """A stretch of the page to search."""

    found: Found
    text: str
    links: list[_Pair]
    images: list[_Pair]
    handlers: list[str]

    @cached_property
    def _addresses(self) -> str:
        return "\n".join(f"{url}\n{words}" for url, words in (*self.links, *self.images)).lower()

    def names(self, *parts: str) -> bool:
        """Whether an address or the words of a link or image hold one of the (lower-case) parts: else no pattern matches."""
        return any(part in self._addresses for part in parts)


def footer_items(document: Document, registered_code: str = "") -> FooterItems:
    """The eight items, each searched in the footer, then in the whole page, then in what scripts write."""
    # Of several that call themselves footer the last is the likeliest.
    marked = list(_footer_nodes(document.tree))[::-1]
    shown = _visible_text(marked)
    surfaces = _Surfaces(_surfaces(document, marked, shown))
    find = partial(_first, surfaces)
    code, report = find(_site_code), find(_report)
    if not report.present:
        report = _report_script(document)
    badge = find(_badge)
    if not badge.present:
        badge = _badge_script(document)
    return FooterItems(
        badge=badge,
        report_entry=report,
        site_code=code,
        sponsor=find(_sponsor),
        contact=find(_contact),
        icp=find(_icp),
        police=find(_police),
        site_map=find(partial(_link, words=_MAP_LINK)),
        code_matches=_matches(code.value, registered_code),
        report_code_matches=_matches(report.value, registered_code),
        elsewhere=_elsewhere(document)
        or _script_in_its_place(document, shown, empty=bool(marked) and not shown),
    )


@lru_cache(maxsize=64)  # the same scripts stand on every page of a site
def written_markup(text: str) -> str:
    """The markup that a script writes, its escapes undone; "" for a script that writes none."""
    if len(text) > _MAX_SCRIPT or not _WRITES.search(text):
        return ""
    if "%3C" in text or "%3c" in text:
        text = unquote(text)
    text = text.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
    return text if "<" in text else ""


def _matches(value: str, registered: str) -> bool | None:
    return value.lower() == registered.strip().lower() if value and registered.strip() else None


def _first(surfaces: Iterable[_Surface], look: Callable[[_Surface], tuple[str, str] | None]) -> FooterItem:
    for surface in surfaces:
        hit = look(surface)
        if hit:
            return FooterItem(surface.found, fold(hit[0])[:200], fold(hit[1])[:200])
    return FooterItem()


class _Surfaces:
    """The surfaces of a page, each made when it is first needed: most items stand in the footer."""

    def __init__(self, surfaces: Iterator[_Surface]) -> None:
        self._made: list[_Surface] = []
        self._rest = surfaces

    def __iter__(self) -> Iterator[_Surface]:
        yield from self._made
        for surface in self._rest:
            self._made.append(surface)
            yield surface


def _surfaces(document: Document, marked: Sequence[LexborNode], shown: str) -> Iterator[_Surface]:
    text = document.body_text
    body = document.tree.body
    known = {link.node.mem_id: link for link in document.links}
    if marked:
        yield _surface(Found.FOOTER, shown, marked, known)
    # What calls itself footer may be an article's (article-footer).
    if not marked or len(_words(shown)) < _FOOTERS_WORDS <= len(_words(_tail(text))):
        yield _surface(Found.FOOTER, _tail(text), [body] if body else [], known, _TAIL_LINKS)
    yield _surface(Found.PAGE, text, [body] if body else [], known)
    written = _written(document)
    if written:
        inner = LexborHTMLParser(bounded(written))
        root = inner.body
        if root:
            yield _surface(Found.SCRIPT, fold(root.text(deep=True, separator=" ")), [root], known)


def _written(document: Document) -> str:
    return "".join(filter(None, (written_markup(script) for _, script in document.scripts)))[:_MAX_SCRIPT]


def _tail(text: str) -> str:
    """The page's end from where it begins to speak as footers do: a short article's own telephone is none of it."""
    tail = text[-_TAIL:]
    match = _FOOTER_WORDS.search(tail)
    end = match.start() if match else len(tail)
    near = (said.start() for said in _SPONSOR_WORD.finditer(tail) if said.start() >= end - _NEAR)
    start = min(end, next(near, end))
    return tail[max(0, start - 40) :] if start < len(tail) else ""


def _words(text: str) -> set[str]:
    """The words by which a text is known as a footer."""
    return {word.lower() for word in _FOOTER_WORDS.findall(text)}


def _visible_text(nodes: Iterable[LexborNode]) -> str:
    """The text of footers without the scripts inside."""
    return fold(" ".join(piece for node in nodes for piece in _visible(node)))


def _visible(node: LexborNode) -> Iterator[str]:
    skipped: LexborNode | None = None
    for piece in node.traverse(include_text=True):
        if skipped is not None:
            parent = piece.parent
            if parent is not None and parent.mem_id == skipped.mem_id:
                continue
            skipped = None
        if piece.tag in ("script", "style", "noscript", "template"):
            skipped = piece
        elif piece.is_text_node:
            yield piece.text(deep=False) or ""


def _surface(
    found: Found, text: str, nodes: Iterable[LexborNode], known: Mapping[int, Link], last: int = _MAX_LINKS
) -> _Surface:
    links: list[_Pair] = []
    images: list[_Pair] = []
    handlers: list[str] = []
    for node in nodes:
        for element in node.css("a[href], area[href]")[-last:]:
            link = known.get(element.mem_id)
            if link:
                links.append((link.url, link.label[:200]))
            else:
                links.append(
                    ((element.attributes.get("href") or "")[:500], (element.text(deep=True) or "")[:200])
                )
        for element in node.css("img")[-last:]:
            attributes = element.attributes
            words = " ".join(attributes.get(name) or "" for name in ("alt", "title", "id"))
            images.append((attributes.get("src") or "", words[:200]))
        handlers += [
            (element.attributes.get("onclick") or "")[:300] for element in node.css("[onclick]")[-last:]
        ]
    return _Surface(found, normalise(text), links, images, handlers)


def _footer_nodes(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Outermost elements that call themselves footer and are short enough to be one."""
    taken: set[int] = set()
    for node in [*tree.css("footer")[:4], *tree.css(_FOOTER)[-_MAX_MARKED:]]:
        if node.tag in ("script", "link", "style", "body", "html", "img", "input"):
            continue
        if node.mem_id in taken or _within(node, taken):
            continue
        # One that holds half the page is a wrapper; the footer proper may lie in it.
        if len(node.text(deep=True) or "") <= _MAX_FOOTER_TEXT:
            taken.add(node.mem_id)
            yield node


def _within(node: LexborNode, taken: set[int]) -> bool:
    parent = node.parent
    for _ in range(40):
        if parent is None:
            return False
        if parent.mem_id in taken:
            return True
        parent = parent.parent
    return False


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 10) : match.end() + 20]


def _site_code(surface: _Surface) -> tuple[str, str] | None:
    match = _CODE.search(surface.text)
    return (match[1], _around(surface.text, match)) if match else None


def _sponsor(surface: _Surface) -> tuple[str, str] | None:
    match = _SPONSOR.search(surface.text)
    if match:
        return match[1], _around(surface.text, match)
    # Of several the last stands nearest to the page's end.
    for said in list(_SPONSORED.finditer(surface.text) if surface.found is not Found.PAGE else ())[::-1]:
        name = _NAME_BEFORE.search(surface.text[max(0, said.start() - 44) : said.start()])
        if name and not _NO_SPONSOR.search(name[1]):
            return name[1], name[0] + "主办"
    return None


def _contact(surface: _Surface) -> tuple[str, str] | None:
    # Above the footer any telephone of any notice would do; there only a link to the contact page counts.
    match = _CONTACT.search(surface.text) if surface.found is not Found.PAGE else None
    if match:
        return match[1] or match[2], _around(surface.text, match)
    return _link(surface, _CONTACT_LINK)


def _icp(surface: _Surface) -> tuple[str, str] | None:
    match = _ICP.search(surface.text)
    if not match:
        return None
    return f"{match[1]}ICP备{match[2]}号{f'-{match[3]}' if match[3] else ''}", _around(surface.text, match)


def _police(surface: _Surface) -> tuple[str, str] | None:
    match = _POLICE.search(surface.text)
    if match:
        return match[1], _around(surface.text, match)
    for url, _ in surface.links if surface.names("beian") else ():
        linked = _POLICE_LINK.search(url)
        if linked:
            return linked[1], url
    return None


def _link(surface: _Surface, words: re.Pattern[str]) -> tuple[str, str] | None:
    return next(((url, text) for url, text in surface.links if words.search(text)), None)


def _report(surface: _Surface) -> tuple[str, str] | None:
    if not surface.names("exposure", "jiucuo", "找错", "纠错"):
        return None
    for url, text in surface.links:
        if _REPORT_LINK.search(url) or _REPORT_TEXT.search(text):
            code = _REPORT_CODE.search(url)
            return (code[1] if code else ""), url
    for url, words in surface.images:
        if "jiucuo" in url.lower() or _REPORT_TEXT.search(words):
            code = _REPORT_CODE.search(url) or next(
                filter(None, map(_REPORT_CODE.search, surface.handlers)), None
            )
            return (code[1] if code else ""), url or words
    return None


def _report_script(document: Document) -> FooterItem:
    node = document.tree.css_first("script#_jiucuo_, script[sitecode]")
    if node:
        attributes = node.attributes
        return FooterItem(
            Found.SCRIPT, (attributes.get("sitecode") or "").strip()[:40], (attributes.get("src") or "")[:200]
        )
    for node in document.tree.css("[data-setting][class*=jiucuo i], [data-setting][class*=find-wrong i]")[
        :20
    ]:
        setting = (node.attributes.get("data-setting") or "")[:300]
        if code := _REPORT_CODE.search(setting):
            return FooterItem(Found.SCRIPT, code[1], setting[:200])
    for source, text in document.scripts:
        found = _report_in(source or text)
        if found:
            return FooterItem(Found.SCRIPT, found[0], source[:200] or found[1])
    return FooterItem()


@lru_cache(maxsize=64)
def _report_in(text: str) -> tuple[str, str] | None:
    """(site code, address) of the 找错 entry that a script's address or text names."""
    match = _REPORT_LINK.search(text[:_MAX_SCRIPT])
    if match is None:
        return None
    code = _REPORT_CODE.search(text[:_MAX_SCRIPT])
    return (code[1] if code else ""), match[0]


def _badge(surface: _Surface) -> tuple[str, str] | None:
    for url, _ in surface.links if surface.names("conac.cn") else ():
        if _BADGE_LINK.search(url):
            return url, url
    if surface.found is Found.PAGE:
        return None
    for url, words in surface.links:
        if _BADGE_TEXT.fullmatch(words.strip()):
            return "", url
    for url, words in surface.images:
        if _BADGE_IMAGE.search(url[-200:]) or _BADGE_IMAGE.search(words):
            return "", url or words
    return None


def _badge_script(document: Document) -> FooterItem:
    for node in document.tree.css("[data-setting][class*=j-gov i], [data-setting][class*=gov-mark i]")[:20]:
        setting = (node.attributes.get("data-setting") or "")[:200]
        if "sitecode" in setting.lower():
            return FooterItem(Found.SCRIPT, "", setting)
    for source, text in document.scripts:
        place = source or text[:_MAX_SCRIPT]
        if "conac.cn" in place:
            at = place.index("conac.cn")
            return FooterItem(Found.SCRIPT, "", place[max(0, at - 20) : at + 120])
    return FooterItem()


def _elsewhere(document: Document) -> str:
    """Frames, scripts and includes by which a template brings its footer from another address."""
    for node in document.tree.css("iframe[src], script[src], object[data], embed[src]")[:200]:
        attributes = node.attributes
        source = attributes.get("src") or attributes.get("data") or ""
        if _ELSEWHERE.search(source[:500].partition("?")[0].rpartition("/")[2]):
            return source[:300]
    for _, text in document.scripts:
        for match in _LOADED.finditer(text[:_MAX_SCRIPT]):
            if _ELSEWHERE.search(match[1]):
                return match[1]
    for match in _INCLUDE.finditer(document.markup) if "<!--#include" in document.markup else ():
        if _ELSEWHERE.search(match[1]):
            return match[1]
    return ""


def _script_in_its_place(document: Document, shown: str, *, empty: bool) -> str:
    """The script that may write the footer, where the page does not end as pages with a footer do.

    ``shown``: the text of what is named a footer; where that is ``empty``, scripts of the head may fill it too.
    """
    words = _words(shown) | _words(_tail(document.body_text))
    if len(words) < _FOOTERS_WORDS:
        words |= _words(_written(document))
    place = document.tree if empty else document.tree.body
    if len(words) >= _FOOTERS_WORDS or place is None:
        return ""
    sources = [(node.attributes.get("src") or "")[:300] for node in place.css("script[src]")[:200]]
    pieces = [source for source in sources if _PIECE.search(source)]
    others = [source for source in sources if not words and not _LIBRARY.search(source)]
    return (pieces or others or [""])[-1]
