"""Only public addresses, checked on the address connected to; robots.txt; manners towards a host; cookies."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver

from include.inspection.fetch.client import Fetcher, LivePages
from include.inspection.fetch.evidence import EvidenceWriter
from include.inspection.fetch.guard import AddressGuard
from include.inspection.fetch.outcomes import OUTCOMES, Meaning, Outcome
from include.inspection.fetch.settings import FetchSettings, parse_networks

PUBLIC = ["113.105.1.1", "8.8.8.8", "2400:3200::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
NOT_PUBLIC = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "169.254.1.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:7f00:1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "fd00::1", "fd00:ec2::254", "ff02::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1", "name",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address):
    assert AddressGuard().allows(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_public(address):
    assert not AddressGuard().allows(address)


def test_an_allowed_range_opens_only_itself():
    guard = AddressGuard(parse_networks("127.0.0.0/8, fd00:1::/32"))
    assert guard.allows("127.5.5.5") and guard.allows("::ffff:127.0.0.1") and guard.allows("fd00:1::9")
    assert not guard.allows("10.0.0.1") and not guard.allows("fd00:2::9") and guard.allows("8.8.8.8")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]"]
)
def test_loopback_is_refused_by_default_however_it_is_written(lab, host):
    async def story():
        async with lab.server({"/": lab.answer()}) as server, lab.pages(allow_net=()) as pages:
            page = await pages.get(f"http://{host}:{server.port}/", role="home")
            return page, server.seen

    page, seen = asyncio.run(story())
    # a number that is no canonical address is not even looked up
    assert page.outcome in (Outcome.ADDRESS_REFUSED, Outcome.BAD_URL), page.detail
    assert (page.outcome is Outcome.BAD_URL) == (host in ("2130706433", "127.1", "0"))
    assert OUTCOMES[page.outcome].meaning is Meaning.UNMEASURED and not seen and page.evidence is not None


def test_redirect_to_a_refused_address(lab):
    async def story():
        async with lab.server({"/secret": lab.answer()}, host="127.9.9.9") as inner:
            away = f"HTTP/1.1 302 F\r\nLocation: {inner.base}/secret\r\nContent-Length: 0\r\n\r\n".encode()
            async with (
                lab.server({"/": away}, host="127.1.1.1") as outer,
                lab.pages(allow_net=parse_networks("127.1.0.0/16")) as pages,
            ):
                page = await pages.get(outer.base + "/", role="home")
            return page, inner

    page, inner = asyncio.run(story())
    assert page.outcome is Outcome.ADDRESS_REFUSED and not inner.seen
    assert page.redirects == (f"{inner.base}/secret",) and "127.9.9.9" in page.detail


class Rebinding(AbstractResolver):
    """A name that is an allowed address at first, and an inner one from then on."""

    def __init__(self, *addresses):
        self.addresses = list(addresses)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [
            {"hostname": host, "host": one, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for one in address.split()
        ]

    async def close(self):
        return None


def test_a_name_that_is_bound_anew(lab):
    async def story():
        async with lab.server(
            {"/": lab.answer(200, lab.html, "Connection: close")}, host="127.1.1.1"
        ) as good:
            settings = lab.settings(allow_net=parse_networks("127.1.0.0/16"))
            writer = EvidenceWriter(lab.warc, lab.key)
            found = []
            resolver = Rebinding("127.1.1.1", "127.9.9.9")
            for _ in range(2):  # a new connector knows nothing of the first answer
                async with Fetcher(settings, resolver=resolver) as fetcher:
                    pages = LivePages(fetcher, writer, authorised=True)
                    found.append(await pages.get(f"http://www.example.gov.cn:{good.port}/", role="home"))
            writer.close()
            return found

    first, second = asyncio.run(story())
    assert first.outcome is Outcome.OK and first.address == "127.1.1.1"
    assert second.outcome is Outcome.ADDRESS_REFUSED


def test_a_name_with_one_public_address_is_read_there(lab):
    async def story():
        async with lab.server({"/": lab.answer()}, host="127.1.1.1") as good:
            nets = parse_networks("127.1.0.0/16")
            async with lab.pages(allow_net=nets, resolver=Rebinding("10.0.0.9 127.1.1.1")) as pages:
                return await pages.get(f"http://www.example.gov.cn:{good.port}/", role="home")

    page = asyncio.run(story())
    assert page.outcome is Outcome.OK and page.address == "127.1.1.1"


def test_a_dead_ipv6_address_does_not_hide_a_working_ipv4_one(lab):
    class Both(Rebinding):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            v6 = {"hostname": host, "host": "2400:3200::1", "port": port, "family": socket.AF_INET6}
            v4 = {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET}
            return [{**one, "proto": 0, "flags": 0} for one in (v6, v4)]

    async def story():
        async with lab.server({"/": lab.answer()}) as server, lab.pages(resolver=Both("")) as pages:
            return await pages.get(f"http://www.example.gov.cn:{server.port}/", role="home")

    assert asyncio.run(story()).outcome is Outcome.OK


def test_two_connections_and_a_pause_shared_by_all_subjects(lab):
    async def slow(_request, writer):
        await asyncio.sleep(0.03)
        writer.write(lab.answer())
        await writer.drain()

    async def story():
        routes = {f"/{n}": slow for n in range(8)}
        async with lab.server(routes) as server, Fetcher(lab.settings(pause_seconds=0.02)) as fetcher:
            writers = [EvidenceWriter(lab.folder / f"{n}.warc.gz", str(n)) for n in range(2)]
            subjects = [LivePages(fetcher, writer, authorised=True) for writer in writers]
            pages = await asyncio.gather(
                *(subjects[n % 2].get(f"{server.base}/{n}", role="article") for n in range(8))
            )
            for writer in writers:
                writer.close()
            return pages, server

    pages, server = asyncio.run(story())
    assert all(page.outcome is Outcome.OK for page in pages)
    assert server.open_most == 2
    gaps = [later - earlier for earlier, later in zip(server.times, server.times[1:], strict=False)]
    assert min(gaps) > 0.01 and server.times[-1] - server.times[0] > 0.02 * 7 * 0.9


def robots(text):
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


RULES = b"User-agent: *\nDisallow: /\nAllow: /open\n\nUser-agent: WangJian\nDisallow: /private/\n"


@pytest.mark.parametrize(
    ("answers", "path", "expected"),
    [
        (robots(RULES), "/open", Outcome.OK),
        (robots(RULES), "/private/x", Outcome.ROBOTS_DISALLOWED),
        (robots(b"User-agent: *\nDisallow: /\n"), "/open", Outcome.ROBOTS_DISALLOWED),
        (robots(b""), "/open", Outcome.OK),
        (robots(b"<html>front page</html>"), "/open", Outcome.OK),
        (b"HTTP/1.1 404 N\r\nContent-Length: 0\r\n\r\n", "/open", Outcome.OK),
        (b"HTTP/1.1 403 N\r\nContent-Length: 0\r\n\r\n", "/open", Outcome.OK),
        (b"HTTP/1.1 503 N\r\nContent-Length: 0\r\n\r\n", "/open", Outcome.ROBOTS_UNAVAILABLE),
        (b"HTTP/1.1 429 N\r\nContent-Length: 0\r\n\r\n", "/open", Outcome.ROBOTS_UNAVAILABLE),
    ],
)
def test_robots(lab, answers, path, expected):
    async def story(authorised):
        routes = {"/robots.txt": answers, "/open": lab.answer(), "/private/x": lab.answer()}
        async with lab.server(routes) as server, lab.pages(authorised=authorised) as pages:
            page = await pages.get(server.base + path, role="section")
            await pages.get(server.base + path, role="article")
            return page, server.paths(), pages.visits()

    page, paths, visits = asyncio.run(story(False))
    assert page.outcome is expected, page.detail
    asked = [visit for visit in visits if visit["role"] == "robots"]
    assert len(asked) == 1 and asked[0]["evidence"] is not None
    assert (path in paths) == (expected is Outcome.OK)
    page, paths, _ = asyncio.run(story(True))
    assert page.outcome is Outcome.OK and "/robots.txt" not in paths


def test_robots_that_never_answers(lab):
    async def silent(_request, writer):
        await asyncio.sleep(5)

    async def story():
        routes = {"/robots.txt": silent, "/": lab.answer()}
        async with lab.server(routes) as server, lab.pages(authorised=False, try_seconds=0.1) as pages:
            home = await pages.get(server.base + "/", role="home")
            return home, await pages.get(server.base + "/section", role="section")

    home, section = asyncio.run(story())
    assert (home.outcome, section.outcome) == (Outcome.OK, Outcome.ROBOTS_UNAVAILABLE)


def test_a_server_that_fails_for_everything_is_down_and_not_merely_closed(lab):
    async def story():
        down = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
        routes = {"/robots.txt": down, "/": down}
        async with lab.server(routes) as server, lab.pages(authorised=False) as pages:
            return await pages.get(server.base + "/", role="home")

    assert asyncio.run(story()).outcome is Outcome.SERVER_ERROR


def test_a_host_that_is_down_is_down_whether_or_not_robots_is_asked(lab):
    async def story():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with lab.pages(authorised=False) as pages:
            return await pages.get(f"http://127.0.0.1:{port}/", role="home")

    page = asyncio.run(story())
    assert page.outcome is Outcome.REFUSED and len(page.tries) == 3 and page.address == "127.0.0.1"


def test_robots_is_asked_again_with_the_next_look_at_the_home_page(lab):
    async def story():
        down = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
        routes = {"/robots.txt": lab.in_turn(down, down, down, lab.answer(404)), "/": lab.answer()}
        async with lab.server(routes) as server, lab.pages(authorised=False) as pages:
            looks = [await pages.get(server.base + "/", role="home", visit=n) for n in (1, 2)]
            return looks, [v["visit"] for v in pages.visits() if v["role"] == "robots"]

    looks, visits = asyncio.run(story())
    assert [page.outcome for page in looks] == [Outcome.OK, Outcome.OK]
    assert visits == [1, 2]


def test_robots_of_the_host_that_a_redirect_leads_to(lab):
    async def story():
        closed = {"/robots.txt": robots(b"User-agent: *\nDisallow: /\n"), "/": lab.answer()}
        async with lab.server(closed, host="127.0.0.2") as other:
            away = f"HTTP/1.1 301 M\r\nLocation: {other.base}/\r\nContent-Length: 0\r\n\r\n".encode()
            async with lab.server({"/": away}) as first, lab.pages(authorised=False) as pages:
                return await pages.get(first.base + "/", role="home"), other.paths()

    page, paths = asyncio.run(story())
    assert page.outcome is Outcome.ROBOTS_DISALLOWED and paths == ["/robots.txt"]


def test_crawl_delay_is_kept(lab):
    async def story():
        routes = {
            "/robots.txt": robots(b"User-agent: *\nCrawl-delay: 0.2\n"),
            "/a": lab.answer(),
            "/b": lab.answer(),
        }
        async with lab.server(routes) as server, lab.pages(authorised=False) as pages:
            for path in ("/a", "/b"):
                await pages.get(server.base + path, role="article")
            return server.times

    times = asyncio.run(story())
    assert times[2] - times[1] > 0.18


def test_cookies_stay_within_a_subject_and_credentials_are_not_sent(lab):
    async def story():
        routes = {"/": lab.answer(200, lab.html, "Set-Cookie: a=1; Path=/"), "/next": lab.answer()}
        async with lab.server(routes) as server, Fetcher(lab.settings()) as fetcher:
            writers = [EvidenceWriter(lab.folder / f"{n}.warc.gz", str(n)) for n in range(2)]
            one, two = (LivePages(fetcher, writer, authorised=True) for writer in writers)
            await one.get(server.base.replace("//", "//user:secret@") + "/", role="home")
            await one.get(server.base + "/next", role="article", referer=server.base + "/")
            await two.get(server.base + "/next", role="article")
            for writer in writers:
                writer.close()
            return server.seen, one.visits()

    seen, visits = asyncio.run(story())
    assert [request.headers.get("cookie") for request in seen] == [None, "a=1", None]
    assert all("authorization" not in request.headers for request in seen)
    assert "secret" not in str(visits) and seen[1].headers["referer"].startswith("http://127.0.0.1")


def test_user_agent_names_the_contact(lab):
    async def story():
        async with lab.server({"/": lab.answer()}) as server, lab.pages(contact="mailto:a@b.gov.cn") as pages:
            await pages.get(server.base + "/", role="home")
            return server.seen[0].headers

    headers = asyncio.run(story())
    assert "WangJian" in headers["user-agent"] and "+mailto:a@b.gov.cn" in headers["user-agent"]


def test_settings_from_the_environment():
    settings = FetchSettings.from_env(
        {
            "INSPECTION_ALLOW_NET": "127.0.0.0/8, 10.1.0.0/16",
            "INSPECTION_PAUSE_SECONDS": "0.05",
            "INSPECTION_CONTACT": "",
        }
    )
    assert [str(net) for net in settings.allow_net] == ["127.0.0.0/8", "10.1.0.0/16"]
    assert (
        settings.pause_seconds == 0.05 and settings.try_seconds == 15 and settings.connections_per_host == 2
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSPECTION_ALLOW_NET", "127.0.0.0/40"),
        ("INSPECTION_ALLOW_NET", "127.0.0.1/8"),
        ("INSPECTION_PAUSE_SECONDS", "fast"),
        ("INSPECTION_PAUSE_SECONDS", "-1"),
        ("INSPECTION_PAUSE_SECONDS", "nan"),
        ("INSPECTION_CONNECTIONS_PER_HOST", "9"),
        ("INSPECTION_SUBJECT_PAGES", "1.5"),
        ("INSPECTION_CONTACT", "a\r\nX-Evil: 1"),
        ("INSPECTION_CONTACT", "办公室"),
        ("INSPECTION_CA_FILE", "/nowhere/ca.pem"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(name, value):
    with pytest.raises(ValueError, match=name) as caught:
        FetchSettings.from_env({name: value})
    assert repr(value)[1:-1] in str(caught.value)
