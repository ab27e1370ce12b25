"""The page tags (网页标签) of government pages: which must be there, and whether their contents mean anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from include.inspection.extract.dates import normalise
from include.inspection.extract.domain import host_of, without_www
from include.inspection.extract.html import Document, fold

PageKind = Literal["home", "list", "detail"]

_SITE = ("SiteName", "SiteDomain", "SiteIDCode")
_COLUMN = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
_ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")
REQUIRED: dict[PageKind, tuple[str, ...]] = {
    "home": _SITE,
    "list": (*_SITE, *_COLUMN),
    "detail": (*_SITE, *_COLUMN, *_ARTICLE),
}

_LABELS = {
    "SiteName": ("网站名称", "站点名称"),
    "SiteDomain": ("网站域名", "站点域名", "www.xxx.gov.cn"),
    "SiteIDCode": ("网站标识码", "政府网站标识码", "标识码"),
    "ColumnName": ("栏目名称",),
    "ColumnDescription": ("栏目描述", "栏目介绍", "栏目简介"),
    "ColumnKeywords": ("栏目关键词", "栏目关键字"),
    "ColumnType": ("栏目类别", "栏目类型"),
    "ArticleTitle": ("文章标题", "内容标题", "标题"),
    "PubDate": ("发布日期", "发布时间"),
    "ContentSource": ("文章来源", "内容来源", "来源", "信息来源"),
}
_TEMPLATE = re.compile(
    r"\{\{|\}\}|<%|%>|<\?(?:php|=)|\?>|\$\{|#\{|\{\$|\$[A-Za-z_][A-Za-z0-9_.]{0,40}\$|\{(?:dede|pboot|cms|zzz|aspcms|eyou|yzm):|"
    r"\[(?:field|!--)|</?(?:cms|trs|pc)[:_]|\{%|%\}|@@[A-Za-z]|\[\$|\$\{?[a-z]{1,20}\[",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    ("null", "undefined", "none", "nan", "test", "测试", "暂无", "无", "xxx", "xxxx", "待补充", "请输入", "todo")
)  # fmt: skip
_NOTHING_TAGS = frozenset((*_SITE, "ColumnName", "ColumnType", "ArticleTitle", "PubDate"))
_MINUTES = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?")
_CODE = re.compile(r"\d{10}|bm\d{8}", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,60}>")
_BETWEEN_HOSTS = re.compile(r"\s*[,，;；、|]\s*|\s+")
_NOT_WORDS = re.compile(r"[\W_]+")
_MAX_TAGS = 300
#: A page whose scripts bring the text holds less than this; nothing can be compared with it.
_BARE_PAGE = 40


class TagState(StrEnum):
    OK = "ok"
    MISSING = "missing"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    WRONG_FORMAT = "wrong_format"
    OTHER_CODE = "other_code"  # SiteIDCode is not the register's
    OTHER_HOST = "other_host"  # SiteDomain is not the site's host
    NOT_ON_PAGE = "not_on_page"  # ArticleTitle is nowhere on the page


@dataclass(frozen=True)
class PageTag:
    """One required tag; ``warnings`` (中文) do not make it a finding."""

    name: str
    state: TagState
    value: str = ""
    warnings: tuple[str, ...] = ()


def page_tags(
    document: Document, kind: PageKind, *, registered_code: str = "", site_hosts: Sequence[str] = ()
) -> list[PageTag]:
    """The tags that a page of this kind must have, in the standard's order.

    ``site_hosts``: the registered hosts of the site, of which SiteDomain must name one; the page's own host counts too.
    """
    given = _given(document)
    hosts = {without_www(host_of(host)) for host in (*site_hosts, document.url)} - {""}
    return [
        _tag(name, given.get(name.lower(), []), document, registered_code, hosts) for name in REQUIRED[kind]
    ]


def _given(document: Document) -> dict[str, list[tuple[str, str]]]:
    """(name as written, content) by lower-case name."""
    tags: dict[str, list[tuple[str, str]]] = {}
    for node in document.tree.css("meta[name]")[:_MAX_TAGS]:
        attributes = node.attributes
        name = (attributes.get("name") or "").strip()
        tags.setdefault(name.lower(), []).append((name, fold(attributes.get("content") or "")[:1_000]))
    return tags


def _tag(
    name: str, given: list[tuple[str, str]], document: Document, registered_code: str, hosts: set[str]
) -> PageTag:
    if not given:
        return PageTag(name, TagState.MISSING)
    written, value = next((item for item in given if item[1]), given[0])
    warnings = []
    if written != name:
        warnings.append(f"标签名写作“{written[:40]}”，大小写不一致")
    if len({content for _, content in given}) > 1:
        warnings.append("同名标签出现多次且内容不同")
    if not value:
        return PageTag(name, TagState.EMPTY, "", tuple(warnings))
    if _is_placeholder(name, value):
        return PageTag(name, TagState.PLACEHOLDER, value, tuple(warnings))
    state = TagState.OK
    if name == "PubDate":
        state = _date_state(value, warnings)
    elif name == "SiteIDCode":
        state = _code_state(value, registered_code)
    elif name == "SiteDomain":
        state = _host_state(value, hosts, warnings)
    elif name == "ArticleTitle":
        state = _title_state(value, document, warnings)
    return PageTag(name, state, value, tuple(warnings))


def _is_placeholder(name: str, value: str) -> bool:
    if value in _LABELS[name] or value == name or _TEMPLATE.search(value):
        return True
    return name in _NOTHING_TAGS and value.lower() in _NOTHING


def _date_state(value: str, warnings: list[str]) -> TagState:
    match = _MINUTES.fullmatch(value)
    if not match or not value.isascii():
        return TagState.WRONG_FORMAT
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return TagState.WRONG_FORMAT
    if match[1]:
        warnings.append("发布时间带秒，标准格式为 yyyy-MM-dd HH:mm")
    return TagState.OK


def _code_state(value: str, registered_code: str) -> TagState:
    if not _CODE.fullmatch(value):
        return TagState.WRONG_FORMAT
    registered = registered_code.strip().lower()
    return TagState.OTHER_CODE if registered and value.lower() != registered else TagState.OK


def hosts_named(value: str) -> list[str]:
    """The hosts of a tag SiteDomain; sites of several domains write them all."""
    return [host_of(one) for one in _BETWEEN_HOSTS.split(value) if one]


def _host_state(value: str, hosts: set[str], warnings: list[str]) -> TagState:
    named = hosts_named(value)
    if not named or not all("." in host for host in named):
        return TagState.WRONG_FORMAT
    if len(named) > 1:
        warnings.append("一个标签中写有多个域名")
    elif value.lower() != named[0]:
        warnings.append("域名带有协议、路径、端口或多余字符")
    return TagState.OK if hosts.intersection(map(without_www, named)) else TagState.OTHER_HOST


def _title_state(value: str, document: Document, warnings: list[str]) -> TagState:
    shown = document.body_text
    if len(shown) < _BARE_PAGE:
        warnings.append("页面正文由脚本生成，标题未能核对")
        return TagState.OK
    title = _squash(_MARKUP.sub("", value))
    if not title or title in _squash(document.title) or title in _squash(shown):
        return TagState.OK
    return TagState.NOT_ON_PAGE


def _squash(text: str) -> str:
    """Words only: titles are broken into lines and set with other spaces and signs."""
    return _NOT_WORDS.sub("", normalise(text)).lower()
