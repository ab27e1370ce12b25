"""What one exchange saw on the wire, and the TLS and aiohttp pieces that report it.

httpx tells neither the address nor the phase in which a time limit ran out; both are evidence here, so the
pieces below write them into the ``Trace`` of the running exchange.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import aiohttp
import certifi
import httpcore
import httpx
from httpx_aiohttp import AiohttpTransport

Phase = Literal["dns", "connect", "tls", "first_byte", "read"]

# Real sites send long cookies and policies; a header block beyond this is an attack or a defect.
HEADER_LINE_BYTES = 65_536
HEADER_LINES = 256


@dataclass
class Trace:
    phase: Phase = "dns"
    address: str | None = None
    http_version: str | None = None
    certificate: dict[str, str] | None = None
    refused: list[str] = field(default_factory=list)


_CURRENT: ContextVar[Trace] = ContextVar("fetch_trace")
_NOBODY = Trace()


def current_trace() -> Trace:
    return _CURRENT.get(_NOBODY)


def start_trace() -> Trace:
    trace = Trace()
    _CURRENT.set(trace)
    return trace


class _TracedContext(ssl.SSLContext):
    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        current_trace().phase = "tls"
        return super().wrap_bio(*args, **kwargs)


def tls_context(ca_file: Path | None, alpn: list[str]) -> ssl.SSLContext:
    """Verifies names and chains against certifi's roots, and the office's own that ``ca_file`` names.

    Reading the roots takes longer than a handshake: a process does it once.
    """
    return _tls_context(ca_file, tuple(alpn))


@lru_cache(maxsize=8)
def _tls_context(ca_file: Path | None, alpn: tuple[str, ...]) -> ssl.SSLContext:
    context = _TracedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    # Old TLS front ends of public sites renegotiate the old way. We only read public pages and send no
    # secret, so refusing them would only leave those sites unmeasured.
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    context.set_alpn_protocols(list(alpn))
    return context


def certificate_text(certificate: Any) -> dict[str, str] | None:
    """Issuer, subject and validity (UTC, ISO) of a certificate whose chain and name were found good; None without one."""
    if not certificate:
        return None

    def name(field: str) -> str:
        parts = {key: value for rdn in certificate.get(field, ()) for key, value in rdn}
        return (
            "，".join(parts[key][:120] for key in ("organizationName", "commonName") if parts.get(key))
            or "（无名称）"
        )

    def moment(field: str) -> str:
        seconds = ssl.cert_time_to_seconds(certificate[field])
        return datetime.fromtimestamp(seconds, UTC).isoformat()

    try:
        return {
            "issuer": name("issuer"),
            "subject": name("subject"),
            "not_before": moment("notBefore"),
            "not_after": moment("notAfter"),
        }
    except (KeyError, ValueError, OverflowError):
        return None


class _TracedResponse(aiohttp.ClientResponse):
    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        trace = current_trace()
        transport = connection.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        if peer:
            trace.address = peer[0]
        trace.certificate = certificate_text(
            transport.get_extra_info("peercert") if transport is not None else None
        )
        trace.phase = "first_byte"
        await super().start(connection)
        trace.phase = "read"
        if self.version is not None:
            trace.http_version = f"HTTP/{self.version.major}.{self.version.minor}"
        return self


async def _connected(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: Any) -> None:
    current_trace().phase = "first_byte"


def open_session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """A session that keeps no cookies, decodes nothing and reads no proxy settings."""
    events = aiohttp.TraceConfig()
    events.on_connection_create_end.append(_connected)
    events.on_connection_reuseconn.append(_connected)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=_TracedResponse,
        trace_configs=[events],
        auto_decompress=False,
        trust_env=False,
        max_line_size=HEADER_LINE_BYTES,
        max_field_size=HEADER_LINE_BYTES,
        max_headers=HEADER_LINES,
    )


class Transport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over aiohttp, and where that cannot make sense of a host, HTTP/2 or 1.1 over httpcore.

    aiohttp speaks no HTTP/2 and is strict about framing (bytes beyond the Content-Length, for one) where
    browsers are not. Which of the two a host needs is remembered.
    """

    def __init__(
        self,
        connector: aiohttp.TCPConnector,
        backend: httpcore.AsyncNetworkBackend,
        context: ssl.SSLContext,
        ca_file: Path | None,
        worth_asking_again: Callable[[BaseException, str], bool],
    ) -> None:
        self._first = AiohttpTransport(client=open_session(connector), verify=context)
        self._backend = backend
        self._ca_file = ca_file
        self._worth_asking_again = worth_asking_again
        self._second: httpx.AsyncHTTPTransport | None = None
        self._needs_second: dict[bytes, bool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.netloc
        if self._needs_second.get(host):
            return await self._ask_httpcore(request)
        try:
            return await self._first.handle_async_request(request)
        except Exception as error:
            if host in self._needs_second or not self._worth_asking_again(error, request.url.scheme):
                raise
            response = await self._ask_httpcore_or_give_up(request)
            self._needs_second[host] = response is not None
            if response is None:
                raise  # the first failure is the one that says something
            return response

    async def _ask_httpcore_or_give_up(self, request: httpx.Request) -> httpx.Response | None:
        try:
            return await self._ask_httpcore(request)
        except Exception:
            return None

    async def _ask_httpcore(self, request: httpx.Request) -> httpx.Response:
        trace = current_trace()
        trace.phase = "dns"
        request.extensions["trace"] = _httpcore_event
        response = await self._httpcore().handle_async_request(request)
        trace.phase = "read"
        trace.http_version = response.extensions.get("http_version", b"HTTP/2").decode("ascii", "replace")
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer:
            trace.address = peer[0]
        tls = stream.get_extra_info("ssl_object") if stream is not None else None
        trace.certificate = certificate_text(tls.getpeercert() if tls is not None else None)
        return response

    def _httpcore(self) -> httpx.AsyncHTTPTransport:
        if self._second is None:
            context = tls_context(self._ca_file, ["h2", "http/1.1"])
            self._second = httpx.AsyncHTTPTransport(verify=context, http2=True, trust_env=False)
            # httpx has no argument for httpcore's network backend, and the guard must sit there
            self._second._pool = httpcore.AsyncConnectionPool(
                ssl_context=context, http1=True, http2=True, network_backend=self._backend
            )
        return self._second

    async def aclose(self) -> None:
        await self._first.aclose()
        if self._second is not None:
            await self._second.aclose()


async def _httpcore_event(name: str, _info: Any) -> None:
    if name.endswith(("start_tls.complete", "send_request_headers.started")):
        current_trace().phase = "first_byte"
