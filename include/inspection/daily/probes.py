"""One round of probes: every home page of a run asked for once, and the control addresses beside them.

A probe is one try without a second one. Its limit, 15 s by the standard, covers name, connection, TLS, redirects and
body together. No connection is kept, so each probe resolves, connects and shakes hands as a first visitor does. Only
the home page is asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import structlog
from aiohttp.abc import AbstractResolver

from include.inspection.daily.probe_log import ControlLook, Probe
from include.inspection.daily.probe_plan import ProbeRules
from include.inspection.daily.series import kind_of
from include.inspection.fetch.assess import assess
from include.inspection.fetch.client import Fetcher
from include.inspection.fetch.controls import ControlResult, controls_answer
from include.inspection.fetch.decode import ACCEPTED
from include.inspection.fetch.errors import worth_asking_again
from include.inspection.fetch.exchange import send
from include.inspection.fetch.guard import AddressGuard, GuardedBackend, PlainResolver, guarded_connector
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import parse_url, shown_url
from include.inspection.fetch.redirects import is_redirect, next_hop
from include.inspection.fetch.settings import FetchSettings
from include.inspection.fetch.wire import Transport, current_trace, tls_context
from include.inspection.judging.outage import NETWORK_SIDE, TIMEOUTS
from include.inspection.model import Site

log = structlog.get_logger("inspection.probes")

#: More of a home page is not read: what has come so far shows that it opens.
BODY_BYTES = 512 * 1024
_DECODED_BYTES = 8 * 1024 * 1024
#: A limit that ran out so many seconds late shows that this machine was too busy to look.
LATE_SECONDS = 1.0


@dataclass(frozen=True)
class Asker:
    """What every probe of a round shares."""

    transport: httpx.AsyncBaseTransport
    settings: FetchSettings

    async def probe(self, site: Site) -> Probe:
        """One try; every failure is an outcome."""
        at, began = datetime.now(UTC), time.monotonic()
        blank = Probe(site.site_code, at, Outcome.UNEXPECTED, "dns", None, 0.0, url=shown_url(site.url))
        try:
            return await self._ask(blank, parse_url(site.url), began)
        except (httpx.InvalidURL, ValueError):
            return replace(blank, outcome=Outcome.BAD_URL)
        except Exception as error:  # one site must not end the round of the others
            log.error(f"{site.site_code} {site.name}：探测程序出错：{error!r}", site_code=site.site_code)
            return replace(blank, seconds=round(time.monotonic() - began, 3))

    async def _ask(self, blank: Probe, target: httpx.URL, began: float) -> Probe:
        settings = self.settings
        cookies = httpx.Cookies()
        current, hops, seen = target, 0, {str(target)}
        while True:
            left = settings.try_seconds - (time.monotonic() - began)
            answer = await send(
                self.transport,
                self._request(current, cookies),
                cookies,
                seconds=max(left, 0.001),
                limit=BODY_BYTES,
                binary_allowed=False,
            )
            found = assess(answer, str(target), "home", _DECODED_BYTES)
            following: httpx.URL | None = None
            if is_redirect(answer):
                found, following = next_hop(answer, current, seen, hops, settings.redirects)
            if following is None:
                seconds = time.monotonic() - began
                late = answer.outcome in TIMEOUTS and seconds > settings.try_seconds + LATE_SECONDS
                return replace(
                    blank,
                    outcome=str(Outcome.OWN_RESOURCES if late else found.outcome),
                    phase=current_trace().phase,
                    status=answer.status,
                    seconds=round(seconds, 3),
                    address=answer.address or "",
                    size=len(answer.body),
                    sha256=hashlib.sha256(answer.body).hexdigest() if answer.body else "",
                    final_url=shown_url(str(current)) if hops else "",
                )
            hops += 1
            seen.add(str(following))
            current = following

    def _request(self, url: httpx.URL, cookies: httpx.Cookies) -> httpx.Request:
        headers = {
            "User-Agent": self.settings.user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": ACCEPTED,
        }
        request = httpx.Request("GET", url, headers=headers)
        if cookies:
            cookies.set_cookie_header(request)
        return request


@dataclass(frozen=True)
class _Look:
    """All control addresses asked at once, between two moments of the monotonic clock."""

    began: float
    ended: float
    results: tuple[ControlResult, ...]

    @property
    def answered(self) -> bool:
        return any(result.answered for result in self.results)

    @property
    def resolved(self) -> bool:
        return any(result.resolved for result in self.results)


@dataclass
class Controls:
    """The looks at the control addresses of one round: before it, during it, after it."""

    fetcher: Fetcher
    every: float
    looks: list[_Look] = field(default_factory=list)

    @property
    def named(self) -> bool:
        return bool(self.fetcher.settings.controls)

    async def look(self) -> None:
        if self.named:
            began = time.monotonic()
            results = await controls_answer(self.fetcher)
            self.looks.append(_Look(began, time.monotonic(), tuple(results)))

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(self.every)
            await self.look()

    def state(self, began: float, ended: float, outcome: str) -> str:
        """ok where every look around and during a probe had an answer; none where no address is named."""
        if not self.named:
            return "none"
        before = [look for look in self.looks if look.ended <= began][-1:]
        after = [look for look in self.looks if look.began >= ended][:1]
        during = [look for look in self.looks if look.ended > began and look.began < ended]
        around = [*before, *during, *after]
        # A numeric control proves nothing of the name service.
        names = outcome == Outcome.DNS_NO_NAME
        sound = before and after and all(look.resolved if names else look.answered for look in around)
        return "ok" if sound else "failed"

    def rows(self) -> list[ControlLook]:
        return [
            ControlLook(datetime.fromisoformat(one.at), one.url, one.answered, one.outcome, one.seconds)
            for look in self.looks
            for one in look.results
        ]


async def probe_round(
    sites: Sequence[Site],
    settings: FetchSettings,
    rules: ProbeRules,
    *,
    resolver: AbstractResolver | None = None,
) -> tuple[list[Probe], list[ControlLook]]:
    """Probe every site once. Memory holds a row a site and ``probes_at_once`` bodies of at most BODY_BYTES."""
    loop = asyncio.get_running_loop()
    # A name that nobody answers for keeps its thread for seconds: the default of a few threads would make others wait.
    with ThreadPoolExecutor(settings.probes_at_once, thread_name_prefix="names") as names:
        loop.set_default_executor(names)
        async with (
            _transport(settings, resolver) as transport,
            Fetcher(settings, resolver=resolver) as fetcher,
        ):
            controls = Controls(fetcher, rules.control_seconds)
            await controls.look()
            watch = asyncio.create_task(controls.watch())
            try:
                done = await _all(sites, Asker(transport, settings))
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)
            await controls.look()
    probes = [replace(one, control=controls.state(*span, one.outcome)) for one, span in done]
    if not controls.named and _fails_as_a_whole(probes, rules):
        probes = [replace(one, control="failed") for one in probes]
    return probes, controls.rows()


Span = tuple[float, float]


async def _all(sites: Sequence[Site], asker: Asker) -> list[tuple[Probe, Span]]:
    settings = asker.settings
    waiting: Iterator[Site] = iter(sites)
    done: list[tuple[Probe, Span]] = []
    free = 0.0

    async def worker() -> None:
        nonlocal free
        # One iterator for all: whoever is free takes the next site. Starts that were held up are not made up for, so
        # that a machine short of breath is not given more at once.
        for site in waiting:
            now = time.monotonic()
            turn = max(now, free)
            free = turn + 1 / settings.probes_a_second
            await asyncio.sleep(turn - now)
            began = time.monotonic()
            probe = await asker.probe(site)
            done.append((probe, (began, time.monotonic())))

    await asyncio.gather(*(worker() for _ in range(min(settings.probes_at_once, len(sites)))))
    return done


def _fails_as_a_whole(probes: Sequence[Probe], rules: ProbeRules) -> bool:
    """Whether so many hosts cannot be reached at once that our own network is the likely cause."""
    hosts: set[str] = set()
    down: set[str] = set()
    for one in probes:
        host = urlsplit(one.url).netloc
        hosts.add(host)
        if kind_of(one) == "failed" and Outcome(one.outcome) in NETWORK_SIDE:
            down.add(host)
    if len(down) < rules.alike_hosts or len(down) * 100 < rules.alike_percent * len(hosts):
        return False
    log.warning(
        f"本轮 {len(hosts)} 个主机中有 {len(down)} 个同时无法访问，又没有设置对照网址（INSPECTION_CONTROLS）："
        "疑为本方网络问题，本轮不计入"
    )
    return True


@asynccontextmanager
async def _transport(
    settings: FetchSettings, resolver: AbstractResolver | None
) -> AsyncIterator[httpx.AsyncBaseTransport]:
    guard = AddressGuard(settings.allow_net)
    resolver = resolver or PlainResolver()
    context = tls_context(settings.ca_file, ["http/1.1"])
    connector = guarded_connector(guard, resolver, 0, ssl=context, force_close=True)
    backend = GuardedBackend(guard, resolver)
    transport = Transport(connector, backend, context, settings.ca_file, worth_asking_again)
    try:
        yield transport
    finally:
        await transport.aclose()
