"""Targets of links over a real connection: little is read, robots.txt of other sites is minded, time is bounded."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from include.inspection.fetch.client import StoredPages
from include.inspection.fetch.outcomes import Outcome

BIG = 4_000_000


@pytest.mark.parametrize("kind", ["text/html", "application/pdf", "image/jpeg"])
def test_little_of_a_large_target_is_read(lab, kind: str) -> None:
    async def run():
        sent = []

        async def large(_request, writer):
            writer.write(f"HTTP/1.1 200 X\r\nContent-Type: {kind}\r\nContent-Length: {BIG}\r\n\r\n".encode())
            for n in range(BIG // 4_000):
                writer.write(b"<a href=/x>" * 400)
                await writer.drain()
                sent.append(n)
            raise ConnectionError

        async with lab.server({"/large": large}) as server, lab.pages(try_seconds=10) as pages:
            page = await pages.get(f"{server.base}/large", role="link")
            await asyncio.sleep(0.05)
        assert page.outcome is Outcome.OK and page.status == 200
        assert page.evidence is not None and page.body == b""
        assert len(sent) < BIG // 4_000
        assert lab.warc.stat().st_size < 60_000

    asyncio.run(run())


@pytest.mark.parametrize(
    "route, outcome",
    [
        ((200, b"%PDF-1.4 x", "application/pdf"), Outcome.OK),
        ((200, b"", "text/html"), Outcome.EMPTY),
        ((404, b"<html>nothing</html>", "text/html"), Outcome.NOT_FOUND),
        ((403, b"<html>no</html>", "text/html"), Outcome.FORBIDDEN),
        ((500, b"", "text/html"), Outcome.SERVER_ERROR),
    ],
)
def test_outcomes_of_targets(lab, route, outcome: Outcome) -> None:
    async def run():
        status, body, kind = route
        async with lab.server({"/x": lab.answer(status, body, kind=kind)}) as server, lab.pages() as pages:
            page = await pages.get(f"{server.base}/x", role="link")
            assert page.outcome is outcome
            assert server.paths() == ["/x"]  # once: the survey tries again later
            again = await StoredPages(pages.visits(), lambda _: lab.warc.open("rb")).get(
                f"{server.base}/x", role="link"
            )
            assert (again.outcome, again.status, again.evidence) == (page.outcome, page.status, page.evidence)

    asyncio.run(run())


def test_gzip_bomb_behind_a_link_costs_nothing(lab) -> None:
    async def run():
        bomb = gzip.compress(b"\0" * 50_000_000)
        answer = lab.answer(200, bomb, "Content-Encoding: gzip")
        async with lab.server({"/bomb": answer}) as server, lab.pages() as pages:
            page = await pages.get(f"{server.base}/bomb", role="link")
        assert page.outcome is Outcome.OK and page.body == b""

    asyncio.run(run())


def test_robots_of_another_site_is_minded_even_where_this_one_is_authorised(lab) -> None:
    async def run():
        robots = lab.answer(200, b"User-agent: *\nDisallow: /", kind="text/plain")
        async with (
            lab.server({"/robots.txt": robots, "/x": lab.answer()}) as server,
            lab.pages(authorised=True) as pages,
        ):
            outside = await pages.get(f"{server.base}/x", role="outside")
            inside = await pages.get(f"{server.base}/x", role="link")
            assert outside.outcome is Outcome.ROBOTS_DISALLOWED
            assert inside.outcome is Outcome.OK
            assert server.paths() == ["/robots.txt", "/x"]

    asyncio.run(run())


def test_time_for_links_is_bounded(lab) -> None:
    async def run():
        async def slow(_request, writer):
            await asyncio.sleep(0.3)
            writer.write(lab.answer())

        routes = {f"/{n}": slow for n in range(12)}
        async with lab.server(routes) as server, lab.pages(link_seconds=1, try_seconds=2) as pages:
            outcomes = [(await pages.get(f"{server.base}/{n}", role="link")).outcome for n in range(8)]
            assert outcomes[0] is Outcome.OK and outcomes[-1] is Outcome.BUDGET_SECONDS
            # Other pages of the site are not cut off by it.
            assert (await pages.get(f"{server.base}/9", role="section")).outcome is Outcome.OK

    asyncio.run(run())
