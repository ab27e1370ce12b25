"""How the home page can be reached: HTTPS, IPv6, how long it takes."""

from __future__ import annotations

from include.inspection.facts import HttpsFacts, SiteFacts
from include.inspection.measures.base import Context, Detail, Measured, State, measured, unmeasured


def https_opens(facts: SiteFacts, context: Context) -> Measured:
    """1 where the home page opens over HTTPS with a certificate that browsers accept, else 0."""
    https = facts.https
    if https is None or https.opens is None:
        reason = https.reason if https else facts.reason or "未检查 HTTPS"
        return unmeasured(reason, https.seen if https else facts.home)
    reason = f"证书由 {https.issuer or '未知机构'} 签发" if https.opens else f"HTTPS 打不开：{https.reason}"
    return measured(int(https.opens), seen=https.seen, reason=reason)


def _open(facts: SiteFacts) -> HttpsFacts | Measured:
    """The facts of a home page that opens over HTTPS; what else, another indicator charges."""
    https = facts.https
    if https is None or https.opens is None:
        return unmeasured(https.reason if https else "未检查 HTTPS", https.seen if https else facts.home)
    return (
        https if https.opens else Measured(State.NOT_APPLICABLE, reason="首页未开通 HTTPS", seen=https.seen)
    )


def certificate_days(facts: SiteFacts, context: Context) -> Measured:
    """Days from the monitoring point until the certificate expires."""
    https = _open(facts)
    if isinstance(https, Measured):
        return https
    if https.until is None:
        return unmeasured("没有取得证书内容", https.seen)
    days = (https.until - context.as_of).days
    return measured(
        days, seen=https.seen, reason=f"证书由 {https.issuer} 签发，有效期至 {https.until:%Y-%m-%d %H:%M} UTC"
    )


def https_redirect(facts: SiteFacts, context: Context) -> Measured:
    """1 where the plain address leads to the secure one, else 0."""
    https = _open(facts)
    if isinstance(https, Measured):
        return https
    if https.redirects is None:
        return unmeasured("未能看到 HTTP 地址的去向", https.seen)
    return measured(
        int(https.redirects), seen=https.seen, reason="" if https.redirects else "HTTP 地址不转到 HTTPS"
    )


def mixed_content(facts: SiteFacts, context: Context) -> Measured:
    """Parts of the secure home page that it fetches without encryption."""
    https = _open(facts)
    if isinstance(https, Measured):
        return https
    return measured(
        len(https.mixed), seen=https.seen, details=[Detail(url, https.seen) for url in https.mixed[:20]]
    )


def ipv6_opens(facts: SiteFacts, context: Context) -> Measured:
    """1 where the home page opens over IPv6, 0 where its name has no address there or its server does not answer."""
    ipv6 = facts.ipv6
    if ipv6 is None or ipv6.opens is None:
        return unmeasured(ipv6.reason if ipv6 else "未检查 IPv6", ipv6.seen if ipv6 else facts.home)
    return measured(
        int(ipv6.opens), seen=ipv6.seen, reason=ipv6.reason or "首页可经 IPv6 打开，二、三级页面未测"
    )


def home_seconds(facts: SiteFacts, context: Context) -> Measured:
    """Seconds that the home page's own file took; its pictures and scripts come on top, so that it is the least."""
    return measured(facts.home_seconds, seen=facts.home, reason="只计首页文件本身，不含图片和脚本")
