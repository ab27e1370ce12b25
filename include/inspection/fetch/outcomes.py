"""The closed table of ways in which a fetch can end, what each means, and which are tried again.

An outcome is not a finding. ``SITE_DOWN`` is kept for failures that are certainly the site's own; whatever
could be our network, our TLS library, a guard in front of the site or a limit of ours is ``UNMEASURED``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    OK = "ok"
    NOT_MODIFIED = "not_modified"  # to a question that asked for what changed; the earlier answer holds
    # the page certainly does not exist
    NOT_FOUND = "not_found"
    GONE = "gone"
    # the site's own failure
    DNS_NO_NAME = "dns_no_name"
    REFUSED = "refused"
    RESET = "reset"
    CLOSED = "closed"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_TLS = "timeout_tls"
    TIMEOUT_FIRST_BYTE = "timeout_first_byte"
    TIMEOUT_READ = "timeout_read"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    SERVICE_UNAVAILABLE = "service_unavailable"
    CERT_EXPIRED = "cert_expired"
    CERT_WRONG_HOST = "cert_wrong_host"
    # we may not look
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    LEGAL = "legal"
    CLIENT_ERROR = "client_error"
    CHALLENGE = "challenge"
    BLOCKED = "blocked"
    LOGIN = "login"
    ROBOTS_DISALLOWED = "robots_disallowed"
    ROBOTS_UNAVAILABLE = "robots_unavailable"
    # we could not look
    DNS_UNAVAILABLE = "dns_unavailable"
    TIMEOUT_DNS = "timeout_dns"
    NETWORK_UNREACHABLE = "network_unreachable"
    OWN_RESOURCES = "own_resources"
    CERT_SELF_SIGNED = "cert_self_signed"
    CERT_UNTRUSTED = "cert_untrusted"
    CERT_NOT_YET_VALID = "cert_not_yet_valid"
    TLS_HANDSHAKE = "tls_handshake"
    BAD_URL = "bad_url"
    ADDRESS_REFUSED = "address_refused"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REDIRECT_LOOP = "redirect_loop"
    BAD_REDIRECT = "bad_redirect"
    BAD_ANSWER = "bad_answer"
    BAD_ENCODING = "bad_encoding"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    TOO_LARGE = "too_large"
    # limits and failures of ours
    BUDGET_PAGES = "budget_pages"
    BUDGET_SECONDS = "budget_seconds"
    BUDGET_BYTES = "budget_bytes"
    EVIDENCE_NOT_WRITTEN = "evidence_not_written"
    NOT_FETCHED = "not_fetched"
    NOT_RENDERED = "not_rendered"
    UNEXPECTED = "unexpected"


class Meaning(StrEnum):
    READ = "read"
    GONE = "gone"
    SITE_DOWN = "site_down"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class OutcomeRule:
    """``label`` is for logs and coverage.csv; ``tries`` counts the first one; permanent means one."""

    outcome: Outcome
    label: str
    meaning: Meaning
    permanent: bool
    tries: int


def _rules() -> dict[Outcome, OutcomeRule]:
    o, read, gone, down, unmeasured = (
        Outcome,
        Meaning.READ,
        Meaning.GONE,
        Meaning.SITE_DOWN,
        Meaning.UNMEASURED,
    )
    table: list[tuple[Outcome, str, Meaning, int]] = [
        (o.OK, "已读取", read, 1),
        (o.NOT_MODIFIED, "页面未变化（304）", read, 1),
        (o.NOT_FOUND, "页面不存在（404）", gone, 1),
        (o.GONE, "页面已删除（410）", gone, 1),
        (o.DNS_NO_NAME, "域名不存在或没有地址", down, 2),
        (o.REFUSED, "服务器拒绝连接", down, 3),
        (o.RESET, "连接被重置", down, 3),
        (o.CLOSED, "服务器未作应答即断开连接", down, 3),
        (o.TIMEOUT_CONNECT, "建立连接超时", down, 2),
        (o.TIMEOUT_TLS, "安全连接（TLS）握手超时", down, 2),
        (o.TIMEOUT_FIRST_BYTE, "已连接但等待应答超时", down, 2),
        (o.TIMEOUT_READ, "应答内容未能在时限内收完", down, 2),
        (o.SERVER_ERROR, "服务器内部错误（5xx）", down, 3),
        (o.BAD_GATEWAY, "网关错误或网关超时（502、504）", down, 3),
        (o.SERVICE_UNAVAILABLE, "服务暂不可用（503）", down, 3),
        (o.CERT_EXPIRED, "安全证书已过期", down, 1),
        (o.CERT_WRONG_HOST, "安全证书与域名不符", down, 1),
        # Who has it installed, as on an office network, sees the site like any other.
        (o.CERT_SELF_SIGNED, "安全证书为自签名证书", unmeasured, 1),
        (o.UNAUTHORIZED, "要求身份认证（401）", unmeasured, 1),
        (o.FORBIDDEN, "禁止访问（403）", unmeasured, 1),
        (o.RATE_LIMITED, "访问过于频繁或服务繁忙，被限制", unmeasured, 3),
        (o.LEGAL, "因法律原因不可访问（451）", unmeasured, 1),
        (o.CLIENT_ERROR, "请求未被接受（4xx）", unmeasured, 1),
        (o.CHALLENGE, "返回防护验证页面，未见正文", unmeasured, 2),
        (o.BLOCKED, "被防护设备拦截", unmeasured, 1),
        (o.LOGIN, "要求登录后访问", unmeasured, 1),
        (o.ROBOTS_DISALLOWED, "robots.txt 不允许访问", unmeasured, 1),
        (o.ROBOTS_UNAVAILABLE, "未能取得 robots.txt，按不允许处理", unmeasured, 1),
        (o.DNS_UNAVAILABLE, "本方域名解析服务不可用", unmeasured, 3),
        (o.TIMEOUT_DNS, "域名解析超时", unmeasured, 2),
        (o.NETWORK_UNREACHABLE, "本方网络不可达", unmeasured, 3),
        (o.OWN_RESOURCES, "本机资源不足", unmeasured, 3),
        (o.CERT_UNTRUSTED, "安全证书链不完整或不受信任", unmeasured, 1),
        (o.CERT_NOT_YET_VALID, "安全证书尚未生效", unmeasured, 1),
        (o.TLS_HANDSHAKE, "安全连接（TLS）握手失败", unmeasured, 2),
        (o.BAD_URL, "网址无效", unmeasured, 1),
        (o.ADDRESS_REFUSED, "目标地址不是公网地址，不予访问", unmeasured, 1),
        (o.TOO_MANY_REDIRECTS, "跳转次数过多", unmeasured, 1),
        (o.REDIRECT_LOOP, "循环跳转", unmeasured, 1),
        (o.BAD_REDIRECT, "跳转目标无效", unmeasured, 1),
        (o.BAD_ANSWER, "应答不符合 HTTP 协议", unmeasured, 2),
        (o.BAD_ENCODING, "应答内容无法解压", unmeasured, 2),
        (o.TRUNCATED, "应答内容不完整", unmeasured, 3),
        (o.EMPTY, "应答没有内容", unmeasured, 2),
        (o.WRONG_TYPE, "应答不是网页", unmeasured, 1),
        (o.TOO_LARGE, "应答内容超过大小限制", unmeasured, 1),
        (o.BUDGET_PAGES, "已达到每个对象的页面数限制", unmeasured, 1),
        (o.BUDGET_SECONDS, "已达到每个对象的时间限制", unmeasured, 1),
        (o.BUDGET_BYTES, "已达到每个对象的流量限制", unmeasured, 1),
        (o.EVIDENCE_NOT_WRITTEN, "证据未能写入磁盘", unmeasured, 1),
        (o.NOT_FETCHED, "本轮没有抓取", unmeasured, 1),
        (o.NOT_RENDERED, "页面未能由浏览器渲染", unmeasured, 1),
        (o.UNEXPECTED, "抓取程序遇到未预料的错误", unmeasured, 2),
    ]
    return {
        outcome: OutcomeRule(outcome, label, meaning, tries == 1, tries)
        for outcome, label, meaning, tries in table
    }


OUTCOMES: Mapping[Outcome, OutcomeRule] = MappingProxyType(_rules())


def meaning_of(outcome: Outcome) -> Meaning:
    return OUTCOMES[outcome].meaning


def label_of(outcome: Outcome) -> str:
    return OUTCOMES[outcome].label


_BY_STATUS = {
    401: Outcome.UNAUTHORIZED,
    403: Outcome.FORBIDDEN,
    404: Outcome.NOT_FOUND,
    407: Outcome.UNAUTHORIZED,
    410: Outcome.GONE,
    429: Outcome.RATE_LIMITED,
    451: Outcome.LEGAL,
    502: Outcome.BAD_GATEWAY,
    503: Outcome.SERVICE_UNAVAILABLE,
    504: Outcome.BAD_GATEWAY,
}


def outcome_of_status(status: int) -> Outcome:
    """The outcome of a complete answer that is neither a followed redirect nor a recognised guard page."""
    if 200 <= status < 300:
        return Outcome.OK
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return Outcome.BAD_REDIRECT
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    if 500 <= status < 600:
        return Outcome.SERVER_ERROR
    return Outcome.BAD_ANSWER
