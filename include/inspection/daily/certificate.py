"""Until when a site's certificate is valid: one TLS handshake, no request."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from include.inspection.fetch.guard import AddressGuard, PlainResolver
from include.inspection.fetch.settings import FetchSettings
from include.inspection.fetch.wire import tls_context


async def certificate_until(url: str, settings: FetchSettings) -> datetime | None:
    """The aware moment at which the certificate of the host of ``url`` expires; None where it cannot be told.

    Only addresses that the settings allow are connected to.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    guard, resolver = AddressGuard(settings.allow_net), PlainResolver()
    try:
        async with asyncio.timeout(settings.try_seconds):
            for found in await resolver.resolve(host, port, socket.AF_UNSPEC):
                if not guard.allows(found["host"]):
                    continue
                context = tls_context(settings.ca_file, ["http/1.1"])
                _, writer = await asyncio.open_connection(
                    found["host"], port, ssl=context, server_hostname=host
                )
                try:
                    certificate = writer.get_extra_info("peercert") or {}
                finally:
                    writer.close()
                until = certificate.get("notAfter")
                return datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if until else None
    except (OSError, ssl.SSLError, TimeoutError, ValueError):
        return None
    return None
