"""Which elements of a page a reader cannot see: by attribute, by the page's own style sheets, by its scripts."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from include.inspection.extract.footer_places import written_markup

#: A style sheet can show again, on hovering, whatever it hides.
BY_SHEET = "样式表 "
_MAX_STYLE = 200_000
_MAX_DEPTH = 60
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,3000})\}")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]{0,9})?([#.])([A-Za-z_][\w-]{0,60})", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.{0,2000}?\*/", re.DOTALL)
_DECLARATION = re.compile(r"([a-z-]{2,30})\s{0,9}:\s{0,9}([^;{}]{1,200})")
_PIXELS = re.compile(r"^([+-]?\d{1,7}(?:\.\d{1,4})?)(?:px|em|rem|pt|%)?$")
_FAR = -150.0
_TINY = 1.0
_BY_ID = re.compile(
    r"""getElementById\(\s{0,3}["']([\w-]{1,60})["']\s{0,3}\)\.style\.(display|visibility)\s{0,3}=\s{0,3}["'](none|hidden)"""
)
_STYLED = re.compile(r"<(div|span|marquee|p|ul|table|style)\b([^>]{0,400})>", re.IGNORECASE)
_STYLE_ATTRIBUTE = re.compile(r"""style\s{0,3}=\s{0,3}["']([^"']{1,400})["']""", re.IGNORECASE)
_SHARE = re.compile(r"share|bdshare|jiathis|wechat|weixin", re.IGNORECASE)


class Hiding:
    """What of a page is hidden, by attribute, by the page's own style sheets and by its scripts."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._rules: dict[str, str] = {}
        self._inside: dict[int, str] = {}
        self._known: dict[int, tuple[LexborNode, str] | None] = {}
        for node in tree.css("style")[:40]:
            self._read(node.text(deep=True) or "")
        for node in tree.css("script:not([src])")[:400]:
            text = (node.text(deep=True) or "")[:_MAX_STYLE]
            for identity, what, how in _hidden_ids(text):
                self._rules[f"#{identity}"] = f"脚本设 {what}:{how}"
            written = written_markup(text)
            if written:
                self._written(node, written)

    def hiding(self, node: LexborNode) -> tuple[LexborNode, str] | None:
        """The nearest hidden element that the node is or lies in, and how it is hidden."""
        chain: list[LexborNode] = []
        current: LexborNode | None = node
        answer: tuple[LexborNode, str] | None = None
        while current is not None and current.tag not in ("body", "html", None) and len(chain) < _MAX_DEPTH:
            if current.mem_id in self._known:
                answer = self._known[current.mem_id]
                break
            chain.append(current)
            how = self._how(current)
            if how:
                answer = (current, how)
                break
            current = current.parent
        for element in chain:
            self._known[element.mem_id] = answer
        return self._block(answer)

    def _block(self, answer: tuple[LexborNode, str] | None) -> tuple[LexborNode, str] | None:
        """Links that are hidden one by one beside each other make one block."""
        if (
            answer
            and answer[0].tag in ("a", "area", "font", "em", "i", "b", "span")
            and answer[0].parent is not None
        ):
            return answer[0].parent, answer[1]
        return answer

    def _how(self, node: LexborNode) -> str:
        attributes = node.attributes
        identity, names = attributes.get("id") or "", attributes.get("class") or ""
        if _SHARE.search(f"{identity} {names}"[:300]):
            return ""
        how = self._inside.get(node.mem_id, "")
        if not how and "style" in attributes:
            how = _hidden_by(_declarations(attributes.get("style") or ""))
        if not how and "hidden" in attributes:
            how = "hidden"
        if not how and node.tag == "marquee":
            how = _marquee(attributes)
        if not how and self._rules:
            how = self._rules.get(f"#{identity}", "") if identity else ""
            for name in names.split()[:12] if not how else ():
                how = self._rules.get(f".{name}", "")
                if how:
                    break
        return how

    def _read(self, sheet: str) -> None:
        for key, how in _rules_of(sheet[:_MAX_STYLE]):
            if how:
                self._rules.setdefault(key, BY_SHEET + how)
            else:
                self._rules.pop(key, None)

    def _written(self, script: LexborNode, markup: str) -> None:
        """A script that opens a hidden element hides what follows it, until a script closes it."""
        for match in _STYLED.finditer(markup):
            if match[1].lower() == "style":
                self._read(markup[match.end() : match.end() + 3_000].partition("</")[0])
                continue
            style = _STYLE_ATTRIBUTE.search(match[2])
            how = _hidden_by(_declarations(style[1])) if style else ""
            if how and f"</{match[1].lower()}" not in markup[match.end() :].lower():
                self._hide_following(script, f"脚本写入 {how}")

    def _hide_following(self, script: LexborNode, how: str) -> None:
        node = script.next
        for _ in range(500):
            if node is None or (node.tag == "script" and "</" in written_markup(node.text(deep=True) or "")):
                return
            self._inside[node.mem_id] = how
            node = node.next


@lru_cache(maxsize=64)  # the same sheets and scripts stand on every page of a site
def _rules_of(sheet: str) -> tuple[tuple[str, str], ...]:
    """(simple selector, how it hides; "" where it shows again) in the sheet's order."""
    found = []
    for selectors, body in _RULE.findall(_COMMENT.sub("", sheet)):
        if "@" in selectors:
            continue
        how = _hidden_by(_declarations(body))
        if not how and "display" not in body and "visibility" not in body:
            continue
        for selector in selectors.split(","):
            match = _SIMPLE.fullmatch(selector.strip())
            if match:
                found.append((match[1] + match[2], how))
    return tuple(found)


@lru_cache(maxsize=64)
def _hidden_ids(script: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(_BY_ID.findall(script)) if "getElementById" in script else ()


def _declarations(style: str) -> dict[str, str]:
    return {
        name: value.replace("!important", "").strip()
        for name, value in _DECLARATION.findall(style[:3_000].lower())
    }


def _hidden_by(style: dict[str, str]) -> str:
    """How a style hides its element from a reader's eye, or ""."""
    if not style:
        return ""
    if style.get("display") == "none":
        return "display:none"
    if style.get("visibility") in ("hidden", "collapse"):
        return "visibility:hidden"
    if (
        (size := _number(style.get("font-size"))) is not None
        and size <= _TINY
        and "%" not in style["font-size"]
    ):
        return f"字号只有 {style['font-size'][:12]}" if size > 0 else "字号为零"
    if style.get("opacity") in ("0", "0.0", "0%"):
        return "完全透明"
    # A heading whose words give way to a picture is moved out by a text-indent too; it is a link to the own site.
    if (indent := _number(style.get("text-indent"))) is not None and indent <= _FAR:
        return "文字移出可见区域"
    if style.get("position") in ("absolute", "fixed", "relative"):
        for side in ("left", "top", "right", "bottom"):
            if (place := _number(style.get(side))) is not None and place <= _FAR:
                return "位置在可见区域之外"
        if re.match(r"rect\(\s?0", style.get("clip", "")):
            return "裁剪为零"
    for side in ("margin-left", "margin-top"):
        if (place := _number(style.get(side))) is not None and place <= _FAR * 5:
            return "位置在可见区域之外"
    if style.get("overflow", style.get("overflow-y", "")) == "hidden" and _is_tiny(style):
        return "尺寸为零"
    colour, ground = style.get("color"), style.get("background-color", style.get("background"))
    if colour and ground and _colour(colour) == _colour(ground):
        return "文字与背景同色"
    return ""


def _is_tiny(style: dict[str, str]) -> bool:
    sizes = [_number(style.get(name)) for name in ("width", "height", "max-height", "max-width")]
    return any(size is not None and size <= _TINY for size in sizes)


def _marquee(attributes: dict[str, str | None]) -> str:
    width, height = _number(attributes.get("width")), _number(attributes.get("height"))
    pace = _number(attributes.get("scrollamount"))
    small = any(size is not None and size <= 10 for size in (width, height))
    return "marquee 尺寸或速度使人看不见" if small or (pace is not None and pace >= 1_000) else ""


def _number(value: str | None) -> float | None:
    match = _PIXELS.match((value or "").strip())
    return float(match[1]) if match else None


_COLOUR_NAMES = {"white": "#ffffff", "black": "#000000", "#fff": "#ffffff", "#000": "#000000"}


def _colour(value: str) -> str:
    return _COLOUR_NAMES.get(value.strip(), value.strip().replace(" ", ""))
