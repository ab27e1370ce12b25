"""Pages as a browser shows them: what their scripts ask for goes through the guard, the manners and the evidence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import httpx

from include.inspection.fetch.assess import joined_headers
from include.inspection.fetch.browser import Browser, NotRendered, Part
from include.inspection.fetch.decode import DecodedTooLarge, Undecodable, decode
from include.inspection.fetch.evidence import EvidenceWriter, Exchange
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import BodyPlace, EvidenceRef, Page, Try, parse_url, shown_url
from include.inspection.fetch.redirects import is_redirect, next_hop

_REDIRECTS = 4
_NOT_FOR_THE_BROWSER = (
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "connection",
    "strict-transport-security",
)
_HTML = "text/html; charset=utf-8"


#: One request through the subject's guard, gate, robots.txt and budgets; None where it may not be sent.
Send = Callable[[httpx.Request], Awaitable[Exchange | None]]


class Rendering:
    """Renders pages of one subject. ``seconds`` and ``limit`` (bytes of markup) bound one page."""

    def __init__(
        self, browser: Browser, writer: EvidenceWriter, send: Send,
        headers: Mapping[str, str], seconds: float, limit: int,
    ) -> None:  # fmt: skip
        self._browser, self._writer, self._send = browser, writer, send
        self._headers, self._seconds, self._limit = headers, seconds, limit

    async def page(self, url: str) -> tuple[Page, BodyPlace | None]:
        """The page as it stands after its scripts have run, stored as a conversion record. Raises OSError."""
        at = datetime.now(UTC)
        shown = shown_url(url)
        try:
            markup = await self._browser.dom(str(parse_url(url)), self._part, self._seconds, self._limit)
        except NotRendered as error:
            return self._failed(shown, at, str(error)), None
        except (httpx.InvalidURL, ValueError) as error:
            return self._failed(shown, at, f"网址无效：{error}"), None
        stored = self._writer.conversion(shown, at, markup, _HTML)
        seconds = round((datetime.now(UTC) - at).total_seconds(), 3)
        attempt = Try(at, Outcome.OK, seconds, 200, offset=stored.offset)
        page = Page(
            shown, shown, Outcome.OK, 200, {"content-type": _HTML}, markup, at, seconds, tries=(attempt,),
            evidence=EvidenceRef(self._writer.key, stored.offset, stored.sha256), detail="浏览器渲染后的页面",
        )  # fmt: skip
        place = stored.place
        return page, BodyPlace(place.key, place.offset, len(markup), place.url, place.date)

    def _failed(self, url: str, at: datetime, detail: str) -> Page:
        evidence = self._writer.note(url, at, Outcome.NOT_RENDERED.value, detail)
        attempt = Try(at, Outcome.NOT_RENDERED, 0.0, detail=detail)
        return Page(
            url, url, Outcome.NOT_RENDERED, fetched_at=at, tries=(attempt,), evidence=evidence, detail=detail
        )

    async def _part(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, document: bool
    ) -> Part | None:
        """What the browser is given for one of its requests; redirects are followed here, those of the page itself are not."""
        try:
            current = parse_url(url)
        except (httpx.InvalidURL, ValueError):
            return None
        seen = {str(current)}
        for hop in range(_REDIRECTS + 1):
            request = httpx.Request(method, current, headers={**self._headers, **headers}, content=data)
            answer = await self._send(request)
            if answer is None or answer.status is None or answer.outcome != Outcome.OK:
                return None
            if not is_redirect(answer):
                return self._answer(answer)
            _, following = next_hop(answer, current, seen, hop, _REDIRECTS)
            if following is None or document or method != "GET":
                return None
            seen.add(str(following))
            current = following
        return None

    def _answer(self, answer: Exchange) -> Part | None:
        headers = joined_headers(answer.headers)
        try:
            body = decode(answer.body, headers.get("content-encoding", ""), self._limit)
        except (DecodedTooLarge, Undecodable):
            return None
        kept = {name: value for name, value in headers.items() if name not in _NOT_FOR_THE_BROWSER}
        return Part(answer.status or 200, kept, body)
