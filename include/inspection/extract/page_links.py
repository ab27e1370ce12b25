"""Every address of a page that can be checked, and broken ones of many pages grouped by their cause."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from include.inspection.extract.domain import host_of, without_www
from include.inspection.extract.html import MAX_LINKS, Document, fold

LinkKind = Literal["page", "attachment", "image", "outside"]

_ATTACHMENT = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|dps|rtf|txt|csv|zip|rar|7z|tar|gz|ceb|caj|mp3|mp4|wmv|avi|apk|exe)$",
    re.IGNORECASE,
)
_FILE_BY_SCRIPT = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|zip|rar|7z)(?:$|&)", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|tiff?)$", re.IGNORECASE)
_TARGETS = "a[href], area[href], img[src], iframe[src], frame[src], embed[src], option[value]"
_MAX_DEPTH = 40
_PREFIX_TARGETS = 3


@dataclass(frozen=True)
class PageLink:
    """``kind`` outside: a page of another host; attachments and images may also lie there (``in_site`` False).
    ``position``: the element's place in the template, the same on every page that the template makes."""

    url: str
    kind: LinkKind
    in_site: bool
    label: str
    position: str


def page_links(document: Document, site_hosts: Sequence[str] = ()) -> list[PageLink]:
    """Each target once, in the page's order; at most ``MAX_LINKS`` of them.

    ``site_hosts``: all hosts of the site; the page's own is one of them in any case.
    """
    own = {without_www(host_of(host)) for host in (*site_hosts, document.url)} - {""}
    places = _Places()
    anchors = {link.node.mem_id: link for link in document.links}
    links: dict[str, PageLink] = {}
    for node in document.tree.css(_TARGETS)[: MAX_LINKS * 2]:
        tag = node.tag or ""
        anchor = anchors.get(node.mem_id)
        if anchor:
            url, label = anchor.url, anchor.label
        else:
            attributes = node.attributes
            address = "" if tag in ("a", "area") else _address(tag, attributes)
            url = document.absolute(address) if address else ""
            label = attributes.get("alt") or "" if tag != "option" else fold(node.text(deep=True) or "")
        if not url or url in links:
            continue
        in_site = without_www(host_of(url)) in own
        links[url] = PageLink(url, _kind(tag, url, in_site, label), in_site, label[:120], places.of(node))
        if len(links) >= MAX_LINKS:
            break
    return list(links.values())


def _address(tag: str, attributes: dict[str, str | None]) -> str:
    if tag == "option":
        # Lists of sites that lead on when one is chosen.
        value = (attributes.get("value") or "").strip()
        return value if value[:7].lower() in ("http://", "https:/") else ""
    source = (attributes.get("src") or "").strip()
    return "" if source[:5].lower() in ("data:", "about") else source


def _kind(tag: str, url: str, in_site: bool, label: str) -> LinkKind:
    path = url.partition("?")[0]
    if tag == "img" or _IMAGE.search(path):
        return "image"
    if _ATTACHMENT.search(path):
        return "attachment"
    # A script that hands out files names them in its words or its address: ?m=attachment&f=1.doc 申请表.doc
    if in_site and "?" in url and any(map(_FILE_BY_SCRIPT.search, (url, label.strip()))):
        return "attachment"
    return "page" if in_site else "outside"


class _Places:
    """Elements' places, each ancestor worked out once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, node: LexborNode) -> str:
        chain: list[LexborNode] = []
        current: LexborNode | None = node
        path = ""
        while (
            current is not None
            and current.tag not in ("html", "-undef", "-document", None)
            and len(chain) < _MAX_DEPTH
        ):
            known = self._known.get(current.mem_id)
            if known is not None:
                path = known
                break
            chain.append(current)
            current = current.parent
        for element in reversed(chain):
            path = f"{path}>{step(element)}" if path else step(element)
            path = path[-600:]
            self._known[element.mem_id] = path
        return path


def step(node: LexborNode) -> str:
    """One step of a path: tag and id, or tag and first class. A row's number is no part of a template."""
    attributes = node.attributes
    identity = attributes.get("id") or ""
    if identity:
        return f"{node.tag}#{identity[:40]}"
    names = (attributes.get("class") or "").split()
    return f"{node.tag}.{names[0][:40]}" if names else str(node.tag)


def dom_path(node: LexborNode) -> str:
    """The way from the body to an element, with its number among its like where it has any: for a person to find it."""
    steps: list[str] = []
    current: LexborNode | None = node
    while current is not None and current.tag not in ("html", None) and len(steps) < _MAX_DEPTH:
        number, other = 1, current.prev
        for _ in range(200):
            if other is None:
                break
            number += other.tag == current.tag
            other = other.prev
        named = step(current)
        steps.append(named if "#" in named or number == 1 else f"{named}:nth-of-type({number})")
        current = current.parent
    return " > ".join(reversed(steps))


class CauseKind(StrEnum):
    HOST = "host"  # the host itself fails
    TARGET = "target"  # one target, linked from several pages
    TEMPLATE = "template"  # one place of a template, another target on each page
    PREFIX = "prefix"  # several targets of one directory
    SINGLE = "single"  # one target on one page


@dataclass(frozen=True)
class BrokenLink:
    """A link that failed. ``outcome``: how; ``host_down``: the failure is the host's (name, connection), not the page's."""

    page_url: str
    target: str
    outcome: str
    position: str = ""
    label: str = ""
    host_down: bool = False


@dataclass(frozen=True)
class Cause:
    kind: CauseKind
    key: str  # host, address, place or directory
    outcome: str
    links: tuple[BrokenLink, ...]

    @property
    def pages(self) -> list[str]:
        return sorted({link.page_url for link in self.links})

    @property
    def targets(self) -> list[str]:
        return sorted({link.target for link in self.links})


def group_by_cause(results: Iterable[BrokenLink]) -> list[Cause]:
    """Every broken link in exactly one cause, the cause with most links first; the order of ``results`` is of no matter."""
    left = sorted(
        set(results), key=lambda link: (link.target, link.page_url, link.position, link.label, link.outcome)
    )
    causes: list[Cause] = []

    def take(
        kind: CauseKind, key: Callable[[BrokenLink], str], whole: Callable[[list[BrokenLink]], bool]
    ) -> None:
        nonlocal left
        groups: dict[tuple[str, str], list[BrokenLink]] = defaultdict(list)
        for link in left:
            groups[key(link), link.outcome].append(link)
        left = []
        for (name, outcome), links in groups.items():
            if name and whole(links):
                causes.append(Cause(kind, name, outcome, tuple(links)))
            else:
                left += links

    take(CauseKind.HOST, lambda link: host_of(link.target) if link.host_down else "", _several_targets)
    take(CauseKind.TARGET, lambda link: link.target, _several_pages)
    take(CauseKind.TEMPLATE, _template_place, lambda links: _several_pages(links) and _several_targets(links))
    take(CauseKind.PREFIX, _directory, lambda links: len({link.target for link in links}) >= _PREFIX_TARGETS)
    take(CauseKind.SINGLE, lambda link: link.target, lambda links: True)
    causes += [Cause(CauseKind.SINGLE, link.target, link.outcome, (link,)) for link in left]
    return sorted(causes, key=lambda cause: (-len(cause.links), cause.kind, cause.key, cause.outcome))


def _several_pages(links: list[BrokenLink]) -> bool:
    return len({link.page_url for link in links}) > 1


def _several_targets(links: list[BrokenLink]) -> bool:
    return len({link.target for link in links}) > 1


def _template_place(link: BrokenLink) -> str:
    # Rows of lists share a place and differ in their words; a template's own link has the same words everywhere.
    return f"{link.position} “{link.label}”" if link.position and link.label else ""


def _directory(link: BrokenLink) -> str:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return ""
    folder = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/" if folder else ""
