"""Where a redirect leads, or why it leads nowhere."""

from __future__ import annotations

from collections.abc import Collection

import httpx

from include.inspection.fetch.assess import Assessment, joined_headers
from include.inspection.fetch.evidence import Exchange
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import one_line, parse_url, shown_url

_REDIRECTS = {301, 302, 303, 307, 308}


def is_redirect(answer: Exchange) -> bool:
    return answer.status in _REDIRECTS and answer.outcome == Outcome.OK


def next_hop(
    answer: Exchange, current: httpx.URL, seen: Collection[str], hops: int, most: int
) -> tuple[Assessment, httpx.URL | None]:
    """The next address of a redirect, or None and the outcome. ``seen``: every address of this try; ``hops``: how many."""
    headers = joined_headers(answer.headers)
    location = headers.get("location", "").strip()
    if not location:
        return Assessment(Outcome.BAD_REDIRECT, "没有 Location", b""), None
    try:
        following = parse_url(str(current.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        return Assessment(Outcome.BAD_REDIRECT, one_line(f"{location[:200]}：{error}"), b""), None
    # a first visit is often sent to the same address again with a cookie
    if str(following) in seen and "set-cookie" not in headers:
        return Assessment(Outcome.REDIRECT_LOOP, shown_url(str(following)), b""), None
    if hops >= most:
        return Assessment(Outcome.TOO_MANY_REDIRECTS, f"超过 {most} 次", b""), None
    return Assessment(Outcome.OK, "", b""), following
