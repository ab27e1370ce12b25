"""The network side of the page source: per-host manners, tries by the table, redirects, budgets, evidence."""

from __future__ import annotations

import asyncio
import time
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import httpx
from aiohttp.abc import AbstractResolver

from include.inspection.fetch.assess import LINK_ROLES, Assessment, assess, joined_headers, retry_after
from include.inspection.fetch.browser import Browser
from include.inspection.fetch.decode import ACCEPTED
from include.inspection.fetch.errors import worth_asking_again
from include.inspection.fetch.evidence import EvidenceWriter, Exchange, Known, Stored
from include.inspection.fetch.exchange import send
from include.inspection.fetch.guard import (
    AddressGuard,
    GuardedBackend,
    IPv6Resolver,
    PlainResolver,
    guarded_connector,
)
from include.inspection.fetch.outcomes import OUTCOMES, Meaning, Outcome, label_of, meaning_of
from include.inspection.fetch.page import (
    BodyPlace,
    EvidenceRef,
    Page,
    Try,
    one_line,
    page_to_json,
    parse_url,
    shown_url,
)
from include.inspection.fetch.redirects import is_redirect, next_hop
from include.inspection.fetch.rendering import Rendering
from include.inspection.fetch.report import log, report
from include.inspection.fetch.robots import RobotsRules
from include.inspection.fetch.settings import FetchSettings
from include.inspection.fetch.stored import StoredPages
from include.inspection.fetch.wire import Transport, tls_context

__all__ = ["Fetcher", "LivePages", "StoredPages"]

_MOST_COOKIES = 200
#: What is read of a link's target: the connection is closed when it sends more.
_LINK_BYTES = 16 * 1024
#: Looks at home pages; those of role ``ipv6`` go over IPv6 alone.
_WITH_CERTIFICATE = ("home", "https")


class _HostGate:
    """At most ``connections`` requests at once to one host, and ``pause`` seconds between their starts."""

    def __init__(self, connections: int, pause: float) -> None:
        self._slots = asyncio.Semaphore(connections)
        self.pause = pause
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._slots.acquire()
        try:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self.pause
            if start > now:
                await asyncio.sleep(start - now)
        except BaseException:
            self._slots.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()


class Fetcher:
    """Connections and per-host limits, shared by all subjects of a task: ``async with Fetcher(settings)``."""

    def __init__(self, settings: FetchSettings, *, resolver: AbstractResolver | None = None) -> None:
        self.settings = settings
        self._resolver = resolver
        self._gates: dict[str, _HostGate] = {}
        self._transport: Transport | None = None
        self._over_ipv6: Transport | None = None
        #: None where rendering is off.
        self.browser = Browser(settings.browser, settings.user_agent) if settings.browser else None

    async def __aenter__(self) -> Fetcher:
        self._transport = self._open(self._resolver or PlainResolver())
        return self

    def _open(self, resolver: AbstractResolver) -> Transport:
        settings = self.settings
        guard = AddressGuard(settings.allow_net)
        context = tls_context(settings.ca_file, ["http/1.1"])
        connector = guarded_connector(guard, resolver, settings.connections_per_host, ssl=context)
        backend = GuardedBackend(guard, resolver)
        return Transport(connector, backend, context, settings.ca_file, worth_asking_again)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.browser is not None:
            await self.browser.close()
        for transport in (self._transport, self._over_ipv6):
            if transport is not None:
                await transport.aclose()
        self._transport = self._over_ipv6 = None

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        if self._transport is None:
            raise RuntimeError("Fetcher is used outside `async with`")
        return self._transport

    @property
    def transport_over_ipv6(self) -> httpx.AsyncBaseTransport:
        """For looks over IPv6 alone: a name without an AAAA record is one that does not exist there."""
        if self._over_ipv6 is None:
            self._over_ipv6 = self._open(IPv6Resolver(self._resolver or PlainResolver()))
        return self._over_ipv6

    def gate(self, url: httpx.URL) -> _HostGate:
        """The limiter of the host and port that ``url`` names."""
        key = f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"
        if key not in self._gates:
            self._gates[key] = _HostGate(self.settings.connections_per_host, self.settings.pause_seconds)
        return self._gates[key]


class _Off(Exception):
    """Rendering was asked for and is off."""


class _NotWritten(Exception):
    """The evidence could not be written."""


@dataclass(frozen=True)
class _Attempt:
    """One try with its redirects, and whether the table may ask for another."""

    page: Page
    place: BodyPlace | None = None
    wait: float = 0.0
    last: bool = False


class LivePages:
    """Page source of one subject: cookies, robots.txt answers and budgets are its own.

    ``authorised``: the office authorised the inspection, so robots.txt is not asked.
    """

    live = True

    def __init__(self, fetcher: Fetcher, writer: EvidenceWriter, *, authorised: bool) -> None:
        self._fetcher = fetcher
        self._settings = fetcher.settings
        self._writer = writer
        self._authorised = authorised
        self._cookies = httpx.Cookies()
        self._headers = {
            "User-Agent": self._settings.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": ACCEPTED,
        }
        self._robots: dict[str, RobotsRules] = {}
        self._robots_locks: dict[str, asyncio.Lock] = {}
        self._visits: list[dict[str, Any]] = []
        self._pages = self._rendered = 0
        self._bytes = 0
        self._started: float | None = None
        self._links_started: float | None = None

    async def get(
        self, url: str, *, role: str, visit: int = 1, referer: str | None = None, known: Known | None = None
    ) -> Page:
        """Fetches and stores one page; every failure is an outcome of the returned page.

        ``known``: the page as it was; where the server says that it did not change, the outcome is NOT_MODIFIED.
        """
        started = datetime.now(UTC)
        try:
            page, place = await (
                self._render(url) if role == "rendered" else self._fetch(url, role, referer, known)
            )
        except _Off:
            # As in the evidence, where there is none: nothing was asked for.
            return Page(
                shown_url(url), shown_url(url), Outcome.NOT_FETCHED, detail=label_of(Outcome.NOT_FETCHED)
            )
        except _NotWritten as error:
            page, place = _unfetched(url, Outcome.EVIDENCE_NOT_WRITTEN, one_line(str(error)), started), None
        except Exception as error:  # the promise is an outcome; what it was stands in the log
            detail = one_line(f"{type(error).__name__}: {error}")
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{frame.name}:{frame.lineno}"
            log.error("抓取程序出错", url=shown_url(url), role=role, error=detail, where=where)
            page, place = _unfetched(url, Outcome.UNEXPECTED, detail, started), None
        if role not in _WITH_CERTIFICATE:
            page = replace(page, certificate=None)
        self._visits.append(page_to_json(page, role=role, visit=visit, place=place))
        report(page, role, visit)
        return page

    async def wait(self, seconds: float) -> None:
        """Let time pass between two looks at a site."""
        await asyncio.sleep(seconds)

    def visits(self) -> list[dict[str, Any]]:
        """One JSON-able entry per page asked for, robots.txt included, in order of their ends."""
        return list(self._visits)

    async def _fetch(
        self, url: str, role: str, referer: str | None, known: Known | None
    ) -> tuple[Page, BodyPlace | None]:
        if self._writer.broken is not None:
            raise _NotWritten(str(self._writer.broken))
        if self._started is None:
            self._started = time.monotonic()
        over = self._over_budget(role)
        if over is not None:
            return self._noted(url, over, label_of(over)), None
        try:
            target = parse_url(url)
        except (httpx.InvalidURL, ValueError) as error:
            return self._noted(url, Outcome.BAD_URL, one_line(str(error), 200)), None
        self._pages += role != "robots"
        tries: list[Try] = []
        decisive: _Attempt | None = None
        while True:
            attempt = await self._attempt(target, url, role, referer, known)
            tries.extend(attempt.page.tries)
            # a try that was not the site's fault keeps a later failure from being blamed on the site alone
            blames = meaning_of(attempt.page.outcome) is Meaning.SITE_DOWN
            if decisive is None or not blames or meaning_of(decisive.page.outcome) is Meaning.SITE_DOWN:
                decisive = attempt
            number = len(tries)
            # A link that failed is tried again by the survey, after the others.
            tries_left = role not in LINK_ROLES and number < OUTCOMES[attempt.page.outcome].tries
            if attempt.last or not tries_left or self._over_budget("robots"):
                return replace(decisive.page, tries=tuple(tries)), decisive.place
            await asyncio.sleep(max(self._settings.retry_seconds * 2 ** (number - 1), attempt.wait))

    async def _render(self, url: str) -> tuple[Page, BodyPlace | None]:
        browser, settings = self._fetcher.browser, self._settings
        if browser is None:
            raise _Off
        over = self._over_budget("rendered")
        if self._rendered >= settings.render_pages:
            over = Outcome.BUDGET_PAGES
        if over is not None:
            return self._noted(url, over, label_of(over)), None
        self._pages += 1
        self._rendered += 1
        headers = {name: self._headers[name] for name in ("User-Agent", "Accept-Encoding")}
        rendering = Rendering(
            browser, self._writer, self._send_part, headers, settings.render_seconds, settings.decoded_bytes
        )
        try:
            return await rendering.page(url)
        except OSError as error:
            raise _NotWritten(str(error)) from error

    async def _send_part(self, request: httpx.Request) -> Exchange | None:
        """One request of a page's scripts, stored like every exchange; None where it may not be sent."""
        if self._over_budget("part") or await self._robots_refusal(request.url, str(request.url), "part", []):
            return None
        settings = self._settings
        async with self._fetcher.gate(request.url):
            answer = await send(
                self._fetcher.transport, request, httpx.Cookies(),
                seconds=settings.try_seconds, limit=settings.page_bytes, binary_allowed=True,
            )  # fmt: skip
        self._bytes += len(answer.body)
        self._writer.record(answer)
        return answer

    def _over_budget(self, role: str) -> Outcome | None:
        settings = self._settings
        if role != "robots" and self._pages >= settings.subject_pages:
            return Outcome.BUDGET_PAGES
        now = time.monotonic()
        if self._started is not None and now - self._started > settings.subject_seconds:
            return Outcome.BUDGET_SECONDS
        if role in LINK_ROLES:
            self._links_started = self._links_started or now
            if now - self._links_started > settings.link_seconds:
                return Outcome.BUDGET_SECONDS
        return Outcome.BUDGET_BYTES if self._bytes >= settings.subject_bytes else None

    async def _attempt(
        self, target: httpx.URL, url: str, role: str, referer: str | None, known: Known | None
    ) -> _Attempt:
        settings = self._settings
        hops: list[str] = []
        seen = {str(target)}
        current, spent = target, 0.0
        first: datetime | None = None
        while True:
            refused = await self._robots_refusal(current, url, role, hops)
            if refused is not None:
                return refused
            async with self._fetcher.gate(current):
                answer = await send(
                    self._fetcher.transport_over_ipv6 if role == "ipv6" else self._fetcher.transport,
                    self._request(current, referer, known if not hops else None),
                    self._cookies,
                    seconds=max(settings.try_seconds - spent, 0.05),
                    limit=_LINK_BYTES if role in LINK_ROLES else settings.page_bytes,
                    binary_allowed=role in ("file", *LINK_ROLES),
                )
            self._bytes += len(answer.body)
            spent += answer.seconds
            first = first or answer.at
            found = assess(answer, str(target), role, settings.decoded_bytes)
            following: httpx.URL | None = None
            if is_redirect(answer):
                found, following = next_hop(answer, current, seen, len(hops), settings.redirects)
            stored = self._store(answer, found, known)
            if following is None:
                return self._finished(url, answer, found, stored, tuple(hops), first, spent)
            hops.append(str(following))
            seen.add(str(following))
            current = following

    def _finished(
        self,
        url: str,
        answer: Exchange,
        found: Assessment,
        stored: Stored,
        hops: tuple[str, ...],
        at: datetime,
        seconds: float,
    ) -> _Attempt:
        seconds = round(seconds, 3)
        attempt = Try(at, found.outcome, seconds, answer.status, answer.address, found.detail, stored.offset)
        headers = joined_headers(answer.headers)
        spot = stored.place
        place = BodyPlace(spot.key, spot.offset, len(found.body), spot.url, spot.date) if found.body else None
        # Evidence is the record that holds the payload; this look's own record stands in its tries.
        held = place is not None or found.outcome is Outcome.NOT_MODIFIED
        reference = (spot.key, spot.offset) if held else (self._writer.key, stored.offset)
        page = Page(
            url=shown_url(url),
            final_url=answer.url,
            outcome=found.outcome,
            status=answer.status,
            headers=headers,
            body=found.body,
            fetched_at=at,
            seconds=seconds,
            address=answer.address,
            http_version=answer.http_version,
            redirects=hops,
            tries=(attempt,),
            evidence=EvidenceRef(*reference, stored.sha256),
            detail=found.detail,
            certificate=answer.certificate,
        )
        wait = 0.0
        if found.outcome in (Outcome.RATE_LIMITED, Outcome.SERVICE_UNAVAILABLE):
            wait = retry_after(headers.get("retry-after", ""), answer.at)
        return _Attempt(page, place, wait, last=wait > self._settings.retry_after_seconds)

    async def _robots_refusal(
        self, url: httpx.URL, asked: str, role: str, hops: list[str]
    ) -> _Attempt | None:
        # Whoever authorised the inspection did so for the site, not for those to which it links.
        if (self._authorised and role != "outside") or role == "robots":
            return None
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._robots_locks.setdefault(origin, asyncio.Lock()):
            rules = self._robots.get(origin)
            # a host that was down is asked again with every look at the home page
            if rules is None or (role == "home" and not rules.final):
                visit = 1 + sum(
                    one["role"] == "robots" and one["url"] == f"{origin}/robots.txt" for one in self._visits
                )
                rules = RobotsRules(await self.get(f"{origin}/robots.txt", role="robots", visit=visit))
                self._robots[origin] = rules
                gate = self._fetcher.gate(url)
                gate.pause = max(gate.pause, rules.crawl_delay)
        refusal = rules.refusal(str(url))
        if refusal is None:
            return None
        outcome, detail = refusal
        in_trouble = (
            outcome is Outcome.ROBOTS_UNAVAILABLE and meaning_of(rules.page.outcome) is Meaning.SITE_DOWN
        )
        if role == "home" and in_trouble:
            # Whether the site opens at all is what is asked; its other pages stay closed as RFC 9309 wants.
            return None
        page = self._noted(asked, outcome, detail)
        if not rules.final:
            source = rules.page
            page = replace(page, fetched_at=source.fetched_at, seconds=source.seconds, address=source.address)
            if source.outcome is outcome:
                page = replace(page, tries=source.tries, evidence=source.evidence)
        return _Attempt(replace(page, final_url=shown_url(str(url)), redirects=tuple(hops)), last=True)

    def _noted(self, url: str, outcome: Outcome, detail: str) -> Page:
        page = _unfetched(url, outcome, detail, datetime.now(UTC))
        try:
            evidence = self._writer.note(page.url, page.fetched_at, outcome.value, detail)
        except OSError as error:
            raise _NotWritten(str(error)) from error
        return replace(page, evidence=evidence)

    def _store(self, answer: Exchange, found: Assessment, known: Known | None) -> Stored:
        unchanged = known if found.outcome is Outcome.NOT_MODIFIED else None
        try:
            return self._writer.record(
                replace(answer, outcome=found.outcome.value, detail=found.detail), unchanged
            )
        except OSError as error:
            raise _NotWritten(str(error)) from error

    def _request(self, url: httpx.URL, referer: str | None, known: Known | None) -> httpx.Request:
        if len(self._cookies.jar) > _MOST_COOKIES:
            self._cookies.jar.clear()
        headers = {**self._headers, **(known.validators if known else {})}
        if referer and referer.isascii():
            headers["Referer"] = shown_url(referer)
        request = httpx.Request("GET", url, headers=headers)
        if self._cookies:
            self._cookies.set_cookie_header(request)
        return request


def _unfetched(url: str, outcome: Outcome, detail: str, at: datetime) -> Page:
    shown = shown_url(url)
    return Page(
        shown, shown, outcome, fetched_at=at, tries=(Try(at, outcome, 0.0, detail=detail),), detail=detail
    )
