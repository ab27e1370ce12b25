"""The register against what was seen: every row is a candidate that a person decides, never a verdict.

A site that was not reached by our own fault, or whose pages we may not read, gives no row: nothing was seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from include.inspection.extract.domain import host_of, is_government, registrable, without_www
from include.inspection.extract.sections import same_site
from include.inspection.facts import LinkedHost, Seen, SiteFacts
from include.inspection.fetch.outcomes import Outcome, label_of
from include.inspection.model import Registry, Site

REGISTER_COLUMNS = (
    "subject_id",
    "name",
    "kind",
    "label",
    "state",
    "registered",
    "found",
    "evidence_url",
    "evidence_key",
    "evidence_offset",
    "evidence_sha256",
    "fetched_at",
    "note",
)

#: kind → (label, what a person should do)
KINDS = {
    "dead": ("登记在用但无法访问", "核对名单中的网址是否有误，网站是否停办；停办应先办理手续再更新名单"),
    "offline": ("疑似未经申请下线", "名单中仍为正常运行，域名却已不能解析：核对是否办理了关停手续"),
    "moved": ("域名变更未报", "首页转到新域名，页面标识码与名单一致：核对后更新名单"),
    "redirected": ("跳转到名单外的域名", "核对是否为该网站的新域名，或域名已被他人使用"),
    "leads_to": ("跳转到另一个已登记的网站", "核对两个网站是否已合并；检查结果不采用另一个网站的页面"),
    "code": ("页面标识码与名单不一致", "核对页面和名单哪一个有误"),
    "domain": ("页面标注的域名与名单不一致", "核对是否启用了新域名而未报备"),
    "several": ("同一单位有多个网站", "核对是否需要整合"),
    "unregistered": ("名单外的政府域名", "由链接发现，是否在用未核实：核对是否为漏报的网站"),
}

_CODE = re.compile(r"[0-9]{10}|bm[0-9]{8}", re.IGNORECASE)

Row = dict[str, Any]


@dataclass(frozen=True)
class Sighting:
    """What one look at a site says about the register. ``outcomes`` are those of its tries, empty unless all of them
    failed by the site's own fault; ``home`` is where its home page was read at last; ``hosts`` are not in the register."""

    site: Site
    home: Seen
    outcomes: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    domain: str = ""
    hosts: tuple[LinkedHost, ...] = ()


class Register:
    """The office's sites by host, made once and asked for each site."""

    def __init__(self, registry: Registry) -> None:
        self._sites = registry.sites
        # Of several sites on one host the first stands for it.
        self._owners = {without_www(host_of(site.url)): site for site in reversed(registry.sites)}
        self._domains = {registrable(host) for host in self._owners if is_government(host)}
        self._codes = {site.site_code.lower(): site for site in registry.sites}

    def sighting(self, site: Site, facts: SiteFacts) -> Sighting:
        """What the facts of one pass over a site say. Small: a round keeps one for each site."""
        down = facts.probes and all(probe.site_down for probe in facts.probes) and not facts.network_doubt
        home = facts.marks[0] if facts.marks else None
        return Sighting(
            site=site,
            home=facts.home,
            outcomes=tuple(probe.outcome for probe in facts.probes) if down else (),
            codes=home.codes if home else (),
            domain=home.domain if home else "",
            hosts=self.unregistered(facts.linked_hosts),
        )

    def unregistered(self, hosts: Iterable[LinkedHost]) -> tuple[LinkedHost, ...]:
        """Those that the register does not know."""
        return tuple(item for item in hosts if self._is_unregistered(item.host))

    def _is_unregistered(self, host: str) -> bool:
        """Below the domains of the register alone: the rest of the country is linked to from everywhere."""
        return without_www(host) not in self._owners and registrable(host) in self._domains

    def reconcile(self, sightings: Mapping[str, Sighting]) -> list[Row]:
        """The candidates: sites in the order of the register, then units, then hosts by name. Same input, same rows.

        ``sightings`` by site code: the last look at each site that was looked at.
        """
        seen = [sightings[site.site_code] for site in self._sites if site.site_code in sightings]
        rows = [row for sighting in seen for row in self._of_site(sighting)]
        return [*rows, *_several(self._sites), *_unregistered(seen)]

    def _of_site(self, sighting: Sighting) -> Iterator[Row]:
        site, seen = sighting.site, sighting.home

        def row(kind: str, registered: str, found: str, more: str = "") -> Row:
            return _row(kind, site.site_code, site.name, registered, found, seen, more)

        if sighting.outcomes:
            gone = set(sighting.outcomes) == {Outcome.DNS_NO_NAME}
            labels = "、".join(dict.fromkeys(label_of(Outcome(outcome)) for outcome in sighting.outcomes))
            tries = f"{len(sighting.outcomes)}次访问全部失败：{labels}"
            yield row("offline" if gone else "dead", site.url, tries)
            return
        own = site.site_code.lower()
        shown = [(place, code.lower()) for place, code in sighting.codes if _CODE.fullmatch(code)]
        if seen.url and not same_site(seen.url, site.url):
            owner = self._owners.get(without_www(host_of(seen.url)))
            if owner is not None and owner.site_code != site.site_code:
                yield row("leads_to", site.url, seen.url, f"转到“{owner.name}”（{owner.site_code}）")
            else:
                moved = own in {code for _, code in shown}
                yield row("moved" if moved else "redirected", site.url, seen.url)
        for code in dict.fromkeys(code for _, code in shown if code != own):
            places = "、".join(place for place, value in shown if value == code)
            other = self._codes.get(code)
            whose = f"，是“{other.name}”的标识码" if other else ""
            yield row("code", site.site_code, code, f"见于{places}{whose}")
        domain = without_www(sighting.domain)
        known = {without_www(host_of(site.url)), without_www(host_of(seen.url))}
        if is_government(domain) and domain not in known and domain not in self._owners:
            yield row("domain", host_of(site.url), sighting.domain, "见于 SiteDomain 标签")


def _row(
    kind: str, subject_id: str, name: str, registered: str, found: str, seen: Seen | None, more: str = ""
) -> Row:
    label, advice = KINDS[kind]
    evidence = seen.evidence if seen else None
    return {
        "subject_id": subject_id,
        "name": name,
        "kind": kind,
        "label": label,
        "state": "candidate",
        "registered": registered,
        "found": found,
        "evidence_url": seen.url if seen else "",
        "evidence_key": evidence.key if evidence else "",
        "evidence_offset": evidence.offset if evidence else "",
        "evidence_sha256": evidence.sha256 if evidence else "",
        "fetched_at": seen.fetched_at if seen else "",
        "note": f"{more}；{advice}" if more else advice,
    }


def _several(sites: Iterable[Site]) -> Iterator[Row]:
    by_sponsor: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        if site.status == "running" and site.sponsor.strip():
            by_sponsor["".join(site.sponsor.split())].append(site)
    for sponsor, group in sorted(by_sponsor.items()):
        if len(group) > 1:
            names = "、".join(f"{site.name}（{site.site_code}）" for site in group)
            yield _row("several", group[0].site_code, sponsor, sponsor, f"{len(group)}个网站：{names}", None)


def _unregistered(seen: Iterable[Sighting]) -> Iterator[Row]:
    found: dict[str, list[tuple[Site, LinkedHost]]] = defaultdict(list)
    for sighting in seen:
        for linked in sighting.hosts:
            found[without_www(linked.host)].append((sighting.site, linked))
    for host, places in sorted(found.items()):
        site, first = places[0]
        words = f"链接文字“{first.words}”，" if first.words else ""
        others = len({item.site_code for item, _ in places}) - 1
        where = f"{words}见于“{site.name}”" + (f"和另外{others}个网站" if others else "")
        yield _row("unregistered", host, "", "", first.host, first.seen, where)
