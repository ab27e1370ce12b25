"""One request and its answer, within a time and a size; every failure becomes an outcome."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from include.inspection.fetch.answers import declared_binary
from include.inspection.fetch.errors import classify, timeout_outcome
from include.inspection.fetch.evidence import Exchange
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import one_line
from include.inspection.fetch.wire import start_trace

# enough of a picture or a film to prove what it was
_BINARY_SAMPLE = 64 * 1024


async def send(
    transport: httpx.AsyncBaseTransport,
    request: httpx.Request,
    cookies: httpx.Cookies,
    *,
    seconds: float,
    limit: int,
    binary_allowed: bool,
) -> Exchange:
    """Never raises but CancelledError. ``limit`` is the largest stored body in bytes.

    Goes to the transport itself: httpx's client builds the request that would follow a redirect even when it
    is told not to follow it, and loses the answer when the target is invalid.

    ``outcome`` is "ok" for a complete answer of any status, "too_large" for one cut at a limit.
    """
    trace = start_trace()
    answer = Exchange(
        url=str(request.url),
        at=datetime.now(UTC),
        seconds=0.0,
        outcome=Outcome.OK,
        request_line=f"{request.method} {request.url.raw_path.decode('ascii', 'replace')} HTTP/1.1",
        request_headers=request.headers.raw,
    )
    body = bytearray()
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            response = await transport.handle_async_request(request)
            response.request = request
            try:
                if "set-cookie" in response.headers:
                    cookies.extract_cookies(response)
                answer = replace(
                    answer,
                    status=response.status_code,
                    reason=one_line(response.extensions.get("reason_phrase", b"").decode("latin-1"), 100),
                    headers=response.headers.raw,
                )
                if not binary_allowed and declared_binary(response.headers.get("content-type", "")):
                    limit = min(limit, _BINARY_SAMPLE)
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > limit:
                        del body[limit:]
                        answer = replace(answer, outcome=Outcome.TOO_LARGE, truncated="length")
                        break
            finally:
                await response.aclose()
    except TimeoutError:
        answer = _failed(answer, timeout_outcome(trace), f"{seconds:.1f} 秒内未完成", "time")
    except Exception as error:
        outcome, detail = classify(error, trace)
        answer = _failed(answer, outcome, one_line(detail), "disconnect")
    version = trace.http_version
    return replace(
        answer,
        seconds=round(time.monotonic() - began, 3),
        body=bytes(body),
        address=trace.address,
        http_version=version,
        certificate=trace.certificate,
        request_line=answer.request_line.replace("HTTP/1.1", version)
        if version == "HTTP/2"
        else answer.request_line,
    )


def _failed(answer: Exchange, outcome: Outcome, detail: str, truncated: str) -> Exchange:
    cut = truncated if answer.status is not None else None
    return replace(answer, outcome=outcome, detail=detail, truncated=cut)
