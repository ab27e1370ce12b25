"""Control addresses: whether our own network and name service worked at the moment when a site did not open.

An operator names some with INSPECTION_CONTROLS. What counts is that anything answers there at all, whatever it says.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from include.inspection.fetch.client import Fetcher
from include.inspection.fetch.exchange import send
from include.inspection.fetch.outcomes import Outcome, label_of
from include.inspection.fetch.page import parse_url, shown_url
from include.inspection.fetch.report import log
from include.inspection.times import utc_text

_SAMPLE = 64 * 1024
_UNRESOLVED = {Outcome.DNS_NO_NAME, Outcome.DNS_UNAVAILABLE, Outcome.TIMEOUT_DNS}


@dataclass(frozen=True)
class ControlResult:
    """One look at a control address. ``at`` is UTC text.

    ``resolved``: its name was asked for and found (a numeric address proves nothing of the name service);
    ``answered``: a server there said something, be it 404.
    """

    url: str
    at: str
    resolved: bool
    answered: bool
    outcome: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


async def controls_answer(fetcher: Fetcher, addresses: Sequence[str] = ()) -> list[ControlResult]:
    """Ask every control address once, all at the same time; those of the settings where ``addresses`` is empty.

    One try each within the settings' ``try_seconds``, through the same resolver, address guard and limits per host as
    the sites. Never raises over a control that fails. Nothing is stored here: the results belong into the outcome of
    the pass that asked.
    """
    wanted = list(dict.fromkeys(addresses or fetcher.settings.controls))
    results = list(await asyncio.gather(*(_ask(fetcher, address) for address in wanted)))
    for result in results:
        log.info(
            f"对照网址 {result.url}：{'有应答' if result.answered else label_of(Outcome(result.outcome))}",
            **result.to_json(),
        )
    return results


async def _ask(fetcher: Fetcher, address: str) -> ControlResult:
    try:
        url = parse_url(address)
    except (httpx.InvalidURL, ValueError):
        at = utc_text(datetime.now(UTC))
        return ControlResult(shown_url(address), at, False, False, str(Outcome.BAD_URL), 0.0)
    request = httpx.Request("GET", url, headers={"User-Agent": fetcher.settings.user_agent, "Accept": "*/*"})
    async with fetcher.gate(url):
        answer = await send(
            fetcher.transport,
            request,
            httpx.Cookies(),
            seconds=fetcher.settings.try_seconds,
            limit=_SAMPLE,
            binary_allowed=True,
        )
    answered = answer.status is not None
    return ControlResult(
        url=shown_url(str(url)),
        at=utc_text(answer.at),
        resolved=not is_numeric(url.host) and (answered or answer.outcome not in _UNRESOLVED),
        answered=answered,
        outcome=str(Outcome.OK if answered else Outcome(answer.outcome)),
        seconds=answer.seconds,
    )


def is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
