"""Further looks at the home page: as from a search engine, over HTTPS, over IPv6. One request each."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from include.inspection.extract.cloaking import SEARCH_REFERRER, only_from_search
from include.inspection.extract.html import Document
from include.inspection.extract.sections import same_site
from include.inspection.facts import HttpsFacts, Ipv6Facts, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning, Outcome
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look, open_document

_MIXED = "script[src], img[src], iframe[src], frame[src], embed[src], video[src], audio[src], source[src], link[rel~=stylesheet][href]"
_MOST_MIXED = 200
#: Failures that speak against the site also where our own IPv6 may be at fault.
_SURELY_DOWN = frozenset(
    {Outcome.REFUSED, Outcome.SERVER_ERROR, Outcome.BAD_GATEWAY, Outcome.SERVICE_UNAVAILABLE}
)
#: Certificates of which a browser warns every visitor who has not installed them.
CERTIFICATE_REFUSED = frozenset({Outcome.CERT_EXPIRED, Outcome.CERT_WRONG_HOST, Outcome.CERT_SELF_SIGNED})


async def look_again_at_home(look: Look, facts: SiteFacts, home: Page, document: Document) -> None:
    """Adds to ``facts`` what the further looks say. ``document`` is the home page as ``home`` brought it."""
    await _from_search(look, facts, document)
    facts.https = await _https(look, home, document)
    facts.ipv6 = await _over_ipv6(look)
    facts.home_seconds = home.seconds


def https_refused(page: Page) -> HttpsFacts | None:
    """What a home page that browsers warn of says about its HTTPS; None where it failed in another way."""
    return (
        HttpsFacts(False, outcome_text(page), Seen.on(page)) if page.outcome in CERTIFICATE_REFUSED else None
    )


async def _from_search(look: Look, facts: SiteFacts, document: Document) -> None:
    visit = look.limits.home_tries + 2
    page = await look.source.get(look.home, role="search", visit=visit, referer=SEARCH_REFERRER)
    if meaning(page) is not Meaning.READ:
        return
    facts.cloaked = only_from_search(document, open_document(page))
    facts.cloaked_seen = Seen.on(page)
    for item in facts.cloaked:
        look.say(f"首页仅在从搜索引擎进入时出现：{item.url}“{item.text[:30]}”，{item.why}", url=page.url)


def _with_scheme(url: str, scheme: str) -> str:
    """The address under another scheme; "" where it names a port of its own."""
    parts = urlsplit(url)
    if parts.port not in (None, 80 if parts.scheme == "http" else 443):
        return ""
    return urlunsplit((scheme, parts.hostname or "", parts.path or "/", parts.query, ""))


async def _https(look: Look, home: Page, document: Document) -> HttpsFacts:
    if urlsplit(home.final_url).scheme == "https":
        plain = (
            look.site.url
            if urlsplit(look.site.url).scheme == "http"
            else _with_scheme(home.final_url, "http")
        )
        return replace(_secure(home, document), redirects=await _leads_to_https(look, home, plain))
    url = _with_scheme(look.home, "https")
    if not url:
        return HttpsFacts(None, "首页使用自定端口，未检查 HTTPS", Seen.on(home))
    page = await look.source.get(url, role="https", referer=None)
    if meaning(page) is Meaning.READ and urlsplit(page.final_url).scheme != "https":
        return HttpsFacts(False, "HTTPS 转回 HTTP", Seen.on(page))
    if meaning(page) is Meaning.READ and same_site(page.final_url, look.home):
        return replace(_secure(page, open_document(page)), redirects=False)
    # Over plain HTTP the page is there: what fails now is its HTTPS alone.
    fails = meaning(page) in (Meaning.SITE_DOWN, Meaning.GONE) or page.outcome in CERTIFICATE_REFUSED
    return HttpsFacts(False if fails else None, outcome_text(page), Seen.on(page))


async def _leads_to_https(look: Look, home: Page, plain: str) -> bool | None:
    """Whether the plain address leads to the secure one; None where it could not be seen."""
    if not plain:
        return None
    if plain == look.site.url:
        return True
    page = await look.source.get(plain, role="https", referer=None)
    if meaning(page) is not Meaning.READ:
        # Nothing answers without encryption: nobody stays there.
        return True if page.outcome in (Outcome.REFUSED, Outcome.TIMEOUT_CONNECT) else None
    return urlsplit(page.final_url).scheme == "https"


def _secure(page: Page, document: Document) -> HttpsFacts:
    certificate = page.certificate or {}
    until = certificate.get("not_after")
    return HttpsFacts(
        opens=True,
        reason="",
        seen=Seen.on(page),
        issuer=certificate.get("issuer", ""),
        until=datetime.fromisoformat(until) if until else None,
        mixed=tuple(_mixed(document)),
    )


def _mixed(document: Document) -> list[str]:
    """Parts of the page that it fetches without encryption."""
    found: dict[str, None] = {}
    for node in document.tree.css(_MIXED)[:5_000]:
        url = document.absolute(node.attributes.get("src") or node.attributes.get("href") or "")
        if url.startswith("http://"):
            found[url] = None
    return list(found)[:_MOST_MIXED]


async def _over_ipv6(look: Look) -> Ipv6Facts:
    host = urlsplit(look.home).hostname or ""
    try:
        ipaddress.ip_address(host)
        return Ipv6Facts(None, None, "首页网址是 IP 地址", None)
    except ValueError:
        pass
    page = await look.source.get(look.home, role="ipv6", visit=look.limits.home_tries + 3)
    seen = Seen.on(page)
    if meaning(page) in (Meaning.READ, Meaning.GONE):
        return Ipv6Facts(True, True, "", seen)
    if page.outcome is Outcome.DNS_NO_NAME:
        return Ipv6Facts(False, False, "域名没有 AAAA 记录", seen)
    if page.outcome is Outcome.NETWORK_UNREACHABLE:
        return Ipv6Facts(True, None, "本机没有 IPv6 网络，未能打开", seen)
    if page.outcome in _SURELY_DOWN:
        return Ipv6Facts(True, False, outcome_text(page), seen)
    return Ipv6Facts(None, None, outcome_text(page), seen)
