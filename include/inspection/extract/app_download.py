"""Whether a download address of an app leads to a package, to a store's page or to a page that offers one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from include.inspection.config import ConfigFile
from include.inspection.extract.domain import host_of
from include.inspection.extract.html import Document

STORES_FILE = Path(__file__).resolve().parents[2] / "rules" / "app-stores.yaml"

_TEXTS = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 2}}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["stores", "packages", "offers", "withdrawn"],
    "additionalProperties": False,
    "properties": {
        "stores": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["host", "name"],
                "additionalProperties": False,
                "properties": {"host": {"type": "string"}, "name": {"type": "string"}},
            },
        },
        "packages": _TEXTS,
        "offers": _TEXTS,
        "withdrawn": _TEXTS,
    },
}
_PACKAGE_TYPES = (
    "application/vnd.android.package-archive",
    "application/octet-stream",
    "application/zip",
    "application/x-itunes-ipa",
)
_APP_PLATFORM = ("客户端", "app")


def is_app(platform: str) -> bool:
    """Whether an account of this platform is an app: it has a download address in the place of a feed's."""
    return any(word in platform.lower() for word in _APP_PLATFORM)


@dataclass(frozen=True)
class Download:
    """``offered`` is None where nothing on the page tells; ``seen``: what was found, in Chinese."""

    offered: bool | None
    seen: str


@lru_cache(maxsize=1)
def _stores() -> dict[str, Any]:
    data: dict[str, Any] = ConfigFile(STORES_FILE, _SCHEMA).data
    return data


def download(url: str, content_type: str, disposition: str, body: bytes) -> Download:
    """What an address gave that answered with status 200. ``url`` is the last one; ``body`` may be empty for a file."""
    known = _stores()
    path = urlsplit(url).path.lower()
    kind = content_type.partition(";")[0].strip().lower()
    ends = next((end for end in known["packages"] if path.endswith(end) or end in disposition.lower()), "")
    if (kind in _PACKAGE_TYPES and (ends or kind == _PACKAGE_TYPES[0])) or (
        ends and body.startswith(b"PK\x03\x04")
    ):
        return Download(True, f"安装包 {ends or kind}")
    document = Document(body, content_type, url)
    text = f"{document.title} {document.body_text}"
    gone = next((word for word in known["withdrawn"] if word in text), "")
    if gone:
        return Download(False, f"页面写明“{gone}”")
    host = host_of(url)
    store = next((store["name"] for store in known["stores"] if host == store["host"]), "")
    if store:
        return Download(True, f"{store}页面《{document.title[:40]}》")
    links = [link.url for link in document.links]
    hosts = {store["host"] for store in known["stores"]}
    for link in links:
        if host_of(link) in hosts or urlsplit(link).path.lower().endswith(tuple(known["packages"])):
            return Download(True, f"下载页，链接 {link[:200]}")
    if "itms-services://" in document.markup or any(word in text for word in known["offers"]):
        return Download(True, "下载页")
    return Download(None, "页面上没有认出下载入口")
