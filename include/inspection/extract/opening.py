"""Whether anything on a page can show a block again that is hidden: scripts, or a style for pointing at it.

In doubt it can: a script file of the site may do anything.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_SCRIPT = 200_000
_SHOWS = re.compile(
    r"\.show\b|toggle|slide|fade|display|visibility|classList|className|addClass|removeClass|\.hidden\b|\.attr\(|\.css\(|\$\("
)
_FILE = re.compile(r"[\w:./-]{3,200}\.js\b")
_HANDLER = re.compile(r"""\son[a-z]{3,20}\s{0,3}=\s{0,3}(?:"([^"]{1,600})"|'([^']{1,600})')""", re.IGNORECASE)
_SHOWING_RULE = re.compile(
    r"([^{}]{1,400}:(?:hover|focus|focus-within|target|checked|active)[^{}]{0,300})\{([^{}]{0,1000})\}"
)
_SHOWN = re.compile(r"(?:display|visibility)\s{0,3}:\s{0,3}(?!none|hidden)", re.IGNORECASE)


class Openers:
    """What of a page shows hidden blocks again. ``services``: parts of the addresses of script files that never do."""

    def __init__(self, tree: LexborHTMLParser, services: tuple[str, ...]) -> None:
        self._services = services
        self._sheets = tree.css_first("link[rel~=stylesheet i][href]") is not None
        scripts = tree.css("script")[:400]
        files = [node.attributes.get("src") or "" for node in scripts]
        code = "\n".join((node.text(deep=True) or "")[:_MAX_SCRIPT] for node in scripts)
        files += _FILE.findall(code)
        handlers = "\n".join(
            double or single for double, single in _HANDLER.findall((tree.html or "")[:2_000_000])
        )
        self._scripted = any(file and not self.serves(file) for file in files) or bool(
            _SHOWS.search(code) or _SHOWS.search(handlers)
        )
        self._styles = "\n".join(
            (node.text(deep=True) or "")[:_MAX_SCRIPT] for node in tree.css("style")[:40]
        )

    def serves(self, file: str) -> bool:
        """Whether a script file is that of an outside service, which leaves the page as it is."""
        return any(part in file for part in self._services)

    def may_open(self, block: LexborNode, *, by_sheet: bool) -> bool:
        """``by_sheet``: a style sheet hides the block, so a style sheet may show it again."""
        return self._scripted or (by_sheet and (self._sheets or self._pointed_at(block)))

    def _pointed_at(self, block: LexborNode) -> bool:
        attributes = block.attributes
        names = {f".{name}" for name in (attributes.get("class") or "").split()[:12]}
        names |= {f"#{attributes.get('id')}", block.tag or ""}
        for selectors, body in _SHOWING_RULE.findall(self._styles):
            if not _SHOWN.search(body):
                continue
            for selector in selectors.split(","):
                last = re.split(r"[\s>+~]+", selector.strip())[-1]
                if last == "*" or names & set(re.findall(r"[.#]?[\w-]+", last.partition(":")[0])):
                    return True
        return False
