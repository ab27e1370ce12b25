"""Whether a home page that did not open may be our own network's fault: such a site is not measured, never named.

Two things clear our side: a control address that answered at the time of the failing looks, and that not a large share
of the round's hosts fail in the same way.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from include.inspection.facts import SiteFacts
from include.inspection.fetch.controls import is_numeric
from include.inspection.fetch.outcomes import Outcome
from include.inspection.model import Registry, Site
from include.inspection.survey.look import SurveyLimits

TIMEOUTS = (Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_TLS, Outcome.TIMEOUT_FIRST_BYTE, Outcome.TIMEOUT_READ)
#: Failures that a broken line or name service of ours looks like, by what they have in common.
NETWORK_SIDE: Mapping[Outcome, str] = {
    Outcome.DNS_NO_NAME: "域名无法解析",
    Outcome.REFUSED: "拒绝连接",
    Outcome.RESET: "连接中断",
    Outcome.CLOSED: "连接中断",
    **dict.fromkeys(TIMEOUTS, "访问超时"),
}
#: A box that opens our encrypted connections, or a wrong clock, spoils every certificate alike.
_CAUSES: Mapping[Outcome, str] = {
    **NETWORK_SIDE,
    Outcome.CERT_EXPIRED: "安全证书问题",
    Outcome.CERT_WRONG_HOST: "安全证书问题",
    Outcome.CERT_SELF_SIGNED: "安全证书问题",
}

NO_CONTROLS = "没有对照网址可以证明本方网络正常，请设置 INSPECTION_CONTROLS"
CONTROLS_SILENT = "对照网址同时没有应答，疑为本方网络问题"
CONTROLS_UNRESOLVED = "对照网址的域名同时无法解析，疑为本方域名解析问题"


def failed_looks(facts: SiteFacts) -> list[Outcome]:
    """The outcomes of the looks at the home page where every one failed in a way that is the site's own; else none."""
    looks = facts.probes
    return [Outcome(look.outcome) for look in looks] if all(look.site_down for look in looks) else []


def needs_controls(facts: SiteFacts) -> bool:
    return any(outcome in NETWORK_SIDE for outcome in failed_looks(facts))


def control_addresses(site: Site, registry: Registry, limits: SurveyLimits) -> list[str]:
    """robots.txt of some other registered hosts, for an operator who named no controls: any answer of theirs will do.

    Chosen by a hash, so that no site is asked for all the others; hosts with a name first, for they prove the name
    service too.
    """
    own = urlsplit(site.url).netloc
    origins = {
        f"{urlsplit(other.url).scheme}://{urlsplit(other.url).netloc}"
        for other in registry.sites
        if other.status == "running" and urlsplit(other.url).netloc != own
    }

    def order(origin: str) -> tuple[bool, str]:
        rank = hashlib.sha256(f"{site.site_code}:{origin}".encode()).hexdigest()
        return is_numeric(urlsplit(origin).hostname or ""), rank

    return [f"{origin}/robots.txt" for origin in sorted(origins, key=order)[: int(limits.controls)]]


def doubt_by_controls(facts: SiteFacts) -> str:
    """Why the controls do not clear our own network; "" where they do or nobody asks."""
    looks = failed_looks(facts)
    causes = {outcome for outcome in looks if outcome in NETWORK_SIDE}
    if not causes:
        return ""
    if not facts.controls:
        return NO_CONTROLS
    if Outcome.DNS_NO_NAME in causes and not any(control.resolved for control in facts.controls):
        return CONTROLS_UNRESOLVED
    if causes - {Outcome.DNS_NO_NAME} and not any(control.answered for control in facts.controls):
        return CONTROLS_SILENT
    return ""


def failing_alike(
    failed: Iterable[tuple[Site, SiteFacts]], hosts: int, limits: SurveyLimits
) -> dict[str, str]:
    """Subject id → doubt, for the sites of whose kind of failure the round has too many.

    Counted by host, for many sites of one host fail together by right; ``hosts`` are all hosts of the round.
    """
    by_cause: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for site, facts in failed:
        for cause in {_CAUSES[outcome] for outcome in failed_looks(facts) if outcome in _CAUSES}:
            by_cause[cause][urlsplit(site.url).netloc].add(site.site_code)
    doubts: dict[str, str] = {}
    for cause, sites in sorted(by_cause.items()):
        if len(sites) >= limits.alike_hosts and len(sites) * 100 >= limits.alike_percent * hosts:
            text = f"本轮多数网站以同样方式无法访问（{cause}，{hosts}个主机中有{len(sites)}个），疑为本方网络问题"
            doubts.update((code, text) for codes in sites.values() for code in codes)
    return doubts


def apply_doubt(facts: SiteFacts, doubt: str) -> None:
    """Make the reason part of the facts: what was not measured says why in every row."""
    if doubt:
        facts.network_doubt = doubt
        facts.reason = "；".join(filter(None, (facts.reason, doubt)))
