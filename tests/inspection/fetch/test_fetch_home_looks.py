"""Certificates and IPv6 over real connections, the same when read from evidence."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime

import pytest
from aiohttp.abc import AbstractResolver

from include.inspection.fetch.client import StoredPages
from include.inspection.fetch.outcomes import Outcome


class Names(AbstractResolver):
    """Every name has these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET):
        kinds = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            {"hostname": host, "host": one, "port": port, "family": kinds[":" in one], "proto": 0, "flags": 0}
            for one in self._addresses
        ]

    async def close(self) -> None:
        return None


def test_certificate_stands_in_the_outcome(lab, authority) -> None:
    async def run():
        context = authority.context(days=(-1, 40))
        async with (
            lab.server({"/": lab.answer()}, tls=context) as server,
            lab.pages(ca_file=authority.ca_file) as pages,
        ):
            live = await pages.get(f"{server.base}/", role="https")
            other = await pages.get(f"{server.base}/", role="section", visit=2)
            assert live.certificate is not None and "test authority" in live.certificate["issuer"]
            left = datetime.fromisoformat(live.certificate["not_after"]) - datetime.now(UTC)
            assert left.days == 39
            assert other.certificate is None
            stored = await StoredPages(pages.visits(), lambda _: lab.warc.open("rb")).get(
                f"{server.base}/", role="https"
            )
            assert stored.certificate == live.certificate

    asyncio.run(run())


def test_expired_certificate_has_its_outcome(lab, authority) -> None:
    async def run():
        context = authority.context(days=(-9, -2))
        async with (
            lab.server({"/": lab.answer()}, tls=context) as server,
            lab.pages(ca_file=authority.ca_file) as pages,
        ):
            page = await pages.get(f"{server.base}/", role="https")
            assert page.outcome is Outcome.CERT_EXPIRED and page.certificate is None

    asyncio.run(run())


@pytest.mark.parametrize(
    "addresses, outcome",
    [(("127.0.0.1", "::1"), Outcome.OK), (("127.0.0.1",), Outcome.DNS_NO_NAME)],
)
def test_look_over_ipv6_alone(lab, addresses: tuple[str, ...], outcome: Outcome) -> None:
    async def run():
        async with (
            lab.server({"/": lab.answer()}, host="::1", name="six.example") as server,
            lab.pages(resolver=Names(*addresses)) as pages,
        ):
            page = await pages.get(f"{server.base}/", role="ipv6")
        assert page.outcome is outcome
        assert page.address == ("::1" if outcome is Outcome.OK else None)

    asyncio.run(run())


def test_ipv6_addresses_meet_the_guard(lab) -> None:
    async def run():
        async with lab.pages(resolver=Names("fd00::1"), allow_net=()) as pages:
            assert (await pages.get("http://six.example/", role="ipv6")).outcome is Outcome.ADDRESS_REFUSED

    asyncio.run(run())
