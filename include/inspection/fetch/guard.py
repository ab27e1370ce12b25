"""Only public addresses, unless a range is allowed by name; asked for the address really connected to.

The check sits where the socket for one resolved address is made, so a name that resolves differently the
second time, a redirect, and a number written in an odd way all meet it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import httpcore
from aiohttp.abc import AbstractResolver, ResolveResult

from include.inspection.fetch.settings import Network
from include.inspection.fetch.wire import current_trace

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# 6to4 and Teredo carry an IPv4 address inside; no site is reached through them any more.
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


class AddressRefused(OSError):
    """An address that is not public and that no setting allows."""


class AddressGuard:
    def __init__(self, allow_net: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allow_net)

    def allows(self, host: str) -> bool:
        """Whether a connection to the numeric address ``host`` may be opened."""
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return self._allows(address)

    def _allows(self, address: Address) -> bool:
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address.version == net.version and address in net for net in self._allowed):
            return True
        if isinstance(address, ipaddress.IPv4Address):
            return address.is_global and not address.is_multicast and not address.is_reserved
        if address in _NAT64:
            return self._allows(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        return (
            address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _TUNNELS)
        )

    def require(self, host: str) -> None:
        if not self.allows(host):
            trace = current_trace()
            trace.refused.append(host)
            raise AddressRefused(f"address {host} is not public")

    def socket_factory(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """For aiohttp's connector: called with each address immediately before it is connected to."""
        family, kind, proto, _, address = addr_info
        self.require(str(address[0]))
        trace = current_trace()
        trace.phase = "connect"
        trace.address = str(address[0])
        return socket.socket(family=family, type=kind, proto=proto)


class PlainResolver(AbstractResolver):
    """The system's resolver, without AI_ADDRCONFIG.

    With that flag the C library answers "no such name" when this machine has lost its own network, and a site
    would be blamed for it. IPv6 addresses without a route from here are dropped where IPv4 ones exist.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        return [
            ResolveResult(
                hostname=host,
                host=str(info[4][0]),
                port=port,
                family=info[0],
                proto=info[2],
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for info in _with_route(infos)
        ]

    async def close(self) -> None:
        return None


class IPv6Resolver(AbstractResolver):
    """The IPv6 addresses of a name alone; a name that has none does not exist (EAI_NONAME)."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            found = await self._inner.resolve(host, port, socket.AF_INET6)
        except socket.gaierror as error:
            if error.errno != getattr(socket, "EAI_ADDRFAMILY", None):
                raise
            found = []
        six = [one for one in found if one["family"] == socket.AF_INET6]
        if not six:
            raise socket.gaierror(socket.EAI_NONAME, "no AAAA record")
        return six

    async def close(self) -> None:
        await self._inner.close()


def _with_route(infos: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    everything = [info for info in infos if info[0] in (socket.AF_INET, socket.AF_INET6)]
    v4 = [info for info in everything if info[0] == socket.AF_INET]
    if not v4 or len(v4) == len(everything):
        return everything
    return [info for info in everything if info[0] == socket.AF_INET or _has_route(info)]


def _has_route(info: tuple[Any, ...]) -> bool:
    # connecting a datagram socket sends nothing; it only asks the routing table
    with suppress(OSError), socket.socket(info[0], socket.SOCK_DGRAM) as probe:
        probe.connect(info[4])
        return True
    return False


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """For httpcore (HTTP/2): resolves, checks each address, and connects to the checked address itself."""

    def __init__(self, guard: AddressGuard, resolver: AbstractResolver) -> None:
        self._guard = guard
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        trace = current_trace()
        addresses = await self._resolver.resolve(host, port, socket.AF_UNSPEC)
        trace.phase = "connect"
        failure: Exception = OSError("no address")
        for found in addresses:
            address = found["host"]
            try:
                self._guard.require(address)
                trace.address = address
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (OSError, httpcore.ConnectError) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise AddressRefused("unix sockets are not used")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def guarded_connector(
    guard: AddressGuard, resolver: AbstractResolver, per_host: int, **options: Any
) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=guard.socket_factory,
        limit=0,
        limit_per_host=per_host,
        ttl_dns_cache=60,
        **options,
    )
