"""A headless Chromium that never opens a connection: everything a page asks for is fetched by us and handed to it.

Optional (INSPECTION_BROWSER names the executable; Playwright's package drives it). Each page gets a profile of its own.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from include.inspection.fetch.page import one_line

#: What a page needs to build its markup; pictures, fonts, films, sheets and sockets are not asked for.
_WANTED = frozenset(("document", "script", "xhr", "fetch"))
_MOST_PARTS = 120
_QUIET_SECONDS = 0.5
_HEADERS_KEPT = (
    "accept",
    "accept-language",
    "content-type",
    "x-requested-with",
    "referer",
    "origin",
    "cookie",
    "authorization",
)
_ARGUMENTS = (
    # No route leads out of the browser but ours.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=256",
)


@dataclass(frozen=True)
class Part:
    """An answer for the browser: status, headers, decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


#: (method, url, headers, data, is_document) → the answer, or None where there is none or it may not be fetched.
Load = Callable[[str, str, Mapping[str, str], bytes | None, bool], Awaitable[Part | None]]


class NotRendered(Exception):
    """The page could not be rendered; the message says why, in Chinese."""


class Browser:
    """One Chromium process, started when it is first needed."""

    def __init__(self, executable: Path, user_agent: str) -> None:
        self._executable, self._user_agent = executable, user_agent
        self._driver: Any = None
        self._chromium: Any = None
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        for thing, stop in ((self._chromium, "close"), (self._driver, "stop")):
            if thing is not None:
                with suppress(Exception):
                    await asyncio.wait_for(getattr(thing, stop)(), 5)
        self._chromium = self._driver = None

    async def _start(self) -> Any:
        if self._chromium is None:
            try:
                from playwright.async_api import async_playwright
            except ImportError:
                raise NotRendered(
                    "没有安装 playwright：请执行 pip install playwright -c constraints.txt"
                ) from None
            self._driver = await async_playwright().start()
            self._chromium = await self._driver.chromium.launch(
                executable_path=str(self._executable),
                headless=True,
                # Chromium's own sandbox does not work for root.
                chromium_sandbox=os.geteuid() != 0,
                args=list(_ARGUMENTS),
                timeout=20_000,
            )
        return self._chromium

    async def dom(self, url: str, load: Load, seconds: float, limit: int) -> bytes:
        """The page's markup (UTF-8) after its scripts have run. Raises NotRendered; one page at a time.

        ``seconds``: for the whole; ``limit``: the most bytes of markup.
        """
        async with self._lock:
            try:
                async with asyncio.timeout(seconds):
                    return await self._dom(url, load, seconds, limit)
            except TimeoutError:
                await self.close()  # a script that never ends takes the process with it
                raise NotRendered(f"{seconds:.0f} 秒内未完成") from None
            except NotRendered:
                raise
            except Exception as error:  # Playwright's errors are many, and every one means the same
                await self.close()
                raise NotRendered(one_line(f"{type(error).__name__}: {error}", 200)) from None

    async def _dom(self, url: str, load: Load, seconds: float, limit: int) -> bytes:
        chromium = await self._start()
        context = await chromium.new_context(
            user_agent=self._user_agent,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=False,
            service_workers="block",
        )
        try:
            page = await context.new_page()
            traffic = _Traffic(url, load)
            await context.route("**/*", traffic.answer)
            await context.route_web_socket("**/*", lambda socket: socket.close())
            context.on("page", lambda other: asyncio.ensure_future(other.close()))
            await page.goto(url, wait_until="domcontentloaded", timeout=seconds * 1000)
            await traffic.quiet()
            if urlsplit(page.url).netloc != urlsplit(url).netloc:
                raise NotRendered(f"页面转到了 {page.url[:200]}")
            length = await page.evaluate("document.documentElement.outerHTML.length")
            if not isinstance(length, int) or length * 3 > limit:
                raise NotRendered(f"渲染后的页面超过 {limit} 字节")
            return str(await page.content()).encode("utf-8", "replace")
        finally:
            with suppress(Exception):
                await asyncio.wait_for(context.close(), 3)


class _Traffic:
    """What one page asks for: counted, bounded, answered by ``load`` or refused."""

    def __init__(self, url: str, load: Load) -> None:
        self._host = urlsplit(url).netloc
        self._load = load
        self._asked = 0
        self._open = 0
        self._changed = asyncio.Event()

    async def quiet(self) -> None:
        """Until nothing has been asked for or answered for half a second."""
        while True:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), _QUIET_SECONDS)
            except TimeoutError:
                if not self._open:
                    return

    def _wanted(self, request: Any) -> bool:
        kind, method, url = str(request.resource_type), str(request.method), str(request.url)
        own = urlsplit(url).netloc == self._host
        if kind not in _WANTED or self._asked > _MOST_PARTS or not url.startswith(("http://", "https://")):
            return False
        if kind == "document":
            return method == "GET" and own
        # Data is asked for by GET, or by POST from the site's own interface.
        return method == "GET" or (method == "POST" and kind != "script" and own)

    async def answer(self, route: Any) -> None:
        request = route.request
        self._asked += 1
        if not self._wanted(request):
            with suppress(Exception):
                await route.abort("blockedbyclient")
            return
        self._open += 1
        try:
            sent = {
                name: value for name, value in (await request.all_headers()).items() if name in _HEADERS_KEPT
            }
            document = request.resource_type == "document"
            part = await self._load(request.method, request.url, sent, request.post_data_buffer, document)
            if part is None:
                await route.abort("failed")
            else:
                await route.fulfill(status=part.status, headers=dict(part.headers), body=part.body)
        except Exception:  # the page was closed while we fetched
            with suppress(Exception):
                await route.abort("failed")
        finally:
            self._open -= 1
            self._changed.set()
