"""The domain rules for government websites: addresses and site name to facts, one a rule.

Registrable names come from a bundled public-suffix list; nothing is fetched.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from include.inspection.extract.html import Document, fold
from include.inspection.model import Kind

_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
_CHINESE_SUFFIX = ("政务", "xn--zfr164b")
_MAX_HOST = 253
#: The rules on addresses, in order; G-N1 is the name's.
RULES = ("G-D1", "G-D2", "G-D3", "G-D4", "G-D5", "G-D6", "G-D7")
_AUTHORITY_END = re.compile(r"[/?#\\]")
_HEADER = "header, [class*=header i], [id*=header i], [class*=logo i], [id*=logo i], [class*=banner i], [id*=banner i]"
_NAME_TAIL = re.compile(r"(?:门户|官方)?网站?$")
_NOT_IN_NAMES = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


class RuleState(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    PERSON = "person"  # the machine shows what there is, a person decides
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class DomainRule:
    """One rule (``G-D1`` … ``G-D7``, ``G-N1``) on one site; ``detail`` says in Chinese what was seen."""

    rule: str
    state: RuleState
    detail: str


@lru_cache(maxsize=20_000)  # a site's menus lead to the same addresses from every page
def host_of(url: str) -> str:
    """Lower-case host of an address or of a bare host, without port; "" where there is none."""
    before, slashes, rest = url.strip().partition("//")
    return _host(_AUTHORITY_END.split(rest if slashes else before, maxsplit=1)[0])


@lru_cache(maxsize=20_000)
def _host(authority: str) -> str:
    try:
        host = (urlsplit("//" + authority).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
    return host if len(host) <= _MAX_HOST else ""


def without_www(host: str) -> str:
    return host.removeprefix("www.")


@lru_cache(maxsize=20_000)
def registrable(host: str) -> str:
    """``fgw.city.gov.cn`` → ``city.gov.cn``; an IP address and a bare suffix (``gov.cn``) stay as they are."""
    parts = _SUFFIXES.extract_str(host)
    return f"{parts.domain}.{parts.suffix}" if parts.domain and parts.suffix else host


def is_government(host: str) -> bool:
    return host == "gov.cn" or host.endswith(".gov.cn") or is_chinese(host)


def is_chinese(host: str) -> bool:
    return host.rpartition(".")[2] in _CHINESE_SUFFIX


def is_address(host: str) -> bool:
    """Whether the host is a bare IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=20_000)
def is_loopback(host: str) -> bool:
    """Whether the host is an address of this very machine, as rehearsals use: nothing public is served there."""
    return is_address(host) and ipaddress.ip_address(host).is_loopback


def domain_rules(
    urls: Sequence[str], kind: Kind, *, site_code: str = "", portal_hosts: Sequence[str] = ()
) -> list[DomainRule]:
    """G-D1 to G-D7 of one site. ``urls``: every address it is known by, the registered one first;
    ``portal_hosts``: the portals a department may stand under, where the register knows them."""
    hosts = list(dict.fromkeys(host for host in map(host_of, urls) if host))
    if not hosts:
        return [DomainRule("G-D1", RuleState.PERSON, "登记的网址无法识别")]
    if all(is_loopback(host) for host in hosts):
        return [DomainRule(rule, RuleState.NOT_APPLICABLE, "本机回环地址，不对外提供") for rule in RULES]
    addresses = [host for host in hosts if is_address(host)]
    chinese = [host for host in hosts if is_chinese(host)]
    english = [host for host in hosts if host not in addresses and host not in chinese]
    return [
        _english_suffix(english),
        _chinese_suffix(hosts, chinese),
        _portal(english, kind, site_code),
        _department(english, kind, site_code, portal_hosts),
        _several(english, chinese),
        _without_functions(english, kind),
        DomainRule("G-D7", RuleState.NOT_MET, f"以 IP 地址 {'、'.join(addresses)} 访问")
        if addresses
        else DomainRule("G-D7", RuleState.MET, "以域名访问"),
    ]


def _english_suffix(english: list[str]) -> DomainRule:
    if not english:
        return DomainRule("G-D1", RuleState.NOT_APPLICABLE, "没有英文域名")
    wrong = [host for host in english if not is_government(host)]
    if wrong:
        return DomainRule("G-D1", RuleState.NOT_MET, f"域名 {'、'.join(wrong)} 不以 .gov.cn 为后缀")
    return DomainRule("G-D1", RuleState.MET, f"域名 {'、'.join(english)}")


def _chinese_suffix(hosts: list[str], chinese: list[str]) -> DomainRule:
    written = [host for host in hosts if not host.isascii() or ".xn--" in f".{host}"]
    wrong = [host for host in written if host not in chinese]
    if wrong:
        return DomainRule("G-D2", RuleState.NOT_MET, f"中文域名 {'、'.join(wrong)} 不以 .政务 为后缀")
    if not chinese:
        return DomainRule("G-D2", RuleState.NOT_APPLICABLE, "没有中文域名")
    return DomainRule("G-D2", RuleState.MET, f"中文域名 {'、'.join(chinese)}")


def _labels(host: str) -> list[str]:
    return host.removesuffix(".gov.cn").split(".")


def _is_central(site_code: str) -> bool:
    return site_code.lower().startswith("bm")


def _portal(english: list[str], kind: Kind, site_code: str) -> DomainRule:
    # Departments of the State Council name their sites as portals do.
    if not (kind == "portal" or _is_central(site_code)) or not english:
        return DomainRule("G-D3", RuleState.NOT_APPLICABLE, "不是门户网站，或没有英文域名")
    host = english[0]
    if host == "www.gov.cn":
        return DomainRule("G-D3", RuleState.MET, f"域名 {host}")
    labels = _labels(host) if is_government(host) else []
    if labels[:1] != ["www"]:
        return DomainRule("G-D3", RuleState.NOT_MET, f"域名 {host} 不是 www.○○.gov.cn 的形式")
    if len(labels) == 2:
        return DomainRule("G-D3", RuleState.MET, f"域名 {host}")
    return DomainRule("G-D3", RuleState.PERSON, f"域名 {host} 在 www 与 gov.cn 之间有 {len(labels) - 1} 级")


def _department(english: list[str], kind: Kind, site_code: str, portal_hosts: Sequence[str]) -> DomainRule:
    if kind != "department" or _is_central(site_code) or not english:
        return DomainRule("G-D4", RuleState.NOT_APPLICABLE, "不是部门网站，或没有英文域名")
    host = english[0]
    labels = _labels(without_www(host)) if is_government(host) else []
    if len(labels) < 2:
        return DomainRule("G-D4", RuleState.NOT_MET, f"域名 {host} 不是 ○○.○○.gov.cn 的形式")
    portals = {without_www(host_of(portal)) for portal in portal_hosts} - {""}
    if portals and not any(host.endswith(f".{portal}") for portal in portals):
        # It may stand under the department that it answers to; the register does not say.
        return DomainRule(
            "G-D4", RuleState.PERSON, f"域名 {host} 不在本级门户域名 {'、'.join(sorted(portals))} 之下"
        )
    return DomainRule("G-D4", RuleState.MET, f"域名 {host}")


def _several(english: list[str], chinese: list[str]) -> DomainRule:
    names = {without_www(host) for host in english}, {without_www(host) for host in chinese}
    if max(map(len, names)) <= 1:
        return DomainRule("G-D5", RuleState.MET, "英文、中文域名各不超过一个")
    return DomainRule("G-D5", RuleState.PERSON, f"使用多个域名：{'、'.join([*english, *chinese])}")


def _without_functions(english: list[str], kind: Kind) -> DomainRule:
    if kind == "other" and any(map(is_government, english)):
        return DomainRule("G-D6", RuleState.PERSON, "使用 .gov.cn 域名，主办单位是否有行政职能由人工核对")
    return DomainRule("G-D6", RuleState.NOT_APPLICABLE, "门户和部门网站，或不使用 .gov.cn 域名")


def name_in_head(document: Document, site_name: str) -> DomainRule:
    """G-N1: the registered name in the title or the head area. A logo without words needs a person's eyes."""
    # What sites add to their registered name or leave out of it makes no difference.
    wanted = _NAME_TAIL.sub("", _words(site_name))
    if not wanted:
        return DomainRule("G-N1", RuleState.PERSON, "登记表没有网站名称")
    shown = [document.title, document.body_text[:1_500]]
    for node in document.tree.css(_HEADER)[:8]:
        for image in node.css("img")[:8]:
            attributes = image.attributes
            shown += [attributes.get("alt") or "", attributes.get("title") or ""]
    for text in shown:
        if wanted in _words(text[:3_000]):
            return DomainRule("G-N1", RuleState.MET, f"页面头部有“{fold(text)[:60]}”")
    return DomainRule("G-N1", RuleState.PERSON, f"页面标题和头部文字中没有“{site_name}”，标志图片由人工核对")


def _words(text: str) -> str:
    return _NOT_IN_NAMES.sub("", text)
