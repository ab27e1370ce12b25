"""What a site offers from its pages: search, site map, annual report, feeds, accessibility, IPv6 mark, languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from selectolax.lexbor import LexborNode

from include.inspection.extract.dates import find_dates, normalise, url_day
from include.inspection.extract.html import Document, Link, fold
from include.inspection.extract.lists import Item

_SEARCH = re.compile(
    r"search|sousuo|soso|souso|jiansuo|query|keyword|searchword|sword|全文检索|搜索|检索|搜一搜|关键[字词]",
    re.IGNORECASE,
)
#: Forms that ask for words but search nothing.
_OTHER_FORM = re.compile(r"login|passwd|password|captcha|验证码|用户名|密码|手机号|注册", re.IGNORECASE)
#: What the button beside a lone field says; 查询 asks for the state of a matter.
_SEARCH_BUTTON = re.compile(r"search|sousuo|souso|jiansuo|搜索|检索|搜一搜", re.IGNORECASE)
_SEARCH_LINK = re.compile(r"^(?:站内|高级|全文|智能)?(?:搜索|检索)$")
_SITE_MAP = re.compile(r"(?:网站|站点|本站)地图|网站导览|网站导图|site\s?map", re.IGNORECASE)
_REPORT = re.compile(
    r"(?:政府)?网站.{0,6}年度(?:工作)?报表|政府网站.{0,4}年报|网站(?:监管|工作).{0,4}年度.{0,4}报表"
)
_REPORT_NOT = re.compile(r"信息公开.{0,6}(?:年报|年度报告)")
_YEAR = re.compile(r"((?:19|20)\d{2})\s?年?")
_FEED = re.compile(r"^(?:RSS|RSS订阅|订阅|RSS\s?feed)$", re.IGNORECASE)
_FEED_LINK = re.compile(r"/(?:rss|feed|atom)(?:[./?]|$)|\.rss$|rss\.(?:xml|html?|jsp|aspx?)", re.IGNORECASE)
_ACCESSIBLE = re.compile(r"无障碍|长者(?:模式|版|专区|助手)?|适老化|关怀版|关爱版|老年版|大字版")
_ACCESSIBLE_SCRIPT = re.compile(r"/aria\.js|wza\.|slhs|barrierfree|canyou|esd_?aria", re.IGNORECASE)
_IPV6 = re.compile(r"IPv6", re.IGNORECASE)
_LANGUAGE_WORDS = {
    "zh-Hant": "繁 繁體 繁体 繁體版 繁体版 繁體中文 繁体中文 切换到繁體 切换到繁体 正體",
    "en": "EN Eng English 英文 英文版",
    "ja": "日本語 日文 日语 日文版 Japanese",
    "ko": "한국어 韩文 韩语 韩文版 Korean",
    "fr": "Français Francais 法文 法语 French",
    "de": "Deutsch 德文 德语 German",
    "ru": "Русский 俄文 俄语 Russian",
    "es": "Español Espanol 西班牙文 西班牙语 Spanish",
    "ar": "العربية 阿拉伯文 阿拉伯语 Arabic",
    "bo": "བོད་ཡིག 藏文 藏文版",
    "ug": "ئۇيغۇرچە 维文 维吾尔文",
    "mn": "ᠮᠣᠩᠭᠣᠯ 蒙文 蒙古文",
}
_LANGUAGES = {word.lower(): language for language, words in _LANGUAGE_WORDS.items() for word in words.split()}
_LANGUAGES["english version"] = "en"
_MAX_INPUTS = 200
_MAX_ROW = 300
_BESIDE = 4


_MAX_REPORTS = 40


class SearchVia(StrEnum):
    FORM = "form"
    INPUT = "input"  # a field with a button whose script does the rest
    LINK = "link"  # a link to a page that searches
    ABSENT = "absent"


@dataclass(frozen=True)
class SearchEntry:
    """``action``: where a form sends its words ("" where a script decides); ``seen``: what gave it away."""

    via: SearchVia = SearchVia.ABSENT
    action: str = ""
    seen: str = ""


@dataclass(frozen=True)
class AnnualReport:
    """A link to the yearly report on the site; ``year`` is the year reported on. ``day``: from the link's row, or, with
    ``day_from_address``, from its address."""

    title: str
    url: str
    year: int | None
    day: date | None
    day_from_address: bool


@dataclass(frozen=True)
class SiteFeatures:
    search: SearchEntry
    site_map: str
    annual_reports: tuple[AnnualReport, ...]
    feeds: tuple[str, ...]
    accessibility: str
    ipv6_mark: str
    languages: tuple[tuple[str, str], ...]  # language tag, address ("" where a script switches)


def site_features(document: Document, today: date) -> SiteFeatures:
    """The features that one page shows; addresses and texts they were seen in, "" where they were not."""
    labels = _labels(document)
    return SiteFeatures(
        search=_search(document),
        site_map=next((link.url for link in document.links if _SITE_MAP.search(link.label)), ""),
        annual_reports=tuple(annual_reports(document, today)),
        feeds=tuple(_feeds(document)),
        accessibility=_accessibility(document, labels),
        ipv6_mark=_ipv6(document),
        languages=tuple(_languages(labels)),
    )


def _labels(document: Document) -> list[tuple[str, str]]:
    """(words, address or "") of every anchor, those that scripts act on included."""
    found = [(link.text or link.title, link.url) for link in document.links]
    for node in document.tree.css("a:not([href]), a[href^='javascript' i], a[href^='#']")[:400]:
        words = node.text(deep=True) or node.attributes.get("title") or ""
        if len(words) <= 100:
            found.append((fold(words), ""))
    return found


def _search(document: Document) -> SearchEntry:
    weak = SearchEntry()
    for node in document.tree.css("input")[:_MAX_INPUTS]:
        attributes = node.attributes
        if (attributes.get("type") or "text").lower() not in ("text", "search", ""):
            continue
        own = " ".join(
            attributes.get(name) or ""
            for name in ("name", "id", "class", "placeholder", "value", "title", "onkeydown")
        )[:400]
        if (attributes.get("type") or "").lower() == "search":
            own = f"search {own}"
        if _OTHER_FORM.search(own):
            continue
        form = _form(node)
        described = _describe(form) if form is not None else ""
        if form is not None and (_SEARCH.search(own) or _SEARCH.search(described)):
            if form.css_first("input[type=password]") or _OTHER_FORM.search(described):
                continue
            action = document.absolute(form.attributes.get("action") or "")
            return SearchEntry(SearchVia.FORM, action, fold(f"{own} {described}")[:160])
        if not _SEARCH.search(own):
            own = _button_beside(node)
        if _SEARCH.search(own) and weak.via is SearchVia.ABSENT:
            weak = SearchEntry(SearchVia.INPUT, "", fold(own)[:160])
    if weak.via is SearchVia.ABSENT:
        for link in document.links:
            if _SEARCH_LINK.match(link.label):
                return SearchEntry(SearchVia.LINK, link.url, link.label)
    return weak


def _form(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    for _ in range(12):
        if parent is None or parent.tag == "form":
            return parent
        parent = parent.parent
    return None


def _button_beside(node: LexborNode) -> str:
    """What the button right behind a field says, where it offers a search; else ""."""
    sibling = node.next
    for _ in range(_BESIDE):
        if sibling is None or sibling.tag in ("p", "div", "ul", "ol", "table", "form", "h1", "h2", "h3"):
            break
        if sibling.tag in ("input", "button", "a", "img"):
            inner = sibling.attributes
            words = [inner.get(name) or "" for name in ("value", "class", "id", "onclick", "title", "alt")]
            said = " ".join([*words, (sibling.text(deep=True) or "")[:40]])[:400]
            return said if _SEARCH_BUTTON.search(said) else ""
        sibling = sibling.next
    return ""


def _describe(form: LexborNode) -> str:
    attributes = form.attributes
    words = [attributes.get(name) or "" for name in ("action", "id", "name", "class", "onsubmit")]
    for node in form.css("input, button")[:12]:
        inner = node.attributes
        if (inner.get("type") or "").lower() in ("submit", "button", "image") or node.tag == "button":
            words += [inner.get(name) or "" for name in ("value", "class", "id", "onclick", "title", "alt")]
            words.append((node.text(deep=True) or "")[:40])
    return " ".join(words)[:800]


def annual_reports(document: Document, today: date) -> list[AnnualReport]:
    """Links to the yearly reports on the site (政府网站工作年度报表), at most 40."""
    found: dict[str, AnnualReport] = {}
    for link in document.links:
        if link.url not in found and _names_report(link.label):
            found[link.url] = _report(link.label, link.url, _row_day(link, today))
            if len(found) >= _MAX_REPORTS:
                break
    return list(found.values())


def listed_reports(items: Iterable[Item]) -> list[AnnualReport]:
    """The yearly reports among the entries of lists, which data in scripts may have brought, at most 40."""
    reports = (_report(item.title, item.url, item.day) for item in items if _names_report(item.title))
    return list(itertools.islice(reports, _MAX_REPORTS))


def _names_report(title: str) -> bool:
    return _REPORT.search(title) is not None and _REPORT_NOT.search(title) is None


def _report(title: str, url: str, day: date | None) -> AnnualReport:
    year = _YEAR.search(normalise(title))
    address_day = url_day(url)
    return AnnualReport(
        title[:120],
        url,
        int(year[1]) if year else None,
        day or address_day,
        day is None and address_day is not None,
    )


def _row_day(link: Link, today: date) -> date | None:
    """The date beside a link, in the smallest element around it that has one and is still a row."""
    node: LexborNode | None = link.node
    for _ in range(4):
        if node is None or node.tag in ("body", "html"):
            return None
        text = fold(node.text(deep=True, separator=" ") or "")
        if len(text) > _MAX_ROW:
            return None
        for found in find_dates(text, today):
            if found.year_known:
                return found.day
        node = node.parent
    return None


def _feeds(document: Document) -> list[str]:
    urls = {}
    for node in document.tree.css("link[rel=alternate]")[:20]:
        attributes = node.attributes
        if (
            "rss" in (attributes.get("type") or "").lower()
            or "atom" in (attributes.get("type") or "").lower()
        ):
            urls[document.absolute(attributes.get("href") or "")] = True
    for link in document.links:
        if _FEED.match(link.label) or _FEED_LINK.search(link.url):
            urls[link.url] = True
    urls.pop("", None)
    return list(urls)[:40]


def _accessibility(document: Document, labels: list[tuple[str, str]]) -> str:
    for words, url in labels:
        if _ACCESSIBLE.search(words):
            return url or words
    for source, _ in document.scripts:
        if source and _ACCESSIBLE_SCRIPT.search(source[:500]):
            return source[:200]
    return ""


def _ipv6(document: Document) -> str:
    match = _IPV6.search(document.body_text)
    if match:
        return document.body_text[max(0, match.start() - 12) : match.end() + 12]
    for node in document.tree.css("img[src*=ipv6 i], img[alt*=ipv6 i]")[:1]:
        return (node.attributes.get("src") or node.attributes.get("alt") or "")[:200]
    return ""


def _languages(labels: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for words, url in labels:
        language = _LANGUAGES.get(words.strip(" |[]【】·").lower())
        if language:
            found.setdefault(language, url)
    return list(found.items())
