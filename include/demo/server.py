"""One process that answers for the whole city, every site and platform on a loopback address of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from include.demo.city import accounts, sites
from include.demo.feeds import feed
from include.demo.render import DemoSite

PORT_TRIES = 20


class CityServer:
    """Answers requests by the address they arrived at."""

    def __init__(self, as_of: datetime, port: int) -> None:
        self.as_of, self.port = as_of, port
        self.sites = {plan.host: DemoSite(plan, as_of, port) for plan in sites()}
        self.feeds = {(plan.host, plan.feed_path): plan for plan in accounts()}
        self._stumbled: set[str] = set()

    @property
    def hosts(self) -> list[str]:
        return sorted({*self.sites, *(host for host, _ in self.feeds)})

    def addresses(self) -> dict[str, object]:
        """What the ready file says: the address of every site and platform."""
        return {
            "as_of": self.as_of.isoformat(),
            "port": self.port,
            "pid": os.getpid(),
            "sites": {site.plan.code: site.url for site in self.sites.values()},
            "feeds": {plan.platform: f"http://{plan.host}:{self.port}/" for plan in self.feeds.values()},
        }

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        host = str(request.transport.get_extra_info("sockname")[0])
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, text="只读演示站点", headers={"Allow": "GET, HEAD"})
        if host not in self.sites:
            return self._feed(host, request.path)
        site = self.sites[host]
        fault = site.plan.make.get("first_try")
        if fault and request.path == "/" and host not in self._stumbled:
            self._stumbled.add(host)
            return self._stumble(request, fault)
        answer = site.answer(request.raw_path)
        headers = {"Content-Type": answer.content_type, "Server": "nginx", **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    def _feed(self, host: str, path: str) -> web.Response:
        plan = self.feeds.get((host, path))
        if plan is None:
            return web.Response(status=404, text="没有这个账号")
        content_type, body = feed(plan, self.as_of, self.port)
        return web.Response(body=body, headers={"Content-Type": content_type, "Server": "nginx"})

    @staticmethod
    def _stumble(request: web.BaseRequest, fault: str) -> web.Response:
        if fault == "reset":
            assert request.transport is not None
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
        return web.Response(
            status=503, text="服务暂时不可用", headers={"Server": "nginx", "Retry-After": "1"}
        )


@contextlib.asynccontextmanager
async def running(
    as_of: datetime, port: int = 0, make: Callable[[datetime, int], CityServer] = CityServer
) -> AsyncIterator[CityServer]:
    """The city on loopback while the context lasts. Port 0 takes one that is free on every address.

    Raises OSError where the wanted port is taken on one of the addresses.
    """
    for attempt in range(PORT_TRIES):
        city = make(as_of, port or _free_port())
        runner = web.ServerRunner(web.Server(city.handle, access_log=None), shutdown_timeout=1)
        await runner.setup()
        try:
            for host in city.hosts:
                await web.TCPSite(runner, host, city.port, backlog=64).start()
        except OSError:
            await runner.cleanup()
            if port or attempt == PORT_TRIES - 1:
                raise
            continue
        try:
            yield city
        finally:
            await runner.cleanup()
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serve(as_of: datetime, port: int, ready: Path | None) -> None:
    """Answers until SIGINT or SIGTERM; writes the ready file, whole, once every address is bound."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(as_of, port) as city:
        if ready is not None:
            part = ready.with_name(ready.name + ".part")
            part.write_text(json.dumps(city.addresses(), ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(ready)
        print(
            f"演示城市已就绪：{len(city.sites)} 个网站、{len(city.feeds)} 个账号，端口 {city.port}",
            flush=True,
        )
        await stopped.wait()
