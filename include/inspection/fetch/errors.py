"""Exceptions of the network libraries → outcomes. Our own outage must never be read as the site's."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

import aiohttp
import httpcore
import httpx

from include.inspection.fetch.guard import AddressRefused
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.wire import Phase, Trace

_BY_PHASE: dict[Phase, Outcome] = {
    "dns": Outcome.TIMEOUT_DNS,
    "connect": Outcome.TIMEOUT_CONNECT,
    "tls": Outcome.TIMEOUT_TLS,
    "first_byte": Outcome.TIMEOUT_FIRST_BYTE,
    "read": Outcome.TIMEOUT_READ,
}
_OWN = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL, errno.EADDRINUSE}
_NO_WAY = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.EACCES, errno.EPERM}
_NO_WAY |= {errno.EAFNOSUPPORT}
_NO_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}

_X509_SELF_SIGNED = 18
_X509_NOT_YET_VALID = 9
_X509_EXPIRED = 10
_X509_WRONG_NAME = {62, 64}

_ERRNO_IN_TEXT = re.compile(r"\[Errno (\d+)\]")


def timeout_outcome(trace: Trace) -> Outcome:
    return _BY_PHASE[trace.phase]


def classify(error: BaseException, trace: Trace) -> tuple[Outcome, str]:
    """The outcome of an exchange that ended in ``error``, and a one-line detail."""
    chain = list(_causes(error))
    detail = f"{type(chain[-1]).__name__}: {chain[-1]}"
    if trace.refused or any(isinstance(link, AddressRefused) for link in chain):
        return Outcome.ADDRESS_REFUSED, f"{', '.join(trace.refused) or detail} 不是公网地址"
    for link in reversed(chain):  # the innermost cause says most
        found = _one(link, trace)
        if found is not None:
            return found, detail
    return Outcome.UNEXPECTED, detail


def worth_asking_again(error: BaseException, scheme: str) -> bool:
    """Whether another HTTP library may read what aiohttp could not: HTTP/2 alone, or sloppy framing."""
    return any(
        "no_application_protocol" in str(link).lower().replace(" ", "_")
        or (scheme == "https" and isinstance(link, aiohttp.ServerDisconnectedError))
        or (isinstance(link, aiohttp.ClientResponseError) and link.status == 400)
        for link in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        inner = getattr(link, "os_error", None)
        link = inner if isinstance(inner, BaseException) else link.__cause__


def _one(error: BaseException, trace: Trace) -> Outcome | None:
    # httpx.TimeoutException is left out on purpose: its aiohttp transport calls a hang-up a connect timeout
    if isinstance(error, TimeoutError):
        return timeout_outcome(trace)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError | aiohttp.InvalidURL):
        return Outcome.BAD_URL
    if isinstance(error, socket.gaierror):
        return Outcome.DNS_NO_NAME if error.errno in _NO_NAME else Outcome.DNS_UNAVAILABLE
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error)
    if isinstance(error, ssl.SSLError):
        return Outcome.TLS_HANDSHAKE if trace.phase == "tls" else Outcome.BAD_ANSWER
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Outcome.TRUNCATED if trace.phase == "read" else Outcome.CLOSED
    if isinstance(error, aiohttp.ClientPayloadError):
        return Outcome.TRUNCATED
    if isinstance(error, aiohttp.ClientResponseError):
        return Outcome.BAD_ANSWER
    if isinstance(error, httpcore.RemoteProtocolError | httpx.ProtocolError):
        return Outcome.TRUNCATED if trace.phase == "read" else Outcome.BAD_ANSWER
    if isinstance(error, OSError):
        return _os_error(error, trace)
    return None


def _certificate(error: ssl.SSLCertVerificationError) -> Outcome:
    code = error.verify_code
    if code in _X509_WRONG_NAME or "mismatch" in str(error).lower():
        return Outcome.CERT_WRONG_HOST
    return {
        _X509_EXPIRED: Outcome.CERT_EXPIRED,
        _X509_NOT_YET_VALID: Outcome.CERT_NOT_YET_VALID,
        _X509_SELF_SIGNED: Outcome.CERT_SELF_SIGNED,
    }.get(code, Outcome.CERT_UNTRUSTED)


def _os_error(error: OSError, trace: Trace) -> Outcome | None:
    codes = (
        {error.errno}
        if isinstance(error.errno, int)
        else {int(c) for c in _ERRNO_IN_TEXT.findall(str(error))}
    )
    if not codes:
        # asyncio ends a handshake that the peer broke off with a bare ConnectionResetError
        return _reset(trace) if isinstance(error, ConnectionError) else None
    if codes & _OWN:
        return Outcome.OWN_RESOURCES
    # an address family that we do not have says nothing when another address was really reached
    reached = codes - _NO_WAY
    if not reached:
        return Outcome.NETWORK_UNREACHABLE
    if errno.ETIMEDOUT in reached:
        return timeout_outcome(trace)
    if errno.ECONNREFUSED in reached:
        return Outcome.REFUSED
    if reached & {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        return _reset(trace)
    return None


def _reset(trace: Trace) -> Outcome:
    if trace.phase == "read":
        return Outcome.TRUNCATED
    # a peer that breaks off the handshake may only dislike our TLS
    return Outcome.TLS_HANDSHAKE if trace.phase == "tls" else Outcome.RESET
